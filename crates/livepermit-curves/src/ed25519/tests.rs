use std::vec::Vec;

use curve25519_dalek::constants::{ED25519_BASEPOINT_POINT, EIGHT_TORSION};
use curve25519_dalek::{EdwardsPoint, Scalar};
use proptest::prelude::*;
use sha2::{Digest as _, Sha512};

use super::Ed25519Key;
use super::comb::{BASE, Comb, CombWidth, Digits};
use super::field::{Tight, invert_all};
use super::point::{Affine, Extended, TableEntry};
use super::signature::{ORDER, SplitSignature};
use super::small_order::is_small_order;
use super::tables::Unfinished;

fn affine(point: &EdwardsPoint) -> Affine {
    Affine::from_bytes(&point.compress().to_bytes()).unwrap()
}

fn bytes_of(entry: &TableEntry) -> [u8; 32] {
    let sum = Extended::NEUTRAL.plus(entry);
    sum.to_affine(&sum.z.inverted()).to_bytes()
}

#[test]
fn every_entry_of_every_width_is_the_multiple_it_stands_for() {
    for (point, width) in
        [ED25519_BASEPOINT_POINT, ED25519_BASEPOINT_POINT * Scalar::from(7_u8) + EIGHT_TORSION[1]]
            .into_iter()
            .flat_map(|point| CombWidth::ALL.map(|width| (point, width)))
    {
        let comb = Comb::new(affine(&point), width);
        assert_eq!(comb.bytes(), width.bytes());
        let mut base = point;
        for multiples in comb.entries.chunks_exact(width.multiples()) {
            let mut multiple = base;
            let mut expected = Vec::new();
            for _ in 0..width.multiples() {
                expected.push(multiple);
                multiple += base;
            }
            let expected = EdwardsPoint::compress_batch_alloc(&expected);
            for (entry, expected) in multiples.iter().zip(&expected) {
                assert_eq!(bytes_of(entry), expected.to_bytes());
            }
            base = (0..width.0).fold(base, |point, _| point + point);
        }
    }
}

#[test]
fn the_base_point_is_the_base_point() {
    assert_eq!(BASE, ED25519_BASEPOINT_POINT.compress().to_bytes());
}

#[test]
fn the_order_is_that_of_the_base_point() {
    let mut largest = ORDER;
    largest[0] -= 1;
    assert_eq!(largest, (-Scalar::ONE).to_bytes());
}

#[test]
fn decodes_the_points_that_dalek_decodes() {
    for first in 0..=255 {
        for top in [0, 0x7f, 0x80, 0xff, 0x35] {
            let mut bytes = [if top & 0x7f == 0x7f { 0xff } else { 0x3c }; 32];
            (bytes[0], bytes[31]) = (first, top);
            let ours = Affine::from_bytes(&bytes).map(|point| point.to_bytes());
            let theirs = curve25519_dalek::edwards::CompressedEdwardsY(bytes).decompress();
            assert_eq!(ours, theirs.map(|point| point.compress().to_bytes()), "{bytes:?}");
        }
    }
}

#[test]
fn small_order_points_are_added_right() {
    for a in EIGHT_TORSION {
        for b in EIGHT_TORSION {
            let sum = Extended::NEUTRAL.plus(&affine(&a).as_entry());
            for (sum, expected) in [
                (sum.plus(&affine(&b).as_entry()), a + b),
                (sum.minus(&affine(&b).as_entry()), a - b),
            ] {
                assert_eq!(
                    sum.to_affine(&sum.z.inverted()).to_bytes(),
                    expected.compress().to_bytes()
                );
            }
        }
    }
}

#[test]
fn the_small_order_encodings_are_those_of_the_torsion_points() {
    for point in EIGHT_TORSION {
        assert!(is_small_order(&point.compress().to_bytes()));
    }
    let different: std::collections::BTreeSet<_> =
        EIGHT_TORSION.iter().map(|point| point.compress().to_bytes()).collect();
    assert_eq!(different.len(), 8);
    assert!(!is_small_order(&BASE));
}

