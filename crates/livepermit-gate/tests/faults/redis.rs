//! The faults of a Redis server.

use std::time::{Duration, Instant};

use livepermit_gate::RedisReplay;
use livepermit_gate::replay::{
    Answer, Failover, RedisReplayBuilder, RedisServers, ReplayStore as _, Retention, Witnesses,
};
use livepermit_testkit::servers::Redis;

use super::crowd::{Crowd, Lane, Outcome, clock};
use super::proxy::Proxy;
use super::server::{clocks, parted, play, three};
use super::table::Row;
use super::{LIMITS, rounds};

/// A server that keeps what it acknowledged.
const SAFE: [&str; 4] = ["--appendonly", "yes", "--appendfsync", "always"];

fn gate(port: u16, number: usize, limits: Retention) -> RedisReplayBuilder {
    RedisReplay::through(RedisServers::one(&format!("redis://127.0.0.1:{port}")))
        .prefix("hall")
        .gate(&format!("gate-{number}"))
        .retention(limits)
        .timeout(Duration::from_millis(500))
        .witnesses(Witnesses::in_memory())
}

fn lane(port: u16, number: usize, limits: Retention) -> Lane {
    Lane::new(gate(port, number, limits).connect().unwrap())
}

/// A fault of one server, as often as asked, under load.
fn one(settings: &[&str], fault: impl Fn(&mut Redis)) -> Option<(u32, Outcome)> {
    let mut server = Redis::start(settings)?;
    let crowd = Crowd::begin(three(server.port(), lane));
    play(crowd, || fault(&mut server))
}

fn kill_and_start(server: &mut Redis) {
    server.kill();
    server.run().unwrap();
}

/// The master is killed, a replica that is `behind` takes its place, and a new replica follows.
fn failover(behind: u64, failover: Failover) -> Option<(u32, Outcome)> {
    let mut master = Redis::start(&SAFE)?;
    let front = Proxy::to(master.port());
    let mut line = Proxy::to(master.port());
    let mut replica = Redis::start(&SAFE)?;
    replica.follow(line.port());
    let lanes = (0..3).map(|number| {
        let gate = gate(front.port(), number, LIMITS).failover(failover);
        Lane::new(gate.connect().unwrap())
    });
    let mut crowd = Crowd::begin(lanes.collect());
    for _ in 0..rounds() {
        line.slow(Duration::from_millis(behind));
        crowd.round(|| {
            master.kill();
            // What is still on the line is lost.
            line.turn(None);
            replica.promote();
            front.turn(Some(replica.port()));
            let old = std::mem::replace(&mut replica, Redis::start(&SAFE).unwrap());
            master = old;
            line = Proxy::to(master.port());
            replica.follow(line.port());
        });
    }
    Some((rounds(), crowd.end()))
}

/// The old master lives, and some gates still reach it.
fn two_masters(limits: Retention, how: Failover, settings: &[&str]) -> Option<(u32, Outcome)> {
    let settings = [&SAFE, settings].concat();
    let old = Redis::start(&settings)?;
    let line = Proxy::to(old.port());
    let new = Redis::start(&settings)?;
    new.follow(line.port());
    let fronts: Vec<_> = (0..3).map(|_| Proxy::to(old.port())).collect();
    let lanes = fronts.iter().enumerate().map(|(number, front)| {
        let gate = gate(front.port(), number, limits).failover(how);
        Lane::new(gate.connect().unwrap())
    });
    let mut crowd = Crowd::begin(lanes.collect());
    crowd.round(|| {
        line.turn(None);
        // `min-replicas-to-write` must not shut the new master.
        new.ask(&["CONFIG", "SET", "min-replicas-to-write", "0"]);
        new.promote();
        // Two gates hop to the new master, the third stays.
        fronts.iter().take(2).for_each(|front| front.turn(Some(new.port())));
    });
    Some((1, crowd.end()))
}

/// The server's machine is put back from a snapshot, with its identity, and a gate asks that did
/// not see what was lost.
fn snapshot() -> Option<(u32, Outcome)> {
    let server = Redis::start(&SAFE)?;
    let (seer, other) = (gate(server.port(), 0, LIMITS), gate(server.port(), 1, LIMITS));
    let (seer, other) = (seer.connect().unwrap(), other.connect().unwrap());
    let mut crowd = Crowd::begin(vec![Lane::new(other)]);
    crowd.until_admits(Instant::now());
    let before = crowd.end();
    let keys = ["{hall}:used", "{hall}:over", "{hall}:meta"];
    for key in keys {
        server.ask(&["COPY", key, &format!("{key}-kept")]);
    }
    let attempt = super::crowd::slip(1, 0, clock());
    assert_eq!(seer.admit(&attempt).unwrap(), Answer::Admitted);
    for key in keys {
        server.ask(&["COPY", &format!("{key}-kept"), key, "REPLACE"]);
    }
    let other = gate(server.port(), 2, LIMITS).connect().unwrap();
    let again = other.admit(&super::crowd::slip(1, 2, clock())).unwrap();
    let noticed = seer.admit(&super::crowd::slip(2, 0, clock())).unwrap();
    println!("a snapshot put back: {again:?}, then a gate that saw the lost part: {noticed:?}");
    let twice = u32::from(again == Answer::Admitted);
    Some((1, Outcome { twice, ..before }))
}

