//! Reads keys from files, and makes keys.

use std::path::Path;

use clap::ValueEnum;
use livepermit::field::ClaimError;
use livepermit::key::KeyError;
use livepermit::{PublicKey, SecretKey};
use zeroize::Zeroizing;

use super::failure::Failure;
use super::random::fill;
use super::{files, output, texts};

/// The permission bits of everybody but the owner.
const OTHERS: u32 = 0o077;

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum KeyAlgorithm {
    Ed25519,
    P256,
}

/// Makes a key from the operating system's randomness.
pub(crate) fn generate(algorithm: KeyAlgorithm) -> Result<SecretKey, Failure> {
    let mut bytes = Zeroizing::new([0; 32]);
    loop {
        fill(bytes.as_mut_slice())?;
        match algorithm {
            KeyAlgorithm::Ed25519 => return Ok(SecretKey::from_ed25519_seed(&bytes)),
            KeyAlgorithm::P256 => {
                // One number in 2^32 is no key: then draw another number.
                if let Ok(key) = SecretKey::from_p256_scalar(&bytes) {
                    return Ok(key);
                }
            }
        }
    }
}

/// Reads a private key file. Warns if other users can use the file too.
pub(crate) fn read_secret(path: &Path) -> Result<SecretKey, Failure> {
    let (pem, mode) = files::read_key_text(path)?;
    secret(path, &pem, mode)
}

fn secret(path: &Path, pem: &str, mode: Option<u32>) -> Result<SecretKey, Failure> {
    let key =
        SecretKey::from_pkcs8_pem(pem).map_err(|error| explain(path, pem, &error, "private"))?;
    if let Some(mode) = mode.filter(|mode| mode & OTHERS != 0) {
        output::warning(&texts::key_readable(path.display(), format!("{mode:03o}")));
    }
    Ok(key)
}

/// Reads a public key file.
pub(crate) fn read_public(path: &Path) -> Result<PublicKey, Failure> {
    let (pem, _) = files::read_key_text(path)?;
    PublicKey::from_spki_pem(&pem).map_err(|error| explain(path, &pem, &error, "public"))
}

pub(crate) fn read_either(path: &Path) -> Result<PublicKey, Failure> {
    let (pem, mode) = files::read_key_text(path)?;
    if pem.contains("PRIVATE KEY-----") {
        return Ok(secret(path, &pem, mode)?.public_key());
    }
    PublicKey::from_spki_pem(&pem).map_err(|error| explain(path, &pem, &error, "public"))
}

/// Says what kind of file it is, if people often confuse this kind with a key file.
fn explain(path: &Path, pem: &str, error: &KeyError, wanted: &str) -> Failure {
    let file = path.display();
    let has = |label: &str| pem.contains(&format!("-----BEGIN {label}-----"));
    if has("ENCRYPTED PRIVATE KEY") {
        texts::key_encrypted(file)
    } else if has("EC PRIVATE KEY") {
        texts::key_sec1(file)
    } else if has("CERTIFICATE") {
        texts::key_certificate(file)
    } else if wanted == "public" && has("PRIVATE KEY") {
        texts::key_not_public(file)
    } else if wanted == "private" && has("PUBLIC KEY") {
        texts::key_not_private(file)
    } else if !pem.contains("-----BEGIN ") {
        texts::key_not_pem(file, wanted)
    } else {
        texts::key_unusable(file, wanted, error)
    }
}

/// A value that breaks the rules of its field.
pub(crate) fn claim_failure(error: &ClaimError) -> Failure {
    match error.field {
        "class" => texts::wrong_class(error),
        "nonce" => texts::wrong_nonce(error),
        "window" => texts::wrong_window(error),
        "full name" => texts::wrong_full_name(error),
        "check number" => texts::wrong_check_number(error),
        "birth date" => texts::wrong_birth_date(error),
        _ => texts::wrong_name(error),
    }
}
