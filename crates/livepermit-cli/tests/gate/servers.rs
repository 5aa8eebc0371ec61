//! Gates that share their memory at a server, and the operator's commands, by the clock.

use std::time::{Duration, Instant, SystemTime};

use livepermit_testkit::servers::{Postgres, Redis, or_skip};
use serde_json::Value;

use crate::desk::{Desk, Gate, Ran};
use crate::once::words_by_the_clock;
use crate::terminal::wait_until;

fn clock() -> u64 {
    SystemTime::UNIX_EPOCH.elapsed().unwrap().as_secs()
}

/// The servers that this machine has, each with the options that name it.
fn with_servers(test: impl Fn(&[&str])) {
    with_zones(&[], test);
}

/// The same, with these options of the zone too.
fn with_zones(zone: &[&str], test: impl Fn(&[&str])) {
    if let Some(server) = or_skip(Redis::start(&[]), "redis-server") {
        test(&[&["--redis", &format!("redis://127.0.0.1:{}", server.port())], zone].concat());
    }
    if let Some(server) = or_skip(Postgres::start(&[]), "PostgreSQL") {
        let url = of_postgres(&server, zone);
        test(&[&["--postgres", &url], zone].concat());
    }
}

/// The address of a zone at this server. A new server makes tables at the first question, which on
/// a busy machine takes longer than a store may take.
pub(crate) fn of_postgres(server: &Postgres, zone: &[&str]) -> String {
    let url = format!("postgres://test@127.0.0.1:{}/postgres", server.port());
    let desk = Desk::new();
    wait_until("the server makes its tables", || {
        store(&desk, "show", &["--postgres", &url], zone).code == 0
    });
    url
}

/// The words of a gate at this lane, with a state folder of its own.
fn lane(desk: &Desk, name: &str, options: &[&str]) -> Vec<String> {
    let place = ["--state", name, "--lane", name, "--zone", "hall"];
    words_by_the_clock(desk, &[&place[..], options].concat())
}

fn show(gate: &mut Gate, code: &str) -> Value {
    gate.write(format!("{code}\n").as_bytes());
    gate.read()
}

fn store(desk: &Desk, verb: &str, options: &[&str], more: &[&str]) -> Ran {
    desk.run(&[&["--json", "store", verb], options, more].concat())
}

#[test]
fn lanes_share_what_was_used() {
    with_servers(|options| {
        let desk = Desk::new();
        let mut one = desk.start(&lane(&desk, "one", options));
        let now = clock();
        let told = show(&mut one, &desk.pass("BJ-0", now));
        assert_eq!(told["code"], "forgotten", "a new zone waits: {told}");
        assert_eq!(told["fault"], "ours");

        let shown = store(&desk, "show", options, &[]).json();
        let until = shown["out_of_order_until"].as_u64().unwrap();
        assert!((now + 70..now + 100).contains(&until), "{shown}");
        let new = store(&desk, "go-on", options, &["--new"]).json();
        assert_eq!(new["out_of_order_until"], Value::Null, "{new}");

        let mut two = desk.start(&lane(&desk, "two", options));
        let code = desk.pass("BJ-1", clock());
        assert_eq!(show(&mut one, &code)["code"], "accepted");
        assert_eq!(show(&mut two, &code)["code"], "already-used");
        let next = desk.pass("BJ-1", clock() + 1);
        assert_eq!(show(&mut two, &next)["code"], "cooling-down");
        assert_eq!((one.finish(), two.finish()), (0, 0));

        // A gate that starts again knows what was used.
        let mut one = desk.start(&lane(&desk, "one", options));
        assert_ne!(show(&mut one, &code)["light"], "green");
        assert_eq!(one.finish(), 0);
    });
}

#[test]
fn gates_of_a_zone_have_the_same_limits() {
    with_servers(|options| {
        let desk = Desk::new();
        // The first question makes the zone.
        assert_eq!(store(&desk, "show", options, &[]).code, 0);
        desk.ok(&lane(&desk, "one", options));
        let longer = [options, &["--zone-window", "60"]].concat();
        let refused = desk.run(&lane(&desk, "two", &longer));
        refused.failed("60");

        assert!(refused.err.contains("30"), "both values are told: {}", refused.err);

        let changed = store(&desk, "settings", options, &["--zone-window", "60"]);
        assert_eq!(changed.code, 0, "{changed:?}");
        assert_eq!(changed.json()["largest_window"], 60);
        // An operator need not know the limits. Those that are named must be right.
        let shown = store(&desk, "show", options, &[]).json();
        assert_eq!((&shown["largest_window"], &shown["largest_skew"]), (&60.into(), &5.into()));
        assert_eq!(store(&desk, "show", &longer, &[]).json()["largest_window"], 60);
        desk.run(&[&["store", "show"], options, &["--zone-window", "31"]].concat()).failed("60");
        assert_eq!(store(&desk, "go-on", options, &["--new"]).json()["largest_window"], 60);
        desk.ok(&lane(&desk, "two", &longer));
        desk.run(&lane(&desk, "one", options)).failed("60");
    });
}

