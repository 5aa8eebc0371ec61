//! The rule of every memory of used codes, as pure functions over values: for a store that the
//! program of another language keeps in its own database (docs/spec.md §13.6).
//!
//! In one step that nothing interrupts, such a store reads its state and the record of the permit,
//! calls `meet`, `standing_of` and `decide`, and writes what they give.

use std::collections::HashMap;

use livepermit_gate::replay::{self, Ask, Here, Incarnation, StoreId};

use crate::error::{LivepermitError, Result};
use crate::gate::Attempt;
use crate::number::{array, as_i64, as_seconds, count, time};
use crate::store::{Retention, StoreAnswer};

/// When and where a code was admitted.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct Sighting {
    /// When, by the gate's clock.
    pub at: i64,
    /// The gate.
    pub gate: String,
    /// The lane.
    pub lane: String,
}

/// The newest admitted moment of a permit.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct Newest {
    /// The moment.
    pub moment: i64,
    /// When and where its code was admitted.
    pub sighting: Sighting,
}

/// A zone that does not accept the permit for a while.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct CoolDown {
    /// The zone.
    pub zone: String,
    /// From when on the zone accepts the permit again.
    pub until: i64,
    /// The gate that set the time.
    pub gate: String,
    /// The generation of the store at that time.
    pub generation: i64,
}

/// What a store keeps for one permit.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct StoreRecord {
    /// The newest admitted moment; nothing when only slips were admitted.
    pub newest: Option<Newest>,
    /// When and where a slip was admitted.
    pub slip: Option<Sighting>,
    /// The zones that wait.
    pub cool_downs: Vec<CoolDown>,
}

/// Whose clock counts cool-downs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
pub enum StoreClock {
    /// The store has a clock of its own.
    Own,
    /// The store has none: the clock of the gate that asks.
    Askers,
}

/// How far a store trusts its own memory.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct Standing {
    /// The time by the clock that counts cool-downs.
    pub time: i64,
    /// Whose clock that is.
    pub clock: StoreClock,
    /// The generation of the store.
    pub generation: i64,
    /// The first moment of which the store knows whether it was admitted.
    pub remembers_from: i64,
    /// Until when nobody enters.
    pub closed_until: i64,
}

/// What the rule decides.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
pub enum Decision {
    /// Write this record in place of the old one, then answer `NotUsedBefore`.
    Write {
        /// The new record.
        record: StoreRecord,
    },
    /// Give this answer, and change nothing.
    Answer {
        /// The answer.
        answer: StoreAnswer,
    },
}

/// What a store knows of its own memory: one value beside the records.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct StoreState {
    /// Which store this is: 16 random bytes.
    pub id: Vec<u8>,
    /// The life of the server: a text that changes when the server is started again.
    pub incarnation: String,
    /// How many times a loss was noticed, from 1.
    pub generation: i64,
    /// Moments before this time were forgotten.
    pub forgotten: i64,
    /// Moments before this time may be lost.
    pub lost: i64,
    /// Until this time cool-downs may be lost.
    pub closed_until: i64,
    /// The number of records.
    pub records: i64,
    /// How many admissions of each gate were recorded.
    pub admissions: HashMap<String, i64>,
}

/// What a gate knows of a store after an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct Known {
    /// Which store answered.
    pub store: Vec<u8>,
    /// Its generation.
    pub generation: i64,
    /// The life of its server.
    pub incarnation: String,
}

/// What a gate remembers of its store, in a place of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct Witness {
    /// The last answer; nothing before the first.
    pub known: Option<Known>,
    /// How many admissions of this gate the store acknowledged.
    pub admissions: i64,
}

/// The state of a store after it was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct Meeting {
    /// The state, to be written.
    pub state: StoreState,
    /// How a loss was noticed: a stable code.
    pub loss: Option<String>,
}

/// An operator's word that a store may go on after a loss.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
pub enum GoOn {
    /// Do not wait for cool-downs and slips.
    CoolDownsLost,
    /// Nothing was admitted before: the zone is new.
    NothingWasAdmitted,
}

/// Who asks a store.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct AskedBy {
    /// The gate.
    pub gate: String,
    /// What the gate knows of the store.
    pub witness: Witness,
    /// The gate's time.
    pub now: i64,
}

/// The rule: whether a code is admitted, given the record of its permit.
///
/// # Errors
/// The codes of values that no gate and no store made.
#[cfg_attr(feature = "uniffi", uniffi::export)]
pub fn decide(
    record: Option<StoreRecord>,
    attempt: &Attempt,
    standing: &Standing,
    retention: Retention,
) -> Result<Decision> {
    let record = record.map(|record| record.build()).transpose()?;
    let standing = standing.build()?;
    let (attempt, retention) = (attempt.build()?, retention.build()?);
    Ok(match replay::decide(record.as_ref(), &attempt, &standing, retention) {
        replay::Decision::Admit(record) => Decision::Write { record: StoreRecord::of(&record) },
        replay::Decision::Refuse(answer) => {
            Decision::Answer { answer: StoreAnswer::of(Ok(answer))? }
        }
    })
}

