//! Stage `structure`.

use livepermit::{Code, Flaw, Layer as Place};

use super::super::cbor::{Item, array, bytes, head, int, join, map, nested_arrays, text, uint, unhex};
use super::super::crypto::{Key, cose_ed25519};
use super::super::json::{Case, case};
use super::super::pass::filler;
use super::super::token::{
    ACTING, ALG, AUD, CHECK_NUMBER, CLASS, CNF, CNONCE, EXP, EXPIRES, IAT, ISS, KCWT, KID, Layer, NBF, NONCE,
    PERSON, SHOWN, SIGNED_WINDOW, STATUS, SUB, TYP, TYP_PASS, TYP_SLIP, VCT, acting, cnf,
    credential as good_credential, link_text, pass, person, presentation, presented, qr_text, status,
};

pub(crate) fn text_forms() -> Vec<Case> {
    let qr = qr_text(&pass().encode());
    let link = link_text(&pass().encode());
    let body = &qr[4..];
    // 170 bytes, which leave two unused bits.
    let shorter = link_text(&pass().claim(SUB, text("BJ-7F3A9C2")).encode());
    let bad = |comment: &str, text: String, flaw: Flaw| {
        case("Text", comment).only_text(text).malformed(Place::Text, flaw)
    };
    let other = |comment: &str, text: String, code: Code| case("Text", comment).only_text(text).refused(code);
    let last = |link: &str, change: fn(char) -> char| {
        let (rest, last) = link.split_at(link.len() - 1);
        rest.chars().chain(last.chars().map(change)).collect::<String>()
    };
    let longest = pass().raw_claim(text("filler"), text(&filler(2862))).encode();
    vec![
        other("empty text", String::new(), Code::Empty),
        case("Size", "no bytes").only_bytes(Vec::new()).refused(Code::Empty),
        case("Size", "2862 bytes, and 4297 characters").bytes(longest.clone()).refused(Code::TooLong),
        other("4297 characters of anything", "A".repeat(4297), Code::TooLong),
        other("2862 bytes as link text: 3816 characters", link_text(&longest), Code::TooLong).flag("Size"),
        other("a web address", "https://example.com/permit".to_string(), Code::NotOurs),
        other("prefix in small letters", format!("lp1:{body}"), Code::NotOurs),
        other("space before the prefix", format!(" {qr}"), Code::NotOurs),
        other("prefix of another system", format!("HC1:{body}"), Code::NotOurs),
        other("prefix without colon", format!("LP1{body}"), Code::NotOurs),
        other("prefix without number", format!("LP:{body}"), Code::NotOurs),
        other("number of four digits", format!("LP1000:{body}"), Code::NotOurs),
        other("body without prefix", body.to_string(), Code::NotOurs),
        other("next version", format!("LP2:{body}"), Code::OtherVersion),
        other("version written with a zero in front", format!("LP01:{body}"), Code::OtherVersion),
        other("version of three digits", format!("LP999:{body}"), Code::OtherVersion),
        bad("prefix alone", "LP1:".to_string(), Flaw::BadLength),
        bad("body in small letters", format!("LP1:{}", body.to_lowercase()), Flaw::BadCharacter),
        bad("line feed behind", format!("{qr}\n"), Flaw::BadCharacter),
        bad("NUL behind", format!("{qr}\0"), Flaw::BadCharacter),
        bad("NUL within", format!("LP1:{}\0{}", &body[..30], &body[31..]), Flaw::BadCharacter),
        bad("letter of another script", format!("LP1:{}А{}", &body[..30], &body[31..]), Flaw::BadCharacter),
        bad(
            "one character too many for a group",
            format!("LP1:{}0", &body[..body.len() - 2]),
            Flaw::BadLength,
        ),
        bad("group of three above 65535", format!("LP1:GGW{}", &body[3..]), Flaw::GroupOverflow),
        bad("largest group of three", format!("LP1::::{}", &body[3..]), Flaw::GroupOverflow),
        bad("group of two above 255", format!("LP1:{}V5", &body[..body.len() - 2]), Flaw::GroupOverflow),
        bad("link text with padding", format!("{link}="), Flaw::BadCharacter),
        bad("link text with white space behind", format!("{link} "), Flaw::BadCharacter),
        bad("link text in the other alphabet", format!("{}+/", &link[..link.len() - 2]), Flaw::BadCharacter),
        bad("link text with unused bits set", last(&shorter, |c| char::from(c as u8 + 1)), Flaw::PaddingBits),
        bad("link text of an impossible length", format!("{link}A"), Flaw::BadLength),
        bad("link text of three characters", "0oR".to_string(), Flaw::PaddingBits),
    ]
}

