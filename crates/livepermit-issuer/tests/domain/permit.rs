//! A permit: issue, devices, slips, endorsement, suspension, cancellation.

use livepermit_issuer::domain::{
    Binding, CancelGround, Card, DomainError, EntryState, Event, Finding, Moment, Party, Permit,
    PermitId, PermitState, Reason, Request, SlipEnd, SuspendGround,
};

use crate::support::{
    adult, approved, at, binding, case_id, date, device, entry, new_permit, new_request, officer,
    on, permit, permit_id, person, slip,
};

fn names(events: &[Event]) -> Vec<&'static str> {
    events.iter().map(Event::name).collect()
}

fn withdrawn(permit: &Permit) -> Vec<u32> {
    permit.entries_to_withdraw().map(|entry| entry.index).collect()
}

/// Carries out a request that was applied for on one day and done on another.
fn carry_out(
    permit: &mut Permit,
    request: Request,
    applied: &Moment,
    done: &Moment,
) -> Result<Vec<Event>, DomainError> {
    permit.carry_out(&mut approved(2, request, adult(), applied, done), done)
}

/// A permit of 2 March 2026 on device 1.
fn bound() -> Permit {
    let moment = on("2026-03-02");
    let mut permit = permit(&moment);
    permit.bind(binding(1, Party::Holder), &moment).expect("an issue opens the enrolment");
    permit
}

#[test]
fn a_new_phone_withdraws_the_old_one() {
    let mut permit = bound();
    let moment = on("2026-03-03");
    let closed = permit.bind(binding(2, Party::Holder), &moment).expect_err("nobody asked");
    assert_eq!(closed, DomainError::EnrolmentClosed { permit: permit_id() });

    carry_out(&mut permit, Request::NewDevice { permit: permit_id() }, &moment, &moment)
        .expect("it is approved");
    // Until the new phone is there, the old one goes on.
    permit.credential(device(1), &moment).expect("the old phone");
    let events = permit.bind(binding(2, Party::Holder), &moment).expect("the enrolment is open");
    assert_eq!(names(&events), ["device-closed", "entry-changed", "device-bound"]);
    assert_eq!(events[1].entry_change(), Some((entry(1), EntryState::Withdrawn)));
    assert_eq!(withdrawn(&permit), [1]);
    assert_eq!(permit.credential(device(2), &moment).expect("the new phone").entry, entry(2));
    let old = permit.credential(device(1), &moment).expect_err("the old phone");
    assert_eq!(old.code(), "device-closed");
    let stranger = permit.credential(device(3), &moment).expect_err("a stranger's phone");
    assert_eq!(stranger.code(), "device-unknown");
}

#[test]
fn nothing_of_an_old_binding_is_used_again() {
    let mut permit = bound();
    let moment = on("2026-03-03");
    permit.print_slip(slip(1), entry(5), None, &moment).expect("the permit is good");
    permit.open_enrolment(&moment).expect("the permit is good");
    let fresh = binding(2, Party::Holder);
    for (wrong, code) in [
        (Binding { id: binding(1, Party::Holder).id, ..fresh }, "id-used"),
        (Binding { device: device(1), ..fresh }, "device-key-used"),
        (Binding { entry: entry(1), ..fresh }, "entry-used"),
        (Binding { entry: entry(5), ..fresh }, "entry-used"),
    ] {
        assert_eq!(permit.bind(wrong, &moment).expect_err("used").code(), code);
    }
    permit.bind(fresh, &moment).expect("nothing of it was used");
    let used = permit.print_slip(slip(2), entry(1), None, &moment).expect_err("used");
    assert_eq!(used, DomainError::EntryUsed { permit: permit_id(), entry: entry(1) });
    let used = permit.print_slip(slip(1), entry(6), None, &moment).expect_err("used");
    assert_eq!(used.code(), "id-used");
}

#[test]
fn a_credential_ends_after_a_day_and_never_behind_the_permit() {
    let permit = bound();
    let terms = permit.credential(device(1), &at("2026-03-10T12:00")).expect("the permit is good");
    assert_eq!(terms.until, at("2026-03-11T12:00").now());
    assert_eq!((terms.party, terms.entry), (Party::Holder, entry(1)));

    // The permit ends with the first of March 2027.
    let terms = permit.credential(device(1), &at("2027-03-01T23:59")).expect("a minute is left");
    assert_eq!(terms.until, at("2027-03-02T00:00").now());
    let over = permit.credential(device(1), &at("2027-03-02T00:00")).expect_err("it is over");
    assert_eq!(over, DomainError::PermitEnded { permit: permit_id(), ends: date("2027-03-02") });
}

