//! Status lists whose envelope, header, claims or encoding is broken.

use livepermit::rejection::{Flaw, Layer as Place, ListRejectionCode};

use super::super::cbor::{
    Item, array, bytes, head, int, join, map, nested_arrays, text, uint, unhex,
};
use super::super::crypto::Key;
use super::super::lists::{STATUS_LIST, TTL, TYP_TRUST, stored};
use super::super::token::{ALG, EXP, IAT, ISS, KID, LAST_SECOND, Layer, SUB, TYP, TYP_PASS, pass};
use super::lax::{members, numbered, pairs};
use super::{ENTRIES, Test, case, list};

pub(super) fn envelope() -> Vec<Test> {
    let bad = |flaw, comment: &str, change: &dyn Fn(&mut Layer)| {
        case("Envelope", comment, &list().edit(|layer| change(layer)))
            .malformed(Place::Envelope, flaw)
    };
    let opened_by =
        |flaw, comment: &str, start: &str| bad(flaw, comment, &|layer| layer.head = unhex(start));
    let beside = |flaw, comment: &str, key: Item, value: Item| {
        bad(flaw, comment, &|layer| layer.unprotected = map(&[(key.clone(), value.clone())]))
    };
    let bytes_of = |flaw, comment: &str, change: fn(Vec<u8>) -> Vec<u8>| {
        case("Cbor", comment, &list()).bytes(change).malformed(Place::Envelope, flaw)
    };
    let id = bytes(&Key::Issuer.id());
    vec![
        opened_by(Flaw::WrongTag, "no tag", "84"),
        opened_by(Flaw::WrongTag, "tag 61 around", "d83dd284"),
        opened_by(Flaw::WrongTag, "tag 17, COSE_Mac0", "d184"),
        opened_by(Flaw::UnexpectedTag, "tag 18 twice", "d2d284"),
        opened_by(Flaw::IndefiniteLength, "array of indefinite length", "d29f"),
        opened_by(Flaw::WrongCount, "array of three", "d283"),
        opened_by(Flaw::WrongCount, "array of five", "d285"),
        beside(Flaw::UnprotectedHeader, "algorithm beside, too", int(ALG), int(-19)),
        beside(Flaw::UnprotectedHeader, "type beside, too", int(TYP), uint(279)),
        beside(Flaw::UnprotectedHeader, "content type beside", int(3), uint(0)),
        beside(Flaw::UnprotectedHeader, "text label beside", text("kid"), id.clone()),
        beside(Flaw::LengthOutOfRange, "key id of no bytes beside", int(KID), bytes(&[])),
        beside(Flaw::WrongType, "key id as text beside", int(KID), text("k")),
        bad(Flaw::DuplicateKey, "key id twice beside, in two encodings", &|layer| {
            layer.header = layer.header.clone().without(&int(KID));
            layer.unprotected = map(&[(int(KID), id.clone()), (unhex("1804"), id.clone())]);
        }),
        bad(Flaw::UnprotectedHeader, "key id and another parameter beside", &|layer| {
            layer.header = layer.header.clone().without(&int(KID));
            layer.unprotected = map(&[(int(KID), id.clone()), (int(5), bytes(&[]))]);
        }),
        bad(Flaw::WrongType, "unprotected header null", &|layer| layer.unprotected = vec![0xf6]),
        bad(Flaw::WrongType, "protected header not wrapped", &|layer| {
            layer.protected_item = Some(|header| header)
        }),
        bad(Flaw::WrongType, "payload null", &|layer| layer.payload_item = Some(vec![0xf6])),
        bad(Flaw::WrongType, "payload not wrapped", &|layer| {
            layer.payload_item = Some(layer.claims.encode())
        }),
        bad(Flaw::IndefiniteLength, "payload in chunks", &|layer| {
            layer.payload_item =
                Some(join([vec![0x5f], bytes(&layer.claims.encode()), vec![0xff]]));
        }),
        bad(Flaw::LengthOutOfRange, "no signature", &|layer| {
            layer.signature_item = Some(|_| vec![0x40])
        }),
        bad(Flaw::LengthOutOfRange, "signature of 63 bytes", &|layer| {
            layer.signature_item = Some(|signature| bytes(&signature[..63]));
        }),
        bad(Flaw::LengthOutOfRange, "signature of 65 bytes", &|layer| {
            layer.signature_item = Some(|signature| bytes(&[&signature[..], &[0]].concat()));
        }),
        bad(Flaw::TrailingBytes, "a byte behind the list", &|layer| layer.tail = vec![0]),
        bad(Flaw::TrailingBytes, "a second list behind the list", &|layer| {
            layer.tail = layer.encode()
        }),
        bytes_of(Flaw::Truncated, "last byte missing", |mut list| {
            list.pop();
            list
        }),
        bytes_of(Flaw::Truncated, "no bytes", |_| Vec::new()),
        bytes_of(Flaw::WrongTag, "a JSON Web Token", |_| b"eyJhbGciOiJFUzI1NiJ9.e30.AA".to_vec()),
    ]
}

