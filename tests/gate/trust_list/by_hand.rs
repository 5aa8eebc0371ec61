//! Lists written by hand: the shapes that are refused, and the entries that are skipped.

use livepermit::rejection::{Evidence, Flaw, ListRejectionCode};
use livepermit::{SecretKey, Timestamp};

use super::{NAME, NEXT_ROOT, ROOT, SKEW, WEEK, accept, anchor, assert_refused, list};
use livepermit_testkit::hand::cbor::{self, Item, array, bytes, int, map, text, unsigned};
use livepermit_testkit::hand::sign1_by;
use livepermit_testkit::{
    CLASS, ISSUER, ISSUER_SEED, NOW, assert_malformed, key_id, now, public, trusted,
};

const SUB: i64 = 2;
const EXP: i64 = 4;
const IAT: i64 = 6;
const VERSION: i64 = -65541;
const KEYS: i64 = -65542;
pub(super) const ROOTS: i64 = -65543;

pub(super) type Pairs = Vec<(Item, Item)>;

pub(super) fn entry(seed: u8) -> Pairs {
    vec![
        (int(1), public(seed).to_cose_key()),
        (int(2), bytes(&key_id(seed))),
        (int(3), int(-19)),
        (int(4), text(ISSUER)),
        (int(5), array(&["credential", "pass", "slip", "status"].map(text))),
        (int(6), array(&[text(CLASS)])),
        (int(7), unsigned(0)),
        (int(8), unsigned(Timestamp::MAX.as_unix())),
        (int(9), unsigned(Timestamp::MAX.as_unix())),
    ]
}

/// An entry with another value for one label.
fn entry_with(label: i64, value: Item) -> Pairs {
    let mut pairs = entry(2);
    for pair in &mut pairs {
        if pair.0 == int(label) {
            pair.1.clone_from(&value);
        }
    }
    pairs
}

/// A list in the shape the library writes, to be changed before it is signed.
pub(super) struct Hand {
    pub(super) signer: u8,
    pub(super) kid: Vec<u8>,
    pub(super) header: Option<Item>,
    pub(super) unprotected: Item,
    pub(super) claims: Pairs,
    pub(super) trailing: Item,
}

impl Hand {
    pub(super) fn with(entries: impl IntoIterator<Item = Pairs>) -> Self {
        let entries: Vec<_> = entries.into_iter().map(|pairs| map(&pairs)).collect();
        Self {
            signer: ROOT,
            kid: Vec::new(),
            header: None,
            unprotected: map(&[]),
            claims: vec![
                (int(SUB), text(NAME)),
                (int(EXP), unsigned(NOW + WEEK)),
                (int(IAT), unsigned(NOW)),
                (int(VERSION), unsigned(1)),
                (int(KEYS), array(&entries)),
            ],
            trailing: Vec::new(),
        }
    }

    pub(super) fn set(mut self, label: i64, value: Item) -> Self {
        for pair in &mut self.claims {
            if pair.0 == int(label) {
                pair.1.clone_from(&value);
            }
        }
        self
    }

    pub(super) fn header_pairs(&self) -> Pairs {
        let kid = if self.kid.is_empty() { key_id(self.signer) } else { self.kid.clone() };
        vec![(int(1), int(-19)), (int(4), bytes(&kid)), (int(16), text("application/vnd.lpt+cwt"))]
    }

    pub(super) fn bytes(&self) -> Vec<u8> {
        let header = self.header.clone().unwrap_or_else(|| map(&self.header_pairs()));
        let payload = [map(&self.claims), self.trailing.clone()].concat();
        sign1_by(self.signer, &header, &self.unprotected, &payload)
    }

    #[track_caller]
    pub(super) fn assert_malformed(&self, flaw: Flaw) {
        let rejection = anchor().accept(&self.bytes(), now(), SKEW).unwrap_err();
        assert_malformed(rejection, flaw);
    }
}

fn one() -> Hand {
    Hand::with([entry(ISSUER_SEED)])
}

#[test]
fn what_the_builder_writes_is_what_stands_here() {
    assert_eq!(one().bytes(), list(1));
}

