//! Ed25519: the verdict on crafted keys and signatures is exactly that of `verify_strict`.

use curve25519_dalek::constants::{ED25519_BASEPOINT_POINT as B, EIGHT_TORSION};
use curve25519_dalek::edwards::EdwardsPoint;
use curve25519_dalek::scalar::Scalar;
use ed25519_dalek::{Signature, VerifyingKey};
use livepermit::key::KeyError;
use livepermit::{PublicKey, RejectionCode, Trust, TrustedKey, Use, Verifier};
use sha2::{Digest as _, Sha512};

use livepermit_testkit::hand::cbor::{bytes, map};
use livepermit_testkit::hand::{Hand, KID, envelope, sig_structure};
use livepermit_testkit::{
    CLASS, ISSUER, ed25519_device, issuer_key, now, policy, trusted_key, verdict, verifier,
};

/// A pass that names this key, and what is to be signed in it.
fn unsigned(key: &[u8; 32]) -> (Hand, Vec<u8>) {
    let kid = PublicKey::from_ed25519_bytes(key).map_or([0; 32], |key| key.thumbprint());
    let hand = Hand::pass().header(KID, bytes(&kid[..8]));
    let message = sig_structure(&hand.header.encode(), &hand.claims.encode());
    (hand, message)
}

/// Whether a pass with this signature is accepted from an issuer with this key. Fails when
/// `verify_strict` disagrees.
fn accepted(key: &[u8; 32], signature: &[u8; 64]) -> bool {
    let (hand, message) = unsigned(key);
    let strict = VerifyingKey::from_bytes(key)
        .is_ok_and(|key| key.verify_strict(&message, &Signature::from_bytes(signature)).is_ok());
    let public = PublicKey::from_ed25519_bytes(key).unwrap();
    let trusted = TrustedKey::new(ISSUER, public, [Use::Pass], [CLASS]).unwrap();
    let verifier = Verifier::new(Trust::new([trusted]).unwrap(), policy()).unwrap();
    let token = envelope(
        bytes(&hand.header.encode()),
        map(&[]),
        bytes(&hand.claims.encode()),
        bytes(signature),
    );
    let ours = verdict(&verifier, &token, now());
    assert!(matches!(ours, None | Some(RejectionCode::BadSignature)), "{ours:?}");
    assert_eq!(ours.is_none(), strict, "key {key:02x?}, signature {signature:02x?}");
    strict
}

fn challenge(r: &[u8; 32], key: &[u8; 32], message: &[u8]) -> Scalar {
    let hash = Sha512::new().chain_update(r).chain_update(key).chain_update(message).finalize();
    Scalar::from_bytes_mod_order_wide(&hash.into())
}

fn joined(r: &[u8; 32], s: &[u8; 32]) -> [u8; 64] {
    core::array::from_fn(|at| if at < 32 { r[at] } else { s[at - 32] })
}

/// A signature by scalar `a` under any point's bytes, with the nonce and an offset to R.
fn crafted(a: Scalar, key: &[u8; 32], nonce: u64, offset: EdwardsPoint) -> [u8; 64] {
    let (_, message) = unsigned(key);
    let nonce = Scalar::from(nonce);
    let r = (nonce * B + offset).compress().to_bytes();
    let s = nonce + challenge(&r, key, &message) * a;
    joined(&r, s.as_bytes())
}

const SECRET: u64 = 0x1234_5678_9abc_def1;

#[test]
fn a_key_and_nonce_of_prime_order_sign() {
    let a = Scalar::from(SECRET);
    let key = (a * B).compress().to_bytes();
    assert!((1..20).all(|nonce| accepted(&key, &crafted(a, &key, nonce, EdwardsPoint::default()))));
    assert!(!accepted(&key, &crafted(a + Scalar::ONE, &key, 1, EdwardsPoint::default())));
}

#[test]
fn mixed_order_keys_and_nonces_get_the_strict_verdict() {
    let a = Scalar::from(SECRET);
    let (mut good, mut bad) = (0, 0);
    for key_offset in EIGHT_TORSION {
        let key = (a * B + key_offset).compress().to_bytes();
        for nonce_offset in EIGHT_TORSION {
            for nonce in 1..6 {
                if accepted(&key, &crafted(a, &key, nonce, nonce_offset)) {
                    good += 1;
                } else {
                    bad += 1;
                }
            }
        }
    }
    // A cofactored check would accept all of them.
    assert!(good > 20 && bad > 200, "{good} accepted, {bad} refused");
}

