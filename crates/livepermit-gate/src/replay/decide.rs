//! The rule that every store follows, as a pure function.

use super::{Answer, Attempt, Passage, Retention};
use livepermit::Timestamp;

/// When and where a code was admitted.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Sighting {
    /// When, by the admitting gate's clock.
    pub at: Timestamp,
    /// The name of the gate.
    pub gate: Box<str>,
    /// The name of the lane.
    pub lane: Box<str>,
}

/// What a store keeps of one permit.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Record {
    /// The newest admitted moment, and when and where it was admitted; `None` when only slips were
    /// admitted.
    pub newest: Option<(Timestamp, Sighting)>,
    /// When and where a slip was last admitted.
    pub slip: Option<Sighting>,
    /// For each zone, the time from which the zone accepts the permit again.
    pub free_from: Vec<(Box<str>, Timestamp)>,
}

impl Record {
    /// Whether a store may forget the record at `cutoff`, the earliest time that any gate's clock
    /// shows: no code that the record refuses is still live, and every cool-down has ended.
    #[must_use]
    pub fn is_over(&self, cutoff: Timestamp, retention: Retention) -> bool {
        let past = |time: Timestamp| time.plus(retention.largest_window) <= cutoff;
        // `Horizon` begins one second after a forgotten moment, and no second follows the last one.
        self.newest.as_ref().is_none_or(|(newest, _)| *newest < Timestamp::MAX && past(*newest))
            && self.slip.as_ref().is_none_or(|slip| past(slip.at))
            && self.free_from.iter().all(|(_, until)| *until <= cutoff)
    }
}

/// How far back a store remembers. A moment before `from` may have been admitted and forgotten, so
/// the store refuses it.
///
/// The horizon moves only when a record is forgotten, and only past the moment of that record. A
/// clock that jumps ahead does not move the horizon. A forgotten moment is always refused, whatever
/// a gate's clock or the retention says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Horizon {
    /// The first moment of which the store knows whether it was admitted.
    pub from: Timestamp,
}

impl Horizon {
    /// The horizon of a store that has forgotten nothing.
    pub const WHOLE: Self = Self { from: Timestamp::MIN };

    /// The horizon of a store that knows no admission up to `now`. A code may be dated ahead by the
    /// skew, which is at most half a window, so the horizon is half a window ahead.
    #[must_use]
    pub const fn lost_at(now: Timestamp, retention: Retention) -> Self {
        Self { from: now.plus(retention.largest_window / 2).plus(1) }
    }

    /// Moves the horizon past a record that the store forgets. Slips do not move the horizon.
    pub fn forget(&mut self, record: &Record) {
        if let Some((newest, _)) = record.newest {
            self.from = self.from.max(newest.plus(1));
        }
    }

    /// The store refuses every code that stops being live at this time or earlier.
    /// [`Timestamp::MIN`] when nothing was forgotten.
    #[must_use]
    pub fn refuses_until(self, retention: Retention) -> Timestamp {
        if self == Self::WHOLE { Timestamp::MIN } else { self.from.plus(retention.largest_window) }
    }
}

/// What a store must do with an attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// Replace the record of the permit by this record, then answer [`Answer::Admitted`].
    Admit(Record),
    /// Give this answer, and change nothing.
    Refuse(Answer),
}

/// **The rule that every store follows.** `record` is the store's record of the permit, if any.
/// `horizon` says how far back the store remembers.
///
/// The function is pure. In one step, a store reads the record and the horizon, calls this
/// function, and writes the record. No other attempt on the same permit may come in between.
#[must_use]
pub fn decide(
    record: Option<&Record>,
    attempt: &Attempt,
    horizon: Horizon,
    retention: Retention,
) -> Decision {
    match refusal(record, attempt, horizon, retention) {
        Some(answer) => Decision::Refuse(answer),
        None => Decision::Admit(record_after(record, attempt, retention)),
    }
}

fn refusal(
    record: Option<&Record>,
    attempt: &Attempt,
    horizon: Horizon,
    retention: Retention,
) -> Option<Answer> {
    let moment = attempt.key.moment;
    // A forgotten code looks like a code that was never seen.
    if moment.is_some_and(|moment| moment < horizon.from) {
        return Some(Answer::BehindHorizon { horizon: horizon.refuses_until(retention) });
    }
    let record = record?;
    let place = &attempt.place;
    let re_read = |last: &Sighting| {
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

fn record_after(record: Option<&Record>, attempt: &Attempt, retention: Retention) -> Record {
    let place = &attempt.place;
    let here = Sighting { at: attempt.now, gate: place.gate().into(), lane: place.lane().into() };
    let (newest, slip) = match attempt.key.moment {
        Some(moment) => (Some((moment, here)), record.and_then(|record| record.slip.clone())),
        None => (record.and_then(|record| record.newest.clone()), Some(here)),
    };
    // The time of the slowest clock.
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
