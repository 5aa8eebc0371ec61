//! A cluster of three masters, each with a replica.

use std::collections::BTreeSet;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use livepermit_gate::RedisReplay;
use livepermit_gate::replay::{
    Answer, Attempt, Failover, RedisReplayBuilder, RedisServers, ReplayStore as _, Retention,
    StoreErrorKind,
};
use redis::Value;
use sha2::{Digest as _, Sha256};

use super::server::{DURABLE, Server, has};
use super::{builder, fresh, new_zone, opened, until};

const SETTINGS: [&str; 6] = [
    "--cluster-enabled",
    "yes",
    "--cluster-node-timeout",
    "2000",
    "--cluster-require-full-coverage",
    "no",
];

/// What a gate needs, and nothing else.
const GATE: [&str; 18] = [
    "ACL",
    "SETUSER",
    "gate",
    "on",
    ">word",
    "~{*}:*",
    "+info",
    "+config|get",
    "+eval",
    "+evalsha",
    "+ping",
    "+@hash",
    "+@sortedset",
    "+time",
    "+exists",
    "+del",
    "+cluster|slots",
    "+asking",
];

struct Cluster(Vec<Server>);

impl Cluster {
    fn start() -> Option<Self> {
        if !has("redis-server") || !has("redis-cli") {
            return None;
        }
        let settings = [DURABLE.as_slice(), &SETTINGS].concat();
        let nodes: Vec<_> = (0..6).map(|_| Server::launch(&settings)).collect();
        let addresses = nodes.iter().map(Server::address);
        let mut create = Command::new("redis-cli");
        create.args(["--cluster", "create"]).args(addresses);
        create.args(["--cluster-replicas", "1", "--cluster-yes"]).stdout(Stdio::null());
        assert!(create.status().unwrap().success());
        for node in &nodes {
            node.command(&GATE);
        }
        let cluster = Self(nodes);
        until("the cluster is well", || cluster.0.iter().all(is_well));
        Some(cluster)
    }

    fn gate(&self, shards: usize) -> RedisReplayBuilder {
        // One node is down from the start, and the gate finds the others through the rest.
        let addresses: Vec<String> = self.0.iter().map(Server::address).collect();
        let servers = RedisServers::cluster(
            std::iter::once("127.0.0.1:1").chain(addresses.iter().take(2).map(String::as_str)),
        );
        let retention = Retention { old_master: Retention::UNBOUNDED, ..Retention::default() };
        let servers = servers.user("gate").password("word");
        builder(servers).failover(Failover::Unbounded).retention(retention).shards(shards)
    }

    /// The slot of a shard, and the number of its master.
    fn master(&self, asked: usize, shard: usize) -> (String, usize) {
        let tag = if shard == 0 { "test".to_owned() } else { format!("test:{shard}") };
        let key = format!("{{{tag}}}:used");
        let slot: u16 = read(self.0[asked].command(&["CLUSTER", "KEYSLOT", &key]));
        let ranges: Vec<Vec<Value>> = read(self.0[asked].command(&["CLUSTER", "SLOTS"]));
        let holds = |range: &&Vec<Value>| {
            (read::<u16>(range[0].clone())..=read(range[1].clone())).contains(&slot)
        };
        let master: Vec<Value> = read(ranges.iter().find(holds).unwrap()[2].clone());
        let port: u16 = read(master[1].clone());
        let number = self.0.iter().position(|node| node.port == port).unwrap();
        (slot.to_string(), number)
    }

    fn id(&self, number: usize) -> String {
        self.0[number].text(&["CLUSTER", "MYID"])
    }
}

fn read<T: redis::FromRedisValue>(value: Value) -> T {
    redis::from_redis_value(value).unwrap()
}

/// Says when dropped that all is over.
struct Stop<'a>(&'a AtomicBool);

impl Drop for Stop<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::SeqCst);
    }
}

fn is_well(node: &Server) -> bool {
    let info = node.text(&["CLUSTER", "INFO"]);
    let replication = node.text(&["INFO", "replication"]);
    info.contains("cluster_state:ok")
        && info.contains("cluster_known_nodes:6")
        && (replication.contains("connected_slaves:1")
            || replication.contains("master_link_status:up"))
}

/// The shard of an attempt.
fn shard_of(attempt: &Attempt, shards: u64) -> u64 {
    let digest = Sha256::digest(attempt.key.permit.as_bytes());
    u64::from_be_bytes(digest[..8].try_into().unwrap()) % shards
}

