//! What a status list makes of a permit.

use std::sync::Arc;

use livepermit::issue::StatusReference;
use livepermit::rejection::{Evidence, ListRejectionCode};
use livepermit::status::{StatusLimits, StatusList, StatusValue};
use livepermit::verify::Caution;
use livepermit::{
    Form, Issuer, Permit, Policy, RejectionCode, RevocationPolicy, Timestamp, Trust, TrustedKey,
    Use, Validity, Verifier,
};

use super::{DAY, SKEW, builder, rng, sign};
use livepermit_testkit::{
    CLASS, ISSUER, ISSUER_SEED, Phone, SUBJECT, accept_status_list, issuer, now, permit, policy,
    public, reference, refused, secret, status_list, trust, trusted,
};

const MAX_AGE: u64 = 3600;
const GRACE: u64 = 600;

fn required() -> Policy {
    with_revocation(MAX_AGE, GRACE)
}

fn with_revocation(max_age: u64, grace: u64) -> Policy {
    let revocation = RevocationPolicy::Required { max_age, grace };
    Policy::new("gate-3", [CLASS], revocation)
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
    accept_status_list(&sign(&list, time), time).unwrap()
}

fn phone_with(index: u64) -> Phone {
    Phone::with(20, &permit().with_status(reference(index)), now())
}

/// A list taken in while its key was trusted speaks for nobody once the key was removed: whoever
/// has the key could sign an all-valid one.
#[test]
fn the_lists_of_a_key_that_is_trusted_no_more_are_not_held() {
    let list = published(&[], now());
    let phone = phone_with(0);
    assert!(gate(required(), [list.clone()]).verify(&phone.code(now()), now()).is_ok());
    let without = TrustedKey::new(ISSUER, public(ISSUER_SEED), [Use::Credential], [CLASS]).unwrap();
    let verifier = Verifier::new(Trust::new([without]).unwrap(), required()).unwrap();
    let verifier = verifier.with_status_lists([Arc::new(list)]);
    assert!(verifier.status_lists().is_empty());
    refused(verifier.verify(&phone.code(now()), now()), RejectionCode::StatusListUnknown);
}

/// Of two status keys of one issuer only the one that did not sign is left.
#[test]
fn a_list_is_held_for_the_key_that_signed_it_and_not_for_its_issuer() {
    let status_key = TrustedKey::new(ISSUER, public(2), [Use::Status], [CLASS]).unwrap();
    let both = Trust::new([trusted(ISSUER_SEED), status_key]).unwrap();
    let signer = Issuer::new(ISSUER, public(2)).unwrap();
    let bytes = builder(1, 64).prepare(&signer, now(), now().plus(DAY)).unwrap();
    let bytes = bytes.sign(&secret(2)).unwrap().into_bytes();
    let list = StatusList::accept(&bytes, &both, now(), SKEW, |_, _| None, StatusLimits::default());
    let list = Arc::new(list.unwrap());
    let code = phone_with(0).code(now());
    let holding =
        |trust| Verifier::new(trust, required()).unwrap().with_status_lists([Arc::clone(&list)]);
    assert!(holding(both).verify(&code, now()).is_ok());
    // `trust()` has the issuer's other key, which may sign status lists too.
    assert!(trust().keys().iter().all(|key| key.uses().contains(Use::Status)));
    let removed = holding(trust());
    assert!(removed.status_lists().is_empty());
    refused(removed.verify(&code, now()), RejectionCode::StatusListUnknown);
    // Nor if the key that signed speaks for another issuer now.
    let key = TrustedKey::new("sh.example", public(2), [Use::Status], ["sh.example:visit"]);
    let moved = holding(Trust::new([trusted(ISSUER_SEED), key.unwrap()]).unwrap());
    assert!(moved.status_lists().is_empty());
    refused(moved.verify(&code, now()), RejectionCode::StatusListUnknown);
}

