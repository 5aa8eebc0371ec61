//! Entries with a broken shape, for which the whole list is refused, and entries that contradict
//! each other.

use livepermit::rejection::{Flaw, Layer as Place, ListRejectionCode};

use super::super::cbor::{
    Item, array, bytes, head, int, join, map, nested_arrays, text, uint, unhex,
};
use super::super::crypto::Key;
use super::super::json::Trusted;
use super::super::lists::{KEYS, entry, keys_list};
use super::super::token::LAST_SECOND;
use super::skipped::changed;
use super::{Test, case, good, list};

fn bad(flaw: Flaw, comment: &str, odd: Item) -> Test {
    case("Entry", comment, &keys_list(&[entry(&good()), odd])).malformed(Place::Payload, flaw)
}

pub(super) fn malformed() -> Vec<Test> {
    shapes().into_iter().chain(fields()).collect()
}

type Pairs = Vec<(Item, Item)>;

fn shapes() -> Vec<Test> {
    let mut cases: Vec<Test> = (1..=9)
        .map(|missing| {
            let left: Vec<(Item, Item)> = (1..=9)
                .filter(|label| *label != missing)
                .map(|label| (int(label), pair(label)))
                .collect();
            bad(Flaw::WrongCount, &format!("without field {missing}"), map(&left))
        })
        .collect();
    cases.extend(other_shapes());
    cases
}

fn other_shapes() -> Vec<Test> {
    let pairs = |change: &dyn Fn(&mut Pairs)| {
        let mut pairs: Pairs = (1..=9).map(|label| (int(label), pair(label))).collect();
        change(&mut pairs);
        map(&pairs)
    };
    let claim = |flaw, comment: &str, value: Item| {
        case("Entry", comment, &list().claim(KEYS, value))
            .flag("Cbor")
            .malformed(Place::Payload, flaw)
    };
    let whole = changed(3, int(-19));
    let one = entry(&good());
    vec![
        bad(Flaw::WrongCount, "with a tenth field", pairs(&|pairs| pairs.push((int(10), uint(0))))),
        bad(Flaw::WrongCount, "empty map", map(&[])),
        bad(Flaw::WrongCount, "2^64 - 1 fields", unhex("bbffffffffffffffff")),
        bad(Flaw::UnexpectedClaim, "10 in place of 9", pairs(&|pairs| pairs[8].0 = int(10))),
        bad(Flaw::UnexpectedClaim, "-1 in place of 9", pairs(&|pairs| pairs[8].0 = int(-1))),
        bad(Flaw::UnexpectedClaim, "0 in place of 1", pairs(&|pairs| pairs[0].0 = int(0))),
        bad(
            Flaw::WrongType,
            "text in place of a label",
            pairs(&|pairs| pairs[8].0 = text("expires")),
        ),
        bad(Flaw::UnexpectedClaim, "unsorted", pairs(&|pairs| pairs.swap(6, 7))),
        bad(Flaw::UnexpectedClaim, "a field twice", pairs(&|pairs| pairs[8] = pairs[7].clone())),
        bad(Flaw::LongForm, "label in two bytes", pairs(&|pairs| pairs[4].0 = unhex("1805"))),
        bad(Flaw::WrongType, "array in place of the map", array(&[uint(1)])),
        bad(Flaw::WrongType, "null in place of the map", vec![0xf6]),
        bad(Flaw::WrongType, "encoded in a byte string", bytes(&whole)),
        bad(Flaw::UnexpectedTag, "tagged", join([vec![0xd2], whole.clone()])),
        bad(Flaw::LongForm, "map head in two bytes", join([unhex("b809"), whole[1..].to_vec()])),
        bad(
            Flaw::IndefiniteLength,
            "map of indefinite length",
            join([vec![0xbf], whole[1..].to_vec(), vec![0xff]]),
        ),
        claim(Flaw::WrongType, "map of entries", map(&[(uint(0), one.clone())])),
        claim(Flaw::WrongType, "one entry without array", one.clone()),
        claim(Flaw::WrongType, "null in place of the entries", vec![0xf6]),
        claim(Flaw::LongForm, "array head in two bytes", join([unhex("9801"), one.clone()])),
        claim(
            Flaw::IndefiniteLength,
            "array of indefinite length",
            join([vec![0x9f], one.clone(), vec![0xff]]),
        ),
        claim(Flaw::Truncated, "an array of two, with one entry", join([vec![0x82], one.clone()])),
        claim(
            Flaw::Truncated,
            "an array of 2^64 - 1 entries",
            join([unhex("9bffffffffffffffff"), one]),
        ),
    ]
}

