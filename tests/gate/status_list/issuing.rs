//! The issuer's side: indices given out, entries set, what is published.

use std::collections::{BTreeMap, BTreeSet};

use livepermit::issue::{PrepareError, SignatureRefused, StatusListBuilder, StatusListError};
use livepermit::status::StatusValue;

use super::{DAY, builder, rng, sign};
use livepermit_testkit::{ISSUER, URI, accept_status_list, issuer, now, secret};

#[test]
fn no_index_is_given_out_twice_however_full_the_list_becomes() {
    let mut rng = rng();
    for (bits, entries) in [(1, 8), (2, 8), (1, 64), (8, 128), (4, 4096), (2, 40_000)] {
        let mut list = builder(bits, entries);
        let mut given = BTreeSet::new();
        for number in 0..entries {
            // Half way it is stored and taken up again.
            if number == entries / 2 {
                let (values, occupied) =
                    (list.values().to_vec(), list.occupied().as_bytes().to_vec());
                list = StatusListBuilder::restore(URI, bits, &values, &occupied).unwrap();
            }
            let reference = list.allocate(&mut rng).unwrap();
            assert_eq!(reference.uri(), URI);
            assert!(reference.index() < entries);
            assert!(given.insert(reference.index()), "{} given out twice", reference.index());
        }
        assert_eq!(list.allocate(&mut rng), Err(StatusListError::Full));
        assert!(list.occupied().as_bytes().iter().all(|byte| *byte == 0xff));
    }
}

#[test]
fn indices_are_scattered_over_the_whole_list() {
    let (mut rng, entries) = (rng(), 1_u64 << 20);
    let mut list = builder(1, entries);
    let given: Vec<_> = (0..4000).map(|_| list.allocate(&mut rng).unwrap().index()).collect();
    let neighbours = given.windows(2).filter(|pair| pair[0].abs_diff(pair[1]) < 64).count();
    assert!(neighbours < 20, "{neighbours} of 4000 follow on the one before");
    let rising = given.windows(2).filter(|pair| pair[0] < pair[1]).count();
    assert!((1800..2200).contains(&rising), "{rising} of 4000 rise");
    let mut parts = BTreeMap::new();
    for index in given {
        *parts.entry(index * 16 / entries).or_insert(0) += 1;
    }
    assert!(
        parts.len() == 16 && parts.values().all(|count| (180..330).contains(count)),
        "{parts:?}"
    );
}

#[test]
fn every_value_is_set_and_restored_without_touching_its_neighbours() {
    for bits in [1, 2, 4, 8] {
        let mut list = builder(bits, 64);
        let largest = u8::try_from((1_u32 << bits) - 1).unwrap();
        let value = |index: u64| u8::try_from(index * 37 % (u64::from(largest) + 1)).unwrap();
        for index in 0..64 {
            list.set(index, StatusValue::from(value(index))).unwrap();
        }
        for index in 0..64 {
            assert_eq!(
                list.get(index).unwrap().as_u8(),
                value(index),
                "{bits} bits, entry {index}"
            );
        }
        list.set(9, StatusValue::Valid).unwrap();
        assert_eq!(list.get(9), Some(StatusValue::Valid));
        assert_eq!(list.get(8).unwrap().as_u8(), value(8));
        assert_eq!(list.get(10).unwrap().as_u8(), value(10));
        assert_eq!(list.get(64), None);
        assert_eq!(list.get(u64::MAX), None);
        let index = StatusListError::Index { found: 64, entries: 64 };
        assert_eq!(list.set(64, StatusValue::Revoked), Err(index));
        if let Some(above) = largest.checked_add(1) {
            let value = StatusListError::Value { found: above, largest };
            assert_eq!(list.set(0, StatusValue::from(above)), Err(value));
        }
    }
}

#[test]
fn entries_are_packed_from_the_least_significant_bit() {
    let packed = |bits, set: &[(u64, u8)]| {
        let mut list = builder(bits, 8);
        for (index, value) in set {
            list.set(*index, StatusValue::from(*value)).unwrap();
        }
        list.values().to_vec()
    };
    assert_eq!(packed(1, &[(0, 1), (3, 1)]), [0b0000_1001]);
    assert_eq!(packed(2, &[(0, 1), (1, 2), (7, 3)]), [0b0000_1001, 0b1100_0000]);
    assert_eq!(packed(4, &[(0, 1), (1, 0xa), (7, 0xc)]), [0xa1, 0, 0, 0xc0]);
    assert_eq!(packed(8, &[(0, 1), (7, 0xc3)]), [1, 0, 0, 0, 0, 0, 0, 0xc3]);
}

