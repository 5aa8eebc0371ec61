//! ECDSA verification over P-256, and reading of its points.
//!
//! # What is computed
//!
//! A signature (r, s) of a message M under the key Q is good (specification, section 8; FIPS 186-5
//! §6.4.2) when 0 < r < n, 0 < s ≤ (n − 1)/2, and R = u₁G + u₂Q is not the neutral element and has
//! an x with x mod n = r. Here u₁ = z/s and u₂ = r/s modulo the order n of the group, and z is the
//! SHA-256 of M. The key is a point of the curve y² = x³ − 3x + b, whose order is prime: there is
//! no point of small order.
//!
//! # How
//!
//! Both scalars are written in digits of which few are not 0 ([`Scalar::digits`]): one of nine for
//! u₁ with a width of 8, one of six for u₂ with a width of 5. From the highest digit down, R is
//! doubled and the digit's multiple of G or Q added or subtracted, so the 256 doublings serve both.
//! Digits are odd, so the tables hold odd multiples: 64 of G, which the compiler makes
//! ([`GENERATOR_MULTIPLES`]), and 8 of Q, made for each signature. [`point`] has the formulas and
//! says when they do not hold.
//!
//! R comes as X/Z². To compare without an inversion: x = X/Z² is r when r · Z² = X, and the only
//! other x below p that is r modulo n is r + n, because p < 2n.
//!
//! # Why it can be trusted
//!
//! Everything here is public (keys, signatures, messages), so time and memory access may depend on
//! it. Modulo p and n the operations of `fiat-crypto` are proven; what is written here is one
//! product ([`montgomery`]), halving, an inversion, the formulas, and the digits. Tests compare
//! each with the `p256` crate or `fiat-crypto`, points that meet the special cases of the formulas
//! too, and verdicts with `p256` and with the specification.

mod field;
mod limbs;
mod montgomery;
mod point;
mod scalar;

use sha2::{Digest as _, Sha256};

use self::field::Element;
use self::point::{Addend, Affine, GENERATOR, Sum};
use self::scalar::{ORDER, Scalar};
use super::SIGNATURE_BYTES;

/// (n − 1)/2, big-endian: the largest s.
const LARGEST_S: [u8; 32] = [
    0x7f, 0xff, 0xff, 0xff, 0x80, 0, 0, 0, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xde,
    0x73, 0x7d, 0x56, 0xd3, 0x8b, 0xcf, 0x42, 0x79, 0xdc, 0xe5, 0x61, 0x7e, 0x31, 0x92, 0xa8,
];

/// p − n, big-endian: r + n is below p where r is below this.
const PRIME_MINUS_ORDER: [u8; 32] = [
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x43, 0x19, 0x05, 0x53, 0x58, 0xe8, 0x61, 0x7b,
    0x0c, 0x46, 0x35, 0x3d, 0x03, 0x9c, 0xda, 0xae,
];

/// The width of the digits that multiply G, and how many multiples they need.
const GENERATOR_WIDTH: u32 = 8;
const GENERATOR_COUNT: usize = 1 << (GENERATOR_WIDTH - 2);

/// The same for the key.
const KEY_WIDTH: u32 = 5;
const KEY_COUNT: usize = 1 << (KEY_WIDTH - 2);

/// G, 3G, 5G, …, 127G: summed up, and then made affine with one inversion (Montgomery's trick).
static GENERATOR_MULTIPLES: [Affine; GENERATOR_COUNT] = {
    let twice = Addend::new(GENERATOR.as_sum().doubled());
    let mut sums = [GENERATOR.as_sum(); GENERATOR_COUNT];
    // The product of the Z up to each.
    let mut products = [Element::ONE; GENERATOR_COUNT];
    let mut multiples = [GENERATOR; GENERATOR_COUNT];
    let mut at = 1;
    #[expect(clippy::indexing_slicing, reason = "evaluated by the compiler")]
    {
        while at < GENERATOR_COUNT {
            sums[at] = sums[at - 1].plus(&twice);
            products[at] = products[at - 1].times(&sums[at].z);
            at += 1;
        }
        let mut inverse = products[at - 1].inverted();
        while at > 1 {
            at -= 1;
            multiples[at] = sums[at].to_affine(&inverse.times(&products[at - 1]));
            inverse = inverse.times(&sums[at].z);
        }
    }
    multiples
};

