//! A case: its steps, its deadline, and what is refused.

use livepermit_issuer::domain::{
    Application, Calendar, CancelGround, Case, CaseState, Channel, Document, DomainError, Finding,
    MAX_DOCUMENT_BYTES, MAX_DOCUMENTS, Outcome, Permit, Reason, RefusalGround, RepresentativeKind,
    Request, Standing,
};

use crate::support::{
    adult, approve, approved, at, case_id, check, date, document, mandate, new_permit, new_request,
    office, officer, on, permit_id, person, plain_calendar, staff, submit,
};

#[test]
fn a_new_permit_from_application_to_issue() {
    let monday = on("2026-03-02");
    let mut case = submit(1, new_request(None), adult(), &monday);
    assert_eq!(case.due(), Some(date("2026-03-12")));
    approve(&mut case, &on("2026-03-09"));
    let (permit, events) =
        Permit::issue(new_permit(), &mut case, &on("2026-03-10")).expect("it is");
    let names: Vec<_> = events.iter().map(|event| event.name()).collect();
    assert_eq!(names, ["case-carried-out", "permit-issued"]);
    assert_eq!((permit.began(), permit.ends()), (date("2026-03-10"), date("2027-03-10")));
    let Some(Outcome::Approved { carried_out: Some(done) }) =
        case.decision().map(|decision| &decision.outcome)
    else {
        panic!("carried out")
    };
    assert_eq!(done.permit, permit_id());

    let again = Permit::issue(new_permit(), &mut case, &on("2026-03-11")).expect_err("once");
    assert_eq!(again.code(), "case-carried-out");
}

#[test]
fn the_deadline_is_told_day_by_day() {
    let calendar = plain_calendar();
    // A Monday. The eighth working day is Thursday of the next week.
    let mut case = submit(1, new_request(None), adult(), &on("2026-03-02"));
    let table = [
        ("2026-03-02", Standing::Calm { left: 8 }),
        ("2026-03-06", Standing::Calm { left: 4 }),
        ("2026-03-08", Standing::Calm { left: 4 }),
        ("2026-03-09", Standing::Calm { left: 3 }),
        ("2026-03-10", Standing::Soon { left: 2 }),
        ("2026-03-11", Standing::Soon { left: 1 }),
        ("2026-03-12", Standing::Today),
        ("2026-03-13", Standing::Over { days: 1 }),
        ("2026-03-16", Standing::Over { days: 4 }),
    ];
    for (day, standing) in table {
        assert_eq!(case.standing(&calendar, &on(day)), Ok(standing), "{day}");
    }
    approve(&mut case, &on("2026-03-16"));
    assert_eq!(case.standing(&calendar, &on("2026-03-20")), Ok(Standing::Settled));
}

#[test]
fn a_day_is_a_day_of_the_office() {
    // Sunday in Greenwich, Monday in the office: Monday does not count.
    let case = submit(1, new_request(None), adult(), &at("2026-03-02T01:00"));
    assert_eq!(case.due(), Some(date("2026-03-12")));
    // A minute before midnight in the office is still the same day.
    let case = submit(1, new_request(None), adult(), &at("2026-03-02T23:59"));
    assert_eq!(case.due(), Some(date("2026-03-12")));
}

#[test]
fn an_application_is_taken_when_the_calendar_ends_too_early() {
    let short = Calendar::new([], [], date("2026-12-31")).expect("a good calendar");
    let application = Application {
        id: case_id(1),
        request: new_request(None),
        applicant: adult(),
        address: None,
        channel: Channel::App,
    };
    let moment = on("2026-12-28");
    let (mut case, _) = Case::submit(application, &short, &moment).expect("it is taken");
    assert_eq!(case.due(), None);
    let unknown =
        DomainError::CalendarEnds { date: date("2027-01-01"), known_until: date("2026-12-31") };
    assert_eq!(case.standing(&short, &moment), Err(unknown.clone()));
    assert_eq!(case.set_deadline(&short, &moment), Err(unknown));

    let next =
        Calendar::new([date("2027-01-01")], [], date("2027-12-31")).expect("a good calendar");
    assert_eq!(case.standing(&next, &moment), Ok(Standing::Calm { left: 8 }));
    let events = case.set_deadline(&next, &on("2026-12-29")).expect("the calendar reaches");
    assert_eq!(events.len(), 1);
    assert_eq!(case.due(), Some(date("2027-01-08")));
    assert_eq!(case.set_deadline(&next, &on("2026-12-29")), Ok(vec![]));
}

