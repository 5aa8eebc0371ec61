use core::fmt;

/// A warning for the person at the gate about an accepted permit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Caution {
    /// The policy does not check whether permits were withdrawn.
    RevocationNotChecked,
    /// The status list has expired or is too old, but is within the policy's grace.
    StatusOld,
    /// The code was printed: the person who shows it may have copied it.
    Printed,
    /// A representative shows the permit for another person.
    Acting,
}

impl Caution {
    /// Every caution.
    pub const ALL: [Self; 4] =
        [Self::RevocationNotChecked, Self::StatusOld, Self::Printed, Self::Acting];

    const fn bit(self) -> u8 {
        match self {
            Self::RevocationNotChecked => 1,
            Self::StatusOld => 2,
            Self::Printed => 4,
            Self::Acting => 8,
        }
    }

    /// The stable code, in kebab-case.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::RevocationNotChecked => "revocation-not-checked",
            Self::StatusOld => "status-old",
            Self::Printed => "printed",
            Self::Acting => "acting",
        }
    }

    /// What the person at the gate should do.
    #[must_use]
    pub const fn instruction(self) -> &'static str {
        match self {
            Self::RevocationNotChecked => "This gate does not know which permits were withdrawn.",
            Self::StatusOld => "The list of withdrawn permits is overdue: fetch a new one.",
            Self::Printed => "Printed: check the identity document.",
            Self::Acting => "Shown for another person: check who it is.",
        }
    }
}

impl fmt::Display for Caution {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// The set of cautions of a verdict. An empty set means a green light, any caution a yellow light.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
pub struct Cautions(u8);

impl Cautions {
    pub(crate) const fn with(self, caution: Caution) -> Self {
        Self(self.0 | caution.bit())
    }

    /// Whether there is no caution.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Whether the set has this caution.
    #[must_use]
    pub const fn contains(self, caution: Caution) -> bool {
        self.0 & caution.bit() != 0
    }

    /// The cautions in the set.
    pub fn iter(self) -> impl Iterator<Item = Caution> {
        Caution::ALL.into_iter().filter(move |caution| self.contains(*caution))
    }
}

impl fmt::Debug for Cautions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}
