//! Reads keys from files, and makes keys.

use std::path::Path;

use clap::ValueEnum;
use livepermit::field::ClaimError;
use livepermit::key::{KeyFile, KeyFileError, OtherFile};
use livepermit::{PublicKey, SecretKey};
use zeroize::Zeroizing;

use super::failure::Failure;
use super::files::KeyBytes;
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
    let file = files::read_key(path)?;
    match file.read(path, Wanted::Private)? {
        KeyFile::Secret(key) => {
            file.warn_of_readers(path);
            Ok(key)
        }
        KeyFile::Unnamed(_) => Err(texts::key_unnamed(path.display())),
        _ => Err(texts::key_not_private(path.display())),
    }
}

/// Reads a public key file.
pub(crate) fn read_public(path: &Path) -> Result<PublicKey, Failure> {
    match files::read_key(path)?.read(path, Wanted::Public)? {
        KeyFile::Secret(_) => Err(texts::key_not_public(path.display())),
        key => Ok(public(path, &key)),
    }
}

/// Reads the public half of a key file, private or public.
pub(crate) fn read_either(path: &Path) -> Result<PublicKey, Failure> {
    let file = files::read_key(path)?;
    let key = file.read(path, Wanted::Either)?;
    if matches!(key, KeyFile::Secret(_)) {
        file.warn_of_readers(path);
    }
    Ok(public(path, &key))
}

fn public(path: &Path, key: &KeyFile) -> PublicKey {
    if matches!(key, KeyFile::Unnamed(_)) {
        output::warning(&texts::key_taken_for_public(path.display()));
    }
    key.public_key()
}

/// Which half is needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wanted {
    Private,
    Public,
    Either,
}

impl KeyBytes {
    fn read(&self, path: &Path, wanted: Wanted) -> Result<KeyFile, Failure> {
        KeyFile::read(&self.bytes).map_err(|error| explain(path, &self.bytes, &error, wanted))
    }

    fn warn_of_readers(&self, path: &Path) {
        if let Some(mode) = self.mode.filter(|mode| mode & OTHERS != 0) {
            output::warning(&texts::key_readable(path.display(), format!("{mode:03o}")));
        }
    }
}

/// Says what kind of file it is, and what to do about it.
fn explain(path: &Path, bytes: &[u8], error: &KeyFileError, wanted: Wanted) -> Failure {
    let file = path.display();
    // OpenSSL before version 3 does not find out by itself.
    let form = if bytes.first() == Some(&0x30) { " -inform DER" } else { "" };
    match error {
        KeyFileError::Empty => texts::key_file_empty(file),
        KeyFileError::TooLarge { .. } => texts::key_file_too_large(file),
        KeyFileError::NoKey => texts::key_not_found(file),
        KeyFileError::Damaged => texts::key_damaged(file),
        KeyFileError::Unnamed => texts::key_unnamed(file),
        KeyFileError::SeveralKeys { count } => texts::key_several(file, count),
        KeyFileError::Encrypted => texts::key_encrypted(file, form),
        KeyFileError::EncryptedLegacy => texts::key_encrypted_legacy(file),
        KeyFileError::EncryptedOpenSsh => texts::key_encrypted_openssh(file),
        KeyFileError::ExplicitCurve { private: true } => {
            texts::key_explicit_curve_private(file, form)
        }
        KeyFileError::ExplicitCurve { private: false } => {
            texts::key_explicit_curve_public(file, form)
        }
        KeyFileError::OtherAlgorithm(name) => texts::key_other_algorithm(file, name),
        KeyFileError::Mismatch => texts::key_mismatch(file),
        KeyFileError::Other(OtherFile::Certificate) => texts::key_certificate(file, form),
        KeyFileError::Other(OtherFile::CertificateRequest) => texts::key_request(file, form),
        KeyFileError::Other(OtherFile::Pkcs12) if wanted == Wanted::Public => {
            texts::key_pkcs12_public(file)
        }
        KeyFileError::Other(OtherFile::Pkcs12) => texts::key_pkcs12(file),
        KeyFileError::Other(OtherFile::Putty) => texts::key_putty(file),
        KeyFileError::Other(OtherFile::JavaKeyStore) => texts::key_java(file),
        KeyFileError::Other(other) => texts::key_other_file(file, other.name()),
        error => texts::key_unusable(file, error),
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
