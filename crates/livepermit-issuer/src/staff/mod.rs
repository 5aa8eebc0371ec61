//! Accounts of the staff: who may do what, passwords, one-time codes, and how often somebody may
//! try. Pure rules: times and random bytes are arguments.

mod password;
mod totp;
mod tries;

use core::fmt;
use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::domain::{OfficeId, StaffId};

pub use password::{LONGEST_PASSWORD, PasswordRefused, SHORTEST_PASSWORD, hash_password, verify};
pub use totp::{STEP_SECONDS, StaffKey, TotpSerial, matching_step, totp_code};
pub use tries::{FREE_TRIES, LONGEST_WAIT, wait_after};

/// What an officer may do. An account has any number of roles.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Takes applications at the counter, attaches documents, assigns cases, opens enrolments,
    /// prints slips.
    Intake,
    /// Looks on site.
    Check,
    /// Decides cases, suspends and cancels permits.
    Decide,
    /// Rotates keys.
    Keys,
    /// Reads the audit log.
    Audit,
}

impl Role {
    /// All roles.
    pub const ALL: [Self; 5] = [Self::Intake, Self::Check, Self::Decide, Self::Keys, Self::Audit];

    /// The stable name, in kebab-case.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Intake => "intake",
            Self::Check => "check",
            Self::Decide => "decide",
            Self::Keys => "keys",
            Self::Audit => "audit",
        }
    }

    /// The role with this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.name() == name)
    }
}

/// The offices whose cases an account sees.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Offices {
    /// Every office: for people who move cases from one office to another.
    All,
    /// These.
    These(BTreeSet<OfficeId>),
}

impl Offices {
    /// Whether the account sees what belongs to this office.
    #[must_use]
    pub fn contain(&self, office: &OfficeId) -> bool {
        match self {
            Self::All => true,
            Self::These(offices) => offices.contains(office),
        }
    }
}

/// An account of the staff. `Debug` leaves out the hash of the password.
#[derive(Clone, PartialEq, Eq)]
pub struct Account {
    /// The name, by which the audit log knows the officer.
    pub name: StaffId,
    /// The Argon2id hash of the password, as a PHC string; see [`hash_password`].
    pub password: String,
    /// From which the secret of one-time codes is derived; see [`StaffKey::totp_secret`].
    pub totp: TotpSerial,
    /// The last step of time whose one-time code was used. An earlier one serves no more.
    pub totp_step: i64,
    /// What the officer may do.
    pub roles: BTreeSet<Role>,
    /// Whose cases the officer sees.
    pub offices: Offices,
    /// Whether the account is closed. Names are never given to somebody else, because the audit log
    /// has them.
    pub disabled: bool,
}

impl fmt::Debug for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Account")
            .field("name", &self.name)
            .field("roles", &self.roles)
            .field("offices", &self.offices)
            .field("disabled", &self.disabled)
            .finish_non_exhaustive()
    }
}

/// Somebody who has logged in: what a session says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Officer {
    /// The name of the account.
    pub name: StaffId,
    /// What the officer may do.
    pub roles: BTreeSet<Role>,
    /// Whose cases the officer sees.
    pub offices: Offices,
}

impl Officer {
    /// Whether the officer has one of these roles.
    #[must_use]
    pub fn may(&self, any: &[Role]) -> bool {
        any.iter().any(|role| self.roles.contains(role))
    }
}
