//! Lists while a gate runs and after it was restarted, and its memory of codes and time.

use serde_json::Value;

use crate::desk::{Desk, NOW};

const URI: &str = "s:1";

fn sign_status(desk: &Desk, verb: &str, entries: &[&str], lifetime: &str, now: u64) {
    let now = now.to_string();
    let words = [
        &[
            "status",
            verb,
            "--dir",
            "register",
            "--key",
            "issuer.pem",
            "--out",
            "status.cwt",
            "--at",
            &now,
        ][..],
        &["--lifetime", lifetime],
        entries,
    ];
    desk.ok(&words.concat());
}

/// Gives an entry of a register whose list is `status.cwt`.
fn register(desk: &Desk, lifetime: &str) -> u64 {
    desk.ok(&[
        "status",
        "new",
        "--dir",
        "register",
        "--issuer",
        "bj.example",
        "--uri",
        URI,
        "--entries",
        "80",
    ]);
    let given = desk.ok(&["--json", "status", "allocate", "--dir", "register"]).json();
    sign_status(desk, "sign", &[], lifetime, NOW);
    given["indices"][0].as_u64().unwrap()
}

const REQUIRED: [&str; 6] =
    ["--revocation", "required", "--max-list-age", "24h", "--status", "status.cwt"];

/// The issuer's clock is 12 seconds ahead. The list that withdraws the permit waits until its time
/// has come, and each answer says so.
#[test]
fn a_list_from_the_future_waits_and_is_taken_up_in_its_second() {
    let desk = Desk::new();
    let entry = register(&desk, "24h");
    let code = |now| desk.pass_with_status("A", Some((URI, entry)), now);
    let mut gate = desk.gate(&[&REQUIRED[..], &["--cool-down", "none"]].concat());
    assert_eq!(gate.ask(NOW, &code(NOW))["lists_waiting"], serde_json::json!([]));
    sign_status(&desk, "revoke", &[&entry.to_string()], "24h", NOW + 12);
    // The gate accepts lists up to 5 seconds ahead.
    for now in NOW + 1..NOW + 7 {
        let told = gate.ask(now, &code(now));
        assert_eq!(told["code"], "accepted", "{told}");
        let waiting = &told["lists_waiting"][0];
        assert_eq!(
            (&waiting["code"], &waiting["again"]),
            (&"list-from-the-future".into(), &(NOW + 7).into())
        );
        let details = told["details"].as_str().unwrap();
        assert!(details.contains("status.cwt is not in use: list-from-the-future"), "{details}");
    }
    let told = gate.ask(NOW + 7, &code(NOW + 7));
    assert_eq!(told["code"], "revoked", "{told}");
    assert_eq!(told["lists_waiting"], serde_json::json!([]));
    assert_eq!(gate.finish(), 0);
    let errors = desk.errors();
    assert_eq!(errors.matches("list-from-the-future").count(), 1, "{errors}");
    // In a person's words, on one line.
    assert!(
        errors.contains(", 6 s later than is accepted now; The list is dated later"),
        "{errors}"
    );
    assert!(!errors.contains(&(NOW + 12).to_string()) && !errors.contains(".;"), "{errors}");
}

