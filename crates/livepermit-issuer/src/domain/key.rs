//! The life of a key that signs: prepared, active, replaced, retired. Two people agree to each step
//! that gates notice.

use core::fmt;

use jiff::Timestamp;

/// What a key signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum KeyPurpose {
    /// Credentials, passes and slips.
    Tokens,
    /// Status lists.
    Status,
}

impl KeyPurpose {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Tokens, Self::Status];

    /// The stable name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Tokens => "tokens",
            Self::Status => "status",
        }
    }

    /// The purpose with this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|purpose| purpose.name() == name)
    }
}

/// Where a key stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum KeyState {
    /// It is there, and is being made known to gates. It signs nothing.
    Prepared,
    /// It signs.
    Active,
    /// It signs nothing any more, and what it has signed is good.
    Replaced {
        /// When the last of that ends.
        needed: Timestamp,
    },
    /// Nothing that it has signed is good any more: it is out of the trust list, or can be.
    Retired,
}

/// A step in the life of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum KeyStep {
    /// It begins to sign, in the place of the one before.
    Activate,
    /// It is given up.
    Retire,
}

impl KeyStep {
    /// The stable name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Activate => "activate-key",
            Self::Retire => "retire-key",
        }
    }
}

/// Why a step is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeyRefused {
    /// Only a key that was prepared begins to sign.
    NotPrepared,
    /// Only a key that was prepared or replaced is given up.
    InUse,
    /// What it has signed is still good.
    Needed {
        /// Until then.
        until: Timestamp,
    },
}

impl KeyRefused {
    /// A stable name.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::NotPrepared => "key-not-prepared",
            Self::InUse => "key-in-use",
            Self::Needed { .. } => "key-needed",
        }
    }
}

impl fmt::Display for KeyRefused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotPrepared => {
                f.write_str("the key does not wait to be activated: run `keys prepare` with one")
            }
            Self::InUse => f.write_str("the key signs, or is retired: activate another one first"),
            Self::Needed { until } => {
                write!(f, "what the key has signed is good until {until}: retire it then")
            }
        }
    }
}

impl core::error::Error for KeyRefused {}

impl KeyState {
    /// The stable name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Prepared => "prepared",
            Self::Active => "active",
            Self::Replaced { .. } => "replaced",
            Self::Retired => "retired",
        }
    }

    /// The state with this name.
    #[must_use]
    pub fn named(name: &str, needed: Timestamp) -> Option<Self> {
        let all = [Self::Prepared, Self::Active, Self::Replaced { needed }, Self::Retired];
        all.into_iter().find(|state| state.name() == name)
    }

    /// Where a key stands after this step.
    ///
    /// # Errors
    ///
    /// [`KeyRefused`].
    pub fn after(self, step: KeyStep, now: Timestamp) -> Result<Self, KeyRefused> {
        match (step, self) {
            (KeyStep::Activate, Self::Prepared) => Ok(Self::Active),
            (KeyStep::Activate, _) => Err(KeyRefused::NotPrepared),
            (KeyStep::Retire, Self::Replaced { needed }) if now < needed => {
                Err(KeyRefused::Needed { until: needed })
            }
            (KeyStep::Retire, Self::Prepared | Self::Replaced { .. }) => Ok(Self::Retired),
            (KeyStep::Retire, Self::Active | Self::Retired) => Err(KeyRefused::InUse),
        }
    }
}
