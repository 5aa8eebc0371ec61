//! Ed25519 verification under a key that is known long before: a fixed-base comb.
//!
//! # What is computed
//!
//! A signature (R, s) of a message M under the key A is good (specification, section 8) when s < ℓ,
//! when the canonical encoding of P = sB − kA is R byte for byte, where k = SHA-512(R ‖ A ‖ M) mod
//! ℓ, and when P is not of small order. A is not of small order, which was checked when the key was
//! read. R is never decoded: an R that is no point, or no canonical one, equals no canonical
//! encoding.
//!
//! # How
//!
//! Write a scalar c < 2^253 in signed digits of w bits, c = Σ cⱼ · 2^(wj) with |cⱼ| ≤ 2^(w−1). Then
//! cQ = Σ cⱼ · (2^(wj) Q). For a fixed point Q all the multiples i · 2^(wj) Q with 1 ≤ i ≤ 2^(w−1)
//! are put in a table once ([`Comb`]), and cQ is a sum of ⌈254/w⌉ entries or their negatives,
//! without a doubling. All of them are read once before (`fetch`), for the memory's sake. P takes
//! two such sums: one of the table of B, one of the table of −A. Entries are affine, so an addition
//! takes seven multiplications ([`point::Sum::plus`]); it is complete, so no case is special. At
//! the end one inversion gives the affine P, and from it the bytes ([`Unfinished`]); several P can
//! share the inversion.
//!
//! The digits: going up from the lowest bits, take w bits and the carry; above 2^(w−1) subtract 2^w
//! and carry one. The topmost digit takes what is left: ⌈254/w⌉ · w ≥ 254 bits hold c < 2^253 and
//! its carry.
//!
//! # Why it can be trusted
//!
//! Everything here is public (keys, signatures, messages), so time and memory access may depend on
//! it. The field is `fiat-crypto`'s, whose operations are proven. What is written here is the
//! addition formula, the digits and the table; tests compare every table entry with
//! `curve25519-dalek`, and verdicts with `verify_strict` over valid, altered, small-order,
//! mixed-order, non-canonical and s + ℓ signatures.

mod field;
mod point;

use alloc::vec::Vec;

use self::field::{Element, invert_all};
use self::point::{Addend, Affine, Sum};
use super::ed25519::{Split, is_small_order};

/// The encoding of the base point (RFC 8032 §5.1): y = 4/5.
const BASE: [u8; 32] = {
    let mut bytes = [0x66; 32];
    bytes[0] = 0x58;
    bytes
};

/// How many bits of a scalar one table entry stands for. Wider tables are larger and faster.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Width(usize);

impl Width {
    pub(crate) const NARROWEST: Self = Self(4);
    /// From the widest down.
    pub(crate) const ALL: [Self; 5] = [Self(8), Self(7), Self(6), Self(5), Self::NARROWEST];

    /// How many digits a scalar has.
    const fn positions(self) -> usize {
        254_usize.div_ceil(self.0)
    }

    /// How many multiples there are for one digit, its sign apart.
    const fn multiples(self) -> usize {
        1 << self.0.saturating_sub(1)
    }

    /// The size of a table.
    pub(crate) const fn bytes(self) -> usize {
        self.positions().saturating_mul(self.multiples()).saturating_mul(size_of::<Addend>())
    }
}

/// All multiples of one point that a sum can need.
pub(crate) struct Comb {
    width: Width,
    /// For each position the multiples 1, 2, …, 2^(w−1) of 2^(wj) Q.
    entries: Vec<Addend>,
}

impl Comb {
    /// The table of the base point B.
    pub(crate) fn of_base(width: Width) -> Option<Self> {
        Some(Self::new(Affine::from_bytes(&BASE)?, width))
    }

    /// The table of −A. `None` for bytes that are no point.
    pub(crate) fn of_negated(key: &[u8; 32], width: Width) -> Option<Self> {
        Some(Self::new(Affine::from_bytes(key)?.negated(), width))
    }

    fn new(point: Affine, width: Width) -> Self {
        let count = width.multiples();
        let mut entries = Vec::with_capacity(width.positions().saturating_mul(count));
        let mut sums = Vec::with_capacity(count);
        let (mut inverted, mut products) = (Vec::with_capacity(count), Vec::new());
        products.resize(count, Element::ONE);
        let mut base = point.as_addend();
        for _ in 0..width.positions() {
            sums.clear();
            inverted.clear();
            let mut sum = Sum::NEUTRAL;
            for _ in 0..count {
                sum = sum.plus(&base);
                sums.push(sum);
                inverted.push(sum.z);
            }
            invert_all(&mut inverted, &mut products);
            let affine = sums.iter().zip(&inverted).map(|(sum, z)| sum.to_affine(z));
            entries.extend(affine.map(|point| point.as_addend()));
            // The next base is twice the last multiple: 2 · 2^(w−1) = 2^w.
            if let (Some(last), Some(addend)) = (sums.last(), entries.last()) {
                let twice = last.plus(addend);
                base = twice.to_affine(&twice.z.inverted()).as_addend();
            }
        }
        Self { width, entries }
    }

