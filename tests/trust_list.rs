//! Trust lists: which are taken in, which are refused and why, and what the keys in them then count for.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a failing test is what a panic is for here")]

mod gate_common;

use gate_common::cbor::{self, Item, array, bytes, int, map, text, unsigned};
use gate_common::{
    CLASS, ISSUER, ISSUER_SEED, NOW, Phone, issuer, key_id, now, permit, policy, public, refused, secret,
    trusted,
};
use livepermit::{
    Code, Evidence, Flaw, HeldCredential, ListCode, Malformed, TrustAnchor, TrustList, TrustListBuilder,
    TrustListError, TrustState, TrustedKey, Use, Validity, Verifier,
};
use livepermit::{Issuer, SecretKey, Timestamp};

const NAME: &str = "bj.example/gates";
const ROOT: u8 = 200;
const NEXT_ROOT: u8 = 201;
const SKEW: u64 = 5;
const WEEK: u64 = 7 * 86_400;

fn anchor() -> TrustAnchor {
    TrustAnchor::new(NAME, [public(ROOT)], 0).unwrap()
}

/// A list of this version, dated now, for a week.
fn list(version: u64) -> Vec<u8> {
    list_of(version, [trusted(ISSUER_SEED)])
}

fn list_of(version: u64, keys: impl IntoIterator<Item = TrustedKey>) -> Vec<u8> {
    let builder = TrustListBuilder::new(NAME, version, keys).unwrap();
    builder.sign(&secret(ROOT), now(), now().plus(WEEK)).unwrap()
}

fn accept(anchor: &mut TrustAnchor, bytes: &[u8]) -> Result<TrustList, ListCode> {
    anchor.accept(bytes, now(), SKEW).map_err(|rejection| rejection.code())
}

#[track_caller]
fn assert_refused(anchor: &mut TrustAnchor, bytes: &[u8], code: ListCode) {
    let before = anchor.state().cloned();
    assert_eq!(accept(anchor, bytes).map(|list| list.version()), Err(code));
    assert_eq!(anchor.state().cloned(), before, "an error changes nothing");
}

// ------------------------------------------------------------------------------------------------ by the builder

#[test]
fn every_field_of_a_key_comes_back() {
    let times = (now().minus(10), now().plus(1000), now().plus(5000));
    let all = trusted(ISSUER_SEED).with_times(times.0, times.1, times.2).unwrap();
    let pass = TrustedKey::new("sh.example", public(2), [Use::Pass], ["sh.example:b", "sh.example:a"])
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
    assert_refused(&mut anchor, &list(2), ListCode::Older);
    assert_refused(&mut anchor, &list_of(3, [trusted(2)]), ListCode::Reused);
}

#[test]
fn a_stored_state_keeps_older_lists_out_after_a_restart() {
    let mut before = anchor();
    accept(&mut before, &list(3)).unwrap();
    let held = before.state().unwrap();
    let stored = TrustState::new(held.version, held.digest, held.issued_at, held.roots.clone());
    let mut after = anchor().with_state(stored);
    assert_refused(&mut after, &list(2), ListCode::Older);
    assert_refused(&mut after, &list_of(3, [trusted(2)]), ListCode::Reused);
    assert_eq!(accept(&mut after, &list(3)).unwrap().version(), 3);
}

#[test]
fn a_build_pins_the_lowest_version_a_fresh_gate_takes() {
    let pinned = || TrustAnchor::new(NAME, [public(ROOT)], 5).unwrap();
    assert_refused(&mut pinned(), &list(4), ListCode::Older);
    assert_eq!(accept(&mut pinned(), &list(5)).unwrap().version(), 5);

    // The pin also holds against a state from before the update of the build.
    let mut before = anchor();
    accept(&mut before, &list(3)).unwrap();
    let mut updated = pinned().with_state(before.state().unwrap().clone());
    assert_refused(&mut updated, &list(4), ListCode::Older);
}

#[test]
fn a_list_of_another_name_is_refused() {
    let builder = TrustListBuilder::new("sh.example/gates", 1, [trusted(ISSUER_SEED)]).unwrap();
    let bytes = builder.sign(&secret(ROOT), now(), now().plus(WEEK)).unwrap();
    assert_refused(&mut anchor(), &bytes, ListCode::WrongName);
}

