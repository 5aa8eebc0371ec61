//! Ed25519 verification under a key that is known long before the signature: a fixed-base comb.
//!
//! # What is computed
//!
//! A signature (R, s) of a message M under the key A is good (specification, section 8) when three
//! things hold: s < ℓ; the canonical encoding of P = sB − kA is R, byte for byte, where k =
//! SHA-512(R ‖ A ‖ M) mod ℓ; and P is not of small order. A is not of small order either, which was
//! checked when the key was read. R is never decoded: if R is no point, or not a canonical encoding
//! of one, it differs from every canonical encoding.
//!
//! # How
//!
//! Write a scalar c < 2^253 in signed digits of w bits: c = Σ cⱼ · 2^(wj) with |cⱼ| ≤ 2^(w−1). Then
//! cQ = Σ cⱼ · (2^(wj) Q). For a fixed point Q a table ([`Comb`]) holds all the multiples i ·
//! 2^(wj) Q with 1 ≤ i ≤ 2^(w−1). So cQ is a sum of at most ⌈254/w⌉ entries or their negatives, and
//! no doubling is needed.
//!
//! P takes two such sums: one from the table of B, one from the table of −A. Entries are affine, so
//! an addition takes seven multiplications ([`Extended::plus`]). The formula is complete, so there
//! are no special cases. At the end one inversion gives the affine P, and from P its bytes
//! ([`Unfinished`](super::Unfinished)); several P can share the inversion. Before a sum, all its
//! entries are read once ([`Comb::fetch`]), so that the waits for memory overlap.
//!
//! Digits are taken from the lowest bits up. Each is w bits plus the carry; if it is above 2^(w−1),
//! 2^w is subtracted and 1 is carried. The topmost digit takes what is left: ⌈254/w⌉ · w ≥ 254 bits
//! hold c < 2^253 and its carry.
//!
//! # Why it can be trusted
//!
//! Keys, signatures and messages are public, so time and memory access may depend on them. The
//! field operations are those of `fiat-crypto`, which are proven. What is written here is the
//! addition formula, the digits and the table. Tests compare every table entry with
//! `curve25519-dalek`, and verdicts with `verify_strict` over valid, altered, small-order,
//! mixed-order, non-canonical and s + ℓ signatures.

use alloc::vec::Vec;

use super::field::{Tight, invert_all};
use super::point::{Affine, Extended, TableEntry};

/// The encoding of the base point (RFC 8032 §5.1): y = 4/5.
pub(super) const BASE: [u8; 32] = {
    let mut bytes = [0x66; 32];
    bytes[0] = 0x58;
    bytes
};

/// Bits of one digit of a scalar. Tables of wider digits are larger and faster.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct CombWidth(pub(super) usize);

impl CombWidth {
    pub(super) const NARROWEST: Self = Self(4);
    /// All widths, the widest first.
    pub(super) const ALL: [Self; 5] = [Self(8), Self(7), Self(6), Self(5), Self::NARROWEST];

    /// How many digits a scalar has.
    pub(super) const fn positions(self) -> usize {
        254_usize.div_ceil(self.0)
    }

    /// How many multiples a digit can select; its sign is not counted.
    pub(super) const fn multiples(self) -> usize {
        1 << self.0.saturating_sub(1)
    }

    /// Bytes of a table.
    pub(super) const fn bytes(self) -> usize {
        self.positions().saturating_mul(self.multiples()).saturating_mul(size_of::<TableEntry>())
    }
}

/// The table of one point: all multiples that a sum can need.
pub(super) struct Comb {
    width: CombWidth,
    /// For each position the multiples 1, 2, …, 2^(w−1) of 2^(wj) Q.
    pub(super) entries: Vec<TableEntry>,
}

impl Comb {
    /// The table of the base point B.
    pub(super) fn of_base(width: CombWidth) -> Option<Self> {
        Some(Self::new(Affine::from_bytes(&BASE)?, width))
    }

    /// The table of −A. `None` for bytes that encode no point.
    pub(super) fn of_negated(key: &[u8; 32], width: CombWidth) -> Option<Self> {
        Some(Self::new(Affine::from_bytes(key)?.negated(), width))
    }

    pub(super) fn new(point: Affine, width: CombWidth) -> Self {
        let count = width.multiples();
        let mut entries = Vec::with_capacity(width.positions().saturating_mul(count));
        let mut sums = Vec::with_capacity(count);
        let (mut inverted, mut products) = (Vec::with_capacity(count), Vec::new());
        products.resize(count, Tight::ONE);
        let mut base = point.as_entry();
        for _ in 0..width.positions() {
            sums.clear();
            inverted.clear();
            let mut sum = Extended::NEUTRAL;
            for _ in 0..count {
                sum = sum.plus(&base);
                sums.push(sum);
                inverted.push(sum.z);
            }
            invert_all(&mut inverted, &mut products);
            let affine = sums.iter().zip(&inverted).map(|(sum, z)| sum.to_affine(z));
            entries.extend(affine.map(|point| point.as_entry()));
            // The next base is twice the last multiple: 2 · 2^(w−1) = 2^w.
            if let (Some(last), Some(addend)) = (sums.last(), entries.last()) {
                let twice = last.plus(addend);
                base = twice.to_affine(&twice.z.inverted()).as_entry();
            }
        }
        Self { width, entries }
    }

    /// Bytes of the table in memory.
    pub(super) fn bytes(&self) -> usize {
        self.entries.len().saturating_mul(size_of::<TableEntry>())
    }

    /// The entries that make up `scalar · Q`. Those with `true` are subtracted.
    fn entries_of(&self, scalar: &[u8; 32]) -> impl Iterator<Item = (&TableEntry, bool)> {
        let digits = Digits::new(scalar, self.width);
        digits.zip(self.entries.chunks_exact(self.width.multiples())).filter_map(
            |(digit, multiples)| {
                // A digit of zero adds nothing. No digit is larger than the number of multiples.
                let index = usize::from(digit.unsigned_abs()).checked_sub(1)?;
                Some((multiples.get(index)?, digit < 0))
            },
        )
    }

    /// `sum + scalar · Q`
    pub(super) fn add_multiple(&self, mut sum: Extended, scalar: &[u8; 32]) -> Extended {
        for (addend, is_negative) in self.entries_of(scalar) {
            sum = if is_negative { sum.minus(addend) } else { sum.plus(addend) };
        }
        sum
    }

    /// Reads all entries that [`Self::add_multiple`] needs, at once. After a camera frame was read,
    /// the table is in no near cache. Each addition waits for the addition before; without this
    /// function each addition would also wait for memory.
    pub(super) fn fetch(&self, scalar: &[u8; 32]) {
        let touched = self.entries_of(scalar).fold(0, |all, (addend, _)| all ^ addend.touched());
        core::hint::black_box(touched);
    }
}

/// The signed digits of a scalar below 2^253, lowest first.
pub(super) struct Digits<'a> {
    scalar: &'a [u8; 32],
    width: CombWidth,
    bit: usize,
    carry: u16,
}

impl<'a> Digits<'a> {
    pub(super) const fn new(scalar: &'a [u8; 32], width: CombWidth) -> Self {
        Self { scalar, width, bit: 0, carry: 0 }
    }
}

impl Iterator for Digits<'_> {
    /// From −2^(w−1) to 2^(w−1): for a width of 8 an `i8` is too small by one.
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
