use curve25519_dalek::constants::{ED25519_BASEPOINT_POINT as B, EIGHT_TORSION};
use curve25519_dalek::edwards::{CompressedEdwardsY, EdwardsPoint};
use curve25519_dalek::scalar::Scalar;
use curve25519_dalek::traits::{Identity as _, IsIdentity as _};
use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use livepermit_curves::{Ed25519Key, Ed25519Tables, InvalidKey, Started};
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use sha2::{Digest as _, Sha512};

use super::{Tally, reversed, small, sum};

/// p, big-endian (RFC 8032 §5.1).
const PRIME: [u8; 32] = {
    let mut bytes = [0xff; 32];
    (bytes[0], bytes[31]) = (0x7f, 0xed);
    bytes
};

/// ℓ, big-endian (RFC 8032 §5.1).
const ORDER: [u8; 32] = [
    0x10, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x14, 0xde, 0xf9, 0xde, 0xa2, 0xf7, 0x9c,
    0xd6, 0x58, 0x12, 0x63, 0x1a, 0x5c, 0xf5, 0xd3, 0xed,
];

const MESSAGE: &[u8] = b"one permit in one second";
const SECRET: u64 = 0x1234_5678_9abc_def1;

/// A good key, by docs/spec.md section 7.
fn good_key(bytes: &[u8; 32]) -> Option<EdwardsPoint> {
    let mut y = reversed(*bytes);
    y[0] &= 0x7f;
    if y >= PRIME {
        return None;
    }
    let point = CompressedEdwardsY(*bytes).decompress()?;
    // It takes x = 0 with a sign.
    let signed_zero = bytes[31] & 0x80 != 0 && (y == small(1) || sum(&y, &small(1)) == Some(PRIME));
    (!signed_zero && !point.mul_by_cofactor().is_identity()).then_some(point)
}

fn challenge(r: &[u8], key: &[u8; 32], message: &[u8]) -> Scalar {
    let hash = Sha512::new().chain_update(r).chain_update(key).chain_update(message).finalize();
    Scalar::from_bytes_mod_order_wide(&hash.into())
}

/// Whether a signature is good, by docs/spec.md sections 7 and 8.
fn specified(key: &[u8; 32], message: &[u8], signature: &[u8; 64]) -> bool {
    let Some(a) = good_key(key) else { return false };
    let (r, s) = signature.split_at(32);
    let s: [u8; 32] = s.try_into().unwrap();
    if reversed(s) >= ORDER {
        return false;
    }
    let k = challenge(r, key, message);
    let p = Scalar::from_bytes_mod_order(s) * B - k * a;
    p.compress().as_bytes() == r && !p.mul_by_cofactor().is_identity()
}

/// A key, perhaps with the tables a verifier makes of the keys it trusts.
pub(super) struct Key {
    bytes: [u8; 32],
    tables: Option<(Ed25519Tables, Ed25519Key)>,
}

impl Key {
    pub(super) fn new(bytes: [u8; 32]) -> Self {
        Self { bytes, tables: None }
    }

    fn with_tables(bytes: [u8; 32]) -> Self {
        let key = Ed25519Key::from_bytes(&bytes).unwrap();
        let tables = Ed25519Tables::new([Some(&key)].into_iter(), 256 << 10);
        assert!(tables.bytes() > 0);
        Self { bytes, tables: Some((tables, key)) }
    }

    fn of_point(point: EdwardsPoint) -> Self {
        Self::with_tables(point.compress().to_bytes())
    }

    /// Our verdict. Fails unless `verify_strict`, the specification and the tables say the same.
    pub(super) fn verdict(&self, message: &[u8], signature: &[u8; 64]) -> bool {
        let key = &self.bytes;
        let ours = Ed25519Key::from_bytes(key).is_ok_and(|key| key.verifies(&[message], signature));
        let strict = VerifyingKey::from_bytes(key)
            .is_ok_and(|key| key.verify_strict(message, &Signature::from_bytes(signature)).is_ok());
        let specified = specified(key, message, signature);
        let tabled = match &self.tables {
            None => ours,
            Some((tables, key)) => match tables.start(0, key, &[message], signature) {
                Started::Unfinished(unfinished) => unfinished.finish(),
                Started::Bad => false,
                Started::NoTable => panic!("no table"),
            },
        };
        assert_eq!(
            [strict, specified, tabled],
            [ours; 3],
            "key {key:02x?}, message {message:02x?}, signature {signature:02x?}"
        );
        ours
    }
}

