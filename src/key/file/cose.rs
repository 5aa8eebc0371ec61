//! `COSE_Key` as `WebAuthn` and others write it: y as bytes, further parameters, perhaps a private
//! key.

use ciborium::Value;
use zeroize::{Zeroize as _, Zeroizing};

use super::{KeyFile, KeyFileError, Read, jwk};
use crate::key::PublicKey;

const KTY: i64 = 1;
const CRV: i64 = -1;
const X: i64 = -2;
const Y: i64 = -3;
const D: i64 = -4;

/// Nesting of a map of keys, with room.
const DEEPEST: usize = 8;

pub(super) fn read(bytes: &[u8]) -> Read {
    // A map with one to 23 entries.
    if !matches!(bytes.first(), Some(0xa1..=0xb7)) {
        return None;
    }
    if let Ok(key) = PublicKey::from_cose_key(bytes) {
        return Some(Ok(KeyFile::Public(key)));
    }
    let mut rest = bytes;
    let value: Value = ciborium::de::from_reader_with_recursion_limit(&mut rest, DEEPEST).ok()?;
    let Value::Map(mut map) = value else { return None };
    let found = if rest.is_empty() { from_map(&map) } else { None };
    for (_, value) in &mut map {
        if let Value::Bytes(bytes) = value {
            bytes.zeroize();
        }
    }
    found
}

fn from_map(map: &[(Value, Value)]) -> Read {
    let get = |label: i64| {
        map.iter().find(|(key, _)| *key == Value::Integer(label.into())).map(|(_, value)| value)
    };
    let number = |label| get(label)?.as_integer().and_then(|number| i64::try_from(number).ok());
    let bytes = |label| match get(label) {
        Some(Value::Bytes(bytes)) => Some(Zeroizing::new(bytes.clone())),
        _ => None,
    };
    let (x, d) = (bytes(X), bytes(D));
    let (x, d) = (x.as_ref().map(|x| x.as_slice()), d.as_ref().map(|d| d.as_slice()));
    Some(match (number(KTY)?, number(CRV)) {
        (1, Some(6)) => jwk::ed25519(x, d),
        (2, Some(1)) => match (get(Y), x) {
            (Some(Value::Bool(is_odd)), Some(x)) => {
                let point = [&[2 | u8::from(*is_odd)], x].concat();
                jwk::p256(Some(&point), d)
            }
            (Some(Value::Bytes(y)), Some(x)) => jwk::p256(jwk::point(x, y).as_deref(), d),
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
