//! Keys in DER, told by their structure: SPKI, PKCS#8 and SEC1, with the small faults that tools
//! make. Everything else that people take for a key is named.

use alloc::vec::Vec;

use zeroize::Zeroizing;

use super::{KeyFile, KeyFileError, OtherFile, Read};
use crate::key::{KeyError, PublicKey, SecretKey, pkcs};

const INTEGER: u8 = 0x02;
const BIT_STRING: u8 = 0x03;
const OCTET_STRING: u8 = 0x04;
const OID: u8 = 0x06;
const SEQUENCE: u8 = 0x30;
/// `[0]` and `[1]`, explicit or constructed.
const CONTEXT_0: u8 = 0xa0;
const CONTEXT_1: u8 = 0xa1;
/// `[1]`, implicit and primitive.
const IMPLICIT_1: u8 = 0x81;

/// Values in one sequence that are looked at. The longest key has nine.
const MOST_VALUES: usize = 16;

const ED25519: &[u8] = &[0x2b, 0x65, 0x70];
const EC: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01];
const P256: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07];

/// Algorithms of keys that are not read, by object identifier.
const ALGORITHMS: [(&[u8], &str); 11] = [
    (&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01], "RSA"),
    (&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0a], "RSA-PSS"),
    (&[0x2a, 0x86, 0x48, 0xce, 0x38, 0x04, 0x01], "DSA"),
    (&[0x2a, 0x86, 0x48, 0xce, 0x3e, 0x02, 0x01], "Diffie-Hellman"),
    (&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x03, 0x01], "Diffie-Hellman"),
    (&[0x2b, 0x65, 0x6e], "X25519"),
    (&[0x2b, 0x65, 0x6f], "X448"),
    (&[0x2b, 0x65, 0x71], "Ed448"),
    (&[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x03, 0x11], "ML-DSA-44"),
    (&[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x03, 0x12], "ML-DSA-65"),
    (&[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x03, 0x13], "ML-DSA-87"),
];

/// Curves of keys that are not read, by object identifier.
const CURVES: [(&[u8], &str); 9] = [
    (&[0x2b, 0x81, 0x04, 0x00, 0x22], "P-384"),
    (&[0x2b, 0x81, 0x04, 0x00, 0x23], "P-521"),
    (&[0x2b, 0x81, 0x04, 0x00, 0x21], "P-224"),
    (&[0x2b, 0x81, 0x04, 0x00, 0x0a], "secp256k1"),
    (&[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x01], "P-192"),
    (&[0x2b, 0x24, 0x03, 0x03, 0x02, 0x08, 0x01, 0x01, 0x07], "brainpoolP256r1"),
    (&[0x2b, 0x24, 0x03, 0x03, 0x02, 0x08, 0x01, 0x01, 0x0b], "brainpoolP384r1"),
    (&[0x2b, 0x24, 0x03, 0x03, 0x02, 0x08, 0x01, 0x01, 0x0d], "brainpoolP512r1"),
    (&[0x2a, 0x81, 0x1c, 0xcf, 0x55, 0x01, 0x82, 0x2d], "SM2"),
];

/// One value: its tag and its content.
type Value<'a> = (u8, &'a [u8]);

/// Takes the next value, with a definite length.
fn next<'a>(input: &mut &'a [u8]) -> Option<Value<'a>> {
    let [tag, first, rest @ ..] = *input else { return None };
    let (length, rest) = if *first < 0x80 {
        (usize::from(*first), rest)
    } else {
        let digits = usize::from(first & 0x7f);
        if !(1..=3).contains(&digits) {
            return None;
        }
        let (digits, rest) = rest.split_at_checked(digits)?;
        let length = digits
            .iter()
            .fold(0_usize, |sum, digit| sum.saturating_mul(256).saturating_add((*digit).into()));
        (length, rest)
    };
    let (content, rest) = rest.split_at_checked(length)?;
    *input = rest;
    Some((*tag, content))
}

/// All values of a sequence.
fn values(mut content: &[u8]) -> Option<Vec<Value<'_>>> {
    let mut values = Vec::new();
    while !content.is_empty() {
        if values.len() == MOST_VALUES {
            return None;
        }
        values.push(next(&mut content)?);
    }
    Some(values)
}

