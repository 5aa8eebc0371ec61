//! One input for each rejection code, so that none is dead, and who is at fault for each.

use std::collections::BTreeSet;

use livepermit::{
    Challenge, ChallengePolicy, Code, Context, Evidence, Fault, Form, Recipient, Rejection, Stage,
    Timestamp, Trust, TrustedKey, Use, Verifier,
};

use crate::common::hand::{ALG, Hand, IAT, ISS, KID, NBF, Signer, TYP, VCT, time};
use crate::common::{
    CLASS, GATE, ISSUER, NOW, at, cbor, credential, ed25519_device, issuer_key, now, p256_device,
    pass, policy, presentation, presentation_to, refused, trusted_key, verifier, verifier_trusting,
    verifier_with,
};

/// What the verifier of the tests says to `token` now.
fn said(token: &[u8]) -> Rejection {
    refused(&verifier(), token, now())
}

/// The credential's rules, broken under good signatures of both layers.
fn credential_with(change: impl FnOnce(Hand) -> Hand) -> Vec<u8> {
    change(Hand::credential(&ed25519_device())).presented()
}

fn structure() -> Vec<(Code, Rejection)> {
    let text = |text: &str| refused(&verifier(), text, now());
    vec![
        (Code::Empty, said(&[])),
        (Code::Empty, text("")),
        (Code::TooLong, said(&[0; 2862])),
        (Code::TooLong, text(&"A".repeat(4297))),
        (Code::NotOurs, text("https://example.com/")),
        (Code::NotOurs, text("lp1:BB8")),
        (Code::NotOurs, text("LP1")),
        (Code::NotOurs, text("LPX:BB8")),
        (Code::NotOurs, text("LP1234:BB8")),
        (Code::NotOurs, text("LP:BB8")),
        (Code::OtherVersion, text("LP2:BB8")),
        (Code::OtherVersion, text("LP0:")),
        (Code::OtherVersion, text("LP123:BB8")),
        (Code::Malformed, said(b"hello")),
        (Code::Malformed, text("LP1:")),
        (Code::Malformed, text("LP1:BB8")),
        (Code::UnknownType, said(&Hand::pass().header(TYP, cbor::int(61)).signed())),
        (
            Code::UnknownType,
            said(&Hand::pass().header(TYP, cbor::text("application/cwt")).signed()),
        ),
        (
            Code::UnknownType,
            said(&Hand::pass().header(TYP, cbor::text("application/vnd.LPP+cwt")).signed()),
        ),
        (Code::CredentialAlone, said(credential(&ed25519_device()).as_bytes())),
        (Code::CredentialAlone, said(credential(&p256_device()).as_bytes())),
    ]
}

fn keys() -> Vec<(Code, Rejection)> {
    let no_keys = Verifier::new(Trust::new([]).unwrap(), policy()).unwrap();
    let other_kid = || cbor::bytes(&[9; 8]);
    let prefix_of_the_kid = cbor::bytes(&issuer_key().public_key().thumbprint()[..7]);
    let credential = credential(&p256_device());
    vec![
        (Code::UnknownKey, refused(&no_keys, &pass(), now())),
        (Code::UnknownKey, said(&Hand::pass().header(KID, other_kid()).signed())),
        (Code::UnknownKey, said(&Hand::pass().header(KID, prefix_of_the_kid).signed())),
        (Code::UnknownKey, said(&credential_with(|c| c.header(KID, other_kid())))),
        (Code::AlgorithmMismatch, said(&Hand::pass().header(ALG, cbor::int(-8)).signed())),
        (Code::AlgorithmMismatch, said(&Hand::pass().header(ALG, cbor::int(0)).signed())),
        (Code::AlgorithmMismatch, said(&credential_with(|c| c.header(ALG, cbor::int(-7))))),
        // An Ed25519 signature announced for a P-256 device key, and the other way round.
        (Code::AlgorithmMismatch, said(&Hand::presentation(credential.as_bytes()).signed())),
        (
            Code::AlgorithmMismatch,
            said(
                &Hand::p256_presentation(crate::common::credential(&ed25519_device()).as_bytes())
                    .signed(),
            ),
        ),
    ]
}

