//! Codes and names are stable, distinct, and kebab-case.

use std::collections::BTreeSet;

use livepermit_issuer::domain::{
    CaseId, Class, DomainError, Event, KeyThumbprint, OfficeId, RequestKind,
};

fn is_kebab(name: &str) -> bool {
    let word = |word: &str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase());
    name.split('-').all(word)
}

#[test]
fn codes_and_names_are_distinct_and_in_kebab_case() {
    for names in [DomainError::CODES, Event::NAMES] {
        assert!(names.len() > 20);
        assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), names.len());
        for name in names {
            assert!(is_kebab(name), "{name}");
        }
    }
}

#[test]
fn an_error_says_what_was_compared_and_what_to_do() {
    let case = CaseId::from_bytes([0xab; 16]);
    let error = DomainError::CheckMissing { case, request: RequestKind::New };
    assert_eq!(error.code(), "check-missing");
    assert_eq!(
        error.to_string(),
        "Case abababababababababababababababab (new) has no check on site. Record a check first."
    );
}

#[test]
fn an_identifier_has_one_writing() {
    let text = "00112233445566778899aabbccddeeff";
    let case: CaseId = text.parse().expect("16 bytes");
    assert_eq!(case.as_bytes()[..3], [0x00, 0x11, 0x22]);
    assert_eq!(case.to_string(), text);
    assert_eq!(serde_json::to_string(&case).expect("text"), format!("\"{text}\""));
    for wrong in [
        "",
        "00",
        &text.to_uppercase(),
        text.trim_start_matches('0'),
        &format!("{text}0"),
        "é".repeat(16).as_str(),
    ] {
        let error = wrong.parse::<CaseId>().expect_err(wrong);
        assert_eq!(error, DomainError::IdMalformed { kind: "CaseId", bytes: 16 });
        assert!(serde_json::from_str::<KeyThumbprint>(&format!("\"{wrong}\"")).is_err());
    }
}

#[test]
fn a_name_needs_no_escaping() {
    for good in ["a", "north-2", "A.b_9", &"x".repeat(64)] {
        assert_eq!(OfficeId::new(good).expect(good).as_str(), good);
    }
    for wrong in ["", "a b", "a/b", "ä", "<b>", "a\n", &"x".repeat(65)] {
        let error = Class::new(wrong).expect_err(wrong);
        assert_eq!(error, DomainError::NameMalformed { kind: "Class", bytes: wrong.len() });
        assert!(serde_json::from_value::<OfficeId>(wrong.into()).is_err());
    }
}
