//! The memory of used codes.

use std::sync::Arc;

use livepermit_gate::MemoryReplay;
use livepermit_gate::replay::{self, Answer, ReplayStore, StoreError, StoreErrorKind};

use crate::error::Result;
use crate::gate::Attempt;
use crate::memory::GoOn;
use crate::number::{as_i64, as_seconds, count, size, time};
use crate::verify::Caution;

/// How long a store remembers, in seconds. All gates of a zone have the same. `default_retention`
/// makes one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct Retention {
    /// The longest window of any gate.
    pub largest_window: i64,
    /// The largest skew of any gate.
    pub largest_skew: i64,
    /// How far two clocks of the zone may be apart.
    pub clock_difference: i64,
    /// The longest cool-down of any gate.
    pub longest_cool_down: i64,
    /// How long an old master of a replicated server can still answer; nothing: nobody knows.
    pub old_master: Option<i64>,
}

/// A window of 30 seconds, a skew of 5, clocks that are 60 seconds apart at most.
#[cfg_attr(feature = "uniffi", uniffi::export)]
#[must_use]
pub fn default_retention() -> Retention {
    Retention::of(replay::Retention::default())
}

impl Retention {
    pub(crate) fn of(retention: replay::Retention) -> Self {
        let bounded = retention.old_master != replay::Retention::UNBOUNDED;
        Self {
            largest_window: as_i64(retention.largest_window),
            largest_skew: as_i64(retention.largest_skew),
            clock_difference: as_i64(retention.clock_difference),
            longest_cool_down: as_i64(retention.longest_cool_down),
            old_master: bounded.then(|| as_i64(retention.old_master)),
        }
    }

    pub(crate) fn build(&self) -> Result<replay::Retention> {
        Ok(replay::Retention {
            largest_window: count("the largest window", self.largest_window)?,
            largest_skew: count("the largest skew", self.largest_skew)?,
            clock_difference: count("the difference of clocks", self.clock_difference)?,
            longest_cool_down: count("the longest cool-down", self.longest_cool_down)?,
            old_master: match self.old_master {
                Some(seconds) => count("the life of an old master", seconds)?,
                None => replay::Retention::UNBOUNDED,
            },
        })
    }
}

/// The answer of a store to an attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
pub enum StoreAnswer {
    /// The code was not used before. The store has recorded the code.
    NotUsedBefore,
    /// This lane admitted the code a moment ago.
    AlreadyAcceptedHere {
        /// When.
        then: i64,
    },
    /// The code was used.
    AlreadyUsed {
        /// When.
        then: i64,
    },
    /// A newer code of the permit was used.
    Superseded {
        /// The moment of the newest code.
        newest: i64,
    },
    /// The permit waits for its cool-down.
    CoolingDown {
        /// When the cool-down ends.
        until: i64,
    },
    /// The store lost its memory of that time.
    Forgotten {
        /// From when on the store admits.
        until: i64,
    },
    /// The clocks of gate and store are apart.
    ClockApart {
        /// The time of the store.
        theirs: i64,
    },
    /// There is no room for another permit.
    Full,
    /// The store gave no answer, so nobody knows whether the code was used.
    NoAnswer {
        /// What happened, for the operator's log.
        reason: String,
    },
}

impl StoreAnswer {
    pub(crate) fn of(answer: core::result::Result<Answer, StoreError>) -> Result<Self> {
        Ok(match answer {
            Ok(Answer::Admitted) => Self::NotUsedBefore,
            Ok(Answer::AlreadyAcceptedHere { then }) => {
                Self::AlreadyAcceptedHere { then: as_seconds(then) }
            }
            Ok(Answer::AlreadyUsed { then }) => Self::AlreadyUsed { then: as_seconds(then) },
            Ok(Answer::Superseded { newest }) => Self::Superseded { newest: as_seconds(newest) },
            Ok(Answer::CoolingDown { until }) => Self::CoolingDown { until: as_seconds(until) },
            Ok(Answer::Forgotten { until }) => Self::Forgotten { until: as_seconds(until) },
            Ok(Answer::ClockApart { theirs }) => Self::ClockApart { theirs: as_seconds(theirs) },
            Ok(Answer::Full) => Self::Full,
            Err(error) => Self::NoAnswer { reason: error.reason().into() },
            Ok(_) => {
                return Err(crate::error::defect(
                    "the store gave an answer that is not known here",
                ));
            }
        })
    }

