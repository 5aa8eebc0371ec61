//! Verdicts on signatures, by tables of every width, without tables and many together, against
//! `verify_strict`: case by case of a random source that also makes keys and signatures that no
//! honest signer makes. And verdicts on the signatures of P-256 devices, against `p256`.
//!
//! Some thousands in every run of the tests; `LIVEPERMIT_CASES=2000000 cargo test --test
//! signature_verdicts -- --nocapture` for millions, and `LIVEPERMIT_SEED` for others.

use std::collections::BTreeMap;

use curve25519_dalek::constants::{ED25519_BASEPOINT_POINT, EIGHT_TORSION};
use curve25519_dalek::{EdwardsPoint, Scalar};
use ed25519_dalek::{Signature, VerifyingKey};
use livepermit::verify::Input;
use livepermit::{PublicKey, RejectionCode, Trust, TrustedKey, Use, Verifier};
use p256::ecdsa;
use p256::ecdsa::signature::Verifier as _;
use p256::elliptic_curve::ops::Reduce;
use p256::elliptic_curve::point::AffineCoordinates as _;
use p256::elliptic_curve::sec1::ToSec1Point as _;
use p256::{FieldBytes, NonZeroScalar, ProjectivePoint};
use rand::rngs::StdRng;
use rand::{Rng as _, RngExt as _, SeedableRng as _};
use sha2::{Digest as _, Sha512};

use livepermit_testkit::hand::cbor::{bytes, map, text};
use livepermit_testkit::hand::{Hand, IAT, KID, SUB, envelope, sig_structure, time};
use livepermit_testkit::{CLASS, ISSUER, NOW, now, policy, verifier};

/// What is tried under one key, for whose tables it has to pay.
const PER_KEY: usize = 256;

/// Tables for the base point and one key, of 4, 5, 6, 7 and 8 bits.
const TABLE_BYTES: [usize; 5] = [2 * 65_536, 2 * 104_448, 2 * 176_128, 2 * 303_104, 2 * 524_288];

/// The order ℓ of the base point (RFC 8032 §5.1), little-endian.
const ORDER: [u8; 32] = [
    0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
];

/// A key of which both parts are known: A = aB + T.
struct Key {
    a: Scalar,
    encoded: [u8; 32],
    protected: Vec<u8>,
    tabled: Verifier,
    plain: Verifier,
}

impl Key {
    fn new(rng: &mut StdRng, number: usize) -> Self {
        let a = scalar(rng);
        // Every second key has a part of small order.
        let torsion = if number.is_multiple_of(2) { 0 } else { rng.random_range(1..8) };
        let encoded = (ED25519_BASEPOINT_POINT * a + EIGHT_TORSION[torsion]).compress().to_bytes();
        let public = PublicKey::from_ed25519_bytes(&encoded).unwrap();
        let trusted = TrustedKey::new(ISSUER, public, [Use::Pass], [CLASS]).unwrap();
        let kid = trusted.key_id().to_vec();
        let trust = Trust::new([trusted]).unwrap();
        let table_bytes = TABLE_BYTES[number % TABLE_BYTES.len()];
        let tabled = trust.clone().with_tables(table_bytes);
        assert_eq!(tabled.table_bytes(), table_bytes);
        Self {
            a,
            encoded,
            protected: Hand::pass().header(KID, bytes(&kid)).header.encode(),
            tabled: Verifier::new(tabled, policy()).unwrap(),
            plain: Verifier::new(trust.with_tables(0), policy()).unwrap(),
        }
    }

    /// k = SHA-512(R ‖ A ‖ M) mod ℓ
    fn challenge(&self, r: &[u8; 32], message: &[u8]) -> Scalar {
        let hash = Sha512::new()
            .chain_update(r)
            .chain_update(self.encoded)
            .chain_update(message)
            .finalize();
        Scalar::from_bytes_mod_order_wide(&hash.into())
    }

    /// The s that fits R = rB, and every R that differs from it by a part of small order only.
    fn answer(&self, r: Scalar, encoded_r: &[u8; 32], message: &[u8]) -> [u8; 32] {
        (r + self.challenge(encoded_r, message) * self.a).to_bytes()
    }
}

