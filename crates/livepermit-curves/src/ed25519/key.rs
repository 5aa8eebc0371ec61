use core::fmt;
use core::ops::Neg as _;

use curve25519_dalek::{EdwardsPoint, Scalar};
use ed25519_dalek::{SigningKey, VerifyingKey};

use super::signature::{PREHASHED, SplitSignature};
use super::small_order::is_small_order;
use crate::SIGNATURE_BYTES;

/// An Ed25519 public key: a point of the curve in its canonical encoding, and not of small order.
///
/// ```
/// use livepermit_curves::{Ed25519Key, InvalidKey};
/// // RFC 8032 §7.1, test 1: an empty message.
/// let key = [
///     0xd7, 0x5a, 0x98, 0x01, 0x82, 0xb1, 0x0a, 0xb7, 0xd5, 0x4b, 0xfe, 0xd3,
///     0xc9, 0x64, 0x07, 0x3a, 0x0e, 0xe1, 0x72, 0xf3, 0xda, 0xa6, 0x23, 0x25,
///     0xaf, 0x02, 0x1a, 0x68, 0xf7, 0x07, 0x51, 0x1a,
/// ];
/// let signature = [
///     0xe5, 0x56, 0x43, 0x00, 0xc3, 0x60, 0xac, 0x72, 0x90, 0x86, 0xe2, 0xcc,
///     0x80, 0x6e, 0x82, 0x8a, 0x84, 0x87, 0x7f, 0x1e, 0xb8, 0xe5, 0xd9, 0x74,
///     0xd8, 0x73, 0xe0, 0x65, 0x22, 0x49, 0x01, 0x55, 0x5f, 0xb8, 0x82, 0x15,
///     0x90, 0xa3, 0x3b, 0xac, 0xc6, 0x1e, 0x39, 0x70, 0x1c, 0xf9, 0xb4, 0x6b,
///     0xd2, 0x5b, 0xf5, 0xf0, 0x59, 0x5b, 0xbe, 0x24, 0x65, 0x51, 0x41, 0x43,
///     0x8e, 0x7a, 0x10, 0x0b,
/// ];
/// let key = Ed25519Key::from_bytes(&key)?;
/// assert!(key.verifies(&[], &signature));
/// assert!(!key.verifies(&[b"another message"], &signature));
/// # Ok::<(), InvalidKey>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Ed25519Key(VerifyingKey);

impl Ed25519Key {
    /// Reads the 32 bytes of a public key (RFC 8032 §5.1.5).
    ///
    /// # Errors
    /// [`InvalidKey::NotOnCurve`] for bytes that are not the canonical encoding of a point,
    /// [`InvalidKey::SmallOrder`] for one of the eight points that `verify_strict` refuses.
    pub fn from_bytes(bytes: &[u8; 32]) -> Result<Self, InvalidKey> {
        // dalek also accepts y + p instead of y. A point that is not of small order has no other
        // second encoding: the sign of x = 0 can be set only if y is 1 or −1.
        if !is_below_p(bytes) {
            return Err(InvalidKey::NotOnCurve);
        }
        let key = VerifyingKey::from_bytes(bytes).map_err(|_| InvalidKey::NotOnCurve)?;
        if key.is_weak() {
            return Err(InvalidKey::SmallOrder);
        }
        Ok(Self(key))
    }

    /// The 32 bytes of the key.
    #[must_use]
    #[inline]
    pub fn as_bytes(&self) -> &[u8; 32] {
        self.0.as_bytes()
    }

    /// Whether the signature is good. The message is given in pieces, which are hashed one after
    /// the other.
    ///
    /// The verdict is that of `verify_strict` in `ed25519-dalek`, but R is never decoded: P = sB −
    /// kA is encoded and compared with the bytes of R.
    #[must_use]
    pub fn verifies(&self, message: &[&[u8]], signature: &[u8; SIGNATURE_BYTES]) -> bool {
        SplitSignature::new(self.as_bytes(), message, signature)
            .is_some_and(|signature| self.is_good(&signature))
    }

    /// Whether the signature is good as Ed25519ph without a context (RFC 8032 §5.1), given the
    /// SHA-512 digest of the message.
    #[must_use]
    pub fn verifies_prehashed(&self, digest: &[u8; 64], signature: &[u8; SIGNATURE_BYTES]) -> bool {
        SplitSignature::in_domain(PREHASHED, self.as_bytes(), &[digest], signature)
            .is_some_and(|signature| self.is_good(&signature))
    }

    fn is_good(&self, signature: &SplitSignature<'_>) -> bool {
        let SplitSignature { r, s, k } = signature;
        // s is below ℓ, so this changes nothing.
        let s = Scalar::from_bytes_mod_order(**s);
        let minus_a = self.0.to_edwards().neg();
        let p = EdwardsPoint::vartime_double_scalar_mul_basepoint(k, &minus_a, &s);
        p.compress().to_bytes() == **r && !is_small_order(r)
    }
}

/// The public key of a secret key. It is canonical and never of small order, because the secret
/// scalar is neither 0 nor a multiple of ℓ.
impl From<&SigningKey> for Ed25519Key {
    fn from(secret: &SigningKey) -> Self {
        Self(secret.verifying_key())
    }
}

impl fmt::Debug for Ed25519Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Ed25519Key({:02x?})", self.as_bytes())
    }
}

/// Whether the lower 255 bits, little-endian, are below p = 2^255 − 19.
fn is_below_p(bytes: &[u8; 32]) -> bool {
    let [first, middle @ .., last] = bytes;
    *first < 0xed || last & 0x7f != 0x7f || middle.iter().any(|byte| *byte != 0xff)
}

/// Why 32 bytes are no Ed25519 key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InvalidKey {
    /// Not the canonical encoding of a point on the curve.
    NotOnCurve,
    /// A point of small order: signatures under it prove nothing (RFC 8032 §8.4, small subgroups).
    SmallOrder,
}

impl fmt::Display for InvalidKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotOnCurve => "not the canonical encoding of a point on the curve",
            Self::SmallOrder => "a point of small order",
        })
    }
}

impl core::error::Error for InvalidKey {}