    pub(crate) fn build(&self) -> Result<core::result::Result<Answer, StoreError>> {
        Ok(Ok(match self {
            Self::NotUsedBefore => Answer::Admitted,
            Self::AlreadyAcceptedHere { then } => {
                Answer::AlreadyAcceptedHere { then: time(*then)? }
            }
            Self::AlreadyUsed { then } => Answer::AlreadyUsed { then: time(*then)? },
            Self::Superseded { newest } => Answer::Superseded { newest: time(*newest)? },
            Self::CoolingDown { until } => Answer::CoolingDown { until: time(*until)? },
            Self::Forgotten { until } => Answer::Forgotten { until: time(*until)? },
            Self::ClockApart { theirs } => Answer::ClockApart { theirs: time(*theirs)? },
            Self::Full => Answer::Full,
            Self::NoAnswer { reason } => return Ok(Err(StoreError::new(reason))),
        }))
    }
}

/// How a store was at its last answer.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct StoreHealth {
    /// Until when the store admits nobody who enters, because it lost its memory.
    pub out_of_order_until: Option<i64>,
    /// How it noticed the loss: a stable code.
    pub loss: Option<String>,
    /// What lasts until somebody changes the settings of the server.
    pub cautions: Vec<Caution>,
}

/// A memory of used codes. Lanes and gates in one process share one object.
#[cfg_attr(feature = "uniffi", derive(uniffi::Object))]
pub struct Store(pub(crate) Arc<dyn ReplayStore>);

impl core::fmt::Debug for Store {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Store").finish_non_exhaustive()
    }
}

#[cfg_attr(feature = "uniffi", uniffi::export)]
impl Store {
    /// A memory in this process, with room for `permits` permits. What was admitted before `now` is
    /// not known, so the store waits until no old code is live: gates open after a minute or so.
    ///
    /// # Errors
    /// `number-negative`, `time-out-of-range`.
    #[cfg_attr(feature = "uniffi", uniffi::constructor)]
    pub fn in_memory(permits: i64, retention: Retention, now: i64) -> Result<Self> {
        let (permits, retention) = (size("the number of permits", permits)?, retention.build()?);
        Ok(Self(Arc::new(MemoryReplay::after_restart(permits, retention, time(now)?))))
    }

    /// The same, by the word of an operator: nothing was admitted before, so the gates open at once.
    ///
    /// # Errors
    /// `number-negative`.
    #[cfg_attr(feature = "uniffi", uniffi::constructor)]
    pub fn in_memory_for_the_first_time(permits: i64, retention: Retention) -> Result<Self> {
        let (permits, retention) = (size("the number of permits", permits)?, retention.build()?);
        Ok(Self(Arc::new(MemoryReplay::new(permits, retention))))
    }

    /// Asks the store, and records the code if it was not used before. For gates that ask by
    /// `begin` and `finish`.
    ///
    /// # Errors
    /// The codes of an attempt that no gate made.
    pub fn admit(&self, attempt: &Attempt) -> Result<StoreAnswer> {
        StoreAnswer::of(self.0.admit(&attempt.build()?))
    }

    /// How the store was at its last answer.
    #[must_use]
    pub fn health(&self) -> StoreHealth {
        let health = self.0.health();
        StoreHealth {
            out_of_order_until: health.out_of_order_until.map(as_seconds),
            loss: health.loss.map(|loss| loss.code().into()),
            cautions: health
                .cautions
                .iter()
                .map(|caution| Caution::new(caution.code, &caution.text))
                .collect(),
        }
    }

    /// Ends a wait after a loss of memory, because an operator says so.
    ///
    /// # Errors
    /// The codes of stores.
    pub fn go_on(&self, word: GoOn, now: i64) -> Result<()> {
        Ok(self.0.go_on(word.build(), time(now)?)?)
    }

    /// How long the store remembers.
    #[must_use]
    pub fn retention(&self) -> Retention {
        Retention::of(self.0.retention())
    }
}

#[cfg(feature = "file")]
#[cfg_attr(feature = "uniffi", uniffi::export)]
impl Store {
    /// A memory in the file at `path`, which survives a kill and a power cut. One process uses a
    /// file at a time.
    ///
    /// # Errors
    /// `store-in-use`, `store-foreign`, `store-damaged`, `store-storage`.
    #[cfg_attr(feature = "uniffi", uniffi::constructor)]
    pub fn in_file(path: &str, permits: i64, retention: Retention) -> Result<Self> {
        let store = livepermit_gate::FileReplay::open(path, retention.build()?)?
            .with_capacity(count("the number of permits", permits)?);
        Ok(Self(Arc::new(store)))
    }
}

/// The store of a gate whose program asks its own memory, by `begin` and `finish`.
pub(crate) struct AskedElsewhere(pub(crate) replay::Retention);

impl ReplayStore for AskedElsewhere {
    fn admit(&self, _: &replay::Attempt) -> core::result::Result<Answer, StoreError> {
        let reason = "this gate has a memory of its own program: ask it between begin and finish";
        Err(StoreError::of(StoreErrorKind::Setup, reason))
    }

    fn retention(&self) -> replay::Retention {
        self.0
    }
}
