//! The memory of what was shown before: each moment of a permit is admitted once, in one place.

mod decide;
mod memory;

use alloc::boxed::Box;
use core::fmt;

pub use decide::Record;
pub(crate) use decide::{Ask, decide};
pub use memory::MemoryReplay;

use crate::time::Timestamp;
use crate::token::{ClaimError, check_name};
use crate::verifier::Claim;

/// Which reader asks: gate, lane and zone, each a name.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Place {
    gate: Box<str>,
    lane: Box<str>,
    zone: Box<str>,
}

impl Place {
    /// The reader `lane` of `gate`, which lets into `zone`: each 1 to 128 visible ASCII characters. Gates that let into the
    /// same place share a zone and a store.
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

/// One question to a store: may this claim be admitted here, now? With everything the answer depends on.
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
    /// An attempt. For stores that ask each other, and their tests; a [`Checkpoint`](crate::Checkpoint) makes its own.
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
        /// The store's horizon.
        horizon: Timestamp,
    },
    /// There is no room for another record.
    Full,
}

/// The store cannot be asked or did not answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoreError(Box<str>);

impl StoreError {
    /// Says why, for the operator's log.
    #[must_use]
    pub fn new(reason: &str) -> Self {
        Self(reason.into())
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the store of used codes: {}", self.0)
    }
}

impl core::error::Error for StoreError {}

/// A memory of used codes. Checking and recording are one step, for every lane and gate that shares the store.
pub trait ReplayStore: Send + Sync {
    /// Answers, and records when the answer is [`Answer::Admitted`].
    ///
    /// # Errors
    /// [`StoreError`] when the store cannot be reached; nothing may be taken as recorded then.
    fn admit(&self, attempt: &Attempt<'_>) -> Result<Answer, StoreError>;
}

/// How long a store remembers.
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
