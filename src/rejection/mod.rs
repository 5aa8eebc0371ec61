//! Why a token or a list is refused: small typed values without borrowed data.

mod codes;
mod lists;
mod setups;
mod table;

use core::fmt;

pub use crate::bytes::malformed::{Flaw, Layer, Malformed};
pub use codes::RejectionCode;
pub use lists::{ListRejection, ListRejectionCode};
pub use setups::{SetupRejection, SetupRejectionCode};

use crate::bytes::text::TextError;
use crate::time::Timestamp;

/// The step of verification that refused the token. The steps are listed in the order of the
/// checks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Stage {
    /// 1: size, text, envelope, closed shape, ranges.
    Structure,
    /// 2: a trusted key with this key id and algorithm.
    Key,
    /// 3: every signature, and what the issuer's key may sign.
    Signature,
    /// 4: validity and age of the credential.
    Credential,
    /// 5: freshness, audience, challenge.
    Freshness,
    /// 6: class and form against the policy.
    Policy,
    /// 7: the status list.
    Status,
    /// 8: the gate's memory: its clock, its challenges, and the codes it accepted before.
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
    /// The input is not a token, or a broken token.
    Malformed,
    /// The token lacks a good signature by a key that may sign it.
    Untrusted,
    /// The token is not valid now: its time is over or has not begun.
    NotLive,
    /// The token is good, but not for this gate or this challenge.
    NotHere,
    /// The issuer has withdrawn the permit.
    Withdrawn,
    /// The token was used already, at this gate or at another.
    Used,
    /// The gate's own lists, store, configuration or clock are at fault. Never show this as the
    /// visitor's fault.
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

/// The two values that a check compared, or where the format is broken.
///
/// `found` is the tested value, `limit` the value it was compared with. Their meaning for each
/// [`RejectionCode`]:
///
/// | codes | `found` | `limit` |
/// | --- | --- | --- |
/// | `too-long` | bytes of the token or of its text | the most allowed |
/// | `algorithm-mismatch` | COSE number in the token | COSE number that the key is pinned to |
/// | `trust-list-expired`, `key-expired` | the gate's time | end of the list or key |
/// | `not-yet-valid`, `expired` | the gate's time | start or end of the validity |
/// | `stale`, `challenge-expired` | the gate's time | end of the code's or challenge's life |
/// | `credential-too-old` | the gate's time | last second in which the gate accepted it |
/// | `key-not-yet-valid`, `key-retired` | date in the token | start or end of the key's signing |
/// | `times-out-of-order` | date of the presentation | start or end of the credential's validity |
/// | `from-the-future` | date of the code | latest date accepted: the gate's time plus skew |
/// | `status-list-expired` | the gate's time | end of the list, without grace |
/// | `status-list-too-old` | the gate's time | date of the list plus the policy's `max_age` |
/// | `status-index-out-of-range` | index in the permit | number of entries |
/// | `status-not-valid` | value in the status list | 0, the value that means valid |
/// | `clock-below-floor` | the gate's time | earliest time that can be true |
/// | `clock-suspect` | the gate's time | time of the phones, or of the shared store |
/// | `already-accepted-here`, `already-used` | the gate's time | when the code was accepted |
/// | `superseded` | date of the code | date of the newest code accepted |
/// | `cooling-down` | the gate's time | when the permit is free again |
/// | `memory-ahead` | the gate's time | the time that the gate remembers |
/// | `forgotten` | date of the code; the gate's time for a slip | from when on codes are accepted |
///
/// And for each [`ListRejectionCode`]:
///
/// | codes | `found` | `limit` |
/// | --- | --- | --- |
/// | `list-too-long`, `list-too-large` | bytes; of entries, the limit plus 1 | the most allowed |
/// | `list-algorithm-mismatch` | COSE number in the list | COSE number of the key |
/// | `list-key-not-current` | date of the list, or now | start or end of the key's times |
/// | `list-from-the-future` | date of the list | latest date accepted |
/// | `list-expired` | the gate's time | end of the list |
/// | `list-older` | version of a trust list, date of a status list | the least accepted |
///
/// And for each [`SetupRejectionCode`]:
///
/// | codes | `found` | `limit` |
/// | --- | --- | --- |
/// | `setup-too-long` | bytes of the setup or of its text | the most allowed |
/// | `setup-algorithm-mismatch` | COSE number in the setup | COSE number of the operator's key |
/// | `setup-from-the-future` | date of the setup | latest date accepted |
/// | `setup-older` | version of the setup | version of the setup held |
///
/// Every `malformed`, `list-malformed` and `setup-malformed` carries [`Evidence::Malformed`]; other codes carry
/// [`Evidence::None`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Evidence {
    /// The check compares no values that may be shown.
    None,
    /// Two times.
    Times {
        /// The tested time.
        found: Timestamp,
        /// The limit.
        limit: Timestamp,
    },
    /// The COSE numbers of two algorithms.
    Numbers {
        /// The tested number.
        found: i64,
        /// The number expected.
        limit: i64,
    },
    /// Two lengths, versions, indices or status values.
    Counts {
        /// The tested value.
        found: u64,
        /// The limit.
        limit: u64,
    },
    /// Where and how the format is broken.
    Malformed(Malformed),
}

/// Why a token is refused: a stable code and its evidence.
///
/// A rejection holds no text of the token, so a program can log and show it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Rejection {
    code: RejectionCode,
    evidence: Evidence,
}

impl Rejection {
    /// Makes a rejection without evidence.
    ///
    /// Any program may make a rejection, because a rejection opens no door.
    #[must_use]
    pub const fn plain(code: RejectionCode) -> Self {
        Self { code, evidence: Evidence::None }
    }

    /// Makes a rejection with two times as evidence.
    #[must_use]
    pub const fn times(code: RejectionCode, found: Timestamp, limit: Timestamp) -> Self {
        Self { code, evidence: Evidence::Times { found, limit } }
    }

    pub(crate) const fn numbers(code: RejectionCode, found: i64, limit: i64) -> Self {
        Self { code, evidence: Evidence::Numbers { found, limit } }
    }

    pub(crate) const fn counts(code: RejectionCode, found: u64, limit: u64) -> Self {
        Self { code, evidence: Evidence::Counts { found, limit } }
    }

    pub(crate) fn lengths(code: RejectionCode, found: usize, limit: usize) -> Self {
        let count = |length| u64::try_from(length).unwrap_or(u64::MAX);
        Self::counts(code, count(found), count(limit))
    }

    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> RejectionCode {
        self.code
    }

    /// Who has to act on the rejection.
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

    /// The two values that the check compared.
    #[must_use]
    pub const fn evidence(&self) -> Evidence {
        self.evidence
    }
}

/// Writes `: ` and the evidence, or nothing without evidence.
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

/// Writes the code, then the evidence: `stale: 1790000100, limit 1790000030`.
impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.code, self.evidence)
    }
}

impl core::error::Error for Rejection {}

impl From<Malformed> for Rejection {
    fn from(malformed: Malformed) -> Self {
        Self { code: RejectionCode::Malformed, evidence: Evidence::Malformed(malformed) }
    }
}

impl From<TextError> for Rejection {
    fn from(error: TextError) -> Self {
        match error {
            TextError::Empty => Self::plain(RejectionCode::Empty),
            TextError::TooLong { found, limit } => {
                Self::lengths(RejectionCode::TooLong, found, limit)
            }
            TextError::NotOurs => Self::plain(RejectionCode::NotOurs),
            TextError::OtherVersion => Self::plain(RejectionCode::OtherVersion),
            TextError::Malformed(malformed) => malformed.into(),
        }
    }
}
