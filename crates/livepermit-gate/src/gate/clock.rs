//! Whether the gate's own clock is right.

use std::collections::VecDeque;

use livepermit::verify::{PermitId, SignedBy};
use livepermit::{Policy, Rejection, RejectionCode, Timestamp, Verifier};

/// What a gate knows about the time. Store it, and give it to
/// [`GateBuilder::clock`](crate::GateBuilder::clock) after a restart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct ClockState {
    /// The latest date of all signed lists that were accepted. A clock that is earlier by more than
    /// the skew is wrong.
    pub floor: Timestamp,
    /// The latest time of an admission; `None` before the first. A refusal does not change it: if
    /// the clock is wrong for a moment and somebody shows a poster, this time stays right.
    pub last_admission: Option<Timestamp>,
}

impl ClockState {
    /// A state from its stored parts.
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

/// How many readings are kept.
const READINGS: usize = 9;
/// How many different permits must agree before the gate's clock counts as wrong.
const AGREEING: usize = 5;
/// Seconds by which an offset may differ from the median and still agree with it.
const SPREAD: u64 = 15;

#[derive(Debug)]
pub(super) struct GateClock {
    state: ClockState,
    /// The last reading of each permit, newest last: permit, and `iat - now`.
    readings: VecDeque<(PermitId, i64)>,
}

impl GateClock {
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

    /// A list may be dated up to `skew` seconds ahead, so the floor may be ahead too.
    pub(super) fn check_floor(&self, now: Timestamp, skew: u64) -> Result<(), Rejection> {
        if now.plus(skew) < self.state.floor {
            return Err(Rejection::times(RejectionCode::ClockBelowFloor, now, self.state.floor));
        }
        Ok(())
    }

    /// Records an admission. Returns whether the clock moved by more than `jump` seconds since the
    /// last admission.
    pub(super) fn admitted(&mut self, now: Timestamp, jump: u64) -> bool {
        let last = self.state.last_admission;
        self.state.last_admission = Some(last.map_or(now, |last| last.max(now)));
        last.is_some_and(|last| now.seconds_since(last) > jump)
    }

    /// Records the time of the phone's clock. A good signature proves that time, whatever the
    /// verdict is.
    pub(super) fn observe(&mut self, signed: Option<&SignedBy>, now: Timestamp) {
        let Some((permit, issued_at)) =
            signed.and_then(|signed| Some((signed.permit, signed.issued_at?)))
        else {
            return;
        };
        let seconds = |time: Timestamp| i64::try_from(time.as_unix()).unwrap_or(i64::MAX);
        let offset = seconds(issued_at).saturating_sub(seconds(now));
        // One reading for each permit: many codes of one phone are still one clock.
        self.readings.retain(|(known, _)| *known != permit);
        self.readings.push_back((permit, offset));
        if self.readings.len() > READINGS {
            self.readings.pop_front();
        }
    }

    /// The median offset in seconds, if enough permits agree on it and a right clock does not
    /// explain it. With a right clock, a code may be a window old when it is read, or dated ahead
    /// by the skew.
    pub(super) fn agreed_offset(&self, policy: &Policy) -> Option<i64> {
        let mut offsets: Vec<i64> = self.readings.iter().map(|(_, offset)| *offset).collect();
        offsets.sort_unstable();
        let median = *offsets.get(offsets.len() / 2)?;
        let agree = offsets.iter().filter(|offset| offset.abs_diff(median) <= SPREAD).count();
        let explained = if median < 0 { policy.window() } else { policy.skew() };
        (agree >= AGREEING && median.unsigned_abs() > explained).then_some(median)
    }

    /// Turns a refusal for a wrong time into `clock-suspect` when several phones agree that the
    /// gate's clock is wrong.
    pub(super) fn judge(&self, rejection: Rejection, now: Timestamp, policy: &Policy) -> Rejection {
        // If the clock is wrong by hours, the dates of the credentials fail before the dates of the
        // codes.
        let for_its_time = matches!(
            rejection.code(),
            RejectionCode::Stale
                | RejectionCode::FromTheFuture
                | RejectionCode::NotYetValid
                | RejectionCode::Expired
                | RejectionCode::CredentialTooOld
                | RejectionCode::KeyExpired
        );
        let Some(offset) = self.agreed_offset(policy).filter(|_| for_its_time) else {
            return rejection;
        };
        let theirs = now.as_unix().checked_add_signed(offset).and_then(Timestamp::from_unix);
        Rejection::times(RejectionCode::ClockSuspect, now, theirs.unwrap_or(now))
    }
}
