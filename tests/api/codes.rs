//! One input for each rejection code, so that none is dead, and who is at fault for each.

use std::collections::BTreeSet;

use livepermit::hold::Challenge;
use livepermit::rejection::{Evidence, Fault, Stage};
use livepermit::verify::ChallengePolicy;
use livepermit::{
    Context, Form, Recipient, Rejection, RejectionCode, Timestamp, Trust, TrustedKey, Use, Verifier,
};

use livepermit_testkit::hand::cbor;
use livepermit_testkit::hand::{ALG, Hand, IAT, ISS, KID, NBF, Signer, TYP, VCT, time};
use livepermit_testkit::{
    CLASS, GATE, ISSUER, NOW, at, credential, ed25519_device, issuer_key, now, p256_device, pass,
    policy, presentation, presentation_to, refusal, trusted_key, verifier, verifier_trusting,
    verifier_with,
};

/// What the verifier of the tests says to `token` now.
fn said(token: &[u8]) -> Rejection {
    refusal(&verifier(), token, now())
}

/// The credential's rules, broken under good signatures of both layers.
fn credential_with(change: impl FnOnce(Hand) -> Hand) -> Vec<u8> {
    change(Hand::credential(&ed25519_device())).presented()
}

fn structure() -> Vec<(RejectionCode, Rejection)> {
    let text = |text: &str| refusal(&verifier(), text, now());
    vec![
        (RejectionCode::Empty, said(&[])),
        (RejectionCode::Empty, text("")),
        (RejectionCode::TooLong, said(&[0; 2862])),
        (RejectionCode::TooLong, text(&"A".repeat(4297))),
        (RejectionCode::NotOurs, text("https://example.com/")),
        (RejectionCode::NotOurs, text("lp1:BB8")),
        (RejectionCode::NotOurs, text("LP1")),
        (RejectionCode::NotOurs, text("LPX:BB8")),
        (RejectionCode::NotOurs, text("LP1234:BB8")),
        (RejectionCode::NotOurs, text("LP:BB8")),
        (RejectionCode::OtherVersion, text("LP2:BB8")),
        (RejectionCode::OtherVersion, text("LP0:")),
        (RejectionCode::OtherVersion, text("LP123:BB8")),
        (RejectionCode::Malformed, said(b"hello")),
        (RejectionCode::Malformed, text("LP1:")),
        (RejectionCode::Malformed, text("LP1:BB8")),
        (RejectionCode::UnknownType, said(&Hand::pass().header(TYP, cbor::int(61)).signed())),
        (
            RejectionCode::UnknownType,
            said(&Hand::pass().header(TYP, cbor::text("application/cwt")).signed()),
        ),
        (
            RejectionCode::UnknownType,
            said(&Hand::pass().header(TYP, cbor::text("application/vnd.LPP+cwt")).signed()),
        ),
        (RejectionCode::CredentialAlone, said(credential(&ed25519_device()).as_bytes())),
        (RejectionCode::CredentialAlone, said(credential(&p256_device()).as_bytes())),
    ]
}

fn keys() -> Vec<(RejectionCode, Rejection)> {
    let no_keys = Verifier::new(Trust::new([]).unwrap(), policy()).unwrap();
    let other_kid = || cbor::bytes(&[9; 8]);
    let prefix_of_the_kid = cbor::bytes(&issuer_key().public_key().thumbprint()[..7]);
    let credential = credential(&p256_device());
    vec![
        (RejectionCode::UnknownKey, refusal(&no_keys, &pass(), now())),
        (RejectionCode::UnknownKey, said(&Hand::pass().header(KID, other_kid()).signed())),
        (RejectionCode::UnknownKey, said(&Hand::pass().header(KID, prefix_of_the_kid).signed())),
        (RejectionCode::UnknownKey, said(&credential_with(|c| c.header(KID, other_kid())))),
        (RejectionCode::AlgorithmMismatch, said(&Hand::pass().header(ALG, cbor::int(-8)).signed())),
        (RejectionCode::AlgorithmMismatch, said(&Hand::pass().header(ALG, cbor::int(0)).signed())),
        (
            RejectionCode::AlgorithmMismatch,
            said(&credential_with(|c| c.header(ALG, cbor::int(-7)))),
        ),
        // An Ed25519 signature announced for a P-256 device key, and the other way round.
        (
            RejectionCode::AlgorithmMismatch,
            said(&Hand::presentation(credential.as_bytes()).signed()),
        ),
        (
            RejectionCode::AlgorithmMismatch,
            said(
                &Hand::p256_presentation(
                    livepermit_testkit::credential(&ed25519_device()).as_bytes(),
                )
                .signed(),
            ),
        ),
    ]
}

