//! The printed form: refused unless the policy names it, and then a matter of the identity
//! document.

use std::sync::Arc;

use livepermit::hold::Challenge;
use livepermit::issue::{Acting, Person, PrepareError, StatusListBuilder};
use livepermit::rejection::{Evidence, Flaw, Malformed};
use livepermit::status::StatusValue;
use livepermit::verify::{Caution, ChallengePolicy, PolicyError};
use livepermit::{
    AudiencePolicy, Form, Permit, Policy, Recipient, RejectionCode, RevocationPolicy, Timestamp,
    Trust, TrustedKey, Use, Verifier,
};
use livepermit_gate::CoolDownPolicy;
use livepermit_testkit::hand::cbor::{Item, bytes, int, map, text, unsigned};
use livepermit_testkit::hand::sign1_by;
use livepermit_testkit::{
    CLASS, GATE, ISSUER, ISSUER_SEED, NOW, Phone, SUBJECT, URI, accept_status_list, admitted,
    gate_with, issuer, key_id, now, permit, policy, public, reference, refused, secret, slip,
    slip_permit, status_list, store, trust, verifier_with,
};

const YEAR: u64 = 365 * 86_400;

fn printed() -> Policy {
    policy().with_forms([Form::Pass, Form::Presentation, Form::Slip])
}

fn refusal(
    prepared: Result<livepermit::issue::Prepared<livepermit::Token>, PrepareError>,
) -> PrepareError {
    match prepared {
        Err(error) => error,
        Ok(prepared) => panic!("prepared {prepared:?}"),
    }
}

#[test]
fn a_slip_is_refused_unless_the_policy_names_the_form() {
    refused(verifier_with(policy()).verify(&slip(), now()), RejectionCode::FormNotAccepted);
    let only_passes = policy().with_forms([Form::Pass]);
    refused(verifier_with(only_passes).verify(&slip(), now()), RejectionCode::FormNotAccepted);

    let verified = verifier_with(printed()).verify(&slip().to_qr_text(), now()).unwrap();
    assert_eq!(verified.form(), Form::Slip);
    let cautions: Vec<_> = verified.cautions().iter().collect();
    assert_eq!(cautions, [Caution::RevocationNotChecked, Caution::Printed]);
    assert_eq!(Caution::Printed.instruction(), "Printed: check the identity document.");
    assert_eq!((verified.issuer(), verified.subject(), verified.class()), (ISSUER, SUBJECT, CLASS));
    assert_eq!(verified.person().unwrap().full_name(), "王小明");
    assert_eq!(verified.check_number(), Some("48151623"));
    assert_eq!(verified.status(), Some(reference(3)));
    assert_eq!((verified.audience(), verified.device_key(), verified.acting()), (None, None, None));
    assert!(!verified.challenge_answered());

    // A gate may take slips alone.
    let only_slips = verifier_with(policy().with_forms([Form::Slip]));
    assert!(only_slips.verify(&slip(), now()).is_ok());
    refused(
        only_slips.verify(&Phone::number(20).code(now()), now()),
        RejectionCode::FormNotAccepted,
    );
    let credentials = Verifier::new(trust(), policy().with_forms([Form::Slip, Form::Credential]));
    assert_eq!(credentials.map(|_| ()), Err(PolicyError::Forms));
}

#[test]
fn a_slip_lives_from_its_first_second_to_its_last_without_skew() {
    let gate = verifier_with(printed());
    let end = now().plus(YEAR);
    let verify = |time| gate.verify(&slip(), time).map(|verified| verified.live_until());
    let rejection = refused(verify(now().minus(1)), RejectionCode::NotYetValid);
    assert_eq!(rejection.evidence(), Evidence::Times { found: now().minus(1), limit: now() });
    assert_eq!(verify(now()), Ok(end));
    assert_eq!(verify(end.minus(1)), Ok(end));
    refused(verify(end), RejectionCode::Expired);
    // Neither window nor the age of credentials is the slip's.
    let narrow = verifier_with(printed().with_window(1).with_max_credential_age(1));
    assert!(narrow.verify(&slip(), now().plus(YEAR / 2)).is_ok());
}

