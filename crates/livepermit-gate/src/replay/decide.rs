//! The rule that every store follows, as a pure function.

use livepermit::Timestamp;

use super::{Answer, Attempt, Passage, Retention};

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

impl Sighting {
    /// Makes a sighting from its stored parts.
    #[must_use]
    pub const fn new(at: Timestamp, gate: Box<str>, lane: Box<str>) -> Self {
        Self { at, gate, lane }
    }
}

/// A zone that refuses a permit for a while after an admission.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct CoolDown {
    /// The zone.
    pub zone: Box<str>,
    /// The time from which the zone accepts the permit again, by the clock that set it.
    pub until: Timestamp,
    /// The name of the gate that admitted the permit.
    pub gate: Box<str>,
    /// The generation of the store at that time.
    pub generation: u64,
}

impl CoolDown {
    /// Makes an entry from its stored parts.
    #[must_use]
    pub const fn new(zone: Box<str>, until: Timestamp, gate: Box<str>, generation: u64) -> Self {
        Self { zone, until, gate, generation }
    }

    /// When the cool-down ends by the clock of `standing`, for a gate of this name. Another clock
    /// may have set the entry, and may be behind by the whole clock difference.
    fn ends(&self, gate: &str, standing: &Standing, retention: Retention) -> Timestamp {
        let another_clock = match standing.clock {
            StoreClock::Own => self.generation != standing.generation,
            StoreClock::Askers => self.generation != standing.generation || *self.gate != *gate,
        };
        if another_clock { self.until.plus(retention.clock_difference) } else { self.until }
    }
}

/// What a store keeps of one permit.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Record {
    /// The newest admitted moment, and when and where it was admitted; `None` when only slips were
    /// admitted.
    pub newest: Option<(Timestamp, Sighting)>,
    /// When and where a slip was last admitted.
    pub slip: Option<Sighting>,
    /// The zones that refuse the permit for a while.
    pub cool_downs: Vec<CoolDown>,
}

impl Record {
    /// Makes a record from its stored parts.
    #[must_use]
    pub const fn new(
        newest: Option<(Timestamp, Sighting)>,
        slip: Option<Sighting>,
        cool_downs: Vec<CoolDown>,
    ) -> Self {
        Self { newest, slip, cool_downs }
    }

    /// Whether a store may forget the record at `cutoff`, the earliest time that any gate's clock
    /// shows: no code that the record refuses is still live, and every cool-down has ended.
    #[must_use]
    pub fn is_over(&self, cutoff: Timestamp, retention: Retention) -> bool {
        let past = |time: Timestamp| time.plus(retention.largest_window) <= cutoff;
        // What is remembered begins one second after a forgotten moment, and no second follows the
        // last second.
        self.newest.as_ref().is_none_or(|(newest, _)| *newest < Timestamp::MAX && past(*newest))
            && self.slip.as_ref().is_none_or(|slip| past(slip.at))
            && self.cool_downs.iter().all(|entry| entry.until <= cutoff)
    }
}

/// Whose clock counts cool-downs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum StoreClock {
    /// The store has a clock of its own. It does not matter how far the clocks of the gates are
    /// apart.
    Own,
    /// The store has no clock, so each gate's own clock counts. A cool-down that another gate set
    /// lasts longer, by the largest clock difference. A store that can lose its memory may count so
    /// only where one process asks it, by one clock: [`Standing::closed_until`] does not last
    /// longer for another gate.
    Askers,
}

/// What a store knows of its own memory when it decides.
///
/// [`StoreState`](super::StoreState) computes this for stores that can lose their memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Standing {
    /// The time by the clock that counts cool-downs.
    pub time: Timestamp,
    /// Whose clock that is.
    pub clock: StoreClock,
    /// How many times the store lost its memory.
    pub generation: u64,
    /// The first moment of which the store knows whether it was admitted.
    pub from: Timestamp,
    /// Until this time, by the same clock, nobody enters: cool-downs may be lost.
    pub closed_until: Timestamp,
}

impl Standing {
    /// A store without a clock that has forgotten nothing and lost nothing. `now` is the time of
    /// the asking gate.
    #[must_use]
    pub const fn whole(now: Timestamp) -> Self {
        Self {
            time: now,
            clock: StoreClock::Askers,
            generation: 0,
            from: Timestamp::MIN,
            closed_until: Timestamp::MIN,
        }
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

/// Decides an attempt: the rule of every store. `record` is what the store keeps of the permit, if
/// any. `standing` says how far the store can trust its memory.
///
/// The function is pure. In one step, a store reads the record and its standing, calls this
/// function, and writes the record. No other attempt on the same permit may come in between.
#[must_use]
pub fn decide(
    record: Option<&Record>,
    attempt: &Attempt,
    standing: &Standing,
    retention: Retention,
) -> Decision {
    match refusal(record, attempt, standing, retention) {
        Some(answer) => Decision::Refuse(answer),
        None => Decision::Admit(record_after(record, attempt, standing, retention)),
    }
}

fn refusal(
    record: Option<&Record>,
    attempt: &Attempt,
    standing: &Standing,
    retention: Retention,
) -> Option<Answer> {
    let moment = attempt.key.moment;
    // A time of the store's clock, by the gate's clock.
    let by_gate = |time: Timestamp| attempt.now.plus(time.seconds_since(standing.time));
    let enters = attempt.passage == Passage::Enter;
    // A forgotten code looks like a code that was never seen. A lost cool-down looks like none.
    let forgotten = moment.is_some_and(|moment| moment < standing.from);
    let closed = enters && standing.time < standing.closed_until;
    if forgotten || closed {
        let open = if closed { by_gate(standing.closed_until) } else { Timestamp::MIN };
        let from = if moment.is_some() { standing.from } else { Timestamp::MIN };
        return Some(Answer::Forgotten { until: from.max(open) });
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
    let entry = record.cool_downs.iter().find(|entry| *entry.zone == *place.zone())?;
    let ends = entry.ends(place.gate(), standing, retention);
    (enters && standing.time < ends).then(|| Answer::CoolingDown { until: by_gate(ends) })
}

fn record_after(
    record: Option<&Record>,
    attempt: &Attempt,
    standing: &Standing,
    retention: Retention,
) -> Record {
    let place = &attempt.place;
    let here = Sighting { at: attempt.now, gate: place.gate().into(), lane: place.lane().into() };
    let (newest, slip) = match attempt.key.moment {
        Some(moment) => (Some((moment, here)), record.and_then(|record| record.slip.clone())),
        None => (record.and_then(|record| record.newest.clone()), Some(here)),
    };
    // The time of the slowest clock.
    let cutoff = standing.time.minus(retention.clock_difference);
    let mut cool_downs: Vec<_> = record
        .into_iter()
        .flat_map(|record| &record.cool_downs)
        .filter(|entry| *entry.zone != *place.zone() && entry.until > cutoff)
        .cloned()
        .collect();
    if attempt.passage == Passage::Enter && attempt.cool_down > 0 {
        cool_downs.push(CoolDown {
            zone: place.zone().into(),
            until: standing.time.plus(attempt.cool_down),
            gate: place.gate().into(),
            generation: standing.generation,
        });
    }
    Record { newest, slip, cool_downs }
}

#[cfg(test)]
mod tests;
