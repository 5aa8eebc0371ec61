//! Codes that set up gates: what the command makes, and what it says about them.

use livepermit::field::Address;
use livepermit::setup::{CoolDownPolicy, GateSetup, Passage, SetupTrust, UnverifiedSetup};
use livepermit::verify::ChallengePolicy;
use livepermit::{AudiencePolicy, Policy, RevocationPolicy};
use serde_json::Value;

use crate::desk::{CLASS, Desk, NOW, Ran, at};

const RELAY: [&str; 4] = ["--relay", "https://relay.park.example/", "--relay-gates", "gates.json"];

/// `gate setup new` for gate-3 with the key of the issuer.
fn new(desk: &Desk, more: &[&str]) -> Ran {
    let now = NOW.to_string();
    let usual = [
        &["--json", "gate", "setup", "new", "--operator-key", "root.pem", "--gate", "gate-3"][..],
        &["--issuer-key", "issuer.pub", "--issuer", "bj.example", "--class", CLASS, "--at", &now],
    ];
    let revocation: &[&str] = &["--revocation", "not-checked"];
    let revocation = if more.contains(&"--revocation") { &[] } else { revocation };
    desk.run(&[&usual.concat(), revocation, more].concat())
}

/// The gate takes it in with the number that the command showed.
fn accepted(ran: &Ran) -> GateSetup {
    assert_eq!(ran.code, 0, "{ran:?}");
    let told = ran.json();
    let read = UnverifiedSetup::from_text(told["text"].as_str().unwrap()).unwrap();
    let number = told["check_number"].as_str().unwrap();
    read.accept_first(number, at(NOW), Policy::DEFAULT_SKEW).unwrap()
}

#[test]
fn a_code_says_what_the_options_said() {
    let desk = Desk::new();
    let setup = accepted(&new(&desk, &[]));
    assert_eq!(setup.policy().gate(), "gate-3");
    assert_eq!((setup.lane(), setup.zone(), setup.version()), ("1", "gate-3", NOW));
    assert!(matches!(setup.trust(), SetupTrust::Keys(trust) if trust.keys().len() == 1));
    assert!(setup.relay().is_none() && setup.status_lists().is_empty());
    assert_eq!(setup.retention(), livepermit::setup::Retention::default());

    let now = NOW.to_string();
    let words = [
        &["--json", "gate", "setup", "new", "--operator-key", "root.pem", "--gate", "gate-3"][..],
        &["--trust", "https://lists.example/trust", "--trust-name", "bj.gates"],
        &["--root", "root.pub", "--trust-minimum", "3", "--class", CLASS, "--at", &now],
        &["--revocation", "required", "--max-list-age", "24h", "--grace", "1h"],
        &["--status", "https://s.example/1", "--zone", "park", "--lane", "2"],
        &["--passage", "leave", "--cool-down", "600", "--challenge", "--audience", "own"],
        &["--window", "20", "--number", "7", "--next-operator", "other.pub"],
    ];
    let setup = accepted_by(&desk, &words.concat());
    assert_eq!((setup.lane(), setup.zone(), setup.version()), ("2", "park", 7));
    assert_eq!(setup.passage(), Passage::Leave);
    assert_eq!(setup.cool_down(), CoolDownPolicy::Seconds(600));
    let policy = setup.policy();
    assert_eq!(policy.revocation(), RevocationPolicy::Required { max_age: 86_400, grace: 3600 });
    assert_eq!(policy.challenge(), ChallengePolicy::Required);
    assert_eq!((policy.audience(), policy.window()), (AudiencePolicy::Own, 20));
    let SetupTrust::List(list) = setup.trust() else { panic!("{setup:?}") };
    assert_eq!((list.name(), list.lowest_version(), list.roots().len()), ("bj.gates", 3, 1));
    assert_eq!(setup.status_lists(), [Address::new("https://s.example/1").unwrap()]);
    assert_eq!(setup.retention().longest_cool_down, 600);
}

/// A setup that names a successor is a later one: its signer is known already.
fn accepted_by(desk: &Desk, words: &[&str]) -> GateSetup {
    let ran = desk.run(words);
    assert_eq!(ran.code, 0, "{ran:?}");
    let read = UnverifiedSetup::from_text(ran.json()["link"].as_str().unwrap()).unwrap();
    let held = new(desk, &["--number", "6"]).json();
    let held = UnverifiedSetup::from_text(held["text"].as_str().unwrap()).unwrap();
    let held = GateSetup::from_storage(held.unverified_bytes()).unwrap();
    read.accept_after(&held, at(NOW), Policy::DEFAULT_SKEW).unwrap()
}

#[test]
fn a_relay_key_stays_until_a_new_one_is_asked_for() {
    let desk = Desk::new();
    let key = |more: &[&str]| {
        let setup = accepted(&new(&desk, &[&RELAY[..], more].concat()));
        let relay = setup.relay().unwrap();
        assert_eq!(relay.address().as_str(), RELAY[1]);
        *relay.key().as_bytes()
    };
    let first = key(&[]);
    assert_eq!(key(&[]), first);
    let next = key(&["--new-relay-key"]);
    assert_ne!(next, first);
    let file: Value = serde_json::from_str(&desk.text("gates.json")).unwrap();
    let digits: String = next.iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(file["gates"]["gate-3"], Value::from(digits));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = std::fs::metadata(desk.path("gates.json")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}

#[test]
fn a_picture_of_a_code_is_read_again() {
    let desk = Desk::new();
    let made = new(&desk, &["--png", "code.png", "--svg", "code.svg"]).json();
    assert!(desk.text("code.svg").starts_with("<svg"));
    let shown = desk.ok(&["--json", "gate", "setup", "show", "--file", "code.png"]).json();
    assert_eq!(shown["check_number"], made["check_number"]);
    assert_eq!((&shown["gate"], &shown["verified"]), (&"gate-3".into(), &false.into()));
    let now = NOW.to_string();
    let operator = |key: &str| {
        let show = ["gate", "setup", "show", "--file", "code.png", "--operator", key];
        desk.run(&[&show[..], &["--at", &now]].concat())
    };
    assert!(operator("root.pub").out.starts_with("VERIFIED"));
    let refused = operator("issuer.pub");
    assert_eq!(refused.code, 1, "{refused:?}");
    assert!(refused.out.starts_with("REFUSED setup-unknown-key"), "{}", refused.out);
    let other = desk.run(&["gate", "setup", "show", "https://example.com"]);
    assert!(other.out.starts_with("REFUSED setup-not-ours"), "{}", other.out);
}

#[test]
fn what_no_gate_could_use_is_said_before_it_is_signed() {
    let desk = Desk::new();
    new(&desk, &["--status", "list.cwt", "--revocation", "required", "--max-list-age", "1h"])
        .failed("list.cwt is a file");
    new(&desk, &["--on-store-failure", "admit"]).failed("let everybody in");
    new(&desk, &["--relay", "relay.example", "--relay-gates", "g.json"]).failed("no address");
    new(&desk, &["--zone-window", "10"]).failed("the setup cannot be made");
    desk.write("g.json", "{}");
    new(&desk, &["--relay", RELAY[1], "--relay-gates", "g.json"]).failed("does not hold the gates");
    let trust = ["gate", "setup", "new", "--operator-key", "root.pem", "--gate", "g"];
    let list = ["--trust", "https://l.example", "--root", "root.pub", "--class", CLASS];
    desk.run(&[&trust[..], &list, &["--revocation", "not-checked"]].concat())
        .failed("the name of the trust list");
}
