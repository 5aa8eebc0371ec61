//! From keys to the door, all of it through files.

use crate::desk::{CLASS, Desk, NOW};

const URI: &str = "https://s.bj.example/1";

/// A register with one entry, its first list, and a credential that names it. Gives the entry.
fn furnish(desk: &Desk) -> String {
    let now = NOW.to_string();
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
        "800",
    ]);
    let line = desk.ok(&["status", "allocate", "--dir", "register"]).out;
    let entry = line.trim().strip_prefix(&format!("{URI} ")).unwrap().to_owned();
    sign(desk, "sign", &[], NOW);
    desk.ok(&[
        "issue",
        "credential",
        "--key",
        "issuer.pem",
        "--issuer",
        "bj.example",
        "--subject",
        "BJ-CHILD",
        "--class",
        CLASS,
        "--device-key",
        "phone.pub",
        "--status-uri",
        URI,
        "--status-index",
        &entry,
        "--acting-role",
        "guardian",
        "--representative",
        "BJ-PARENT",
        "--at",
        &now,
        "--out",
        "credential",
    ]);
    entry
}

fn sign(desk: &Desk, verb: &str, entries: &[&str], now: u64) {
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
        ],
        entries,
    ];
    desk.ok(&words.concat());
}

fn present(desk: &Desk, more: &[&str], now: u64) -> crate::desk::Ran {
    let now = now.to_string();
    let words = [
        &[
            "present",
            "--credential",
            "credential",
            "--device-key",
            "phone.pem",
            "--trust",
            "trust.cwt",
        ][..],
        &["--root", "root.pub", "--format", "qr-text", "--out", "code", "--at", &now],
        more,
    ];
    desk.run(&words.concat())
}

fn verify(desk: &Desk, more: &[&str], now: u64) -> crate::desk::Ran {
    let now = now.to_string();
    let words = [
        &[
            "--json",
            "verify",
            "--file",
            "code",
            "--trust",
            "trust.cwt",
            "--root",
            "root.pub",
            "--class",
            CLASS,
        ][..],
        &[
            "--gate",
            "gate-3",
            "--revocation",
            "required",
            "--max-list-age",
            "24h",
            "--status",
            "status.cwt",
        ],
        &["--at", &now],
        more,
    ];
    desk.run(&words.concat())
}

const MEMORY: [&str; 7] =
    ["--accept-acting", "--replay", "used.redb", "--zone", "park", "--state", "state"];

#[test]
fn a_permit_is_admitted_once_and_withdrawn() {
    let desk = Desk::new();
    let entry = furnish(&desk);
    assert_eq!(present(&desk, &[], NOW).code, 0);
    let plain = verify(&desk, &["--accept-acting"], NOW).json();
    assert_eq!((&plain["verdict"], &plain["admitted"]), (&"accepted".into(), &false.into()));
    assert_eq!(verify(&desk, &[], NOW).json()["code"], "acting-not-accepted");

    let first = verify(&desk, &MEMORY, NOW);
    let json = first.json();
    assert_eq!((first.code, &json["admitted"]), (0, &true.into()));
    assert_eq!(json["acting"]["representative"], "BJ-PARENT");
    assert_eq!(json["cautions"][0]["code"], "acting");
    let again = verify(&desk, &MEMORY, NOW + 9);
    assert_eq!((again.code, &again.json()["code"]), (1, &"already-used".into()));

    assert_eq!(present(&desk, &[], NOW + 100).code, 0);
    sign(&desk, "suspend", &[&entry], NOW + 100);
    assert_eq!(verify(&desk, &MEMORY, NOW + 101).json()["code"], "suspended");
    sign(&desk, "restore", &[&entry], NOW + 102);
    assert_eq!(verify(&desk, &MEMORY, NOW + 103).code, 0);
    sign(&desk, "revoke", &[&entry], NOW + 104);
    assert_eq!(verify(&desk, &MEMORY, NOW + 105).json()["code"], "revoked");

    // The clock set back before the list that was held: ours, not the visitor's.
    let back = verify(&desk, &MEMORY, NOW + 50);
    assert_eq!((back.code, &back.json()["code"]), (1, &"clock-below-floor".into()), "{}", back.err);
}

