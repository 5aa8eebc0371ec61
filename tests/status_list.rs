//! Status lists: giving out indices, publishing, taking in what others published, and what the verdict then is.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a failing test is what a panic is for here")]

mod gate_common;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::{Duration, Instant};

use gate_common::cbor::{self, Item, array, bytes, int, long_head, map, text, unsigned};
use gate_common::{
    CLASS, ISSUER, ISSUER_SEED, NOW, Phone, SUBJECT, URI, issuer, key_id, now, permit, policy, public,
    reference, refused, secret, take_in, trust, trusted,
};
use livepermit::{
    AudiencePolicy, Caution, Evidence, Flaw, Issuer, ListCode, Malformed, Permit, Policy, Revocation,
    StatusLimits, StatusList, StatusListBuilder, StatusListError, StatusReference, StatusState, StatusValue,
    Timestamp, Trust, TrustedKey, Use, Validity, Verifier,
};
use livepermit::{Code, Form};
use miniz_oxide::deflate::compress_to_vec_zlib;
use rand::SeedableRng as _;
use rand::rngs::StdRng;

const DAY: u64 = 86_400;
const SKEW: u64 = 5;

fn rng() -> StdRng {
    StdRng::seed_from_u64(3)
}

fn builder(bits: u8, entries: u64) -> StatusListBuilder {
    StatusListBuilder::new(URI, bits, entries).unwrap()
}

fn sign(list: &StatusListBuilder, time: Timestamp) -> Vec<u8> {
    list.sign(&issuer(), &secret(ISSUER_SEED), time, time.plus(DAY)).unwrap()
}

// ------------------------------------------------------------------------------------------------ the issuer's side

