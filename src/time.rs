//! Points in time, as whole seconds.

use core::fmt;

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
/// assert_eq!(noon.to_string(), "2026-09-21T14:13:20Z");
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

/// Writes the time as people read it, in UTC (RFC 3339): `2026-09-21T14:13:20Z`. Programs exchange
/// [`Timestamp::as_unix`]. A year after 9999 has a plus before it, as ISO 8601 wants.
impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Date { year, month, day } = self.date();
        let (hour, minute, second) = (self.0 / 3600 % 24, self.0 / 60 % 60, self.0 % 60);
        let plus = if year > 9999 { "+" } else { "" };
        write!(f, "{plus}{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
    }
}

/// A day of the Gregorian calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Date {
    pub(crate) year: u64,
    pub(crate) month: u64,
    pub(crate) day: u64,
}

/// Days of each month, the year beginning with March: so a leap day is the last day of the year.
const DAYS_FROM_MARCH: [u64; 12] = [31, 30, 31, 30, 31, 31, 30, 31, 30, 31, 31, 29];

impl Timestamp {
    /// The day in UTC.
    pub(crate) fn date(self) -> Date {
        // From 1 March of the year 0 to 1 January 1970 are 719,468 days.
        let mut left = (self.0 / 86_400).saturating_add(719_468);
        let mut year = 0_u64;
        for (days, years, most) in
            [(146_097, 400, u64::MAX), (36_524, 100, 3), (1461, 4, u64::MAX), (365, 1, 3)]
        {
            // The last day of 400 or of 4 years belongs to the last century or year in them.
            let times = left.checked_div(days).unwrap_or(0).min(most);
            left = left.saturating_sub(times.saturating_mul(days));
            year = year.saturating_add(times.saturating_mul(years));
        }
        let mut month = 3_u64;
        for days in DAYS_FROM_MARCH {
            if left < days {
                break;
            }
            left = left.saturating_sub(days);
            month = month.saturating_add(1);
        }
        let day = left.saturating_add(1);
        if month > 12 {
            Date { year: year.saturating_add(1), month: month.saturating_sub(12), day }
        } else {
            Date { year, month, day }
        }
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
            .ok_or_else(|| ClaimError::rule("time", "before 1970, or after the year 36,000"))
    }
}
