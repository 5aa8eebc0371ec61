//! What goes into a schedule and what comes out of it.

use core::fmt;
use core::time::Duration;

use crate::Timestamp;

/// A reading of the device's monotonic counter, in milliseconds since a start that does not matter.
///
/// Take a counter that goes on while the device sleeps where there is one (`elapsedRealtime` on
/// Android, `CLOCK_BOOTTIME` on Linux). With one that pauses, a sleep looks like a wall clock put
/// forward, and is safe too.
///
/// ```
/// use core::time::Duration;
/// use livepermit::schedule::Uptime;
/// let now = Uptime::from(Duration::from_secs(3));
/// assert_eq!(now.plus_millis(500).millis_since(now), 500);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Uptime(u64);

impl Uptime {
    /// Takes milliseconds.
    #[must_use]
    pub const fn from_millis(millis: u64) -> Self {
        Self(millis)
    }

    /// The reading in milliseconds.
    #[must_use]
    pub const fn as_millis(self) -> u64 {
        self.0
    }

    /// The reading `millis` later; stops at the largest there is.
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

/// Drops what is finer than a millisecond.
impl From<Duration> for Uptime {
    fn from(since_start: Duration) -> Self {
        Self(u64::try_from(since_start.as_millis()).unwrap_or(u64::MAX))
    }
}

/// What a [`Schedule`](super::Schedule) needs to know: the validity of the credential in use, for
/// how long a gate takes a code, and how often the code changes.
///
/// ```
/// use livepermit::Timestamp;
/// use livepermit::schedule::{Schedule, ScheduleError, ScheduleSettings};
/// let day = |seconds| Timestamp::from_unix(1_790_000_000).map(|t| t.plus(seconds));
/// let settings = ScheduleSettings::new(day(0).unwrap(), day(86_400).unwrap()).window(60).refresh(60);
/// assert_eq!(Schedule::new(settings).unwrap_err(), ScheduleError::Refresh { refresh: 60, window: 60 });
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ScheduleSettings {
    pub(super) not_before: Timestamp,
    pub(super) expires: Timestamp,
    pub(super) window: u32,
    pub(super) refresh: u32,
}

impl ScheduleSettings {
    /// The window unless another is given: 30 seconds.
    pub const DEFAULT_WINDOW: u32 = 30;
    /// The time between two codes unless another is given: 10 seconds, so that three codes of a
    /// phone are live together and a scan at the moment of change succeeds.
    pub const DEFAULT_REFRESH: u32 = 10;
    /// The largest window a credential can carry: one day.
    pub const MAX_WINDOW: u32 = 86_400;

    /// Settings for a credential that is valid from `not_before` until `expires` (no longer in that
    /// second), with the default window and refresh.
    #[must_use]
    pub const fn new(not_before: Timestamp, expires: Timestamp) -> Self {
        Self { not_before, expires, window: Self::DEFAULT_WINDOW, refresh: Self::DEFAULT_REFRESH }
    }

    /// Seconds a code is live: what the credential signs, or less where the gates are known to take
    /// less.
    #[must_use]
    pub const fn window(mut self, seconds: u32) -> Self {
        self.window = seconds;
        self
    }

    /// Seconds between two codes. The overlap of old and new is the window less this; leave at
    /// least three seconds and the longest delay of a signature, or the screen may be empty for a
    /// moment between two codes.
    #[must_use]
    pub const fn refresh(mut self, seconds: u32) -> Self {
        self.refresh = seconds;
        self
    }

    pub(super) fn refresh_millis(&self) -> u64 {
        u64::from(self.refresh).saturating_mul(1000)
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

/// The settings make no schedule. Each reason carries the two values compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ScheduleError {
    /// The credential ends before it begins, or in the same second.
    Validity {
        /// Where the validity begins.
        not_before: Timestamp,
        /// Where it ends.
        expires: Timestamp,
    },
    /// The window is 0 or larger than a credential can carry.
    Window {
        /// The window given, in seconds.
        window: u32,
        /// The largest allowed.
        max: u32,
    },
    /// The refresh is 0 or leaves no overlap, being as long as the window or longer.
    Refresh {
        /// The refresh given, in seconds.
        refresh: u32,
        /// The window it must be shorter than.
        window: u32,
    },
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

/// One code of a schedule, from the order to sign it to the end of its time on the screen. Small
/// and comparable: the key under which an app keeps the picture it has drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Slot {
    pub(super) number: u64,
    pub(super) issued_at: Timestamp,
    pub(super) ordered_at: Uptime,
    /// The change to the next code, and the last moment at which the signature of this one is of
    /// use.
    pub(super) due: Uptime,
}

impl Slot {
    /// The time to sign as `iat`. It may lie a few seconds ahead: the code is shown when that time
    /// has come.
    #[must_use]
    pub const fn issued_at(&self) -> Timestamp {
        self.issued_at
    }
}

/// What belongs on the screen now: a state, not an event, so that it may be applied any number of
/// times.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Screen {
    /// The code of this slot, and no other.
    Code(Slot),
    /// No code: none is ready. A spinner.
    Waiting,
    /// No code: by this phone's clock the credential is not valid yet.
    NotYetValid {
        /// When it will be.
        from: Timestamp,
    },
    /// No code, and none to come: by this phone's clock the credential has ended. Fetch another and
    /// hand it to [`Schedule::renew`](super::Schedule::renew). Said from the last second on, of
    /// which nobody knows how much is left.
    Ended {
        /// The credential's end.
        at: Timestamp,
    },
}

/// The answer of [`Schedule::at`](super::Schedule::at). Apply `screen` first, then see to
/// `prepare`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
#[must_use = "a stale code stays on the screen if the step is not applied"]
pub struct Step {
    /// What belongs on the screen from now on. An app that shows something else takes that down at
    /// once.
    pub screen: Screen,
    /// Sign the code of this slot now, and report with
    /// [`Schedule::prepared`](super::Schedule::prepared) or
    /// [`Schedule::failed`](super::Schedule::failed). Said once for each slot.
    pub prepare: Option<Slot>,
    /// The wall clock has moved against the uptime since the last look, by this many seconds
    /// (forward is positive): it was set, or the device slept and its counter did not count.
    /// Whatever was shown or being signed is given up.
    pub clock_changed: Option<i64>,
    /// Half of the credential's life has gone: fetch the next one when there is a network. Advice
    /// beside a working display; the stop is [`Screen::Ended`].
    pub fetch: bool,
    /// Look again at this uptime at the latest. Never beyond the life of the code on the screen.
    pub wake: Uptime,
}

/// What became of a signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
#[must_use = "only an accepted code will ever be shown"]
pub enum Arrival {
    /// Keep the code under its slot; [`Screen::Code`] says when to show it. Look now.
    Accepted,
    /// It came more than one refresh after its time (its `iat`, as exactly as a clock of whole
    /// seconds tells). Throw it away. The next one is ordered earlier, if this one took less than
    /// two refreshes.
    TooLate {
        /// By how many milliseconds.
        by_millis: u64,
    },
    /// Nobody waits for it any more: the clock changed or the credential was renewed meanwhile.
    /// Throw it away.
    Withdrawn,
}

/// How long the code on the screen still has, in milliseconds: numbers for a ring or a bar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Countdown {
    /// Until the next code is due; 0 while a late one is waited for.
    pub to_next: u64,
    /// What `to_next` counts down from: the refresh.
    pub refresh: u64,
    /// Until gates refuse this code, right to one second.
    pub life_left: u64,
    /// What `life_left` counts down from: the window, or less where the credential ends earlier.
    pub life: u64,
}
