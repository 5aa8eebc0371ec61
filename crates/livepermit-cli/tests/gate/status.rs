//! The issuer's register of withdrawn permits.

use std::collections::BTreeSet;

use crate::desk::{Desk, NOW};

fn change<'w>(verb: &'w str, more: &[&'w str]) -> Vec<&'w str> {
    [&["--json", "status", verb, "--dir", "register", "--key", "issuer.pem"][..], more].concat()
}

fn register(desk: &Desk, more: &[&str]) {
    let words = ["status", "new", "--dir", "register", "--issuer", "bj.example", "--uri", "s:1"];
    desk.ok(&[&words[..], more].concat());
}

#[test]
fn entries_are_given_out_once_and_at_random() {
    let desk = Desk::new();
    register(&desk, &["--entries", "64"]);
    let mut seen = BTreeSet::new();
    let mut order = Vec::new();
    for _ in 0..4 {
        let given =
            desk.ok(&["--json", "status", "allocate", "--dir", "register", "--count", "16"]).json();
        for index in given["indices"].as_array().unwrap() {
            order.push(index.as_u64().unwrap());
            assert!(seen.insert(index.as_u64().unwrap()));
        }
    }
    assert_eq!(seen.len(), 64);
    assert!(!order.is_sorted());
    desk.run(&["status", "allocate", "--dir", "register"])
        .failed("every index of the list was given away");
}

#[test]
fn a_register_that_was_put_back_gives_no_entry_twice() {
    let desk = Desk::new();
    register(&desk, &["--entries", "64"]);
    let allocate = ["status", "allocate", "--dir", "register", "--count"];
    desk.write("before", &desk.ok(&[&allocate[..], &["8"]].concat()).out);
    let backup = desk.read("register/register");

    // Entries in everything that an issuer may have kept.
    desk.write("lines", &desk.ok(&[&allocate[..], &["16"]].concat()).out);
    desk.write("json", &desk.ok(&[&["--json"], &allocate[..], &["16"]].concat()).out);
    let mut given = BTreeSet::new();
    let mut issue = |more: &[&str]| {
        let line = desk.ok(&["status", "allocate", "--dir", "register"]).out;
        let index = line.trim().rsplit(' ').next().unwrap().to_owned();
        let words = ["--issuer", "bj.example", "--subject", "S", "--class", crate::desk::CLASS];
        let status = ["--key", "issuer.pem", "--status-uri", "s:1", "--status-index", &index];
        let ran = desk.ok(&[more, &words, &status].concat());
        given.insert(index.parse::<u64>().unwrap());
        (index, ran.out)
    };
    issue(&["issue", "pass", "--out", "pass.txt"]);
    issue(&["issue", "pass", "--format", "qr-text", "--out", "pass.qr"]);
    issue(&["issue", "pass", "--format", "raw", "--out", "pass.bin"]);
    let (_, printed) = issue(&["--json", "issue", "slip", "--name", "Ada"]);
    desk.write("slip.json", printed);
    let (number, _) = issue(&["issue", "pass", "--out", "forgotten.txt"]);
    desk.write("own.txt", format!("\u{feff}{number}\r\n\n"));

    std::fs::write(desk.path("register/register"), &backup).unwrap();
    let mark = ["--json", "status", "mark", "--dir", "register"];
    let files = ["before", "lines", "json", "pass.txt", "pass.qr", "pass.bin", "slip.json"];
    let marked =
        desk.ok(&[&mark[..], &[&number, &number, "--from"], &files, &["own.txt"]].concat()).json();
    let count = |name: &str| marked[name].as_array().unwrap().len();
    assert_eq!((count("marked"), count("known")), (16 + 16 + 5, 8));
    for index in marked["marked"].as_array().unwrap() {
        given.insert(index.as_u64().unwrap());
    }
    assert_eq!(given.len(), 37);
    // Again, as after a power cut.
    let again = desk.ok(&[&mark[..], &["--from"], &files].concat()).json();
    assert_eq!(again["marked"].as_array().unwrap().len(), 0);
    let rest = desk.ok(&[&["--json"], &allocate[..], &["19"]].concat()).json();
    for index in rest["indices"].as_array().unwrap() {
        assert!(given.insert(index.as_u64().unwrap()), "{index} was given twice");
    }
    desk.run(&[&allocate[..], &["1"]].concat()).failed("was given away");
}

#[test]
fn what_marks_no_entry_of_the_list_marks_nothing() {
    let desk = Desk::new();
    register(&desk, &["--entries", "64"]);
    let before = desk.read("register/register");
    desk.write("pass.txt", desk.pass("A", NOW));
    desk.write("words.txt", "5\nsix\n");
    desk.write("other.txt", "https://s.other/2 5\n");
    let mark = |more: &[&str]| desk.run(&[&["status", "mark", "--dir", "register"], more].concat());
    mark(&[]).failed("required");
    mark(&["5", "64"]).failed("index 64 is not below 64");
    mark(&["5", "--from", "pass.txt"]).failed("the token in pass.txt names no entry");
    mark(&["5", "--from", "words.txt"]).failed("line 2 of words.txt names no entry");
    mark(&["5", "--from", "other.txt"]).failed("other.txt names the list https://s.other/2");
    mark(&["5", "--from", "missing"]).failed("there is no file missing");
    assert_eq!(desk.read("register/register"), before);
}

#[test]
fn two_at_once_get_different_entries() {
    let desk = Desk::new();
    register(&desk, &["--entries", "800"]);
    let all: Vec<u64> = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..4)
            .map(|_| {
                scope.spawn(|| {
                    let one = || {
                        desk.ok(&[
                            "--json", "status", "allocate", "--dir", "register", "--count", "5",
                        ])
                        .json()
                    };
                    let given: Vec<_> = (0..5).map(|_| one()).collect();
                    given
                        .iter()
                        .flat_map(|one| one["indices"].as_array().unwrap().clone())
                        .collect::<Vec<_>>()
                })
            })
            .collect();
        let joined = workers.into_iter().flat_map(|worker| worker.join().unwrap());
        joined.map(|index| index.as_u64().unwrap()).collect()
    });
    assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), 100);
}