fn scalar(rng: &mut StdRng) -> Scalar {
    let mut wide = [0; 64];
    rng.fill_bytes(&mut wide);
    Scalar::from_bytes_mod_order_wide(&wide)
}

fn encoded(point: EdwardsPoint) -> [u8; 32] {
    point.compress().to_bytes()
}

/// y = p + small, with any sign: what is no point, or a second encoding of one.
fn second_encoding(rng: &mut StdRng) -> [u8; 32] {
    let mut bytes = [0xff; 32];
    bytes[0] = 0xed + rng.random_range(0..19_u8);
    bytes[31] = if rng.random() { 0xff } else { 0x7f };
    bytes
}

/// s + nℓ for the n that still fits into 32 bytes.
fn plus_orders(s: [u8; 32], times: u8) -> Option<[u8; 32]> {
    let mut out = s;
    for _ in 0..times {
        let mut carry = 0;
        for (byte, order) in out.iter_mut().zip(ORDER) {
            let sum = u16::from(*byte) + u16::from(order) + carry;
            *byte = sum.to_le_bytes()[0];
            carry = sum >> 8;
        }
        if carry > 0 {
            return None;
        }
    }
    Some(out)
}

/// A signature for the message and what family it is of; it may turn a bit of the message over.
fn case(rng: &mut StdRng, key: &Key, message: &[u8]) -> (&'static str, [u8; 32], [u8; 32]) {
    let nonce = scalar(rng);
    let r = encoded(ED25519_BASEPOINT_POINT * nonce);
    let s = key.answer(nonce, &r, message);
    let torsion = EIGHT_TORSION[rng.random_range(0..8)];
    match rng.random_range(0..12) {
        0 | 1 => ("signed", r, s),
        2 => {
            let mut r = r;
            r[rng.random_range(0..32)] ^= 1 << rng.random_range(0..8_u8);
            ("one bit of R", r, s)
        }
        3 => {
            let mut s = s;
            s[rng.random_range(0..32)] ^= 1 << rng.random_range(0..8_u8);
            ("one bit of s", r, s)
        }
        4 => ("of another message", r, key.answer(nonce, &r, &[message, b"!"].concat())),
        5 => {
            let r = encoded(torsion);
            ("R of small order", r, key.answer(Scalar::ZERO, &r, message))
        }
        6 => {
            let r = encoded(ED25519_BASEPOINT_POINT * nonce + torsion);
            ("R of mixed order", r, key.answer(nonce, &r, message))
        }
        7 => {
            let r = second_encoding(rng);
            ("R in a second encoding", r, key.answer(Scalar::ZERO, &r, message))
        }
        8 => match plus_orders(s, rng.random_range(1..=15)) {
            Some(larger) => ("s plus the order", r, larger),
            None => ("s plus the order", r, [0xff; 32]),
        },
        9 => {
            let s = Option::<Scalar>::from(Scalar::from_canonical_bytes(s)).unwrap();
            ("s negated", r, (-s).to_bytes())
        }
        10 => {
            let r = encoded(-(ED25519_BASEPOINT_POINT * nonce));
            ("R negated", r, s)
        }
        _ => {
            let (mut r, mut s) = ([0; 32], [0; 32]);
            rng.fill_bytes(&mut r);
            rng.fill_bytes(&mut s);
            s[31] &= 0x1f;
            ("random", r, s)
        }
    }
}

fn from_environment(name: &str, default: u64) -> u64 {
    std::env::var(name).map_or(default, |value| value.parse().unwrap())
}

