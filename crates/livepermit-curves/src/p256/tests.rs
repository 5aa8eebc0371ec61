use std::vec::Vec;

use fiat_crypto::p256_64::{
    fiat_p256_montgomery_domain_field_element as Montgomery, fiat_p256_mul, fiat_p256_square,
};
use p256::ecdsa::{self, signature::hazmat::PrehashSigner as _};
use p256::elliptic_curve::ops::Reduce;
use p256::elliptic_curve::sec1::ToSec1Point as _;
use p256::{FieldBytes, ProjectivePoint, PublicKey as Point};
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};

use super::limbs::{Limbs, subtract};
use super::montgomery::{product, square};
use super::scalar::DIGITS;
use super::*;

const PRIME: [u8; 32] = [
    0xff, 0xff, 0xff, 0xff, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff,
    0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
];

const P: Limbs = [u64::MAX, 0xffff_ffff, 0, 0xffff_ffff_0000_0001];

/// Big-endian, with `last` added to the last byte.
fn moved(mut bytes: [u8; 32], last: i16) -> [u8; 32] {
    bytes[31] = u8::try_from(i16::from(bytes[31]) + last).unwrap();
    bytes
}

/// Limbs of a random source that loves the ends of ranges, where carries come from; below p.
fn limbs(rng: &mut StdRng) -> Limbs {
    const EDGES: [u64; 8] =
        [0, 1, u64::MAX, u64::MAX - 1, 0xffff_ffff, 0x1_0000_0000, 0xffff_ffff_0000_0001, 1 << 63];
    let number = match rng.random_range(0..4) {
        0 => rng.random(),
        1 => [0; 4].map(|_: u64| EDGES[rng.random_range(0..EDGES.len())]),
        2 => subtract(&P, &[rng.random_range(1..5), 0, 0, 0]).0,
        _ => [0; 4].map(|_: u64| match rng.random() {
            true => EDGES[rng.random_range(0..EDGES.len())],
            false => rng.random(),
        }),
    };
    match subtract(&number, &P) {
        (less, true) => less,
        (_, false) => number,
    }
}

#[test]
fn products_are_those_of_fiat() {
    let mut rng = StdRng::seed_from_u64(1);
    let mut out = Montgomery([0; 4]);
    for _ in 0..200_000 {
        let (a, b) = (limbs(&mut rng), limbs(&mut rng));
        fiat_p256_mul(&mut out, &Montgomery(a), &Montgomery(b));
        assert_eq!(product(&a, &b), out.0, "{a:x?} {b:x?}");
        fiat_p256_square(&mut out, &Montgomery(a));
        assert_eq!(square(&a), out.0, "{a:x?}");
        assert_eq!(product(&a, &a), out.0, "{a:x?}");
    }
}

#[test]
fn numbers_are_read_below_the_prime_only() {
    for bytes in [[0; 32], moved([0; 32], 1), moved(PRIME, -1), ORDER, [0x5a; 32]] {
        assert_eq!(FieldElement::from_bytes(&bytes).unwrap().to_bytes(), bytes);
    }
    let mut above = PRIME;
    above[19] = 1;
    for bytes in [PRIME, above, [0xff; 32]] {
        assert!(FieldElement::from_bytes(&bytes).is_none());
    }
    assert!(
        FieldElement::from_bytes(&moved(PRIME, -1)).unwrap().plus(&FieldElement::ONE).is_zero()
    );
}

#[test]
fn field_laws() {
    let mut rng = StdRng::seed_from_u64(2);
    let minus_one = FieldElement::ONE.negated();
    let mut roots = 0;
    for number in 0..500 {
        let a = match number {
            0 => FieldElement::ZERO,
            1 => FieldElement::ONE,
            2 => minus_one,
            _ => FieldElement::from_bytes(&rng.random()).unwrap(),
        };
        let half = a.halved();
        assert!(half.plus(&half) == a);
        assert!(half.to_bytes() < PRIME);
        let inverse = a.inverted();
        assert!(if a.is_zero() {
            inverse.is_zero()
        } else {
            a.times(&inverse) == FieldElement::ONE
        });
        let root = a.squared().root().unwrap();
        assert!(root == a || root == a.negated());
        // Of a and −a one is a square, because −1 is none.
        assert_ne!(a.root().is_some() && !a.is_zero(), a.negated().root().is_some());
        roots += usize::from(a.root().is_some());
    }
    assert!((200..300).contains(&roots));
}

