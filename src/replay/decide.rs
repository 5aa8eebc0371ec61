//! The rule every store follows, as a pure function.

use alloc::boxed::Box;
use alloc::vec::Vec;

use super::{Answer, Attempt, Passage, Retention};
use crate::time::Timestamp;

/// When and where something was admitted.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Showing {
    /// When, by the admitting gate's clock.
    pub at: Timestamp,
    /// The gate.
    pub gate: Box<str>,
    /// The lane.
    pub lane: Box<str>,
}

/// What a store keeps of one permit.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Record {
    /// The newest moment admitted and where; `None` when only slips were.
    pub newest: Option<(Timestamp, Showing)>,
    /// Where a slip was admitted last.
    pub slip: Option<Showing>,
    /// For each zone the time from which it takes the permit again.
    pub free_from: Vec<(Box<str>, Timestamp)>,
}

impl Record {
    /// Whether it can be forgotten at `cutoff`, the earliest time any gate's clock shows: no code
    /// it refuses is live any more, and no zone is closed.
    pub(crate) fn is_over(&self, cutoff: Timestamp, retention: Retention) -> bool {
        let past = |time: Timestamp| time.plus(retention.largest_window) <= cutoff;
        // The last second has none after it for `Memory` to begin with.
        self.newest.as_ref().is_none_or(|(newest, _)| *newest < Timestamp::MAX && past(*newest))
            && self.slip.as_ref().is_none_or(|slip| past(slip.at))
            && self.free_from.iter().all(|(_, until)| *until <= cutoff)
    }
}

/// How far back a store remembers: of moments before `from` it may have forgotten that they were
/// admitted, so they are refused.
///
/// It moves only when a record is forgotten, and only past that record's moment: a clock that jumps
/// ahead does not carry it along, and whatever a gate's clock or the configured retention may be,
/// what was forgotten is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Memory {
    pub(crate) from: Timestamp,
}

impl Memory {
    /// Nothing was forgotten.
    pub(crate) const WHOLE: Self = Self { from: Timestamp::MIN };

    /// Knows nothing of what was admitted until `now`: up to half a window ahead, because the skew
    /// is no longer.
    pub(crate) const fn lost_at(now: Timestamp, retention: Retention) -> Self {
        Self { from: now.plus(retention.largest_window / 2).plus(1) }
    }

    /// Without this record.
    pub(crate) fn forget(&mut self, record: &Record) {
        if let Some((newest, _)) = record.newest {
            self.from = self.from.max(newest.plus(1));
        }
    }

    /// Codes live until this time at the longest are refused.
    pub(crate) fn horizon(self, retention: Retention) -> Timestamp {
        if self == Self::WHOLE { Timestamp::MIN } else { self.from.plus(retention.largest_window) }
    }
}

/// The answer to an attempt, and the record to keep if it is admitted.
#[derive(Debug)]
pub(crate) enum Ask {
    Admit(Record),
    Refuse(Answer),
}

/// `record` is what the store has of the permit.
pub(crate) fn decide(
    record: Option<&Record>,
    attempt: &Attempt<'_>,
    memory: Memory,
    retention: Retention,
) -> Ask {
    match refusal(record, attempt, memory, retention) {
        Some(answer) => Ask::Refuse(answer),
        None => Ask::Admit(record_after(record, attempt, retention)),
    }
}

fn refusal(
    record: Option<&Record>,
    attempt: &Attempt<'_>,
    memory: Memory,
    retention: Retention,
) -> Option<Answer> {
    let moment = attempt.claim.moment;
    // What was forgotten cannot be told from what was never seen.
    if moment.is_some_and(|moment| moment < memory.from) {
        return Some(Answer::BehindHorizon { horizon: memory.horizon(retention) });
    }
    let record = record?;
    let place = attempt.place;
    let re_read = |last: &Showing| {
        let here = *last.gate == *place.gate() && *last.lane == *place.lane();
        here && attempt.now >= last.at && attempt.now.seconds_since(last.at) < attempt.debounce
    };
    match (moment, &record.newest) {
        (Some(moment), Some((newest, last))) if moment == *newest => {
            return Some(if re_read(last) {
                Answer::AlreadyAcceptedHere { then: last.at }
            } else {
                Answer::AlreadyUsed { then: last.at }
            });
        }
        (Some(moment), Some((newest, _))) if moment < *newest => {
            return Some(Answer::Superseded { newest: *newest });
        }
        _ => {}
    }
    if moment.is_none()
        && let Some(last) = record.slip.as_ref().filter(|last| re_read(last))
    {
        return Some(Answer::AlreadyAcceptedHere { then: last.at });
    }
    let (_, until) = record.free_from.iter().find(|(zone, _)| **zone == *place.zone())?;
    (attempt.passage == Passage::Enter && attempt.now < *until)
        .then_some(Answer::CoolingDown { until: *until })
}

fn record_after(record: Option<&Record>, attempt: &Attempt<'_>, retention: Retention) -> Record {
    let place = attempt.place;
    let here = Showing { at: attempt.now, gate: place.gate().into(), lane: place.lane().into() };
    let (newest, slip) = match attempt.claim.moment {
        Some(moment) => (Some((moment, here)), record.and_then(|record| record.slip.clone())),
        None => (record.and_then(|record| record.newest.clone()), Some(here)),
    };
    // By the clock that is furthest behind.
    let cutoff = attempt.now.minus(retention.clock_difference);
    let elsewhere =
        |(zone, until): &&(Box<str>, Timestamp)| **zone != *place.zone() && *until > cutoff;
    let mut free_from: Vec<_> = record
        .into_iter()
        .flat_map(|record| &record.free_from)
        .filter(elsewhere)
        .cloned()
        .collect();
    if attempt.passage == Passage::Enter && attempt.cool_down > 0 {
        free_from.push((place.zone().into(), attempt.now.plus(attempt.cool_down)));
    }
    Record { newest, slip, free_from }
}

#[cfg(test)]
mod tests;