pub(super) fn header() -> Vec<Test> {
    let bad = |flaw, comment: &str, layer: Layer| {
        case("Header", comment, &layer).malformed(Place::Header, flaw)
    };
    let foreign = |comment: &str, key: Item, value: Item| {
        bad(Flaw::UnexpectedHeader, comment, list().raw_header(key, value))
    };
    let of_type = |comment: &str, typ: Item| {
        case("Type", comment, &list().header(TYP, typ)).refused(ListRejectionCode::UnknownType)
    };
    let beside = |layer: Layer| {
        layer.edit(|layer| layer.unprotected = map(&[(int(KID), bytes(&Key::Issuer.id()))]))
    };
    let again =
        |key: &str, value: Item| list().edit(|layer| layer.header.pairs.push((unhex(key), value)));
    vec![
        bad(Flaw::MissingHeader, "no algorithm", list().no_header(ALG)),
        bad(Flaw::MissingHeader, "no type", list().no_header(TYP)),
        bad(Flaw::MissingHeader, "no key id", list().no_header(KID)),
        bad(Flaw::DuplicateKey, "key id protected and beside", beside(list())),
        case("Header", "algorithm beside only", &{
            list().no_header(ALG).edit(|layer| layer.unprotected = map(&[(int(ALG), int(-19))]))
        })
        .malformed(Place::Envelope, Flaw::UnprotectedHeader),
        case("Header", "type beside only", &{
            list().no_header(TYP).edit(|layer| layer.unprotected = map(&[(int(TYP), uint(279))]))
        })
        .malformed(Place::Envelope, Flaw::UnprotectedHeader),
        foreign("critical parameters (2)", int(2), array(&[int(1)])),
        foreign("content type (3)", int(3), uint(0)),
        foreign("credential (13)", int(13), bytes(&[])),
        foreign("CWT claims (15)", int(15), map(&[])),
        foreign("certificates (33)", int(33), bytes(b"x")),
        foreign("label -1", int(-1), uint(0)),
        foreign("text label", text("alg"), int(-19)),
        bad(Flaw::WrongType, "bytes as label", list().raw_header(bytes(&[1]), int(-19))),
        bad(Flaw::WrongType, "algorithm as text", list().header(ALG, text("Ed25519"))),
        bad(Flaw::WrongType, "algorithm null", list().header(ALG, vec![0xf6])),
        bad(Flaw::FloatNotAllowed, "algorithm as float", list().header(ALG, unhex("f9ccc0"))),
        bad(Flaw::NumberOutOfRange, "algorithm -2^63 - 1", list().header(ALG, head(1, 1 << 63))),
        bad(Flaw::NumberOutOfRange, "algorithm 2^63", list().header(ALG, uint(1 << 63))),
        bad(Flaw::LengthOutOfRange, "key id of no bytes", list().header(KID, bytes(&[]))),
        bad(Flaw::LengthOutOfRange, "key id of 33 bytes", list().header(KID, bytes(&[7; 33]))),
        bad(Flaw::WrongType, "key id as text", list().header(KID, text("issuer"))),
        bad(Flaw::WrongType, "type as negative number", list().header(TYP, int(-1))),
        bad(Flaw::WrongType, "type as bytes", list().header(TYP, bytes(b"x"))),
        bad(Flaw::DuplicateKey, "algorithm twice", again("01", int(-19))).flag("Cbor"),
        bad(Flaw::DuplicateKey, "algorithm twice, in two encodings", again("1801", int(-8)))
            .flag("Cbor"),
        bad(Flaw::DuplicateKey, "key id twice, in two encodings", again("190004", bytes(b"k")))
            .flag("Cbor"),
        bad(
            Flaw::TrailingBytes,
            "a byte behind the header",
            list().edit(|layer| layer.header.tail = vec![0]),
        ),
        bad(
            Flaw::IndefiniteLength,
            "of indefinite length",
            list().edit(|layer| {
                layer.header.head = Some(vec![0xbf]);
                layer.header.tail = vec![0xff];
            }),
        ),
        of_type("type of a list in a JSON Web Token", text("application/statuslist+jwt")),
        of_type("type in its short form", text("statuslist+cwt")),
        of_type("type in capitals", text("application/StatusList+cwt")),
        of_type("type with a character behind", text("application/statuslist+cwt;")),
        of_type("type 278", uint(278)),
        of_type("type 280", uint(280)),
        of_type("type of any CWT", uint(61)),
        of_type("type of a credential", uint(293)),
        of_type("type of a pass", text(TYP_PASS)),
        of_type("type of a trust list", text(TYP_TRUST)),
        of_type("type 2^64 - 1", uint(u64::MAX)),
        case("Type", "a pass", &pass()).refused(ListRejectionCode::UnknownType),
        case("Order", "another type, and claims that are no CBOR", &{
            list().header(TYP, uint(0)).edit(|layer| layer.claims.head = Some(vec![0xff]))
        })
        .refused(ListRejectionCode::UnknownType),
        case(
            "Order",
            "another type, and no algorithm",
            &list().header(TYP, uint(0)).no_header(ALG),
        )
        .refused(ListRejectionCode::UnknownType),
        case(
            "Order",
            "a claim missing, and an unknown key",
            &list().no_claim(IAT).header(KID, bytes(b"unknown!")),
        )
        .malformed(Place::Payload, Flaw::MissingClaim),
    ]
}