/// The value of a field of a good entry.
fn pair(label: i64) -> Item {
    let key = Trusted::new(Key::OtherIssuer);
    match label {
        1 => unhex(&key.key),
        2 => bytes(&unhex(&key.key_id)),
        3 => int(-19),
        4 => text(key.issuer),
        5 => array(&[text("pass")]),
        6 => array(&[text(key.classes[0])]),
        7 => uint(0),
        _ => uint(LAST_SECOND),
    }
}

fn fields() -> Vec<Test> {
    let field =
        |flaw, comment: &str, label: i64, value: Item| bad(flaw, comment, changed(label, value));
    let names = |names: &[&str]| array(&names.iter().map(|name| text(name)).collect::<Vec<_>>());
    let long = "x".repeat(129);
    vec![
        field(Flaw::FloatNotAllowed, "key: a float", 1, unhex("f93c00")),
        field(Flaw::SimpleNotAllowed, "key: undefined", 1, vec![0xf7]),
        field(Flaw::UnexpectedTag, "key: tagged", 1, join([unhex("d818"), bytes(b"k")])),
        field(Flaw::TooDeep, "key: nine arrays, one in the other", 1, nested_arrays(9)),
        field(Flaw::NumberOutOfRange, "key: -2^63 - 1", 1, head(1, 1 << 63)),
        field(Flaw::LongForm, "key: number in two bytes", 1, unhex("1801")),
        field(
            Flaw::UnsortedKeys,
            "key: unsorted",
            1,
            map(&[(int(-1), uint(6)), (int(1), uint(1))]),
        ),
        field(
            Flaw::DuplicateKey,
            "key: the same parameter twice",
            1,
            map(&[(int(1), uint(1)), (int(1), uint(1))]),
        ),
        field(Flaw::WrongType, "key id as text", 2, text("k")),
        field(Flaw::WrongType, "key id as number", 2, uint(1)),
        field(Flaw::WrongType, "algorithm as text", 3, text("Ed25519")),
        field(Flaw::WrongType, "algorithm null", 3, vec![0xf6]),
        field(Flaw::FloatNotAllowed, "algorithm as float", 3, unhex("f9ccc0")),
        field(Flaw::NumberOutOfRange, "algorithm -2^63 - 1", 3, head(1, 1 << 63)),
        field(Flaw::NumberOutOfRange, "algorithm 2^63", 3, uint(1 << 63)),
        field(Flaw::NumberOutOfRange, "algorithm 2^64 - 1", 3, uint(u64::MAX)),
        field(Flaw::WrongType, "issuer as bytes", 4, bytes(b"bj.example")),
        field(Flaw::LengthOutOfRange, "issuer of no characters", 4, text("")),
        field(Flaw::LengthOutOfRange, "issuer of 129 characters", 4, text(&long)),
        field(Flaw::TextNotAllowed, "issuer with a space", 4, text("bj example")),
        field(Flaw::InvalidUtf8, "issuer that is not UTF-8", 4, unhex("62c080")),
        field(Flaw::WrongType, "uses as text", 5, text("pass")),
        field(Flaw::WrongType, "uses as numbers", 5, array(&[uint(1)])),
        field(Flaw::LengthOutOfRange, "a use of no characters", 5, names(&["pass", ""])),
        field(Flaw::TextNotAllowed, "a use with a space", 5, names(&["pass slip"])),
        field(Flaw::WrongType, "classes null", 6, vec![0xf6]),
        field(Flaw::WrongType, "classes as text", 6, text("bj.example:residence")),
        field(
            Flaw::LengthOutOfRange,
            "class of 129 characters",
            6,
            names(&[&format!("{}:", "x".repeat(128))]),
        ),
        field(Flaw::TextNotAllowed, "class with a space", 6, names(&["bj.example: residence"])),
        field(Flaw::WrongType, "not before as text", 7, text("0")),
        field(Flaw::WrongType, "not before negative", 7, int(-1)),
        field(Flaw::FloatNotAllowed, "sign until as float", 8, unhex("fb41daac4c2f800000")),
        field(Flaw::NumberOutOfRange, "sign until 2^40", 8, uint(1 << 40)),
        field(Flaw::NumberOutOfRange, "expires 2^40", 9, uint(1 << 40)),
        field(Flaw::NumberOutOfRange, "expires 2^64 - 1", 9, uint(u64::MAX)),
        field(Flaw::WrongType, "expires null", 9, vec![0xf6]),
        field(Flaw::UnexpectedTag, "expires tagged as time", 9, unhex("c11a6ab13180")),
    ]
}

