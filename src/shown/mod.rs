//! How a text that a person wrote is shown to another person: as it is written, in every script.

mod marks;

use core::fmt::{self, Write as _};

use marks::is_mark;

/// Shows a text of a person, such as a full name, on a screen or in a log.
///
/// Everything is shown as it is written: letters of every script, their marks (`é` in one or two
/// characters, vowel signs), joiners inside words. These are escaped, as `\u{202e}` or `\n`:
///
/// - control characters and ends of lines, which could drive a terminal;
/// - characters that turn the direction of text, or hide: overrides, isolates, spaces without
///   width, tags;
/// - a mark with no letter or sign before it, and a joiner that joins nothing.
///
/// No character is replaced by another one, so letters that look alike stay as they are.
///
/// ```
/// use livepermit::field::Shown;
/// assert_eq!(Shown::new("प्रियंका शर्मा").to_string(), "प्रियंका शर्मा");
/// assert_eq!(Shown::new("Li\u{202e}ieL").to_string(), "Li\\u{202e}ieL");
/// assert_eq!(Shown::quoted("say \"ah\"").to_string(), r#""say \"ah\"""#);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shown<'a> {
    text: &'a str,
    quoted: bool,
}

impl<'a> Shown<'a> {
    /// Shows the text alone.
    #[must_use]
    pub const fn new(text: &'a str) -> Self {
        Self { text, quoted: false }
    }

    /// Shows the text in double quotes, with `\` before each `"` and `\` in it.
    #[must_use]
    pub const fn quoted(text: &'a str) -> Self {
        Self { text, quoted: true }
    }
}

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.quoted {
            f.write_char('"')?;
        }
        for (c, shown) in judged(self.text) {
            if !shown {
                match c {
                    '\n' => f.write_str("\\n")?,
                    '\r' => f.write_str("\\r")?,
                    '\t' => f.write_str("\\t")?,
                    c => write!(f, "{}", c.escape_unicode())?,
                }
                continue;
            }
            if self.quoted && matches!(c, '"' | '\\') {
                f.write_char('\\')?;
            }
            f.write_char(c)?;
        }
        if self.quoted {
            f.write_char('"')?;
        }
        Ok(())
    }
}

/// What stands before a character.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Before {
    /// Nothing that a mark could belong to.
    Nothing,
    /// A letter or digit.
    Letter,
    /// A mark.
    Mark,
    /// A joiner that joins. A second one behind it would join nothing.
    Joiner,
    /// A sign that is no letter.
    Sign,
}

/// Each character, and whether [`Shown`] shows the character as it is.
fn judged(text: &str) -> impl Iterator<Item = (char, bool)> + '_ {
    let mut before = Before::Nothing;
    let mut rest = text.chars();
    core::iter::from_fn(move || {
        let c = rest.next()?;
        let next = rest.clone().next();
        let (shown, now) = if is_joiner(c) {
            let joins = match before {
                Before::Mark => true,
                Before::Letter => next.is_some_and(|next| is_letter(next) || is_mark(next)),
                Before::Nothing | Before::Sign | Before::Joiner => false,
            };
            (joins, if joins { Before::Joiner } else { Before::Nothing })
        } else if hides_or_turns(c) {
            (false, Before::Nothing)
        } else if is_mark(c) {
            let belongs = before != Before::Nothing;
            (belongs, if belongs { Before::Mark } else { Before::Nothing })
        } else if c.is_whitespace() {
            (true, Before::Nothing)
        } else if c.is_alphanumeric() {
            (true, Before::Letter)
        } else {
            (true, Before::Sign)
        };
        before = now;
        Some((c, shown))
    })
}

/// The first character that [`Shown`] escapes, and its place in characters, from 1.
pub(crate) fn first_escaped(text: &str) -> Option<(char, usize)> {
    judged(text).zip(1..).find_map(|((c, shown), at)| (!shown).then_some((c, at)))
}

/// A letter that is seen.
pub(crate) fn is_letter(c: char) -> bool {
    c.is_alphabetic() && !is_mark(c) && !hides_or_turns(c)
}

/// Characters without width that belong into words of some scripts: ZWNJ, ZWJ and the Mongolian
/// vowel separator.
const fn is_joiner(c: char) -> bool {
    matches!(c, '\u{200c}' | '\u{200d}' | '\u{180e}')
}

/// Controls, ends of lines, and characters that hide or that turn the direction of text.
fn hides_or_turns(c: char) -> bool {
    let ideographic_variation = matches!(c, '\u{e0100}'..='\u{e01ef}');
    c.is_control()
        || matches!(
            c,
            '\u{ad}'
                | '\u{61c}'
                | '\u{115f}'..='\u{1160}'
                | '\u{200b}'
                | '\u{200e}'..='\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{2800}'
                | '\u{3164}'
                | '\u{feff}'
                | '\u{ffa0}'
                | '\u{fff0}'..='\u{fffb}'
                | '\u{1bca0}'..='\u{1bca3}'
                | '\u{1d173}'..='\u{1d17a}'
                | '\u{e0000}'..='\u{e0fff}'
        ) && !ideographic_variation
}

#[cfg(test)]
mod tests {
    use alloc::string::{String, ToString as _};

    use proptest::prelude::*;

    use super::*;