fn signatures() -> Vec<(RejectionCode, Rejection)> {
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
        (RejectionCode::BadSignature, said(&Hand::pass().by(Signer::ed25519(9)).signed())),
        (RejectionCode::BadSignature, said(&credential_with(|c| c.by(Signer::ed25519(9))))),
        (
            RejectionCode::BadDeviceKey,
            said(
                &Hand::p256_presentation(&Hand::credential_for(&off_the_curve()).signed()).signed(),
            ),
        ),
        (RejectionCode::BadDeviceKey, said(&Hand::credential_for(&small_order()).presented())),
        (
            RejectionCode::BadDeviceSignature,
            said(&Hand::presentation(&credential).by(Signer::ed25519(9)).signed()),
        ),
        (
            RejectionCode::IssuerMismatch,
            said(&Hand::pass().claim(ISS, cbor::text("sh.example")).signed()),
        ),
        (
            RejectionCode::IssuerMismatch,
            said(&credential_with(|c| c.claim(ISS, cbor::text("bj.example.com")))),
        ),
        (
            RejectionCode::ClassNotGranted,
            said(&Hand::pass().claim(VCT, cbor::text(other_class)).signed()),
        ),
        (
            RejectionCode::ClassNotGranted,
            said(&credential_with(|c| c.claim(VCT, cbor::text(other_class)))),
        ),
        (
            RejectionCode::UseNotGranted,
            refusal(&verifier_trusting([credentials_only]), &pass(), now()),
        ),
        (
            RejectionCode::UseNotGranted,
            refusal(&verifier_trusting([passes_only]), &presentation(&ed25519_device()), now()),
        ),
        (RejectionCode::KeyNotYetValid, refusal(&times(NOW + 1, NOW + 2, NOW + 2), &pass(), now())),
        (RejectionCode::KeyRetired, refusal(&times(0, NOW, NOW + 100), &pass(), now())),
        (RejectionCode::KeyExpired, refusal(&times(0, NOW + 1, NOW + 1), &pass(), at(NOW + 1))),
    ]
}

fn credentials() -> Vec<(RejectionCode, Rejection)> {
    let young = verifier_with(policy().with_max_credential_age(299));
    let dated_before =
        Hand::presentation(&Hand::credential(&ed25519_device()).claim(NBF, time(NOW)).signed())
            .claim(IAT, time(NOW - 1));
    let shown = presentation(&ed25519_device());
    vec![
        (RejectionCode::NotYetValid, refusal(&verifier(), &shown, at(NOW - 301))),
        (RejectionCode::Expired, refusal(&verifier(), &shown, at(NOW + 86_400))),
        (RejectionCode::CredentialTooOld, refusal(&young, &shown, now())),
        (RejectionCode::TimesOutOfOrder, said(&dated_before.signed())),
    ]
}

