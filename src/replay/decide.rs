//! The rule every store follows, as a pure function.

use alloc::boxed::Box;
use alloc::vec::Vec;

use super::{Answer, Attempt, Passage, Retention};
use crate::time::Timestamp;

/// What a store keeps of one permit.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Record {
    /// The newest moment admitted; `None` when only slips were.
    pub newest: Option<Timestamp>,
    /// When that was, by the admitting gate's clock.
    pub at: Timestamp,
    /// The gate.
    pub gate: Box<str>,
    /// The lane.
    pub lane: Box<str>,
    /// For each zone the time from which it takes the permit again.
    pub free_from: Vec<(Box<str>, Timestamp)>,
}

impl Record {
    /// Whether nothing in it can change an answer any more once the horizon has passed.
    pub(crate) fn is_over(&self, horizon: Timestamp, retention: Retention) -> bool {
        let moment_over = self.newest.is_none_or(|newest| newest.plus(retention.largest_window) <= horizon);
        moment_over && self.free_from.iter().all(|(_, until)| *until <= horizon)
    }
}

/// The answer to an attempt, and the record to keep if it is admitted.
#[derive(Debug)]
pub(crate) enum Ask {
    Admit(Record),
    Refuse(Answer),
}

/// `record` is what the store has of the permit, `horizon` the time behind which it has forgotten.
pub(crate) fn decide(
    record: Option<&Record>,
    attempt: &Attempt<'_>,
    horizon: Timestamp,
    retention: Retention,
) -> Ask {
    let moment = attempt.claim.moment;
    // What was forgotten cannot be told from what was never seen.
    if let Some(moment) = moment
        && horizon > Timestamp::MIN
        && moment.plus(retention.largest_window) <= horizon
    {
        return Ask::Refuse(Answer::BehindHorizon { horizon });
    }
    let place = attempt.place;
    let mut free_from = Vec::new();
    if let Some(record) = record {
        let here = *record.gate == *place.gate() && *record.lane == *place.lane();
        let just_now = attempt.now >= record.at && attempt.now.seconds_since(record.at) < attempt.debounce;
        if record.newest == moment && here && just_now {
            return Ask::Refuse(Answer::AlreadyAcceptedHere { then: record.at });
        }
        match (moment, record.newest) {
            (Some(moment), Some(newest)) if moment == newest => {
                return Ask::Refuse(Answer::AlreadyUsed { then: record.at });
            }
            (Some(moment), Some(newest)) if moment < newest => {
                return Ask::Refuse(Answer::Superseded { newest });
            }
            _ => {}
        }
        let until =
            record.free_from.iter().find(|(zone, _)| **zone == *place.zone()).map(|(_, until)| *until);
        if let (Passage::Enter, Some(until)) = (attempt.passage, until)
            && attempt.now < until
        {
            return Ask::Refuse(Answer::CoolingDown { until });
        }
        free_from.extend(
            record
                .free_from
                .iter()
                .filter(|(zone, until)| **zone != *place.zone() && *until > attempt.now)
                .cloned(),
        );
    }
    if attempt.passage == Passage::Enter && attempt.cool_down > 0 {
        free_from.push((place.zone().into(), attempt.now.plus(attempt.cool_down)));
    }
    Ask::Admit(Record {
        newest: moment.max(record.and_then(|record| record.newest)),
        at: attempt.now,
        gate: place.gate().into(),
        lane: place.lane().into(),
        free_from,
    })
}
