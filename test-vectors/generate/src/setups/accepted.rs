//! Setups that a gate accepts, and their texts.

use livepermit::rejection::{Flaw, Layer as Place, SetupRejectionCode as Code};

use super::super::cbor::{Item, array, hex, text, uint};
use super::super::crypto::Key;
use super::super::json::{Policy, RevocationPolicy, Trusted};
use super::super::lists::{KEYS, VERSION, entry};
use super::super::token::{CLASS, IAT, LAST_SECOND, Layer, NOW, SUB, link_text, pass, qr_text};
use super::case::{Accepted, CoolDown, OldMaster, Relay, Settings, Source, Test, case};
use super::{
    LIST_ADDRESS, PLACE, POLICY, RELAY, RELAY_ADDRESS, SETTINGS, SKEW, STATUS_ADDRESS,
    STATUS_LISTS, TRUST_LIST, facts, list_of, place, policy_of, relay_of, settings_of, setup,
    texts as names, version,
};

pub(super) fn first() -> Vec<Test> {
    [claims(), policies(), numbers()].into_iter().flatten().collect()
}

fn says(comment: &str, setup: &Layer, change: &dyn Fn(&mut Accepted)) -> Test {
    case("Accepted", comment, setup).accepted(facts().edit(|facts| change(facts)))
}

fn edge(comment: &str, setup: &Layer, change: &dyn Fn(&mut Accepted)) -> Test {
    case("Accepted", comment, setup).edge().accepted(facts().edit(|facts| change(facts)))
}

/// A gate that fetches a trust list.
fn listed() -> Layer {
    let list = list_of("bj.example", 7, &[Key::Root, Key::NextRoot], LIST_ADDRESS);
    setup().no_claim(KEYS).claim(TRUST_LIST, list)
}

fn source(roots: &[Key]) -> Source {
    Source {
        name: "bj.example".to_string(),
        lowest_version: 7,
        roots: roots.iter().map(|root| hex(&root.cose())).collect(),
        address: LIST_ADDRESS.to_string(),
    }
}

fn claims() -> Vec<Test> {
    let long = "x".repeat(128);
    let long_address = format!("https://{}", "x".repeat(120));
    let entries =
        |keys: &[Trusted]| setup().claim(KEYS, array(&keys.iter().map(entry).collect::<Vec<_>>()));
    let sixteen_keys: Vec<Trusted> = [Key::Issuer, Key::OtherIssuer]
        .into_iter()
        .cycle()
        .zip(0..16)
        .map(|(key, n)| {
            Trusted::new(key)
                .edit(|key| (key.key_id, key.uses) = (format!("{n:02x}"), vec!["status"]))
        })
        .collect();
    let eddsa = Trusted::new(Key::Issuer)
        .edit(|key| (key.algorithm, key.uses) = ("EdDSA", vec!["pass", "slip", "status"]));
    let sixteen: Vec<String> = (0..16).map(|n| format!("https://s.bj.example/{n}")).collect();
    let sixteen_names: Vec<&str> = sixteen.iter().map(String::as_str).collect();
    let relayed = setup().claim(RELAY, relay_of(RELAY_ADDRESS, &[7; 32]));
    vec![
        says("the least that a setup has", &setup(), &|_| {}),
        says("a trust list", &listed(), &|facts| {
            facts.trust = None;
            facts.trust_list = Some(source(&[Key::Root, Key::NextRoot]));
        }),
        says("everything that a setup has", &everything(), &say_everything),
        edge("sixteen trusted keys", &entries(&sixteen_keys), &|facts| {
            facts.trust = Some(sixteen_keys.clone());
        }),
        says("a key that is pinned to EdDSA", &entries(std::slice::from_ref(&eddsa)), &|facts| {
            facts.trust = Some(vec![eddsa.clone()]);
        }),
        edge("version 0", &version(0), &|facts| facts.version = 0),
        says("version 2^32", &version(1 << 32), &|facts| facts.version = 1 << 32),
        edge("gate of 128 characters", &setup().claim(SUB, text(LONG_GATE)), &|facts| {
            facts.policy.gate = LONG_GATE;
        }),
        edge(
            "lane and zone of 128 characters",
            &setup().claim(PLACE, place(&long, &long)),
            &|facts| (facts.lane, facts.zone) = ("x".repeat(128), "x".repeat(128)),
        ),
        edge("address of 128 characters", &lists(&[&long_address]), &|facts| {
            facts.status_lists = vec![format!("https://{}", "x".repeat(120))];
        }),
        edge("address of a scheme and one character", &lists(&["http://x"]), &|facts| {
            facts.status_lists = vec!["http://x".to_string()];
        }),
        edge("sixteen status lists", &lists(&sixteen_names), &|facts| {
            facts.status_lists.clone_from(&sixteen);
        }),
        says("a relay", &relayed, &|facts| {
            facts.relay = Some(Relay { address: RELAY_ADDRESS.to_string(), key: hex(&[7; 32]) });
        }),
        edge("dated as far ahead as the skew allows", &dated(NOW + SKEW), &|facts| {
            facts.issued_at = NOW + SKEW;
        }),
        edge("dated 0", &dated(0), &|facts| facts.issued_at = 0),
    ]
}