fn freshness_and_policy() -> Vec<(RejectionCode, Rejection)> {
    let challenge = Challenge::new(GATE, &[7; 16], at(NOW + 60)).unwrap();
    let required = verifier_with(policy().with_challenge(ChallengePolicy::Required));
    let asked = |token, now| refusal(&required, token, Context::at(now).with_challenge(&challenge));
    let answer = |nonce: &[u8]| {
        presentation_to(&ed25519_device(), Recipient::Challenge { gate: GATE, nonce })
            .as_bytes()
            .to_vec()
    };
    let other_class = livepermit::Policy::new(
        GATE,
        ["bj.example:visitor"],
        livepermit::RevocationPolicy::NotChecked,
    );
    vec![
        (RejectionCode::FromTheFuture, refusal(&verifier(), &pass(), at(NOW - 6))),
        (RejectionCode::Stale, refusal(&verifier(), &pass(), at(NOW + 30))),
        (
            RejectionCode::WrongAudience,
            said(presentation_to(&ed25519_device(), Recipient::Gate("gate-4")).as_bytes()),
        ),
        (RejectionCode::ChallengeMissing, asked(&pass().as_bytes().to_vec(), now())),
        (RejectionCode::ChallengeUnexpected, said(&answer(&[7; 16]))),
        (RejectionCode::ChallengeMismatch, asked(&answer(&[8; 16]), now())),
        (
            RejectionCode::ChallengeExpired,
            refusal(
                &required,
                &answer(&[7; 16]),
                Context::at(now()).with_challenge(&Challenge::new(GATE, &[7; 16], now()).unwrap()),
            ),
        ),
        (RejectionCode::ChallengeNotSupplied, refusal(&required, &answer(&[7; 16]), now())),
        (
            RejectionCode::FormNotAccepted,
            refusal(&verifier_with(policy().with_forms([Form::Presentation])), &pass(), now()),
        ),
        (RejectionCode::ClassNotAccepted, refusal(&verifier_with(other_class), &pass(), now())),
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
    let elsewhere = |code: &RejectionCode| {
        matches!(code, RejectionCode::TrustListExpired | RejectionCode::ActingNotAccepted)
            || matches!(code.stage(), Stage::Status | Stage::Admission)
    };
    let expected: BTreeSet<_> =
        RejectionCode::ALL.iter().copied().filter(|code| !elsewhere(code)).collect();
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
    let mut walked = vec![refusal(&verifier, &bad.signed(), late).code()];
    let kid = cbor::bytes(&issuer_key().public_key().thumbprint()[..8]);
    let bad = bad.header(KID, kid);
    walked.push(refusal(&verifier, &bad.signed(), late).code());
    let bad = bad.header(ALG, cbor::int(-19));
    walked.push(refusal(&verifier, &bad.signed(), late).code());
    let bad = bad.by(Signer::ed25519(1));
    walked.push(refusal(&verifier, &bad.signed(), late).code());
    let bad = bad
        .claim(ISS, cbor::text(ISSUER))
        .claim(livepermit_testkit::hand::AUD, cbor::text("gate-4"));
    walked.push(refusal(&verifier, &bad.signed(), late).code());
    walked.push(refusal(&verifier, &bad.signed(), now()).code());
    let bad = bad.without_claim(livepermit_testkit::hand::AUD);
    walked.push(refusal(&verifier, &bad.signed(), now()).code());
    assert_eq!(
        walked,
        [
            RejectionCode::UnknownKey,
            RejectionCode::AlgorithmMismatch,
            RejectionCode::BadSignature,
            RejectionCode::IssuerMismatch,
            RejectionCode::Stale,
            RejectionCode::WrongAudience,
            RejectionCode::ChallengeNotSupplied,
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
        for (name, token) in livepermit_testkit::every_token() {
            assert_eq!(verifier.verify(&token, now()).unwrap().issuer(), ISSUER, "{name}");
        }
        // The other entry's name does not lend itself to this key's signature, nor the other way
        // round.
        let borrowed = Hand::pass().claim(ISS, cbor::text("sh.example")).signed();
        assert_eq!(refusal(&verifier, &borrowed, now()).code(), RejectionCode::IssuerMismatch);
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
    let made = livepermit_testkit::issuer().pinned_to_eddsa().prepare_pass(
        &livepermit_testkit::permit(),
        None,
        now(),
    );
    assert!(verifier.verify(&made.unwrap().sign(&issuer_key()).unwrap(), now()).is_ok());
    assert_eq!(refusal(&verifier, &pass(), now()).code(), RejectionCode::AlgorithmMismatch);
    assert!(trusted_key().pinned_to_eddsa().is_err(), "not with credentials among its uses");
}

#[test]
fn a_rejection_says_who_has_to_act_and_what_to_do() {
    for code in RejectionCode::ALL {
        let expected = match code.stage() {
            Stage::Structure if *code != RejectionCode::CredentialAlone => Some(Fault::Malformed),
            Stage::Key | Stage::Signature if *code != RejectionCode::TrustListExpired => {
                Some(Fault::Untrusted)
            }
            Stage::Credential => Some(Fault::NotLive),
            _ => None,
        };
        assert!(expected.is_none_or(|fault| fault == code.fault()), "{code}");
        assert!(!code.instruction().is_empty() && !code.cause().is_empty());
    }
    let rejection = refusal(&verifier(), &pass(), at(NOW + 30));
    assert_eq!(rejection.stage(), Stage::Freshness);
    assert_eq!(rejection.instruction(), RejectionCode::Stale.instruction());
    assert_eq!(rejection.to_string(), "stale: 2026-09-21T14:13:50Z, limit 2026-09-21T14:13:50Z");
    assert!(size_of::<Rejection>() <= 32, "small and flat: {}", size_of::<Rejection>());
    for (seconds, text) in [
        (0, "1970-01-01T00:00:00Z"),
        (951_782_400, "2000-02-29T00:00:00Z"),
        (951_868_799, "2000-02-29T23:59:59Z"),
        (951_868_800, "2000-03-01T00:00:00Z"),
        (1_798_761_599, "2026-12-31T23:59:59Z"),
        (4_107_542_399, "2100-02-28T23:59:59Z"),
        (4_107_542_400, "2100-03-01T00:00:00Z"),
        (253_402_300_799, "9999-12-31T23:59:59Z"),
        (253_402_300_800, "+10000-01-01T00:00:00Z"),
    ] {
        assert_eq!(at(seconds).to_string(), text);
    }
    assert_eq!(Timestamp::MAX.to_string(), "+36812-02-20T00:36:15Z");
}