#[test]
fn withdrawn_suspended_and_back() {
    let desk = Desk::new();
    register(&desk, &["--entries", "80"]);
    let given =
        desk.ok(&["--json", "status", "allocate", "--dir", "register", "--count", "3"]).json();
    let entries: Vec<String> =
        given["indices"].as_array().unwrap().iter().map(ToString::to_string).collect();
    let [a, b, c] = [0, 1, 2].map(|n| entries[n].as_str());
    let times = [NOW, NOW + 1, NOW + 2, NOW + 3, NOW + 4].map(|time| time.to_string());
    desk.ok(&change("revoke", &[a, "--at", &times[0]]));
    desk.ok(&change("suspend", &[b, c, "--at", &times[1]]));
    let show = |index: &str, now: &str| {
        let words = [
            "--json",
            "status",
            "show",
            "register/list.cwt",
            "--trust",
            "trust.cwt",
            "--root",
            "root.pub",
            "--index",
            index,
            "--at",
            now,
        ];
        desk.ok(&words).json()
    };
    let shown = show(b, &times[1]);
    assert_eq!(
        (&shown["withdrawn"]["revoked"], &shown["withdrawn"]["suspended"]),
        (&1.into(), &2.into())
    );
    assert_eq!((&shown["asked"][0]["value"], &shown["uri"]), (&"suspended".into(), &"s:1".into()));
    desk.ok(&change("restore", &[b, "--at", &times[2]]));
    assert_eq!(show(b, &times[2])["asked"][0]["value"], "valid");
    desk.run(&change("restore", &[c, a, "--at", &times[3]]))
        .failed("is revoked, and that is for good");
    // All or nothing: c is suspended as before.
    assert_eq!(show(c, &times[3])["asked"][0]["value"], "suspended");
    desk.run(&change("suspend", &[a, "--at", &times[3]]))
        .failed("is revoked, and that is for good");
    desk.ok(&change("restore", &["--undo-revocation", a, "--at", &times[3]]));
    assert_eq!(show(a, &times[3])["asked"][0]["value"], "valid");

    let free = (0..80).map(|n| n.to_string()).find(|n| !entries.contains(n)).unwrap();
    desk.run(&change("revoke", &[&free, "--at", &times[4]])).failed("was never given out");
    desk.run(&change("revoke", &["80", "--at", &times[4]])).failed("index 80 is not below 80");
    desk.run(&change("revoke", &[a, "--at", &times[3]])).failed("the last list is dated");
    desk.run(&[
        "status",
        "show",
        "register/list.cwt",
        "--issuer-key",
        "other.pub",
        "--issuer",
        "x",
        "--at",
        &times[4],
    ])
    .refused("list-unknown-key");
}

