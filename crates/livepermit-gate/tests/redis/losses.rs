//! Every kind of loss: what was admitted is not admitted again, whoever asks.

use livepermit_gate::replay::{Answer, GoOn, Loss, ReplayStore as _, StoreErrorKind};

use super::proxy::Proxy;
use super::server::Server;
use super::{
    PATIENCE, RedisReplay, another, builder, clock, code, gate, leaving, now, refused_until, slip,
};

const AOF: [&str; 4] = ["--appendonly", "yes", "--appendfsync", "always"];
const KEYS: [&str; 3] = ["{test}:used", "{test}:over", "{test}:meta"];

/// One person enters at the north gate. Then `lose` happens, and the first gate that asks is the
/// south gate, which has not seen the admission.
fn found_by_whoever_asks(settings: &[&str], expected: Loss, lose: impl FnOnce(&mut Server)) {
    let Some(mut server) = Server::start(settings) else { return };
    let north = gate(&server, "north");
    let south = another(&server, "south");
    south.keep_alive(now()).unwrap();
    let moment = clock();
    assert_eq!(north.admit(&code("north", 1, moment)), Ok(Answer::Admitted));
    assert_eq!(south.admit(&code("south", 9, moment)), Ok(Answer::Admitted));
    assert_eq!(south.health().out_of_order_until, None);
    lose(&mut server);
    // The connections of a killed server are dead.
    while south.keep_alive(now()).is_err_and(|error| error.kind() == StoreErrorKind::Unreachable) {}
    shut(&south, "south", moment, expected);
    while north.keep_alive(now()).is_err_and(|error| error.kind() == StoreErrorKind::Unreachable) {}
    let until = refused_until(north.admit(&code("north", 1, moment)));
    assert!(until >= moment + 299, "{until}");
}

/// The zone refuses everything that the loss may concern.
#[track_caller]
fn shut(store: &RedisReplay, name: &str, moment: u64, expected: Loss) {
    let before = clock();
    let until = refused_until(store.admit(&code(name, 1, moment)));
    // The longest cool-down that may be lost; 60 + 15 + 1 seconds for a moment that may be. The
    // second may change between the two clocks.
    assert!((moment + 299..=before + 301).contains(&until), "{until} {before}");
    let until = refused_until(store.admit(&leaving(code(name, 1, moment))));
    assert!((moment + 76..=before + 77).contains(&until), "{until} {before}");
    let until = refused_until(store.admit(&slip(name, 2)));
    assert!((moment + 299..=before + 301).contains(&until), "{until} {before}");
    let until = refused_until(store.admit(&code(name, 3, clock() + 5)));
    assert!(until >= moment + 299, "a cool-down may be lost: {until}");
    assert_eq!(store.admit(&leaving(slip(name, 2))), Ok(Answer::Admitted), "leaving is open");
    let health = store.health();
    assert_eq!(health.loss, Some(expected));
    let until = health.out_of_order_until.unwrap().as_unix();
    assert!((moment + 299..=before + 301).contains(&until), "{until} {before}");
}

#[test]
fn an_emptied_server() {
    found_by_whoever_asks(&[], Loss::NoState, |server| server.command(&["FLUSHALL"]));
}

#[test]
fn a_record_deleted() {
    found_by_whoever_asks(&[], Loss::OtherRecords, |server| {
        let mut connection = server.connection().unwrap();
        let gone: usize =
            redis::cmd("HDEL").arg(KEYS[0]).arg(&[1_u8; 32]).query(&mut connection).unwrap();
        assert_eq!(gone, 1);
    });
}

#[test]
fn the_records_deleted() {
    found_by_whoever_asks(&[], Loss::OtherRecords, |server| server.command(&["DEL", KEYS[0]]));
}

#[test]
fn the_records_renamed() {
    found_by_whoever_asks(&[], Loss::OtherRecords, |server| {
        server.command(&["RENAME", KEYS[0], "{test}:away"])
    });
}

#[test]
fn the_state_renamed() {
    found_by_whoever_asks(&[], Loss::NoState, |server| {
        server.command(&["RENAME", KEYS[2], "{test}:away"])
    });
}

/// Nothing is admitted twice without this key, but nothing would ever be forgotten.
#[test]
fn the_order_of_forgetting_deleted() {
    found_by_whoever_asks(&[], Loss::OtherRecords, |server| server.command(&["DEL", KEYS[1]]));
}

#[test]
fn the_records_expired() {
    found_by_whoever_asks(&[], Loss::OtherRecords, |server| {
        server.command::<()>(&["PEXPIRE", KEYS[0], "1"]);
        std::thread::sleep(std::time::Duration::from_millis(20));
    });
}

#[test]
fn the_records_evicted() {
    found_by_whoever_asks(&[], Loss::NoState, |server| {
        server.command::<()>(&["CONFIG", "SET", "maxmemory-policy", "allkeys-random"]);
        server.command::<()>(&["CONFIG", "SET", "maxmemory", "1"]);
        while server.command::<u64>(&["DBSIZE"]) > 0 {}
        server.command::<()>(&["CONFIG", "SET", "maxmemory", "0"]);
        server.command::<()>(&["CONFIG", "SET", "maxmemory-policy", "noeviction"]);
    });
}