fn joined(r: &[u8; 32], s: &[u8; 32]) -> [u8; 64] {
    core::array::from_fn(|at| if at < 32 { r[at] } else { s[at - 32] })
}

fn halves(signature: &[u8; 64]) -> ([u8; 32], [u8; 32]) {
    (core::array::from_fn(|at| signature[at]), core::array::from_fn(|at| signature[32 + at]))
}

/// A signature by scalar `a` under any bytes as key, with the nonce and an offset to R.
fn crafted(
    a: Scalar,
    key: &[u8; 32],
    message: &[u8],
    nonce: Scalar,
    offset: EdwardsPoint,
) -> [u8; 64] {
    let r = (nonce * B + offset).compress().to_bytes();
    joined(&r, (nonce + challenge(&r, key, message) * a).as_bytes())
}

/// Every encoding of a y that is p or more, with either sign, and x = 0 with a sign.
fn second_encodings() -> Vec<[u8; 32]> {
    let mut all = Vec::new();
    for above in 0..19 {
        let mut bytes = reversed(sum(&PRIME, &small(above)).unwrap());
        all.push(bytes);
        bytes[31] |= 0x80;
        all.push(bytes);
    }
    let mut one = reversed(small(1));
    one[31] = 0x80;
    let mut minus_one = EIGHT_TORSION[4].compress().to_bytes();
    minus_one[31] |= 0x80;
    all.extend([one, minus_one]);
    all
}

#[test]
fn signatures_get_the_strict_and_the_specified_verdict() {
    let mut tally = Tally::default();
    let none = EdwardsPoint::identity();
    let a = Scalar::from(SECRET);
    let key = Key::of_point(a * B);

    for seed in 0..64 {
        let signer = SigningKey::from_bytes(&[seed; 32]);
        let message = &[seed; 64][..usize::from(seed)];
        let good = signer.sign(message).to_bytes();
        let bytes = signer.verifying_key().to_bytes();
        let public = Key::new(bytes);
        tally.count("Ed25519: as signed by the library", public.verdict(message, &good));
        let (r, s) = halves(&good);
        tally.count("Ed25519: R and s swapped", public.verdict(message, &joined(&s, &r)));
        let mut negative = [bytes, r];
        negative.iter_mut().for_each(|point| point[31] ^= 0x80);
        let minus_s = (-Scalar::from_bytes_mod_order(s)).to_bytes();
        for (key, r, s) in [
            (negative[0], r, s),
            (bytes, negative[1], s),
            (bytes, r, minus_s),
            (negative[0], negative[1], s),
            (bytes, negative[1], minus_s),
            (negative[0], negative[1], minus_s),
        ] {
            tally.count(
                "Ed25519: key, R or s negated",
                Key::new(key).verdict(message, &joined(&r, &s)),
            );
        }
    }

    let good = crafted(a, &key.bytes, MESSAGE, Scalar::from(7_u8), none);
    assert!(key.verdict(MESSAGE, &good));
    for bit in 0..512 {
        let mut wrong = good;
        wrong[bit / 8] ^= 1 << (bit % 8);
        tally.count("Ed25519: one bit of the signature", key.verdict(MESSAGE, &wrong));
    }
    for bit in 0..256 {
        let mut wrong = key.bytes;
        wrong[bit / 8] ^= 1 << (bit % 8);
        tally.count("Ed25519: one bit of the key", Key::new(wrong).verdict(MESSAGE, &good));
    }
    for bit in 0..8 * MESSAGE.len() {
        let mut wrong = MESSAGE.to_vec();
        wrong[bit / 8] ^= 1 << (bit % 8);
        tally.count("Ed25519: one bit of the message", key.verdict(&wrong, &good));
    }

    let (r, s) = halves(&good);
    let mut larger = reversed(s);
    while let Some(next) = sum(&larger, &ORDER) {
        larger = next;
        tally.count("Ed25519: s + nℓ", key.verdict(MESSAGE, &joined(&r, &reversed(larger))));
    }
    for bits in 1..8 {
        let mut high = s;
        high[31] |= bits << 5;
        tally.count("Ed25519: high bits of s", key.verdict(MESSAGE, &joined(&r, &high)));
    }
    for edge in [small(0), small(1), ORDER, sum(&ORDER, &small(1)).unwrap(), [0xff; 32]] {
        tally.count(
            "Ed25519: s at the ends of its range",
            key.verdict(MESSAGE, &joined(&r, &reversed(edge))),
        );
    }

    // A of small order: s = r fits for every R where kA vanishes.
    let mut small_keys: Vec<[u8; 32]> =
        EIGHT_TORSION.map(|point| point.compress().to_bytes()).to_vec();
    small_keys.extend(second_encodings());
    for (number, weak) in small_keys.into_iter().enumerate() {
        let key = Key::new(weak);
        let family = if number < 8 {
            "Ed25519: key of small order"
        } else {
            "Ed25519: key in a second encoding"
        };
        for offset in EIGHT_TORSION {
            for nonce in 0..4_u8 {
                let signature = crafted(Scalar::ZERO, &weak, MESSAGE, Scalar::from(nonce), offset);
                tally.count(family, key.verdict(MESSAGE, &signature));
            }
        }
    }

    for key_part in EIGHT_TORSION {
        let mixed = Key::of_point(a * B + key_part);
        for r_part in EIGHT_TORSION {
            let signature = crafted(a, &mixed.bytes, MESSAGE, Scalar::ZERO, r_part);
            tally.count("Ed25519: R of small order", mixed.verdict(MESSAGE, &signature));
            for nonce in 1..9_u8 {
                let signature = crafted(a, &mixed.bytes, MESSAGE, Scalar::from(nonce), r_part);
                let accepted = mixed.verdict(MESSAGE, &signature);
                // All of them hold with the cofactor; those accepted hold without it.
                let k = challenge(&signature[..32], &mixed.bytes, MESSAGE);
                let holds = (k * (a * B + key_part) - k * a * B + r_part).is_identity();
                assert_eq!(accepted, holds);
                tally.count("Ed25519: key and R of mixed order", accepted);
            }
        }
    }

    for r in second_encodings() {
        let k = challenge(&r, &key.bytes, MESSAGE);
        // Fits where R is the neutral element.
        for s in [k * a, Scalar::ZERO, Scalar::from(7_u8) + k * a] {
            tally.count(
                "Ed25519: R in a second encoding",
                key.verdict(MESSAGE, &joined(&r, s.as_bytes())),
            );
        }
    }
    tally.hold();
}

