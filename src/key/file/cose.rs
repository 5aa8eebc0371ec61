//! `COSE_Key` as `WebAuthn` and others write it: y as bytes, further parameters, perhaps a private
//! key. Nothing is copied out of the file, so that no copy of a private key is left in memory.

use super::{KeyFile, KeyFileError, Read, jwk};
use crate::bytes::cbor::{Label, Reader};
use crate::bytes::malformed::{Layer, Malformed};
use crate::key::PublicKey;

const KTY: i64 = 1;
const CRV: i64 = -1;
const X: i64 = -2;
const Y: i64 = -3;
const D: i64 = -4;

/// The simple values false and true.
const FALSE: u8 = 0xf4;
const TRUE: u8 = 0xf5;

/// The parameters that are looked at.
#[derive(Default)]
struct Parameters<'a> {
    kty: Option<i64>,
    crv: Option<i64>,
    x: Option<&'a [u8]>,
    y: Option<SecondCoordinate<'a>>,
    d: Option<&'a [u8]>,
}

/// The second coordinate.
enum SecondCoordinate<'a> {
    Whole(&'a [u8]),
    IsOdd(bool),
}

pub(super) fn read(bytes: &[u8]) -> Read {
    // A map with one to 23 entries.
    if !matches!(bytes.first(), Some(0xa1..=0xb7)) {
        return None;
    }
    if let Ok(key) = PublicKey::from_cose_key(bytes) {
        return Some(Ok(KeyFile::Public(key)));
    }
    from_parameters(&parameters(bytes).ok()?)
}

fn parameters(bytes: &[u8]) -> Result<Parameters<'_>, Malformed> {
    let mut reader = Reader::new(bytes, 0, Layer::Key).any_order();
    let mut map = reader.map()?;
    let mut found = Parameters::default();
    while let Some(label) = map.next_label(&mut reader)? {
        let is_number = matches!(reader.peek(), Some(0x00..=0x3b));
        let is_bytes = matches!(reader.peek(), Some(0x40..=0x5b));
        match label {
            Label::Int(KTY) if is_number => found.kty = Some(reader.integer()?),
            Label::Int(CRV) if is_number => found.crv = Some(reader.integer()?),
            Label::Int(X) if is_bytes => found.x = Some(reader.bytes()?),
            Label::Int(Y) if is_bytes => found.y = Some(SecondCoordinate::Whole(reader.bytes()?)),
            Label::Int(Y) if matches!(reader.peek(), Some(FALSE | TRUE)) => {
                found.y = Some(SecondCoordinate::IsOdd(reader.boolean()?));
            }
            Label::Int(D) if is_bytes => found.d = Some(reader.bytes()?),
            _ => reader.skip_value()?,
        }
    }
    reader.finish()?;
    Ok(found)
}

fn from_parameters(key: &Parameters<'_>) -> Read {
    let (x, d) = (key.x, key.d);
    Some(match (key.kty?, key.crv) {
        (1, Some(6)) => jwk::ed25519(x, d),
        (2, Some(1)) => match (&key.y, x) {
            (Some(SecondCoordinate::IsOdd(is_odd)), Some(x)) => {
                let point = [&[2 | u8::from(*is_odd)], x].concat();
                jwk::p256(Some(&point), d)
            }
            (Some(SecondCoordinate::Whole(y)), Some(x)) => {
                jwk::p256(jwk::point(x, y).as_deref(), d)
            }
            _ => jwk::p256(None, d),
        },
        (1 | 2, Some(2)) => Err(KeyFileError::OtherAlgorithm("P-384")),
        (1 | 2, Some(3)) => Err(KeyFileError::OtherAlgorithm("P-521")),
        (2, Some(8)) => Err(KeyFileError::OtherAlgorithm("secp256k1")),
        (1, Some(4)) => Err(KeyFileError::OtherAlgorithm("X25519")),
        (1, Some(7)) => Err(KeyFileError::OtherAlgorithm("Ed448")),
        (3, _) => Err(KeyFileError::OtherAlgorithm("RSA")),
        _ => return None,
    })
}
