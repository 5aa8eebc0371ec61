use core::fmt;

use crate::field::ClaimError;

/// Why keys cannot be trusted.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum TrustError {
    /// A name breaks the rules of its field.
    Claim(ClaimError),
    /// Issuers sign with Ed25519 only.
    NotEd25519,
    /// The key id has no bytes or more than 32.
    KeyIdLength {
        /// Bytes given.
        found: usize,
    },
    /// No root key is an Ed25519 key, so no root could sign a list.
    NoRoot,
    /// The key has no use or no class, so it could sign nothing.
    NoUse,
    /// A key pinned to the older `EdDSA` number may not sign credentials.
    PinnedToEdDsa,
    /// The times are not in the order `not_before` < `sign_until` <= `expires`.
    TimesOutOfOrder,
    /// The same key is listed twice under the same key id.
    Duplicate,
    /// More keys share a key id than a verifier is willing to try.
    TooManyPerId {
        /// Keys with that id.
        found: usize,
        /// [`MAX_KEYS_PER_ID`](super::MAX_KEYS_PER_ID).
        limit: usize,
    },
}

impl TrustError {
    /// The stable code of the error, such as `no-root`. A wrapped error gives its own code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Claim(error) => error.code(),
            Self::NotEd25519 => "key-not-ed25519",
            Self::KeyIdLength { .. } => "key-id-length",
            Self::NoRoot => "no-root",
            Self::NoUse => "key-without-use",
            Self::PinnedToEdDsa => "pinned-to-eddsa",
            Self::TimesOutOfOrder => "key-times-out-of-order",
            Self::Duplicate => "key-twice",
            Self::TooManyPerId { .. } => "too-many-keys-per-id",
        }
    }
}

impl fmt::Display for TrustError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Claim(error) => error.fmt(f),
            Self::NotEd25519 => f.write_str("issuer keys are Ed25519 keys"),
            Self::KeyIdLength { found } => write!(f, "a key id has 1 to 32 bytes, not {found}"),
            Self::NoRoot => f.write_str("at least one root key must be an Ed25519 key"),
            Self::NoUse => f.write_str("the key has no use or no class"),
            Self::PinnedToEdDsa => {
                f.write_str("a key pinned to EdDSA (-8) may sign no credentials")
            }
            Self::TimesOutOfOrder => {
                f.write_str("a key's times must be: not before < sign until <= expires")
            }
            Self::Duplicate => f.write_str("the same key stands in the list twice"),
            Self::TooManyPerId { found, limit } => {
                write!(f, "{found} keys share a key id, at most {limit} may")
            }
        }
    }
}

impl core::error::Error for TrustError {}

impl From<ClaimError> for TrustError {
    fn from(error: ClaimError) -> Self {
        Self::Claim(error)
    }
}