fn fresh_in(shard: u64, shards: u64) -> Attempt {
    std::iter::repeat_with(fresh).find(|attempt| shard_of(attempt, shards) == shard).unwrap()
}

#[test]
fn a_slot_that_moves_during_the_traffic_costs_nothing_but_its_own_attempts() {
    let Some(cluster) = Cluster::start() else { return };
    let store = opened(cluster.gate(8));
    all_shards_admit(&store);
    let (slot, source) = cluster.master(0, 0);
    let target = (0..6)
        .find(|number| {
            let info = cluster.0[*number].text(&["INFO", "replication"]);
            *number != source && info.contains("role:master")
        })
        .unwrap();
    let (over, elsewhere) = (AtomicBool::new(false), AtomicU64::new(0));
    let errors = std::thread::scope(|scope| {
        let visitors: Vec<_> = (0..4)
            .map(|_| {
                scope.spawn(|| {
                    let (mut errors, mut admitted) = (Vec::new(), Vec::new());
                    while !over.load(Ordering::SeqCst) {
                        let attempt = fresh();
                        match store.admit(&attempt) {
                            Ok(Answer::Admitted) => admitted.push(attempt),
                            Ok(_) => {}
                            Err(error) => errors.push((shard_of(&attempt, SHARDS), error)),
                        }
                        elsewhere.fetch_add(1, Ordering::SeqCst);
                    }
                    (errors, admitted)
                })
            })
            .collect();
        let traffic = |least: u64| {
            let before = elsewhere.load(Ordering::SeqCst);
            until("visitors come", || elsewhere.load(Ordering::SeqCst) > before + least);
        };
        // Also when the test fails in between.
        let _stop = Stop(&over);
        traffic(100);
        let (from, to) = (&cluster.0[source], &cluster.0[target]);
        to.command(&["CLUSTER", "SETSLOT", &slot, "IMPORTING", &cluster.id(source)]);
        from.command(&["CLUSTER", "SETSLOT", &slot, "MIGRATING", &cluster.id(target)]);
        traffic(20);
        let keys: Vec<String> =
            redis::from_redis_value(from.command(&["CLUSTER", "GETKEYSINSLOT", &slot, "10"]))
                .unwrap();
        assert!(!keys.is_empty());
        // One by one, so that there is a time with some of the keys on each side.
        for key in &keys {
            let port = to.port.to_string();
            from.command(&["MIGRATE", "127.0.0.1", &port, key, "0", "5000"]);
            traffic(20);
        }
        let target_id = cluster.id(target);
        to.command(&["CLUSTER", "SETSLOT", &slot, "NODE", &target_id]);
        traffic(20);
        from.command(&["CLUSTER", "SETSLOT", &slot, "NODE", &target_id]);
        traffic(100);
        over.store(true, Ordering::SeqCst);
        let mut errors = Vec::new();
        for visitor in visitors {
            let (failed, admitted) = visitor.join().unwrap();
            errors.extend(failed);
            for attempt in admitted {
                let again = store.admit(&attempt).unwrap();
                assert_ne!(again, Answer::Admitted, "nobody is admitted twice");
            }
        }
        errors
    });
    let moved = (0..SHARDS).filter(|shard| {
        let shard = usize::try_from(*shard).unwrap();
        cluster.master(source, shard).0 == slot
    });
    let moved: Vec<u64> = moved.collect();
    println!("errors while the slot moved: {}", errors.len());
    for (shard, error) in errors {
        assert!(moved.contains(&shard), "another shard failed: {error}");
        assert!(error.to_string().contains("TRYAGAIN"), "{error}");
    }
    new_zone(&store);
    all_shards_admit(&store);
    let (_, now_at) = cluster.master(source, 0);
    assert_eq!(now_at, target);
}

#[test]
fn the_replica_of_a_node_that_was_killed_takes_its_shards() {
    let Some(mut cluster) = Cluster::start() else { return };
    let (store, dead) = fails_over(&mut cluster, Server::kill);
    // The node comes back as a replica, and its connections say where the master is.
    cluster.0[dead].restart();
    until("the node follows", || is_well(&cluster.0[dead]));
    all_shards_admit(&store);
}