fn bad(flaw: Flaw, comment: &str, layer: &Layer) -> Test {
    case("Claim", comment, layer).malformed(Place::Payload, flaw)
}

pub(super) fn claims() -> Vec<Test> {
    let missing = |name: &str, label: i64| {
        bad(Flaw::MissingClaim, &format!("no {name}"), &list().no_claim(label))
    };
    let field = |flaw, comment: &str, label: i64, value: Item| {
        bad(flaw, comment, &list().claim(label, value))
    };
    let packed = |flaw, comment: &str, pairs: &[(Item, Item)]| {
        bad(flaw, &format!("list: {comment}"), &list().claim(STATUS_LIST, map(pairs)))
    };
    let lst = || (text("lst"), bytes(&stored(&ENTRIES)));
    let bits = |value: Item| (text("bits"), value);
    vec![
        missing("URI", SUB),
        missing("date", IAT),
        missing("list", STATUS_LIST),
        field(Flaw::LengthOutOfRange, "URI of no characters", SUB, text("")),
        field(Flaw::LengthOutOfRange, "URI of 129 characters", SUB, text(&"u".repeat(129))).edge(),
        field(Flaw::TextNotAllowed, "URI with a space", SUB, text("https://s.bj.example/ 1")),
        field(
            Flaw::TextNotAllowed,
            "URI with a letter outside ASCII",
            SUB,
            text("https://s.bj.example/é"),
        ),
        field(Flaw::InvalidUtf8, "URI that is not UTF-8", SUB, unhex("62c080")),
        field(Flaw::WrongType, "URI as bytes", SUB, bytes(b"https://s.bj.example/1")),
        field(
            Flaw::UnexpectedTag,
            "URI tagged",
            SUB,
            join([unhex("d820"), text("https://s.bj.example/1")]),
        ),
        field(Flaw::WrongType, "issuer as bytes", ISS, bytes(b"bj.example")),
        field(Flaw::WrongType, "issuer null", ISS, vec![0xf6]),
        field(Flaw::WrongType, "end as text", EXP, text("1790003600")),
        field(Flaw::WrongType, "end null", EXP, vec![0xf6]),
        field(Flaw::WrongType, "end negative", EXP, int(-1)),
        field(Flaw::FloatNotAllowed, "end as float", EXP, unhex("fb41daac4c2f800000")),
        field(Flaw::NumberOutOfRange, "end 2^40", EXP, uint(LAST_SECOND + 1)).edge(),
        field(Flaw::WrongType, "date as text", IAT, text("1790000000")),
        field(Flaw::WrongType, "date negative", IAT, int(-1)),
        field(Flaw::UnexpectedTag, "date tagged", IAT, unhex("c11a6ab13b80")),
        field(Flaw::NumberOutOfRange, "date 2^40", IAT, uint(LAST_SECOND + 1)),
        field(Flaw::WrongType, "ttl negative", TTL, int(-1)),
        field(Flaw::WrongType, "ttl as text", TTL, text("1")),
        field(Flaw::FloatNotAllowed, "ttl as float", TTL, unhex("f93c00")),
        field(Flaw::WrongType, "list null", STATUS_LIST, vec![0xf6]),
        field(Flaw::WrongType, "list as bytes", STATUS_LIST, bytes(&stored(&ENTRIES))),
        field(Flaw::WrongType, "list as array", STATUS_LIST, array(&[uint(2), lst().1])),
        packed(Flaw::MissingClaim, "empty", &[]),
        packed(Flaw::MissingClaim, "no lst", &[bits(uint(2))]),
        packed(Flaw::MissingClaim, "no bits", &[lst()]),
        packed(
            Flaw::WrongType,
            "lst as text, in base64url",
            &[(text("lst"), text("eNpjAAAAAQAB")), bits(uint(2))],
        ),
        packed(Flaw::WrongType, "lst null", &[(text("lst"), vec![0xf6]), bits(uint(2))]),
        packed(Flaw::NumberOutOfRange, "bits 0", &[lst(), bits(uint(0))]),
        packed(Flaw::NumberOutOfRange, "bits 3", &[lst(), bits(uint(3))]),
        packed(Flaw::NumberOutOfRange, "bits 5", &[lst(), bits(uint(5))]),
        packed(Flaw::NumberOutOfRange, "bits 16", &[lst(), bits(uint(16))]),
        packed(
            Flaw::NumberOutOfRange,
            "bits 258, which is 2 in one byte",
            &[lst(), bits(uint(258))],
        ),
        packed(Flaw::NumberOutOfRange, "bits 2^64 - 1", &[lst(), bits(uint(u64::MAX))]),
        packed(Flaw::WrongType, "bits -1", &[lst(), bits(int(-1))]),
        packed(Flaw::WrongType, "bits true", &[lst(), bits(vec![0xf5])]),
        packed(Flaw::WrongType, "bits as text", &[lst(), bits(text("2"))]),
        packed(Flaw::FloatNotAllowed, "bits as float", &[lst(), bits(unhex("f94000"))]),
        packed(Flaw::DuplicateKey, "bits twice", &[lst(), bits(uint(2)), bits(uint(2))]),
        packed(Flaw::DuplicateKey, "bits twice, in two encodings", &{
            [lst(), bits(uint(2)), (join([unhex("7804"), b"bits".to_vec()]), uint(1))]
        }),
        packed(Flaw::DuplicateKey, "lst twice", &[lst(), bits(uint(2)), lst()]),
        packed(
            Flaw::FloatNotAllowed,
            "another member is a float",
            &[lst(), bits(uint(2)), (text("x"), unhex("f93c00"))],
        ),
        bad(Flaw::WrongCount, "list: 65 members", &list().claim(STATUS_LIST, members(65))).edge(),
        bad(Flaw::WrongCount, "65 claims", &numbered(65)).edge(),
    ]
}