fn theirs(bytes: &[u8; 32]) -> p256::Scalar {
    <p256::Scalar as Reduce<FieldBytes>>::reduce(&(*bytes).into())
}

fn ours(scalar: &p256::Scalar) -> Scalar {
    Scalar::from_bytes(&scalar.to_bytes().into()).unwrap()
}

/// Scalars at the ends of their range, and some others.
fn scalars(rng: &mut StdRng, others: usize) -> Vec<p256::Scalar> {
    let mut all: Vec<p256::Scalar> = (0..20_u64).map(p256::Scalar::from).collect();
    all.extend((1..20_u64).map(|number| -p256::Scalar::from(number)));
    all.extend([63_u64, 64, 65, 127, 128, 129, 255, 256, u64::MAX].map(p256::Scalar::from));
    all.extend([LARGEST_S, [0xff; 32], [0x55; 32], [0xaa; 32]].map(|bytes| theirs(&bytes)));
    all.extend((0..others).map(|_| theirs(&rng.random())));
    all
}

#[test]
fn scalars_are_those_of_p256() {
    let mut rng = StdRng::seed_from_u64(3);
    for scalar in scalars(&mut rng, 300) {
        let inverse = ours(&scalar).inverted();
        let expected = Option::<p256::Scalar>::from(scalar.invert()).unwrap_or(p256::Scalar::ZERO);
        assert_eq!(inverse.digits(5), ours(&expected).digits(5));
        assert_eq!(ours(&scalar).is_zero(), scalar == p256::Scalar::ZERO);
    }
    for bytes in [ORDER, moved(ORDER, 1), [0xff; 32]] {
        assert!(Scalar::from_bytes(&bytes).is_none());
    }
    let mut numbers = Vec::from([
        [0; 32],
        moved(ORDER, -1),
        ORDER,
        moved(ORDER, 1),
        [0xff; 32],
        PRIME,
        LARGEST_S,
    ]);
    numbers.extend((0..300).map(|_| rng.random::<[u8; 32]>()));
    for bytes in numbers {
        assert_eq!(
            Scalar::reduced(&bytes).digits(8),
            ours(&theirs(&bytes)).digits(8),
            "{bytes:02x?}"
        );
    }
}

#[test]
fn digits_make_the_scalar() {
    let mut rng = StdRng::seed_from_u64(4);
    for scalar in scalars(&mut rng, 300) {
        for width in 2..=8 {
            let digits = ours(&scalar).digits(width);
            let value = digits.iter().rev().fold(p256::Scalar::ZERO, |value, digit| {
                let size = p256::Scalar::from(u64::from(digit.unsigned_abs()));
                value.double() + if *digit < 0 { -size } else { size }
            });
            assert_eq!(value, scalar);
            assert!(digits.iter().all(|digit| *digit == 0
                || digit % 2 != 0 && u32::from(digit.unsigned_abs()) < 1 << (width - 1)));
            let places: Vec<usize> = (0..DIGITS).filter(|at| digits[*at] != 0).collect();
            let apart = usize::try_from(width).unwrap();
            assert!(places.windows(2).all(|pair| pair[1] - pair[0] >= apart));
        }
    }
}

/// x and y; `None` for the neutral element.
fn coordinates(sum: &Jacobian) -> Option<([u8; 32], [u8; 32])> {
    (!sum.is_neutral()).then(|| P256Key(sum.to_affine(&sum.z.inverted())).coordinates())
}

fn their_coordinates(point: ProjectivePoint) -> Option<([u8; 32], [u8; 32])> {
    let sec1 = Point::from_affine(point.to_affine()).ok()?.to_sec1_point(false);
    let (x, y) = sec1.as_bytes()[1..].split_first_chunk().unwrap();
    Some((*x, y.try_into().unwrap()))
}

fn affine(point: ProjectivePoint) -> CurvePoint {
    let (x, y) = their_coordinates(point).unwrap();
    CurvePoint::from_coordinates(&x, &y).unwrap()
}

#[test]
fn the_table_holds_the_odd_multiples() {
    for (multiple, number) in GENERATOR_MULTIPLES.iter().zip((1_u64..).step_by(2)) {
        let expected = ProjectivePoint::GENERATOR * p256::Scalar::from(number);
        assert_eq!(Some(P256Key(*multiple).coordinates()), their_coordinates(expected));
    }
    assert_eq!(GENERATOR_MULTIPLES.len(), 64);
}

