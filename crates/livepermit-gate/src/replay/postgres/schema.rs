//! The tables and functions of a zone, as text for the server.

use super::super::{Retention, StoreError, StoreErrorKind};

/// Begins the name of each schema, with the number of the format.
const SCHEMA: &str = "livepermit2_";
/// The server cuts longer names.
const LONGEST_PREFIX: usize = 40;
/// Spans and times of the server are below this.
const LAST: u64 = (1 << 40) - 1;

/// The name of a zone's schema.
pub(super) fn schema_name(prefix: &str) -> Result<String, StoreError> {
    let fits = (1..=LONGEST_PREFIX).contains(&prefix.len());
    let plain =
        |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-_".contains(&byte);
    if !fits || !prefix.bytes().all(plain) {
        let reason = "the prefix must be 1 to 40 small letters, digits, '-' and '_'";
        return Err(StoreError::of(StoreErrorKind::Setup, reason));
    }
    Ok(format!("{SCHEMA}{prefix}"))
}

/// The name in quotes, for use in statements. No name contains a quote.
pub(super) fn quoted(name: &str) -> String {
    format!("\"{name}\"")
}

/// What makes the schema.
pub(super) fn text(name: &str) -> String {
    concat!(include_str!("schema.sql"), "\n", include_str!("ask.sql"))
        .replace("{schema}", &quoted(name))
}

/// The bodies of the functions, as the server keeps them, in order.
pub(super) fn bodies(text: &str) -> Vec<&str> {
    let mut bodies: Vec<_> = text.split("$body$").skip(1).step_by(2).collect();
    bodies.sort_unstable();
    bodies
}

/// A span of seconds as the server computes with it.
pub(super) fn seconds(span: u64) -> i64 {
    i64::try_from(span.min(LAST)).unwrap_or(i64::MAX)
}

/// The limits in a text that [`settings`] wrote; `None` for any other text.
pub(super) fn read_settings(text: &str) -> Option<Retention> {
    let mut parts = text.split(", ");
    let mut next = |name: &str| match parts.next()?.strip_prefix(name)?.trim_start() {
        "unbounded" => Some(Retention::UNBOUNDED),
        number => number.parse().ok(),
    };
    let retention = Retention {
        largest_window: next("largest window")?,
        largest_skew: next("largest skew")?,
        clock_difference: next("clock difference")?,
        longest_cool_down: next("longest cool-down")?,
        old_master: next("old master")?,
    };
    (settings(retention) == text).then_some(retention)
}

/// The settings of a zone. All gates of the zone must have the same text.
pub(super) fn settings(retention: Retention) -> String {
    let old_master = match retention.old_master {
        Retention::UNBOUNDED => "unbounded".to_owned(),
        seconds => seconds.to_string(),
    };
    format!(
        "largest window {}, largest skew {}, clock difference {}, longest cool-down {}, \
         old master {old_master}, shards 1",
        retention.largest_window,
        retention.largest_skew,
        retention.clock_difference,
        retention.cool_down_limit(),
    )
}
