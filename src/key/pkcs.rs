//! Keys in the formats of other tools: PKCS#8 and `SubjectPublicKeyInfo`, in DER and PEM.
//!
//! The `pkcs8` crate reads keys. Keys are written as a fixed prefix in front of the key (RFC 8410
//! §4 and §7, RFC 5480 §2, RFC 5915), because the Ed25519 crate adds the public key to private
//! keys, which older OpenSSL refuses.

use alloc::string::String;
use alloc::vec::Vec;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use p256::pkcs8::PrivateKeyInfoRef;
use p256::pkcs8::der::{Decode as _, Document, SecretDocument};
use p256::pkcs8::spki::{ObjectIdentifier, SubjectPublicKeyInfoRef};
use zeroize::Zeroizing;

use super::{KeyError, PublicKey, SecretKey};

/// id-Ed25519 (RFC 8410 §3)
const ED25519: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.101.112");
/// id-ecPublicKey (RFC 5480 §2.1.1)
const EC_PUBLIC_KEY: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");

const ED25519_SPKI_PREFIX: [u8; 12] =
    [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];
const P256_SPKI_PREFIX: [u8; 26] = [
    0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a,
    0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00,
];
const ED25519_PKCS8_PREFIX: [u8; 16] = [
    0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20,
];
const P256_PKCS8_PREFIX: [u8; 35] = [
    0x30, 0x41, 0x02, 0x01, 0x00, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01,
    0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x04, 0x27, 0x30, 0x25, 0x02, 0x01,
    0x01, 0x04, 0x20,
];

pub(super) fn public_from_der(der: &[u8]) -> Result<PublicKey, KeyError> {
    let spki = SubjectPublicKeyInfoRef::from_der(der).map_err(|_| KeyError::Encoding)?;
    match spki.algorithm.oid {
        ED25519 => {
            let bits = spki.subject_public_key.as_bytes().ok_or(KeyError::Encoding)?;
            if spki.algorithm.parameters.is_some() {
                return Err(KeyError::Encoding);
            }
            let bytes = bits
                .try_into()
                .map_err(|_| KeyError::Length { found: bits.len(), expected: 32 })?;
            PublicKey::from_ed25519_bytes(bytes)
        }
        EC_PUBLIC_KEY => {
            let curve = spki.algorithm.parameters_oid().map_err(|_| KeyError::Encoding)?;
            if curve != <p256::NistP256 as p256::pkcs8::AssociatedOid>::OID {
                return Err(KeyError::UnsupportedAlgorithm);
            }
            let point = spki.subject_public_key.as_bytes().ok_or(KeyError::Encoding)?;
            PublicKey::from_sec1_bytes(point)
        }
        _ => Err(KeyError::UnsupportedAlgorithm),
    }
}

pub(super) fn public_from_pem(pem: &str) -> Result<PublicKey, KeyError> {
    let (label, document) = Document::from_pem(pem).map_err(|_| KeyError::Encoding)?;
    if label != "PUBLIC KEY" {
        return Err(KeyError::Encoding);
    }
    public_from_der(document.as_bytes())
}

pub(super) fn secret_from_der(der: &[u8]) -> Result<SecretKey, KeyError> {
    let info = PrivateKeyInfoRef::from_der(der).map_err(|_| KeyError::Encoding)?;
    match info.algorithm.oid {
        ED25519 => {
            // CurvePrivateKey is an OCTET STRING inside the OCTET STRING (RFC 8410 §7).
            let seed = match info.private_key.as_bytes() {
                [0x04, 0x20, seed @ ..] => seed,
                _ => return Err(KeyError::Encoding),
            };
            let seed: &[u8; 32] = seed
                .try_into()
                .map_err(|_| KeyError::Length { found: seed.len(), expected: 32 })?;
            let key = SecretKey::from_ed25519_seed(seed);
            match info.public_key {
                // The file is broken if the public key belongs to another seed. Implementations
                // that trust such a public key leak the secret scalar with every signature.
                Some(public)
                    if public.as_bytes() != Some(key.public_key().to_point_bytes().as_slice()) =>
                {
                    Err(KeyError::Encoding)
                }
                _ => Ok(key),
            }
        }
        EC_PUBLIC_KEY => {
            let curve = info.algorithm.parameters_oid().map_err(|_| KeyError::Encoding)?;
            if curve != <p256::NistP256 as p256::pkcs8::AssociatedOid>::OID {
                return Err(KeyError::UnsupportedAlgorithm);
            }
            let key = p256::SecretKey::try_from(info).map_err(|_| KeyError::Encoding)?;
            let scalar: Zeroizing<[u8; 32]> = Zeroizing::new(key.to_bytes().into());
            SecretKey::from_p256_scalar(&scalar)
        }
        _ => Err(KeyError::UnsupportedAlgorithm),
    }
}

pub(super) fn secret_from_pem(pem: &str) -> Result<SecretKey, KeyError> {
    let (label, document) = SecretDocument::from_pem(pem).map_err(|_| KeyError::Encoding)?;
    if label != "PRIVATE KEY" {
        return Err(KeyError::Encoding);
    }
    secret_from_der(document.as_bytes())
}

pub(super) fn ed25519_spki(point: &[u8; 32]) -> Vec<u8> {
    [ED25519_SPKI_PREFIX.as_slice(), point].concat()
}

pub(super) fn p256_spki(uncompressed: &[u8]) -> Vec<u8> {
    [P256_SPKI_PREFIX.as_slice(), uncompressed].concat()
}

pub(super) fn ed25519_pkcs8(seed: &[u8; 32]) -> Zeroizing<Vec<u8>> {
    Zeroizing::new([ED25519_PKCS8_PREFIX.as_slice(), seed].concat())
}

pub(super) fn p256_pkcs8(scalar: &[u8; 32]) -> Zeroizing<Vec<u8>> {
    Zeroizing::new([P256_PKCS8_PREFIX.as_slice(), scalar].concat())
}

/// Armour (RFC 7468): base64 in lines of 64 characters between two labels.
pub(super) fn pem(label: &str, der: &[u8]) -> String {
    let body = Zeroizing::new(STANDARD.encode(der));
    let mut lines = body.as_str();
    // Reserve up front: a reallocation would leave the secret in freed memory.
    let mut out = String::with_capacity(body.len().saturating_mul(2).saturating_add(128));
    out.extend(["-----BEGIN ", label, "-----\n"]);
    while let Some((line, rest)) = lines.split_at_checked(64) {
        out.extend([line, "\n"]);
        lines = rest;
    }
    if !lines.is_empty() {
        out.extend([lines, "\n"]);
    }
    out.extend(["-----END ", label, "-----\n"]);
    out
}
