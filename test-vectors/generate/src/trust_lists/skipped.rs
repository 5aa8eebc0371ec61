//! Entries of the right shape that do not count, one to each list.

use super::super::cbor::{
    Item, Map, array, bytes, head, int, map, nested_arrays, text, uint, unhex,
};
use super::super::crypto::{Key, cose_ed25519};
use super::super::json::Trusted;
use super::super::keys::bad_points;
use super::super::list_case::{AcceptedTrustList, list_case};
use super::super::lists::{ROOTS, entry, keys_list};
use super::super::token::NOW;
use super::{Test, case, cose, facts, good, roots};

/// The entry of the other issuer, pair by pair.
fn other() -> Map {
    let key = Trusted::new(Key::OtherIssuer);
    let names = |names: &[&str]| array(&names.iter().map(|name| text(name)).collect::<Vec<_>>());
    Map::of(&[
        (1, unhex(&key.key)),
        (2, bytes(&unhex(&key.key_id))),
        (3, int(-19)),
        (4, text(key.issuer)),
        (5, names(&key.uses)),
        (6, names(&key.classes)),
        (7, uint(key.not_before)),
        (8, uint(key.sign_until)),
        (9, uint(key.expires)),
    ])
}

pub(super) fn changed(label: i64, value: Item) -> Item {
    other().with(int(label), value).encode()
}

fn names(names: &[&str]) -> Item {
    array(&names.iter().map(|name| text(name)).collect::<Vec<_>>())
}

fn skipped(comment: &str, odd: Item) -> Test {
    case("Skipped", comment, &keys_list(&[odd, entry(&good())]))
        .accepted(AcceptedTrustList { skipped: 1, ..facts() })
}

pub(super) fn cases() -> Vec<Test> {
    keys().into_iter().chain(fields()).chain(root_keys()).chain(several()).collect()
}

fn keys() -> Vec<Test> {
    let key = |comment: &str, value: Item| skipped(&format!("key: {comment}"), changed(1, value));
    let x = Key::OtherIssuer.point();
    let mut cases = vec![
        key("P-256", Key::DeviceP256.cose()),
        key(
            "the X25519 curve",
            map(&[(int(1), uint(1)), (int(-1), uint(4)), (int(-2), bytes(&x))]),
        ),
        key(
            "of a type that is not known",
            map(&[(int(1), uint(7)), (int(3), int(-48)), (int(-1), bytes(&[1; 64]))]),
        ),
        key("symmetric", map(&[(int(1), uint(4)), (int(-1), bytes(&x))])),
        key(
            "with a key id",
            map(&[
                (int(1), uint(1)),
                (int(2), bytes(b"k")),
                (int(-1), uint(6)),
                (int(-2), bytes(&x)),
            ]),
        ),
        key("of 31 bytes", cose_ed25519(&x[..31])),
        key("of 33 bytes", cose_ed25519(&[&x[..], &[0]].concat())),
        key("bare bytes", bytes(&x)),
        key("text", text("key")),
        key("null", vec![0xf6]),
        key("false", vec![0xf4]),
        key("2^64 - 1", uint(u64::MAX)),
        key("-2^63", head(1, (1 << 63) - 1)),
        key("empty map", map(&[])),
        key("eight arrays, one in the other", nested_arrays(8)),
        key(
            "map with keys of every type",
            map(&[(bytes(b"z"), uint(0)), (text("z"), uint(0)), (vec![0xf5], uint(0))]),
        ),
    ];
    cases.extend(
        bad_points()
            .into_iter()
            .filter(|(_, comment, _)| comment.starts_with("Ed25519"))
            .map(|(_, comment, bad)| key(comment, bad)),
    );
    cases
}