#[test]
fn a_permit_is_over_whether_or_not_a_job_ran() {
    let mut permit = bound();
    let end = at("2027-03-02T00:00");
    assert_eq!(permit.state(&at("2027-03-01T23:59")), PermitState::Active);
    assert_eq!(permit.state(&end), PermitState::Ended { suspended: None });
    assert_eq!(permit.recorded_state(), &PermitState::Active);
    let bind = permit.clone().bind(binding(2, Party::Holder), &end).expect_err("it is over");
    assert_eq!(bind.code(), "permit-ended");

    let events = permit.pass_time(&end).expect("a good clock");
    assert_eq!(names(&events), ["device-closed", "permit-ended"]);
    assert_eq!(permit.recorded_state(), &PermitState::Ended { suspended: None });
    // The credentials have ended too. No list has to name them.
    assert_eq!(withdrawn(&permit), [0_u32; 0]);
    assert_eq!(permit.pass_time(&end), Ok(vec![]));
}

#[test]
fn an_endorsement_adds_a_year() {
    let mut permit = bound();
    let request = Request::Endorsement { permit: permit_id() };
    let early = on("2026-12-31");
    let error = carry_out(&mut permit, request.clone(), &early, &early).expect_err("61 days");
    assert_eq!(error.code(), "endorsement-too-early");
    let open = on("2027-01-01");
    carry_out(&mut permit, request.clone(), &open, &open).expect("60 days");
    assert_eq!(permit.ends(), date("2028-03-02"));
    permit.credential(device(1), &on("2027-06-01")).expect("the phone goes on");
    let twice = carry_out(&mut permit, request, &open, &open).expect_err("a year too early");
    assert_eq!(twice.code(), "endorsement-too-early");
    assert_eq!(permit.endorsements().len(), 1);
}

#[test]
fn an_office_that_takes_its_time_costs_no_permit() {
    let mut permit = bound();
    let request = Request::Endorsement { permit: permit_id() };
    let done = on("2027-03-09");
    let late = carry_out(&mut permit.clone(), request.clone(), &on("2027-03-02"), &done);
    assert_eq!(late.expect_err("applied after the end").code(), "endorsement-too-late");

    let events = carry_out(&mut permit, request, &on("2027-03-01"), &done).expect("in time");
    let told = [
        "case-carried-out",
        "device-closed",
        "permit-ended",
        "permit-endorsed",
        "enrolment-opened",
    ];
    assert_eq!(names(&events), told);
    assert_eq!(permit.state(&done), PermitState::Active);
    permit.bind(binding(2, Party::Holder), &done).expect("the phone is bound anew");
}

#[test]
fn a_permit_of_a_leap_day_keeps_its_day() {
    let issued = on("2028-02-29");
    let mut permit = permit(&issued);
    assert_eq!(permit.ends(), date("2029-02-28"));
    for end in ["2030-02-28", "2031-02-28", "2032-02-29"] {
        let moment = Moment::new(on("2028-02-29").start_of(permit.ends()), zone());
        let day_before =
            Moment::new(moment.start_of(permit.ends().yesterday().expect("a day")), zone());
        let request = Request::Endorsement { permit: permit_id() };
        carry_out(&mut permit, request, &day_before, &day_before).expect("the day before the end");
        assert_eq!(permit.ends(), date(end));
    }
}

fn zone() -> jiff::tz::TimeZone {
    jiff::tz::TimeZone::fixed(jiff::tz::offset(8))
}

#[test]
fn a_suspension_is_lifted_and_what_was_withdrawn_stays() {
    let mut permit = bound();
    let moment = on("2026-03-03");
    permit.print_slip(slip(1), entry(5), None, &moment).expect("the permit is good");
    permit.print_slip(slip(2), entry(6), None, &moment).expect("the permit is good");
    let reason = Reason::new(SuspendGround::UnderReview);
    let events = permit.suspend(officer(), reason.clone(), &moment).expect("the permit is good");
    let changes: Vec<_> = events.iter().filter_map(Event::entry_change).collect();
    let suspended = EntryState::Suspended;
    assert_eq!(changes, [(entry(1), suspended), (entry(5), suspended), (entry(6), suspended)]);
    for error in [
        permit.credential(device(1), &moment).map(drop),
        permit.suspend(officer(), reason, &moment).map(drop),
        permit.print_slip(slip(3), entry(7), None, &moment).map(drop),
        permit.open_enrolment(&moment).map(drop),
    ] {
        assert_eq!(error.expect_err("it is suspended").code(), "permit-suspended");
    }
    permit.close_slip(slip(1), SlipEnd::Lost, &moment).expect("a loss is always reported");

    let events = permit.resume(officer(), &moment).expect("it is suspended");
    let changes: Vec<_> = events.iter().filter_map(Event::entry_change).collect();
    assert_eq!(changes, [(entry(1), EntryState::Valid), (entry(6), EntryState::Valid)]);
    assert_eq!(withdrawn(&permit), [5]);
    let again = permit.resume(officer(), &moment).expect_err("it is good");
    assert_eq!(again.code(), "permit-not-suspended");
}

