//! Where answers go: one line each, and lights where a person looks.

use std::io::{self, IsTerminal as _, Write as _};

use anstyle::{AnsiColor, Color, Style};
use livepermit::Place;

use super::answer::{Answer, Light};
use super::full_screen::FullScreen;
use crate::failure::Failure;
use crate::output;

#[derive(Debug)]
pub(super) struct Screen {
    json: bool,
    lights: bool,
    full: Option<FullScreen>,
    sound: bool,
}

impl Screen {
    pub(super) fn new(json: bool, full: bool, sound: bool) -> Result<Self, Failure> {
        let is_terminal = io::stdout().is_terminal();
        if full && (json || !is_terminal) {
            return Err(Failure::new(
                "--full-screen needs a terminal, and answers that nobody pipes on",
                "leave away --full-screen, or --json and the pipe behind the gate",
            ));
        }
        let full = if full { Some(FullScreen::enter()?) } else { None };
        Ok(Self { json, lights: !json && is_terminal, full, sound })
    }

    pub(super) fn ready(&mut self, place: &Place) {
        if let Some(full) = &mut self.full {
            full.wait_for(place);
        } else if self.lights {
            output::note(&format!(
                "{}, lane {}, into {}: waiting for codes; end with Ctrl-C",
                place.gate(),
                place.lane(),
                place.zone()
            ));
        }
    }

    /// A light that was shown long enough goes out.
    pub(super) fn refresh(&mut self) {
        if let Some(full) = &mut self.full {
            full.refresh();
        }
    }

    /// Whether somebody ended the gate, whose terminal is to be given back.
    pub(super) fn is_over(&self) -> bool {
        self.full.as_ref().is_some_and(FullScreen::is_over)
    }

    /// Something is in view that cannot be read, or no longer.
    pub(super) fn hint(&mut self, hold_still: bool) {
        if let Some(full) = &mut self.full {
            full.hint(hold_still);
        }
    }

    /// Writes the answer and hands it on at once. Where nobody takes it no door opens, so the gate
    /// must stop.
    pub(super) fn show(&mut self, answer: &Answer, place: &Place) -> Result<(), Failure> {
        if self.sound {
            // To standard error, because a program may read the answers.
            let bell = match answer.light() {
                light if light.opens() => "\x07",
                Light::Neutral => "",
                _ => "\x07\x07",
            };
            let _ = io::stderr().write_all(bell.as_bytes());
        }
        if let Some(full) = &mut self.full {
            return full.show(answer);
        }
        let text = if self.json {
            format!("{}\n", answer.to_json(place))
        } else if self.lights {
            light(answer)
        } else {
            format!("{}\n", answer.to_line())
        };
        let mut out = anstream::stdout().lock();
        out.write_all(text.as_bytes()).and_then(|()| out.flush()).map_err(|error| {
            Failure::new(
                format!("nobody takes the answers any more: {error}"),
                "start the gate and what reads its answers again; a code answered now is used up",
            )
        })
    }
}

/// The colours of a light, and its word, so that nobody needs to tell the colours.
pub(super) fn look(light: Light) -> (Style, &'static str) {
    let (colour, word) = match light {
        Light::Green => (AnsiColor::Green, "GREEN"),
        Light::Yellow => (AnsiColor::Yellow, "YELLOW"),
        Light::Red => (AnsiColor::Red, "RED"),
        Light::OutOfOrder => (AnsiColor::Blue, "OUT OF ORDER"),
        Light::Neutral => (AnsiColor::BrightBlack, "SEEN ALREADY"),
    };
    let ink = match light {
        Light::Green | Light::Yellow => AnsiColor::Black,
        _ => AnsiColor::BrightWhite,
    };
    let style =
        Style::new().bold().fg_color(Some(Color::Ansi(ink))).bg_color(Some(Color::Ansi(colour)));
    (style, word)
}

/// A band across the window: colour, word and instruction, so that no one of them is needed.
fn light(answer: &Answer) -> String {
    let (style, word) = look(answer.light());
    let columns =
        crossterm::terminal::size().map_or(80, |(columns, _)| usize::from(columns)).max(20);
    let mut lines = vec![String::new()];
    lines.extend(wrap(&format!("{word}   {}", answer.code()), columns));
    lines.extend(wrap(&answer.instruction(), columns));
    lines.push(String::new());
    let mut out: String = lines
        .iter()
        .map(|line| format!("{style}  {line:<width$}{style:#}\n", width = columns - 2))
        .collect();
    let details = answer.details();
    if !details.is_empty() {
        let faint = output::FAINT;
        out.push_str(&format!("  {faint}{details}{faint:#}\n"));
    }
    out
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