pub(super) fn together() -> Vec<Test> {
    let list = |keys: &[Trusted]| keys_list(&keys.iter().map(entry).collect::<Vec<_>>());
    let shared = |key: Key| Trusted::new(key).edit(|key| key.key_id = "6b".to_string());
    let five = [
        Key::Issuer,
        Key::OtherIssuer,
        Key::DeviceEd25519,
        Key::OtherDeviceEd25519,
        Key::ThirdIssuer,
    ]
    .map(shared);
    let nothing = |comment: &str, entries: &[Item]| {
        case("Together", comment, &keys_list(entries)).refused(ListRejectionCode::NothingTrusted)
    };
    let pinned = good().edit(|key| (key.algorithm, key.uses) = ("EdDSA", vec!["pass"]));
    let root = entry(&Trusted::new(Key::Root));
    let retimed = good().edit(|key| key.sign_until -= 1);
    vec![
        case("Together", "five entries share a key id", &list(&five))
            .flag("Edge")
            .malformed(Place::Payload, Flaw::WrongCount),
        case("Together", "an entry twice", &list(&[good(), good()]))
            .malformed(Place::Payload, Flaw::DuplicateKey),
        case("Together", "a key twice under one key id, for two issuers", &{
            list(&[good(), good().edit(|key| key.issuer = "tj.example")])
        })
        .malformed(Place::Payload, Flaw::DuplicateKey),
        case("Together", "a key twice under one key id, for two uses", &{
            list(&[
                good().edit(|key| key.uses = vec!["pass"]),
                good().edit(|key| key.uses = vec!["slip"]),
            ])
        })
        .malformed(Place::Payload, Flaw::DuplicateKey),
        case("Together", "a key twice under one key id, by both algorithms", &{
            list(&[good().edit(|key| key.uses = vec!["pass"]), pinned])
        })
        .malformed(Place::Payload, Flaw::DuplicateKey),
        case("Together", "a key twice under one key id, another between", &{
            list(&[shared(Key::Issuer), shared(Key::OtherIssuer), shared(Key::Issuer)])
        })
        .malformed(Place::Payload, Flaw::DuplicateKey),
        case(
            "Together",
            "a key twice under one key id, with other times",
            &list(&[good(), retimed]),
        )
        .malformed(Place::Payload, Flaw::DuplicateKey),
        nothing("no entry", &[]),
        nothing("the only entry is of an algorithm that is not known", &[changed(3, int(-48))]),
        nothing(
            "all entries are skipped",
            &[changed(5, array(&[])), changed(6, array(&[])), changed(1, text("?"))],
        ),
        nothing("the only entry is the root", &[root]),
    ]
}