#[test]
fn a_suspended_permit_that_ends_stays_refused() {
    let mut permit = bound();
    let reason = Reason::new(SuspendGround::Misuse);
    permit.suspend(officer(), reason, &on("2027-02-20")).expect("the permit is good");
    let done = on("2027-03-09");
    let request = Request::Endorsement { permit: permit_id() };
    let error = carry_out(&mut permit, request, &on("2027-02-19"), &done).expect_err("suspended");
    assert_eq!(error.code(), "permit-suspended");
    let events = permit.pass_time(&done).expect("a good clock");
    assert_eq!(names(&events), ["device-closed", "entry-changed", "permit-ended"]);
    assert_eq!(withdrawn(&permit), [1]);
    assert_eq!(permit.resume(officer(), &done).expect_err("over").code(), "permit-ended");
}

#[test]
fn a_cancellation_names_every_open_entry() {
    let mut permit = bound();
    let moment = on("2026-03-03");
    permit.print_slip(slip(1), entry(5), None, &moment).expect("the permit is good");
    permit.open_enrolment(&moment).expect("the permit is good");
    permit.bind(binding(2, Party::Holder), &moment).expect("the enrolment is open");
    let reason = Reason::new(CancelGround::Untrue);
    permit.cancel(officer(), reason.clone(), &moment).expect("the permit is good");
    assert_eq!(withdrawn(&permit), [1, 2, 5]);
    let later = on("2027-06-01");
    for moment in [&moment, &later] {
        for error in [
            permit.credential(device(2), moment).map(drop),
            permit.cancel(officer(), reason.clone(), moment).map(drop),
            permit.resume(officer(), moment).map(drop),
            permit.open_enrolment(moment).map(drop),
            permit.report_device_lost(moment).map(drop),
        ] {
            assert_eq!(error.expect_err("it is cancelled").code(), "permit-cancelled");
        }
    }
    assert_eq!(permit.pass_time(&later), Ok(vec![]));
}

#[test]
fn the_holder_cancels_by_a_case() {
    let mut permit = bound();
    let moment = on("2026-03-03");
    let ground = CancelGround::HolderAsked;
    let request = Request::Cancellation { permit: permit_id(), ground };
    carry_out(&mut permit, request, &moment, &moment).expect("it is approved");
    let PermitState::Cancelled(cancellation) = permit.state(&moment) else { panic!("cancelled") };
    assert_eq!((cancellation.by, cancellation.reason.ground), (None, CancelGround::HolderAsked));
    assert_eq!(withdrawn(&permit), [1]);
}

#[test]
fn a_check_after_the_issue_leads_to_a_cancellation() {
    let mut permit = bound();
    let moment = on("2026-03-03");
    let id = case_id(2);
    for (finding, ground) in [
        (Finding::AsStated, CancelGround::Untrue),
        (Finding::NobodyMet, CancelGround::MovedAway),
        (Finding::NotAsStated, CancelGround::HolderAsked),
    ] {
        let unfounded = permit.cancellation_after(finding, ground, id).expect_err("no ground");
        assert_eq!(unfounded, DomainError::CancellationUnfounded { finding, ground });
    }
    let found = permit.cancellation_after(Finding::NotAsStated, CancelGround::Untrue, id);
    let application = found.expect("the data is not true");
    assert_eq!((application.id, &application.applicant), (id, &adult()));
    carry_out(&mut permit, application.request, &moment, &moment).expect("it is approved");
    let PermitState::Cancelled(cancellation) = permit.state(&moment) else { panic!("cancelled") };
    // Unlike a holder's own wish, it is the decision of an officer.
    assert_eq!(cancellation.by, Some(officer()));
    assert_eq!(cancellation.reason.ground, CancelGround::Untrue);
    let over = permit.cancellation_after(Finding::NotAsStated, CancelGround::Untrue, id);
    assert_eq!(over.expect_err("it is over").code(), "permit-cancelled");
}

