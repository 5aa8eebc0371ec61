//! How much is cut off, undone and recognised, and where that ends.

use livepermit::issue::Person;
use livepermit_gate::Token;
use livepermit_gate::wedge::{Ending, Fault, Reading, ending, read};
use livepermit_testkit::{
    NOW, at, ed25519_device, every_token, german, issuer, issuer_key, p256_device, pass, permit,
    presentation, presentation_of, slip_permit,
};

use super::{BASE45, LINK};

fn is_token(line: &str, token: &str) -> bool {
    matches!(read(line), Reading::Token(read) if read.text() == token)
}

#[test]
fn no_more_is_cut_off_than_a_scanner_adds() {
    let text = pass().to_qr_text();
    let [most, too_much] = [64, 65].map(|count| "X".repeat(count));
    for (before, behind) in [("", most.as_str()), (&most, ""), (&most, &most)] {
        assert!(is_token(&format!("{before}{text}{behind}"), &text), "{before:?} {behind:?}");
    }
    for (before, behind) in [("", too_much.as_str()), (&too_much, ""), (&most, &too_much)] {
        let line = format!("{before}{text}{behind}");
        assert!(matches!(read(&line), Reading::Other(_)), "{:?}", read(&line));
    }
    // The added characters are counted, not their bytes.
    assert!(is_token(&format!("{}{text}", "é".repeat(64)), &text));
}

/// A token whose lengths are written in two bytes each.
fn long_token() -> Token {
    let person = Person::new(&"王小明".repeat(20)).unwrap();
    let [_, token] = presentation_of(&slip_permit().with_person(person), &p256_device());
    token
}

/// The link text of a long presentation has its credential in it, as a text that is a token too.
#[test]
fn a_long_token_is_read_as_a_whole_or_not_at_all() {
    let token = long_token();
    for text in [token.to_qr_text(), token.to_link_text()] {
        for behind in ["", "#n]", "\t", "AAAA"] {
            let line = format!("]Q1{text}{behind}");
            assert!(is_token(&line, &text), "{line}: {:?}", read(&line));
        }
        for length in (64..text.len()).step_by(7) {
            let cut = text.get(..length).unwrap();
            assert_eq!(read(cut), Reading::Fault(Fault::CutLine), "{cut}");
            assert_eq!(ending(cut), Ending::GoesOn, "{cut}");
        }
    }
    assert_eq!(token.to_link_text().matches("0oR").count(), 2);
}

#[test]
fn a_second_token_may_just_have_begun() {
    let [first, second] = [pass(), presentation(&ed25519_device())].map(|token| token.to_qr_text());
    for length in 4..second.len() {
        let line = format!("{first}{}", second.get(..length).unwrap());
        assert_eq!(read(&line), Reading::Fault(Fault::SeveralCodes), "{line}");
    }
    for none in ["LP1", "LP1:::::::", "LP1:0HW000"] {
        let line = format!("{first}{none}");
        assert!(is_token(&line, &first), "{line}");
    }
}

#[test]
fn a_plus_is_a_space_only_where_no_space_is_written_in_digits() {
    let mut seen = 0;
    for (_, token) in every_token() {
        let text = token.to_qr_text();
        if !text.contains(' ') || !text.contains('+') {
            continue;
        }
        seen += 1;
        for line in [
            text.replace('%', "%25").replace(' ', "%20"),
            text.replace('%', "%2525").replace(' ', "%2520"),
            text.replace('%', "%25").replace('+', "%2B").replace(' ', "+"),
            // In quoted-printable mail a plus is a plus.
            text.replace(':', "=3A"),
            text.replace(' ', "\u{2003}"),
        ] {
            assert!(is_token(&line, &text), "{line:?}");
        }
    }
    assert!(seen > 0);
}

/// A token can have the characters `%20`. A form writes them `%2520`, as a form that was written
/// twice writes a space.
#[test]
fn a_token_with_the_digits_of_a_space_comes_through_a_form() {
    let tokens = (0..60_000).map(|second| {
        let pass = issuer().prepare_pass(&permit(), None, at(NOW + second)).unwrap();
        pass.sign(&issuer_key()).unwrap().to_qr_text()
    });
    let text = tokens
        .into_iter()
        .find(|text| text.contains("%20") && text.replace("%20", "").contains(' '));
    let text = text.unwrap();
    let escaped = |c: char| match c {
        ' ' => "+".to_owned(),
        'A'..='Z' | '0'..='9' | '-' | '.' => c.to_string(),
        c => format!("%{:02X}", u32::from(c)),
    };
    let line: String = text.chars().map(escaped).collect();
    assert!(line.contains("%2520") && is_token(&line, &text), "{line:?}");
    // Written again, as forms write it.
    let again: String = line.chars().map(escaped).collect();
    assert!(is_token(&again, &text), "{again:?}");
}

