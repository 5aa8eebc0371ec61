//! What the keys of a list count for, from one list to the next.

use livepermit::hold::HeldCredential;
use livepermit::rejection::Evidence;
use livepermit::trust::TrustAnchor;
use livepermit::{Issuer, RejectionCode, Timestamp, TrustedKey, Use, Validity, Verifier};

use super::{WEEK, accept, anchor, list, list_of};
use livepermit_testkit::{
    GATE, ISSUER, ISSUER_SEED, Phone, issuer, now, permit, policy, public, refused, secret, trusted,
};

fn verifier_of(anchor: &mut TrustAnchor, bytes: &[u8]) -> Verifier {
    Verifier::new(accept(anchor, bytes).unwrap().trust().clone(), policy()).unwrap()
}

#[test]
fn rotation_with_overlap_has_no_gap() {
    // The new key may sign from an hour on; the old one signs an hour longer, and counts a day
    // longer.
    let (starts, stops) = (now().plus(3600), now().plus(7200));
    let old = trusted(10).with_times(now().minus(WEEK), stops, stops.plus(86_400)).unwrap();
    let new = trusted(11).with_times(starts, now().plus(WEEK), now().plus(WEEK)).unwrap();
    let gate = verifier_of(&mut anchor(), &list_of(2, [old, new]));
    let pass = |seed, time: Timestamp| {
        let issuer = Issuer::new(ISSUER, public(seed)).unwrap();
        issuer
            .prepare_pass(&permit(), None, time)
            .unwrap()
            .sign(&secret(seed))
            .unwrap()
            .to_qr_text()
    };
    for minutes in 0..200 {
        let time = now().plus(minutes * 60);
        let by_old = gate.verify(&pass(10, time), time).is_ok();
        let by_new = gate.verify(&pass(11, time), time).is_ok();
        assert_eq!(by_old, time < stops, "old key after {minutes} minutes");
        assert_eq!(by_new, time >= starts, "new key after {minutes} minutes");
    }
    refused(gate.verify(&pass(11, starts.minus(1)), starts), RejectionCode::KeyNotYetValid);
    assert!(gate.verify(&pass(11, starts), starts).is_ok());
    // Dated a second before the end, seen after it.
    assert!(gate.verify(&pass(10, stops.minus(1)), stops).is_ok());
    refused(gate.verify(&pass(10, stops), stops), RejectionCode::KeyRetired);

    // A credential lives on after its key was retired, up to the end of the key.
    let validity = Validity { backdate: 300, lifetime: 2 * 86_400 };
    let phone = Phone::issued_by(10, 20, &permit(), validity, stops.minus(1));
    let later = stops.plus(86_399);
    assert!(gate.verify(&phone.code(later), later).is_ok());
    let end = stops.plus(86_400);
    refused(gate.verify(&phone.code(end), end), RejectionCode::KeyExpired);
    // By its `nbf`, not by the moment of issue: 300 seconds after the end it still says so.
    let backdated = Phone::issued_by(10, 21, &permit(), validity, stops.plus(300));
    refused(gate.verify(&backdated.code(later), later), RejectionCode::KeyRetired);
}

#[test]
fn a_key_retired_by_the_next_list_signs_nothing_new_and_its_old_tokens_live() {
    let mut anchor = anchor();
    let before = verifier_of(&mut anchor, &list(1));
    let old = Phone::number(20);
    assert!(before.verify(&old.code(now()), now()).is_ok());

    let retired =
        trusted(ISSUER_SEED).with_times(Timestamp::MIN, now().plus(10), Timestamp::MAX).unwrap();
    let after = verifier_of(&mut anchor, &list_of(2, [retired, trusted(2)]));
    let later = now().plus(600);
    assert!(after.verify(&old.code(later), later).is_ok());
    let new = Phone::with(21, &permit(), later);
    refused(after.verify(&new.code(later), later), RejectionCode::KeyRetired);
    let pass =
        issuer().prepare_pass(&permit(), None, later).unwrap().sign(&secret(ISSUER_SEED)).unwrap();
    refused(after.verify(&pass, later), RejectionCode::KeyRetired);

    // A leaked key is removed.
    let removed = verifier_of(&mut anchor, &list_of(3, [trusted(2)]));
    refused(removed.verify(&old.code(later), later), RejectionCode::UnknownKey);
}

