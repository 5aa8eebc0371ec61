//! Why a code was typed wrongly: a hand scanner types like a keyboard, and the computer assumes
//! another keyboard layout.

use livepermit::Token;

/// Why a text is no token. The repaired text is never accepted: somebody must change the settings
/// of the scanner.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mangled {
    /// The scanner types for an American keyboard, and the computer has this one.
    Layout(&'static str),
    /// Letters changed their case.
    Case,
}

impl Mangled {
    pub(super) const fn code(self) -> &'static str {
        match self {
            Self::Layout(_) => "keyboard-layout",
            Self::Case => "keyboard-case",
        }
    }
}

/// The keys of the code's alphabet that type another character than on an American keyboard:
/// (meant, typed).
struct Layout {
    name: &'static str,
    keys: &'static [(char, &'static str)],
}

/// If a key only begins an accented letter, the letters that it makes with the next character of
/// the alphabet follow it.
const LAYOUTS: [Layout; 4] = [
    Layout {
        name: "German",
        keys: &[
            ('Y', "Z"),
            ('Z', "Y"),
            ('*', "("),
            ('+', "`"),
            ('-', "ß"),
            ('/', "-"),
            (':', "Ö"),
            (']', "+"),
        ],
    },
    Layout {
        name: "French",
        keys: &[
            ('1', "&"),
            ('2', "é"),
            ('3', "\""),
            ('4', "'"),
            ('5', "("),
            ('6', "-"),
            ('7', "è"),
            ('8', "_"),
            ('9', "ç"),
            ('0', "à"),
            ('A', "Q"),
            ('Q', "A"),
            ('Z', "W"),
            ('W', "Z"),
            ('M', "?"),
            ('$', "4"),
            ('%', "5"),
            ('*', "8"),
            ('-', ")"),
            ('.', ":"),
            ('/', "!"),
            (':', "M"),
            (']', "$"),
        ],
    },
    Layout {
        name: "Spanish",
        keys: &[('*', "("), ('+', "¿"), ('-', "'"), ('/', "-"), (':', "Ñ"), (']', "+")],
    },
    Layout {
        name: "Italian",
        keys: &[('*', "("), ('+', "^"), ('-', "'"), ('/', "-"), (':', "ç"), (']', "+")],
    },
];

/// On a German keyboard, `+` is a dead key, which combines with the next vowel.
const MELTED: [(char, &str); 5] = [('À', "+A"), ('È', "+E"), ('Ì', "+I"), ('Ò', "+O"), ('Ù', "+U")];

/// Finds out whether a text would be a token with another keyboard layout.
pub(super) fn diagnose(text: &str) -> Option<Mangled> {
    let swapped = swap_case(text);
    let upper = upper_case(text);
    if parses(&swapped) || parses(&upper) {
        return Some(Mangled::Case);
    }
    for layout in &LAYOUTS {
        for text in [text, upper.as_str(), swapped.as_str()] {
            if mend(text, layout).iter().any(|mended| parses(mended)) {
                return Some(Mangled::Layout(layout.name));
            }
        }
    }
    None
}

fn parses(text: &str) -> bool {
    Token::from_text(strip_symbology(text)).is_ok()
}

/// Removes the mark that many scanners put before a QR code: `]Q` and one character.
pub(super) fn strip_symbology(text: &str) -> &str {
    text.strip_prefix("]Q")
        .and_then(|rest| rest.strip_prefix(|modifier: char| modifier.is_ascii_digit()))
        .unwrap_or(text)
}

/// The meant text. There are two guesses, because a dead key swallows the next space.
fn mend(text: &str, layout: &Layout) -> Vec<String> {
    let mut first = String::new();
    for typed in text.chars() {
        if let Some((_, meant)) = MELTED.iter().find(|(melted, _)| *melted == typed) {
            first.push_str(meant);
            continue;
        }
        let key = layout.keys.iter().find(|(_, typed_text)| typed_text.chars().eq([typed]));
        first.push(key.map_or(typed, |(meant, _)| *meant));
    }
    let second = first.replace('+', "+ ");
    vec![first, second]
}

fn swap_case(text: &str) -> String {
    text.chars().map(|c| if c.is_uppercase() { lower(c) } else { upper(c) }).collect()
}

fn upper_case(text: &str) -> String {
    text.chars().map(upper).collect()
}

/// Only if the result is one character: ß has no such capital.
fn upper(c: char) -> char {
    let mut more = c.to_uppercase();
    match (more.next(), more.next()) {
        (Some(one), None) => one,
        _ => c,
    }
}

fn lower(c: char) -> char {
    let mut more = c.to_lowercase();
    match (more.next(), more.next()) {
        (Some(one), None) => one,
        _ => c,
    }
}
