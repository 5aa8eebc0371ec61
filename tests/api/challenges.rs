//! Audience, challenge, form and class: what is for this gate.

use livepermit::hold::Challenge;
use livepermit::rejection::Fault;
use livepermit::verify::{Caution, ChallengePolicy, PolicyError};
use livepermit::{
    AudiencePolicy, Context, Form, Permit, Policy, Recipient, RejectionCode, RevocationPolicy,
    Token, Trust, TrustedKey, Use, Validity, Verifier,
};

use livepermit_testkit::hand::cbor;
use livepermit_testkit::hand::{AUD, CNONCE, Hand};
use livepermit_testkit::{
    CLASS, GATE, ISSUER, NOW, SUBJECT, at, ed25519_device, every_token, issuer, issuer_key, now,
    pass, policy, presentation, presentation_to, refusal, trust, verdict, verifier, verifier_with,
};

fn pass_for(gate: &str) -> Token {
    let permit = Permit::new(SUBJECT, CLASS).unwrap();
    issuer().prepare_pass(&permit, Some(gate), now()).unwrap().sign(&issuer_key()).unwrap()
}

fn presentation_for(gate: &str) -> Token {
    presentation_to(&ed25519_device(), Recipient::Gate(gate))
}

fn answer(gate: &str, nonce: &[u8]) -> Token {
    presentation_to(&ed25519_device(), Recipient::Challenge { gate, nonce })
}

fn challenge() -> Challenge {
    Challenge::new(GATE, &[7; 16], at(NOW + 60)).unwrap()
}

#[test]
fn a_gate_takes_codes_for_itself_and_if_it_says_so_for_anyone() {
    let own = verifier_with(policy().with_audience(AudiencePolicy::Own));
    let any = verifier();
    for token in [pass_for(GATE), presentation_for(GATE)] {
        for verifier in [&own, &any] {
            assert_eq!(verifier.verify(&token, now()).unwrap().audience(), Some(GATE));
        }
    }
    for token in [pass(), presentation(&ed25519_device())] {
        assert_eq!(verdict(&own, &token, now()), Some(RejectionCode::WrongAudience));
        assert_eq!(any.verify(&token, now()).unwrap().audience(), None);
    }
    for name in ["gate-4", "gate-33", "gate-", "Gate-3", "GATE-3"] {
        for token in [pass_for(name), presentation_for(name)] {
            for verifier in [&own, &any] {
                assert_eq!(
                    verdict(verifier, &token, now()),
                    Some(RejectionCode::WrongAudience),
                    "{name}"
                );
            }
        }
    }
}

#[test]
fn the_name_for_every_gate_is_no_gates_name() {
    let config = Verifier::new(trust(), policy().with_gate("*"));
    assert_eq!(config.unwrap_err(), PolicyError::ReservedName);
    assert!(
        issuer().prepare_pass(&Permit::new(SUBJECT, CLASS).unwrap(), Some("*"), now()).is_err()
    );
    let signed = Hand::pass().claim(AUD, cbor::text("*")).signed();
    assert_eq!(verdict(&verifier(), &signed, now()), Some(RejectionCode::Malformed));
}

#[test]
fn a_challenge_is_answered_in_the_gates_own_name_with_its_own_nonce() {
    let required = verifier_with(policy().with_challenge(ChallengePolicy::Required));
    let challenge = challenge();
    let asked =
        |token: &Token| required.verify(token, Context::at(now()).with_challenge(&challenge));
    assert!(asked(&answer(GATE, &[7; 16])).unwrap().challenge_answered());

    let code = |token: &Token| asked(token).unwrap_err().code();
    let mut one_bit_off = [7; 16];
    one_bit_off[15] ^= 1;
    for other in [&one_bit_off[..], &[7; 15], &[7; 17], &[0; 6], &[7; 32]] {
        assert_eq!(code(&answer(GATE, other)), RejectionCode::ChallengeMismatch);
    }
    assert_eq!(code(&answer("gate-4", &[7; 16])), RejectionCode::WrongAudience);
    for silent in [presentation_for(GATE), presentation(&ed25519_device()), pass_for(GATE), pass()]
    {
        assert_eq!(code(&silent), RejectionCode::ChallengeMissing);
    }
    // An answer addressed to anyone could have been asked for by another gate.
    let credential = Hand::credential(&ed25519_device()).signed();
    let to_anyone = Hand::presentation(&credential).claim(CNONCE, cbor::bytes(&[7; 16])).signed();
    assert_eq!(
        refusal(&required, &to_anyone, Context::at(now()).with_challenge(&challenge)).code(),
        RejectionCode::WrongAudience
    );
}

#[test]
fn a_gate_that_must_ask_and_did_not_is_out_of_order() {
    let required = verifier_with(policy().with_challenge(ChallengePolicy::Required));
    for token in [answer(GATE, &[7; 16]), presentation_for(GATE), pass()] {
        let rejection = refusal(&required, &token, now());
        assert_eq!(
            (rejection.code(), rejection.fault()),
            (RejectionCode::ChallengeNotSupplied, Fault::Ours)
        );
    }
}