#[test]
fn what_is_published_is_taken_in_with_every_width() {
    for bits in [1, 2, 4, 8] {
        let mut list = builder(bits, 1000);
        let mut rng = rng();
        let given: Vec<_> = (0..100).map(|_| list.allocate(&mut rng).unwrap().index()).collect();
        let largest = u8::try_from((1_u32 << bits) - 1).unwrap();
        for (number, index) in given.iter().enumerate() {
            let value = u8::try_from(number % 4).unwrap().min(largest);
            list.set(*index, StatusValue::from(value)).unwrap();
        }
        let taken = accept_status_list(&sign(&list, now()), now()).unwrap();
        assert_eq!((taken.issuer(), taken.uri(), taken.bits()), (ISSUER, URI, bits));
        assert_eq!((taken.len(), taken.is_empty()), (1000, false));
        assert_eq!(format!("{taken:?}"), format!("StatusList({URI}, 1000 entries of {bits} bits)"));
        assert_eq!((taken.issued_at(), taken.expires()), (now(), Some(now().plus(DAY))));
        assert_eq!(taken.memory_bytes(), 125 * usize::from(bits));
        for index in 0..1000 {
            assert_eq!(taken.get(index), list.get(index));
        }
        assert_eq!(taken.get(1000), None);
    }
}

#[test]
fn a_list_that_cannot_be_kept_is_refused() {
    let new =
        |uri, bits, entries| StatusListBuilder::new(uri, bits, entries).map(|list| list.entries());
    assert_eq!(new(URI, 1, 8), Ok(8));
    for entries in [0, 1, 7, 9, u64::MAX] {
        assert_eq!(new(URI, 1, entries), Err(StatusListError::Size), "{entries}");
    }
    for bits in [0, 3, 5, 16, 255] {
        assert_eq!(new(URI, bits, 8), Err(StatusListError::Bits { found: bits }));
    }
    assert!(matches!(new("two words", 1, 8), Err(StatusListError::Claim(_))));

    let restore = |values: &[u8], occupied: &[u8]| {
        StatusListBuilder::restore(URI, 2, values, occupied).map(|_| ())
    };
    assert_eq!(restore(&[0; 4], &[0; 2]), Ok(()));
    assert_eq!(restore(&[0; 4], &[0; 1]), Err(StatusListError::Stored));
    assert_eq!(restore(&[0; 4], &[0; 3]), Err(StatusListError::Stored));
    assert_eq!(restore(&[], &[]), Err(StatusListError::Size));
    assert_eq!(restore(&[0; 3], &[0; 1]), Err(StatusListError::Size));

    let list = builder(1, 8);
    let empty = list.prepare(&issuer(), now(), now()).map(drop);
    assert_eq!(empty, Err(PrepareError::EmptyValidity));
    let prepared = list.prepare(&issuer(), now(), now().plus(1)).unwrap();
    assert!(matches!(prepared.sign(&secret(2)), Err(SignatureRefused::OtherKey { .. })));
}

#[test]
fn an_entry_that_was_set_is_never_given_out() {
    // Set without having been given out, by hand or from a stored list whose other half is an old
    // copy.
    let mut rng = rng();
    let mut list = builder(2, 8);
    list.set(3, StatusValue::Revoked).unwrap();
    list.set(5, StatusValue::Suspended).unwrap();
    list.set(6, StatusValue::Valid).unwrap();
    let given: BTreeSet<_> = (0..6).map(|_| list.allocate(&mut rng).unwrap().index()).collect();
    assert_eq!(given, BTreeSet::from([0, 1, 2, 4, 6, 7]));
    assert_eq!(list.allocate(&mut rng), Err(StatusListError::Full));

    for bits in [1, 2, 4, 8] {
        let mut set = builder(bits, 16);
        set.set(9, StatusValue::Revoked).unwrap();
        let mut list =
            StatusListBuilder::restore(URI, bits, set.values(), &[0b1111_0000, 0]).unwrap();
        let given: BTreeSet<_> =
            (0..11).map(|_| list.allocate(&mut rng).unwrap().index()).collect();
        assert_eq!(given, BTreeSet::from([0, 1, 2, 3, 8, 10, 11, 12, 13, 14, 15]), "{bits} bits");
        assert_eq!(list.allocate(&mut rng), Err(StatusListError::Full));
    }
}