/// A P-256 public key.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Key(Affine);

impl Key {
    /// Reads a point in SEC1 form (SEC 1 §2.3.4), compressed or not. `None` for anything else.
    pub(super) fn from_sec1_bytes(bytes: &[u8]) -> Option<Self> {
        match bytes.split_first()? {
            (sign @ (2 | 3), x) => Self::decompressed(x.try_into().ok()?, *sign == 3),
            (4, coordinates) => {
                let (x, y) = coordinates.split_first_chunk()?;
                Affine::from_coordinates(x, y.try_into().ok()?).map(Self)
            }
            _ => None,
        }
    }

    /// The point with this x and a y of this sign. `None` where there is none.
    pub(super) fn decompressed(x: &[u8; 32], y_is_odd: bool) -> Option<Self> {
        Affine::decompressed(x, y_is_odd).map(Self)
    }

    /// x and y, big-endian.
    pub(super) fn coordinates(&self) -> ([u8; 32], [u8; 32]) {
        (self.0.x.to_bytes(), self.0.y.to_bytes())
    }

    /// Whether the signature of the message, which is in pieces, is good.
    pub(super) fn verifies(&self, message: &[&[u8]], signature: &[u8; SIGNATURE_BYTES]) -> bool {
        let mut hash = Sha256::new();
        for piece in message {
            hash.update(piece);
        }
        self.verifies_hash(&hash.finalize().into(), signature).is_some()
    }

    /// `None` where the signature is not good.
    fn verifies_hash(&self, hash: &[u8; 32], signature: &[u8; SIGNATURE_BYTES]) -> Option<()> {
        let (r_bytes, s) = signature.split_first_chunk::<32>()?;
        let s: &[u8; 32] = s.try_into().ok()?;
        if *s > LARGEST_S {
            return None;
        }
        let (r, s) = (Scalar::from_bytes(r_bytes)?, Scalar::from_bytes(s)?);
        if r.is_zero() || s.is_zero() {
            return None;
        }
        let inverse = s.inverted();
        let sum =
            sum_of_multiples(&Scalar::reduced(hash).times(&inverse), &r.times(&inverse), &self.0);
        has_x(&sum, r_bytes).then_some(())
    }
}

/// Whether the sum has an x that is r modulo n, where r is below n.
fn has_x(sum: &Sum, r: &[u8; 32]) -> bool {
    const N: Element = Element::from_bytes_below_p(ORDER);
    let is_x = |x: &Element| x.times(&sum.z.squared()) == sum.x;
    let x = Element::from_bytes_below_p(*r);
    !sum.is_neutral() && (is_x(&x) || *r < PRIME_MINUS_ORDER && is_x(&x.plus(&N)))
}

/// u₁G + u₂Q
fn sum_of_multiples(u1: &Scalar, u2: &Scalar, key: &Affine) -> Sum {
    let twice = Addend::new(key.as_sum().doubled());
    let mut multiple = key.as_sum();
    let mut key_multiples = [Addend::new(multiple); KEY_COUNT];
    for addend in key_multiples.iter_mut().skip(1) {
        multiple = multiple.plus(&twice);
        *addend = Addend::new(multiple);
    }
    let (u1, u2) = (u1.digits(GENERATOR_WIDTH), u2.digits(KEY_WIDTH));
    let mut sum = Sum::NEUTRAL;
    for (digit_1, digit_2) in u1.iter().zip(&u2).rev() {
        sum = sum.doubled();
        if let Some(of_generator) = multiple_for(*digit_1, &GENERATOR_MULTIPLES) {
            sum = match digit_1.is_positive() {
                true => sum.plus_affine(of_generator),
                false => sum.plus_affine(&of_generator.negated()),
            };
        }
        if let Some(of_key) = multiple_for(*digit_2, &key_multiples) {
            sum =
                if digit_2.is_positive() { sum.plus(of_key) } else { sum.plus(&of_key.negated()) };
        }
    }
    sum
}

/// The multiple for a digit, its sign apart: of 1, 3, 5, … the place is half, rounded down. `None`
/// for 0.
fn multiple_for<T>(digit: i8, odd_multiples: &[T]) -> Option<&T> {
    if digit == 0 { None } else { odd_multiples.get(usize::from(digit.unsigned_abs() / 2)) }
}

#[cfg(test)]
mod tests;
