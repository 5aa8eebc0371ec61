//! The memory of what was shown before: each moment of a permit is admitted once, in one place.

mod decide;
#[cfg(feature = "store")]
mod file;
mod memory;
#[cfg(feature = "store")]
mod record;
#[cfg(feature = "redis")]
mod redis;

use alloc::boxed::Box;
use core::fmt;

pub(crate) use decide::{Ask, Memory, decide};
pub use decide::{Record, Showing};
#[cfg(feature = "store")]
pub use file::FileReplay;
pub use memory::MemoryReplay;
#[cfg(feature = "redis")]
pub use redis::RedisReplay;

use crate::time::Timestamp;
use crate::token::{ClaimError, check_name};
use crate::verifier::{Claim, PermitId};

/// Which reader asks: gate, lane and zone, each a name.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Place {
    gate: Box<str>,
    lane: Box<str>,
    zone: Box<str>,
}

impl Place {
    /// The reader `lane` of `gate`, which lets into `zone`: each 1 to 128 visible ASCII characters.
    /// Gates that let into the same place share a zone and a store.
    ///
    /// # Errors
    /// [`ClaimError`] naming the field.
    pub fn new(gate: &str, lane: &str, zone: &str) -> Result<Self, ClaimError> {
        check_name(gate).map_err(ClaimError::of("gate"))?;
        check_name(lane).map_err(ClaimError::of("lane"))?;
        check_name(zone).map_err(ClaimError::of("zone"))?;
        Ok(Self { gate: gate.into(), lane: lane.into(), zone: zone.into() })
    }

    /// The gate.
    #[must_use]
    pub fn gate(&self) -> &str {
        &self.gate
    }

    /// The reader.
    #[must_use]
    pub fn lane(&self) -> &str {
        &self.lane
    }

    /// The zone.
    #[must_use]
    pub fn zone(&self) -> &str {
        &self.zone
    }
}

/// Which way the gate leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Passage {
    /// Into the zone: the cool-down holds, and begins anew.
    Enter,
    /// Out of the zone: the cool-down ends, so that the permit may enter again.
    Leave,
}

/// One question to a store: may this claim be admitted here, now? With everything the answer
/// depends on.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Attempt<'a> {
    /// What was verified.
    pub claim: Claim,
    /// Who asks.
    pub place: &'a Place,
    /// Which way.
    pub passage: Passage,
    /// The gate's time.
    pub now: Timestamp,
    /// Seconds in which the same lane reading the same code again is no second use.
    pub debounce: u64,
    /// Seconds after an admission in which the zone takes no other code of the permit.
    pub cool_down: u64,
}

impl<'a> Attempt<'a> {
    /// An attempt. For stores that ask each other, and their tests; a
    /// [`Checkpoint`](crate::Checkpoint) makes its own.
    #[must_use]
    pub const fn new(
        claim: Claim,
        place: &'a Place,
        passage: Passage,
        now: Timestamp,
        debounce: u64,
        cool_down: u64,
    ) -> Self {
        Self { claim, place, passage, now, debounce, cool_down }
    }
}

/// What a store answers. Only [`Answer::Admitted`] opens, and the store has then recorded it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Answer {
    /// It was not used before, and is recorded now.
    Admitted,
    /// This lane admitted the very same code within the debounce.
    AlreadyAcceptedHere {
        /// When.
        then: Timestamp,
    },
    /// The very same code was admitted before.
    AlreadyUsed {
        /// When.
        then: Timestamp,
    },
    /// A newer code of the permit was admitted before.
    Superseded {
        /// The newer code's moment.
        newest: Timestamp,
    },
    /// The permit was admitted in this zone and is not free yet.
    CoolingDown {
        /// From when on it is.
        until: Timestamp,
    },
    /// The code is so old that the store has forgotten what it knew of that time.
    BehindHorizon {
        /// What is live until this time at the longest is refused.
        horizon: Timestamp,
    },
    /// There is no room for another record.
    Full,
}

/// What is the matter with a store, and so what to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum StoreErrorKind {
    /// It cannot be asked, or did not answer in time.
    Unreachable,
    /// Another process holds it.
    InUse,
    /// It is not a store of used codes of this library, or of a newer one.
    Foreign,
    /// What it holds is not what was written.
    Damaged,
    /// The disk or the operating system refuses.
    Storage,
    /// It is set up so that it could forget what was used.
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
                "one process holds a store: end the other one, or give each its own and share through Redis"
            }
            Self::Foreign => "name another file or prefix, or update the program",
            Self::Damaged => {
                "move it away and wait until every code shown so far is stale (window and skew) before going on with a new one"
            }
            Self::Storage => "check space, permissions and health of the disk, then start again",
            Self::Setup => "change the server's settings as said",
        }
    }
}

/// The store cannot be asked or did not answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoreError {
    kind: StoreErrorKind,
    reason: Box<str>,
}

impl StoreError {
    /// Of a store that cannot be asked; says why, for the operator's log.
    #[must_use]
    pub fn new(reason: &str) -> Self {
        Self::of(StoreErrorKind::Unreachable, reason)
    }

    /// Says what is the matter, and why.
    #[must_use]
    pub fn of(kind: StoreErrorKind, reason: &str) -> Self {
        Self { kind, reason: reason.into() }
    }

    /// What is the matter.
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

/// A memory of used codes. Checking and recording are one step, for every lane and gate that shares
/// the store.
pub trait ReplayStore: Send + Sync {
    /// Answers, and records when the answer is [`Answer::Admitted`].
    ///
    /// # Errors
    /// [`StoreError`] when the store cannot be asked. Whether it recorded the attempt is not known
    /// then.
    fn admit(&self, attempt: &Attempt<'_>) -> Result<Answer, StoreError>;

    /// How long it remembers, which says how long codes of the gates that share it can be live
    /// together.
    fn retention(&self) -> Retention;

    /// What it has of a permit, to tell where a used code was admitted. `None` when it has nothing
    /// or does not tell.
    ///
    /// # Errors
    /// [`StoreError`] when the store cannot be asked.
    fn earlier(&self, permit: PermitId) -> Result<Option<Record>, StoreError> {
        let _ = permit;
        Ok(None)
    }
}

/// How long a store remembers.
///
/// A record is forgotten when no gate could take a code it refuses, by the clock that is furthest
/// behind. Should a window or a clock difference be larger than said here, codes are refused as
/// stale that need not be; none is admitted twice, because a store refuses every moment up to the
/// newest it has forgotten. Only a cool-down can be forgotten early, by a clock that is ahead by
/// more than said here.
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