pub(crate) fn rows_of_the_server() -> Vec<Row> {
    vec![
        Row::never("server killed, appendfsync always", || one(&SAFE, kill_and_start)),
        Row::never("server killed, appendfsync everysec", || {
            one(&["--appendonly", "yes", "--appendfsync", "everysec"], kill_and_start)
        }),
        Row::never("server killed, no append-only file", || one(&[], kill_and_start)),
        Row::never("FLUSHALL", || {
            one(&SAFE, |server| {
                server.ask(&["FLUSHALL"]);
            })
        }),
        Row::never("an older append-only file put back", older_disk),
        Row::never("the records of 20 permits deleted", || {
            one(&SAFE, |server| {
                server.ask(&["EVAL", DELETE, "2", "{hall}:used", "{hall}:over"]);
            })
        }),
        Row::never("the key of the records deleted", || {
            one(&SAFE, |server| {
                server.ask(&["DEL", "{hall}:used"]);
            })
        }),
        Row::never("the key of the records renamed", || {
            one(&SAFE, |server| {
                server.ask(&["RENAME", "{hall}:used", "{hall}:elsewhere"]);
            })
        }),
        Row::never("the key of the state deleted", || {
            one(&SAFE, |server| {
                server.ask(&["DEL", "{hall}:meta"]);
            })
        }),
        Row::never("settings changed at runtime: append-only off, then killed", || {
            one(&SAFE, |server| {
                server.ask(&["CONFIG", "SET", "appendonly", "no"]);
                std::thread::sleep(Duration::from_millis(500));
                kill_and_start(server);
            })
        }),
        Row::never("the server hangs for 2 s", || {
            one(&SAFE, |server| {
                server.freeze();
                std::thread::sleep(Duration::from_secs(2));
                server.thaw();
            })
        }),
        Row::never("the network parted for 2 s", || {
            let server = Redis::start(&SAFE)?;
            parted(server.port(), lane)
        }),
    ]
}

pub(crate) fn rows_of_masters_and_clocks() -> Vec<Row> {
    vec![
        Row::never("failover, replica 10 ms behind", || failover(10, Failover::None)),
        Row::never("failover, replica 30 ms behind", || failover(30, Failover::None)),
        Row::never("failover, replica 150 ms behind", || failover(150, Failover::None)),
        Row::never("failover, each admission waits for the replica", || {
            failover(10, Failover::Waited { replicas: 1 })
        }),
        Row::never("two masters, the old one bounded by min-replicas", || {
            let limits = Retention { old_master: 4, ..LIMITS };
            let bound = ["--min-replicas-to-write", "1", "--min-replicas-max-lag", "1"];
            two_masters(limits, Failover::Bounded, &bound)
        }),
        Row::impossible("two masters, and the old one is not bounded as said", || {
            two_masters(LIMITS, Failover::None, &[])
        }),
        Row::impossible("the memory put back with its identity", snapshot),
        Row::never("clocks of gates 60 s apart", || {
            let server = Redis::start(&SAFE)?;
            clocks(server.port(), lane)
        }),
        Row::never("gates with a shorter window", windows),
    ]
}

/// Deletes the twenty records that are over last.
const DELETE: &str = "for _, permit in ipairs(redis.call('ZREVRANGE', KEYS[2], 0, 19)) do \
                      redis.call('HDEL', KEYS[1], permit) end";

/// The disk is put back to what it was some seconds ago.
fn older_disk() -> Option<(u32, Outcome)> {
    let folder = tempfile::tempdir().unwrap();
    let kept = folder.path().join("kept");
    one(&SAFE, |server| {
        let _ = std::fs::remove_dir_all(&kept);
        copy_folder(server.folder(), &kept);
        std::thread::sleep(Duration::from_secs(1));
        server.kill();
        std::fs::remove_dir_all(server.folder()).unwrap();
        copy_folder(&kept, server.folder());
        server.run().unwrap();
    })
}

fn copy_folder(from: &std::path::Path, to: &std::path::Path) {
    let copied = std::process::Command::new("cp").arg("-rT").args([from, to]).status();
    assert!(copied.unwrap().success());
}

/// Gates that ask for a shorter cool-down than the zone's limits are refused or do not matter: the
/// records last as long as the zone's largest window says.
fn windows() -> Option<(u32, Outcome)> {
    let server = Redis::start(&SAFE)?;
    let mut crowd = Crowd::begin(three(server.port(), lane));
    crowd.until_admits(Instant::now());
    let shorter = Retention { largest_window: 1, ..LIMITS };
    let refused = gate(server.port(), 7, shorter).connect();
    assert!(refused.is_err(), "a gate with other limits started");
    play(crowd, || {})
}
