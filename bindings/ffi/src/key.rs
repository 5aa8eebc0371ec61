//! Keys.

use std::sync::Arc;

use rand::TryRng as _;
use rand::rngs::SysRng;
use zeroize::Zeroizing;

use crate::error::{LivepermitError, Result};
use crate::number::array;

/// What a key signs with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
pub enum Algorithm {
    /// Ed25519 (RFC 8032), COSE number -19.
    Ed25519,
    /// The same signatures under the older COSE number -8. Keys of issuers can be pinned to it.
    EdDsa,
    /// ECDSA with P-256 and SHA-256, COSE number -9: for device keys only.
    Esp256,
}

impl From<livepermit::key::Algorithm> for Algorithm {
    fn from(algorithm: livepermit::key::Algorithm) -> Self {
        match algorithm {
            livepermit::key::Algorithm::EdDsa => Self::EdDsa,
            livepermit::key::Algorithm::Esp256 => Self::Esp256,
            _ => Self::Ed25519,
        }
    }
}

/// A public key: Ed25519 or P-256. Two keys are the same if their `COSE_Key` bytes are.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Object))]
pub struct PublicKey(pub(crate) livepermit::PublicKey);

impl PublicKey {
    pub(crate) fn shared(key: livepermit::PublicKey) -> Arc<Self> {
        Arc::new(Self(key))
    }
}

#[cfg_attr(feature = "uniffi", uniffi::export)]
impl PublicKey {
    /// Reads a `COSE_Key` in its one deterministic form (RFC 9052 §7).
    ///
    /// # Errors
    /// `key-malformed`, `key-not-on-curve`, `key-small-order` and others of keys.
    #[cfg_attr(feature = "uniffi", uniffi::constructor)]
    pub fn from_cose_key(bytes: Vec<u8>) -> Result<Self> {
        Ok(Self(livepermit::PublicKey::from_cose_key(&bytes)?))
    }

    /// Reads a DER `SubjectPublicKeyInfo`: what Java's `getEncoded` gives (RFC 5280, RFC 8410).
    ///
    /// # Errors
    /// `key-encoding`, `key-unsupported-algorithm` and others of keys.
    #[cfg_attr(feature = "uniffi", uniffi::constructor)]
    pub fn from_spki_der(der: Vec<u8>) -> Result<Self> {
        Ok(Self(livepermit::PublicKey::from_spki_der(&der)?))
    }

    /// Reads a PEM `PUBLIC KEY` block.
    ///
    /// # Errors
    /// As `from_spki_der`.
    #[cfg_attr(feature = "uniffi", uniffi::constructor)]
    pub fn from_spki_pem(pem: &str) -> Result<Self> {
        Ok(Self(livepermit::PublicKey::from_spki_pem(pem)?))
    }

    /// Reads the bytes of a point: 32 of Ed25519, or 33 or 65 of P-256 (SEC1), as Apple's CryptoKit
    /// gives them.
    ///
    /// # Errors
    /// `key-length`, `key-not-on-curve`, `key-small-order`.
    #[cfg_attr(feature = "uniffi", uniffi::constructor)]
    pub fn from_point(bytes: Vec<u8>) -> Result<Self> {
        Ok(Self(match bytes.as_slice().try_into() {
            Ok(bytes) => livepermit::PublicKey::from_ed25519_bytes(bytes)?,
            Err(_) => livepermit::PublicKey::from_sec1_bytes(&bytes)?,
        }))
    }

    /// What the key signs with.
    #[must_use]
    pub fn algorithm(&self) -> Algorithm {
        self.0.algorithm().into()
    }

    /// The one deterministic `COSE_Key`.
    #[must_use]
    pub fn to_cose_key(&self) -> Vec<u8> {
        self.0.to_cose_key()
    }

    /// The DER `SubjectPublicKeyInfo`.
    #[must_use]
    pub fn to_spki_der(&self) -> Vec<u8> {
        self.0.to_spki_der()
    }

    /// The PEM `PUBLIC KEY` block.
    #[must_use]
    pub fn to_spki_pem(&self) -> String {
        self.0.to_spki_pem()
    }

    /// The bytes of the point: 32 of Ed25519, 65 of P-256.
    #[must_use]
    pub fn to_point(&self) -> Vec<u8> {
        self.0.to_point_bytes()
    }