#[test]
fn each_value_has_its_verdict() {
    let gate = gate(required(), [published(&[(1, 1), (2, 2), (3, 3), (15, 15)], now())]);
    let verify = |index| gate.verify(&phone_with(index).code(now()), now());
    assert!(verify(0).unwrap().cautions().is_empty());
    assert_eq!(verify(0).unwrap().status(), Some(reference(0)));
    refused(verify(1), RejectionCode::Revoked);
    refused(verify(2), RejectionCode::Suspended);
    let rejection = refused(verify(3), RejectionCode::StatusNotValid);
    assert_eq!(rejection.evidence(), Evidence::Counts { found: 3, limit: 0 });
    refused(verify(15), RejectionCode::StatusNotValid);
}

#[test]
fn the_last_index_counts_and_the_next_is_out_of_range() {
    let gate = gate(required(), [published(&[], now())]);
    let verify = |index| gate.verify(&phone_with(index).code(now()), now()).map(drop);
    assert_eq!(verify(63), Ok(()));
    let rejection = refused(verify(64), RejectionCode::StatusIndexOutOfRange);
    assert_eq!(rejection.evidence(), Evidence::Counts { found: 64, limit: 64 });
    let rejection = refused(verify(u64::MAX), RejectionCode::StatusIndexOutOfRange);
    assert_eq!(rejection.evidence(), Evidence::Counts { found: u64::MAX, limit: 64 });
}

#[test]
fn a_list_is_found_by_issuer_and_uri_as_bytes() {
    let code = phone_with(0).code(now());
    refused(gate(required(), []).verify(&code, now()), RejectionCode::StatusListUnknown);
    let elsewhere = StatusReference::new("https://S.bj.example/1", 0).unwrap();
    let other = Phone::with(20, &permit().with_status(elsewhere), now()).code(now());
    let gate = gate(required(), [published(&[], now())]);
    assert!(gate.verify(&code, now()).is_ok());
    refused(gate.verify(&other, now()), RejectionCode::StatusListUnknown);
}

#[test]
fn another_issuer_cannot_clear_a_permit_under_the_same_uri() {
    let other = TrustedKey::new("sh.example", public(2), [Use::Status], ["sh.example:x"]).unwrap();
    let trust = Trust::new([trusted(ISSUER_SEED), other]).unwrap();
    let accept = |bytes: &[u8]| {
        let list =
            StatusList::accept(bytes, &trust, now(), SKEW, |_, _| None, StatusLimits::default())
                .unwrap();
        Arc::new(list)
    };
    let theirs = Issuer::new("sh.example", public(2)).unwrap();
    // Newer, so that whoever looked at the date only would take it.
    let clean = builder(1, 64).prepare(&theirs, now().plus(1), now().plus(DAY)).unwrap();
    let clean = clean.sign(&secret(2)).unwrap().into_bytes();
    let mut own = builder(1, 64);
    own.set(5, StatusValue::Revoked).unwrap();
    let (clean, own) = (accept(&clean), accept(&sign(&own, now())));
    assert_eq!((clean.issuer(), own.issuer()), ("sh.example", ISSUER));
    let code = phone_with(5).code(now());
    let verifier = Verifier::new(trust.clone(), required()).unwrap();
    let both = verifier.clone().with_status_lists([Arc::clone(&clean), own]);
    refused(both.verify(&code, now()), RejectionCode::Revoked);
    refused(
        verifier.with_status_lists([clean]).verify(&code, now()),
        RejectionCode::StatusListUnknown,
    );
}

