//! The field of 2^255 − 19 elements: the formally verified operations of `fiat-crypto`.
//!
//! A product is *tight*. A sum or a difference of two tight elements is *loose*, and a loose
//! element can only be multiplied. The two types say so, so the compiler checks that no element
//! leaves the bounds that the proofs need.

use fiat_crypto::curve25519_64::{
    fiat_25519_add, fiat_25519_carry, fiat_25519_carry_mul, fiat_25519_carry_square,
    fiat_25519_from_bytes, fiat_25519_loose_field_element as FiatLoose, fiat_25519_opp,
    fiat_25519_relax, fiat_25519_sub, fiat_25519_tight_field_element as FiatTight,
    fiat_25519_to_bytes,
};

/// An element that can be added, subtracted and multiplied.
#[derive(Clone, Copy)]
pub(super) struct Tight(FiatTight);

/// An element that can only be multiplied.
#[derive(Clone, Copy)]
pub(super) struct Loose(FiatLoose);

impl Tight {
    pub(super) const ZERO: Self = Self(FiatTight([0; 5]));
    pub(super) const ONE: Self = Self(FiatTight([1, 0, 0, 0, 0]));

    /// The first word of the element in memory.
    pub(super) const fn first_word(&self) -> u64 {
        let FiatTight([word, ..]) = &self.0;
        *word
    }

    /// The last word of the element in memory.
    pub(super) const fn last_word(&self) -> u64 {
        let FiatTight([.., word]) = &self.0;
        *word
    }

    /// Reads the lower 255 bits, little-endian, modulo 2^255 − 19.
    pub(super) fn from_bytes(mut bytes: [u8; 32]) -> Self {
        if let Some(last) = bytes.last_mut() {
            *last &= 0x7f;
        }
        let mut out = FiatTight([0; 5]);
        fiat_25519_from_bytes(&mut out, &bytes);
        Self(out)
    }

    /// The canonical encoding: below 2^255 − 19, little-endian.
    pub(super) fn to_bytes(self) -> [u8; 32] {
        let mut out = [0; 32];
        fiat_25519_to_bytes(&mut out, &self.0);
        out
    }

    pub(super) fn relax(&self) -> Loose {
        let mut out = FiatLoose([0; 5]);
        fiat_25519_relax(&mut out, &self.0);
        Loose(out)
    }

    pub(super) fn plus(&self, other: &Self) -> Loose {
        let mut out = FiatLoose([0; 5]);
        fiat_25519_add(&mut out, &self.0, &other.0);
        Loose(out)
    }

    pub(super) fn minus(&self, other: &Self) -> Loose {
        let mut out = FiatLoose([0; 5]);
        fiat_25519_sub(&mut out, &self.0, &other.0);
        Loose(out)
    }

    pub(super) fn negated(&self) -> Loose {
        let mut out = FiatLoose([0; 5]);
        fiat_25519_opp(&mut out, &self.0);
        Loose(out)
    }

    pub(super) fn times(&self, other: &Self) -> Self {
        self.relax().times(&other.relax())
    }

    pub(super) fn squared(&self) -> Self {
        let mut out = FiatTight([0; 5]);
        fiat_25519_carry_square(&mut out, &self.relax().0);
        Self(out)
    }

    fn squared_times(&self, count: u32) -> Self {
        (0..count).fold(*self, |value, _| value.squared())
    }

    /// `(self^(2^250 − 1), self^11)`: what the two powers below have in common.
    fn common_power(&self) -> (Self, Self) {
        let two = self.squared();
        let nine = two.squared_times(2).times(self);
        let eleven = nine.times(&two);
        // Exponents of ones in binary: 5, 10, 20, 40, 50, 100, 200, 250 of them.
        let ones_5 = eleven.squared().times(&nine);
        let ones_10 = ones_5.squared_times(5).times(&ones_5);
        let ones_20 = ones_10.squared_times(10).times(&ones_10);
        let ones_40 = ones_20.squared_times(20).times(&ones_20);
        let ones_50 = ones_40.squared_times(10).times(&ones_10);
        let ones_100 = ones_50.squared_times(50).times(&ones_50);
        let ones_200 = ones_100.squared_times(100).times(&ones_100);
        (ones_200.squared_times(50).times(&ones_50), eleven)
    }

    /// `self^(p − 2)`, the inverse; of zero it is zero. p − 2 = 2^255 − 21 = (2^250 − 1) ·
    /// 2^5 + 11.
    pub(super) fn inverted(&self) -> Self {
        let (ones_250, eleven) = self.common_power();
        ones_250.squared_times(5).times(&eleven)
    }

    /// `self^((p − 5) / 8)`, from which roots are made. (p − 5) / 8 = 2^252 − 3 = (2^250 − 1) ·
    /// 4 + 1.
    pub(super) fn power_for_roots(&self) -> Self {
        self.common_power().0.squared_times(2).times(self)
    }

    pub(super) fn is_zero(&self) -> bool {
        self.to_bytes() == [0; 32]
    }

    pub(super) fn equals(&self, other: &Self) -> bool {
        self.to_bytes() == other.to_bytes()
    }
}

impl Loose {
    pub(super) fn times(&self, other: &Self) -> Tight {
        let mut out = FiatTight([0; 5]);
        fiat_25519_carry_mul(&mut out, &self.0, &other.0);
        Tight(out)
    }

    pub(super) fn tightened(&self) -> Tight {
        let mut out = FiatTight([0; 5]);
        fiat_25519_carry(&mut out, &self.0);
        Tight(out)
    }
}

/// Inverts every element that is not zero, with one inversion for all (Montgomery's trick).
/// `products` is working memory of the same length.
pub(super) fn invert_all(elements: &mut [Tight], products: &mut [Tight]) {
    let mut product = Tight::ONE;
    for (element, before) in elements.iter().zip(products.iter_mut()) {
        *before = product;
        if !element.is_zero() {
            product = product.times(element);
        }
    }
    let mut inverse = product.inverted();
    for (element, before) in elements.iter_mut().zip(products.iter()).rev() {
        if !element.is_zero() {
            let own = inverse.times(before);
            inverse = inverse.times(element);
            *element = own;
        }
    }
}
