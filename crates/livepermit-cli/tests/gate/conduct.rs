//! How a gate behaves: what it tells, rings and writes down for each answer, and what ends it.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use livepermit_testkit::german;
use serde_json::Value;

use crate::desk::{Desk, NOW};

fn status(desk: &Desk) -> u64 {
    let of = ["--issuer", "bj.example", "--uri", "s:1", "--entries", "80"];
    desk.ok(&[&["status", "new", "--dir", "register"][..], &of].concat());
    let given = desk.ok(&["--json", "status", "allocate", "--dir", "register"]).json();
    let now = NOW.to_string();
    let sign = ["status", "sign", "--dir", "register", "--key", "issuer.pem", "--at", &now];
    desk.ok(&[&sign[..], &["--out", "status.cwt"]].concat());
    given["indices"][0].as_u64().unwrap()
}

const REQUIRED: [&str; 6] =
    ["--revocation", "required", "--max-list-age", "24h", "--status", "status.cwt"];

/// Without `--json`.
fn as_text(words: Vec<String>) -> Vec<String> {
    words.into_iter().filter(|word| word != "--json").collect()
}

/// After how many seconds which line is read; the code of the answer, its light, its fault, and what
/// the details contain.
type Case<'a> = (u64, &'a str, &'a str, &'a str, Option<&'a str>, &'a str);

#[test]
fn each_answer_has_its_light_and_its_details() {
    let desk = Desk::new();
    let entry = status(&desk);
    let pass = |subject: &str, now| desk.pass_with_status(subject, Some(("s:1", entry)), now);
    let one = pass("BJ-1", NOW);
    let no_list = desk.pass_with_status("BJ-3", Some(("s:2", 0)), NOW);
    let lower = pass("BJ-4", NOW).to_lowercase();
    let used = "already-used";
    let cases: [Case<'_>; 10] = [
        (0, &one, "accepted", "green", None, "pass of bj.example:residence, permit "),
        (2, &one, "already-accepted-here", "neutral", Some("used"), "2 s ago"),
        (3, &one, used, "red", Some("used"), "3 s ago"),
        (9, &pass("BJ-1", NOW + 9), "cooling-down", "red", Some("used"), "free again in 26 s"),
        (40, &one, "stale", "red", Some("not-live"), "it was live until 10 s ago"),
        (0, &pass("BJ-2", NOW + 60), "from-the-future", "red", Some("not-live"), " 60 s ahead"),
        (0, &no_list, "status-list-unknown", "out-of-order", Some("ours"), ""),
        (0, &lower, "accepted", "green", None, "with their case changed"),
        (0, "a menu", "not-ours", "red", Some("malformed"), ""),
        (0, "LP1:=A", "malformed", "red", Some("malformed"), "bad-character in the text"),
    ];
    let input: String =
        cases.iter().map(|(later, line, ..)| format!("@{} {line}\n", NOW + later)).collect();
    let words = desk.gate_words(&[&REQUIRED[..], &["--lane", "2", "--zone", "park"]].concat());
    let ran = desk.run_with(&words, input.as_bytes());
    assert_eq!((ran.code, ran.out.lines().count()), (0, cases.len()), "{ran:?}");
    let mut told_light = Vec::new();
    for (line, (later, _, code, light, fault, details)) in ran.out.lines().zip(&cases) {
        let told: Value = serde_json::from_str(line).unwrap();
        assert_eq!((&told["code"], &told["light"]), (&(*code).into(), &(*light).into()), "{told}");
        assert_eq!(told["opens"], *code == "accepted", "{told}");
        assert_eq!(told["admitted"], *code == "accepted", "{told}");
        assert_eq!(told["fault"].as_str(), *fault, "{told}");
        assert_eq!(told["at"], NOW + later);
        for (field, name) in [("gate", "gate-3"), ("lane", "2"), ("zone", "park")] {
            assert_eq!(told[field], name, "{told}");
        }
        let found = told["details"].as_str().unwrap();
        assert!(found.contains(details) && found.is_empty() == details.is_empty(), "{told}");
        told_light.push(format!("{light} {code}"));
    }
    // As text, each in one line, and the same.
    let state = ["--state", "text"];
    let words = as_text(desk.gate_words(&[&REQUIRED[..], &state].concat()));
    let ran = desk.run_with(&words, input.as_bytes());
    for (line, (light, (.., details))) in ran.out.lines().zip(told_light.iter().zip(&cases)) {
        assert!(line.starts_with(light.as_str()), "{line}");
        assert_eq!(line.contains(" ("), !details.is_empty(), "{line}");
    }
    let first = ran.out.lines().next().unwrap();
    assert!(first.ends_with("): Let in."), "{first}");
}