#[test]
fn unknown_algorithms_key_types_and_uses_are_skipped_and_reported() {
    let p256 = SecretKey::from_p256_scalar(&[3; 32]).unwrap().public_key().to_cose_key();
    let rsa = map(&[(int(1), int(3)), (int(-1), bytes(&[1; 256])), (int(-2), bytes(&[1, 0, 1]))]);
    let akp = map(&[(int(1), int(7)), (int(3), int(-49)), (int(-1), bytes(&[5; 1952]))]);
    let both = array(&[text("pass"), text("teleport")]);
    let hand = Hand::with([
        entry_with(3, int(-49)),
        entry_with(3, int(-9)),
        entry_with(1, p256),
        entry_with(1, rsa),
        entry_with(1, akp),
        entry_with(1, unsigned(5)),
        entry_with(5, both),
        entry_with(5, array(&[])),
        entry_with(6, array(&[])),
        entry_with(6, array(&[text("no-colon")])),
        entry_with(2, bytes(&[])),
        entry_with(2, bytes(&[1; 33])),
        entry_with(8, unsigned(0)),
        // Pinned to -8 with the use `credential`.
        entry_with(3, int(-8)),
        entry(ISSUER_SEED),
    ]);
    let taken = accept(&mut anchor(), &hand.bytes()).unwrap();
    assert_eq!(taken.trust().keys(), [trusted(ISSUER_SEED)]);
    let indices: Vec<_> = taken.skipped().iter().map(|key| key.index).collect();
    assert_eq!(indices, (0..14).collect::<Vec<_>>());
    assert_eq!(taken.skipped()[0].reason, "algorithm -49 cannot be an issuer's");
    assert_eq!(taken.skipped()[6].reason, "unknown use teleport");
    assert!(taken.skipped().iter().all(|key| !key.reason.is_empty()));

    let nothing = Hand::with([entry_with(3, int(-49))]);
    assert_refused(&mut anchor(), &nothing.bytes(), ListRejectionCode::NothingTrusted);
    assert_refused(&mut anchor(), &Hand::with([]).bytes(), ListRejectionCode::NothingTrusted);
}

#[test]
fn the_type_must_be_that_of_a_trust_list() {
    for typ in [text("application/vnd.lpp+cwt"), text("application/statuslist+cwt"), unsigned(293)]
    {
        let mut hand = one();
        let mut pairs = hand.header_pairs();
        pairs[2].1 = typ;
        hand.header = Some(map(&pairs));
        assert_refused(&mut anchor(), &hand.bytes(), ListRejectionCode::UnknownType);
    }
}

#[test]
fn the_algorithm_belongs_to_the_root() {
    let mut hand = one();
    let mut pairs = hand.header_pairs();
    pairs[0].1 = int(-8);
    hand.header = Some(map(&pairs));
    let rejection = anchor().accept(&hand.bytes(), now(), SKEW).unwrap_err();
    assert_eq!(rejection.code(), ListRejectionCode::AlgorithmMismatch);
    assert_eq!(rejection.evidence(), Evidence::Numbers { found: -8, limit: -19 });
}

#[test]
fn a_header_of_another_shape_is_malformed() {
    let with = |change: &dyn Fn(&mut Pairs)| {
        let mut hand = one();
        let mut pairs = hand.header_pairs();
        change(&mut pairs);
        hand.header = Some(map(&pairs));
        hand
    };
    with(&|pairs| drop(pairs.remove(0))).assert_malformed(Flaw::MissingHeader);
    with(&|pairs| drop(pairs.remove(1))).assert_malformed(Flaw::MissingHeader);
    with(&|pairs| drop(pairs.remove(2))).assert_malformed(Flaw::MissingHeader);
    with(&|pairs| pairs.insert(1, (int(2), array(&[int(16)]))))
        .assert_malformed(Flaw::UnexpectedHeader);
    with(&|pairs| pairs.push((int(15), map(&[])))).assert_malformed(Flaw::UnsortedKeys);
    with(&|pairs| pairs.swap(0, 1)).assert_malformed(Flaw::UnsortedKeys);
    with(&|pairs| pairs.insert(1, (int(1), int(-19)))).assert_malformed(Flaw::DuplicateKey);
    with(&|pairs| pairs[1].1 = bytes(&[])).assert_malformed(Flaw::LengthOutOfRange);
    let unprotected = Hand { unprotected: map(&[(int(4), bytes(&key_id(ROOT)))]), ..one() };
    unprotected.assert_malformed(Flaw::UnprotectedHeader);
}

#[test]
fn claims_of_another_shape_are_malformed() {
    for (index, label) in [SUB, EXP, IAT, VERSION, KEYS].into_iter().enumerate() {
        let mut missing = one();
        missing.claims.remove(index);
        missing.assert_malformed(Flaw::MissingClaim);
        let mut twice = one();
        let pair = twice.claims[index].clone();
        twice.claims.insert(index, pair);
        twice.assert_malformed(Flaw::DuplicateKey);
        one().set(label, map(&[])).assert_malformed(Flaw::WrongType);
    }
    let mut unsorted = one();
    unsorted.claims.swap(0, 1);
    unsorted.assert_malformed(Flaw::UnsortedKeys);
    let mut unknown = one();
    unknown.claims.insert(0, (int(1), text("iss")));
    unknown.assert_malformed(Flaw::UnexpectedClaim);
    let mut unknown = one();
    unknown.claims.push((int(-65545), unsigned(1)));
    unknown.assert_malformed(Flaw::UnexpectedClaim);
    Hand { trailing: vec![0], ..one() }.assert_malformed(Flaw::TrailingBytes);

    one().set(SUB, text("")).assert_malformed(Flaw::LengthOutOfRange);
    one().set(SUB, text("two words")).assert_malformed(Flaw::TextNotAllowed);
    one().set(EXP, unsigned(1 << 40)).assert_malformed(Flaw::NumberOutOfRange);
    one().set(IAT, int(-1)).assert_malformed(Flaw::WrongType);
    one().set(IAT, unsigned(NOW + WEEK)).assert_malformed(Flaw::NumberOutOfRange);
    one().set(VERSION, cbor::long_head(0, 1, 8)).assert_malformed(Flaw::LongForm);
    one()
        .set(VERSION, vec![0xfb, 0x3f, 0xf0, 0, 0, 0, 0, 0, 0])
        .assert_malformed(Flaw::FloatNotAllowed);
    one().set(KEYS, vec![0x9f, 0xff]).assert_malformed(Flaw::IndefiniteLength);
    // More entries announced than there are, and fewer.
    let entries = map(&entry(ISSUER_SEED));
    one().set(KEYS, [cbor::head(4, 2), entries.clone()].concat()).assert_malformed(Flaw::Truncated);
    one()
        .set(KEYS, [cbor::head(4, 1), entries.clone(), entries.clone()].concat())
        .assert_malformed(Flaw::TrailingBytes);
    one().set(KEYS, cbor::head(4, u64::MAX)).assert_malformed(Flaw::Truncated);
}