#[test]
fn random_signatures_get_the_strict_and_the_specified_verdict() {
    let mut rng = StdRng::seed_from_u64(4);
    let odd = second_encodings();
    let torsion = |rng: &mut StdRng| EIGHT_TORSION[rng.random_range(0..8)];
    let keys: Vec<(Scalar, Key)> = (0..40)
        .map(|number| {
            let a = Scalar::from_bytes_mod_order(rng.random());
            let part = if number < 20 { EdwardsPoint::identity() } else { torsion(&mut rng) };
            (a, Key::of_point(a * B + part))
        })
        .collect();
    let (mut good, mut bad) = (0_u32, 0_u32);
    for _ in 0..3000 {
        let (a, key) = &keys[rng.random_range(0..keys.len())];
        let mut message: Vec<u8> = (0..rng.random_range(0..200)).map(|_| rng.random()).collect();
        let r_part = if rng.random() { EdwardsPoint::identity() } else { torsion(&mut rng) };
        let nonce = Scalar::from_bytes_mod_order(rng.random());
        let mut signature = crafted(*a, &key.bytes, &message, nonce, r_part);
        let mut other = None;
        match rng.random_range(0..14) {
            0..5 => {}
            5 => signature[rng.random_range(0..64)] ^= 1 << rng.random_range(0..8),
            6 => {
                let mut wrong = key.bytes;
                wrong[rng.random_range(0..32)] ^= 1 << rng.random_range(0..8);
                other = Some(wrong);
            }
            7 => message.push(rng.random()),
            8 => signature[..32].copy_from_slice(&odd[rng.random_range(0..odd.len())]),
            9 => other = Some(odd[rng.random_range(0..odd.len())]),
            10 => signature[..32].copy_from_slice(torsion(&mut rng).compress().as_bytes()),
            11 => other = Some(torsion(&mut rng).compress().to_bytes()),
            12 => {
                let (r, s) = halves(&signature);
                signature = joined(&r, &reversed(sum(&reversed(s), &ORDER).unwrap()));
            }
            _ => signature = rng.random(),
        }
        let accepted = match other {
            None => key.verdict(&message, &signature),
            Some(bytes) => Key::new(bytes).verdict(&message, &signature),
        };
        *(if accepted { &mut good } else { &mut bad }) += 1;
    }
    assert!(good > 300 && bad > 1500, "{good} accepted, {bad} refused");
}

