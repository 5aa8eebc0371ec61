//! Times as people write and read them.

use std::time::SystemTime;

use clap::Args;
use jiff::SignedDuration;
use jiff::tz::TimeZone;
use livepermit::Timestamp;

use super::failure::Failure;
use super::texts;

#[derive(Debug, Args)]
pub(crate) struct TimeArg {
    /// The time that counts as now: 2026-09-21T14:13:20Z, or seconds since 1970 [default: the
    /// clock]
    #[arg(long, value_name = "TIME", value_parser = parse)]
    pub(crate) at: Option<Timestamp>,
}

/// Reads RFC 3339 (`2026-09-21T14:13:20Z`) or seconds since 1970.
pub(crate) fn parse(text: &str) -> Result<Timestamp, String> {
    let wrong =
        "a time is expected as in 2026-09-21T14:13:20Z, or in seconds since 1970, not before 1970";
    let seconds = if text.bytes().all(|byte| byte.is_ascii_digit()) {
        text.parse().map_err(|_| wrong)?
    } else {
        // The usual "never" is later than the last moment that exists in every time zone.
        let time = match text.parse::<jiff::Timestamp>() {
            Err(_) if text == "9999-12-31T23:59:59Z" => jiff::Timestamp::MAX,
            time => time.map_err(|_| wrong)?,
        };
        u64::try_from(time.as_second()).map_err(|_| wrong)?
    };
    Timestamp::from_unix(seconds).ok_or_else(|| wrong.to_owned())
}

/// Reads a length of time: seconds (`30`) or with units (`30s`, `5m`, `24h`).
pub(crate) fn parse_span(text: &str) -> Result<u64, String> {
    if let Ok(seconds) = text.parse() {
        return Ok(seconds);
    }
    let span: Option<SignedDuration> = text.parse().ok();
    span.and_then(|span| u64::try_from(span.as_secs()).ok())
        .ok_or_else(|| "a number of seconds is expected, or as in 30s, 5m or 24h".to_owned())
}

/// The time given with `--at`, or the current time.
pub(crate) fn at_or_now(at: Option<Timestamp>) -> Result<Timestamp, Failure> {
    match at {
        Some(time) => Ok(time),
        None => Timestamp::try_from(SystemTime::now()).map_err(texts::clock_unusable),
    }
}

/// `2026-09-21T14:13:20Z`, or the seconds since 1970 after the year 9999.
pub(crate) fn text(time: Timestamp) -> String {
    let seconds = i64::try_from(time.as_unix()).ok();
    match seconds.and_then(|seconds| jiff::Timestamp::from_second(seconds).ok()) {
        Some(time) => time.to_string(),
        None => format!("{} s after 1970", time.as_unix()),
    }
}

/// `2026-09-21 22:13:20` by the clock on the wall, for a person who waits at the gate.
pub(crate) fn local(time: Timestamp) -> String {
    let seconds = i64::try_from(time.as_unix()).ok();
    match seconds.and_then(|seconds| jiff::Timestamp::from_second(seconds).ok()) {
        Some(time) => TimeZone::system().to_datetime(time).to_string().replace('T', " "),
        None => text(time),
    }
}

/// Like [`text`], in a form that [`parse`] can read.
pub(crate) fn exact(time: Timestamp) -> String {
    let text = text(time);
    if parse(&text) == Ok(time) { text } else { time.as_unix().to_string() }
}

/// `40 s`, `2 min 5 s`, `3 h 20 min`, `2 days 4 h`.
pub(crate) fn span(seconds: u64) -> String {
    let (minutes, hours, days) = (seconds / 60, seconds / 3600, seconds / 86_400);
    let two = |large: String, small: u64, unit: &str| {
        if small == 0 { large } else { format!("{large} {small} {unit}") }
    };
    match seconds {
        0..120 => format!("{seconds} s"),
        120..7200 => two(format!("{minutes} min"), seconds % 60, "s"),
        7200..172_800 => two(format!("{hours} h"), minutes % 60, "min"),
        _ => two(format!("{days} days"), hours % 24, "h"),
    }
}

/// `1949-07-31`, `1949-07` or `1949`, of the digits in a permit.
pub(crate) fn birth_date(digits: &str) -> String {
    let (year, rest) = digits.split_at_checked(4).unwrap_or((digits, ""));
    let (month, day) = rest.split_at_checked(2).unwrap_or((rest, ""));
    [year, month, day].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("-")
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
    fn both_ways_to_write_a_time() {
        for text in [
            "1790000000",
            "2026-09-21T14:13:20Z",
            "2026-09-21T22:13:20+08:00",
            "2026-09-21T14:13:20.9Z",
        ] {
            assert_eq!(parse(text).map(Timestamp::as_unix), Ok(1_790_000_000), "{text}");
        }
        assert!(parse("9999-12-31T23:59:59Z").is_ok_and(|time| time.as_unix() > 253_000_000_000));
        for text in
            ["", "noon", "-1", "1969-12-31T23:59:59Z", "1099511627776", "99999999999999999999999"]
        {
            assert!(parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn lengths() {
        assert_eq!(
            [parse_span("30"), parse_span("5m"), parse_span("24h")],
            [Ok(30), Ok(300), Ok(86_400)]
        );
        assert!(parse_span("-5s").is_err() && parse_span("soon").is_err());
        assert_eq!(
            [0, 119, 120, 7199, 7200, 172_800].map(span),
            ["0 s", "119 s", "2 min", "119 min 59 s", "2 h", "2 days"]
        );
        assert_eq!(text(Timestamp::MAX), "1099511627775 s after 1970");
    }

    #[test]
    fn what_is_written_into_a_file_is_read_again() {
        let at = |seconds| Timestamp::from_unix(seconds).unwrap();
        assert_eq!(exact(at(1_790_000_000)), "2026-09-21T14:13:20Z");
        assert_eq!(exact(Timestamp::MAX), "1099511627775");
        for time in [at(0), at(1_790_000_000), Timestamp::MAX] {
            assert_eq!(parse(&exact(time)), Ok(time));
        }
        let wall = local(at(1_790_000_000));
        assert_eq!((wall.len(), wall.as_bytes().get(10)), (19, Some(&b' ')), "{wall}");
        assert_eq!(local(Timestamp::MAX), text(Timestamp::MAX));
        assert_eq!(apart(at(5), at(5)), "in that very second");
        assert_eq!(apart(at(5), at(65)), "60 s before");
        assert_eq!(apart(at(65), at(5)), "60 s after");
    }
}
