//! The inputs and outputs of a schedule.

use core::fmt;
use core::time::Duration;

use crate::Timestamp;

/// A reading of the device's monotonic counter, in milliseconds since any fixed start.
///
/// Use a counter that continues while the device sleeps, if there is one (`elapsedRealtime` on
/// Android, `CLOCK_BOOTTIME` on Linux). A counter that pauses is safe too: a sleep then looks like
/// a wall clock that was set forward.
///
/// ```
/// use core::time::Duration;
/// use livepermit::hold::schedule::Uptime;
/// let now = Uptime::from(Duration::from_secs(3));
/// assert_eq!(now.plus_millis(500).millis_since(now), 500);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Uptime(u64);

impl Uptime {
    /// Makes a reading from milliseconds.
    #[must_use]
    pub const fn from_millis(millis: u64) -> Self {
        Self(millis)
    }

    /// The reading in milliseconds.
    #[must_use]
    pub const fn as_millis(self) -> u64 {
        self.0
    }

    /// The reading `millis` later, at most the largest reading.
    #[must_use]
    pub const fn plus_millis(self, millis: u64) -> Self {
        Self(self.0.saturating_add(millis))
    }

    /// Milliseconds from `earlier` to this reading; 0 when `earlier` is later.
    #[must_use]
    pub const fn millis_since(self, earlier: Self) -> u64 {
        self.0.saturating_sub(earlier.0)
    }
}

/// Drops fractions of a millisecond.
impl From<Duration> for Uptime {
    fn from(since_start: Duration) -> Self {
        Self(u64::try_from(since_start.as_millis()).unwrap_or(u64::MAX))
    }
}

/// The settings of a [`Schedule`](super::Schedule): the validity of the credential, for how long
/// gates accept a code, and how often the code changes.
///
/// ```
/// use livepermit::Timestamp;
/// use livepermit::hold::schedule::{Schedule, ScheduleError, ScheduleSettings};
/// let begin = Timestamp::from_unix(1_790_000_000).unwrap();
/// let settings = ScheduleSettings::new(begin, begin.plus(86_400)).window(60).refresh(60);
/// let error = Schedule::new(settings).unwrap_err();
/// assert_eq!(error, ScheduleError::Refresh { refresh: 60, window: 60 });
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ScheduleSettings {
    pub(super) not_before: Timestamp,
    pub(super) expires: Timestamp,
    pub(super) window: u64,
    pub(super) refresh: u64,
}

impl ScheduleSettings {
    /// The default window: 30 seconds.
    pub const DEFAULT_WINDOW: u64 = 30;
    /// The default time between two codes: 10 seconds. Three codes of a phone are then live
    /// together, and a scan at the moment of change succeeds.
    pub const DEFAULT_REFRESH: u64 = 10;
    /// The largest window a credential can carry: one day.
    pub const MAX_WINDOW: u64 = 86_400;

    /// Settings for a credential that is valid from `not_before` until before `expires`, with the
    /// default window and refresh.
    #[must_use]
    pub const fn new(not_before: Timestamp, expires: Timestamp) -> Self {
        Self { not_before, expires, window: Self::DEFAULT_WINDOW, refresh: Self::DEFAULT_REFRESH }
    }

    /// Sets the window in seconds: the window in the credential, or less if the gates accept less.
    #[must_use]
    pub const fn window(mut self, seconds: u64) -> Self {
        self.window = seconds;
        self
    }

    /// Sets the seconds between two codes. Old and new code overlap for the window minus the
    /// refresh. Make the overlap at least three seconds plus the longest time of a signing,
    /// otherwise the screen may be empty for a moment between two codes.
    #[must_use]
    pub const fn refresh(mut self, seconds: u64) -> Self {
        self.refresh = seconds;
        self
    }

    pub(super) fn refresh_millis(&self) -> u64 {
        self.refresh.saturating_mul(1000)
    }

    pub(super) const fn check(&self) -> Result<(), ScheduleError> {
        let Self { not_before, expires, window, refresh } = *self;
        if not_before.as_unix() >= expires.as_unix() {
            Err(ScheduleError::Validity { not_before, expires })
        } else if window == 0 || window > Self::MAX_WINDOW {
            Err(ScheduleError::Window { window, max: Self::MAX_WINDOW })
        } else if refresh == 0 || refresh >= window {
            Err(ScheduleError::Refresh { refresh, window })
        } else {
            Ok(())
        }
    }
}