#[test]
fn only_the_officer_who_has_the_case_checks_it() {
    let moment = on("2026-03-02");
    let mut case = submit(1, new_request(None), adult(), &moment);
    let unassigned = case.record_check(check(Finding::AsStated, &moment), &moment);
    assert_eq!(unassigned, Err(DomainError::CaseNotAssigned { case: case_id(1) }));

    case.assign(office(), staff("officer-2"), &moment).expect("no officer has it");
    let error = case.record_check(check(Finding::AsStated, &moment), &moment);
    let (officer_2, by) = (staff("officer-2"), officer());
    let other = DomainError::CaseOfAnotherOfficer { case: case_id(1), officer: officer_2, by };
    assert_eq!(error, Err(other));

    case.assign(office(), officer(), &moment).expect("another officer has it");
    let same = case.assign(office(), officer(), &moment).expect_err("the officer has it");
    assert_eq!(same.code(), "case-assigned-already");
    case.record_check(check(Finding::AsStated, &moment), &moment).expect("the officer has it");
    // A new officer keeps what the one before has seen.
    case.assign(office(), staff("officer-3"), &moment).expect("another officer has it");
    assert!(matches!(case.state(), CaseState::Checked { .. }));
}

#[test]
fn an_approval_needs_a_last_check_that_supports_it() {
    let moment = on("2026-03-02");
    let mut case = submit(1, new_request(None), adult(), &moment);
    case.assign(office(), officer(), &moment).expect("no officer has it");
    let missing = case.approve(officer(), &moment).expect_err("nobody has looked");
    assert_eq!(missing.code(), "check-missing");
    for (day, finding, code) in [
        ("2026-03-03", Finding::NobodyMet, Some("check-not-confirmed")),
        ("2026-03-04", Finding::AsStated, None),
        ("2026-03-05", Finding::NotAsStated, Some("check-not-confirmed")),
    ] {
        let moment = on(day);
        case.record_check(check(finding, &moment), &moment).expect("the officer has it");
        let outcome = case.clone().approve(officer(), &moment);
        assert_eq!(outcome.err().map(|error| error.code()), code, "{day}");
    }
    // The other way is always open.
    let reason = Reason::new(RefusalGround::Untrue);
    case.refuse(officer(), reason, &on("2026-03-06")).expect("it is open");
    let error = Permit::issue(new_permit(), &mut case, &on("2026-03-06")).expect_err("refused");
    assert_eq!(error.code(), "case-not-approved");
}

#[test]
fn requests_without_a_new_statement_need_no_check() {
    let moment = on("2026-03-02");
    let permit = permit_id();
    for (request, needs) in [
        (Request::Change { permit }, true),
        (Request::Endorsement { permit }, false),
        (Request::NewDevice { permit }, false),
        (Request::Cancellation { permit, ground: CancelGround::HolderAsked }, false),
    ] {
        let kind = request.kind();
        let mut case = submit(1, request, adult(), &moment);
        case.assign(office(), officer(), &moment).expect("no officer has it");
        assert_eq!(case.approve(officer(), &moment).is_err(), needs, "{kind}");
    }
}

#[test]
fn a_check_is_dated_between_the_application_and_now() {
    let (submitted, now) = (on("2026-03-02"), on("2026-03-05"));
    let mut case = submit(1, new_request(None), adult(), &submitted);
    case.assign(office(), officer(), &now).expect("no officer has it");
    for wrong in [at("2026-03-02T08:59"), at("2026-03-05T09:01")] {
        let error = case.record_check(check(Finding::AsStated, &wrong), &now).expect_err("wrong");
        assert_eq!(error.code(), "check-time");
    }
    // An officer types on Thursday what was seen on Wednesday.
    let seen = on("2026-03-04");
    case.record_check(check(Finding::AsStated, &seen), &now).expect("between the two");
    let before = on("2026-03-03");
    let error = case.record_check(check(Finding::NobodyMet, &before), &now).expect_err("wrong");
    assert_eq!(error.code(), "check-time");
}

