//! What the state folder remembers of lists and of the clock, for `verify` and for a gate that is
//! started again.

use livepermit::issue::StatusReference;
use livepermit::{Issuer, Permit, SecretKey};

use crate::desk::{CLASS, Desk, NOW, at};

const DAY: u64 = 86_400;

/// Signs the next version of the trust list, with the root key `root` and at this time.
fn sign_trust(desk: &Desk, root: &str, more: &[&str], now: u64) {
    let now = now.to_string();
    let words = ["trust", "sign", "--root-key", root, "--out", "trust.cwt", "--at", &now];
    desk.ok(&[&words[..], more].concat());
}

/// Adds `other.pub` to the trust list.
fn add_other(desk: &Desk, issuer: &str, class: &str, more: &[&str], now: u64) {
    let now = now.to_string();
    let list = ["trust", "add", "--root-key", "root.pem", "--out", "trust.cwt", "--at", &now];
    let key = ["--issuer-key", "other.pub", "--issuer", issuer, "--class", class];
    desk.ok(&[&list[..], &key, &["--use", "status", "--use", "pass"], more].concat());
}

/// A register in the folder `dir` with one entry that is given out: its index.
fn register(desk: &Desk, dir: &str, issuer: &str) -> u64 {
    let of = ["--issuer", issuer, "--uri", "s:1", "--entries", "80"];
    desk.ok(&[&["status", "new", "--dir", dir][..], &of].concat());
    let given = desk.ok(&["--json", "status", "allocate", "--dir", dir]).json();
    given["indices"][0].as_u64().unwrap()
}

/// Writes the list of the register `dir` to `dir.cwt`.
fn sign_status(desk: &Desk, verb: &[&str], dir: &str, key: &str, now: u64) {
    let (now, list) = (now.to_string(), format!("{dir}.cwt"));
    let words = ["--dir", dir, "--key", key, "--out", &list, "--at", &now];
    desk.ok(&[&["status"], verb, &words].concat());
}

const REQUIRED: [&str; 4] = ["--revocation", "required", "--max-list-age", "24h"];

#[test]
fn verify_accepts_no_older_list_later() {
    let desk = Desk::new();
    let state = ["--state", "state"];
    assert_eq!(desk.verify(&desk.pass("BJ-1", NOW), NOW, &state).code, 0);
    let old = desk.read("trust.cwt");
    add_other(&desk, "sh.example", "sh.example:visit", &[], NOW + 1);
    let remove = ["trust", "remove", "--issuer-key", "issuer.pub", "--root-key", "root.pem"];
    let now = (NOW + 2).to_string();
    desk.ok(&[&remove[..], &["--out", "trust.cwt", "--at", &now]].concat());
    let gone = desk.verify(&desk.pass("BJ-1", NOW), NOW + 2, &state);
    assert_eq!(gone.json()["code"], "unknown-key");

    desk.write("trust.cwt", &old);
    let ran = desk.verify(&desk.pass("BJ-1", NOW), NOW + 3, &state);
    assert_eq!(ran.json()["code"], "unknown-key");
    assert!(ran.err.starts_with("warning: trust.cwt is refused: list-older"), "{}", ran.err);
    // Who remembers nothing accepts it.
    assert_eq!(desk.verify(&desk.pass("BJ-1", NOW), NOW + 3, &[]).code, 0);
}

#[test]
fn a_lost_copy_of_the_trust_list_brings_no_older_one_back() {
    let desk = Desk::new();
    let old = desk.read("trust.cwt");
    sign_trust(&desk, "root.pem", &[], NOW + 1);
    assert_eq!(desk.gate(&[]).code(NOW + 1, &desk.pass("BJ-1", NOW)), "accepted");
    std::fs::remove_file(desk.path("state/lists/trust-2.cwt")).unwrap();
    desk.write("trust.cwt", &old);
    desk.run(&desk.gate_words(&[])).failed("list-older");
    // The list that was held is enough.
    sign_trust(&desk, "root.pem", &[], NOW + 2);
    let mut gate = desk.gate(&[]);
    assert_eq!(gate.code(NOW + 2, &desk.pass("BJ-2", NOW + 2)), "accepted");
    assert!(desk.errors().contains("trust-2.cwt"), "the lost copy is told: {}", desk.errors());
}

