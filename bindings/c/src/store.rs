//! The memory of used codes.

use livepermit_ffi::{Retention, Store, StoreAnswer, default_retention};

use crate::buffer::{Arena, LP_VERDICT_BYTES, give, has_room, is_place, lp_buffer, set};
use crate::error::{Failure, Outcome, lp_error, lp_result, run};
use crate::gate::lp_attempt;
use crate::handle::{free, hand_out};
use crate::memory::{go_on_of, lp_go_on};
use crate::text::{lp_optional, lp_text, object};
use crate::verdict::lp_cautions;

/// How long a store remembers, in seconds. All gates of a zone have the same.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct lp_retention {
    /// The longest window of any gate.
    pub largest_window: i64,
    /// The largest skew of any gate.
    pub largest_skew: i64,
    /// How far two clocks of the zone may be apart.
    pub clock_difference: i64,
    /// The longest cool-down of any gate.
    pub longest_cool_down: i64,
    /// How long an old master of a replicated server can still answer; absent: nobody knows.
    pub old_master: lp_optional,
}

/// The answer of a store: one of the constants `LP_ANSWER_*`.
pub type lp_answer_kind = u32;

/// The code was not used before. The store has recorded the code.
pub const LP_ANSWER_NOT_USED_BEFORE: u32 = 1;
/// This lane admitted the code a moment ago: at `time`.
pub const LP_ANSWER_ALREADY_ACCEPTED_HERE: u32 = 2;
/// The code was used: at `time`.
pub const LP_ANSWER_ALREADY_USED: u32 = 3;
/// A newer code of the permit was used: `time` is its moment.
pub const LP_ANSWER_SUPERSEDED: u32 = 4;
/// The permit waits for its cool-down, until `time`.
pub const LP_ANSWER_COOLING_DOWN: u32 = 5;
/// The store lost its memory of that time, and admits from `time` on.
pub const LP_ANSWER_FORGOTTEN: u32 = 6;
/// The clocks of gate and store are apart: `time` is the store's.
pub const LP_ANSWER_CLOCK_APART: u32 = 7;
/// There is no room for another permit.
pub const LP_ANSWER_FULL: u32 = 8;
/// The store gave no answer, so nobody knows whether the code was used: `reason` says why.
pub const LP_ANSWER_NONE: u32 = 9;

/// The answer of a store to an attempt.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct lp_store_answer {
    /// What the store says.
    pub kind: lp_answer_kind,
    /// A time, where the answer names one; else 0.
    pub time: i64,
    /// With `LP_ANSWER_NONE`: what happened, for the operator's log. Else absent.
    pub reason: lp_text,
}

/// How a store was at its last answer.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct lp_store_health {
    /// Until when the store admits nobody who enters, because it lost its memory.
    pub out_of_order_until: lp_optional,
    /// How the store noticed the loss: a stable code; else absent.
    pub loss: lp_text,
    /// What lasts until somebody changes the settings of the server.
    pub cautions: lp_cautions,
}

impl lp_retention {
    pub(crate) fn take(&self) -> Retention {
        Retention {
            largest_window: self.largest_window,
            largest_skew: self.largest_skew,
            clock_difference: self.clock_difference,
            longest_cool_down: self.longest_cool_down,
            old_master: self.old_master.into(),
        }
    }

    pub(crate) fn of(retention: Retention) -> Self {
        Self {
            largest_window: retention.largest_window,
            largest_skew: retention.largest_skew,
            clock_difference: retention.clock_difference,
            longest_cool_down: retention.longest_cool_down,
            old_master: retention.old_master.into(),
        }
    }
}

impl lp_store_answer {
    pub(crate) fn of(answer: &StoreAnswer, arena: &mut Arena) -> Self {
        let (kind, time) = match answer {
            StoreAnswer::NotUsedBefore => (LP_ANSWER_NOT_USED_BEFORE, 0),
            StoreAnswer::AlreadyAcceptedHere { then } => (LP_ANSWER_ALREADY_ACCEPTED_HERE, *then),
            StoreAnswer::AlreadyUsed { then } => (LP_ANSWER_ALREADY_USED, *then),
            StoreAnswer::Superseded { newest } => (LP_ANSWER_SUPERSEDED, *newest),
            StoreAnswer::CoolingDown { until } => (LP_ANSWER_COOLING_DOWN, *until),
            StoreAnswer::Forgotten { until } => (LP_ANSWER_FORGOTTEN, *until),
            StoreAnswer::ClockApart { theirs } => (LP_ANSWER_CLOCK_APART, *theirs),
            StoreAnswer::Full => (LP_ANSWER_FULL, 0),
            StoreAnswer::NoAnswer { .. } => (LP_ANSWER_NONE, 0),
        };
        let reason = match answer {
            StoreAnswer::NoAnswer { reason } => arena.text(reason),
            _ => lp_text::ABSENT,
        };
        Self { kind, time, reason }
    }