#[test]
fn new_lists_are_taken_up_and_bad_ones_are_not() {
    let desk = Desk::new();
    let entry = register(&desk, "24h");
    let code = |subject: &str, now| desk.pass_with_status(subject, Some((URI, entry)), now);
    let mut gate = desk.gate(&REQUIRED);
    assert_eq!(gate.code(NOW, &code("A", NOW)), "accepted");
    let (old_trust, old_status) = (desk.read("trust.cwt"), desk.read("status.cwt"));

    // Broken, cut short, gone: the old one stays, and each is reported once, with what to do.
    for (name, good) in [("trust.cwt", &old_trust), ("status.cwt", &old_status)] {
        let mut forged = good.clone();
        *forged.last_mut().unwrap() ^= 1;
        let before = desk.errors().lines().count();
        desk.write(name, &forged);
        assert_eq!(gate.code(NOW + 1, &code(&format!("{name}-1"), NOW)), "accepted");
        assert_eq!(gate.code(NOW + 1, &code(&format!("{name}-2"), NOW)), "accepted");
        let errors = desk.errors();
        let news: Vec<&str> = errors.lines().skip(before).collect();
        assert!(news[0].contains(name) && news[0].contains("list-bad-signature"), "{news:?}");
        assert!(errors.contains("Fetch the list again from its publisher."), "{errors}");
        assert_eq!(errors.matches(&format!("{name} is refused: list-bad-signature")).count(), 1);
        desk.write(name, &good[..good.len() / 2]);
        assert_eq!(gate.code(NOW + 1, &code(&format!("{name}-3"), NOW)), "accepted");
        assert!(desk.errors().contains(&format!("{name} is refused: list-malformed")));
        std::fs::remove_file(desk.path(name)).unwrap();
        assert_eq!(gate.code(NOW + 1, &code(&format!("{name}-4"), NOW)), "accepted");
        assert!(desk.errors().contains(&format!("there is no file {name}")));
        desk.write(name, good);
    }

    // A true new status list counts from the next line on, and an older one does not come back.
    sign_status(&desk, "revoke", &[&entry.to_string()], "24h", NOW + 2);
    assert_eq!(gate.code(NOW + 2, &code("B", NOW + 2)), "revoked");
    desk.write("status.cwt", &old_status);
    assert_eq!(gate.code(NOW + 3, &code("C", NOW + 3)), "revoked");
    assert!(desk.errors().contains("status.cwt is refused: list-older"));

    // A new trust list without the old key: its codes and its status list count no more.
    let words = desk.trust_command("add", &[], NOW + 4);
    let other: Vec<String> = words
        .iter()
        .map(|word| if word == "issuer.pub" { "other.pub".into() } else { word.clone() })
        .collect();
    desk.ok(&other);
    let now = (NOW + 4).to_string();
    let remove = [
        "trust",
        "remove",
        "--issuer-key",
        "issuer.pub",
        "--root-key",
        "root.pem",
        "--out",
        "trust.cwt",
    ];
    desk.ok(&[&remove[..], &["--at", &now]].concat());
    assert_eq!(gate.code(NOW + 4, &code("D", NOW + 4)), "unknown-key");
    assert!(
        desk.errors().contains("status list s:1 is refused: list-unknown-key"),
        "{}",
        desk.errors()
    );
    assert_eq!(gate.finish(), 0);

    // After a restart the old trust list is refused too, and the copy that is kept goes on.
    desk.write("trust.cwt", &old_trust);
    let mut gate = desk.gate(&REQUIRED);
    assert_eq!(gate.code(NOW + 5, &code("E", NOW + 5)), "unknown-key");
    assert!(desk.errors().contains("trust.cwt is refused: list-older"), "{}", desk.errors());
}

#[test]
fn a_restart_keeps_used_codes_the_floor_and_lists_in_their_grace() {
    let desk = Desk::new();
    let entry = register(&desk, "60");
    let code = |subject: &str, now| desk.pass_with_status(subject, Some((URI, entry)), now);
    let with_grace = [&REQUIRED[..], &["--grace", "600"]].concat();
    let used = code("A", NOW + 55);
    let mut gate = desk.gate(&with_grace);
    assert_eq!(gate.code(NOW + 55, &used), "accepted");
    assert_eq!(gate.finish(), 0);

    // The list has ended and its file is gone; the gate holds it, within the grace.
    std::fs::remove_file(desk.path("status.cwt")).unwrap();
    let later = (NOW + 70).to_string();
    let with_grace = [&with_grace[..], &["--dangerous-at", &later]].concat();
    let mut gate = desk.gate(&with_grace);
    assert_eq!(gate.code(NOW + 70, &used), "already-used");
    let old = gate.ask(NOW + 100, &code("B", NOW + 100));
    assert_eq!(
        (&old["light"], &old["cautions"][0]["code"]),
        (&"yellow".into(), &"status-old".into())
    );
    let over = gate.ask(NOW + 700, &code("C", NOW + 700));
    assert_eq!(
        (&over["light"], &over["code"]),
        (&"out-of-order".into(), &"status-list-expired".into())
    );
    assert_eq!(gate.finish(), 0);

    // The clock was set back below the list.
    let back = (NOW - 100).to_string();
    let mut gate = desk.gate(&[&REQUIRED[..], &["--dangerous-at", &back]].concat());
    let answer = gate.ask(NOW - 100, &code("D", NOW - 100));
    assert_eq!(
        (&answer["light"], &answer["code"]),
        (&"out-of-order".into(), &"clock-below-floor".into())
    );
    assert_eq!(gate.finish(), 0);
    let files = ["clock.json", "health.json", "lists", "lock", "once.witness", "state.json"];
    assert_eq!(desk.files("state"), [&files[..], &["used.redb"]].concat());
    assert_eq!(desk.files("state/lists").len(), 2, "{:?}", desk.files("state/lists"));
}

