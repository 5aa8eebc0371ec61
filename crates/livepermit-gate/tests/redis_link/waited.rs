//! Doors that open when replicas have the admission too.

use std::time::{Duration, Instant};

use livepermit_gate::replay::{Answer, Failover, RedisServers, ReplayStore as _, StoreErrorKind};

use super::server::{DURABLE, Server};
use super::{admits, builder, codes, fresh, now, opened, until};

#[test]
fn a_door_opens_when_the_replica_has_the_admission() {
    let Some(server) = Server::start(&DURABLE) else { return };
    let mut replica = Server::launch(&["--replicaof", "127.0.0.1", &server.port.to_string()]);
    server.wait_for_replicas(1);
    let gate = || {
        let gate = builder(RedisServers::one(&server.url())).timeout(Duration::from_secs(2));
        gate.failover(Failover::Waited { replicas: 1 })
    };
    let store = opened(gate());
    assert_eq!(codes(&store), [""; 0]);
    for _ in 0..20 {
        admits(&store).unwrap();
    }
    let count = |server: &Server| server.command(&["HLEN", "{test}:used"]);
    assert_eq!(count(&replica), count(&server), "the replica has each admission");

    replica.signal("-STOP");
    let attempt = fresh();
    let begin = Instant::now();
    let error = store.admit(&attempt).unwrap_err();
    assert_eq!(error.kind(), StoreErrorKind::Unreachable);
    assert!(error.to_string().contains("WAIT"), "{error}");
    assert!(error.to_string().contains("0 of 1"), "{error}");
    assert!(begin.elapsed() < Duration::from_secs(30));
    // What does not admit waits for nobody.
    store.keep_alive(now()).unwrap();
    replica.signal("-CONT");
    let again = store.admit(&attempt).unwrap();
    assert!(matches!(again, Answer::AlreadyAcceptedHere { .. }), "recorded: {again:?}");
    until("the replica confirms again", || admits(&store).is_ok());

    replica.kill();
    until("the server notices", || {
        server.text(&["INFO", "replication"]).contains("connected_slaves:0")
    });
    assert!(admits(&store).unwrap_err().to_string().contains("0 of 1"));
    assert_eq!(codes(&gate().connect().unwrap()), ["redis-too-few-replicas"]);
    replica.restart();
    server.wait_for_replicas(1);
    until("the replica confirms again", || admits(&store).is_ok());
}
