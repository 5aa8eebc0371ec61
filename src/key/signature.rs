//! Signatures as signers write them, and the bytes that a signer may have signed by mistake.

use alloc::string::String;
use alloc::vec::Vec;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use livepermit_curves::{Ed25519Key, P256Key, with_low_s};
use sha2::{Digest as _, Sha256, Sha384, Sha512};

use super::file::{base64, hexadecimal, padded};
use super::public::CurveKey;
use super::{Algorithm, PublicKey, SIGNATURE_BYTES};

/// Bytes of both halves together below which no split is tried: eight lost zeros are rarer than
/// any other fault.
const SHORTEST_RAW: usize = 56;
/// Bytes of both halves with a sign byte each.
const LONGEST_RAW: usize = 66;
/// More bytes than any signature has in any form that is read.
const LONGEST: usize = 1024;

/// What the signer signed instead of the message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SignedBytes {
    /// The SHA-256 digest of the message, which a P-256 signer hashed again.
    Digest,
    /// The SHA-384 digest of the message.
    Sha384,
    /// The SHA-512 digest of the message.
    Sha512,
    /// The first 32 bytes of the message, as if they were its digest.
    Unhashed,
    /// The message, but with Ed25519ph (RFC 8032 §5.1) instead of Ed25519.
    Ed25519ph,
    /// The message as hexadecimal or base64 text.
    MessageText,
    /// The digest as hexadecimal or base64 text.
    DigestText,
    /// The message and a line end.
    LineEnd,
    /// Only the payload, without the header.
    Payload,
    /// Nothing: no byte reached the signer.
    Empty,
}

/// Every way to read a signature, in the form of tokens: 64 raw bytes, low s. Only a reading that
/// verifies is a signature, so readings may be tried freely.
pub(crate) fn readings(signer: &PublicKey, given: &[u8]) -> Vec<[u8; SIGNATURE_BYTES]> {
    if given.len() > LONGEST {
        return Vec::new();
    }
    let is_p256 = signer.algorithm() == Algorithm::Esp256;
    let mut readings = Vec::new();
    of_bytes(is_p256, given, &mut readings);
    if let Ok(text) = str::from_utf8(given) {
        for bytes in [hexadecimal(text.trim()), base64(text)].into_iter().flatten() {
            of_bytes(is_p256, &bytes, &mut readings);
        }
    }
    readings
}

fn of_bytes(is_p256: bool, given: &[u8], readings: &mut Vec<[u8; SIGNATURE_BYTES]>) {
    let mut add = |reading: [u8; SIGNATURE_BYTES]| {
        if !readings.contains(&reading) {
            readings.push(reading);
        }
    };
    if !is_p256 {
        // Raw; with a line end; inside an OCTET STRING or a BIT STRING.
        let bare = given
            .strip_prefix(&[0x04, 0x40])
            .or_else(|| given.strip_prefix(&[0x03, 0x41, 0x00]))
            .or_else(|| given.strip_suffix(b"\r\n"))
            .or_else(|| given.strip_suffix(b"\n"))
            .filter(|bare| bare.len() == SIGNATURE_BYTES);
        for bytes in [Some(given), bare].into_iter().flatten() {
            if let Ok(reading) = bytes.try_into() {
                add(reading);
            }
        }
        return;
    }
    let mut add_halves = |r: &[u8], s: &[u8]| {
        if let (Some(r), Some(s)) = (padded(r), padded(s))
            && let Some(signature) = with_low_s(&r, &s)
        {
            add(signature);
        }
    };
    let halves = given.split_first_chunk::<32>().zip(given.split_last_chunk::<32>());
    if let Some(((first, behind), (before, last))) = halves {
        match given.len() {
            SIGNATURE_BYTES => {
                add_halves(first, last);
                // Small devices keep numbers with the lowest byte first.
                let reversed = |half: &[u8]| half.iter().rev().copied().collect::<Vec<u8>>();
                add_halves(&reversed(first), &reversed(last));
            }
            // With a byte of the signer's own in front or behind, or a line end.
            65 | 66 => {
                add_halves(first, behind.get(..32).unwrap_or_default());
                add_halves(before.get(1..).unwrap_or_default(), last);
            }
            _ => {}
        }
    }
    if let Some((r, s)) = der_halves(given).or_else(|| tpm_halves(given)) {
        add_halves(r, s);
    }
    // Numbers without their leading zeros, or with one more that keeps them positive.
    if (SHORTEST_RAW..=LONGEST_RAW).contains(&given.len()) {
        for at in given.len().saturating_sub(33)..=33 {
            if let Some((r, s)) = given.split_at_checked(at) {
                add_halves(r, s);
            }
        }
    }
}

