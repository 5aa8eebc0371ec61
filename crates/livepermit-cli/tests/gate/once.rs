//! The memory of used codes when it is gone: what the gate does, what the operator is told, and how
//! the operator ends the wait.

use std::fs;
use std::time::{Duration, Instant, SystemTime};

use serde_json::{Value, json};

use crate::desk::{Desk, NOW, Ran};

const LOG: [&str; 2] = ["--log", "log.jsonl"];
/// When a loss is noticed.
const LATER: u64 = NOW + 100;
/// For how long nobody enters after a loss, with the usual limits: clocks 60 seconds apart, half a
/// window of 30, and one.
const WAIT: u64 = 76;

/// A state folder with a memory of one admission, which is then gone.
fn lose(desk: &Desk, options: &[&str]) {
    let mut gate = desk.gate(options);
    assert_eq!(gate.code(NOW, &desk.pass("BJ-0", NOW)), "accepted");
    assert_eq!(gate.finish(), 0);
    fs::remove_file(desk.path("state/used.redb")).unwrap();
}

/// `store` with the state folder of the gate, at this time.
fn store(desk: &Desk, verb: &str, now: u64, more: &[&str]) -> Ran {
    let now = now.to_string();
    desk.ok(&[&["--json", "store", verb, "--state", "state", "--at", &now], more].concat())
}

fn until(ran: &Ran) -> Value {
    ran.json()["out_of_order_until"].clone()
}

/// The codes of the events about the memory.
fn news(desk: &Desk, log: &str) -> Vec<String> {
    let events = desk.text(log);
    let events = events.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let of_store = events.filter(|event| event["event"] == "store");
    of_store
        .map(|event| {
            assert!(!event["message"].as_str().unwrap().is_empty(), "{event}");
            event["code"].as_str().unwrap().to_owned()
        })
        .collect()
}

#[test]
fn a_memory_that_is_gone_shuts_the_gate_until_it_cannot_matter() {
    let desk = Desk::new();
    lose(&desk, &[]);
    let mut gate = desk.gate(&LOG);
    let told = gate.ask(LATER, &desk.pass("BJ-1", LATER));
    assert_eq!((&told["code"], &told["light"]), (&"forgotten".into(), &"out-of-order".into()));
    assert_eq!((&told["fault"], &told["opens"]), (&"ours".into(), &false.into()));
    assert_eq!(told["evidence"]["limit"], LATER + WAIT);
    let details = told["details"].as_str().unwrap();
    assert!(details.contains("was lost") && details.ends_with("in 76 s"), "{told}");
    let last = LATER + WAIT - 1;
    assert_eq!(gate.code(last, &desk.pass("BJ-2", last)), "forgotten");
    assert_eq!(gate.code(LATER + WAIT, &desk.pass("BJ-3", last)), "forgotten");
    assert_eq!(gate.code(LATER + WAIT, &desk.pass("BJ-4", LATER + WAIT)), "accepted");
    assert_eq!(gate.finish(), 0);

    // The operator is told once, on standard error and in the log.
    let errors = desk.errors();
    let lost = "warning: the memory of used codes was lost: the store is not the store that this \
                gate used before";
    assert_eq!(errors.matches(lost).count(), 1, "{errors}");
    assert!(errors.contains("`livepermit store go-on`"), "{errors}");
    let again = "note: the memory of used codes is in order again";
    assert_eq!(errors.matches(again).count(), 1, "{errors}");
    assert_eq!(news(&desk, "log.jsonl"), ["memory-lost", "memory-in-order"]);
}

/// The gate looks after the answer too: who stands beside sees why before the next visitor comes.
#[test]
fn the_answer_that_notices_the_loss_tells_the_operator() {
    let desk = Desk::new();
    lose(&desk, &[]);
    let input = format!("@{LATER} {}\n", desk.pass("BJ-1", LATER));
    let ran = desk.run_with(&desk.gate_words(&LOG), input.as_bytes());
    assert_eq!(ran.json()["code"], "forgotten");
    assert!(ran.err.contains("warning: the memory of used codes was lost"), "{}", ran.err);
    assert_eq!(news(&desk, "log.jsonl"), ["memory-lost"]);
}

