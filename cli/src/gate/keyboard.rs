//! Why a code came out wrong: a hand scanner types as a keyboard, and the computer takes it for
//! another one.

use livepermit::Token;

/// What was found out about a text that is no token. The mended text is never accepted: the scanner
/// is to be set right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mangled {
    /// The scanner types for an American keyboard, and the computer has this one.
    Layout(&'static str),
    /// Letters changed their case.
    Case,
}

impl Mangled {
    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::Layout(_) => "keyboard-layout",
            Self::Case => "keyboard-case",
        }
    }

    pub(crate) fn cause(self) -> String {
        match self {
            Self::Layout(layout) => format!(
                "The scanner types for an American keyboard, and this computer takes it for a {layout} one."
            ),
            Self::Case => "The letters of the code arrived with their case changed.".to_owned(),
        }
    }

    pub(crate) fn instruction(self) -> String {
        match self {
            Self::Layout(layout) => format!(
                "Gate out of order: set the scanner to a {layout} keyboard, or this computer to an American one (US); \
                 best, set the scanner to act as a serial device (USB-COM)."
            ),
            Self::Case => {
                "Gate out of order: switch Caps Lock off, and set the scanner to leave upper and lower case \
                           as they are."
                    .to_owned()
            }
        }
    }
}

/// What each key of the code's alphabet types where it differs from an American keyboard: (meant,
/// typed).
struct Layout {
    name: &'static str,
    keys: &'static [(char, &'static str)],
}

/// Where a key only begins an accented letter, the letters it can make with the next one of the
/// alphabet follow it.
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

/// The dead key that `+` is on a German keyboard melts with the vowel behind it.
const MELTED: [(char, &str); 5] = [('À', "+A"), ('È', "+E"), ('Ì', "+I"), ('Ò', "+O"), ('Ù', "+U")];

/// Tells whether a text that is no token would be one if the keyboard were right.
pub(crate) fn diagnose(text: &str) -> Option<Mangled> {
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

/// Takes away the mark that many scanners put before a QR code: `]Q` and one character.
pub(crate) fn strip_symbology(text: &str) -> &str {
    text.strip_prefix("]Q")
        .and_then(|rest| rest.strip_prefix(|modifier: char| modifier.is_ascii_digit()))
        .unwrap_or(text)
}

/// The text as it was meant; two guesses, because a dead key swallows the space behind it.
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

/// Only where it stays one character: ß has no such capital.
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
