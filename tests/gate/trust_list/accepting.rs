//! Lists of the builder: which are taken in, in which order, and when.

use livepermit::issue::TrustListBuilder;
use livepermit::rejection::{Evidence, ListRejectionCode};
use livepermit::trust::{TrustAnchor, TrustState};
use livepermit::{SecretKey, Timestamp, TrustedKey, Use};

use super::{NAME, ROOT, SKEW, WEEK, accept, anchor, assert_refused, list, list_of};
use livepermit_testkit::{CLASS, ISSUER, ISSUER_SEED, now, public, secret, trust_list, trusted};

#[test]
fn every_field_of_a_key_comes_back() {
    let times = (now().minus(10), now().plus(1000), now().plus(5000));
    let all = trusted(ISSUER_SEED).with_times(times.0, times.1, times.2).unwrap();
    let pass =
        TrustedKey::new("sh.example", public(2), [Use::Pass], ["sh.example:b", "sh.example:a"])
            .unwrap()
            .with_key_id(b"tram")
            .unwrap()
            .pinned_to_eddsa()
            .unwrap();
    let bytes = list_of(7, [all.clone(), pass.clone()]);
    let mut anchor = anchor();
    let taken = accept(&mut anchor, &bytes).unwrap();

    assert_eq!((taken.name(), taken.version()), (NAME, 7));
    assert_eq!((taken.issued_at(), taken.expires()), (now(), now().plus(WEEK)));
    assert!(taken.skipped().is_empty());
    assert_eq!(taken.trust().issued_at(), Some(now()));
    assert_eq!(taken.trust().expires(), Some(now().plus(WEEK)));
    let keys = taken.trust().keys();
    assert_eq!(keys.len(), 2);
    assert!(keys.contains(&all) && keys.contains(&pass), "{keys:?}");
    let state = anchor.state().unwrap();
    assert_eq!((state.version, state.issued_at, &*state.roots), (7, now(), &[public(ROOT)][..]));
}

#[test]
fn the_same_list_is_taken_again_and_a_higher_version_replaces_it() {
    let mut anchor = anchor();
    let first = list(3);
    accept(&mut anchor, &first).unwrap();
    assert_eq!(accept(&mut anchor, &first).unwrap().version(), 3);
    assert_eq!(accept(&mut anchor, &list(4)).unwrap().version(), 4);
    assert_eq!(anchor.state().unwrap().version, 4);
}

#[test]
fn a_lower_version_is_older_and_the_same_with_other_bytes_is_reused() {
    let mut anchor = anchor();
    accept(&mut anchor, &list(3)).unwrap();
    assert_refused(&mut anchor, &list(2), ListRejectionCode::Older);
    assert_refused(&mut anchor, &list_of(3, [trusted(2)]), ListRejectionCode::Reused);
}

#[test]
fn a_stored_state_keeps_older_lists_out_after_a_restart() {
    let mut before = anchor();
    accept(&mut before, &list(3)).unwrap();
    let held = before.state().unwrap();
    let stored = TrustState::new(held.version, held.digest, held.issued_at, held.roots.clone());
    let mut after = anchor().with_state(stored).unwrap();
    assert_refused(&mut after, &list(2), ListRejectionCode::Older);
    assert_refused(&mut after, &list_of(3, [trusted(2)]), ListRejectionCode::Reused);
    assert_eq!(accept(&mut after, &list(3)).unwrap().version(), 3);
}

#[test]
fn a_build_pins_the_lowest_version_a_fresh_gate_takes() {
    let pinned = || TrustAnchor::new(NAME, [public(ROOT)], 5).unwrap();
    assert_refused(&mut pinned(), &list(4), ListRejectionCode::Older);
    assert_eq!(accept(&mut pinned(), &list(5)).unwrap().version(), 5);

    // The pin also holds against a state from before the update of the build.
    let mut before = anchor();
    accept(&mut before, &list(3)).unwrap();
    let mut updated = pinned().with_state(before.state().unwrap().clone()).unwrap();
    assert_refused(&mut updated, &list(4), ListRejectionCode::Older);
}

#[test]
fn a_list_of_another_name_is_refused() {
    let builder = TrustListBuilder::new("sh.example/gates", 1, [trusted(ISSUER_SEED)]).unwrap();
    let bytes = trust_list(&builder, &secret(ROOT), now(), now().plus(WEEK));
    assert_refused(&mut anchor(), &bytes, ListRejectionCode::WrongName);
}

#[test]
fn the_last_second_of_a_list_is_the_one_before_its_end() {
    let bytes = list(1);
    let at = |time: Timestamp| anchor().accept(&bytes, time, SKEW).map(|list| list.version());
    let end = now().plus(WEEK);
    assert_eq!(at(end.minus(1)), Ok(1));
    let rejection = at(end).unwrap_err();
    assert_eq!(rejection.code(), ListRejectionCode::Expired);
    assert_eq!(rejection.evidence(), Evidence::Times { found: end, limit: end });
}

#[test]
fn a_list_may_be_dated_ahead_by_the_skew_and_no_more() {
    let bytes = list(1);
    assert_eq!(anchor().accept(&bytes, now().minus(SKEW), SKEW).unwrap().version(), 1);
    let early = now().minus(SKEW + 1);
    let rejection = anchor().accept(&bytes, early, SKEW).unwrap_err();
    assert_eq!(rejection.code(), ListRejectionCode::FromTheFuture);
    assert_eq!(rejection.evidence(), Evidence::Times { found: now(), limit: now().minus(1) });
}

#[test]
fn only_a_root_signs() {
    let builder = TrustListBuilder::new(NAME, 1, [trusted(ISSUER_SEED)]).unwrap();
    let other = trust_list(&builder, &secret(99), now(), now().plus(WEEK));
    assert_refused(&mut anchor(), &other, ListRejectionCode::UnknownKey);
}

#[test]
fn every_altered_byte_is_found() {
    let bytes = list(1);
    for at in 0..bytes.len() {
        let mut altered = bytes.clone();
        altered[at] ^= 1;
        assert!(accept(&mut anchor(), &altered).is_err(), "byte {at}");
    }
    let mut signature = bytes.clone();
    *signature.last_mut().unwrap() ^= 1;
    assert_refused(&mut anchor(), &signature, ListRejectionCode::BadSignature);
}

#[test]
fn a_list_cut_short_or_made_longer_is_malformed() {
    let bytes = list(1);
    for length in 0..bytes.len() {
        assert_refused(&mut anchor(), &bytes[..length], ListRejectionCode::Malformed);
    }
    let longer = [bytes, vec![0]].concat();
    assert_refused(&mut anchor(), &longer, ListRejectionCode::Malformed);
}

#[test]
fn a_list_larger_than_four_mebibytes_is_too_long_before_anything_is_read() {
    let limit = 4 << 20;
    assert_refused(&mut anchor(), &vec![0; limit + 1], ListRejectionCode::TooLong);
    assert_refused(&mut anchor(), &vec![0; limit], ListRejectionCode::Malformed);
}

#[test]
fn ten_thousand_keys_are_taken_in() {
    let keys = (0..10_000_u32).map(|number| {
        let mut seed = [9; 32];
        seed[..4].copy_from_slice(&number.to_le_bytes());
        let key = SecretKey::from_ed25519_seed(&seed).public_key();
        TrustedKey::new(ISSUER, key, [Use::Pass], [CLASS]).unwrap()
    });
    let taken = accept(&mut anchor(), &list_of(1, keys)).unwrap();
    assert_eq!(taken.trust().keys().len(), 10_000);
}
