//! The main job, command by command.

use crate::support::{Desk, ISSUER, NOW};

#[test]
fn from_keys_to_verdicts_through_a_picture() {
    for algorithm in ["ed25519", "p256"] {
        let desk = Desk::furnished(algorithm);
        desk.ok(&["qr", "--file", "code.txt", "--png", "code.png", "--svg", "code.svg"]);
        assert!(desk.read("code.svg").starts_with(b"<svg"));

        let fresh = desk.verify(&["--file", "code.png"]);
        fresh.accepted();
        assert!(fresh.text().contains("subject      BJ-7F3A9C2E\n"), "{}", fresh.text());
        desk.verify(&["--file", "code.png", "--at", "1790000029"]).accepted();

        let stale = desk.verify(&["--file", "code.png", "--at", "1790000030"]);
        stale.refused("stale");
        assert!(
            stale
                .text()
                .contains("limit        2026-09-21 14:13:50 +00:00 (found is in that very second)")
        );
        assert!(stale.text().contains("do this      Ask for the live code in the app."));

        desk.verify(&["--file", "code.png", "--at", "1789999995"]).accepted();
        desk.verify(&["--file", "code.png", "--at", "1789999994"]).refused("from-the-future");
        desk.verify(&["--file", "code.png", "--form", "pass"]).refused("form-not-accepted");
        desk.verify(&["--file", "code.png", "--audience", "own"]).refused("wrong-audience");
        desk.verify(&["--file", "credential.txt"]).refused("credential-alone");
    }
}

#[test]
fn every_format_carries_the_same_token() {
    let desk = Desk::furnished("ed25519");
    let mut present =
        vec!["present", "--credential", "credential.txt", "--device-key", "phone.pem", "--at", NOW];
    present.extend(ISSUER);
    for format in ["link", "qr-text", "raw"] {
        let mut with_format = present.clone();
        with_format.extend(["--format", format]);
        let token = desk.ok(&with_format).out;
        desk.write("token", &token);
        desk.verify(&["--file", "token"]).accepted();
        desk.verify_with(&["-"], &token).accepted();
        if format != "raw" {
            desk.verify(&[str::from_utf8(&token).unwrap().trim_end()]).accepted();
        }
    }
    desk.ok(&["qr", "--file", "code.txt", "--png", "code.png"]);
    desk.verify_with(&["-"], &desk.read("code.png")).accepted();
}

#[test]
fn a_pass_with_everything_in_it() {
    let desk = Desk::furnished("ed25519");
    let claims = "{\"zone\": 3, \"doors\": [\"east\", \"w\u{9b}2Jst\"], \"vip\": true, \
                  \"more\": {\"floor\": -2}}";
    desk.write("claims.json", claims);
    let mut issue =
        vec!["issue", "pass", "--key", "issuer.pem", "--issuer", "bj.example", "--at", NOW];
    issue.extend([
        "--subject",
        "V-1",
        "--class",
        "bj.example:residence",
        "--audience",
        "gate-3",
        "--window",
        "1m",
    ]);
    let plain = desk.ok(&issue);
    assert!(!plain.err.contains("warning"), "{}", plain.err);
    for (claim, warning) in [
        ("--name=Ada", "the person data makes"),
        ("--claims={\"zone\":3}", "the application claims make"),
    ] {
        let fuller = desk.ok(&[&issue[..], &[claim]].concat());
        let warning = format!("warning: {warning} the QR code version 10 at level M, without");
        assert!(fuller.err.contains(&warning), "{}", fuller.err);
    }
    issue.extend([
        "--name",
        "Ada Love\u{308}lace 李雷",
        "--birth-date",
        "19151210",
        "--claims",
        "claims.json",
    ]);
    issue.extend([
        "--status-uri",
        "https://s.bj.example/1",
        "--status-index",
        "7",
        "--out",
        "pass.txt",
    ]);
    let issued = desk.ok(&issue);
    for part in [
        "note: the status makes the QR code",
        "warning: the optional claims together make the QR code",
    ] {
        assert!(issued.err.contains(part), "{}", issued.err);
    }
    let verdict = desk.verify(&["--file", "pass.txt", "--window", "60", "--at", "1790000059"]);
    verdict.accepted();
    assert!(
        verdict.text().contains("full name    Ada Love\u{308}lace 李雷\n"),
        "{}",
        verdict.text()
    );
    assert!(
        verdict.text().contains("claim        \"doors\" [\"east\",\"w\\u{9b}2Jst\"]\n"),
        "{}",
        verdict.text()
    );
    let json = desk.verify(&["--file", "pass.txt", "--json"]).json();
    assert_eq!(json["person"]["birth_date"], "19151210");
    let application = &json["application"];
    assert_eq!((&application["zone"], &application["vip"]), (&3.into(), &true.into()));
    assert_eq!(application["more"], serde_json::json!({"floor": -2}));
    assert_eq!(json["status"]["index"], 7);
    assert_eq!(json["audience"], "gate-3");
    assert_eq!(json["cautions"][0]["code"], "revocation-not-checked");
}

