//! Where answers go: one line each, and lights where a person looks.

use std::io::{self, IsTerminal as _, Write as _};

use anstyle::{AnsiColor, Color, Style};
use livepermit::Place;

use super::answer::{Answer, Light};
use crate::failure::Failure;
use crate::output;

#[derive(Debug)]
pub(super) struct Screen {
    json: bool,
    lights: bool,
}

impl Screen {
    pub(super) fn new(json: bool) -> Self {
        Self { json, lights: !json && io::stdout().is_terminal() }
    }

    pub(super) fn ready(&self, place: &Place) {
        if self.lights {
            output::note(&format!(
                "{}, lane {}, into {}: waiting for codes; end with Ctrl-C",
                place.gate(),
                place.lane(),
                place.zone()
            ));
        }
    }

    /// Writes the answer and hands it on at once. Where nobody takes it no door opens, so the gate must stop.
    pub(super) fn show(&self, answer: &Answer, place: &Place) -> Result<(), Failure> {
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

/// A band across the window: colour, word and instruction, so that no one of them is needed.
fn light(answer: &Answer) -> String {
    let (colour, word) = match answer.light() {
        Light::Green => (AnsiColor::Green, "GREEN"),
        Light::Yellow => (AnsiColor::Yellow, "YELLOW"),
        Light::Red => (AnsiColor::Red, "RED"),
        Light::OutOfOrder => (AnsiColor::Blue, "OUT OF ORDER"),
        Light::Neutral => (AnsiColor::BrightBlack, "SEEN ALREADY"),
    };
    let ink = match answer.light() {
        Light::Green | Light::Yellow => AnsiColor::Black,
        _ => AnsiColor::BrightWhite,
    };
    let style = Style::new().bold().fg_color(Some(Color::Ansi(ink))).bg_color(Some(Color::Ansi(colour)));
    let columns = crossterm::terminal::size().map_or(80, |(columns, _)| usize::from(columns)).max(20);
    let mut lines = vec![String::new()];
    lines.extend(wrap(&format!("{word}   {}", answer.code()), columns));
    lines.extend(wrap(&answer.instruction(), columns));
    lines.push(String::new());
    let mut out: String =
        lines.iter().map(|line| format!("{style}  {line:<width$}{style:#}\n", width = columns - 2)).collect();
    let details = answer.details();
    if !details.is_empty() {
        let faint = output::FAINT;
        out.push_str(&format!("  {faint}{details}{faint:#}\n"));
    }
    out
}

fn wrap(text: &str, columns: usize) -> Vec<String> {
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
