//! How a gate is: for its screen, for `gate status`, for Prometheus and for the log.

mod lines;
mod watch;

use livepermit::Timestamp;
use livepermit_gate::lists::{AlarmLevel, HEALTH, ListAge};
use livepermit_gate::replay::StoreHealth;
use serde::{Deserialize, Serialize};

pub(super) use watch::{HealthWatch, Seen};

/// A gate that has shown nothing for so many seconds has ended or hangs. It shows itself each
/// [`SHOWN_EACH`] seconds.
pub(crate) const STALE: u64 = 20;
/// Every so many seconds the gate shows how it is in its state folder.
const SHOWN_EACH: u64 = 5;
/// A list that could not be fetched for so many seconds is a standing warning.
const NOT_FETCHED: u64 = 900;

/// The name of the file in the state folder.
pub(crate) const FILE: &str = HEALTH;

/// How a gate is. Times are seconds since 1970.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Health {
    pub(crate) version: String,
    /// The time of the machine when this was written.
    pub(crate) at: u64,
    /// Since when the gate runs.
    pub(crate) since: u64,
    /// Whether the gate ended in order.
    pub(crate) ended: bool,
    pub(crate) gate: String,
    pub(crate) lane: String,
    pub(crate) zone: String,
    /// The gate's own time. It differs from `at` in tests only.
    pub(crate) clock: u64,
    /// By how much several phones agree that the gate's clock is wrong; positive if it is slow.
    pub(crate) clock_offset: Option<i64>,
    pub(crate) lists: Vec<ListHealth>,
    pub(crate) fetched: Vec<FetchHealth>,
    pub(crate) store: MemoryHealth,
    pub(crate) last: Option<LastAnswer>,
    /// Answers since the start.
    pub(crate) answers: u64,
    /// Frames since the start, and in the last second. `None` without a camera.
    pub(crate) frames: Option<Frames>,
    /// Lines that wait for their answer.
    pub(crate) queue: u64,
    /// What lasts, until it is over.
    pub(crate) warnings: Vec<Warning>,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct ListHealth {
    /// `trust` or `status`.
    pub(crate) kind: String,
    pub(crate) name: String,
    pub(crate) made: u64,
    pub(crate) expires: Option<u64>,
    pub(crate) too_old: Option<u64>,
    /// `early`, `late` or `over`.
    pub(crate) alarm: Option<String>,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct FetchHealth {
    pub(crate) url: String,
    /// When the server last answered as it should.
    pub(crate) answered: Option<u64>,
    pub(crate) next: u64,
    /// Since when it does not, and why.
    pub(crate) failing_since: Option<u64>,
    pub(crate) code: Option<String>,
    pub(crate) reason: Option<String>,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct MemoryHealth {
    /// Why it gave no answer the last time.
    pub(crate) error: Option<String>,
    /// Until when nobody enters, after a loss. The largest time if only an operator ends the wait.
    pub(crate) out_of_order_until: Option<u64>,
    /// The code of the last loss that this gate knows of.
    pub(crate) loss: Option<String>,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct LastAnswer {
    pub(crate) at: u64,
    pub(crate) light: String,
    pub(crate) code: String,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Frames {
    pub(crate) total: u64,
    pub(crate) per_second: u64,
}

/// What lasts, and should be looked at.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Warning {
    /// A stable code.
    pub(crate) code: String,
    pub(crate) text: String,
    /// Whether the gate is out of order by this, for all visitors or for many.
    pub(crate) out_of_order: bool,
}

impl Health {
    /// Whether visitors who are in order get in.
    pub(crate) fn is_in_order(&self) -> bool {
        !self.ended && !self.warnings.iter().any(|warning| warning.out_of_order)
    }

    /// How long before `now` this was written. `None` if the gate shows itself as it should.
    pub(crate) fn stale_for(&self, now: Timestamp) -> Option<u64> {
        let age = now.as_unix().abs_diff(self.at);
        (age > STALE).then_some(age)
    }
}

impl ListHealth {
    fn new(list: &ListAge, now: Timestamp) -> Self {
        Self {
            kind: list.kind.name().to_owned(),
            name: list.name.clone(),
            made: list.made.as_unix(),
            expires: list.expires.map(Timestamp::as_unix),
            too_old: list.too_old.map(Timestamp::as_unix),
            alarm: list.alarm(now).map(|alarm| alarm.level.name().to_owned()),
        }
    }
}

impl MemoryHealth {
    fn new(health: &StoreHealth, error: Option<String>, now: Timestamp) -> Self {
        let until = health.out_of_order_until.filter(|until| *until > now);
        Self {
            error,
            out_of_order_until: until.map(Timestamp::as_unix),
            loss: health.loss.map(|loss| loss.code().to_owned()),
        }
    }
}

/// Whether a list that gives this alarm makes the gate out of order.
fn is_over(level: AlarmLevel) -> bool {
    level == AlarmLevel::Over
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_shows_nothing_is_not_in_order() {
        let at = |seconds| Timestamp::from_unix(seconds).unwrap();
        let mut health = Health { at: 1000, ..Health::default() };
        assert_eq!((health.stale_for(at(1020)), health.stale_for(at(980))), (None, None));
        assert_eq!((health.stale_for(at(1021)), health.stale_for(at(979))), (Some(21), Some(21)));
        assert!(health.is_in_order());
        let warning = |out_of_order| Warning { out_of_order, ..Warning::default() };
        health.warnings = vec![warning(false)];
        assert!(health.is_in_order());
        health.warnings.push(warning(true));
        assert!(!health.is_in_order());
        let ended = Health { ended: true, ..Health::default() };
        assert!(!ended.is_in_order());
    }

    #[test]
    fn a_health_of_another_version_is_read() {
        let read: Health = serde_json::from_str("{\"at\":7,\"new\":[1],\"lists\":[{}]}").unwrap();
        assert_eq!((read.at, read.lists.len(), read.last), (7, 1, None));
    }
}
