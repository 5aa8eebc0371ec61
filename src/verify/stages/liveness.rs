use super::super::Policy;
use crate::rejection::{Rejection, RejectionCode};
use crate::time::Timestamp;

/// The life of a code under the policy.
#[derive(Debug, Clone, Copy)]
pub(super) struct Liveness {
    pub(super) issued_at: Timestamp,
    pub(super) live_until: Timestamp,
    pub(super) window: u64,
    pub(super) skew: u64,
}

impl Liveness {
    /// `window = min(signed, policy)`, `skew = min(policy, window / 2)`: the skew is never longer
    /// than half the code's life.
    pub(super) fn of(
        signed_window: u64,
        issued_at: Timestamp,
        expires: Timestamp,
        policy: &Policy,
    ) -> Self {
        let window = signed_window.min(policy.window());
        let skew = policy.skew().min(window / 2);
        Self { issued_at, live_until: issued_at.plus(window).min(expires), window, skew }
    }

    /// Stage 5: `iat <= now + skew` and `now < min(iat + window, exp)`.
    pub(super) fn check(&self, now: Timestamp) -> Result<(), Rejection> {
        let latest = now.plus(self.skew);
        if self.issued_at > latest {
            return Err(Rejection::times(RejectionCode::FromTheFuture, self.issued_at, latest));
        }
        if now >= self.live_until {
            return Err(Rejection::times(RejectionCode::Stale, now, self.live_until));
        }
        Ok(())
    }
}
