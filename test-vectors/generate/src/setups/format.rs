//! Setups whose envelope, header or claims are broken.

use livepermit::rejection::{Flaw, Layer as Place, SetupRejectionCode as Code};

use super::super::cbor::{Item, array, bytes, int, join, map, text, uint, unhex};
use super::super::crypto::Key;
use super::super::json::Trusted;
use super::super::lists::{KEYS, ROOTS, TYP_TRUST, VERSION, entry};
use super::super::token::{
    ALG, AUD, EXP, IAT, ISS, KCWT, KID, LAST_SECOND, Layer, NOW, SUB, TYP, TYP_PASS, credential,
};
use super::case::{Test, case};
use super::{
    LIST_ADDRESS, OPERATOR, PLACE, POLICY, RELAY, RELAY_ADDRESS, SETTINGS, STATUS_ADDRESS,
    STATUS_LISTS, TRUST_LIST, list_of, place, relay_of, settings_of, setup, texts,
};

pub(super) fn envelope() -> Vec<Test> {
    let bad = |flaw, comment: &str, change: &dyn Fn(&mut Layer)| {
        case("Envelope", comment, &setup().edit(|layer| change(layer)))
            .malformed(Place::Envelope, flaw)
    };
    let opened_by =
        |flaw, comment: &str, start: &str| bad(flaw, comment, &|layer| layer.head = unhex(start));
    let bytes_of = |flaw, comment: &str, change: fn(Vec<u8>) -> Vec<u8>| {
        case("Cbor", comment, &setup()).bytes(change).malformed(Place::Envelope, flaw)
    };
    vec![
        opened_by(Flaw::WrongTag, "no tag", "84"),
        opened_by(Flaw::WrongTag, "tag 61 around", "d83dd284"),
        opened_by(Flaw::LongForm, "tag 18 in two bytes", "d81284"),
        opened_by(Flaw::IndefiniteLength, "array of indefinite length", "d29f"),
        opened_by(Flaw::WrongCount, "array of three", "d283"),
        opened_by(Flaw::WrongCount, "array of five", "d285"),
        bad(Flaw::UnprotectedHeader, "key id beside, too", &|layer| {
            layer.unprotected = map(&[(int(KID), bytes(&Key::Operator.id()))]);
        }),
        bad(Flaw::WrongType, "payload null", &|layer| layer.payload_item = Some(vec![0xf6])),
        bad(Flaw::WrongType, "payload not wrapped", &|layer| {
            layer.payload_item = Some(layer.claims.encode());
        }),
        bad(Flaw::LengthOutOfRange, "signature of 63 bytes", &|layer| {
            layer.signature_item = Some(|signature| bytes(&signature[..63]));
        }),
        bad(Flaw::LengthOutOfRange, "signature of 65 bytes", &|layer| {
            layer.signature_item = Some(|signature| bytes(&[&signature[..], &[0]].concat()));
        }),
        bad(Flaw::TrailingBytes, "a byte behind the setup", &|layer| layer.tail = vec![0]),
        bytes_of(Flaw::Truncated, "last byte missing", |mut setup| {
            setup.pop();
            setup
        }),
        bytes_of(Flaw::Truncated, "no bytes", |_| Vec::new()),
    ]
}

