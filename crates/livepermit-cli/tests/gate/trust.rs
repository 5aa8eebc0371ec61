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
    desk.run(&["trust", "show", "root.pub"]).failed("is not a trust list");
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
        ("2027-01-01", "2027-13-01", "a time is expected"),
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
