//! The look of a light on a screen.

use anstyle::{AnsiColor, Color, Style};
use textwrap::{Options, WordSeparator};
use unicode_width::UnicodeWidthChar as _;

use super::answer::Light;
use super::messages;
use crate::language::Language;

/// The colours and the word of a light. The word, and the shape beside it, help people who cannot
/// distinguish the colours.
pub(super) fn look(language: &Language, light: Light) -> (Style, String) {
    let (colour, word) = match light {
        Light::Green => (AnsiColor::Green, messages::green(language)),
        Light::Yellow => (AnsiColor::Yellow, messages::yellow(language)),
        Light::Red => (AnsiColor::Red, messages::red(language)),
        Light::OutOfOrder => (AnsiColor::Blue, messages::out_of_order(language)),
        Light::Neutral => (AnsiColor::BrightBlack, messages::neutral(language)),
    };
    let ink = match light {
        Light::Green | Light::Yellow => AnsiColor::Black,
        _ => AnsiColor::BrightWhite,
    };
    let style =
        Style::new().bold().fg_color(Some(Color::Ansi(ink))).bg_color(Some(Color::Ansi(colour)));
    (style, word)
}

/// Lines of at most so many columns. Chinese breaks between its characters, which are two columns
/// wide.
pub(super) fn wrap(text: &str, columns: usize) -> Vec<String> {
    let options = Options::new(columns.max(1))
        .word_separator(WordSeparator::UnicodeBreakProperties)
        .break_words(true);
    textwrap::wrap(text, options).into_iter().map(|line| line.trim_end().to_owned()).collect()
}

/// A text in the middle of a line of so many columns; a text that is too wide is cut.
pub(super) fn centred(text: &str, columns: usize) -> String {
    let (text, taken) = cut(text, columns);
    let free = columns.saturating_sub(taken);
    let before = free / 2;
    format!("{}{text}{}", " ".repeat(before), " ".repeat(free.saturating_sub(before)))
}

/// A text at the start of a line of so many columns; a text that is too wide is cut.
pub(super) fn padded(text: &str, columns: usize) -> String {
    let (text, taken) = cut(text, columns);
    format!("{text}{}", " ".repeat(columns.saturating_sub(taken)))
}

/// The beginning of a text that fits, and its width.
fn cut(text: &str, columns: usize) -> (&str, usize) {
    let mut taken = 0_usize;
    for (at, character) in text.char_indices() {
        let more = taken.saturating_add(character.width().unwrap_or(0));
        if more > columns {
            return (text.get(..at).unwrap_or_default(), taken);
        }
        taken = more;
    }
    (text, taken)
}

#[cfg(test)]
mod tests {
    use super::*;
    use unicode_width::UnicodeWidthStr as _;

    fn width(text: &str) -> usize {
        text.width()
    }

    #[test]
    fn lines_break_where_their_language_breaks_and_never_beyond_the_screen() {
        let chinese = "闸机故障：请关闭大写锁定键（Caps Lock），并把扫描枪设为保持大小写不变。";
        let english = "Gate out of order: switch Caps Lock off, and set the scanner anew.";
        for text in [chinese, english] {
            for columns in 10..90 {
                let lines = wrap(text, columns);
                assert!(lines.iter().all(|line| width(line) <= columns), "{lines:?}");
                let joined: String = lines.concat();
                assert_eq!(joined.replace(' ', ""), text.replace(' ', ""));
            }
        }
        assert!(wrap(chinese, 40).iter().all(|line| width(line) >= 18 || line.ends_with('。')));
    }

    #[test]
    fn a_line_is_as_wide_as_the_screen() {
        for text in ["", "a", "通行", "通行并核对通行并核对通行并核对", &"long ".repeat(30)]
        {
            for columns in [1, 2, 3, 20, 80] {
                assert_eq!(width(&centred(text, columns)), columns);
                assert_eq!(width(&padded(text, columns)), columns);
            }
        }
        assert_eq!(centred("通行", 8), "  通行  ");
        // Half of a character is no character.
        assert_eq!(centred("通行", 3), "通 ");
    }
}
