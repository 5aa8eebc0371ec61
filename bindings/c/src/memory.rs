//! The rule of every memory of used codes, as pure functions over values: for a store that a program
//! keeps in its own database (docs/spec.md §13.6).
//!
//! In one step that nothing interrupts, such a store reads its state and the record of the permit,
//! calls `lp_memory_meet`, `lp_memory_standing` and `lp_memory_decide`, and writes what they give.

use std::collections::HashMap;

use livepermit_ffi::{
    AskedBy, CoolDown, Decision, GoOn, Known, Newest, Sighting, Standing, StoreClock, StoreRecord,
    StoreState, Witness,
};

use crate::buffer::{Arena, give, lp_buffer, set};
use crate::error::{Failure, Outcome, lp_error, lp_result, run};
use crate::gate::lp_attempt;
use crate::store::{lp_retention, lp_store_answer};
use crate::text::{lp_bytes, lp_text, object, optional, slice};

/// When and where a code was admitted.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct lp_sighting {
    /// When, by the gate's clock.
    pub at: i64,
    /// The gate.
    pub gate: lp_text,
    /// The lane.
    pub lane: lp_text,
}

/// The newest admitted moment of a permit.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct lp_newest {
    /// The moment.
    pub moment: i64,
    /// When and where its code was admitted.
    pub sighting: lp_sighting,
}

/// A zone that does not accept the permit for a while.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct lp_cool_down {
    /// The zone.
    pub zone: lp_text,
    /// From when on the zone accepts the permit again.
    pub until: i64,
    /// The gate that set the time.
    pub gate: lp_text,
    /// The generation of the store at that time.
    pub generation: i64,
}

/// What a store keeps for one permit.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct lp_record {
    /// The newest admitted moment; NULL when only slips were admitted.
    pub newest: *const lp_newest,
    /// When and where a slip was admitted, or NULL.
    pub slip: *const lp_sighting,
    /// The zones that wait; can be NULL if there is none.
    pub cool_downs: *const lp_cool_down,
    /// How many zones wait.
    pub cool_down_count: usize,
}

/// Whose clock counts cool-downs: one of the constants `LP_CLOCK_*`.
pub type lp_store_clock = u32;

/// The store has a clock of its own.
pub const LP_CLOCK_OWN: u32 = 1;
/// The store has none: the clock of the gate that asks.
pub const LP_CLOCK_ASKERS: u32 = 2;

/// An operator's word that a store may go on after a loss: one of the constants `LP_GO_ON_*`.
pub type lp_go_on = u32;

/// Do not wait for cool-downs and slips.
pub const LP_GO_ON_COOL_DOWNS_LOST: u32 = 1;
/// Nothing was admitted before: the zone is new.
pub const LP_GO_ON_NOTHING_WAS_ADMITTED: u32 = 2;

/// How far a store trusts its own memory.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct lp_standing {
    /// The time by the clock that counts cool-downs.
    pub time: i64,
    /// Whose clock that is.
    pub clock: lp_store_clock,
    /// The generation of the store.
    pub generation: i64,
    /// The first moment of which the store knows whether it was admitted.
    pub remembers_from: i64,
    /// Until when nobody enters.
    pub closed_until: i64,
}

/// What the rule decides.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct lp_decision {
    /// Write this record in place of the old one, then answer `LP_ANSWER_NOT_USED_BEFORE`; or NULL.
    pub write: *const lp_record,
    /// Give this answer, and change nothing; or NULL.
    pub answer: *const lp_store_answer,
}

/// How many admissions of a gate a store recorded.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct lp_gate_admissions {
    /// The gate.
    pub gate: lp_text,
    /// How many.
    pub count: i64,
}

/// What a store knows of its own memory: one value beside the records.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct lp_store_state {
    /// Which store this is: 16 random bytes.
    pub id: lp_bytes,
    /// The life of the server: a text that changes when the server is started again.
    pub incarnation: lp_text,
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
    /// How many admissions of each gate were recorded, sorted by gate.
    pub admissions: *const lp_gate_admissions,
    /// How many gates there are.
    pub admissions_count: usize,
}

/// What a gate knows of a store after an answer.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct lp_known {
    /// Which store answered.
    pub store: lp_bytes,
    /// Its generation.
    pub generation: i64,
    /// The life of its server.
    pub incarnation: lp_text,
}

/// What a gate remembers of its store, in a place of its own.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct lp_witness {
    /// The last answer; NULL before the first.
    pub known: *const lp_known,
    /// How many admissions of this gate the store acknowledged.
    pub admissions: i64,
}

