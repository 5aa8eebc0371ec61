//! Refusals and errors, as other languages see them.

use core::fmt;

use livepermit::rejection::{self, ListRejection, SetupRejection};

use crate::number::{as_i64, as_seconds, length};

pub(crate) type Result<T> = core::result::Result<T, LivepermitError>;

/// What a check compared, or where the format is broken.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
pub enum Evidence {
    /// The check compares no values that may be shown.
    Nothing,
    /// Two times, in seconds since 1970.
    Times {
        /// The tested time.
        found: i64,
        /// The limit.
        limit: i64,
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
        found: i64,
        /// The limit.
        limit: i64,
    },
    /// The place and the rule that is broken there.
    Malformed {
        /// The part of the format: `text`, `cbor`, and so on.
        layer: String,
        /// The rule.
        flaw: String,
        /// The place: counted from 0, in bytes or characters of the part.
        at: i64,
    },
}

/// Why a code is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct Rejection {
    /// The stable code, such as `stale`. `rejection_codes` has all.
    pub code: String,
    /// The step of verification that refused, such as `freshness`.
    pub stage: String,
    /// Who has to act, such as `not-live`. With `ours`, the gate itself is at fault: never show that
    /// as the visitor's fault.
    pub fault: String,
    /// The code and the values compared, in one line, for a log.
    pub reason: String,
    /// What the person at the gate should do.
    pub instruction: String,
    /// The values compared.
    pub evidence: Evidence,
}

/// Why a function gave no result: a wrong argument, a signature or a list that is refused, a store
/// that fails.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Error))]
pub enum LivepermitError {
    /// The function gave no result.
    Failed {
        /// The stable code, in kebab-case.
        code: String,
        /// What is wrong, in one sentence.
        reason: String,
        /// What to do about the error, where more can be said than the reason says.
        instruction: Option<String>,
        /// The values compared.
        evidence: Evidence,
    },
}

impl LivepermitError {
    pub(crate) fn new(code: &str, reason: impl fmt::Display) -> Self {
        Self::Failed {
            code: code.into(),
            reason: reason.to_string(),
            instruction: None,
            evidence: Evidence::Nothing,
        }
    }

    pub(crate) fn compared(code: &str, reason: String, found: i64, limit: i64) -> Self {
        let evidence = Evidence::Counts { found, limit };
        Self::Failed { code: code.into(), reason, instruction: None, evidence }
    }

    pub(crate) fn with(self, instruction: &str) -> Self {
        match self {
            Self::Failed { code, reason, evidence, .. } => {
                Self::Failed { code, reason, instruction: Some(instruction.into()), evidence }
            }
        }
    }

    /// The stable code.
    #[must_use]
    pub fn code(&self) -> &str {
        match self {
            Self::Failed { code, .. } => code,
        }
    }
}

/// Writes the reason, then what to do.
impl fmt::Display for LivepermitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self::Failed { code, reason, instruction, .. } = self;
        write!(f, "{code}: {reason}")?;
        instruction.as_ref().map_or(Ok(()), |instruction| write!(f, ". {instruction}"))
    }
}

impl core::error::Error for LivepermitError {}

impl From<rejection::Evidence> for Evidence {
    fn from(evidence: rejection::Evidence) -> Self {
        use rejection::Evidence as Of;
        match evidence {
            Of::Times { found, limit } => {
                Self::Times { found: as_seconds(found), limit: as_seconds(limit) }
            }
            Of::Numbers { found, limit } => Self::Numbers { found, limit },
            Of::Counts { found, limit } => {
                Self::Counts { found: as_i64(found), limit: as_i64(limit) }
            }
            Of::Malformed(malformed) => Self::Malformed {
                layer: malformed.layer.name().into(),
                flaw: malformed.flaw.name().into(),
                at: length(malformed.at),
            },
            _ => Self::Nothing,
        }
    }
}

impl From<livepermit::Rejection> for Rejection {
    fn from(rejection: livepermit::Rejection) -> Self {
        Self {
            code: rejection.code().as_str().into(),
            stage: rejection.stage().name().into(),
            fault: rejection.fault().name().into(),
            reason: rejection.to_string(),
            instruction: rejection.instruction().into(),
            evidence: rejection.evidence().into(),
        }
    }
}

/// Refusals whose table says cause and instruction.
macro_rules! refused {
    ($($rejection:ty),+) => { $(
        impl From<$rejection> for LivepermitError {
            fn from(rejection: $rejection) -> Self {
                Self::Failed {
                    code: rejection.code().as_str().into(),
                    reason: rejection.code().cause().into(),
                    instruction: Some(rejection.instruction().into()),
                    evidence: rejection.evidence().into(),
                }
            }
        }
    )+ };
}

refused!(livepermit::Rejection, ListRejection, SetupRejection);

impl From<livepermit::issue::SignatureRefused> for LivepermitError {
    fn from(error: livepermit::issue::SignatureRefused) -> Self {
        Self::new(error.code(), error).with(error.instruction())
    }
}

/// Errors that say all in their text.
macro_rules! told {
    ($($error:ty),+ $(,)?) => { $(
        impl From<$error> for LivepermitError {
            fn from(error: $error) -> Self {
                Self::new(error.code(), error)
            }
        }
    )+ };
}

told!(
    livepermit::field::ClaimError,
    livepermit::hold::AcceptError,
    livepermit::hold::schedule::ScheduleError,
    livepermit::issue::ApplicationError,
    livepermit::issue::PrepareError,
    livepermit::issue::StatusListError,
    livepermit::key::KeyError,
    livepermit::qr::QrError,
    livepermit::trust::TrustError,
    livepermit::verify::PolicyError,
);

#[cfg(feature = "gate")]
told!(
    livepermit_gate::GateError,
    livepermit_gate::OpenChallengeError,
    livepermit_gate::fetch::UrlError,
);

#[cfg(feature = "scan")]
told!(livepermit_gate::scan::FrameError);

#[cfg(feature = "gate")]
impl From<livepermit_gate::replay::StoreError> for LivepermitError {
    fn from(error: livepermit_gate::replay::StoreError) -> Self {
        Self::new(error.kind().code(), error.reason()).with(error.kind().instruction())
    }
}

/// A defect of the bridge: an error, not a panic.
#[cfg(feature = "gate")]
pub(crate) fn defect(what: impl fmt::Display) -> LivepermitError {
    LivepermitError::new("internal", what).with("Tell who makes livepermit: this is a defect.")
}