#[test]
fn a_restart_without_a_disk() {
    found_by_whoever_asks(&[], Loss::NoState, |server| server.restart(|_| {}));
}

/// Nothing is lost, but that looks the same as an old file that was put back.
#[test]
fn a_restart_that_keeps_everything() {
    found_by_whoever_asks(&AOF, Loss::OtherIncarnation, |server| server.restart(|_| {}));
}

#[test]
fn a_snapshot_put_back_at_a_restart() {
    let Some(mut server) = Server::start(&[]) else { return };
    let north = gate(&server, "north");
    server.command::<()>(&["SAVE"]);
    let snapshot = std::fs::read(server.folder().join("dump.rdb")).unwrap();
    let moment = clock();
    assert_eq!(north.admit(&code("north", 1, moment)), Ok(Answer::Admitted));
    server.restart(|folder| std::fs::write(folder.join("dump.rdb"), snapshot).unwrap());
    let south = another(&server, "south");
    south.keep_alive(now()).unwrap();
    shut(&south, "south", moment, Loss::OtherIncarnation);
}

/// The keys as bytes, to put them back.
fn dump(server: &Server) -> Vec<Option<Vec<u8>>> {
    let mut connection = server.connection().unwrap();
    KEYS.map(|key| redis::cmd("DUMP").arg(key).query(&mut connection).unwrap()).into()
}

fn restore(server: &Server, dump: &[Option<Vec<u8>>]) {
    let mut connection = server.connection().unwrap();
    for (key, bytes) in KEYS.iter().zip(dump) {
        let () = redis::cmd("DEL").arg(key).query(&mut connection).unwrap();
        let Some(bytes) = bytes else { continue };
        let () = redis::cmd("RESTORE").arg(key).arg(0).arg(bytes).query(&mut connection).unwrap();
    }
}

#[test]
fn keys_put_back_are_found_by_the_gate_that_saw_more() {
    let Some(server) = Server::start(&[]) else { return };
    let north = gate(&server, "north");
    let before = dump(&server);
    let moment = clock();
    assert_eq!(north.admit(&code("north", 1, moment)), Ok(Answer::Admitted));
    restore(&server, &before);
    north.keep_alive(now()).unwrap();
    shut(&north, "north", moment, Loss::MissingAdmissions);
}

#[test]
fn keys_from_before_a_loss_are_found_by_every_gate_that_heard_of_it() {
    let Some(server) = Server::start(&[]) else { return };
    let (north, south) = (gate(&server, "north"), another(&server, "south"));
    let before = dump(&server);
    let moment = clock();
    assert_eq!(north.admit(&code("north", 1, moment)), Ok(Answer::Admitted));
    server.command::<()>(&["DEL", KEYS[0]]);
    north.keep_alive(now()).unwrap();
    south.keep_alive(now()).unwrap();
    restore(&server, &before);
    south.keep_alive(now()).unwrap();
    shut(&south, "south", moment, Loss::OldGeneration);
}

/// Two servers that went on from the same memory, each noticed by another gate.
#[test]
fn another_life_of_the_same_generation_is_found() {
    let Some(server) = Server::start(&[]) else { return };
    let north = gate(&server, "north");
    let before = dump(&server);
    let another_life = || {
        server.command::<()>(&["REPLICAOF", "127.0.0.1", "1"]);
        server.command::<()>(&["REPLICAOF", "NO", "ONE"]);
    };
    another_life();
    north.keep_alive(now()).unwrap();
    assert_eq!(north.health().loss, Some(Loss::OtherIncarnation));
    north.go_on(GoOn::NothingWasAdmitted, now()).unwrap();
    let moment = clock();
    assert_eq!(north.admit(&leaving(code("north", 1, moment))), Ok(Answer::Admitted));
    restore(&server, &before);
    another_life();
    let south = another(&server, "south");
    south.go_on(GoOn::NothingWasAdmitted, now()).unwrap();
    north.keep_alive(now()).unwrap();
    shut(&north, "north", moment, Loss::OldGeneration);
}

/// What no rule at the gates can find: the memory is put back with its identity, and whoever asks
/// first did not see the lost part. It is found as soon as the gate asks that did.
#[test]
fn keys_put_back_are_a_known_limit_until_the_gate_asks_that_saw_more() {
    let Some(server) = Server::start(&[]) else { return };
    let (north, south) = (gate(&server, "north"), another(&server, "south"));
    let before = dump(&server);
    let moment = clock();
    assert_eq!(north.admit(&code("north", 1, moment)), Ok(Answer::Admitted));
    restore(&server, &before);
    assert_eq!(south.admit(&code("south", 1, moment)), Ok(Answer::Admitted), "the known limit");
    north.keep_alive(now()).unwrap();
    assert_eq!(north.health().loss, Some(Loss::MissingAdmissions));
}

