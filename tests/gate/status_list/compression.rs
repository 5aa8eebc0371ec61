//! Compressed entries: limits, bombs, broken streams.

use std::time::{Duration, Instant};

use livepermit::rejection::{Evidence, ListRejectionCode};
use livepermit::status::{StatusLimits, StatusList, StatusValue};
use miniz_oxide::deflate::compress_to_vec_zlib;

use super::SKEW;
use super::by_hand::{hand, hand_of, with};
use livepermit_testkit::{accept_status_list, now, trust};

/// The example in the standard's spirit: a mebibyte of entries that fits two kilobytes.
#[test]
fn a_mebibyte_that_compresses_to_two_kilobytes_is_taken_in() {
    let mut entries = vec![0; 1 << 20];
    for number in 0..256 {
        entries[number * 4096 + 17] = 1 << (number % 8);
    }
    let compressed = compress_to_vec_zlib(&entries, 9);
    assert!(compressed.len() < 2500, "{} bytes", compressed.len());
    let taken = hand_of(1, &compressed).assert_taken();
    assert_eq!((taken.len(), taken.memory_bytes()), (8 << 20, 1 << 20));
    let revoked =
        (0..taken.len()).filter(|index| taken.get(*index) == Some(StatusValue::Revoked)).count();
    assert_eq!(revoked, 256);
}

#[test]
fn entries_up_to_the_limit_are_taken_in_and_one_byte_more_is_not() {
    let limits = |bytes| {
        let mut limits = StatusLimits::default();
        limits.inflated_bytes = bytes;
        limits
    };
    for size in [1, 100, 65_535, 65_536, 65_537, 1 << 20] {
        let bytes = hand(&vec![0; size]).bytes();
        let accept = |limit| {
            StatusList::accept(&bytes, &trust(), now(), SKEW, |_, _| None, limits(limit))
                .map(|list| list.len())
        };
        assert_eq!(accept(size), Ok(size as u64 * 8));
        assert_eq!(accept(size + 1), Ok(size as u64 * 8));
        let rejection = accept(size - 1).unwrap_err();
        assert_eq!(rejection.code(), ListRejectionCode::TooLarge, "{size}");
        let limit = u64::try_from(size - 1).unwrap();
        assert_eq!(rejection.evidence(), Evidence::Counts { found: limit + 1, limit });
    }
    // The default limit.
    let (just, above) = (hand(&vec![0; 16 << 20]), hand(&vec![0; (16 << 20) + 1]));
    assert_eq!(just.assert_taken().memory_bytes(), 16 << 20);
    above.assert_refused(ListRejectionCode::TooLarge);
}

/// A quarter of a gibibyte in 260 kB, by a trusted signer.
#[test]
fn a_bomb_costs_the_limit_and_no_more() {
    let bomb = hand(&vec![0; 256 << 20]).bytes();
    assert!(bomb.len() < 300_000, "{} bytes", bomb.len());
    let before = peak_memory();
    let started = Instant::now();
    assert_eq!(accept_status_list(&bomb, now()).unwrap_err(), ListRejectionCode::TooLarge);
    let took = started.elapsed();
    assert!(took < Duration::from_secs(5), "{took:?}");
    if let (Some(before), Some(after)) = (before, peak_memory()) {
        // Other tests run beside it, so the bound is a loose one: the limit is 16 MiB.
        assert!(after - before < 128 << 20, "{} MiB", (after - before) >> 20);
    }
}

/// The most memory this process ever held, where the system tells.
fn peak_memory() -> Option<usize> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    let kibibytes: usize = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kibibytes << 10)
}

#[test]
fn broken_streams_are_refused() {
    let entries: Vec<u8> =
        (0..5000_u32).map(|number| u8::try_from(number * number % 251).unwrap()).collect();
    let good = compress_to_vec_zlib(&entries, 9);
    assert_eq!(hand_of(8, &good).assert_taken().get(77).unwrap().as_u8(), entries[77]);
    let refused = |stream: &[u8]| hand_of(8, stream).assert_refused(ListRejectionCode::Compression);
    // Cut off anywhere, the checksum included.
    for length in (0..good.len()).step_by(7).chain(good.len() - 5..good.len()) {
        refused(&good[..length]);
    }
    for at in 1..=4 {
        let mut checksum = good.clone();
        let place = checksum.len() - at;
        checksum[place] ^= 1;
        refused(&checksum);
    }
    refused(&[good.clone(), vec![0]].concat());
    refused(&[good.clone(), good.clone()].concat());
    refused(&compress_raw(&entries));
    refused(b"not zlib at all");
    // A preset dictionary, with a right header checksum: 0x78bb is a multiple of 31, and bit 5 is
    // set.
    let mut dictionary = vec![0x78, 0xbb, 0, 0, 0, 1];
    dictionary.extend_from_slice(&good[2..]);
    refused(&dictionary);
    // Method 15, a window of 64 KiB, a wrong header checksum.
    refused(&[&[0x7f, 0x01], &good[2..]].concat());
    refused(&[&[0x88, 0x1c], &good[2..]].concat());
    refused(&[&[0x78, 0xdb], &good[2..]].concat());
    // A distance that reaches before the beginning: fixed block, literal 0, then a copy from 2
    // back.
    refused(&[0x78, 0x01, 0x63, 0x00, 0x0a, 0x00]);
}

fn compress_raw(entries: &[u8]) -> Vec<u8> {
    miniz_oxide::deflate::compress_to_vec(entries, 9)
}

#[test]
fn a_stream_that_says_nothing_is_an_empty_list() {
    let taken = hand(&[]).assert_taken();
    assert!(taken.is_empty());
    assert_eq!(taken.get(0), None);
}

#[test]
fn a_list_longer_than_the_limit_is_not_read() {
    let bytes = with(|_| ()).bytes();
    let accept = |limit| {
        let mut limits = StatusLimits::default();
        limits.token_bytes = limit;
        StatusList::accept(&bytes, &trust(), now(), SKEW, |_, _| None, limits)
            .map(|list| list.len())
    };
    assert_eq!(accept(bytes.len()), Ok(16));
    let rejection = accept(bytes.len() - 1).unwrap_err();
    assert_eq!(rejection.code(), ListRejectionCode::TooLong);
    let length = u64::try_from(bytes.len()).unwrap();
    assert_eq!(rejection.evidence(), Evidence::Counts { found: length, limit: length - 1 });
    assert_eq!(
        accept_status_list(&vec![0; (8 << 20) + 1], now()).unwrap_err(),
        ListRejectionCode::TooLong
    );
}
