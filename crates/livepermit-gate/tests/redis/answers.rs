//! Answers that are strange or old open nothing; servers that cannot be used are refused.

use std::time::Duration;

use livepermit_gate::replay::{
    Answer, GoOn, Loss, RedisServers, ReplayStore as _, StoreErrorKind, Witnesses,
};

use super::proxy::Proxy;
use super::server::Server;
use super::{
    RETENTION, RedisReplay, another, builder, clock, code, gate, now, permit, refused_until,
};

/// What a server may say in place of an answer. Only the last one says "admitted" as the script
/// does; it stands for the lengths in between.
const STRANGE: [&str; 16] = [
    "+OK\r\n",
    ":0\r\n",
    "$-1\r\n",
    "*0\r\n",
    "*1\r\n:0\r\n",
    "$1\r\n0\r\n",
    "*3\r\n:0\r\n:0\r\n:7\r\n",
    "*5\r\n:0\r\n:0\r\n:1790000000\r\n:0\r\n:0\r\n",
    "*6\r\n:0\r\n:5\r\n:1790000000\r\n:0\r\n:0\r\n:1\r\n",
    "*6\r\n:256\r\n:0\r\n:1790000000\r\n:0\r\n:0\r\n:1\r\n",
    "*6\r\n:4294967296\r\n:0\r\n:1790000000\r\n:0\r\n:0\r\n:1\r\n",
    "*6\r\n:0\r\n:0\r\n:1790000000\r\n:0\r\n:0\r\n:-1\r\n",
    "*6\r\n:0\r\n:0\r\n:1790000000\r\n:0\r\n:0\r\n$1\r\n1\r\n",
    "*6\r\n:0\r\n:0\r\n:1099511627776\r\n:0\r\n:0\r\n:1\r\n",
    "*8\r\n:0\r\n:0\r\n:1790000000\r\n:0\r\n:0\r\n:1\r\n$5\r\nstate\r\n:0\r\n",
    "*7\r\n:0\r\n:0\r\n:1790000000\r\n:0\r\n:0\r\n:1\r\n:1\r\n",
];

#[test]
fn a_strange_answer_is_an_error() {
    let Some(server) = Server::start(&[]) else { return };
    let proxy = Proxy::to(server.port);
    let store = builder(&proxy.url(), "north").connect().unwrap();
    store.go_on(GoOn::NothingWasAdmitted, now()).unwrap();
    for answer in STRANGE {
        proxy.replace(answer);
        let error = store.admit(&code("north", 1, clock())).unwrap_err();
        assert_eq!(error.kind(), StoreErrorKind::Foreign, "{answer:?}: {error}");
        let error = store.keep_alive(now()).unwrap_err();
        assert_eq!(error.kind(), StoreErrorKind::Foreign, "{answer:?}: {error}");
        proxy.pass();
    }
    // What is no answer to this question.
    for (answer, asked) in [("*1\r\n:9\r\n", "same settings"), ("*1\r\n:11\r\n", "foreign")] {
        proxy.replace(answer);
        let error = store.admit(&code("north", 1, clock())).unwrap_err();
        assert_eq!(error.kind(), StoreErrorKind::Foreign, "{asked}: {error}");
        proxy.pass();
    }
    // A gate that knows no store learns nothing from "as you know".
    let fresh = builder(&proxy.url(), "south").connect().unwrap();
    proxy.replace("*6\r\n:0\r\n:0\r\n:1790000000\r\n:0\r\n:0\r\n:1\r\n");
    let error = fresh.admit(&code("south", 2, clock())).unwrap_err();
    assert_eq!(error.kind(), StoreErrorKind::Foreign, "{error}");
    for answer in ["*3\r\n:1\r\n", "?\r\n", "-LOADING later\r\n", "-ERR what\r\n"] {
        proxy.replace(answer);
        let short = builder(&proxy.url(), "west").timeout(Duration::from_millis(300));
        assert!(short.connect().is_err(), "{answer:?}");
    }
}

/// An answer that was on its way while the server lost its memory opens nothing.
#[test]
fn an_answer_in_flight_across_a_loss_opens_nothing() {
    let Some(server) = Server::start(&[]) else { return };
    let proxy = Proxy::to(server.port);
    let store = builder(&proxy.url(), "north").connect().unwrap();
    store.go_on(GoOn::NothingWasAdmitted, now()).unwrap();
    let moment = clock();
    std::thread::scope(|scope| {
        proxy.hold();
        let late = scope.spawn(|| store.admit(&code("north", 1, moment)));
        proxy.wait_for_held();
        assert_eq!(server.command::<u64>(&["HLEN", "{test}:used"]), 1, "it was admitted");
        server.command::<()>(&["FLUSHALL"]);
        // Another lane of the same gate hears of the loss first.
        proxy.pass_others();
        store.keep_alive(now()).unwrap();
        assert_eq!(store.health().loss, Some(Loss::NoState));
        proxy.pass();
        let error = late.join().unwrap().unwrap_err();
        assert_eq!(error.kind(), StoreErrorKind::Unreachable, "{error}");
        assert!(error.to_string().contains("no longer the master"), "{error}");
    });
    refused_until(store.admit(&code("north", 1, moment)));
}

