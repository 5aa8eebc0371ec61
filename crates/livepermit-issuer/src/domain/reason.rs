//! Why a case was refused, and why a permit was suspended or cancelled.

use core::fmt;

use serde::{Deserialize, Serialize};

/// Why an application was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RefusalGround {
    /// What was stated is not true.
    Untrue,
    /// Documents are missing, and the applicant did not bring them.
    Incomplete,
    /// The applicant has no right to what was applied for.
    NotEntitled,
    /// The applicant has a permit already.
    PermitPresent,
}

/// Why a permit was suspended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SuspendGround {
    /// A check has to show whether the data is true.
    UnderReview,
    /// The holder reports that somebody else may show the permit.
    Misuse,
}

/// Why a permit was cancelled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CancelGround {
    /// The data on which the permit rests is not true.
    Untrue,
    /// The holder asked for it.
    HolderAsked,
    /// The holder does not live here any longer.
    MovedAway,
    /// The holder has died.
    Died,
    /// The office issued the permit in error.
    IssuedInError,
}

impl fmt::Display for CancelGround {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Untrue => "untrue",
            Self::HolderAsked => "holder-asked",
            Self::MovedAway => "moved-away",
            Self::Died => "died",
            Self::IssuedInError => "issued-in-error",
        })
    }
}

/// A ground that can be counted, and a note for people. `Debug` leaves out the note: officers write
/// names into it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reason<Ground> {
    /// The ground. The register keeps it.
    pub ground: Ground,
    /// What the holder is told beside the ground. Erased with the personal data.
    pub note: Option<String>,
}

impl<Ground> Reason<Ground> {
    /// A reason without a note.
    #[must_use]
    pub const fn new(ground: Ground) -> Self {
        Self { ground, note: None }
    }

    /// Drops the note.
    pub(super) fn erase(&mut self) {
        self.note = None;
    }
}

impl<Ground: fmt::Debug> fmt::Debug for Reason<Ground> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reason").field("ground", &self.ground).finish_non_exhaustive()
    }
}
