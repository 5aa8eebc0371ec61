//! Numbers of C, with the codes of the bridge.

use alloc::format;
use alloc::string::{String, ToString as _};

use livepermit::Timestamp;
use livepermit::rejection::{Evidence, ListRejection};

use crate::error::lp_evidence;
use crate::error::{Failure, LP_EVIDENCE_COUNTS, LP_EVIDENCE_NUMBERS, LP_EVIDENCE_TIMES, Outcome};

/// A time in seconds since 1970.
pub(super) fn time(seconds: i64) -> Outcome<Timestamp> {
    let limit = as_seconds(Timestamp::MAX);
    u64::try_from(seconds).ok().and_then(Timestamp::from_unix).ok_or_else(|| {
        let reason = format!("{seconds} is no time from 0 to {limit} seconds after 1970");
        counts("time-out-of-range", reason, seconds, limit)
    })
}

pub(super) fn as_seconds(time: Timestamp) -> i64 {
    as_i64(time.as_unix())
}

/// A span, a count or a length: not negative.
pub(super) fn count(what: &str, number: i64) -> Outcome<u64> {
    u64::try_from(number)
        .map_err(|_| counts("number-negative", format!("{what} is {number}"), number, 0))
}

pub(super) fn size(what: &str, number: i64) -> Outcome<usize> {
    usize::try_from(count(what, number)?).map_err(|_| {
        let limit = length(usize::MAX);
        counts("number-too-large", format!("{what} is {number}"), number, limit)
    })
}

/// Larger numbers become the largest: they are told to people only.
pub(super) fn as_i64(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

pub(super) fn length(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// Bytes of a fixed length.
pub(super) fn array<const LENGTH: usize>(what: &str, bytes: &[u8]) -> Outcome<[u8; LENGTH]> {
    bytes.try_into().map_err(|_| {
        let reason = format!("{what} has {} bytes, not {LENGTH}", bytes.len());
        counts("length-wrong", reason, length(bytes.len()), length(LENGTH))
    })
}

fn counts(code: &'static str, reason: String, found: i64, limit: i64) -> Failure {
    Failure::told(code, reason, "", lp_evidence::compared(LP_EVIDENCE_COUNTS, found, limit))
}

impl From<Evidence> for lp_evidence {
    fn from(evidence: Evidence) -> Self {
        match evidence {
            Evidence::Times { found, limit } => {
                Self::compared(LP_EVIDENCE_TIMES, as_seconds(found), as_seconds(limit))
            }
            Evidence::Numbers { found, limit } => Self::compared(LP_EVIDENCE_NUMBERS, found, limit),
            Evidence::Counts { found, limit } => {
                Self::compared(LP_EVIDENCE_COUNTS, as_i64(found), as_i64(limit))
            }
            Evidence::Malformed(malformed) => {
                let (layer, flaw) = (malformed.layer.name(), malformed.flaw.name());
                Self::malformed(layer, flaw, length(malformed.at))
            }
            _ => Self::NOTHING,
        }
    }
}

impl From<ListRejection> for Failure {
    fn from(rejection: ListRejection) -> Self {
        let (code, evidence) = (rejection.code(), rejection.evidence().into());
        Self::told(code.as_str(), code.cause().into(), rejection.instruction(), evidence)
    }
}

/// Errors that say all in their text.
macro_rules! told {
    ($($error:ty),+ $(,)?) => { $(
        impl From<$error> for Failure {
            fn from(error: $error) -> Self {
                Self::told(error.code(), error.to_string(), "", lp_evidence::NOTHING)
            }
        }
    )+ };
}

told!(
    livepermit::field::ClaimError,
    livepermit::issue::ApplicationError,
    livepermit::key::KeyError,
    livepermit::trust::TrustError,
    livepermit::verify::PolicyError,
);
