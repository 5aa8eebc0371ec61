//! Personal data: not in logs, not in events, gone after erasure.

use livepermit_issuer::domain::{
    CancelGround, Card, Case, Finding, IdentityDocument, IdentityKind, Permit, Person, Reason,
    RefusalGround, RepresentativeKind, Subject,
};

use crate::support::{
    approved, check, child, date, document, mandate, new_permit, new_request, office, officer, on,
    representative, submit,
};

/// Words that only personal data contains here.
const PERSONAL: &[&str] = &[
    "Mei",
    "Lin",
    "Ada",
    "S-4711",
    "2010-06-15",
    "2028-06-15",
    "1980-01-01",
    "C-99",
    "gone",
    "示例路",
];

fn assert_free(text: &str) {
    for word in PERSONAL {
        assert!(!text.contains(word), "{word} in {text}");
    }
}

/// A child's case and permit with all the personal data that they can have, and the events.
fn full() -> (Case, Permit, String) {
    let moment = on("2026-03-02");
    let guardian = mandate(RepresentativeKind::Guardian, None);
    let mut case = approved(1, new_request(Some(guardian)), child(), &moment, &moment);
    let (mut permit, mut events) =
        Permit::issue(new_permit(), &mut case, &moment).expect("it is approved");
    let card = Card { number: "C-99".to_owned(), until: date("2029-01-01") };
    events.extend(permit.record_card(card.clone(), &moment).expect("a new card"));
    let again = permit.record_card(card, &moment).expect_err("it is there");
    assert_eq!(again.code(), "card-recorded-already");
    let second = mandate(RepresentativeKind::Relative, None);
    events.extend(
        permit.add_representative(representative(2), second, &moment).expect("a good mandate"),
    );
    events.extend(permit.attach(document(9), &moment).expect("a letter"));
    let look = check(Finding::NotAsStated, &moment);
    events.extend(permit.record_follow_up(look, &moment).expect("a good time"));
    let reason = Reason { ground: CancelGround::MovedAway, note: Some("Mei is gone.".to_owned()) };
    events.extend(permit.cancel(officer(), reason, &moment).expect("the permit is good"));
    (case, permit, serde_json::to_string(&events).expect("events have text"))
}

#[test]
fn neither_debug_nor_events_show_personal_data() {
    let (case, permit, events) = full();
    assert_free(&events);
    assert_free(&format!("{case:?}"));
    assert_free(&format!("{permit:?}"));
    // The documents have it: the test above would find it.
    let text = serde_json::to_string(&(&case, &permit)).expect("documents have text");
    assert!(PERSONAL.iter().all(|word| text.contains(word)), "{text}");
}

#[test]
fn erasure_keeps_what_the_register_must_keep() {
    let (mut case, mut permit, _) = full();
    for early in ["2026-03-02", "2026-03-31"] {
        let moment = on(early);
        for error in [case.erase(30, &moment), permit.erase(30, &moment)] {
            assert_eq!(error.expect_err(early).code(), "erasure-too-early");
        }
    }
    let moment = on("2026-04-01");
    let before = (case.clone(), permit.clone());
    let events = case.erase(30, &moment).expect("30 days have passed");
    let evidence = document(1).id.to_string();
    assert!(serde_json::to_string(&events).expect("text").contains(&evidence));
    let events = permit.erase(30, &moment).expect("30 days have passed");
    assert_eq!(events.len(), 1);
    let letter = document(9).id.to_string();
    assert!(serde_json::to_string(&events).expect("text").contains(&letter));
    assert!(permit.documents().is_empty());
    assert_free(&serde_json::to_string(&(&case, &permit)).expect("documents have text"));
    assert_eq!(case.applicant(), &Subject::Erased { at: moment.now() });

    assert_eq!((case.id(), case.submitted()), (before.0.id(), before.0.submitted()));
    assert_eq!(case.decision(), before.0.decision());
    assert_eq!(permit.recorded_state().name(), "cancelled");
    assert_eq!((permit.number(), permit.ends()), (before.1.number(), before.1.ends()));
    assert!(permit.entries().eq(before.1.entries()));

    // A second time changes nothing.
    assert_eq!(case.erase(30, &on("2026-05-01")), Ok(vec![]));
    assert_eq!(permit.erase(30, &on("2026-05-01")), Ok(vec![]));
    assert_eq!(case.applicant(), &Subject::Erased { at: moment.now() });
    let card = Card { number: "C-99".to_owned(), until: date("2029-01-01") };
    let erased = permit.record_card(card, &on("2026-05-01")).expect_err("nobody is there");
    assert_eq!(erased.code(), "holder-erased");
}

#[test]
fn what_goes_on_is_not_erased() {
    let moment = on("2026-03-02");
    let mut open = submit(1, new_request(None), child(), &moment);
    assert_eq!(open.erase(0, &moment).expect_err("open").code(), "case-open");
    let mut case = approved(1, new_request(None), child(), &moment, &moment);
    let (mut permit, _) = Permit::issue(new_permit(), &mut case, &moment).expect("approved");
    assert_eq!(permit.erase(0, &moment).expect_err("good").code(), "permit-not-over");
    permit.erase(0, &on("2027-03-02")).expect("it has ended");
}

#[test]
fn nothing_is_issued_from_erased_data() {
    let moment = on("2026-03-02");
    let mut case = approved(1, new_request(None), child(), &moment, &moment);
    case.erase(0, &moment).expect("it was decided");
    let before = case.clone();
    let error = Permit::issue(new_permit(), &mut case, &moment).expect_err("no data");
    assert_eq!(error.code(), "applicant-erased");
    assert_eq!(case, before);
}

#[test]
fn a_refused_case_keeps_the_ground_without_the_note() {
    let moment = on("2026-03-02");
    let mut case = submit(1, new_request(None), child(), &moment);
    case.assign(office(), officer(), &moment).expect("no officer has it");
    let reason = Reason { ground: RefusalGround::Untrue, note: Some("Mei moved".to_owned()) };
    case.refuse(officer(), reason, &moment).expect("it is open");
    case.erase(0, &moment).expect("it was decided");
    let text = serde_json::to_string(&case).expect("text");
    assert_free(&text);
    assert!(text.contains("untrue"), "{text}");
}

#[test]
fn a_person_is_what_a_form_can_say() {
    let document = |number: &str| IdentityDocument {
        kind: IdentityKind::IdentityCard,
        number: number.to_owned(),
    };
    let born = date("1990-05-04");
    let lin = Person::new("  林 例 ", born, document(" 110-X ")).expect("a good form");
    assert_eq!((lin.name(), lin.document().number.as_str()), ("林 例", "110-X"));
    let long = "x".repeat(201);
    for (name, number, field) in [
        ("", "1", "name"),
        (" ", "1", "name"),
        ("Lin\u{7}", "1", "name"),
        (&long, "1", "name"),
        ("Lin", "", "document number"),
        ("Lin", "1\n2", "document number"),
    ] {
        let error = Person::new(name, born, document(number)).expect_err(field);
        assert_eq!(error.code(), "person-malformed");
        assert!(error.to_string().contains(field), "{error}");
    }
    // A document of the store goes through the same rules.
    let mut text = serde_json::to_value(&lin).expect("text");
    text["name"] = "".into();
    assert!(serde_json::from_value::<Person>(text.clone()).is_err());
    text["name"] = "Lin".into();
    text["nickname"] = "L".into();
    assert!(serde_json::from_value::<Person>(text).is_err());
}