pub(super) fn header() -> Vec<Test> {
    let bad = |flaw, comment: &str, layer: Layer| {
        case("Header", comment, &layer).malformed(Place::Header, flaw)
    };
    let of_type = |comment: &str, typ: Item| {
        case("Type", comment, &setup().header(TYP, typ)).refused(Code::UnknownType)
    };
    vec![
        bad(Flaw::MissingHeader, "no algorithm", setup().no_header(ALG)),
        bad(Flaw::MissingHeader, "no key id", setup().no_header(KID)),
        bad(Flaw::MissingHeader, "no type", setup().no_header(TYP)),
        bad(
            Flaw::UnexpectedHeader,
            "a credential",
            setup().header(KCWT, credential(Key::DeviceEd25519).encode()),
        ),
        bad(Flaw::UnexpectedHeader, "label 2", setup().header(2, array(&[int(1)]))),
        bad(Flaw::LengthOutOfRange, "key id of no bytes", setup().header(KID, bytes(&[]))),
        bad(Flaw::LengthOutOfRange, "key id of 33 bytes", setup().header(KID, bytes(&[1; 33]))),
        bad(Flaw::WrongType, "algorithm as text", setup().header(ALG, text("EdDSA"))),
        of_type("that of a trust list", text(TYP_TRUST)),
        of_type("that of a pass", text(TYP_PASS)),
        of_type("that of a presentation", uint(294)),
        of_type("in capitals", text("APPLICATION/VND.LPG+CWT")),
        case("Order", "another type, and no key id", &{
            setup().header(TYP, text(TYP_TRUST)).no_header(KID)
        })
        .refused(Code::UnknownType),
        case("Order", "another type, and no claims", &{
            setup().header(TYP, text(TYP_TRUST)).no_claim(SUB)
        })
        .refused(Code::UnknownType),
    ]
}

fn claim(flaw: Flaw, comment: &str, layer: &Layer) -> Test {
    case("Claim", comment, layer).malformed(Place::Payload, flaw)
}

fn field(flaw: Flaw, comment: &str, label: i64, value: Item) -> Test {
    claim(flaw, comment, &setup().claim(label, value))
}

pub(super) fn claims() -> Vec<Test> {
    [shape(), names(), lists(), settings()].into_iter().flatten().collect()
}

fn shape() -> Vec<Test> {
    let missing =
        |comment: &str, label: i64| claim(Flaw::MissingClaim, comment, &setup().no_claim(label));
    let foreign = |comment: &str, label: i64, value: Item| {
        field(Flaw::UnexpectedClaim, comment, label, value)
    };
    let swapped = |layer: &mut Layer| layer.claims.pairs.swap(0, 1);
    let twice = |layer: &mut Layer| {
        let pair = layer.claims.pairs[0].clone();
        layer.claims.pairs.insert(1, pair);
    };
    let list = list_of("bj.example", 1, &[Key::Root], LIST_ADDRESS);
    vec![
        missing("no gate", SUB),
        missing("no date", IAT),
        missing("no version", VERSION),
        missing("no trust", KEYS),
        missing("no operator", OPERATOR),
        missing("no place", PLACE),
        missing("no policy", POLICY),
        foreign("keys and a trust list", TRUST_LIST, list),
        foreign("an issuer", ISS, text("park.example")),
        foreign("an audience", AUD, text("*")),
        foreign("an end", EXP, uint(LAST_SECOND)),
        foreign("roots, as in a trust list", ROOTS, array(&[Key::Root.cose()])),
        foreign("label -65552", -65552, uint(0)),
        foreign("label -65544", -65544, text("42705183")),
        claim(Flaw::UnexpectedClaim, "text label", &setup().raw_claim(text("abc"), uint(0))),
        claim(Flaw::UnsortedKeys, "date before gate", &setup().edit(swapped)),
        claim(Flaw::DuplicateKey, "the gate twice", &setup().edit(twice)),
        claim(
            Flaw::TrailingBytes,
            "a byte behind the claims",
            &setup().edit(|layer| {
                layer.claims.tail = vec![0];
            }),
        ),
        field(Flaw::NumberOutOfRange, "date 2^40", IAT, uint(LAST_SECOND + 1)),
        field(Flaw::WrongType, "date as text", IAT, text("1790000000")),
        field(Flaw::FloatNotAllowed, "date as float", IAT, unhex("fb41daac4c2f800000")),
        field(Flaw::WrongType, "version negative", VERSION, int(-1)),
        field(Flaw::LongForm, "version in nine bytes", VERSION, unhex("1b0000000000000001")),
        field(Flaw::InvalidKey, "operator P-256", OPERATOR, Key::DeviceP256.cose()),
        field(Flaw::InvalidKey, "operator not on the curve", OPERATOR, {
            join([unhex("a301012006215820"), vec![2; 32]])
        }),
        field(Flaw::InvalidKey, "operator null", OPERATOR, vec![0xf6]),
    ]
}

