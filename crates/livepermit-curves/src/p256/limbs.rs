//! Numbers of 256 bits as four limbs of 64 bits, lowest first. All arithmetic that is not
//! `fiat-crypto`'s is built on these functions.

pub(super) type Limbs = [u64; 4];

/// The lower and the upper half of a + b · c + d: at most (2^64 − 1)² + 2 · (2^64 − 1) = 2^128 − 1,
/// so nothing is lost.
#[inline]
#[expect(
    clippy::as_conversions,
    reason = "`From` is not `const`; the two halves are the whole number"
)]
pub(super) const fn multiply_add(a: u64, b: u64, c: u64, d: u64) -> (u64, u64) {
    let number =
        (b as u128).wrapping_mul(c as u128).wrapping_add(a as u128).wrapping_add(d as u128);
    (number as u64, (number >> 64) as u64)
}

/// a + b + `carry`, and the new carry, which is at most 1 if `carry` is.
#[inline]
pub(super) const fn add_limbs(a: u64, b: u64, carry: u64) -> (u64, u64) {
    multiply_add(a, b, 1, carry)
}

/// The same for whole numbers: the lower 256 bits, and the carry.
#[inline]
pub(super) const fn add(a: &Limbs, b: &Limbs, carry: u64) -> (Limbs, u64) {
    let ([a0, a1, a2, a3], [b0, b1, b2, b3]) = (*a, *b);
    let (s0, carry) = add_limbs(a0, b0, carry);
    let (s1, carry) = add_limbs(a1, b1, carry);
    let (s2, carry) = add_limbs(a2, b2, carry);
    let (s3, carry) = add_limbs(a3, b3, carry);
    ([s0, s1, s2, s3], carry)
}

/// a − b modulo 2^256, and whether a is at least b: if it is, a + (2^256 − 1 − b) + 1 has a carry.
#[inline]
pub(super) const fn subtract(a: &Limbs, b: &Limbs) -> (Limbs, bool) {
    let [b0, b1, b2, b3] = *b;
    let (difference, carry) = add(a, &[!b0, !b1, !b2, !b3], 1);
    (difference, carry == 1)
}

/// `a` if `bit` is 1, zero if it is 0. Without a branch: the processor would guess a branch wrong
/// every second time.
#[inline]
pub(super) const fn times_bit(a: &Limbs, bit: u64) -> Limbs {
    let ([a0, a1, a2, a3], mask) = (*a, bit.wrapping_neg());
    [a0 & mask, a1 & mask, a2 & mask, a3 & mask]
}

/// Half of the number, rounded down, with `highest` for its bit 256.
#[inline]
pub(super) const fn half(a: &Limbs, highest: u64) -> Limbs {
    let [a0, a1, a2, a3] = *a;
    [a0 >> 1 | a1 << 63, a1 >> 1 | a2 << 63, a2 >> 1 | a3 << 63, a3 >> 1 | highest << 63]
}

/// a/2 modulo an odd modulus above a. If a is odd, the modulus is added first, which makes it even;
/// half of the sum is below the modulus.
#[inline]
pub(super) const fn half_modulo(a: &Limbs, modulus: &Limbs) -> Limbs {
    let (even, highest) = add(a, &times_bit(modulus, a[0] & 1), 0);
    half(&even, highest)
}
