//! Entries of status lists, as the domain knows them.

use core::fmt;

use serde::{Deserialize, Serialize};

/// An entry of a status list. The store gives each out once, at random, and never again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StatusEntry {
    /// The number of the list.
    pub list: u32,
    /// The place in the list, from 0.
    pub index: u32,
}

impl fmt::Display for StatusEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.list, self.index)
    }
}

/// What a status list has to say of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EntryState {
    /// Value 0: the credentials with this entry are good.
    Valid,
    /// Value 2: the credentials are refused until the suspension ends.
    Suspended,
    /// Value 1: the credentials are refused for good.
    Withdrawn,
}