#[test]
fn every_way_to_verify_says_what_verify_strict_says() {
    let mut rng = StdRng::seed_from_u64(from_environment("LIVEPERMIT_SEED", 1));
    let keys = from_environment("LIVEPERMIT_CASES", 4096).div_ceil(PER_KEY as u64);
    let mut counts: BTreeMap<&str, [u64; 2]> = BTreeMap::new();
    for number in 0..keys {
        let key = Key::new(&mut rng, usize::try_from(number).unwrap());
        let oracle = VerifyingKey::from_bytes(&key.encoded).unwrap();
        let mut tokens = Vec::new();
        for case_number in 0..PER_KEY {
            let subject = format!("{number}-{case_number}");
            let payload = Hand::pass().claim(SUB, text(&subject)).claims.encode();
            let message = sig_structure(&key.protected, &payload);
            let (family, r, s) = case(&mut rng, &key, &message);
            let signature = [r, s].concat();
            let good = Signature::from_slice(&signature)
                .is_ok_and(|signature| oracle.verify_strict(&message, &signature).is_ok());
            counts.entry(family).or_default()[usize::from(!good)] += 1;
            let token =
                envelope(bytes(&key.protected), map(&[]), bytes(&payload), bytes(&signature));
            tokens.push((family, good, token));
        }
        let shown: Vec<_> = tokens.iter().map(|(.., token)| (Input::from(token), now())).collect();
        let together = key.tabled.verify_many(&shown);
        for ((family, good, token), among_others) in tokens.iter().zip(together) {
            let verdicts =
                [key.tabled.verify(token, now()), key.plain.verify(token, now()), among_others];
            for verdict in verdicts {
                let said = verdict.map(drop).map_err(|rejection| rejection.code());
                let expected = if *good { Ok(()) } else { Err(RejectionCode::BadSignature) };
                assert_eq!(said, expected, "{family}, key {number}: {token:02x?}");
            }
        }
    }
    for (family, [good, bad]) in &counts {
        println!("| {family} | {good} | {bad} |");
    }
    // Where both happen, both were seen; where one must not, it was not.
    for (family, accepts, refuses) in [
        ("signed", true, true),
        ("one bit of R", false, true),
        ("one bit of s", false, true),
        ("of another message", false, true),
        ("R of small order", false, true),
        ("R of mixed order", true, true),
        ("R in a second encoding", false, true),
        ("s plus the order", false, true),
        ("s negated", false, true),
        ("R negated", false, true),
        ("random", false, true),
    ] {
        let [good, bad] = counts[family];
        assert_eq!(
            (good > 0, bad > 0),
            (accepts, refuses),
            "{family}: {good} accepted, {bad} refused"
        );
    }
}

/// A P-256 device of which the secret is known, and its credential.
struct Device {
    secret: NonZeroScalar,
    key: ecdsa::VerifyingKey,
    credential: Vec<u8>,
}

fn number(bytes: &[u8; 32]) -> p256::Scalar {
    <p256::Scalar as Reduce<FieldBytes>>::reduce(&(*bytes).into())
}

fn big_endian(scalar: p256::Scalar) -> [u8; 32] {
    scalar.to_bytes().into()
}

impl Device {
    /// The first two have the keys G and −G.
    fn new(rng: &mut StdRng, number_of: u64) -> Self {
        let secret = match number_of {
            0 => p256::Scalar::ONE,
            1 => -p256::Scalar::ONE,
            _ => number(&rng.random()),
        };
        let secret = NonZeroScalar::new(secret).unwrap();
        let point = p256::PublicKey::from_secret_scalar(&secret);
        let public = PublicKey::from_sec1_bytes(point.to_sec1_point(true).as_bytes()).unwrap();
        let credential = Hand::credential_for(&public.to_cose_key()).signed();
        Self { secret, key: point.into(), credential }
    }

    /// r and s of a nonce; s may be high.
    fn sign(&self, rng: &mut StdRng, message: &[u8]) -> (p256::Scalar, p256::Scalar) {
        let nonce = number(&rng.random());
        let r = number(&(ProjectivePoint::GENERATOR * nonce).to_affine().x().into());
        let z = number(&sha2::Sha256::digest(message).into());
        (r, (z + r * *self.secret) * nonce.invert().unwrap())
    }

