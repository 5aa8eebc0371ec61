//! What is over is forgotten, a full store admits nobody new, and a server without memory neither.

use std::thread::sleep;
use std::time::Duration;

use livepermit_gate::replay::{Answer, GoOn, ReplayStore as _, StoreErrorKind};

use super::server::Server;
use super::{
    RedisReplay, SHORT, another, at, builder, clock, code, cooling, gate, leaving, now, permit,
    refused_until,
};

/// A zone with short limits that an operator has opened.
fn short(server: &Server, capacity: u64) -> RedisReplay {
    let store = builder(&server.url(), "north").retention(SHORT).capacity(capacity);
    let store = store.connect().unwrap();
    // The clocks may be one second apart here, so this may need another look at the clock.
    while store.go_on(GoOn::NothingWasAdmitted, now()).is_err() {}
    store
}

/// An attempt with a cool-down of the short limits, at the first time that both clocks agree.
fn answer(store: &RedisReplay, number: u8, moment: u64) -> Answer {
    loop {
        let attempt = cooling(2, code("north", number, moment));
        match store.admit(&attempt).unwrap() {
            Answer::ClockApart { .. } => {}
            answer => return answer,
        }
    }
}

fn wait_until(second: u64) {
    while clock() < second {
        sleep(Duration::from_millis(50));
    }
}

#[test]
fn what_is_over_is_forgotten_and_refused() {
    let Some(server) = Server::start(&[]) else { return };
    let store = short(&server, 1000);
    let moment = clock();
    for number in 0..20 {
        assert_eq!(answer(&store, number, moment), Answer::Admitted);
    }
    let used = || server.command::<u64>(&["HLEN", "{test}:used"]);
    assert_eq!((used(), server.command::<u64>(&["ZCARD", "{test}:over"])), (20, 20));
    store.keep_alive(now()).unwrap();
    assert_eq!(used(), 20, "nothing is over");
    // Window 2, cool-down 2, clock difference 2.
    let last = clock();
    wait_until(last + 5);
    while used() > 0 {
        store.keep_alive(now()).unwrap();
    }
    assert_eq!(server.command::<u64>(&["ZCARD", "{test}:over"]), 0);
    assert_eq!(store.earlier(permit(1)), Ok(None));
    assert_eq!(answer(&store, 1, moment), Answer::Forgotten { until: at(moment + 1) });
    assert_eq!(store.health().loss.map(|loss| loss.code()), Some("no-state"), "only the first one");
    // Each eighth admission forgets too, where no heartbeat comes.
    let moment = clock();
    for number in 0..7 {
        assert_eq!(answer(&store, number, moment), Answer::Admitted);
    }
    wait_until(clock() + 5);
    let moment = clock();
    for number in 10..18 {
        assert_eq!(answer(&store, number, moment), Answer::Admitted);
    }
    assert_eq!(used(), 8);
}

#[test]
fn a_full_store_refuses_new_permits_until_records_are_over() {
    let Some(server) = Server::start(&[]) else { return };
    let store = short(&server, 3);
    let moment = clock();
    for number in 0..3 {
        assert_eq!(answer(&store, number, moment), Answer::Admitted);
    }
    assert_eq!(answer(&store, 3, moment), Answer::Full);
    let again = leaving(code("north", 1, moment + 1));
    assert_eq!(store.admit(&again), Ok(Answer::Admitted), "a known permit needs no room");
    wait_until(clock() + 6);
    assert_eq!(answer(&store, 3, clock()), Answer::Admitted);
    assert!(matches!(answer(&store, 0, moment), Answer::Forgotten { .. }));
}

#[test]
fn a_server_without_memory_is_full_and_forgets_all_the_same() {
    let Some(server) = Server::start(&[]) else { return };
    let store = short(&server, 1000);
    let moment = clock();
    for number in 0..5 {
        assert_eq!(answer(&store, number, moment), Answer::Admitted);
    }
    wait_until(clock() + 6);
    server.command::<()>(&["CONFIG", "SET", "maxmemory", "1"]);
    let moment = clock();
    assert_eq!(answer(&store, 9, moment), Answer::Full);
    assert_eq!(server.command::<u64>(&["HLEN", "{test}:used"]), 0);
    assert_eq!(answer(&store, 9, moment), Answer::Full, "still no memory");
    server.command::<()>(&["CONFIG", "SET", "maxmemory", "0"]);
    assert_eq!(answer(&store, 9, clock()), Answer::Admitted);
}

