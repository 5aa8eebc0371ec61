//! Each option of the policy means something, to `verify` and to a gate alike.

use serde_json::Value;

use crate::desk::{Desk, NOW};

/// What `verify` says to a code at this time. A gate says the same, or the test fails.
fn told(desk: &Desk, options: &[&str], code: &str, now: u64) -> Value {
    // A new folder each time: no case sees the memory of another.
    let state = format!("state-{}", desk.files(".").len());
    let words = desk.gate_words(&[options, &["--state", &state]].concat());
    let at_gate = desk.run_with(&words, format!("@{now} {code}\n").as_bytes());
    let verified = desk.verify(code, now, options);
    assert_eq!(at_gate.code, 0, "{at_gate:?}");
    let (at_gate, told) = (at_gate.json(), verified.json());
    for field in ["verdict", "code", "cautions", "evidence"] {
        let accepted = field == "code" && told["verdict"] == "accepted";
        assert!(accepted || at_gate[field] == told[field], "{options:?}: {at_gate} {told}");
    }
    assert_eq!(verified.code, i32::from(told["verdict"] != "accepted"), "{told}");
    told
}

/// The code of the refusal, or `accepted`.
fn code_of(told: &Value) -> &str {
    told["code"].as_str().or(told["verdict"].as_str()).unwrap()
}

/// What is shown, from the options of the policy.
enum Shown {
    /// A pass dated so many seconds after [`NOW`].
    Ahead(u64),
    /// A pass that is live for so many seconds.
    Window(u64),
    /// A presentation of a credential so many seconds old.
    Aged(u64),
}
use Shown::{Aged, Ahead, Window};

#[test]
fn each_limit_is_the_one_that_was_named() {
    let desk = Desk::new();
    let day = 86_400;
    let cases: [(&[&str], Shown, u64, &str); 32] = [
        // How far ahead a code may be dated: 5 seconds by default.
        (&[], Ahead(5), 0, "accepted"),
        (&[], Ahead(6), 0, "from-the-future"),
        (&["--skew", "0"], Ahead(0), 0, "accepted"),
        (&["--skew", "0"], Ahead(1), 0, "from-the-future"),
        (&["--skew", "12"], Ahead(12), 0, "accepted"),
        (&["--skew", "12"], Ahead(13), 0, "from-the-future"),
        // How long a code may be live: 30 seconds by default, whatever the code says.
        (&[], Window(60), 29, "accepted"),
        (&[], Window(60), 30, "stale"),
        (&["--window", "1m"], Window(60), 59, "accepted"),
        (&["--window", "1m"], Window(60), 60, "stale"),
        (&["--window", "10"], Window(30), 9, "accepted"),
        (&["--window", "10"], Window(30), 10, "stale"),
        // How old a credential may be: a day and five minutes by default.
        (&[], Aged(day + 300), 0, "accepted"),
        (&[], Aged(day + 301), 0, "credential-too-old"),
        (&["--max-credential-age", "30m"], Aged(1800), 0, "accepted"),
        (&["--max-credential-age", "30m"], Aged(1801), 0, "credential-too-old"),
        (&["--max-credential-age", "72h"], Aged(3 * day), 0, "accepted"),
        (&["--max-credential-age", "72h"], Aged(3 * day + 1), 0, "credential-too-old"),
        // For whom a code is made. These passes name no gate, the presentations name this one.
        (&[], Ahead(0), 0, "accepted"),
        (&["--audience", "own-or-any"], Ahead(0), 0, "accepted"),
        (&["--audience", "own"], Ahead(0), 0, "wrong-audience"),
        (&["--audience", "own"], Aged(60), 0, "accepted"),
        (&["--gate", "gate-4"], Aged(60), 0, "wrong-audience"),
        // Forms: both by default.
        (&[], Aged(60), 0, "accepted"),
        (&["--form", "pass"], Ahead(0), 0, "accepted"),
        (&["--form", "pass"], Aged(60), 0, "form-not-accepted"),
        (&["--form", "presentation"], Ahead(0), 0, "form-not-accepted"),
        (&["--form", "presentation"], Aged(60), 0, "accepted"),
        (&["--form", "pass", "--form", "presentation"], Ahead(0), 0, "accepted"),
        (&["--accept-slips"], Ahead(0), 0, "accepted"),
        // Classes.
        (&["--class", "bj.example:visit"], Ahead(0), 0, "class-not-accepted"),
        (&["--class", "bj.example:visit", "--class", crate::desk::CLASS], Ahead(0), 0, "accepted"),
    ];
    for (n, (options, shown, later, expected)) in cases.into_iter().enumerate() {
        let subject = format!("BJ-{n}");
        let code = match shown {
            Ahead(seconds) => desk.pass(&subject, NOW + seconds),
            Window(seconds) => desk.pass_of_window(&subject, seconds, NOW),
            Aged(age) => desk.presentation(&subject, age),
        };
        let told = told(&desk, options, &code, NOW + later);
        assert_eq!(code_of(&told), expected, "case {n}: {options:?}: {told}");
    }
}