#[test]
fn long_lines_are_undone_too() {
    for (_, token) in every_token() {
        let text = token.to_qr_text();
        let each = |escape: fn(u32) -> String| -> String {
            text.chars().map(|c| escape(u32::from(c))).collect()
        };
        for line in [
            each(|code| format!("&#{code};")),
            each(|code| format!("\\u{code:04X}")),
            each(|code| format!("%25{code:02x}")),
        ] {
            assert!(line.len() > 1_100 && is_token(&line, &text), "{line:?}");
        }
    }
}

#[test]
fn a_mistyped_line_is_known_by_its_length_and_its_shape() {
    let typed = german(&presentation(&ed25519_device()).to_qr_text());
    let begin = |length: usize| typed.chars().take(length).collect::<String>();
    for length in [120, 121, 200] {
        assert!(matches!(read(&begin(length)), Reading::Fault(Fault::Layout(_))), "{length}");
    }
    assert!(matches!(read(&begin(119)), Reading::Other(_)));
    // As long, with the same beginning, and written with few characters, with too many, or with one
    // much more often than others.
    let few = "ABCÖ".repeat(60);
    let many: String = (0..300).filter_map(|number| char::from_u32(0x4e00 + number)).collect();
    let uneven = "A".repeat(100);
    for rest in [few, many, uneven] {
        let other = format!("{}{rest}", begin(30));
        assert!(matches!(read(&other), Reading::Other(_)), "{other}");
    }
}

const ASCII: &str = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ!\"#';()";
const CYRILLIC: &str = "0123456789ФИСВУАПРШОЛДЬТЩЗЙКЫЕГМЦЧНЯ ;%*+-ю.Ж";

/// How many of the characters can be the third of a group of three. In base45 33 can.
#[derive(Clone, Copy)]
enum Thirds {
    AsInBase45,
    All,
}

/// A long line that begins so, and then has groups of these characters without another pattern.
fn line(begin: &str, characters: &str, thirds: Thirds) -> String {
    let characters: Vec<char> = characters.chars().collect();
    let mut state = 1_u64;
    let more = (0..400).map(|at| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        let count = match thirds {
            Thirds::AsInBase45 if at % 3 == 2 => 33,
            _ => characters.len(),
        };
        characters[usize::try_from(state >> 33).unwrap() % count]
    });
    begin.chars().chain(more).collect()
}

/// Others write long codes too. The fewer characters a line can have, the more of its beginning must
/// be right.
#[test]
fn the_beginning_of_a_mistyped_line_repeats_itself_as_a_token_does() {
    let mut wrong = Vec::new();
    for (begin, characters, is_ours) in [
        // As `LP1:RRQ??BERK`, with other letters.
        ("XY2.AAB00CDAE", BASE45, true),
        ("]Q1XY2.AAB00CDAE", BASE45, true),
        ("]Q1XY2.AAB00CDZE", BASE45, false),
        ("XY2.AAB00CDZE", BASE45, false),
        // `LP1` alone is no beginning, and far behind the start of a line it proves nothing.
        ("LP1XYZ23", BASE45, false),
        ("LP1 RRQ23", BASE45, true),
        ("A2C4E6G8I0K2M4O6Q8S0U2W4Y6A8C0E2GLP1 RRQ23", BASE45, false),
        ("XY2_AAb00CDAE", LINK, false),
        ("XY2!AAB00CDAE", ASCII, true),
        ("XY2!AAB00CDZE", ASCII, true),
        ("XY2!AZB00CDVE", ASCII, true),
        ("#XY2!AAB00CDAE", ASCII, true),
        ("#XY2!AAB00CDZE", ASCII, true),
        ("#XY2!AZB00CDAE", ASCII, true),
        ("####XY2!AZB00CDAE", ASCII, true),
        // Eight equal characters are no beginning, so this one starts behind them.
        ("########XY2!AZB00CDAEZZZZZZZZZZZZ", ASCII, true),
        // As `LP1:RRQ??BERK???RRQJEA?60GO0`, with three irregular keys.
        ("XY2!$AZB00CDVE111AABFDG3HIJKI", ASCII, true),
        ("ДЗ1ЖККЙ00ИУКЛ", CYRILLIC, true),
    ] {
        let line = line(begin, characters, Thirds::AsInBase45);
        let is_fault = matches!(read(&line), Reading::Fault(Fault::Layout(_)));
        if is_fault != is_ours {
            wrong.push(begin);
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// One in some hundred random lines of base45 begins as a pass does, with other letters.
#[test]
fn a_line_that_begins_as_a_pass_by_chance_stays_theirs() {
    for (begin, characters) in [("XY2.AAB00CDAE", BASE45), ("XY20AAB00CDAE", LINK)] {
        let line = line(begin, characters, Thirds::All);
        assert!(matches!(read(&line), Reading::Other(_)), "{line}");
    }
    let line = line("XY2.AAB00CDAE", BASE45, Thirds::AsInBase45);
    for (length, is_ours) in [(249, false), (250, true), (400, true)] {
        let line: String = line.chars().take(length).collect();
        let is_fault = matches!(read(&line), Reading::Fault(Fault::Layout(_)));
        assert_eq!(is_fault, is_ours, "{line}");
    }
}
