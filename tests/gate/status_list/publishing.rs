//! Who may publish a list, and when it is taken in.

use livepermit::rejection::ListRejectionCode;
use livepermit::status::{StatusLimits, StatusList, StatusState, StatusValue};
use livepermit::{Timestamp, Trust, TrustedKey, Use};

use super::by_hand::{Hand, with};
use super::{DAY, SKEW, builder, sign};
use livepermit_testkit::hand::cbor::{bytes, int, text};
use livepermit_testkit::{
    CLASS, ISSUER, ISSUER_SEED, URI, accept_status_list, key_id, now, public, trust, trusted,
};

#[test]
fn only_a_key_with_the_use_status_publishes() {
    let without = TrustedKey::new(
        ISSUER,
        public(ISSUER_SEED),
        [Use::Credential, Use::Pass, Use::Slip],
        [CLASS],
    )
    .unwrap();
    let by = |trust: Trust, hand: &Hand| {
        StatusList::accept(&hand.bytes(), &trust, now(), SKEW, |_, _| None, StatusLimits::default())
            .map(|list| list.issuer().to_owned())
            .map_err(|rejection| rejection.code())
    };
    let list = with(|_| ());
    assert_eq!(by(Trust::new([without]).unwrap(), &list), Err(ListRejectionCode::UseNotGranted));
    let only = TrustedKey::new(ISSUER, public(ISSUER_SEED), [Use::Status], [CLASS]).unwrap();
    assert_eq!(by(Trust::new([only]).unwrap(), &list), Ok(ISSUER.to_owned()));

    // The list speaks for the issuer of the key that verified; it cannot say otherwise.
    let named = |issuer| with(|hand| hand.claims.push((int(1), text(issuer))));
    assert_eq!(by(trust(), &named(ISSUER)), Ok(ISSUER.to_owned()));
    assert_eq!(by(trust(), &named("sh.example")), Err(ListRejectionCode::UseNotGranted));

    // A stranger, and a stranger under the issuer's key id.
    with(|hand| hand.header[1].1 = bytes(&key_id(2))).assert_refused(ListRejectionCode::UnknownKey);
    with(|hand| hand.signer = 2).assert_refused(ListRejectionCode::BadSignature);
    with(|hand| hand.header[0].1 = int(-8)).assert_refused(ListRejectionCode::AlgorithmMismatch);
    with(|hand| hand.header[0].1 = int(-7)).assert_refused(ListRejectionCode::AlgorithmMismatch);
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
    assert_eq!(accept(from.minus(1), from), Err(ListRejectionCode::KeyNotCurrent));
    assert_eq!(accept(from, from), Ok(8));
    assert_eq!(accept(until.minus(1), until), Ok(8));
    assert_eq!(accept(until, until), Err(ListRejectionCode::KeyNotCurrent));
    assert_eq!(accept(from, end.minus(1)), Ok(8));
    assert_eq!(accept(from, end), Err(ListRejectionCode::KeyNotCurrent));
}

#[test]
fn a_list_is_taken_in_from_its_date_less_the_skew_to_its_end() {
    let bytes = sign(&builder(1, 8), now());
    let at = |time| accept_status_list(&bytes, time).map(|list| list.len());
    assert_eq!(at(now().minus(SKEW + 1)), Err(ListRejectionCode::FromTheFuture));
    assert_eq!(at(now().minus(SKEW)), Ok(8));
    assert_eq!(at(now().plus(DAY - 1)), Ok(8));
    assert_eq!(at(now().plus(DAY)), Err(ListRejectionCode::Expired));
}

#[test]
fn a_list_older_than_the_one_held_and_another_of_the_same_date_are_refused() {
    let mut list = builder(2, 8);
    let empty = sign(&list, now());
    list.set(3, StatusValue::Suspended).unwrap();
    let set = sign(&list, now());
    let newer = sign(&list, now().plus(1));
    let held = accept_status_list(&set, now()).unwrap().state();
    let held = StatusState::new(held.issued_at, held.digest);
    let accept = |bytes: &[u8], held: StatusState| {
        let mut asked = None;
        let remembered = |issuer: &str, uri: &str| {
            asked = Some((issuer.to_owned(), uri.to_owned()));
            Some(held)
        };
        let list = StatusList::accept(
            bytes,
            &trust(),
            now().plus(2),
            SKEW,
            remembered,
            StatusLimits::default(),
        );
        assert_eq!(asked, Some((ISSUER.to_owned(), URI.to_owned())));
        list.map(|list| list.get(3).unwrap()).map_err(|rejection| rejection.code())
    };
    assert_eq!(accept(&set, held), Ok(StatusValue::Suspended), "the very same");
    assert_eq!(accept(&empty, held), Err(ListRejectionCode::Reused));
    let newest = accept_status_list(&newer, now().plus(1)).unwrap().state();
    assert_eq!(accept(&set, newest), Err(ListRejectionCode::Older));
    assert_eq!(accept(&newer, held), Ok(StatusValue::Suspended));
}