/// The state of a store after it was asked.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct lp_meeting {
    /// The state, to be written.
    pub state: lp_store_state,
    /// How a loss was noticed: a stable code; else absent.
    pub loss: lp_text,
}

/// Who asks a store.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct lp_asked_by {
    /// The gate.
    pub gate: lp_text,
    /// What the gate knows of the store.
    pub witness: lp_witness,
    /// The gate's time.
    pub now: i64,
}

/// What a store has when it is asked.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct lp_store_here {
    /// The state that is held, or NULL.
    pub held: *const lp_store_state,
    /// The id for a new state: 16 random bytes.
    pub fresh: lp_bytes,
    /// The life of the server.
    pub incarnation: lp_text,
    /// The store's time.
    pub time: i64,
    /// How many records are there.
    pub records: i64,
}

pub(crate) fn go_on_of(word: lp_go_on) -> Outcome<GoOn> {
    match word {
        LP_GO_ON_COOL_DOWNS_LOST => Ok(GoOn::CoolDownsLost),
        LP_GO_ON_NOTHING_WAS_ADMITTED => Ok(GoOn::NothingWasAdmitted),
        other => Err(Failure::value("the word of an operator", other)),
    }
}

fn clock_of(clock: lp_store_clock) -> Outcome<StoreClock> {
    match clock {
        LP_CLOCK_OWN => Ok(StoreClock::Own),
        LP_CLOCK_ASKERS => Ok(StoreClock::Askers),
        other => Err(Failure::value("the clock of a store", other)),
    }
}

impl lp_sighting {
    /// # Safety
    /// Pointers are valid.
    unsafe fn take(&self) -> Outcome<Sighting> {
        // SAFETY: the caller answers for the pointers.
        let (gate, lane) = unsafe { (self.gate.get("the gate")?, self.lane.get("the lane")?) };
        Ok(Sighting { at: self.at, gate: gate.into(), lane: lane.into() })
    }

    fn of(sighting: &Sighting, arena: &mut Arena) -> Self {
        Self { at: sighting.at, gate: arena.text(&sighting.gate), lane: arena.text(&sighting.lane) }
    }
}

impl lp_record {
    /// # Safety
    /// Pointers are valid.
    unsafe fn take(&self) -> Outcome<StoreRecord> {
        // SAFETY: the caller answers for the pointers.
        unsafe {
            let newest = match optional(self.newest, "the newest moment")? {
                None => None,
                Some(newest) => {
                    Some(Newest { moment: newest.moment, sighting: newest.sighting.take()? })
                }
            };
            let slip = optional(self.slip, "the slip")?;
            let slip = slip.map(|slip| slip.take()).transpose()?;
            let mut cool_downs = Vec::new();
            for entry in slice(self.cool_downs, self.cool_down_count, "the cool-downs")? {
                cool_downs.push(CoolDown {
                    zone: entry.zone.get("the zone")?.into(),
                    until: entry.until,
                    gate: entry.gate.get("the gate")?.into(),
                    generation: entry.generation,
                });
            }
            Ok(StoreRecord { newest, slip, cool_downs })
        }
    }

    fn of(record: &StoreRecord, arena: &mut Arena) -> Self {
        let newest = record.newest.as_ref().map(|newest| {
            let sighting = lp_sighting::of(&newest.sighting, arena);
            arena.one(lp_newest { moment: newest.moment, sighting })
        });
        let slip = record.slip.as_ref().map(|slip| {
            let slip = lp_sighting::of(slip, arena);
            arena.one(slip)
        });
        let cool_downs: Vec<_> = record
            .cool_downs
            .iter()
            .map(|entry| lp_cool_down {
                zone: arena.text(&entry.zone),
                until: entry.until,
                gate: arena.text(&entry.gate),
                generation: entry.generation,
            })
            .collect();
        Self {
            newest: newest.unwrap_or(core::ptr::null()),
            slip: slip.unwrap_or(core::ptr::null()),
            cool_downs: arena.array(&cool_downs),
            cool_down_count: cool_downs.len(),
        }
    }
}

impl lp_store_state {
    /// # Safety
    /// Pointers are valid.
    unsafe fn take(&self) -> Outcome<StoreState> {
        // SAFETY: the caller answers for the pointers.
        unsafe {
            let mut admissions = HashMap::new();
            for entry in slice(self.admissions, self.admissions_count, "the admissions")? {
                admissions.insert(entry.gate.get("the gate")?.into(), entry.count);
            }
            Ok(StoreState {
                id: self.id.get("the id")?.into(),
                incarnation: self.incarnation.get("the life of the server")?.into(),
                generation: self.generation,
                forgotten: self.forgotten,
                lost: self.lost,
                closed_until: self.closed_until,
                records: self.records,
                admissions,
            })
        }
    }

