//! One server.

use std::io::Write as _;
use std::net::TcpListener;
use std::time::{Duration, Instant};

use livepermit_gate::RedisReplay;
use livepermit_gate::replay::{RedisServers, ReplayStore as _, StoreErrorKind};

use super::proxy::Proxy;
use super::server::Server;
use super::{admits, builder, fresh, new_zone, now, opened, until};

#[test]
fn a_connection_that_the_server_closed_costs_no_attempt() {
    let Some(mut server) = Server::start(&["--appendonly", "yes", "--appendfsync", "always"])
    else {
        return;
    };
    let store = opened(builder(RedisServers::one(&server.url())));
    let all_lanes = |round: &str| {
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| admits(&store).unwrap_or_else(|error| panic!("{round}: {error}")));
            }
        });
    };
    all_lanes("first");
    for _ in 0..5 {
        server.close_connections();
        all_lanes("closed by the server");
    }
    server.set("timeout", "1");
    until("the server closes idle connections", || {
        server.text(&["CLIENT", "LIST", "TYPE", "normal"]).lines().count() == 1
    });
    all_lanes("idle for too long");
    server.set("timeout", "0");
    all_lanes("connected again");
    server.kill();
    server.restart();
    // A server that started again is another one: the attempts are answered, and not admitted.
    for _ in 0..8 {
        store.admit(&fresh()).unwrap();
    }
    new_zone(&store);
    all_lanes("after a restart");
}

#[test]
fn a_connection_that_a_firewall_forgot_costs_no_attempt_after_a_pause() {
    let Some(server) = Server::start(&[]) else { return };
    let proxy = Proxy::to(server.port);
    let store = opened(builder(RedisServers::one(&format!("redis://127.0.0.1:{}", proxy.port))));
    admits(&store).unwrap();
    proxy.forget();
    std::thread::sleep(Duration::from_millis(5500));
    admits(&store).unwrap();
    // A heartbeat notices sooner.
    proxy.forget();
    assert_eq!(store.keep_alive(now()).unwrap_err().kind(), StoreErrorKind::Unreachable);
    admits(&store).unwrap();
}

#[test]
fn a_server_that_forgot_the_script_is_given_the_script_again() {
    let Some(server) = Server::start(&[]) else { return };
    let store = opened(builder(RedisServers::one(&server.url())));
    for _ in 0..3 {
        server.command(&["SCRIPT", "FLUSH"]);
        let attempt = fresh();
        store.admit(&attempt).unwrap();
        assert!(store.earlier(attempt.key.permit).unwrap().is_some(), "recorded once");
    }
}

#[test]
fn a_server_that_hangs_is_an_error_in_time_and_heals() {
    let Some(server) = Server::start(&[]) else { return };
    let short = Duration::from_millis(300);
    let store = opened(builder(RedisServers::one(&server.url())).timeout(short));
    server.signal("-STOP");
    for _ in 0..3 {
        let begin = Instant::now();
        let error = store.admit(&fresh()).unwrap_err();
        assert_eq!(error.kind(), StoreErrorKind::Unreachable);
        assert!(error.to_string().contains("in time"), "{error}");
        assert!(begin.elapsed() < Duration::from_secs(10), "{:?}", begin.elapsed());
    }
    server.signal("-CONT");
    until("the server answers again", || admits(&store).is_ok());
}

#[test]
fn a_peer_that_answers_a_byte_now_and_then_is_an_error_in_time() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("redis://{}/", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        let mut peer = listener.accept().unwrap().0;
        let _ = peer.write_all(b"$100000\r\n");
        while peer.write_all(b"x").is_ok() {
            std::thread::sleep(Duration::from_millis(50));
        }
    });
    let begin = Instant::now();
    let short = Duration::from_millis(300);
    let error = builder(RedisServers::one(&url)).timeout(short).connect().unwrap_err();
    assert_eq!(error.kind(), StoreErrorKind::Unreachable, "{error}");
    assert!(begin.elapsed() < Duration::from_secs(10), "{:?}", begin.elapsed());
}

#[test]
fn a_peer_that_is_no_redis_or_nobody_is_an_error() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("redis://{}/", listener.local_addr().unwrap());
    let peer = std::thread::spawn(move || {
        let mut peer = listener.accept().unwrap().0;
        peer.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").unwrap();
        drop(peer);
    });
    let error = builder(RedisServers::one(&url)).connect().unwrap_err();
    assert_eq!(error.kind(), StoreErrorKind::Unreachable, "{error}");
    peer.join().unwrap();
    let error = builder(RedisServers::one(&url)).connect().unwrap_err();
    assert_eq!(error.kind(), StoreErrorKind::Unreachable, "{error}");
    // No such name: the resolver says so, or takes too long.
    let nowhere = builder(RedisServers::one("redis://nowhere.invalid/"));
    let error = nowhere.timeout(Duration::from_millis(500)).connect().unwrap_err();
    assert_eq!(error.kind(), StoreErrorKind::Unreachable, "{error}");
}

