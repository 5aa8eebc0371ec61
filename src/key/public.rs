use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use livepermit_curves::{Ed25519Key, P256Key};
use sha2::{Digest as _, Sha256};

use super::cose_key::{CoseKey, p256_thumbprint_input};
use super::{Algorithm, KeyError, SIGNATURE_BYTES, pkcs};
use crate::bytes::cbor::Writer;

/// A valid public key: a point of its curve in canonical encoding, not of small order.
///
/// ```
/// use livepermit::PublicKey;
/// use livepermit::key::Algorithm;
/// let pem = "-----BEGIN PUBLIC KEY-----\n\
///            MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\n\
///            -----END PUBLIC KEY-----\n";
/// let key = PublicKey::from_spki_pem(pem)?;
/// assert_eq!(key.algorithm(), Algorithm::Ed25519);
/// assert_eq!(key.to_spki_pem(), pem);
/// # Ok::<(), livepermit::key::KeyError>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct PublicKey(CurveKey);

#[derive(Clone, PartialEq, Eq)]
pub(super) enum CurveKey {
    Ed25519(Ed25519Key),
    P256(P256Key),
}

impl PublicKey {
    /// Accepts the 32 bytes of an Ed25519 public key (RFC 8032 §5.1.5).
    ///
    /// # Errors
    /// [`KeyError::NotOnCurve`] if the bytes are not the canonical encoding of a point,
    /// [`KeyError::SmallOrder`] for the eight points that `verify_strict` refuses.
    pub fn from_ed25519_bytes(bytes: &[u8; 32]) -> Result<Self, KeyError> {
        Ok(Self(CurveKey::Ed25519(Ed25519Key::from_bytes(bytes)?)))
    }

    /// Accepts a P-256 point in SEC1 form, compressed (33 bytes) or uncompressed (65 bytes).
    ///
    /// # Errors
    /// [`KeyError::NotOnCurve`] for anything else, the point at infinity included.
    pub fn from_sec1_bytes(bytes: &[u8]) -> Result<Self, KeyError> {
        let key = P256Key::from_sec1_bytes(bytes).ok_or(KeyError::NotOnCurve)?;
        Ok(Self(CurveKey::P256(key)))
    }

    /// Reads a DER `SubjectPublicKeyInfo` (RFC 5280 §4.1, RFC 8410, RFC 5480).
    ///
    /// # Errors
    /// [`KeyError::Encoding`], [`KeyError::UnsupportedAlgorithm`] or an error of the point.
    pub fn from_spki_der(der: &[u8]) -> Result<Self, KeyError> {
        pkcs::public_from_der(der)
    }

    /// Reads a PEM `PUBLIC KEY` block (RFC 7468 §13).
    ///
    /// # Errors
    /// As [`PublicKey::from_spki_der`].
    pub fn from_spki_pem(pem: &str) -> Result<Self, KeyError> {
        pkcs::public_from_pem(pem)
    }

    /// Reads a `COSE_Key` (RFC 9052 §7): `{1: 1, -1: 6, -2: x}` for Ed25519, `{1: 2, -1: 1, -2: x,
    /// -3: sign of y}` for P-256, deterministically encoded and with no further parameter.
    ///
    /// # Errors
    /// [`KeyError::Malformed`] or an error of the point.
    pub fn from_cose_key(bytes: &[u8]) -> Result<Self, KeyError> {
        Self::from_cose(&CoseKey::from_bytes(bytes)?)
    }

    pub(crate) fn from_cose(key: &CoseKey<'_>) -> Result<Self, KeyError> {
        match *key {
            CoseKey::Ed25519 { x } => Self::from_ed25519_bytes(x),
            CoseKey::P256 { x, y_is_odd } => {
                let key = P256Key::decompressed(x, y_is_odd).ok_or(KeyError::NotOnCurve)?;
                Ok(Self(CurveKey::P256(key)))
            }
        }
    }

    /// The public half of a secret key.
    pub(super) const fn from_ed25519(key: Ed25519Key) -> Self {
        Self(CurveKey::Ed25519(key))
    }

    /// A key that a signature tells.
    pub(super) const fn from_p256(key: P256Key) -> Self {
        Self(CurveKey::P256(key))
    }

