//! What people read when something is wrong: words, both values, and what to do.

use crate::support::{Desk, ISSUER, NOW, Ran};

/// Every command with something wrong, and beside each a file or folder that is not what it should
/// be.
fn wrong() -> Vec<Vec<&'static str>> {
    let mut all = Vec::new();
    let mut add = |words: &[&'static str]| all.push(words.to_vec());
    let issue = |form: &'static str| {
        ["issue", form, "--key", "issuer.pem", "--issuer", "bj.example", "--subject", "S"]
    };
    let class = ["--class", "bj.example:residence"];
    for file in ["missing", "folder", "letters", "bytes", "empty", "code.txt", "missing/file"] {
        add(&["key", "show", file]);
        add(&["inspect", "--file", file]);
        add(&["qr", "--file", file, "--png", "x.png"]);
        add(&["qr", "--file", "code.txt", "--png", "missing/x.png"]);
        add(&[
            &["scan", file, "--gate", "g", "--revocation", "not-checked", "--at", NOW][..],
            &ISSUER,
        ]
        .concat());
        add(&["trust", "show", file]);
        add(&["trust", "show", file, "--root", "root.pem.pub"]);
        add(&["trust", "sign", "--root-key", file, "--source", "trust.json", "--out", "list"]);
        add(&["trust", "sign", "--root-key", "root.pem", "--source", file, "--out", "list"]);
        add(&["status", "show", file, "--issuer-key", "issuer.pem.pub", "--issuer", "bj.example"]);
        add(&["status", "revoke", "5", "--dir", file, "--key", "issuer.pem"]);
        add(&["status", "allocate", "--dir", file]);
        add(&["store", "show", "--state", file]);
        add(&["vectors", "run", file]);
        add(&["key", "new", "--algorithm", "ed25519", "--out", "missing/key.pem"]);
        let verify = ["verify", "--gate", "g", "--revocation", "not-checked"];
        add(&[&verify[..], &["--file", file], &ISSUER].concat());
        add(&[&verify[..], &["--file", "code.txt", "--issuer-key", file], &ISSUER[2..]].concat());
        add(&[
            &verify[..],
            &["--file", "code.txt", "--root", "root.pem.pub", "--trust", file],
            &ISSUER[4..],
        ]
        .concat());
        add(&[&verify[..], &["--file", "code.txt", "--replay", file], &ISSUER].concat());
        let required = ["verify", "--gate", "g", "--revocation", "required", "--file", "code.txt"];
        add(&[&required[..], &["--max-list-age", "1d", "--status", file], &ISSUER].concat());
        let gate = ["gate", "--gate", "g", "--revocation", "not-checked"];
        add(&[&gate[..], &["--state", file], &ISSUER].concat());
        add(&[&gate[..], &["--state", "st", "--log", file], &ISSUER].concat());
        add(&[&issue("credential")[..], &class, &["--device-key", file]].concat());
        add(&["issue", "pass", "--key", file, "--issuer", "a", "--subject", "S", "--class", "a:b"]);
        add(&[&issue("pass")[..], &class, &["--claims", file]].concat());
        add(&[&["present", "--device-key", "phone.pem", "--credential", file][..], &ISSUER]
            .concat());
    }
    for (option, value) in [
        ("--window", "0"),
        ("--window", "2d"),
        ("--window", "1 month"),
        ("--at", "yesterday"),
        ("--at", "1969-01-01"),
        ("--at", "2200000000000"),
        ("--name", "\u{202e}"),
        ("--name", "   "),
        ("--birth-date", "19000229"),
        ("--claims", "{\"a\":1}"),
        ("--claims", "{\"\u{94d}\\\"bcd\":1.5}"),
        ("--claims", "[]"),
        ("--audience", "two words"),
        ("--audience", "*"),
        ("--status-index", "-1"),
    ] {
        let name = if option == "--birth-date" { &["--name", "Ada"][..] } else { &[] };
        add(&[&issue("pass")[..], &class, name, &[option, value]].concat());
    }
    for value in ["0", "-5", "5x", "P1M", "99999999999999999999"] {
        add(&[
            &issue("credential")[..],
            &class,
            &["--device-key", "phone.pem.pub", "--lifetime", value],
        ]
        .concat());
    }
    add(&[
        &issue("credential")[..],
        &class,
        &["--device-key", "phone.pem.pub", "--lifetime", "999999999999"],
    ]
    .concat());
    add(&[&issue("slip")[..], &class].concat());
    add(&[&issue("slip")[..], &class, &["--name", "Ada"]].concat());
    add(&[
        &[
            "present",
            "--device-key",
            "phone.pem",
            "--credential",
            "credential.txt",
            "--at",
            "2027-01-01",
        ][..],
        &ISSUER,
    ]
    .concat());
    add(&[
        &[
            "present",
            "--device-key",
            "phone.pem",
            "--credential",
            "credential.txt",
            "--at",
            "2020-01-01",
        ][..],
        &ISSUER,
    ]
    .concat());
    add(
        &[
            &[
                "present",
                "--device-key",
                "issuer.pem",
                "--credential",
                "credential.txt",
                "--at",
                NOW,
            ][..],
            &ISSUER,
        ]
        .concat(),
    );
    for at in ["2020-01-01", "2030-01-01", NOW] {
        add(&[
            &[
                "verify",
                "--gate",
                "g",
                "--revocation",
                "not-checked",
                "--file",
                "code.txt",
                "--at",
                at,
            ][..],
            &ISSUER,
        ]
        .concat());
        add(&["trust", "show", "list.cwt", "--root", "root.pem.pub", "--at", at]);
    }
    add(&["challenge", "--gate", "*"]);
    add(&["status", "new", "--dir", "register", "--uri", "s:1", "--issuer", "two words"]);
    add(&["demo", "--once", "--at", "1970-01-01"]);
    all
}

