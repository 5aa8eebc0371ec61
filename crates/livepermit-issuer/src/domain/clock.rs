//! The time of a command: a point in time, and the office's day that contains it.

use jiff::{SignedDuration, Timestamp, civil::Date, tz::TimeZone};

use super::DomainError;

/// How far a clock may be behind the last change of a document. Two servers with one database
/// differ by less. Behind this the clock was set back, and dates would be wrong.
pub const CLOCK_TOLERANCE: SignedDuration = SignedDuration::from_secs(300);

/// When a command is given, and where: the clock's time and the office's time zone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moment {
    now: Timestamp,
    zone: TimeZone,
}

impl Moment {
    /// Makes a moment from the clock's time and the office's time zone.
    #[must_use]
    pub const fn new(now: Timestamp, zone: TimeZone) -> Self {
        Self { now, zone }
    }

    /// The clock's time.
    #[must_use]
    pub const fn now(&self) -> Timestamp {
        self.now
    }

    /// The day in the office's time zone.
    #[must_use]
    pub fn today(&self) -> Date {
        self.day_of(self.now)
    }

    /// The day in the office's time zone at `time`.
    #[must_use]
    pub fn day_of(&self, time: Timestamp) -> Date {
        self.zone.to_datetime(time).date()
    }

    /// The first point in time of `date` in the office's time zone. The latest time there is for a
    /// date behind that.
    #[must_use]
    pub fn start_of(&self, date: Date) -> Timestamp {
        self.zone.to_timestamp(date.at(0, 0, 0, 0)).unwrap_or(Timestamp::MAX)
    }

    /// The time to write into a document that was changed at `recorded`: the later of the two.
    ///
    /// # Errors
    ///
    /// [`DomainError::ClockBack`] if the clock is behind by more than [`CLOCK_TOLERANCE`].
    pub(super) fn after(&self, recorded: Timestamp) -> Result<Timestamp, DomainError> {
        if recorded.duration_since(self.now) > CLOCK_TOLERANCE {
            return Err(DomainError::ClockBack { now: self.now, recorded });
        }
        Ok(recorded.max(self.now))
    }
}