#[test]
fn a_question_is_answered() {
    let desk = Desk::new();
    furnish(&desk);
    let now = NOW.to_string();
    let asked = desk.ok(&[
        "challenge",
        "--gate",
        "gate-3",
        "--at",
        &now,
        "--svg",
        "ask.svg",
        "--png",
        "ask.png",
    ]);
    let question = asked.out.trim_end_matches('\n');
    assert!(question.starts_with("LPC1:"));
    assert_eq!(present(&desk, &[], NOW + 1).code, 0);
    let missing = verify(&desk, &["--accept-acting", "--challenge", question], NOW + 1);
    assert_eq!(missing.json()["code"], "challenge-missing");
    assert_eq!(present(&desk, &["--gate-code", question], NOW + 2).code, 0);
    let used = [&MEMORY[..], &["--challenge", question]].concat();
    let answered = verify(&desk, &used, NOW + 3).json();
    assert_eq!(
        (&answered["admitted"], &answered["challenge_answered"]),
        (&true.into(), &true.into())
    );
    present(&desk, &["--gate-code", question], NOW + 60).failed("was over 0 s ago");
    present(&desk, &["--gate-code", "LPC1:"], NOW).failed("not a gate's code");

    let digits =
        desk.ok(&["--json", "challenge", "--gate", "gate-3", "--digits", "--at", &now]).json();
    let spoken = digits["digits"].as_str().unwrap();
    assert!(spoken.len() == 6 && spoken.bytes().all(|byte| byte.is_ascii_digit()));
    assert_eq!(digits["expires"], NOW + 30);
    desk.run(&["challenge", "--gate", "gate-3", "--digits", "--lifetime", "60"])
        .failed("lives 60 s");

    let printed = desk.ok(&["challenge", "--gate", "gate-3", "--name-only"]).out;
    assert_eq!(present(&desk, &["--gate-code", printed.trim_end_matches('\n')], NOW + 90).code, 0);
    let own = verify(&desk, &["--accept-acting", "--audience", "own"], NOW + 90).json();
    assert_eq!((&own["verdict"], &own["audience"]), (&"accepted".into(), &"gate-3".into()));
    verify(&desk, &["--challenge", printed.trim_end_matches('\n')], NOW).failed("asks nothing");
}

#[test]
fn what_must_be_said_is_asked_for() {
    let desk = Desk::new();
    furnish(&desk);
    present(&desk, &[], NOW);
    let base = [
        "verify",
        "--file",
        "code",
        "--trust",
        "trust.cwt",
        "--root",
        "root.pub",
        "--gate",
        "gate-3",
    ];
    let at = NOW.to_string();
    let run = |more: &[&str]| desk.run(&[&base[..], &["--at", &at], more].concat());
    run(&["--class", CLASS]).failed("it must be said what to do about withdrawn permits");
    run(&["--class", CLASS, "--revocation", "required"])
        .failed("how old a list of withdrawn permits may be");
    run(&["--revocation", "not-checked"]).failed("which classes are let in");
    run(&["--class", CLASS, "--revocation", "not-checked", "--status", "status.cwt"])
        .failed("not to look into them");
    run(&["--class", CLASS, "--revocation", "not-checked", "--zone", "park"])
        .failed("where codes are used up");
    run(&["--class", CLASS, "--revocation", "not-checked", "--trust-name", "other"])
        .failed("list-wrong-name");
    run(&["--class", CLASS, "--revocation", "not-checked", "--trust-minimum", "2"])
        .failed("list-older");
    desk.run(&["verify", "x", "--trust", "trust.cwt", "--gate", "g"]).failed("--root");
    let wrong_root =
        ["verify", "--file", "code", "--trust", "trust.cwt", "--root", "other.pub", "--gate", "g"];
    desk.run(
        &[&wrong_root[..], &["--class", CLASS, "--revocation", "not-checked", "--at", &at]]
            .concat(),
    )
    .failed("list-unknown-key");
    assert!(desk.files(".").iter().all(|name| !name.starts_with(".livepermit-")));
}

#[test]
fn a_file_that_is_no_store_is_left_as_it_is() {
    let desk = Desk::new();
    furnish(&desk);
    present(&desk, &[], NOW);
    desk.write("used.redb", "a diary");
    verify(&desk, &MEMORY, NOW).failed("used.redb");
    assert_eq!(desk.text("used.redb"), "a diary");
}
