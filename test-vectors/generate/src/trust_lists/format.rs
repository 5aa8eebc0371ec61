//! Trust lists whose envelope, header or claims are broken.

use livepermit::rejection::{Flaw, Layer as Place, ListRejectionCode};

use super::super::cbor::{Item, array, bytes, head, int, join, map, text, uint, unhex};
use super::super::crypto::{IDENTITY, Key, cose_ed25519};
use super::super::lists::{KEYS, ROOTS, TRUST_ENDS, TYP_STATUS, VERSION};
use super::super::token::{
    ALG, AUD, EXP, IAT, ISS, ISSUED, KCWT, KID, Layer, NBF, SUB, TYP, TYP_PASS, credential, pass,
};
use super::{Test, case, list};

/// The head of a string in a longer form than it needs.
fn long_form(content: Vec<u8>) -> Item {
    let length = (content.len() as u32).to_be_bytes();
    join([vec![0x5a], length.to_vec(), content])
}

pub(super) fn envelope() -> Vec<Test> {
    let bad = |flaw, comment: &str, change: &dyn Fn(&mut Layer)| {
        case("Envelope", comment, &list().edit(|layer| change(layer)))
            .malformed(Place::Envelope, flaw)
    };
    let opened_by =
        |flaw, comment: &str, start: &str| bad(flaw, comment, &|layer| layer.head = unhex(start));
    let beside = |comment: &str, item: Item| {
        bad(Flaw::UnprotectedHeader, comment, &|layer| layer.unprotected = item.clone())
    };
    let id = bytes(&Key::Root.id());
    let bytes_of = |flaw, comment: &str, change: fn(Vec<u8>) -> Vec<u8>| {
        case("Cbor", comment, &list()).bytes(change).malformed(Place::Envelope, flaw)
    };
    vec![
        opened_by(Flaw::WrongTag, "no tag", "84"),
        opened_by(Flaw::WrongTag, "tag 61 around", "d83dd284"),
        opened_by(Flaw::WrongTag, "tag 98, COSE_Sign", "d86284"),
        opened_by(Flaw::UnexpectedTag, "tag 18 twice", "d2d284"),
        opened_by(Flaw::LongForm, "tag 18 in two bytes", "d81284"),
        opened_by(Flaw::LongForm, "array head in two bytes", "d29804"),
        opened_by(Flaw::IndefiniteLength, "array of indefinite length", "d29f"),
        opened_by(Flaw::WrongCount, "array of three", "d283"),
        opened_by(Flaw::WrongCount, "array of five", "d285"),
        beside("key id beside, too", map(&[(int(KID), id.clone())])),
        beside("algorithm beside, too", map(&[(int(ALG), int(-19))])),
        bad(Flaw::UnprotectedHeader, "key id beside only", &|layer| {
            layer.header = layer.header.clone().without(&int(KID));
            layer.unprotected = map(&[(int(KID), id.clone())]);
        }),
        bad(Flaw::WrongType, "unprotected header null", &|layer| layer.unprotected = vec![0xf6]),
        bad(Flaw::WrongType, "protected header not wrapped", &|layer| {
            layer.protected_item = Some(|header| header)
        }),
        bad(Flaw::LongForm, "head of the protected header too long", &|layer| {
            layer.protected_item = Some(long_form)
        }),
        bad(Flaw::WrongType, "payload null", &|layer| layer.payload_item = Some(vec![0xf6])),
        bad(Flaw::WrongType, "payload not wrapped", &|layer| {
            layer.payload_item = Some(layer.claims.encode())
        }),
        bad(Flaw::LongForm, "head of the payload too long", &|layer| {
            layer.payload_item = Some(long_form(layer.claims.encode()));
        }),
        bad(Flaw::Truncated, "payload of 2^64 - 1 bytes", &|layer| {
            layer.payload_item = Some(join([unhex("5bffffffffffffffff"), layer.claims.encode()]));
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
        bad(Flaw::WrongType, "signature null", &|layer| {
            layer.signature_item = Some(|_| vec![0xf6])
        }),
        bad(Flaw::TrailingBytes, "a byte behind the list", &|layer| layer.tail = vec![0]),
        bad(Flaw::TrailingBytes, "a second list behind the list", &|layer| {
            layer.tail = layer.encode()
        }),
        bytes_of(Flaw::Truncated, "last byte missing", |mut list| {
            list.pop();
            list
        }),
        bytes_of(Flaw::Truncated, "first byte alone", |list| list[..1].to_vec()),
        bytes_of(Flaw::Truncated, "no bytes", |_| Vec::new()),
        bytes_of(Flaw::WrongTag, "text", |_| b"LP1:RRQ".to_vec()),
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
    let twice = |layer: &mut Layer| {
        let pair = layer.header.pairs[0].clone();
        layer.header.pairs.insert(1, pair);
    };
    vec![
        bad(Flaw::MissingHeader, "no algorithm", list().no_header(ALG)),
        bad(Flaw::MissingHeader, "no key id", list().no_header(KID)),
        bad(Flaw::MissingHeader, "no type", list().no_header(TYP)),
        bad(
            Flaw::UnexpectedHeader,
            "a credential",
            list().header(KCWT, credential(Key::DeviceEd25519).encode()),
        ),
        foreign("critical parameters (2)", int(2), array(&[int(1)])),
        foreign("content type (3)", int(3), uint(0)),
        foreign("CWT claims (15)", int(15), map(&[])),
        foreign("certificates (33)", int(33), bytes(b"x")),
        foreign("label -1", int(-1), uint(0)),
        foreign("text label", text("kid"), uint(0)),
        bad(Flaw::WrongType, "bytes as label", list().raw_header(bytes(&[4]), uint(0))),
        bad(Flaw::WrongType, "algorithm as text", list().header(ALG, text("Ed25519"))),
        bad(Flaw::FloatNotAllowed, "algorithm as float", list().header(ALG, unhex("f9ccc0"))),
        bad(Flaw::NumberOutOfRange, "algorithm -2^63 - 1", list().header(ALG, head(1, 1 << 63))),
        bad(Flaw::NumberOutOfRange, "algorithm 2^63", list().header(ALG, uint(1 << 63))),
        bad(Flaw::LengthOutOfRange, "key id of no bytes", list().header(KID, bytes(&[]))),
        bad(Flaw::LengthOutOfRange, "key id of 33 bytes", list().header(KID, bytes(&[7; 33]))),
        bad(Flaw::WrongType, "key id as text", list().header(KID, text("root"))),
        bad(Flaw::WrongType, "type as negative number", list().header(TYP, int(-1))),
        bad(Flaw::DuplicateKey, "algorithm twice", list().edit(twice)),
        bad(Flaw::UnsortedKeys, "unsorted", list().edit(|layer| layer.header.pairs.swap(0, 1))),
        bad(
            Flaw::LongForm,
            "label 1 in two bytes",
            list().no_header(ALG).raw_header(unhex("1801"), int(-19)),
        ),
        bad(
            Flaw::TrailingBytes,
            "a byte behind the header",
            list().edit(|layer| layer.header.tail = vec![0]),
        ),
        of_type("typ of a pass", text(TYP_PASS)),
        of_type("typ of a status list", text(TYP_STATUS)),
        of_type("typ of any CWT", uint(61)),
        of_type("typ of a credential", uint(293)),
        of_type("typ of a status list as number", uint(279)),
        of_type("typ in capitals", text("application/vnd.LPT+cwt")),
        of_type("typ without its first part", text("vnd.lpt+cwt")),
        of_type("typ with a character behind", text("application/vnd.lpt+cwt ")),
        of_type("typ 2^64 - 1", uint(u64::MAX)),
        case("Type", "a pass", &pass()).refused(ListRejectionCode::UnknownType),
        case("Order", "another type, and claims that are no CBOR", &{
            list().header(TYP, uint(0)).edit(|layer| layer.claims.head = Some(vec![0xff]))
        })
        .refused(ListRejectionCode::UnknownType),
        case("Order", "another type, and no key id", &list().header(TYP, uint(0)).no_header(KID))
            .refused(ListRejectionCode::UnknownType),
        bad(
            Flaw::MissingHeader,
            "another type, and no algorithm",
            list().header(TYP, uint(0)).no_header(ALG),
        )
        .flag("Order"),
        case("Order", "a claim missing, and an unknown key", &{
            list().no_claim(SUB).header(KID, bytes(b"unknown!"))
        })
        .malformed(Place::Payload, Flaw::MissingClaim),
    ]
}

pub(super) fn claims() -> Vec<Test> {
    fields().into_iter().chain(shapes()).collect()
}

fn bad(flaw: Flaw, comment: &str, layer: Layer) -> Test {
    case("Claim", comment, &layer).malformed(Place::Payload, flaw)
}

fn fields() -> Vec<Test> {
    let missing = |name: &str, label: i64| {
        bad(Flaw::MissingClaim, &format!("no {name}"), list().no_claim(label))
    };
    let foreign = |comment: &str, key: Item, value: Item| {
        bad(Flaw::UnexpectedClaim, comment, list().raw_claim(key, value))
    };
    let field = |flaw, comment: &str, label: i64, value: Item| {
        bad(flaw, comment, list().claim(label, value))
    };
    let root = Key::Root.cose();
    let named = |flaw, comment: &str, value: Item| field(flaw, comment, ROOTS, value);
    let p256 = Key::DeviceP256.cose();
    let neutral = cose_ed25519(&unhex(IDENTITY));
    let pairs = map(&[
        (int(1), uint(1)),
        (int(2), bytes(b"k")),
        (int(-1), uint(6)),
        (int(-2), bytes(&Key::Root.point())),
    ]);
    vec![
        missing("name", SUB),
        missing("end", EXP),
        missing("date", IAT),
        missing("version", VERSION),
        missing("entries", KEYS),
        foreign("issuer", int(ISS), text("bj.example")),
        foreign("audience", int(AUD), text("gate-3")),
        foreign("beginning", int(NBF), uint(ISSUED)),
        foreign("class", int(11), text("a:b")),
        foreign("window", int(-65537), uint(30)),
        foreign("label -65544", int(-65544), uint(0)),
        foreign("label -65553, which applications may use", int(-65553), uint(0)),
        foreign("text label", text("note"), uint(0)),
        bad(Flaw::WrongType, "bytes as label", list().raw_claim(bytes(b"abc"), uint(0))),
        field(Flaw::LengthOutOfRange, "name of no characters", SUB, text("")),
        field(Flaw::LengthOutOfRange, "name of 129 characters", SUB, text(&"x".repeat(129))),
        field(Flaw::TextNotAllowed, "name with a space", SUB, text("bj example")),
        field(Flaw::WrongType, "name as bytes", SUB, bytes(b"bj.example")),
        field(Flaw::WrongType, "end as text", EXP, text("1792592000")),
        field(Flaw::WrongType, "end negative", EXP, int(-1)),
        field(Flaw::FloatNotAllowed, "end as float", EXP, unhex("fb41daac4c2f800000")),
        field(Flaw::FloatNotAllowed, "end is infinite", EXP, unhex("f97c00")),
        field(Flaw::WrongType, "end null", EXP, vec![0xf6]),
        field(Flaw::NumberOutOfRange, "end 2^40", EXP, uint(1 << 40)),
        field(Flaw::UnexpectedTag, "date tagged", IAT, join([vec![0xc1], uint(ISSUED)])),
        field(Flaw::FloatNotAllowed, "date is not a number", IAT, unhex("f97e00")),
        field(Flaw::NumberOutOfRange, "date 2^40", IAT, uint(1 << 40)),
        field(Flaw::NumberOutOfRange, "dated when it ends", IAT, uint(TRUST_ENDS)),
        field(Flaw::NumberOutOfRange, "dated behind its end", IAT, uint(TRUST_ENDS + 1)),
        field(Flaw::FloatNotAllowed, "version as float", VERSION, unhex("f94000")),
        field(Flaw::WrongType, "version negative", VERSION, int(-1)),
        field(Flaw::WrongType, "version as text", VERSION, text("2")),
        field(Flaw::WrongType, "version null", VERSION, vec![0xf6]),
        field(
            Flaw::UnexpectedTag,
            "version as big number",
            VERSION,
            unhex("c249010000000000000000"),
        ),
        field(Flaw::LongForm, "version in two bytes", VERSION, unhex("1801")),
        named(Flaw::WrongCount, "roots: none", array(&[])),
        named(Flaw::WrongCount, "roots: seventeen", array(&vec![root.clone(); 17])),
        named(Flaw::WrongType, "roots: null", vec![0xf6]),
        named(Flaw::WrongType, "roots: a key without array", root.clone()),
        named(Flaw::InvalidKey, "roots: a P-256 key", array(std::slice::from_ref(&p256))),
        named(Flaw::InvalidKey, "roots: a good one, and a P-256 key", array(&[root.clone(), p256])),
        named(Flaw::InvalidKey, "roots: the neutral element", array(&[neutral])),
        named(
            Flaw::InvalidKey,
            "roots: a key of 31 bytes",
            array(&[cose_ed25519(&Key::Root.point()[..31])]),
        ),
        named(Flaw::InvalidKey, "roots: a key with a key id", array(&[pairs])),
        named(Flaw::InvalidKey, "roots: bare bytes", array(&[bytes(&Key::Root.point())])),
        named(Flaw::InvalidKey, "roots: an encoded key in a byte string", array(&[bytes(&root)])),
    ]
}

fn shapes() -> Vec<Test> {
    let edited = |flaw, comment: &str, change: &dyn Fn(&mut Layer)| {
        case("Claim", comment, &list().edit(|layer| change(layer)))
            .flag("Cbor")
            .malformed(Place::Payload, flaw)
    };
    vec![
        edited(Flaw::DuplicateKey, "name twice", &|layer| {
            layer.claims.pairs.insert(1, (int(SUB), text("tj.example")));
        }),
        edited(Flaw::DuplicateKey, "entries twice", &|layer| {
            layer.claims.pairs.push((int(KEYS), array(&[])));
        }),
        edited(Flaw::UnsortedKeys, "unsorted", &|layer| layer.claims.pairs.swap(0, 1)),
        edited(Flaw::UnsortedKeys, "sorted by number in place of bytes", &|layer| {
            layer.claims.pairs.rotate_right(2)
        }),
        edited(Flaw::LongForm, "label 2 in two bytes", &|layer| {
            layer.claims.pairs[0].0 = unhex("1802")
        }),
        edited(Flaw::LongForm, "head in two bytes", &|layer| {
            layer.claims.head = Some(unhex("b805"))
        }),
        edited(Flaw::IndefiniteLength, "of indefinite length", &|layer| {
            layer.claims.head = Some(vec![0xbf]);
            layer.claims.tail = vec![0xff];
        }),
        edited(Flaw::Truncated, "map longer than its bytes", &|layer| {
            layer.claims.head = Some(vec![0xa6])
        }),
        edited(Flaw::TrailingBytes, "a byte behind the claims", &|layer| {
            layer.claims.tail = vec![0]
        }),
        edited(Flaw::WrongType, "array of claims", &|layer| layer.claims.head = Some(vec![0x8a])),
        edited(Flaw::UnexpectedTag, "claims tagged", &|layer| {
            layer.claims.head = Some(unhex("d83da5"))
        }),
        edited(Flaw::Truncated, "no claims at all", &|layer| {
            layer.claims.pairs.clear();
            layer.claims.head = Some(Vec::new());
        }),
        edited(Flaw::MissingClaim, "empty map of claims", &|layer| layer.claims.pairs.clear()),
    ]
}
