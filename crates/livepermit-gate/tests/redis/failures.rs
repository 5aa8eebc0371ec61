//! A server that is killed, hangs, is none, or evicts: an error in time, and nothing admitted
//! twice.

use std::net::TcpListener;
use std::time::{Duration, Instant};

use livepermit_gate::replay::{Answer, GoOn, ReplayStore as _, StoreError, StoreErrorKind};

use super::server::Server;
use super::{PATIENCE, RedisReplay, another, builder, clock, code, gate, leaving, now};

#[test]
fn a_server_killed_in_the_middle_is_an_error_and_admits_nothing_twice() {
    let durable = ["--appendonly", "yes", "--appendfsync", "always"];
    let Some(mut server) = Server::start(&durable) else { return };
    let (mut used, mut number) = (Vec::new(), 0_u64);
    let base = clock();
    // People leave, so that the wait after each restart does not shut them out.
    let next = |number: u64| leaving(code("north", 1, base + 100_000 + number));
    for _ in 0..5 {
        let store = gate(&server, "north");
        let before = used.len();
        std::thread::scope(|scope| {
            scope.spawn(|| {
                std::thread::sleep(Duration::from_millis(100));
                server.signal("-KILL");
            });
            loop {
                number += 1;
                match store.admit(&next(number)) {
                    Ok(answer) => {
                        assert_eq!(answer, Answer::Admitted);
                        used.push(number);
                    }
                    Err(error) => {
                        assert_eq!(error.kind(), StoreErrorKind::Unreachable, "{error}");
                        break;
                    }
                }
            }
        });
        assert!(used.len() > before, "the server was killed before it admitted anybody");
        server.restart(|_| {});
        for number in used.iter().rev().take(50) {
            let answer = store.admit(&next(*number));
            assert!(matches!(answer, Ok(ref answer) if *answer != Answer::Admitted), "{answer:?}");
        }
        number += 1;
        assert_eq!(store.admit(&next(number)), Ok(Answer::Admitted), "connected again");
        used.push(number);
    }
}

#[test]
fn a_server_that_hangs_is_an_error_within_the_timeout() {
    let Some(server) = Server::start(&[]) else { return };
    let operator = gate(&server, "operator");
    let short = Duration::from_millis(200);
    let store = builder(&server.url(), "north").timeout(short).connect().unwrap();
    let moment = clock();
    server.signal("-STOP");
    let begin = Instant::now();
    for _ in 0..2 {
        let error = store.admit(&code("north", 1, moment)).unwrap_err();
        assert_eq!(error.kind(), StoreErrorKind::Unreachable, "{error}");
        assert_eq!(store.keep_alive(now()).unwrap_err().kind(), StoreErrorKind::Unreachable);
    }
    assert!(begin.elapsed() < PATIENCE, "{:?}", begin.elapsed());
    server.signal("-CONT");
    // It may run what it had received, so the code may be used: it is not admitted twice.
    let patient = another(&server, "north");
    let first = patient.admit(&code("north", 1, moment)).unwrap();
    assert!(matches!(first, Answer::Admitted | Answer::AlreadyAcceptedHere { .. }), "{first:?}");
    let again = patient.admit(&code("north", 1, moment)).unwrap();
    assert!(matches!(again, Answer::AlreadyAcceptedHere { .. }), "{again:?}");
    assert_eq!(operator.health().loss.map(|loss| loss.code()), Some("no-state"));
}

#[test]
fn a_peer_that_is_no_redis_or_nobody_is_an_error_within_the_timeout() {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("redis://{}/", silent.local_addr().unwrap());
    let connect = |url: &str| builder(url, "north").timeout(Duration::from_millis(200)).connect();
    let begin = Instant::now();
    assert_eq!(connect(&url).unwrap_err().kind(), StoreErrorKind::Unreachable);
    assert!(begin.elapsed() < PATIENCE);
    drop(silent);
    assert_eq!(connect(&url).unwrap_err().kind(), StoreErrorKind::Unreachable);
}

#[test]
fn what_cannot_be_used_is_refused_before_anything_is_sent() {
    let nobody = "redis://:secret@127.0.0.1:1/";
    let good = || builder(nobody, "north");
    let wrong: [Result<RedisReplay, StoreError>; 7] = [
        builder("http://:secret@127.0.0.1/", "north").connect(),
        good().prefix("a{b}").connect(),
        good().prefix("").connect(),
        good().gate("with space").connect(),
        good().timeout(Duration::ZERO).connect(),
        good().shards(1025).connect(),
        good().shards(0).change_settings(now()),
    ];
    for result in wrong {
        let error = result.unwrap_err();
        assert_eq!(error.kind(), StoreErrorKind::Setup, "{error}");
        assert!(!error.to_string().contains("secret"), "{error}");
    }
}

#[test]
fn a_server_that_evicts_is_refused() {
    let Some(server) = Server::start(&["--maxmemory-policy", "allkeys-lru"]) else { return };
    let refused = builder(&server.url(), "north").connect().unwrap_err();
    assert_eq!(refused.kind(), StoreErrorKind::Setup);
    assert!(refused.to_string().contains("allkeys-lru"), "{refused}");
    // Where CONFIG is forbidden, INFO tells.
    let acl = ["ACL", "SETUSER", "gate", "on", ">word", "~*", "+@all", "-config"];
    server.command::<()>(&acl);
    let url = format!("redis://gate:word@127.0.0.1:{}/", server.port);
    assert_eq!(builder(&url, "north").connect().unwrap_err().kind(), StoreErrorKind::Setup);
    server.command::<()>(&["CONFIG", "SET", "maxmemory-policy", "noeviction"]);
    let store = builder(&url, "north").connect().unwrap();
    store.go_on(GoOn::NothingWasAdmitted, now()).unwrap();
    assert_eq!(store.admit(&code("north", 1, clock())), Ok(Answer::Admitted));
    // No password where one is needed.
    server.command::<()>(&["CONFIG", "SET", "requirepass", "word"]);
    let locked = builder(&server.url(), "north").connect().unwrap_err();
    assert_eq!(locked.kind(), StoreErrorKind::Setup, "{locked}");
}
