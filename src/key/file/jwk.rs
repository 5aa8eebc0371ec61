//! JWK (RFC 7517, RFC 8037), and JSON of key services with a key inside.

use alloc::vec::Vec;

use zeroize::Zeroizing;

use super::finds::Finds;
use super::json::Json;
use super::{KeyFile, KeyFileError, Read, der, read, text};
use crate::key::{KeyError, PublicKey, SecretKey};

/// Ends of the names of members whose value may be a key without armour.
const NAMES: [&str; 8] = ["key", "pem", "der", "spki", "pub", "material", "secret", "value"];

/// Looks for keys in a JSON value.
pub(super) fn read_json(value: &Json, depth: u8) -> Read {
    let mut finds = Finds::default();
    walk(value, "", depth, &mut finds);
    finds.finish()
}

fn walk(value: &Json, name: &str, depth: u8, finds: &mut Finds) {
    match value {
        Json::Object(_) if value.text("kty").is_some() => finds.add(Some(from_jwk(value))),
        Json::Object(members) => {
            for (name, value) in members {
                walk(value, name, depth, finds);
            }
        }
        Json::Array(values) => values.iter().for_each(|value| walk(value, name, depth, finds)),
        Json::Bytes(bytes) => finds.add(read(bytes, depth)),
        Json::Text(content) => {
            let is_key = content.contains("-----BEGIN")
                || content.starts_with("ssh-")
                || content.starts_with("ecdsa-sha2-")
                || NAMES.iter().any(|end| {
                    let from = name.len().checked_sub(end.len());
                    from.and_then(|from| name.get(from..))
                        .is_some_and(|found| found.eq_ignore_ascii_case(end))
                })
                || (name.is_empty() && !content.is_empty());
            if is_key {
                finds.add(read(content.as_bytes(), depth));
            }
        }
        Json::Other => {}
    }
}

fn from_jwk(jwk: &Json) -> Result<KeyFile, KeyFileError> {
    let number = |name| jwk.text(name).and_then(text::base64);
    let broken = KeyFileError::Key(KeyError::Encoding);
    let (kty, crv) = (jwk.text("kty").unwrap_or_default(), jwk.text("crv").unwrap_or_default());
    // Azure says `EC-HSM` of a key that stays in its HSM.
    let kty = kty.strip_suffix("-HSM").unwrap_or(kty);
    let x = number("x");
    if jwk.text("x").is_some() && x.is_none() {
        return Err(broken);
    }
    let d = number("d");
    if jwk.text("d").is_some() && d.is_none() {
        return Err(broken);
    }
    let d = d.as_ref().map(|d| d.as_slice());
    match (kty, crv) {
        ("OKP", "Ed25519") => ed25519(x.as_ref().map(|x| x.as_slice()), d),
        ("EC", "P-256" | "P256" | "secp256r1" | "prime256v1") => {
            let point = match (x, number("y")) {
                (Some(x), Some(y)) => Some(point(&x, &y).ok_or(broken)?),
                (None, None) => None,
                _ => return Err(broken),
            };
            p256(point.as_deref(), d)
        }
        ("EC", "P-384") => Err(KeyFileError::OtherAlgorithm("P-384")),
        ("EC", "P-521") => Err(KeyFileError::OtherAlgorithm("P-521")),
        ("EC", "secp256k1" | "P-256K") => Err(KeyFileError::OtherAlgorithm("secp256k1")),
        ("OKP", "Ed448") => Err(KeyFileError::OtherAlgorithm("Ed448")),
        ("OKP", "X25519") => Err(KeyFileError::OtherAlgorithm("X25519")),
        ("RSA", _) => Err(KeyFileError::OtherAlgorithm("RSA")),
        ("oct", _) => Err(KeyFileError::OtherAlgorithm("HMAC or AES")),
        _ => Err(KeyFileError::OtherAlgorithm("an algorithm that is not known here")),
    }
}

/// The uncompressed point of two coordinates, which tools write without their leading zeros.
pub(super) fn point(x: &[u8], y: &[u8]) -> Option<Vec<u8>> {
    Some([[4].as_slice(), &der::padded(x)?, &der::padded(y)?].concat())
}

/// The key of an Ed25519 point, of a seed, or of both.
pub(super) fn ed25519(x: Option<&[u8]>, d: Option<&[u8]>) -> Result<KeyFile, KeyFileError> {
    let sized = |bytes: &[u8]| {
        <[u8; 32]>::try_from(bytes)
            .map_err(|_| KeyFileError::Key(KeyError::Length { found: bytes.len(), expected: 32 }))
    };
    let public = x
        .map(|x| PublicKey::from_ed25519_bytes(&sized(x)?).map_err(KeyFileError::Key))
        .transpose()?;
    let secret = d.map(|d| sized(d).map(Zeroizing::new)).transpose()?;
    pair(public, secret.map(|seed| SecretKey::from_ed25519_seed(&seed)))
}

/// The key of a P-256 point, of a private number, or of both.
pub(super) fn p256(point: Option<&[u8]>, d: Option<&[u8]>) -> Result<KeyFile, KeyFileError> {
    let public = point
        .map(|point| PublicKey::from_sec1_bytes(point).map_err(KeyFileError::Key))
        .transpose()?;
    let secret = d.map(|d| der::p256_secret(d).map_err(KeyFileError::Key)).transpose()?;
    pair(public, secret)
}

/// Halves that must belong together.
pub(super) fn pair(
    public: Option<PublicKey>,
    secret: Option<SecretKey>,
) -> Result<KeyFile, KeyFileError> {
    match (public, secret) {
        (Some(public), Some(secret)) if public != secret.public_key() => {
            Err(KeyFileError::Mismatch)
        }
        (_, Some(secret)) => Ok(KeyFile::Secret(secret)),
        (Some(public), None) => Ok(KeyFile::Public(public)),
        (None, None) => Err(KeyFileError::Key(KeyError::Encoding)),
    }
}