#[test]
fn details_and_instructions_say_what_is_the_matter() {
    let desk = Desk::new();
    let entry = status(&desk);
    let good = desk.pass_with_status("BJ-1", Some(("s:1", entry)), NOW);
    let outside = desk.pass_with_status("BJ-2", Some(("s:1", 80)), NOW);
    let german = german(&good);
    let lower = desk.pass("BJ-9", NOW).to_lowercase();
    let lines = [&outside, &lower, &german, &good];
    let input: String = lines.map(|line| format!("@{NOW} {line}\n")).concat();
    let ran = desk.run_with(&desk.gate_words(&REQUIRED), input.as_bytes());
    let told: Vec<Value> =
        ran.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let [outside, case, layout, good] = &told[..] else { panic!("{ran:?}") };
    assert_eq!(outside["details"], "80, limit 80");
    let says = |told: &Value, code: &str, words: &str| {
        assert_eq!(told["code"], code, "{told}");
        assert!(told["instruction"].as_str().unwrap().contains(words), "{told}");
    };
    // It is not the one visitor who closes a gate: the code is read, and the remark is told.
    assert_eq!(case["code"], "accepted", "{case}");
    assert_eq!(case["remarks"][0], "keyboard-case");
    says(layout, "keyboard-layout", "set the scanner to a German keyboard");
    let permit = good["permit_id"].as_str().unwrap().get(..16).unwrap();
    assert_eq!(good["details"], format!("pass of bj.example:residence, permit {permit}"));

    // With a caution, and under a key that is pinned to the older number.
    let code = desk.pass("BJ-1", NOW);
    let input = format!("@{NOW} {code}\n");
    let ran = desk.run_with(&desk.gate_words(&["--state", "b"]), input.as_bytes()).json();
    let expected = format!("pass of bj.example:residence, permit {permit}, revocation-not-checked");
    assert_eq!(ran["details"], expected);
    let older = ["--issuer", "bj.example", "--issuer-key", "issuer.pub", "--eddsa", "--state", "c"];
    let ran = desk.run_with(&desk.gate_words(&older), input.as_bytes()).json();
    assert_eq!(
        (&ran["code"], &ran["details"]),
        (&"algorithm-mismatch".into(), &"-19, limit -8".into())
    );
}

#[test]
fn the_bell_rings_for_each_answer_but_not_for_a_second_look() {
    let desk = Desk::new();
    let code = desk.pass("BJ-1", NOW);
    // Let in, read again, refused.
    let input = format!("@{NOW} {code}\n@{} {code}\n@{} {code}\n", NOW + 1, NOW + 9);
    for (option, bells) in [(Some("--sound"), 3), (None, 0)] {
        let state = format!("state-{bells}");
        let options = ["--state", &state].into_iter().chain(option).collect::<Vec<_>>();
        let ran = desk.run_with(&desk.gate_words(&options), input.as_bytes());
        assert_eq!(ran.out.lines().count(), 3, "{ran:?}");
        assert_eq!(ran.err.matches('\x07').count(), bells, "{ran:?}");
    }
}

#[test]
fn a_gate_whose_answers_nobody_reads_stops() {
    let desk = Desk::new();
    let mut child = Command::new(env!("CARGO_BIN_EXE_livepermit"))
        .args(desk.gate_words(&[]))
        .current_dir(desk.path(""))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let mut input = child.stdin.take().unwrap();
    let codes = ["BJ-1", "BJ-2"].map(|subject| desk.pass(subject, NOW));
    for code in &codes {
        // The second one may come when the gate is gone.
        let _ = std::io::Write::write_all(&mut input, format!("@{NOW} {code}\n").as_bytes());
    }
    // Its input stays open: it ends by itself.
    let ended = child.wait_with_output().unwrap();
    drop(input);
    let told = String::from_utf8(ended.stderr).unwrap();
    assert_eq!(ended.status.code(), Some(2), "{told}");
    assert!(told.contains("the answers cannot be written any more"), "{told}");
    // The first code is used up although nobody came in; the second one was never judged.
    let input = codes.map(|code| format!("@{} {code}\n", NOW + 5)).concat();
    let ran = desk.run_with(&desk.gate_words(&[]), input.as_bytes());
    let again: Vec<Value> =
        ran.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(
        (&again[0]["code"], &again[1]["code"]),
        (&"already-used".into(), &"accepted".into())
    );
}

