//! Times and spans as people write and read them.

use std::time::SystemTime;

use clap::Args;
use jiff::civil;
use jiff::tz::TimeZone;
use jiff::{SpanRelativeTo, ToSpan as _};
use livepermit::Timestamp;

use super::failure::Failure;
use super::texts;

#[derive(Debug, Args)]
pub(crate) struct TimeArg {
    /// The time that counts as now: 2026-11-29T18:00 by the clock on the wall,
    /// 2026-11-29T18:00:00Z, or seconds since 1970 [default: the clock]
    #[arg(long, value_name = "TIME", value_parser = parse)]
    pub(crate) at: Option<Timestamp>,
}

/// Reads a time. A date alone is the first second of that day.
///
/// A time is written as `2026-09-21T14:13:20Z` or with another offset (RFC 3339), by the clock on
/// the wall (`2026-09-21 22:13`), as a date (`2026-09-21`), or as seconds since 1970.
pub(crate) fn parse(text: &str) -> Result<Timestamp, String> {
    read(text, false)
}

/// Reads a time at which something ends, like [`parse`]. What ends on a date is good on that day:
/// a date alone is the first second of the day after.
pub(crate) fn parse_end(text: &str) -> Result<Timestamp, String> {
    read(text, true)
}

fn read(text: &str, end: bool) -> Result<Timestamp, String> {
    let text = text.trim();
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        let seconds = text.parse().ok().and_then(Timestamp::from_unix);
        return seconds.ok_or_else(|| texts::time_too_late(text));
    }
    // `text` writes a space before the offset too.
    let joined = text.replace(" +", "+").replace(" -", "-");
    let time = if let Ok(time) = joined.parse::<jiff::Timestamp>() {
        time
    } else if joined.ends_with(['Z', 'z']) || has_offset(&joined) {
        match joined.get(..4) {
            // The usual "never" is later than the last moment that exists in every time zone.
            Some("9999") if joined.parse::<civil::DateTime>().is_ok() || joined.ends_with('Z') => {
                jiff::Timestamp::MAX
            }
            _ => return Err(texts::not_a_time(text)),
        }
    } else if !joined.contains(':')
        && let Ok(date) = joined.parse::<civil::Date>()
    {
        let day = if end { date.checked_add(1.day()).unwrap_or(civil::Date::MAX) } else { date };
        on_the_wall(day.to_datetime(civil::Time::midnight()))
    } else if let Ok(time) = joined.parse::<civil::DateTime>() {
        on_the_wall(time)
    } else {
        return Err(texts::not_a_time(text));
    };
    let seconds = u64::try_from(time.as_second()).map_err(|_| texts::time_before_1970(text))?;
    Timestamp::from_unix(seconds).ok_or_else(|| texts::time_too_late(text))
}

/// Whether the text ends with an offset such as `+08:00`.
fn has_offset(text: &str) -> bool {
    let time = text.split_once(['T', 't', ' ']).map_or("", |(_, time)| time);
    time.contains(['+', '-'])
}

/// When the clock on the wall shows this. Where it does so twice, the earlier time.
fn on_the_wall(time: civil::DateTime) -> jiff::Timestamp {
    TimeZone::system().to_timestamp(time).unwrap_or(jiff::Timestamp::MAX)
}

/// Reads a span of time: seconds (`30`), with units (`30s`, `5m`, `24h`, `30d`, `1w`, `1d12h`,
/// `1 day 12 hours`), or as in ISO 8601 (`P1D`, `PT36H`). A day has 24 hours.
pub(crate) fn parse_span(text: &str) -> Result<u64, String> {
    let trimmed = text.trim();
    if !trimmed.is_empty() && trimmed.bytes().all(|byte| byte.is_ascii_digit()) {
        return trimmed.parse().map_err(|_| texts::not_a_span(text));
    }
    // `M` may mean months or minutes, so that nobody guesses.
    let is_iso = trimmed.starts_with(['P', 'p']);
    let lower: String = trimmed
        .chars()
        .map(|c| if is_iso || c == 'M' { c } else { c.to_ascii_lowercase() })
        .collect();
    let span: jiff::Span = lower.parse().map_err(|_| texts::not_a_span(text))?;
    if span.get_years() != 0 || span.get_months() != 0 {
        return Err(texts::span_of_months(text));
    }
    let duration = span
        .to_duration(SpanRelativeTo::days_are_24_hours())
        .map_err(|_| texts::not_a_span(text))?;
    if duration.subsec_nanos() != 0 {
        return Err(texts::span_not_whole(text));
    }
    u64::try_from(duration.as_secs()).map_err(|_| texts::not_a_span(text))
}

/// The time given with `--at`, or the current time.
pub(crate) fn at_or_now(at: Option<Timestamp>) -> Result<Timestamp, Failure> {
    match at {
        Some(time) => Ok(time),
        None => Timestamp::try_from(SystemTime::now()).map_err(texts::clock_unusable),
    }
}