/// Why settings make no schedule. Each reason has the two compared values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ScheduleError {
    /// The validity is empty: it ends before or at its beginning.
    Validity {
        /// Where the validity begins.
        not_before: Timestamp,
        /// Where it ends.
        expires: Timestamp,
    },
    /// The window is 0 or larger than a credential can carry.
    Window {
        /// The window given, in seconds.
        window: u64,
        /// The largest allowed.
        max: u64,
    },
    /// The refresh is 0, or not shorter than the window, so that codes would not overlap.
    Refresh {
        /// The refresh given, in seconds.
        refresh: u64,
        /// The window it must be shorter than.
        window: u64,
    },
}

impl ScheduleError {
    /// The stable code of the error, such as `window-out-of-range`.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Validity { .. } => "validity-empty",
            Self::Window { .. } => "window-out-of-range",
            Self::Refresh { .. } => "refresh-out-of-range",
        }
    }
}

impl fmt::Display for ScheduleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Validity { not_before, expires } => {
                write!(
                    f,
                    "the credential begins at {not_before}, which is not before its end at {expires}"
                )
            }
            Self::Window { window, max } => {
                write!(f, "the window of {window} s is not within 1 to {max} s")
            }
            Self::Refresh { refresh, window } => {
                write!(
                    f,
                    "the refresh of {refresh} s is not at least 1 s and shorter than the window of {window} s"
                )
            }
        }
    }
}

impl core::error::Error for ScheduleError {}

/// One code of a schedule, from the order to sign to the end of its time on the screen. An app uses
/// the slot as the key of the picture that it has drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Slot {
    pub(super) number: u64,
    pub(super) issued_at: Timestamp,
    pub(super) ordered_at: Uptime,
    /// The time of the change to the next code. A signature of this slot is useless after this
    /// time.
    pub(super) due: Uptime,
}

impl Slot {
    /// The time to sign as `iat`. This time may be a few seconds ahead; the code is shown when the
    /// time has come.
    #[must_use]
    pub const fn issued_at(&self) -> Timestamp {
        self.issued_at
    }
}

/// What the screen must show now. This is a state, not an event: you can apply it any number of
/// times.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Screen {
    /// The code of this slot, and no other.
    Code(Slot),
    /// No code is ready: show a spinner.
    Waiting,
    /// No code: by this phone's clock the credential is not valid yet.
    NotYetValid {
        /// When the validity begins.
        from: Timestamp,
    },
    /// No code, and no further code: by this phone's clock the credential has expired. Fetch
    /// another credential and call [`Schedule::renew`](super::Schedule::renew). This state begins
    /// with the last second of the validity, because a clock in whole seconds cannot tell how much
    /// of that second is left.
    Ended {
        /// The credential's end.
        at: Timestamp,
    },
}

/// The answer of [`Schedule::at`](super::Schedule::at). Apply `screen` first, then `prepare`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
#[must_use = "a stale code stays on the screen if the step is not applied"]
pub struct Step {
    /// What the screen must show from now on. Remove anything else from the screen at once.
    pub screen: Screen,
    /// Sign the code of this slot now, and report with
    /// [`Schedule::prepared`](super::Schedule::prepared) or
    /// [`Schedule::failed`](super::Schedule::failed). Each slot is ordered once.
    pub prepare: Option<Slot>,
    /// The wall clock has moved against the uptime since the last look, by this many seconds
    /// (forward is positive): the clock was set, or the device slept and its counter paused. Shown
    /// codes and open orders are dropped.
    pub clock_changed: Option<i64>,
    /// Half of the credential's life is over: fetch the next credential when there is a network.
    /// This is advice, and the display continues until [`Screen::Ended`].
    pub fetch: bool,
    /// Call [`Schedule::at`](super::Schedule::at) again at this uptime or earlier. It is never
    /// later than the end of the code on the screen.
    pub wake: Uptime,
}

/// The result of reporting a signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
#[must_use = "only an accepted code will ever be shown"]
pub enum Arrival {
    /// Keep the code under its slot; [`Screen::Code`] says when to show it. Look now.
    Accepted,
    /// The code came more than one refresh after its `iat` (measured with a clock of whole
    /// seconds). Discard the code. If its signing took less than two refreshes, the next code is
    /// ordered earlier.
    TooLate {
        /// By how many milliseconds.
        by_millis: u64,
    },
    /// The order was withdrawn, because the clock changed or the credential was renewed. Discard
    /// the code.
    Withdrawn,
}

/// The time that the code on the screen has left, in milliseconds, for a ring or a bar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Countdown {
    /// Time until the next code is due; 0 while the app waits for a late code.
    pub to_next: u64,
    /// The start of the `to_next` countdown: the refresh.
    pub refresh: u64,
    /// Time until gates refuse this code, exact to one second.
    pub life_left: u64,
    /// The start of the `life_left` countdown: the window, or less if the credential expires
    /// earlier.
    pub life: u64,
}