#[test]
fn two_lists_of_one_second_are_dated_apart() {
    let desk = Desk::new();
    register(&desk, &["--entries", "80"]);
    let first = desk.ok(&change("sign", &[])).json();
    let second = desk.ok(&change("sign", &[])).json();
    assert!(second["issued_at"].as_u64() > first["issued_at"].as_u64());
}

#[test]
fn misuse() {
    let desk = Desk::new();
    let new = |more: &[&str]| {
        desk.run(
            &[&["status", "new", "--dir", "register", "--issuer", "bj.example"], more].concat(),
        )
    };
    new(&["--uri", "s:1", "--entries", "7"]).failed("multiple of 8");
    new(&["--uri", "s:1", "--entries", "8", "--bits", "3"]).failed("1, 2, 4 or 8 bits");
    new(&["--uri", "s 1", "--entries", "8"]).failed("URI");
    assert!(!desk.path("register").exists(), "nothing half made");
    desk.run(&["status", "allocate", "--dir", "register"]).failed("there is no register");
    register(&desk, &["--entries", "8", "--bits", "1"]);
    new(&["--uri", "s:1", "--entries", "8"]).failed("there is a register in register already");
    let given = desk.ok(&["--json", "status", "allocate", "--dir", "register"]).json()["indices"]
        [0]
    .to_string();
    desk.run(&change("suspend", &[&given])).failed("value 2 does not fit");
    desk.run(&change("revoke", &[&given, "--key", "phone.pub"])).failed("--key");
    let mut bytes = desk.read("register/register");
    bytes.pop();
    desk.write("register/register", &bytes);
    desk.run(&["status", "allocate", "--dir", "register"]).failed("is damaged");
    assert_eq!(desk.files("register"), ["lock", "register"]);
}

/// Each way to misuse a register has an id of its own, for translators and programs.
#[test]
fn misuse_is_told_by_its_id() {
    let desk = Desk::new();
    let id = |words: &[&str]| {
        let ran = desk.run(words);
        assert_eq!(ran.code, 2, "{ran:?}");
        ran.json()["id"].as_str().unwrap().to_owned()
    };
    let new = ["--json", "status", "new", "--dir", "register", "--issuer", "bj.example", "--uri"];
    let create = |more: &[&str]| id(&[&new[..], more].concat());
    assert_eq!(create(&["s:1", "--entries", "7"]), "status.wrong_size");
    assert_eq!(create(&["s:1", "--entries", "8", "--bits", "3"]), "status.wrong_bits");
    assert_eq!(create(&["s 1", "--entries", "8"]), "shared.wrong_name");
    register(&desk, &["--entries", "8", "--bits", "1"]);
    let entry = given(&desk);
    assert_eq!(id(&change("revoke", &["8"])), "status.wrong_index");
    assert_eq!(id(&change("suspend", &[&entry])), "status.value_too_large");
    let allocate = ["--json", "status", "allocate", "--dir", "register", "--count", "8"];
    assert_eq!(id(&allocate), "status.register_full");
}

