//! The documents of the domain, as the register keeps them.

use jiff::civil::Date;

use super::document::{CASES, Column, Document, FOLLOW_UPS, PERMITS, Statements};
use super::words::Word;
use crate::domain::{Case, FollowUps, Permit};

/// A date as a number that sorts as dates do: 20261130.
#[must_use]
pub fn date_number(date: Date) -> i64 {
    i64::from(date.year()) * 10_000 + i64::from(date.month()) * 100 + i64::from(date.day())
}

/// Columns: the office that has the case (empty before somebody has it), the name of its state, and
/// the last day for the decision as a number. Without a last day the number is 0: the case comes
/// before all others, because somebody has to load the calendar of the next year.
impl Document for Case {
    const KIND: &'static str = "case";
    const STATEMENTS: Statements = CASES;

    fn id(&self) -> String {
        Self::id(self).to_string()
    }

    fn columns(&self) -> [Column; 3] {
        let office = self.assignment().map(|assignment| assignment.office.to_string());
        [
            Column::Text(office.unwrap_or_default()),
            Column::Text(self.state().name().to_owned()),
            Column::Number(self.due().map_or(0, date_number)),
        ]
    }
}

/// Columns: the number, the name of the state that was recorded last, and the first day on which
/// the permit is valid no longer as a number.
impl Document for Permit {
    const KIND: &'static str = "permit";
    const STATEMENTS: Statements = PERMITS;

    fn id(&self) -> String {
        Self::id(self).to_string()
    }

    fn columns(&self) -> [Column; 3] {
        [
            Column::Text(self.number().to_string()),
            Column::Text(self.recorded_state().name().to_owned()),
            Column::Number(date_number(self.ends())),
        ]
    }

    /// The holder's name and document number; nothing after the erasure.
    fn words(&self) -> Option<Vec<Word>> {
        let words = self.holder().person().map(|holder| {
            vec![Word::name(holder.name()), Word::document(&holder.document().number)]
        });
        Some(words.unwrap_or_default())
    }
}

/// Columns: how many permits wait, how many of them nobody has taken, and since when the first one
/// waits, in seconds since 1970; 0 if none waits.
impl Document for FollowUps {
    const KIND: &'static str = "queue";
    const STATEMENTS: Statements = FOLLOW_UPS;

    fn id(&self) -> String {
        self.office().to_string()
    }

    fn columns(&self) -> [Column; 3] {
        let waiting = self.waiting();
        let untaken = waiting.iter().filter(|waits| waits.officer.is_none()).count();
        let count = |count| Column::Number(i64::try_from(count).unwrap_or(i64::MAX));
        let oldest = waiting.iter().map(|waits| waits.since.as_second()).min();
        [count(waiting.len()), count(untaken), Column::Number(oldest.unwrap_or_default())]
    }
}
