//! What a shared store knows of itself, and how it notices that it lost its memory.

use core::fmt;
use std::collections::BTreeMap;

use livepermit::Timestamp;

use super::witness::{Incarnation, Known, StoreId, Witness};
use super::{Record, Retention, Standing, StoreClock};

/// What a gate sends with each question about a store's memory.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Ask<'a> {
    /// The name of the gate.
    pub gate: &'a str,
    /// What the gate knows of the store.
    pub witness: &'a Witness,
    /// The gate's time.
    pub now: Timestamp,
    /// The limits of the zone.
    pub retention: Retention,
}

impl<'a> Ask<'a> {
    /// Makes a question.
    #[must_use]
    pub const fn new(
        gate: &'a str,
        witness: &'a Witness,
        now: Timestamp,
        retention: Retention,
    ) -> Self {
        Self { gate, witness, now, retention }
    }
}

/// What a store finds when it answers: who it is now, the time of its clock, and how many records
/// it holds.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Here {
    /// The life of the server.
    pub incarnation: Incarnation,
    /// The time by the store's clock. A store without a clock gives the asking gate's time.
    pub time: Timestamp,
    /// The number of records that are there.
    pub records: u64,
}

impl Here {
    /// Makes a finding.
    #[must_use]
    pub const fn new(incarnation: Incarnation, time: Timestamp, records: u64) -> Self {
        Self { incarnation, time, records }
    }
}

/// How a store noticed that it lost admissions, or may have lost some.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Loss {
    /// The store is new or was emptied.
    NoState,
    /// The gate knows another store, so this store does not know what was admitted there.
    OtherStore,
    /// The server was started again, or another server became the master.
    OtherIncarnation,
    /// The gate knows a later generation of the store: an old state came back.
    OldGeneration,
    /// The gate knows more admissions of its own than the store.
    MissingAdmissions,
    /// Records are missing, or there are too many.
    OtherRecords,
}

impl Loss {
    /// The stable code of the reason, in kebab-case.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::NoState => "no-state",
            Self::OtherStore => "other-store",
            Self::OtherIncarnation => "other-incarnation",
            Self::OldGeneration => "old-generation",
            Self::MissingAdmissions => "missing-admissions",
            Self::OtherRecords => "other-records",
        }
    }
}

impl fmt::Display for Loss {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoState => "the store is new or was emptied",
            Self::OtherStore => "the store is not the store that this gate used before",
            Self::OtherIncarnation => {
                "the server was started again, or another server became the master"
            }
            Self::OldGeneration => "an old state of the store came back",
            Self::MissingAdmissions => "the store does not know admissions of this gate",
            Self::OtherRecords => "records of the store are missing",
        })
    }
}

/// An operator's word that a store may go on after a loss.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum GoOn {
    /// Do not wait for cool-downs and slips: some that were lost can be used again. Codes still
    /// wait until no lost code is live. Where nothing bounds the life of an old server
    /// ([`Retention::UNBOUNDED`]), the word also says that no old server answers any more.
    CoolDownsLost,
    /// Nothing was admitted before: the zone is new.
    NothingWasAdmitted,
}

/// What a store knows of its own memory: one value for each store (of a store with shards: one for
/// each shard), changed in the same step as the records.
///
/// The type is the rule of the specification, section 13.6, as pure functions. Stores on servers
/// do the same in a language of the server.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct StoreState {
    /// Which store this is.
    pub id: StoreId,
    /// The life of the server that wrote the state.
    pub incarnation: Incarnation,
    /// How many times a loss was noticed. A new store begins with 1.
    pub generation: u64,
    /// Moments before this time belong to records that were forgotten because they were over.
    pub forgotten: Timestamp,
    /// Moments before this time may have been admitted and lost.
    pub lost: Timestamp,
    /// Until this time, by the store's clock, cool-downs may be lost, so nobody enters.
    pub closed_until: Timestamp,
    /// The number of records.
    pub records: u64,
    /// How many admissions of each gate the store has recorded.
    pub admissions: BTreeMap<Box<str>, u64>,
}

impl StoreState {
    /// The state of a store that was made now. Nothing was admitted before.
    #[must_use]
    pub const fn new(id: StoreId, incarnation: Incarnation) -> Self {
        Self {
            id,
            incarnation,
            generation: 1,
            forgotten: Timestamp::MIN,
            lost: Timestamp::MIN,
            closed_until: Timestamp::MIN,
            records: 0,
            admissions: BTreeMap::new(),
        }
    }