    fn shown(text: &str) -> String {
        Shown::new(text).to_string()
    }

    #[test]
    fn names_of_many_scripts_are_shown_as_they_are_written() {
        for name in [
            "Ada Lovelace",
            "O’Neill-D'Arcy, Jr.",
            "José Nuñez",
            "Jose\u{301} Nun\u{303}ez",
            "Nguyễn Thị Ánh Tuyết",
            "प्रियंका शर्मा",
            "சிவசுப்பிரமணியம் வெங்கடேஸ்வரன் கிருஷ்ணமூர்த்தி",
            "আব্দুর র\u{200d}্যাব",
            "രാജന്\u{200d}",
            "ශ්\u{200d}රී ලංකා",
            "ณัฐพล วงศ์สุวรรณ",
            "མི་ལ་རས་པ།",
            "ကျော်ဇော",
            "سلیمان شاه\u{200c}عالم",
            "مُحَمَّد",
            "יִצְחָק בֶּן־צְבִי",
            "Ἀριστοτέλης Σωκράτης",
            "Дмитрий Ёлкин",
            "王小明",
            "葛\u{e0100}城",
            "ひらがな カタカナ\u{3000}・ー",
            "각 가\u{11a8}",
            "ᠮᠣᠩᠭᠣᠯ\u{180e}ᠠ",
            "ʻAbd al-ʿAzīz",
            "የኢትዮጵያ",
        ] {
            assert_eq!(shown(name), name);
            assert_eq!(first_escaped(name), None, "{name}");
            assert!(name.chars().any(is_letter), "{name}");
        }
    }

    #[test]
    fn what_hides_or_turns_text_is_escaped() {
        for (text, wanted) in [
            ("a\u{1b}[2J", "a\\u{1b}[2J"),
            ("a\u{9b}b", "a\\u{9b}b"),
            ("a\nb\r\t", "a\\nb\\r\\t"),
            ("a\u{2028}b", "a\\u{2028}b"),
            ("a\u{202e}b", "a\\u{202e}b"),
            ("a\u{2066}b\u{2069}", "a\\u{2066}b\\u{2069}"),
            ("a\u{200b}b", "a\\u{200b}b"),
            ("a\u{200d}", "a\\u{200d}"),
            ("a \u{200c}b", "a \\u{200c}b"),
            ("a\u{200d}\u{200d}b", "a\\u{200d}\\u{200d}b"),
            ("a\u{301}\u{200d}\u{200d}b", "a\u{301}\u{200d}\\u{200d}b"),
            ("ക\u{d4d}\u{200d}\u{200c}\u{200d}", "ക\u{d4d}\u{200d}\\u{200c}\\u{200d}"),
            ("\u{301}a", "\\u{301}a"),
            ("a \u{94d}b", "a \\u{94d}b"),
            ("a\u{feff}\u{301}", "a\\u{feff}\\u{301}"),
            ("a\u{e0041}", "a\\u{e0041}"),
        ] {
            assert_eq!(shown(text), wanted);
            assert!(first_escaped(text).is_some(), "{wanted}");
        }
        assert_eq!(first_escaped("ab\u{202e}"), Some(('\u{202e}', 3)));
        assert!(!"\u{3164}\u{115f} 12".chars().any(is_letter));
    }

    #[test]
    fn the_marks_are_those_that_core_knows() {
        if char::UNICODE_VERSION.0 > 17 {
            println!("skipped: the table is of Unicode 17, and this Rust knows a newer one");
            return;
        }
        // `escape_debug` escapes what extends a letter, and what nobody can see.
        let extends = |c: char| {
            let alone = c.escape_debug().len() > 1;
            let mut text = String::from("x");
            text.push(c);
            alone && text.escape_debug().count() == 2
        };
        // Not marks: halfwidth Katakana marks and the like, which have a width of their own; and
        // the joiners.
        let others =
            |c: char| is_joiner(c) || hides_or_turns(c) || matches!(c, '\u{ff9e}'..='\u{ff9f}');
        for c in ('\0'..=char::MAX).filter(|c| extends(*c) && !others(*c)) {
            assert!(is_mark(c), "{}", c.escape_unicode());
        }
        for c in ('\0'..='\u{2ff}').chain('\u{4e00}'..='\u{9fff}').chain('\u{ac00}'..='\u{d7a3}') {
            assert!(!is_mark(c), "{}", c.escape_unicode());
        }
    }

    proptest! {
        #[test]
        fn assigned_marks_are_marks_and_letters_are_not(
            mark in "[\\p{Mn}\\p{Mc}\\p{Me}]", letter in "[\\p{L}\\p{N}\\p{P}\\p{S}\\p{Z}]"
        ) {
            prop_assert!(mark.chars().all(is_mark), "{}", mark.escape_unicode());
            prop_assert!(!letter.chars().any(is_mark), "{}", letter.escape_unicode());
        }

        #[test]
        fn nothing_that_drives_a_terminal_is_left(text in any::<String>()) {
            let shown = Shown::quoted(&text).to_string();
            let turns = |c| matches!(c, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
            let left = shown.chars().find(|c| c.is_control() || turns(*c));
            prop_assert_eq!(left, None);
            prop_assert_eq!(first_escaped(&text).is_none(), Shown::new(&text).to_string() == text);
        }
    }
}
