use core::fmt;

/// A signature algorithm, with its COSE number.
///
/// Ed25519 and ESP256 are the fully-specified numbers of RFC 9864. [`Algorithm::EdDsa`] is the
/// older, polymorphic number of the same Ed25519 signature. An issuer key may be pinned to this
/// number if older verifiers must read its passes and slips.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Algorithm {
    /// Ed25519 (COSE −19, RFC 9864).
    Ed25519,
    /// `EdDSA` (COSE −8, RFC 9053 §2.2), here always with Ed25519 keys.
    EdDsa,
    /// ECDSA with P-256 and SHA-256 (COSE −9, RFC 9864), low-S only.
    Esp256,
}

impl Algorithm {
    /// The number in the header parameter `alg` (1).
    #[must_use]
    pub const fn cose_id(self) -> i64 {
        match self {
            Self::Ed25519 => -19,
            Self::EdDsa => -8,
            Self::Esp256 => -9,
        }
    }

    /// The algorithm with this COSE number; `None` for other algorithms.
    #[must_use]
    pub const fn from_cose_id(id: i64) -> Option<Self> {
        match id {
            -19 => Some(Self::Ed25519),
            -8 => Some(Self::EdDsa),
            -9 => Some(Self::Esp256),
            _ => None,
        }
    }
}

impl fmt::Display for Algorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Ed25519 => "Ed25519",
            Self::EdDsa => "EdDSA",
            Self::Esp256 => "ESP256",
        })
    }
}