    /// The size of the table in memory.
    pub(crate) fn bytes(&self) -> usize {
        self.entries.len().saturating_mul(size_of::<Addend>())
    }

    /// The entries that make up `scalar · Q`, and whether each is to be taken away.
    fn entries_of(&self, scalar: &[u8; 32]) -> impl Iterator<Item = (&Addend, bool)> {
        let digits = Digits::new(scalar, self.width);
        digits.zip(self.entries.chunks_exact(self.width.multiples())).filter_map(
            |(digit, multiples)| {
                // A digit of zero adds nothing. None is larger than the number of multiples.
                let index = usize::from(digit.unsigned_abs()).checked_sub(1)?;
                Some((multiples.get(index)?, digit < 0))
            },
        )
    }

    /// `sum + scalar · Q`
    fn add_multiple(&self, mut sum: Sum, scalar: &[u8; 32]) -> Sum {
        for (addend, is_negative) in self.entries_of(scalar) {
            sum = if is_negative { sum.minus(addend) } else { sum.plus(addend) };
        }
        sum
    }

    /// Has the processor fetch what [`Self::add_multiple`] will need, all at once. After a camera
    /// frame was read the table is in no near cache, and additions, each of which waits for the one
    /// before, would wait for memory as well.
    fn fetch(&self, scalar: &[u8; 32]) {
        let touched = self.entries_of(scalar).fold(0, |all, (addend, _)| all ^ addend.touched());
        core::hint::black_box(touched);
    }
}

/// The signed digits of a scalar below 2^253, lowest first.
struct Digits<'a> {
    scalar: &'a [u8; 32],
    width: Width,
    bit: usize,
    carry: u16,
}

impl<'a> Digits<'a> {
    const fn new(scalar: &'a [u8; 32], width: Width) -> Self {
        Self { scalar, width, bit: 0, carry: 0 }
    }
}

impl Iterator for Digits<'_> {
    /// From −2^(w−1) to 2^(w−1): for a width of eight that is one more than an `i8` holds.
    type Item = i16;

    fn next(&mut self) -> Option<i16> {
        let byte = |index: usize| self.scalar.get(index).copied().map_or(0, u16::from);
        let index = self.bit / 8;
        let both = byte(index) | byte(index.saturating_add(1)) << 8;
        let full = 1_u16 << self.width.0;
        let digit = (both >> (self.bit % 8) & full.saturating_sub(1)).saturating_add(self.carry);
        self.bit = self.bit.saturating_add(self.width.0);
        self.carry = u16::from(digit > full / 2);
        let digit = i16::try_from(digit).ok()?;
        let full = i16::try_from(full).ok()?;
        Some(if self.carry == 1 { digit.saturating_sub(full) } else { digit })
    }
}

/// A signature of which all is computed but the inversion: P in the coordinates that sums have.
pub(crate) struct Unfinished {
    sum: Sum,
    r: [u8; 32],
}

impl Unfinished {
    /// P = sB − kA, given the tables of B and −A.
    pub(super) fn new(base: &Comb, negated_key: &Comb, signature: &Split<'_>) -> Self {
        base.fetch(signature.s);
        negated_key.fetch(signature.k.as_bytes());
        let sum = base.add_multiple(Sum::NEUTRAL, signature.s);
        Self { sum: negated_key.add_multiple(sum, signature.k.as_bytes()), r: *signature.r }
    }

    /// Whether the signature is good.
    pub(crate) fn finish(&self) -> bool {
        self.is_good(&self.sum.z.inverted())
    }

    /// Whether each is good, with one inversion for all.
    pub(crate) fn finish_all(all: &[Self]) -> Vec<bool> {
        let mut inverted: Vec<Element> = all.iter().map(|one| one.sum.z).collect();
        let mut products = inverted.clone();
        invert_all(&mut inverted, &mut products);
        all.iter().zip(&inverted).map(|(one, z)| one.is_good(z)).collect()
    }

    fn is_good(&self, z_inverted: &Element) -> bool {
        self.sum.to_affine(z_inverted).to_bytes() == self.r && !is_small_order(&self.r)
    }
}

#[cfg(test)]
mod tests;