#[test]
fn the_replica_of_a_node_that_hangs_takes_its_shards() {
    let Some(mut cluster) = Cluster::start() else { return };
    let (store, hung) = fails_over(&mut cluster, |node| node.signal("-STOP"));
    // The old master wakes up, and learns that it is none.
    cluster.0[hung].signal("-CONT");
    all_shards_admit(&store);
    until("the node follows", || is_well(&cluster.0[hung]));
    all_shards_admit(&store);
}

const SHARDS: u64 = 8;

/// Breaks the master of the first shard, and waits for the failover. Other shards go on.
fn fails_over(cluster: &mut Cluster, breaks: impl Fn(&mut Server)) -> (RedisReplay, usize) {
    let store = opened(cluster.gate(8).timeout(Duration::from_secs(3)));
    let (_, dead) = cluster.master(0, 0);
    let asked = usize::from(dead == 0);
    let masters: Vec<usize> = (0..8).map(|shard| cluster.master(asked, shard).1).collect();
    let lost = |shard: u64| masters[usize::try_from(shard).unwrap()] == dead;
    breaks(&mut cluster.0[dead]);
    let mut errors = 0;
    let mut waiting: BTreeSet<u64> = (0..SHARDS).filter(|shard| lost(*shard)).collect();
    until("the shards of the dead node are served again", || {
        let attempt = fresh();
        let shard = shard_of(&attempt, SHARDS);
        match store.admit(&attempt) {
            Ok(_) => {
                waiting.remove(&shard);
            }
            Err(error) => {
                assert!(lost(shard), "another shard failed: {error}");
                assert_eq!(error.kind(), StoreErrorKind::Unreachable, "{error}");
                errors += 1;
            }
        }
        waiting.is_empty()
    });
    println!("attempts without an answer until the failover: {errors}");
    new_zone(&store);
    all_shards_admit(&store);
    (store, dead)
}

fn all_shards_admit(store: &RedisReplay) {
    for shard in 0..SHARDS {
        assert_eq!(store.admit(&fresh_in(shard, SHARDS)), Ok(Answer::Admitted));
    }
}

#[test]
fn a_node_of_a_cluster_is_no_single_server_and_a_single_server_no_cluster() {
    let Some(cluster) = Cluster::start() else { return };
    // With 8 shards, some are elsewhere.
    let one = RedisServers::one(&cluster.0[0].url());
    let one = builder(one).failover(Failover::Unbounded).shards(8);
    let error = one
        .connect()
        .and_then(|store| (0..8).try_for_each(|shard| store.admit(&fresh_in(shard, 8)).map(drop)));
    let error = error.unwrap_err();
    assert_eq!(error.kind(), StoreErrorKind::Setup, "{error}");
    assert!(error.to_string().contains("MOVED"), "{error}");
    let single = Server::launch(&[]);
    let error = builder(RedisServers::cluster([single.address().as_str()])).connect().unwrap_err();
    assert_eq!(error.kind(), StoreErrorKind::Setup, "{error}");
    assert!(error.to_string().contains("cluster"), "{error}");
}

/// What the shards cost: run with `--release --ignored --nocapture`.
#[test]
#[ignore = "prints a figure, and takes all cores"]
fn cost_of_64_shards_in_a_cluster() {
    const THREADS: u64 = 8;
    const SECONDS: u64 = 10;
    let Some(cluster) = Cluster::start() else { return };
    let single = Server::launch(&DURABLE);
    let one = builder(RedisServers::one(&single.url())).capacity(10_000_000);
    let stores = [
        ("6 nodes, 64 shards", opened(cluster.gate(64).capacity(10_000_000))),
        ("6 nodes, 1 shard", opened(cluster.gate(1).prefix("one").capacity(10_000_000))),
        ("1 server, 1 shard", opened(one)),
    ];
    for (name, store) in &stores {
        let begin = Instant::now();
        let admitted: u64 = std::thread::scope(|scope| {
            let lanes: Vec<_> = (0..THREADS)
                .map(|_| {
                    scope.spawn(|| {
                        let mut admitted = 0;
                        while begin.elapsed() < Duration::from_secs(SECONDS) {
                            assert_eq!(store.admit(&fresh()), Ok(Answer::Admitted));
                            admitted += 1;
                        }
                        admitted
                    })
                })
                .collect();
            lanes.into_iter().map(|lane| lane.join().unwrap()).sum()
        });
        println!("{name}: {} admissions/s by {THREADS} threads", admitted / SECONDS);
    }
}
