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
//! Both scalars are written in digits most of which are 0 ([`Scalar::digits`]). On average one
//! digit in nine of u₁ is not 0, at a width of 8, and one in six of u₂, at a width of 5. R is
//! computed from the highest digit down: it is doubled, then the multiples of G and Q for the
//! digits are added or subtracted. So the 256 doublings serve both scalars. Digits other than 0 are
//! odd, so the tables hold odd multiples only: 64 of G, which the compiler makes
//! ([`GENERATOR_MULTIPLES`]), and 8 of Q, made for each signature. [`point`] has the formulas and
//! says when they do not hold.
//!
//! R comes as X/Z². It is compared without an inversion: x = X/Z² is r if r · Z² = X. The only
//! other x below p that is r modulo n is r + n, because p < 2n.
//!
//! # Why it can be trusted
//!
//! Keys, signatures and messages are public, so time and memory access may depend on them. Modulo p
//! and n the operations of `fiat-crypto` are proven. What is written here is one product
//! ([`montgomery`]), halving, an inversion, the formulas and the digits. Tests compare each with
//! the `p256` crate or with `fiat-crypto`, also for points that meet the special cases of the
//! formulas, and compare verdicts with `p256` and with the specification.

mod field;
mod limbs;
mod montgomery;
mod point;
mod scalar;
mod signature;

use core::fmt;

use sha2::{Digest as _, Sha256};

use self::field::FieldElement;
use self::point::{CurvePoint, GENERATOR, Jacobian, JacobianAddend};
use self::scalar::{ORDER, Scalar};
pub use self::signature::with_low_s;
use crate::SIGNATURE_BYTES;

/// (n − 1)/2, big-endian: the largest s.
const LARGEST_S: [u8; 32] = [
    0x7f, 0xff, 0xff, 0xff, 0x80, 0, 0, 0, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xde,
    0x73, 0x7d, 0x56, 0xd3, 0x8b, 0xcf, 0x42, 0x79, 0xdc, 0xe5, 0x61, 0x7e, 0x31, 0x92, 0xa8,
];

/// p − n, big-endian: r + n is below p if r is below this number.
const PRIME_MINUS_ORDER: [u8; 32] = [
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x43, 0x19, 0x05, 0x53, 0x58, 0xe8, 0x61, 0x7b,
    0x0c, 0x46, 0x35, 0x3d, 0x03, 0x9c, 0xda, 0xae,
];

/// The width of the digits that multiply G, and the number of multiples they need.
const GENERATOR_WIDTH: u32 = 8;
const GENERATOR_COUNT: usize = 1 << (GENERATOR_WIDTH - 2);

/// The same for the key.
const KEY_WIDTH: u32 = 5;
const KEY_COUNT: usize = 1 << (KEY_WIDTH - 2);

