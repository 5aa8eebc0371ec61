//! The question to a store, and the store's answer.

use livepermit::Timestamp;
use livepermit::setup::Passage;
use livepermit::verify::ReplayKey;

use crate::place::GatePlace;

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
        /// The time from which the zone accepts the permit again, by the gate's clock.
        until: Timestamp,
    },
    /// The store may have admitted and forgotten the code, or it lost its memory a short time ago.
    Forgotten {
        /// Codes that are made from this time on are admitted again; slips, from this time on.
        until: Timestamp,
    },
    /// The clock of the gate and the clock of the store are too far apart. The store has written
    /// nothing.
    ClockApart {
        /// The time by the store's clock.
        theirs: Timestamp,
    },
    /// The store has no room for another record.
    Full,
}
