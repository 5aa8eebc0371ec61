//! Numbers of other languages: signed, because Java has no others.

use livepermit::Timestamp;

use crate::error::{LivepermitError, Result};

/// A time in seconds since 1970.
pub(crate) fn time(seconds: i64) -> Result<Timestamp> {
    let limit = as_seconds(Timestamp::MAX);
    u64::try_from(seconds).ok().and_then(Timestamp::from_unix).ok_or_else(|| {
        LivepermitError::compared(
            "time-out-of-range",
            format!("{seconds} is no time from 0 to {limit} seconds after 1970"),
            seconds,
            limit,
        )
    })
}

pub(crate) fn as_seconds(time: Timestamp) -> i64 {
    // Below 2^40.
    as_i64(time.as_unix())
}

/// A span, a count or a length: not negative.
pub(crate) fn count(what: &str, number: i64) -> Result<u64> {
    u64::try_from(number).map_err(|_| {
        LivepermitError::compared("number-negative", format!("{what} is {number}"), number, 0)
    })
}

pub(crate) fn size(what: &str, number: i64) -> Result<usize> {
    let number = count(what, number)?;
    usize::try_from(number).map_err(|_| {
        let limit = as_i64(usize::MAX as u64);
        let reason = format!("{what} is {number}");
        LivepermitError::compared("number-too-large", reason, as_i64(number), limit)
    })
}

/// Larger numbers become the largest: they are told to people only.
pub(crate) fn as_i64(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

pub(crate) fn length(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// Bytes of a fixed length.
pub(crate) fn array<const LENGTH: usize>(what: &str, bytes: &[u8]) -> Result<[u8; LENGTH]> {
    bytes.try_into().map_err(|_| {
        let reason = format!("{what} has {} bytes, not {LENGTH}", bytes.len());
        LivepermitError::compared("length-wrong", reason, length(bytes.len()), length(LENGTH))
    })
}