fn signatures() -> Vec<(Code, Rejection)> {
    let other_class = "bj.example:visitor";
    let passes_only =
        TrustedKey::new(ISSUER, issuer_key().public_key(), [Use::Pass], [CLASS]).unwrap();
    let credentials_only =
        TrustedKey::new(ISSUER, issuer_key().public_key(), [Use::Credential], [CLASS]).unwrap();
    let times = |from, until, expires| {
        verifier_trusting([trusted_key().with_times(at(from), at(until), at(expires)).unwrap()])
    };
    let credential = Hand::credential(&ed25519_device()).signed();
    vec![
        (Code::BadSignature, said(&Hand::pass().by(Signer::ed25519(9)).signed())),
        (Code::BadSignature, said(&credential_with(|c| c.by(Signer::ed25519(9))))),
        (
            Code::BadDeviceKey,
            said(
                &Hand::p256_presentation(&Hand::credential_for(&off_the_curve()).signed()).signed(),
            ),
        ),
        (Code::BadDeviceKey, said(&Hand::credential_for(&small_order()).presented())),
        (
            Code::BadDeviceSignature,
            said(&Hand::presentation(&credential).by(Signer::ed25519(9)).signed()),
        ),
        (Code::IssuerMismatch, said(&Hand::pass().claim(ISS, cbor::text("sh.example")).signed())),
        (
            Code::IssuerMismatch,
            said(&credential_with(|c| c.claim(ISS, cbor::text("bj.example.com")))),
        ),
        (Code::ClassNotGranted, said(&Hand::pass().claim(VCT, cbor::text(other_class)).signed())),
        (Code::ClassNotGranted, said(&credential_with(|c| c.claim(VCT, cbor::text(other_class))))),
        (Code::UseNotGranted, refused(&verifier_trusting([credentials_only]), &pass(), now())),
        (
            Code::UseNotGranted,
            refused(&verifier_trusting([passes_only]), &presentation(&ed25519_device()), now()),
        ),
        (Code::KeyNotYetValid, refused(&times(NOW + 1, NOW + 2, NOW + 2), &pass(), now())),
        (Code::KeyRetired, refused(&times(0, NOW, NOW + 100), &pass(), now())),
        (Code::KeyExpired, refused(&times(0, NOW + 1, NOW + 1), &pass(), at(NOW + 1))),
    ]
}

fn credentials() -> Vec<(Code, Rejection)> {
    let young = verifier_with(policy().with_max_credential_age(299));
    let dated_before =
        Hand::presentation(&Hand::credential(&ed25519_device()).claim(NBF, time(NOW)).signed())
            .claim(IAT, time(NOW - 1));
    let shown = presentation(&ed25519_device());
    vec![
        (Code::NotYetValid, refused(&verifier(), &shown, at(NOW - 301))),
        (Code::Expired, refused(&verifier(), &shown, at(NOW + 86_400))),
        (Code::CredentialTooOld, refused(&young, &shown, now())),
        (Code::TimesOutOfOrder, said(&dated_before.signed())),
    ]
}

fn freshness_and_policy() -> Vec<(Code, Rejection)> {
    let challenge = Challenge::new(GATE, &[7; 16], at(NOW + 60)).unwrap();
    let required = verifier_with(policy().with_challenge(ChallengePolicy::Required));
    let asked = |token, now| refused(&required, token, Context::at(now).with_challenge(&challenge));
    let answer = |nonce: &[u8]| {
        presentation_to(&ed25519_device(), Recipient::Challenge { gate: GATE, nonce })
            .as_bytes()
            .to_vec()
    };
    let other_class = livepermit::Policy::new(
        policy().audience().clone(),
        ["bj.example:visitor"],
        livepermit::Revocation::NotChecked,
    );
    vec![
        (Code::FromTheFuture, refused(&verifier(), &pass(), at(NOW - 6))),
        (Code::Stale, refused(&verifier(), &pass(), at(NOW + 30))),
        (
            Code::WrongAudience,
            said(presentation_to(&ed25519_device(), Recipient::Gate("gate-4")).as_bytes()),
        ),
        (Code::ChallengeMissing, asked(&pass().as_bytes().to_vec(), now())),
        (Code::ChallengeUnexpected, said(&answer(&[7; 16]))),
        (Code::ChallengeMismatch, asked(&answer(&[8; 16]), now())),
        (
            Code::ChallengeExpired,
            refused(
                &required,
                &answer(&[7; 16]),
                Context::at(now()).with_challenge(&Challenge::new(GATE, &[7; 16], now()).unwrap()),
            ),
        ),
        (Code::ChallengeNotSupplied, refused(&required, &answer(&[7; 16]), now())),
        (
            Code::FormNotAccepted,
            refused(&verifier_with(policy().with_forms([Form::Presentation])), &pass(), now()),
        ),
        (Code::ClassNotAccepted, refused(&verifier_with(other_class), &pass(), now())),
    ]
}