/// What no person should have to read. JSON of a key or list is not looked at here.
fn is_for_machines(text: &str) -> Option<&'static str> {
    let is_time = |word: &str| {
        let digits = word.trim_matches(|c: char| !c.is_ascii_digit());
        digits.len() == 10 && digits.starts_with('1') && digits.bytes().all(|b| b.is_ascii_digit())
    };
    if text.split_whitespace().any(is_time) {
        return Some("seconds since 1970");
    }
    [
        "os error",
        "Text(\"",
        "Some(",
        "Err(",
        "Kind: ",
        ".;",
        "..\n",
        ". .",
        "ErrorKind",
        "{ ",
        " at line",
    ]
    .into_iter()
    .find(|part| text.contains(part))
}

/// What is wrong with what a run said.
fn fault(ran: &Ran) -> Option<&'static str> {
    // The notation of CBOR has the numbers that stand in a token.
    let is_words = |line: &&str| {
        !["  claims ", "  as CBOR ", "  header "].iter().any(|name| line.starts_with(name))
    };
    let shown = [&String::from_utf8_lossy(&ran.out), ran.err.as_str()].concat();
    let shown = shown
        .lines()
        .filter(is_words)
        .map(|line| line.replace("...", "") + "\n")
        .collect::<String>();
    let has_advice = ran.err.contains("\n  try: ") || ran.err.contains("--help");
    match ran.code {
        _ if ran.err.contains("panicked") => Some("panicked"),
        2 if !has_advice => Some("no advice"),
        _ => is_for_machines(&shown),
    }
}

#[test]
fn what_is_wrong_is_told_in_words_with_what_to_do() {
    let desk = Desk::furnished("p256");
    desk.ok(&["key", "new", "--algorithm", "ed25519", "--out", "root.pem"]);
    std::fs::create_dir(desk.path("folder")).unwrap();
    desk.write("letters", "neither a key nor a list\n");
    desk.write("bytes", [0xd2, 0x84, 0xff, 0, 1, 2, 3]);
    desk.write("empty", "");
    let add = ["trust", "new", "--root-key", "root.pem", "--name", "bj.gates", "--out", "list.cwt"];
    desk.ok(&[
        &add[..],
        &["--issuer-key", "issuer.pem.pub"],
        &ISSUER[2..],
        &["--use", "credential", "--at", NOW],
    ]
    .concat());
    let (mut failed, mut faults) = (0, Vec::new());
    for words in wrong() {
        let ran = desk.run(&words);
        if let Some(what) = fault(&ran) {
            let out = String::from_utf8_lossy(&ran.out);
            faults.push(format!("{words:?}: {what}\n{out}{}", ran.err));
        }
        failed += u32::from(ran.code != 0);
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert!(failed > 150, "{failed}");
}
