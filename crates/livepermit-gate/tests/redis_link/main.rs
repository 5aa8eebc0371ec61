//! How the Redis store reaches its servers: against real `redis-server` processes that each test
//! starts itself on free loopback ports. Without the program the tests are skipped with a note;
//! with `LIVEPERMIT_REQUIRE_ALL=1` they fail.
#![cfg(feature = "redis")]
#![expect(clippy::unwrap_used, reason = "a failing test is what a panic is for here")]

mod cautions;
mod cluster;
mod proxy;
mod sentinel;
mod server;
mod single;
mod tls;
mod waited;

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant, SystemTime};

use livepermit::Timestamp;
use livepermit::verify::{PermitId, ReplayKey};
use livepermit_gate::replay::{
    Answer, Attempt, GoOn, Passage, RedisReplayBuilder, RedisServers, ReplayStore, StoreError,
};
use livepermit_gate::{GatePlace, RedisReplay};

/// Long enough for a machine with much to do.
const PATIENCE: Duration = Duration::from_secs(60);

fn now() -> Timestamp {
    Timestamp::try_from(SystemTime::now()).unwrap()
}

/// A permit that no other attempt has.
fn permit(number: u64) -> PermitId {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&number.to_be_bytes());
    PermitId::from_bytes(bytes)
}

fn attempt_of(number: u64) -> Attempt {
    let now = now();
    let key = ReplayKey::new(permit(number), Some(now), now.plus(30), now.plus(40));
    Attempt::new(key, GatePlace::new("north", "1", "hall").unwrap(), Passage::Enter, now, 3, 35)
}

/// An attempt with a new permit.
fn fresh() -> Attempt {
    static NUMBER: AtomicU64 = AtomicU64::new(1);
    attempt_of(NUMBER.fetch_add(1, Ordering::SeqCst))
}

fn builder(servers: RedisServers) -> RedisReplayBuilder {
    RedisReplay::through(servers).prefix("test").gate("north").timeout(Duration::from_secs(5))
}

/// A store whose memory is in order at once, because the operator says that the zone is new.
fn opened(builder: RedisReplayBuilder) -> RedisReplay {
    let store = builder.connect().unwrap();
    new_zone(&store);
    store
}

fn new_zone(store: &RedisReplay) {
    store.go_on(GoOn::NothingWasAdmitted, now()).unwrap();
}

fn admits(store: &RedisReplay) -> Result<(), StoreError> {
    assert_eq!(store.admit(&fresh())?, Answer::Admitted);
    Ok(())
}

fn codes(store: &RedisReplay) -> Vec<&'static str> {
    store.health().cautions.iter().map(|caution| caution.code).collect()
}

/// Waits until `done` says so.
fn until(what: &str, mut done: impl FnMut() -> bool) {
    let begin = Instant::now();
    while !done() {
        assert!(begin.elapsed() < PATIENCE, "never: {what}");
        std::thread::sleep(Duration::from_millis(50));
    }
}