/// Reads one DER value and the line end or padding of zeros that tools put behind it. `None` if the
/// bytes are nothing known.
pub(super) fn read(file: &[u8]) -> Read {
    let mut behind = file;
    let (tag, content) = next(&mut behind)?;
    if !behind.iter().all(|byte| matches!(byte, 0 | b'\n' | b'\r' | b' ' | b'\t')) {
        return None;
    }
    let whole = file.get(..file.len().saturating_sub(behind.len()))?;
    if tag == OCTET_STRING {
        // CKA_EC_POINT, as PKCS#11 tools read it from an HSM.
        return match content {
            [4, ..] if content.len() == 65 => {
                PublicKey::from_sec1_bytes(content).ok().map(|key| Ok(KeyFile::Public(key)))
            }
            _ => None,
        };
    }
    if tag != SEQUENCE {
        return None;
    }
    Some(match *values(content)?.as_slice() {
        [(SEQUENCE, algorithm), (BIT_STRING, _)] => public(whole, algorithm),
        [(SEQUENCE, _), (OCTET_STRING, _)] => Err(KeyFileError::Encrypted),
        [(SEQUENCE, signed), (SEQUENCE, _), (BIT_STRING, _)] => {
            Err(KeyFileError::Other(signed_file(signed)))
        }
        [(INTEGER, [0 | 1]), (SEQUENCE, algorithm), (OCTET_STRING, key), ref more @ ..] => {
            pkcs8(whole, algorithm, key, more)
        }
        [(INTEGER, [1]), (OCTET_STRING, scalar), ref more @ ..] => sec1(scalar, more, false),
        [(INTEGER, [3]), (SEQUENCE, _), ..] => Err(KeyFileError::Other(OtherFile::Pkcs12)),
        [(OID, _), (CONTEXT_0, _)] => Err(KeyFileError::Other(OtherFile::Pkcs7)),
        ref numbers if numbers.iter().all(|(tag, _)| *tag == INTEGER) => match numbers.len() {
            2 | 9.. => Err(KeyFileError::OtherAlgorithm("RSA")),
            6 => Err(KeyFileError::OtherAlgorithm("DSA")),
            _ => return None,
        },
        _ => return None,
    })
}

/// A certificate begins with a version or a serial number and an algorithm, a request with its own
/// version and a name.
fn signed_file(mut signed: &[u8]) -> OtherFile {
    match (next(&mut signed), next(&mut signed)) {
        (Some((INTEGER, [0])), Some((SEQUENCE, name))) if name.first() != Some(&OID) => {
            OtherFile::CertificateRequest
        }
        _ => OtherFile::Certificate,
    }
}

fn public(whole: &[u8], algorithm: &[u8]) -> Result<KeyFile, KeyFileError> {
    pkcs::public_from_der(whole)
        .map(KeyFile::Public)
        .map_err(|error| named(algorithm, false).unwrap_or(KeyFileError::Key(error)))
}

