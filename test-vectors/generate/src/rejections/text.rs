//! Texts that are not the only valid text of a token.

use livepermit::RejectionCode;
use livepermit::rejection::{Flaw, Layer as Place};

use super::super::cbor::text;
use super::super::json::{Case, case};
use super::super::pass::filler;
use super::super::token::{SUB, link_text, pass, qr_text};

pub(crate) fn text_forms() -> Vec<Case> {
    let qr = qr_text(&pass().encode());
    let link = link_text(&pass().encode());
    let body = &qr[4..];
    // 170 bytes, which leave two unused bits.
    let shorter = link_text(&pass().claim(SUB, text("BJ-7F3A9C2")).encode());
    let bad = |comment: &str, text: String, flaw: Flaw| {
        case("Text", comment).only_text(text).malformed(Place::Text, flaw)
    };
    let other = |comment: &str, text: String, code: RejectionCode| {
        case("Text", comment).only_text(text).refused(code)
    };
    let last = |link: &str, change: fn(char) -> char| {
        let (rest, last) = link.split_at(link.len() - 1);
        rest.chars().chain(last.chars().map(change)).collect::<String>()
    };
    let longest = pass().raw_claim(text("filler"), text(&filler(2862))).encode();
    vec![
        other("empty text", String::new(), RejectionCode::Empty),
        case("Size", "no bytes").only_bytes(Vec::new()).refused(RejectionCode::Empty),
        case("Size", "2862 bytes, and 4297 characters")
            .bytes(longest.clone())
            .refused(RejectionCode::TooLong),
        other("4297 characters of anything", "A".repeat(4297), RejectionCode::TooLong),
        other(
            "2862 bytes as link text: 3816 characters",
            link_text(&longest),
            RejectionCode::TooLong,
        )
        .flag("Size"),
        other("a web address", "https://example.com/permit".to_string(), RejectionCode::NotOurs),
        other("prefix in small letters", format!("lp1:{body}"), RejectionCode::NotOurs),
        other("space before the prefix", format!(" {qr}"), RejectionCode::NotOurs),
        other("prefix of another system", format!("HC1:{body}"), RejectionCode::NotOurs),
        other("prefix without colon", format!("LP1{body}"), RejectionCode::NotOurs),
        other("prefix without number", format!("LP:{body}"), RejectionCode::NotOurs),
        other("number of four digits", format!("LP1000:{body}"), RejectionCode::NotOurs),
        other("body without prefix", body.to_string(), RejectionCode::NotOurs),
        other("next version", format!("LP2:{body}"), RejectionCode::OtherVersion),
        other(
            "version written with a zero in front",
            format!("LP01:{body}"),
            RejectionCode::OtherVersion,
        ),
        other("version of three digits", format!("LP999:{body}"), RejectionCode::OtherVersion),
        bad("prefix alone", "LP1:".to_string(), Flaw::BadLength),
        bad("body in small letters", format!("LP1:{}", body.to_lowercase()), Flaw::BadCharacter),
        bad("line feed behind", format!("{qr}\n"), Flaw::BadCharacter),
        bad("NUL behind", format!("{qr}\0"), Flaw::BadCharacter),
        bad("NUL within", format!("LP1:{}\0{}", &body[..30], &body[31..]), Flaw::BadCharacter),
        bad(
            "letter of another script",
            format!("LP1:{}А{}", &body[..30], &body[31..]),
            Flaw::BadCharacter,
        ),
        bad(
            "one character too many for a group",
            format!("LP1:{}0", &body[..body.len() - 2]),
            Flaw::BadLength,
        ),
        bad("group of three above 65535", format!("LP1:GGW{}", &body[3..]), Flaw::GroupOverflow),
        bad("largest group of three", format!("LP1::::{}", &body[3..]), Flaw::GroupOverflow),
        bad(
            "group of two above 255",
            format!("LP1:{}V5", &body[..body.len() - 2]),
            Flaw::GroupOverflow,
        ),
        bad("link text with padding", format!("{link}="), Flaw::BadCharacter),
        bad("link text with white space behind", format!("{link} "), Flaw::BadCharacter),
        bad(
            "link text in the other alphabet",
            format!("{}+/", &link[..link.len() - 2]),
            Flaw::BadCharacter,
        ),
        bad(
            "link text with unused bits set",
            last(&shorter, |c| char::from(c as u8 + 1)),
            Flaw::PaddingBits,
        ),
        bad("link text of an impossible length", format!("{link}A"), Flaw::BadLength),
        bad("link text of three characters", "0oR".to_string(), Flaw::PaddingBits),
    ]
}
