//! Keys of OpenSSH: RFC 4253 §6.6, RFC 5656 §3.1, RFC 8709 §4, RFC 4716, and OpenSSH's own format
//! of private keys (`PROTOCOL.key`).

use super::finds::Finds;
use super::{KeyFile, KeyFileError, Read, jwk, text};
use crate::key::{KeyError, PublicKey};

const ED25519: &str = "ssh-ed25519";
const P256: &str = "ecdsa-sha2-nistp256";

/// Types of keys that are not read.
const OTHERS: [(&str, &str); 8] = [
    ("ssh-rsa", "RSA"),
    ("rsa-sha2-256", "RSA"),
    ("rsa-sha2-512", "RSA"),
    ("ssh-dss", "DSA"),
    ("ecdsa-sha2-nistp384", "P-384"),
    ("ecdsa-sha2-nistp521", "P-521"),
    ("sk-ssh-ed25519@openssh.com", "an OpenSSH security key"),
    ("sk-ecdsa-sha2-nistp256@openssh.com", "an OpenSSH security key"),
];

/// Reads lines such as those of `id_ed25519.pub`, `authorized_keys` and `known_hosts`.
pub(super) fn read_lines(file: &str) -> Read {
    let mut finds = Finds::default();
    let lines = file.split(['\n', '\r']);
    for line in lines.filter(|line| !line.trim_start().starts_with('#')) {
        let mut words = line.split(|c| text::is_space(c) || matches!(c, '"' | '\''));
        while let Some(word) = words.next() {
            if is_type(word) {
                let blob = words.next().and_then(text::base64);
                finds.add(Some(match blob {
                    Some(blob) => public(&blob),
                    None => Err(KeyFileError::Damaged),
                }));
            }
        }
    }
    finds.finish()
}

fn is_type(word: &str) -> bool {
    [ED25519, P256].contains(&word) || other(word).is_some()
}

fn other(word: &str) -> Option<KeyFileError> {
    if word.contains("-cert-v01@openssh.com") {
        return Some(KeyFileError::OtherAlgorithm("an OpenSSH certificate"));
    }
    let known = OTHERS.iter().find(|(known, _)| *known == word)?;
    Some(KeyFileError::OtherAlgorithm(known.1))
}

/// Takes the next length-prefixed string.
fn string<'a>(input: &mut &'a [u8]) -> Option<&'a [u8]> {
    let (length, rest) = input.split_first_chunk::<4>()?;
    let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
    let (string, rest) = rest.split_at_checked(length)?;
    *input = rest;
    Some(string)
}

/// Reads the blob of a public key.
pub(super) fn public(blob: &[u8]) -> Result<KeyFile, KeyFileError> {
    let mut rest = blob;
    read_public(&mut rest).unwrap_or(Err(KeyFileError::Damaged)).map(KeyFile::Public)
}

fn read_public(rest: &mut &[u8]) -> Option<Result<PublicKey, KeyFileError>> {
    let kind = str::from_utf8(string(rest)?).ok()?;
    if let Some(error) = other(kind) {
        return Some(Err(error));
    }
    let key = match kind {
        ED25519 => {
            let point = string(rest)?;
            match point.try_into() {
                Ok(point) => PublicKey::from_ed25519_bytes(point),
                Err(_) => Err(KeyError::Length { found: point.len(), expected: 32 }),
            }
        }
        P256 => {
            string(rest)?;
            PublicKey::from_sec1_bytes(string(rest)?)
        }
        _ => return None,
    };
    Some(key.map_err(KeyFileError::Key))
}

/// Reads the content of an `OPENSSH PRIVATE KEY`.
pub(super) fn private(blob: &[u8]) -> Result<KeyFile, KeyFileError> {
    read_private(blob).unwrap_or(Err(KeyFileError::Damaged))
}

fn read_private(blob: &[u8]) -> Read {
    let mut rest = blob.strip_prefix(b"openssh-key-v1\0")?;
    let (cipher, _, _) = (string(&mut rest)?, string(&mut rest)?, string(&mut rest)?);
    if cipher != b"none" {
        return Some(Err(KeyFileError::EncryptedOpenSsh));
    }
    let (count, after) = rest.split_first_chunk::<4>()?;
    rest = after;
    if u32::from_be_bytes(*count) != 1 {
        let count = usize::try_from(u32::from_be_bytes(*count)).ok()?;
        return Some(Err(KeyFileError::SeveralKeys { count }));
    }
    string(&mut rest)?;
    let mut inner = string(&mut rest)?;
    // Two equal numbers show that the decryption was right.
    let (_, after) = inner.split_first_chunk::<8>()?;
    inner = after;
    let public = match read_public(&mut inner)? {
        Ok(public) => public,
        Err(error) => return Some(Err(error)),
    };
    let secret = string(&mut inner)?;
    let read = match secret.split_first_chunk::<32>() {
        Some((seed, _)) if secret.len() == 64 => jwk::ed25519(None, Some(seed)),
        _ => jwk::p256(None, Some(secret)),
    };
    Some(read.and_then(|file| match file {
        KeyFile::Secret(secret) => jwk::pair(Some(public), Some(secret)),
        other => Ok(other),
    }))
}