    /// # Safety
    /// Pointers are valid.
    pub(crate) unsafe fn take(&self) -> Outcome<StoreAnswer> {
        let time = self.time;
        Ok(match self.kind {
            LP_ANSWER_NOT_USED_BEFORE => StoreAnswer::NotUsedBefore,
            LP_ANSWER_ALREADY_ACCEPTED_HERE => StoreAnswer::AlreadyAcceptedHere { then: time },
            LP_ANSWER_ALREADY_USED => StoreAnswer::AlreadyUsed { then: time },
            LP_ANSWER_SUPERSEDED => StoreAnswer::Superseded { newest: time },
            LP_ANSWER_COOLING_DOWN => StoreAnswer::CoolingDown { until: time },
            LP_ANSWER_FORGOTTEN => StoreAnswer::Forgotten { until: time },
            LP_ANSWER_CLOCK_APART => StoreAnswer::ClockApart { theirs: time },
            LP_ANSWER_FULL => StoreAnswer::Full,
            LP_ANSWER_NONE => {
                // SAFETY: the caller answers for the pointer.
                let reason = unsafe { self.reason.optional("the reason") }?;
                StoreAnswer::NoAnswer { reason: reason.unwrap_or("no reason was given").into() }
            }
            other => return Err(Failure::value("the answer of a store", other)),
        })
    }
}

/// A memory of used codes. Lanes and gates in one process share one.
#[derive(Debug)]
pub struct lp_store(pub(crate) Store);

/// Fills the usual retention: a window of 30 seconds, a skew of 5, clocks that are 60 seconds apart
/// at most.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lp_retention_default(
    retention: *mut lp_retention,
    error: *mut lp_error,
) -> lp_result {
    // SAFETY: the caller answers for the pointers.
    unsafe { run(error, || set(retention, lp_retention::of(default_retention()))) }
}

/// A memory in this process, with room for `permits` permits. What was admitted before `now` is not
/// known, so the store waits until no old code is live: gates open after a minute or so.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lp_store_in_memory(
    permits: i64,
    retention: lp_retention,
    now: i64,
    store: *mut *mut lp_store,
    error: *mut lp_error,
) -> lp_result {
    // SAFETY: the caller answers for the pointers.
    unsafe {
        run(error, || hand_out(store, lp_store(Store::in_memory(permits, retention.take(), now)?)))
    }
}

/// The same, by the word of an operator: nothing was admitted before, so the gates open at once.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lp_store_in_memory_for_the_first_time(
    permits: i64,
    retention: lp_retention,
    store: *mut *mut lp_store,
    error: *mut lp_error,
) -> lp_result {
    // SAFETY: the caller answers for the pointers.
    unsafe {
        run(error, || {
            let made = Store::in_memory_for_the_first_time(permits, retention.take())?;
            hand_out(store, lp_store(made))
        })
    }
}

/// A memory in the file at `path`, which survives a kill and a power cut. One process uses a file at
/// a time.
#[cfg(feature = "file")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lp_store_in_file(
    path: lp_text,
    permits: i64,
    retention: lp_retention,
    store: *mut *mut lp_store,
    error: *mut lp_error,
) -> lp_result {
    // SAFETY: the caller answers for the pointers.
    unsafe {
        run(error, || {
            let made = Store::in_file(path.get("the path")?, permits, retention.take())?;
            hand_out(store, lp_store(made))
        })
    }
}

/// Frees a store. Gates that were made with it go on.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lp_store_free(store: *mut lp_store) {
    // SAFETY: the caller answers for the handle.
    unsafe { free(store) }
}

/// Asks the store, and records the code if it was not used before. For gates that ask by
/// `lp_gate_begin` and `lp_gate_finish`. The buffer has `LP_VERDICT_BYTES` or more.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lp_store_admit(
    store: *const lp_store,
    attempt: *const lp_attempt,
    answer: *mut lp_store_answer,
    buffer: *mut lp_buffer,
    error: *mut lp_error,
) -> lp_result {
    // SAFETY: the caller answers for the pointers.
    unsafe {
        run(error, || {
            has_room(buffer, LP_VERDICT_BYTES)?;
            is_place(answer)?;
            let attempt = object(attempt, "the attempt")?.take()?;
            let given = object(store, "the store")?.0.admit(&attempt)?;
            give(answer, buffer, |arena| lp_store_answer::of(&given, arena))
        })
    }
}

/// How the store was at its last answer.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lp_store_get_health(
    store: *const lp_store,
    health: *mut lp_store_health,
    buffer: *mut lp_buffer,
    error: *mut lp_error,
) -> lp_result {
    // SAFETY: the caller answers for the pointers.
    unsafe {
        run(error, || {
            let found = object(store, "the store")?.0.health();
            give(health, buffer, |arena| lp_store_health {
                out_of_order_until: found.out_of_order_until.into(),
                loss: arena.maybe_text(found.loss.as_deref()),
                cautions: lp_cautions::of(&found.cautions, arena),
            })
        })
    }
}

/// Ends a wait after a loss of memory, because an operator says so.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lp_store_go_on(
    store: *const lp_store,
    word: lp_go_on,
    now: i64,
    error: *mut lp_error,
) -> lp_result {
    // SAFETY: the caller answers for the pointers.
    unsafe { run(error, || Ok(object(store, "the store")?.0.go_on(go_on_of(word)?, now)?)) }
}

/// How long the store remembers.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lp_store_get_retention(
    store: *const lp_store,
    retention: *mut lp_retention,
    error: *mut lp_error,
) -> lp_result {
    // SAFETY: the caller answers for the pointers.
    unsafe {
        run(error, || set(retention, lp_retention::of(object(store, "the store")?.0.retention())))
    }
}
