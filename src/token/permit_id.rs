use core::fmt;

use sha2::{Digest as _, Sha256};

use super::claims::Claims;
use crate::bytes::cbor::{ItemHead, major};

/// The identity of a permit: SHA-256 of the deterministic CBOR array `[issuer, subject, class]`.
/// The identity stays the same when the permit is re-issued, moves to another phone or is shown in
/// another form.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PermitId([u8; 32]);

impl PermitId {
    /// Makes an identity from stored bytes.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    pub(crate) fn of(claims: &Claims<'_>) -> Self {
        let mut hash = Sha256::new();
        hash.update(ItemHead::of_length(major::ARRAY, 3).as_bytes());
        for text in [claims.issuer, claims.subject, claims.class] {
            hash.update(ItemHead::of_length(major::TEXT, text.len()).as_bytes());
            hash.update(text.as_bytes());
        }
        Self(hash.finalize().into())
    }

    /// The 32 bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

/// All 64 hexadecimal digits.
impl fmt::Display for PermitId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for PermitId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