#[test]
fn a_request_of_a_holder_is_written_as_before() {
    let request = Request::Cancellation { permit: permit_id(), ground: CancelGround::HolderAsked };
    let text = serde_json::to_string(&request).expect("text");
    assert_eq!(text, format!("{{\"cancellation\":{{\"permit\":\"{}\"}}}}", permit_id()));
    assert_eq!(serde_json::from_str::<Request>(&text).expect("a request"), request);
}

#[test]
fn a_change_takes_over_the_data_and_closes_slips() {
    let mut permit = bound();
    let moment = on("2026-03-03");
    permit.print_slip(slip(1), entry(5), None, &moment).expect("the permit is good");
    let changed = person("Lin Newname", "1990-05-04");
    let request = Request::Change { permit: permit_id() };
    let mut case = approved(2, request, changed.clone(), &moment, &moment);
    permit.carry_out(&mut case, &moment).expect("it is approved");
    assert_eq!(permit.holder().person(), Some(&changed));
    assert_eq!(withdrawn(&permit), [5]);
    permit.credential(device(1), &moment).expect("the phone stays");
    let again = permit.carry_out(&mut case, &moment).expect_err("once");
    assert_eq!(again.code(), "case-carried-out");
}

#[test]
fn a_case_is_carried_out_where_it_belongs() {
    let moment = on("2026-03-03");
    let mut permit = bound();
    let mut new = approved(2, new_request(None), adult(), &moment, &moment);
    let wrong = permit.carry_out(&mut new, &moment).expect_err("another kind");
    assert_eq!(wrong.code(), "case-of-another-kind");
    let other = PermitId::from_bytes([9; 16]);
    let request = Request::Cancellation { permit: other, ground: CancelGround::HolderAsked };
    let mut foreign = approved(3, request, adult(), &moment, &moment);
    let wrong = permit.carry_out(&mut foreign, &moment).expect_err("another permit");
    assert_eq!(wrong.code(), "case-of-another-permit");
    let wrong = Permit::issue(new_permit(), &mut foreign, &moment).expect_err("another kind");
    assert_eq!(wrong.code(), "case-of-another-kind");
}

#[test]
fn a_slip_is_never_valid_behind_its_permit() {
    let mut permit = bound();
    let moment = on("2026-03-03");
    let far = Some(date("2030-01-01"));
    permit.print_slip(slip(1), entry(5), far, &moment).expect("the permit is good");
    permit.print_slip(slip(2), entry(6), Some(date("2026-03-10")), &moment).expect("a week");
    assert_eq!(permit.slips()[0].until, permit.ends());
    let over = permit.print_slip(slip(3), entry(7), Some(date("2026-03-03")), &moment);
    assert_eq!(over.expect_err("it would be over").code(), "slip-over");
    let events = permit.pass_time(&on("2026-03-10")).expect("a good clock");
    assert_eq!(names(&events), ["slip-closed"]);
    let closed = permit.close_slip(slip(2), SlipEnd::Lost, &on("2026-03-10")).expect_err("over");
    assert_eq!(closed.code(), "slip-closed");
    let unknown = permit.close_slip(slip(9), SlipEnd::Lost, &moment).expect_err("unknown");
    assert_eq!(unknown.code(), "clock-back");
    let unknown =
        permit.close_slip(slip(9), SlipEnd::Lost, &on("2026-03-10")).expect_err("unknown");
    assert_eq!(unknown.code(), "slip-unknown");
}

#[test]
fn a_lost_phone_is_closed_with_the_enrolment() {
    let mut permit = bound();
    let moment = on("2026-03-03");
    permit.open_enrolment(&moment).expect("the permit is good");
    permit.report_device_lost(&moment).expect("it is on a phone");
    assert_eq!(withdrawn(&permit), [1]);
    let closed = permit.bind(binding(2, Party::Holder), &moment).expect_err("nobody asked");
    assert_eq!(closed.code(), "enrolment-closed");
    let unbound = permit.report_device_lost(&moment).expect_err("it is on no phone");
    assert_eq!(unbound.code(), "device-not-bound");
}

#[test]
fn a_card_stays_valid_until_its_end_whatever_happens_to_the_permit() {
    let mut permit = bound();
    let card = Card { number: "C-99".to_owned(), until: date("2029-01-01") };
    permit.record_card(card, &on("2026-03-03")).expect("a new card");
    let reason = Reason::new(CancelGround::MovedAway);
    permit.cancel(officer(), reason, &on("2026-04-01")).expect("a permit that is good");
    let [card] = permit.cards() else { panic!("one card was recorded") };
    assert!(card.is_valid_on(date("2028-12-31")));
    assert!(!card.is_valid_on(date("2029-01-01")));
    assert_eq!(format!("{card:?}"), "Card { until: 2029-01-01, .. }");
}