#[test]
fn a_trust_list_that_ends_puts_the_gate_out_of_order_and_a_new_one_mends_it() {
    let desk = Desk::new();
    let day = 86_400;
    let mut gate = desk.gate(&[]);
    assert_eq!(gate.code(NOW, &desk.pass("A", NOW)), "accepted");
    let late = NOW + 31 * day;
    let ended = gate.ask(late, &desk.pass("B", late));
    assert_eq!(
        (&ended["light"], &ended["code"]),
        (&"out-of-order".into(), &"trust-list-expired".into())
    );
    let now = late.to_string();
    desk.ok(&["trust", "sign", "--root-key", "root.pem", "--out", "trust.cwt", "--at", &now]);
    assert_eq!(gate.code(late + 1, &desk.pass("C", late + 1)), "accepted");
}

#[test]
fn one_phone_off_and_a_gate_off_are_told_apart() {
    let desk = Desk::new();
    let mut gate = desk.gate(&[]);
    let one = gate.ask(NOW, &desk.pass("A", NOW + 300));
    assert_eq!((&one["code"], &one["light"]), (&"from-the-future".into(), &"red".into()));
    let details = one["details"].as_str().unwrap();
    assert!(details.starts_with("this phone's clock is 5 min ahead of the gate's; "), "{details}");
    assert!(details.contains("no code was accepted since the start"), "{details}");
    let mut last = Value::Null;
    for n in 0..6 {
        last = gate.ask(NOW, &desk.pass(&format!("S-{n}"), NOW + 300));
    }
    assert_eq!((&last["code"], &last["light"]), (&"clock-suspect".into(), &"out-of-order".into()));
    assert_eq!(last["clock_offset"], 300);
    assert!(
        last["details"]
            .as_str()
            .unwrap()
            .contains("this gate's clock is 5 min behind several phones")
    );
}

#[test]
fn a_state_folder_is_one_gates() {
    let desk = Desk::new();
    let mut gate = desk.gate(&[]);
    assert_eq!(gate.code(NOW, &desk.pass("A", NOW)), "accepted");
    desk.run(&desk.gate_words(&[])).failed("another process uses the state folder");
    assert_eq!(gate.finish(), 0);
    desk.write("state/state.json", "{\"format\":");
    desk.run(&desk.gate_words(&[])).failed("state.json is damaged");
}

#[test]
fn logs_merge_by_sorting_and_name_nobody() {
    let desk = Desk::new();
    let logs = ["a.jsonl", "b.jsonl"];
    for (index, log) in logs.into_iter().enumerate() {
        let (state, lane) = (format!("state-{index}"), index.to_string());
        let words = desk.gate_words(&["--log", log, "--lane", &lane]);
        let words: Vec<String> = words
            .into_iter()
            .map(|word| if word == "state" { state.clone() } else { word })
            .collect();
        let input: String = (0..20)
            .map(|n| {
                let now = NOW + 2 * n + u64::try_from(index).unwrap();
                format!("@{now} {}\n", desk.pass(&format!("SUBJECT-{n}"), now))
            })
            .collect();
        assert_eq!(desk.run_with(&words, format!("{input}@{} x\n", NOW + 99).as_bytes()).code, 0);
    }
    let texts = logs.map(|log| desk.text(log));
    let mut lines: Vec<&str> = texts.iter().flat_map(|text| text.lines()).collect();
    lines.sort_unstable();
    let events: Vec<Value> = lines.iter().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(events.len(), 42);
    assert!(events.is_sorted_by_key(|event| event["at"].as_str().unwrap().to_owned()));
    let unlike: std::collections::BTreeSet<_> =
        events.iter().map(|event| (event["run"].to_string(), event["number"].as_u64())).collect();
    assert_eq!(unlike.len(), 42);
    assert!(lines.iter().all(|line| !line.contains("SUBJECT")), "no subject in the log");
    // The same permit at both gates has the same pseudonym.
    assert_eq!(events[0]["permit"], events[1]["permit"]);
    assert_eq!((&events[0]["lane"], &events[1]["lane"]), (&"0".into(), &"1".into()));
    assert_eq!((&events[0]["moment"], &events[40]["code"]), (&NOW.into(), &"not-ours".into()));

    let words = desk.gate_words(&["--log", "c.jsonl", "--log-person-data"]);
    desk.run_with(&words, format!("@{NOW} {}\n", desk.pass("SUBJECT-1", NOW)).as_bytes());
    assert!(desk.text("c.jsonl").contains("\"subject\":\"SUBJECT-1\""));
}

