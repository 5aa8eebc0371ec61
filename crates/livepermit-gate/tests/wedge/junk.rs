//! What scanners and editors put around a token, and what they make of its characters.

use livepermit_gate::wedge::{Fault, Reading, decode, read};
use livepermit_testkit::{ed25519_device, every_token, pass, presentation};
use proptest::prelude::*;

/// Whether the line is read as this token, whose letters have the right case.
fn is_token(line: &str, token: &str) -> bool {
    matches!(read(line), Reading::Token(read) if read.text() == token && !read.case_changed())
}

/// Both texts of every token.
fn texts() -> Vec<String> {
    every_token()
        .into_iter()
        .flat_map(|(_, token)| [token.to_qr_text(), token.to_link_text()])
        .collect()
}

/// What stands around a code: controls, spaces, marks, identifiers of symbologies, and what an
/// operator can set a scanner to send.
fn added() -> Vec<String> {
    let controls = (0_u8..0x20).chain([0x7f]).map(|byte| char::from(byte).to_string());
    let invisible = [
        '\u{a0}', '\u{feff}', '\u{200b}', '\u{200c}', '\u{200d}', '\u{2060}', '\u{200e}',
        '\u{202f}', '\u{3000}', '\u{85}', '\u{2028}', '\u{ad}', '\u{fffd}',
    ]
    .map(|c| c.to_string());
    let words = [
        "",
        " ",
        "  ",
        "\t\t",
        "\"",
        "'",
        "<",
        ">",
        "]Q0",
        "]Q1",
        "]Q2",
        "]Q3",
        "]Q4",
        "]Q5",
        "]Q6",
        "]C1",
        "]d2",
        "]z0",
        "]E0",
        "+Q1",
        "¨Q1",
        "QR",
        "Q",
        "s",
        "SN12345678:",
        "2026-11-29 10:36:00 ",
        "#",
        "code=",
        "{\"code\":\"",
        "\"}",
        "*",
        "\x02\x01",
        ";",
        ",",
        "\r\n",
        "<CR>",
        "[GS]",
        "&",
    ];
    controls.chain(invisible).chain(words.map(str::to_owned)).collect()
}

#[test]
fn every_addition_is_cut_off() {
    let added = added();
    for text in texts() {
        for before in &added {
            for behind in &added {
                // A letter before a link is a letter of the link.
                let line = format!("{before}{text}{behind}");
                assert!(is_token(&line, &text), "{line:?}: {:?}", read(&line));
            }
        }
    }
}

fn escaped(text: &str, escape: impl Fn(char) -> String) -> String {
    text.chars()
        .map(|c| if c.is_ascii_alphanumeric() { c.to_string() } else { escape(c) })
        .collect()
}

/// As HTML names it.
fn named(c: char) -> String {
    let name = match c {
        ' ' => "nbsp",
        '$' => "dollar",
        '%' => "percnt",
        '*' => "ast",
        '+' => "plus",
        '-' => "hyphen",
        '.' => "period",
        '/' => "sol",
        ':' => "colon",
        _ => return c.to_string(),
    };
    format!("&{name};")
}

/// The strict reader is not asked here: in a line, what is no ASCII is the text of others.
#[test]
fn bytes_become_characters() {
    assert_eq!(decode("LP1:证".as_bytes()), "LP1:证");
    assert_eq!(decode(&[0xff, 0xfe, 0xc1, 0x8b, 0x41, 0]), "证A");
    assert_eq!(decode(&[0xfe, 0xff, 0x8b, 0xc1, 0, 0x41]), "证A");
    // Half of a line end, and half of a pair.
    assert_eq!(decode(&[0xff, 0xfe, 0x41, 0, 0x0d]), "A");
    assert_eq!(decode(&[0xff, 0xfe, 0x3d, 0xd8, 0x41, 0]), "\u{fffd}A");
    assert_eq!(decode(&[0x41, 0xe9]), "Aé");
}

