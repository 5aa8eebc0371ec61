//! What errors say: the rule that was broken and the values that were compared, each variant
//! something of its own.

use core::error::Error;
use core::time::Duration;
use std::collections::BTreeSet;

use livepermit::field::ClaimError;
use livepermit::field::GateName;
use livepermit::hold::{AcceptError, Challenge, GateCode};
use livepermit::issue::{
    ApplicationError, BirthDate, Person, PrepareError, SignatureRefused, SignedBytes,
    StatusListBuilder, StatusListError,
};
use livepermit::key::KeyError;
use livepermit::rejection::{Fault, Flaw};
use livepermit::trust::{TrustError, Uses};
use livepermit::verify::{Caution, CredentialCache, PolicyError};
use livepermit::{Context, Permit, PublicKey, Recipient, RevocationPolicy, Trust, Use};
use livepermit_gate::OpenChallengeError;
use livepermit_gate::replay::StoreErrorKind;

use livepermit_testkit::{
    CLASS, GATE, ISSUER, at, issuer, now, pass, policy, presentation, trusted_key, verifier,
};
use livepermit_testkit::{ed25519_device, refusal};

/// Each text holds its parts, and no two are the same.
fn hold(cases: Vec<(Box<dyn Error>, Vec<String>)>) {
    let mut seen = BTreeSet::new();
    for (error, parts) in cases {
        let text = error.to_string();
        for part in parts {
            assert!(text.contains(&part), "{text:?} without {part:?}");
        }
        assert!(text.len() > 8 && !text.ends_with('.'), "{text:?}");
        assert!(seen.insert(text.clone()), "twice: {text:?}");
    }
}

fn case(error: impl Error + 'static, parts: &[&dyn ToString]) -> (Box<dyn Error>, Vec<String>) {
    (Box::new(error), parts.iter().map(|part| part.to_string()).collect())
}

fn name() -> ClaimError {
    let error = Permit::new("", CLASS).unwrap_err();
    assert_eq!((error.field, error.flaw), ("subject", Flaw::LengthOutOfRange));
    error
}

#[test]
fn preparing_and_signing_say_what_was_compared() {
    let rejection = refusal(&verifier(), &pass(), at(1));
    hold(vec![
        case(PrepareError::TooLong { found: 2345, limit: 1234 }, &[&2345, &1234]),
        case(PrepareError::Refused(rejection), &[&rejection]),
        case(PrepareError::TimeOutOfRange, &[&"2^40"]),
        case(PrepareError::PinnedToEdDsa, &[&-8]),
        case(PrepareError::EmptyValidity, &[&"validity"]),
        case(PrepareError::NotYetValid { now: at(5), not_before: at(7) }, &[&at(5), &at(7)]),
        case(PrepareError::Expired { now: at(9), expires: at(8) }, &[&at(9), &at(8)]),
        case(PrepareError::ActingNeedsCredential, &[&"representative"]),
        case(PrepareError::NoCredential, &[&"no credential"]),
        case(PrepareError::Claim(name()), &[&"subject", &"0 bytes", &"1 to 128"]),
        case(SignatureRefused::Encoding { length: 63 }, &[&63]),
        case(SignatureRefused::Zeros { length: 61 }, &[&61, &"zero"]),
        case(SignatureRefused::OtherBytes(SignedBytes::Digest), &[&"hashed twice"]),
        case(SignatureRefused::OtherBytes(SignedBytes::Sha384), &[&"SHA-384"]),
        case(SignatureRefused::OtherBytes(SignedBytes::Sha512), &[&"SHA-512"]),
        case(SignatureRefused::OtherBytes(SignedBytes::Unhashed), &[&"not hashed"]),
        case(SignatureRefused::OtherBytes(SignedBytes::Ed25519ph), &[&"Ed25519ph"]),
        case(SignatureRefused::OtherBytes(SignedBytes::MessageText), &[&"message", &"text"]),
        case(SignatureRefused::OtherBytes(SignedBytes::DigestText), &[&"digest", &"text"]),
        case(SignatureRefused::OtherBytes(SignedBytes::LineEnd), &[&"line end"]),
        case(SignatureRefused::OtherBytes(SignedBytes::Payload), &[&"payload"]),
        case(SignatureRefused::OtherBytes(SignedBytes::Empty), &[&"nothing"]),
        case(
            SignatureRefused::OtherKey { expected: [0xab; 8], found: [0xcd; 8] },
            &[&"abababababababab", &"cdcdcdcdcdcdcdcd"],
        ),
        case(SignatureRefused::DoesNotVerify, &[&"does not verify"]),
        case(AcceptError::NotACredential, &[&"not a credential"]),
        case(AcceptError::OtherDevice, &[&"another device"]),
        case(AcceptError::OtherPermit, &[&"another permit"]),
        case(AcceptError::Rejected(rejection), &[&rejection.code()]),
    ]);
}

