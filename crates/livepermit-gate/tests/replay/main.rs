//! The stores of used codes, through the public API.
#![expect(clippy::unwrap_used, reason = "a failing test is what a panic is for here")]

#[cfg(feature = "file")]
mod file;
mod memory;

use livepermit::Timestamp;
use livepermit::verify::ReplayKey;
use livepermit_gate::GatePlace;
use livepermit_gate::replay::{Attempt, Passage, Retention};

const RETENTION: Retention = Retention {
    largest_window: 30,
    largest_skew: 5,
    clock_difference: 60,
    longest_cool_down: 0,
    old_master: 0,
};

fn at(seconds: u64) -> Timestamp {
    Timestamp::from_unix(seconds).unwrap()
}

fn enter(key: ReplayKey, place: &GatePlace, now: u64) -> Attempt {
    Attempt::new(key, place.clone(), Passage::Enter, at(now), 3, 35)
}

#[cfg(feature = "file")]
fn hall() -> GatePlace {
    GatePlace::new("north", "1", "hall").unwrap()
}