/// An x that no point of P-256 has (found by trying small ones), as `COSE_Key`.
fn off_the_curve() -> Vec<u8> {
    let x = (1..=u8::MAX)
        .map(|low| {
            let mut x = [0; 32];
            x[31] = low;
            x
        })
        .find(|x| livepermit::PublicKey::from_sec1_bytes(&[&[2], x.as_slice()].concat()).is_err());
    cbor::map(&[
        (cbor::int(1), cbor::int(2)),
        (cbor::int(-1), cbor::int(1)),
        (cbor::int(-2), cbor::bytes(&x.unwrap())),
        (cbor::int(-3), cbor::FALSE.to_vec()),
    ])
}

/// The neutral element of Ed25519, under which one signature fits every message.
fn small_order() -> Vec<u8> {
    let mut x = [0; 32];
    x[0] = 1;
    cbor::map(&[
        (cbor::int(1), cbor::int(1)),
        (cbor::int(-1), cbor::int(6)),
        (cbor::int(-2), cbor::bytes(&x)),
    ])
}

#[test]
fn every_code_has_an_input_that_gives_it() {
    let mut given = BTreeSet::new();
    for family in [structure(), keys(), signatures(), credentials(), freshness_and_policy()] {
        for (expected, rejection) in family {
            assert_eq!(rejection.code(), expected, "{rejection}");
            given.insert(rejection.code());
        }
    }
    // Lists, representatives and what a checkpoint remembers have tests of their own: `trust_list`,
    // `status_list`, `acting` and `checkpoint`.
    let elsewhere = |code: &Code| {
        matches!(code, Code::TrustListExpired | Code::ActingNotAccepted)
            || matches!(code.stage(), Stage::Status | Stage::Admission)
    };
    let expected: BTreeSet<_> = Code::ALL.iter().copied().filter(|code| !elsewhere(code)).collect();
    assert_eq!(given, expected, "codes without an input");
}

#[test]
fn the_first_check_that_fails_is_the_answer() {
    // Everything from step 2 on is wrong with this one; mending one thing at a time walks through
    // the steps.
    let verifier = verifier_with(
        policy().with_forms([Form::Presentation]).with_challenge(ChallengePolicy::Required),
    );
    let late = at(NOW + 500);
    let bad = Hand::pass().header(KID, cbor::bytes(&[9; 8])).header(ALG, cbor::int(-8));
    let bad = bad.claim(ISS, cbor::text("sh.example")).by(Signer::ed25519(9));
    let mut walked = vec![refused(&verifier, &bad.signed(), late).code()];
    let kid = cbor::bytes(&issuer_key().public_key().thumbprint()[..8]);
    let bad = bad.header(KID, kid);
    walked.push(refused(&verifier, &bad.signed(), late).code());
    let bad = bad.header(ALG, cbor::int(-19));
    walked.push(refused(&verifier, &bad.signed(), late).code());
    let bad = bad.by(Signer::ed25519(1));
    walked.push(refused(&verifier, &bad.signed(), late).code());
    let bad =
        bad.claim(ISS, cbor::text(ISSUER)).claim(crate::common::hand::AUD, cbor::text("gate-4"));
    walked.push(refused(&verifier, &bad.signed(), late).code());
    walked.push(refused(&verifier, &bad.signed(), now()).code());
    let bad = bad.without_claim(crate::common::hand::AUD);
    walked.push(refused(&verifier, &bad.signed(), now()).code());
    assert_eq!(
        walked,
        [
            Code::UnknownKey,
            Code::AlgorithmMismatch,
            Code::BadSignature,
            Code::IssuerMismatch,
            Code::Stale,
            Code::WrongAudience,
            Code::ChallengeNotSupplied,
        ]
    );
    assert!(walked.is_sorted_by_key(|code| code.stage()));
}