pub(super) fn encodings() -> Vec<Test> {
    let data = |flaw, comment: &str, value: Item| {
        case(
            "Cbor",
            &format!("a claim that is skipped: {comment}"),
            &list().raw_claim(text("data"), value),
        )
        .malformed(Place::Payload, flaw)
    };
    let edited = |flaw, comment: &str, change: &dyn Fn(&mut Layer)| {
        case("Cbor", comment, &list().edit(|layer| change(layer))).malformed(Place::Payload, flaw)
    };
    let push = |comment: &str, key: &str, value: Item| {
        edited(Flaw::DuplicateKey, comment, &|layer| {
            layer.claims.pairs.push((unhex(key), value.clone()))
        })
    };
    vec![
        push("URI twice", "02", text("https://s.bj.example/2")),
        push("URI twice, in two encodings", "1802", text("https://s.bj.example/2")),
        push("date twice, in nine bytes too", "1b0000000000000006", uint(0)),
        push("list twice", "19fffd", map(&[])),
        edited(Flaw::DuplicateKey, "a claim that is skipped, twice", &|layer| {
            layer.claims.pairs.extend([(text("a"), uint(0)), (text("a"), uint(1))]);
        }),
        edited(Flaw::DuplicateKey, "a claim that is skipped, twice in two encodings", &|layer| {
            layer.claims.pairs.extend([(text("a"), uint(0)), (unhex("780161"), uint(1))]);
        }),
        edited(Flaw::DuplicateKey, "claim -1 twice, in two encodings", &|layer| {
            layer.claims.pairs.extend([(int(-1), uint(0)), (unhex("3800"), uint(1))]);
        }),
        edited(Flaw::IndefiniteLength, "claims of indefinite length", &|layer| {
            layer.claims.head = Some(vec![0xbf]);
            layer.claims.tail = vec![0xff];
        }),
        edited(Flaw::TrailingBytes, "a byte behind the claims", &|layer| {
            layer.claims.tail = vec![0]
        }),
        edited(Flaw::Truncated, "map longer than its bytes", &|layer| {
            layer.claims.head = Some(vec![0xa5])
        }),
        edited(Flaw::WrongType, "array of claims", &|layer| layer.claims.head = Some(vec![0x88])),
        edited(Flaw::UnexpectedTag, "claims tagged", &|layer| {
            layer.claims.head = Some(unhex("d83da4"))
        }),
        edited(Flaw::NumberOutOfRange, "label 2^63", &|layer| {
            layer.claims.pairs.push((uint(1 << 63), uint(0)));
        }),
        edited(Flaw::NumberOutOfRange, "label below -2^63", &|layer| {
            layer.claims.pairs.push((head(1, 1 << 63), uint(0)))
        }),
        data(Flaw::DuplicateKey, "a key twice", map(&[(uint(1), uint(0)), (uint(1), uint(0))])),
        data(
            Flaw::DuplicateKey,
            "a key twice, in two encodings",
            map(&[(uint(1), uint(0)), (unhex("190001"), uint(0))]),
        ),
        data(Flaw::DuplicateKey, "a text key twice, in two encodings", {
            map(&[(text("a"), uint(0)), (unhex("79000161"), uint(0))])
        }),
        data(Flaw::DuplicateKey, "a key twice, another between", {
            map(&[(uint(1), uint(0)), (uint(2), uint(0)), (uint(1), uint(0))])
        }),
        data(Flaw::WrongType, "an array as key", map(&[(array(&[uint(1)]), uint(0))])),
        data(Flaw::WrongType, "an array as key, twice in two encodings", {
            map(&[(array(&[uint(1)]), uint(0)), (unhex("811801"), uint(0))])
        }),
        data(Flaw::WrongType, "a map as key, deep inside", array(&[map(&[(map(&[]), uint(0))])])),
        data(Flaw::WrongCount, "a map of 65 pairs", pairs(65)),
        data(Flaw::TooDeep, "nine arrays, one in the other", nested_arrays(9)),
        data(Flaw::FloatNotAllowed, "float", unhex("f93c00")),
        data(Flaw::FloatNotAllowed, "float in an array", array(&[unhex("fb3ff0000000000000")])),
        data(Flaw::UnexpectedTag, "tagged text", join([vec![0xc0], text("2026-01-01")])),
        data(Flaw::UnexpectedTag, "tag 18", join([vec![0xd2], text("a")])),
        data(Flaw::SimpleNotAllowed, "undefined", vec![0xf7]),
        data(Flaw::SimpleNotAllowed, "true in two bytes", unhex("f815")),
        data(Flaw::NumberOutOfRange, "-2^63 - 1", head(1, 1 << 63)),
        data(Flaw::IndefiniteLength, "text in chunks", unhex("7f6161ff")),
        data(Flaw::IndefiniteLength, "array of indefinite length", unhex("9f01ff")),
        data(Flaw::IndefiniteLength, "map of indefinite length", unhex("bf0101ff")),
        data(Flaw::ReservedHead, "reserved additional information", vec![0x1c]),
        data(Flaw::InvalidUtf8, "surrogate in UTF-8", unhex("63eda080")),
        data(Flaw::Truncated, "array of 2^64 - 1 items", unhex("9bffffffffffffffff")),
        data(Flaw::Truncated, "map of 2^64 - 1 pairs", unhex("bbffffffffffffffff")),
        data(Flaw::Truncated, "bytes of 2^64 - 1", unhex("5bffffffffffffffff")),
    ]
}
