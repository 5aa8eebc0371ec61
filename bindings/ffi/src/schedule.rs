//! When to sign the next code, and when to show it.

use std::sync::{Mutex, MutexGuard, PoisonError};

use livepermit::hold::schedule::{self, Schedule, ScheduleSettings, Uptime};

use crate::error::{LivepermitError, Result};
use crate::number::{as_i64, as_seconds, count, time};

/// One code of a schedule, from the order to sign to the end of its time on the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct Slot {
    /// Its number: the key under which an app keeps the picture.
    pub number: i64,
    /// The time to sign. It may be a few seconds ahead; the code is shown when the time has come.
    pub issued_at: i64,
}

/// What the screen must show now. It is a state: apply it as often as you like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
pub enum Screen {
    /// The code of this slot, and no other.
    Code {
        /// The slot.
        slot: Slot,
    },
    /// No code is ready: show a spinner.
    Waiting,
    /// No code: by this phone's clock the credential is not valid yet.
    NotYetValid {
        /// When the validity begins.
        from: i64,
    },
    /// No code, and no further code: fetch another credential and call `renew`.
    Ended {
        /// The credential's end.
        at: i64,
    },
}

/// What to do now: apply `screen` first, then `prepare`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct ScheduleStep {
    /// What the screen must show. Remove anything else at once.
    pub screen: Screen,
    /// Sign the code of this slot now, and report with `prepared` or `failed`.
    pub prepare: Option<Slot>,
    /// The clock was set by this many seconds, forward is positive. Codes and orders were dropped.
    pub clock_changed: Option<i64>,
    /// Fetch the next credential when there is a network.
    pub fetch: bool,
    /// Call `at` again at this uptime, in milliseconds, or earlier.
    pub wake: i64,
}

/// What becomes of a signed code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
pub enum Arrival {
    /// Keep the code under its slot, and call `at`.
    Accepted,
    /// The code came too late. Discard it.
    TooLate {
        /// By how many milliseconds.
        by_millis: i64,
    },
    /// The order was withdrawn. Discard the code.
    Withdrawn,
}

/// The time that the code on the screen has left, in milliseconds, for a ring or a bar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct Countdown {
    /// Time until the next code is due.
    pub to_next: i64,
    /// Where `to_next` begins.
    pub refresh: i64,
    /// Time until gates refuse this code.
    pub life_left: i64,
    /// Where `life_left` begins.
    pub life: i64,
}

/// The display loop of a phone without I/O: it gets two clock readings and says what to do.
///
/// `wall` is the time in seconds since 1970. `uptime` is a counter in milliseconds that nobody can
/// set: `SystemClock.elapsedRealtime`, `ContinuousClock`, `performance.now`, `time.monotonic`. Read
/// both right after each other. Call `at` when `wake` has come, when a signature has come, when the
/// app comes to the front, and when the system says that its clock was set.
#[derive(Debug)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Object))]
pub struct CodeSchedule(Mutex<Orders>);

#[derive(Debug)]
struct Orders {
    schedule: Schedule,
    /// The slots that can still be named: the newest last.
    slots: Vec<(Slot, schedule::Slot)>,
    next: i64,
}

/// Slots that an app can still name: shown, ready, open, and a few that come late.
const REMEMBERED: usize = 8;

impl Orders {
    fn name(&mut self, slot: schedule::Slot) -> Slot {
        if let Some((named, _)) = self.slots.iter().find(|(_, known)| *known == slot) {
            return *named;
        }
        let named = Slot { number: self.next, issued_at: as_seconds(slot.issued_at()) };
        self.next = self.next.saturating_add(1);
        if self.slots.len() >= REMEMBERED {
            self.slots.remove(0);
        }
        self.slots.push((named, slot));
        named
    }

    fn find(&self, slot: Slot) -> Option<schedule::Slot> {
        self.slots.iter().find(|(named, _)| *named == slot).map(|(_, known)| *known)
    }
}

fn uptime(millis: i64) -> Result<Uptime> {
    Ok(Uptime::from_millis(count("the uptime", millis)?))
}

fn settings(not_before: i64, expires: i64, window: i64, refresh: i64) -> Result<ScheduleSettings> {
    Ok(ScheduleSettings::new(time(not_before)?, time(expires)?)
        .window(count("the window", window)?)
        .refresh(count("the refresh", refresh)?))
}

