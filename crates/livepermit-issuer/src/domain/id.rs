//! Identifiers and digests: fixed numbers of bytes, written in hex.

use core::fmt;
use core::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::DomainError;
use crate::hex::unhex_array;

/// Makes types of fixed bytes that are written as lower-case hex, in documents, addresses and logs.
macro_rules! bytes {
    ($($(#[$doc:meta])* $name:ident, $length:literal;)+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name([u8; $length]);

        impl $name {
            /// The number of bytes.
            pub const LENGTH: usize = $length;

            /// Makes the value from its bytes.
            #[must_use]
            pub const fn from_bytes(bytes: [u8; $length]) -> Self {
                Self(bytes)
            }

            /// The bytes.
            #[must_use]
            pub const fn as_bytes(&self) -> &[u8; $length] {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self)
            }
        }

        /// Reads lower-case hex of exactly [`Self::LENGTH`] bytes: one value has one writing.
        impl FromStr for $name {
            type Err = DomainError;

            fn from_str(text: &str) -> Result<Self, DomainError> {
                let malformed =
                    DomainError::IdMalformed { kind: stringify!($name), bytes: $length };
                unhex_array(text).map(Self).ok_or(malformed)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    )+};
}

bytes! {
    /// Names a case. Its 16 bytes are drawn at random, so that nobody guesses the next one.
    CaseId, 16;
    /// Names a permit. Its 16 bytes are drawn at random. [`PermitNumber`](super::PermitNumber) is
    /// what people read.
    PermitId, 16;
    /// Names a document that is attached to a case. Its 16 bytes are drawn at random.
    DocumentId, 16;
    /// Names the binding of a permit to a device. Its 16 bytes are drawn at random.
    BindingId, 16;
    /// Names a printed slip. Its 16 bytes are drawn at random.
    SlipId, 16;
    /// Names somebody who acts for a holder. Its 16 bytes are drawn at random.
    RepresentativeId, 16;
    /// Names a session of a wallet. Its 16 bytes are drawn at random.
    SessionId, 16;
    /// SHA-256 over a document's bytes, or over a secret that the register does not keep.
    Digest, 32;
    /// SHA-256 over a device's public key. The caller says over which encoding, and keeps to it.
    KeyThumbprint, 32;
}