fn malformed(flag: &'static str, place: Place, flaw: Flaw, comment: &str, token: &Layer) -> Case {
    case(flag, comment).token(token).malformed(place, flaw)
}

/// The head of a string in a longer form than it needs.
fn long_form(content: Vec<u8>) -> Item {
    let length = (content.len() as u16).to_be_bytes();
    join([vec![0x59], length.to_vec(), content])
}

/// One string in chunks of indefinite length.
fn indefinite(content: Vec<u8>) -> Item {
    join([vec![0x5f], bytes(&content), vec![0xff]])
}

pub(crate) fn envelope() -> Vec<Case> {
    let bad = |flaw, comment: &str, change: &dyn Fn(&mut Layer)| {
        malformed("Envelope", Place::Envelope, flaw, comment, &pass().edit(|layer| change(layer)))
    };
    let opened_by = |flaw, comment: &str, start: &str| bad(flaw, comment, &|layer| layer.head = unhex(start));
    let unprotected =
        |flaw, comment: &str, item: Item| bad(flaw, comment, &|layer| layer.unprotected = item.clone());
    let payload = |flaw, comment: &str, item: Item| {
        bad(flaw, comment, &|layer| layer.payload_item = Some(item.clone()))
    };
    let whole = pass().encode();
    let claims = pass().claims.encode();
    vec![
        opened_by(Flaw::WrongTag, "no tag", "84"),
        opened_by(Flaw::WrongTag, "tag 61 around", "d83dd284"),
        opened_by(Flaw::WrongTag, "tag 98, COSE_Sign", "d86284"),
        opened_by(Flaw::WrongTag, "tag 17, COSE_Mac0", "d184"),
        opened_by(Flaw::UnexpectedTag, "tag 18 twice", "d2d284"),
        opened_by(Flaw::LongForm, "tag 18 in two bytes", "d81284").flag("Cbor"),
        opened_by(Flaw::LongForm, "array head in two bytes", "d29804").flag("Cbor"),
        opened_by(Flaw::IndefiniteLength, "array of indefinite length", "d29f").flag("Cbor"),
        opened_by(Flaw::ReservedHead, "reserved additional information", "dc84").flag("Cbor"),
        opened_by(Flaw::WrongCount, "array of three", "d283"),
        opened_by(Flaw::WrongCount, "array of five", "d285"),
        opened_by(Flaw::WrongType, "map in place of the array", "d2a4"),
        bad(Flaw::LongForm, "head of the protected header too long", &|layer| {
            layer.protected_item = Some(long_form)
        })
        .flag("Cbor"),
        bad(Flaw::IndefiniteLength, "protected header in chunks", &|layer| {
            layer.protected_item = Some(indefinite)
        })
        .flag("Cbor"),
        bad(Flaw::WrongType, "protected header not wrapped", &|layer| {
            layer.protected_item = Some(|header| header)
        }),
        unprotected(Flaw::UnprotectedHeader, "key id beside, unprotected", map(&[(int(KID), bytes(b"k"))])),
        unprotected(Flaw::WrongType, "unprotected header null", vec![0xf6]),
        bad(Flaw::UnprotectedHeader, "algorithm unprotected only", &|layer| {
            layer.header = layer.header.clone().without(&int(ALG));
            layer.unprotected = map(&[(int(ALG), int(-19))]);
        })
        .flag("Header"),
        payload(Flaw::WrongType, "payload null", vec![0xf6]),
        payload(Flaw::WrongType, "payload not wrapped", claims.clone()),
        payload(Flaw::UnexpectedTag, "payload tagged as encoded CBOR", join([unhex("d818"), bytes(&claims)])),
        payload(
            Flaw::LongForm,
            "head of the payload too long",
            join([unhex("5900"), bytes(&claims)[1..].to_vec()]),
        )
        .flag("Cbor"),
        payload(
            Flaw::Truncated,
            "payload of 2^64 - 1 bytes",
            join([unhex("5bffffffffffffffff"), claims.clone()]),
        )
        .flag("Cbor"),
        payload(Flaw::Truncated, "payload of 2^63 bytes", join([unhex("5b8000000000000000"), claims]))
            .flag("Cbor"),
        bad(Flaw::LengthOutOfRange, "signature of 63 bytes", &|layer| {
            layer.signature_item = Some(|signature| bytes(&signature[..63]));
        }),
        bad(Flaw::LengthOutOfRange, "signature of 65 bytes", &|layer| {
            layer.signature_item = Some(|signature| bytes(&[&signature[..], &[0]].concat()));
        }),
        bad(Flaw::LengthOutOfRange, "no signature", &|layer| layer.signature_item = Some(|_| vec![0x40])),
        bad(Flaw::WrongType, "signature null", &|layer| layer.signature_item = Some(|_| vec![0xf6])),
        bad(Flaw::LongForm, "head of the signature too long", &|layer| {
            layer.signature_item = Some(long_form)
        })
        .flag("Cbor"),
        bad(Flaw::TrailingBytes, "a byte behind the token", &|layer| layer.tail = vec![0]).flag("Cbor"),
        bad(Flaw::TrailingBytes, "a second token behind the token", &|layer| layer.tail = layer.encode())
            .flag("Cbor"),
        case("Cbor", "last byte missing")
            .bytes(whole[..whole.len() - 1].to_vec())
            .malformed(Place::Envelope, Flaw::Truncated),
        case("Cbor", "first byte alone").bytes(vec![0xd2]).malformed(Place::Envelope, Flaw::Truncated),
        case("Envelope", "text of the token as bytes")
            .only_bytes(qr_text(&whole).into_bytes())
            .malformed(Place::Envelope, Flaw::WrongTag),
    ]
}