#[test]
fn successor_roots_of_another_shape_are_malformed() {
    let with = |value: Item| {
        let mut hand = one();
        hand.claims.push((int(ROOTS), value));
        hand
    };
    let p256 = SecretKey::from_p256_scalar(&[3; 32]).unwrap().public_key().to_cose_key();
    with(array(&[])).assert_malformed(Flaw::WrongCount);
    with(array(&[p256])).assert_malformed(Flaw::InvalidKey);
    with(array(&[bytes(&[1; 32])])).assert_malformed(Flaw::InvalidKey);
    with(public(NEXT_ROOT).to_cose_key()).assert_malformed(Flaw::WrongType);
}

#[test]
fn an_entry_of_another_shape_refuses_the_whole_list() {
    for index in 0..9 {
        let mut missing = entry(ISSUER_SEED);
        missing.remove(index);
        Hand::with([missing]).assert_malformed(Flaw::WrongCount);
        let mut twice = entry(ISSUER_SEED);
        let pair = twice[index].clone();
        twice[(index + 1) % 9] = pair;
        Hand::with([twice]).assert_malformed(Flaw::UnexpectedClaim);
    }
    let mut longer = entry(ISSUER_SEED);
    longer.push((int(10), unsigned(1)));
    Hand::with([longer]).assert_malformed(Flaw::WrongCount);
    let mut unsorted = entry(ISSUER_SEED);
    unsorted.swap(3, 4);
    Hand::with([unsorted]).assert_malformed(Flaw::UnexpectedClaim);
    for (label, value, flaw) in [
        (2, text("kid"), Flaw::WrongType),
        (3, text("EdDSA"), Flaw::WrongType),
        (4, text("no spaces"), Flaw::TextNotAllowed),
        (5, text("pass"), Flaw::WrongType),
        (5, array(&[unsigned(1)]), Flaw::WrongType),
        (6, array(&[text("")]), Flaw::LengthOutOfRange),
        (7, unsigned(1 << 40), Flaw::NumberOutOfRange),
        (9, int(-1), Flaw::WrongType),
    ] {
        Hand::with([entry_with(label, value)]).assert_malformed(flaw);
    }
}

#[test]
fn what_is_unsigned_is_never_reported() {
    // A stranger's text in an unknown use does not come out of a list whose signature is bad.
    let hand = Hand {
        signer: 99,
        kid: key_id(ROOT),
        ..Hand::with([entry_with(5, array(&[text("PHISHING")]))])
    };
    let rejection = anchor().accept(&hand.bytes(), now(), SKEW).unwrap_err();
    assert_eq!(rejection.code(), ListRejectionCode::BadSignature);
    assert!(!format!("{rejection:?} {rejection}").contains("PHISHING"));
}

#[test]
fn a_root_that_was_replaced_does_not_become_an_issuer_key() {
    let mut hand = Hand::with([entry(ISSUER_SEED), entry(ROOT)]);
    hand.claims.push((int(ROOTS), array(&[public(NEXT_ROOT).to_cose_key()])));
    let mut anchor = anchor();
    assert_eq!(accept(&mut anchor, &hand.bytes()).unwrap().skipped().len(), 1);
    let next = Hand {
        signer: NEXT_ROOT,
        ..Hand::with([entry(ISSUER_SEED), entry(ROOT)]).set(VERSION, unsigned(2))
    };
    let taken = accept(&mut anchor, &next.bytes()).unwrap();
    assert_eq!(taken.trust().keys(), [trusted(ISSUER_SEED)]);
    assert_eq!(taken.skipped().len(), 1);
}

#[test]
fn a_list_with_a_key_twice_or_five_under_one_key_id_is_malformed() {
    Hand::with([entry(ISSUER_SEED), entry(ISSUER_SEED)]).assert_malformed(Flaw::DuplicateKey);
    let same_id = |seed: u8| {
        let mut pairs = entry(seed);
        pairs[1].1 = bytes(b"same");
        pairs
    };
    assert_eq!(
        accept(&mut anchor(), &Hand::with((10..14).map(same_id)).bytes())
            .unwrap()
            .trust()
            .keys()
            .len(),
        4
    );
    Hand::with((10..15).map(same_id)).assert_malformed(Flaw::WrongCount);
}
