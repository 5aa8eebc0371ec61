//! The rules of a zone, as a parameter: those that the library follows, and wrong ones.

/// How a store tells that it lost admissions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum LossRule {
    /// `StoreState::meet` of the library: identity of the server, generation, and the counter of
    /// each gate.
    Whole,
    /// Each gate sends how many admissions it knows of its own, and nothing else is compared.
    OwnCounter,
    /// Each gate sends the highest sequence number that it has seen.
    Sequence,
    /// Each gate sends its last admission, and the store looks it up under the permit.
    ProofUnderPermit,
    /// Like `Whole`, but the wait ends when each gate that the store knows has come with the new
    /// generation, and none misses an admission of its own.
    RollCall,
}

/// Whom a store turns away while cool-downs may be lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Closed {
    /// Everybody who enters.
    Everybody,
    /// Everybody who enters at a gate that asks for a cool-down.
    GatesWithCoolDown,
    /// Nobody: only codes that may be lost are refused.
    Nobody,
}

/// Whose clock counts cool-downs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Clock {
    /// The clock of the server.
    Servers,
    /// The clock of the gate that asks. Another gate's cool-down lasts longer by the clock
    /// difference.
    Askers,
    /// The same, longer by one second less.
    AskersOneSecondLess,
    /// The same, not longer at all.
    AskersAlone,
}

/// How a zone decides. [`Rules::new`] is the library; each other value has one mistake.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Rules {
    /// How a loss is noticed.
    pub loss: LossRule,
    /// Whom a loss keeps out.
    pub closed: Closed,
    /// Whose clock counts cool-downs.
    pub clock: Clock,
    /// Whether a gate drops an answer of a server that it has left behind (`Witness::take`).
    pub checks_answers: bool,
    /// Whether a gate asks for a cool-down of the zone's largest window, not of its own window.
    pub whole_window: bool,
}

impl Rules {
    /// The rules of the library.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            loss: LossRule::Whole,
            closed: Closed::Everybody,
            clock: Clock::Servers,
            checks_answers: true,
            whole_window: true,
        }
    }

    /// The rules before stores knew their generation: the highest sequence number that a gate has
    /// seen tells a loss, only moments wait after a loss, and the asker's clock counts.
    #[must_use]
    pub const fn old() -> Self {
        Self {
            loss: LossRule::Sequence,
            closed: Closed::Nobody,
            clock: Clock::AskersAlone,
            checks_answers: false,
            whole_window: false,
        }
    }

    /// These rules with another way to notice a loss.
    #[must_use]
    pub const fn noticing(self, loss: LossRule) -> Self {
        Self { loss, ..self }
    }

    /// These rules, but a loss keeps out others.
    #[must_use]
    pub const fn closing(self, closed: Closed) -> Self {
        Self { closed, ..self }
    }

    /// These rules with another clock.
    #[must_use]
    pub const fn counting(self, clock: Clock) -> Self {
        Self { clock, ..self }
    }

    /// These rules, but gates believe each answer.
    #[must_use]
    pub const fn believing_old_answers(self) -> Self {
        Self { checks_answers: false, ..self }
    }

    /// These rules, but each gate asks for a cool-down of its own window.
    #[must_use]
    pub const fn with_own_windows(self) -> Self {
        Self { whole_window: false, ..self }
    }
}

impl Default for Rules {
    fn default() -> Self {
        Self::new()
    }
}
