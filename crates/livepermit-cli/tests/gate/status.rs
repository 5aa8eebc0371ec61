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