/// A register with one entry that is given out. Its list, made at [`NOW`], is `LIST`.
fn register(desk: &Desk, name: &str, uri: &str) -> u64 {
    let issuer = ["--issuer", "bj.example", "--uri", uri, "--entries", "80"];
    desk.ok(&[&["status", "new", "--dir", name][..], &issuer].concat());
    let given = desk.ok(&["--json", "status", "allocate", "--dir", name]).json();
    given["indices"][0].as_u64().unwrap()
}

fn sign(desk: &Desk, name: &str, more: &[&str]) {
    let (now, list) = (NOW.to_string(), format!("{name}.cwt"));
    let words = ["--dir", name, "--key", "issuer.pem", "--out", &list, "--at", &now];
    desk.ok(&[&["status"], &more[..1], &words, &more[1..]].concat());
}

/// The lists, their greatest age and its grace; after how many seconds a code is shown; the code of
/// the verdict, and its cautions.
type Lookup<'a> = (&'a [&'a str], [&'a str; 2], u64, &'a str, &'a [&'a str]);

#[test]
fn withdrawn_permits_are_looked_up_as_it_was_said() {
    let desk = Desk::new();
    let (good, gone) = (register(&desk, "one", "s:1"), register(&desk, "two", "s:2"));
    sign(&desk, "one", &["sign"]);
    sign(&desk, "two", &["revoke", &gone.to_string()]);
    let [a, b] = ["one.cwt", "two.cwt"];
    let limits = |age, grace| ["--revocation", "required", "--max-list-age", age, "--grace", grace];
    let old = ["status-old"];
    let cases: [Lookup<'_>; 14] = [
        (&[a, b], ["24h", "0"], 0, "accepted", &[]),
        (&[b, a], ["24h", "0"], 0, "accepted", &[]),
        (&[b], ["24h", "0"], 0, "status-list-unknown", &[]),
        (&[a], ["1m", "0"], 59, "accepted", &[]),
        (&[a], ["1m", "0"], 60, "status-list-too-old", &[]),
        (&[a], ["1m", "10"], 59, "accepted", &[]),
        (&[a], ["1m", "10"], 60, "accepted", &old),
        (&[a], ["1m", "10"], 69, "accepted", &old),
        (&[a], ["1m", "10"], 70, "status-list-too-old", &[]),
        (&[a], ["2m", "0"], 119, "accepted", &[]),
        (&[a], ["2m", "0"], 120, "status-list-too-old", &[]),
        (&[a], ["10", "2m"], 129, "accepted", &old),
        (&[a], ["10", "2m"], 130, "status-list-too-old", &[]),
        (&[], ["24h", "0"], 0, "status-list-unknown", &[]),
    ];
    for (n, (lists, [age, grace], later, expected, cautions)) in cases.into_iter().enumerate() {
        let now = NOW + later;
        let code = desk.pass_with_status(&format!("BJ-{n}"), Some(("s:1", good)), now);
        let lists: Vec<&str> = lists.iter().flat_map(|list| ["--status", list]).collect();
        let told = told(&desk, &[&limits(age, grace)[..], &lists].concat(), &code, now);
        assert_eq!(code_of(&told), expected, "case {n}: {told}");
        let found: Vec<&str> = told["cautions"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|caution| caution["code"].as_str().unwrap())
            .collect();
        assert_eq!(found, cautions, "case {n}: {told}");
    }
    let withdrawn = desk.pass_with_status("BJ-X", Some(("s:2", gone)), NOW);
    let both = [&limits("24h", "0")[..], &["--status", a, "--status", b]].concat();
    assert_eq!(code_of(&told(&desk, &both, &withdrawn, NOW)), "revoked");
    let unchecked = told(&desk, &[], &withdrawn, NOW);
    assert_eq!(unchecked["cautions"][0]["code"], "revocation-not-checked");
}

#[test]
fn a_gate_without_a_list_is_told_what_will_happen() {
    let desk = Desk::new();
    register(&desk, "one", "s:1");
    sign(&desk, "one", &["sign"]);
    let required = ["--revocation", "required", "--max-list-age", "24h"];
    let warning = "no list of withdrawn permits is named (--status)";
    assert!(desk.ok(&desk.gate_words(&required)).err.contains(warning));
    let named = [&required[..], &["--status", "one.cwt"]].concat();
    for quiet in [&named[..], &[]] {
        assert!(!desk.ok(&desk.gate_words(quiet)).err.contains(warning));
    }
    // The state folder holds the list by now.
    assert!(!desk.ok(&desk.gate_words(&required)).err.contains(warning));
}

#[test]
fn keys_named_by_hand_are_those_that_count() {
    let desk = Desk::new();
    let entry = register(&desk, "one", "s:1");
    sign(&desk, "one", &["sign"]);
    let live = desk.pass_with_status("BJ-1", Some(("s:1", entry)), NOW);
    let now = NOW.to_string();
    let older = ["issue", "pass", "--key", "issuer.pem", "--issuer", "bj.example", "--eddsa"];
    let older = desk.ok(&[
        &older[..],
        &["--subject", "BJ-2", "--class", crate::desk::CLASS],
        &["--at", &now, "--format", "qr-text"],
    ]
    .concat());
    let older = older.out.trim_end();
    let own = ["--issuer", "bj.example", "--issuer-key", "issuer.pub"];
    let lists = ["--revocation", "required", "--max-list-age", "24h", "--status", "one.cwt"];
    let cases: [(&[&[&str]], &str, &str); 11] = [
        (&[&own], &live, "accepted"),
        (&[&own, &["--issuer-key", "other.pub"]], &live, "accepted"),
        (&[&["--issuer-key", "other.pub"], &own], &live, "accepted"),
        (&[&["--issuer-key", "other.pub", "--issuer", "bj.example"]], &live, "unknown-key"),
        (&[&["--issuer-key", "issuer.pub", "--issuer", "sh.example"]], &live, "issuer-mismatch"),
        (&[&own, &["--class", "bj.example:visit"]], &live, "class-not-granted"),
        (&[&own, &lists], &live, "accepted"),
        (&[&own, &["--eddsa"]], older, "accepted"),
        (&[&own], older, "algorithm-mismatch"),
        (&[&own, &["--eddsa"]], &live, "algorithm-mismatch"),
        (&[&own, &["--eddsa", "--form", "pass"]], older, "accepted"),
    ];
    for (n, (options, code, expected)) in cases.into_iter().enumerate() {
        let told = told(&desk, &options.concat(), code, NOW);
        assert_eq!(code_of(&told), expected, "case {n}: {options:?}: {told}");
    }
    // Any of the root keys may have signed the trust list.
    for roots in [["root.pub", "other.pub"], ["other.pub", "root.pub"]] {
        let roots = roots.map(|root| ["--root", root]).concat();
        assert_eq!(code_of(&told(&desk, &roots, &live, NOW)), "accepted");
    }
    for exact in [["--trust-name", "bj.gates"], ["--trust-minimum", "1"]] {
        assert_eq!(code_of(&told(&desk, &exact, &live, NOW)), "accepted");
    }
}

#[test]
fn lists_may_be_dated_ahead_as_far_as_codes() {
    let desk = Desk::new();
    for (skew, dated, can) in [("5", 5, true), ("5", 6, false), ("8", 8, true), ("8", 9, false)] {
        let now = NOW - dated;
        let code = desk.pass("BJ-1", now);
        let verified = desk.verify(&code, now, &["--skew", skew]);
        let state = format!("state-{skew}-{dated}");
        let at = now.to_string();
        let words = ["--skew", skew, "--state", &state, "--dangerous-at", &at];
        let input = format!("@{now} {code}\n");
        let at_gate = desk.run_with(&desk.gate_words(&words), input.as_bytes());
        desk.ok(&["qr", &code, "--png", "code.png"]);
        let scan = ["scan", "code.png", "--trust", "trust.cwt", "--root", "root.pub", "--at", &at];
        let rules = ["--gate", "gate-3", "--class", crate::desk::CLASS];
        let rest = ["--revocation", "not-checked", "--skew", skew];
        let scanned = desk.run(&[&scan[..], &rules, &rest].concat());
        if can {
            assert_eq!((verified.code, at_gate.code), (0, 0), "{verified:?} {at_gate:?}");
            assert_eq!(at_gate.json()["code"], "accepted");
            assert_eq!(scanned.code, 0, "{scanned:?}");
        } else {
            for ran in [verified, at_gate, scanned] {
                ran.failed("list-from-the-future");
            }
        }
    }
}

#[test]
fn options_that_do_not_go_together() {
    let desk = Desk::new();
    let by_hand = ["--issuer", "bj.example", "--issuer-key", "issuer.pub"];
    let trust = ["--trust", "trust.cwt", "--root", "root.pub"];
    let aged = ["--revocation", "not-checked", "--max-list-age", "60"];
    let cases: [(&[&[&str]], &str); 16] = [
        (&[&["--grace", "10"]], "--max-list-age"),
        (&[&["--eddsa"]], "cannot be used with"),
        (&[&by_hand, &trust], "cannot be used with"),
        (&[&["--issuer", "bj.example"]], "cannot be used with"),
        (&[&by_hand, &["--root", "root.pub"]], "cannot be used with"),
        (&[&["--issuer-key", "issuer.pub"]], "--issuer"),
        (&[&by_hand, &["--trust-name", "bj.gates"]], "--trust"),
        (&[&by_hand, &["--trust-minimum", "1"]], "--trust"),
        (&[&aged], "not to look into them"),
        (&[&["--revocation", "required"]], "how old a list of withdrawn permits may be"),
        (&[&["--window", "0"]], "window"),
        (&[&["--skew", "12h1s"]], "skew"),
        (&[&["--skew", "soon"]], "--skew"),
        (&[&["--gate", "gate 3"]], "gate"),
        (&[&["--form", "slip"]], "slip"),
        (&[&["--audience", "any"]], "any"),
    ];
    for (options, reason) in cases {
        let options = options.concat();
        let verified = desk.verify(&desk.pass("BJ-1", NOW), NOW, &options);
        let at_gate = desk.run(&desk.gate_words(&options));
        for ran in [verified, at_gate] {
            assert_eq!(ran.code, 2, "{options:?}: {ran:?}");
            assert!(ran.err.contains(reason), "{options:?}: {}", ran.err);
        }
    }
    let question = desk.ok(&["challenge", "--gate", "gate-3"]).out;
    let asked = ["--challenge", question.trim_end()];
    for more in [["--nonce", "00112233aabb"], ["--nonce-expires", "1790000060"]] {
        let ran = desk.verify("x", NOW, &[asked, more].concat());
        ran.failed("cannot be used with");
    }
    desk.verify("x", NOW, &["--nonce-expires", "1790000060"]).failed("--nonce");
    let show = ["status", "show", "list.cwt"];
    desk.run(&[&show[..], &by_hand, &["--root", "root.pub"]].concat())
        .failed("cannot be used with");
    desk.run(&[&show[..], &by_hand, &trust].concat()).failed("cannot be used with");
    desk.run(&[&show[..], &["--root", "root.pub"]].concat()).failed("--trust");
    desk.run(&[&show[..], &by_hand[2..]].concat()).failed("--issuer");
    desk.run(&show).failed("--trust");
}

/// A build without the feature says so, and opens no file with such a name.
#[cfg(not(feature = "fetch"))]
#[test]
fn a_build_that_fetches_nothing_says_so() {
    let desk = Desk::new();
    let words = ["--trust", "https://lists.example/trust.cwt", "--root", "root.pub"];
    desk.verify("LP1:A", NOW, &words).failed("this build of the command fetches no lists");
    desk.run(&desk.gate_words(&words)).failed("this build of the command fetches no lists");
}
