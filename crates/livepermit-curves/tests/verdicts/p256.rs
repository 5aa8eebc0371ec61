use livepermit_curves::P256Key;
use p256::ecdsa::signature::{Signer as _, Verifier as _};
use p256::ecdsa::{Signature, SigningKey, VerifyingKey};
use p256::elliptic_curve::ops::Reduce;
use p256::elliptic_curve::point::AffineCoordinates as _;
use p256::elliptic_curve::sec1::ToSec1Point as _;
use p256::{FieldBytes, ProjectivePoint, PublicKey as Point, Scalar};
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use sha2::{Digest as _, Sha256};

use super::{Tally, small, sum};

/// n and the prime of the field, big-endian (SEC 2 §2.4.2).
const ORDER: [u8; 32] = [
    0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xbc, 0xe6,
    0xfa, 0xad, 0xa7, 0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51,
];
const PRIME: [u8; 32] = [
    0xff, 0xff, 0xff, 0xff, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff,
    0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
];

const MESSAGE: &[u8] = b"one permit in one second";

fn half_order() -> [u8; 32] {
    let mut carry = 0;
    ORDER.map(|byte| {
        let half = byte >> 1 | carry << 7;
        carry = byte & 1;
        half
    })
}

fn number(bytes: &[u8; 32]) -> Scalar {
    <Scalar as Reduce<FieldBytes>>::reduce(&(*bytes).into())
}

fn hashed(message: &[u8]) -> Scalar {
    number(&Sha256::digest(message).into())
}

/// Whether a signature is good, by docs/spec.md section 8 and FIPS 186-5 §6.4.2.
fn specified(key: ProjectivePoint, message: &[u8], signature: &[u8; 64]) -> bool {
    let (r, s) = halves(signature);
    if r == [0; 32] || r >= ORDER || s == [0; 32] || s > half_order() {
        return false;
    }
    let inverse = number(&s).invert().unwrap();
    let point =
        ProjectivePoint::GENERATOR * (hashed(message) * inverse) + key * (number(&r) * inverse);
    point != ProjectivePoint::IDENTITY && number(&point.to_affine().x().into()) == number(&r)
}

/// Our verdict. Fails unless `p256` with low s, and the specification, say the same.
pub(super) fn verdict(sec1: &[u8], message: &[u8], signature: &[u8; 64]) -> bool {
    let key = VerifyingKey::from_sec1_bytes(sec1).unwrap();
    let ours = P256Key::from_sec1_bytes(sec1).unwrap().verifies(&[message], signature);
    let theirs = Signature::from_slice(signature)
        .is_ok_and(|signature| key.verify(message, &signature).is_ok());
    let low = !is_high(signature);
    let specified = specified(ProjectivePoint::from(*key.as_affine()), message, signature);
    assert_eq!(
        (theirs && low, specified),
        (ours, ours),
        "{sec1:02x?}, {message:02x?}, {signature:02x?}"
    );
    ours
}

pub(super) fn is_high(signature: &[u8; 64]) -> bool {
    halves(signature).1 > half_order()
}

fn halves(signature: &[u8; 64]) -> ([u8; 32], [u8; 32]) {
    (core::array::from_fn(|at| signature[at]), core::array::from_fn(|at| signature[32 + at]))
}

fn joined(r: &[u8; 32], s: &[u8; 32]) -> [u8; 64] {
    core::array::from_fn(|at| if at < 32 { r[at] } else { s[at - 32] })
}

fn sec1(point: ProjectivePoint) -> Vec<u8> {
    Point::from_affine(point.to_affine()).unwrap().to_sec1_point(true).as_bytes().to_vec()
}

/// The signature with this nonce and this s, and the one key it belongs to.
fn with_s(s: Scalar, nonce: u64) -> (Vec<u8>, [u8; 64]) {
    let nonce = Scalar::from(nonce);
    let r = number(&(ProjectivePoint::GENERATOR * nonce).to_affine().x().into());
    let secret = (s * nonce - hashed(MESSAGE)) * r.invert().unwrap();
    (sec1(ProjectivePoint::GENERATOR * secret), joined(&r.to_bytes().into(), &s.to_bytes().into()))
}

