//! The store in a Redis server, against real `redis-server`s that each test starts itself on free
//! loopback ports. Without the program the tests are skipped with a note; with
//! `LIVEPERMIT_REQUIRE_ALL=1` they fail.
#![cfg(feature = "redis")]
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a failing test is what a panic is for here"
)]

mod answers;
mod clocks;
mod cost;
mod differential;
mod failures;
mod losses;
mod memory;
mod model;
mod operator;
mod proxy;
mod races;
mod server;
mod settings;
mod shards;

use std::time::{Duration, SystemTime};

use livepermit::Timestamp;
use livepermit::verify::{PermitId, ReplayKey};
use livepermit_gate::replay::{
    Answer, Attempt, GoOn, Passage, RedisReplayBuilder, RedisServers, ReplayStore as _, Retention,
    Witnesses,
};
use livepermit_gate::{GatePlace, RedisReplay};
use server::Server;

/// The defaults of a zone, except for a long cool-down.
const RETENTION: Retention = Retention {
    largest_window: 30,
    largest_skew: 5,
    clock_difference: 60,
    longest_cool_down: 300,
    old_master: 0,
};

/// Limits so short that a test can wait for the end of a loss: 4 seconds.
const SHORT: Retention = Retention {
    largest_window: 2,
    largest_skew: 0,
    clock_difference: 2,
    longest_cool_down: 0,
    old_master: 0,
};

/// Long enough for a loaded machine.
const PATIENCE: Duration = Duration::from_secs(30);

fn at(seconds: u64) -> Timestamp {
    Timestamp::from_unix(seconds).unwrap()
}

/// The time by the clock of this machine, which is the server's clock too.
fn clock() -> u64 {
    Timestamp::try_from(SystemTime::now()).unwrap().as_unix()
}

fn now() -> Timestamp {
    at(clock())
}

fn permit(number: u8) -> PermitId {
    PermitId::from_bytes([number; 32])
}

fn hall(gate: &str) -> GatePlace {
    GatePlace::new(gate, "1", "hall").unwrap()
}

fn builder(url: &str, gate: &str) -> RedisReplayBuilder {
    RedisReplay::through(RedisServers::one(url))
        .prefix("test")
        .gate(gate)
        .retention(RETENTION)
        .timeout(PATIENCE)
}

fn attempt_at(place: GatePlace, number: u8, moment: Option<u64>, now: u64) -> Attempt {
    let until = at(moment.unwrap_or(now)).plus(30);
    let key = ReplayKey::new(permit(number), moment.map(at), until, until.plus(10));
    Attempt::new(key, place, Passage::Enter, at(now), 3, 35)
}

/// Somebody enters through a gate with a code of this moment, now.
fn code(gate: &str, number: u8, moment: u64) -> Attempt {
    attempt_at(hall(gate), number, Some(moment), clock())
}

/// Somebody enters through a gate with a slip, now.
fn slip(gate: &str, number: u8) -> Attempt {
    attempt_at(hall(gate), number, None, clock())
}

fn leaving(mut attempt: Attempt) -> Attempt {
    attempt.passage = Passage::Leave;
    attempt
}

/// The same with another cool-down in seconds.
fn cooling(seconds: u64, mut attempt: Attempt) -> Attempt {
    attempt.cool_down = seconds;
    attempt
}

/// A gate in a zone of which an operator said that it is new.
fn gate(server: &Server, name: &str) -> RedisReplay {
    let store = builder(&server.url(), name).connect().unwrap();
    store.go_on(GoOn::NothingWasAdmitted, now()).unwrap();
    store
}

/// Another gate in the zone.
fn another(server: &Server, name: &str) -> RedisReplay {
    builder(&server.url(), name).witnesses(Witnesses::in_memory()).connect().unwrap()
}

/// The time until which codes or people are refused because of a loss.
#[track_caller]
fn refused_until(answer: Result<Answer, livepermit_gate::replay::StoreError>) -> u64 {
    match answer {
        Ok(Answer::Forgotten { until }) => until.as_unix(),
        other => panic!("{other:?}"),
    }
}
