//! When to sign the next code, and when to show it.

use livepermit_ffi::{Arrival, CodeSchedule, Screen, Slot};

use crate::buffer::set;
use crate::error::{lp_error, lp_result, run};
use crate::handle::{free, hand_out};
use crate::text::{lp_optional, object};

/// A code that the schedule orders.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct lp_slot {
    /// The number of the code.
    pub number: i64,
    /// The time to be signed.
    pub issued_at: i64,
}

/// What to show: one of the constants `LP_SCREEN_*`.
pub type lp_screen = u32;

/// The code of the slot.
pub const LP_SCREEN_CODE: u32 = 1;
/// No code is ready.
pub const LP_SCREEN_WAITING: u32 = 2;
/// The credential is not valid yet, by this clock.
pub const LP_SCREEN_NOT_YET_VALID: u32 = 3;
/// The credential has ended.
pub const LP_SCREEN_ENDED: u32 = 4;

/// What to do now.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct lp_schedule_step {
    /// What to show.
    pub screen: lp_screen,
    /// With `LP_SCREEN_CODE`: the slot of the code.
    pub shown: lp_slot,
    /// With `LP_SCREEN_NOT_YET_VALID` and `LP_SCREEN_ENDED`: since when, or from when on.
    pub time: i64,
    /// Whether to sign a code now.
    pub has_prepare: bool,
    /// The slot of the code to be signed.
    pub prepare: lp_slot,
    /// By how many seconds somebody changed the clock.
    pub clock_changed: lp_optional,
    /// Whether to fetch the next credential.
    pub fetch: bool,
    /// When to ask again: milliseconds of uptime.
    pub wake: i64,
}

/// What became of a code that was signed: one of the constants `LP_ARRIVAL_*`.
pub type lp_arrival = u32;

/// The code will be shown.
pub const LP_ARRIVAL_ACCEPTED: u32 = 1;
/// The code came too late.
pub const LP_ARRIVAL_TOO_LATE: u32 = 2;
/// The schedule does not want the code any more.
pub const LP_ARRIVAL_WITHDRAWN: u32 = 3;

/// How long a code still lives.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct lp_countdown {
    /// Whether a code is shown at all.
    pub is_present: bool,
    /// Milliseconds to the next code.
    pub to_next: i64,
    /// Milliseconds between two codes.
    pub refresh: i64,
    /// Milliseconds for which the code is still live.
    pub life_left: i64,
    /// Milliseconds for which a code is live.
    pub life: i64,
}

/// The times of the codes of one credential.
#[derive(Debug)]
pub struct lp_schedule(CodeSchedule);

/// Makes a schedule for a credential: a new code every `refresh` seconds.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lp_schedule_new(
    not_before: i64,
    expires: i64,
    window: i64,
    refresh: i64,
    schedule: *mut *mut lp_schedule,
    error: *mut lp_error,
) -> lp_result {
    // SAFETY: the caller answers for the pointers.
    unsafe {
        run(error, || {
            let made = CodeSchedule::new(not_before, expires, window, refresh)?;
            hand_out(schedule, lp_schedule(made))
        })
    }
}

/// Frees a schedule.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lp_schedule_free(schedule: *mut lp_schedule) {
    // SAFETY: the caller answers for the handle.
    unsafe { free(schedule) }
}

/// Goes on with the next credential.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lp_schedule_renew(
    schedule: *const lp_schedule,
    not_before: i64,
    expires: i64,
    window: i64,
    refresh: i64,
    error: *mut lp_error,
) -> lp_result {
    // SAFETY: the caller answers for the pointers.
    unsafe {
        run(error, || {
            let schedule = object(schedule, "the schedule")?;
            Ok(schedule.0.renew(not_before, expires, window, refresh)?)
        })
    }
}

/// What to do now, by the wall clock in seconds and by an uptime in milliseconds that nobody can
/// set.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lp_schedule_at(
    schedule: *const lp_schedule,
    wall: i64,
    uptime_millis: i64,
    step: *mut lp_schedule_step,
    error: *mut lp_error,
) -> lp_result {
    // SAFETY: the caller answers for the pointers.
    unsafe {
        run(error, || {
            let now = object(schedule, "the schedule")?.0.at(wall, uptime_millis)?;
            let none = lp_slot { number: 0, issued_at: 0 };
            let (screen, shown, time) = match now.screen {
                Screen::Code { slot } => (LP_SCREEN_CODE, slot.into(), 0),
                Screen::Waiting => (LP_SCREEN_WAITING, none, 0),
                Screen::NotYetValid { from } => (LP_SCREEN_NOT_YET_VALID, none, from),
                Screen::Ended { at } => (LP_SCREEN_ENDED, none, at),
            };
            let filled = lp_schedule_step {
                screen,
                shown,
                time,
                has_prepare: now.prepare.is_some(),
                prepare: now.prepare.map_or(none, Into::into),
                clock_changed: now.clock_changed.into(),
                fetch: now.fetch,
                wake: now.wake,
            };
            set(step, filled)
        })
    }
}

/// Says that the code of a slot is signed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lp_schedule_prepared(
    schedule: *const lp_schedule,
    slot: lp_slot,
    uptime_millis: i64,
    arrival: *mut lp_arrival,
    error: *mut lp_error,
) -> lp_result {
    // SAFETY: the caller answers for the pointers.
    unsafe {
        run(error, || {
            let came = object(schedule, "the schedule")?.0.prepared(slot.into(), uptime_millis)?;
            let came = match came {
                Arrival::Accepted => LP_ARRIVAL_ACCEPTED,
                Arrival::TooLate { .. } => LP_ARRIVAL_TOO_LATE,
                Arrival::Withdrawn => LP_ARRIVAL_WITHDRAWN,
            };
            set(arrival, came)
        })
    }
}

/// Says that the signature of a slot failed. The schedule orders another one.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lp_schedule_failed(
    schedule: *const lp_schedule,
    slot: lp_slot,
    uptime_millis: i64,
    error: *mut lp_error,
) -> lp_result {
    // SAFETY: the caller answers for the pointers.
    unsafe {
        run(error, || Ok(object(schedule, "the schedule")?.0.failed(slot.into(), uptime_millis)?))
    }
}

/// How long the shown code still lives.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lp_schedule_remaining(
    schedule: *const lp_schedule,
    wall: i64,
    uptime_millis: i64,
    countdown: *mut lp_countdown,
    error: *mut lp_error,
) -> lp_result {
    // SAFETY: the caller answers for the pointers.
    unsafe {
        run(error, || {
            let left = object(schedule, "the schedule")?.0.remaining(wall, uptime_millis)?;
            let filled = lp_countdown {
                is_present: left.is_some(),
                to_next: left.map_or(0, |left| left.to_next),
                refresh: left.map_or(0, |left| left.refresh),
                life_left: left.map_or(0, |left| left.life_left),
                life: left.map_or(0, |left| left.life),
            };
            set(countdown, filled)
        })
    }
}

/// From when on the next credential should be fetched.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lp_schedule_fetch_from(
    schedule: *const lp_schedule,
    time: *mut i64,
    error: *mut lp_error,
) -> lp_result {
    // SAFETY: the caller answers for the pointers.
    unsafe { run(error, || set(time, object(schedule, "the schedule")?.0.fetch_from())) }
}

impl From<Slot> for lp_slot {
    fn from(slot: Slot) -> Self {
        Self { number: slot.number, issued_at: slot.issued_at }
    }
}

impl From<lp_slot> for Slot {
    fn from(slot: lp_slot) -> Self {
        Self { number: slot.number, issued_at: slot.issued_at }
    }
}