#[test]
fn another_store_is_found_by_the_gate_that_knew_the_first() {
    let Some(server) = Server::start(&[]) else { return };
    let north = gate(&server, "north");
    let moment = clock();
    assert_eq!(north.admit(&code("north", 1, moment)), Ok(Answer::Admitted));
    server.command::<()>(&["FLUSHALL"]);
    // Somebody makes the zone anew, and says that nothing was admitted.
    let south = gate(&server, "south");
    assert_eq!(south.admit(&code("south", 2, moment)), Ok(Answer::Admitted));
    // What the other store refuses, without a look at its memory, does not make it known.
    let answer = north.admit(&code("north", 2, moment)).unwrap();
    assert!(matches!(answer, Answer::AlreadyUsed { .. }), "{answer:?}");
    north.keep_alive(now()).unwrap();
    shut(&north, "north", moment, Loss::OtherStore);
}

/// A failover to a replica that had not received the last admissions. The gates keep their
/// address, so they do not notice the failover.
#[test]
fn a_failover_to_a_replica_that_is_behind() {
    let Some(master) = Server::start(&[]) else { return };
    let replication = Proxy::to(master.port);
    let upstream = format!("127.0.0.1 {}", replication.port());
    let replica = Server::start(&["--replicaof", &upstream]).unwrap();
    let front = Proxy::to(master.port);
    let store = |name| builder(&front.url(), name).connect().unwrap();
    let (north, south) = (gate_through(&front), store("south"));
    in_step(&master, &replica);
    // The first replica gives the master another identity: a false alarm, and no more.
    north.go_on(GoOn::NothingWasAdmitted, now()).unwrap();
    let earlier = clock();
    assert_eq!(north.admit(&code("north", 5, earlier)), Ok(Answer::Admitted));
    assert_eq!(south.admit(&code("south", 6, earlier)), Ok(Answer::Admitted));
    in_step(&master, &replica);
    replication.hold();
    let moment = clock();
    assert_eq!(north.admit(&code("north", 1, moment)), Ok(Answer::Admitted));
    front.lead_to(replica.port);
    drop(master);
    replica.command::<()>(&["REPLICAOF", "NO", "ONE"]);
    assert_eq!(
        replica.command::<u64>(&["HLEN", KEYS[0]]),
        2,
        "the replica has what came before the hold, and no more"
    );
    while south.keep_alive(now()).is_err() {}
    shut(&south, "south", moment, Loss::OtherIncarnation);
    while north.keep_alive(now()).is_err() {}
    refused_until(north.admit(&code("north", 1, moment)));
}

fn gate_through(front: &Proxy) -> RedisReplay {
    let store = builder(&front.url(), "north").connect().unwrap();
    store.go_on(GoOn::NothingWasAdmitted, now()).unwrap();
    store
}

/// Waits until the replica has everything.
fn in_step(master: &Server, replica: &Server) {
    let offset = |server: &Server| {
        let info: String = server.command(&["INFO", "replication"]);
        let up = info.contains("role:master") || info.contains("master_link_status:up");
        let line = info.lines().find_map(|line| line.strip_prefix("master_repl_offset:"));
        (up, line.unwrap().to_owned())
    };
    let begin = std::time::Instant::now();
    loop {
        let (there, here) = (offset(master), offset(replica));
        if here == there && here.0 && replica.command::<u64>(&["EXISTS", KEYS[2]]) == 1 {
            return;
        }
        assert!(begin.elapsed() < PATIENCE, "{there:?} {here:?}");
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
}

/// The old master lives on and admits, and the gates come to the new one one after the other.
#[test]
fn an_old_master_that_lives_on_is_left_behind() {
    let Some(old) = Server::start(&[]) else { return };
    let next = Server::start(&["--replicaof", &format!("127.0.0.1 {}", old.port)]).unwrap();
    let front = Proxy::to(old.port);
    let north = gate_through(&front);
    in_step(&old, &next);
    north.go_on(GoOn::NothingWasAdmitted, now()).unwrap();
    in_step(&old, &next);
    next.command::<()>(&["REPLICAOF", "NO", "ONE"]);
    // North stays with the old master.
    let moment = clock();
    assert_eq!(north.admit(&code("north", 1, moment)), Ok(Answer::Admitted));
    let south = another(&next, "south");
    south.keep_alive(now()).unwrap();
    shut(&south, "south", moment, Loss::OtherIncarnation);
    // A gate that has met the new master does not go back.
    let hopping = Proxy::to(next.port);
    let west = builder(&hopping.url(), "west").connect().unwrap();
    west.keep_alive(now()).unwrap();
    hopping.lead_to(old.port);
    next.command::<u64>(&["CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes"]);
    while west.keep_alive(now()).is_err() {}
    assert_eq!(west.health().loss, Some(Loss::OldGeneration), "the old master is out of order now");
    refused_until(west.admit(&code("west", 7, clock())));
}
