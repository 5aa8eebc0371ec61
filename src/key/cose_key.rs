//! `COSE_Key` (RFC 9052 §7, RFC 9053 §7), in exactly one form for each key type.

use alloc::vec::Vec;

use super::Algorithm;
use crate::bytes::cbor::{Label, Reader, Writer};
use crate::bytes::malformed::{Flaw, Layer, Malformed};

const KTY: i64 = 1;
const CRV: i64 = -1;
const X: i64 = -2;
const Y: i64 = -3;

const KTY_OKP: u64 = 1;
const KTY_EC2: u64 = 2;
const CRV_ED25519: u64 = 6;
const CRV_P256: u64 = 1;

/// The fields of a public key in a token. They may not be a point of the curve: that check costs a
/// tenth of a signature check, so it is made only after the issuer's signature was found good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CoseKey<'a> {
    /// `{1: 1, -1: 6, -2: x}`
    Ed25519 { x: &'a [u8; 32] },
    /// `{1: 2, -1: 1, -2: x, -3: y}`, y as its sign bit (RFC 9053 §7.1.1)
    P256 { x: &'a [u8; 32], y_is_odd: bool },
}

impl<'a> CoseKey<'a> {
    /// The algorithm of signatures under this key.
    pub(crate) const fn algorithm(&self) -> Algorithm {
        match self {
            Self::Ed25519 { .. } => Algorithm::Ed25519,
            Self::P256 { .. } => Algorithm::Esp256,
        }
    }

    /// Reads one key and nothing behind it.
    pub(crate) fn from_bytes(bytes: &'a [u8]) -> Result<Self, Malformed> {
        let mut reader = Reader::new(bytes, 0, Layer::Key);
        let key = Self::read(&mut reader)?;
        reader.finish()?;
        Ok(key)
    }

    pub(crate) fn read(reader: &mut Reader<'a>) -> Result<Self, Malformed> {
        let start = reader.offset();
        let mut map = reader.map()?;
        let pairs = map.left();
        let mut field = |reader: &mut Reader<'a>, wanted: i64| -> Result<(), Malformed> {
            let at = reader.offset();
            match map.next_label(reader)? {
                Some(Label::Int(label)) if label == wanted => Ok(()),
                Some(_) => Err(reader.flaw_at(at, Flaw::InvalidKey)),
                None => Err(reader.flaw_at(at, Flaw::WrongCount)),
            }
        };
        field(reader, KTY)?;
        let at = reader.offset();
        let kty = reader.unsigned()?;
        let (curve, count) = match kty {
            KTY_OKP => (CRV_ED25519, 3),
            KTY_EC2 => (CRV_P256, 4),
            _ => return Err(reader.flaw_at(at, Flaw::InvalidKey)),
        };
        if pairs != count {
            return Err(reader.flaw_at(start, Flaw::WrongCount));
        }
        field(reader, CRV)?;
        let at = reader.offset();
        if reader.unsigned()? != curve {
            return Err(reader.flaw_at(at, Flaw::InvalidKey));
        }
        field(reader, X)?;
        let at = reader.offset();
        let x: &[u8; 32] =
            reader.bytes()?.try_into().map_err(|_| reader.flaw_at(at, Flaw::LengthOutOfRange))?;
        if kty == KTY_OKP {
            return Ok(Self::Ed25519 { x });
        }
        field(reader, Y)?;
        Ok(Self::P256 { x, y_is_odd: reader.boolean()? })
    }

    pub(crate) fn write(&self, out: &mut Writer) {
        match self {
            Self::Ed25519 { x } => {
                out.map(3)
                    .integer(KTY)
                    .unsigned(KTY_OKP)
                    .integer(CRV)
                    .unsigned(CRV_ED25519)
                    .integer(X)
                    .bytes(*x);
            }
            Self::P256 { x, y_is_odd } => {
                out.map(4)
                    .integer(KTY)
                    .unsigned(KTY_EC2)
                    .integer(CRV)
                    .unsigned(CRV_P256)
                    .integer(X)
                    .bytes(*x);
                out.integer(Y).boolean(*y_is_odd);
            }
        }
    }
}

/// The bytes to hash for the thumbprint of a P-256 key. RFC 9679 §4.3 requires the whole y.
pub(super) fn p256_thumbprint_input(x: &[u8], y: &[u8]) -> Vec<u8> {
    let mut out = Writer::new();
    out.map(4).integer(KTY).unsigned(KTY_EC2).integer(CRV).unsigned(CRV_P256).integer(X).bytes(x);
    out.integer(Y).bytes(y);
    out.into_bytes()
}
