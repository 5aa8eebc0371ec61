//! How a case stands to its deadline.

use serde::{Deserialize, Serialize};

use super::super::{Calendar, DomainError, Moment};
use super::Case;

/// The working days that an office has for a decision. The day of the submission does not count.
pub const WORKING_DAYS: u32 = 8;
/// At how many working days left a case is shown as urgent.
pub const SOON_DAYS: u32 = 2;

/// How a case stands to its deadline.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Standing {
    /// The case was decided or withdrawn: the deadline stands still.
    Settled,
    /// There is time.
    Calm {
        /// The working days left, the last day among them.
        left: u32,
    },
    /// [`SOON_DAYS`] working days are left, or fewer.
    Soon {
        /// The working days left, the last day among them.
        left: u32,
    },
    /// Today is the last day.
    Today,
    /// The last day has passed.
    Over {
        /// The days since then, weekends and holidays among them.
        days: u32,
    },
}

impl Case {
    /// How the case stands to its deadline.
    ///
    /// # Errors
    ///
    /// [`DomainError::CalendarEnds`] if the calendar did not reach the deadline when the case was
    /// submitted, and does not now.
    pub fn standing(&self, calendar: &Calendar, moment: &Moment) -> Result<Standing, DomainError> {
        if self.settled().is_some() {
            return Ok(Standing::Settled);
        }
        let today = moment.today();
        let due = match self.due {
            Some(due) => due,
            None => calendar.add_working_days(moment.day_of(self.submitted), WORKING_DAYS)?,
        };
        if due == today {
            return Ok(Standing::Today);
        }
        if due < today {
            let days = u32::try_from((today - due).get_days()).unwrap_or(u32::MAX);
            return Ok(Standing::Over { days });
        }
        let left = calendar.working_days_between(today, due)?;
        Ok(if left > SOON_DAYS { Standing::Calm { left } } else { Standing::Soon { left } })
    }
}