#[test]
fn what_is_asked_of_a_trust_list_is_asked_of_the_kept_one_too() {
    let desk = Desk::new();
    let asked = |minimum: &str, name: &str| {
        let words = ["--trust-minimum", minimum, "--trust-name", name];
        let verified = desk.verify("x", NOW, &[&words[..], &["--state", "state"]].concat());
        (desk.run(&desk.gate_words(&words)), verified)
    };
    for ran in [asked("1", "bj.gates").0, asked("1", "bj.gates").1] {
        assert!(ran.code < 2 && !ran.err.contains("refused"), "{ran:?}");
    }
    let (at_gate, verified) = asked("2", "bj.gates");
    for ran in [at_gate, verified] {
        ran.failed("list-older");
    }
    let (at_gate, verified) = asked("1", "sh.gates");
    for ran in [at_gate, verified] {
        ran.failed("the state folder holds a trust list called bj.gates, not sh.gates");
    }
    // The next version is enough, whatever is kept.
    sign_trust(&desk, "root.pem", &[], NOW);
    let (at_gate, verified) = asked("2", "bj.gates");
    assert_eq!((at_gate.code, verified.code), (0, 1), "{at_gate:?} {verified:?}");
}

#[test]
fn a_root_that_handed_over_signs_no_more() {
    let desk = Desk::new();
    // Version 2 names the next root, which signs version 3.
    sign_trust(&desk, "root.pem", &["--successor-root", "phone.pub"], NOW + 1);
    let mut gate = desk.gate(&[]);
    assert_eq!(gate.code(NOW + 1, &desk.pass("BJ-1", NOW)), "accepted");
    sign_trust(&desk, "phone.pem", &[], NOW + 2);
    assert_eq!(gate.code(NOW + 2, &desk.pass("BJ-2", NOW)), "accepted");
    assert!(desk.errors().contains("trust.cwt is loaded"), "{}", desk.errors());
    assert_eq!(gate.finish(), 0);

    // A gate that is started again with the first root knows of the next one.
    let mut gate = desk.gate(&[]);
    assert_eq!(gate.code(NOW + 3, &desk.pass("BJ-3", NOW)), "accepted");
    assert!(!desk.errors().contains("refused"), "{}", desk.errors());
    let third = desk.read("trust.cwt");
    sign_trust(&desk, "root.pem", &[], NOW + 4);
    assert_eq!(gate.code(NOW + 4, &desk.pass("BJ-4", NOW)), "accepted");
    assert!(desk.errors().contains("trust.cwt is refused: list-unknown-key"), "{}", desk.errors());
    assert_eq!(gate.finish(), 0);
    // And in a state folder where only the copy is left.
    let mut gate = desk.gate(&[]);
    assert_eq!(gate.code(NOW + 5, &desk.pass("BJ-5", NOW)), "accepted");
    assert!(desk.errors().contains("trust.cwt is refused: list-unknown-key"), "{}", desk.errors());
    assert_eq!(desk.read("state/lists/trust-3.cwt"), third);
}

/// A pass of the issuer `sh.example`, whose key is `other`.
fn theirs(subject: &str, index: u64, now: u64) -> String {
    let key = SecretKey::from_ed25519_seed(&[9; 32]);
    let issuer = Issuer::new("sh.example", key.public_key()).unwrap();
    let status = StatusReference::new("s:1", index).unwrap();
    let permit = Permit::new(subject, "sh.example:visit").unwrap().with_status(status);
    issuer.prepare_pass(&permit, None, at(now)).unwrap().sign(&key).unwrap().to_qr_text()
}

#[test]
fn two_issuers_may_name_their_lists_alike() {
    let desk = Desk::new();
    add_other(&desk, "sh.example", "sh.example:visit", &[], NOW + 1);
    let ours = register(&desk, "ours", "bj.example");
    let other = register(&desk, "theirs", "sh.example");
    // Theirs is newer, so that each would be refused as older if the issuer did not count.
    sign_status(&desk, &["revoke", &ours.to_string()], "ours", "issuer.pem", NOW + 1);
    sign_status(&desk, &["sign"], "theirs", "other.pem", NOW + 9);
    let classes = ["--class", CLASS, "--class", "sh.example:visit", "--dangerous-at"];
    let start = (NOW + 10).to_string();
    let files = ["theirs.cwt", "ours.cwt"].map(|file| ["--status", file]).concat();
    let words = [&REQUIRED[..], &classes, &[&start], &files].concat();
    let code = |subject: &str, now| desk.pass_with_status(subject, Some(("s:1", ours)), now);
    // The second time both lists come from the state folder alone.
    for (n, later) in [(1, 10), (2, 20)] {
        let now = NOW + later;
        let mut gate = desk.gate(&words);
        assert_eq!(gate.code(now, &code(&format!("BJ-{n}"), now)), "revoked");
        assert_eq!(gate.code(now, &theirs(&format!("SH-{n}"), other, now)), "accepted");
        assert_eq!(gate.finish(), 0);
        for file in ["ours.cwt", "theirs.cwt"] {
            let _ = std::fs::remove_file(desk.path(file));
        }
        assert!(!desk.errors().contains("list-older"), "{}", desk.errors());
    }
    assert_eq!(desk.files("state/lists").len(), 3, "{:?}", desk.files("state/lists"));
}

