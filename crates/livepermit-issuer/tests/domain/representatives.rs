//! Guardians and relatives.

use livepermit_issuer::domain::{
    Application, Case, Channel, Consent, DomainError, Mandate, Party, Permit, Person,
    RepresentativeKind, Request,
};

use crate::support::{
    adult, approved, at, binding, case_id, child, date, device, mandate, new_permit, new_request,
    on, permit, permit_id, permit_of_child, person, plain_calendar, representative,
};

#[test]
fn a_guardian_shows_a_childs_permit_until_the_majority() {
    let issued = on("2028-03-01");
    let mut permit = permit_of_child(&issued);
    let guardian = &permit.representatives()[0];
    assert_eq!((guardian.id, guardian.until), (representative(1), Some(date("2028-06-15"))));
    let party = Party::Representative(representative(1));
    permit.bind(binding(1, party), &issued).expect("the guardian acts");
    let terms = permit.credential(device(1), &at("2028-06-14T12:00")).expect("the day before");
    assert_eq!((terms.party, terms.until), (party, at("2028-06-15T00:00").now()));

    let birthday = at("2028-06-15T00:00");
    let over = permit.credential(device(1), &birthday).expect_err("the 18th birthday");
    assert_eq!(over.code(), "representative-closed");
    permit.pass_time(&birthday).expect("a good clock");
    assert!(permit.bindings().active().is_none());
    assert_eq!(permit.entries_to_withdraw().count(), 1);
    permit.open_enrolment(&birthday).expect("the permit is good");
    let closed =
        permit.bind(binding(2, party), &birthday).expect_err("the guardian acts no longer");
    assert_eq!(closed.code(), "representative-closed");
    permit.bind(binding(2, Party::Holder), &birthday).expect("the holder's own phone");
}

#[test]
fn a_child_that_comes_of_age_before_the_issue_has_no_guardian() {
    let guardian = mandate(RepresentativeKind::Guardian, None);
    let (before, after) = (on("2028-06-10"), on("2028-06-15"));
    let mut case = approved(1, new_request(Some(guardian)), child(), &before, &after);
    let (permit, _) = Permit::issue(new_permit(), &mut case, &after).expect("it is approved");
    assert_eq!(permit.representatives(), []);
}

#[test]
fn majority_is_the_eighteenth_birthday() {
    for (born, of_age) in [
        ("2010-06-15", "2028-06-15"),
        // 2026 has no 29 February.
        ("2008-02-29", "2026-03-01"),
        ("2010-02-28", "2028-02-28"),
    ] {
        let person = person("Mei Example", born);
        assert_eq!(person.of_age_on(), date(of_age), "{born}");
        assert!(person.is_minor(date(of_age).yesterday().expect("a day")));
        assert!(!person.is_minor(date(of_age)));
    }
}

#[test]
fn a_mandate_is_refused_for_what_it_lacks() {
    let moment = on("2026-03-02");
    let good = mandate(RepresentativeKind::Relative, None);
    let future = Consent { on: date("2026-03-03"), document: None };
    let table = [
        (Mandate { evidence: vec![], ..good.clone() }, "evidence-missing"),
        (Mandate { consent: future, ..good.clone() }, "consent-in-future"),
        (Mandate { until: Some(date("2026-03-02")), ..good.clone() }, "mandate-over"),
        (Mandate { kind: RepresentativeKind::Guardian, ..good.clone() }, "guardian-of-adult"),
    ];
    let mut permit = permit(&moment);
    for (wrong, code) in table {
        let error = permit.add_representative(representative(1), wrong, &moment);
        assert_eq!(error.expect_err(code).code(), code);
    }
    permit.add_representative(representative(1), good.clone(), &moment).expect("a good mandate");
    let again = permit.add_representative(representative(1), good, &moment).expect_err("used");
    assert_eq!(again.code(), "id-used");
}

#[test]
fn the_end_of_a_mandate_closes_the_phone_of_the_one_who_acted() {
    let moment = on("2026-03-02");
    let mut permit = permit(&moment);
    let relative = mandate(RepresentativeKind::Relative, Some(date("2026-06-01")));
    permit.add_representative(representative(1), relative, &moment).expect("a good mandate");
    let stranger = binding(1, Party::Representative(representative(2)));
    let unknown = permit.bind(stranger, &moment).expect_err("no mandate");
    assert_eq!(unknown.code(), "representative-unknown");
    let party = Party::Representative(representative(1));
    permit.bind(binding(1, party), &moment).expect("the relative acts");

    let mut by_time = permit.clone();
    by_time.pass_time(&on("2026-06-01")).expect("a good clock");
    let mut by_will = permit;
    by_will.close_representative(representative(1), &on("2026-04-01")).expect("the relative acts");
    for permit in [by_time, by_will] {
        assert!(permit.bindings().active().is_none());
        assert_eq!(permit.entries_to_withdraw().count(), 1);
    }
}

#[test]
fn a_corrected_date_of_birth_moves_the_guardians_end() {
    let issued = on("2026-03-02");
    let changed = |born: &str| -> (Person, Permit) {
        let mut permit = permit_of_child(&issued);
        let party = Party::Representative(representative(1));
        permit.bind(binding(1, party), &issued).expect("the guardian acts");
        let corrected = person("Mei Example", born);
        let request = Request::Change { permit: permit_id() };
        let mut case = approved(2, request, corrected.clone(), &issued, &issued);
        permit.carry_out(&mut case, &issued).expect("it is approved");
        (corrected, permit)
    };
    let (corrected, later) = changed("2011-06-15");
    assert_eq!(later.representatives()[0].until, Some(corrected.of_age_on()));
    assert!(later.bindings().active().is_some());
    // The child is of age by the right date: the guardian acts no longer, from now on.
    let (_, adult_already) = changed("2007-01-01");
    assert!(adult_already.representatives()[0].closed.is_some());
    assert!(adult_already.bindings().active().is_none());
}

#[test]
fn an_adult_has_no_guardian_in_an_application() {
    let application = Application {
        id: case_id(1),
        request: new_request(Some(mandate(RepresentativeKind::Guardian, None))),
        applicant: adult(),
        address: None,
        channel: Channel::Website,
    };
    let calendar = plain_calendar();
    let error = Case::submit(application, &calendar, &on("2026-03-02"));
    let refused = DomainError::GuardianOfAdult { today: date("2026-03-02") };
    assert_eq!(error.expect_err("of age"), refused);
}
