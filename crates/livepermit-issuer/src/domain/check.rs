//! Records of officers who looked on site.

use core::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::StaffId;

/// What an officer found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Finding {
    /// All is as it was stated.
    AsStated,
    /// Something is not as it was stated.
    NotAsStated,
    /// Nobody was met. An officer has to come again.
    NobodyMet,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::AsStated => "as stated",
            Self::NotAsStated => "not as stated",
            Self::NobodyMet => "nobody met",
        })
    }
}

/// The record of one look on site. `Debug` leaves out the note: officers write names into it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Check {
    /// Who looked.
    pub by: StaffId,
    /// When.
    pub at: Timestamp,
    /// What was found.
    pub finding: Finding,
    /// What the officer has to say. Erased with the personal data.
    pub note: Option<String>,
}

impl Check {
    /// Drops the note.
    pub(super) fn erase(&mut self) {
        self.note = None;
    }
}

impl fmt::Debug for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { by, at, finding, .. } = self;
        f.debug_struct("Check")
            .field("by", by)
            .field("at", at)
            .field("finding", finding)
            .finish_non_exhaustive()
    }
}