#[test]
fn zones_passages_and_cool_downs() {
    let desk = Desk::new();
    let mut enter = desk.gate(&["--cool-down", "10m"]);
    assert_eq!(enter.code(NOW, &desk.pass("A", NOW)), "accepted");
    let cooling = enter.ask(NOW + 60, &desk.pass("A", NOW + 60));
    let told =
        "free again in 9 min; a code of this permit was let in 60 s ago at gate-3, lane 1".into();
    assert_eq!((&cooling["code"], &cooling["details"]), (&"cooling-down".into(), &told));
    assert_eq!(enter.code(NOW + 1, &desk.pass("A", NOW)), "already-accepted-here");
    assert_eq!(enter.finish(), 0);
    // Out through the other lane of the same gate: the permit is free again.
    let mut leave = desk.gate(&["--passage", "leave", "--lane", "2"]);
    assert_eq!(leave.code(NOW + 61, &desk.pass("A", NOW + 61)), "accepted");
    assert_eq!(leave.finish(), 0);
    let mut enter = desk.gate(&["--cool-down", "10m"]);
    assert_eq!(enter.code(NOW + 62, &desk.pass("A", NOW + 62)), "accepted");
}

/// The list of before stays, and everybody is told what stands in its place.
#[test]
fn what_stands_where_a_list_should_be_is_named() {
    let desk = Desk::new();
    let entry = register(&desk, "24h");
    let code = desk.pass_with_status("A", Some((URI, entry)), NOW);
    let coded =
        desk.read("status.cwt").iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let cases: [(&[u8], &str); 9] = [
        (b"<!DOCTYPE html>\n<title>Log in</title>", "a web page, and no list"),
        (b"\xEF\xBB\xBF<html lang=zh>", "a web page, and no list"),
        (b"\x1F\x8B\x08\x00\x00\x00\x00\x00", "a gzip file, and no list"),
        (b"PK\x03\x04\x14\x00", "a zip file, and no list"),
        (b"{\"format\": \"livepermit trust source 1\"}", "JSON, and no list"),
        (b"-----BEGIN PUBLIC KEY-----\nMCow", "a key or a certificate in PEM, and no list"),
        (coded.as_bytes(), "a text of hexadecimal digits, and no list"),
        (b"404 not found", "a text, and no list"),
        (b" \n", "empty, and no list"),
    ];
    for (bytes, told) in cases {
        desk.write("other", bytes);
        let told = format!("other is {told} (list-malformed)");
        let required = ["--revocation", "required", "--max-list-age", "24h", "--status", "other"];
        desk.verify(&code, NOW, &required).failed(&told);
        desk.verify(&code, NOW, &["--trust", "other"]).failed(&told);
        desk.run(&["trust", "show", "other"]).failed(&told);
        let show =
            ["status", "show", "other", "--issuer-key", "issuer.pub", "--issuer", "bj.example"];
        let ran = desk.run(&show);
        ran.refused("list-malformed");
        let kind = told.split(" is ").nth(1).unwrap().split(",").next().unwrap();
        assert!(ran.out.contains(&format!("this is      {kind}\n")), "{}", ran.out);

        // A gate that has a list keeps the list.
        let mut gate = desk.gate(&[&REQUIRED[..], &["--cool-down", "none"]].concat());
        assert_ne!(gate.code(NOW, &code), "status-list-unknown");
        let list = desk.read("status.cwt");
        desk.write("status.cwt", bytes);
        let again = desk.pass_with_status("A", Some((URI, entry)), NOW + 1);
        let light = gate.ask(NOW + 1, &again)["light"].clone();
        assert!(light == "green" || light == "neutral", "{light}");
        assert!(
            desk.errors().contains(&told.replace("other is", "status.cwt is")),
            "{}",
            desk.errors()
        );
        assert_eq!(gate.finish(), 0);
        desk.write("status.cwt", list);
        std::fs::remove_dir_all(desk.path("state")).unwrap();
    }
}