#[test]
fn a_server_that_dies_is_our_fault_and_is_told() {
    let Some(mut server) = or_skip(Redis::start(&[]), "redis-server") else { return };
    let url = format!("redis://127.0.0.1:{}", server.port());
    let options = ["--redis", &*url, "--log", "log.jsonl"];
    let desk = Desk::new();
    assert_eq!(store(&desk, "go-on", &["--redis", &url], &["--new"]).code, 0);
    let mut gate = desk.start(&lane(&desk, "one", &options));
    let code = desk.pass("BJ-1", clock());
    assert_eq!(show(&mut gate, &code)["code"], "accepted");
    server.kill();
    let told = show(&mut gate, &desk.pass("BJ-2", clock()));
    assert_eq!((&told["code"], &told["fault"]), (&"store-unreachable".into(), &"ours".into()));
    let cause = told["store_error"].as_str().unwrap_or_default();
    assert!(cause.contains("refused") || cause.contains("closed"), "{told}");
    assert!(desk.text("log.jsonl").contains(cause), "the log has the cause too");

    // Without an append-only file everything is gone, the identity too.
    server.run().unwrap();
    let told = show(&mut gate, &code);
    assert_eq!((&told["code"], &told["light"]), (&"forgotten".into(), &"out-of-order".into()));
    // The operator is told behind the answer.
    let begun = Instant::now();
    while !desk.errors().contains("the memory of used codes was lost") {
        assert!(begun.elapsed() < Duration::from_secs(60), "{}", desk.errors());
        std::thread::sleep(Duration::from_millis(20));
    }
    let shown = store(&desk, "go-on", &["--redis", &url], &[]).json();
    assert!(shown["out_of_order_until"].is_u64(), "codes still wait: {shown}");
    assert_eq!(gate.finish(), 0);
}

/// The gate asks its server each second, so the operator need not wait for a visitor.
#[test]
fn a_server_that_dies_is_told_while_nobody_comes() {
    let Some(mut server) = or_skip(Redis::start(&[]), "redis-server") else { return };
    let url = format!("redis://127.0.0.1:{}", server.port());
    let desk = Desk::new();
    assert_eq!(store(&desk, "go-on", &["--redis", &url], &["--new"]).code, 0);
    let gate = desk.start(&lane(&desk, "one", &["--redis", &url]));
    // The start asks too.
    wait_until("the gate does not start", || desk.path("one/health.json").exists());
    assert!(!desk.errors().contains("does not answer"), "{}", desk.errors());
    server.kill();
    wait_until("nobody is told", || desk.errors().contains("does not answer"));
    assert_eq!(gate.finish(), 0);
}

#[test]
fn a_server_that_can_forget_is_a_warning_or_refused() {
    let Some(server) = or_skip(Redis::start(&["--appendonly", "no"]), "redis-server") else {
        return;
    };
    let url = format!("redis://127.0.0.1:{}", server.port());
    let desk = Desk::new();
    let shown = store(&desk, "show", &["--redis", &url], &[]).json();
    let cautions = shown["cautions"].as_array().unwrap();
    assert!(
        cautions.iter().any(|caution| caution["text"].as_str().unwrap().contains("appendonly"))
    );
    let text = desk.ok(&["store", "show", "--redis", &url]).out;
    assert!(text.contains("caution "), "{text}");
    let strict = ["--redis", &*url, "--store-strict"];
    desk.run(&lane(&desk, "one", &strict)).failed("appendonly");
    desk.ok(&lane(&desk, "one", &["--redis", &url]));
}

#[test]
fn a_postgresql_server_that_can_forget_is_a_warning_or_refused() {
    let Some(server) = or_skip(Postgres::start(&["fsync = off"]), "PostgreSQL") else { return };
    let url = of_postgres(&server, &[]);
    let desk = Desk::new();
    let shown = store(&desk, "show", &["--postgres", &url], &[]).json();
    assert!(shown["cautions"].to_string().contains("fsync"), "{shown}");
    desk.run(&lane(&desk, "one", &["--postgres", &url, "--store-strict"])).failed("fsync");
    desk.ok(&lane(&desk, "one", &["--postgres", &url]));
}

