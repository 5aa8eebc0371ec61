//! Where a reader stands, and how it behaves because of that: zones, lanes, cool-downs, clocks that
//! differ, and a memory of used codes that fails.

use serde_json::Value;

use crate::desk::{Desk, NOW};

/// `verify` that uses the code up in `used.redb`.
fn admit(desk: &Desk, options: &[&str], subject: &str, now: u64) -> Value {
    let code = desk.pass(subject, now);
    let ran = desk.verify(&code, now, &[&["--replay", "used.redb"], options].concat());
    let told = ran.json();
    assert_eq!(ran.code == 0, told["admitted"] == true, "{told}");
    told
}

fn code_of(told: &Value) -> &str {
    told["code"].as_str().or(told["verdict"].as_str()).unwrap()
}

#[test]
fn a_zone_is_one_place_whatever_the_gate() {
    let desk = Desk::new();
    let at = |gate: &'static str, more: &[&'static str], later: u64| {
        let options = [&["--gate", gate], more].concat();
        code_of(&admit(&desk, &options, "BJ-1", NOW + later)).to_owned()
    };
    assert_eq!(at("north", &["--zone", "park"], 0), "accepted");
    assert_eq!(at("south", &["--zone", "park"], 1), "cooling-down");
    assert_eq!(at("north", &["--zone", "hall"], 2), "accepted");
    // Without a name the zone is the gate.
    assert_eq!(at("north", &[], 3), "accepted");
    assert_eq!(at("hall", &[], 4), "cooling-down");
    assert_eq!(at("south", &["--zone", "park", "--passage", "leave"], 5), "accepted");
    assert_eq!(at("south", &["--zone", "park"], 6), "accepted");
    // Whether a permit is inside is the zone's: it is cooling down in the hall still.
    assert_eq!(at("south", &["--zone", "hall"], 7), "cooling-down");
    let text = desk.pass("BJ-2", NOW);
    let told = desk.verify(&text, NOW, &["--replay", "used.redb", "--zone", "park"]).json();
    assert_eq!(told["admitted"], true);
}

#[test]
fn how_long_a_permit_cools_down() {
    // By default, and at least, the window and the skew: 35 seconds.
    let cases: [(&[&str], u64, &str); 12] = [
        (&[], 1, "cooling-down"),
        (&[], 34, "cooling-down"),
        (&[], 35, "accepted"),
        (&["--window", "20", "--skew", "2"], 21, "cooling-down"),
        (&["--window", "20", "--skew", "2"], 22, "accepted"),
        (&["--cool-down", "0"], 34, "cooling-down"),
        (&["--cool-down", "0"], 35, "accepted"),
        (&["--cool-down", "2m"], 119, "cooling-down"),
        (&["--cool-down", "2m"], 120, "accepted"),
        (&["--cool-down", "none"], 1, "accepted"),
        (&["--passage", "leave"], 1, "accepted"),
        (&["--passage", "enter"], 1, "cooling-down"),
    ];
    for (options, later, expected) in cases {
        let desk = Desk::new();
        assert_eq!(code_of(&admit(&desk, options, "BJ-1", NOW)), "accepted");
        let told = admit(&desk, options, "BJ-1", NOW + later);
        assert_eq!(code_of(&told), expected, "{options:?} after {later} s: {told}");
    }
    admit_fails(&Desk::new(), &["--cool-down", "soon"], "write 30s, 5m, 24h");
}

#[test]
fn a_lane_reads_again_and_another_lane_does_not() {
    let desk = Desk::new();
    let code = desk.pass("BJ-1", NOW);
    let at = |more: &[&str], later: u64| {
        let options = [&["--replay", "used.redb"], more].concat();
        code_of(&desk.verify(&code, NOW + later, &options).json()).to_owned()
    };
    assert_eq!(at(&["--lane", "east"], 0), "accepted");
    assert_eq!(at(&["--lane", "east"], 2), "already-accepted-here");
    assert_eq!(at(&["--lane", "west"], 2), "already-used");
    // Without a name it is lane 1.
    assert_eq!(at(&[], 2), "already-used");
    assert_eq!(at(&["--lane", "east"], 3), "already-used");
}