fn events(desk: &Desk, log: &str) -> Vec<Value> {
    desk.text(log).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn the_log_says_what_happened_and_whose_it_was_only_if_asked() {
    let desk = Desk::new();
    let issue = ["issue", "pass", "--key", "issuer.pem", "--issuer", "bj.example", "--subject"];
    let (now, class) = (NOW.to_string(), crate::desk::CLASS);
    let rest = ["--class", class, "--name", "Ada", "--at", &now, "--format", "qr-text"];
    let code = desk.ok(&[&issue[..], &["BJ-1"], &rest].concat()).out;
    let input = format!("@{NOW} {code}@{} {code}", NOW + 40);
    for (log, more) in [("a.jsonl", &[][..]), ("b.jsonl", &["--log-person-data"])] {
        // A line that a crash cut short does not spoil the next one.
        desk.write(log, "{\"at\":\"2026");
        let words = desk.gate_words(
            &[&["--log", log, "--state", &format!("state-{log}"), "--zone", "park"], more].concat(),
        );
        let ran = desk.run_with(&words, input.as_bytes());
        assert_eq!(ran.code, 0, "{ran:?}");
        let text = desk.text(log);
        let mut lines = text.lines();
        assert_eq!(lines.next(), Some("{\"at\":\"2026"), "what was there stays");
        let events: Vec<Value> = lines.map(|line| serde_json::from_str(line).unwrap()).collect();
        let [admitted, refused] = &events[..] else { panic!("{text}") };
        for (event, number) in [(admitted, 1), (refused, 2)] {
            assert_eq!((&event["event"], &event["number"]), (&"code".into(), &number.into()));
            assert_eq!((&event["gate"], &event["zone"]), (&"gate-3".into(), &"park".into()));
        }
        assert_eq!(
            (&admitted["light"], &admitted["code"], &admitted["verdict"], &admitted["form"]),
            (&"yellow".into(), &"accepted".into(), &"accepted".into(), &"pass".into())
        );
        assert_eq!(admitted["cautions"], serde_json::json!(["revocation-not-checked"]));
        let told: Value = serde_json::from_str(ran.out.lines().next().unwrap()).unwrap();
        assert_eq!(told["permit_id"].as_str().map(str::len), Some(64), "{told}");
        // A refused code with good signatures is somebody's permit too.
        assert_eq!(
            (&admitted["permit"], &refused["permit"]),
            (&told["permit_id"], &told["permit_id"])
        );
        assert_eq!((&admitted["moment"], &refused["moment"]), (&NOW.into(), &Value::Null));
        assert_eq!(admitted["at"], "2026-09-21T14:13:20Z");
        assert_eq!(
            (&refused["light"], &refused["code"], &refused["verdict"]),
            (&"red".into(), &"stale".into(), &"refused".into())
        );
        assert_eq!(text.contains("BJ-1") || text.contains("Ada"), !more.is_empty(), "{text}");
        if !more.is_empty() {
            assert_eq!(admitted["subject"], "BJ-1");
            assert_eq!(admitted["person"]["full_name"], "Ada");
        }
    }
}

#[test]
fn the_log_says_which_lists_were_accepted_and_refused() {
    let desk = Desk::new();
    let mut gate = desk.gate(&["--log", "log.jsonl"]);
    assert_eq!(gate.code(NOW, &desk.pass("BJ-1", NOW)), "accepted");
    let old = desk.read("trust.cwt");
    let now = (NOW + 1).to_string();
    desk.ok(&["trust", "sign", "--root-key", "root.pem", "--out", "trust.cwt", "--at", &now]);
    assert_eq!(gate.code(NOW + 1, &desk.pass("BJ-2", NOW)), "accepted");
    assert!(desk.errors().contains("note: trust.cwt is loaded"), "{}", desk.errors());
    desk.write("trust.cwt", &old);
    assert_eq!(gate.code(NOW + 2, &desk.pass("BJ-3", NOW)), "accepted");
    assert_eq!(gate.finish(), 0);
    // A gate that starts with the old file says so too, and once.
    let mut gate = desk.gate(&["--log", "log.jsonl"]);
    assert_eq!(gate.code(NOW + 3, &desk.pass("BJ-4", NOW)), "accepted");
    assert_eq!(desk.errors().matches("list-older").count(), 1, "{}", desk.errors());
    assert_eq!(gate.finish(), 0);
    let lists: Vec<_> = events(&desk, "log.jsonl")
        .into_iter()
        .filter(|event| event["event"] == "list")
        .map(|event| (event["at"].clone(), event["code"].clone(), event["message"].clone()))
        .collect();
    let [taken, refused, at_start] = &lists[..] else { panic!("{lists:?}") };
    assert_eq!((&taken.0, &taken.1), (&"2026-09-21T14:13:21Z".into(), &"taken".into()));
    assert_eq!(taken.2, "trust.cwt");
    for (event, at) in [(refused, "2026-09-21T14:13:22Z"), (at_start, "2026-09-21T14:13:20Z")] {
        assert_eq!((&event.0, &event.1), (&at.into(), &"list-older".into()));
        assert!(event.2.as_str().unwrap().contains("trust.cwt is refused"), "{event:?}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_log_that_cannot_be_written_stops_nobody() {
    let desk = Desk::new();
    let words = desk.gate_words(&["--log", "/dev/full"]);
    let ran = desk.run_with(&words, format!("@{NOW} {}\n", desk.pass("BJ-1", NOW)).as_bytes());
    assert_eq!((ran.code, &ran.json()["opens"]), (0, &true.into()));
    assert!(ran.err.contains("warning: the log /dev/full cannot be written"), "{}", ran.err);
    desk.run(&desk.gate_words(&["--log", "no/such/folder"])).failed("cannot write the log");
    desk.run(&desk.gate_words(&["--log-person-data"])).failed("--log");
}

#[test]
fn lists_are_loaded_while_nobody_comes() {
    let desk = Desk::new();
    let now = (NOW + 1).to_string();
    let mut words = desk.gate_words(&["--dangerous-at", &now]);
    words.retain(|word| word != "--dangerous-timed-lines");
    let mut gate = desk.start(&words);
    gate.write(format!("{}\n", desk.pass("BJ-1", NOW)).as_bytes());
    assert_eq!(gate.read()["code"], "accepted");
    desk.ok(&["trust", "sign", "--root-key", "root.pem", "--out", "trust.cwt", "--at", &now]);
    let begun = Instant::now();
    while !desk.errors().contains("trust.cwt is loaded") {
        assert!(begun.elapsed() < Duration::from_secs(20), "{}", desk.errors());
        std::thread::sleep(Duration::from_millis(20));
    }
    assert_eq!(gate.finish(), 0);
}

#[test]
fn a_line_may_take_its_time_if_no_pause_ends_it() {
    let desk = Desk::new();
    let code = desk.pass("BJ-1", NOW);
    let (first, rest) = code.split_at(40);
    // A pause of 0 is none at all; one of a minute has not come yet.
    for pause in ["0", "60000"] {
        let state = format!("state-{pause}");
        let mut gate = desk.gate(&["--pause", pause, "--state", &state]);
        gate.write(format!("@{NOW} {first}").as_bytes());
        // Longer than the pause that ends a line by default.
        std::thread::sleep(Duration::from_millis(300));
        gate.write(format!("{rest}\n").as_bytes());
        assert_eq!(gate.read()["code"], "accepted");
    }
}

#[test]
fn a_file_of_codes_is_read_to_its_end() {
    let desk = Desk::new();
    let codes = ["BJ-1", "BJ-2"].map(|subject| format!("@{NOW} {}\r\n", desk.pass(subject, NOW)));
    desk.write("codes", codes.concat());
    let ran = desk.ok(&desk.gate_words(&["--input", "codes"]));
    assert_eq!(ran.out.matches("\"opens\":true").count(), 2, "{}", ran.out);
    desk.run(&desk.gate_words(&["--input", "missing"])).failed("there is no file missing");
    let untimed = desk.run_with(&desk.gate_words(&[]), b"LP1:\n");
    untimed.failed("a line has no time");
}
