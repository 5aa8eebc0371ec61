//! The memory of used codes: each moment of a permit is admitted once, at one place.

mod decide;
#[cfg(feature = "file")]
mod file;
mod memory;
#[cfg(feature = "file")]
mod record;
#[cfg(feature = "redis")]
mod redis;

use core::fmt;
use std::sync::Arc;

pub use decide::{Decision, Horizon, Record, Sighting, decide};
#[cfg(feature = "file")]
pub use file::FileReplay;
pub use memory::MemoryReplay;
#[cfg(feature = "redis")]
pub use redis::RedisReplay;

use livepermit::Timestamp;
use livepermit::verify::{PermitId, ReplayKey};

use crate::place::GatePlace;

/// Whether people enter or leave the zone through a gate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Passage {
    /// People enter the zone. The cool-down applies, and an admission starts it again.
    Enter,
    /// People leave the zone. The cool-down ends, so that the permit may enter again.
    Leave,
}

/// A question to a store: may this code be admitted here and now? It contains everything that the
/// answer depends on.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Attempt {
    /// The permit and the moment of the verified code.
    pub key: ReplayKey,
    /// The gate, lane and zone that ask.
    pub place: GatePlace,
    /// Whether the visitor enters or leaves the zone.
    pub passage: Passage,
    /// The gate's time.
    pub now: Timestamp,
    /// Seconds after an admission in which the same lane may read the same code again, and this is
    /// not a second use.
    pub debounce: u64,
    /// Seconds after an admission in which the zone refuses other codes of the permit.
    pub cool_down: u64,
}

impl Attempt {
    /// Makes an attempt, for stores on other machines and for tests. `debounce` and `cool_down` are
    /// seconds. A [`Gate`](crate::Gate) makes its own attempts.
    #[must_use]
    pub const fn new(
        key: ReplayKey,
        place: GatePlace,
        passage: Passage,
        now: Timestamp,
        debounce: u64,
        cool_down: u64,
    ) -> Self {
        Self { key, place, passage, now, debounce, cool_down }
    }
}

/// The answer of a store. Only [`Answer::Admitted`] opens a door, and the store has then recorded
/// the code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Answer {
    /// The code was not used before. The store has recorded it now.
    Admitted,
    /// This lane admitted the same code, and the debounce has not ended.
    AlreadyAcceptedHere {
        /// When the code was admitted.
        then: Timestamp,
    },
    /// The same code was admitted before.
    AlreadyUsed {
        /// When the code was admitted.
        then: Timestamp,
    },
    /// A newer code of the permit was admitted before.
    Superseded {
        /// The newer code's moment.
        newest: Timestamp,
    },
    /// This zone admitted the permit, and the cool-down has not ended.
    CoolingDown {
        /// The time from which the zone accepts the permit again.
        until: Timestamp,
    },
    /// The code is so old that the store has forgotten the admissions of that time.
    BehindHorizon {
        /// The store refuses every code that stops being live at this time or earlier.
        horizon: Timestamp,
    },
    /// The store has no room for another record.
    Full,
}

/// What is wrong with a store. The kind decides what the operator should do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum StoreErrorKind {
    /// The store cannot be reached, or did not answer in time.
    Unreachable,
    /// Another process uses the store.
    InUse,
    /// The data is not a store of used codes of this library, or is from a newer version.
    Foreign,
    /// The stored data differs from the data that was written.
    Damaged,
    /// The disk or the operating system reports an error.
    Storage,
    /// The settings are wrong: the store cannot be used, or it could forget used codes.
    Setup,
}

impl StoreErrorKind {
    /// What the operator should do.
    #[must_use]
    pub const fn instruction(self) -> &'static str {
        match self {
            Self::Unreachable => {
                "check the server and the network between; the next code asks anew"
            }
            Self::InUse => {
                "one process holds a store: end the other one, or give each its own and share \
                 through Redis"
            }
            Self::Foreign => "name another file or prefix, or update the program",
            Self::Damaged => {
                "move it away and wait until every code shown so far is stale (window and skew) \
                 before going on with a new one"
            }
            Self::Storage => "check space, permissions and health of the disk, then start again",
            Self::Setup => "change the server's settings as said",
        }
    }
}

/// A store failed, so it is unknown whether a code was used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoreError {
    kind: StoreErrorKind,
    reason: Box<str>,
}

impl StoreError {
    /// An error of the kind [`StoreErrorKind::Unreachable`]. `reason` is for the operator's log.
    #[must_use]
    pub fn new(reason: &str) -> Self {
        Self::of(StoreErrorKind::Unreachable, reason)
    }

    /// An error of this kind. `reason` is for the operator's log.
    #[must_use]
    pub fn of(kind: StoreErrorKind, reason: &str) -> Self {
        Self { kind, reason: reason.into() }
    }

