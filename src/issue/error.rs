use core::fmt;

use crate::field::ClaimError;
use crate::rejection::{ListRejection, Rejection};
use crate::time::Timestamp;
use crate::trust::SkippedKey;

/// Why a token or a list cannot be made.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum PrepareError {
    /// The token would be larger than the largest QR code holds.
    TooLong {
        /// Bytes that the token would have.
        found: usize,
        /// [`MAX_TOKEN_BYTES`](crate::verify::MAX_TOKEN_BYTES).
        limit: usize,
    },
    /// The list is larger than a gate accepts.
    ListTooLong {
        /// Bytes that the list would have.
        found: usize,
        /// The most that a gate accepts.
        limit: usize,
    },
    /// The verifier's own parser would refuse the token.
    Refused(Rejection),
    /// The validity would end after [`Timestamp::MAX`].
    TimeOutOfRange,
    /// A key pinned to the older `EdDSA` number cannot sign credentials.
    PinnedToEdDsa,
    /// The validity has no seconds.
    EmptyValidity,
    /// The credential is not valid yet: a gate would refuse it.
    NotYetValid {
        /// The time of the presentation.
        now: Timestamp,
        /// When the credential becomes valid.
        not_before: Timestamp,
    },
    /// The credential has expired: fetch a new credential.
    Expired {
        /// The time of the presentation.
        now: Timestamp,
        /// When the credential expired.
        expires: Timestamp,
    },
    /// The permit names a representative. Only a credential, which is bound to a device, can do
    /// that.
    ActingNeedsCredential,
    /// The holder has no credential.
    NoCredential,
    /// A value breaks the rules of its field.
    Claim(ClaimError),
    /// Root keys sign with Ed25519 only.
    RootNotEd25519,
    /// A gate with this root would refuse the list.
    ListRefused(ListRejection),
    /// A gate with this root would skip this entry of the trust list.
    EntrySkipped(SkippedKey),
}

impl fmt::Display for PrepareError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong { found, limit } => {
                write!(f, "the token would have {found} bytes, at most {limit} fit")
            }
            Self::ListTooLong { found, limit } => {
                write!(f, "the list would have {found} bytes, at most {limit} are accepted")
            }
            Self::Refused(rejection) => write!(f, "the token would be refused: {rejection}"),
            Self::TimeOutOfRange => f.write_str("the validity would end beyond 2^40 seconds"),
            Self::PinnedToEdDsa => {
                f.write_str("a key pinned to EdDSA (-8) signs passes and slips only")
            }
            Self::EmptyValidity => f.write_str("the validity has no seconds"),
            Self::NotYetValid { now, not_before } => {
                write!(f, "the credential is valid from {not_before}, and it is {now}")
            }
            Self::Expired { now, expires } => {
                write!(f, "the credential ended at {expires}, and it is {now}")
            }
            Self::ActingNeedsCredential => {
                f.write_str("a permit that names a representative can only be a credential")
            }
            Self::NoCredential => f.write_str("the holder has no credential"),
            Self::Claim(error) => error.fmt(f),
            Self::RootNotEd25519 => f.write_str("root keys are Ed25519 keys"),
            Self::ListRefused(rejection) => write!(f, "a gate would refuse the list: {rejection}"),
            Self::EntrySkipped(skipped) => {
                write!(f, "a gate would skip key {}: {}", skipped.index, skipped.reason)
            }
        }
    }
}

impl core::error::Error for PrepareError {}

impl From<ClaimError> for PrepareError {
    fn from(error: ClaimError) -> Self {
        Self::Claim(error)
    }
}

/// [`Prepared::attach`](super::Prepared::attach) refused the signature: it is not a signature of
/// the right key over the right message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum SignatureRefused {
    /// The signature is neither 64 raw bytes nor, for P-256, DER.
    Encoding {
        /// Bytes given.
        length: usize,
    },
    /// The signature does not verify under the public key that should sign.
    DoesNotVerify,
}

impl fmt::Display for SignatureRefused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Encoding { length } => {
                write!(
                    f,
                    "a signature of {length} bytes is neither 64 raw bytes nor DER of a P-256 signature"
                )
            }
            Self::DoesNotVerify => {
                f.write_str("the signature does not verify under the public key that should sign")
            }
        }
    }
}

impl core::error::Error for SignatureRefused {}
