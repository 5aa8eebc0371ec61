//! The integers modulo p = 2^256 − 2^224 + 2^192 + 2^96 − 1: the formally verified operations of
//! `fiat-crypto`. Only the product ([`montgomery`](super::montgomery)) and halving are our own.
//!
//! An element a is kept in Montgomery form, a · 2^256 mod p, always below p. So equal elements have
//! equal limbs. `fiat-crypto` has one type for this form and another for the plain number.
//! Functions are `const` if the compiler needs them for the table of the generator.

use fiat_crypto::p256_64::{
    fiat_p256_add, fiat_p256_from_bytes, fiat_p256_from_montgomery,
    fiat_p256_montgomery_domain_field_element as Montgomery,
    fiat_p256_non_montgomery_domain_field_element as Number, fiat_p256_opp, fiat_p256_set_one,
    fiat_p256_sub, fiat_p256_to_bytes, fiat_p256_to_montgomery,
};

use super::limbs::{Limbs, half_modulo};
use super::montgomery::{product, square};

/// p, big-endian.
const PRIME: [u8; 32] = [
    0xff, 0xff, 0xff, 0xff, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff,
    0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
];

/// p
const P: Limbs = [u64::MAX, 0xffff_ffff, 0, 0xffff_ffff_0000_0001];

/// A number modulo p.
#[derive(Clone, Copy)]
pub(super) struct FieldElement(Montgomery);

impl PartialEq for FieldElement {
    fn eq(&self, other: &Self) -> bool {
        self.0.0 == other.0.0
    }
}

impl Eq for FieldElement {}

impl FieldElement {
    pub(super) const ZERO: Self = Self(Montgomery([0; 4]));
    pub(super) const ONE: Self = {
        let mut out = Montgomery([0; 4]);
        fiat_p256_set_one(&mut out);
        Self(out)
    };

    /// Reads a big-endian number. `None` if it is not below p.
    pub(super) fn from_bytes(bytes: &[u8; 32]) -> Option<Self> {
        (*bytes < PRIME).then(|| Self::from_bytes_below_p(*bytes))
    }

    /// The same for a number that is known to be below p.
    pub(super) const fn from_bytes_below_p(mut bytes: [u8; 32]) -> Self {
        bytes.reverse();
        let mut number = [0; 4];
        fiat_p256_from_bytes(&mut number, &bytes);
        let mut out = Montgomery([0; 4]);
        fiat_p256_to_montgomery(&mut out, &Number(number));
        Self(out)
    }

    /// Big-endian, below p.
    pub(super) fn to_bytes(self) -> [u8; 32] {
        let mut number = Number([0; 4]);
        fiat_p256_from_montgomery(&mut number, &self.0);
        let mut bytes = [0; 32];
        fiat_p256_to_bytes(&mut bytes, &number.0);
        bytes.reverse();
        bytes
    }

    pub(super) const fn is_zero(&self) -> bool {
        matches!(self.0, Montgomery([0, 0, 0, 0]))
    }

    pub(super) const fn plus(&self, other: &Self) -> Self {
        let mut out = Montgomery([0; 4]);
        fiat_p256_add(&mut out, &self.0, &other.0);
        Self(out)
    }

    pub(super) const fn minus(&self, other: &Self) -> Self {
        let mut out = Montgomery([0; 4]);
        fiat_p256_sub(&mut out, &self.0, &other.0);
        Self(out)
    }

    pub(super) const fn negated(&self) -> Self {
        let mut out = Montgomery([0; 4]);
        fiat_p256_opp(&mut out, &self.0);
        Self(out)
    }

    /// Half of the Montgomery form is the form of the half.
    pub(super) const fn halved(&self) -> Self {
        let Montgomery(limbs) = &self.0;
        Self(Montgomery(half_modulo(limbs, &P)))
    }

    pub(super) const fn times(&self, other: &Self) -> Self {
        let (Montgomery(a), Montgomery(b)) = (&self.0, &other.0);
        Self(Montgomery(product(a, b)))
    }

    pub(super) const fn squared(&self) -> Self {
        let Montgomery(limbs) = &self.0;
        Self(Montgomery(square(limbs)))
    }

    const fn squared_times(&self, count: u32) -> Self {
        let mut out = *self;
        let mut left = count;
        while left > 0 {
            out = out.squared();
            left = left.saturating_sub(1);
        }
        out
    }

    /// `self^(2^32 − 1)` and `self^(2^30 − 1)`: what the two powers below have in common.
    const fn common_powers(&self) -> (Self, Self) {
        // Exponents of ones in binary: 2, 4, 8, 10, 20, 30, 32 of them.
        let ones_2 = self.squared().times(self);
        let ones_4 = ones_2.squared_times(2).times(&ones_2);
        let ones_8 = ones_4.squared_times(4).times(&ones_4);
        let ones_10 = ones_8.squared_times(2).times(&ones_2);
        let ones_20 = ones_10.squared_times(10).times(&ones_10);
        let ones_30 = ones_20.squared_times(10).times(&ones_10);
        (ones_30.squared_times(2).times(&ones_2), ones_30)
    }

    /// `self^(p − 2)`, the inverse; of zero it is zero. In groups of 32 bits p − 2 is: 32 ones, 1,
    /// 0, 0, 0, 32 ones, 32 ones, 30 ones and 01.
    pub(super) const fn inverted(&self) -> Self {
        let (ones_32, ones_30) = self.common_powers();
        let power = ones_32.squared_times(32).times(self).squared_times(128).times(&ones_32);
        let power = power.squared_times(32).times(&ones_32).squared_times(30).times(&ones_30);
        power.squared_times(2).times(self)
    }

    /// A square root, if there is one. Because p = 3 modulo 4, only `self^((p + 1)/4)` can be one,
    /// and squaring it shows whether it is. (p + 1)/4 = (2^32 − 1) · 2^222 + 2^190 + 2^94.
    pub(super) fn root(&self) -> Option<Self> {
        let (ones_32, _) = self.common_powers();
        let root =
            ones_32.squared_times(32).times(self).squared_times(96).times(self).squared_times(94);
        (root.squared() == *self).then_some(root)
    }
}