    /// The 32 bytes of the key's thumbprint (RFC 9679). Its first 8 are the key id that a trust
    /// list gives by default.
    #[must_use]
    pub fn thumbprint(&self) -> Vec<u8> {
        self.0.thumbprint().into()
    }
}

/// A private key in memory. Prefer a keystore where there is one, and sign with `message` and
/// `attach`. The bytes are wiped when the object is dropped.
#[cfg_attr(feature = "uniffi", derive(uniffi::Object))]
pub struct SecretKey(pub(crate) livepermit::SecretKey);

impl core::fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg_attr(feature = "uniffi", uniffi::export)]
impl SecretKey {
    /// Makes an Ed25519 key from the randomness of the operating system.
    ///
    /// # Errors
    /// `no-randomness` if the operating system gives none.
    #[cfg_attr(feature = "uniffi", uniffi::constructor)]
    pub fn generate_ed25519() -> Result<Self> {
        Ok(Self(livepermit::SecretKey::from_ed25519_seed(&*random()?)))
    }

    /// Makes a P-256 key from the randomness of the operating system.
    ///
    /// # Errors
    /// `no-randomness` if the operating system gives none.
    #[cfg_attr(feature = "uniffi", uniffi::constructor)]
    pub fn generate_p256() -> Result<Self> {
        loop {
            // About one number in 2^32 is no key. Then draw again.
            if let Ok(key) = livepermit::SecretKey::from_p256_scalar(&*random()?) {
                return Ok(Self(key));
            }
        }
    }

    /// Reads a PEM `PRIVATE KEY` block: PKCS#8, unencrypted.
    ///
    /// # Errors
    /// `key-encoding`, `key-unsupported-algorithm`, `key-out-of-range`.
    #[cfg_attr(feature = "uniffi", uniffi::constructor)]
    pub fn from_pkcs8_pem(pem: &str) -> Result<Self> {
        Ok(Self(livepermit::SecretKey::from_pkcs8_pem(pem)?))
    }

    /// Reads a DER PKCS#8 private key, unencrypted.
    ///
    /// # Errors
    /// As `from_pkcs8_pem`.
    #[cfg_attr(feature = "uniffi", uniffi::constructor)]
    pub fn from_pkcs8_der(der: Vec<u8>) -> Result<Self> {
        Ok(Self(livepermit::SecretKey::from_pkcs8_der(&Zeroizing::new(der))?))
    }

    /// Takes the 32 bytes that RFC 8032 calls the private key.
    ///
    /// # Errors
    /// `length-wrong`.
    #[cfg_attr(feature = "uniffi", uniffi::constructor)]
    pub fn from_ed25519_seed(seed: Vec<u8>) -> Result<Self> {
        let seed = Zeroizing::new(seed);
        let seed = Zeroizing::new(array("the seed", &seed)?);
        Ok(Self(livepermit::SecretKey::from_ed25519_seed(&seed)))
    }

    /// Takes a P-256 private key: 32 bytes, big-endian.
    ///
    /// # Errors
    /// `length-wrong`, `key-out-of-range`.
    #[cfg_attr(feature = "uniffi", uniffi::constructor)]
    pub fn from_p256_scalar(bytes: Vec<u8>) -> Result<Self> {
        let bytes = Zeroizing::new(bytes);
        let bytes = Zeroizing::new(array("the private key", &bytes)?);
        Ok(Self(livepermit::SecretKey::from_p256_scalar(&bytes)?))
    }

    /// The PEM `PRIVATE KEY` block. The text is a copy that the caller has to guard.
    #[must_use]
    pub fn to_pkcs8_pem(&self) -> String {
        self.0.to_pkcs8_pem().to_string()
    }

    /// The public half.
    #[must_use]
    pub fn public_key(&self) -> Arc<PublicKey> {
        PublicKey::shared(self.0.public_key())
    }
}

pub(crate) fn random<const BYTES: usize>() -> Result<Zeroizing<[u8; BYTES]>> {
    let mut bytes = Zeroizing::new([0; BYTES]);
    SysRng.try_fill_bytes(bytes.as_mut_slice()).map_err(|error| {
        LivepermitError::new("no-randomness", error)
            .with("Look at the operating system: it gives no randomness.")
    })?;
    Ok(bytes)
}