#[test]
fn a_copy_of_the_memory_that_is_put_back_is_noticed() {
    let desk = Desk::new();
    let mut gate = desk.gate(&[]);
    assert_eq!(gate.code(LATER, &desk.pass("BJ-0", LATER)), "accepted");
    assert_eq!(gate.finish(), 0);
    let copy = desk.read("state/used.redb");
    let code = desk.pass("BJ-1", LATER + 1);
    let mut gate = desk.gate(&[]);
    assert_eq!(gate.code(LATER + 1, &code), "accepted");
    assert_eq!(gate.finish(), 0);
    desk.write("state/used.redb", copy);
    let mut gate = desk.gate(&[]);
    assert_eq!(gate.code(LATER + 10, &code), "forgotten");
    assert_eq!(gate.finish(), 0);
    assert!(desk.errors().contains("does not know admissions of this gate"), "{}", desk.errors());
}

#[test]
fn verify_notices_a_memory_that_is_gone() {
    let desk = Desk::new();
    let admit = |subject: &str, now: u64| {
        desk.verify(&desk.pass(subject, now), now, &["--replay", "used.redb"]).json()
    };
    assert_eq!(admit("BJ-1", LATER)["admitted"], true);
    fs::remove_file(desk.path("used.redb")).unwrap();
    let told = admit("BJ-1", LATER + 1);
    assert_eq!((&told["code"], &told["fault"]), (&"forgotten".into(), &"ours".into()));
    assert_eq!(admit("BJ-1", LATER + 1 + WAIT)["admitted"], true);
}

#[test]
fn who_leaves_does_not_wait_for_cool_downs() {
    let desk = Desk::new();
    let long = ["--zone-cool-down", "10m"];
    lose(&desk, &long);
    let mut gate = desk.gate(&[&long[..], &["--passage", "leave"]].concat());
    assert_eq!(gate.code(LATER, &desk.pass("BJ-1", LATER)), "forgotten");
    assert_eq!(gate.code(LATER + WAIT, &desk.pass("BJ-1", LATER + WAIT)), "accepted");
    assert_eq!(gate.finish(), 0);
    let mut gate = desk.gate(&long);
    for (later, code) in [(WAIT, "forgotten"), (599, "forgotten"), (600, "accepted")] {
        let subject = format!("BJ-{later}");
        assert_eq!(gate.code(LATER + later, &desk.pass(&subject, LATER + later)), code);
    }
}

#[test]
fn the_operator_sees_how_the_memory_is() {
    let desk = Desk::new();
    let mut gate = desk.gate(&[]);
    assert_eq!(gate.code(NOW, &desk.pass("BJ-0", NOW)), "accepted");
    // A file is one process's.
    desk.run(&["store", "show", "--state", "state"]).failed("another process");
    assert_eq!(gate.finish(), 0);
    let told = store(&desk, "show", LATER, &[]).json();
    assert_eq!(
        told,
        json!({
            "at": LATER, "out_of_order_until": null, "loss": null, "cautions": [],
            "largest_window": 30, "largest_skew": 5, "clock_difference": 60,
            "longest_cool_down": 35,
        })
    );
    fs::remove_file(desk.path("state/used.redb")).unwrap();
    let told = store(&desk, "show", LATER, &[]);
    assert_eq!(
        (until(&told), &told.json()["loss"]),
        ((LATER + WAIT).into(), &"other-store".into())
    );
    // To look again changes nothing, and after the wait all is as before.
    assert_eq!(until(&store(&desk, "show", LATER + 75, &[])), LATER + WAIT);
    assert_eq!(until(&store(&desk, "show", LATER + WAIT, &[])), Value::Null);

    let text = |now: u64| {
        let now = now.to_string();
        desk.ok(&["store", "show", "--state", "state", "--at", &now]).out
    };
    let early = text(LATER);
    assert!(early.starts_with("out of order until "), "{early}");
    assert!(early.contains(", in 76 s: nobody enters\n"), "{early}");
    let late = text(LATER + WAIT);
    assert!(late.starts_with("in order: codes and slips are accepted\n"), "{late}");
    let limits = "limits: window 30 s, skew 5 s, clocks 60 s apart, cool-down 35 s\n";
    assert!(late.ends_with(limits), "{late}");

    desk.run(&["store", "show"]).failed("no memory of used codes is named");
    desk.run(&["store", "go-on"]).failed("no memory of used codes is named");
    desk.run(&["store", "show", "--state", "missing"]).failed("missing");
}