#[test]
fn claims_keys_and_policies_say_what_was_compared() {
    hold(vec![
        case(ApplicationError::Serde("oh".into()), &[&"oh"]),
        case(ApplicationError::NotAMap, &[&"a map"]),
        case(ApplicationError::Label("'a'".into()), &[&"'a'", &255]),
        case(ApplicationError::DuplicateKey("'b'".into()), &[&"'b'", &"twice"]),
        case(ApplicationError::Value("a float"), &[&"a float"]),
        case(ApplicationError::TooDeep, &[&8]),
    ]);
    hold(vec![
        case(KeyError::Encoding, &[&"PEM"]),
        case(KeyError::UnsupportedAlgorithm, &[&"neither"]),
        case(KeyError::NotOnCurve, &[&"curve"]),
        case(KeyError::SmallOrder, &[&"small order"]),
        case(KeyError::SecretOutOfRange, &[&"private"]),
        case(KeyError::Length { found: 31, expected: 32 }, &[&31, &32]),
        case(PublicKey::from_cose_key(&[0xa0]).unwrap_err(), &[&Flaw::WrongCount]),
    ]);
    hold(vec![
        case(PolicyError::Claim(name()), &[&name()]),
        case(PolicyError::ReservedName, &[&'*']),
        case(PolicyError::NoClass, &[&"class"]),
        case(PolicyError::Forms, &[&"presentation"]),
        case(PolicyError::Window { found: 90_000 }, &[&90_000, &86_400]),
        case(PolicyError::Skew { found: 50_000 }, &[&50_000, &43_200]),
        case(PolicyError::MaxCredentialAge, &[&"age"]),
        case(PolicyError::NothingAnswers, &[&"challenge", &"presentation"]),
    ]);
    hold(vec![
        case(OpenChallengeError::OtherGate, &[&"another gate"]),
        case(OpenChallengeError::Over, &[&"over"]),
        case(OpenChallengeError::DigitsLiveTooLong, &[&30]),
        case(OpenChallengeError::TooShort, &[&16]),
        case(OpenChallengeError::DigitsOpen, &[&"digits"]),
        case(OpenChallengeError::AlreadyOpen, &[&"nonce"]),
    ]);
}

#[test]
fn lists_say_what_was_compared() {
    hold(vec![
        case(TrustError::Claim(name()), &[&name()]),
        case(TrustError::NotEd25519, &[&"Ed25519"]),
        case(TrustError::KeyIdLength { found: 33 }, &[&33]),
        case(TrustError::NoRoot, &[&"root", &"Ed25519"]),
        case(TrustError::NoUse, &[&"no use"]),
        case(TrustError::PinnedToEdDsa, &[&-8]),
        case(TrustError::TimesOutOfOrder, &[&"not before"]),
        case(TrustError::Duplicate, &[&"twice"]),
        case(TrustError::TooManyPerId { found: 5, limit: 4 }, &[&5, &4]),
    ]);
    hold(vec![
        case(PrepareError::Claim(name()), &[&name()]),
        case(PrepareError::RootNotEd25519, &[&"root"]),
        case(PrepareError::TooLong { found: 2345, limit: 1234 }, &[&2345, &1234]),
    ]);
    hold(vec![
        case(StatusListError::Claim(name()), &[&name()]),
        case(StatusListError::Size, &[&8]),
        case(StatusListError::Bits { found: 3 }, &[&3]),
        case(StatusListError::Full, &[&"another list"]),
        case(StatusListError::Index { found: 64, entries: 63 }, &[&64, &63]),
        case(StatusListError::Value { found: 5, largest: 3 }, &[&5, &3]),
        case(StatusListError::Stored, &[&"stored"]),
    ]);
}

#[test]
fn each_kind_of_store_failure_has_its_instruction() {
    use StoreErrorKind::{Damaged, Foreign, InUse, Setup, Storage, Unreachable};
    let all =
        [Unreachable, InUse, Foreign, Damaged, Storage, Setup].map(StoreErrorKind::instruction);
    assert!(all.iter().all(|text| text.len() > 20));
    assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), all.len());
}

