//! The store in a PostgreSQL server, against real servers that each test starts itself on a free
//! loopback port. Without the programs the tests are skipped with a note; with
//! `LIVEPERMIT_REQUIRE_ALL=1` they fail.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a failing test is what a panic is for here"
)]

mod clocks;
mod conduct;
mod losses;
mod more_losses;
mod races;
mod same;
mod server;
mod settings;
mod speed;
#[cfg(feature = "postgres-tls")]
mod tls;

use livepermit::Timestamp;
use livepermit::verify::{PermitId, ReplayKey};
use livepermit_gate::GatePlace;
use livepermit_gate::replay::{Answer, Attempt, Passage, Retention};

const RETENTION: Retention = Retention {
    largest_window: 30,
    largest_skew: 5,
    clock_difference: 60,
    longest_cool_down: 0,
    old_master: 0,
};
const NOON: u64 = 1_790_000_000;

fn at(seconds: u64) -> Timestamp {
    Timestamp::from_unix(seconds).unwrap()
}

/// The key of a code, or of a slip if there is no moment.
fn key_of(permit: u64, moment: Option<u64>) -> ReplayKey {
    let mut id = [7; 32];
    id[..8].copy_from_slice(&permit.wrapping_mul(0x9e37_79b9_7f4a_7c15).to_be_bytes());
    let until = at(moment.unwrap_or(NOON) + 30);
    ReplayKey::new(PermitId::from_bytes(id), moment.map(at), until, until.plus(10))
}

fn place(gate: &str) -> GatePlace {
    GatePlace::new(gate, "1", "hall").unwrap()
}

/// A code that is shown at this gate, with a cool-down of 35 s.
fn code(permit: u64, moment: u64, gate: &str, now: u64) -> Attempt {
    Attempt::new(key_of(permit, Some(moment)), place(gate), Passage::Enter, at(now), 3, 35)
}

fn slip(permit: u64, gate: &str, now: u64) -> Attempt {
    Attempt::new(key_of(permit, None), place(gate), Passage::Enter, at(now), 3, 35)
}

fn leaving(attempt: Attempt) -> Attempt {
    let Attempt { key, place, now, .. } = attempt;
    Attempt::new(key, place, Passage::Leave, now, 3, 35)
}

fn forgotten(until: u64) -> Answer {
    Answer::Forgotten { until: at(until) }
}