pub(crate) fn header() -> Vec<Case> {
    let bad = |flaw, comment: &str, token: Layer| malformed("Header", Place::Header, flaw, comment, &token);
    let foreign = |comment: &str, key: Item, value: Item| {
        bad(Flaw::UnexpectedHeader, comment, pass().raw_header(key, value))
    };
    let of_type = |comment: &str, typ: Item| {
        case("Type", comment).token(&pass().header(TYP, typ)).refused(Code::UnknownType)
    };
    let kid = bytes(&Key::Issuer.id());
    let twice = |layer: &mut Layer| {
        let pair = layer.header.pairs[0].clone();
        layer.header.pairs.insert(1, pair);
    };
    vec![
        bad(Flaw::MissingHeader, "no algorithm", pass().no_header(ALG)),
        bad(Flaw::MissingHeader, "no key id", pass().no_header(KID)),
        bad(Flaw::MissingHeader, "no type", pass().no_header(TYP)),
        bad(Flaw::MissingHeader, "no credential in a presentation", presentation().no_header(KCWT)),
        bad(Flaw::MissingHeader, "no algorithm in a presentation", presentation().no_header(ALG)),
        bad(Flaw::UnexpectedHeader, "key id in a presentation", presentation().header(KID, kid.clone())),
        bad(
            Flaw::UnexpectedHeader,
            "credential in the header of a pass",
            pass().header(KCWT, good().encode()),
        ),
        foreign("critical parameters (2)", int(2), array(&[int(1)])),
        foreign("content type (3)", int(3), uint(0)),
        foreign("CWT claims (15)", int(15), map(&[(int(ISS), text("bj.example"))])),
        foreign("certificates (33)", int(33), bytes(b"x")),
        foreign("redacted claims algorithm (18)", int(18), int(-16)),
        foreign("label -1", int(-1), uint(0)),
        foreign("text label", text("alg"), int(-19)),
        bad(Flaw::WrongType, "bytes as label", pass().raw_header(bytes(&[1]), int(-19))),
        bad(Flaw::WrongType, "algorithm as text", pass().header(ALG, text("Ed25519"))),
        bad(Flaw::NumberOutOfRange, "algorithm below -2^63", pass().header(ALG, head(1, 1 << 63))),
        bad(Flaw::FloatNotAllowed, "algorithm as float", pass().header(ALG, unhex("f9ccc0"))),
        bad(Flaw::LengthOutOfRange, "key id of no bytes", pass().header(KID, bytes(&[]))),
        bad(Flaw::LengthOutOfRange, "key id of 33 bytes", pass().header(KID, bytes(&[0xab; 33]))),
        bad(Flaw::WrongType, "key id as text", pass().header(KID, text("../../etc/passwd"))),
        bad(Flaw::WrongType, "type as negative number", pass().header(TYP, int(-1))),
        bad(Flaw::WrongType, "type as bytes", pass().header(TYP, bytes(TYP_PASS.as_bytes()))),
        bad(Flaw::UnexpectedTag, "type tagged", pass().header(TYP, join([unhex("d820"), text(TYP_PASS)]))),
        bad(Flaw::DuplicateKey, "algorithm twice", pass().edit(twice)).flag("Cbor"),
        bad(Flaw::UnsortedKeys, "unsorted", pass().edit(|layer| layer.header.pairs.swap(0, 1))).flag("Cbor"),
        bad(
            Flaw::LongForm,
            "label 1 in two bytes",
            pass().no_header(ALG).raw_header(unhex("1801"), int(-19)),
        )
        .flag("Cbor"),
        bad(
            Flaw::TrailingBytes,
            "a byte behind the header",
            pass().edit(|layer| layer.header.tail = vec![0]),
        )
        .flag("Cbor"),
        bad(
            Flaw::Truncated,
            "header of no bytes",
            pass().edit(|layer| {
                layer.header.pairs.clear();
                layer.header.head = Some(Vec::new());
            }),
        ),
        of_type("typ of any CWT as number", uint(61)),
        of_type("typ of any CWT as media type", text("application/cwt")),
        of_type("typ of a credential as media type", text("application/sd-cwt")),
        of_type("typ of a pass in capitals", text("application/vnd.LPP+cwt")),
        of_type("typ of a pass without its first part", text("vnd.lpp+cwt")),
        of_type("typ 0", uint(0)),
        of_type("typ 2^64 - 1", uint(u64::MAX)),
        of_type("typ of a slip in capitals", text("application/vnd.LPS+cwt")),
        of_type("typ of a trust list", text("application/vnd.lpt+cwt")),
        of_type("typ of a status list", text("application/statuslist+cwt")),
        malformed(
            "Header",
            Place::Payload,
            Flaw::UnexpectedClaim,
            "typ of a slip on the claims of a pass",
            &pass().header(TYP, text(TYP_SLIP)),
        ),
        malformed(
            "Header",
            Place::Payload,
            Flaw::UnexpectedClaim,
            "typ of a credential on the claims of a pass",
            &pass().header(TYP, uint(293)),
        ),
        bad(Flaw::MissingHeader, "typ of a presentation on a pass without key id", {
            pass().header(TYP, uint(294)).no_header(KID)
        }),
        malformed(
            "Header",
            Place::Payload,
            Flaw::UnexpectedClaim,
            "typ of a pass on a credential",
            &good().header(TYP, text(TYP_PASS)),
        ),
        case("Type", "credential alone").token(&good()).refused(Code::CredentialAlone),
        case("Type", "credential alone, P-256 device")
            .token(&good_credential(Key::DeviceP256))
            .refused(Code::CredentialAlone),
        case("Order", "unknown type, and a payload that is no CBOR")
            .token(&pass().header(TYP, uint(0)).edit(|layer| layer.claims.head = Some(vec![0xff])))
            .refused(Code::UnknownType),
        malformed("Order", Place::Header, Flaw::MissingHeader, "unknown type, and no algorithm", &{
            pass().header(TYP, uint(0)).no_header(ALG)
        }),
        malformed("Order", Place::Payload, Flaw::MissingClaim, "credential alone, without issuer", &{
            good().no_claim(ISS)
        }),
    ]
}