#[test]
fn each_fault_has_its_name() {
    let faults = [
        (Fault::Malformed, "malformed"),
        (Fault::Untrusted, "untrusted"),
        (Fault::NotLive, "not-live"),
        (Fault::NotHere, "not-here"),
        (Fault::Withdrawn, "withdrawn"),
        (Fault::Used, "used"),
        (Fault::Ours, "ours"),
    ];
    for (fault, name) in faults {
        assert_eq!(fault.name(), name);
    }
}

#[test]
fn the_tables_of_a_trust_take_what_they_are_given() {
    let trust = Trust::new([trusted_key()]).unwrap();
    assert_eq!(trust.table_bytes(), 0);
    let tabled = trust.with_tables(1 << 20).table_bytes();
    assert!((60 << 10..=1 << 20).contains(&tabled), "{tabled}");
    assert_eq!(Trust::DEFAULT_TABLE_BYTES, if usize::BITS >= 64 { 516 * 1024 } else { 0 });
}

#[test]
fn what_is_shown_of_names_and_values() {
    let challenge = Challenge::new(GATE, &[7; 16], now()).unwrap();
    assert_eq!(Recipient::Anyone.to_string(), "anyone");
    assert_eq!(Recipient::Gate(GATE).to_string(), GATE);
    assert_eq!(Recipient::Challenge { gate: GATE, nonce: &[7; 16] }.to_string(), GATE);
    assert_eq!(GateCode::Name(GateName::new(GATE).unwrap()).to_string(), GATE);
    assert_eq!(GateCode::Challenge(challenge).to_string(), GATE);
    assert_eq!(
        livepermit::hold::schedule::Uptime::from(Duration::from_micros(1_234_567)),
        livepermit::hold::schedule::Uptime::from_millis(1234)
    );

    assert_eq!(
        format!("{:?}", Uses::from_iter([Use::Pass, Use::Credential])),
        "{Credential, Pass}"
    );
    let shown = format!("{:?}", trusted_key());
    assert!(shown.contains(ISSUER) && shown.contains("PublicKey(Ed25519, "), "{shown}");
    let list = StatusListBuilder::new("https://s.example/1", 2, 64).unwrap();
    assert_eq!(format!("{list:?}"), "StatusListBuilder(https://s.example/1, 64 entries of 2 bits)");
    assert_eq!(list.uri(), "https://s.example/1");
    assert_eq!(format!("{:?}", list.occupied()), "Occupied(64 free)");
    assert_eq!(issuer().name(), ISSUER);
    assert_eq!(policy().revocation(), RevocationPolicy::NotChecked);

    let permit = Permit::new("BJ-7F3A9C2E", CLASS).unwrap().with_window(20).unwrap();
    assert_eq!((permit.subject(), permit.class(), permit.window()), ("BJ-7F3A9C2E", CLASS, 20));
    assert_eq!(format!("{:?}", now()), "Timestamp(1790000000)");
    let date: BirthDate = "20000229".parse().unwrap();
    assert_eq!(format!("{date:?}"), "BirthDate(..)");
    assert_eq!(format!("{:?}", Person::new("Li Lei").unwrap().with_birth_date(date)), "Person(..)");
    assert_eq!(Caution::Printed.to_string(), "printed");
    let token = pass();
    assert_eq!(format!("{token:?}"), format!("Token(pass, {} bytes)", token.as_bytes().len()));
    let verified = verifier().verify(&token, now()).unwrap();
    assert_eq!(format!("{:?}", verified.cautions()), "{RevocationNotChecked}");
    assert_eq!(verified.token_bytes(), token.as_bytes());
    let shown = format!("{verified:?}");
    assert!(shown.contains(&format!("{ISSUER}, {CLASS}, {}", token.as_bytes().len())), "{shown}");
    assert_eq!(policy().classes().collect::<Vec<_>>(), [CLASS]);
    let prepared = issuer().prepare_pass(&permit, None, now()).unwrap();
    let shown = format!("{prepared:?}");
    assert!(
        shown.starts_with("Prepared(") && shown.contains(" bytes to sign, PublicKey("),
        "{shown}"
    );
    let id = verifier().verify(&pass(), now()).unwrap().permit_id();
    assert_eq!((format!("{id:?}"), id.to_string().len()), (id.to_string(), 64));

    let mut cache = CredentialCache::new(8);
    assert!(cache.is_empty());
    let empty = format!("{cache:?}");
    let token = presentation(&ed25519_device());
    verifier().verify(&token, Context::at(now()).with_cache(&mut cache)).unwrap();
    assert_eq!((cache.len(), cache.is_empty()), (1, false));
    assert!(
        empty.starts_with("CredentialCache(0 of ")
            && format!("{cache:?}").starts_with("CredentialCache(1 of ")
    );
}
