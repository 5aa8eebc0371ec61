//! How a gate is: `gate status`, the line in the log, Prometheus, and the alarms about lists.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::desk::{Desk, Gate, NOW, Ran};

const PATIENCE: Duration = Duration::from_secs(60);

fn until(what: &str, mut done: impl FnMut() -> bool) {
    let end = Instant::now() + PATIENCE;
    while !done() {
        assert!(Instant::now() < end, "in vain: {what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

fn status(desk: &Desk) -> Ran {
    desk.run(&["gate", "status", "--state", "state"])
}

fn status_json(desk: &Desk) -> Value {
    desk.run(&["--json", "gate", "status", "--state", "state"]).json()
}

/// A status list made at [`NOW`], and its options for a gate.
fn with_list<'a>(desk: &Desk, oldest: &'a str) -> Vec<&'a str> {
    let of = ["--issuer", "bj.example", "--uri", "s:1", "--entries", "80"];
    desk.ok(&[&["status", "new", "--dir", "register"][..], &of].concat());
    sign(desk, NOW);
    let required = ["--revocation", "required", "--max-list-age", oldest];
    [&required[..], &["--status", "status.cwt"]].concat()
}

fn sign(desk: &Desk, now: u64) {
    let now = now.to_string();
    let sign = ["status", "sign", "--dir", "register", "--key", "issuer.pem", "--at", &now];
    desk.ok(&[&sign[..], &["--lifetime", "1000h", "--out", "status.cwt"]].concat());
}

#[test]
fn a_running_gate_tells_how_it_is_and_that_it_ended() {
    let desk = Desk::new();
    desk.run(&["gate", "status", "--state", "state"]).failed("no gate shows in state how it is");
    let required = with_list(&desk, "24h");
    let mut gate = desk.gate(&[&required[..], &["--zone", "hall"]].concat());
    assert_eq!(gate.ask(NOW, "HTTPS://EXAMPLE.COM")["code"], "not-ours");
    until("health", || desk.path("state/health.json").exists());
    let ran = status(&desk);
    assert_eq!(ran.code, 0, "{ran:?}");
    for line in [
        "gate-3, lane ",
        ", into hall: in order, runs since ",
        "clock: ",
        "trust list bj.gates: made 0 s ago, ends in 30 days",
        "status list s:1: made 0 s ago, too old in 1 day",
        "memory of used codes: in order",
        "last scan: ",
    ] {
        assert!(ran.out.contains(line), "{line}: {}", ran.out);
    }
    let told = status_json(&desk);
    assert_eq!((&told["in_order"], &told["running"]), (&true.into(), &true.into()), "{told}");
    assert_eq!((&told["gate"], &told["zone"]), (&"gate-3".into(), &"hall".into()));
    assert_eq!(told["version"], env!("CARGO_PKG_VERSION"));
    assert_eq!(told["lists"][1]["too_old"], NOW + 86_400);
    // The folder is still the gate's alone.
    assert_eq!(gate.finish(), 0);
    let ran = status(&desk);
    assert_eq!(ran.code, 1, "{ran:?}");
    assert!(ran.out.contains(", into hall: ended at "), "{}", ran.out);
    assert_eq!(status_json(&desk)["last"]["code"], "not-ours");
}

/// As `systemctl stop` ends a gate.
#[cfg(unix)]
#[test]
fn a_gate_that_was_ended_politely_says_so() {
    let desk = Desk::new();
    let mut gate = desk.gate(&[]);
    assert_eq!(gate.code(NOW, &desk.pass("BJ-1", NOW)), "accepted");
    crate::terminal::send(gate.id(), rustix::process::Signal::TERM);
    until("the end", || gate.has_ended());
    assert_eq!(gate.finish(), 0);
    let told = status_json(&desk);
    assert_eq!(
        (&told["ended"], &told["last"]["code"]),
        (&true.into(), &"accepted".into()),
        "{told}"
    );
}

#[test]
fn a_gate_that_was_killed_is_silent() {
    let desk = Desk::new();
    let mut gate = desk.gate(&[]);
    assert_eq!(gate.code(NOW, &desk.pass("A", NOW)), "accepted");
    until("health", || desk.path("state/health.json").exists());
    drop(gate);
    // As it is after a while.
    let mut health: Value = serde_json::from_str(&desk.text("state/health.json")).unwrap();
    health["at"] = (health["at"].as_u64().unwrap() - 60).into();
    desk.write("state/health.json", health.to_string());
    let ran = status(&desk);
    assert_eq!(ran.code, 1, "{ran:?}");
    assert!(ran.out.starts_with("THE GATE IS SILENT for "), "{}", ran.out);
    let told = status_json(&desk);
    assert_eq!(told["running"], false, "{told}");
    assert!(told["silent_for"].as_u64().unwrap() >= 60, "{told}");
    for damaged in ["", "{\"at\":", "<html>"] {
        desk.write("state/health.json", damaged);
        status(&desk).failed("health.json is damaged");
    }
}

/// What lasts, as (code, whether the gate is out of order).
fn warnings(desk: &Desk) -> Vec<(String, bool)> {
    let health: Value = serde_json::from_str(&desk.text("state/health.json")).unwrap();
    let warning = |warning: &Value| {
        (warning["code"].as_str().unwrap().to_owned(), warning["out_of_order"] == true)
    };
    health["warnings"].as_array().unwrap().iter().map(warning).collect()
}

/// Codes whose letters changed their case are restored, and their visitors get in.
#[test]
fn caps_lock_is_a_warning_and_the_gate_is_in_order() {
    let desk = Desk::new();
    let mut gate = desk.gate(&["--pause", "0"]);
    for subject in ["A", "B", "C"] {
        let code = desk.pass(subject, NOW).to_lowercase();
        assert_eq!(gate.code(NOW, &code), "accepted");
    }
    assert_eq!(gate.finish(), 0);
    assert_eq!(warnings(&desk), [("keyboard-case".to_owned(), false)]);
}

/// A full disk, or what else keeps the gate from writing: said once, and until it is over.
#[cfg(target_os = "linux")]
#[test]
fn what_cannot_be_written_is_a_standing_warning() {
    let desk = Desk::new();
    let mut gate = desk.gate(&["--log", "/dev/full"]);
    assert_eq!(gate.code(NOW, &desk.pass("Z", NOW)), "accepted");
    // A folder where the clock's file should be.
    std::fs::remove_file(desk.path("state/clock.json")).unwrap();
    std::fs::create_dir(desk.path("state/clock.json")).unwrap();
    for (second, subject) in (NOW + 1..).zip(["A", "B", "C"]) {
        assert_eq!(gate.code(second, &desk.pass(subject, second)), "accepted");
    }
    assert_eq!(desk.errors().matches("clock.json").count(), 1, "{}", desk.errors());
    std::fs::remove_dir(desk.path("state/clock.json")).unwrap();
    assert_eq!(gate.code(NOW + 4, &desk.pass("D", NOW + 4)), "accepted");
    assert!(desk.errors().contains("the state folder is written again"), "{}", desk.errors());
    assert_eq!(gate.finish(), 0);
    assert_eq!(warnings(&desk), [("log-not-written".to_owned(), false)]);
}

/// Half of its age, three quarters, too old; and a new list ends the alarm.
#[test]
fn a_list_gives_alarms_long_before_it_is_too_old() {
    let desk = Desk::new();
    let required = with_list(&desk, "100h");
    let hour = 3600;
    let mut gate = desk.gate(&[&required[..], &["--log", "log.jsonl"]].concat());
    let ask = |gate: &mut Gate, hours: u64| gate.ask(NOW + hours * hour, "x")["code"].clone();
    for hours in [0, 49, 50, 51, 74, 75, 99, 100, 101] {
        assert_eq!(ask(&mut gate, hours), "not-ours");
    }
    let alarms = || -> Vec<(String, String)> {
        let log = desk.text("log.jsonl");
        let lines = log.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
        let alarms = lines.filter(|line| line["event"] == "list" && line["code"] != "taken");
        alarms.map(|line| (line["at"].to_string(), line["message"].to_string())).collect()
    };
    let told = alarms();
    let texts: Vec<&str> = told.iter().map(|(_, text)| text.as_str()).collect();
    assert_eq!(told.len(), 3, "{told:?}");
    assert!(
        texts[0].contains("status list s:1 is 2 days 2 h old, too old in 2 days 2 h"),
        "{told:?}"
    );
    assert!(
        texts[1].contains("status list s:1 is 3 days 3 h old, too old in 1 day 1 h"),
        "{told:?}"
    );
    assert!(texts[2].contains("status list s:1 is too old since "), "{told:?}");
    for (text, message) in desk.errors().lines().filter(|line| line.contains("old")).zip(&told) {
        assert!(text.starts_with("warning: status list s:1"), "{text} {message:?}");
    }
    sign(&desk, NOW + 101 * hour);
    assert_eq!(ask(&mut gate, 101), "not-ours");
    assert_eq!(ask(&mut gate, 102), "not-ours");
    assert_eq!(alarms().len(), 3);
    assert_eq!(gate.finish(), 0);
    let told = status_json(&desk);
    assert_eq!(
        (&told["lists"][1]["alarm"], &told["warnings"]),
        (&Value::Null, &serde_json::json!([]))
    );
}

#[test]
fn the_end_of_a_trust_list_is_told_before_it_comes_and_a_list_too_old_is_out_of_order() {
    let desk = Desk::new();
    let day = 86_400;
    let mut gate = desk.gate(&[]);
    for days in [22, 23, 26, 27, 30] {
        gate.ask(NOW + days * day, "x");
    }
    let errors = desk.errors();
    for told in
        ["trust list bj.gates ends in 7 days, at ", "trust list bj.gates ends in 3 days, at "]
    {
        assert_eq!(errors.matches(told).count(), 1, "{errors}");
    }
    assert_eq!(errors.matches("trust list bj.gates ended at ").count(), 1, "{errors}");
    assert_eq!(gate.finish(), 0);
    let told = status_json(&desk);
    let warning = &told["warnings"][0];
    assert_eq!(
        (&warning["code"], &warning["out_of_order"]),
        (&"list-expiring".into(), &true.into())
    );
    // Why no newer list comes is told of lists that are fetched.
    let text = warning["text"].as_str().unwrap();
    assert!(text.starts_with("trust list bj.gates ended at ") && !text.contains(';'), "{text}");
    assert_eq!(told["lists"][0]["alarm"], "over");
}

/// Lines that wait are counted with the first of them.
#[test]
fn the_lines_that_wait_for_their_answer_are_told() {
    let desk = Desk::new();
    let mut gate = desk.gate(&[]);
    until("a queue", || {
        gate.write(format!("@{NOW} x\n").repeat(3).as_bytes());
        for _ in 0..3 {
            assert_eq!(gate.read()["code"], "not-ours");
        }
        status_json(&desk)["queue"] == 2
    });
    assert_eq!(gate.finish(), 0);
    assert_eq!(status_json(&desk)["queue"], 0);
}

#[test]
fn a_line_each_minute_says_how_the_gate_is() {
    let desk = Desk::new();
    let mut gate = desk.gate(&["--log", "log.jsonl", "--health-every", "1"]);
    let lines = |name: &str| -> Vec<Value> {
        let text = desk.text(name);
        let lines = text.lines().filter(|line| line.contains("\"event\":\"health\""));
        lines.map(|line| serde_json::from_str(line).unwrap()).collect()
    };
    until("two lines", || {
        gate.ask(NOW, "x");
        lines("log.jsonl").len() >= 2
    });
    let line = &lines("log.jsonl")[1];
    assert_eq!((&line["at"], &line["in_order"]), (&"2026-09-21T14:13:20Z".into(), &true.into()));
    assert_eq!((&line["gate"], &line["last"]["code"]), (&"gate-3".into(), &"not-ours".into()));
    assert_eq!(gate.finish(), 0);

    // Without a log, on standard error; and never where that was said.
    let mut gate = desk.gate(&["--health-every", "1"]);
    until("a line", || {
        gate.ask(NOW, "x");
        !lines("stderr").is_empty()
    });
    assert_eq!(gate.finish(), 0);
    let mut gate = desk.gate(&[]);
    let end = Instant::now() + Duration::from_secs(2);
    while Instant::now() < end {
        gate.ask(NOW, "x");
    }
    assert_eq!(lines("stderr").len(), 0);
}

/// A refused permit is in the log if its signatures are good, and whatever a forger writes is not.
#[test]
fn only_a_genuine_permit_that_is_refused_stands_in_the_log() {
    let desk = Desk::new();
    let mut gate = desk.gate(&["--log", "log.jsonl"]);
    let pass = desk.pass("A", NOW);
    let accepted = gate.ask(NOW, &pass);
    let id = accepted["permit_id"].as_str().unwrap();
    // One character of the signature, which stands at the end.
    let (start, end) = pass.split_at(pass.len() - 9);
    let swapped: String = end
        .chars()
        .map(|c| if c == '0' { '1' } else { '0' })
        .take(1)
        .chain(end.chars().skip(1))
        .collect();
    let forged = format!("{start}{swapped}");
    let cases = [
        (NOW + 100, pass.as_str(), "stale", Some(id)),
        (NOW + 4, &pass, "already-used", Some(id)),
        (NOW + 4, &forged, "bad-signature", None),
        (NOW + 4, "LP1:=A", "malformed", None),
        (NOW + 4, "hello", "not-ours", None),
    ];
    for (now, line, code, _) in cases {
        assert_eq!(gate.code(now, line), code);
    }
    assert_eq!(gate.finish(), 0);
    let log = desk.text("log.jsonl");
    let events = log.lines().skip(1).map(|line| serde_json::from_str::<Value>(line).unwrap());
    for (event, (.., code, permit)) in events.zip(cases) {
        assert_eq!((event["code"].as_str(), event["permit"].as_str()), (Some(code), permit));
    }
}

fn get(address: &str, question: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream.write_all(question.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

/// Reads the text form: each number has its help and its type before it, a name and labels as
/// Prometheus takes them, and a value. Gives the lines.
fn samples(text: &str) -> Vec<(String, f64)> {
    let mut known = None;
    let is_name = |name: &str| {
        name.starts_with("livepermit_gate_")
            && name
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
    };
    let mut samples = Vec::new();
    for line in text.lines() {
        if let Some(help) = line.strip_prefix("# HELP ") {
            let (name, help) = help.split_once(' ').unwrap();
            assert!(is_name(name) && help.ends_with('.'), "{line}");
            assert!(
                !text.contains(&format!("\n# HELP {name} "))
                    || text.matches(&format!("# HELP {name} ")).count() == 1
            );
        } else if let Some(kind) = line.strip_prefix("# TYPE ") {
            let (name, kind) = kind.split_once(' ').unwrap();
            assert!(["counter", "gauge", "histogram"].contains(&kind), "{line}");
            assert_eq!(kind == "counter", name.ends_with("_total"), "{line}");
            known = Some((name.to_owned(), kind.to_owned()));
        } else {
            let (key, value) = line.rsplit_once(' ').unwrap();
            let name = key.split('{').next().unwrap();
            let (family, kind) = known.as_ref().unwrap();
            let end = name.strip_prefix(family.as_str()).unwrap();
            let ends = if kind == "histogram" { &["_bucket", "_sum", "_count"][..] } else { &[""] };
            assert!(is_name(name) && ends.contains(&end), "{line}");
            assert!(key == name || key.ends_with("\"}"), "{line}");
            samples.push((key.to_owned(), value.parse().unwrap()));
        }
    }
    samples
}

#[test]
fn prometheus_reads_the_numbers_of_a_gate() {
    let desk = Desk::new();
    let required = with_list(&desk, "24h");
    let mut gate = desk.gate(&[&required[..], &["--metrics", "127.0.0.1:0"]].concat());
    assert_eq!(gate.code(NOW, &desk.pass("A", NOW)), "accepted");
    assert_eq!(gate.code(NOW + 1, "hello"), "not-ours");
    assert_eq!(gate.code(NOW + 2, "hello"), "not-ours");
    let errors = desk.errors();
    let address = errors.split("http://").nth(1).unwrap().split("/metrics").next().unwrap();
    // An answer is counted when it was given.
    let ask = || get(address, "GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n");
    until("three answers", || ask().contains("livepermit_gate_answer_seconds_count 3\n"));
    let text = ask();
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    assert!(
        head.starts_with("HTTP/1.1 200 OK\r\nContent-Type: text/plain; version=0.0.4;"),
        "{head}"
    );
    let samples = samples(body);
    let value = |name: &str| {
        let key = format!("livepermit_gate_{name}");
        let found = samples.iter().find(|(known, _)| *known == key);
        found.unwrap_or_else(|| panic!("{key}: {body}")).1
    };
    for (name, wanted) in [
        ("in_order", 1.0),
        ("answers_total{light=\"green\",code=\"accepted\"}", 1.0),
        ("answers_total{light=\"red\",code=\"not-ours\"}", 2.0),
        ("answer_seconds_count", 3.0),
        ("answer_seconds_bucket{le=\"+Inf\"}", 3.0),
        ("store_seconds_count", 1.0),
        ("store_errors_total", 0.0),
        ("store_up", 1.0),
        ("list_age_seconds{kind=\"status\",name=\"s:1\"}", 2.0),
        ("list_made_timestamp_seconds{kind=\"trust\",name=\"bj.gates\"}", 1_790_000_000.0),
        ("list_too_old_timestamp_seconds{kind=\"status\",name=\"s:1\"}", 1_790_086_400.0),
    ] {
        assert!((value(name) - wanted).abs() < 0.5, "{name}: {body}");
    }
    assert!(value("answer_seconds_sum") > 0.0);
    let buckets: Vec<f64> = samples
        .iter()
        .filter(|(name, _)| name.starts_with("livepermit_gate_answer_seconds_bucket"))
        .map(|(_, value)| *value)
        .collect();
    assert!(buckets.is_sorted() && buckets.len() == 13, "{buckets:?}");

    // Others get an answer too, and whoever says nothing keeps nobody waiting for ever.
    let mute = TcpStream::connect(address).unwrap();
    for (question, wanted) in [
        ("HEAD /metrics HTTP/1.1\r\n\r\n", "HTTP/1.1 200 OK"),
        ("GET / HTTP/1.0\r\n\r\n", "HTTP/1.1 200 OK"),
        ("GET /secret HTTP/1.1\r\n\r\n", "HTTP/1.1 404 Not Found"),
        ("POST /metrics HTTP/1.1\r\n\r\n", "HTTP/1.1 405 Method Not Allowed"),
    ] {
        let answer = get(address, question);
        assert!(answer.starts_with(wanted), "{question}: {answer}");
    }
    drop(mute);
    assert_eq!(gate.finish(), 0);

    let other = |more: &[&str]| desk.run(&desk.gate_words(&[&["--state", "other"], more].concat()));
    other(&["--metrics", "0.0.0.0:0"]).failed("is not on this machine alone");
    let ran = other(&["--metrics", "0.0.0.0:0", "--dangerous-metrics-anywhere"]);
    assert_eq!(ran.code, 0, "{ran:?}");
}
