//! Working days: weekdays that are no holidays, and the weekends that are worked instead.

use std::collections::BTreeSet;

use jiff::{
    ToSpan,
    civil::{Date, Weekday},
};
use serde::{Deserialize, Serialize};

use super::DomainError;

/// The calendar of an office, from a file (TOML):
///
/// ```
/// use livepermit_issuer::domain::Calendar;
/// let calendar: Calendar = toml::from_str(r#"
///     known_until = "2026-12-31"
///     holidays = ["2026-10-01", "2026-10-02"]
///     working_weekends = ["2026-10-10"]
/// "#)?;
/// let monday = "2026-10-12".parse()?;
/// assert_eq!(calendar.add_working_days("2026-09-30".parse()?, 7)?, monday);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// A day behind `known_until` is an error: holidays are announced each year, and a guess would be a
/// promise to an applicant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Fields", into = "Fields")]
pub struct Calendar {
    holidays: BTreeSet<Date>,
    working_weekends: BTreeSet<Date>,
    known_until: Date,
}

impl Calendar {
    /// Makes a calendar. `known_until` is the last day of which the calendar speaks.
    ///
    /// # Errors
    ///
    /// [`DomainError::CalendarContradicts`] for a holiday that is a working weekend too, for a
    /// working weekend on a weekday, and for a date behind `known_until`.
    pub fn new(
        holidays: impl IntoIterator<Item = Date>,
        working_weekends: impl IntoIterator<Item = Date>,
        known_until: Date,
    ) -> Result<Self, DomainError> {
        let holidays: BTreeSet<_> = holidays.into_iter().collect();
        let working_weekends: BTreeSet<_> = working_weekends.into_iter().collect();
        let wrong = |date: &&Date| holidays.contains(*date) || !is_weekend(**date);
        let behind = |date: &&Date| **date > known_until;
        let contradiction = working_weekends
            .iter()
            .find(wrong)
            .or_else(|| holidays.iter().chain(&working_weekends).find(behind));
        match contradiction {
            Some(date) => Err(DomainError::CalendarContradicts { date: *date, known_until }),
            None => Ok(Self { holidays, working_weekends, known_until }),
        }
    }

    /// The last day of which the calendar speaks.
    #[must_use]
    pub const fn known_until(&self) -> Date {
        self.known_until
    }

    /// Whether people work on `date`.
    ///
    /// # Errors
    ///
    /// [`DomainError::CalendarEnds`] for a date behind [`Calendar::known_until`].
    pub fn is_working_day(&self, date: Date) -> Result<bool, DomainError> {
        if date > self.known_until {
            return Err(DomainError::CalendarEnds { date, known_until: self.known_until });
        }
        let works = if is_weekend(date) {
            self.working_weekends.contains(&date)
        } else {
            !self.holidays.contains(&date)
        };
        Ok(works)
    }

    /// The working day that is `days` working days after `date`. The day `date` itself does not
    /// count. With 0 it is `date` itself, a working day or not.
    ///
    /// # Errors
    ///
    /// [`DomainError::CalendarEnds`] if the count goes behind [`Calendar::known_until`].
    pub fn add_working_days(&self, date: Date, days: u32) -> Result<Date, DomainError> {
        let (mut day, mut left) = (date, days);
        while left > 0 {
            day = next(day, self.known_until)?;
            left -= u32::from(self.is_working_day(day)?);
        }
        Ok(day)
    }

    /// The number of working days after `from`, up to and with `to`. 0 if `to` is not later.
    ///
    /// # Errors
    ///
    /// [`DomainError::CalendarEnds`] if `to` is behind [`Calendar::known_until`].
    pub fn working_days_between(&self, from: Date, to: Date) -> Result<u32, DomainError> {
        let (mut day, mut days) = (from, 0);
        while day < to {
            day = next(day, self.known_until)?;
            days += u32::from(self.is_working_day(day)?);
        }
        Ok(days)
    }
}

/// The fields of [`Calendar`] in a file, before the rules have seen them.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Fields {
    #[serde(default)]
    holidays: Vec<Date>,
    #[serde(default)]
    working_weekends: Vec<Date>,
    known_until: Date,
}

impl TryFrom<Fields> for Calendar {
    type Error = DomainError;

    fn try_from(fields: Fields) -> Result<Self, DomainError> {
        Self::new(fields.holidays, fields.working_weekends, fields.known_until)
    }
}

impl From<Calendar> for Fields {
    fn from(calendar: Calendar) -> Self {
        Self {
            holidays: calendar.holidays.into_iter().collect(),
            working_weekends: calendar.working_weekends.into_iter().collect(),
            known_until: calendar.known_until,
        }
    }
}

/// Whether `date` is a Saturday or a Sunday.
fn is_weekend(date: Date) -> bool {
    matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday)
}

/// The day after `date`.
fn next(date: Date, known_until: Date) -> Result<Date, DomainError> {
    date.checked_add(1.day()).map_err(|_| DomainError::CalendarEnds { date, known_until })
}