#[test]
#[cfg(unix)]
fn a_socket_of_this_machine_serves_too() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("redis.sock");
    let Some(server) = Server::start(&["--unixsocket", path.to_str().unwrap()]) else { return };
    let store = opened(builder(RedisServers::one(&format!("redis+unix://{}", path.display()))));
    admits(&store).unwrap();
    server.close_connections();
    admits(&store).unwrap();
}

#[test]
fn a_user_a_password_and_a_database_are_taken_from_the_url_or_beside() {
    let Some(server) = Server::start(&[]) else { return };
    server.command(&["ACL", "SETUSER", "gate", "on", ">secret!word", "~*", "+@all"]);
    let port = server.port;
    let by_url = RedisServers::one(&format!("redis://gate:secret%21word@127.0.0.1:{port}/3"));
    let store = opened(builder(by_url));
    admits(&store).unwrap();
    assert_eq!(server.command(&["DBSIZE"]), redis::Value::Int(0), "all is in database 3");
    let beside = || RedisServers::one(&format!("redis://127.0.0.1:{port}/3"));
    let store = builder(beside().user("gate").password("secret!word")).connect().unwrap();
    admits(&store).unwrap();

    let wrong = builder(beside().user("gate").password("other-secret")).connect().unwrap_err();
    let no_database = RedisServers::one(&format!("redis://gate:secret%21word@127.0.0.1:{port}/99"));
    let no_database = builder(no_database).connect().unwrap_err();
    server.set("requirepass", "another-secret");
    let nobody = builder(beside()).connect().unwrap_err();
    for (error, words) in [(wrong, "WRONGPASS"), (no_database, "index"), (nobody, "NOAUTH")] {
        assert_eq!(error.kind(), StoreErrorKind::Setup, "{error}");
        assert!(error.to_string().contains(words), "{error}");
        assert!(!format!("{error} {error:?}").contains("secret"), "{error}");
    }
    let servers = beside().user("gate").password("secret!word");
    let shown = format!("{servers:?} {:?} {store:?}", builder(beside().password("secret!word")));
    assert!(!shown.contains("secret"), "{shown}");
}

#[test]
fn the_words_of_the_server_stand_in_the_error_and_the_attempt_heals() {
    let Some(server) = Server::start(&[]) else { return };
    let store = opened(builder(RedisServers::one(&server.url())));
    let said = |words: &str| {
        let error = store.admit(&fresh()).unwrap_err();
        assert_eq!(error.kind(), StoreErrorKind::Unreachable, "{error}");
        assert!(error.to_string().contains(words), "{error}");
    };
    server.set("min-replicas-to-write", "1");
    said("NOREPLICAS");
    server.set("min-replicas-to-write", "0");
    admits(&store).unwrap();
    for (stale, words) in [("no", "MASTERDOWN"), ("yes", "READONLY")] {
        server.set("replica-serve-stale-data", stale);
        server.command(&["REPLICAOF", "127.0.0.1", "1"]);
        said(words);
        server.command(&["REPLICAOF", "NO", "ONE"]);
        new_zone(&store);
        admits(&store).unwrap();
    }
    server.command(&["REPLICAOF", "127.0.0.1", "1"]);
    server.close_connections();
    // A new connection asks for the role.
    said("the server is a replica");
}

#[test]
#[cfg(not(feature = "redis-tls"))]
fn without_tls_an_address_that_asks_for_tls_is_refused() {
    let error = builder(RedisServers::one("rediss://127.0.0.1/")).connect().unwrap_err();
    assert_eq!(error.kind(), StoreErrorKind::Setup);
    assert!(error.to_string().contains("redis-tls"), "{error}");
}

#[test]
fn addresses_that_cannot_be_meant_are_refused() {
    for (servers, words) in [
        (RedisServers::one("http://:secret@127.0.0.1/"), "address"),
        (RedisServers::one("redis://:secret@127.0.0.1/#insecure"), "#"),
        (RedisServers::one("redis://127.0.0.1/").authority(b"pem"), "rediss"),
        (RedisServers::cluster([]), "no address"),
        (RedisServers::sentinels([], "zone"), "no address"),
        (RedisServers::cluster(["redis://:secret@h", "rediss://h2"]), "others do not"),
        (RedisServers::sentinels(["redis://:secret@h/2"], "zone"), "database"),
    ] {
        let error = RedisReplay::through(servers).connect().unwrap_err();
        assert_eq!(error.kind(), StoreErrorKind::Setup, "{error}");
        assert!(error.to_string().contains(words), "{error}");
        assert!(!error.to_string().contains("secret"), "{error}");
    }
}