#[test]
fn the_limits_of_the_zone_are_those_that_were_named() {
    let cases: [(&[&str], [u64; 4], u64); 6] = [
        (&[], [30, 5, 60, 35], WAIT),
        (&["--zone-window", "1m"], [60, 5, 60, 65], 60 + 30 + 1),
        (&["--zone-skew", "200"], [30, 200, 60, 230], 230),
        (&["--zone-cool-down", "10m"], [30, 5, 60, 600], 600),
        (&["--clock-difference", "5"], [30, 5, 5, 35], 35),
        (&["--clock-difference", "5m"], [30, 5, 300, 35], 300 + 15 + 1),
    ];
    for (options, [window, skew, difference, cool_down], wait) in cases {
        let desk = Desk::new();
        lose(&desk, &[]);
        let told = store(&desk, "show", LATER, options);
        assert_eq!(until(&told), LATER + wait, "{options:?}");
        let told = told.json();
        for (field, value) in [
            ("largest_window", window),
            ("largest_skew", skew),
            ("clock_difference", difference),
            ("longest_cool_down", cool_down),
        ] {
            assert_eq!(told[field], value, "{options:?}: {field}");
        }
        // A gate of the zone waits as long.
        let desk = Desk::new();
        lose(&desk, options);
        let told = desk.gate(options).ask(LATER, &desk.pass("BJ-1", LATER));
        assert_eq!(told["evidence"]["limit"], LATER + wait, "{options:?}: {told}");
    }
    // The gate's own cool-down counts where the zone's is not named.
    let desk = Desk::new();
    let own = ["--cool-down", "10m"];
    lose(&desk, &own);
    let told = desk.gate(&own).ask(LATER, &desk.pass("BJ-1", LATER));
    assert_eq!(told["evidence"]["limit"], LATER + 600, "{told}");
}

#[test]
fn a_gate_beyond_the_limits_of_its_zone_does_not_start() {
    let desk = Desk::new();
    let cases: [(&[&str], &str); 6] = [
        (&["--zone-window", "29"], "for windows of at most 29 s"),
        (&["--window", "1m", "--zone-window", "59"], "codes may be live for 60 s"),
        (&["--zone-skew", "4"], "the skew is 5 s"),
        (&["--skew", "9", "--zone-skew", "8"], "the largest skew of the zone is 8 s"),
        (&["--cool-down", "11m", "--zone-cool-down", "10m"], "the cool-down is 660 s"),
        (&["--cool-down", "11m", "--zone-cool-down", "10m"], "of the zone is 600 s"),
    ];
    for (options, reason) in cases {
        desk.run(&desk.gate_words(options)).failed(reason);
    }
    for options in [
        &["--zone-window", "30", "--zone-skew", "5", "--zone-cool-down", "35"][..],
        &["--cool-down", "10m", "--zone-cool-down", "10m"],
        &["--window", "20", "--zone-window", "30"],
    ] {
        desk.ok(&desk.gate_words(options));
    }
}

#[test]
fn an_operator_ends_the_wait() {
    let desk = Desk::new();
    let long = ["--zone-cool-down", "10m"];
    lose(&desk, &long);
    assert_eq!(until(&store(&desk, "show", LATER, &long)), LATER + 600);
    // Cool-downs that were lost do not matter: codes that were lost do.
    assert_eq!(until(&store(&desk, "go-on", LATER + 10, &long)), LATER + WAIT);
    let mut gate = desk.gate(&long);
    assert_eq!(gate.code(LATER + 75, &desk.pass("BJ-1", LATER + 75)), "forgotten");
    assert_eq!(gate.code(LATER + 76, &desk.pass("BJ-1", LATER + 76)), "accepted");
    assert_eq!(gate.finish(), 0);

    // The gate's own witness was used, so the gate notices nothing more.
    let desk = Desk::new();
    lose(&desk, &[]);
    let told = store(&desk, "go-on", LATER, &["--new"]);
    assert_eq!(until(&told), Value::Null);
    let mut gate = desk.gate(&LOG);
    assert_eq!(gate.code(LATER, &desk.pass("BJ-1", LATER)), "accepted");
    assert_eq!(gate.finish(), 0);
    assert_eq!(news(&desk, "log.jsonl"), [""; 0]);
    let text = desk.ok(&["store", "go-on", "--state", "state", "--new"]).out;
    assert!(text.starts_with("in order: "), "{text}");
}

