//! Who signs trust lists, and who signs the next.

use livepermit::issue::{PrepareError, TrustListBuilder};
use livepermit::rejection::ListRejectionCode;
use livepermit::{PublicKey, SecretKey, TrustedKey};

use super::by_hand::{Hand, ROOTS, entry};
use super::{NAME, NEXT_ROOT, ROOT, SKEW, WEEK, accept, anchor, assert_refused, list};
use livepermit_testkit::hand::cbor::{array, int};
use livepermit_testkit::{ISSUER_SEED, key_id, now, public, secret, trust_list, trusted};

/// A list of this version that names its successor roots.
fn naming(version: u64, roots: impl IntoIterator<Item = PublicKey>) -> TrustListBuilder {
    TrustListBuilder::new(NAME, version, [trusted(ISSUER_SEED)])
        .unwrap()
        .with_successor_roots(roots)
}

/// The second version of the list, which names who signs the third.
fn handover() -> Vec<u8> {
    trust_list(&naming(2, [public(NEXT_ROOT)]), &secret(ROOT), now(), now().plus(WEEK))
}

#[test]
fn a_list_signed_by_a_key_that_stands_only_inside_it_is_refused() {
    // As an issuer key, and as a successor root.
    let signer = secret(99);
    let as_issuer = trust_list(&naming(1, [public(99)]), &signer, now(), now().plus(WEEK));
    assert_refused(&mut anchor(), &as_issuer, ListRejectionCode::UnknownKey);
    let hand = Hand { signer: 99, ..Hand::with([entry(99)]) };
    assert_refused(&mut anchor(), &hand.bytes(), ListRejectionCode::UnknownKey);
    // Under the true root's key id the signature does not verify.
    let hand = Hand { signer: 99, kid: key_id(ROOT), ..Hand::with([entry(99)]) };
    assert_refused(&mut anchor(), &hand.bytes(), ListRejectionCode::BadSignature);
}

#[test]
fn an_issuer_key_signs_no_trust_list() {
    let mut anchor = anchor();
    accept(&mut anchor, &list(1)).unwrap();
    let builder = TrustListBuilder::new(NAME, 2, [trusted(2)]).unwrap();
    let bytes = trust_list(&builder, &secret(ISSUER_SEED), now(), now().plus(WEEK));
    assert_refused(&mut anchor, &bytes, ListRejectionCode::UnknownKey);
}

#[test]
fn a_root_key_among_the_issuer_keys_is_skipped_and_reported() {
    let bytes = Hand::with([entry(ISSUER_SEED), entry(ROOT)]).bytes();
    let taken = accept(&mut anchor(), &bytes).unwrap();
    assert_eq!(taken.trust().keys(), [trusted(ISSUER_SEED)]);
    let skipped: Vec<_> =
        taken.skipped().iter().map(|key| (key.index, key.reason.as_str())).collect();
    assert_eq!(skipped, [(1, "a root key cannot be an issuer key")]);

    // A successor root is a root already.
    let mut hand = Hand::with([entry(ISSUER_SEED), entry(NEXT_ROOT)]);
    hand.claims.push((int(ROOTS), array(&[public(NEXT_ROOT).to_cose_key()])));
    let taken = accept(&mut anchor(), &hand.bytes()).unwrap();
    assert_eq!((taken.trust().keys().len(), taken.skipped()[0].index), (1, 1));
}

#[test]
fn a_successor_root_signs_from_the_next_list_on_and_the_old_one_no_longer() {
    let mut anchor = anchor();
    let handover = handover();
    let by = |root: u8, version| {
        let builder = TrustListBuilder::new(NAME, version, [trusted(ISSUER_SEED)]).unwrap();
        trust_list(&builder, &secret(root), now(), now().plus(WEEK))
    };
    assert_refused(&mut anchor, &by(NEXT_ROOT, 3), ListRejectionCode::UnknownKey);
    accept(&mut anchor, &handover).unwrap();
    assert_eq!(anchor.state().unwrap().roots, [public(NEXT_ROOT)]);
    assert_refused(&mut anchor, &by(ROOT, 3), ListRejectionCode::UnknownKey);

    // After a restart the built-in root does not come back.
    let mut restarted = self::anchor().with_state(anchor.state().unwrap().clone()).unwrap();
    assert_refused(&mut restarted, &by(ROOT, 3), ListRejectionCode::UnknownKey);
    assert_eq!(accept(&mut restarted, &by(NEXT_ROOT, 3)).unwrap().version(), 3);
    assert_eq!(restarted.state().unwrap().roots, [public(NEXT_ROOT)], "named once, they stay");
}

#[test]
fn a_root_that_names_itself_beside_its_successor_goes_on() {
    let mut anchor = anchor();
    let both = trust_list(
        &naming(2, [public(ROOT), public(NEXT_ROOT)]),
        &secret(ROOT),
        now(),
        now().plus(WEEK),
    );
    accept(&mut anchor, &both).unwrap();
    assert_eq!(accept(&mut anchor, &list(3)).unwrap().version(), 3);
}

#[test]
fn roots_are_ed25519_keys() {
    let p256 = SecretKey::from_p256_scalar(&[3; 32]).unwrap();
    let builder = TrustListBuilder::new(NAME, 1, [trusted(ISSUER_SEED)]).unwrap();
    let prepare = |builder: TrustListBuilder, root: &PublicKey| {
        builder.prepare(root, now(), now().plus(WEEK)).map(drop)
    };
    let p256 = p256.public_key();
    assert_eq!(prepare(builder.clone(), &p256), Err(PrepareError::RootNotEd25519));
    let naming = builder.with_successor_roots([p256]);
    assert_eq!(prepare(naming, &public(ROOT)), Err(PrepareError::RootNotEd25519));
}

#[test]
fn a_list_no_gate_would_take_is_not_signed() {
    let sign = |keys: Vec<TrustedKey>, end| {
        let builder = TrustListBuilder::new(NAME, 1, keys).unwrap();
        match builder.prepare(&public(ROOT), now(), end) {
            Err(PrepareError::ListRefused(rejection)) => rejection.code(),
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(sign(vec![], now().plus(WEEK)), ListRejectionCode::NothingTrusted);
    assert_eq!(sign(vec![trusted(ISSUER_SEED)], now()), ListRejectionCode::Malformed);
    assert!(TrustListBuilder::new("no spaces", 1, []).is_err());
}

#[test]
fn the_list_that_names_successor_roots_is_taken_again_after_a_restart() {
    let mut anchor = anchor();
    let handover = handover();
    let first = accept(&mut anchor, &handover).unwrap();
    let mut restarted = self::anchor().with_state(anchor.state().unwrap().clone()).unwrap();
    let again = accept(&mut restarted, &handover).unwrap();
    assert_eq!(again.trust().keys(), first.trust().keys());
    assert_eq!(restarted.state(), anchor.state());
    // It is taken as the list that is held, and as nothing else: it still ends.
    let end = now().plus(WEEK);
    assert_eq!(
        restarted.accept(&handover, end, SKEW).unwrap_err().code(),
        ListRejectionCode::Expired
    );
}

#[test]
fn a_list_of_which_a_gate_would_skip_an_entry_is_not_signed() {
    let builder = TrustListBuilder::new(NAME, 1, [trusted(ISSUER_SEED), trusted(ROOT)]).unwrap();
    match builder.prepare(&public(ROOT), now(), now().plus(WEEK)) {
        Err(PrepareError::EntrySkipped(skipped)) => {
            assert_eq!(
                (skipped.index, &*skipped.reason),
                (1, "a root key cannot be an issuer key")
            );
        }
        other => panic!("{other:?}"),
    }
}