/// One entry of a register, given out.
fn given(desk: &Desk) -> String {
    let given = desk.ok(&["--json", "status", "allocate", "--dir", "register"]).json();
    given["indices"][0].to_string()
}

fn show_by_hand(desk: &Desk, more: &[&str]) -> crate::desk::Ran {
    let words = ["status", "show", "register/list.cwt", "--issuer", "bj.example"];
    let trust: &[&str] =
        if more.contains(&"--issuer-key") { &[] } else { &["--issuer-key", "issuer.pub"] };
    let now = (NOW + 1).to_string();
    desk.run(&[&words[..], trust, &["--at", &now], more].concat())
}

#[test]
fn a_list_is_shown_for_a_key_that_is_named() {
    let desk = Desk::new();
    register(&desk, &["--entries", "80"]);
    let (a, b) = (given(&desk), given(&desk));
    let now = NOW.to_string();
    let signed = desk.ok(&change("sign", &["--at", &now])).json();
    assert_eq!((&signed["issued_at"], &signed["expires"]), (&NOW.into(), &(NOW + 86_400).into()));
    assert_eq!((&signed["list"], &signed["uri"]), (&"register/list.cwt".into(), &"s:1".into()));
    let text = show_by_hand(&desk, &["--index", &a]);
    assert_eq!(text.code, 0, "{text:?}");
    for part in [
        "VERIFIED s:1\n",
        "issuer       bj.example\n",
        "entries      80 of 2 bit(s)\n",
        "made         2026-09-21 14:13:20 +00:00\n",
        "ends         2026-09-22 14:13:20 +00:00\n",
        "withdrawn    none\n",
    ] {
        assert!(text.out.contains(part), "{part}: {}", text.out);
    }
    assert!(text.out.ends_with(&format!("entry {a} valid\n")), "{}", text.out);
    let later = (NOW + 1).to_string();
    desk.ok(&change("revoke", &[&b, "--at", &later]));
    let text = show_by_hand(&desk, &["--index", &a, "--index", &b]).out;
    assert!(text.contains("revoked      1\n") && !text.contains("none"), "{text}");
    assert!(text.ends_with(&format!("entry {a} valid\nentry {b} revoked\n")), "{text}");
    show_by_hand(&desk, &["--index", "80"]).failed("there is no entry 80: the list has 80");
    // Any of the keys may have signed it, and no other key.
    let keys = ["--issuer-key", "other.pub", "--issuer-key", "issuer.pub"];
    assert_eq!(show_by_hand(&desk, &keys).code, 0);
    show_by_hand(&desk, &keys[..2]).refused("list-unknown-key");
    let ended = (NOW + 1 + 86_400).to_string();
    let words = ["status", "show", "register/list.cwt", "--trust", "trust.cwt", "--root"];
    desk.run(&[&words[..], &["root.pub", "--at", &ended]].concat()).refused("list-expired");
    desk.run(&[&words[..], &["other.pub", "--at", &later]].concat()).failed("list-unknown-key");
}

#[test]
fn a_list_lives_as_long_as_was_said() {
    let desk = Desk::new();
    register(&desk, &["--entries", "80"]);
    for (n, (lifetime, seconds)) in [("1h", 3600), ("10", 10), ("24h", 86_400)].iter().enumerate() {
        let now = NOW + u64::try_from(n).unwrap();
        let at = now.to_string();
        let out = format!("list-{n}.cwt");
        let words = ["--lifetime", lifetime, "--out", &out, "--at", &at];
        let signed = desk.ok(&change("sign", &words)).json();
        assert_eq!(
            (&signed["expires"], &signed["list"]),
            (&(now + seconds).into(), &(*out).into())
        );
        assert!(desk.path(&out).exists() && !desk.path("register/list.cwt").exists());
    }
    let at = (NOW + 9).to_string();
    desk.run(&change("sign", &["--lifetime", "0", "--at", &at])).failed("--lifetime");
}

