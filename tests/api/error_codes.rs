//! The codes of errors, which programs compare: each variant has the code that stands here, for
//! ever.

use livepermit::field::{ClaimDetail, ClaimError};
use livepermit::hold::AcceptError;
use livepermit::hold::schedule::ScheduleError;
use livepermit::issue::{ApplicationError, PrepareError, StatusListError, TrustListBuilder};
use livepermit::key::KeyError;
use livepermit::rejection::Flaw;
use livepermit::trust::TrustError;
use livepermit::verify::PolicyError;
use livepermit::{Permit, PublicKey, Rejection, RejectionCode, TrustedKey, Use};

use livepermit_testkit::{CLASS, ISSUER, at, issuer_key, now, public};

/// The seed of the root, another than the issuer's.
const ROOT: u8 = 99;

/// Each code is the code expected, and in kebab-case.
fn hold<const N: usize>(cases: [(&'static str, &str); N]) {
    for (code, expected) in cases {
        assert_eq!(code, expected);
        assert_kebab_case(code);
    }
}

fn assert_kebab_case(code: &str) {
    let is_word = |word: &str| {
        !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
    };
    assert!(code.starts_with(|c: char| c.is_ascii_lowercase()), "{code:?}");
    assert!(code.split('-').all(is_word), "{code:?}");
}

fn name() -> ClaimError {
    Permit::new("", CLASS).unwrap_err()
}

fn rejection() -> Rejection {
    Rejection::plain(RejectionCode::BadSignature)
}

/// Why a list of these issuer keys is not prepared for the root.
fn unprepared(keys: Vec<TrustedKey>) -> PrepareError {
    let list = TrustListBuilder::new("bj.gates", 1, keys).unwrap();
    list.prepare(&public(ROOT), now(), now().plus(86_400)).unwrap_err()
}

fn trusted(key: PublicKey) -> TrustedKey {
    TrustedKey::new(ISSUER, key, [Use::Pass], [CLASS]).unwrap()
}

#[test]
fn a_claim_has_the_name_of_its_flaw() {
    let of = |flaw| ClaimError::new("subject", flaw, ClaimDetail::Rule("a rule")).code();
    hold([
        (name().code(), "length-out-of-range"),
        (of(Flaw::TextNotAllowed), "text-not-allowed"),
        (of(Flaw::InvalidUtf8), "invalid-utf8"),
    ]);
    for flaw in Flaw::ALL {
        assert_eq!(of(*flaw), flaw.name());
        assert_kebab_case(flaw.name());
    }
}

#[test]
fn keys_and_trust() {
    hold([
        (KeyError::Encoding.code(), "key-encoding"),
        (KeyError::UnsupportedAlgorithm.code(), "key-unsupported-algorithm"),
        (KeyError::NotOnCurve.code(), "key-not-on-curve"),
        (KeyError::SmallOrder.code(), "key-small-order"),
        (KeyError::SecretOutOfRange.code(), "key-out-of-range"),
        (KeyError::Length { found: 31, expected: 32 }.code(), "key-length"),
        (PublicKey::from_cose_key(&[0xa0]).unwrap_err().code(), "key-malformed"),
    ]);
    hold([
        (TrustError::Claim(name()).code(), "length-out-of-range"),
        (TrustError::NotEd25519.code(), "key-not-ed25519"),
        (TrustError::KeyIdLength { found: 33 }.code(), "key-id-length"),
        (TrustError::NoRoot.code(), "no-root"),
        (TrustError::NoUse.code(), "key-without-use"),
        (TrustError::PinnedToEdDsa.code(), "pinned-to-eddsa"),
        (TrustError::TimesOutOfOrder.code(), "key-times-out-of-order"),
        (TrustError::Duplicate.code(), "key-twice"),
        (TrustError::TooManyPerId { found: 5, limit: 4 }.code(), "too-many-keys-per-id"),
    ]);
}

#[test]
fn the_issuers_side() {
    let expired = PrepareError::Expired { now: at(9), expires: at(8) };
    let early = PrepareError::NotYetValid { now: at(5), not_before: at(7) };
    let refused = unprepared(vec![]);
    assert!(matches!(refused, PrepareError::ListRefused(_)), "{refused:?}");
    let skipped = unprepared(vec![trusted(issuer_key().public_key()), trusted(public(ROOT))]);
    assert!(matches!(skipped, PrepareError::EntrySkipped(_)), "{skipped:?}");
    hold([
        (PrepareError::TooLong { found: 2, limit: 1 }.code(), "token-too-long"),
        (PrepareError::ListTooLong { found: 2, limit: 1 }.code(), "list-too-long"),
        (PrepareError::Refused(rejection()).code(), "bad-signature"),
        (PrepareError::TimeOutOfRange.code(), "time-out-of-range"),
        (PrepareError::PinnedToEdDsa.code(), "pinned-to-eddsa"),
        (PrepareError::EmptyValidity.code(), "validity-empty"),
        (early.code(), "credential-not-yet-valid"),
        (expired.code(), "credential-expired"),
        (PrepareError::ActingNeedsCredential.code(), "acting-needs-credential"),
        (PrepareError::NoCredential.code(), "no-credential"),
        (PrepareError::Claim(name()).code(), "length-out-of-range"),
        (PrepareError::RootNotEd25519.code(), "root-not-ed25519"),
        (refused.code(), "list-nothing-trusted"),
        (skipped.code(), "entry-skipped"),
    ]);
    hold([
        (StatusListError::Claim(name()).code(), "length-out-of-range"),
        (StatusListError::Size.code(), "list-size"),
        (StatusListError::Bits { found: 3 }.code(), "entry-bits"),
        (StatusListError::Full.code(), "list-full"),
        (StatusListError::Index { found: 64, entries: 63 }.code(), "index-out-of-range"),
        (StatusListError::Value { found: 5, largest: 3 }.code(), "value-too-large"),
        (StatusListError::Stored.code(), "list-stored"),
    ]);
    hold([
        (ApplicationError::Serde("oh".into()).code(), "application-serde"),
        (ApplicationError::NotAMap.code(), "application-not-a-map"),
        (ApplicationError::Label("'a'".into()).code(), "application-label"),
        (ApplicationError::DuplicateKey("'b'".into()).code(), "application-duplicate-key"),
        (ApplicationError::Value("a float").code(), "application-value"),
        (ApplicationError::TooDeep.code(), "application-too-deep"),
    ]);
}

#[test]
fn the_phones_side() {
    hold([
        (AcceptError::NotACredential.code(), "not-a-credential"),
        (AcceptError::OtherDevice.code(), "other-device"),
        (AcceptError::OtherPermit.code(), "other-permit"),
        (AcceptError::Rejected(rejection()).code(), "bad-signature"),
    ]);
    hold([
        (ScheduleError::Validity { not_before: at(2), expires: at(1) }.code(), "validity-empty"),
        (ScheduleError::Window { window: 0, max: 1 }.code(), "window-out-of-range"),
        (ScheduleError::Refresh { refresh: 0, window: 1 }.code(), "refresh-out-of-range"),
    ]);
}

#[test]
fn policies() {
    hold([
        (PolicyError::Claim(name()).code(), "length-out-of-range"),
        (PolicyError::ReservedName.code(), "gate-name-reserved"),
        (PolicyError::NoClass.code(), "no-class"),
        (PolicyError::Forms.code(), "forms-not-allowed"),
        (PolicyError::Window { found: 90_000 }.code(), "window-out-of-range"),
        (PolicyError::Skew { found: 50_000 }.code(), "skew-out-of-range"),
        (PolicyError::MaxCredentialAge.code(), "credential-age-zero"),
        (PolicyError::NothingAnswers.code(), "nothing-answers"),
    ]);
}