/// The same point with another Z.
fn with_z(point: ProjectivePoint, z: u8) -> Jacobian {
    let Some((x, y)) = their_coordinates(point) else { return Jacobian::NEUTRAL };
    let sum = CurvePoint::from_coordinates(&x, &y).unwrap().as_jacobian();
    // (P + zG) − zG
    let other = affine(ProjectivePoint::GENERATOR * p256::Scalar::from(1000 + u64::from(z)));
    sum.plus_affine(&other).plus_affine(&other.negated())
}

#[test]
fn equal_opposite_and_neutral_points_are_added_right() {
    let points: Vec<ProjectivePoint> = [0_u64, 1, 2, 3, 4]
        .iter()
        .flat_map(|number| {
            let point = ProjectivePoint::GENERATOR * p256::Scalar::from(*number);
            [point, -point]
        })
        .collect();
    for a in &points {
        for b in &points {
            let expected = their_coordinates(a + b);
            for (z_a, z_b) in [(1, 1), (1, 2), (3, 1)] {
                let (sum, addend) = (with_z(*a, z_a), JacobianAddend::new(with_z(*b, z_b)));
                assert_eq!(coordinates(&sum.plus(&addend)), expected);
                assert_eq!(coordinates(&sum.plus(&addend.negated())), their_coordinates(a - b));
                if *b != ProjectivePoint::IDENTITY {
                    assert_eq!(coordinates(&sum.plus_affine(&affine(*b))), expected);
                }
            }
        }
        assert_eq!(coordinates(&with_z(*a, 9).doubled()), their_coordinates(a + a));
    }
}

fn check(u1: &p256::Scalar, u2: &p256::Scalar, key: ProjectivePoint) {
    let sum = sum_of_multiples(&ours(u1), &ours(u2), &affine(key));
    let expected = ProjectivePoint::GENERATOR * u1 + key * u2;
    assert_eq!(coordinates(&sum), their_coordinates(expected), "{u1:?} {u2:?}");
}

#[test]
fn sums_of_multiples_are_those_of_p256() {
    let mut rng = StdRng::seed_from_u64(5);
    let generator = ProjectivePoint::GENERATOR;
    // Both scalars at the ends, for keys of which G is a small multiple or the other way round.
    for key in [1_u64, 2, 3, 127, 129] {
        for key in [generator * p256::Scalar::from(key), -(generator * p256::Scalar::from(key))] {
            for small in [0_u64, 1, 2, 3, 15, 16, 17, 127, 128, 255] {
                for other in [0_u64, 1, 2, 31, 127] {
                    let (small, other) = (p256::Scalar::from(small), p256::Scalar::from(other));
                    check(&small, &other, key);
                    check(&-small, &other, key);
                    check(&small, &-other, key);
                }
            }
        }
    }
    for scalar in scalars(&mut rng, 40) {
        let secret = theirs(&rng.random());
        let key = generator * secret;
        check(&scalar, &p256::Scalar::ZERO, key);
        check(&p256::Scalar::ZERO, &scalar, key);
        check(&scalar, &theirs(&rng.random()), key);
        check(&theirs(&rng.random()), &scalar, key);
        // u₁G = u₂Q, and u₁G = −u₂Q.
        check(&(scalar * secret), &scalar, key);
        check(&-(scalar * secret), &scalar, key);
        // The two cancel but for the lowest digit, which is added last.
        check(&(p256::Scalar::ONE - scalar * secret), &scalar, key);
    }
}

/// Signatures of the crate `p256`, with the digest they are over and the key they are of.
fn signed(rng: &mut StdRng) -> ([u8; 32], [u8; SIGNATURE_BYTES], P256Key) {
    let secret = loop {
        if let Ok(secret) = ecdsa::SigningKey::from_slice(&rng.random::<[u8; 32]>()) {
            break secret;
        }
    };
    let digest: [u8; 32] = rng.random();
    let signature: ecdsa::Signature = secret.sign_prehash(&digest).unwrap();
    let signature = signature.normalize_s().to_bytes().into();
    let key = P256Key::from_sec1_bytes(&secret.verifying_key().to_sec1_bytes()).unwrap();
    (digest, signature, key)
}

