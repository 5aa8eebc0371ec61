//! Spans and dates as people of a language read them.

use jiff::tz::TimeZone;
use livepermit::Timestamp;

use super::Language;
use crate::shared::time::{Spoken, birth_parts, of_jiff, spoken, text};

/// The messages of spans and dates, and of the forms of tokens, with their values.
pub(crate) const TIME: &[(&str, &[&str])] = &[
    ("form-pass", &[]),
    ("form-presentation", &[]),
    ("form-slip", &[]),
    ("span-seconds", &["n"]),
    ("span-minutes", &["n"]),
    ("span-hours", &["n"]),
    ("span-day", &["n"]),
    ("span-days", &["n"]),
    ("span-years", &["n"]),
    ("span-two", &["large", "small"]),
    ("date", &["year", "month", "day"]),
    ("date-month", &["year", "month"]),
    ("date-time", &["date", "time"]),
];

impl Language {
    /// `40 s`, `2 min 5 s`, `3 h 20 min`, `2 days 4 h`.
    pub(crate) fn span(&self, seconds: u64) -> String {
        let say = |name: &str, count: u64| self.say(name, &[("n", count.to_string())]);
        let parts = match spoken(seconds) {
            Spoken::Years(years) => return say("span-years", years),
            Spoken::Units(parts) => parts,
        };
        let mut parts = parts.into_iter().map(|(count, unit)| {
            let name = match unit {
                86_400 if count == 1 => "span-day",
                86_400 => "span-days",
                3600 => "span-hours",
                60 => "span-minutes",
                _ => "span-seconds",
            };
            say(name, count)
        });
        let large = parts.next().unwrap_or_default();
        match parts.next() {
            None => large,
            Some(small) => self.say("span-two", &[("large", large), ("small", small)]),
        }
    }

    /// A date and a time by the clock on the wall.
    pub(crate) fn local(&self, time: Timestamp) -> String {
        let Some(moment) = of_jiff(time) else { return text(time) };
        let local = TimeZone::system().to_datetime(moment);
        let date = self.date(
            &format!("{:04}", local.year()),
            &format!("{:02}", local.month()),
            &format!("{:02}", local.day()),
        );
        let clock = format!("{:02}:{:02}:{:02}", local.hour(), local.minute(), local.second());
        self.say("date-time", &[("date", date), ("time", clock)])
    }

    fn date(&self, year: &str, month: &str, day: &str) -> String {
        let values = [("year", year), ("month", month), ("day", day)];
        self.say("date", &values.map(|(name, value)| (name, value.to_owned())))
    }

    /// A date of birth as a document has it: `YYYY`, `YYYYMM` or `YYYYMMDD`.
    pub(crate) fn birth_date(&self, digits: &str) -> String {
        match birth_parts(digits) {
            [year, "", _] => year.to_owned(),
            [year, month, ""] => {
                self.say("date-month", &[("year", year.to_owned()), ("month", month.to_owned())])
            }
            [year, month, day] => self.date(year, month, day),
        }
    }
}