fn names() -> Vec<Test> {
    let long = "x".repeat(129);
    let at = |flaw, comment: &str, value: Item| field(flaw, comment, PLACE, value);
    vec![
        field(Flaw::TextNotAllowed, "the gate *", SUB, text("*")),
        field(Flaw::LengthOutOfRange, "gate of no characters", SUB, text("")),
        field(Flaw::LengthOutOfRange, "gate of 129 characters", SUB, text(&long)),
        field(Flaw::TextNotAllowed, "gate with a space", SUB, text("gate 3")),
        field(Flaw::WrongType, "gate as bytes", SUB, bytes(b"gate-3")),
        at(Flaw::WrongCount, "lane alone", texts(&["1"])),
        at(Flaw::WrongCount, "three names", texts(&["1", "hall", "2"])),
        at(Flaw::WrongType, "place as text", text("hall")),
        at(Flaw::LengthOutOfRange, "lane of no characters", place("", "hall")),
        at(Flaw::LengthOutOfRange, "zone of 129 characters", place("1", &long)),
        at(Flaw::TextNotAllowed, "zone with a letter outside ASCII", place("1", "håll")),
    ]
}

fn lists() -> Vec<Test> {
    let list = |flaw, comment: &str, value: Item| {
        claim(flaw, comment, &setup().no_claim(KEYS).claim(TRUST_LIST, value))
    };
    let rooted = |roots: &[Key]| list_of("bj.example", 1, roots, LIST_ADDRESS);
    let status = |flaw, comment: &str, value: Item| field(flaw, comment, STATUS_LISTS, value);
    let relay = |flaw, comment: &str, value: Item| field(flaw, comment, RELAY, value);
    let seventeen: Vec<String> = (0..17).map(|n| format!("https://s.bj.example/{n}")).collect();
    let seventeen: Vec<&str> = seventeen.iter().map(String::as_str).collect();
    vec![
        list(Flaw::WrongCount, "trust list without address", {
            array(&[text("bj.example"), uint(1), array(&[Key::Root.cose()])])
        }),
        list(Flaw::WrongCount, "trust list without root", rooted(&[])),
        list(Flaw::WrongCount, "trust list of 17 roots", rooted(&[Key::Root; 17])),
        list(Flaw::InvalidKey, "root P-256", rooted(&[Key::DeviceP256])),
        list(Flaw::WrongType, "lowest version negative", {
            array(&[text("l"), int(-1), array(&[Key::Root.cose()]), text(LIST_ADDRESS)])
        }),
        list(Flaw::LengthOutOfRange, "trust list without name", {
            list_of("", 1, &[Key::Root], LIST_ADDRESS)
        }),
        list(Flaw::TextNotAllowed, "address of a trust list without scheme", {
            list_of("bj.example", 1, &[Key::Root], "lists.bj.example")
        }),
        status(Flaw::WrongCount, "no status list", array(&[])),
        status(Flaw::WrongCount, "17 status lists", texts(&seventeen)),
        status(Flaw::DuplicateKey, "a status list twice", texts(&[STATUS_ADDRESS; 2])),
        status(Flaw::TextNotAllowed, "address of another scheme", texts(&["ftp://s.bj.example"])),
        status(Flaw::TextNotAllowed, "scheme in capitals", texts(&["HTTPS://s.bj.example"])),
        status(Flaw::TextNotAllowed, "scheme alone", texts(&["https://"])),
        status(Flaw::TextNotAllowed, "a space in an address", texts(&["https://s bj.example"])),
        status(Flaw::LengthOutOfRange, "address of 129 characters", {
            texts(&[&format!("https://{}", "x".repeat(121))])
        }),
        status(Flaw::WrongType, "an address without array", text(STATUS_ADDRESS)),
        relay(Flaw::WrongCount, "relay without key", texts(&[RELAY_ADDRESS])),
        relay(Flaw::LengthOutOfRange, "relay key of 31 bytes", relay_of(RELAY_ADDRESS, &[7; 31])),
        relay(Flaw::LengthOutOfRange, "relay key of 33 bytes", relay_of(RELAY_ADDRESS, &[7; 33])),
        relay(Flaw::TextNotAllowed, "relay without scheme", relay_of("relay.example", &[7; 32])),
        relay(Flaw::WrongType, "relay key as text", {
            array(&[text(RELAY_ADDRESS), text(&"7".repeat(32))])
        }),
    ]
}

