//! Whether the gate's own clock can be believed.

use std::collections::VecDeque;

use crate::rejection::{Code, Rejection};
use crate::time::Timestamp;
use crate::verifier::{PermitId, Policy, Verifier};

/// What a checkpoint remembers of time. Store it, so that a restart loses nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct ClockState {
    /// The latest date of a signed list that was taken in: no true clock is earlier by more than
    /// the skew.
    pub floor: Timestamp,
    /// The latest time of an admission; `None` before the first. Refusals leave it as it is: who
    /// shows a poster while the clock is wrong for a moment does not carry it along.
    pub last_admission: Option<Timestamp>,
}

impl ClockState {
    /// A state that was stored.
    #[must_use]
    pub const fn new(floor: Timestamp, last_admission: Option<Timestamp>) -> Self {
        Self { floor, last_admission }
    }
}

impl Default for ClockState {
    fn default() -> Self {
        Self::new(Timestamp::MIN, None)
    }
}

/// What a good signature said about the time, whatever the verdict was.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reading {
    pub(super) permit: PermitId,
    pub(super) issued_at: Timestamp,
}

/// How many readings are kept.
const READINGS: usize = 9;
/// How many different permits must agree before the fault is the gate's.
const AGREEING: usize = 5;
/// Seconds their clocks may differ from the median and still agree.
const SPREAD: u64 = 15;

#[derive(Debug)]
pub(super) struct Clock {
    state: ClockState,
    /// The last reading of each permit, newest last: permit, and `iat - now`.
    readings: VecDeque<(PermitId, i64)>,
}

impl Clock {
    pub(super) fn new(state: ClockState) -> Self {
        Self { state, readings: VecDeque::new() }
    }

    pub(super) const fn state(&self) -> ClockState {
        self.state
    }

    pub(super) fn raise_floor(&mut self, verifier: &Verifier) {
        let lists = verifier.status_lists().iter().map(|list| list.issued_at());
        let newest = lists.chain(verifier.trust().issued_at()).max();
        self.state.floor = self.state.floor.max(newest.unwrap_or(Timestamp::MIN));
    }

    /// A list may be dated ahead by `skew`, so the floor may be.
    pub(super) fn check_floor(&self, now: Timestamp, skew: u64) -> Result<(), Rejection> {
        if now.plus(skew) < self.state.floor {
            return Err(Rejection::times(Code::ClockBelowFloor, now, self.state.floor));
        }
        Ok(())
    }

    /// Notes an admission. Whether the clock went on by more than `jump` since the one before.
    pub(super) fn admitted(&mut self, now: Timestamp, jump: u64) -> bool {
        let last = self.state.last_admission;
        self.state.last_admission = Some(last.map_or(now, |last| last.max(now)));
        last.is_some_and(|last| now.seconds_since(last) > jump)
    }

    pub(super) fn observe(&mut self, reading: Option<Reading>, now: Timestamp) {
        let Some(Reading { permit, issued_at }) = reading else { return };
        let seconds = |time: Timestamp| i64::try_from(time.as_unix()).unwrap_or(i64::MAX);
        let offset = seconds(issued_at).saturating_sub(seconds(now));
        // One voice for each permit: a crowd of codes of one phone proves nothing.
        self.readings.retain(|(known, _)| *known != permit);
        self.readings.push_back((permit, offset));
        if self.readings.len() > READINGS {
            self.readings.pop_front();
        }
    }

    /// The median offset, where enough permits agree on it and a right clock does not explain it: a
    /// code may be a window old when it is read, and dated ahead by the skew.
    pub(super) fn agreed_offset(&self, policy: &Policy) -> Option<i64> {
        let mut offsets: Vec<i64> = self.readings.iter().map(|(_, offset)| *offset).collect();
        offsets.sort_unstable();
        let median = *offsets.get(offsets.len() / 2)?;
        let agree = offsets.iter().filter(|offset| offset.abs_diff(median) <= SPREAD).count();
        let explained = if median < 0 { policy.window() } else { policy.skew() };
        (agree >= AGREEING && median.unsigned_abs() > explained).then_some(median)
    }

    /// What a refusal for its time becomes when several phones agree that the gate's clock is
    /// wrong.
    pub(super) fn judge(&self, rejection: Rejection, now: Timestamp, policy: &Policy) -> Rejection {
        // With a clock hours off the dates of the credentials fail before those of the codes.
        let for_its_time = matches!(
            rejection.code(),
            Code::Stale
                | Code::FromTheFuture
                | Code::NotYetValid
                | Code::Expired
                | Code::CredentialTooOld
                | Code::KeyExpired
        );
        let Some(offset) = self.agreed_offset(policy).filter(|_| for_its_time) else {
            return rejection;
        };
        let theirs = now.as_unix().checked_add_signed(offset).and_then(Timestamp::from_unix);
        Rejection::times(Code::ClockSuspect, now, theirs.unwrap_or(now))
    }
}