/// Who looks first decides nothing: the folder knows the longest cool-down that the gate had.
#[test]
fn a_look_with_other_limits_does_not_shorten_the_wait() {
    let desk = Desk::new();
    let long = ["--cool-down", "10m"];
    lose(&desk, &long);
    assert_eq!(until(&store(&desk, "show", LATER, &[])), LATER + 600);
    let told = desk.gate(&[]).ask(LATER, &desk.pass("BJ-1", LATER));
    assert_eq!(told["evidence"]["limit"], LATER + 600, "{told}");
}

/// The memory and its witness are removed, and the rest of the folder is there.
#[test]
fn a_gate_that_admitted_before_misses_its_memory_and_its_witness() {
    let desk = Desk::new();
    lose(&desk, &[]);
    fs::remove_file(desk.path("state/once.witness")).unwrap();
    // A start without a visitor does not forget that something is missing.
    desk.ok(&desk.gate_words(&[]));
    let mut gate = desk.gate(&[]);
    assert_eq!(gate.code(LATER, &desk.pass("BJ-1", LATER)), "forgotten");
    assert_eq!(gate.finish(), 0);
}

/// The machine starts with a clock that is behind, and the loss is noticed by that clock.
#[test]
fn a_loss_is_waited_for_by_the_last_admission_if_the_clock_went_back() {
    let desk = Desk::new();
    let mut gate = desk.gate(&[]);
    assert_eq!(gate.code(NOW + 4000, &desk.pass("BJ-0", NOW + 4000)), "accepted");
    assert_eq!(gate.finish(), 0);
    fs::remove_file(desk.path("state/used.redb")).unwrap();
    let told = desk.gate(&[]).ask(NOW + 400, &desk.pass("BJ-1", NOW + 400));
    assert_eq!(told["evidence"]["limit"], NOW + 4000 + WAIT, "{told}");
}

#[test]
fn the_operators_command_makes_nothing_where_no_gate_was() {
    let desk = Desk::new();
    fs::create_dir(desk.path("mistyped")).unwrap();
    for folder in ["mistyped", "missing", "."] {
        for verb in ["show", "go-on"] {
            desk.run(&["store", verb, "--state", folder])
                .failed("is not the state folder of a gate");
        }
    }
    assert_eq!(desk.files("mistyped"), [""; 0]);
    assert!(!desk.path("missing").exists());
    // A gate that runs keeps its folder.
    let mut gate = desk.gate(&[]);
    assert_eq!(gate.code(NOW, &desk.pass("A", NOW)), "accepted");
    desk.run(&["store", "show", "--state", "state"]).failed("another process");
    assert_eq!(gate.finish(), 0);
}

/// A gate that runs by the clock, of an issuer whose key is named: no list has to be of today.
pub(crate) fn words_by_the_clock(desk: &Desk, more: &[&str]) -> Vec<String> {
    let by_hand = ["--issuer", "bj.example", "--issuer-key", "issuer.pub"];
    let mut words = desk.gate_words(&[&by_hand[..], more].concat());
    words.retain(|word| word != "--dangerous-timed-lines");
    let at = words.iter().position(|word| word == "--dangerous-at").unwrap();
    words.drain(at..at + 2);
    words
}

#[test]
fn a_loss_is_told_while_nobody_comes() {
    let desk = Desk::new();
    let words = words_by_the_clock(&desk, &LOG);
    desk.ok(&words);
    assert_eq!(news(&desk, "log.jsonl"), [""; 0]);
    fs::remove_file(desk.path("state/used.redb")).unwrap();
    let mut gate = desk.start(&words);
    let begun = Instant::now();
    while news(&desk, "log.jsonl").is_empty() {
        assert!(begun.elapsed() < Duration::from_secs(60), "{}", desk.errors());
        std::thread::sleep(Duration::from_millis(50));
    }
    assert!(desk.errors().contains("the memory of used codes was lost"), "{}", desk.errors());
    let now = SystemTime::UNIX_EPOCH.elapsed().unwrap().as_secs();
    gate.write(format!("{}\n", desk.pass("BJ-1", now)).as_bytes());
    assert_eq!(gate.read()["code"], "forgotten");
    assert_eq!(gate.finish(), 0);
    assert_eq!(news(&desk, "log.jsonl"), ["memory-lost"]);
}