#[cfg_attr(feature = "uniffi", uniffi::export)]
impl CodeSchedule {
    /// A schedule for a credential. `window` is how long its codes live, `refresh` how often a code
    /// is replaced, in seconds: 10 is usual.
    ///
    /// # Errors
    /// `validity-empty`, `window-out-of-range`, `refresh-out-of-range`.
    #[cfg_attr(feature = "uniffi", uniffi::constructor)]
    pub fn new(not_before: i64, expires: i64, window: i64, refresh: i64) -> Result<Self> {
        let schedule = Schedule::new(settings(not_before, expires, window, refresh)?)?;
        Ok(Self(Mutex::new(Orders { schedule, slots: Vec::new(), next: 0 })))
    }

    /// Continues with another credential. A shown code stays as long as planned.
    ///
    /// # Errors
    /// As `new`. An error changes nothing.
    pub fn renew(&self, not_before: i64, expires: i64, window: i64, refresh: i64) -> Result<()> {
        Ok(self.orders().schedule.renew(settings(not_before, expires, window, refresh)?)?)
    }

    /// Says what to do now.
    ///
    /// # Errors
    /// `time-out-of-range`, `number-negative`.
    pub fn at(&self, wall: i64, uptime_millis: i64) -> Result<ScheduleStep> {
        let (wall, uptime) = (time(wall)?, uptime(uptime_millis)?);
        let mut orders = self.orders();
        let step = orders.schedule.at(wall, uptime);
        Ok(ScheduleStep {
            screen: match step.screen {
                schedule::Screen::Code(slot) => Screen::Code { slot: orders.name(slot) },
                schedule::Screen::NotYetValid { from } => {
                    Screen::NotYetValid { from: as_seconds(from) }
                }
                schedule::Screen::Ended { at } => Screen::Ended { at: as_seconds(at) },
                _ => Screen::Waiting,
            },
            prepare: step.prepare.map(|slot| orders.name(slot)),
            clock_changed: step.clock_changed,
            fetch: step.fetch,
            wake: as_i64(step.wake.as_millis()),
        })
    }

    /// Reports that the code of a slot is signed and drawn.
    ///
    /// # Errors
    /// `slot-unknown` if this schedule never gave the slot, or long ago; `number-negative`.
    pub fn prepared(&self, slot: Slot, uptime_millis: i64) -> Result<Arrival> {
        let uptime = uptime(uptime_millis)?;
        let mut orders = self.orders();
        let known = orders.find(slot).ok_or_else(unknown_slot)?;
        Ok(match orders.schedule.prepared(known, uptime) {
            schedule::Arrival::Accepted => Arrival::Accepted,
            schedule::Arrival::TooLate { by_millis } => {
                Arrival::TooLate { by_millis: as_i64(by_millis) }
            }
            _ => Arrival::Withdrawn,
        })
    }

    /// Reports that the code of a slot could not be signed. Another is ordered after a second.
    ///
    /// # Errors
    /// As `prepared`.
    pub fn failed(&self, slot: Slot, uptime_millis: i64) -> Result<()> {
        let uptime = uptime(uptime_millis)?;
        let mut orders = self.orders();
        let known = orders.find(slot).ok_or_else(unknown_slot)?;
        orders.schedule.failed(known, uptime);
        Ok(())
    }

    /// How long the code on the screen still has; nothing when there should be none. It changes
    /// nothing: call it for every frame.
    ///
    /// # Errors
    /// As `at`.
    pub fn remaining(&self, wall: i64, uptime_millis: i64) -> Result<Option<Countdown>> {
        let (wall, uptime) = (time(wall)?, uptime(uptime_millis)?);
        Ok(self.orders().schedule.remaining(wall, uptime).map(|left| Countdown {
            to_next: as_i64(left.to_next),
            refresh: as_i64(left.refresh),
            life_left: as_i64(left.life_left),
            life: as_i64(left.life),
        }))
    }

    /// When to fetch the next credential: after half of this one's life.
    #[must_use]
    pub fn fetch_from(&self) -> i64 {
        as_seconds(self.orders().schedule.fetch_from())
    }
}

impl CodeSchedule {
    fn orders(&self) -> MutexGuard<'_, Orders> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn unknown_slot() -> LivepermitError {
    LivepermitError::new("slot-unknown", "the schedule did not order this slot, or long ago")
        .with("Report the slot that the last step ordered.")
}
