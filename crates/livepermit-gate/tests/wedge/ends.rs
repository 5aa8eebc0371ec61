//! Where a line ends that comes in several pieces.

use livepermit_gate::wedge::{Ending, ending};
use livepermit_testkit::{every_token, german, pass, slip};

#[test]
fn a_token_goes_on_until_it_is_whole() {
    let tokens = every_token().map(|(_, token)| token).into_iter().chain([slip()]);
    for text in tokens.flat_map(|token| [token.to_qr_text(), token.to_link_text()]) {
        for before in ["", "]Q1", "\u{2}"] {
            for length in (8..text.len()).step_by(11).chain([text.len() - 1]) {
                let begun = format!("{before}{}", text.get(..length).unwrap());
                assert_eq!(ending(&begun), Ending::GoesOn, "{begun:?}");
            }
            for behind in ["", "\t", "#n]"] {
                let whole = format!("{before}{text}{behind}");
                assert_eq!(ending(&whole), Ending::AtPause, "{whole:?}");
            }
        }
    }
}

#[test]
fn the_last_of_several_tokens_decides() {
    let text = pass().to_qr_text();
    assert_eq!(ending(&format!("{text}{text}")), Ending::AtPause);
    for begun in ["LP1:", "LP1:R", text.get(..100).unwrap()] {
        assert_eq!(ending(&format!("{text}{begun}")), Ending::GoesOn, "{begun}");
    }
}

#[test]
fn a_beginning_that_was_changed_may_go_on() {
    let text = pass().to_qr_text();
    let begun = text.get(..60).unwrap();
    for may in [
        begun.to_lowercase(),
        german(begun),
        german(&text),
        begun.replacen(':', "", 1),
        begun.replacen(':', " ", 1),
    ] {
        assert_eq!(ending(&may), Ending::MayGoOn, "{may:?}");
    }
    assert_eq!(ending(&text.to_lowercase()), Ending::AtPause);
}

/// Typed on a computer with a Russian keyboard layout.
fn russian(text: &str) -> String {
    let meant = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
    let typed = "0123456789ФИСВУАПРШОЛДЬТЩЗЙКЫЕГМЦЧНЯ ;%*+-ю.Ж";
    let key = |c| meant.chars().zip(typed.chars()).find(|(key, _)| *key == c).map(|(_, c)| c);
    text.chars().filter_map(key).collect()
}

#[test]
fn a_beginning_may_go_on_however_little_of_it_is_there() {
    for (_, token) in every_token() {
        let text = token.to_qr_text();
        for length in (8..40).chain([100, text.len()]) {
            let begun = russian(text.get(..length).unwrap());
            assert_eq!(ending(&begun), Ending::MayGoOn, "{begun}");
        }
    }
    // As `LP1:RRQ??`, in ASCII. The last characters alone would begin nothing.
    assert_eq!(ending("XY2!AAB00"), Ending::MayGoOn);
    // A key that typed something else is allowed, but not in a long line that is base45 but for its
    // ends, where scanners add something.
    let base45 = "NCFOXN%TS3DH3ZSUZK+.V0ETD%65NL-AH-R6IOOK.IR9B+9D".repeat(3);
    for (length, told) in [(80, Ending::MayGoOn), (119, Ending::MayGoOn), (120, Ending::AtPause)] {
        let begun: String = "ДЗ1ЖККЙ00ИУЗЛ".chars().chain(base45.chars()).take(length).collect();
        assert_eq!(ending(&begun), told, "{begun}");
    }
}

#[test]
fn a_few_characters_may_become_anything() {
    for few in ["", "1", "1234567", " 1234567\u{feff}\t", "LP1:RRQ"] {
        assert_eq!(ending(few), Ending::MayGoOn, "{few:?}");
    }
    assert_eq!(ending("12345678"), Ending::AtPause);
}

#[test]
fn what_cannot_become_a_token_ends_at_a_pause() {
    let text = pass().to_qr_text();
    // The first letters are those of a token, and only the head of the first item is none.
    let broken = format!("LP1:RRQ::{}", text.get(9..).unwrap());
    let certificate = "NCFOXN%TS3DH3ZSUZK+.V0ETD%65NL-AH-R6IOOK.IR9B+9D".repeat(4);
    let certificate = format!("]Q1HC1:{certificate}");
    for other in [
        "LP1:HELLO WORLD",
        "LP1 HELLO WORLD",
        "LP1:0HW000",
        "4006381333931",
        "00020101021226580014br.gov.bcb.pix0136123e4567-e12b",
        "M1DESMARAIS/LUC       EABC123 YULFRAAC 0834 326J001A0025 100",
        &broken,
        broken.get(..60).unwrap(),
        &certificate,
    ] {
        assert_eq!(ending(other), Ending::AtPause, "{other:?}");
    }
}