#[test]
fn an_algorithm_that_does_not_fit_names_both_numbers() {
    let rejection = said(&Hand::pass().header(ALG, cbor::int(-8)).signed());
    assert_eq!(rejection.evidence(), Evidence::Numbers { found: -8, limit: -19 });
    let credential = credential(&p256_device());
    let rejection = said(&Hand::presentation(credential.as_bytes()).signed());
    assert_eq!(rejection.evidence(), Evidence::Numbers { found: -19, limit: -9 });
    assert_eq!(rejection.to_string(), "algorithm-mismatch: -19, limit -9");
}

#[test]
fn of_two_keys_with_one_id_the_one_that_signed_counts() {
    let kid = issuer_key().public_key().thumbprint();
    let stranger = |name, seed| {
        let key = livepermit::SecretKey::from_ed25519_seed(&[seed; 32]).public_key();
        TrustedKey::new(name, key, [Use::Pass, Use::Credential], [CLASS])
            .unwrap()
            .with_key_id(&kid[..8])
            .unwrap()
    };
    for keys in [
        vec![stranger("sh.example", 8), trusted_key()],
        vec![trusted_key(), stranger("sh.example", 8)],
        vec![
            stranger("a.example", 8),
            stranger("b.example", 9),
            stranger("c.example", 10),
            trusted_key(),
        ],
    ] {
        let verifier = verifier_trusting(keys);
        for (name, token) in crate::common::every_token() {
            assert_eq!(verifier.verify(&token, now()).unwrap().issuer(), ISSUER, "{name}");
        }
        // The other entry's name does not lend itself to this key's signature, nor the other way
        // round.
        let borrowed = Hand::pass().claim(ISS, cbor::text("sh.example")).signed();
        assert_eq!(refused(&verifier, &borrowed, now()).code(), Code::IssuerMismatch);
    }
    let five = (8..13).map(|seed| stranger("sh.example", seed));
    assert!(Trust::new(five).is_err(), "a forged token cannot make a verifier try five");
    assert!(Trust::new([trusted_key(), trusted_key()]).is_err());
}

#[test]
fn a_key_pinned_to_the_older_number_verifies_passes_under_that_number_only() {
    let pinned = TrustedKey::new(ISSUER, issuer_key().public_key(), [Use::Pass], [CLASS]).unwrap();
    let verifier = verifier_trusting([pinned.pinned_to_eddsa().unwrap()]);
    assert!(verifier.verify(&Hand::pass().header(ALG, cbor::int(-8)).signed(), now()).is_ok());
    let made = crate::common::issuer().pinned_to_eddsa().prepare_pass(
        &crate::common::permit(),
        None,
        now(),
    );
    assert!(verifier.verify(&made.unwrap().sign(&issuer_key()).unwrap(), now()).is_ok());
    assert_eq!(refused(&verifier, &pass(), now()).code(), Code::AlgorithmMismatch);
    assert!(trusted_key().pinned_to_eddsa().is_err(), "not with credentials among its uses");
}

#[test]
fn a_rejection_says_who_has_to_act_and_what_to_do() {
    for code in Code::ALL {
        let expected = match code.stage() {
            Stage::Structure if *code != Code::CredentialAlone => Some(Fault::Malformed),
            Stage::Key | Stage::Signature if *code != Code::TrustListExpired => {
                Some(Fault::Untrusted)
            }
            Stage::Credential => Some(Fault::NotLive),
            _ => None,
        };
        assert!(expected.is_none_or(|fault| fault == code.fault()), "{code}");
        assert!(!code.instruction().is_empty() && !code.cause().is_empty());
    }
    let rejection = refused(&verifier(), &pass(), at(NOW + 30));
    assert_eq!(rejection.stage(), Stage::Freshness);
    assert_eq!(rejection.instruction(), Code::Stale.instruction());
    assert_eq!(rejection.to_string(), format!("stale: {}, limit {}", NOW + 30, NOW + 30));
    assert!(size_of::<Rejection>() <= 32, "small and flat: {}", size_of::<Rejection>());
    assert_eq!(Timestamp::MAX.to_string(), "1099511627775");
}
