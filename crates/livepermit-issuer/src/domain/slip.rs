//! Printed slips, for people without a smartphone.

use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

use super::{Closed, SlipId, StatusEntry};

/// Why a slip is closed while its permit goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SlipEnd {
    /// The holder has lost the slip.
    Lost,
    /// Another slip takes its place.
    Replaced,
}

impl From<SlipEnd> for Closed {
    fn from(end: SlipEnd) -> Self {
        match end {
            SlipEnd::Lost => Self::Lost,
            SlipEnd::Replaced => Self::Replaced,
        }
    }
}

/// A printed slip. Each has a status entry of its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Slip {
    /// The name in the register.
    pub id: SlipId,
    /// The entry of the status list.
    pub entry: StatusEntry,
    /// When the slip was printed.
    pub printed: Timestamp,
    /// The first day on which the slip is valid no longer; never behind the permit's.
    pub until: Date,
    /// When and why the slip was closed; `None` while it is good.
    pub closed: Option<(Timestamp, Closed)>,
}

impl Slip {
    /// Closes the slip; `false` if it is closed already.
    pub(super) fn close(&mut self, at: Timestamp, why: Closed) -> bool {
        let open = self.closed.is_none();
        self.closed.get_or_insert((at, why));
        open
    }
}