    /// Compares what the store has kept with what the gate knows and with what is there. On a loss,
    /// changes the state, so that nothing opens until the loss cannot matter. `fresh` becomes the
    /// identity of a store that has no state; give 16 new random bytes.
    ///
    /// The caller stores the state, also when the attempt is refused afterwards.
    pub fn meet(
        held: Option<Self>,
        fresh: StoreId,
        ask: &Ask<'_>,
        here: &Here,
    ) -> (Self, Option<Loss>) {
        let Some(mut state) = held else {
            let mut state = Self { generation: 0, ..Self::new(fresh, here.incarnation.clone()) };
            state.lose(ask, here);
            return (state, Some(Loss::NoState));
        };
        let loss = state.loss(ask, here);
        if loss.is_some() {
            state.lose(ask, here);
        } else if state.admissions_of(ask.gate) < ask.witness.admissions() {
            // The gate was away while another gate noticed the loss of these admissions.
            state.admissions.insert(ask.gate.into(), ask.witness.admissions());
        }
        (state, loss)
    }

    fn loss(&self, ask: &Ask<'_>, here: &Here) -> Option<Loss> {
        let known = ask.witness.known();
        if known.is_some_and(|known| known.store != self.id) {
            return Some(Loss::OtherStore);
        }
        if self.incarnation != here.incarnation {
            return Some(Loss::OtherIncarnation);
        }
        if let Some(known) = known {
            let same = known.generation == self.generation;
            if known.generation > self.generation || same && known.incarnation != here.incarnation {
                return Some(Loss::OldGeneration);
            }
            // What an earlier generation lost was noticed before, and waited for.
            if same && self.admissions_of(ask.gate) < ask.witness.admissions() {
                return Some(Loss::MissingAdmissions);
            }
        }
        (self.records != here.records).then_some(Loss::OtherRecords)
    }

    fn lose(&mut self, ask: &Ask<'_>, here: &Here) {
        let Ask { gate, witness, now, retention } = *ask;
        let known = witness.known().map_or(0, |known| known.generation);
        self.generation = self.generation.max(known).saturating_add(1);
        self.incarnation = here.incarnation.clone();
        // Another server may have admitted until `old_master` seconds from now, at gates whose
        // clocks are ahead, codes of phones whose clocks are ahead.
        let lost = here
            .time
            .max(now)
            .plus(retention.old_master)
            .plus(retention.clock_difference)
            .plus(retention.largest_window / 2)
            .plus(1);
        let closed = here.time.plus(retention.old_master).plus(retention.cool_down_limit());
        self.lost = self.lost.max(lost);
        self.closed_until = self.closed_until.max(closed);
        self.records = here.records;
        let own = self.admissions_of(gate).max(witness.admissions());
        self.admissions.insert(gate.into(), own);
    }

    /// Whether the clocks of the gate and of the store are too far apart: more than half of the
    /// clock difference. Then no two gates that the store answers are further apart than the whole
    /// difference.
    #[must_use]
    pub const fn clocks_apart(now: Timestamp, time: Timestamp, retention: Retention) -> bool {
        let apart = now.as_unix().abs_diff(time.as_unix());
        apart.saturating_mul(2) > retention.clock_difference
    }

    /// How far the store can trust its memory now.
    #[must_use]
    pub fn standing(&self, time: Timestamp, clock: StoreClock) -> Standing {
        Standing {
            time,
            clock,
            generation: self.generation,
            from: self.forgotten.max(self.lost),
            closed_until: self.closed_until,
        }
    }

    /// What a gate will know of the store after this answer.
    #[must_use]
    pub fn known(&self) -> Known {
        Known { store: self.id, generation: self.generation, incarnation: self.incarnation.clone() }
    }

    /// How many admissions of this gate the store has recorded.
    #[must_use]
    pub fn admissions_of(&self, gate: &str) -> u64 {
        self.admissions.get(gate).copied().unwrap_or(0)
    }

    /// Counts an admission by this gate. `is_new` says that the permit had no record.
    pub fn admitted(&mut self, gate: &str, is_new: bool) {
        let own = self.admissions_of(gate).saturating_add(1);
        self.admissions.insert(gate.into(), own);
        self.records = self.records.saturating_add(u64::from(is_new));
    }

    /// Counts a record that the store removes because it is over. A forgotten moment is refused
    /// from now on.
    pub fn forget(&mut self, record: &Record) {
        if let Some((newest, _)) = record.newest {
            self.forgotten = self.forgotten.max(newest.plus(1));
        }
        self.records = self.records.saturating_sub(1);
    }

    /// Ends a wait after a loss, because an operator says so.
    pub fn go_on(&mut self, word: GoOn, now: Timestamp, time: Timestamp, retention: Retention) {
        self.closed_until = Timestamp::MIN;
        self.lost = match word {
            GoOn::NothingWasAdmitted => Timestamp::MIN,
            GoOn::CoolDownsLost => {
                // A server of before may go on answering, unless nothing bounds its life: then only
                // the operator knows that it ended.
                let old_master = match retention.old_master {
                    Retention::UNBOUNDED => 0,
                    seconds => seconds,
                };
                let from = time
                    .max(now)
                    .plus(old_master)
                    .plus(retention.clock_difference)
                    .plus(retention.largest_window / 2)
                    .plus(1);
                self.lost.min(from)
            }
        };
    }
}

#[cfg(test)]
mod tests;