#[test]
fn a_slip_names_a_person_a_status_and_a_check_number() {
    let prepare = |permit: &Permit, number: &str| {
        issuer().prepare_slip(permit, number, now(), now().plus(YEAR))
    };
    let person = Person::new("王小明").unwrap();
    for lacking in [permit().with_person(person), permit().with_status(reference(3)), permit()] {
        match refusal(prepare(&lacking, "481516")) {
            PrepareError::Refused(rejection) => match rejection.evidence() {
                Evidence::Malformed(Malformed { flaw, .. }) => assert_eq!(flaw, Flaw::MissingClaim),
                _ => panic!("{rejection}"),
            },
            other => panic!("{other}"),
        }
    }
    for number in ["481516", "481516234242"] {
        assert!(prepare(&slip_permit(), number).is_ok());
    }
    for number in ["", "48151", "4815162342421", "48151a", "４８１５", "48 1516"] {
        assert!(
            matches!(refusal(prepare(&slip_permit(), number)), PrepareError::Claim(_)),
            "{number:?}"
        );
    }
    let empty = issuer().prepare_slip(&slip_permit(), "481516", now(), now());
    assert_eq!(refusal(empty), PrepareError::EmptyValidity);
}

#[test]
fn a_slip_and_a_pass_carry_no_representative() {
    let acting = slip_permit().with_acting(Acting::new("guardian", "BJ-G").unwrap());
    let slip = issuer().prepare_slip(&acting, "481516", now(), now().plus(YEAR));
    assert_eq!(refusal(slip), PrepareError::ActingNeedsCredential);
}

#[test]
fn only_a_key_with_the_use_slip_prints() {
    let uses = [Use::Credential, Use::Pass, Use::Status];
    let key = TrustedKey::new(ISSUER, public(ISSUER_SEED), uses, [CLASS]).unwrap();
    let gate = Verifier::new(Trust::new([key]).unwrap(), printed()).unwrap();
    refused(gate.verify(&slip(), now()), RejectionCode::UseNotGranted);
}

#[test]
fn a_slip_is_looked_up_like_a_credential() {
    let required = |forms: Policy| {
        let revocation = RevocationPolicy::Required { max_age: 3600, grace: 0 };
        Policy::new(GATE, [CLASS], revocation)
            .with_audience(AudiencePolicy::Own)
            .with_forms(forms.forms().iter().copied())
    };
    let gate = |value| {
        let mut list = StatusListBuilder::new(URI, 2, 8).unwrap();
        list.set(3, value).unwrap();
        let bytes = status_list(&list, now(), now().plus(86_400));
        verifier_with(required(printed()))
            .with_status_lists([Arc::new(accept_status_list(&bytes, now()).unwrap())])
    };
    let verified = gate(StatusValue::Valid).verify(&slip(), now()).unwrap();
    assert_eq!(verified.cautions().iter().collect::<Vec<_>>(), [Caution::Printed]);
    refused(gate(StatusValue::Revoked).verify(&slip(), now()), RejectionCode::Revoked);
    refused(gate(StatusValue::Suspended).verify(&slip(), now()), RejectionCode::Suspended);
    refused(
        verifier_with(required(printed())).verify(&slip(), now()),
        RejectionCode::StatusListUnknown,
    );
}

#[test]
fn a_slip_counts_against_its_permit_in_the_zone() {
    let store = store();
    let lane = |name| gate_with(printed(), |gate| gate.lane(name).store(store.clone()));
    let (own, other) = (lane("1"), lane("2"));
    let (slip, phone) = (slip(), Phone::with(20, &permit(), now()));
    let opened = admitted(own.admit(&slip, now()));
    assert!(opened.cautions().contains(Caution::Printed));
    refused(own.admit(&slip, now().plus(2)), RejectionCode::AlreadyAcceptedHere);
    refused(own.admit(&slip, now().plus(3)), RejectionCode::CoolingDown);
    let rejection = refused(other.admit(&slip, now()), RejectionCode::CoolingDown);
    assert_eq!(rejection.evidence(), Evidence::Times { found: now(), limit: now().plus(30) });
    // One permit, whatever shows it.
    refused(other.admit(&phone.code(now().plus(5)), now().plus(5)), RejectionCode::CoolingDown);
    admitted(other.admit(&slip, now().plus(30)));
    let later = now().plus(60);
    admitted(own.admit(&phone.code(later), later));
    refused(own.admit(&slip, later), RejectionCode::CoolingDown);
    refused(own.admit(&phone.code(later), later.plus(5)), RejectionCode::AlreadyUsed);
    admitted(own.admit(&slip, later.plus(35)));
    // What the phone showed stays used.
    refused(own.admit(&phone.code(later.plus(10)), later.plus(36)), RejectionCode::CoolingDown);
    refused(own.admit(&phone.code(later), later.plus(29)), RejectionCode::AlreadyUsed);
}

#[test]
fn a_long_cool_down_holds_for_slips() {
    let gate = gate_with(printed(), |gate| gate.cool_down(CoolDownPolicy::Seconds(3600)));
    admitted(gate.admit(&slip(), now()));
    refused(gate.admit(&slip(), now().plus(3599)), RejectionCode::CoolingDown);
    admitted(gate.admit(&slip(), now().plus(3600)));
}

