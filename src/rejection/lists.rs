//! Why a trust list or a status list is refused.

use core::fmt;

use super::Evidence;
use super::table::codes;
use crate::bytes::malformed::Malformed;
use crate::time::Timestamp;

codes! {
    /// The stable code of a refused list.
    enum ListRejectionCode, instruction: "What the operator of the gate should do.";

    TooLong = "list-too-long",
        "The list is larger than the limit.",
        "Check that it is the right file; raise the limit if lists are that large.";
    Malformed = "list-malformed",
        "A rule of the format is broken; the evidence says which and where.",
        "Fetch the list again; if it stays, tell who publishes it.";
    UnknownType = "list-unknown-type",
        "The signed type is not that of such a list.",
        "Check that it is the right file.";
    UnknownKey = "list-unknown-key",
        "No key that may sign such lists has this key id.",
        "Check that the list comes from the right publisher.";
    AlgorithmMismatch = "list-algorithm-mismatch",
        "The list names another algorithm than its key is pinned to; the evidence has both COSE numbers.",
        "Tell who publishes the list.";
    BadSignature = "list-bad-signature",
        "The signature does not verify: the list was altered or forged.",
        "Fetch the list again from its publisher.";
    UseNotGranted = "list-use-not-granted",
        "The key that signed may not sign status lists, or belongs to another issuer.",
        "Tell who publishes the list.";
    KeyNotCurrent = "list-key-not-current",
        "The list is dated outside the times in which its key may sign.",
        "Tell who publishes the list.";
    WrongName = "list-wrong-name",
        "The list has another name or URI than the one asked for.",
        "Check that it is the right file.";
    FromTheFuture = "list-from-the-future",
        "The list is dated later than this gate's clock and its skew allow.",
        "Check the gate's clock; else tell who publishes the list.";
    Expired = "list-expired",
        "The list has ended.",
        "Fetch a new one.";
    Older = "list-older",
        "The list is older than the one held: a lower version or an earlier date.",
        "Keep the one held; fetch a new one.";
    Reused = "list-reused",
        "The list has the version or date of the one held, but other content.",
        "Keep the one held and tell who publishes the list.";
    Compression = "list-compression",
        "The compressed entries are broken: no zlib stream, a preset dictionary, a wrong checksum, or bytes behind it.",
        "Fetch the list again; if it stays, tell who publishes it.";
    TooLarge = "list-too-large",
        "The entries inflate to more bytes than the limit; the evidence has the limit.",
        "Raise the limit if lists are that large; else the list is a bomb.";
    NothingTrusted = "list-nothing-trusted",
        "No entry of the trust list can be used.",
        "Tell who publishes the list.";
}

/// Why a trust list or a status list is refused. The list held before stays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ListRejection {
    code: ListRejectionCode,
    evidence: Evidence,
}

impl ListRejection {
    pub(crate) const fn plain(code: ListRejectionCode) -> Self {
        Self { code, evidence: Evidence::None }
    }

    pub(crate) const fn times(code: ListRejectionCode, found: Timestamp, limit: Timestamp) -> Self {
        Self { code, evidence: Evidence::Times { found, limit } }
    }

    pub(crate) const fn counts(code: ListRejectionCode, found: u64, limit: u64) -> Self {
        Self { code, evidence: Evidence::Counts { found, limit } }
    }

    pub(crate) fn lengths(code: ListRejectionCode, found: usize, limit: usize) -> Self {
        let count = |length| u64::try_from(length).unwrap_or(u64::MAX);
        Self::counts(code, count(found), count(limit))
    }

    pub(crate) const fn algorithms(found: i64, limit: i64) -> Self {
        Self {
            code: ListRejectionCode::AlgorithmMismatch,
            evidence: Evidence::Numbers { found, limit },
        }
    }

    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> ListRejectionCode {
        self.code
    }

    /// What the operator of the gate should do.
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

impl fmt::Display for ListRejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.code, self.evidence)
    }
}

impl core::error::Error for ListRejection {}

impl From<Malformed> for ListRejection {
    fn from(malformed: Malformed) -> Self {
        Self { code: ListRejectionCode::Malformed, evidence: Evidence::Malformed(malformed) }
    }
}