/// `None` after the year 9999.
pub(crate) fn of_jiff(time: Timestamp) -> Option<jiff::Timestamp> {
    jiff::Timestamp::from_second(i64::try_from(time.as_unix()).ok()?).ok()
}

/// `2026-09-21 22:13:20 +08:00`: the clock on the wall, and how far it is from UTC.
pub(crate) fn text(time: Timestamp) -> String {
    let Some(moment) = of_jiff(time) else { return time.to_string() };
    let seconds = TimeZone::system().to_offset(moment).seconds();
    let sign = if seconds < 0 { '-' } else { '+' };
    let minutes = seconds.unsigned_abs() / 60;
    format!("{} {sign}{:02}:{:02}", local(time), minutes / 60, minutes % 60)
}

/// `2026-09-21 22:13:20` by the clock on the wall, for a person who waits at the gate.
pub(crate) fn local(time: Timestamp) -> String {
    of_jiff(time).map_or_else(
        || time.to_string(),
        |time| TimeZone::system().to_datetime(time).to_string().replace('T', " "),
    )
}

/// For programs: `2026-09-21T14:13:20Z`, in a form that [`parse`] can read.
pub(crate) fn exact(time: Timestamp) -> String {
    let text = time.to_string();
    if parse(&text) == Ok(time) { text } else { time.as_unix().to_string() }
}

/// The units of spans, in seconds, from the largest on.
const UNITS: [(u64, &str, &str); 4] =
    [(86_400, "day", "days"), (3600, "h", "h"), (60, "min", "min"), (1, "s", "s")];

/// A span in the units that people say: the two largest ones that count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Spoken {
    /// So many years, about.
    Years(u64),
    /// At most two counts, each with its unit in seconds.
    Units(Vec<(u64, u64)>),
}

/// Says a span of seconds in units.
pub(crate) fn spoken(seconds: u64) -> Spoken {
    const YEAR: u64 = 31_557_600;
    if seconds >= 2 * YEAR {
        return Spoken::Years(seconds / YEAR);
    }
    if seconds < 120 {
        return Spoken::Units(vec![(seconds, 1)]);
    }
    let mut left = seconds;
    let counted = UNITS.iter().filter_map(|(unit, ..)| {
        let count = left / unit;
        left %= unit;
        (count > 0).then_some((count, *unit))
    });
    Spoken::Units(counted.take(2).collect())
}

/// `40 s`, `2 min 5 s`, `3 h 20 min`, `1 day 6 h`: the two largest units that count.
pub(crate) fn span(seconds: u64) -> String {
    let parts = match spoken(seconds) {
        Spoken::Years(years) => return format!("about {years} years"),
        Spoken::Units(parts) => parts,
    };
    let name = |count, unit| {
        let names = UNITS.iter().find(|(known, ..)| *known == unit);
        names.map_or("s", |(_, one, many)| if count == 1 { one } else { many })
    };
    let parts: Vec<_> =
        parts.into_iter().map(|(count, unit)| format!("{count} {}", name(count, unit))).collect();
    parts.join(" ")
}

/// Year, month and day of the digits in a permit. What they do not tell is empty.
pub(crate) fn birth_parts(digits: &str) -> [&str; 3] {
    let (year, rest) = digits.split_at_checked(4).unwrap_or((digits, ""));
    let (month, day) = rest.split_at_checked(2).unwrap_or((rest, ""));
    [year, month, day]
}

/// `1949-07-31`, `1949-07` or `1949`, of the digits in a permit.
pub(crate) fn birth_date(digits: &str) -> String {
    let told = birth_parts(digits).into_iter().filter(|part| !part.is_empty());
    told.collect::<Vec<_>>().join("-")
}