/// G, 3G, 5G, …, 127G: sums, made affine with one inversion for all (Montgomery's trick).
static GENERATOR_MULTIPLES: [CurvePoint; GENERATOR_COUNT] = {
    let twice = JacobianAddend::new(GENERATOR.as_jacobian().doubled());
    let mut sums = [GENERATOR.as_jacobian(); GENERATOR_COUNT];
    // For each sum the product of all Z up to its own.
    let mut products = [FieldElement::ONE; GENERATOR_COUNT];
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

/// A P-256 public key: a point of the curve.
///
/// ```
/// use livepermit_curves::P256Key;
/// // The generator of the group (SEC 2 §2.4.2), compressed.
/// let generator = [
///     0x03, 0x6b, 0x17, 0xd1, 0xf2, 0xe1, 0x2c, 0x42, 0x47, 0xf8, 0xbc, 0xe6,
///     0xe5, 0x63, 0xa4, 0x40, 0xf2, 0x77, 0x03, 0x7d, 0x81, 0x2d, 0xeb, 0x33,
///     0xa0, 0xf4, 0xa1, 0x39, 0x45, 0xd8, 0x98, 0xc2, 0x96,
/// ];
/// let key = P256Key::from_sec1_bytes(&generator).ok_or("not on the curve")?;
/// let (x, y) = key.coordinates();
/// assert_eq!(x, generator[1..]);
/// assert_eq!(y[31] & 1, 1, "3 in front says that y is odd");
/// assert!(P256Key::decompressed(&x, true) == Some(key));
/// # Ok::<(), &str>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct P256Key(CurvePoint);

impl P256Key {
    /// Reads a point in SEC1 form (SEC 1 §2.3.4), compressed (33 bytes) or not (65 bytes). `None`
    /// for anything else, also for the point at infinity.
    #[must_use]
    pub fn from_sec1_bytes(bytes: &[u8]) -> Option<Self> {
        match bytes.split_first()? {
            (sign @ (2 | 3), x) => Self::decompressed(x.try_into().ok()?, *sign == 3),
            (4, coordinates) => {
                let (x, y) = coordinates.split_first_chunk()?;
                CurvePoint::from_coordinates(x, y.try_into().ok()?).map(Self)
            }
            _ => None,
        }
    }

    /// The point with this x, big-endian, and an odd or an even y. `None` if the curve has no point
    /// with this x, or x is not below the prime of the field.
    #[must_use]
    pub fn decompressed(x: &[u8; 32], y_is_odd: bool) -> Option<Self> {
        CurvePoint::decompressed(x, y_is_odd).map(Self)
    }

    /// The uncompressed form of SEC 1: 4, x and y.
    #[must_use]
    pub fn to_sec1_bytes(&self) -> [u8; 65] {
        let (x, y) = self.coordinates();
        let mut bytes = [4; 65];
        for (to, from) in bytes.iter_mut().skip(1).zip(x.iter().chain(&y)) {
            *to = *from;
        }
        bytes
    }

    /// x and y, big-endian.
    #[must_use]
    pub fn coordinates(&self) -> ([u8; 32], [u8; 32]) {
        (self.0.x.to_bytes(), self.0.y.to_bytes())
    }

    /// Whether the signature, r and s as big-endian numbers, is good. The message is given in
    /// pieces, which are hashed with SHA-256 one after the other.
    ///
    /// A signature with an s above half the group order is refused. Otherwise every signature would
    /// have a second form.
    #[must_use]
    pub fn verifies(&self, message: &[&[u8]], signature: &[u8; SIGNATURE_BYTES]) -> bool {
        let mut hash = Sha256::new();
        for piece in message {
            hash.update(piece);
        }
        self.verifies_digest(&hash.finalize().into(), signature)
    }

    /// Whether the signature is good for a message that the caller hashed. Of a digest with more
    /// than 32 bytes the first 32 count (FIPS 186-5 §6.4.2).
    #[must_use]
    pub fn verifies_digest(&self, digest: &[u8; 32], signature: &[u8; SIGNATURE_BYTES]) -> bool {
        self.if_good(digest, signature).is_some()
    }

    /// `Some` if the signature is good.
    fn if_good(&self, digest: &[u8; 32], signature: &[u8; SIGNATURE_BYTES]) -> Option<()> {
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
            sum_of_multiples(&Scalar::reduced(digest).times(&inverse), &r.times(&inverse), &self.0);
        has_x(&sum, r_bytes).then_some(())
    }
}

impl fmt::Debug for P256Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (x, y) = self.coordinates();
        write!(f, "P256Key({x:02x?}, {y:02x?})")
    }
}

/// Whether the sum has an x that is r modulo n, where r is below n.
fn has_x(sum: &Jacobian, r: &[u8; 32]) -> bool {
    const N: FieldElement = FieldElement::from_bytes_below_p(ORDER);
    let is_x = |x: &FieldElement| x.times(&sum.z.squared()) == sum.x;
    let x = FieldElement::from_bytes_below_p(*r);
    !sum.is_neutral() && (is_x(&x) || *r < PRIME_MINUS_ORDER && is_x(&x.plus(&N)))
}

/// u₁G + u₂Q
fn sum_of_multiples(u1: &Scalar, u2: &Scalar, key: &CurvePoint) -> Jacobian {
    let twice = JacobianAddend::new(key.as_jacobian().doubled());
    let mut multiple = key.as_jacobian();
    let mut key_multiples = [JacobianAddend::new(multiple); KEY_COUNT];
    for addend in key_multiples.iter_mut().skip(1) {
        multiple = multiple.plus(&twice);
        *addend = JacobianAddend::new(multiple);
    }
    let (u1, u2) = (u1.digits(GENERATOR_WIDTH), u2.digits(KEY_WIDTH));
    let mut sum = Jacobian::NEUTRAL;
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

/// The multiple for a digit, whose sign is not looked at; `None` for 0. The multiples are 1, 3, 5,
/// …, so the place of a digit is half of it, rounded down.
fn multiple_for<T>(digit: i8, odd_multiples: &[T]) -> Option<&T> {
    if digit == 0 { None } else { odd_multiples.get(usize::from(digit.unsigned_abs() / 2)) }
}

#[cfg(test)]
mod tests;
