//! Status lists (draft-ietf-oauth-status-list, CWT form): they tell which permits were withdrawn.

mod inflate;
mod list;
mod packed;
mod read;

pub use list::{StatusLimits, StatusList, StatusState};
pub(crate) use packed::{Packed, Width};

/// Seconds after which a status list wants to be fetched again (its claim `ttl`). Nothing is
/// verified, so this only helps to choose the time of the next question to a server. `None` if
/// these bytes are no status list, or the list does not say.
#[must_use]
pub fn unverified_ttl(bytes: &[u8]) -> Option<u64> {
    read::StatusToken::read(bytes).ok()?.claims.ttl
}

/// The status of a permit (draft-ietf-oauth-status-list §7.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum StatusValue {
    /// 0: valid.
    Valid,
    /// 1: withdrawn for good.
    Revoked,
    /// 2: withdrawn for now.
    Suspended,
    /// Any other value: not valid. The application defines the meaning.
    Other(u8),
}

impl StatusValue {
    /// The number in the list.
    #[must_use]
    pub const fn as_u8(self) -> u8 {
        match self {
            Self::Valid => 0,
            Self::Revoked => 1,
            Self::Suspended => 2,
            Self::Other(value) => value,
        }
    }
}

impl From<u8> for StatusValue {
    fn from(value: u8) -> Self {
        match value {
            0 => Self::Valid,
            1 => Self::Revoked,
            2 => Self::Suspended,
            other => Self::Other(other),
        }
    }
}

/// Claim and map labels of a status list token (draft-ietf-oauth-status-list §5.2).
pub(crate) mod label {
    pub(crate) const SUB: i64 = 2;
    pub(crate) const EXP: i64 = 4;
    pub(crate) const IAT: i64 = 6;
    pub(crate) const STATUS_LIST: i64 = 65533;
    pub(crate) const TTL: i64 = 65534;
    pub(crate) const BITS: &str = "bits";
    pub(crate) const LST: &str = "lst";
}

/// The registered CoAP content format and the media type of a status list token.
pub(crate) const TYP_NUMBER: u64 = 279;
pub(crate) const TYP_NAME: &str = "application/statuslist+cwt";
