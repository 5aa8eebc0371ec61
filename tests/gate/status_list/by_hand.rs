//! Lists written by hand: what others may write, and what nobody may.

use livepermit::rejection::{Flaw, ListRejectionCode};
use livepermit::status::{StatusLimits, StatusList, StatusValue};
use miniz_oxide::deflate::compress_to_vec_zlib;

use super::{DAY, SKEW};
use livepermit_testkit::hand::cbor::{
    self, Item, array, bytes, int, long_head, map, text, unsigned,
};
use livepermit_testkit::hand::sign1_by;
use livepermit_testkit::{
    ISSUER, ISSUER_SEED, NOW, URI, accept_status_list, assert_malformed, key_id, now, trust,
};

type Pairs = Vec<(Item, Item)>;

/// A list in the shape the standard gives it, to be changed before it is signed.
pub(super) struct Hand {
    pub(super) signer: u8,
    pub(super) header: Pairs,
    pub(super) unprotected: Pairs,
    pub(super) claims: Pairs,
    pub(super) list: Pairs,
    pub(super) trailing: Item,
}

const LIST: i64 = 65533;

pub(super) fn hand(entries: &[u8]) -> Hand {
    hand_of(1, &compress_to_vec_zlib(entries, 9))
}

pub(super) fn hand_of(bits: u64, lst: &[u8]) -> Hand {
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
    pub(super) fn bytes(&self) -> Vec<u8> {
        let mut claims = self.claims.clone();
        // Where the standard's own order puts it: before the time to live.
        let place = claims.len().saturating_sub(1);
        claims.insert(place, (int(LIST), map(&self.list)));
        let payload = [map(&claims), self.trailing.clone()].concat();
        sign1_by(self.signer, &map(&self.header), &map(&self.unprotected), &payload)
    }

    pub(super) fn accept_status_list(&self) -> Result<StatusList, ListRejectionCode> {
        accept_status_list(&self.bytes(), now())
    }

    #[track_caller]
    pub(super) fn assert_taken(&self) -> StatusList {
        self.accept_status_list().unwrap_or_else(|code| panic!("refused: {code}"))
    }

    #[track_caller]
    pub(super) fn assert_refused(&self, code: ListRejectionCode) {
        assert_eq!(self.accept_status_list().map(|list| list.len()), Err(code));
    }

    #[track_caller]
    pub(super) fn assert_malformed(&self, flaw: Flaw) {
        let list = StatusList::accept(
            &self.bytes(),
            &trust(),
            now(),
            SKEW,
            |_, _| None,
            StatusLimits::default(),
        );
        let rejection = list.map(|list| list.len()).unwrap_err();
        assert_malformed(rejection, flaw);
    }
}

pub(super) fn with(change: impl FnOnce(&mut Hand)) -> Hand {
    let mut hand = hand(&[0b0000_1001, 0]);
    change(&mut hand);
    hand
}

#[test]
fn a_list_by_hand_is_taken_in() {
    let taken = with(|_| ()).assert_taken();
    assert_eq!(taken.len(), 16);
    let revoked: Vec<_> =
        (0..16).filter(|index| taken.get(*index) == Some(StatusValue::Revoked)).collect();
    assert_eq!(revoked, [0, 3]);
}

/// What other people's encoders write: maps as they come, integers wider than needed, the key id
/// outside, the type as a number, claims this library has no use for.
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
    with(|hand| hand.unprotected = vec![(int(33), bytes(&[0]))])
        .assert_malformed(Flaw::UnprotectedHeader);
    with(|hand| hand.unprotected = vec![(int(16), unsigned(279))])
        .assert_malformed(Flaw::UnprotectedHeader);
    with(|hand| hand.header[1].1 = bytes(&[])).assert_malformed(Flaw::LengthOutOfRange);
    with(|hand| hand.header[1].1 = bytes(&[7; 33])).assert_malformed(Flaw::LengthOutOfRange);
}

#[test]
fn a_list_of_another_shape_is_malformed() {
    with(|hand| drop(hand.header.remove(0))).assert_malformed(Flaw::MissingHeader);
    with(|hand| drop(hand.header.remove(2))).assert_malformed(Flaw::MissingHeader);
    with(|hand| hand.header.push((int(2), array(&[int(1)]))))
        .assert_malformed(Flaw::UnexpectedHeader);
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
    let many =
        |count: i64| map(&(0..count).map(|key| (int(-key - 1), unsigned(0))).collect::<Vec<_>>());
    with(|hand| hand.claims.push((text("many"), many(64)))).assert_taken();
    with(|hand| hand.claims.push((text("many"), many(65)))).assert_malformed(Flaw::WrongCount);
    with(|hand| hand.claims.push((text("huge"), cbor::head(4, u64::MAX))))
        .assert_malformed(Flaw::Truncated);

    let good = with(|_| ()).bytes();
    assert_eq!(
        accept_status_list(&good[1..], now()).unwrap_err(),
        ListRejectionCode::Malformed,
        "untagged"
    );
    assert_eq!(
        accept_status_list(&[good.clone(), vec![0]].concat(), now()).unwrap_err(),
        ListRejectionCode::Malformed
    );
    for length in 0..good.len() {
        assert_eq!(
            accept_status_list(&good[..length], now()).unwrap_err(),
            ListRejectionCode::Malformed,
            "{length} bytes"
        );
    }
}

#[test]
fn the_type_must_be_that_of_a_status_list() {
    for typ in
        [text("application/vnd.lpt+cwt"), text("statuslist+cwt"), unsigned(278), unsigned(293)]
    {
        with(|hand| hand.header[2].1 = typ.clone()).assert_refused(ListRejectionCode::UnknownType);
    }
}

#[test]
fn a_refusal_says_what_it_is_and_what_to_do() {
    let bytes = with(|hand| hand.header[2].1 = unsigned(278)).bytes();
    let refused =
        StatusList::accept(&bytes, &trust(), now(), SKEW, |_, _| None, StatusLimits::default());
    let rejection = refused.unwrap_err();
    assert!(
        rejection.to_string().starts_with(ListRejectionCode::UnknownType.as_str()),
        "{rejection}"
    );
    assert_eq!(rejection.instruction(), ListRejectionCode::UnknownType.instruction());
    assert!(rejection.instruction().len() > 20);
}

#[test]
fn every_altered_byte_is_found() {
    let bytes = with(|_| ()).bytes();
    for at in 0..bytes.len() {
        let mut altered = bytes.clone();
        altered[at] ^= 1;
        assert!(accept_status_list(&altered, now()).is_err(), "byte {at}");
    }
    let mut signature = bytes;
    *signature.last_mut().unwrap() ^= 1;
    assert_eq!(accept_status_list(&signature, now()).unwrap_err(), ListRejectionCode::BadSignature);
}
