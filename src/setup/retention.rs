//! What all gates of a zone agree on: the settings of the store.

/// How long a store remembers: the limits that all gates of a zone keep.
///
/// A store forgets a record when no code that the record refuses is still live, even by the slowest
/// clock, and when every cool-down has ended. A gate whose window, skew or
/// cool-down is larger than these limits is not built. Stores that several gates share keep the
/// limits in the store, and refuse a gate that was given other limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retention {
    /// The longest window of any gate, in seconds.
    pub largest_window: u64,
    /// The largest skew of any gate, in seconds.
    pub largest_skew: u64,
    /// The largest difference between the clocks of two gates, in seconds. A store with a clock of
    /// its own refuses a gate whose clock is more than half of this away from it.
    pub clock_difference: u64,
    /// The longest cool-down of any gate, in seconds. The largest window plus the largest skew
    /// counts when that is longer: see [`Retention::cool_down_limit`].
    pub longest_cool_down: u64,
    /// Seconds for which a server that lost its place as the master may go on answering gates. 0
    /// for one server without replicas. [`Retention::UNBOUNDED`] if nothing ends it: then a loss of
    /// memory ends only when an operator says so.
    pub old_master: u64,
}

impl Retention {
    /// An [`old_master`](Self::old_master) that nothing ends.
    pub const UNBOUNDED: u64 = u64::MAX;

    /// The longest cool-down of any gate, in seconds: never shorter than the time for which two
    /// codes of one phone can both be live.
    #[must_use]
    pub const fn cool_down_limit(&self) -> u64 {
        let together = self.largest_window.saturating_add(self.largest_skew);
        if self.longest_cool_down > together { self.longest_cool_down } else { together }
    }
}

impl Default for Retention {
    /// A window of 30 s and a skew of 5 s, the defaults of permits and policies; clocks at most a
    /// minute apart; no cool-down longer than a gate's default; one server.
    fn default() -> Self {
        Self {
            largest_window: 30,
            largest_skew: 5,
            clock_difference: 60,
            longest_cool_down: 0,
            old_master: 0,
        }
    }
}
