//! Random sequences of steps of a case.

use livepermit_issuer::domain::{
    Case, CaseState, DomainError, Event, Finding, Moment, NewPermit, Outcome, Permit, PermitId,
    Reason, RefusalGround, Request, Standing,
};
use proptest::{collection, prelude::*};

use crate::support::{
    adult, check, date, document, new_permit, new_request, office, on, plain_calendar, staff,
    submit,
};

#[derive(Debug, Clone)]
enum Command {
    Attach(u8),
    Assign(&'static str),
    Check(&'static str, Finding),
    Approve,
    Refuse,
    Withdraw,
    SetDeadline,
    Issue(u8),
    Erase,
}

fn commands() -> impl Strategy<Value = Command> {
    let officer = || prop_oneof![4 => Just("officer-1"), 1 => Just("officer-2")];
    let finding = prop_oneof![
        3 => Just(Finding::AsStated),
        1 => Just(Finding::NotAsStated),
        1 => Just(Finding::NobodyMet),
    ];
    prop_oneof![
        2 => (0_u8..4).prop_map(Command::Attach),
        3 => officer().prop_map(Command::Assign),
        4 => (officer(), finding).prop_map(|(by, finding)| Command::Check(by, finding)),
        2 => Just(Command::Approve),
        1 => Just(Command::Refuse),
        1 => Just(Command::Withdraw),
        1 => Just(Command::SetDeadline),
        3 => (1_u8..4).prop_map(Command::Issue),
        1 => Just(Command::Erase),
    ]
}

fn give(case: &mut Case, command: &Command, moment: &Moment) -> Result<Vec<Event>, DomainError> {
    match *command {
        Command::Attach(byte) => case.attach(document(byte), moment),
        Command::Assign(officer) => case.assign(office(), staff(officer), moment),
        Command::Check(by, finding) => {
            let mut record = check(finding, moment);
            record.by = staff(by);
            case.record_check(record, moment)
        }
        Command::Approve => case.approve(staff("officer-9"), moment),
        Command::Refuse => {
            case.refuse(staff("officer-9"), Reason::new(RefusalGround::Incomplete), moment)
        }
        Command::Withdraw => case.withdraw(moment),
        Command::SetDeadline => case.set_deadline(&plain_calendar(), moment),
        Command::Issue(byte) => {
            let new = NewPermit { id: PermitId::from_bytes([byte; 16]), ..new_permit() };
            Permit::issue(new, case, moment).map(|(_, events)| events)
        }
        Command::Erase => case.erase(5, moment),
    }
}

fn is_approved(case: &Case) -> bool {
    let outcome = case.decision().map(|decision| &decision.outcome);
    matches!(outcome, Some(Outcome::Approved { .. }))
}

proptest! {
    #[test]
    fn no_sequence_breaks_a_case(
        commands in collection::vec((commands(), 0_u32..4), 1..30),
        endorsement in any::<bool>(),
    ) {
        let request = if endorsement {
            Request::Endorsement { permit: PermitId::from_bytes([1; 16]) }
        } else {
            new_request(None)
        };
        let mut case = submit(1, request, adult(), &on("2026-03-02"));
        let (mut day, mut permits) = (date("2026-03-02"), 0);
        for (command, days) in commands {
            for _ in 0..days {
                day = day.tomorrow()?;
            }
            let moment = on(&day.to_string());
            let before = case.clone();
            let outcome = give(&mut case, &command, &moment);
            if outcome.is_err() {
                prop_assert_eq!(&case, &before);
            }
            permits += usize::from(matches!(command, Command::Issue(_)) && outcome.is_ok());
            prop_assert!(permits <= 1, "two permits from one case");
            prop_assert!(permits == 0 || is_approved(&case));

            // What is settled stays as it was decided; the deadline of a case never moves.
            if before.settled().is_some() {
                prop_assert_eq!(case.settled(), before.settled());
                prop_assert_eq!(is_approved(&case), is_approved(&before));
            }
            prop_assert_eq!(case.due(), Some(date("2026-03-12")));
            let standing = case.standing(&plain_calendar(), &moment)?;
            prop_assert_eq!(standing == Standing::Settled, case.settled().is_some());

            // An approval rests on a check, and the last one supports it.
            if let CaseState::Decided { checks, .. } = case.state() {
                let last = checks.last().map(|check| check.finding);
                let supported = last == Some(Finding::AsStated) || endorsement && last.is_none();
                prop_assert!(!is_approved(&case) || supported);
            }
            let text = serde_json::to_string(&case)?;
            prop_assert_eq!(serde_json::from_str::<Case>(&text)?, case.clone());
        }
    }
}