    fn case(&self, rng: &mut StdRng, message: &[u8]) -> (&'static str, [u8; 32], [u8; 32]) {
        let (r, s) = self.sign(rng, message);
        let is_high = |s: p256::Scalar| big_endian(s) > big_endian(-s);
        let low = if is_high(s) { -s } else { s };
        let (mut r_bytes, mut s_bytes) = (big_endian(r), big_endian(low));
        let at = rng.random_range(0..32);
        let bit = 1 << rng.random_range(0..8_u8);
        let family = match rng.random_range(0..12) {
            0 | 1 => "low s",
            2 => {
                r_bytes[at] ^= bit;
                "one bit of r"
            }
            3 => {
                s_bytes[at] ^= bit;
                "one bit of s"
            }
            4 => {
                let (r, s) = self.sign(rng, &[message, b"!"].concat());
                (r_bytes, s_bytes) = (big_endian(r), big_endian(if is_high(s) { -s } else { s }));
                "of another message"
            }
            5 => {
                s_bytes = big_endian(-low);
                "high s"
            }
            6 => {
                (r_bytes, s_bytes) = (s_bytes, r_bytes);
                "r and s swapped"
            }
            7 => {
                r_bytes = big_endian(-r);
                "r negated"
            }
            8 => {
                let part = if rng.random() { &mut r_bytes } else { &mut s_bytes };
                *part =
                    [[0; 32], [0xff; 32], big_endian(-p256::Scalar::ONE)][rng.random_range(0..3)];
                "r or s at the ends"
            }
            9 => {
                r_bytes = big_endian(p256::Scalar::from(rng.random_range(1..9_u64)));
                s_bytes = big_endian(p256::Scalar::from(rng.random_range(1..9_u64)));
                "both small"
            }
            10 => {
                s_bytes = big_endian(low.invert().unwrap());
                "s inverted"
            }
            _ => {
                rng.fill_bytes(&mut r_bytes);
                rng.fill_bytes(&mut s_bytes);
                s_bytes[0] &= 0x7f;
                "random"
            }
        };
        (family, r_bytes, s_bytes)
    }
}

#[test]
fn device_signatures_get_the_verdict_of_p256_with_low_s() {
    let mut rng = StdRng::seed_from_u64(from_environment("LIVEPERMIT_SEED", 1));
    let devices = from_environment("LIVEPERMIT_CASES", 4096).div_ceil(PER_KEY as u64);
    let verifier = verifier();
    let mut counts: BTreeMap<&str, [u64; 2]> = BTreeMap::new();
    for number in 0..devices {
        let device = Device::new(&mut rng, number);
        let mut tokens = Vec::new();
        for case_number in 0..PER_KEY as u64 {
            let presentation = Hand::p256_presentation(&device.credential);
            let presentation = presentation.claim(IAT, time(NOW - case_number % 30));
            let (protected, payload) = (presentation.header.encode(), presentation.claims.encode());
            let message = sig_structure(&protected, &payload);
            let (family, r, s) = device.case(&mut rng, &message);
            let signature = [r, s].concat();
            let good = ecdsa::Signature::from_slice(&signature).is_ok_and(|signature| {
                signature.normalize_s() == signature
                    && device.key.verify(&message, &signature).is_ok()
            });
            counts.entry(family).or_default()[usize::from(!good)] += 1;
            tokens.push((
                family,
                good,
                envelope(bytes(&protected), map(&[]), bytes(&payload), bytes(&signature)),
            ));
        }
        let shown: Vec<_> = tokens.iter().map(|(.., token)| (Input::from(token), now())).collect();
        let together = verifier.verify_many(&shown);
        for ((family, good, token), among_others) in tokens.iter().zip(together) {
            for verdict in [verifier.verify(token, now()), among_others] {
                let said = verdict.map(drop).map_err(|rejection| rejection.code());
                let expected = if *good { Ok(()) } else { Err(RejectionCode::BadDeviceSignature) };
                assert_eq!(said, expected, "{family}, device {number}: {token:02x?}");
            }
        }
    }
    for (family, [good, bad]) in &counts {
        println!("| {family} | {good} | {bad} |");
        assert_eq!((*good > 0, *bad > 0), (*family == "low s", *family != "low s"), "{family}");
    }
    assert_eq!(counts.len(), 11);
}
