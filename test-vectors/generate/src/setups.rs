//! Setups that a gate accepts or refuses.

mod accepted;
mod case;
mod format;
mod policy;
mod refused;

use super::cbor::{Item, Map, array, bytes, hex, int, map, text, uint};
use super::crypto::Key;
use super::json::{Policy, Trusted, write_groups};
use super::lists::{KEYS, VERSION, entry};
use super::token::{ALG, CLASS, GATE, IAT, ISSUED, KID, Layer, SUB, TYP};
use case::{Accepted, CoolDown, Group, Settings};

const TYP_SETUP: &str = "application/vnd.lpg+cwt";
const OPERATOR: i64 = -65545;
const PLACE: i64 = -65546;
const POLICY: i64 = -65547;
const TRUST_LIST: i64 = -65548;
const STATUS_LISTS: i64 = -65549;
const RELAY: i64 = -65550;
const SETTINGS: i64 = -65551;

const LIST_ADDRESS: &str = "https://lists.bj.example/trust";
const STATUS_ADDRESS: &str = "https://s.bj.example/1";
const RELAY_ADDRESS: &str = "https://relay.park.example/";

pub(crate) fn file() -> String {
    let group = |comment, tests| Group { r#type: "AcceptSetup", comment, skew: SKEW, tests };
    write_groups(
        &[
            "Setups handed to a gate: accepted, with what they say, or refused. With held, the gate has that setup already. \
             Without it, compared is the check number that a person read on the operator's screen.",
            "In accepted, policy, trust and settings have what counts, also where the setup leaves it out.",
        ],
        &[
            ("Accepted", "Accepted."),
            ("Edge", "On one side of an edge; the other side stands beside it."),
            ("Number", "The check number that a person compared."),
            ("Text", "How the text of a setup is read."),
            ("Operator", "Whose signature counts."),
            ("Version", "Which setup may follow which."),
            ("Time", "Dated ahead of the gate's clock."),
            ("Signature", "The signature is not good."),
            ("Envelope", "Not the profile's COSE_Sign1."),
            ("Header", "A header parameter is missing, foreign or of another form."),
            ("Type", "The signed type is not that of a setup."),
            ("Claim", "A claim is missing, foreign, or breaks the rules of its field."),
            ("Policy", "The policy is not one that a gate can have."),
            ("Entry", "An entry of a trusted key cannot count."),
            ("Cbor", "Not the one deterministic encoding, or an item that may not stand there."),
            ("Order", "Two faults: the one that is checked first is the answer."),
        ],
        vec![
            group("a first setup is accepted", accepted::first()),
            group("texts", accepted::texts()),
            group("a first setup is refused", refused::first()),
            group("a gate has a setup", refused::later()),
            group("malformed: envelope", format::envelope()),
            group("malformed: header", format::header()),
            group("malformed: claims", format::claims()),
            group("malformed: trusted keys", format::entries()),
            group("malformed: policy", policy::malformed()),
        ],
    )
}

const SKEW: u64 = 5;

/// A good first setup.
fn setup() -> Layer {
    let claims = Map::of(&[
        (SUB, text(GATE)),
        (IAT, uint(ISSUED)),
        (VERSION, uint(1)),
        (KEYS, array(&[entry(&Trusted::new(Key::Issuer))])),
        (OPERATOR, Key::Operator.cose()),
        (PLACE, place("1", "hall")),
        (POLICY, policy_of(&[])),
    ]);
    Layer::new(header_of(Key::Operator), claims, Key::Operator)
}

fn header_of(signer: Key) -> Map {
    Map::of(&[(ALG, int(-19)), (KID, bytes(&signer.id())), (TYP, text(TYP_SETUP))])
}

/// The same setup with the header and the signature of this key.
fn by(setup: Layer, signer: Key) -> Layer {
    setup.header(KID, bytes(&signer.id())).signed_by(signer)
}

fn version(number: u64) -> Layer {
    setup().claim(VERSION, uint(number))
}

fn place(lane: &str, zone: &str) -> Item {
    array(&[text(lane), text(zone)])
}

fn texts(all: &[&str]) -> Item {
    array(&all.iter().map(|one| text(one)).collect::<Vec<_>>())
}

/// Claim −65547: what every policy has, and these.
fn policy_of(others: &[(i64, Item)]) -> Item {
    let usual = [(1, texts(&[CLASS])), (2, vec![0xf4])];
    let pairs = others
        .iter()
        .fold(Map::of(&usual), |map, (label, value)| map.with(int(*label), value.clone()));
    pairs.encode()
}

/// Claim −65548.
fn list_of(name: &str, lowest: u64, roots: &[Key], address: &str) -> Item {
    let roots: Vec<Item> = roots.iter().map(|root| root.cose()).collect();
    array(&[text(name), uint(lowest), array(&roots), text(address)])
}

fn relay_of(address: &str, key: &[u8]) -> Item {
    array(&[text(address), bytes(key)])
}

fn settings_of(numbers: [u64; 5]) -> Item {
    array(&numbers.map(uint))
}

/// The content of the good setup.
fn facts() -> Accepted {
    Accepted {
        version: 1,
        issued_at: ISSUED,
        operator: hex(&Key::Operator.cose()),
        check_number: String::new(),
        lane: "1".to_string(),
        zone: "hall".to_string(),
        policy: Policy::default(),
        passage: "enter",
        debounce: 3,
        cool_down: CoolDown::Named("window"),
        trust: Some(vec![Trusted::new(Key::Issuer)]),
        trust_list: None,
        status_lists: Vec::new(),
        relay: None,
        settings: Settings::default(),
    }
}

/// A map in this order, for what `Map` would mend.
fn pairs(pairs: &[(i64, Item)]) -> Item {
    map(&pairs.iter().map(|(label, value)| (int(*label), value.clone())).collect::<Vec<_>>())
}
