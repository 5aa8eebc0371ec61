use livepermit::{Rejection, RejectionCode, Timestamp, Verified};

use super::challenges::HeldChallenge;
use crate::replay::{Answer, Attempt, Retention};

/// A permit that was verified and whose code is not used yet: ask the store of used codes next.
///
/// [`Gate::begin`](super::Gate::begin) makes this type. Give [`Pending::attempt`] to the store, and
/// give the store's answer to [`Gate::finish`](super::Gate::finish). When a `Pending` is dropped,
/// the gate has used nothing, and its challenge is open again.
#[derive(Debug)]
#[must_use]
pub struct Pending {
    verified: Verified,
    attempt: Attempt,
    challenge: Option<HeldChallenge>,
}

impl Pending {
    pub(super) const fn new(
        verified: Verified,
        attempt: Attempt,
        challenge: Option<HeldChallenge>,
    ) -> Self {
        Self { verified, attempt, challenge }
    }

    /// The verdict so far. **No door opens on it.**
    #[must_use]
    pub const fn verified(&self) -> &Verified {
        &self.verified
    }

    /// The question for the store of used codes.
    #[must_use]
    pub const fn attempt(&self) -> &Attempt {
        &self.attempt
    }

    /// The rejection for this answer of the store; `None` when the store admits. A time that no right
    /// clock can have given is the fault of the gate or its store, and not of the visitor.
    pub(super) fn refusal(
        &self,
        answer: Answer,
        now: Timestamp,
        limits: &Retention,
    ) -> Option<Rejection> {
        use RejectionCode as Code;
        Some(match answer {
            Answer::Admitted => return None,
            Answer::AlreadyAcceptedHere { then } => {
                Rejection::times(Code::AlreadyAcceptedHere, now, then)
            }
            Answer::AlreadyUsed { then } => Rejection::times(Code::AlreadyUsed, now, then),
            Answer::Superseded { newest: ahead }
                if is_ahead(ahead, now, limits.largest_window, limits) =>
            {
                Rejection::times(Code::MemoryAhead, now, ahead)
            }
            Answer::CoolingDown { until: ahead }
                if is_ahead(ahead, now, limits.cool_down_limit(), limits) =>
            {
                Rejection::times(Code::MemoryAhead, now, ahead)
            }
            Answer::Superseded { newest } => {
                Rejection::times(Code::Superseded, self.verified.issued_at(), newest)
            }
            Answer::CoolingDown { until } => Rejection::times(Code::CoolingDown, now, until),
            Answer::Forgotten { until } => {
                let moment = self.attempt.key.moment.unwrap_or(now);
                Rejection::times(Code::Forgotten, moment, until)
            }
            Answer::ClockApart { theirs } => Rejection::times(Code::ClockSuspect, now, theirs),
            Answer::Full => Rejection::plain(Code::StoreFull),
        })
    }

    /// Uses the challenge up.
    pub(super) fn admit(self, now: Timestamp) -> Verified {
        if let Some(challenge) = self.challenge {
            challenge.use_up(now);
        }
        self.verified
    }
}

/// Whether a remembered time is further ahead than right clocks can be apart. `most` is how far
/// ahead of the clock that gave the time it can be. Two clocks differ, and the end of a cool-down
/// may be counted by the other one.
fn is_ahead(time: Timestamp, now: Timestamp, most: u64, limits: &Retention) -> bool {
    let clocks = limits.clock_difference.saturating_mul(2);
    time > now.plus(most.saturating_add(clocks))
}
