//! A master that sentinels watch.

use std::time::Duration;

use livepermit_gate::replay::{Failover, StoreError};
use livepermit_gate::replay::{RedisServers, ReplayStore as _, Retention, StoreErrorKind};

use super::server::{DURABLE, Server, has};
use super::{admits, builder, fresh, new_zone, now, opened, until};

const PASSWORD: [&str; 4] = ["--requirepass", "data-word", "--masterauth", "data-word"];

/// A master, two replicas and three sentinels, with passwords.
struct Watched {
    servers: Vec<Server>,
    sentinels: Vec<Server>,
}

impl Watched {
    fn start() -> Self {
        let settings = [DURABLE.as_slice(), &PASSWORD].concat();
        let master = Server::launch(&settings);
        let port = master.port.to_string();
        let replica = [settings.as_slice(), &["--replicaof", "127.0.0.1", &port]].concat();
        let servers = vec![master, Server::launch(&replica), Server::launch(&replica)];
        servers[0].wait_for_replicas(2);
        let configuration = format!(
            "sentinel monitor zone 127.0.0.1 {port} 2\nsentinel auth-pass zone data-word\n\
             sentinel down-after-milliseconds zone 1500\nsentinel failover-timeout zone 6000\n"
        );
        let sentinels: Vec<_> = (0..3).map(|_| Server::sentinel(&configuration)).collect();
        let sees = |sentinel: &Server| {
            let info = sentinel.text(&["INFO", "sentinel"]);
            info.contains("slaves=2,sentinels=3")
        };
        until("the sentinels know each other", || sentinels.iter().all(sees));
        Self { servers, sentinels }
    }

    fn gate(&self, name: &str) -> livepermit_gate::replay::RedisReplayBuilder {
        let addresses: Vec<String> = self.sentinels.iter().map(Server::address).collect();
        let servers = RedisServers::sentinels(addresses.iter().map(String::as_str), name);
        let retention = Retention { old_master: Retention::UNBOUNDED, ..Retention::default() };
        builder(servers.password("data-word")).failover(Failover::Unbounded).retention(retention)
    }

    fn master(&self) -> Option<usize> {
        let is_master = |server: &Server| {
            server.try_command(&["ROLE"]).is_ok_and(|role| format!("{role:?}").contains("master"))
        };
        self.servers.iter().position(is_master)
    }
}

#[test]
fn the_gate_follows_the_master_that_the_sentinels_name() {
    if !has("redis-server") {
        return;
    }
    let mut watched = Watched::start();
    let unknown = watched.gate("other").connect().unwrap_err();
    assert_eq!(unknown.kind(), StoreErrorKind::Setup, "{unknown}");
    assert!(unknown.to_string().contains("other"), "{unknown}");
    let store = opened(watched.gate("zone"));
    admits(&store).unwrap();
    // A sentinel that hangs does not take the time of the others.
    watched.sentinels[0].signal("-STOP");
    watched.servers[0].close_connections();
    admits(&store).unwrap();
    admits(&watched.gate("zone").connect().unwrap()).unwrap();
    watched.sentinels[0].signal("-CONT");

    // The master dies.
    watched.servers[0].kill();
    let mut errors: Vec<StoreError> = Vec::new();
    until("the gate finds the new master", || {
        store.admit(&fresh()).map_err(|error| errors.push(error)).is_ok()
    });
    println!("attempts without an answer, each 50 ms: {}", errors.len());
    for error in &errors {
        assert_eq!(error.kind(), StoreErrorKind::Unreachable, "{error}");
    }
    let second = watched.master().unwrap();
    assert_ne!(second, 0);
    new_zone(&store);
    admits(&store).unwrap();

    // The old master comes back, and becomes a replica.
    watched.servers[0].restart();
    until("the old master follows", || {
        let info = watched.servers[0].text(&["INFO", "replication"]);
        info.contains("role:slave") && info.contains("master_link_status:up")
    });
    admits(&store).unwrap();

    // A failover on purpose: the old master lives on, and says READONLY.
    until("the sentinels begin", || {
        watched.sentinels[1].try_command(&["SENTINEL", "FAILOVER", "zone"]).is_ok()
    });
    let is_replica = |server: &Server| server.text(&["INFO", "replication"]).contains("role:slave");
    until("the master becomes a replica", || is_replica(&watched.servers[second]));
    until("the gate finds the new master", || store.admit(&fresh()).is_ok());
    let third = watched.master().unwrap();
    assert_ne!(third, second);
    new_zone(&store);
    admits(&store).unwrap();
    store.keep_alive(now()).unwrap();
    for sentinel in &watched.sentinels {
        sentinel.signal("-STOP");
    }
    // While the master answers, no sentinel is needed.
    admits(&store).unwrap();
    let short = Duration::from_millis(600);
    let error = watched.gate("zone").timeout(short).connect().unwrap_err();
    assert_eq!(error.kind(), StoreErrorKind::Unreachable, "{error}");
}

#[test]
fn the_gate_leaves_a_master_when_most_sentinels_name_another() {
    if !has("redis-server") {
        return;
    }
    let (old, new) = (Server::launch(&DURABLE), Server::launch(&DURABLE));
    let configuration = format!("sentinel monitor zone 127.0.0.1 {} 2\n", old.port);
    let sentinels: Vec<_> = (0..3).map(|_| Server::sentinel(&configuration)).collect();
    let addresses: Vec<String> = sentinels.iter().map(Server::address).collect();
    let servers = RedisServers::sentinels(addresses.iter().map(String::as_str), "zone");
    let servers = servers.check_settings_every(Duration::from_millis(100));
    let store = opened(builder(servers));
    let names_the_new_one = |sentinel: &Server| {
        sentinel.command(&["SENTINEL", "REMOVE", "zone"]);
        let port = new.port.to_string();
        sentinel.command(&["SENTINEL", "MONITOR", "zone", "127.0.0.1", &port, "2"]);
    };
    let asked = |server: &Server| server.command(&["DBSIZE"]) != redis::Value::Int(0);
    names_the_new_one(&sentinels[0]);
    for _ in 0..5 {
        std::thread::sleep(Duration::from_millis(110));
        store.keep_alive(now()).unwrap();
        admits(&store).unwrap();
    }
    assert!(asked(&old) && !asked(&new), "one of three does not count");
    names_the_new_one(&sentinels[1]);
    until("the gate asks the new master", || {
        store.keep_alive(now()).unwrap();
        asked(&new)
    });
    new_zone(&store);
    admits(&store).unwrap();
}

#[test]
fn an_attempt_that_meets_a_demoted_master_is_answered_by_the_new_one() {
    if !has("redis-server") {
        return;
    }
    let (old, new) = (Server::launch(&DURABLE), Server::launch(&DURABLE));
    let configuration = format!("sentinel monitor zone 127.0.0.1 {} 1\n", old.port);
    let sentinel = Server::sentinel(&configuration);
    let store = opened(builder(RedisServers::sentinels([sentinel.address().as_str()], "zone")));
    admits(&store).unwrap();
    let port = new.port.to_string();
    sentinel.command(&["SENTINEL", "REMOVE", "zone"]);
    sentinel.command(&["SENTINEL", "MONITOR", "zone", "127.0.0.1", &port, "1"]);
    // The gate's connection stays open.
    old.command(&["REPLICAOF", "127.0.0.1", &port]);
    new.wait_for_replicas(1);
    store.admit(&fresh()).unwrap();
    new_zone(&store);
    admits(&store).unwrap();
    assert_ne!(new.command(&["DBSIZE"]), redis::Value::Int(0), "the new master was asked");
}