#[test]
fn an_answer_nobody_asked_for_is_refused() {
    assert_eq!(
        verdict(&verifier(), &answer(GATE, &[7; 16]), now()),
        Some(RejectionCode::ChallengeUnexpected)
    );
}

#[test]
fn a_challenge_handed_over_counts_whatever_the_policy_says() {
    let challenge = challenge();
    let asked =
        |token: &Token| verifier().verify(token, Context::at(now()).with_challenge(&challenge));
    assert!(asked(&answer(GATE, &[7; 16])).unwrap().challenge_answered());
    assert_eq!(asked(&pass()).unwrap_err().code(), RejectionCode::ChallengeMissing);
    assert_eq!(
        asked(&answer(GATE, &[8; 16])).unwrap_err().code(),
        RejectionCode::ChallengeMismatch
    );
    let plain = verifier().verify(&pass(), now()).unwrap();
    assert!(!plain.challenge_answered());
}

#[test]
fn only_the_forms_the_policy_names_are_taken() {
    for accepted in [Form::Pass, Form::Presentation] {
        let verifier = verifier_with(policy().with_forms([accepted]));
        for (name, token) in every_token() {
            let expected = (token.form() != accepted).then_some(RejectionCode::FormNotAccepted);
            assert_eq!(verdict(&verifier, &token, now()), expected, "{name}");
        }
    }
    let none: [Form; 0] = [];
    for forms in [&none[..], &[Form::Credential], &[Form::Pass, Form::Credential]] {
        let config = Verifier::new(trust(), policy().with_forms(forms.iter().copied()));
        assert_eq!(config.unwrap_err(), PolicyError::Forms);
    }
}

#[test]
fn only_the_classes_the_policy_names_are_taken() {
    let other = "bj.example:visitor";
    let key = TrustedKey::new(
        ISSUER,
        issuer_key().public_key(),
        [Use::Pass, Use::Credential],
        [CLASS, other, "bj.example:resident"],
    );
    let verifier = Verifier::new(Trust::new([key.unwrap()]).unwrap(), policy()).unwrap();
    let device = ed25519_device();
    for (class, expected) in [
        (CLASS, None),
        (other, Some(RejectionCode::ClassNotAccepted)),
        ("bj.example:resident", Some(RejectionCode::ClassNotAccepted)),
    ] {
        let permit = Permit::new(SUBJECT, class).unwrap();
        let pass =
            issuer().prepare_pass(&permit, None, now()).unwrap().sign(&issuer_key()).unwrap();
        assert_eq!(verdict(&verifier, &pass, now()), expected);
        let credential = issuer()
            .prepare_credential(&permit, &device.public_key(), Validity::default(), now())
            .unwrap()
            .sign(&issuer_key())
            .unwrap();
        let shown = Hand::presentation(credential.as_bytes()).signed();
        assert_eq!(verdict(&verifier, &shown, now()), expected);
    }
}

#[test]
fn a_policy_that_contradicts_itself_is_refused() {
    let config = |policy: Policy| Verifier::new(trust(), policy).unwrap_err();
    let of =
        |classes: &[&str]| Policy::new(GATE, classes.iter().copied(), RevocationPolicy::NotChecked);
    assert_eq!(config(of(&[])), PolicyError::NoClass);
    assert!(matches!(config(of(&["no-colon"])), PolicyError::Claim(_)));
    for name in ["", "a b"] {
        assert!(matches!(config(policy().with_gate(name)), PolicyError::Claim(_)), "{name}");
    }
    assert_eq!(config(policy().with_window(0)), PolicyError::Window { found: 0 });
    assert_eq!(config(policy().with_window(86_401)), PolicyError::Window { found: 86_401 });
    assert_eq!(config(policy().with_skew(43_201)), PolicyError::Skew { found: 43_201 });
    assert_eq!(config(policy().with_max_credential_age(0)), PolicyError::MaxCredentialAge);
    assert!(matches!(
        config(policy().dangerous_exempt_from_status(["no-colon"])),
        PolicyError::Claim(_)
    ));
    for forms in [&[Form::Pass][..], &[Form::Slip], &[Form::Pass, Form::Slip]] {
        let asks =
            policy().with_challenge(ChallengePolicy::Required).with_forms(forms.iter().copied());
        assert_eq!(config(asks), PolicyError::NothingAnswers);
    }
    for good in [policy().with_window(1), policy().with_window(86_400), policy().with_skew(43_200)]
    {
        Verifier::new(trust(), good).unwrap();
    }
}

#[test]
fn every_verdict_says_that_revocation_was_not_checked() {
    for (name, token) in every_token() {
        let cautions = verifier().verify(&token, now()).unwrap().cautions();
        assert_eq!(cautions.iter().collect::<Vec<_>>(), [Caution::RevocationNotChecked], "{name}");
        assert!(!cautions.is_empty() && cautions.contains(Caution::RevocationNotChecked));
    }
    assert_eq!(Caution::RevocationNotChecked.code(), "revocation-not-checked");
}
