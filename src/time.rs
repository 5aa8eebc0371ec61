//! Points in time, as whole seconds.

use core::fmt;

#[cfg(feature = "std")]
use crate::bytes::malformed::Flaw;
#[cfg(feature = "std")]
use crate::field::ClaimError;

/// A point in time: whole seconds since 1970-01-01T00:00:00Z, without leap seconds (RFC 8392
/// `NumericDate` restricted to unsigned integers), below 2^40 (about the year 36,800).
///
/// The library never reads a clock: every call that depends on time has a `Timestamp` argument.
///
/// ```
/// use livepermit::Timestamp;
/// let noon = Timestamp::from_unix(1_790_000_000).expect("below 2^40");
/// assert_eq!(noon.as_unix(), 1_790_000_000);
/// assert_eq!(noon.plus(30).as_unix(), 1_790_000_030);
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(u64);

impl Timestamp {
    /// The earliest time: 1970-01-01T00:00:00Z.
    pub const MIN: Self = Self(0);
    /// The latest time: 2^40 − 1 seconds. Larger sums become this time.
    pub const MAX: Self = Self((1 << 40) - 1);

    /// Makes a time from whole seconds since 1970; `None` for 2^40 or more.
    #[must_use]
    pub const fn from_unix(seconds: u64) -> Option<Self> {
        if seconds <= Self::MAX.0 { Some(Self(seconds)) } else { None }
    }

    /// Whole seconds since 1970.
    #[must_use]
    pub const fn as_unix(self) -> u64 {
        self.0
    }

    /// This time plus `seconds`, at most [`Timestamp::MAX`].
    #[must_use]
    pub const fn plus(self, seconds: u64) -> Self {
        let sum = self.0.saturating_add(seconds);
        if sum <= Self::MAX.0 { Self(sum) } else { Self::MAX }
    }

    /// This time minus `seconds`, at least [`Timestamp::MIN`].
    #[must_use]
    pub const fn minus(self, seconds: u64) -> Self {
        Self(self.0.saturating_sub(seconds))
    }

    /// Seconds from `earlier` to this time; 0 when `earlier` is later.
    #[must_use]
    pub const fn seconds_since(self, earlier: Self) -> u64 {
        self.0.saturating_sub(earlier.0)
    }
}

impl fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Timestamp({})", self.0)
    }
}

/// Writes the seconds since 1970.
impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Drops the fraction of a second.
#[cfg(feature = "std")]
impl TryFrom<std::time::SystemTime> for Timestamp {
    type Error = ClaimError;

    /// # Errors
    /// [`ClaimError`] for a time before 1970 or at 2^40 seconds or later.
    fn try_from(time: std::time::SystemTime) -> Result<Self, ClaimError> {
        let since = time.duration_since(std::time::UNIX_EPOCH).ok();
        since
            .and_then(|since| Self::from_unix(since.as_secs()))
            .ok_or(ClaimError { field: "time", flaw: Flaw::NumberOutOfRange })
    }
}
