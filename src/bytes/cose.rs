//! `COSE_Sign1` (RFC 9052 §4.2), always tagged, with empty unprotected header and a payload.

use alloc::vec::Vec;

use crate::bytes::cbor::{ItemHead, Label, Reader, Writer, major};
use crate::bytes::malformed::{Flaw, Layer, Malformed};
use crate::key::SIGNATURE_BYTES;

/// The CBOR tag of `COSE_Sign1`.
const TAG: u64 = 18;

/// Header labels (RFC 9052 §3.1, RFC 9596, IANA COSE Header Parameters).
pub(crate) mod label {
    pub(crate) const ALG: i64 = 1;
    pub(crate) const KID: i64 = 4;
    /// A CWT holding a confirmation key, tag and all (draft-ietf-spice-sd-cwt).
    pub(crate) const KCWT: i64 = 13;
    pub(crate) const TYP: i64 = 16;
}

/// A byte string and where its content starts in the token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Part<'a> {
    pub(crate) bytes: &'a [u8],
    pub(crate) offset: usize,
}

/// The parts of a `COSE_Sign1`, borrowed as they were received.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Sign1<'a> {
    pub(crate) protected: Part<'a>,
    pub(crate) payload: Part<'a>,
    pub(crate) signature: &'a [u8; SIGNATURE_BYTES],
    /// The whole item, tag included.
    pub(crate) encoded: Part<'a>,
}

impl<'a> Sign1<'a> {
    pub(crate) fn read(reader: &mut Reader<'a>) -> Result<Self, Malformed> {
        let start = reader.offset();
        if reader.tag()? != TAG {
            return Err(reader.flaw_at(start, Flaw::WrongTag));
        }
        let at = reader.offset();
        if reader.array()? != 4 {
            return Err(reader.flaw_at(at, Flaw::WrongCount));
        }
        let protected = part(reader)?;
        let at = reader.offset();
        if reader.map()?.left() != 0 {
            return Err(reader.flaw_at(at, Flaw::UnprotectedHeader));
        }
        let payload = part(reader)?;
        let at = reader.offset();
        let signature =
            reader.bytes()?.try_into().map_err(|_| reader.flaw_at(at, Flaw::LengthOutOfRange))?;
        let encoded = Part { bytes: reader.since(start), offset: start };
        Ok(Self { protected, payload, signature, encoded })
    }

    /// The bytes the signature is over, as they were received.
    pub(crate) fn sig_structure(&self) -> ToBeSigned<'a> {
        ToBeSigned::new(self.protected.bytes, self.payload.bytes)
    }
}

fn part<'a>(reader: &mut Reader<'a>) -> Result<Part<'a>, Malformed> {
    let bytes = reader.bytes()?;
    Ok(Part { bytes, offset: reader.offset().saturating_sub(bytes.len()) })
}

/// Writes the tagged array.
pub(crate) fn write(
    protected: &[u8],
    payload: &[u8],
    signature: &[u8; SIGNATURE_BYTES],
) -> Vec<u8> {
    let mut out = Writer::new();
    out.tag(TAG).array(4).bytes(protected).map(0).bytes(payload).bytes(signature);
    out.into_bytes()
}

/// The protected header parameters a profile token can have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Header<'a> {
    /// Any integer. It is compared with the key's algorithm when the key is known.
    pub(crate) algorithm: i64,
    pub(crate) kid: Option<Part<'a>>,
    pub(crate) typ: Typ<'a>,
    pub(crate) kcwt: Option<Sign1<'a>>,
}

/// The value of `typ` (RFC 9596 §2): a CoAP content format or a media type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Typ<'a> {
    ContentFormat(u64),
    MediaType(&'a str),
}

impl<'a> Typ<'a> {
    pub(crate) fn read(reader: &mut Reader<'a>) -> Result<Self, Malformed> {
        Ok(if reader.next_is_text() {
            Self::MediaType(reader.text()?)
        } else {
            Self::ContentFormat(reader.unsigned()?)
        })
    }
}

/// The longest key id: 32 bytes, as long as a digest. An empty key id could select no key.
pub(crate) const MAX_KID_BYTES: usize = 32;

impl<'a> Header<'a> {
    pub(crate) fn read(protected: Part<'a>, layer: Layer) -> Result<Self, Malformed> {
        let mut reader = Reader::new(protected.bytes, protected.offset, layer);
        let start = reader.offset();
        let mut map = reader.map()?;
        let (mut algorithm, mut kid, mut typ, mut kcwt) = (None, None, None, None);
        loop {
            let at = reader.offset();
            let Some(label) = map.next_label(&mut reader)? else { break };
            let value_at = reader.offset();
            match label {
                Label::Int(label::ALG) => algorithm = Some(reader.integer()?),
                Label::Int(label::KID) => {
                    let bytes = reader.bytes()?;
                    if !(1..=MAX_KID_BYTES).contains(&bytes.len()) {
                        return Err(reader.flaw_at(value_at, Flaw::LengthOutOfRange));
                    }
                    let end = reader.offset();
                    kid = Some(Part { bytes, offset: end.saturating_sub(bytes.len()) });
                }
                Label::Int(label::KCWT) => {
                    reader.set_layer(Layer::CredentialEnvelope);
                    kcwt = Some(Sign1::read(&mut reader)?);
                    reader.set_layer(layer);
                }
                Label::Int(label::TYP) => {
                    typ = Some(Typ::read(&mut reader)?);
                }
                _ => return Err(reader.flaw_at(at, Flaw::UnexpectedHeader)),
            }
        }
        let missing = reader.flaw_at(start, Flaw::MissingHeader);
        reader.finish()?;
        Ok(Self { algorithm: algorithm.ok_or(missing)?, kid, typ: typ.ok_or(missing)?, kcwt })
    }
}

/// `Sig_structure` (RFC 9052 §4.4) with context `Signature1` and no external data, in pieces, so
/// that received bytes are hashed without a copy.
pub(crate) struct ToBeSigned<'a> {
    protected_head: ItemHead,
    protected: &'a [u8],
    payload_head: ItemHead,
    payload: &'a [u8],
}

/// An array of four, and the context: the text `Signature1`.
const CONTEXT: &[u8] = b"\x84\x6aSignature1";
/// No external data: an empty byte string.
const NO_EXTERNAL_DATA: &[u8] = b"\x40";

impl<'a> ToBeSigned<'a> {
    pub(crate) fn new(protected: &'a [u8], payload: &'a [u8]) -> Self {
        Self {
            protected_head: ItemHead::of_length(major::BYTES, protected.len()),
            protected,
            payload_head: ItemHead::of_length(major::BYTES, payload.len()),
            payload,
        }
    }

    /// The pieces, in order.
    pub(crate) fn pieces(&self) -> [&[u8]; 6] {
        [
            CONTEXT,
            self.protected_head.as_bytes(),
            self.protected,
            NO_EXTERNAL_DATA,
            self.payload_head.as_bytes(),
            self.payload,
        ]
    }
}

impl ToBeSigned<'_> {
    /// The same bytes in one piece.
    pub(crate) fn vec(protected: &[u8], payload: &[u8]) -> Vec<u8> {
        ToBeSigned::new(protected, payload).pieces().concat()
    }
}