/// The two numbers of a DER signature. Also with too few or too many zeros in front, with another
/// outer length than the content has, and with zeros or a line end behind, as sloppy encoders
/// write.
fn der_halves(given: &[u8]) -> Option<(&[u8], &[u8])> {
    let [0x30, after @ ..] = given else { return None };
    let mut rest = match after {
        [0x81, _, rest @ ..] | [0x82, _, _, rest @ ..] => rest,
        [_, rest @ ..] => rest,
        [] => return None,
    };
    let mut number = || {
        let [0x02, length, after @ ..] = rest else { return None };
        let (number, after) = after.split_at_checked((*length).into())?;
        rest = after;
        Some(number)
    };
    let halves = (number()?, number()?);
    rest.iter().all(|byte| matches!(byte, 0 | b'\n' | b'\r')).then_some(halves)
}

/// The two numbers of a `TPMT_SIGNATURE` (TPM 2.0 Library, part 2): ECDSA, a hash, and two numbers
/// with their lengths.
fn tpm_halves(given: &[u8]) -> Option<(&[u8], &[u8])> {
    let [0x00, 0x18, _, _, rest @ ..] = given else { return None };
    let mut rest = rest;
    let mut number = || {
        let [high, low, after @ ..] = rest else { return None };
        let (number, after) = after.split_at_checked(u16::from_be_bytes([*high, *low]).into())?;
        rest = after;
        Some(number)
    };
    let halves = (number()?, number()?);
    rest.is_empty().then_some(halves)
}

/// What the signer signed, if it is one of the usual mistakes.
pub(crate) fn mistake(
    signer: &PublicKey,
    message: &[u8],
    payload: &[u8],
    readings: &[[u8; SIGNATURE_BYTES]],
) -> Option<SignedBytes> {
    let digest: [u8; 32] = Sha256::digest(message).into();
    let is_over = |bytes: &[u8]| readings.iter().any(|reading| signer.verifies(bytes, reading));
    let is_over_text = |bytes: &[u8]| {
        let base64 = STANDARD.encode(bytes);
        let (lower, url) = (hex(bytes), URL_SAFE_NO_PAD.encode(bytes));
        [lower.to_uppercase(), lower, url, base64].iter().any(|text| {
            is_over(text.as_bytes()) || is_over([text.as_str(), "\n"].concat().as_bytes())
        })
    };
    Some(if is_over(&digest) {
        SignedBytes::Digest
    } else if is_over(payload) {
        SignedBytes::Payload
    } else if is_over(&[]) {
        SignedBytes::Empty
    } else if is_over(&[message, b"\n"].concat()) || is_over(&[message, b"\r\n"].concat()) {
        SignedBytes::LineEnd
    } else if is_over_text(&digest) {
        SignedBytes::DigestText
    } else if is_over_text(message) {
        SignedBytes::MessageText
    } else {
        return match signer.curve_key() {
            CurveKey::P256(key) => p256_mistake(key, message, readings),
            CurveKey::Ed25519(key) => ed25519_mistake(key, message, readings),
        };
    })
}

fn p256_mistake(
    key: &P256Key,
    message: &[u8],
    readings: &[[u8; SIGNATURE_BYTES]],
) -> Option<SignedBytes> {
    let is_over = |digest: &[u8]| {
        let digest = digest.first_chunk();
        digest.is_some_and(|digest| readings.iter().any(|r| key.verifies_digest(digest, r)))
    };
    if is_over(&Sha384::digest(message)) {
        Some(SignedBytes::Sha384)
    } else if is_over(&Sha512::digest(message)) {
        Some(SignedBytes::Sha512)
    } else {
        is_over(message).then_some(SignedBytes::Unhashed)
    }
}

fn ed25519_mistake(
    key: &Ed25519Key,
    message: &[u8],
    readings: &[[u8; SIGNATURE_BYTES]],
) -> Option<SignedBytes> {
    let is_over = |bytes: &[u8]| readings.iter().any(|reading| key.verifies(&[bytes], reading));
    let digest: [u8; 64] = Sha512::digest(message).into();
    if is_over(&digest) {
        Some(SignedBytes::Sha512)
    } else if is_over(&Sha384::digest(message)) {
        Some(SignedBytes::Sha384)
    } else {
        let is_prehashed = readings.iter().any(|reading| key.verifies_prehashed(&digest, reading));
        is_prehashed.then_some(SignedBytes::Ed25519ph)
    }
}

/// The P-256 keys under which one of the readings is a signature over the message.
pub(crate) fn recovered(message: &[u8], readings: &[[u8; SIGNATURE_BYTES]]) -> Vec<PublicKey> {
    let digest: [u8; 32] = Sha256::digest(message).into();
    let mut keys: Vec<PublicKey> = Vec::new();
    for key in readings.iter().flat_map(|reading| P256Key::recovered(&digest, reading)) {
        let key = PublicKey::from_p256(key);
        if !keys.contains(&key) {
            keys.push(key);
        }
    }
    keys
}

fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |number: u8| DIGITS.get(usize::from(number)).copied().map_or('0', char::from);
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}