fn settings() -> Vec<Test> {
    let bad = |flaw, comment: &str, value: Item| field(flaw, comment, SETTINGS, value);
    let five = |at: usize, value: Item| {
        let mut items = [30, 5, 60, 0, 0].map(uint);
        items[at] = value;
        array(&items)
    };
    let high = |at: usize, value: u64| {
        bad(Flaw::NumberOutOfRange, &format!("setting {at} is {value}"), five(at, uint(value)))
    };
    vec![
        bad(Flaw::WrongCount, "four settings", array(&[30, 5, 60, 0].map(uint))),
        bad(Flaw::WrongCount, "six settings", array(&[30, 5, 60, 0, 0, 0].map(uint))),
        high(0, 0),
        high(0, 86_401),
        high(1, 43_201),
        high(2, LAST_SECOND + 1),
        high(3, LAST_SECOND + 1),
        high(4, LAST_SECOND + 1),
        high(4, u64::MAX),
        bad(Flaw::WrongType, "old master false", five(4, vec![0xf4])),
        bad(Flaw::WrongType, "difference of clocks null", five(2, vec![0xf6])),
        bad(Flaw::WrongType, "window negative", five(0, int(-30))),
        bad(Flaw::NumberOutOfRange, "the settings allow a window of 29 seconds", {
            settings_of([29, 5, 60, 0, 0])
        }),
        bad(Flaw::NumberOutOfRange, "the settings allow a skew of 4 seconds", {
            settings_of([30, 4, 60, 0, 0])
        }),
    ]
}

pub(super) fn entries() -> Vec<Test> {
    let good = || Trusted::new(Key::Issuer);
    let bad = |flaw, comment: &str, entries: &[Item]| {
        case("Entry", comment, &setup().claim(KEYS, array(entries))).malformed(Place::Payload, flaw)
    };
    let changed = |comment: &str, change: &dyn Fn(&mut Trusted)| {
        bad(Flaw::InvalidKey, comment, &[entry(&good().edit(|key| change(key)))])
    };
    let same_id: Vec<Item> = (0..5)
        .map(|_| Key::Issuer)
        .zip([Key::Issuer, Key::OtherIssuer, Key::ThirdIssuer, Key::Root, Key::NextRoot])
        .map(|(_, key)| entry(&Trusted::new(key).edit(|key| key.key_id = "6b".to_string())))
        .collect();
    vec![
        bad(Flaw::WrongCount, "no key", &[]),
        bad(Flaw::WrongCount, "17 keys", &vec![uint(0); 17]),
        bad(Flaw::WrongCount, "an entry of one field", &[map(&[(int(1), Key::Issuer.cose())])]),
        bad(Flaw::DuplicateKey, "a key twice", &[entry(&good()), entry(&good())]),
        bad(Flaw::WrongCount, "five keys with one key id", &same_id),
        changed("a use that nobody knows", &|key| key.uses = vec!["pass", "parking"]),
        changed("no use", &|key| key.uses = Vec::new()),
        changed("no class", &|key| key.classes = Vec::new()),
        changed("a class without colon", &|key| key.classes = vec!["residence"]),
        changed("a key id of 33 bytes", &|key| key.key_id = "11".repeat(33)),
        changed("EdDSA, and credentials", &|key| key.algorithm = "EdDSA"),
        changed("a P-256 key", &|key| {
            key.key = super::super::cbor::hex(&Key::DeviceP256.cose());
        }),
        changed("times out of order", &|key| (key.not_before, key.sign_until) = (NOW, NOW)),
    ]
}
