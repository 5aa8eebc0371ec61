//! Why a setup is refused.

use core::fmt;

use super::Evidence;
use super::table::codes;
use crate::bytes::malformed::Malformed;
use crate::bytes::text::TextError;
use crate::time::Timestamp;

codes! {
    /// The stable code of a refused setup.
    enum SetupRejectionCode, instruction: "What the person who sets up the gate should do.";

    NotOurs = "setup-not-ours",
        "The text is not that of a setup.",
        "Scan the code that `livepermit gate setup` made.";
    TooLong = "setup-too-long",
        "The setup is larger than the limit.",
        "Check that it is the right file.";
    Malformed = "setup-malformed",
        "A rule of the format is broken; the evidence says which and where.",
        "Scan the code again; if it stays, make a new one, or update the gate.";
    UnknownType = "setup-unknown-type",
        "The signed type is not that of a setup.",
        "Scan the code that `livepermit gate setup` made.";
    UnknownKey = "setup-unknown-key",
        "Another key signed than the operator's key that this gate knows.",
        "Ask the operator. A gate that changes its operator must first be reset by hand.";
    AlgorithmMismatch = "setup-algorithm-mismatch",
        "The setup names another algorithm than its key has; the evidence has both COSE numbers.",
        "Ask the operator for a new code.";
    BadSignature = "setup-bad-signature",
        "The signature does not verify: the setup was altered or forged.",
        "Do not use the code. Ask the operator for the right one.";
    OtherNumber = "setup-other-number",
        "The check number is not that of this setup.",
        "Compare both screens again. If they differ, do not use the code: it is not the operator's.";
    WrongGate = "setup-wrong-gate",
        "The setup is for another gate.",
        "Scan the code of this gate, or reset this gate by hand.";
    FromTheFuture = "setup-from-the-future",
        "The setup is dated later than this gate's clock and its skew allow.",
        "Check the gate's clock.";
    Older = "setup-older",
        "The setup has a lower version than the setup held.",
        "Scan the newest code of this gate.";
    Reused = "setup-reused",
        "The setup has the version of the setup held, but other content.",
        "Ask the operator for a code with a higher version.";
}

/// Why a setup is refused. The setup held before stays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct SetupRejection {
    code: SetupRejectionCode,
    evidence: Evidence,
}

impl SetupRejection {
    pub(crate) const fn plain(code: SetupRejectionCode) -> Self {
        Self { code, evidence: Evidence::None }
    }

    pub(crate) const fn times(
        code: SetupRejectionCode,
        found: Timestamp,
        limit: Timestamp,
    ) -> Self {
        Self { code, evidence: Evidence::Times { found, limit } }
    }

    pub(crate) const fn counts(code: SetupRejectionCode, found: u64, limit: u64) -> Self {
        Self { code, evidence: Evidence::Counts { found, limit } }
    }

    pub(crate) fn lengths(code: SetupRejectionCode, found: usize, limit: usize) -> Self {
        let count = |length| u64::try_from(length).unwrap_or(u64::MAX);
        Self::counts(code, count(found), count(limit))
    }

    pub(crate) const fn algorithms(found: i64, limit: i64) -> Self {
        let evidence = Evidence::Numbers { found, limit };
        Self { code: SetupRejectionCode::AlgorithmMismatch, evidence }
    }

    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> SetupRejectionCode {
        self.code
    }

    /// What the person who sets up the gate should do.
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

impl fmt::Display for SetupRejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.code, self.evidence)
    }
}

impl core::error::Error for SetupRejection {}

impl From<Malformed> for SetupRejection {
    fn from(malformed: Malformed) -> Self {
        Self { code: SetupRejectionCode::Malformed, evidence: Evidence::Malformed(malformed) }
    }
}

impl From<TextError> for SetupRejection {
    fn from(error: TextError) -> Self {
        match error {
            TextError::TooLong { found, limit } => {
                Self::lengths(SetupRejectionCode::TooLong, found, limit)
            }
            TextError::Malformed(malformed) => malformed.into(),
            TextError::Empty | TextError::NotOurs | TextError::OtherVersion => {
                Self::plain(SetupRejectionCode::NotOurs)
            }
        }
    }
}