const LONG_GATE: &str = "gggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggg\
                         gggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggg";

fn lists(addresses: &[&str]) -> Layer {
    setup().claim(STATUS_LISTS, names(addresses))
}

pub(super) fn dated(time: u64) -> Layer {
    setup().claim(IAT, uint(time))
}

fn everything() -> Layer {
    let policy = policy_of(&[
        (1, names(&["bj.example:driving", CLASS])),
        (2, array(&[uint(86_400), uint(3600)])),
        (3, names(&["presentation", "slip"])),
        (4, text("own")),
        (5, text("required")),
        (6, text("accepted")),
        (7, uint(20)),
        (8, uint(3)),
        (9, uint(90_000)),
        (10, names(&[CLASS])),
        (11, uint(600)),
        (12, text("leave")),
        (13, uint(0)),
    ]);
    listed()
        .claim(VERSION, uint(1_790_000_000))
        .claim(PLACE, place("lane-2", "park.example:garden"))
        .claim(POLICY, policy)
        .claim(STATUS_LISTS, names(&[STATUS_ADDRESS]))
        .claim(RELAY, relay_of(RELAY_ADDRESS, b"thirty-two bytes that none knows"))
        .claim(SETTINGS, settings_of([60, 10, 30, 3600, 12]))
}

fn say_everything(facts: &mut Accepted) {
    facts.version = 1_790_000_000;
    facts.lane = "lane-2".to_string();
    facts.zone = "park.example:garden".to_string();
    facts.policy = Policy {
        audience: "own",
        classes: vec!["bj.example:driving", CLASS],
        forms: vec!["presentation", "slip"],
        challenge: "required",
        window: 20,
        skew: 3,
        max_credential_age: 90_000,
        acting: "accepted",
        revocation: RevocationPolicy::Required { max_age: 86_400, grace: 3600 },
        status_exempt: vec![CLASS],
        ..Policy::default()
    };
    facts.passage = "leave";
    facts.debounce = 0;
    facts.cool_down = CoolDown::Seconds(600);
    facts.trust = None;
    facts.trust_list = Some(source(&[Key::Root, Key::NextRoot]));
    facts.status_lists = vec![STATUS_ADDRESS.to_string()];
    facts.relay = Some(Relay {
        address: RELAY_ADDRESS.to_string(),
        key: hex(b"thirty-two bytes that none knows"),
    });
    facts.settings = Settings {
        largest_window: 60,
        largest_skew: 10,
        clock_difference: 30,
        longest_cool_down: 3600,
        old_master: OldMaster::Seconds(12),
    };
}

fn policies() -> Vec<Test> {
    let with = |label: i64, value: Item| setup().claim(POLICY, policy_of(&[(label, value)]));
    let in_zone = |label: i64, value: u64, settings: [u64; 5]| {
        with(label, uint(value)).claim(SETTINGS, settings_of(settings))
    };
    let zone = |numbers: [u64; 5]| Settings {
        largest_window: numbers[0],
        largest_skew: numbers[1],
        clock_difference: numbers[2],
        longest_cool_down: numbers[3],
        old_master: OldMaster::Seconds(numbers[4]),
    };
    let unbounded = array(&[uint(30), uint(5), uint(60), uint(0), vec![0xf6]]);
    vec![
        says("slips alone", &with(3, names(&["slip"])), &|facts| facts.policy.forms = vec!["slip"]),
        says("forms in another order", &with(3, names(&["slip", "pass"])), &|facts| {
            facts.policy.forms = vec!["slip", "pass"];
        }),
        edge("window of 1 second", &with(7, uint(1)), &|facts| facts.policy.window = 1),
        edge(
            "the longest window, skew and cool-down",
            &setup()
                .claim(
                    POLICY,
                    policy_of(&[(7, uint(86_400)), (8, uint(43_200)), (11, uint(129_600))]),
                )
                .claim(SETTINGS, settings_of([86_400, 43_200, 0, 0, 0])),
            &|facts| {
                (facts.policy.window, facts.policy.skew) = (86_400, 43_200);
                facts.cool_down = CoolDown::Seconds(129_600);
                facts.settings = zone([86_400, 43_200, 0, 0, 0]);
            },
        ),
        edge("skew of 0", &with(8, uint(0)), &|facts| facts.policy.skew = 0),
        edge("credential age of 1 second", &with(9, uint(1)), &|facts| {
            facts.policy.max_credential_age = 1;
        }),
        edge("credential age of 2^40 - 1", &with(9, uint(LAST_SECOND)), &|facts| {
            facts.policy.max_credential_age = LAST_SECOND;
        }),
        says("no cool-down", &with(11, uint(0)), &|facts| {
            facts.cool_down = CoolDown::Named("none")
        }),
        edge(
            "cool-down as long as the settings allow",
            &in_zone(11, 900, [30, 5, 60, 900, 0]),
            &|facts| {
                facts.cool_down = CoolDown::Seconds(900);
                facts.settings = zone([30, 5, 60, 900, 0]);
            },
        ),
        edge(
            "window as long as the settings allow",
            &in_zone(7, 45, [45, 5, 60, 0, 0]),
            &|facts| {
                facts.policy.window = 45;
                facts.settings = zone([45, 5, 60, 0, 0]);
            },
        ),
        edge("skew as large as the settings allow", &in_zone(8, 9, [30, 9, 60, 0, 0]), &|facts| {
            facts.policy.skew = 9;
            facts.settings = zone([30, 9, 60, 0, 0]);
        }),
        says("nothing bounds an old master", &setup().claim(SETTINGS, unbounded), &|facts| {
            facts.settings.old_master = OldMaster::Named("unbounded");
        }),
        says("the usual values, said", &with(7, uint(30)), &|_| {}),
    ]
}