#[test]
fn no_index_is_given_out_twice_however_full_the_list_becomes() {
    let mut rng = rng();
    for (bits, entries) in [(1, 8), (2, 8), (1, 64), (8, 128), (4, 4096), (2, 40_000)] {
        let mut list = builder(bits, entries);
        let mut given = BTreeSet::new();
        for number in 0..entries {
            // Half way it is stored and taken up again.
            if number == entries / 2 {
                let (values, occupied) = (list.values().to_vec(), list.occupied().as_bytes().to_vec());
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
    assert!(parts.len() == 16 && parts.values().all(|count| (180..330).contains(count)), "{parts:?}");
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
            assert_eq!(list.get(index).unwrap().as_u8(), value(index), "{bits} bits, entry {index}");
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
        let taken = take_in(&sign(&list, now()), now()).unwrap();
        assert_eq!((taken.issuer(), taken.uri(), taken.bits()), (ISSUER, URI, bits));
        assert_eq!((taken.len(), taken.is_empty()), (1000, false));
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
    let new = |uri, bits, entries| StatusListBuilder::new(uri, bits, entries).map(|list| list.entries());
    assert_eq!(new(URI, 1, 8), Ok(8));
    for entries in [0, 1, 7, 9, u64::MAX] {
        assert_eq!(new(URI, 1, entries), Err(StatusListError::Size), "{entries}");
    }
    for bits in [0, 3, 5, 16, 255] {
        assert_eq!(new(URI, bits, 8), Err(StatusListError::Bits { found: bits }));
    }
    assert!(matches!(new("two words", 1, 8), Err(StatusListError::Claim(_))));

    let restore =
        |values: &[u8], occupied: &[u8]| StatusListBuilder::restore(URI, 2, values, occupied).map(|_| ());
    assert_eq!(restore(&[0; 4], &[0; 2]), Ok(()));
    assert_eq!(restore(&[0; 4], &[0; 1]), Err(StatusListError::Stored));
    assert_eq!(restore(&[0; 4], &[0; 3]), Err(StatusListError::Stored));
    assert_eq!(restore(&[], &[]), Err(StatusListError::Size));
    assert_eq!(restore(&[0; 3], &[0; 1]), Err(StatusListError::Size));

    let list = builder(1, 8);
    let sign = |key: u8, expires| list.sign(&issuer(), &secret(key), now(), expires).map(|_| ());
    assert_eq!(sign(ISSUER_SEED, now()), Err(StatusListError::Time));
    assert!(matches!(sign(2, now().plus(1)), Err(StatusListError::Signature(_))));
}

// ------------------------------------------------------------------------------------------------ lists by hand

type Pairs = Vec<(Item, Item)>;

/// A list in the shape the standard gives it, to be changed before it is signed.
struct Hand {
    signer: u8,
    header: Pairs,
    unprotected: Pairs,
    claims: Pairs,
    list: Pairs,
    trailing: Item,
}

const LIST: i64 = 65533;

fn hand(entries: &[u8]) -> Hand {
    hand_of(1, &compress_to_vec_zlib(entries, 9))
}

fn hand_of(bits: u64, lst: &[u8]) -> Hand {
    Hand {
        signer: ISSUER_SEED,
        header: vec![
            (int(1), int(-19)),
            (int(4), bytes(&key_id(ISSUER_SEED))),
            (int(16), text("application/statuslist+cwt")),
        ],
        unprotected: vec![],
        claims: vec![
            (int(2), text(URI)),
            (int(4), unsigned(NOW + DAY)),
            (int(6), unsigned(NOW)),
            (int(65534), unsigned(3600)),
        ],
        list: vec![(text("lst"), bytes(lst)), (text("bits"), unsigned(bits))],
        trailing: vec![],
    }
}

impl Hand {
    fn bytes(&self) -> Vec<u8> {
        let mut claims = self.claims.clone();
        // Where the standard's own order puts it: before the time to live.
        let place = claims.len().saturating_sub(1);
        claims.insert(place, (int(LIST), map(&self.list)));
        let payload = [map(&claims), self.trailing.clone()].concat();
        cbor::sign1(self.signer, &map(&self.header), &map(&self.unprotected), &payload)
    }

    fn take_in(&self) -> Result<StatusList, ListCode> {
        take_in(&self.bytes(), now())
    }

    #[track_caller]
    fn assert_taken(&self) -> StatusList {
        self.take_in().unwrap_or_else(|code| panic!("refused: {code}"))
    }

    #[track_caller]
    fn assert_refused(&self, code: ListCode) {
        assert_eq!(self.take_in().map(|list| list.len()), Err(code));
    }

    #[track_caller]
    fn assert_malformed(&self, flaw: Flaw) {
        let list =
            StatusList::accept(&self.bytes(), &trust(), now(), SKEW, |_, _| None, StatusLimits::default());
        let rejection = list.map(|list| list.len()).unwrap_err();
        match rejection.evidence() {
            Evidence::Malformed(Malformed { flaw: found, .. }) => assert_eq!(found, flaw),
            _ => panic!("{rejection}"),
        }
        assert_eq!(rejection.code(), ListCode::Malformed);
    }
}

fn with(change: impl FnOnce(&mut Hand)) -> Hand {
    let mut hand = hand(&[0b0000_1001, 0]);
    change(&mut hand);
    hand
}

#[test]
fn a_list_by_hand_is_taken_in() {
    let taken = with(|_| ()).assert_taken();
    assert_eq!(taken.len(), 16);
    let revoked: Vec<_> = (0..16).filter(|index| taken.get(*index) == Some(StatusValue::Revoked)).collect();
    assert_eq!(revoked, [0, 3]);
}

/// What other people's encoders write: maps as they come, integers wider than needed, the key id outside, the type as a
/// number, claims this library has no use for.
#[test]
fn lists_of_others_are_taken_in() {
    let wide = |value: u64| long_head(0, value, 8);
    let mut hand = with(|_| ());
    hand.header = vec![(int(16), unsigned(279)), (int(1), int(-19))];
    hand.unprotected = vec![(int(4), bytes(&key_id(ISSUER_SEED)))];
    hand.claims = vec![
        (wide(6), wide(NOW)),
        (text("jti"), text("a-1")),
        (int(65534), wide(43_200)),
        (unsigned(2), [long_head(3, URI.len() as u64, 2), URI.as_bytes().to_vec()].concat()),
        (int(1), text(ISSUER)),
        (int(-70_000), map(&[(text("z"), array(&[int(-5), vec![0xf5]])), (text("a"), vec![0xf6])])),
    ];
    hand.list.reverse();
    hand.list.push((text("aggregation_uri"), text("https://s.bj.example/all")));
    let taken = hand.assert_taken();
    assert_eq!((taken.uri(), taken.issued_at(), taken.expires()), (URI, now(), None));
    assert_eq!(taken.get(3), Some(StatusValue::Revoked));
    assert_eq!(taken.get(4), Some(StatusValue::Valid));
    with(|hand| hand.header[2].1 = long_head(0, 279, 8)).assert_taken();
    with(|hand| hand.header[2].1 = text("application/statuslist+cwt")).assert_taken();
}

#[test]
fn one_key_in_two_encodings_is_still_twice() {
    let one = || vec![0x18, 0x01];
    with(|hand| {
        hand.claims[0] = (int(1), text(ISSUER));
        hand.claims.insert(0, (int(2), text(URI)));
        hand.claims.push((one(), text(ISSUER)));
    })
    .assert_malformed(Flaw::DuplicateKey);
    for wide in [long_head(0, 2, 1), long_head(0, 2, 2), long_head(0, 2, 4), long_head(0, 2, 8)] {
        with(|hand| hand.claims.insert(0, (wide, text(URI)))).assert_malformed(Flaw::DuplicateKey);
    }
    // In the header, the same algorithm again; in the list, `bits` with its length written long.
    with(|hand| hand.header.push((one(), int(-19)))).assert_malformed(Flaw::DuplicateKey);
    let bits = [long_head(3, 4, 1), b"bits".to_vec()].concat();
    with(|hand| hand.list.insert(0, (bits, unsigned(2)))).assert_malformed(Flaw::DuplicateKey);
    let kid = (int(4), bytes(&key_id(ISSUER_SEED)));
    with(|hand| hand.unprotected = vec![kid.clone(), (long_head(0, 4, 4), kid.1.clone())])
        .assert_malformed(Flaw::DuplicateKey);
    // Negative labels are told from positive ones.
    with(|hand| hand.claims.extend([(int(-3), unsigned(0)), (long_head(1, 2, 2), unsigned(0))]))
        .assert_malformed(Flaw::DuplicateKey);
    with(|hand| hand.claims.extend([(int(-7), unsigned(0)), (int(7), unsigned(0))])).assert_taken();
    // Inside a claim nobody reads, too.
    let twice = map(&[(int(5), unsigned(0)), (long_head(0, 5, 2), unsigned(0))]);
    with(|hand| hand.claims.push((text("extra"), twice))).assert_malformed(Flaw::DuplicateKey);
}

#[test]
fn the_key_id_stands_in_one_place() {
    let kid = (int(4), bytes(&key_id(ISSUER_SEED)));
    with(|hand| hand.unprotected = vec![kid.clone()]).assert_malformed(Flaw::DuplicateKey);
    with(|hand| drop(hand.header.remove(1))).assert_malformed(Flaw::MissingHeader);
    with(|hand| hand.unprotected = vec![(int(33), bytes(&[0]))]).assert_malformed(Flaw::UnprotectedHeader);
    with(|hand| hand.unprotected = vec![(int(16), unsigned(279))]).assert_malformed(Flaw::UnprotectedHeader);
    with(|hand| hand.header[1].1 = bytes(&[])).assert_malformed(Flaw::LengthOutOfRange);
    with(|hand| hand.header[1].1 = bytes(&[7; 33])).assert_malformed(Flaw::LengthOutOfRange);
}

#[test]
fn a_list_of_another_shape_is_malformed() {
    with(|hand| drop(hand.header.remove(0))).assert_malformed(Flaw::MissingHeader);
    with(|hand| drop(hand.header.remove(2))).assert_malformed(Flaw::MissingHeader);
    with(|hand| hand.header.push((int(2), array(&[int(1)])))).assert_malformed(Flaw::UnexpectedHeader);
    with(|hand| drop(hand.claims.remove(0))).assert_malformed(Flaw::MissingClaim);
    with(|hand| drop(hand.claims.remove(2))).assert_malformed(Flaw::MissingClaim);
    with(|hand| drop(hand.list.remove(0))).assert_malformed(Flaw::MissingClaim);
    with(|hand| drop(hand.list.remove(1))).assert_malformed(Flaw::MissingClaim);
    with(|hand| hand.trailing = vec![0]).assert_malformed(Flaw::TrailingBytes);
    for bits in [0, 3, 5, 7, 16, 1 << 32, u64::MAX] {
        with(|hand| hand.list[1].1 = unsigned(bits)).assert_malformed(Flaw::NumberOutOfRange);
    }
    with(|hand| hand.list[1].1 = text("1")).assert_malformed(Flaw::WrongType);
    with(|hand| hand.list[0].1 = text("AAAA")).assert_malformed(Flaw::WrongType);
    with(|hand| hand.claims[0].1 = text("two words")).assert_malformed(Flaw::TextNotAllowed);
    with(|hand| hand.claims[2].1 = unsigned(1 << 40)).assert_malformed(Flaw::NumberOutOfRange);
    with(|hand| hand.claims[2].1 = vec![0xfb, 0x41, 0xda, 0xac, 0x60, 0x60, 0, 0, 0])
        .assert_malformed(Flaw::FloatNotAllowed);
    with(|hand| hand.claims[1].1 = cbor::head(6, 1)).assert_malformed(Flaw::UnexpectedTag);
    with(|hand| hand.claims[3].1 = text("1h")).assert_malformed(Flaw::WrongType);
    let indefinite = [vec![0x5f], bytes(&[1]), vec![0xff]].concat();
    with(|hand| hand.list[0].1 = indefinite).assert_malformed(Flaw::IndefiniteLength);
    with(|hand| hand.claims.push((text("deep"), [vec![0x81; 100], vec![0]].concat())))
        .assert_malformed(Flaw::TooDeep);
    // Unsorted keys are compared with all before them, so their number is bounded.
    let many = |count: i64| map(&(0..count).map(|key| (int(-key - 1), unsigned(0))).collect::<Vec<_>>());
    with(|hand| hand.claims.push((text("many"), many(64)))).assert_taken();
    with(|hand| hand.claims.push((text("many"), many(65)))).assert_malformed(Flaw::WrongCount);
    with(|hand| hand.claims.push((text("huge"), cbor::head(4, u64::MAX)))).assert_malformed(Flaw::Truncated);

    let good = with(|_| ()).bytes();
    assert_eq!(take_in(&good[1..], now()).unwrap_err(), ListCode::Malformed, "untagged");
    assert_eq!(take_in(&[good.clone(), vec![0]].concat(), now()).unwrap_err(), ListCode::Malformed);
    for length in 0..good.len() {
        assert_eq!(take_in(&good[..length], now()).unwrap_err(), ListCode::Malformed, "{length} bytes");
    }
}

#[test]
fn the_type_must_be_that_of_a_status_list() {
    for typ in [text("application/vnd.lpt+cwt"), text("statuslist+cwt"), unsigned(278), unsigned(293)] {
        with(|hand| hand.header[2].1 = typ.clone()).assert_refused(ListCode::UnknownType);
    }
}

#[test]
fn every_altered_byte_is_found() {
    let bytes = with(|_| ()).bytes();
    for at in 0..bytes.len() {
        let mut altered = bytes.clone();
        altered[at] ^= 1;
        assert!(take_in(&altered, now()).is_err(), "byte {at}");
    }
    let mut signature = bytes;
    *signature.last_mut().unwrap() ^= 1;
    assert_eq!(take_in(&signature, now()).unwrap_err(), ListCode::BadSignature);
}

// ------------------------------------------------------------------------------------------------ compression

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
    let revoked = (0..taken.len()).filter(|index| taken.get(*index) == Some(StatusValue::Revoked)).count();
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
        assert_eq!(rejection.code(), ListCode::TooLarge, "{size}");
        let limit = i64::try_from(size - 1).unwrap();
        assert_eq!(rejection.evidence(), Evidence::Numbers { found: limit + 1, limit });
    }
    // The default limit.
    let (just, above) = (hand(&vec![0; 16 << 20]), hand(&vec![0; (16 << 20) + 1]));
    assert_eq!(just.assert_taken().memory_bytes(), 16 << 20);
    above.assert_refused(ListCode::TooLarge);
}

/// A quarter of a gibibyte in 260 kB, by a trusted signer.
#[test]
fn a_bomb_costs_the_limit_and_no_more() {
    let bomb = hand(&vec![0; 256 << 20]).bytes();
    assert!(bomb.len() < 300_000, "{} bytes", bomb.len());
    let before = peak_memory();
    let started = Instant::now();
    assert_eq!(take_in(&bomb, now()).unwrap_err(), ListCode::TooLarge);
    let took = started.elapsed();
    assert!(took < Duration::from_secs(5), "{took:?}");
    if let (Some(before), Some(after)) = (before, peak_memory()) {
        // Other tests of this file run beside it, so the bound is a loose one: the limit is 16 MiB.
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
    let entries: Vec<u8> = (0..5000_u32).map(|number| u8::try_from(number * number % 251).unwrap()).collect();
    let good = compress_to_vec_zlib(&entries, 9);
    assert_eq!(hand_of(8, &good).assert_taken().get(77).unwrap().as_u8(), entries[77]);
    let refused = |stream: &[u8]| hand_of(8, stream).assert_refused(ListCode::Compression);
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
    // A preset dictionary, with a right header checksum: 0x78bb is a multiple of 31, and bit 5 is set.
    let mut dictionary = vec![0x78, 0xbb, 0, 0, 0, 1];
    dictionary.extend_from_slice(&good[2..]);
    refused(&dictionary);
    // Method 15, a window of 64 KiB, a wrong header checksum.
    refused(&[&[0x7f, 0x01], &good[2..]].concat());
    refused(&[&[0x88, 0x1c], &good[2..]].concat());
    refused(&[&[0x78, 0xdb], &good[2..]].concat());
    // A distance that reaches before the beginning: fixed block, literal 0, then a copy from 2 back.
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
        StatusList::accept(&bytes, &trust(), now(), SKEW, |_, _| None, limits).map(|list| list.len())
    };
    assert_eq!(accept(bytes.len()), Ok(16));
    let rejection = accept(bytes.len() - 1).unwrap_err();
    assert_eq!(rejection.code(), ListCode::TooLong);
    let length = i64::try_from(bytes.len()).unwrap();
    assert_eq!(rejection.evidence(), Evidence::Numbers { found: length, limit: length - 1 });
    assert_eq!(take_in(&vec![0; (8 << 20) + 1], now()).unwrap_err(), ListCode::TooLong);
}

// ------------------------------------------------------------------------------------------------ who may, and when

#[test]
fn only_a_key_with_the_use_status_publishes() {
    let without =
        TrustedKey::new(ISSUER, public(ISSUER_SEED), [Use::Credential, Use::Pass, Use::Slip], [CLASS])
            .unwrap();
    let by = |trust: Trust, hand: &Hand| {
        StatusList::accept(&hand.bytes(), &trust, now(), SKEW, |_, _| None, StatusLimits::default())
            .map(|list| list.issuer().to_owned())
            .map_err(|rejection| rejection.code())
    };
    let list = with(|_| ());
    assert_eq!(by(Trust::new([without]).unwrap(), &list), Err(ListCode::UseNotGranted));
    let only = TrustedKey::new(ISSUER, public(ISSUER_SEED), [Use::Status], [CLASS]).unwrap();
    assert_eq!(by(Trust::new([only]).unwrap(), &list), Ok(ISSUER.to_owned()));

    // The list speaks for the issuer of the key that verified; it cannot say otherwise.
    let named = |issuer| with(|hand| hand.claims.push((int(1), text(issuer))));
    assert_eq!(by(trust(), &named(ISSUER)), Ok(ISSUER.to_owned()));
    assert_eq!(by(trust(), &named("sh.example")), Err(ListCode::UseNotGranted));

    // A stranger, and a stranger under the issuer's key id.
    with(|hand| hand.header[1].1 = bytes(&key_id(2))).assert_refused(ListCode::UnknownKey);
    with(|hand| hand.signer = 2).assert_refused(ListCode::BadSignature);
    with(|hand| hand.header[0].1 = int(-8)).assert_refused(ListCode::AlgorithmMismatch);
    with(|hand| hand.header[0].1 = int(-7)).assert_refused(ListCode::AlgorithmMismatch);
}

#[test]
fn a_key_publishes_in_its_time_only() {
    let (from, until, end) = (now(), now().plus(100), now().plus(200));
    let key = trusted(ISSUER_SEED).with_times(from, until, end).unwrap();
    let trust = Trust::new([key]).unwrap();
    let accept = |dated: Timestamp, at: Timestamp| {
        let bytes = sign(&builder(1, 8), dated);
        StatusList::accept(&bytes, &trust, at, SKEW, |_, _| None, StatusLimits::default())
            .map(|list| list.len())
            .map_err(|rejection| rejection.code())
    };
    assert_eq!(accept(from.minus(1), from), Err(ListCode::KeyNotCurrent));
    assert_eq!(accept(from, from), Ok(8));
    assert_eq!(accept(until.minus(1), until), Ok(8));
    assert_eq!(accept(until, until), Err(ListCode::KeyNotCurrent));
    assert_eq!(accept(from, end.minus(1)), Ok(8));
    assert_eq!(accept(from, end), Err(ListCode::KeyNotCurrent));
}

#[test]
fn a_list_is_taken_in_from_its_date_less_the_skew_to_its_end() {
    let bytes = sign(&builder(1, 8), now());
    let at = |time| take_in(&bytes, time).map(|list| list.len());
    assert_eq!(at(now().minus(SKEW + 1)), Err(ListCode::FromTheFuture));
    assert_eq!(at(now().minus(SKEW)), Ok(8));
    assert_eq!(at(now().plus(DAY - 1)), Ok(8));
    assert_eq!(at(now().plus(DAY)), Err(ListCode::Expired));
}

#[test]
fn a_list_older_than_the_one_held_and_another_of_the_same_date_are_refused() {
    let mut list = builder(2, 8);
    let empty = sign(&list, now());
    list.set(3, StatusValue::Suspended).unwrap();
    let set = sign(&list, now());
    let newer = sign(&list, now().plus(1));
    let held = take_in(&set, now()).unwrap().state();
    let held = StatusState::new(held.issued_at, held.digest);
    let accept = |bytes: &[u8], held: StatusState| {
        let mut asked = None;
        let remembered = |issuer: &str, uri: &str| {
            asked = Some((issuer.to_owned(), uri.to_owned()));
            Some(held)
        };
        let list =
            StatusList::accept(bytes, &trust(), now().plus(2), SKEW, remembered, StatusLimits::default());
        assert_eq!(asked, Some((ISSUER.to_owned(), URI.to_owned())));
        list.map(|list| list.get(3).unwrap()).map_err(|rejection| rejection.code())
    };
    assert_eq!(accept(&set, held), Ok(StatusValue::Suspended), "the very same");
    assert_eq!(accept(&empty, held), Err(ListCode::Reused));
    let newest = take_in(&newer, now().plus(1)).unwrap().state();
    assert_eq!(accept(&set, newest), Err(ListCode::Older));
    assert_eq!(accept(&newer, held), Ok(StatusValue::Suspended));
}

// ------------------------------------------------------------------------------------------------ the verdict

const MAX_AGE: u64 = 3600;
const GRACE: u64 = 600;

fn required() -> Policy {
    with_revocation(MAX_AGE, GRACE)
}

fn with_revocation(max_age: u64, grace: u64) -> Policy {
    let revocation = Revocation::Required { max_age, grace };
    Policy::new(AudiencePolicy::OwnOrAny("gate-3".into()), [CLASS], revocation)
}

fn gate(policy: Policy, lists: impl IntoIterator<Item = StatusList>) -> Verifier {
    Verifier::new(trust(), policy).unwrap().with_status_lists(lists.into_iter().map(Arc::new))
}

/// A published list of 4-bit entries with these values.
fn published(values: &[(u64, u8)], time: Timestamp) -> StatusList {
    let mut list = builder(4, 64);
    for (index, value) in values {
        list.set(*index, StatusValue::from(*value)).unwrap();
    }
    take_in(&sign(&list, time), time).unwrap()
}

fn phone_with(index: u64) -> Phone {
    Phone::with(20, &permit().with_status(reference(index)), now())
}

/// A list taken in while its key was trusted speaks for nobody once the key was removed: whoever has the key could sign an
/// all-valid one.
#[test]
fn the_lists_of_a_key_that_is_trusted_no_more_are_not_held() {
    let list = published(&[], now());
    let phone = phone_with(0);
    assert!(gate(required(), [list.clone()]).verify(&phone.code(now()), now()).is_ok());
    let without = TrustedKey::new(ISSUER, public(ISSUER_SEED), [Use::Credential], [CLASS]).unwrap();
    let verifier = Verifier::new(Trust::new([without]).unwrap(), required()).unwrap();
    let verifier = verifier.with_status_lists([Arc::new(list)]);
    assert!(verifier.status_lists().is_empty());
    refused(verifier.verify(&phone.code(now()), now()), Code::StatusListUnknown);
}

#[test]
fn each_value_has_its_verdict() {
    let gate = gate(required(), [published(&[(1, 1), (2, 2), (3, 3), (15, 15)], now())]);
    let verify = |index| gate.verify(&phone_with(index).code(now()), now());
    assert!(verify(0).unwrap().cautions().is_empty());
    assert_eq!(verify(0).unwrap().status(), Some(reference(0)));
    refused(verify(1), Code::Revoked);
    refused(verify(2), Code::Suspended);
    let rejection = refused(verify(3), Code::StatusNotValid);
    assert_eq!(rejection.evidence(), Evidence::Numbers { found: 3, limit: 0 });
    refused(verify(15), Code::StatusNotValid);
}

#[test]
fn the_last_index_counts_and_the_next_is_out_of_range() {
    let gate = gate(required(), [published(&[], now())]);
    let verify = |index| gate.verify(&phone_with(index).code(now()), now()).map(drop);
    assert_eq!(verify(63), Ok(()));
    let rejection = refused(verify(64), Code::StatusIndexOutOfRange);
    assert_eq!(rejection.evidence(), Evidence::Numbers { found: 64, limit: 64 });
    let rejection = refused(verify(u64::MAX), Code::StatusIndexOutOfRange);
    assert_eq!(rejection.evidence(), Evidence::Numbers { found: i64::MAX, limit: 64 });
}

#[test]
fn a_list_is_found_by_issuer_and_uri_as_bytes() {
    let code = phone_with(0).code(now());
    refused(gate(required(), []).verify(&code, now()), Code::StatusListUnknown);
    let elsewhere = StatusReference::new("https://S.bj.example/1", 0).unwrap();
    let other = Phone::with(20, &permit().with_status(elsewhere), now()).code(now());
    let gate = gate(required(), [published(&[], now())]);
    assert!(gate.verify(&code, now()).is_ok());
    refused(gate.verify(&other, now()), Code::StatusListUnknown);
}

#[test]
fn another_issuer_cannot_clear_a_permit_under_the_same_uri() {
    let other = TrustedKey::new("sh.example", public(2), [Use::Status], ["sh.example:x"]).unwrap();
    let trust = Trust::new([trusted(ISSUER_SEED), other]).unwrap();
    let accept = |bytes: &[u8]| {
        let list =
            StatusList::accept(bytes, &trust, now(), SKEW, |_, _| None, StatusLimits::default()).unwrap();
        Arc::new(list)
    };
    let theirs = Issuer::new("sh.example", public(2)).unwrap();
    // Newer, so that whoever looked at the date only would take it.
    let clean = builder(1, 64).sign(&theirs, &secret(2), now().plus(1), now().plus(DAY)).unwrap();
    let mut own = builder(1, 64);
    own.set(5, StatusValue::Revoked).unwrap();
    let (clean, own) = (accept(&clean), accept(&sign(&own, now())));
    assert_eq!((clean.issuer(), own.issuer()), ("sh.example", ISSUER));
    let code = phone_with(5).code(now());
    let verifier = Verifier::new(trust.clone(), required()).unwrap();
    let both = verifier.clone().with_status_lists([Arc::clone(&clean), own]);
    refused(both.verify(&code, now()), Code::Revoked);
    refused(verifier.with_status_lists([clean]).verify(&code, now()), Code::StatusListUnknown);
}

#[test]
fn of_two_lists_of_one_uri_the_newer_counts() {
    let (older, newer) = (published(&[(1, 1)], now()), published(&[(2, 1)], now().plus(1)));
    for lists in [[older.clone(), newer.clone()], [newer, older]] {
        let gate = gate(required(), lists);
        assert_eq!(gate.status_lists().len(), 1);
        assert!(gate.verify(&phone_with(1).code(now()), now()).is_ok());
        refused(gate.verify(&phone_with(2).code(now()), now()), Code::Revoked);
    }
}

#[test]
fn a_list_that_grew_too_old_is_refused_after_its_grace() {
    let list = published(&[(1, 1)], now());
    let phone = phone_with(0);
    let check = |policy: &Policy, seconds: u64| {
        let time = now().plus(seconds);
        gate(policy.clone(), [list.clone()]).verify(&phone.code(time), time)
    };
    let policy = required();
    assert!(check(&policy, MAX_AGE - 1).unwrap().cautions().is_empty());
    for seconds in [MAX_AGE, MAX_AGE + GRACE - 1] {
        let cautions: Vec<_> = check(&policy, seconds).unwrap().cautions().iter().collect();
        assert_eq!(cautions, [Caution::StatusOld]);
    }
    let rejection = refused(check(&policy, MAX_AGE + GRACE), Code::StatusListTooOld);
    let limit = now().plus(MAX_AGE);
    assert_eq!(rejection.evidence(), Evidence::Times { found: limit.plus(GRACE), limit });

    let strict = with_revocation(MAX_AGE, 0);
    assert!(check(&strict, MAX_AGE - 1).unwrap().cautions().is_empty());
    refused(check(&strict, MAX_AGE), Code::StatusListTooOld);
    // Whoever asks for the impossible gets it: with no age at all the list is old at once.
    refused(check(&with_revocation(0, 0), 0), Code::StatusListTooOld);
    // What was withdrawn stays withdrawn within the grace.
    let time = now().plus(MAX_AGE);
    refused(gate(policy, [list.clone()]).verify(&phone_with(1).code(time), time), Code::Revoked);
}

#[test]
fn a_list_that_ended_is_refused_after_its_grace() {
    let list = published(&[], now());
    let phone = Phone::issued_by(
        ISSUER_SEED,
        20,
        &permit().with_status(reference(0)),
        Validity { backdate: 0, lifetime: 3 * DAY },
        now(),
    );
    let policy = |grace| with_revocation(u64::MAX, grace).with_max_credential_age(10 * DAY);
    let check = |grace, seconds: u64| {
        let time = now().plus(seconds);
        gate(policy(grace), [list.clone()]).verify(&phone.code(time), time)
    };
    assert!(check(GRACE, DAY - 1).unwrap().cautions().is_empty());
    assert!(check(GRACE, DAY).unwrap().cautions().contains(Caution::StatusOld));
    assert!(check(GRACE, DAY + GRACE - 1).unwrap().cautions().contains(Caution::StatusOld));
    let rejection = refused(check(GRACE, DAY + GRACE), Code::StatusListExpired);
    assert_eq!(
        rejection.evidence(),
        Evidence::Times { found: now().plus(DAY + GRACE), limit: now().plus(DAY) }
    );
    refused(check(0, DAY), Code::StatusListExpired);
}

#[test]
fn a_credential_without_status_is_refused_unless_its_class_is_exempt() {
    let code = Phone::with(20, &permit(), now()).code(now());
    refused(gate(required(), []).verify(&code, now()), Code::StatusMissing);
    let exempt = required().dangerous_exempt_from_status([CLASS]);
    assert!(gate(exempt.clone(), []).verify(&code, now()).unwrap().cautions().is_empty());
    let other = required().dangerous_exempt_from_status(["bj.example:other"]);
    refused(gate(other, []).verify(&code, now()), Code::StatusMissing);
    // Exempt is who names no list; who names one is looked up.
    let named = phone_with(1).code(now());
    refused(gate(exempt.clone(), []).verify(&named, now()), Code::StatusListUnknown);
    refused(gate(exempt, [published(&[(1, 1)], now())]).verify(&named, now()), Code::Revoked);
}

#[test]
fn a_pass_is_looked_up_only_if_it_names_a_list() {
    let pass = |permit: &Permit| {
        issuer().prepare_pass(permit, None, now()).unwrap().sign(&secret(ISSUER_SEED)).unwrap()
    };
    let gate = gate(required(), [published(&[(1, 1)], now())]);
    let verified = gate.verify(&pass(&permit()), now()).unwrap();
    assert_eq!((verified.form(), verified.cautions().is_empty()), (Form::Pass, true));
    assert!(gate.verify(&pass(&permit().with_status(reference(0))), now()).is_ok());
    refused(gate.verify(&pass(&permit().with_status(reference(1))), now()), Code::Revoked);
    let elsewhere = permit().with_status(StatusReference::new("https://s.bj.example/2", 0).unwrap());
    refused(gate.verify(&pass(&elsewhere), now()), Code::StatusListUnknown);
}

#[test]
fn not_checking_is_said_with_every_verdict() {
    let gate = gate(policy(), [published(&[(1, 1)], now())]);
    let verified = gate.verify(&phone_with(1).code(now()), now()).unwrap();
    assert_eq!(verified.cautions().iter().collect::<Vec<_>>(), [Caution::RevocationNotChecked]);
}

#[test]
fn a_permit_issued_again_does_not_bring_the_old_one_back() {
    let mut rng = rng();
    let mut list = builder(2, 64);
    let first = list.allocate(&mut rng).unwrap();
    let old = Phone::with(20, &permit().with_status(first.clone()), now());
    list.set(first.index(), StatusValue::Revoked).unwrap();
    // Every other index of the list is given out: none is the old one.
    for _ in 1..64 {
        let again = list.allocate(&mut rng).unwrap();
        assert_ne!(again.index(), first.index());
        assert_eq!(list.get(again.index()), Some(StatusValue::Valid));
        let new = Phone::with(20, &permit().with_status(again), now());
        let gate = gate(required(), [take_in(&sign(&list, now()), now()).unwrap()]);
        refused(gate.verify(&old.code(now()), now()), Code::Revoked);
        assert_eq!(gate.verify(&new.code(now()), now()).unwrap().subject(), SUBJECT);
    }
}

#[test]
fn binding_to_a_new_device_withdraws_the_old_binding() {
    let mut rng = rng();
    let mut list = builder(1, 64);
    let (first, second) = (list.allocate(&mut rng).unwrap(), list.allocate(&mut rng).unwrap());
    let old = Phone::with(20, &permit().with_status(first.clone()), now());
    let new = Phone::with(21, &permit().with_status(second), now());
    list.set(first.index(), StatusValue::Revoked).unwrap();
    let gate = gate(required(), [take_in(&sign(&list, now()), now()).unwrap()]);
    refused(gate.verify(&old.code(now()), now()), Code::Revoked);
    let verified = gate.verify(&new.code(now()), now()).unwrap();
    assert_eq!(verified.device_key(), Some(&public(21)));
    // It is the same permit to a store of used codes.
    let unchecked = Verifier::new(trust(), policy()).unwrap();
    let before = unchecked.verify(&old.code(now()), now()).unwrap();
    assert_eq!(verified.permit_id(), before.permit_id());
}

// ------------------------------------------------------------------------------------------------ found in review

#[test]
fn an_entry_that_was_set_is_never_given_out() {
    // Set without having been given out, by hand or from a stored list whose other half is an old copy.
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
        let mut list = StatusListBuilder::restore(URI, bits, set.values(), &[0b1111_0000, 0]).unwrap();
        let given: BTreeSet<_> = (0..11).map(|_| list.allocate(&mut rng).unwrap().index()).collect();
        assert_eq!(given, BTreeSet::from([0, 1, 2, 3, 8, 10, 11, 12, 13, 14, 15]), "{bits} bits");
        assert_eq!(list.allocate(&mut rng), Err(StatusListError::Full));
    }
}