/// What was admitted is remembered as long as the slowest clock of the gates could need it.
#[test]
fn codes_are_remembered_until_the_slowest_gate_needs_them_no_more() {
    // The first permit is over 35 seconds later at a gate with a slow clock, 30 without cool-down.
    let cases: [(&[&str], &str); 8] = [
        (&[], "forgotten"),
        (&["--clock-difference", "60"], "forgotten"),
        (&["--clock-difference", "265"], "forgotten"),
        (&["--clock-difference", "266"], "accepted"),
        (&["--clock-difference", "10m"], "accepted"),
        (&["--clock-difference", "0"], "forgotten"),
        (&["--cool-down", "none", "--clock-difference", "270"], "forgotten"),
        (&["--cool-down", "none", "--clock-difference", "271"], "accepted"),
    ];
    for (options, expected) in cases {
        let desk = Desk::new();
        let mut gate = desk.gate(options);
        let late = desk.pass("BJ-2", NOW);
        assert_eq!(gate.code(NOW, &desk.pass("BJ-1", NOW)), "accepted");
        // It forgets what is over, and then its clock is set back.
        assert_eq!(gate.code(NOW + 300, &desk.pass("BJ-3", NOW + 300)), "accepted");
        assert_eq!(gate.code(NOW + 10, &late), expected, "{options:?}");
    }
}

/// A gate, or `verify`, that can write nothing behind the first 4 KiB of a file: it opens its store,
/// and no admission is written.
#[cfg(unix)]
fn with_a_full_disk(desk: &Desk, words: &[String], input: &str) -> crate::desk::Ran {
    // A write behind the limit fails instead of killing the process.
    let script = "trap '' XFSZ; ulimit -f 8; exec \"$0\" \"$@\"";
    desk.run_by("sh", &["-c", script, env!("CARGO_BIN_EXE_livepermit")], words, input.as_bytes())
}

#[cfg(unix)]
#[test]
fn a_memory_that_fails_shuts_the_gate_unless_it_was_said_to_let_in() {
    let desk = Desk::new();
    let out = ["store-unreachable", "out-of-order"];
    let cases: [(&[&str], [&str; 2], &[&str]); 3] = [
        (&[], out, &[]),
        (&["--on-store-failure", "refuse"], out, &[]),
        (
            &["--on-store-failure", "admit"],
            ["accepted", "yellow"],
            &["revocation-not-checked", "replay-not-checked"],
        ),
    ];
    let codes = |told: &Value| -> Vec<String> {
        let cautions = told["cautions"].as_array().into_iter().flatten();
        cautions.map(|caution| caution["code"].as_str().unwrap().to_owned()).collect()
    };
    for (n, (options, [code, light], cautions)) in cases.into_iter().enumerate() {
        // With a store that works, nothing of it shows.
        let state = format!("state-{n}");
        let words = desk.gate_words(&[&["--state", &state], options].concat());
        let before = format!("@{NOW} {}\n", desk.pass("BJ-1", NOW));
        let ran = desk.run_with(&words, before.as_bytes()).json();
        assert_eq!((&ran["light"], codes(&ran).len()), (&"yellow".into(), 1), "{ran}");

        let input = format!("@{NOW} {}\n", desk.pass("BJ-2", NOW));
        let ran = with_a_full_disk(&desk, &words, &input);
        let told = ran.json();
        assert_eq!((&told["code"], &told["light"]), (&code.into(), &light.into()), "{ran:?}");
        assert_eq!(told["opens"], light == "yellow");
        assert_eq!(codes(&told), cautions);

        let replay = format!("used-{n}.redb");
        let words = [&["--replay", &replay], options].concat();
        assert_eq!(desk.verify(&desk.pass("BJ-1", NOW), NOW, &words).code, 0);
        let verify = desk.verify_words(&desk.pass("BJ-2", NOW), NOW, &words);
        let ran = with_a_full_disk(&desk, &verify, "");
        let told = ran.json();
        assert_eq!(code_of(&told), code, "{ran:?}");
        assert_eq!(ran.code, i32::from(code != "accepted"));
        assert_eq!(codes(&told), cautions);
    }
}

