use core::fmt;

use livepermit_curves::InvalidKey;

use crate::bytes::malformed::Malformed;

/// Why a key cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeyError {
    /// The PEM or DER structure is broken or holds another kind of key.
    Encoding,
    /// The key is of a type other than Ed25519 and P-256.
    UnsupportedAlgorithm,
    /// The bytes are not the canonical encoding of a point on the curve.
    NotOnCurve,
    /// The key is a point of small order: signatures under it prove nothing (RFC 8032 §8.4).
    SmallOrder,
    /// The private key is outside the range of its curve.
    SecretOutOfRange,
    /// The bytes have the wrong length for a key of this type.
    Length {
        /// Bytes given.
        found: usize,
        /// Bytes that such a key has.
        expected: usize,
    },
    /// The `COSE_Key` breaks the profile.
    Malformed(Malformed),
}

impl KeyError {
    /// The stable code of the error, such as `key-not-on-curve`.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Encoding => "key-encoding",
            Self::UnsupportedAlgorithm => "key-unsupported-algorithm",
            Self::NotOnCurve => "key-not-on-curve",
            Self::SmallOrder => "key-small-order",
            Self::SecretOutOfRange => "key-out-of-range",
            Self::Length { .. } => "key-length",
            Self::Malformed(_) => "key-malformed",
        }
    }
}

impl fmt::Display for KeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Encoding => f.write_str("not a PEM or DER key of the expected kind"),
            Self::UnsupportedAlgorithm => f.write_str("neither an Ed25519 nor a P-256 key"),
            Self::NotOnCurve => f.write_str("not the canonical encoding of a point on the curve"),
            Self::SmallOrder => f.write_str("a point of small order"),
            Self::SecretOutOfRange => f.write_str("a private key outside the range of its curve"),
            Self::Length { found, expected } => {
                write!(f, "{found} bytes where the key has {expected}")
            }
            Self::Malformed(malformed) => write!(f, "malformed COSE_Key: {malformed}"),
        }
    }
}

impl core::error::Error for KeyError {}

impl From<Malformed> for KeyError {
    fn from(malformed: Malformed) -> Self {
        Self::Malformed(malformed)
    }
}

impl From<InvalidKey> for KeyError {
    fn from(invalid: InvalidKey) -> Self {
        match invalid {
            InvalidKey::NotOnCurve => Self::NotOnCurve,
            InvalidKey::SmallOrder => Self::SmallOrder,
        }
    }
}