/// What nothing bounds ends only with an operator's word, at each kind of server.
#[test]
fn an_old_master_without_a_bound_waits_for_the_operator() {
    with_zones(&["--failover", "unbounded"], |options| {
        let desk = Desk::new();
        let shown = store(&desk, "show", options, &[]).json();
        assert_eq!(shown["out_of_order_until"], (1_u64 << 40) - 1, "{shown}");
        assert_eq!(
            store(&desk, "go-on", options, &["--new"]).json()["out_of_order_until"],
            Value::Null
        );
    });
}

/// Two lanes of one gate count apart, so a memory that is put back is missed by each of them.
#[test]
fn lanes_of_one_gate_count_their_admissions_apart() {
    let Some(server) = or_skip(Redis::start(&[]), "redis-server") else { return };
    let url = format!("redis://127.0.0.1:{}", server.port());
    let desk = Desk::new();
    assert_eq!(store(&desk, "go-on", &["--redis", &url], &["--new"]).code, 0);
    for name in ["one", "two"] {
        let mut gate = desk.start(&lane(&desk, name, &["--redis", &url]));
        assert_eq!(show(&mut gate, &desk.pass(name, clock()))["code"], "accepted");
        assert_eq!(gate.finish(), 0);
    }
    let counts = server.ask(&["HGETALL", "{livepermit}:meta"]);
    assert!(counts.contains("gate:gate-3/one") && counts.contains("gate:gate-3/two"), "{counts}");
}

#[test]
fn a_password_comes_from_a_file_and_is_not_shown() {
    let locked = Redis::start(&["--requirepass", "open-sesame-9"]);
    let Some(server) = or_skip(locked, "redis-server") else { return };
    let url = format!("redis://127.0.0.1:{}", server.port());
    let desk = Desk::new();
    desk.write("password", "open-sesame-9\n");
    desk.write("wrong", "open-sesame-8\n");
    let with = |file: &'static str| ["--store-password-file", file];
    let right =
        desk.ok(&lane(&desk, "one", &[&["--redis", &*url][..], &with("password")].concat()));
    assert!(!right.err.contains("sesame"), "{}", right.err);
    for words in [vec!["--redis", &url], [&["--redis", &*url][..], &with("wrong")].concat()] {
        let refused = desk.run(&lane(&desk, "one", &words));
        refused.failed("the Redis server");
        assert!(!refused.err.contains("sesame"), "{}", refused.err);
    }
    let missing = [&["--redis", &*url][..], &with("no-such-file")].concat();
    desk.run(&lane(&desk, "one", &missing)).failed("cannot read no-such-file");
}

#[test]
fn options_of_servers_that_fit_nothing_are_refused() {
    let desk = Desk::new();
    let redis = ["--redis", "redis://127.0.0.1:9"];
    for (more, reason) in [
        (&["--failover", "never"][..], "wait=N"),
        (&["--failover", "wait=many"], "many is no number of replicas"),
        (&["--failover", "wait=0"], "0 is no number of replicas"),
        (&["--failover", "bounded=0"], "0 seconds are no bound"),
        (&["--redis", "redis://127.0.0.1:10"], "neither --redis-sentinel nor --redis-cluster"),
        (&["--postgres", "postgres://127.0.0.1/x"], "cannot be used with"),
        (&["--redis-cluster", "--redis-sentinel", "main"], "cannot be used with"),
    ] {
        let ran = desk.run(&[&["store", "show"], &redis[..], more].concat());
        assert_eq!(ran.code, 2, "{ran:?}");
        assert!(ran.err.contains(reason), "{reason:?} is not in {}", ran.err);
    }
    desk.run(&["store", "show"]).failed("no memory of used codes is named");
    // Somebody forgot the server.
    for more in [
        &["--store-strict"][..],
        &["--store-prefix", "hall"],
        &["--store-user", "gate"],
        &["--store-ca", "ca.pem"],
        &["--store-password-file", "password"],
        &["--failover", "unbounded"],
    ] {
        desk.run(&lane(&desk, "one", more)).failed("no server is named");
    }
    let postgres = ["--postgres", "postgres://127.0.0.1/x", "--failover", "wait=1"];
    desk.run(&lane(&desk, "one", &postgres)).failed("wait=N is for Redis");
    desk.run(&["store", "settings", "--state", "state"]).failed("only a memory that gates share");
}