fn fields() -> Vec<Test> {
    let field = |comment: &str, label: i64, value: Item| skipped(comment, changed(label, value));
    let times = |comment: &str, not_before: u64, sign_until: u64, expires: u64| {
        let entry = other().with(int(7), uint(not_before)).with(int(8), uint(sign_until));
        skipped(comment, entry.with(int(9), uint(expires)).encode())
    };
    vec![
        field("key id of no bytes", 2, bytes(&[])),
        field("key id of 33 bytes", 2, bytes(&[7; 33])),
        field("algorithm -9", 3, int(-9)),
        field("algorithm -7", 3, int(-7)),
        field("algorithm -48, not known", 3, int(-48)),
        field("algorithm 0", 3, int(0)),
        field("algorithm 19", 3, int(19)),
        field("algorithm 2^63 - 1", 3, int(i64::MAX)),
        field("algorithm -2^63", 3, int(i64::MIN)),
        field("pinned to EdDSA, with the use credential", 3, int(-8)),
        field("no use", 5, array(&[])),
        field("a use that is not known", 5, names(&["ticket"])),
        field("a use that is known, and one that is not", 5, names(&["pass", "ticket"])),
        field("a use in capitals", 5, names(&["PASS"])),
        field("the use *", 5, names(&["*"])),
        field("no class", 6, array(&[])),
        field("a class without colon", 6, names(&["residence"])),
        field(
            "a good class, and one without colon",
            6,
            names(&["bj.example:residence", "residence"]),
        ),
        times("signs until it begins", NOW, NOW, NOW + 1),
        times("signs until before it begins", NOW, NOW - 1, NOW + 1),
        times("ends before it signs no more", 0, NOW + 1, NOW),
        times("all times 0", 0, 0, 0),
    ]
}

fn root_keys() -> Vec<Test> {
    let root = |key: Key| entry(&Trusted::new(key));
    let by_successor = keys_list(&[root(Key::NextRoot), entry(&good())])
        .claim(ROOTS, roots(&[Key::Root, Key::NextRoot]));
    let replaced =
        keys_list(&[root(Key::Root), entry(&good())]).claim(ROOTS, roots(&[Key::NextRoot]));
    vec![
        skipped("the key of the root", root(Key::Root)),
        skipped(
            "the key of the root, under another key id",
            entry(&Trusted::new(Key::Root).edit(|key| key.key_id = "6b".into())),
        ),
        list_case("Skipped", "the key of a root that this list names", &by_successor)
            .flag("Roots")
            .accepted(AcceptedTrustList {
                skipped: 1,
                roots: cose(&[Key::Root, Key::NextRoot]),
                ..facts()
            }),
        list_case("Skipped", "the key of the root that this list replaces", &replaced)
            .flag("Roots")
            .accepted(AcceptedTrustList { skipped: 1, roots: cose(&[Key::NextRoot]), ..facts() }),
    ]
}

fn several() -> Vec<Test> {
    let shared = |key: Key| Trusted::new(key).edit(|key| key.key_id = "6b".to_string());
    let four =
        [Key::Issuer, Key::OtherIssuer, Key::DeviceEd25519, Key::OtherDeviceEd25519].map(shared);
    let mut five: Vec<Item> = four.iter().map(entry).collect();
    five.push(Map::with(other(), int(2), bytes(b"k")).with(int(3), int(-48)).encode());
    let twice = [entry(&good()), {
        let again = good().edit(|key| key.uses = vec!["ticket"]);
        entry(&again)
    }];
    vec![
        case("Skipped", "the fifth of five that share a key id", &keys_list(&five))
            .flag("Together")
            .accepted(AcceptedTrustList { trust: four.to_vec(), skipped: 1, ..facts() }),
        case(
            "Skipped",
            "a key that stands there again, for a use that is not known",
            &keys_list(&twice),
        )
        .flag("Together")
        .accepted(AcceptedTrustList { skipped: 1, ..facts() }),
        case("Skipped", "three of four", &{
            keys_list(&[
                changed(3, int(-9)),
                changed(5, array(&[])),
                entry(&good()),
                changed(1, text("?")),
            ])
        })
        .accepted(AcceptedTrustList { skipped: 3, ..facts() }),
    ]
}
