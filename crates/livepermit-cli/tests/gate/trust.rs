//! The trust list in the hands of its operator.

use crate::desk::{CLASS, Desk, NOW};

fn change<'w>(verb: &'w str, more: &[&'w str]) -> Vec<&'w str> {
    [&["--json", "trust", verb, "--root-key", "root.pem", "--out", "trust.cwt"][..], more].concat()
}

fn show(desk: &Desk, more: &[&str]) -> crate::desk::Ran {
    let now = (NOW + 10).to_string();
    desk.run(&[&["--json", "trust", "show", "trust.cwt", "--at", &now], more].concat())
}

#[test]
fn each_change_is_a_version() {
    let desk = Desk::new();
    let at = [NOW + 1, NOW + 2, NOW + 3, NOW + 4].map(|time| time.to_string());
    let key =
        ["--issuer-key", "other.pub", "--issuer", "bj.example", "--use", "pass", "--class", CLASS];
    let times = [
        "--eddsa",
        "--key-id",
        "00ff",
        "--not-before",
        &at[0],
        "--expires",
        "2027-01-01T00:00:00Z",
        "--at",
        &at[0],
    ];
    let added = desk.ok(&[&change("add", &key)[..], &times].concat()).json();
    assert_eq!((&added["version"], &added["keys"]), (&2.into(), &2.into()));
    let shown = show(&desk, &["--root", "root.pub"]).json();
    assert_eq!(
        (&shown["verified"], &shown["version"], &shown["name"]),
        (&true.into(), &2.into(), &"bj.gates".into())
    );
    let other =
        shown["keys"].as_array().unwrap().iter().find(|key| key["key_id"] == "00ff").unwrap();
    assert_eq!(
        (&other["algorithm"], &other["expires"]),
        (&"EdDSA".into(), &"2027-01-01T00:00:00Z".into())
    );
    assert_eq!(other["uses"], serde_json::json!(["pass"]));

    // A code of now, under the key that is retired from the next second on.
    let code = desk.pass("A", NOW + 1);
    desk.ok(&change("retire", &["--issuer-key", "issuer.pub", "--at", &at[1]]));
    let late = desk.pass("A", NOW + 2);
    let verify = |code: &str| {
        let words = [
            "--json",
            "verify",
            code,
            "--trust",
            "trust.cwt",
            "--root",
            "root.pub",
            "--class",
            CLASS,
            "--gate",
            "g",
            "--revocation",
            "not-checked",
            "--at",
            &at[1],
        ];
        desk.run(&words).json()
    };
    assert_eq!(verify(&code)["verdict"], "accepted");
    assert_eq!(verify(&late)["code"], "key-retired");
    desk.ok(&change("remove", &["--issuer-key", "issuer.pub", "--at", &at[2]]));
    let gone = verify(&code);
    assert_eq!(gone["code"], "unknown-key", "{gone}");

    // A root names the next one, which signs from then on.
    desk.ok(&change("sign", &["--successor-root", "issuer.pub", "--at", &at[2]]));
    desk.ok(&[
        "--json",
        "trust",
        "sign",
        "--root-key",
        "issuer.pem",
        "--out",
        "trust.cwt",
        "--at",
        &at[3],
    ]);
    assert_eq!(show(&desk, &["--root", "issuer.pub"]).json()["version"], 6);
    assert_eq!(show(&desk, &["--root", "root.pub"]).code, 1);
}

#[test]
fn an_unverified_list_says_so() {
    let desk = Desk::new();
    let loud = desk.ok(&["trust", "show", "trust.cwt"]);
    assert!(
        loud.out.starts_with("UNVERIFIED: anybody can write this. Name a root key with --root.\n")
    );
    assert_eq!(show(&desk, &[]).json()["verified"], false);
    let wrong = show(&desk, &["--root", "other.pub"]);
    assert_eq!((wrong.code, &wrong.json()["code"]), (1, &"list-unknown-key".into()));
    desk.run(&["trust", "show", "root.pub"])
        .failed("is a key or a certificate in PEM, and no list");
    desk.run(&["trust", "show", "nothing"]).failed("there is no file");
    let now = (NOW - 3600).to_string();
    desk.run(&["trust", "show", "trust.cwt", "--root", "root.pub", "--at", &now])
        .refused("list-from-the-future");
}

#[test]
fn the_source_can_be_edited_and_misspelling_is_found() {
    let desk = Desk::new();
    let now = (NOW + 1).to_string();
    let sign = change("sign", &["--at", &now]);
    let source = desk.text("trust.cwt.json");
    desk.write(
        "trust.cwt.json",
        source.replace("\"public_key\"", "\"expires\": \"2027-01-01T00:00:00Z\",\n\"public_key\""),
    );
    desk.ok(&sign);
    assert_eq!(
        show(&desk, &["--root", "root.pub"]).json()["keys"][0]["expires"],
        "2027-01-01T00:00:00Z"
    );
    let (good, list) = (desk.text("trust.cwt.json"), desk.read("trust.cwt"));
    for (old, new, reason) in [
        ("\"expires\"", "\"expire\"", "unknown field `expire`"),
        ("2027-01-01", "2027-13-01", "is no time"),
        ("\"slip\"", "\"slips\"", "use \"slips\" is unknown"),
        ("\"Ed25519\"", "\"RSA\"", "there are Ed25519 and EdDSA"),
        ("\"Ed25519\"", "\"EdDSA\"", "may sign no credentials"),
        ("BEGIN PUBLIC", "BEGIN", "no PEM key"),
        ("source 1", "source 2", "its format is"),
        ("2027-01-01", "1970-01-01", "times must be"),
    ] {
        let bad = good.replace(old, new);
        desk.write("trust.cwt.json", &bad);
        desk.run(&sign).failed(reason);
        assert_eq!(
            (desk.text("trust.cwt.json"), desk.read("trust.cwt")),
            (bad, list.clone()),
            "nothing was written"
        );
    }
}

#[test]
fn misuse() {
    let desk = Desk::new();
    let files = desk.files(".");
    let before = [desk.read("trust.cwt"), desk.read("trust.cwt.json")];
    let now = (NOW + 1).to_string();
    desk.run(&desk.trust_command("new", &["--name", "again"], NOW))
        .failed("trust.cwt.json is there already");
    desk.run(&desk.trust_command("add", &[], NOW)).failed("is in the list already");
    desk.run(&change("retire", &["--key-id", "0011", "--at", &now]))
        .failed("no key of the list is that one");
    desk.run(&change("retire", &["--at", &now])).failed("--key-id");
    desk.run(&change("remove", &["--issuer-key", "issuer.pub", "--at", &now]))
        .failed("list-nothing-trusted");
    desk.run(&change("sign", &["--lifetime", "0", "--at", &now])).failed("");
    let with_root: Vec<String> = desk
        .trust_command("add", &[], NOW)
        .into_iter()
        .map(|word| if word == "issuer.pub" { "root.pub".into() } else { word })
        .collect();
    desk.run(&with_root).failed("root key");
    desk.run(&["trust", "sign", "--root-key", "root.pub", "--out", "trust.cwt"])
        .failed("public key where a private one");
    desk.run(&["trust", "sign", "--root-key", "root.pem", "--out", "other.cwt"])
        .failed("there is no source");
    assert_eq!([desk.read("trust.cwt"), desk.read("trust.cwt.json")], before);
    assert_eq!(desk.files("."), files);
}

/// The words that add `other.pub`.
const OTHER: [&str; 8] =
    ["--issuer-key", "other.pub", "--issuer", "bj.example", "--use", "pass", "--class", CLASS];

#[test]
fn a_key_has_the_times_that_were_named() {
    let (begin, until, end) =
        ("2026-09-21T14:13:21Z", "2026-10-01T00:00:00Z", "2026-12-01T00:00:00Z");
    let now = (NOW + 1).to_string();
    let null = serde_json::Value::Null;
    let cases: [(&[&str], [&str; 3]); 5] = [
        (&[], ["", "", ""]),
        (&["--not-before", begin], [begin, "", ""]),
        // A key that ends signs until it ends.
        (&["--expires", end], ["", end, end]),
        (&["--sign-until", until], ["", until, ""]),
        (&["--not-before", begin, "--sign-until", until, "--expires", end], [begin, until, end]),
    ];
    for (times, expected) in cases {
        let desk = Desk::new();
        desk.ok(&change("add", &[&OTHER[..], times, &["--key-id", "00ff", "--at", &now]].concat()));
        let shown = show(&desk, &["--root", "root.pub"]).json();
        let key = shown["keys"].as_array().unwrap().iter().find(|key| key["key_id"] == "00ff");
        let key = key.unwrap();
        for (field, text) in ["not_before", "sign_until", "expires"].iter().zip(expected) {
            let wanted = if text.is_empty() { null.clone() } else { text.into() };
            assert_eq!(key[field], wanted, "{times:?}: {key}");
        }
        // What was given is what a later version has too.
        let kept = desk.text("trust.cwt.json");
        desk.ok(&change("sign", &["--at", &(NOW + 2).to_string()]));
        assert_eq!(desk.text("trust.cwt.json"), kept.replace("\"version\": 2", "\"version\": 3"));
    }
    let desk = Desk::new();
    let backwards = ["--not-before", end, "--expires", begin, "--at", &now];
    desk.run(&change("add", &[&OTHER[..], &backwards].concat())).failed("times must be");
}

#[test]
fn a_key_is_retired_and_removed_by_its_id_or_its_file() {
    let desk = Desk::new();
    let at: Vec<String> = (1..9).map(|later| (NOW + later).to_string()).collect();
    // One key under two ids, and two keys under one id.
    for (n, id) in ["00ff", "ee00"].iter().enumerate() {
        desk.ok(&change("add", &[&OTHER[..], &["--key-id", id, "--at", &at[n]]].concat()));
    }
    let third = OTHER.map(|word| if word == "other.pub" { "phone.pub" } else { word });
    desk.ok(&change("add", &[&third[..], &["--key-id", "00ff", "--at", &at[2]]].concat()));
    desk.run(&change("add", &[&third[..], &["--key-id", "00ff", "--at", &at[3]]].concat()))
        .failed("is in the list already");
    desk.run(&change("remove", &["--key-id", "00ff", "--at", &at[3]])).failed("several keys");
    desk.run(&change("remove", &["--issuer-key", "other.pub", "--at", &at[3]]))
        .failed("several keys");
    let both = ["--issuer-key", "other.pub", "--key-id", "00ff", "--at", &at[3]];
    desk.run(&change("remove", &both)).failed("cannot be used with");

    let keys = || -> Vec<(String, serde_json::Value, serde_json::Value)> {
        let shown = show(&desk, &["--root", "root.pub"]).json();
        let all = shown["keys"].as_array().unwrap().iter();
        all.map(|key| {
            let id = key["key_id"].as_str().unwrap().to_owned();
            (id, key["sign_until"].clone(), key["expires"].clone())
        })
        .collect()
    };
    assert_eq!(keys().len(), 4);
    let (until, end) = ("2026-09-22T00:00:00Z", "2026-09-23T00:00:00Z");
    desk.ok(&change(
        "retire",
        &["--key-id", "ee00", "--sign-until", until, "--expires", end, "--at", &at[3]],
    ));
    let retired = |id: &str| keys().into_iter().find(|key| key.0 == id).unwrap();
    assert_eq!(retired("ee00"), ("ee00".to_owned(), until.into(), end.into()));
    // Without times it is retired now, and what it signed counts as before.
    desk.ok(&change("retire", &["--issuer-key", "phone.pub", "--at", &at[4]]));
    let retired = keys().into_iter().filter(|key| key.1 == "2026-09-21T14:13:25Z").count();
    assert_eq!(retired, 1);
    desk.ok(&change("remove", &["--key-id", "ee00", "--at", &at[5]]));
    assert!(keys().iter().all(|key| key.0 != "ee00"));
    assert_eq!(keys().len(), 3);
    desk.ok(&change("remove", &["--issuer-key", "phone.pub", "--at", &at[6]]));
    let left: Vec<String> = keys().into_iter().map(|key| key.0).collect();
    assert!(left.len() == 2 && left.contains(&"00ff".to_owned()), "{left:?}");
}

#[test]
fn a_list_lives_as_long_as_was_said_and_stands_where_was_said() {
    let desk = Desk::new();
    let now = (NOW + 1).to_string();
    let signed = |more: &[&str]| desk.ok(&change("sign", &[more, &["--at", &now]].concat())).json();
    assert_eq!(signed(&[])["expires"], NOW + 1 + 720 * 3600);
    assert_eq!(signed(&["--lifetime", "2h"])["expires"], NOW + 1 + 7200);
    std::fs::rename(desk.path("trust.cwt.json"), desk.path("source.json")).unwrap();
    let told = signed(&["--source", "source.json"]);
    assert_eq!((&told["version"], &told["source"]), (&4.into(), &"source.json".into()));
    assert_eq!(show(&desk, &["--root", "root.pub"]).json()["version"], 4);
    assert!(!desk.path("trust.cwt.json").exists());

    // A version whose list could not be written is never signed again.
    let lost = ["trust", "sign", "--root-key", "root.pem", "--source", "source.json", "--at", &now];
    desk.run(&[&lost[..], &["--out", "no/such/list"]].concat()).failed("there is no folder");
    assert_eq!(signed(&["--source", "source.json"])["version"], 6);

    // Neither a list nor a source is overwritten by a new one.
    let new = desk.trust_command("new", &["--name", "again"], NOW);
    let before = desk.read("trust.cwt");
    desk.run(&new).failed("trust.cwt is there already");
    assert_eq!(desk.read("trust.cwt"), before);
    assert!(!desk.path("trust.cwt.json").exists());
}

#[test]
fn a_list_is_shown_under_any_of_the_roots_and_with_its_name() {
    let desk = Desk::new();
    for roots in [["root.pub", "other.pub"], ["other.pub", "root.pub"]] {
        let roots = roots.map(|root| ["--root", root]).concat();
        assert_eq!(show(&desk, &roots).json()["verified"], true);
    }
    let named = |name| show(&desk, &["--root", "root.pub", "--name", name]);
    assert_eq!((named("bj.gates").code, named("sh.gates").code), (0, 1));
    assert_eq!(named("sh.gates").json()["code"], "list-wrong-name");
    assert_eq!(show(&desk, &["--name", "bj.gates"]).code, 2);
    let text = desk.ok(&["trust", "show", "trust.cwt", "--root", "root.pub", "--at", "1790000010"]);
    for part in [
        "VERIFIED bj.gates version 1\n",
        "ends         2026-10-21 14:13:20 +00:00\n",
        "next signed  by one of 1 root key(s)\n",
        " of bj.example\n",
        "may sign     credential, pass, slip, status\n",
        "classes      bj.example:residence\n",
    ] {
        assert!(text.out.contains(part), "{part}: {}", text.out);
    }
    assert!(!text.out.contains("until") && !text.out.contains("signs from"), "{}", text.out);
    // A list is shown as long as it counts.
    let end = (NOW + 720 * 3600).to_string();
    desk.run(&["trust", "show", "trust.cwt", "--root", "root.pub", "--at", &end])
        .refused("list-expired");
}

#[test]
fn roots_are_of_one_kind() {
    let desk = Desk::new();
    let files = desk.files(".");
    desk.ok(&["key", "new", "--algorithm", "p256", "--out", "p256.pem"]);
    desk.run(&["trust", "sign", "--root-key", "p256.pem", "--out", "trust.cwt"])
        .failed("roots sign with Ed25519 only");
    desk.run(&change("sign", &["--successor-root", "p256.pem.pub"])).failed("Ed25519");
    let key = OTHER.map(|word| if word == "other.pub" { "p256.pem.pub" } else { word });
    desk.run(&change("add", &key)).failed("is not an Ed25519 key");
    desk.run(&["trust", "show", "trust.cwt", "--root", "p256.pem.pub"]).failed("root");
    assert_eq!(desk.files(".").len(), files.len() + 2, "nothing but the keys was written");
    assert_eq!(show(&desk, &["--root", "root.pub"]).json()["version"], 1);
}
