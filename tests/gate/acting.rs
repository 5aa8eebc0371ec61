//! A permit shown by a representative: refused unless the policy takes it, and counted against the
//! represented person.

use livepermit::issue::{Acting, PrepareError};
use livepermit::rejection::{Evidence, Fault, Flaw};
use livepermit::verify::{ActingPolicy, Caution};
use livepermit::{Form, Permit, Policy, RejectionCode};
use livepermit_testkit::hand::cbor::{Item, array, bytes, int, map, text, unsigned};
use livepermit_testkit::hand::sign1_by;
use livepermit_testkit::{
    CLASS, ISSUER, ISSUER_SEED, NOW, Phone, SUBJECT, admitted, gate_with, issuer, key_id, now,
    permit, policy, public, refused, store, verifier_with,
};

const GUARDIAN: &str = "BJ-GUARDIAN";

fn accepting() -> Policy {
    policy().with_acting(ActingPolicy::Accepted)
}

fn acting() -> Acting {
    Acting::new("guardian", GUARDIAN).unwrap()
}

/// The subject's permit on the guardian's phone.
fn guardian() -> Phone {
    Phone::with(30, &permit().with_acting(acting()), now())
}

/// The subject's permit on the subject's own phone.
fn subject() -> Phone {
    Phone::with(20, &permit(), now())
}

#[test]
fn a_representative_is_refused_unless_the_policy_takes_representatives() {
    let code = guardian().code(now());
    let rejection =
        refused(verifier_with(policy()).verify(&code, now()), RejectionCode::ActingNotAccepted);
    assert_eq!(rejection.fault(), Fault::NotHere);
    let refusing = policy().with_acting(ActingPolicy::Refused);
    refused(verifier_with(refusing).verify(&code, now()), RejectionCode::ActingNotAccepted);
    assert!(verifier_with(accepting()).verify(&code, now()).is_ok());
}

#[test]
fn the_verdict_names_both() {
    let verified = verifier_with(accepting()).verify(&guardian().code(now()), now()).unwrap();
    assert_eq!((verified.subject(), verified.form()), (SUBJECT, Form::Presentation));
    assert_eq!(verified.acting(), Some(acting()));
    let both = verified.acting().unwrap();
    assert_eq!((both.role(), both.representative()), ("guardian", GUARDIAN));
    assert_eq!(verified.device_key(), Some(&public(30)), "the representative's phone");
    assert!(verified.cautions().contains(Caution::Acting));

    let own = verifier_with(accepting()).verify(&subject().code(now()), now()).unwrap();
    assert_eq!((own.acting(), own.cautions().contains(Caution::Acting)), (None, false));
    assert_eq!(own.permit_id(), verified.permit_id(), "one permit");
    assert_eq!(own.replay_key(), verified.replay_key());
    // The guardian's own permit is another.
    let theirs = Phone::with(30, &Permit::new(GUARDIAN, CLASS).unwrap(), now());
    let theirs = verifier_with(accepting()).verify(&theirs.code(now()), now()).unwrap();
    assert_ne!(theirs.permit_id(), verified.permit_id());
}

#[test]
fn the_holder_sees_for_whom_it_acts() {
    let phone = guardian();
    let held = phone.holder().current(now()).unwrap();
    assert_eq!((held.subject(), held.acting()), (SUBJECT, Some(acting())));
    assert_eq!(subject().holder().current(now()).unwrap().acting(), None);
}

#[test]
fn use_and_cool_down_count_against_the_represented_permit() {
    let store = store();
    let lane = |name| gate_with(accepting(), |gate| gate.lane(name).store(store.clone()));
    let (first, second) = (lane("1"), lane("2"));
    let (guardian, subject) = (guardian(), subject());
    let opened = admitted(first.admit(&guardian.code(now()), now()));
    assert!(opened.cautions().contains(Caution::Acting));
    // The subject's own phone, at the same second, before it and after it.
    refused(second.admit(&subject.code(now()), now()), RejectionCode::AlreadyUsed);
    refused(second.admit(&subject.code(now().minus(1)), now()), RejectionCode::Superseded);
    refused(
        second.admit(&subject.code(now().plus(10)), now().plus(10)),
        RejectionCode::CoolingDown,
    );
    // A second representative, too.
    let other =
        Phone::with(31, &permit().with_acting(Acting::new("relative", "BJ-R").unwrap()), now());
    refused(second.admit(&other.code(now().plus(10)), now().plus(10)), RejectionCode::CoolingDown);
    // But not the guardian for himself.
    let himself = Phone::with(30, &Permit::new(GUARDIAN, CLASS).unwrap(), now());
    admitted(second.admit(&himself.code(now().plus(10)), now().plus(10)));
    let free = now().plus(35);
    admitted(second.admit(&subject.code(free), free));
    refused(first.admit(&guardian.code(free.plus(1)), free.plus(1)), RejectionCode::CoolingDown);
}

