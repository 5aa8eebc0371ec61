//! Names and the time.

use livepermit::Timestamp;

/// The issuer.
pub const ISSUER: &str = "bj.example";
/// What the issuer permits.
pub const CLASS: &str = "bj.example:residence";
/// Whom, unless a test says otherwise.
pub const SUBJECT: &str = "BJ-7F3A9C2E";
/// The gate.
pub const GATE: &str = "gate-3";
/// The issuer's status list.
pub const URI: &str = "https://s.bj.example/1";
/// When everything happens unless a test says otherwise, in seconds since 1970.
pub const NOW: u64 = 1_790_000_000;

/// The time so many seconds after 1970.
#[must_use]
pub fn at(seconds: u64) -> Timestamp {
    Timestamp::from_unix(seconds).unwrap()
}

/// [`NOW`].
#[must_use]
pub fn now() -> Timestamp {
    at(NOW)
}