#[test]
fn evidence_of_each_kind_is_told() {
    let desk = Desk::furnished("ed25519");
    let json = |args: &[&str]| {
        let ran = desk.verify(&[args, &["--json"]].concat());
        assert_eq!(ran.code, 1, "{ran:?}");
        ran.json()["evidence"].clone()
    };
    let issue = ["issue", "pass", "--key", "issuer.pem", "--issuer", "bj.example", "--at", NOW];
    let of = ["--subject", "V-1", "--class", "bj.example:residence"];
    desk.ok(&[&issue[..], &of, &["--eddsa", "--out", "older.txt"]].concat());
    let numbers = serde_json::json!({"kind": "numbers", "found": -8, "limit": -19});
    assert_eq!(json(&["--file", "older.txt"]), numbers);
    let told = desk.verify(&["--file", "older.txt"]);
    assert!(told.text().contains("found        -8\n  limit        -19\n"), "{}", told.text());

    let malformed = json(&["LP1:=A"]);
    assert_eq!((&malformed["kind"], &malformed["at"]), (&"malformed".into(), &4.into()));
    assert_eq!(
        (&malformed["layer"], &malformed["flaw"]),
        (&"text".into(), &"bad-character".into())
    );
    let told = desk.verify(&["LP1:=A"]);
    assert!(told.text().contains("broken       "), "{}", told.text());
    assert_eq!(json(&["https://example.com"]), serde_json::Value::Null);

    // A list with fewer entries than the permit says.
    desk.ok(&[
        "status",
        "new",
        "--dir",
        "r",
        "--issuer",
        "bj.example",
        "--uri",
        "s:1",
        "--entries",
        "8",
    ]);
    desk.ok(&["status", "sign", "--dir", "r", "--key", "issuer.pem", "--at", NOW]);
    let status = ["--status-uri", "s:1", "--status-index", "8", "--out", "outside.txt"];
    desk.ok(&[&issue[..], &of, &status].concat());
    let required = ["verify", "--file", "outside.txt", "--gate", "gate-3", "--at", NOW];
    let lists = ["--revocation", "required", "--max-list-age", "24h", "--status", "r/list.cwt"];
    let outside = [&required[..], &lists, &ISSUER].concat();
    let told = desk.run(&outside);
    told.refused("status-index-out-of-range");
    assert!(told.text().contains("found        8\n  limit        8\n"), "{}", told.text());
    let counts = serde_json::json!({"kind": "numbers", "found": 8, "limit": 8});
    assert_eq!(desk.run(&[&outside[..], &["--json"]].concat()).json()["evidence"], counts);
}

#[test]
fn an_admission_is_told_as_text_too() {
    let desk = Desk::furnished("ed25519");
    let admit = |at: &'static str| {
        desk.verify(&["--file", "code.txt", "--replay", "used.redb", "--zone", "park", "--at", at])
    };
    let told = admit(NOW);
    told.accepted();
    assert!(
        told.text().contains("admitted     into park: the code is used up\n"),
        "{}",
        told.text()
    );
    let again = admit("1790000009");
    again.refused("already-used");
    let told = desk.verify(&["--file", "code.txt"]);
    assert!(told.text().contains("admitted     no: "), "{}", told.text());
}