/// Whether the clocks of gate and store are so far apart that the store gives no answer.
///
/// # Errors
/// `time-out-of-range`, `number-negative`.
#[cfg_attr(feature = "uniffi", uniffi::export)]
pub fn clocks_apart(now: i64, store_time: i64, retention: Retention) -> Result<bool> {
    Ok(replay::StoreState::clocks_apart(time(now)?, time(store_time)?, retention.build()?))
}

/// Compares what the store knows with what the gate knows, and notices a loss. `held` is the state
/// that is there, `fresh` the id for a new one; `records` is how many records are there.
///
/// # Errors
/// The codes of values that no store made.
#[cfg_attr(feature = "uniffi", uniffi::export)]
pub fn meet(
    held: Option<StoreState>,
    fresh: Vec<u8>,
    asked: &AskedBy,
    incarnation: &str,
    store_time: i64,
    records: i64,
    retention: Retention,
) -> Result<Meeting> {
    let held = held.map(|state| state.build()).transpose()?;
    let here =
        Here::new(life(incarnation)?, time(store_time)?, count("the number of records", records)?);
    let witness = asked.witness.build()?;
    let ask = Ask::new(&asked.gate, &witness, time(asked.now)?, retention.build()?);
    let fresh = StoreId::from_bytes(array("the id of a store", &fresh)?);
    let (state, loss) = replay::StoreState::meet(held, fresh, &ask, &here);
    Ok(Meeting { state: StoreState::of(&state), loss: loss.map(|loss| loss.code().into()) })
}

/// How far a store in this state trusts its memory.
///
/// # Errors
/// The codes of values that no store made.
#[cfg_attr(feature = "uniffi", uniffi::export)]
pub fn standing_of(state: &StoreState, store_time: i64, clock: StoreClock) -> Result<Standing> {
    let standing = state.build()?.standing(time(store_time)?, clock.build());
    Ok(Standing {
        time: as_seconds(standing.time),
        clock,
        generation: as_i64(standing.generation),
        remembers_from: as_seconds(standing.from),
        closed_until: as_seconds(standing.closed_until),
    })
}

/// The state after an admission. `is_new` says that the permit had no record.
///
/// # Errors
/// The codes of values that no store made.
#[cfg_attr(feature = "uniffi", uniffi::export)]
pub fn record_admission(state: &StoreState, gate: &str, is_new: bool) -> Result<StoreState> {
    let mut state = state.build()?;
    state.admitted(gate, is_new);
    Ok(StoreState::of(&state))
}

/// What the answer tells the gate of the store.
#[cfg_attr(feature = "uniffi", uniffi::export)]
#[must_use]
pub fn known_of(state: &StoreState) -> Known {
    Known {
        store: state.id.clone(),
        generation: state.generation,
        incarnation: state.incarnation.clone(),
    }
}

/// What a gate knows after an answer; nothing if the answer is older than what it knows, so that
/// the gate must not take it. `admissions` is the store's count for this gate.
///
/// # Errors
/// The codes of values that no store made.
#[cfg_attr(feature = "uniffi", uniffi::export)]
pub fn take_answer(witness: &Witness, known: &Known, admissions: i64) -> Result<Option<Witness>> {
    let mut witness = witness.build()?;
    let taken = witness.take(known.build()?, count("the admissions", admissions)?);
    Ok(taken.is_ok().then(|| Witness::of(&witness)))
}

/// Whether a record can be forgotten. `cutoff` is the store's time less the difference of clocks.
///
/// # Errors
/// The codes of values that no store made.
#[cfg_attr(feature = "uniffi", uniffi::export)]
pub fn record_is_over(record: &StoreRecord, cutoff: i64, retention: Retention) -> Result<bool> {
    Ok(record.build()?.is_over(time(cutoff)?, retention.build()?))
}

/// The state after a record was forgotten.
///
/// # Errors
/// The codes of values that no store made.
#[cfg_attr(feature = "uniffi", uniffi::export)]
pub fn forget_record(state: &StoreState, record: &StoreRecord) -> Result<StoreState> {
    let mut state = state.build()?;
    state.forget(&record.build()?);
    Ok(StoreState::of(&state))
}

/// The state after an operator's word.
///
/// # Errors
/// The codes of values that no store made.
#[cfg_attr(feature = "uniffi", uniffi::export)]
pub fn go_on(
    state: &StoreState,
    word: GoOn,
    now: i64,
    store_time: i64,
    retention: Retention,
) -> Result<StoreState> {
    let mut state = state.build()?;
    state.go_on(word.build(), time(now)?, time(store_time)?, retention.build()?);
    Ok(StoreState::of(&state))
}