#[test]
fn points_are_keys_where_the_specification_says_so() {
    let mut tally = Tally::default();
    let mut count = |family: &str, bytes: &[u8; 32]| {
        let read = Ed25519Key::from_bytes(bytes);
        let point = good_key(bytes);
        assert_eq!(read.is_ok(), point.is_some(), "{bytes:02x?}");
        if let (Ok(key), Some(point)) = (&read, point) {
            assert_eq!(key.as_bytes(), bytes);
            assert_eq!(point.compress().as_bytes(), bytes);
        }
        tally.count(family, read.is_ok());
    };
    for y in 0..=255 {
        for sign in [0, 0x80] {
            let mut low = reversed(small(y));
            low[31] |= sign;
            count("Ed25519 point: y below 256", &low);
            // From p − 256 to p − 1.
            let mut high = reversed(PRIME);
            let value = u16::from_le_bytes([high[0], high[1]]) - u16::from(y) - 1;
            high[..2].copy_from_slice(&value.to_le_bytes());
            high[31] |= sign;
            count("Ed25519 point: y from p − 256", &high);
        }
    }
    second_encodings().iter().for_each(|bytes| count("Ed25519 point: second encoding", bytes));
    for point in EIGHT_TORSION {
        count("Ed25519 point: small order", point.compress().as_bytes());
        let mixed = Scalar::from(SECRET) * B + point;
        count("Ed25519 point: mixed order", mixed.compress().as_bytes());
    }
    tally.hold();
}

#[test]
fn a_key_is_refused_with_its_reason() {
    for point in EIGHT_TORSION {
        let read = Ed25519Key::from_bytes(point.compress().as_bytes());
        assert_eq!(read, Err(InvalidKey::SmallOrder));
    }
    // p and more in place of y.
    for bytes in &second_encodings()[..38] {
        assert_eq!(Ed25519Key::from_bytes(bytes), Err(InvalidKey::NotOnCurve), "{bytes:02x?}");
    }
}

#[test]
fn the_public_half_of_a_secret_is_a_key() {
    for seed in 0..64 {
        let secret = SigningKey::from_bytes(&[seed; 32]);
        let key = Ed25519Key::from(&secret);
        assert_eq!(Ed25519Key::from_bytes(key.as_bytes()).as_ref(), Ok(&key));
    }
}

#[test]
fn only_places_with_a_key_and_memory_get_a_table() {
    const NARROWEST: usize = 65_536;
    let keys: Vec<Ed25519Key> =
        (0..3).map(|seed| Ed25519Key::from(&SigningKey::from_bytes(&[seed; 32]))).collect();
    // Of three places the second has no key.
    let places = || [Some(&keys[0]), None, Some(&keys[2])].into_iter();
    for (budget, with_table) in [
        (0, [false, false, false]),
        (2 * NARROWEST - 1, [false, false, false]),
        (2 * NARROWEST, [true, false, false]),
        (4 * NARROWEST - 1, [true, false, false]),
        (4 * NARROWEST, [true, false, true]),
    ] {
        let tables = Ed25519Tables::new(places(), budget);
        assert!(tables.bytes() <= budget);
        for (place, key) in keys.iter().enumerate() {
            let started = tables.start(place, key, &[MESSAGE], &[0; 64]);
            assert_eq!(!matches!(started, Started::NoTable), with_table[place], "{budget}");
        }
    }
    // s = ℓ.
    let tables = Ed25519Tables::new(places(), 4 * NARROWEST);
    let signature = joined(&[3; 32], &reversed(ORDER));
    assert!(matches!(tables.start(0, &keys[0], &[MESSAGE], &signature), Started::Bad));
}