fn their_recovered(digest: &[u8; 32], signature: &[u8; SIGNATURE_BYTES]) -> Vec<P256Key> {
    let Ok(signature) = ecdsa::Signature::from_slice(signature) else { return Vec::new() };
    let ids = (0..=ecdsa::RecoveryId::MAX).filter_map(ecdsa::RecoveryId::from_byte);
    ids.filter_map(|id| {
        let key = ecdsa::VerifyingKey::recover_from_prehash(digest, &signature, id).ok()?;
        P256Key::from_sec1_bytes(&key.to_sec1_bytes())
    })
    .collect()
}

#[test]
fn recovered_keys_are_those_of_p256() {
    let mut rng = StdRng::seed_from_u64(6);
    for _ in 0..50 {
        let (digest, signature, key) = signed(&mut rng);
        assert!(key.verifies_digest(&digest, &signature));
        let recovered: Vec<P256Key> = P256Key::recovered(&digest, &signature).collect();
        assert!(recovered.contains(&key));
        assert!(recovered == their_recovered(&digest, &signature));
        // Any two numbers are a signature under some keys, if r is an x of the curve.
        let (mut other, at) = (signature, rng.random_range(0..SIGNATURE_BYTES));
        other[at] ^= 1;
        other[32] &= 0x7f;
        let recovered: Vec<P256Key> = P256Key::recovered(&digest, &other).collect();
        assert!(recovered == their_recovered(&digest, &other));
        assert!(!recovered.contains(&key));
    }
}

/// For r below p − n both r and r + n can be the x of R.
#[test]
fn keys_of_small_r_are_recovered_from_both_points() {
    let mut rng = StdRng::seed_from_u64(7);
    let mut most = 0;
    for r in 1..60 {
        let mut signature = [0; SIGNATURE_BYTES];
        signature[31] = r;
        signature[63] = 5;
        let digest = rng.random();
        let recovered: Vec<P256Key> = P256Key::recovered(&digest, &signature).collect();
        assert!(recovered == their_recovered(&digest, &signature), "{r}");
        most = most.max(recovered.len());
    }
    assert_eq!(most, 4);
    let (first, last) = PRIME_MINUS_ORDER.split_at(16);
    let mut at_the_end = [[0; 32], [0; 32]].concat();
    at_the_end[..16].copy_from_slice(first);
    at_the_end[16..32].copy_from_slice(last);
    at_the_end[63] = 5;
    let signature = at_the_end.try_into().unwrap();
    let recovered: Vec<P256Key> = P256Key::recovered(&[3; 32], &signature).collect();
    assert!(recovered == their_recovered(&[3; 32], &signature));
}

#[test]
fn no_key_is_recovered_from_what_is_no_signature() {
    for (r, s) in [([0; 32], [1; 32]), ([1; 32], [0; 32]), (ORDER, [1; 32]), ([1; 32], ORDER)] {
        let signature = [r, s].concat().try_into().unwrap();
        assert_eq!(P256Key::recovered(&[3; 32], &signature).count(), 0);
        assert!(with_low_s(&r, &s).is_none());
    }
    // The sum is the neutral element: z = s · k for R = kG with k = 1.
    let (x, _) = P256Key(GENERATOR).coordinates();
    let signature = [x, moved([0; 32], 7)].concat().try_into().unwrap();
    let recovered: Vec<P256Key> = P256Key::recovered(&moved([0; 32], 7), &signature).collect();
    assert_eq!(recovered.len(), 1, "the other sign of R gives a key");
    assert!(recovered == their_recovered(&moved([0; 32], 7), &signature));
}

#[test]
fn s_is_made_low_as_p256_does() {
    let mut rng = StdRng::seed_from_u64(8);
    let mut edges = Vec::from([LARGEST_S, moved(LARGEST_S, 1), moved(ORDER, -1)]);
    edges.extend((0..200).map(|_| <[u8; 32]>::from(theirs(&rng.random()).to_bytes())));
    for s in edges {
        let r: [u8; 32] = theirs(&rng.random()).to_bytes().into();
        let expected = ecdsa::Signature::from_scalars(r, s).unwrap().normalize_s();
        assert_eq!(with_low_s(&r, &s).unwrap(), *expected.to_bytes());
    }
}