    /// What is wrong with the store.
    #[must_use]
    pub const fn kind(&self) -> StoreErrorKind {
        self.kind
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the store of used codes: {}; {}", self.reason, self.kind.instruction())
    }
}

impl core::error::Error for StoreError {}

/// A memory of used codes. Checking and recording a code is one step, for all lanes and gates that
/// share the store.
///
/// # Write your own store
///
/// The rule is [`decide`], a pure function. A store gives it the old record and keeps the new
/// record. The store itself is responsible for three things:
///
/// 1. **One step.** No other attempt on the same permit comes between reading the record and
///    writing the record. The store answers when the record is as safe as the store promises.
/// 2. **The horizon.** A store that forgets a record moves its [`Horizon`] past it in the same
///    step. A store that may have lost records begins with [`Horizon::lost_at`].
/// 3. **Failure is an error.** If the store does not know the answer, it returns a [`StoreError`].
///    It never guesses.
///
/// ```
/// use std::collections::HashMap;
/// use std::sync::{Mutex, PoisonError};
///
/// use livepermit_gate::replay::{
///     Answer, Attempt, Decision, Horizon, Record, ReplayStore, Retention, StoreError, decide,
/// };
/// use livepermit_gate::verify::PermitId;
///
/// /// Forgets nothing, so its horizon never moves.
/// struct Ledger(Mutex<HashMap<PermitId, Record>>);
///
/// impl ReplayStore for Ledger {
///     fn admit(&self, attempt: &Attempt) -> Result<Answer, StoreError> {
///         let mut records = self.0.lock().unwrap_or_else(PoisonError::into_inner);
///         let permit = attempt.key.permit;
///         let known = records.get(&permit);
///         Ok(match decide(known, attempt, Horizon::WHOLE, self.retention()) {
///             Decision::Refuse(answer) => answer,
///             Decision::Admit(record) => {
///                 records.insert(permit, record);
///                 Answer::Admitted
///             }
///         })
///     }
///
///     fn retention(&self) -> Retention {
///         Retention::default()
///     }
/// }
/// # use livepermit_gate::{GatePlace, Timestamp, replay::Passage, verify::ReplayKey};
/// # let store = Ledger(Mutex::default());
/// # let now = Timestamp::from_unix(1_790_000_000).ok_or("time")?;
/// # let permit = PermitId::from_bytes([1; 32]);
/// # let key = ReplayKey::new(permit, Some(now), now.plus(30), now.plus(40));
/// # let place = GatePlace::new("north", "1", "hall")?;
/// # let attempt = Attempt::new(key, place, Passage::Enter, now, 3, 35);
/// assert_eq!(store.admit(&attempt)?, Answer::Admitted);
/// assert_eq!(store.admit(&attempt)?, Answer::AlreadyAcceptedHere { then: now });
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub trait ReplayStore: Send + Sync {
    /// Answers an attempt. When the answer is [`Answer::Admitted`], the store has recorded the
    /// code.
    ///
    /// # Errors
    /// [`StoreError`] when the store fails. It is then unknown whether the store recorded the code.
    fn admit(&self, attempt: &Attempt) -> Result<Answer, StoreError>;

    /// How long the store remembers. The gate also uses the largest window to compute a cool-down.
    fn retention(&self) -> Retention;

    /// The record of a permit, to say where a used code was admitted. `None` if there is no record,
    /// or if the store does not show its records.
    ///
    /// # Errors
    /// [`StoreError`] when the store fails.
    fn earlier(&self, permit: PermitId) -> Result<Option<Record>, StoreError> {
        let _ = permit;
        Ok(None)
    }
}

/// How long a store remembers.
///
/// A store forgets a record when no code that the record refuses is still live, even by the slowest
/// clock. If a window or a clock difference is larger than these values, the store may refuse live
/// codes as `forgotten`. It still admits no code twice, because it refuses every moment up to the
/// newest moment it has forgotten. Only a cool-down can be forgotten early, if a clock is ahead by
/// more than `clock_difference`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retention {
    /// The longest window of any gate that shares the store, in seconds.
    pub largest_window: u64,
    /// The largest difference between the clocks of those gates, in seconds.
    pub clock_difference: u64,
}

impl Default for Retention {
    /// A window of 30 s, the default of permits and policies, and clocks at most a minute apart.
    fn default() -> Self {
        Self { largest_window: 30, clock_difference: 60 }
    }
}

/// Lanes and gates that share a store each hold an [`Arc`] of the store.
impl<S: ReplayStore + ?Sized> ReplayStore for Arc<S> {
    fn admit(&self, attempt: &Attempt) -> Result<Answer, StoreError> {
        S::admit(self, attempt)
    }

    fn retention(&self) -> Retention {
        S::retention(self)
    }

    fn earlier(&self, permit: PermitId) -> Result<Option<Record>, StoreError> {
        S::earlier(self, permit)
    }
}