#[test]
fn an_expired_list_refuses_every_verdict() {
    let gate = verifier_of(&mut anchor(), &list(1));
    let end = now().plus(WEEK);
    let long = Validity { backdate: 300, lifetime: 2 * WEEK };
    let phone = Phone::issued_by(ISSUER_SEED, 20, &permit(), long, end.minus(60));
    assert!(gate.verify(&phone.code(end.minus(1)), end.minus(1)).is_ok());
    let rejection = refused(gate.verify(&phone.code(end), end), RejectionCode::TrustListExpired);
    assert_eq!(rejection.evidence(), Evidence::Times { found: end, limit: end });
    let pass =
        issuer().prepare_pass(&permit(), None, end).unwrap().sign(&secret(ISSUER_SEED)).unwrap();
    refused(gate.verify(&pass, end), RejectionCode::TrustListExpired);
    // A stranger's token too: what the gate does not know is not the visitor's fault.
    let stranger = Issuer::new(ISSUER, public(77)).unwrap();
    let pass = stranger.prepare_pass(&permit(), None, end).unwrap().sign(&secret(77)).unwrap();
    refused(gate.verify(&pass, end), RejectionCode::TrustListExpired);
}

#[test]
fn a_phone_takes_no_credential_under_an_expired_list() {
    let taken = accept(&mut anchor(), &list(1)).unwrap();
    let end = now().plus(WEEK);
    let device = public(20);
    let prepared =
        issuer().prepare_credential(&permit(), &device, Validity::default(), end).unwrap();
    let credential = prepared.sign(&secret(ISSUER_SEED)).unwrap();
    let error =
        HeldCredential::accept(credential.as_bytes(), &device, taken.trust(), end).unwrap_err();
    assert_eq!(error.code(), RejectionCode::TrustListExpired.as_str());
}

#[test]
fn four_keys_share_a_key_id_and_each_counts_for_its_own() {
    let named = |seed: u8, class: &str| {
        TrustedKey::new(ISSUER, public(seed), [Use::Pass], [class])
            .unwrap()
            .with_key_id(b"same")
            .unwrap()
    };
    let classes = ["bj.example:a", "bj.example:b", "bj.example:c", "bj.example:d"];
    let keys: Vec<_> = (10..14).zip(classes).map(|(seed, class)| named(seed, class)).collect();
    let taken = accept(&mut anchor(), &list_of(1, keys.clone())).unwrap();
    assert!(taken.skipped().is_empty());
    let policy = livepermit::Policy::new(GATE, classes, livepermit::RevocationPolicy::NotChecked);
    let gate = Verifier::new(taken.trust().clone(), policy).unwrap();
    for (seed, own) in (10..14).zip(classes) {
        let issuer = Issuer::new(ISSUER, public(seed)).unwrap().with_key_id(b"same").unwrap();
        for class in classes {
            let permit = livepermit::Permit::new("BJ-1", class).unwrap();
            let pass =
                issuer.prepare_pass(&permit, None, now()).unwrap().sign(&secret(seed)).unwrap();
            let verdict = gate.verify(&pass, now()).map(|verified| verified.class().to_owned());
            if class == own {
                assert_eq!(verdict.unwrap(), own);
            } else {
                refused(verdict, RejectionCode::ClassNotGranted);
            }
        }
    }
    let stranger = Issuer::new(ISSUER, public(77)).unwrap().with_key_id(b"same").unwrap();
    let pass = stranger.prepare_pass(&permit(), None, now()).unwrap().sign(&secret(77)).unwrap();
    refused(gate.verify(&pass, now()), RejectionCode::BadSignature);
}