    fn of(state: &StoreState, arena: &mut Arena) -> Self {
        let mut sorted: Vec<_> = state.admissions.iter().collect();
        sorted.sort();
        let admissions: Vec<_> = sorted
            .iter()
            .map(|(gate, count)| lp_gate_admissions { gate: arena.text(gate), count: **count })
            .collect();
        Self {
            id: arena.bytes(&state.id),
            incarnation: arena.text(&state.incarnation),
            generation: state.generation,
            forgotten: state.forgotten,
            lost: state.lost,
            closed_until: state.closed_until,
            records: state.records,
            admissions: arena.array(&admissions),
            admissions_count: admissions.len(),
        }
    }
}

impl lp_known {
    /// # Safety
    /// Pointers are valid.
    unsafe fn take(&self) -> Outcome<Known> {
        // SAFETY: the caller answers for the pointers.
        let (store, life) =
            unsafe { (self.store.get("the store")?, self.incarnation.get("the life")?) };
        Ok(Known { store: store.into(), generation: self.generation, incarnation: life.into() })
    }

    fn of(known: &Known, arena: &mut Arena) -> Self {
        Self {
            store: arena.bytes(&known.store),
            generation: known.generation,
            incarnation: arena.text(&known.incarnation),
        }
    }
}

impl lp_witness {
    /// # Safety
    /// Pointers are valid.
    unsafe fn take(&self) -> Outcome<Witness> {
        // SAFETY: the caller answers for the pointers.
        let known = unsafe {
            let known = optional(self.known, "what is known")?;
            known.map(|known| known.take()).transpose()?
        };
        Ok(Witness { known, admissions: self.admissions })
    }

    fn of(witness: &Witness, arena: &mut Arena) -> Self {
        let known = witness.known.as_ref().map(|known| {
            let known = lp_known::of(known, arena);
            arena.one(known)
        });
        Self { known: known.unwrap_or(core::ptr::null()), admissions: witness.admissions }
    }
}

/// The rule: whether a code is admitted, given the record of its permit, which can be NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lp_memory_decide(
    record: *const lp_record,
    attempt: *const lp_attempt,
    standing: *const lp_standing,
    retention: lp_retention,
    decision: *mut lp_decision,
    buffer: *mut lp_buffer,
    error: *mut lp_error,
) -> lp_result {
    // SAFETY: the caller answers for the pointers.
    unsafe {
        run(error, || {
            let record = optional(record, "the record")?;
            let record = record.map(|record| record.take()).transpose()?;
            let attempt = object(attempt, "the attempt")?.take()?;
            let held = object(standing, "the standing")?;
            let standing = Standing {
                time: held.time,
                clock: clock_of(held.clock)?,
                generation: held.generation,
                remembers_from: held.remembers_from,
                closed_until: held.closed_until,
            };
            let made = livepermit_ffi::decide(record, &attempt, &standing, retention.take())?;
            give(decision, buffer, |arena| {
                let (mut write, mut answer) = (core::ptr::null(), core::ptr::null());
                match &made {
                    Decision::Write { record } => {
                        let record = lp_record::of(record, arena);
                        write = arena.one(record);
                    }
                    Decision::Answer { answer: given } => {
                        let given = lp_store_answer::of(given, arena);
                        answer = arena.one(given);
                    }
                }
                lp_decision { write, answer }
            })
        })
    }
}

/// Whether the clocks of gate and store are so far apart that the store gives no answer.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lp_memory_clocks_apart(
    now: i64,
    store_time: i64,
    retention: lp_retention,
    apart: *mut bool,
    error: *mut lp_error,
) -> lp_result {
    // SAFETY: the caller answers for the pointers.
    unsafe {
        run(error, || set(apart, livepermit_ffi::clocks_apart(now, store_time, retention.take())?))
    }
}

/// Compares what the store knows with what the gate knows, and notices a loss.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lp_memory_meet(
    here: *const lp_store_here,
    asked: *const lp_asked_by,
    retention: lp_retention,
    meeting: *mut lp_meeting,
    buffer: *mut lp_buffer,
    error: *mut lp_error,
) -> lp_result {
    // SAFETY: the caller answers for the pointers.
    unsafe {
        run(error, || {
            let here = object(here, "the store")?;
            let held = optional(here.held, "the state")?;
            let held = held.map(|state| state.take()).transpose()?;
            let asked = object(asked, "who asks")?;
            let asked = AskedBy {
                gate: asked.gate.get("the gate")?.into(),
                witness: asked.witness.take()?,
                now: asked.now,
            };
            let (fresh, life) = (here.fresh.get("the id")?, here.incarnation.get("the life")?);
            let (time, records, retention) = (here.time, here.records, retention.take());
            let fresh = fresh.into();
            let met = livepermit_ffi::meet(held, fresh, &asked, life, time, records, retention)?;
            give(meeting, buffer, |arena| lp_meeting {
                state: lp_store_state::of(&met.state, arena),
                loss: arena.maybe_text(met.loss.as_deref()),
            })
        })
    }
}