#[test]
fn signatures_get_the_specified_verdict() {
    let mut tally = Tally::default();
    for seed in 1..33_u8 {
        let signer = SigningKey::from_slice(&[seed; 32]).unwrap();
        let signature: Signature = signer.sign(MESSAGE);
        let (r, low) = halves(&signature.normalize_s().to_bytes().into());
        let key = sec1(ProjectivePoint::from(*signer.verifying_key().as_affine()));
        let negative = [&[key[0] ^ 1], &key[1..]].concat();
        let high = (-number(&low)).to_bytes().into();
        tally.count(
            "P-256: as signed by the library, low s",
            verdict(&key, MESSAGE, &joined(&r, &low)),
        );
        tally.count("P-256: its twin, high s", verdict(&key, MESSAGE, &joined(&r, &high)));
        tally.count("P-256: r and s swapped", verdict(&key, MESSAGE, &joined(&low, &r)));
        tally.count("P-256: key negated", verdict(&negative, MESSAGE, &joined(&r, &low)));
        for edge in [[0; 32], small(1), ORDER, sum(&ORDER, &small(1)).unwrap(), PRIME, [0xff; 32]] {
            for (r, s) in [(r, edge), (edge, low), (edge, edge)] {
                tally.count(
                    "P-256: r or s at the ends of its range",
                    verdict(&key, MESSAGE, &joined(&r, &s)),
                );
            }
        }
    }
    let (key, good) = with_s(Scalar::from(0x1234_5678_9abc_def1_u64), 5);
    assert!(verdict(&key, MESSAGE, &good));
    for bit in 0..512 {
        let mut wrong = good;
        wrong[bit / 8] ^= 1 << (bit % 8);
        tally.count("P-256: one bit of the signature", verdict(&key, MESSAGE, &wrong));
    }
    for bit in 0..8 * MESSAGE.len() {
        let mut wrong = MESSAGE.to_vec();
        wrong[bit / 8] ^= 1 << (bit % 8);
        tally.count("P-256: one bit of the message", verdict(&key, &wrong, &good));
    }
    for value in 1..9_u8 {
        let (key, signature) = with_s(Scalar::from(u64::from(value)), 5);
        let (r, s) = halves(&signature);
        tally.count("P-256: s from 1 to 8", verdict(&key, MESSAGE, &signature));
        let larger = sum(&s, &ORDER).unwrap();
        tally.count("P-256: the same s + n", verdict(&key, MESSAGE, &joined(&r, &larger)));
    }
    let half = number(&half_order());
    for nonce in 1..5 {
        for (family, s) in [
            ("P-256: s = (n − 1)/2", half),
            ("P-256: s = (n + 1)/2", half + Scalar::ONE),
            ("P-256: s = n − 1", -Scalar::ONE),
        ] {
            let (key, signature) = with_s(s, nonce);
            tally.count(family, verdict(&key, MESSAGE, &signature));
        }
    }
    tally.hold();
}

/// The key under which (r, s) belongs to the point R: Q = r⁻¹(sR − zG).
fn key_for(point: ProjectivePoint, r: Scalar, s: Scalar) -> (Vec<u8>, [u8; 64]) {
    let key = (point * s - ProjectivePoint::GENERATOR * hashed(MESSAGE)) * r.invert().unwrap();
    (sec1(key), joined(&r.to_bytes().into(), &s.to_bytes().into()))
}

/// The point with this x and an even y, where there is one.
fn point_at(x: &[u8; 32]) -> Option<ProjectivePoint> {
    Some(ProjectivePoint::from(*Point::from_sec1_bytes(&[&[2], &x[..]].concat()).ok()?.as_affine()))
}

/// Few honest signatures in 2^128 have an R with an x of n or more; so points with a given x are
/// looked for, and then a key.
#[test]
fn a_large_x_gets_the_specified_verdict() {
    let mut tally = Tally::default();
    // p − n, from which on r + n is not below p.
    let mut limit = [0; 32];
    let mut borrow = 0;
    for at in (0..32).rev() {
        let digit = i16::from(PRIME[at]) - i16::from(ORDER[at]) - borrow;
        borrow = i16::from(digit < 0);
        limit[at] = u8::try_from(digit.rem_euclid(256)).unwrap();
    }
    let below_limit = |number: u8| {
        let mut bytes = limit;
        bytes[31] -= number;
        bytes
    };
    let s = Scalar::from(0x1234_5678_9abc_def1_u64);
    let (smallest, largest) = ((1..33).map(small), (1..33).map(below_limit));
    for r in smallest.chain(largest) {
        if let Some(point) = point_at(&sum(&r, &ORDER).unwrap()) {
            let (key, signature) = key_for(point, number(&r), s);
            tally.count("P-256: x = r + n", verdict(&key, MESSAGE, &signature));
        }
        if let Some(point) = point_at(&r) {
            let (key, signature) = key_for(point, number(&r), s);
            tally.count("P-256: x = r, where r + n is below p", verdict(&key, MESSAGE, &signature));
        }
    }
    for x in (0..32).map(small) {
        if let Some(point) = point_at(&x) {
            let (key, signature) = key_for(point, number(&sum(&x, &limit).unwrap()), s);
            tally.count("P-256: x = r + n − p", verdict(&key, MESSAGE, &signature));
        }
    }
    tally.hold();
}

