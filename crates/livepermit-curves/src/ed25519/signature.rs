//! A signature in its parts (RFC 8032 §5.1.7, steps 1 and 2).

use curve25519_dalek::Scalar;
use sha2::{Digest as _, Sha512};

use crate::SIGNATURE_BYTES;

/// ℓ, the order of the base point: 2^252 + 27742317777372353535851937790883648493 (RFC 8032 §5.1),
/// little-endian.
pub(super) const ORDER: [u8; 32] = [
    0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
];

/// What stands before R in the hash of Ed25519ph without a context (RFC 8032 §2, dom2).
pub(super) const PREHASHED: &[u8] = b"SigEd25519 no Ed25519 collisions\x01\x00";

/// A signature in its two halves, and the scalar k that it has with this key and message.
pub(super) struct SplitSignature<'a> {
    /// The encoding of R, which is not decoded.
    pub(super) r: &'a [u8; 32],
    /// Below ℓ, little-endian.
    pub(super) s: &'a [u8; 32],
    /// SHA-512(domain ‖ R ‖ A ‖ M) modulo ℓ. Ed25519 has no domain.
    pub(super) k: Scalar,
}

impl<'a> SplitSignature<'a> {
    /// `None` if s is not below ℓ.
    pub(super) fn new(
        key: &[u8; 32],
        message: &[&[u8]],
        signature: &'a [u8; SIGNATURE_BYTES],
    ) -> Option<Self> {
        Self::in_domain(&[], key, message, signature)
    }

    /// The same for a signature with a domain.
    pub(super) fn in_domain(
        domain: &[u8],
        key: &[u8; 32],
        message: &[&[u8]],
        signature: &'a [u8; SIGNATURE_BYTES],
    ) -> Option<Self> {
        let (r, s) = signature.split_first_chunk::<32>()?;
        let s = s.first_chunk::<32>()?;
        if s.iter().rev().ge(ORDER.iter().rev()) {
            return None;
        }
        let mut hash = Sha512::new_with_prefix(domain).chain_update(r).chain_update(key);
        for piece in message {
            hash.update(piece);
        }
        Some(Self { r, s, k: Scalar::from_bytes_mod_order_wide(&hash.finalize().into()) })
    }
}