#[test]
fn the_last_second_of_a_list_is_the_one_before_its_end() {
    let bytes = list(1);
    let at = |time: Timestamp| anchor().accept(&bytes, time, SKEW).map(|list| list.version());
    let end = now().plus(WEEK);
    assert_eq!(at(end.minus(1)), Ok(1));
    let rejection = at(end).unwrap_err();
    assert_eq!(rejection.code(), ListCode::Expired);
    assert_eq!(rejection.evidence(), Evidence::Times { found: end, limit: end });
}

#[test]
fn a_list_may_be_dated_ahead_by_the_skew_and_no_more() {
    let bytes = list(1);
    assert_eq!(anchor().accept(&bytes, now().minus(SKEW), SKEW).unwrap().version(), 1);
    let early = now().minus(SKEW + 1);
    let rejection = anchor().accept(&bytes, early, SKEW).unwrap_err();
    assert_eq!(rejection.code(), ListCode::FromTheFuture);
    assert_eq!(rejection.evidence(), Evidence::Times { found: now(), limit: now().minus(1) });
}

#[test]
fn only_a_root_signs() {
    let builder = TrustListBuilder::new(NAME, 1, [trusted(ISSUER_SEED)]).unwrap();
    let other = builder.sign(&secret(99), now(), now().plus(WEEK)).unwrap();
    assert_refused(&mut anchor(), &other, ListCode::UnknownKey);
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
    assert_refused(&mut anchor(), &signature, ListCode::BadSignature);
}

#[test]
fn a_list_cut_short_or_made_longer_is_malformed() {
    let bytes = list(1);
    for length in 0..bytes.len() {
        assert_refused(&mut anchor(), &bytes[..length], ListCode::Malformed);
    }
    let longer = [bytes, vec![0]].concat();
    assert_refused(&mut anchor(), &longer, ListCode::Malformed);
}