fn pkcs8(
    whole: &[u8],
    algorithm: &[u8],
    key: &[u8],
    more: &[Value<'_>],
) -> Result<KeyFile, KeyFileError> {
    if let Ok(key) = pkcs::secret_from_der(whole) {
        return Ok(KeyFile::Secret(key));
    }
    if let Some(error) = named(algorithm, true) {
        return Err(error);
    }
    let broken = KeyFileError::Key(KeyError::Encoding);
    let mut parts = algorithm;
    let is_ed25519 = next(&mut parts) == Some((OID, ED25519));
    if !is_ed25519 {
        let mut key = key;
        let Some((SEQUENCE, inner)) = next(&mut key) else { return Err(broken) };
        return match values(inner).as_deref() {
            Some([(INTEGER, [1]), (OCTET_STRING, scalar), inner @ ..]) => sec1(scalar, inner, true),
            _ => Err(broken),
        };
    }
    // Some tools leave out the inner OCTET STRING of RFC 8410 §7.
    let bare = key.strip_prefix(&[OCTET_STRING, 0x20]).unwrap_or(key);
    let Ok(seed) = <&[u8; 32]>::try_from(bare) else { return Err(broken) };
    let secret = SecretKey::from_ed25519_seed(seed);
    let point = more.iter().find(|(tag, _)| *tag == IMPLICIT_1).map(|(_, bits)| *bits);
    match point.and_then(|bits| bits.split_first()) {
        Some((_, point)) if point != secret.public_key().to_point_bytes() => {
            Err(KeyFileError::Mismatch)
        }
        _ => Ok(KeyFile::Secret(secret)),
    }
}

/// `ECPrivateKey` (RFC 5915). `is_p256` says that the curve is known already; otherwise the file
/// names the curve, or its public key shows the curve.
fn sec1(scalar: &[u8], more: &[Value<'_>], is_p256: bool) -> Result<KeyFile, KeyFileError> {
    let within = |wanted| more.iter().find(|(tag, _)| *tag == wanted).map(|(_, value)| *value);
    let mut curve_named = is_p256;
    if let Some(mut parameters) = within(CONTEXT_0) {
        match next(&mut parameters) {
            Some((OID, P256)) => curve_named = true,
            Some(other) => return Err(other_curve(other, true)),
            None => return Err(KeyFileError::Key(KeyError::Encoding)),
        }
    }
    let key = p256_secret(scalar);
    let point = within(CONTEXT_1).and_then(|mut bits| match next(&mut bits) {
        Some((BIT_STRING, [0, point @ ..])) => Some(point),
        _ => None,
    });
    match (point, key) {
        (Some(point), Ok(key)) => match PublicKey::from_sec1_bytes(point) {
            Ok(public) if public == key.public_key() => Ok(KeyFile::Secret(key)),
            _ if curve_named => Err(KeyFileError::Mismatch),
            _ => Err(KeyFileError::OtherAlgorithm("an elliptic curve that the file does not name")),
        },
        (None, Ok(key)) if curve_named => Ok(KeyFile::Secret(key)),
        (_, Err(error)) if curve_named => Err(KeyFileError::Key(error)),
        _ => Err(KeyFileError::OtherAlgorithm("an elliptic curve that the file does not name")),
    }
}

/// A private key as a number, which tools write with zeros in front or without them.
pub(super) fn p256_secret(number: &[u8]) -> Result<SecretKey, KeyError> {
    let bytes = Zeroizing::new(padded(number).ok_or(KeyError::SecretOutOfRange)?);
    SecretKey::from_p256_scalar(&bytes)
}

/// A big-endian number in 32 bytes. `None` if the number needs more.
pub(in crate::key) fn padded(number: &[u8]) -> Option<[u8; 32]> {
    let first = number.iter().position(|byte| *byte != 0).unwrap_or(number.len());
    let digits = number.get(first..)?;
    let mut bytes = [0; 32];
    let from = bytes.len().checked_sub(digits.len())?;
    bytes.get_mut(from..)?.copy_from_slice(digits);
    Some(bytes)
}

/// The error for an algorithm that is not read. `None` for Ed25519 and P-256.
fn named(mut algorithm: &[u8], private: bool) -> Option<KeyFileError> {
    let Some((OID, oid)) = next(&mut algorithm) else { return None };
    match oid {
        ED25519 => None,
        EC => match next(&mut algorithm)? {
            (OID, P256) => None,
            parameters => Some(other_curve(parameters, private)),
        },
        _ => {
            let known = ALGORITHMS.iter().find(|(known, _)| *known == oid);
            let name = known.map_or("an algorithm that is not known here", |(_, name)| name);
            Some(KeyFileError::OtherAlgorithm(name))
        }
    }
}

fn other_curve((tag, value): Value<'_>, private: bool) -> KeyFileError {
    match tag {
        SEQUENCE => KeyFileError::ExplicitCurve { private },
        OID => {
            let known = CURVES.iter().find(|(known, _)| *known == value);
            let name = known.map_or("a curve that is not known here", |(_, name)| name);
            KeyFileError::OtherAlgorithm(name)
        }
        _ => KeyFileError::Key(KeyError::Encoding),
    }
}
