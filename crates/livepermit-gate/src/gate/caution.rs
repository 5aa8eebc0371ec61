use core::fmt;

use livepermit::verify::{Caution, Cautions};

/// A warning about an admitted permit, for the person at the gate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum GateCaution {
    /// A caution of the verifier.
    Verified(Caution),
    /// The store of used codes failed, and the gate admitted the permit because of
    /// [`StoreFailurePolicy::DangerousAdmit`](crate::StoreFailurePolicy::DangerousAdmit).
    ReplayNotChecked,
    /// The gate's clock moved forward by more than
    /// [`GateBuilder::clock_jump`](crate::GateBuilder::clock_jump) since the last admission: the
    /// clock jumped, or nobody was admitted for that long.
    ClockJumped,
}

impl GateCaution {
    /// Every caution: first those of a verifier, then those of a gate.
    pub const ALL: [Self; 6] = [
        Self::Verified(Caution::RevocationNotChecked),
        Self::Verified(Caution::StatusOld),
        Self::Verified(Caution::Printed),
        Self::Verified(Caution::Acting),
        Self::ReplayNotChecked,
        Self::ClockJumped,
    ];

    /// The stable code of the caution, in kebab-case.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Verified(caution) => caution.code(),
            Self::ReplayNotChecked => "replay-not-checked",
            Self::ClockJumped => "clock-jumped",
        }
    }

    /// What the person at the gate should do.
    #[must_use]
    pub const fn instruction(self) -> &'static str {
        match self {
            Self::Verified(caution) => caution.instruction(),
            Self::ReplayNotChecked => "This gate cannot tell whether the code was used before.",
            Self::ClockJumped => {
                "The gate's clock jumped forward, or nobody came for long: check it."
            }
        }
    }
}

impl From<Caution> for GateCaution {
    fn from(caution: Caution) -> Self {
        Self::Verified(caution)
    }
}

impl fmt::Display for GateCaution {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// The cautions of an admission. No caution means a green light, any caution means a yellow light.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct GateCautions {
    pub(super) verified: Cautions,
    pub(super) replay_not_checked: bool,
    pub(super) clock_jumped: bool,
}

/// The cautions of a verifier that works without a gate.
impl From<Cautions> for GateCautions {
    fn from(verified: Cautions) -> Self {
        Self { verified, ..Self::default() }
    }
}

impl GateCautions {
    /// Whether there is no caution.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.verified.is_empty() && !self.replay_not_checked && !self.clock_jumped
    }

    /// Whether `caution` is one of these cautions.
    pub fn contains(self, caution: impl Into<GateCaution>) -> bool {
        let wanted = caution.into();
        self.iter().any(|caution| caution == wanted)
    }

    /// The cautions one by one.
    pub fn iter(self) -> impl Iterator<Item = GateCaution> {
        let own = [
            self.replay_not_checked.then_some(GateCaution::ReplayNotChecked),
            self.clock_jumped.then_some(GateCaution::ClockJumped),
        ];
        self.verified.iter().map(GateCaution::Verified).chain(own.into_iter().flatten())
    }
}