#[test]
fn every_escape_is_undone() {
    for text in texts() {
        let percent = escaped(&text, |c| format!("%{:02X}", u32::from(c)));
        let form =
            escaped(
                &text,
                |c| if c == ' ' { "+".into() } else { format!("%{:02x}", u32::from(c)) },
            );
        let wide = |text: &str| -> String {
            let wide = |c| match c {
                ' ' => '\u{3000}',
                c => char::from_u32(u32::from(c) + 0xfee0).unwrap(),
            };
            text.chars().map(wide).collect()
        };
        let utf16 = |unit: fn(u16) -> [u8; 2], mark: &[u8]| {
            let units = text.encode_utf16().flat_map(unit);
            decode(&mark.iter().copied().chain(units).collect::<Vec<u8>>())
        };
        for line in [
            percent.clone(),
            percent.to_lowercase().replace(&percent.to_lowercase(), &percent),
            escaped(&percent, |c| format!("%{:02X}", u32::from(c))),
            form,
            wide(&text),
            format!("\u{feff}{}", wide(&text)),
            escaped(&text, |c| format!("&#{};", u32::from(c))),
            escaped(&text, |c| format!("&#x{:X};", u32::from(c))),
            escaped(&text, named),
            escaped(&text, |c| format!("\\u{:04x}", u32::from(c))),
            escaped(&text, |c| format!("\\{c}")),
            escaped(&text, |c| format!("\\x{:02x}", u32::from(c))),
            escaped(&text, |c| format!("={:02X}", u32::from(c))),
            text.replace(' ', "\u{a0}"),
            text.replace('-', "\u{2013}").replace(':', "\u{ff1a}"),
            text.chars().map(|c| format!("{c}\u{200b}")).collect(),
            text.chars().map(|c| format!("{c}\0")).collect(),
            utf16(u16::to_le_bytes, &[0xff, 0xfe]),
            utf16(u16::to_be_bytes, &[0xfe, 0xff]),
            utf16(u16::to_le_bytes, &[]),
            utf16(u16::to_be_bytes, &[]),
            format!("LP1 {} ", text),
        ] {
            assert!(is_token(&line, &text), "{line:?}: {:?}", read(&line));
        }
        // The text broken into lines.
        let broken: Vec<&str> =
            text.as_bytes().chunks(76).map(|line| core::str::from_utf8(line).unwrap()).collect();
        if !broken.iter().any(|line| line.starts_with(' ') || line.ends_with(' ')) {
            let line = broken.join("\r\n ");
            assert!(is_token(&line, &text), "{line:?}: {:?}", read(&line));
        }
    }
}

#[test]
fn changed_case_is_restored_and_told() {
    for (_, token) in every_token() {
        let text = token.to_qr_text();
        for line in [text.to_lowercase(), format!("]q1{}\t", text.to_lowercase())] {
            let Reading::Token(read) = read(&line) else { panic!("{line}: {:?}", read(&line)) };
            assert_eq!((read.text(), read.case_changed()), (text.as_str(), true));
        }
        let link = token.to_link_text();
        let swap = |c: char| {
            if c.is_ascii_lowercase() { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() }
        };
        let Reading::Token(read) = read(&link.chars().map(swap).collect::<String>()) else {
            panic!()
        };
        assert_eq!((read.text(), read.case_changed()), (link.as_str(), true));
    }
}

#[test]
fn two_tokens_are_none() {
    let [a, b] = [pass(), presentation(&ed25519_device())].map(|token| token.to_qr_text());
    for between in ["", " ", "\t", "]Q1"] {
        let glued = format!("{a}{between}{b}");
        assert_eq!(read(&glued), Reading::Fault(Fault::SeveralCodes), "{glued:?}");
        // A second code that is not whole.
        let begun = format!("{a}{between}{}", b.get(..200).unwrap());
        assert_eq!(read(&begun), Reading::Fault(Fault::SeveralCodes), "{begun:?}");
        // The same code twice is one code.
        let twice = format!("{a}{between}{a}");
        assert!(is_token(&twice, &a), "{twice:?}");
    }
}

#[test]
fn a_cut_token_is_told_and_a_broken_one_is_the_visitors() {
    for (_, token) in every_token() {
        let text = token.to_qr_text();
        for length in [64, 65, 100, 199, 200, 201, text.len() - 1] {
            let cut = format!("\t{}", text.get(..length).unwrap());
            assert_eq!(read(&cut), Reading::Fault(Fault::CutLine), "{cut:?}");
        }
        let broken = text.replace("LP1:", "LP1:0");
        assert_eq!(read(&broken), Reading::Other(broken.clone()));
        assert_eq!(read(&format!("]Q1{broken}")), Reading::Other(broken));
    }
}

proptest! {
    #[test]
    fn junk_of_the_known_kinds_never_hides_a_token(
        before in proptest::collection::vec(proptest::sample::select(added()), 0..3),
        behind in proptest::collection::vec(proptest::sample::select(added()), 0..3),
        which in 0..6_usize,
    ) {
        let text = &texts()[which];
        let line = format!("{}{text}{}", before.concat(), behind.concat());
        prop_assert!(is_token(&line, text), "{:?}: {:?}", line, read(&line));
    }

    #[test]
    fn reading_ends_and_gives_strict_tokens(line in "\\PC{0,300}|[LP1:0oR%&#;\\\\a-fA-F0-9]{0,300}") {
        if let Reading::Token(token) = read(&line) {
            prop_assert!(livepermit_gate::Token::from_text(token.text()).is_ok());
        }
        let _ = livepermit_gate::wedge::ending(&line);
    }
}

/// Files and pasted texts: only what stands at the ends is cut off.
#[test]
fn a_file_is_cut_at_its_ends_alone() {
    for text in texts() {
        for before in ["", " ", "\u{feff}", "\r\n", "\t "] {
            for behind in ["", "\n", "\r\n", "\r\n\r\n", " \n", "\t", "\u{a0}", "\u{200b}"] {
                let file = format!("{before}{text}{behind}");
                assert_eq!(livepermit_gate::wedge::trim(&file), text, "{file:?}");
            }
        }
        let other = format!("x{text}");
        assert_eq!(livepermit_gate::wedge::trim(&format!(" {other}\n")), other);
    }
    assert_eq!(livepermit_gate::wedge::trim("\u{feff} \r\n"), "");
}