/// How far a store in this state trusts its memory.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lp_memory_standing(
    state: *const lp_store_state,
    store_time: i64,
    clock: lp_store_clock,
    standing: *mut lp_standing,
    error: *mut lp_error,
) -> lp_result {
    // SAFETY: the caller answers for the pointers.
    unsafe {
        run(error, || {
            let state = object(state, "the state")?.take()?;
            let found = livepermit_ffi::standing_of(&state, store_time, clock_of(clock)?)?;
            let filled = lp_standing {
                time: found.time,
                clock,
                generation: found.generation,
                remembers_from: found.remembers_from,
                closed_until: found.closed_until,
            };
            set(standing, filled)
        })
    }
}

/// The state after an admission. `is_new` says that the permit had no record.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lp_memory_record_admission(
    state: *const lp_store_state,
    gate: lp_text,
    is_new: bool,
    after: *mut lp_store_state,
    buffer: *mut lp_buffer,
    error: *mut lp_error,
) -> lp_result {
    // SAFETY: the caller answers for the pointers.
    unsafe {
        run(error, || {
            let state = object(state, "the state")?.take()?;
            let gate = gate.get("the gate")?;
            let changed = livepermit_ffi::record_admission(&state, gate, is_new)?;
            give(after, buffer, |arena| lp_store_state::of(&changed, arena))
        })
    }
}

/// What a gate knows after an answer. If the answer is older than what the gate knows, it must not
/// take the answer: `is_taken` then gets `false`, and `after` stays as it is. `admissions` is the
/// store's count for this gate.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lp_memory_take_answer(
    witness: *const lp_witness,
    known: *const lp_known,
    admissions: i64,
    is_taken: *mut bool,
    after: *mut lp_witness,
    buffer: *mut lp_buffer,
    error: *mut lp_error,
) -> lp_result {
    // SAFETY: the caller answers for the pointers.
    unsafe {
        run(error, || {
            let witness = object(witness, "the witness")?.take()?;
            let known = object(known, "what the answer tells")?.take()?;
            let taken = livepermit_ffi::take_answer(&witness, &known, admissions)?;
            if let Some(taken) = &taken {
                give(after, buffer, |arena| lp_witness::of(taken, arena))?;
            }
            set(is_taken, taken.is_some())
        })
    }
}

/// Whether a record can be forgotten. `cutoff` is the store's time less the difference of clocks.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lp_memory_record_is_over(
    record: *const lp_record,
    cutoff: i64,
    retention: lp_retention,
    is_over: *mut bool,
    error: *mut lp_error,
) -> lp_result {
    // SAFETY: the caller answers for the pointers.
    unsafe {
        run(error, || {
            let record = object(record, "the record")?.take()?;
            set(is_over, livepermit_ffi::record_is_over(&record, cutoff, retention.take())?)
        })
    }
}

/// The state after a record was forgotten.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lp_memory_forget_record(
    state: *const lp_store_state,
    record: *const lp_record,
    after: *mut lp_store_state,
    buffer: *mut lp_buffer,
    error: *mut lp_error,
) -> lp_result {
    // SAFETY: the caller answers for the pointers.
    unsafe {
        run(error, || {
            let state = object(state, "the state")?.take()?;
            let record = object(record, "the record")?.take()?;
            let changed = livepermit_ffi::forget_record(&state, &record)?;
            give(after, buffer, |arena| lp_store_state::of(&changed, arena))
        })
    }
}

/// The state after an operator's word.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lp_memory_go_on(
    state: *const lp_store_state,
    word: lp_go_on,
    now: i64,
    store_time: i64,
    retention: lp_retention,
    after: *mut lp_store_state,
    buffer: *mut lp_buffer,
    error: *mut lp_error,
) -> lp_result {
    // SAFETY: the caller answers for the pointers.
    unsafe {
        run(error, || {
            let state = object(state, "the state")?.take()?;
            let (word, retention) = (go_on_of(word)?, retention.take());
            let changed = livepermit_ffi::go_on(&state, word, now, store_time, retention)?;
            give(after, buffer, |arena| lp_store_state::of(&changed, arena))
        })
    }
}