/// How `found` compares with `limit`.
pub(crate) fn apart(found: Timestamp, limit: Timestamp) -> String {
    match (found.seconds_since(limit), limit.seconds_since(found)) {
        (0, 0) => "in that very second".to_owned(),
        (0, before) => format!("{} before", span(before)),
        (after, _) => format!("{} after", span(after)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_as_people_write_them() {
        for text in [
            "1790000000",
            "2026-09-21T14:13:20Z",
            "2026-09-21 14:13:20Z",
            "2026-09-21T22:13:20+08:00",
            "2026-09-21 22:13:20 +08:00",
            "2026-09-21 09:13:20-05:00",
            "2026-09-21T14:13:20.9Z",
            " 2026-09-21T14:13:20Z ",
        ] {
            assert_eq!(parse(text).map(Timestamp::as_unix), Ok(1_790_000_000), "{text}");
        }
        assert!(parse("9999-12-31T23:59:59Z").is_ok_and(|time| time.as_unix() > 253_000_000_000));
        assert!(parse("9999-12-31").is_ok_and(|time| time.as_unix() > 253_000_000_000));
        for text in [
            "",
            "noon",
            "-1",
            "1969-12-31T23:59:59Z",
            "1969-06-01",
            "2026-13-01",
            "2026-02-29",
            "2026-09-21T25:00:00Z",
            "1099511627776",
            "99999999999999999999999",
        ] {
            assert!(parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn times_by_the_clock_on_the_wall() {
        let at = |text: &str| parse(text).unwrap();
        let day = at("2026-11-29");
        assert_eq!(local(day), "2026-11-29 00:00:00");
        assert_eq!(at("2026-11-29T00:00"), day);
        assert_eq!(at("2026-11-29 18:30").seconds_since(day), 66_600);
        assert_eq!(at("2026-11-29T18:30:05").seconds_since(day), 66_605);
        assert_eq!(parse_end("2026-11-29").unwrap(), at("2026-11-30"));
        assert_eq!(parse_end("2026-11-29T18:30").unwrap(), at("2026-11-29T18:30"));
        assert_eq!(parse_end("1790000000").unwrap(), at("1790000000"));
    }

    #[test]
    fn spans_as_people_write_them() {
        for (text, seconds) in [
            ("30", 30),
            ("30s", 30),
            ("30 s", 30),
            ("90 seconds", 90),
            ("5m", 300),
            ("5min", 300),
            ("5 minutes", 300),
            ("24h", 86_400),
            ("24H", 86_400),
            ("36h", 129_600),
            ("1.5h", 5400),
            ("30d", 2_592_000),
            ("30D", 2_592_000),
            ("1 day", 86_400),
            ("1w", 604_800),
            ("2 weeks", 1_209_600),
            ("1d12h", 129_600),
            ("1d 12h", 129_600),
            ("1 day, 12 hours", 129_600),
            ("P1D", 86_400),
            ("p1d", 86_400),
            ("PT36H", 129_600),
            ("P1DT12H", 129_600),
            ("P2W", 1_209_600),
            ("PT30S", 30),
        ] {
            assert_eq!(parse_span(text), Ok(seconds), "{text}");
        }
        for (text, part) in [
            ("", "no span"),
            ("soon", "no span"),
            ("-5s", "no span"),
            ("s", "no span"),
            ("5x", "no span"),
            ("99999999999999999999", "no span"),
            ("5M", "no span"),
            ("1mo", "28 to 31 days"),
            ("1 month", "28 to 31 days"),
            ("1y", "28 to 31 days"),
            ("P1M", "28 to 31 days"),
            ("P1Y2D", "28 to 31 days"),
            ("1.5s", "whole seconds"),
            ("100ms", "whole seconds"),
        ] {
            let error = parse_span(text).unwrap_err();
            assert!(error.contains(part), "{text}: {error}");
        }
    }

    #[test]
    fn spans_as_people_read_them() {
        for (seconds, text) in [
            (0, "0 s"),
            (119, "119 s"),
            (120, "2 min"),
            (125, "2 min 5 s"),
            (3600, "1 h"),
            (7199, "1 h 59 min"),
            (86_399, "23 h 59 min"),
            (86_400, "1 day"),
            (86_700, "1 day 5 min"),
            (108_000, "1 day 6 h"),
            (172_800, "2 days"),
            (2_592_000, "30 days"),
            (1_790_000_000, "about 56 years"),
        ] {
            assert_eq!(span(seconds), text);
            assert!(seconds > 86_400_000 || parse_span(text).is_ok(), "{text}");
        }
    }

    #[test]
    fn what_is_written_is_read_again() {
        let at = |seconds| Timestamp::from_unix(seconds).unwrap();
        assert_eq!(exact(at(1_790_000_000)), "2026-09-21T14:13:20Z");
        assert_eq!(exact(Timestamp::MAX), "1099511627775");
        for time in [at(0), at(1_790_000_000), Timestamp::MAX] {
            assert_eq!(parse(&exact(time)), Ok(time));
        }
        for time in [at(0), at(1_790_000_000), at(4_000_000_000)] {
            assert_eq!(parse(&text(time)), Ok(time), "{}", text(time));
        }
        let wall = local(at(1_790_000_000));
        assert_eq!((wall.len(), wall.as_bytes().get(10)), (19, Some(&b' ')), "{wall}");
        assert_eq!(text(Timestamp::MAX), "+36812-02-20T00:36:15Z");
        assert_eq!(local(Timestamp::MAX), text(Timestamp::MAX));
        assert_eq!(apart(at(5), at(5)), "in that very second");
        assert_eq!(apart(at(5), at(65)), "60 s before");
        assert_eq!(apart(at(65), at(5)), "60 s after");
        assert_eq!(
            ["1949", "194907", "19490731"].map(birth_date),
            ["1949", "1949-07", "1949-07-31"]
        );
    }
}