    /// The algorithm of signatures under this key: [`Algorithm::Ed25519`] or [`Algorithm::Esp256`].
    #[must_use]
    pub const fn algorithm(&self) -> Algorithm {
        match self.0 {
            CurveKey::Ed25519(_) => Algorithm::Ed25519,
            CurveKey::P256(_) => Algorithm::Esp256,
        }
    }

    /// The key as DER `SubjectPublicKeyInfo`.
    #[must_use]
    pub fn to_spki_der(&self) -> Vec<u8> {
        match &self.0 {
            CurveKey::Ed25519(key) => pkcs::ed25519_spki(key.as_bytes()),
            CurveKey::P256(key) => pkcs::p256_spki(&key.to_sec1_bytes()),
        }
    }

    /// The key as a PEM `PUBLIC KEY` block.
    #[must_use]
    pub fn to_spki_pem(&self) -> String {
        pkcs::pem("PUBLIC KEY", &self.to_spki_der())
    }

    /// The raw point: 32 bytes for Ed25519, 65 bytes uncompressed SEC1 for P-256.
    #[must_use]
    pub fn to_point_bytes(&self) -> Vec<u8> {
        match &self.0 {
            CurveKey::Ed25519(key) => key.as_bytes().to_vec(),
            CurveKey::P256(key) => key.to_sec1_bytes().to_vec(),
        }
    }

    /// The key as deterministic `COSE_Key`: 40 bytes for Ed25519, 42 for P-256.
    #[must_use]
    pub fn to_cose_key(&self) -> Vec<u8> {
        let mut out = Writer::new();
        self.with_cose(|key| key.write(&mut out));
        out.into_bytes()
    }

    /// Lends the fields of the key.
    pub(crate) fn with_cose<T>(&self, use_key: impl FnOnce(&CoseKey<'_>) -> T) -> T {
        match &self.0 {
            CurveKey::Ed25519(key) => use_key(&CoseKey::Ed25519 { x: key.as_bytes() }),
            CurveKey::P256(key) => {
                let (x, y) = key.coordinates();
                let y_is_odd = y.last().is_some_and(|byte| byte & 1 == 1);
                use_key(&CoseKey::P256 { x: &x, y_is_odd })
            }
        }
    }

    /// The SHA-256 COSE Key Thumbprint (RFC 9679). Its first 8 bytes are the default key id of an
    /// issuer key.
    #[must_use]
    pub fn thumbprint(&self) -> [u8; 32] {
        match &self.0 {
            CurveKey::Ed25519(_) => Sha256::digest(self.to_cose_key()).into(),
            CurveKey::P256(key) => {
                let (x, y) = key.coordinates();
                Sha256::digest(p256_thumbprint_input(&x, &y)).into()
            }
        }
    }

    /// Whether `signature` is a signature of this key over `message`.
    ///
    /// Ed25519: exactly the verdict of `ed25519-dalek`'s `verify_strict`. P-256: ECDSA with
    /// SHA-256, s at most half the group order.
    pub(crate) fn verifies(&self, message: &[u8], signature: &[u8; SIGNATURE_BYTES]) -> bool {
        self.verifies_pieces(&[message], signature)
    }

    /// Like `verifies`, for a message in pieces.
    pub(crate) fn verifies_pieces(
        &self,
        message: &[&[u8]],
        signature: &[u8; SIGNATURE_BYTES],
    ) -> bool {
        match &self.0 {
            CurveKey::Ed25519(key) => key.verifies(message, signature),
            CurveKey::P256(key) => key.verifies(message, signature),
        }
    }

    /// The key, if it is an Ed25519 key.
    pub(super) const fn as_ed25519(&self) -> Option<&Ed25519Key> {
        match &self.0 {
            CurveKey::Ed25519(key) => Some(key),
            CurveKey::P256(_) => None,
        }
    }

    /// The key as its curve has it.
    pub(super) const fn curve_key(&self) -> &CurveKey {
        &self.0
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({}, ", self.algorithm())?;
        for byte in self.thumbprint().iter().take(8) {
            write!(f, "{byte:02x}")?;
        }
        f.write_str(")")
    }
}
