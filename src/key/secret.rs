use alloc::string::String;
use core::fmt;

use ed25519_dalek::{self as ed25519, Signer as _};
use p256::ecdsa;
use rand_core::CryptoRng;
use zeroize::Zeroizing;

use super::{KeyError, PublicKey, SIGNATURE_BYTES, pkcs};

/// A software signing key. It is not `Clone`, `Debug` hides the secret, and memory is wiped on
/// drop.
///
/// For keys in an HSM, Android Keystore, Secure Enclave or `WebCrypto`, see
/// [`Prepared`](crate::issue::Prepared).
///
/// ```
/// use livepermit::SecretKey;
/// let key = SecretKey::generate_ed25519(&mut rand::rng());
/// assert_eq!(format!("{key:?}"), "SecretKey(Ed25519, ..)");
/// let pem = key.to_pkcs8_pem();
/// assert_eq!(SecretKey::from_pkcs8_pem(&pem)?.public_key(), key.public_key());
/// # Ok::<(), livepermit::key::KeyError>(())
/// ```
pub struct SecretKey(Inner);

enum Inner {
    Ed25519(ed25519::SigningKey),
    P256(ecdsa::SigningKey, PublicKey),
}

impl SecretKey {
    /// Makes an Ed25519 key from 32 random bytes.
    pub fn generate_ed25519(rng: &mut impl CryptoRng) -> Self {
        let mut seed = Zeroizing::new([0; 32]);
        rng.fill_bytes(seed.as_mut_slice());
        Self::from_ed25519_seed(&seed)
    }

    /// Makes a P-256 key.
    pub fn generate_p256(rng: &mut impl CryptoRng) -> Self {
        let mut bytes = Zeroizing::new([0; 32]);
        loop {
            rng.fill_bytes(bytes.as_mut_slice());
            // About one number in 2^32 is not below the group order. Then draw again.
            if let Ok(key) = Self::from_p256_scalar(&bytes) {
                return key;
            }
        }
    }

    /// Accepts the 32-byte seed that RFC 8032 calls the private key.
    #[must_use]
    pub fn from_ed25519_seed(seed: &[u8; 32]) -> Self {
        Self(Inner::Ed25519(ed25519::SigningKey::from_bytes(seed)))
    }

    /// Accepts a P-256 private key as 32 bytes, big-endian (SEC1 §2.3.7).
    ///
    /// # Errors
    /// [`KeyError::SecretOutOfRange`] for zero and for numbers not below the group order.
    pub fn from_p256_scalar(bytes: &[u8; 32]) -> Result<Self, KeyError> {
        let key = ecdsa::SigningKey::from_slice(bytes).map_err(|_| KeyError::SecretOutOfRange)?;
        let public = PublicKey::from_sec1_bytes(&key.verifying_key().to_sec1_bytes())?;
        Ok(Self(Inner::P256(key, public)))
    }

    /// Reads a DER PKCS#8 private key, unencrypted (RFC 5958, RFC 8410).
    ///
    /// # Errors
    /// [`KeyError::Encoding`], [`KeyError::UnsupportedAlgorithm`] or
    /// [`KeyError::SecretOutOfRange`].
    pub fn from_pkcs8_der(der: &[u8]) -> Result<Self, KeyError> {
        pkcs::secret_from_der(der)
    }

    /// Reads a PEM `PRIVATE KEY` block (RFC 7468 §10).
    ///
    /// # Errors
    /// As [`SecretKey::from_pkcs8_der`].
    pub fn from_pkcs8_pem(pem: &str) -> Result<Self, KeyError> {
        pkcs::secret_from_pem(pem)
    }

    /// The key as a PEM `PRIVATE KEY` block. The block leaves out the public key, so that every
    /// tool can read it. The text is wiped on drop.
    #[must_use]
    pub fn to_pkcs8_pem(&self) -> Zeroizing<String> {
        let der = match &self.0 {
            Inner::Ed25519(key) => pkcs::ed25519_pkcs8(key.as_bytes()),
            Inner::P256(key, _) => pkcs::p256_pkcs8(&Zeroizing::new(key.to_bytes().into())),
        };
        Zeroizing::new(pkcs::pem("PRIVATE KEY", &der))
    }

    /// The public half.
    #[must_use]
    pub fn public_key(&self) -> PublicKey {
        match &self.0 {
            Inner::Ed25519(key) => PublicKey::from_ed25519(key.into()),
            Inner::P256(_, public) => public.clone(),
        }
    }

    /// Signs deterministically (RFC 8032, RFC 6979): no randomness is needed or used.
    pub(crate) fn sign(&self, message: &[u8]) -> [u8; SIGNATURE_BYTES] {
        match &self.0 {
            Inner::Ed25519(key) => key.sign(message).to_bytes(),
            Inner::P256(key, _) => {
                let signature: ecdsa::Signature = key.sign(message);
                signature.normalize_s().to_bytes().into()
            }
        }
    }
}

impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            Inner::Ed25519(_) => "SecretKey(Ed25519, ..)",
            Inner::P256(..) => "SecretKey(P-256, ..)",
        })
    }
}