fn good() -> Layer {
    good_credential(Key::DeviceEd25519)
}

pub(crate) fn claims() -> Vec<Case> {
    let bad = |flaw, comment: &str, token: Layer| malformed("Claim", Place::Payload, flaw, comment, &token);
    let missing =
        |name: &str, label: i64| bad(Flaw::MissingClaim, &format!("no {name}"), pass().no_claim(label));
    let foreign = |comment: &str, label: i64, value: Item| {
        bad(Flaw::UnexpectedClaim, comment, pass().claim(label, value))
    };
    let field = |flaw, comment: &str, label: i64, value: Item| bad(flaw, comment, pass().claim(label, value));
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
        bad(Flaw::NumberOutOfRange, "label below -2^63", pass().raw_claim(head(1, 1 << 63), uint(0))),
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
        field(Flaw::LengthOutOfRange, "class of 129 characters", VCT, text(&format!("{}:", "x".repeat(128)))),
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
        field(Flaw::LengthOutOfRange, "full name of 129 bytes", PERSON, person(&long, None)),
        field(
            Flaw::TextNotAllowed,
            "full name with a control character",
            PERSON,
            person("Li\u{85}Lei", None),
        ),
        field(Flaw::MissingClaim, "person without name", PERSON, map(&[(int(8), text("20000229"))])),
        field(Flaw::UnexpectedClaim, "person with another key", PERSON, {
            map(&[(int(4), text("Li Lei")), (int(9), uint(1))])
        }),
        field(
            Flaw::LengthOutOfRange,
            "birth date with hyphens",
            PERSON,
            person("Li Lei", Some("2000-02-29")),
        ),
        field(Flaw::TextNotAllowed, "birth date with a letter", PERSON, person("Li Lei", Some("2000022x"))),
        field(Flaw::NumberOutOfRange, "born on 29 February 2001", PERSON, person("Li Lei", Some("20010229"))),
        field(Flaw::NumberOutOfRange, "born on 29 February 1900", PERSON, person("Li Lei", Some("19000229"))),
        field(Flaw::NumberOutOfRange, "born in month 13", PERSON, person("Li Lei", Some("20001301"))),
        field(Flaw::NumberOutOfRange, "born on day 0", PERSON, person("Li Lei", Some("20000100"))),
        field(Flaw::WrongCount, "status without URI", STATUS, status_of(std::slice::from_ref(&idx))),
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
        data(Flaw::UnsortedKeys, "keys of a map unsorted", inner(&[(uint(2), uint(0)), (uint(1), uint(0))])),
        data(
            Flaw::UnsortedKeys,
            "keys sorted by length first",
            inner(&[(int(-1), uint(0)), (uint(100), uint(0))]),
        ),
        data(Flaw::DuplicateKey, "key of a map twice", inner(&[(uint(1), uint(0)), (uint(1), uint(1))])),
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
        bad(Flaw::UnsortedKeys, "unsorted", pass().edit(|layer| layer.claims.pairs.swap(0, 1))).flag("Cbor"),
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
            pass().raw_claim(text("data"), uint(0)).edit(|layer| layer.claims.head = Some(vec![0xa5]))
        })
        .flag("Cbor"),
        bad(
            Flaw::TrailingBytes,
            "a byte behind the claims",
            pass().edit(|layer| layer.claims.tail = vec![0]),
        )
        .flag("Cbor"),
        bad(Flaw::WrongType, "array of claims", pass().edit(|layer| layer.claims.head = Some(vec![0x8a])))
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

