//! Claims: missing, foreign, or against the rules of their fields.

use livepermit::rejection::{Flaw, Layer as Place};

use super::super::cbor::{
    Item, array, bytes, head, int, join, map, nested_arrays, text, uint, unhex,
};
use super::super::crypto::Key;
use super::super::json::Case;
use super::super::token::{
    ACTING, AUD, CHECK_NUMBER, CLASS, CNF, CNONCE, EXP, IAT, ISS, Layer, NBF, NONCE, PERSON, SHOWN,
    SIGNED_WINDOW, STATUS, SUB, VCT, acting, cnf, pass, person, presentation, status,
};
use super::malformed;

pub(crate) fn claims() -> Vec<Case> {
    let bad = |flaw, comment: &str, token: Layer| {
        malformed("Claim", Place::Payload, flaw, comment, &token)
    };
    let missing = |name: &str, label: i64| {
        bad(Flaw::MissingClaim, &format!("no {name}"), pass().no_claim(label))
    };
    let foreign = |comment: &str, label: i64, value: Item| {
        bad(Flaw::UnexpectedClaim, comment, pass().claim(label, value))
    };
    let field = |flaw, comment: &str, label: i64, value: Item| {
        bad(flaw, comment, pass().claim(label, value))
    };
    let expires = |flaw, comment: &str, value: &str| field(flaw, comment, EXP, unhex(value));
    let data = |flaw, comment: &str, value: Item| {
        bad(flaw, &format!("application claim: {comment}"), pass().raw_claim(text("data"), value))
            .flag("Cbor")
    };
    let inner = |pairs: &[(Item, Item)]| map(pairs);
    let presented = |flaw, comment: &str, label: i64, value: Item| {
        bad(flaw, &format!("presentation: {comment}"), presentation().claim(label, value))
    };
    let long = "x".repeat(129);
    let status_of = |pairs: &[(Item, Item)]| map(&[(text("status_list"), map(pairs))]);
    let (idx, uri) = ((text("idx"), uint(1)), (text("uri"), text("https://s.bj.example/1")));
    vec![
        missing("issuer", ISS),
        missing("subject", SUB),
        missing("expiry", EXP),
        missing("time", IAT),
        missing("class", VCT),
        foreign("nbf in a pass", NBF, uint(SHOWN)),
        foreign("cti", 7, bytes(b"1")),
        foreign("cnf in a pass", CNF, cnf(&Key::DeviceEd25519.cose())),
        foreign("cnonce in a pass", CNONCE, bytes(&NONCE)),
        foreign("window in a pass", SIGNED_WINDOW, uint(30)),
        foreign("label 0", 0, uint(0)),
        foreign("label 170", 170, uint(0)),
        foreign("label 65536", 65536, uint(0)),
        foreign("label -1", -1, uint(0)),
        foreign("label -65536", -65536, uint(0)),
        foreign("representative in a pass", ACTING, acting("guardian", "BJ-1")),
        foreign("check number in a pass", CHECK_NUMBER, text("42705183")),
        foreign("label -65539, reserved", -65539, uint(0)),
        foreign("label -65552, the last reserved one", -65552, uint(0)),
        bad(Flaw::UnexpectedClaim, "text label of 2 bytes", pass().raw_claim(text("ab"), uint(0))),
        bad(
            Flaw::UnexpectedClaim,
            "text label of 256 bytes",
            pass().raw_claim(text(&"l".repeat(256)), uint(0)),
        ),
        bad(Flaw::UnexpectedClaim, "text label of no bytes", pass().raw_claim(text(""), uint(0))),
        bad(Flaw::WrongType, "bytes as label", pass().raw_claim(bytes(b"abc"), uint(0))),
        bad(Flaw::WrongType, "true as label", pass().raw_claim(vec![0xf5], uint(0))),
        bad(
            Flaw::NumberOutOfRange,
            "label below -2^63",
            pass().raw_claim(head(1, 1 << 63), uint(0)),
        ),
        field(Flaw::LengthOutOfRange, "subject of no characters", SUB, text("")),
        field(Flaw::LengthOutOfRange, "subject of 129 characters", SUB, text(&long)),
        field(Flaw::TextNotAllowed, "subject with a space", SUB, text("A B")),
        field(Flaw::TextNotAllowed, "subject with DEL", SUB, text("A\u{7f}")),
        field(Flaw::TextNotAllowed, "subject with a letter outside ASCII", SUB, text("é")),
        field(Flaw::WrongType, "subject as bytes", SUB, bytes(b"BJ-7F3A9C2E")),
        field(Flaw::InvalidUtf8, "subject that is not UTF-8", SUB, unhex("62c080")),
        field(Flaw::TextNotAllowed, "issuer with NUL", ISS, text("bj.example\0")),
        field(Flaw::LengthOutOfRange, "issuer of 129 characters", ISS, text(&long)),
        field(Flaw::TextNotAllowed, "class without colon", VCT, text("residence")),
        field(Flaw::WrongType, "class as number", VCT, uint(1)),
        field(
            Flaw::LengthOutOfRange,
            "class of 129 characters",
            VCT,
            text(&format!("{}:", "x".repeat(128))),
        ),
        field(Flaw::LengthOutOfRange, "audience of no characters", AUD, text("")),
        field(Flaw::TextNotAllowed, "audience *, which only presentations have", AUD, text("*")),
        field(Flaw::WrongType, "list of audiences", AUD, array(&[text("gate-3")])),
        expires(Flaw::FloatNotAllowed, "expiry as float of 64 bits", "fb41daac4c2f800000"),
        expires(Flaw::FloatNotAllowed, "expiry as float of 32 bits", "fa4ed56261"),
        expires(Flaw::FloatNotAllowed, "expiry is not a number", "f97e00"),
        expires(Flaw::FloatNotAllowed, "expiry is infinite", "f97c00"),
        expires(Flaw::WrongType, "expiry is negative", "20"),
        expires(Flaw::WrongType, "expiry as text", "61 39"),
        expires(Flaw::WrongType, "expiry is null", "f6"),
        expires(Flaw::UnexpectedTag, "expiry tagged as time", "c11a6ab13180"),
        expires(Flaw::UnexpectedTag, "expiry as big number", "c2446ab13180"),
        expires(Flaw::NumberOutOfRange, "expiry is 2^40", "1b0000010000000000"),
        expires(Flaw::NumberOutOfRange, "expiry is 2^64 - 1", "1bffffffffffffffff"),
        expires(Flaw::LongForm, "expiry in nine bytes", "1b000000006ab13180").flag("Cbor"),
        field(Flaw::NumberOutOfRange, "expires when it begins", EXP, uint(SHOWN)),
        field(Flaw::NumberOutOfRange, "expires before it begins", EXP, uint(SHOWN - 1)),
        field(Flaw::NumberOutOfRange, "window of 86401 seconds", EXP, uint(SHOWN + 86_401)),
        field(Flaw::LengthOutOfRange, "full name of no bytes", PERSON, person("", None)),
        field(Flaw::LengthOutOfRange, "full name of 257 bytes", PERSON, {
            person(&"x".repeat(257), None)
        }),
        field(
            Flaw::TextNotAllowed,
            "full name with a control character",
            PERSON,
            person("Li\u{85}Lei", None),
        ),
        field(
            Flaw::MissingClaim,
            "person without name",
            PERSON,
            map(&[(int(8), text("20000229"))]),
        ),
        field(Flaw::UnexpectedClaim, "person with another key", PERSON, {
            map(&[(int(4), text("Li Lei")), (int(9), uint(1))])
        }),
        field(
            Flaw::LengthOutOfRange,
            "birth date with hyphens",
            PERSON,
            person("Li Lei", Some("2000-02-29")),
        ),
        field(
            Flaw::TextNotAllowed,
            "birth date with a letter",
            PERSON,
            person("Li Lei", Some("2000022x")),
        ),
        field(
            Flaw::NumberOutOfRange,
            "born on 29 February 2001",
            PERSON,
            person("Li Lei", Some("20010229")),
        ),
        field(
            Flaw::NumberOutOfRange,
            "born on 29 February 1900",
            PERSON,
            person("Li Lei", Some("19000229")),
        ),
        field(
            Flaw::NumberOutOfRange,
            "born in month 13",
            PERSON,
            person("Li Lei", Some("20001301")),
        ),
        field(Flaw::NumberOutOfRange, "born on day 0", PERSON, person("Li Lei", Some("20000100"))),
        field(
            Flaw::WrongCount,
            "status without URI",
            STATUS,
            status_of(std::slice::from_ref(&idx)),
        ),
        field(
            Flaw::UnexpectedClaim,
            "status with its keys unsorted",
            STATUS,
            status_of(&[uri.clone(), idx.clone()]),
        ),
        field(
            Flaw::WrongCount,
            "status with a third key",
            STATUS,
            status_of(&[idx.clone(), uri.clone(), (text("zzz"), uint(1))]),
        ),
        field(
            Flaw::UnexpectedClaim,
            "status of another kind",
            STATUS,
            map(&[(text("status_lisp"), map(&[]))]),
        ),
        field(
            Flaw::WrongType,
            "status with a negative index",
            STATUS,
            status_of(&[(text("idx"), int(-1)), uri]),
        ),
        field(
            Flaw::TextNotAllowed,
            "status with a space in the URI",
            STATUS,
            status(1, "https://s.bj.example/ 1"),
        ),
        data(Flaw::FloatNotAllowed, "float", unhex("f93c00")),
        data(Flaw::FloatNotAllowed, "float in an array", array(&[unhex("fb3ff0000000000000")])),
        data(Flaw::UnexpectedTag, "tagged text", join([vec![0xc0], text("2026-01-01")])),
        data(Flaw::SimpleNotAllowed, "undefined", vec![0xf7]),
        data(Flaw::SimpleNotAllowed, "simple value 0", vec![0xe0]),
        data(Flaw::SimpleNotAllowed, "simple value 255", unhex("f8ff")),
        data(Flaw::SimpleNotAllowed, "true in two bytes", unhex("f815")),
        data(Flaw::NumberOutOfRange, "-2^63 - 1", head(1, 1 << 63)),
        data(Flaw::NumberOutOfRange, "-2^64", head(1, u64::MAX)),
        data(Flaw::TooDeep, "nine arrays, one in the other", nested_arrays(9)),
        data(Flaw::TooDeep, "nine maps, one in the other", {
            (0..8).fold(map(&[]), |inside, _| map(&[(uint(0), inside)]))
        }),
        data(Flaw::LongForm, "number in two bytes", unhex("1817")),
        data(Flaw::LongForm, "number in three bytes", unhex("1900ff")),
        data(Flaw::LongForm, "number in five bytes", unhex("1a0000ffff")),
        data(Flaw::LongForm, "number in nine bytes", unhex("1b00000000ffffffff")),
        data(Flaw::LongForm, "text length in two bytes", unhex("780161")),
        data(Flaw::IndefiniteLength, "text in chunks", unhex("7f6161ff")),
        data(Flaw::IndefiniteLength, "array of indefinite length", unhex("9f01ff")),
        data(Flaw::IndefiniteLength, "map of indefinite length", unhex("bf0101ff")),
        data(Flaw::IndefiniteLength, "break", vec![0xff]),
        data(Flaw::ReservedHead, "reserved additional information", vec![0x1c]),
        data(Flaw::ReservedHead, "reserved additional information of simple values", vec![0xfd]),
        data(Flaw::InvalidUtf8, "surrogate in UTF-8", unhex("63eda080")),
        data(Flaw::InvalidUtf8, "overlong UTF-8", unhex("62c1a1")),
        data(Flaw::InvalidUtf8, "UTF-8 cut off", unhex("62e28c")),
        data(
            Flaw::UnsortedKeys,
            "keys of a map unsorted",
            inner(&[(uint(2), uint(0)), (uint(1), uint(0))]),
        ),
        data(
            Flaw::UnsortedKeys,
            "keys sorted by length first",
            inner(&[(int(-1), uint(0)), (uint(100), uint(0))]),
        ),
        data(
            Flaw::DuplicateKey,
            "key of a map twice",
            inner(&[(uint(1), uint(0)), (uint(1), uint(1))]),
        ),
        data(Flaw::DuplicateKey, "key twice, deep inside", {
            array(&[inner(&[(text("a"), inner(&[(text("k"), uint(0)), (text("k"), uint(0))]))])])
        }),
        data(Flaw::Truncated, "array of 2^64 - 1 items", unhex("9bffffffffffffffff")),
        data(Flaw::Truncated, "map of 2^64 - 1 pairs", unhex("bbffffffffffffffff")),
        data(Flaw::Truncated, "text of 2^64 - 1 bytes", unhex("7bffffffffffffffff")),
        bad(Flaw::DuplicateKey, "issuer twice", {
            pass().edit(|layer| layer.claims.pairs.insert(1, (int(ISS), text("zz.example"))))
        })
        .flag("Cbor"),
        bad(Flaw::UnsortedKeys, "unsorted", pass().edit(|layer| layer.claims.pairs.swap(0, 1)))
            .flag("Cbor"),
        bad(Flaw::UnsortedKeys, "application claim in front", {
            pass().edit(|layer| layer.claims.pairs.insert(0, (text("data"), uint(0))))
        })
        .flag("Cbor"),
        bad(
            Flaw::Truncated,
            "map longer than its bytes",
            pass().edit(|layer| layer.claims.head = Some(vec![0xa6])),
        )
        .flag("Cbor"),
        bad(Flaw::TrailingBytes, "map shorter than its bytes", {
            pass()
                .raw_claim(text("data"), uint(0))
                .edit(|layer| layer.claims.head = Some(vec![0xa5]))
        })
        .flag("Cbor"),
        bad(
            Flaw::TrailingBytes,
            "a byte behind the claims",
            pass().edit(|layer| layer.claims.tail = vec![0]),
        )
        .flag("Cbor"),
        bad(
            Flaw::WrongType,
            "array of claims",
            pass().edit(|layer| layer.claims.head = Some(vec![0x8a])),
        )
        .flag("Cbor"),
        bad(
            Flaw::UnexpectedTag,
            "claims tagged",
            pass().edit(|layer| layer.claims.head = Some(unhex("d83da5"))),
        )
        .flag("Cbor"),
        bad(Flaw::MissingClaim, "presentation: no audience", presentation().no_claim(AUD)),
        bad(Flaw::MissingClaim, "presentation: no time", presentation().no_claim(IAT)),
        presented(Flaw::UnexpectedClaim, "issuer", ISS, text("bj.example")),
        presented(Flaw::UnexpectedClaim, "expiry", EXP, uint(SHOWN + 30)),
        presented(Flaw::UnexpectedClaim, "class", VCT, text(CLASS)),
        presented(Flaw::LengthOutOfRange, "nonce of 5 bytes", CNONCE, bytes(b"12345")),
        presented(Flaw::LengthOutOfRange, "nonce of 33 bytes", CNONCE, bytes(&[7; 33])),
        presented(Flaw::WrongType, "nonce as text", CNONCE, text("123456")),
        presented(Flaw::TextNotAllowed, "audience with a space", AUD, text("gate 3")),
        presented(Flaw::NumberOutOfRange, "time is 2^40", IAT, uint(1 << 40)),
        bad(Flaw::UnexpectedClaim, "presentation: application claim", {
            presentation().raw_claim(text("data"), uint(0))
        }),
    ]
}