#[test]
fn a_challenge_is_answered() {
    let desk = Desk::furnished("p256");
    let mut present =
        vec!["present", "--credential", "credential.txt", "--device-key", "phone.pem", "--at", NOW];
    present.extend(ISSUER);
    present.extend([
        "--gate",
        "gate-3",
        "--nonce",
        "00112233445566778899aabbccddeeff",
        "--out",
        "answer.txt",
    ]);
    desk.ok(&present);
    let nonce = ["--nonce", "00112233445566778899aabbccddeeff"];
    let answer = desk.verify(&[&["--file", "answer.txt"][..], &nonce].concat());
    answer.accepted();
    assert!(answer.text().contains("challenge    answered\n"));
    desk.verify(&["--file", "answer.txt"]).refused("challenge-unexpected");
    desk.verify(&["--file", "answer.txt", "--nonce", "000000000000"]).refused("challenge-mismatch");
    desk.verify(&[&["--file", "code.txt"][..], &nonce].concat()).refused("challenge-missing");
    let late = [&["--file", "answer.txt", "--nonce-expires", NOW][..], &nonce].concat();
    desk.verify(&late).refused("challenge-expired");
}

#[test]
fn questions_live_as_long_as_was_said_and_are_never_alike() {
    let desk = Desk::new();
    let ask = |more: &[&str]| {
        desk.run(&[&["--json", "challenge", "--gate", "gate-3", "--at", NOW], more].concat())
    };
    let cases: [(&[&str], u64); 5] = [
        (&[], 60),
        (&["--lifetime", "10"], 10),
        (&["--lifetime", "5m"], 300),
        (&["--digits"], 30),
        (&["--digits", "--lifetime", "7"], 7),
    ];
    for (options, lifetime) in cases {
        assert_eq!(ask(options).json()["expires"], 1_790_000_000 + lifetime, "{options:?}");
    }
    let refused: [&[&str]; 3] =
        [&["--lifetime", "0"], &["--digits", "--lifetime", "0"], &["--digits", "--lifetime", "31"]];
    for options in refused {
        let ran = ask(options);
        assert_eq!(ran.code, 2, "{ran:?}");
        assert!(ran.err.contains("is not accepted"), "{ran:?}");
    }
    assert_eq!(ask(&["--digits", "--lifetime", "30"]).code, 0);
    for (options, digits) in [(&[][..], 32), (&["--digits"], 12)] {
        let nonces: Vec<_> = (0..4).map(|_| ask(options).json()["nonce"].clone()).collect();
        let nonces: Vec<&str> = nonces.iter().map(|nonce| nonce.as_str().unwrap()).collect();
        assert!(nonces.iter().all(|nonce| nonce.len() == digits), "{nonces:?}");
        // Six digits may meet once, not four times.
        assert!(nonces.iter().any(|nonce| *nonce != nonces[0]), "{nonces:?}");
    }
}

#[test]
fn a_pass_under_the_older_algorithm_number() {
    let desk = Desk::furnished("ed25519");
    desk.ok(&[
        "issue",
        "pass",
        "--key",
        "issuer.pem",
        "--issuer",
        "bj.example",
        "--subject",
        "V-1",
        "--class",
        "bj.example:residence",
        "--eddsa",
        "--at",
        NOW,
        "--out",
        "pass.txt",
    ]);
    desk.verify(&["--file", "pass.txt", "--eddsa"]).accepted();
    desk.verify(&["--file", "pass.txt"]).refused("algorithm-mismatch");
}

