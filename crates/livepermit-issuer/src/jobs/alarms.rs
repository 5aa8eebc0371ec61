//! Last days for decisions, and what is told of them: before they come, and after they have passed.

use jiff::civil::Date;

use super::AT_ONCE;
use crate::domain::{Alarm, Case, ENDORSEMENT_OPENS_DAYS, Permit, SOON_DAYS, WORKING_DAYS};
use crate::service::{Service, ServiceError};
use crate::store::{Due, Loaded, Mark, Store};

/// The states in which a case waits for a decision.
const OPEN: [&str; 3] = ["submitted", "assigned", "checked"];

/// Reckons the last days of cases that had none, because the calendar did not reach them. Tells how
/// many have one now.
///
/// # Errors
///
/// Those of the register.
pub async fn set_deadlines<S: Store>(service: &Service<S>) -> Result<usize, ServiceError> {
    let calendar = &service.office().calendar;
    let today = service.moment().today();
    // Cases without a last day come first in the order of dates.
    if calendar.add_working_days(today, WORKING_DAYS).is_err() {
        return Ok(0);
    }
    let mut set = 0;
    for state in OPEN {
        let without = service.store().cases_without_deadline(state, AT_ONCE).await?;
        for id in without {
            let mut change = service.store().begin().await?;
            let mut loaded: Loaded<Case> = change.load(&id).await?;
            let moment = service.moment();
            let events = match loaded.document.set_deadline(calendar, &moment) {
                Ok(events) if !events.is_empty() => events,
                _ => continue,
            };
            change.save(&mut loaded).await?;
            change.record(moment.now(), "job:alarms", &events).await?;
            change.commit().await?;
            set += 1;
        }
    }
    Ok(set)
}

/// Gives the alarms whose time has come: each once for each last day, in the audit log, at the desk
/// and to the authority's own programs. Tells how many.
///
/// # Errors
///
/// Those of the register.
pub async fn give_alarms<S: Store>(service: &Service<S>) -> Result<usize, ServiceError> {
    let mut given = 0;
    for due in due(service) {
        let states: &[&str] = match due.alarm {
            Alarm::DeadlineSoon | Alarm::DeadlineOver => &OPEN,
            Alarm::PermitEndsSoon => &["active"],
        };
        for state in states {
            let mut behind = Mark::start();
            loop {
                let marks = service.store().due(state, &due, &behind, AT_ONCE).await?;
                let Some(last) = marks.last() else { break };
                behind = last.clone();
                for mark in marks {
                    given += usize::from(give(service, due.alarm, &mark.id).await?);
                }
            }
        }
    }
    Ok(given)
}

/// Where alarms are looked for. The rules say then of which document they are given.
fn due<S: Store>(service: &Service<S>) -> [Due; 3] {
    let (calendar, today) = (&service.office().calendar, service.moment().today());
    let later = |days: u32| today.saturating_add(jiff::Span::new().days(i64::from(days)));
    let soon = calendar.add_working_days(today, SOON_DAYS).unwrap_or_else(|_| later(7 * SOON_DAYS));
    let endorsed = later(ENDORSEMENT_OPENS_DAYS.unsigned_abs());
    [
        Due { alarm: Alarm::DeadlineSoon, days: (today, soon) },
        Due { alarm: Alarm::DeadlineOver, days: (Date::ZERO, today) },
        Due { alarm: Alarm::PermitEndsSoon, days: (today, endorsed) },
    ]
}

async fn give<S: Store>(
    service: &Service<S>,
    alarm: Alarm,
    id: &str,
) -> Result<bool, ServiceError> {
    let moment = service.moment();
    let mut change = service.store().begin().await?;
    // Read in the change: somebody may have decided meanwhile.
    let found = match alarm {
        Alarm::DeadlineSoon | Alarm::DeadlineOver => {
            let case: Loaded<Case> = change.load(id).await?;
            case.document.alarm(&service.office().calendar, &moment)
        }
        Alarm::PermitEndsSoon => {
            let permit: Loaded<Permit> = change.load(id).await?;
            permit.document.alarm(&moment)
        }
    };
    let Some((_, due)) = found.filter(|(found, _)| *found == alarm) else { return Ok(false) };
    let given = change.give_alarm(alarm, id, due, moment.now()).await?;
    change.commit().await?;
    Ok(given)
}