#[test]
fn a_nonce_point_of_small_order_is_refused() {
    let a = Scalar::from(SECRET);
    for key_offset in EIGHT_TORSION {
        let key = (a * B + key_offset).compress().to_bytes();
        for offset in EIGHT_TORSION {
            assert!(!accepted(&key, &crafted(a, &key, 0, offset)));
        }
    }
}

/// Every encoding of a coordinate y that is p or more, with either sign, and zero x with a sign.
fn non_canonical() -> Vec<[u8; 32]> {
    let mut all = Vec::new();
    for low in 0xed..=0xff_u8 {
        for high in [0x7f, 0xff] {
            let mut point = [0xff; 32];
            (point[0], point[31]) = (low, high);
            all.push(point);
        }
    }
    let mut one = [0; 32];
    (one[0], one[31]) = (1, 0x80);
    let mut minus_one = [0xff; 32];
    minus_one[0] = 0xec;
    all.extend([one, minus_one]);
    all
}

#[test]
fn a_nonce_point_in_a_second_encoding_is_refused() {
    let a = Scalar::from(SECRET);
    let key = (a * B).compress().to_bytes();
    let (_, message) = unsigned(&key);
    for r in non_canonical() {
        // Fits where R is the neutral element, whatever its encoding.
        let s = challenge(&r, &key, &message) * a;
        assert!(!accepted(&key, &joined(&r, s.as_bytes())));
        assert!(!accepted(&key, &joined(&r, &[0; 32])));
    }
}

#[test]
fn keys_of_small_order_or_in_a_second_encoding_are_no_keys() {
    for point in EIGHT_TORSION {
        let bytes = point.compress().to_bytes();
        assert_eq!(PublicKey::from_ed25519_bytes(&bytes), Err(KeyError::SmallOrder));
        // In a credential it is the issuer's mistake.
        let x = [&[0xa3, 1, 1, 0x20, 6, 0x21, 0x58, 0x20], &bytes[..]].concat();
        let code = verdict(&verifier(), &Hand::credential_for(&x).presented(), now());
        assert_eq!(code, Some(RejectionCode::BadDeviceKey));
    }
    for bytes in non_canonical() {
        let refusal = PublicKey::from_ed25519_bytes(&bytes).unwrap_err();
        assert!(
            matches!(refusal, KeyError::NotOnCurve | KeyError::SmallOrder),
            "{bytes:02x?}: {refusal}"
        );
    }
    // A y with no x.
    let mut off = [0; 32];
    off[0] = 2;
    assert_eq!(PublicKey::from_ed25519_bytes(&off), Err(KeyError::NotOnCurve));
    // Mixed order is not small order: `verify_strict` takes such keys.
    let mixed = (Scalar::from(SECRET) * B + EIGHT_TORSION[1]).compress().to_bytes();
    assert!(PublicKey::from_ed25519_bytes(&mixed).is_ok());
}

#[test]
fn s_has_one_value() {
    // L, little-endian (RFC 8032 §5.1).
    let order: [u8; 32] = [
        0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde,
        0x14, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
    ];
    let a = Scalar::from(SECRET);
    let key = (a * B).compress().to_bytes();
    let good = crafted(a, &key, 7, EdwardsPoint::default());
    assert!(accepted(&key, &good));
    let mut s: [u8; 32] = core::array::from_fn(|at| good[32 + at]);
    for times in 1..=15 {
        let mut carry = 0;
        for (to, from) in s.iter_mut().zip(order) {
            let sum = u16::from(*to) + u16::from(from) + carry;
            *to = sum.to_le_bytes()[0];
            carry = sum >> 8;
        }
        if carry > 0 {
            break;
        }
        let r = core::array::from_fn(|at| good[at]);
        assert!(!accepted(&key, &joined(&r, &s)), "s + {times} L");
    }
    let r = core::array::from_fn(|at| good[at]);
    for s in [order, [0; 32], [0xff; 32]] {
        assert!(!accepted(&key, &joined(&r, &s)));
    }
}

#[test]
fn signatures_with_one_bit_wrong_get_the_strict_verdict() {
    let public = issuer_key().public_key().to_point_bytes();
    let key: [u8; 32] = public.try_into().unwrap();
    let (hand, _) = unsigned(&key);
    let signed = hand.signed();
    let good: [u8; 64] = signed[signed.len() - 64..].try_into().unwrap();
    assert!(accepted(&key, &good));
    for bit in 0..512 {
        let mut flipped = good;
        flipped[bit / 8] ^= 1 << (bit % 8);
        assert!(!accepted(&key, &flipped), "bit {bit}");
    }
    assert!(trusted_key().public_key() != &ed25519_device().public_key());
}