#[test]
fn every_answer_comes_as_json_too() {
    let desk = Desk::furnished("ed25519");
    let key = desk.ok(&["key", "show", "phone.pem", "--json"]).json();
    assert_eq!(key, desk.ok(&["--json", "key", "show", "phone.pem.pub"]).json());
    assert_eq!(key["algorithm"], "Ed25519");
    let qr = desk
        .ok(&["qr", "--file", "code.txt", "--png", "code.png", "--level", "L", "--json"])
        .json();
    assert_eq!((&qr["level"], &qr["png"]), (&"L".into(), &"code.png".into()));
    let stale = desk.verify(&["--file", "code.png", "--at", "1790000100", "--json"]);
    assert_eq!(stale.code, 1);
    let stale = stale.json();
    assert_eq!(
        (&stale["verdict"], &stale["code"], &stale["fault"]),
        (&"refused".into(), &"stale".into(), &"not-live".into())
    );
    assert_eq!(
        stale["evidence"],
        serde_json::json!({"kind": "times", "found": 1_790_000_100, "limit": 1_790_000_030})
    );
    let seen = desk.ok(&["inspect", "--file", "code.png", "--json"]).json();
    assert_eq!(
        (&seen["verified"], &seen["tokens"][0]["well_formed"]),
        (&false.into(), &true.into())
    );
    let failure = desk.run(&["key", "show", "nothing.pem", "--json"]);
    assert_eq!(failure.code, 2);
    assert_eq!(failure.json()["error"], "there is no file nothing.pem");
    assert_eq!(failure.json()["id"], "shared.no_such_file");
    let demo = desk.ok(&["demo", "--once", "--json"]).json();
    assert_eq!((&demo["ok"], &demo["wrong"]), (&true.into(), &0.into()));
}

#[test]
fn inspect_is_loud_about_verifying_nothing() {
    let desk = Desk::furnished("ed25519");
    let seen = desk.ok(&["inspect", "--file", "code.txt"]);
    assert!(seen.text().starts_with("UNVERIFIED: "), "{}", seen.text());
    assert!(seen.text().contains("bj.example:residence"));
    // {1: "a", 2: [true, null]}: deterministic CBOR, but no token.
    desk.write("cbor", [0xA2, 0x01, 0x61, 0x61, 0x02, 0x82, 0xF5, 0xF6]);
    let other = desk.run(&["inspect", "--file", "cbor"]);
    assert_eq!(other.code, 1);
    assert!(
        other.text().contains("NOT A TOKEN malformed")
            && other.text().contains("{1: \"a\", 2: [true, null]}"),
        "{}",
        other.text()
    );
}

#[test]
fn the_demo_has_every_verdict_right() {
    let desk = Desk::new();
    for args in [&["demo", "--once"][..], &["demo"]] {
        let demo = desk.ok(args);
        assert!(
            demo.text().contains("REFUSED stale\n")
                && demo.text().contains("verdicts are as they should be.")
        );
        assert!(!demo.text().contains('\u{1b}'), "colours where nobody looks");
    }
}

/// The commands of a document, run as they stand there, one block after the other, in one folder.
#[cfg(unix)]
fn run_blocks(document: &str, most_lines: usize) -> String {
    let desk = Desk::new();
    let bin = std::path::Path::new(env!("CARGO_BIN_EXE_livepermit"))
        .parent()
        .unwrap()
        .display()
        .to_string();
    let path = format!("{bin}:{}", std::env::var("PATH").unwrap());
    let mut out = String::new();
    let mut blocks = 0;
    for block in document.split("```sh\n").skip(1).filter_map(|rest| rest.split_once("```")) {
        let commands = block.0;
        if !commands.starts_with("livepermit") && !commands.contains("\nlivepermit") {
            continue;
        }
        let ran = std::process::Command::new("sh")
            .args(["-ec", commands])
            .current_dir(desk.path("."))
            .env("PATH", &path)
            .output()
            .unwrap();
        let told = String::from_utf8(ran.stdout).unwrap();
        assert!(ran.status.success(), "{commands}\n{told}{}", String::from_utf8_lossy(&ran.stderr));
        out += &told;
        blocks += 1;
    }
    assert!(blocks > 1 && out.lines().count() < most_lines, "{out}");
    out
}

#[cfg(unix)]
#[test]
fn what_the_documents_say_to_type_works() {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
    let document = |name: &str| std::fs::read_to_string(format!("{root}/{name}")).unwrap();
    let out = run_blocks(&document("docs/operations.md"), 24);
    assert!(out.contains("green accepted"), "{out}");
    let out = run_blocks(&document("README.md"), 40);
    assert!(out.contains("accepted"), "{out}");
}