fn life(text: &str) -> Result<Incarnation> {
    Incarnation::new(text).ok_or_else(|| {
        let most = Incarnation::MAX_BYTES;
        let reason = format!("the life of a server has 1 to {most} visible ASCII characters");
        LivepermitError::new("incarnation", reason)
    })
}

impl GoOn {
    pub(crate) const fn build(self) -> replay::GoOn {
        match self {
            Self::CoolDownsLost => replay::GoOn::CoolDownsLost,
            Self::NothingWasAdmitted => replay::GoOn::NothingWasAdmitted,
        }
    }
}

impl StoreClock {
    const fn build(self) -> replay::StoreClock {
        match self {
            Self::Own => replay::StoreClock::Own,
            Self::Askers => replay::StoreClock::Askers,
        }
    }
}

impl Standing {
    fn build(&self) -> Result<replay::Standing> {
        let mut standing = replay::Standing::whole(time(self.time)?);
        standing.clock = self.clock.build();
        standing.generation = count("the generation", self.generation)?;
        standing.from = time(self.remembers_from)?;
        standing.closed_until = time(self.closed_until)?;
        Ok(standing)
    }
}

impl Sighting {
    fn build(&self) -> Result<replay::Sighting> {
        Ok(replay::Sighting::new(time(self.at)?, (*self.gate).into(), (*self.lane).into()))
    }

    fn of(sighting: &replay::Sighting) -> Self {
        Self {
            at: as_seconds(sighting.at),
            gate: sighting.gate.to_string(),
            lane: sighting.lane.to_string(),
        }
    }
}

impl StoreRecord {
    fn build(&self) -> Result<replay::Record> {
        let newest = self.newest.as_ref().map(|newest| {
            Ok::<_, LivepermitError>((time(newest.moment)?, newest.sighting.build()?))
        });
        let cool_downs = self.cool_downs.iter().map(|cool_down| {
            Ok(replay::CoolDown::new(
                (*cool_down.zone).into(),
                time(cool_down.until)?,
                (*cool_down.gate).into(),
                count("the generation", cool_down.generation)?,
            ))
        });
        Ok(replay::Record::new(
            newest.transpose()?,
            self.slip.as_ref().map(Sighting::build).transpose()?,
            cool_downs.collect::<Result<_>>()?,
        ))
    }

    fn of(record: &replay::Record) -> Self {
        Self {
            newest: record.newest.as_ref().map(|(moment, sighting)| Newest {
                moment: as_seconds(*moment),
                sighting: Sighting::of(sighting),
            }),
            slip: record.slip.as_ref().map(Sighting::of),
            cool_downs: record
                .cool_downs
                .iter()
                .map(|cool_down| CoolDown {
                    zone: cool_down.zone.to_string(),
                    until: as_seconds(cool_down.until),
                    gate: cool_down.gate.to_string(),
                    generation: as_i64(cool_down.generation),
                })
                .collect(),
        }
    }
}

impl StoreState {
    fn build(&self) -> Result<replay::StoreState> {
        let id = StoreId::from_bytes(array("the id of a store", &self.id)?);
        let mut state = replay::StoreState::new(id, life(&self.incarnation)?);
        state.generation = count("the generation", self.generation)?;
        state.forgotten = time(self.forgotten)?;
        state.lost = time(self.lost)?;
        state.closed_until = time(self.closed_until)?;
        state.records = count("the number of records", self.records)?;
        state.admissions = self
            .admissions
            .iter()
            .map(|(gate, number)| Ok((gate.as_str().into(), count("the admissions", *number)?)))
            .collect::<Result<_>>()?;
        Ok(state)
    }

    fn of(state: &replay::StoreState) -> Self {
        Self {
            id: state.id.as_bytes().into(),
            incarnation: state.incarnation.as_str().into(),
            generation: as_i64(state.generation),
            forgotten: as_seconds(state.forgotten),
            lost: as_seconds(state.lost),
            closed_until: as_seconds(state.closed_until),
            records: as_i64(state.records),
            admissions: state
                .admissions
                .iter()
                .map(|(gate, number)| (gate.to_string(), as_i64(*number)))
                .collect(),
        }
    }
}

impl Known {
    fn build(&self) -> Result<replay::Known> {
        Ok(replay::Known {
            store: StoreId::from_bytes(array("the id of a store", &self.store)?),
            generation: count("the generation", self.generation)?,
            incarnation: life(&self.incarnation)?,
        })
    }
}

impl Witness {
    fn build(&self) -> Result<replay::Witness> {
        let known = self.known.as_ref().map(Known::build).transpose()?;
        Ok(replay::Witness::from_parts(known, count("the admissions", self.admissions)?))
    }

    fn of(witness: &replay::Witness) -> Self {
        Self {
            known: witness.known().map(|known| Known {
                store: known.store.as_bytes().into(),
                generation: as_i64(known.generation),
                incarnation: known.incarnation.as_str().into(),
            }),
            admissions: as_i64(witness.admissions()),
        }
    }
}
