//! The one clock of the process.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use jiff::{SignedDuration, Timestamp};

/// Where every part of the service takes the time from. Clones show the same time.
///
/// It is the clock of the machine, and an offset that a demonstration or a test turns: eight
/// working days pass in a second then, for the domain, tokens of OAuth and lists alike.
#[derive(Clone, Debug, Default)]
pub struct Clock {
    offset: Arc<AtomicI64>,
}

impl Clock {
    /// The clock of the machine.
    #[must_use]
    pub fn system() -> Self {
        Self::default()
    }

    /// The time.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        let offset = SignedDuration::from_secs(self.offset.load(Ordering::Relaxed));
        let now = Timestamp::now();
        now.checked_add(offset).unwrap_or(now)
    }

    /// Turns the clock on by this span, or back by a negative one, in whole seconds. For
    /// demonstrations and tests.
    pub fn turn(&self, by: SignedDuration) {
        self.offset.fetch_add(by.as_secs(), Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clones_are_turned_together() {
        let clock = Clock::system();
        let other = clock.clone();
        clock.turn(SignedDuration::from_hours(24 * 9));
        let ahead = other.now().duration_since(Timestamp::now());
        assert!((ahead.as_secs() - 9 * 86_400).abs() <= 1, "{ahead}");
    }
}