/// The error of the memory belongs to the codes that were not checked because of it, on the screen,
/// for programs and in the log.
#[cfg(unix)]
#[test]
fn what_a_memory_that_fails_says_is_told_with_the_codes_that_it_concerns() {
    let desk = Desk::new();
    desk.ok(&desk.gate_words(&[]));
    let stale = desk.pass("BJ-1", NOW - 60);
    for (option, code) in [("refuse", "store-unreachable"), ("admit", "accepted")] {
        let log = format!("{option}.jsonl");
        let words = desk.gate_words(&["--log", &log, "--on-store-failure", option]);
        let input = format!("@{NOW} {}\n@{NOW} {stale}\n", desk.pass("BJ-2", NOW));
        let ran = with_a_full_disk(&desk, &words, &input);
        let told: Vec<Value> =
            ran.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let [failed, other] = &told[..] else { panic!("{ran:?}") };
        assert_eq!((&failed["code"], &other["code"]), (&code.into(), &"stale".into()));
        let error = failed["store_error"].as_str().unwrap();
        assert!(error.starts_with("the store of used codes: "), "{error}");
        assert!(failed["details"].as_str().unwrap().contains(error), "{failed}");
        assert_eq!(other["store_error"], Value::Null, "{other}");
        assert!(!other["details"].as_str().unwrap().contains("store"), "{other}");
        assert!(ran.err.contains("the memory of used codes cannot be used"), "{}", ran.err);

        let events = desk.text(&log);
        let events: Vec<Value> =
            events.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let codes: Vec<&Value> = events.iter().filter(|event| event["event"] == "code").collect();
        assert_eq!((codes.len(), &codes[0]["store_error"]), (2, &error.into()), "{events:?}");
        assert_eq!(codes[1]["store_error"], Value::Null, "{events:?}");
        let news = events.iter().find(|event| event["event"] == "store").unwrap();
        assert_eq!(news["code"], "store-unreachable");
        assert!(news["message"].as_str().unwrap().contains("cannot be used"), "{news}");
    }
}

fn admit_fails(desk: &Desk, options: &[&str], reason: &str) {
    let code = desk.pass("BJ-X", NOW);
    desk.verify(&code, NOW, &[&["--replay", "used.redb"], options].concat()).failed(reason);
}

#[test]
fn what_needs_a_memory_of_used_codes_is_refused_without_one() {
    let desk = Desk::new();
    let code = desk.pass("BJ-1", NOW);
    for options in [
        ["--zone", "park"],
        ["--cool-down", "10m"],
        ["--cool-down", "none"],
        ["--passage", "leave"],
        ["--on-store-failure", "admit"],
    ] {
        desk.verify(&code, NOW, &options).failed("--replay");
    }
    // What is so without them can be said.
    for options in [["--passage", "enter"], ["--on-store-failure", "refuse"], ["--lane", "1"]] {
        assert_eq!(desk.verify(&code, NOW, &options).json()["admitted"], false);
    }
    admit_fails(&desk, &["--zone", "the park"], "zone");
    admit_fails(&desk, &["--lane", ""], "lane");
    assert!(!desk.path("used.redb").exists(), "no memory was begun");
}

#[test]
fn one_file_is_one_process() {
    let desk = Desk::new();
    let mut gate = desk.gate(&[]);
    assert_eq!(gate.code(NOW, &desk.pass("BJ-1", NOW)), "accepted");
    let ran = desk.verify(&desk.pass("BJ-2", NOW), NOW, &["--replay", "state/used.redb"]);
    ran.failed("another process holds the file");
}