#[test]
fn a_settled_case_stays_settled() {
    let moment = on("2026-03-02");
    let mut withdrawn = submit(1, new_request(None), adult(), &moment);
    withdrawn.withdraw(&moment).expect("it is open");
    let decided = approved(2, new_request(None), adult(), &moment, &moment);
    for mut case in [withdrawn, decided] {
        let before = case.clone();
        let later = on("2026-03-03");
        let outcomes = [
            case.withdraw(&later),
            case.attach(document(9), &later),
            case.assign(office(), staff("officer-9"), &later),
            case.record_check(check(Finding::AsStated, &later), &later),
            case.approve(officer(), &later),
            case.refuse(officer(), Reason::new(RefusalGround::Untrue), &later),
            case.set_deadline(&plain_calendar(), &later),
        ];
        for outcome in outcomes {
            assert_eq!(outcome.expect_err("it is settled").code(), "case-settled");
        }
        assert_eq!(case, before);
    }
}

#[test]
fn documents_have_bounds() {
    let moment = on("2026-03-02");
    let mut case = submit(1, new_request(None), adult(), &moment);
    for (bytes, good) in [(0, false), (1, true), (MAX_DOCUMENT_BYTES, true)] {
        let sized = Document { bytes, ..document(1) };
        assert_eq!(case.clone().attach(sized, &moment).is_ok(), good, "{bytes}");
    }
    let large = Document { bytes: MAX_DOCUMENT_BYTES + 1, ..document(1) };
    assert_eq!(case.attach(large, &moment).expect_err("too large").code(), "document-size");
    case.attach(document(0), &moment).expect("the first");
    let again = case.attach(document(0), &moment).expect_err("it is there");
    assert_eq!(again.code(), "document-attached-already");
    for byte in 1..u8::try_from(MAX_DOCUMENTS).expect("a few") {
        case.attach(document(byte), &moment).expect("there is room");
    }
    let more = case.attach(document(200), &moment).expect_err("no room is left");
    assert_eq!(more, DomainError::TooManyDocuments { most: MAX_DOCUMENTS });
}

#[test]
fn a_mandate_rests_on_attached_documents() {
    let moment = on("2026-03-02");
    let relative = mandate(RepresentativeKind::Relative, None);
    let mut case = submit(1, new_request(Some(relative)), adult(), &moment);
    case.assign(office(), officer(), &moment).expect("no officer has it");
    case.record_check(check(Finding::AsStated, &moment), &moment).expect("the officer has it");
    let error = case.approve(officer(), &moment).expect_err("nothing is attached");
    assert_eq!(error, DomainError::EvidenceNotAttached { document: document(1).id });
    case.attach(document(1), &moment).expect("it is open");
    case.approve(officer(), &moment).expect("the evidence is there");
}

#[test]
fn nobody_is_born_tomorrow() {
    let application = Application {
        id: case_id(1),
        request: new_request(None),
        applicant: person("Lin Example", "2026-03-03"),
        address: None,
        channel: Channel::Office,
    };
    let submit = |day: &str| Case::submit(application.clone(), &plain_calendar(), &on(day));
    assert_eq!(submit("2026-03-02").expect_err("tomorrow").code(), "born-in-future");
    submit("2026-03-03").expect("born today");
}

#[test]
fn a_clock_that_was_set_back_is_named() {
    let mut case = submit(1, new_request(None), adult(), &at("2026-03-02T09:00"));
    let back = case.assign(office(), officer(), &at("2026-03-02T08:54")).expect_err("too far");
    assert_eq!(back.code(), "clock-back");
    // Two servers may differ by five minutes. The later time is written down.
    case.assign(office(), officer(), &at("2026-03-02T08:55")).expect("near enough");
    assert_eq!(case.changed(), at("2026-03-02T09:00").now());
}
