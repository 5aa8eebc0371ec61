//! Codes that gates show to phones.

use livepermit::RejectionCode;
use livepermit::rejection::{Flaw, Layer as Place};
use serde::Serialize;

use super::cbor::{Item, array, bytes, hex, int, join, map, text, uint, unhex};
use super::json::{Malformed, Numbered, write_groups};
use super::token::{GATE, LAST_SECOND, NONCE, NOW, link_text, pass, presentation, qr_text};

#[derive(Serialize)]
struct Group {
    r#type: &'static str,
    comment: &'static str,
    tests: Vec<Test>,
}

impl Numbered for Group {
    fn tests(&mut self) -> Vec<(&mut usize, &[&'static str])> {
        self.tests.iter_mut().map(|test| (&mut test.tc_id, test.flags.as_slice())).collect()
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Test {
    tc_id: usize,
    comment: String,
    flags: Vec<&'static str>,
    text: String,
    result: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    malformed: Option<Malformed>,
    #[serde(skip_serializing_if = "Option::is_none")]
    gate_code: Option<Read>,
}

/// What a code says.
#[derive(Serialize)]
struct Read {
    gate: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    nonce: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    expires: Option<u64>,
}

pub(crate) fn file() -> String {
    let group = |comment, tests| Group { r#type: "GateCode", comment, tests };
    write_groups(
        &[
            "Codes that gates show or print, to be read by phones: what they say, or why they are refused. They are not \
             signed. A refusal has the stage structure.",
        ],
        &[
            ("Name", "The gate's name alone, printed once."),
            ("Challenge", "A question to be answered."),
            ("Edge", "On one side of an edge; the other side stands beside it."),
            ("Text", "The text is not the one text of a gate code."),
            ("Shape", "Not one of the two arrays."),
            ("Field", "A value breaks the rules of its field."),
            ("Cbor", "Not the one deterministic encoding, or an item that may not stand there."),
            ("Order", "Two faults: the one that is checked first is the answer."),
        ],
        vec![
            group("good codes", accepted()),
            group("text", texts()),
            group("shape and fields", fields()),
            group("encoding", encodings()),
        ],
    )
}

/// The text of these bytes: as a token's, with the other prefix.
fn shown(code: &[u8]) -> String {
    qr_text(code).replacen("LP1:", "LPC1:", 1)
}

fn test(flag: &'static str, comment: &str, text: String, result: &'static str) -> Test {
    Test {
        tc_id: 0,
        comment: comment.to_string(),
        flags: vec![flag],
        text,
        result,
        code: None,
        malformed: None,
        gate_code: None,
    }
}

impl Test {
    fn flag(mut self, flag: &'static str) -> Self {
        self.flags.push(flag);
        self
    }
}

fn refused(
    flag: &'static str,
    comment: &str,
    text: impl Into<String>,
    code: RejectionCode,
) -> Test {
    Test { code: Some(code.as_str()), ..test(flag, comment, text.into(), "invalid") }
}

fn malformed(flag: &'static str, comment: &str, text: String, place: Place, flaw: Flaw) -> Test {
    Test {
        malformed: Some(Malformed::new(place, flaw)),
        ..refused(flag, comment, text, RejectionCode::Malformed)
    }
}

fn question(gate: Item, nonce: Item, expires: Item) -> Item {
    array(&[gate, nonce, expires])
}

fn good() -> Item {
    question(text(GATE), bytes(&NONCE), uint(NOW + 10))
}

fn accepted() -> Vec<Test> {
    let named = |comment: &str, gate: &str| {
        let read = Read { gate: gate.to_string(), nonce: None, expires: None };
        Test {
            gate_code: Some(read),
            ..test("Name", comment, shown(&array(&[text(gate)])), "valid")
        }
    };
    let asked = |comment: &str, gate: &str, nonce: &[u8], expires: u64| {
        let code = question(text(gate), bytes(nonce), uint(expires));
        let read = Read { gate: gate.to_string(), nonce: Some(hex(nonce)), expires: Some(expires) };
        Test { gate_code: Some(read), ..test("Challenge", comment, shown(&code), "valid") }
    };
    let long = "x".repeat(128);
    vec![
        named("gate-3", GATE),
        named("name of 1 character", "~").flag("Edge"),
        named("the lowest visible character", "!").flag("Edge"),
        named("name of 128 characters", &long).flag("Edge"),
        named("a star and something behind", "*1"),
        named("two stars", "**"),
        asked("nonce of 16 bytes", GATE, &NONCE, NOW + 10),
        asked("nonce of 6 bytes", GATE, b"123456", NOW + 10).flag("Edge"),
        asked("nonce of 7 bytes", GATE, b"1234567", NOW + 10),
        asked("nonce of 32 bytes", GATE, &[0xff; 32], NOW + 10).flag("Edge"),
        asked("ended at 0", GATE, &NONCE, 0).flag("Edge"),
        asked("ends at 2^40 - 1", GATE, &NONCE, LAST_SECOND).flag("Edge"),
        asked("name of 128 characters, asking", &long, &[0; 32], LAST_SECOND).flag("Edge"),
    ]
}

fn texts() -> Vec<Test> {
    let code = shown(&good());
    let body = &code[5..];
    let bad = |comment: &str, text: String, flaw: Flaw| {
        malformed("Text", comment, text, Place::Text, flaw)
    };
    let other =
        |comment: &str, text: String| refused("Text", comment, text, RejectionCode::NotOurs);
    // The printed name has an even number of bytes, and three characters to two of them.
    let even = shown(&array(&[text(GATE)]));
    let at = even.len() - 3;
    vec![
        other("empty text", String::new()),
        other("a token", qr_text(&pass().encode())),
        other("the body of a gate code behind the prefix of a token", format!("LP1:{body}")),
        other("link text of a token", link_text(&presentation().encode())),
        other("prefix in small letters", format!("lpc1:{body}")),
        other("next version", format!("LPC2:{body}")),
        other("version written with a zero in front", format!("LPC01:{body}")),
        other("prefix without colon", format!("LPC1{body}")),
        other("prefix without number", format!("LPC:{body}")),
        other("body without prefix", body.to_string()),
        other("space before the prefix", format!(" {code}")),
        other("byte order mark before the prefix", format!("\u{feff}{code}")),
        other("a web address", "https://example.com/gate-3".to_string()),
        bad("line feed behind", format!("{even}00\n"), Flaw::BadCharacter),
        bad("NUL behind", format!("{even}00\0"), Flaw::BadCharacter),
        bad("body in small letters", format!("LPC1:{}", body.to_lowercase()), Flaw::BadCharacter),
        bad(
            "letter of another script",
            format!("LPC1:{}А{}", &body[..6], &body[7..]),
            Flaw::BadCharacter,
        ),
        bad("a single character at the end", format!("{even}0"), Flaw::BadLength),
        bad("group of three above 65535", format!("LPC1:GGW{}", &body[3..]), Flaw::GroupOverflow),
        bad("group of two above 255", format!("{}V5", &even[..at]), Flaw::GroupOverflow),
        malformed("Text", "prefix alone", "LPC1:".to_string(), Place::Payload, Flaw::Truncated),
        malformed(
            "Text",
            "a code twice",
            format!("{even}{even}"),
            Place::Text,
            Flaw::GroupOverflow,
        ),
        malformed(
            "Text",
            "a code, and the body of another behind",
            format!("{even}{body}"),
            Place::Payload,
            Flaw::TrailingBytes,
        ),
        malformed(
            "Text",
            "a code, and three characters behind",
            format!("{even}000"),
            Place::Payload,
            Flaw::TrailingBytes,
        ),
        malformed(
            "Text",
            "a token in the text of a gate code",
            shown(&pass().encode()),
            Place::Payload,
            Flaw::UnexpectedTag,
        ),
        malformed(
            "Edge",
            "4295 characters",
            format!("LPC1:{}", "0".repeat(4290)),
            Place::Payload,
            Flaw::WrongType,
        ),
        malformed(
            "Edge",
            "4296 characters",
            format!("LPC1:{}", "0".repeat(4291)),
            Place::Text,
            Flaw::BadLength,
        ),
        refused(
            "Edge",
            "4297 characters",
            format!("LPC1:{}", "0".repeat(4292)),
            RejectionCode::TooLong,
        ),
        refused(
            "Order",
            "4297 characters, and another prefix",
            "A".repeat(4297),
            RejectionCode::TooLong,
        ),
        refused(
            "Order",
            "4297 characters, one of them foreign",
            format!("LPC1:!{}", "0".repeat(4291)),
            RejectionCode::TooLong,
        ),
        refused("Edge", "4296 bytes, and another prefix", "A".repeat(4296), RejectionCode::NotOurs),
        refused(
            "Edge",
            "4297 bytes, which are 4296 characters",
            format!("LPC1:{}é", "0".repeat(4290)),
            RejectionCode::TooLong,
        ),
    ]
}

fn fields() -> Vec<Test> {
    let bad = |flag, flaw, comment: &str, code: Item| {
        malformed(flag, comment, shown(&code), Place::Payload, flaw)
    };
    let shape = |flaw, comment: &str, code: Item| bad("Shape", flaw, comment, code);
    let name = |flaw, comment: &str, gate: Item| bad("Field", flaw, comment, array(&[gate]));
    let nonce = |flaw, comment: &str, nonce: Item| {
        bad("Field", flaw, comment, question(text(GATE), nonce, uint(NOW)))
    };
    let time = |flaw, comment: &str, time: Item| {
        bad("Field", flaw, comment, question(text(GATE), bytes(&NONCE), time))
    };
    let (gate, asked, end) = (text(GATE), bytes(&NONCE), uint(NOW));
    vec![
        shape(Flaw::Truncated, "array of none", array(&[])),
        shape(Flaw::WrongCount, "name and nonce", array(&[gate.clone(), asked.clone()])),
        shape(
            Flaw::WrongCount,
            "a fourth element",
            array(&[gate.clone(), asked.clone(), end.clone(), uint(0)]),
        ),
        shape(
            Flaw::WrongType,
            "nonce and time exchanged",
            array(&[gate.clone(), end.clone(), asked.clone()]),
        ),
        shape(
            Flaw::WrongType,
            "name at the end",
            array(&[asked.clone(), end.clone(), gate.clone()]),
        ),
        shape(Flaw::WrongType, "the name without array", gate.clone()),
        shape(Flaw::WrongType, "a map", map(&[(int(1), gate.clone())])),
        shape(
            Flaw::WrongType,
            "an array in an array",
            array(&[array(std::slice::from_ref(&gate))]),
        ),
        shape(
            Flaw::WrongType,
            "encoded in a byte string",
            bytes(&array(std::slice::from_ref(&gate))),
        ),
        shape(Flaw::WrongType, "null", vec![0xf6]),
        name(Flaw::LengthOutOfRange, "name of no characters", text("")).flag("Edge"),
        name(Flaw::LengthOutOfRange, "name of 129 characters", text(&"x".repeat(129))).flag("Edge"),
        name(Flaw::TextNotAllowed, "the name *", text("*")),
        name(Flaw::TextNotAllowed, "name with a space", text("gate 3")),
        name(Flaw::TextNotAllowed, "name with DEL", text("gate\u{7f}")),
        name(Flaw::TextNotAllowed, "name with NUL", text("gate\0")),
        name(Flaw::TextNotAllowed, "name with a letter outside ASCII", text("gåte")),
        name(Flaw::InvalidUtf8, "name that is not UTF-8", unhex("62c080")),
        name(Flaw::WrongType, "name as bytes", bytes(GATE.as_bytes())),
        name(Flaw::WrongType, "name as number", uint(3)),
        name(Flaw::WrongType, "name null", vec![0xf6]),
        bad("Field", Flaw::TextNotAllowed, "the name *, asking", question(text("*"), asked, end)),
        nonce(Flaw::LengthOutOfRange, "nonce of no bytes", bytes(&[])),
        nonce(Flaw::LengthOutOfRange, "nonce of 5 bytes", bytes(b"12345")).flag("Edge"),
        nonce(Flaw::LengthOutOfRange, "nonce of 33 bytes", bytes(&[7; 33])).flag("Edge"),
        nonce(Flaw::WrongType, "nonce as text", text("123456")),
        nonce(Flaw::WrongType, "nonce as number", uint(123_456)),
        nonce(Flaw::WrongType, "nonce null", vec![0xf6]),
        time(Flaw::NumberOutOfRange, "time 2^40", uint(LAST_SECOND + 1)).flag("Edge"),
        time(Flaw::NumberOutOfRange, "time 2^64 - 1", uint(u64::MAX)),
        time(Flaw::WrongType, "time negative", int(-1)),
        time(Flaw::WrongType, "time as text", text("1790000614")),
        time(Flaw::WrongType, "time null", vec![0xf6]),
        time(Flaw::FloatNotAllowed, "time as float", unhex("fb41daac4c2f800000")),
        time(Flaw::FloatNotAllowed, "time is infinite", unhex("f97c00")),
        time(Flaw::FloatNotAllowed, "time is not a number", unhex("f97e00")),
    ]
}

fn encodings() -> Vec<Test> {
    let bad = |flaw, comment: &str, code: Item| {
        malformed("Cbor", comment, shown(&code), Place::Payload, flaw)
    };
    let code = good();
    let name = array(&[text(GATE)]);
    let time = |item: &str| question(text(GATE), bytes(&NONCE), unhex(item));
    vec![
        bad(Flaw::LongForm, "array head in two bytes", join([unhex("9803"), code[1..].to_vec()])),
        bad(
            Flaw::LongForm,
            "length of the name in two bytes",
            array(&[join([unhex("7806"), GATE.as_bytes().to_vec()])]),
        ),
        bad(Flaw::LongForm, "length of the nonce in two bytes", {
            question(text(GATE), join([unhex("5810"), NONCE.to_vec()]), uint(NOW))
        }),
        bad(Flaw::LongForm, "time in nine bytes", time("1b000000006ab13ddc")),
        bad(
            Flaw::IndefiniteLength,
            "array of indefinite length",
            join([vec![0x9f], name[1..].to_vec(), vec![0xff]]),
        ),
        bad(
            Flaw::IndefiniteLength,
            "name in chunks",
            array(&[join([vec![0x7f], text(GATE), vec![0xff]])]),
        ),
        bad(Flaw::IndefiniteLength, "nonce in chunks", {
            question(text(GATE), join([vec![0x5f], bytes(&NONCE), vec![0xff]]), uint(NOW))
        }),
        bad(Flaw::UnexpectedTag, "tagged", join([unhex("d9d9f7"), code.clone()])),
        bad(Flaw::UnexpectedTag, "name tagged", array(&[join([unhex("d820"), text(GATE)])])),
        bad(Flaw::UnexpectedTag, "time tagged", time("c11a6ab13ddc")),
        bad(Flaw::TrailingBytes, "a byte behind the name", join([name.clone(), vec![0]])),
        bad(Flaw::TrailingBytes, "a byte behind the challenge", join([code.clone(), vec![0]])),
        bad(Flaw::TrailingBytes, "a second code behind", join([name.clone(), code.clone()])),
        bad(Flaw::Truncated, "last byte missing", code[..code.len() - 1].to_vec()),
        bad(Flaw::Truncated, "first byte alone", code[..1].to_vec()),
        bad(Flaw::Truncated, "name of 2^64 - 1 bytes", array(&[unhex("7bffffffffffffffff")])),
        bad(Flaw::Truncated, "nonce of 2^64 - 1 bytes", {
            question(text(GATE), unhex("5bffffffffffffffff"), uint(NOW))
        }),
        bad(
            Flaw::WrongCount,
            "array of 2^64 - 1 elements",
            join([unhex("9bffffffffffffffff"), text(GATE)]),
        ),
        bad(Flaw::ReservedHead, "reserved additional information", vec![0x9c]),
        bad(Flaw::IndefiniteLength, "break", vec![0xff]),
        bad(Flaw::SimpleNotAllowed, "time undefined", time("f7")),
    ]
}