/// The witness is on the disk before the door opens, and a gate that starts again knows its store.
#[test]
fn a_gate_that_starts_again_knows_its_store() {
    let Some(server) = Server::start(&[]) else { return };
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("store");
    let start = || {
        let witnesses = Witnesses::open(&file).unwrap();
        builder(&server.url(), "north").witnesses(witnesses).connect().unwrap()
    };
    let moment = clock();
    let written = {
        let north = start();
        north.go_on(GoOn::NothingWasAdmitted, now()).unwrap();
        let before = std::fs::read(&file).unwrap();
        assert_eq!(north.admit(&code("north", 1, moment)), Ok(Answer::Admitted));
        assert_ne!(std::fs::read(&file).unwrap(), before);
        let known = std::fs::read(&file).unwrap();
        refused_twice(&north, moment);
        assert_eq!(std::fs::read(&file).unwrap(), known, "a refusal teaches nothing");
        known
    };
    assert_eq!(start().health().loss, None);
    let north = start();
    north.keep_alive(now()).unwrap();
    assert_eq!(north.health().loss, None);
    drop(north);
    // While the gate is off, the store is exchanged for another.
    server.command::<()>(&["FLUSHALL"]);
    gate(&server, "south");
    let north = start();
    refused_until(north.admit(&code("north", 1, moment)));
    assert_eq!(north.health().loss, Some(Loss::OtherStore));
    assert_ne!(std::fs::read(&file).unwrap(), written);
}

fn refused_twice(store: &RedisReplay, moment: u64) {
    for _ in 0..2 {
        let again = store.admit(&code("north", 1, moment)).unwrap();
        assert!(matches!(again, Answer::AlreadyAcceptedHere { .. }), "{again:?}");
    }
}

#[test]
fn a_user_who_may_not_ask_who_the_server_is_is_told_what_is_needed() {
    let Some(server) = Server::start(&[]) else { return };
    let acl = |words: &[&str]| {
        let mut all =
            vec!["ACL", "SETUSER", "gate", "on", ">sesame", "resetkeys", "~*", "nocommands"];
        all.extend(words);
        server.command::<()>(&all);
    };
    let servers = || RedisServers::one(&server.url()).user("gate").password("sesame");
    let connect = || {
        let store = RedisReplay::through(servers()).prefix("test").gate("north");
        store.retention(RETENTION).timeout(super::PATIENCE)
    };
    acl(&["+@all", "-@dangerous"]);
    let error = connect().connect().unwrap_err();
    assert_eq!(error.kind(), StoreErrorKind::Setup, "{error}");
    assert!(error.to_string().contains("+info"), "{error}");
    acl(&["+@all", "-@dangerous", "+info"]);
    let store = connect().connect().unwrap();
    store.go_on(GoOn::NothingWasAdmitted, now()).unwrap();
    assert_eq!(store.admit(&code("north", 1, clock())), Ok(Answer::Admitted));
    // The right is taken away while the gate is open.
    acl(&["+@all", "-@dangerous"]);
    let error = store.admit(&code("north", 2, clock())).unwrap_err();
    assert!(error.to_string().contains("+info"), "{error}");
    // The least that the documentation names.
    acl(&[
        "resetkeys",
        "~{test*",
        "+@read",
        "+@write",
        "+@scripting",
        "+@connection",
        "+info",
        "+time",
    ]);
    let store = connect().connect().unwrap();
    store.keep_alive(now()).unwrap();
    assert_eq!(store.admit(&code("north", 3, clock())), Ok(Answer::Admitted));
    assert!(store.earlier(permit(3)).unwrap().is_some());
    let wrong = RedisServers::one(&server.url()).user("gate").password("other");
    let error = RedisReplay::through(wrong).connect().unwrap_err();
    assert_eq!(error.kind(), StoreErrorKind::Setup, "{error}");
    assert!(!format!("{error} {:?}", servers()).contains("sesame"), "{error}");
}

#[test]
fn what_is_no_store_of_this_version_is_foreign() {
    let Some(server) = Server::start(&[]) else { return };
    let connect = || builder(&server.url(), "north").connect();
    let foreign = |what: &str| {
        let error = connect().unwrap_err();
        assert_eq!(error.kind(), StoreErrorKind::Foreign, "{what}: {error}");
        server.command::<()>(&["FLUSHALL"]);
    };
    server.command::<()>(&["SET", "{test}:meta", "x"]);
    foreign("no hash");
    server.command::<()>(&["HSET", "{test}:meta", "format", "1", "seq", "5", "from", "0"]);
    foreign("the version before this one");
    server.command::<()>(&["SET", "{test}:used", "x"]);
    foreign("records that are none");
    server.command::<()>(&["SET", "{test}:over", "x"]);
    foreign("an order that is none");
    gate(&server, "north");
    server.command::<()>(&["HDEL", "{test}:meta", "lost"]);
    foreign("a state without a part");
    gate(&server, "north");
    server.command::<()>(&["HSET", "{test}:meta", "state", "3 30 5"]);
    foreign("a later version");
    let store = gate(&server, "north");
    let mut connection = server.connection().unwrap();
    let id = permit(1);
    redis::cmd("HSET")
        .arg("{test}:used")
        .arg(id.as_bytes().as_slice())
        .arg("no record")
        .exec(&mut connection)
        .unwrap();
    assert_eq!(store.earlier(id).unwrap_err().kind(), StoreErrorKind::Foreign);
    let error = store.admit(&code("north", 1, clock())).unwrap_err();
    assert_eq!(error.kind(), StoreErrorKind::Foreign, "{error}");
    let late = another(&server, "south").admit(&code("south", 2, clock()));
    refused_until(late);
}