/// A gate that is restarted within the grace knows as much as before: what it may still use is the policy's to say.
#[test]
fn the_list_held_is_taken_in_again_though_it_ended() {
    let bytes = sign(&builder(1, 8), now());
    let held = take_in(&bytes, now()).unwrap().state();
    let ended = now().plus(DAY);
    let again = |bytes: &[u8]| {
        StatusList::accept(bytes, &trust(), ended, SKEW, |_, _| Some(held), StatusLimits::default())
    };
    let phone = Phone::with(20, &permit().with_status(reference(0)), ended);
    let gate_with = |grace| gate(with_revocation(2 * DAY, grace), [again(&bytes).unwrap()]);
    let verified = gate_with(GRACE).verify(&phone.code(ended), ended).unwrap();
    assert_eq!(verified.cautions().iter().collect::<Vec<_>>(), [Caution::StatusOld]);
    refused(gate_with(0).verify(&phone.code(ended), ended), Code::StatusListExpired);

    let other = builder(1, 8).sign(&issuer(), &secret(ISSUER_SEED), now().plus(1), ended).unwrap();
    assert_eq!(again(&other).unwrap_err().code(), ListCode::Expired, "only the one held");
    let unknown = StatusList::accept(&bytes, &trust(), ended, SKEW, |_, _| None, StatusLimits::default());
    assert_eq!(unknown.unwrap_err().code(), ListCode::Expired);
}