#[test]
fn a_refused_representative_uses_nothing_up() {
    let gate = gate_with(policy(), |gate| gate);
    refused(gate.admit(&guardian().code(now()), now()), RejectionCode::ActingNotAccepted);
    admitted(gate.admit(&subject().code(now()), now()));
}

#[test]
fn a_pass_carries_no_representative() {
    let prepared = issuer().prepare_pass(&permit().with_acting(acting()), None, now());
    assert_eq!(
        prepared.map(|prepared| prepared.form()).unwrap_err(),
        PrepareError::ActingNeedsCredential
    );
}

#[test]
fn role_and_representative_are_names() {
    assert!(Acting::new("guardian", GUARDIAN).is_ok());
    for (role, representative, field) in [
        ("", GUARDIAN, "role"),
        ("legal guardian", GUARDIAN, "role"),
        ("监护人", GUARDIAN, "role"),
        ("guardian", "", "representative"),
        ("guardian", "Li Si", "representative"),
    ] {
        assert_eq!(Acting::new(role, representative).unwrap_err().field, field);
    }
    assert!(Acting::new(&"r".repeat(128), &"p".repeat(128)).is_ok());
    assert!(Acting::new(&"r".repeat(129), GUARDIAN).is_err());
}

// ------------------------------------------------------------------------------------------------
// by hand

/// A presentation whose credential has this value for the claim that names the representative.
fn presented(acting: Item) -> Vec<u8> {
    let header =
        map(&[(int(1), int(-19)), (int(4), bytes(&key_id(ISSUER_SEED))), (int(16), unsigned(293))]);
    let claims = map(&[
        (int(1), text(ISSUER)),
        (int(2), text(SUBJECT)),
        (int(4), unsigned(NOW + 86_400)),
        (int(5), unsigned(NOW - 300)),
        (int(8), map(&[(int(1), public(30).to_cose_key())])),
        (int(11), text(CLASS)),
        (int(-65537), unsigned(30)),
        (int(-65538), acting),
    ]);
    let credential = sign1_by(ISSUER_SEED, &header, &map(&[]), &claims);
    let header = map(&[(int(1), int(-19)), (int(13), credential), (int(16), unsigned(294))]);
    sign1_by(30, &header, &map(&[]), &map(&[(int(3), text("*")), (int(6), unsigned(NOW))]))
}

#[test]
fn the_claim_has_one_shape() {
    let (role, who) = ((int(1), text("guardian")), (int(2), text(GUARDIAN)));
    let good = presented(map(&[role.clone(), who.clone()]));
    let token = livepermit::Token::from_text(&guardian().code(now())).unwrap();
    assert_eq!(good, token.as_bytes(), "what the library writes is what stands here");
    let verified = verifier_with(accepting()).verify(&good, now()).unwrap();
    assert_eq!(verified.acting(), Some(acting()));
    for (value, flaw) in [
        (map(&[]), Flaw::WrongCount),
        (map(std::slice::from_ref(&role)), Flaw::WrongCount),
        (map(&[role.clone(), who.clone(), (int(3), text("x"))]), Flaw::WrongCount),
        (map(&[who.clone(), role.clone()]), Flaw::UnexpectedClaim),
        (map(&[role.clone(), role.clone()]), Flaw::UnexpectedClaim),
        (map(&[(int(1), text("")), who.clone()]), Flaw::LengthOutOfRange),
        (map(&[role.clone(), (int(2), text("Li Si"))]), Flaw::TextNotAllowed),
        (map(&[role, (int(2), bytes(b"BJ"))]), Flaw::WrongType),
        (array(&[text("guardian"), text(GUARDIAN)]), Flaw::WrongType),
    ] {
        let rejection = refused(
            verifier_with(accepting()).verify(&presented(value), now()),
            RejectionCode::Malformed,
        );
        assert!(
            matches!(rejection.evidence(), Evidence::Malformed(found) if found.flaw == flaw),
            "{rejection}, expected {flaw}"
        );
    }
    // Nobody takes the representative out: both signatures are over it.
    let mut altered = renamed(&good);
    refused(verifier_with(accepting()).verify(&altered, now()), RejectionCode::BadSignature);
    altered.truncate(10);
    refused(verifier_with(accepting()).verify(&altered, now()), RejectionCode::Malformed);
}

/// The same token with another name of the same length for the representative.
fn renamed(token: &[u8]) -> Vec<u8> {
    let place = token.windows(GUARDIAN.len()).position(|part| part == GUARDIAN.as_bytes()).unwrap();
    let mut out = token.to_vec();
    out[place..place + GUARDIAN.len()].copy_from_slice(b"BJ-STRANGER");
    out
}
