//! The rules of each kind of field, in every form that has it.

use livepermit::rejection::{Flaw, Layer as Place};

use super::super::cbor::{
    Item, array, bytes, head, int, join, map, nested_arrays, text, uint, unhex,
};
use super::super::json::{Case, case};
use super::super::token::{
    AUD, CNONCE, EXP, IAT, ISS, LAST_SECOND, Layer, NBF, PERSON, SIGNED_WINDOW, STATUS, SUB, VCT,
    pass, person, presentation, presented, slip, status,
};

pub(super) fn cases() -> Vec<Case> {
    times().into_iter().chain(names()).chain(people()).chain(shapes()).chain(encodings()).collect()
}

fn bad(place: Place, flaw: Flaw, comment: &str, token: &Layer) -> Case {
    case("Claim", comment).token(token).malformed(place, flaw)
}

/// Values that are no time, in a field for a time.
fn no_times() -> [(Flaw, &'static str, Item); 9] {
    [
        (Flaw::WrongType, "text", text("1790000600")),
        (Flaw::WrongType, "null", vec![0xf6]),
        (Flaw::WrongType, "true", vec![0xf5]),
        (Flaw::WrongType, "negative", int(-1)),
        (Flaw::WrongType, "an array", array(&[uint(1_790_000_600)])),
        (Flaw::FloatNotAllowed, "a float", unhex("fb41daac4f76000000")),
        (Flaw::FloatNotAllowed, "infinite", unhex("f97c00")),
        (Flaw::FloatNotAllowed, "not a number", unhex("fb7ff8000000000000")),
        (Flaw::NumberOutOfRange, "2^40", uint(LAST_SECOND + 1)),
    ]
}

fn times() -> Vec<Case> {
    let mut cases = Vec::new();
    for (flaw, what, value) in no_times() {
        let payload = |comment: &str, token: &Layer| {
            bad(Place::Payload, flaw, &format!("{comment} is {what}"), token)
        };
        let credential = |comment: &str, label: i64| {
            let token = presented(|credential| credential.claim(label, value.clone()));
            bad(Place::CredentialPayload, flaw, &format!("credential: {comment} is {what}"), &token)
        };
        cases.push(payload("pass: time", &pass().claim(IAT, value.clone())));
        cases.push(credential("beginning", NBF));
        cases.push(credential("end", EXP));
        cases.push(payload("slip: beginning", &slip().claim(NBF, value.clone())));
        cases.push(payload("slip: end", &slip().claim(EXP, value.clone())));
        if what != "2^40" {
            cases.push(payload("presentation: time", &presentation().claim(IAT, value.clone())));
        }
    }
    let window = |flaw, what: &str, value: Item| {
        let token = presented(|credential| credential.claim(SIGNED_WINDOW, value));
        bad(Place::CredentialPayload, flaw, &format!("credential: window is {what}"), &token)
    };
    cases.extend([
        window(Flaw::WrongType, "text", text("30")),
        window(Flaw::WrongType, "null", vec![0xf6]),
        window(Flaw::FloatNotAllowed, "a float", unhex("f94f80")),
        window(Flaw::NumberOutOfRange, "2^32 + 30", uint((1 << 32) + 30)),
        window(Flaw::NumberOutOfRange, "2^64 - 1", uint(u64::MAX)),
    ]);
    cases
}

fn names() -> Vec<Case> {
    let long = "x".repeat(129);
    let wrong = |comment: &str| {
        [
            (Flaw::LengthOutOfRange, format!("{comment} of no characters"), text("")),
            (
                Flaw::LengthOutOfRange,
                format!("{comment} of 129 characters"),
                text(&format!(":{}", &long[1..])),
            ),
            (Flaw::TextNotAllowed, format!("{comment} with a space"), text("a: b")),
            (Flaw::TextNotAllowed, format!("{comment} with a line feed behind"), text("a:b\n")),
            (Flaw::TextNotAllowed, format!("{comment} with NUL behind"), text("a:b\0")),
            (Flaw::TextNotAllowed, format!("{comment} with a letter outside ASCII"), text("a:é")),
            (Flaw::WrongType, format!("{comment} as bytes"), bytes(b"a:b")),
            (Flaw::WrongType, format!("{comment} null"), vec![0xf6]),
        ]
    };
    let mut cases = Vec::new();
    for (name, label) in [("issuer", ISS), ("class", VCT), ("audience", AUD)] {
        for (flaw, comment, value) in wrong(&format!("pass: {name}")) {
            cases.push(bad(Place::Payload, flaw, &comment, &pass().claim(label, value)));
        }
    }
    for (name, label) in [("issuer", ISS), ("subject", SUB), ("class", VCT)] {
        for (flaw, comment, value) in wrong(&format!("credential: {name}")) {
            let token = presented(|credential| credential.claim(label, value));
            cases.push(bad(Place::CredentialPayload, flaw, &comment, &token));
        }
    }
    for (flaw, comment, value) in wrong("presentation: audience") {
        cases.push(bad(Place::Payload, flaw, &comment, &presentation().claim(AUD, value)));
    }
    for (flaw, comment, value) in wrong("status: URI") {
        let named =
            map(&[(text("status_list"), map(&[(text("idx"), uint(1)), (text("uri"), value)]))]);
        cases.push(bad(Place::Payload, flaw, &comment, &pass().claim(STATUS, named)));
    }
    cases.extend([
        bad(Place::CredentialPayload, Flaw::TextNotAllowed, "credential: class without colon", &{
            presented(|credential| credential.claim(VCT, text("residence")))
        }),
        bad(
            Place::Payload,
            Flaw::TextNotAllowed,
            "slip: class without colon",
            &slip().claim(VCT, text("residence")),
        ),
        bad(
            Place::Payload,
            Flaw::TextNotAllowed,
            "slip: subject with a space",
            &slip().claim(SUB, text("A B")),
        ),
    ]);
    cases
}

fn people() -> Vec<Case> {
    let field = |flaw, comment: &str, value: Item| {
        bad(Place::Payload, flaw, comment, &pass().claim(PERSON, value))
    };
    let named = |flaw, comment: &str, name: &str| {
        field(flaw, &format!("full name {comment}"), person(name, None))
    };
    let born =
        |flaw, date: &str| field(flaw, &format!("born on {date}"), person("Li Lei", Some(date)));
    let mut cases: Vec<Case> = ['\0', '\n', '\u{1f}', '\u{7f}', '\u{80}', '\u{9f}']
        .into_iter()
        .map(|control| {
            let comment = format!("with the control character U+{:04X}", u32::from(control));
            named(Flaw::TextNotAllowed, &comment, &format!("Li{control}Lei"))
        })
        .collect();
    cases.extend([
        named(
            Flaw::LengthOutOfRange,
            "of 129 characters, which are 257 bytes",
            &format!("{}a", "é".repeat(128)),
        ),
        named(
            Flaw::LengthOutOfRange,
            "of 86 characters of three bytes, which are 258 bytes",
            &"ம".repeat(86),
        ),
        field(Flaw::WrongType, "full name as bytes", map(&[(int(4), bytes(b"Li Lei"))])),
        field(Flaw::InvalidUtf8, "full name that is not UTF-8", map(&[(int(4), unhex("62c080"))])),
        field(
            Flaw::UnexpectedClaim,
            "full name under a text label",
            map(&[(text("4"), text("Li Lei"))]),
        ),
        field(
            Flaw::WrongType,
            "birth date as number",
            map(&[(int(4), text("Li Lei")), (int(8), uint(20_000_229))]),
        ),
        field(
            Flaw::UnsortedKeys,
            "birth date before the name",
            map(&[(int(8), text("20000229")), (int(4), text("Li Lei"))]),
        ),
        field(
            Flaw::DuplicateKey,
            "full name twice",
            map(&[(int(4), text("Li Lei")), (int(4), text("Han"))]),
        ),
        field(Flaw::MissingClaim, "person of nothing", map(&[])),
        field(Flaw::WrongType, "person as text", text("Li Lei")),
        born(Flaw::LengthOutOfRange, ""),
        born(Flaw::LengthOutOfRange, "20"),
        born(Flaw::LengthOutOfRange, "200"),
        born(Flaw::LengthOutOfRange, "20000"),
        born(Flaw::LengthOutOfRange, "2000022"),
        born(Flaw::LengthOutOfRange, "200002029"),
        born(Flaw::LengthOutOfRange, "2000022900"),
        born(Flaw::NumberOutOfRange, "200000"),
        born(Flaw::NumberOutOfRange, "200013"),
        born(Flaw::NumberOutOfRange, "200099"),
        born(Flaw::TextNotAllowed, "200x"),
        born(Flaw::TextNotAllowed, "-200"),
        born(Flaw::TextNotAllowed, "2000 1"),
        born(Flaw::TextNotAllowed, "२०"),
        born(Flaw::NumberOutOfRange, "20001300"),
        born(Flaw::NumberOutOfRange, "20001200"),
        born(Flaw::NumberOutOfRange, "20000431"),
        born(Flaw::NumberOutOfRange, "20000631"),
        born(Flaw::NumberOutOfRange, "20000931"),
        born(Flaw::NumberOutOfRange, "20001131"),
        born(Flaw::NumberOutOfRange, "20000230"),
        born(Flaw::NumberOutOfRange, "21000229"),
        born(Flaw::NumberOutOfRange, "20030229"),
        born(Flaw::NumberOutOfRange, "20000001"),
        born(Flaw::NumberOutOfRange, "20000132"),
        born(Flaw::NumberOutOfRange, "20009999"),
        born(Flaw::TextNotAllowed, "+2000229"),
        born(Flaw::TextNotAllowed, " 2000229"),
        bad(Place::CredentialPayload, Flaw::NumberOutOfRange, "credential: born on 20010229", &{
            presented(|credential| credential.claim(PERSON, person("Li Lei", Some("20010229"))))
        }),
        bad(Place::Payload, Flaw::NumberOutOfRange, "slip: born on 20010229", &{
            slip().claim(PERSON, person("Li Lei", Some("20010229")))
        }),
    ]);
    cases
}

fn shapes() -> Vec<Case> {
    let of = |flaw, comment: &str, value: Item| {
        bad(Place::Payload, flaw, comment, &pass().claim(STATUS, value))
    };
    let (idx, uri) = ((text("idx"), uint(1)), (text("uri"), text("https://s.bj.example/1")));
    let inner = |pairs: &[(Item, Item)]| map(&[(text("status_list"), map(pairs))]);
    let index = |value: Item| inner(&[(text("idx"), value), uri.clone()]);
    let nonce = |flaw, comment: &str, value: Item| {
        bad(Place::Payload, flaw, comment, &presentation().claim(CNONCE, value))
    };
    vec![
        of(Flaw::WrongType, "status as text", text("https://s.bj.example/1")),
        of(Flaw::WrongCount, "status of no kind", map(&[])),
        of(Flaw::WrongCount, "status of two kinds", {
            map(&[
                (text("status_list"), map(&[idx.clone(), uri.clone()])),
                (text("status_list2"), map(&[])),
            ])
        }),
        of(
            Flaw::WrongType,
            "status: the list as array",
            map(&[(text("status_list"), array(&[uint(1)]))]),
        ),
        of(Flaw::WrongCount, "status without index", inner(std::slice::from_ref(&uri))),
        of(Flaw::UnexpectedClaim, "status: index twice", inner(&[idx.clone(), idx.clone()])),
        of(
            Flaw::UnexpectedClaim,
            "status: index under another name",
            inner(&[(text("id"), uint(1)), uri.clone()]),
        ),
        of(Flaw::WrongType, "status: index as text", index(text("1"))),
        of(Flaw::WrongType, "status: index null", index(vec![0xf6])),
        of(Flaw::FloatNotAllowed, "status: index as float", index(unhex("f93c00"))),
        of(
            Flaw::UnexpectedTag,
            "status: index as big number",
            index(unhex("c249010000000000000000")),
        ),
        of(Flaw::LongForm, "status: index in two bytes", index(unhex("1801"))),
        bad(Place::CredentialPayload, Flaw::WrongCount, "credential: status without index", &{
            presented(|credential| credential.claim(STATUS, inner(std::slice::from_ref(&uri))))
        }),
        bad(Place::Payload, Flaw::TextNotAllowed, "slip: status with a space in the URI", &{
            slip().claim(STATUS, status(1, "https://s.bj.example/ 1"))
        }),
        nonce(Flaw::LengthOutOfRange, "presentation: nonce of no bytes", bytes(&[])),
        nonce(Flaw::WrongType, "presentation: nonce null", vec![0xf6]),
        nonce(Flaw::WrongType, "presentation: nonce as number", uint(123_456)),
        nonce(
            Flaw::LongForm,
            "presentation: length of the nonce in two bytes",
            join([unhex("5806"), vec![7; 6]]),
        ),
        bad(Place::Payload, Flaw::WrongType, "presentation: list of audiences", &{
            presentation().claim(AUD, array(&[text("gate-3")]))
        }),
        bad(
            Place::Payload,
            Flaw::WrongType,
            "true as label, beside 1",
            &pass().raw_claim(vec![0xf5], text("tj.example")),
        ),
        bad(
            Place::Payload,
            Flaw::FloatNotAllowed,
            "1.0 as label, beside 1",
            &pass().raw_claim(unhex("f93c00"), text("x")),
        ),
        bad(
            Place::Payload,
            Flaw::NumberOutOfRange,
            "label 2^63",
            &pass().raw_claim(uint(1 << 63), uint(0)),
        ),
        bad(
            Place::Payload,
            Flaw::UnexpectedClaim,
            "text label of 1 byte",
            &pass().raw_claim(text("a"), uint(0)),
        ),
        bad(
            Place::Payload,
            Flaw::UnexpectedClaim,
            "text label of one character in 2 bytes",
            &pass().raw_claim(text("é"), uint(0)),
        ),
        bad(
            Place::CredentialPayload,
            Flaw::UnexpectedClaim,
            "credential: text label of 256 bytes",
            &{ presented(|credential| credential.raw_claim(text(&"l".repeat(256)), uint(0))) },
        ),
        bad(Place::CredentialPayload, Flaw::UnexpectedClaim, "credential: label -65552", &{
            presented(|credential| credential.claim(-65552, uint(0)))
        }),
        bad(
            Place::Payload,
            Flaw::UnexpectedClaim,
            "slip: label -65552",
            &slip().claim(-65552, uint(0)),
        ),
        bad(
            Place::Payload,
            Flaw::UnexpectedClaim,
            "slip: text label of 2 bytes",
            &slip().raw_claim(text("ab"), uint(0)),
        ),
        bad(
            Place::Payload,
            Flaw::UnexpectedClaim,
            "presentation: integer label -65553",
            &presentation().claim(-65553, uint(0)),
        ),
    ]
}

fn encodings() -> Vec<Case> {
    let data = |flaw, comment: &str, value: Item| {
        let token = pass().raw_claim(text("data"), value);
        bad(Place::Payload, flaw, &format!("application claim: {comment}"), &token).flag("Cbor")
    };
    let reserved = |first: u8, width: usize| [vec![first], vec![0xff; width]].concat();
    let keys = |levels: usize| map(&[(nested_arrays(levels), uint(0))]);
    let inner = |flaw, comment: &str, value: Item| {
        let token = presented(|credential| credential.raw_claim(text("data"), value));
        bad(
            Place::CredentialPayload,
            flaw,
            &format!("credential: application claim: {comment}"),
            &token,
        )
        .flag("Cbor")
    };
    let printed = |flaw, comment: &str, value: Item| {
        let token = slip().raw_claim(text("data"), value);
        bad(Place::Payload, flaw, &format!("slip: application claim: {comment}"), &token)
            .flag("Cbor")
    };
    let mut cases = vec![
        data(
            Flaw::ReservedHead,
            "additional information 28, and 16 bytes behind",
            reserved(0x1c, 16),
        ),
        data(
            Flaw::ReservedHead,
            "additional information 29, and 32 bytes behind",
            reserved(0x1d, 32),
        ),
        data(
            Flaw::ReservedHead,
            "additional information 30, and 64 bytes behind",
            reserved(0x1e, 64),
        ),
        data(Flaw::ReservedHead, "text of additional information 28", reserved(0x7c, 16)),
        data(Flaw::IndefiniteLength, "number of additional information 31", vec![0x1f]),
        data(Flaw::IndefiniteLength, "negative number of additional information 31", vec![0x3f]),
        data(Flaw::IndefiniteLength, "tag of additional information 31", vec![0xdf]),
        data(Flaw::IndefiniteLength, "bytes in no chunks", unhex("5fff")),
        data(Flaw::SimpleNotAllowed, "false in two bytes", unhex("f814")),
        data(Flaw::SimpleNotAllowed, "null in two bytes", unhex("f816")),
        data(Flaw::SimpleNotAllowed, "simple value 32", unhex("f820")),
        data(Flaw::SimpleNotAllowed, "simple value 19", vec![0xf3]),
        data(Flaw::FloatNotAllowed, "float of 16 bits, not a number", unhex("f97e01")),
        data(Flaw::FloatNotAllowed, "float of 32 bits", unhex("fa3f800000")),
        data(Flaw::FloatNotAllowed, "negative zero", unhex("f98000")),
        data(Flaw::FloatNotAllowed, "float as key", map(&[(unhex("f93c00"), uint(0))])),
        data(Flaw::LongForm, "negative number in two bytes", unhex("3817")),
        data(Flaw::LongForm, "length of bytes in two bytes", unhex("5817")),
        data(Flaw::LongForm, "array head in two bytes", unhex("980101")),
        data(Flaw::LongForm, "map head in two bytes", unhex("b8010101")),
        data(Flaw::LongForm, "0 in nine bytes", unhex("1b0000000000000000")),
        data(
            Flaw::LongForm,
            "1 as key in two encodings",
            join([unhex("a2"), unhex("0100"), unhex("180100")]),
        ),
        data(Flaw::NumberOutOfRange, "-2^63 - 1 as key", map(&[(head(1, 1 << 63), uint(0))])),
        data(Flaw::TooDeep, "1,000 arrays, one in the other", nested_arrays(1000)),
        data(
            Flaw::TooDeep,
            "an array in eight levels of keys",
            (0..8).fold(nested_arrays(1), |key, _| map(&[(key, uint(0))])),
        ),
        data(Flaw::TooDeep, "eight arrays, as a key of a map", keys(8)),
        data(
            Flaw::TooDeep,
            "nine levels, at the end of an array",
            array(&[uint(0), nested_arrays(8)]),
        ),
        data(
            Flaw::UnsortedKeys,
            "text keys by length: aa before z",
            map(&[(text("aa"), uint(0)), (text("z"), uint(0))]),
        ),
        data(
            Flaw::UnsortedKeys,
            "true before false",
            map(&[(vec![0xf5], uint(0)), (vec![0xf4], uint(0))]),
        ),
        data(
            Flaw::UnsortedKeys,
            "text before bytes",
            map(&[(text("a"), uint(0)), (bytes(b"a"), uint(0))]),
        ),
        data(Flaw::InvalidUtf8, "UTF-8 of five bytes", unhex("65f888808080")),
        data(Flaw::InvalidUtf8, "above U+10FFFF", unhex("64f4908080")),
        data(Flaw::InvalidUtf8, "a byte that continues nothing", unhex("6180")),
        data(Flaw::InvalidUtf8, "NUL in two bytes", unhex("62c080")),
        data(Flaw::Truncated, "bytes of 2^64 - 1", unhex("5bffffffffffffffff")),
        data(Flaw::Truncated, "bytes of 2^63 - 1", unhex("5b7fffffffffffffff")),
        data(Flaw::Truncated, "a number cut off", unhex("1a0000")),
    ];
    for levels in 1..8 {
        let around = |value: Item| (1..levels).fold(value, |inside, _| array(&[inside]));
        let double = map(&[(uint(1), uint(0)), (uint(1), uint(0))]);
        let swapped = map(&[(uint(2), uint(0)), (uint(1), uint(0))]);
        cases.push(data(
            Flaw::DuplicateKey,
            &format!("a key twice, at level {levels}"),
            around(double),
        ));
        cases.push(data(
            Flaw::UnsortedKeys,
            &format!("unsorted, at level {levels}"),
            around(swapped),
        ));
    }
    cases.extend([
        inner(Flaw::FloatNotAllowed, "float", unhex("f93c00")),
        inner(Flaw::TooDeep, "nine arrays, one in the other", nested_arrays(9)),
        inner(Flaw::DuplicateKey, "a key twice", map(&[(uint(1), uint(0)), (uint(1), uint(0))])),
        inner(Flaw::LongForm, "number in two bytes", unhex("1801")),
        printed(Flaw::FloatNotAllowed, "float", unhex("f93c00")),
        printed(Flaw::TooDeep, "nine arrays, one in the other", nested_arrays(9)),
        printed(Flaw::DuplicateKey, "a key twice", map(&[(uint(1), uint(0)), (uint(1), uint(0))])),
    ]);
    cases
}