#[test]
fn a_list_larger_than_four_mebibytes_is_too_long_before_anything_is_read() {
    let limit = 4 << 20;
    assert_refused(&mut anchor(), &vec![0; limit + 1], ListCode::TooLong);
    assert_refused(&mut anchor(), &vec![0; limit], ListCode::Malformed);
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

// ------------------------------------------------------------------------------------------------ roots

#[test]
fn a_list_signed_by_a_key_that_stands_only_inside_it_is_refused() {
    // As an issuer key, and as a successor root.
    let signer = secret(99);
    let as_issuer = TrustListBuilder::new(NAME, 1, [trusted(ISSUER_SEED)])
        .unwrap()
        .with_successor_roots([public(99)])
        .sign(&signer, now(), now().plus(WEEK))
        .unwrap();
    assert_refused(&mut anchor(), &as_issuer, ListCode::UnknownKey);
    let hand = Hand { signer: 99, ..Hand::with([entry(99)]) };
    assert_refused(&mut anchor(), &hand.bytes(), ListCode::UnknownKey);
    // Under the true root's key id the signature does not verify.
    let hand = Hand { signer: 99, kid: key_id(ROOT), ..Hand::with([entry(99)]) };
    assert_refused(&mut anchor(), &hand.bytes(), ListCode::BadSignature);
}

#[test]
fn an_issuer_key_signs_no_trust_list() {
    let mut anchor = anchor();
    accept(&mut anchor, &list(1)).unwrap();
    let builder = TrustListBuilder::new(NAME, 2, [trusted(2)]).unwrap();
    let bytes = builder.sign(&secret(ISSUER_SEED), now(), now().plus(WEEK)).unwrap();
    assert_refused(&mut anchor, &bytes, ListCode::UnknownKey);
}

#[test]
fn a_root_key_among_the_issuer_keys_is_skipped_and_reported() {
    let bytes = Hand::with([entry(ISSUER_SEED), entry(ROOT)]).bytes();
    let taken = accept(&mut anchor(), &bytes).unwrap();
    assert_eq!(taken.trust().keys(), [trusted(ISSUER_SEED)]);
    let skipped: Vec<_> = taken.skipped().iter().map(|key| (key.index, key.reason.as_str())).collect();
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
    let handover = TrustListBuilder::new(NAME, 2, [trusted(ISSUER_SEED)])
        .unwrap()
        .with_successor_roots([public(NEXT_ROOT)])
        .sign(&secret(ROOT), now(), now().plus(WEEK))
        .unwrap();
    let by = |root: u8, version| {
        let builder = TrustListBuilder::new(NAME, version, [trusted(ISSUER_SEED)]).unwrap();
        builder.sign(&secret(root), now(), now().plus(WEEK)).unwrap()
    };
    assert_refused(&mut anchor, &by(NEXT_ROOT, 3), ListCode::UnknownKey);
    accept(&mut anchor, &handover).unwrap();
    assert_eq!(anchor.state().unwrap().roots, [public(NEXT_ROOT)]);
    assert_refused(&mut anchor, &by(ROOT, 3), ListCode::UnknownKey);

    // After a restart the built-in root does not come back.
    let mut restarted = self::anchor().with_state(anchor.state().unwrap().clone());
    assert_refused(&mut restarted, &by(ROOT, 3), ListCode::UnknownKey);
    assert_eq!(accept(&mut restarted, &by(NEXT_ROOT, 3)).unwrap().version(), 3);
    assert_eq!(restarted.state().unwrap().roots, [public(NEXT_ROOT)], "named once, they stay");
}

#[test]
fn a_root_that_names_itself_beside_its_successor_goes_on() {
    let mut anchor = anchor();
    let both = TrustListBuilder::new(NAME, 2, [trusted(ISSUER_SEED)])
        .unwrap()
        .with_successor_roots([public(ROOT), public(NEXT_ROOT)])
        .sign(&secret(ROOT), now(), now().plus(WEEK))
        .unwrap();
    accept(&mut anchor, &both).unwrap();
    assert_eq!(accept(&mut anchor, &list(3)).unwrap().version(), 3);
}

#[test]
fn roots_are_ed25519_keys() {
    let p256 = SecretKey::from_p256_scalar(&[3; 32]).unwrap();
    let builder = TrustListBuilder::new(NAME, 1, [trusted(ISSUER_SEED)]).unwrap();
    let signed = builder.sign(&p256, now(), now().plus(WEEK));
    assert_eq!(signed, Err(TrustListError::NotEd25519));
    let signed =
        builder.with_successor_roots([p256.public_key()]).sign(&secret(ROOT), now(), now().plus(WEEK));
    assert_eq!(signed, Err(TrustListError::NotEd25519));
}

#[test]
fn a_list_no_gate_would_take_is_not_signed() {
    let sign = |keys: Vec<TrustedKey>, end| {
        let builder = TrustListBuilder::new(NAME, 1, keys).unwrap();
        match builder.sign(&secret(ROOT), now(), end) {
            Err(TrustListError::Refused(rejection)) => rejection.code(),
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(sign(vec![], now().plus(WEEK)), ListCode::NothingTrusted);
    assert_eq!(sign(vec![trusted(ISSUER_SEED)], now()), ListCode::Malformed);
    assert!(TrustListBuilder::new("no spaces", 1, []).is_err());
}

// ------------------------------------------------------------------------------------------------ keys in use

fn verifier(anchor: &mut TrustAnchor, bytes: &[u8]) -> Verifier {
    Verifier::new(accept(anchor, bytes).unwrap().trust().clone(), policy()).unwrap()
}

#[test]
fn rotation_with_overlap_has_no_gap() {
    // The new key may sign from an hour on; the old one signs an hour longer, and counts a day longer.
    let (starts, stops) = (now().plus(3600), now().plus(7200));
    let old = trusted(10).with_times(now().minus(WEEK), stops, stops.plus(86_400)).unwrap();
    let new = trusted(11).with_times(starts, now().plus(WEEK), now().plus(WEEK)).unwrap();
    let gate = verifier(&mut anchor(), &list_of(2, [old, new]));
    let pass = |seed, time: Timestamp| {
        let issuer = Issuer::new(ISSUER, public(seed)).unwrap();
        issuer.prepare_pass(&permit(), None, time).unwrap().sign(&secret(seed)).unwrap().to_qr_text()
    };
    for minutes in 0..200 {
        let time = now().plus(minutes * 60);
        let by_old = gate.verify(&pass(10, time), time).is_ok();
        let by_new = gate.verify(&pass(11, time), time).is_ok();
        assert_eq!(by_old, time < stops, "old key after {minutes} minutes");
        assert_eq!(by_new, time >= starts, "new key after {minutes} minutes");
    }
    refused(gate.verify(&pass(11, starts.minus(1)), starts), Code::KeyNotYetValid);
    assert!(gate.verify(&pass(11, starts), starts).is_ok());
    // Dated a second before the end, seen after it.
    assert!(gate.verify(&pass(10, stops.minus(1)), stops).is_ok());
    refused(gate.verify(&pass(10, stops), stops), Code::KeyRetired);

    // A credential lives on after its key was retired, up to the end of the key.
    let validity = Validity { backdate: 300, lifetime: 2 * 86_400 };
    let phone = Phone::issued_by(10, 20, &permit(), validity, stops.minus(1));
    let later = stops.plus(86_399);
    assert!(gate.verify(&phone.code(later), later).is_ok());
    let end = stops.plus(86_400);
    refused(gate.verify(&phone.code(end), end), Code::KeyExpired);
    // By its `nbf`, not by the moment of issue: 300 seconds after the end it still says so.
    let backdated = Phone::issued_by(10, 21, &permit(), validity, stops.plus(300));
    refused(gate.verify(&backdated.code(later), later), Code::KeyRetired);
}

#[test]
fn a_key_retired_by_the_next_list_signs_nothing_new_and_its_old_tokens_live() {
    let mut anchor = anchor();
    let before = verifier(&mut anchor, &list(1));
    let old = Phone::number(20);
    assert!(before.verify(&old.code(now()), now()).is_ok());

    let retired = trusted(ISSUER_SEED).with_times(Timestamp::MIN, now().plus(10), Timestamp::MAX).unwrap();
    let after = verifier(&mut anchor, &list_of(2, [retired, trusted(2)]));
    let later = now().plus(600);
    assert!(after.verify(&old.code(later), later).is_ok());
    let new = Phone::with(21, &permit(), later);
    refused(after.verify(&new.code(later), later), Code::KeyRetired);
    let pass = issuer().prepare_pass(&permit(), None, later).unwrap().sign(&secret(ISSUER_SEED)).unwrap();
    refused(after.verify(&pass, later), Code::KeyRetired);

    // A leaked key is removed.
    let removed = verifier(&mut anchor, &list_of(3, [trusted(2)]));
    refused(removed.verify(&old.code(later), later), Code::UnknownKey);
}

#[test]
fn an_expired_list_refuses_every_verdict() {
    let gate = verifier(&mut anchor(), &list(1));
    let end = now().plus(WEEK);
    let long = Validity { backdate: 300, lifetime: 2 * WEEK };
    let phone = Phone::issued_by(ISSUER_SEED, 20, &permit(), long, end.minus(60));
    assert!(gate.verify(&phone.code(end.minus(1)), end.minus(1)).is_ok());
    let rejection = refused(gate.verify(&phone.code(end), end), Code::TrustListExpired);
    assert_eq!(rejection.evidence(), Evidence::Times { found: end, limit: end });
    let pass = issuer().prepare_pass(&permit(), None, end).unwrap().sign(&secret(ISSUER_SEED)).unwrap();
    refused(gate.verify(&pass, end), Code::TrustListExpired);
    // A stranger's token too: what the gate does not know is not the visitor's fault.
    let stranger = Issuer::new(ISSUER, public(77)).unwrap();
    let pass = stranger.prepare_pass(&permit(), None, end).unwrap().sign(&secret(77)).unwrap();
    refused(gate.verify(&pass, end), Code::TrustListExpired);
}

#[test]
fn a_phone_takes_no_credential_under_an_expired_list() {
    let taken = accept(&mut anchor(), &list(1)).unwrap();
    let end = now().plus(WEEK);
    let device = public(20);
    let prepared = issuer().prepare_credential(&permit(), &device, Validity::default(), end).unwrap();
    let credential = prepared.sign(&secret(ISSUER_SEED)).unwrap();
    let error = HeldCredential::accept(credential.as_bytes(), &device, taken.trust(), end).unwrap_err();
    assert_eq!(error.code(), Some(Code::TrustListExpired));
}

#[test]
fn four_keys_share_a_key_id_and_each_counts_for_its_own() {
    let named = |seed: u8, class: &str| {
        TrustedKey::new(ISSUER, public(seed), [Use::Pass], [class]).unwrap().with_key_id(b"same").unwrap()
    };
    let classes = ["bj.example:a", "bj.example:b", "bj.example:c", "bj.example:d"];
    let keys: Vec<_> = (10..14).zip(classes).map(|(seed, class)| named(seed, class)).collect();
    let taken = accept(&mut anchor(), &list_of(1, keys.clone())).unwrap();
    assert!(taken.skipped().is_empty());
    let policy = livepermit::Policy::new(
        livepermit::AudiencePolicy::OwnOrAny("gate-3".into()),
        classes,
        livepermit::Revocation::NotChecked,
    );
    let gate = Verifier::new(taken.trust().clone(), policy).unwrap();
    for (seed, own) in (10..14).zip(classes) {
        let issuer = Issuer::new(ISSUER, public(seed)).unwrap().with_key_id(b"same").unwrap();
        for class in classes {
            let permit = livepermit::Permit::new("BJ-1", class).unwrap();
            let pass = issuer.prepare_pass(&permit, None, now()).unwrap().sign(&secret(seed)).unwrap();
            let verdict = gate.verify(&pass, now()).map(|verified| verified.class().to_owned());
            if class == own {
                assert_eq!(verdict.unwrap(), own);
            } else {
                refused(verdict, Code::ClassNotGranted);
            }
        }
    }
    let stranger = Issuer::new(ISSUER, public(77)).unwrap().with_key_id(b"same").unwrap();
    let pass = stranger.prepare_pass(&permit(), None, now()).unwrap().sign(&secret(77)).unwrap();
    refused(gate.verify(&pass, now()), Code::BadSignature);
}

// ------------------------------------------------------------------------------------------------ by hand

const SUB: i64 = 2;
const EXP: i64 = 4;
const IAT: i64 = 6;
const VERSION: i64 = -65541;
const KEYS: i64 = -65542;
const ROOTS: i64 = -65543;

type Pairs = Vec<(Item, Item)>;

fn entry(seed: u8) -> Pairs {
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
struct Hand {
    signer: u8,
    kid: Vec<u8>,
    header: Option<Item>,
    unprotected: Item,
    claims: Pairs,
    trailing: Item,
}

impl Hand {
    fn with(entries: impl IntoIterator<Item = Pairs>) -> Self {
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

    fn set(mut self, label: i64, value: Item) -> Self {
        for pair in &mut self.claims {
            if pair.0 == int(label) {
                pair.1.clone_from(&value);
            }
        }
        self
    }

    fn header_pairs(&self) -> Pairs {
        let kid = if self.kid.is_empty() { key_id(self.signer) } else { self.kid.clone() };
        vec![(int(1), int(-19)), (int(4), bytes(&kid)), (int(16), text("application/vnd.lpt+cwt"))]
    }

    fn bytes(&self) -> Vec<u8> {
        let header = self.header.clone().unwrap_or_else(|| map(&self.header_pairs()));
        let payload = [map(&self.claims), self.trailing.clone()].concat();
        cbor::sign1(self.signer, &header, &self.unprotected, &payload)
    }

    #[track_caller]
    fn assert_malformed(&self, flaw: Flaw) {
        let rejection = anchor().accept(&self.bytes(), now(), SKEW).unwrap_err();
        match rejection.evidence() {
            Evidence::Malformed(Malformed { flaw: found, .. }) => assert_eq!(found, flaw),
            _ => panic!("{rejection}"),
        }
        assert_eq!(rejection.code(), ListCode::Malformed);
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
    assert_refused(&mut anchor(), &nothing.bytes(), ListCode::NothingTrusted);
    assert_refused(&mut anchor(), &Hand::with([]).bytes(), ListCode::NothingTrusted);
}

#[test]
fn the_type_must_be_that_of_a_trust_list() {
    for typ in [text("application/vnd.lpp+cwt"), text("application/statuslist+cwt"), unsigned(293)] {
        let mut hand = one();
        let mut pairs = hand.header_pairs();
        pairs[2].1 = typ;
        hand.header = Some(map(&pairs));
        assert_refused(&mut anchor(), &hand.bytes(), ListCode::UnknownType);
    }
}

#[test]
fn the_algorithm_belongs_to_the_root() {
    let mut hand = one();
    let mut pairs = hand.header_pairs();
    pairs[0].1 = int(-8);
    hand.header = Some(map(&pairs));
    let rejection = anchor().accept(&hand.bytes(), now(), SKEW).unwrap_err();
    assert_eq!(rejection.code(), ListCode::AlgorithmMismatch);
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
    with(&|pairs| pairs.insert(1, (int(2), array(&[int(16)])))).assert_malformed(Flaw::UnexpectedHeader);
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
    one().set(VERSION, vec![0xfb, 0x3f, 0xf0, 0, 0, 0, 0, 0, 0]).assert_malformed(Flaw::FloatNotAllowed);
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
    let hand =
        Hand { signer: 99, kid: key_id(ROOT), ..Hand::with([entry_with(5, array(&[text("PHISHING")]))]) };
    let rejection = anchor().accept(&hand.bytes(), now(), SKEW).unwrap_err();
    assert_eq!(rejection.code(), ListCode::BadSignature);
    assert!(!format!("{rejection:?} {rejection}").contains("PHISHING"));
}

// ------------------------------------------------------------------------------------------------ found in review

#[test]
fn the_list_that_names_successor_roots_is_taken_again_after_a_restart() {
    let mut anchor = anchor();
    let handover = TrustListBuilder::new(NAME, 2, [trusted(ISSUER_SEED)])
        .unwrap()
        .with_successor_roots([public(NEXT_ROOT)])
        .sign(&secret(ROOT), now(), now().plus(WEEK))
        .unwrap();
    let first = accept(&mut anchor, &handover).unwrap();
    let mut restarted = self::anchor().with_state(anchor.state().unwrap().clone());
    let again = accept(&mut restarted, &handover).unwrap();
    assert_eq!(again.trust().keys(), first.trust().keys());
    assert_eq!(restarted.state(), anchor.state());
    // It is taken as the list that is held, and as nothing else: it still ends.
    let end = now().plus(WEEK);
    assert_eq!(restarted.accept(&handover, end, SKEW).unwrap_err().code(), ListCode::Expired);
}

#[test]
fn a_root_that_was_replaced_does_not_become_an_issuer_key() {
    let mut hand = Hand::with([entry(ISSUER_SEED), entry(ROOT)]);
    hand.claims.push((int(ROOTS), array(&[public(NEXT_ROOT).to_cose_key()])));
    let mut anchor = anchor();
    assert_eq!(accept(&mut anchor, &hand.bytes()).unwrap().skipped().len(), 1);
    let next =
        Hand { signer: NEXT_ROOT, ..Hand::with([entry(ISSUER_SEED), entry(ROOT)]).set(VERSION, unsigned(2)) };
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
        accept(&mut anchor(), &Hand::with((10..14).map(same_id)).bytes()).unwrap().trust().keys().len(),
        4
    );
    Hand::with((10..15).map(same_id)).assert_malformed(Flaw::WrongCount);
}

#[test]
fn a_list_of_which_a_gate_would_skip_an_entry_is_not_signed() {
    let builder = TrustListBuilder::new(NAME, 1, [trusted(ISSUER_SEED), trusted(ROOT)]).unwrap();
    match builder.sign(&secret(ROOT), now(), now().plus(WEEK)) {
        Err(TrustListError::Skipped(skipped)) => {
            assert_eq!((skipped.index, &*skipped.reason), (1, "a root key cannot be an issuer key"));
        }
        other => panic!("{other:?}"),
    }
}
