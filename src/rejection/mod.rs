//! Why a token is refused: typed, small, owned.

mod codes;
mod lists;
mod table;

use core::fmt;

pub use codes::Code;
pub use lists::{ListCode, ListRejection};

use crate::malformed::Malformed;
use crate::text::TextError;
use crate::time::Timestamp;

/// The step of verification that refused, in the order the steps are taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Stage {
    /// 1: size, text, envelope, closed shape, ranges.
    Structure,
    /// 2: a trusted key with this key id and algorithm.
    Key,
    /// 3: every signature, and what the key that made it may sign.
    Signature,
    /// 4: validity and age of the credential.
    Credential,
    /// 5: freshness, audience, challenge.
    Freshness,
    /// 6: class and form against the policy.
    Policy,
    /// 7: the status list.
    Status,
    /// 8: what only a checkpoint remembers: its clock, its challenges, what was shown before.
    Admission,
}

impl Stage {
    /// The stable kebab-case name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Structure => "structure",
            Self::Key => "key",
            Self::Signature => "signature",
            Self::Credential => "credential",
            Self::Freshness => "freshness",
            Self::Policy => "policy",
            Self::Status => "status",
            Self::Admission => "admission",
        }
    }
}

/// Who has to act on a rejection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Fault {
    /// What was shown is not a token, or a broken one.
    Malformed,
    /// It was not signed by who it had to be signed by.
    Untrusted,
    /// It was good, or will be, but not now.
    NotLive,
    /// It is good, but not for this place or question.
    NotHere,
    /// The issuer has withdrawn the permit.
    Withdrawn,
    /// It was used already, here or elsewhere.
    Used,
    /// The gate's own lists, store, configuration or clock: never to be shown as the visitor's
    /// fault.
    Ours,
}

impl Fault {
    /// The stable kebab-case name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Malformed => "malformed",
            Self::Untrusted => "untrusted",
            Self::NotLive => "not-live",
            Self::NotHere => "not-here",
            Self::Withdrawn => "withdrawn",
            Self::Used => "used",
            Self::Ours => "ours",
        }
    }
}

/// The two values a check compared, or where a malformed token breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Evidence {
    /// The check compares nothing that may be shown.
    None,
    /// A time of the token or of the verifier, and the limit it was held against.
    Times {
        /// The time that was tested.
        found: Timestamp,
        /// The limit.
        limit: Timestamp,
    },
    /// The COSE numbers of two algorithms.
    Numbers {
        /// The number that was tested.
        found: i64,
        /// The number expected.
        limit: i64,
    },
    /// A length, a version, an index or a status, and the limit it was held against.
    Counts {
        /// What was tested.
        found: u64,
        /// The limit.
        limit: u64,
    },
    /// Where and how the format is broken.
    Malformed(Malformed),
}

/// Why a token is refused.
///
/// It holds no text of the token, so it can be logged and shown as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Rejection {
    code: Code,
    evidence: Evidence,
}

impl Rejection {
    pub(crate) const fn plain(code: Code) -> Self {
        Self { code, evidence: Evidence::None }
    }

    pub(crate) const fn times(code: Code, found: Timestamp, limit: Timestamp) -> Self {
        Self { code, evidence: Evidence::Times { found, limit } }
    }

    pub(crate) const fn numbers(code: Code, found: i64, limit: i64) -> Self {
        Self { code, evidence: Evidence::Numbers { found, limit } }
    }

    pub(crate) const fn counts(code: Code, found: u64, limit: u64) -> Self {
        Self { code, evidence: Evidence::Counts { found, limit } }
    }

    pub(crate) fn lengths(code: Code, found: usize, limit: usize) -> Self {
        let count = |length| u64::try_from(length).unwrap_or(u64::MAX);
        Self::counts(code, count(found), count(limit))
    }

    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> Code {
        self.code
    }

    /// Who has to act.
    #[must_use]
    pub const fn fault(&self) -> Fault {
        self.code.fault()
    }

    /// The step of verification that refused.
    #[must_use]
    pub const fn stage(&self) -> Stage {
        self.code.stage()
    }

    /// What the person at the gate should do.
    #[must_use]
    pub const fn instruction(&self) -> &'static str {
        self.code.instruction()
    }

    /// The values the check compared.
    #[must_use]
    pub const fn evidence(&self) -> Evidence {
        self.evidence
    }
}

/// `: ` and what was compared; nothing where there is nothing.
impl fmt::Display for Evidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => Ok(()),
            Self::Times { found, limit } => write!(f, ": {found}, limit {limit}"),
            Self::Numbers { found, limit } => write!(f, ": {found}, limit {limit}"),
            Self::Counts { found, limit } => write!(f, ": {found}, limit {limit}"),
            Self::Malformed(malformed) => write!(f, ": {malformed}"),
        }
    }
}

/// The code, then what was compared: `stale: 1790000100, limit 1790000030`.
impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.code, self.evidence)
    }
}

impl core::error::Error for Rejection {}

impl From<Malformed> for Rejection {
    fn from(malformed: Malformed) -> Self {
        Self { code: Code::Malformed, evidence: Evidence::Malformed(malformed) }
    }
}

impl From<TextError> for Rejection {
    fn from(error: TextError) -> Self {
        match error {
            TextError::Empty => Self::plain(Code::Empty),
            TextError::TooLong { found, limit } => Self::lengths(Code::TooLong, found, limit),
            TextError::NotOurs => Self::plain(Code::NotOurs),
            TextError::OtherVersion => Self::plain(Code::OtherVersion),
            TextError::Malformed(malformed) => malformed.into(),
        }
    }
}