#[test]
fn a_withdrawal_is_kept_though_its_list_could_not_be_written() {
    let desk = Desk::new();
    register(&desk, &["--entries", "80"]);
    let entry = given(&desk);
    let at = [NOW, NOW + 1].map(|time| time.to_string());
    desk.run(&change("revoke", &[&entry, "--at", &at[0], "--out", "no/such/list"]))
        .failed("there is no folder");
    // A date that was signed once is not signed again, whether or not the list was written.
    desk.run(&change("sign", &["--at", &at[0]])).failed("the last list is dated");
    desk.ok(&change("sign", &["--at", &at[1]]));
    assert!(show_by_hand(&desk, &["--index", &entry]).out.ends_with("revoked\n"));
}

#[test]
fn a_list_under_the_older_algorithm_number() {
    let desk = Desk::new();
    let key =
        ["--issuer-key", "other.pub", "--issuer", "bj.example", "--class", crate::desk::CLASS];
    let add = ["trust", "add", "--root-key", "root.pem", "--out", "trust.cwt", "--eddsa"];
    let at = [NOW + 1, NOW + 2, NOW + 3].map(|time| time.to_string());
    desk.ok(&[&add[..], &key, &["--use", "status", "--at", &at[0]]].concat());
    register(&desk, &["--entries", "80"]);
    let show = |now: &str| {
        let words = ["status", "show", "register/list.cwt", "--trust", "trust.cwt"];
        desk.run(&[&words[..], &["--root", "root.pub", "--at", now]].concat())
    };
    let sign = ["status", "sign", "--dir", "register", "--key", "other.pem"];
    desk.ok(&[&sign[..], &["--at", &at[1]]].concat());
    show(&at[1]).refused("list-algorithm-mismatch");
    desk.ok(&[&sign[..], &["--eddsa", "--at", &at[2]]].concat());
    assert_eq!(show(&at[2]).code, 0);
}

#[test]
fn a_register_that_is_not_one_is_not_used() {
    let desk = Desk::new();
    register(&desk, &["--entries", "80"]);
    let good = desk.read("register/register");
    let head = good.iter().position(|byte| *byte == b'\n').unwrap();
    let (header, body) = good.split_at(head);
    let header = std::str::from_utf8(header).unwrap();
    let cases: [(String, &[u8], &str); 6] = [
        (header.replace("register 1", "register 2"), body, "its format is"),
        (header.replace("\"uri\"", "\"url\""), body, "unknown field"),
        (header.replace("\"entries\":80", "\"entries\":88"), body, "its length is not"),
        (header.replace("\"values\":20", "\"values\":200"), body, "shorter than its header says"),
        (header.to_owned(), &body[..0], "it has no header"),
        (header.to_owned(), &body[..5], "is damaged"),
    ];
    for (header, body, reason) in cases {
        let bad = [header.as_bytes(), body].concat();
        desk.write("register/register", &bad);
        desk.run(&["status", "allocate", "--dir", "register"]).failed(reason);
        desk.run(&change("sign", &[])).failed("is damaged");
        assert_eq!(desk.read("register/register"), bad, "nothing was written");
    }
    let edited = [header.replace("bj.example", "bj example").as_bytes(), body].concat();
    desk.write("register/register", edited);
    assert_eq!(desk.run(&change("sign", &[])).json()["id"], "shared.wrong_name");
    desk.write("register/register", &good);
    desk.ok(&change("sign", &[]));
    desk.ok(&["key", "new", "--algorithm", "p256", "--out", "p256.pem"]);
    let key = ["status", "sign", "--dir", "register", "--key", "p256.pem"];
    desk.run(&key).failed("issuers sign with Ed25519 only");
    let name = ["status", "new", "--dir", "other", "--uri", "s:1", "--entries", "80", "--issuer"];
    desk.run(&[&name[..], &["bj example"]].concat()).failed("is no issuer's name");
    assert!(!desk.path("other").exists());
}