fn numbers() -> Vec<Test> {
    let read = |comment: &str, write: &dyn Fn(&str) -> String| {
        case("Number", comment, &setup()).written(write).accepted(facts())
    };
    vec![
        read("in three groups", &|n| format!("{} {} {}", &n[..4], &n[4..8], &n[8..])),
        read("with hyphens, and spaces around", &|n| format!(" {}-{} ", &n[..6], &n[6..])),
    ]
}

fn shown(setup: &[u8]) -> String {
    qr_text(setup).replacen("LP1:", "LPG1:", 1)
}

pub(super) fn texts() -> Vec<Test> {
    let read = |comment: &str, write: fn(&[u8]) -> String| {
        case("Text", comment, &setup()).text(write).accepted(facts())
    };
    let foreign = |comment: &str, write: &dyn Fn(&[u8]) -> String| {
        case("Text", comment, &setup()).text(write).refused(Code::NotOurs)
    };
    let bad = |comment: &str, flaw, write: &dyn Fn(&[u8]) -> String| {
        case("Text", comment, &setup()).text(write).malformed(Place::Text, flaw)
    };
    vec![
        read("the text of a QR code", shown),
        read("the text of a link", link_text),
        foreign("no text", &|_| String::new()),
        foreign("a gate's own code", &|setup| shown(setup).replacen("LPG1:", "LPC1:", 1)),
        foreign("the prefix of a token", &|setup| qr_text(setup)),
        foreign("prefix in small letters", &|setup| shown(setup).replacen("LPG1:", "lpg1:", 1)),
        foreign("next version", &|setup| shown(setup).replacen("LPG1:", "LPG2:", 1)),
        foreign("a space before", &|setup| format!(" {}", shown(setup))),
        foreign("a web address", &|_| "https://example.com/setup".to_string()),
        case("Text", "a pass", &pass()).text(link_text).refused(Code::UnknownType),
        bad("line feed behind", Flaw::BadCharacter, &|setup| format!("{}00\n", shown(setup))),
        bad("link with padding", Flaw::BadCharacter, &|setup| format!("{}=", link_text(setup))),
        case("Text", "prefix alone", &setup())
            .text(|_| "LPG1:".to_string())
            .malformed(Place::Envelope, Flaw::Truncated),
        case("Text", "3077 characters", &setup())
            .text(|_| format!("LPG1:{}", "0".repeat(3072)))
            .edge()
            .malformed(Place::Envelope, Flaw::WrongTag),
        case("Text", "3078 characters", &setup())
            .text(|_| format!("LPG1:{}", "0".repeat(3073)))
            .edge()
            .refused(Code::TooLong),
        case("Order", "3078 characters of something else", &setup())
            .text(|_| "A".repeat(3078))
            .refused(Code::TooLong),
        case("Text", "3077 characters of something else", &setup())
            .text(|_| "A".repeat(3077))
            .edge()
            .refused(Code::NotOurs),
        case("Text", "a link of 2049 bytes", &setup())
            .text(|setup| link_text(&[setup, &vec![0; 2049 - setup.len()]].concat()))
            .edge()
            .refused(Code::TooLong),
        case("Text", "a link of 2048 bytes", &setup())
            .text(|setup| link_text(&[setup, &vec![0; 2048 - setup.len()]].concat()))
            .edge()
            .malformed(Place::Envelope, Flaw::TrailingBytes),
    ]
}