pub(crate) fn credential() -> Vec<Case> {
    let bad = |place, flaw, comment: &str, change: &dyn Fn(Layer) -> Layer| {
        malformed("Claim", place, flaw, comment, &presented(change))
    };
    let claims = |flaw, comment: &str, change: &dyn Fn(Layer) -> Layer| {
        bad(Place::CredentialPayload, flaw, comment, change)
    };
    let header = |flaw, comment: &str, change: &dyn Fn(Layer) -> Layer| {
        bad(Place::CredentialHeader, flaw, comment, change).flag("Header")
    };
    let envelope = |flaw, comment: &str, change: &dyn Fn(&mut Layer)| {
        bad(Place::CredentialEnvelope, flaw, comment, &|credential| credential.edit(|layer| change(layer)))
            .flag("Envelope")
    };
    let confirmed = |flaw, comment: &str, value: Item| {
        claims(flaw, comment, &|credential| credential.claim(CNF, value.clone())).flag("DeviceKey")
    };
    let key = Key::DeviceEd25519.cose();
    let (x, p256) = (Key::DeviceEd25519.point(), Key::DeviceP256.point());
    let with = |label: i64, value: Item| {
        let mut pairs = vec![(int(1), uint(1)), (int(-1), uint(6)), (int(-2), bytes(&x))];
        pairs.insert(1, (int(label), value));
        cnf(&map(&pairs))
    };
    let ec2 = |curve: u64, y: Item| {
        cnf(&map(&[(int(1), uint(2)), (int(-1), uint(curve)), (int(-2), bytes(&p256[1..33])), (int(-3), y)]))
    };
    let kcwt = |flaw, comment: &str, item: Item| {
        let place = Place::CredentialEnvelope;
        malformed("Envelope", place, flaw, comment, &presentation().header(KCWT, item))
    };
    vec![
        kcwt(Flaw::WrongTag, "credential as byte string", bytes(&good().encode())),
        kcwt(Flaw::WrongTag, "credential without tag", good().encode()[1..].to_vec()),
        kcwt(Flaw::WrongTag, "credential tagged 61", join([unhex("d83d"), good().encode()])),
        kcwt(Flaw::UnexpectedTag, "credential tagged twice", join([vec![0xd2], good().encode()])),
        envelope(Flaw::UnprotectedHeader, "disclosures, unprotected", &|layer| {
            layer.unprotected = map(&[(int(17), array(&[]))]);
        }),
        envelope(Flaw::LengthOutOfRange, "signature stripped", &|layer| {
            layer.signature_item = Some(|_| vec![0x40])
        }),
        envelope(Flaw::WrongCount, "array of three", &|layer| layer.head = unhex("d283")),
        envelope(Flaw::WrongType, "payload null", &|layer| layer.payload_item = Some(vec![0xf6])),
        envelope(Flaw::LongForm, "head of its header too long", &|layer| {
            layer.protected_item = Some(long_form)
        }),
        header(Flaw::MissingHeader, "no key id", &|credential| credential.no_header(KID)),
        header(Flaw::MissingHeader, "no algorithm", &|credential| credential.no_header(ALG)),
        header(Flaw::MissingHeader, "no type", &|credential| credential.no_header(TYP)),
        header(Flaw::UnexpectedHeader, "type of a pass", &|credential| {
            credential.header(TYP, text(TYP_PASS))
        }),
        header(Flaw::UnexpectedHeader, "type of a presentation", &|credential| {
            credential.header(TYP, uint(294))
        }),
        header(Flaw::UnexpectedHeader, "unknown type", &|credential| credential.header(TYP, uint(0))),
        header(Flaw::UnexpectedHeader, "critical parameters", &|credential| {
            credential.header(2, array(&[int(1)]))
        }),
        header(Flaw::UnexpectedHeader, "a credential of its own", &|credential| {
            credential.header(KCWT, good().encode())
        }),
        header(Flaw::UnexpectedHeader, "a presentation in place of the credential", &|_| presentation()),
        header(Flaw::UnexpectedHeader, "a pass in place of the credential", &|_| pass()),
        header(Flaw::UnsortedKeys, "header unsorted", &|credential| {
            credential.edit(|layer| layer.header.pairs.swap(0, 1))
        }),
        claims(Flaw::MissingClaim, "no issuer", &|credential| credential.no_claim(ISS)),
        claims(Flaw::MissingClaim, "no subject", &|credential| credential.no_claim(SUB)),
        claims(Flaw::MissingClaim, "no expiry", &|credential| credential.no_claim(EXP)),
        claims(Flaw::MissingClaim, "no beginning", &|credential| credential.no_claim(NBF)),
        claims(Flaw::MissingClaim, "no device key", &|credential| credential.no_claim(CNF)),
        claims(Flaw::MissingClaim, "no class", &|credential| credential.no_claim(VCT)),
        claims(Flaw::MissingClaim, "no window", &|credential| credential.no_claim(SIGNED_WINDOW)),
        claims(Flaw::UnexpectedClaim, "time of issue", &|credential| credential.claim(IAT, uint(SHOWN))),
        claims(Flaw::UnexpectedClaim, "audience", &|credential| credential.claim(AUD, text("gate-3"))),
        claims(Flaw::UnexpectedClaim, "nonce", &|credential| credential.claim(CNONCE, bytes(&NONCE))),
        claims(Flaw::UnexpectedClaim, "reserved label -65540", &|credential| {
            credential.claim(-65540, uint(1))
        }),
        claims(Flaw::NumberOutOfRange, "window of 0 seconds", &|credential| {
            credential.claim(SIGNED_WINDOW, uint(0))
        }),
        claims(Flaw::NumberOutOfRange, "window of 86401 seconds", &|credential| {
            credential.claim(SIGNED_WINDOW, uint(86_401))
        }),
        claims(Flaw::WrongType, "window is negative", &|credential| {
            credential.claim(SIGNED_WINDOW, int(-30))
        }),
        claims(Flaw::NumberOutOfRange, "ends when it begins", &|credential| {
            credential.claim(NBF, uint(EXPIRES))
        }),
        claims(Flaw::NumberOutOfRange, "ends before it begins", &|credential| {
            credential.claim(NBF, uint(EXPIRES + 1))
        }),
        claims(Flaw::TrailingBytes, "a byte behind the claims", &|credential| {
            credential.edit(|layer| layer.claims.tail = vec![0])
        }),
        claims(Flaw::DuplicateKey, "device key twice", &|credential| {
            credential.edit(|layer| {
                let place = layer.claims.pairs.iter().position(|(key, _)| *key == int(CNF)).unwrap();
                let stranger = (int(CNF), cnf(&Key::OtherDeviceEd25519.cose()));
                layer.claims.pairs.insert(place + 1, stranger);
            })
        })
        .flag("DeviceKey"),
        confirmed(
            Flaw::WrongType,
            "key not in a map",
            key.clone()[1..].to_vec().splice(..0, [0x81]).collect(),
        ),
        confirmed(Flaw::UnexpectedClaim, "confirmation by key id", map(&[(int(3), bytes(b"k"))])),
        confirmed(Flaw::WrongCount, "key and key id", map(&[(int(1), key.clone()), (int(3), bytes(b"k"))])),
        confirmed(Flaw::WrongCount, "no confirmation", map(&[])),
        confirmed(Flaw::WrongCount, "key with a key id", with(2, bytes(b"k"))),
        confirmed(Flaw::WrongCount, "key with an algorithm", with(3, int(-19))),
        confirmed(Flaw::WrongCount, "key with key operations", with(4, array(&[uint(2)]))),
        confirmed(
            Flaw::InvalidKey,
            "key of another type",
            cnf(&map(&[(int(1), uint(4)), (int(-1), bytes(&x))])),
        ),
        confirmed(Flaw::InvalidKey, "the X25519 curve", {
            cnf(&map(&[(int(1), uint(1)), (int(-1), uint(4)), (int(-2), bytes(&x))]))
        }),
        confirmed(Flaw::InvalidKey, "the P-384 curve", ec2(2, vec![0xf4])),
        confirmed(Flaw::WrongType, "P-256 with y written out", ec2(1, bytes(&p256[33..]))),
        confirmed(Flaw::WrongType, "P-256 with y null", ec2(1, vec![0xf6])),
        confirmed(Flaw::LengthOutOfRange, "Ed25519 key of 31 bytes", cnf(&cose_ed25519(&x[..31]))),
    ]
}
