//! Servers that promise less than they could.

use std::time::Duration;

use livepermit_gate::replay::{
    Demands, Failover, RedisServers, ReplayStore as _, Retention, StoreErrorKind,
};

use super::server::{DURABLE, Server};
use super::{admits, builder, codes, now, opened, until};

#[test]
fn what_is_weaker_than_promised_is_told_or_refused() {
    let Some(server) = Server::start(&[]) else { return };
    let gate = || builder(RedisServers::one(&server.url()));
    let strict = || gate().demands(Demands::Strict).connect();
    assert_eq!(codes(&gate().connect().unwrap()), ["redis-appendonly-off"]);
    let refused = strict().unwrap_err();
    assert_eq!(refused.kind(), StoreErrorKind::Setup);
    assert!(refused.to_string().contains("appendonly yes"), "{refused}");
    server.set("appendonly", "yes");
    assert_eq!(codes(&gate().connect().unwrap()), ["redis-appendfsync-not-always"]);
    server.set("appendfsync", "always");
    assert_eq!(codes(&gate().connect().unwrap()), [""; 0]);
    strict().unwrap();
    server.set("maxmemory-policy", "allkeys-lru");
    let refused = gate().connect().unwrap_err();
    assert_eq!(refused.kind(), StoreErrorKind::Setup);
    assert!(refused.to_string().contains("allkeys-lru"), "{refused}");
}

#[test]
fn replicas_need_a_failover_that_is_named_and_bounded() {
    let Some(server) = Server::start(&DURABLE) else { return };
    let master = server.port.to_string();
    let replica = ["--replicaof", "127.0.0.1", &master];
    let _replica = Server::launch(&replica);
    server.wait_for_replicas(1);
    let found = |failover: Failover, old_master: u64| {
        let retention = Retention { old_master, ..Retention::default() };
        let prefix = format!("test{old_master}");
        let gate = builder(RedisServers::one(&server.url())).prefix(&prefix);
        codes(&gate.failover(failover).retention(retention).connect().unwrap())
    };
    assert_eq!(found(Failover::None, 0), ["redis-failover-not-named"]);
    assert_eq!(found(Failover::Bounded, 12), ["redis-old-master-not-bounded"]);
    server.set("min-replicas-to-write", "1");
    server.set("min-replicas-max-lag", "10");
    assert_eq!(found(Failover::Bounded, 11), ["redis-old-master-not-bounded"]);
    assert_eq!(found(Failover::Bounded, 12), [""; 0]);
    assert_eq!(found(Failover::Waited { replicas: 1 }, 0), [""; 0]);
    assert_eq!(found(Failover::Waited { replicas: 2 }, 0), ["redis-too-few-replicas"]);
    server.set("repl-backlog-ttl", "3600");
    assert_eq!(found(Failover::Bounded, 12), ["redis-backlog-ends"]);
}

#[test]
fn settings_that_the_user_may_not_read_are_told() {
    let Some(server) = Server::start(&[]) else { return };
    server.command(&["ACL", "SETUSER", "gate", "on", ">word", "~*", "+@all", "-config"]);
    let servers = || RedisServers::one(&server.url()).user("gate").password("word");
    // INFO tells two of the settings.
    let store = opened(builder(servers()));
    assert_eq!(codes(&store), ["redis-appendonly-off"]);
    admits(&store).unwrap();
    server.set("appendonly", "yes");
    let store = builder(servers()).connect().unwrap();
    assert_eq!(codes(&store), ["redis-settings-not-readable"]);
    let text = store.health().cautions[0].text.to_string();
    assert!(text.contains("NOPERM") && text.contains("appendfsync"), "{text}");
    let refused = builder(servers()).demands(Demands::Strict).connect().unwrap_err();
    assert_eq!(refused.kind(), StoreErrorKind::Setup);
    server.set("maxmemory-policy", "allkeys-lru");
    let refused = builder(servers()).connect().unwrap_err();
    assert_eq!(refused.kind(), StoreErrorKind::Setup);
    assert!(refused.to_string().contains("allkeys-lru"), "{refused}");
    server.set("maxmemory-policy", "noeviction");

    server.command(&["ACL", "SETUSER", "gate", "+config", "-info"]);
    let refused = builder(servers()).connect().unwrap_err();
    assert_eq!(refused.kind(), StoreErrorKind::Setup);
    assert!(refused.to_string().contains("+info"), "{refused}");
    // What a gate needs, and nothing else.
    let least = [
        "ACL",
        "SETUSER",
        "least",
        "on",
        ">word",
        "~{test}:*",
        "+info",
        "+config|get",
        "+eval",
        "+evalsha",
        "+ping",
        "+wait",
        "+@hash",
        "+@sortedset",
        "+time",
        "+exists",
        "+del",
    ];
    server.command(&least);
    server.set("appendfsync", "always");
    let servers = RedisServers::one(&server.url()).user("least").password("word");
    let store = builder(servers).demands(Demands::Strict).connect().unwrap();
    admits(&store).unwrap();
}

#[test]
fn settings_that_somebody_changes_are_noticed() {
    let Some(server) = Server::start(&DURABLE) else { return };
    let often = Duration::from_millis(100);
    let servers = RedisServers::one(&server.url()).check_settings_every(often);
    let store = opened(builder(servers));
    assert_eq!(codes(&store), [""; 0]);
    server.set("appendfsync", "everysec");
    until("the gate notices", || {
        store.keep_alive(now()).unwrap();
        codes(&store) == ["redis-appendfsync-not-always"]
    });
    server.set("appendfsync", "always");
    until("the gate notices", || {
        store.keep_alive(now()).unwrap();
        codes(&store).is_empty()
    });
    // Gates without a pause notice with an attempt.
    server.set("maxmemory-policy", "volatile-lru");
    until("the gate refuses the server", || match admits(&store) {
        Ok(()) => false,
        Err(error) => {
            assert_eq!(error.kind(), StoreErrorKind::Setup);
            true
        }
    });
    let refused = admits(&store).unwrap_err();
    assert!(refused.to_string().contains("volatile-lru"), "no old connection is used: {refused}");
    assert!(store.keep_alive(now()).is_err());
    server.set("maxmemory-policy", "noeviction");
    admits(&store).unwrap();
}
