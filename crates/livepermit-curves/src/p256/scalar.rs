//! The integers modulo n, the order of the group: the formally verified operations of
//! `fiat-crypto`, in Montgomery form, and an inversion; and the digits by which points are
//! multiplied.

use core::mem::swap;

use fiat_crypto::p256_scalar_64::{
    fiat_p256_scalar_add, fiat_p256_scalar_from_bytes, fiat_p256_scalar_from_montgomery,
    fiat_p256_scalar_montgomery_domain_field_element as Montgomery, fiat_p256_scalar_mul,
    fiat_p256_scalar_non_montgomery_domain_field_element as Number, fiat_p256_scalar_set_one,
    fiat_p256_scalar_sub, fiat_p256_scalar_to_bytes, fiat_p256_scalar_to_montgomery,
};

use super::limbs::{Limbs, half, half_modulo, subtract};

/// n, big-endian.
pub(super) const ORDER: [u8; 32] = [
    0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xbc, 0xe6,
    0xfa, 0xad, 0xa7, 0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51,
];

/// n
const N: Limbs = [0xf3b9_cac2_fc63_2551, 0xbce6_faad_a717_9e84, u64::MAX, 0xffff_ffff_0000_0000];

/// Digits of a scalar: one more than it has bits, for the last carry.
pub(super) const DIGITS: usize = 257;

/// A number modulo n.
#[derive(Clone, Copy)]
pub(super) struct Scalar(Montgomery);

impl Scalar {
    pub(super) const ZERO: Self = Self(Montgomery([0; 4]));
    pub(super) const ONE: Self = {
        let mut out = Montgomery([0; 4]);
        fiat_p256_scalar_set_one(&mut out);
        Self(out)
    };

    /// Reads a big-endian number. `None` if it is not below n.
    pub(super) fn from_bytes(bytes: &[u8; 32]) -> Option<Self> {
        (*bytes < ORDER).then(|| Self::from_bytes_below_n(*bytes))
    }

    const fn from_bytes_below_n(mut bytes: [u8; 32]) -> Self {
        bytes.reverse();
        let mut number = [0; 4];
        fiat_p256_scalar_from_bytes(&mut number, &bytes);
        let mut out = Montgomery([0; 4]);
        fiat_p256_scalar_to_montgomery(&mut out, &Number(number));
        Self(out)
    }

    /// Reads any big-endian number of 256 bits, modulo n. It is the sum of two numbers below n: its
    /// highest bit, 2^255, and the rest.
    pub(super) fn reduced(bytes: &[u8; 32]) -> Self {
        const HIGHEST: Scalar = {
            let mut bytes = [0; 32];
            bytes[0] = 0x80;
            Scalar::from_bytes_below_n(bytes)
        };
        let (mut lower, mut highest) = (*bytes, Self::ZERO);
        if let Some(first) = lower.first_mut()
            && *first & 0x80 != 0
        {
            *first &= 0x7f;
            highest = HIGHEST;
        }
        let mut out = Montgomery([0; 4]);
        fiat_p256_scalar_add(&mut out, &Self::from_bytes_below_n(lower).0, &highest.0);
        Self(out)
    }

    pub(super) fn negated(&self) -> Self {
        Self::ZERO.minus(self)
    }

    /// The number, big-endian.
    pub(super) fn to_bytes(self) -> [u8; 32] {
        let mut bytes = [0; 32];
        fiat_p256_scalar_to_bytes(&mut bytes, &self.to_number());
        bytes.reverse();
        bytes
    }

    fn to_number(self) -> Limbs {
        let mut number = Number([0; 4]);
        fiat_p256_scalar_from_montgomery(&mut number, &self.0);
        number.0
    }

    pub(super) fn is_zero(&self) -> bool {
        self.0.0 == [0; 4]
    }

    pub(super) fn times(&self, other: &Self) -> Self {
        let mut out = Montgomery([0; 4]);
        fiat_p256_scalar_mul(&mut out, &self.0, &other.0);
        Self(out)
    }

    fn minus(&self, other: &Self) -> Self {
        let mut out = Montgomery([0; 4]);
        fiat_p256_scalar_sub(&mut out, &self.0, &other.0);
        Self(out)
    }

    fn halved(&self) -> Self {
        let Montgomery(limbs) = &self.0;
        Self(Montgomery(half_modulo(limbs, &N)))
    }

    /// The inverse; of zero it is zero. The binary extended algorithm of Euclid (Handbook of
    /// Applied Cryptography, 14.61), which takes a third of the time that a power to n − 2 takes.
    ///
    /// For a = `self`, u = x · a and v = y · a modulo n hold throughout. v is odd; the greatest
    /// common divisor of u and v is that of a and n, which is 1. Each round makes u or v less,
    /// until u is 0, and v has to be 1: so y · a = 1.
    pub(super) fn inverted(&self) -> Self {
        let (mut u, mut x) = (self.to_number(), Self::ONE);
        let (mut v, mut y) = (N, Self::ZERO);
        while u != [0; 4] {
            while u[0] & 1 == 0 {
                u = half(&u, 0);
                x = x.halved();
            }
            let (mut difference, u_is_not_below_v) = subtract(&u, &v);
            if !u_is_not_below_v {
                (difference, _) = subtract(&v, &u);
                v = u;
                swap(&mut x, &mut y);
            }
            u = difference;
            x = x.minus(&y);
        }
        y
    }

    /// The scalar as Σ dᵢ · 2^i, lowest first: each dᵢ is 0, or odd and between −2^(w−1) and
    /// 2^(w−1); and of w digits in a row at most one is not 0. This is the non-adjacent form of
    /// width w (Guide to Elliptic Curve Cryptography, algorithm 3.35). w is from 2 to 8.
    ///
    /// Digits are computed from the lowest bit up. If the rest of the scalar is even, the digit is
    /// 0. If it is odd, the digit is its lowest w bits, read as a number with a sign; after a
    /// negative digit 2^w is carried. The next w − 1 digits are then 0.
    pub(super) fn digits(&self, width: u32) -> [i8; DIGITS] {
        let mut bytes = [0; 32];
        fiat_p256_scalar_to_bytes(&mut bytes, &self.to_number());
        let byte = |index: usize| bytes.get(index).copied().map_or(0, u16::from);
        let unused = 8_u32.saturating_sub(width);
        let mut digits = [0; DIGITS];
        let (mut carry, mut zeros) = (0, 0_u32);
        for (bit, digit) in digits.iter_mut().enumerate() {
            if zeros > 0 {
                zeros = zeros.saturating_sub(1);
                continue;
            }
            let two = byte(bit / 8) | byte((bit / 8).saturating_add(1)) << 8;
            let [eight, _] = (two >> (bit % 8)).to_le_bytes();
            // Even: 0, or 1 and the carry, which goes on to the next bit.
            if eight & 1 == carry {
                continue;
            }
            // Odd: 1, or 0 and the carry.
            *digit = ((eight | 1) << unused).cast_signed() >> unused;
            carry = u8::from(*digit < 0);
            zeros = width.saturating_sub(1);
        }
        digits
    }
}
