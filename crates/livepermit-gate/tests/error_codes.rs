//! The codes of errors, which programs compare: each variant has the code that stands here, for
//! ever.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail the test")]

use livepermit::Permit;
use livepermit::field::ClaimError;
use livepermit::verify::PolicyError;
use livepermit_gate::fetch::UrlError;
use livepermit_gate::replay::{StoreError, StoreErrorKind};
use livepermit_gate::{GateError, OpenChallengeError};

/// Each code is the code expected, and in kebab-case.
fn hold<const N: usize>(cases: [(&'static str, &str); N]) {
    for (code, expected) in cases {
        assert_eq!(code, expected);
        let is_word = |word: &str| {
            !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
        };
        assert!(code.starts_with(|c: char| c.is_ascii_lowercase()), "{code:?}");
        assert!(code.split('-').all(is_word), "{code:?}");
    }
}

fn name() -> ClaimError {
    Permit::new("", "bj.example:visit").unwrap_err()
}

#[test]
fn gates_and_challenges() {
    let other_gate = GateError::OtherGate { found: "a".into(), expected: "b".into() };
    let cool_down = GateError::CoolDownBeyondRetention { cool_down: 2, retention: 1 };
    hold([
        (GateError::Claim(name()).code(), "length-out-of-range"),
        (GateError::Policy(PolicyError::NoClass).code(), "no-class"),
        (GateError::Policy(PolicyError::Claim(name())).code(), "length-out-of-range"),
        (GateError::NoTrust.code(), "no-trust"),
        (GateError::NoRevocation.code(), "no-revocation"),
        (GateError::NoStore.code(), "no-store"),
        (other_gate.code(), "other-gate"),
        (
            GateError::WindowBeyondRetention { window: 2, retention: 1 }.code(),
            "window-beyond-retention",
        ),
        (GateError::SkewBeyondRetention { skew: 2, retention: 1 }.code(), "skew-beyond-retention"),
        (cool_down.code(), "cool-down-beyond-retention"),
    ]);
    hold([
        (OpenChallengeError::OtherGate.code(), "challenge-other-gate"),
        (OpenChallengeError::Over.code(), "challenge-over"),
        (OpenChallengeError::DigitsLiveTooLong.code(), "digits-live-too-long"),
        (OpenChallengeError::TooShort.code(), "nonce-too-short"),
        (OpenChallengeError::DigitsOpen.code(), "digits-open"),
        (OpenChallengeError::AlreadyOpen.code(), "challenge-open"),
    ]);
}

#[test]
fn stores() {
    let kinds = [
        (StoreErrorKind::Unreachable, "store-unreachable"),
        (StoreErrorKind::InUse, "store-in-use"),
        (StoreErrorKind::Foreign, "store-foreign"),
        (StoreErrorKind::Damaged, "store-damaged"),
        (StoreErrorKind::Storage, "store-storage"),
        (StoreErrorKind::Setup, "store-setup"),
    ];
    hold(kinds.map(|(kind, code)| (kind.code(), code)));
    hold(kinds.map(|(kind, code)| (StoreError::of(kind, "oh").code(), code)));
}

#[test]
fn addresses() {
    hold([
        (UrlError::NoWebAddress.code(), "url-no-web-address"),
        (UrlError::Plain.code(), "url-plain"),
        (UrlError::Malformed.code(), "url-malformed"),
        (UrlError::User.code(), "url-user"),
    ]);
}

#[cfg(feature = "file")]
#[test]
fn files_and_folders() {
    use livepermit_gate::lists::{FileAction, FolderError, ListError, OpenError, read_list};

    let folder = tempfile::TempDir::new().unwrap();
    let missing = read_list(&folder.path().join("missing")).unwrap_err();
    let in_use = FolderError::InUse { path: folder.path().to_owned() };
    let list = OpenError::List { name: "status.cwt".into(), error: ListError::NotFetchedYet };
    hold([
        (FileAction::Open.code(), "file-not-opened"),
        (FileAction::Read.code(), "file-not-read"),
        (FileAction::Write.code(), "file-not-written"),
        (FileAction::MakeFolder.code(), "folder-not-made"),
        (missing.code(), "file-not-opened"),
        (OpenError::Folder(in_use).code(), "folder-in-use"),
        (list.code(), "list-not-fetched"),
    ]);
}
