//! Why the service did not do what it was asked.

use std::error::Error;
use std::fmt;

use livepermit::issue::{PrepareError, SignatureRefused};

use super::keys::SignerFailed;
use crate::domain::DomainError;
use crate::store::StoreError;

/// Why the service did not do what it was asked.
#[derive(Debug)]
#[non_exhaustive]
pub enum ServiceError {
    /// The rules forbid the step.
    Domain(DomainError),
    /// The register does not answer, or does not take what was written.
    Store(StoreError),
    /// A token or list cannot be made from what the register holds.
    Prepare(PrepareError),
    /// A name, a person or an address does not fit into a token.
    Claim(livepermit::field::ClaimError),
    /// The signature does not fit what was to be signed.
    Signature(SignatureRefused),
    /// The key did not sign.
    Signer(SignerFailed),
    /// The configuration cannot be used.
    Setting {
        /// Which setting.
        setting: &'static str,
        /// What is wrong with its value.
        why: String,
    },
    /// The clock shows a time that a token cannot carry.
    Clock(jiff::Timestamp),
}

impl ServiceError {
    /// A stable name for logs, metrics and answers.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Domain(error) => error.code(),
            Self::Store(error) => error.code(),
            Self::Prepare(error) => error.code(),
            Self::Claim(_) => "claim",
            Self::Signature(error) => error.code(),
            Self::Signer(_) => "signer-failed",
            Self::Setting { .. } => "setting",
            Self::Clock(_) => "clock-out-of-range",
        }
    }
}

impl fmt::Display for ServiceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Domain(error) => error.fmt(f),
            Self::Store(error) => error.fmt(f),
            Self::Prepare(error) => error.fmt(f),
            Self::Claim(error) => error.fmt(f),
            Self::Signature(error) => error.fmt(f),
            Self::Signer(error) => error.fmt(f),
            Self::Setting { setting, why } => {
                write!(f, "the setting `{setting}` cannot be used: {why}")
            }
            Self::Clock(now) => {
                write!(f, "the clock shows {now}, which no token can carry; set the clock")
            }
        }
    }
}

impl Error for ServiceError {}

impl From<DomainError> for ServiceError {
    fn from(error: DomainError) -> Self {
        Self::Domain(error)
    }
}

impl From<StoreError> for ServiceError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<PrepareError> for ServiceError {
    fn from(error: PrepareError) -> Self {
        Self::Prepare(error)
    }
}

impl From<livepermit::field::ClaimError> for ServiceError {
    fn from(error: livepermit::field::ClaimError) -> Self {
        Self::Claim(error)
    }
}

impl From<SignatureRefused> for ServiceError {
    fn from(error: SignatureRefused) -> Self {
        Self::Signature(error)
    }
}

impl From<SignerFailed> for ServiceError {
    fn from(error: SignerFailed) -> Self {
        Self::Signer(error)
    }
}
