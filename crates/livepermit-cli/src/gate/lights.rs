//! The look of a light on a screen.

use anstyle::{AnsiColor, Color, Style};

use super::answer::Light;
use super::texts;

/// The colours and the word of a light. The word helps people who cannot distinguish the colours.
pub(super) fn look(light: Light) -> (Style, String) {
    let (colour, word) = match light {
        Light::Green => (AnsiColor::Green, texts::green()),
        Light::Yellow => (AnsiColor::Yellow, texts::yellow()),
        Light::Red => (AnsiColor::Red, texts::red()),
        Light::OutOfOrder => (AnsiColor::Blue, texts::out_of_order()),
        Light::Neutral => (AnsiColor::BrightBlack, texts::neutral()),
    };
    let ink = match light {
        Light::Green | Light::Yellow => AnsiColor::Black,
        _ => AnsiColor::BrightWhite,
    };
    let style =
        Style::new().bold().fg_color(Some(Color::Ansi(ink))).bg_color(Some(Color::Ansi(colour)));
    (style, word)
}

pub(super) fn wrap(text: &str, columns: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split(' ') {
        match lines.last_mut() {
            Some(line) if line.chars().count() + word.chars().count() + 5 < columns => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}