/// A scalar from its digits again, modulo the order.
fn recomposed(scalar: &[u8; 32], width: CombWidth) -> Scalar {
    let radix = Scalar::from(1_u64 << width.0);
    let digits: Vec<i16> = Digits::new(scalar, width).take(width.positions()).collect();
    digits.iter().rev().fold(Scalar::ZERO, |value, digit| {
        assert!(usize::from(digit.unsigned_abs()) <= width.multiples());
        let size = Scalar::from(digit.unsigned_abs());
        value * radix + if *digit < 0 { -size } else { size }
    })
}

#[test]
fn digits_at_the_edges() {
    let largest = -Scalar::ONE;
    for width in CombWidth::ALL {
        for scalar in
            [Scalar::ZERO, Scalar::ONE, largest, Scalar::from(128_u8), Scalar::from(u128::MAX)]
        {
            assert_eq!(recomposed(scalar.as_bytes(), width), scalar);
        }
        // The largest number of 253 bits, whatever the order is: every digit carries.
        let mut ones = [0xff; 32];
        ones[31] = 0x1f;
        assert_eq!(recomposed(&ones, width), Scalar::from_bytes_mod_order(ones));
    }
}

fn scalars() -> impl Strategy<Value = Scalar> {
    any::<[u8; 32]>().prop_map(Scalar::from_bytes_mod_order)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn digits_recompose(scalar in scalars()) {
        for width in CombWidth::ALL {
            prop_assert_eq!(recomposed(scalar.as_bytes(), width), scalar);
        }
    }

    #[test]
    fn sums_are_those_of_dalek(
        s in scalars(),
        k in scalars(),
        a in scalars(),
        torsion in 0_usize..8,
    ) {
        let a = ED25519_BASEPOINT_POINT * a + EIGHT_TORSION[torsion];
        let expected = (ED25519_BASEPOINT_POINT * s - a * k).compress().to_bytes();
        for width in [CombWidth::NARROWEST, CombWidth(7)] {
            let base = Comb::of_base(width).unwrap();
            let key = Comb::of_negated(&a.compress().to_bytes(), width).unwrap();
            let split = |r| SplitSignature { r, s: s.as_bytes(), k };
            let one = Unfinished::new(&base, &key, &split(&expected));
            prop_assert!(one.finish());
            let other = Unfinished::new(&base, &key, &split(&[3; 32]));
            prop_assert!(!other.finish());
            prop_assert_eq!(Unfinished::finish_all(&[other, one]), [false, true]);
        }
    }

    #[test]
    fn inverses(
        elements in proptest::collection::vec(any::<[u8; 32]>(), 0..8),
        zero in any::<prop::sample::Index>(),
    ) {
        let mut all: Vec<Tight> = elements.iter().copied().map(Tight::from_bytes).collect();
        all.insert(zero.index(all.len() + 1), Tight::ZERO);
        let mut inverted = all.clone();
        invert_all(&mut inverted, &mut all.clone());
        for (one, inverse) in all.iter().zip(&inverted) {
            prop_assert!(inverse.equals(&one.inverted()));
            prop_assert!(one.is_zero() || one.times(inverse).equals(&Tight::ONE));
        }
    }
}

#[test]
fn prehashed_signatures_are_those_of_dalek() {
    for seed in 0..20 {
        let secret = ed25519_dalek::SigningKey::from_bytes(&[seed; 32]);
        let message = Sha512::new_with_prefix([seed; 40]);
        let digest: [u8; 64] = message.clone().finalize().into();
        let signature = secret.sign_prehashed(message.clone(), None).unwrap().to_bytes();
        let with_context = secret.sign_prehashed(message, Some(b"a")).unwrap().to_bytes();
        let key = Ed25519Key::from(&secret);
        assert!(key.verifies_prehashed(&digest, &signature));
        assert!(!key.verifies_prehashed(&digest, &with_context));
        assert!(!key.verifies_prehashed(&[0; 64], &signature));
        assert!(!key.verifies(&[&digest], &signature), "Ed25519 has no domain");
        let pure = ed25519_dalek::Signer::sign(&secret, &digest).to_bytes();
        assert!(key.verifies(&[&digest], &pure) && !key.verifies_prehashed(&digest, &pure));
    }
}
