//! Until when a server is out of order.

use livepermit::Timestamp;

/// What a server says about its losses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Wait {
    /// The time by the server's clock.
    pub(super) time: Timestamp,
    /// [`StoreState::lost`](super::StoreState::lost).
    pub(super) lost: Timestamp,
    /// [`StoreState::closed_until`](super::StoreState::closed_until).
    pub(super) closed: Timestamp,
}

impl Wait {
    /// Until when nobody enters, by the clock of a gate that shows `now`.
    pub(super) fn until(self, now: Timestamp) -> Timestamp {
        self.lost.max(now.plus(self.closed.seconds_since(self.time)))
    }
}
