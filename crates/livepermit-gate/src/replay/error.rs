//! Why a store gave no answer.

use core::fmt;

/// What is wrong with a store. The kind decides what the operator should do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum StoreErrorKind {
    /// The store cannot be reached, or did not answer in time.
    Unreachable,
    /// Another process uses the store.
    InUse,
    /// The data is not a store of used codes of this library, or is from a newer version.
    Foreign,
    /// The stored data differs from the data that was written.
    Damaged,
    /// The disk or the operating system reports an error.
    Storage,
    /// The settings are wrong: the store cannot be used, or it could forget used codes.
    Setup,
}

impl StoreErrorKind {
    /// The stable code of an error of this kind, such as `store-in-use`.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Unreachable => "store-unreachable",
            Self::InUse => "store-in-use",
            Self::Foreign => "store-foreign",
            Self::Damaged => "store-damaged",
            Self::Storage => "store-storage",
            Self::Setup => "store-setup",
        }
    }

    /// What the operator should do.
    #[must_use]
    pub const fn instruction(self) -> &'static str {
        match self {
            Self::Unreachable => {
                "check the server and the network between; the next code asks anew"
            }
            Self::InUse => {
                "one process holds a store: end the other one, or share a store at a server, Redis \
                 or PostgreSQL"
            }
            Self::Foreign => {
                "name another file or prefix, or update the program; if it was this gate's store, \
                 move it away, and the gate waits until nothing that was lost can matter"
            }
            Self::Damaged => {
                "move it away and start again: with a new one the gate waits until nothing that was \
                 lost can matter"
            }
            Self::Storage => "check space, permissions and health of the disk, then try again",
            Self::Setup => "change the settings as said",
        }
    }
}

/// A store failed, so it is unknown whether a code was used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoreError {
    kind: StoreErrorKind,
    reason: Box<str>,
}

impl StoreError {
    /// An error of the kind [`StoreErrorKind::Unreachable`]. `reason` is for the operator's log.
    #[must_use]
    pub fn new(reason: &str) -> Self {
        Self::of(StoreErrorKind::Unreachable, reason)
    }

    /// An error of this kind. `reason` is for the operator's log. The number of an error of the
    /// operating system (`(os error 28)`) is left out: the words before it say the same.
    #[must_use]
    pub fn of(kind: StoreErrorKind, reason: &str) -> Self {
        Self { kind, reason: without_numbers(reason).into() }
    }

    /// What happened, in words, without what to do.
    #[must_use]
    pub fn reason(&self) -> &str {
        &self.reason
    }

    /// The stable code of the error, that of its kind.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        self.kind.code()
    }

    /// What is wrong with the store.
    #[must_use]
    pub const fn kind(&self) -> StoreErrorKind {
        self.kind
    }
}

fn without_numbers(reason: &str) -> String {
    let mut parts = reason.split(" (os error ");
    let mut words = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        match part.split_once(')') {
            Some((_, rest)) => words.push_str(rest),
            None => words.push_str(part),
        }
    }
    words
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the store of used codes: {}; {}", self.reason, self.kind.instruction())
    }
}

impl core::error::Error for StoreError {}
