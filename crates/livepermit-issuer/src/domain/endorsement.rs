//! Endorsements: each prolongs a permit by a year.

use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

use super::CaseId;

/// How many days before its end a permit can be endorsed.
pub const ENDORSEMENT_OPENS_DAYS: i32 = 60;

/// An endorsement of a permit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Endorsement {
    /// The case that was approved.
    pub case: CaseId,
    /// When the permit was prolonged.
    pub at: Timestamp,
    /// The end of the permit since then.
    pub ends: Date,
}