#[test]
fn of_two_lists_of_one_uri_the_newer_counts() {
    let (older, newer) = (published(&[(1, 1)], now()), published(&[(2, 1)], now().plus(1)));
    for lists in [[older.clone(), newer.clone()], [newer, older]] {
        let gate = gate(required(), lists);
        assert_eq!(gate.status_lists().len(), 1);
        assert!(gate.verify(&phone_with(1).code(now()), now()).is_ok());
        refused(gate.verify(&phone_with(2).code(now()), now()), RejectionCode::Revoked);
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
    let rejection = refused(check(&policy, MAX_AGE + GRACE), RejectionCode::StatusListTooOld);
    let limit = now().plus(MAX_AGE);
    assert_eq!(rejection.evidence(), Evidence::Times { found: limit.plus(GRACE), limit });

    let strict = with_revocation(MAX_AGE, 0);
    assert!(check(&strict, MAX_AGE - 1).unwrap().cautions().is_empty());
    refused(check(&strict, MAX_AGE), RejectionCode::StatusListTooOld);
    // Whoever asks for the impossible gets it: with no age at all the list is old at once.
    refused(check(&with_revocation(0, 0), 0), RejectionCode::StatusListTooOld);
    // What was withdrawn stays withdrawn within the grace.
    let time = now().plus(MAX_AGE);
    refused(
        gate(policy, [list.clone()]).verify(&phone_with(1).code(time), time),
        RejectionCode::Revoked,
    );
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
    let rejection = refused(check(GRACE, DAY + GRACE), RejectionCode::StatusListExpired);
    assert_eq!(
        rejection.evidence(),
        Evidence::Times { found: now().plus(DAY + GRACE), limit: now().plus(DAY) }
    );
    refused(check(0, DAY), RejectionCode::StatusListExpired);
}

#[test]
fn a_credential_without_status_is_refused_unless_its_class_is_exempt() {
    let code = Phone::with(20, &permit(), now()).code(now());
    refused(gate(required(), []).verify(&code, now()), RejectionCode::StatusMissing);
    let exempt = required().dangerous_exempt_from_status([CLASS]);
    assert!(gate(exempt.clone(), []).verify(&code, now()).unwrap().cautions().is_empty());
    let other = required().dangerous_exempt_from_status(["bj.example:other"]);
    refused(gate(other, []).verify(&code, now()), RejectionCode::StatusMissing);
    // Exempt is who names no list; who names one is looked up.
    let named = phone_with(1).code(now());
    refused(gate(exempt.clone(), []).verify(&named, now()), RejectionCode::StatusListUnknown);
    refused(
        gate(exempt, [published(&[(1, 1)], now())]).verify(&named, now()),
        RejectionCode::Revoked,
    );
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
    refused(gate.verify(&pass(&permit().with_status(reference(1))), now()), RejectionCode::Revoked);
    let elsewhere =
        permit().with_status(StatusReference::new("https://s.bj.example/2", 0).unwrap());
    refused(gate.verify(&pass(&elsewhere), now()), RejectionCode::StatusListUnknown);
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
        let gate = gate(required(), [accept_status_list(&sign(&list, now()), now()).unwrap()]);
        refused(gate.verify(&old.code(now()), now()), RejectionCode::Revoked);
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
    let gate = gate(required(), [accept_status_list(&sign(&list, now()), now()).unwrap()]);
    refused(gate.verify(&old.code(now()), now()), RejectionCode::Revoked);
    let verified = gate.verify(&new.code(now()), now()).unwrap();
    assert_eq!(verified.device_key(), Some(&public(21)));
    // It is the same permit to a store of used codes.
    let unchecked = Verifier::new(trust(), policy()).unwrap();
    let before = unchecked.verify(&old.code(now()), now()).unwrap();
    assert_eq!(verified.permit_id(), before.permit_id());
}

/// A gate that is restarted within the grace knows as much as before: what it may still use is the
/// policy's to say.
#[test]
fn the_list_held_is_taken_in_again_though_it_ended() {
    let bytes = sign(&builder(1, 8), now());
    let held = accept_status_list(&bytes, now()).unwrap().state();
    let ended = now().plus(DAY);
    let again = |bytes: &[u8]| {
        StatusList::accept(bytes, &trust(), ended, SKEW, |_, _| Some(held), StatusLimits::default())
    };
    let phone = Phone::with(20, &permit().with_status(reference(0)), ended);
    let gate_with = |grace| gate(with_revocation(2 * DAY, grace), [again(&bytes).unwrap()]);
    let verified = gate_with(GRACE).verify(&phone.code(ended), ended).unwrap();
    assert_eq!(verified.cautions().iter().collect::<Vec<_>>(), [Caution::StatusOld]);
    refused(gate_with(0).verify(&phone.code(ended), ended), RejectionCode::StatusListExpired);

    let other = status_list(&builder(1, 8), now().plus(1), ended);
    assert_eq!(again(&other).unwrap_err().code(), ListRejectionCode::Expired, "only the one held");
    let unknown =
        StatusList::accept(&bytes, &trust(), ended, SKEW, |_, _| None, StatusLimits::default());
    assert_eq!(unknown.unwrap_err().code(), ListRejectionCode::Expired);
}
