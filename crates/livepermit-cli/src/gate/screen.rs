//! Shows answers: one line for each answer, and lights if the output is a terminal.

use std::io::{self, IsTerminal as _, Write as _};

use livepermit::Timestamp;
use livepermit_gate::GatePlace;

use super::answer::{Answer, Light};
use super::full_screen::FullScreen;
use super::health::Health;
use super::lights::{look, padded, wrap};
use super::questions::Question;
use super::shape::mark;
use super::{messages, texts};
use crate::language::spoken;
use crate::shared::failure::Failure;
use crate::shared::output;

#[derive(Debug)]
pub(crate) struct Screen {
    json: bool,
    lights: bool,
    full: Option<FullScreen>,
    sound: bool,
}

impl Screen {
    pub(crate) fn new(json: bool, full: bool, sound: bool) -> Result<Self, Failure> {
        let is_terminal = io::stdout().is_terminal();
        if full && (json || !is_terminal) {
            return Err(texts::full_screen_needs_terminal());
        }
        let full = if full { Some(FullScreen::enter()?) } else { None };
        Ok(Self { json, lights: !json && is_terminal, full, sound })
    }

    pub(super) fn ready(&mut self, place: &GatePlace) {
        if let Some(full) = &mut self.full {
            full.wait_for(place);
        } else if self.lights {
            let place = messages::place(spoken(), place.gate(), place.lane(), place.zone());
            output::note(&texts::waiting(place));
        }
    }

    /// Turns off a light that was shown long enough.
    pub(super) fn refresh(&mut self) {
        if let Some(full) = &mut self.full {
            full.refresh();
        }
    }

    pub(super) const fn is_full(&self) -> bool {
        self.full.is_some()
    }

    /// Shows how the gate is, under the place while the gate waits.
    pub(super) fn health(&mut self, health: &Health) {
        if let Some(full) = &mut self.full {
            full.health(health);
        }
    }

    /// Shows or removes the request to hold still: something in view cannot be read.
    pub(super) fn hint(&mut self, hold_still: bool) {
        if let Some(full) = &mut self.full {
            full.hint(hold_still);
        }
    }

    /// Shows the question of the gate: all the time in full screen, else once.
    pub(super) fn ask(
        &mut self,
        question: &Question,
        is_new: bool,
        place: &GatePlace,
        now: Timestamp,
    ) -> Result<(), Failure> {
        if let Some(full) = &mut self.full {
            full.ask(question, now);
            return Ok(());
        }
        if !is_new {
            return Ok(());
        }
        let text = if self.json {
            format!("{}\n", question.to_json(place, now))
        } else {
            let drawn = question.drawn().filter(|_| self.lights).unwrap_or_default();
            format!("{drawn}{}\n", question.to_line(now))
        };
        write(&text)
    }

    /// Writes the answer and flushes it. If the answer cannot be written, no door opens, so the
    /// gate must stop.
    pub(super) fn show(&mut self, answer: &Answer, place: &GatePlace) -> Result<(), Failure> {
        if self.sound {
            // Use standard error, because a program may read the answers.
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
            format!("{}\n", answer.to_line(spoken()))
        };
        write(&text)
    }
}

fn write(text: &str) -> Result<(), Failure> {
    let mut out = anstream::stdout().lock();
    out.write_all(text.as_bytes())
        .and_then(|()| out.flush())
        .map_err(|error| texts::nobody_reads(&error))
}

/// A band across the window with a colour, a word and an instruction. Each of the three is enough.
fn light(answer: &Answer) -> String {
    let (style, word) = look(spoken(), answer.light());
    let columns =
        crossterm::terminal::size().map_or(80, |(columns, _)| usize::from(columns)).max(20);
    let inner = columns.saturating_sub(4);
    let mut lines = vec![String::new()];
    let mark = mark(answer.light());
    lines.extend(wrap(&format!("{mark} {word}   {}", answer.code()), inner));
    lines.extend(wrap(&answer.instruction(spoken()), inner));
    lines.push(String::new());
    let mut out: String = lines
        .iter()
        .map(|line| format!("{style}  {}{style:#}\n", padded(line, columns.saturating_sub(2))))
        .collect();
    let details = answer.details(spoken());
    if !details.is_empty() {
        let faint = output::FAINT;
        out.push_str(&format!("  {faint}{details}{faint:#}\n"));
    }
    out
}