#[test]
fn multiples_that_meet_get_the_specified_verdict() {
    let mut tally = Tally::default();
    let (generator, z) = (ProjectivePoint::GENERATOR, hashed(MESSAGE));
    for value in 1..33_u64 {
        let s = Scalar::from(value);
        let inverse = s.invert().unwrap();
        // u₂Q = u₁G, so that R = 2u₁G.
        let r = number(&(generator * (z * inverse).double()).to_affine().x().into());
        let signature = joined(&r.to_bytes().into(), &s.to_bytes().into());
        let key = generator * (z * r.invert().unwrap());
        tally.count("P-256: both multiples equal", verdict(&sec1(key), MESSAGE, &signature));
        tally.count(
            "P-256: one multiple the other negated",
            verdict(&sec1(-key), MESSAGE, &signature),
        );
        // The keys G and −G: the secret is 1 or −1.
        for secret in [Scalar::ONE, -Scalar::ONE] {
            let nonce = Scalar::from(1000 + value);
            let r = number(&(generator * nonce).to_affine().x().into());
            let s = nonce.invert().unwrap() * (z + r * secret);
            let low = if <[u8; 32]>::from(s.to_bytes()) > half_order() { -s } else { s };
            let signature = joined(&r.to_bytes().into(), &low.to_bytes().into());
            tally.count(
                "P-256: key G or −G",
                verdict(&sec1(generator * secret), MESSAGE, &signature),
            );
        }
    }
    tally.hold();
}

#[test]
fn random_signatures_get_the_specified_verdict() {
    let mut rng = StdRng::seed_from_u64(5);
    let (mut good, mut bad) = (0_u32, 0_u32);
    for _ in 0..500 {
        let (mut key, mut signature) = with_s(number(&rng.random()), rng.random());
        match rng.random_range(0..6) {
            0..3 => {}
            3 => signature[rng.random_range(0..64)] ^= 1 << rng.random_range(0..8),
            4 => key[0] ^= 1,
            _ => signature = rng.random(),
        }
        *(if verdict(&key, MESSAGE, &signature) { &mut good } else { &mut bad }) += 1;
    }
    // Every second s is high.
    assert!(good > 60 && bad > 250, "{good} accepted, {bad} refused");
}

/// Whether big-endian (x, y) is on the curve: y² = x³ − 3x + b, with numbers of our own.
fn on_curve(x: &[u8; 32], y: &[u8; 32]) -> bool {
    let b = [
        0x5a, 0xc6, 0x35, 0xd8, 0xaa, 0x3a, 0x93, 0xe7, 0xb3, 0xeb, 0xbd, 0x55, 0x76, 0x98, 0x86,
        0xbc, 0x65, 0x1d, 0x06, 0xb0, 0xcc, 0x53, 0xb0, 0xf6, 0x3b, 0xce, 0x3c, 0x3e, 0x27, 0xd2,
        0x60, 0x4b,
    ];
    let cube = times(&times(x, x), x);
    let three = plus(&plus(x, x), x);
    plus(&times(y, y), &three) == plus(&cube, &b)
}

/// a + b modulo the prime, of two numbers below it.
fn plus(a: &[u8; 32], b: &[u8; 32]) -> [u8; 32] {
    let limbs =
        |bytes: &[u8; 32]| -> Vec<i32> { bytes.iter().rev().copied().map(i32::from).collect() };
    let (a, b, prime) = (limbs(a), limbs(b), limbs(&PRIME));
    let mut total: Vec<i32> = a.iter().zip(&b).map(|(a, b)| a + b).chain([0]).collect();
    carry(&mut total);
    let mut less: Vec<i32> =
        total.iter().zip(prime.iter().chain([&0])).map(|(a, p)| a - p).collect();
    carry(&mut less);
    let chosen = if less[32] < 0 { total } else { less };
    core::array::from_fn(|at| u8::try_from(chosen[31 - at]).unwrap())
}

fn carry(limbs: &mut [i32]) {
    for at in 0..limbs.len() - 1 {
        let over = limbs[at].div_euclid(256);
        limbs[at] -= over * 256;
        limbs[at + 1] += over;
    }
}

/// a times b modulo the prime: doubled and added, bit by bit.
fn times(a: &[u8; 32], b: &[u8; 32]) -> [u8; 32] {
    let mut product = [0; 32];
    for byte in a {
        for bit in (0..8).rev() {
            product = plus(&product, &product);
            if byte >> bit & 1 == 1 {
                product = plus(&product, b);
            }
        }
    }
    product
}

#[test]
fn points_are_keys_where_the_specification_says_so() {
    let mut tally = Tally::default();
    let mut count = |family: &str, x: &[u8; 32]| {
        let [even, odd] = [P256Key::decompressed(x, false), P256Key::decompressed(x, true)];
        assert_eq!(even.is_some(), odd.is_some(), "{x:02x?}");
        for (key, sign) in [(even, 0), (odd, 1)] {
            if let Some(key) = &key {
                let (read_x, y) = key.coordinates();
                assert_eq!((&read_x, y[31] & 1), (x, sign));
                assert!(on_curve(x, &y), "{x:02x?}");
            }
            tally.count(family, key.is_some());
        }
    };
    // How many there are was counted by Euler's criterion.
    for value in 0..64 {
        count("P-256 point: x below 64", &small(value));
    }
    let below = |value: u8| {
        let mut bytes = PRIME;
        bytes[31] -= value;
        bytes
    };
    (1..65).for_each(|value| count("P-256 point: x from p − 64", &below(value)));
    // x and x + p are one number: 0 is the x of a point.
    (0..64).for_each(|value| {
        count("P-256 point: x in a second encoding", &sum(&PRIME, &small(value)).unwrap())
    });
    count("P-256 point: x in a second encoding", &[0xff; 32]);
    tally.hold();
}
