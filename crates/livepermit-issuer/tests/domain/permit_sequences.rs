//! Random sequences of commands: what no sequence may reach.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, ToSpan};
use livepermit_issuer::domain::{
    CancelGround, Case, DomainError, EntryState, Event, Moment, Party, Permit, PermitState, Reason,
    RepresentativeKind, Request, SlipEnd, StatusEntry, SuspendGround,
};
use proptest::{collection, prelude::*};

use crate::support::{
    approved, binding, device, document, entry, mandate, officer, on, permit_id, permit_of_child,
    person, representative, slip,
};

/// What is done with a permit. Numbers are few, so that they meet again.
#[derive(Debug, Clone)]
enum Command {
    OpenEnrolment,
    Bind { number: u8, entry: u32, acting: Option<u8> },
    DeviceLost,
    Print { number: u8, entry: u32, days: Option<i32> },
    CloseSlip { number: u8, end: SlipEnd },
    Suspend,
    Resume,
    Cancel,
    AddRepresentative { number: u8, guardian: bool, days: Option<i32> },
    CloseRepresentative { number: u8 },
    Change { applied: i64, born: &'static str },
    Endorse { applied: i64 },
    NewDevice,
    CancelByCase { ground: CancelGround },
    Attach { number: u8 },
    PassTime,
    Erase,
}

/// A command, the days until it is given, and the seconds by which the clock is wrong then.
type Step = (Command, i64, i64);

fn commands() -> impl Strategy<Value = Command> {
    use Command as C;
    let acting = proptest::option::of(1_u8..4);
    let days = || proptest::option::of(1_i32..500);
    let born = prop_oneof![Just("2010-06-15"), Just("2008-02-29"), Just("2009-01-01")];
    prop_oneof![
        4 => Just(C::OpenEnrolment),
        6 => (1_u8..12, 1_u32..16, acting)
            .prop_map(|(number, entry, acting)| C::Bind { number, entry, acting }),
        1 => Just(C::DeviceLost),
        4 => (1_u8..12, 1_u32..16, days())
            .prop_map(|(number, entry, days)| C::Print { number, entry, days }),
        2 => (1_u8..12, prop_oneof![Just(SlipEnd::Lost), Just(SlipEnd::Replaced)])
            .prop_map(|(number, end)| C::CloseSlip { number, end }),
        2 => Just(C::Suspend),
        3 => Just(C::Resume),
        1 => Just(C::Cancel),
        2 => (2_u8..4, any::<bool>(), days())
            .prop_map(|(number, guardian, days)| C::AddRepresentative { number, guardian, days }),
        1 => (1_u8..4).prop_map(|number| C::CloseRepresentative { number }),
        2 => (0_i64..20, born).prop_map(|(applied, born)| C::Change { applied, born }),
        6 => (0_i64..20).prop_map(|applied| C::Endorse { applied }),
        2 => Just(C::NewDevice),
        1 => prop_oneof![Just(CancelGround::HolderAsked), Just(CancelGround::Untrue)]
            .prop_map(|ground| C::CancelByCase { ground }),
        1 => (1_u8..4).prop_map(|number| C::Attach { number }),
        2 => Just(C::PassTime),
        1 => Just(C::Erase),
    ]
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let days = prop_oneof![3 => 0_i64..3, 3 => 0_i64..60, 1 => 200_i64..400];
    let wrong = prop_oneof![8 => Just(0_i64), 2 => 1_i64..300, 1 => 3_000_i64..200_000];
    collection::vec((commands(), days, wrong), 1..40)
}

/// The moment that is `days` and `seconds` after nine o'clock on 2 March 2026.
fn after(days: i64, seconds: i64) -> Moment {
    let start = on("2026-03-02");
    let span = SignedDuration::from_hours(24 * days) + SignedDuration::from_secs(seconds);
    Moment::new(start.now() + span, jiff::tz::TimeZone::fixed(jiff::tz::offset(8)))
}

/// A case that was approved before the command, if the command needs one.
fn case_of(command: &Command, day: i64) -> Option<Case> {
    let permit = permit_id();
    let (request, applied, born) = match command {
        Command::Change { applied, born } => (Request::Change { permit }, *applied, *born),
        Command::Endorse { applied } => (Request::Endorsement { permit }, *applied, "2010-06-15"),
        Command::NewDevice => (Request::NewDevice { permit }, 0, "2010-06-15"),
        Command::CancelByCase { ground } => {
            (Request::Cancellation { permit, ground: *ground }, 0, "2010-06-15")
        }
        _ => return None,
    };
    // Three days before, so that a wrong clock does not meet the case first.
    let submitted = after(day - applied - 3, 0);
    Some(approved(2, request, person("Mei Example", born), &submitted, &after(day - 3, 0)))
}

fn give(
    permit: &mut Permit,
    command: &Command,
    case: Option<&mut Case>,
    moment: &Moment,
) -> Result<Vec<Event>, DomainError> {
    let until = |days: i32| moment.today().saturating_add(days.days());
    match *command {
        Command::OpenEnrolment => permit.open_enrolment(moment),
        Command::Bind { number, entry: index, acting } => {
            let party =
                acting.map_or(Party::Holder, |id| Party::Representative(representative(id)));
            let mut new = binding(number, party);
            new.entry = entry(index);
            permit.bind(new, moment)
        }
        Command::DeviceLost => permit.report_device_lost(moment),
        Command::Print { number, entry: index, days } => {
            permit.print_slip(slip(number), entry(index), days.map(until), moment)
        }
        Command::CloseSlip { number, end } => permit.close_slip(slip(number), end, moment),
        Command::Suspend => {
            permit.suspend(officer(), Reason::new(SuspendGround::UnderReview), moment)
        }
        Command::Resume => permit.resume(officer(), moment),
        Command::Cancel => permit.cancel(officer(), Reason::new(CancelGround::Untrue), moment),
        Command::AddRepresentative { number, guardian, days } => {
            let kind =
                if guardian { RepresentativeKind::Guardian } else { RepresentativeKind::Relative };
            let mandate = mandate(kind, days.map(until));
            permit.add_representative(representative(number), mandate, moment)
        }
        Command::CloseRepresentative { number } => {
            permit.close_representative(representative(number), moment)
        }
        Command::Attach { number } => permit.attach(document(number), moment),
        Command::PassTime => permit.pass_time(moment),
        Command::Erase => permit.erase(30, moment),
        Command::Change { .. }
        | Command::Endorse { .. }
        | Command::NewDevice
        | Command::CancelByCase { .. } => {
            permit.carry_out(case.expect("the command has a case"), moment)
        }
    }
}

/// What the lists say, by the events alone.
#[derive(Debug, Default)]
struct Lists(BTreeMap<StatusEntry, EntryState>);

impl Lists {
    fn hear(&mut self, events: &[Event]) -> Result<(), TestCaseError> {
        for event in events {
            if let Event::DeviceBound { entry, .. } | Event::SlipPrinted { entry, .. } = event {
                let before = self.0.insert(*entry, EntryState::Valid);
                prop_assert_eq!(before, None, "entry {} was given out twice", entry);
            }
            if let Some((entry, state)) = event.entry_change() {
                let before = self.0.insert(entry, state);
                prop_assert_ne!(before, None, "entry {} was never given out", entry);
                let stays = before != Some(EntryState::Withdrawn) || state == EntryState::Withdrawn;
                prop_assert!(stays, "withdrawn entry {} came back", entry);
            }
        }
        Ok(())
    }
}

/// What a permit that is not good takes, and what it stays.
fn assert_allowed(
    command: &Command,
    before: &PermitState,
    after: &Permit,
) -> Result<(), TestCaseError> {
    let allowed = match command {
        Command::PassTime | Command::Erase | Command::Attach { .. } => true,
        Command::Endorse { .. } => {
            matches!(before, PermitState::Active | PermitState::Ended { suspended: None })
        }
        Command::OpenEnrolment
        | Command::Bind { .. }
        | Command::Print { .. }
        | Command::Suspend
        | Command::Change { .. }
        | Command::NewDevice => *before == PermitState::Active,
        Command::Resume => matches!(before, PermitState::Suspended(_)),
        Command::DeviceLost
        | Command::CloseSlip { .. }
        | Command::Cancel
        | Command::CancelByCase { .. }
        | Command::AddRepresentative { .. }
        | Command::CloseRepresentative { .. } => {
            matches!(before, PermitState::Active | PermitState::Suspended(_))
        }
    };
    prop_assert!(allowed, "{:?} was taken in state {:?}", command, before);
    let was_cancelled = matches!(before, PermitState::Cancelled(_));
    let is_cancelled = matches!(after.recorded_state(), PermitState::Cancelled(_));
    prop_assert!(!was_cancelled || is_cancelled, "a cancellation was taken back");
    Ok(())
}

/// What holds for each permit after each command.
fn assert_sound(permit: &Permit, lists: &Lists, moment: &Moment) -> Result<(), TestCaseError> {
    let today = moment.today();
    let good = permit.state(moment) == PermitState::Active;
    prop_assert!(!good || today < permit.ends(), "active behind its end");
    let years = i32::try_from(permit.endorsements().len())? + 1;
    prop_assert_eq!(permit.ends(), permit.began().saturating_add(years.years()));

    let entries: Vec<_> = permit.entries().collect();
    let distinct: BTreeSet<_> = entries.iter().map(|(entry, _)| *entry).collect();
    prop_assert_eq!(distinct.len(), entries.len(), "an entry serves twice");
    // What the events told is what the document says.
    for (entry, state) in entries {
        prop_assert_eq!(lists.0.get(&entry), Some(&state), "entry {}", entry);
    }
    let ids: BTreeSet<_> = permit.bindings().all().map(|binding| binding.id).collect();
    prop_assert_eq!(ids.len(), permit.bindings().all().count());

    let credentials: Vec<_> =
        (0..12).filter_map(|number| permit.credential(device(number), moment).ok()).collect();
    prop_assert!(credentials.len() <= 1, "two devices have credentials");
    for terms in credentials {
        prop_assert!(good);
        prop_assert_eq!(lists.0.get(&terms.entry), Some(&EntryState::Valid));
        prop_assert!(terms.until > moment.now());
        prop_assert!(terms.until <= moment.start_of(permit.ends()));
        if let Party::Representative(id) = terms.party {
            let acts = permit.representatives().iter().any(|known| {
                let in_time = known.until.is_none_or(|last| terms.until <= moment.start_of(last));
                known.id == id && known.acts_on(today) && in_time
            });
            prop_assert!(acts, "a credential for somebody who does not act");
        }
    }
    for slip in permit.slips() {
        prop_assert!(slip.until <= permit.ends());
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn no_sequence_breaks_a_permit(steps in steps()) {
        let mut permit = permit_of_child(&after(0, 0));
        let (mut lists, mut day) = (Lists::default(), 0);
        for (command, days, wrong) in steps {
            day += days;
            let moment = after(day, -wrong);
            let mut case = case_of(&command, day);
            let (permit_before, case_before) = (permit.clone(), case.clone());
            // A job may have come before the command, or not: the outcome is the same.
            let mut after_job = permit.clone();
            let mut case_after_job = case.clone();
            let told_by_job = after_job.pass_time(&moment);
            let told_after_job = give(&mut after_job, &command, case_after_job.as_mut(), &moment);

            match give(&mut permit, &command, case.as_mut(), &moment) {
                Err(error) => {
                    prop_assert_eq!(&permit, &permit_before);
                    prop_assert_eq!(&case, &case_before);
                    prop_assert!(DomainError::CODES.contains(&error.code()));
                    prop_assert_eq!(told_after_job, Err(error));
                },
                Ok(events) => {
                    lists.hear(&events)?;
                    assert_allowed(&command, &permit_before.state(&moment), &permit)?;
                    prop_assert_eq!(&after_job, &permit);
                    prop_assert_eq!(&case_after_job, &case);
                    let told = told_by_job?.len() + told_after_job?.len();
                    prop_assert_eq!(told, events.len());
                    if let Some(mut case) = case {
                        let again = permit.clone().carry_out(&mut case, &moment);
                        let code = again.map_err(|error| error.code());
                        prop_assert_eq!(code, Err("case-carried-out"));
                    }
                },
            }
            let text = serde_json::to_string(&permit)?;
            prop_assert_eq!(&serde_json::from_str::<Permit>(&text)?, &permit);
            assert_sound(&permit, &lists, &moment)?;
        }
    }
}

/// The sequences are worth their time only if they go to all places.
#[test]
fn the_sequences_reach_every_event_of_a_permit() {
    use proptest::{strategy::ValueTree, test_runner::TestRunner};

    let mut runner = TestRunner::deterministic();
    let mut told = BTreeSet::new();
    for _ in 0..400 {
        let steps = steps().new_tree(&mut runner).expect("a sequence").current();
        let (mut permit, mut day) = (permit_of_child(&after(0, 0)), 0);
        for (command, days, wrong) in steps {
            day += days;
            let mut case = case_of(&command, day);
            let outcome = give(&mut permit, &command, case.as_mut(), &after(day, -wrong));
            told.extend(outcome.iter().flatten().map(Event::name));
        }
    }
    let others = ["case-", "follow-up-", "permit-issued", "card-recorded"];
    for name in Event::NAMES {
        let other = others.iter().any(|other| name.starts_with(other));
        assert!(other || told.contains(name), "{name} was never reached: {told:?}");
    }
}