#[test]
fn a_status_list_that_is_kept_is_judged_by_the_present_time() {
    let desk = Desk::new();
    let end = (NOW + 100).to_string();
    add_other(&desk, "bj.example", CLASS, &["--expires", &end], NOW + 1);
    let entry = register(&desk, "list", "bj.example");
    sign_status(&desk, &["sign"], "list", "other.pem", NOW + 1);
    let words = [&REQUIRED[..], &["--status", "list.cwt"]].concat();
    let code = |subject: &str, now| desk.pass_with_status(subject, Some(("s:1", entry)), now);
    let start = |now: u64| {
        let now = now.to_string();
        desk.gate(&[&words[..], &["--dangerous-at", &now]].concat())
    };
    let mut gate = start(NOW + 1);
    assert_eq!(gate.code(NOW + 1, &code("BJ-1", NOW + 1)), "accepted");
    assert_eq!(gate.finish(), 0);
    std::fs::remove_file(desk.path("list.cwt")).unwrap();
    // A clock a little back is no reason to refuse what is kept.
    let mut gate = start(NOW - 3);
    assert_eq!(gate.code(NOW + 99, &code("BJ-2", NOW + 99)), "accepted");
    assert!(!desk.errors().contains("is refused"), "{}", desk.errors());
    assert_eq!(gate.finish(), 0);
    // Nor is one that was set far back: when it is right again, the list is still there.
    let mut gate = start(NOW - 60);
    assert_eq!(gate.code(NOW + 99, &code("BJ-4", NOW + 99)), "accepted");
    assert!(!desk.errors().contains("status-"), "{}", desk.errors());
    assert_eq!(gate.finish(), 0);
    // The key of the list is trusted no more, and so nobody is good because of the list.
    let mut gate = start(NOW + 100);
    let told = gate.ask(NOW + 100, &code("BJ-3", NOW + 100));
    assert_eq!(told["code"], "status-list-unknown", "{told}");
    assert!(desk.errors().contains("list-key-not-current"), "{}", desk.errors());
}

#[test]
fn a_clock_behind_the_lists_is_told_without_a_memory_of_codes_too() {
    let desk = Desk::new();
    let with = |skew: &str, now: u64| {
        desk.verify(&desk.pass("BJ-1", now), now, &["--state", "state", "--skew", skew])
    };
    assert_eq!(with("5", NOW).code, 0);
    for (skew, behind, can) in [("5", 5, true), ("5", 6, false), ("8", 8, true), ("8", 9, false)] {
        let ran = with(skew, NOW - behind);
        if can {
            assert_eq!(ran.code, 0, "{ran:?}");
        } else {
            ran.failed("clock-below-floor");
        }
    }
    // With a memory it is a verdict, and the gate's fault.
    let (now, code) = (NOW - 6, desk.pass("BJ-2", NOW - 6));
    let replay = ["--state", "state", "--replay", "used.redb"];
    let told = desk.verify(&code, now, &replay).json();
    assert_eq!((&told["code"], &told["fault"]), (&"clock-below-floor".into(), &"ours".into()));
}

#[test]
fn the_last_admission_is_remembered() {
    let cautions = |told: &serde_json::Value| -> Vec<String> {
        let all = told["cautions"].as_array().unwrap_or_else(|| panic!("{told}"));
        all.iter().map(|caution| caution["code"].as_str().unwrap().to_owned()).collect()
    };
    let (usual, jumped) = (vec!["revocation-not-checked"], "clock-jumped");
    let with_jump = [&usual[..], &[jumped]].concat();
    let late = NOW + 2 * DAY;

    let desk = Desk::new();
    let verify = |subject: &str, now: u64, state: &[&str]| {
        let options = [&["--replay", "used.redb"], state].concat();
        cautions(&desk.verify(&desk.pass(subject, now), now, &options).json())
    };
    let state = ["--state", "verify-state"];
    assert_eq!(verify("BJ-1", NOW, &state), usual);
    assert_eq!(verify("BJ-2", NOW + DAY, &state), usual);
    assert_eq!(verify("BJ-3", late + 1, &state), with_jump);
    assert_eq!(verify("BJ-4", late + 2, &state), usual);
    // Without a folder there is nothing to compare with.
    assert_eq!(verify("BJ-5", NOW + 9 * DAY, &[]), usual);

    let mut gate = desk.gate(&[]);
    assert_eq!(cautions(&gate.ask(NOW, &desk.pass("BJ-1", NOW))), usual);
    // A refusal is no admission.
    assert_eq!(gate.code(late, "LP1:nonsense"), "malformed");
    drop(gate);
    let mut gate = desk.gate(&[]);
    assert_eq!(cautions(&gate.ask(late, &desk.pass("BJ-2", late))), with_jump);
    assert_eq!(cautions(&gate.ask(late, &desk.pass("BJ-3", late))), usual);
}
