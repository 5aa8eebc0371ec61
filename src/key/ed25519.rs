//! The verdict of `verify_strict` without decoding R (specification, section 8).

use core::ops::Neg as _;

use curve25519_dalek::{EdwardsPoint, Scalar};
use sha2::{Digest as _, Sha512};

use super::SIGNATURE_BYTES;

/// Canonical encodings of the eight points of small order, which no R may be.
const SMALL_ORDER: [[u8; 32]; 8] = {
    let mut neutral = [0; 32];
    neutral[0] = 1;
    let mut order_2 = [0xff; 32];
    (order_2[0], order_2[31]) = (0xec, 0x7f);
    let order_4 = [0; 32];
    let mut order_4_negative = [0; 32];
    order_4_negative[31] = 0x80;
    let mut order_8 = [
        0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b, 0x76, 0x0d, 0x10, 0x67,
        0x0f, 0x2a, 0x20, 0x53, 0xfa, 0x2c, 0x39, 0xcc, 0xc6, 0x4e, 0xc7, 0xfd, 0x77, 0x92, 0xac,
        0x03, 0x7a,
    ];
    let order_8_a = order_8;
    order_8[31] |= 0x80;
    let mut other = [
        0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4, 0x89, 0xf2, 0xef, 0x98,
        0xf0, 0xd5, 0xdf, 0xac, 0x05, 0xd3, 0xc6, 0x33, 0x39, 0xb1, 0x38, 0x02, 0x88, 0x6d, 0x53,
        0xfc, 0x05,
    ];
    let order_8_c = other;
    other[31] |= 0x80;
    [neutral, order_2, order_4, order_4_negative, order_8_a, order_8, order_8_c, other]
};

/// ℓ, the order of the base point: 2^252 + 27742317777372353535851937790883648493 (RFC 8032 §5.1),
/// little-endian.
pub(super) const ORDER: [u8; 32] = [
    0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
];

/// Whether the bytes are the canonical encoding of a point of small order.
pub(super) fn is_small_order(encoded: &[u8; 32]) -> bool {
    SMALL_ORDER.contains(encoded)
}

/// A signature taken apart, with the scalar that message and key give it.
pub(super) struct Split<'a> {
    pub(super) r: &'a [u8; 32],
    /// Below ℓ, little-endian.
    pub(super) s: &'a [u8; 32],
    pub(super) k: Scalar,
}

impl<'a> Split<'a> {
    /// `None` where s is not below ℓ.
    pub(super) fn new(
        key: &[u8; 32],
        message: &[&[u8]],
        signature: &'a [u8; SIGNATURE_BYTES],
    ) -> Option<Self> {
        let (r, s) = signature.split_first_chunk::<32>()?;
        let s = s.first_chunk::<32>()?;
        if s.iter().rev().ge(ORDER.iter().rev()) {
            return None;
        }
        let mut hash = Sha512::new().chain_update(r).chain_update(key);
        for piece in message {
            hash.update(piece);
        }
        Some(Self { r, s, k: Scalar::from_bytes_mod_order_wide(&hash.finalize().into()) })
    }
}

/// Whether the signature is good under a key that is a point not of small order: P = sB − kA,
/// encoded, is R.
pub(super) fn verifies(
    key: &ed25519_dalek::VerifyingKey,
    message: &[&[u8]],
    signature: &[u8; SIGNATURE_BYTES],
) -> bool {
    let Some(Split { r, s, k }) = Split::new(key.as_bytes(), message, signature) else {
        return false;
    };
    // Below ℓ already, so this changes nothing.
    let s = Scalar::from_bytes_mod_order(*s);
    let minus_a = key.to_edwards().neg();
    let p = EdwardsPoint::vartime_double_scalar_mul_basepoint(&k, &minus_a, &s);
    p.compress().to_bytes() == *r && !is_small_order(r)
}