/// Where the server cannot even write that it lost its memory, nobody enters.
#[test]
fn a_loss_that_cannot_be_written_admits_nobody() {
    let Some(server) = Server::start(&[]) else { return };
    let north = gate(&server, "north");
    let moment = clock();
    assert_eq!(north.admit(&code("north", 1, moment)), Ok(Answer::Admitted));
    server.command::<()>(&["FLUSHALL"]);
    server.command::<()>(&["CONFIG", "SET", "maxmemory", "1"]);
    assert_eq!(north.admit(&code("north", 1, moment)), Ok(Answer::Full));
    assert_eq!(north.keep_alive(now()).unwrap_err().kind(), StoreErrorKind::Storage);
    let south = another(&server, "south");
    assert_eq!(
        south.go_on(GoOn::NothingWasAdmitted, now()).unwrap_err().kind(),
        StoreErrorKind::Storage
    );
    server.command::<()>(&["CONFIG", "SET", "maxmemory", "0"]);
    refused_until(south.admit(&code("south", 1, moment)));
    refused_until(north.admit(&code("north", 1, moment)));
}

/// A loss of the order of forgetting is repaired, and afterwards all is forgotten as before.
#[test]
fn the_order_of_forgetting_is_made_again() {
    let Some(server) = Server::start(&[]) else { return };
    let store = short(&server, 1000);
    let moment = clock();
    for number in 0..20 {
        assert_eq!(answer(&store, number, moment), Answer::Admitted);
    }
    let order = || -> Vec<(Vec<u8>, u64)> {
        server.command(&["ZRANGE", "{test}:over", "0", "-1", "WITHSCORES"])
    };
    let before = order();
    assert_eq!(before.len(), 20);
    server.command::<()>(&["DEL", "{test}:over"]);
    while order().is_empty() {
        store.keep_alive(now()).unwrap();
    }
    assert_eq!(order(), before);
    wait_until(clock() + 6);
    while server.command::<u64>(&["HLEN", "{test}:used"]) > 0 {
        store.keep_alive(now()).unwrap();
    }
    assert!(order().is_empty());
}

/// A large order is made again by pages, and is not a loss while that lasts.
#[test]
fn a_large_order_is_made_again_by_and_by() {
    const RECORDS: u64 = 9000;
    const FILL: &str = "for i = 1, ARGV[1] do redis.call('HSET', KEYS[1], redis.sha1hex(i), \
        ARGV[2]) end redis.call('HSET', KEYS[2], 'records', ARGV[1])";
    let Some(server) = Server::start(&[]) else { return };
    let north = gate(&server, "north");
    let moment = clock();
    let record = format!("{moment}\n{moment}\nnorth\n1\n\n\n\nhall\n{}\nnorth\n1\n", moment + 300);
    let number = RECORDS.to_string();
    let words = ["EVAL", FILL, "2", "{test}:used", "{test}:meta", &number, &record];
    server.command::<()>(&words);
    let state = || server.command::<String>(&["HGET", "{test}:meta", "state"]);
    let places = || server.command::<u64>(&["ZCARD", "{test}:over"]);
    let before = state();
    north.keep_alive(now()).unwrap();
    let lost = state();
    assert_ne!(lost, before, "the missing order was noticed");
    assert!((1..RECORDS).contains(&places()), "one page");
    let mut heartbeats = 1;
    while server.command::<u64>(&["HEXISTS", "{test}:meta", "scan"]) == 1 {
        north.keep_alive(now()).unwrap();
        heartbeats += 1;
    }
    assert!((3..30).contains(&heartbeats), "{heartbeats}");
    assert_eq!(places(), RECORDS);
    north.keep_alive(now()).unwrap();
    assert_eq!(state(), lost, "one loss");
    let last = server.command::<Vec<String>>(&["ZRANGE", "{test}:over", "-1", "-1", "WITHSCORES"]);
    assert_eq!(last[1], (moment + 300).to_string());
}
