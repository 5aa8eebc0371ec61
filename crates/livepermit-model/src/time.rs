//! Time in the model: small numbers around the present, which never moves.
//!
//! A second that passes moves everything else into the past. So two states that differ only in the
//! time of day are one state, and the explorer can come to an end.

use livepermit_gate::Timestamp;

/// A time in seconds. [`NOW`] is the present by the true clock.
pub(crate) type Time = u8;

/// Before everything: [`Timestamp::MIN`].
pub(crate) const NEVER: Time = 0;
/// The present.
pub(crate) const NOW: Time = 100;
/// The earliest time that is kept. No rule of a scenario looks further back.
pub(crate) const LONG_AGO: Time = NOW - 16;
/// After everything: [`Timestamp::MAX`].
pub(crate) const ALWAYS: Time = Time::MAX;

/// Unix time of the model's time 0.
const BASE: u64 = 1_000_000;

/// As the library's time.
pub(crate) fn real(time: Time) -> Timestamp {
    match time {
        NEVER => Timestamp::MIN,
        ALWAYS => Timestamp::MAX,
        _ => Timestamp::from_unix(BASE + u64::from(time)).unwrap_or(Timestamp::MAX),
    }
}

/// From the library's time.
pub(crate) fn small(time: Timestamp) -> Time {
    if time == Timestamp::MIN {
        return NEVER;
    }
    if time == Timestamp::MAX {
        return ALWAYS;
    }
    let time = time.as_unix().saturating_sub(BASE);
    Time::try_from(time).unwrap_or(ALWAYS).max(LONG_AGO)
}

/// The present by a clock that is ahead by `ahead` seconds.
pub(crate) fn by_clock(ahead: i8) -> Time {
    NOW.saturating_add_signed(ahead)
}

/// The same time, one second later.
pub(crate) fn passed(time: Time) -> Time {
    match time {
        NEVER | ALWAYS => time,
        _ => time.saturating_sub(1).max(LONG_AGO),
    }
}

/// A time that forbids what is before it: `NEVER` if nothing from `earliest` on is before it.
pub(crate) fn bound(time: Time, earliest: Time) -> Time {
    if time <= earliest { NEVER } else { time }
}