/// A slip answers nothing. A gate that asks and names the form takes it, and the question stays
/// open for whom it was meant.
#[test]
fn a_slip_uses_no_challenge_up() {
    let asking = printed().with_challenge(ChallengePolicy::Required);
    let gate = gate_with(asking, |gate| gate);
    admitted(gate.admit(&slip(), now()));
    let later = now().plus(60);
    let nonce = [7; 16];
    gate.open_challenge(Challenge::new(GATE, &nonce, later.plus(30)).unwrap(), later).unwrap();
    let opened = admitted(gate.admit(&slip(), later));
    assert!(!opened.verified().challenge_answered());
    let recipient = Recipient::Challenge { gate: GATE, nonce: &nonce };
    let answer = Phone::number(20).code_for(recipient, later);
    assert!(admitted(gate.admit(&answer, later)).verified().challenge_answered());
}

// ------------------------------------------------------------------------------------------------
// by hand

/// The claims of a slip in their order, to be changed before they are signed.
fn claims() -> Vec<(Item, Item)> {
    let entry = map(&[(text("idx"), unsigned(3)), (text("uri"), text(URI))]);
    vec![
        (int(1), text(ISSUER)),
        (int(2), text(SUBJECT)),
        (int(4), unsigned(NOW + YEAR)),
        (int(5), unsigned(NOW)),
        (int(11), text(CLASS)),
        (int(169), map(&[(int(4), text("王小明"))])),
        (int(65535), map(&[(text("status_list"), entry)])),
        (int(-65544), text("48151623")),
    ]
}

fn signed(typ: &str, claims: &[(Item, Item)]) -> Vec<u8> {
    let header =
        map(&[(int(1), int(-19)), (int(4), bytes(&key_id(ISSUER_SEED))), (int(16), text(typ))]);
    sign1_by(ISSUER_SEED, &header, &map(&[]), &map(claims))
}

const TYP: &str = "application/vnd.lps+cwt";

#[test]
fn a_slip_has_one_shape() {
    let verify = |bytes: &[u8]| verifier_with(printed()).verify(bytes, now()).map(drop);
    assert_eq!(signed(TYP, &claims()), slip().as_bytes());
    let malformed = |bytes: Vec<u8>, flaw: Flaw| {
        let rejection = refused(verify(&bytes), RejectionCode::Malformed);
        assert!(
            matches!(rejection.evidence(), Evidence::Malformed(found) if found.flaw == flaw),
            "{rejection}, expected {flaw}"
        );
    };
    for index in 0..claims().len() {
        let mut missing = claims();
        missing.remove(index);
        malformed(signed(TYP, &missing), Flaw::MissingClaim);
        let mut twice = claims();
        twice.insert(index, claims()[index].clone());
        malformed(signed(TYP, &twice), Flaw::DuplicateKey);
    }
    // What the other forms have and a slip has not: audience, time of issue, device key, nonce,
    // window, representative.
    for (place, label) in [(2, 3), (4, 6), (4, 8), (5, 39), (7, -65537), (7, -65538), (7, -65539)] {
        let mut more = claims();
        more.insert(place, (int(label), unsigned(1)));
        malformed(signed(TYP, &more), Flaw::UnexpectedClaim);
    }
    for number in ["", "48151", "4815162342421"] {
        let mut other = claims();
        other[7].1 = text(number);
        malformed(signed(TYP, &other), Flaw::LengthOutOfRange);
    }
    let mut letters = claims();
    letters[7].1 = text("48151a");
    malformed(signed(TYP, &letters), Flaw::TextNotAllowed);
    let mut empty = claims();
    empty[2].1 = unsigned(NOW);
    malformed(signed(TYP, &empty), Flaw::NumberOutOfRange);
    // The type decides which form it is: the claims of a slip are no pass.
    malformed(signed("application/vnd.lpp+cwt", &claims()), Flaw::UnexpectedClaim);
    refused(verify(&signed("application/vnd.lpt+cwt", &claims())), RejectionCode::UnknownType);
}

#[test]
fn no_other_form_passes_for_a_slip() {
    let pass = issuer()
        .prepare_pass(&slip_permit(), None, now())
        .unwrap()
        .sign(&secret(ISSUER_SEED))
        .unwrap();
    let gate = verifier_with(printed());
    assert_eq!(gate.verify(&pass, now()).unwrap().form(), Form::Pass);
    assert!(!gate.verify(&pass, now()).unwrap().cautions().contains(Caution::Printed));
    let end: Timestamp = now().plus(30);
    refused(gate.verify(&pass, end), RejectionCode::Stale);
}
