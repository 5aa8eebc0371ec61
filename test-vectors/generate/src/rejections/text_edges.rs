//! The borders between the rows of the table of texts, and characters after a good text.

use livepermit::RejectionCode;
use livepermit::rejection::{Flaw, Layer as Place};

use super::super::cbor::text;
use super::super::json::{Case, case};
use super::super::token::{SUB, link_text, pass, presentation, qr_text};

pub(super) fn cases() -> Vec<Case> {
    lengths().into_iter().chain(prefixes()).chain(behind()).collect()
}

fn other(comment: &str, text: String, code: RejectionCode) -> Case {
    case("Text", comment).only_text(text).refused(code)
}

fn bad(comment: &str, text: String, place: Place, flaw: Flaw) -> Case {
    case("Text", comment).only_text(text).malformed(place, flaw)
}

fn lengths() -> Vec<Case> {
    let three_bytes = |count: usize| "国".repeat(count);
    vec![
        other("4296 characters of anything", "A".repeat(4296), RejectionCode::NotOurs).flag("Size"),
        other(
            "1432 characters of three bytes: 4296 bytes",
            three_bytes(1432),
            RejectionCode::NotOurs,
        )
        .flag("Size"),
        other(
            "1433 characters of three bytes: 4299 bytes",
            three_bytes(1433),
            RejectionCode::TooLong,
        )
        .flag("Size"),
        other(
            "4297 characters, the first of the body foreign",
            format!("LP1:!{}", "0".repeat(4292)),
            RejectionCode::TooLong,
        )
        .flag("Size"),
        other(
            "next version, 4297 characters",
            format!("LP2:{}", "0".repeat(4293)),
            RejectionCode::TooLong,
        )
        .flag("Size"),
        other(
            "3816 characters that begin like a link text",
            format!("0oR{}", "=".repeat(3813)),
            RejectionCode::TooLong,
        )
        .flag("Size"),
        other(
            "3815 characters that begin like a link text, in 3816 bytes",
            format!("0oR{}é", "A".repeat(3811)),
            RejectionCode::TooLong,
        )
        .flag("Size"),
        bad(
            "3815 characters that begin like a link text",
            format!("0oR{}", "=".repeat(3812)),
            Place::Text,
            Flaw::BadCharacter,
        )
        .flag("Size"),
        bad(
            "4296 characters of zeros: 2861 bytes",
            format!("LP1:{}", "0".repeat(4292)),
            Place::Envelope,
            Flaw::WrongTag,
        )
        .flag("Size"),
    ]
}

fn prefixes() -> Vec<Case> {
    let body = qr_text(&pass().encode())[4..].to_string();
    let not_ours = |comment: &str, text: String| other(comment, text, RejectionCode::NotOurs);
    vec![
        not_ours("version and no colon", "LP2".to_string()),
        not_ours("prefix cut short", "LP1".to_string()),
        not_ours("first letter alone", "L".to_string()),
        not_ours("a letter behind the number", format!("LP2X:{body}")),
        not_ours("a letter in place of the number", format!("LPX:{body}")),
        not_ours("negative number", format!("LP-1:{body}")),
        not_ours("space before the number", format!("LP 2:{body}")),
        not_ours("space behind the number", format!("LP1 :{body}")),
        not_ours("digit of another script", format!("LP٢:{body}")),
        not_ours("two colons", "LP::".to_string()),
        not_ours("code of a gate", "LPC1:8%9Q8G-ZCL1".to_string()),
        not_ours("byte order mark before the prefix", format!("\u{feff}LP1:{body}")),
        not_ours("start of a link text cut short", "0o".to_string()),
        not_ours("link text that begins with another tag", "0YRAoEBA".to_string()),
        not_ours("link text with a space in front", format!(" {}", link_text(&pass().encode()))),
        other("next version with nothing behind", "LP2:".to_string(), RejectionCode::OtherVersion),
        other("version 0", format!("LP0:{body}"), RejectionCode::OtherVersion),
        other("version of two digits", format!("LP11:{body}"), RejectionCode::OtherVersion),
        other("version 000", format!("LP000:{body}"), RejectionCode::OtherVersion),
    ]
}

fn behind() -> Vec<Case> {
    // An even number of bytes, so that the body ends with a whole group.
    let even = pass().claim(SUB, text("BJ-7F3A9C2")).encode();
    assert!(even.len().is_multiple_of(2));
    let qr = qr_text(&even);
    let body = &qr[4..];
    let link = link_text(&pass().encode());
    // 169 bytes, which leave four unused bits.
    let shorter = link_text(&pass().claim(SUB, text("BJ-7F3A9C")).encode());
    let unused = |link: &str, by: u8| {
        let (rest, last) = link.split_at(link.len() - 1);
        format!("{rest}{}", char::from(last.as_bytes()[0] + by))
    };
    vec![
        bad("a single character at the end", format!("{qr}0"), Place::Text, Flaw::BadLength),
        bad(
            "a group of zeros behind a good text",
            format!("{qr}000"),
            Place::Envelope,
            Flaw::TrailingBytes,
        ),
        bad(
            "the body of another good text behind a good text",
            format!("{qr}{body}"),
            Place::Envelope,
            Flaw::TrailingBytes,
        ),
        bad("a good text twice", format!("{qr}{qr}"), Place::Text, Flaw::GroupOverflow),
        bad(
            "link text, full stop, another token",
            format!("{link}.{}", link_text(&presentation().encode())),
            Place::Text,
            Flaw::BadCharacter,
        ),
        bad(
            "link text with a line feed behind",
            format!("{link}\n"),
            Place::Text,
            Flaw::BadCharacter,
        ),
        bad("link text with NUL behind", format!("{link}\0"), Place::Text, Flaw::BadCharacter),
        bad(
            "link text within a line",
            format!("{}\r\n{}", &link[..76], &link[76..]),
            Place::Text,
            Flaw::BadCharacter,
        ),
        bad(
            "link text with four unused bits, the lowest set",
            unused(&shorter, 1),
            Place::Text,
            Flaw::PaddingBits,
        ),
        bad("link text with two paddings", format!("{shorter}=="), Place::Text, Flaw::BadCharacter),
        bad(
            "line feed before the last group",
            format!("{}\n{}", &qr[..qr.len() - 3], &qr[qr.len() - 3..]),
            Place::Text,
            Flaw::BadCharacter,
        ),
    ]
}
