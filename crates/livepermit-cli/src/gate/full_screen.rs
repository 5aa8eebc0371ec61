//! One light that fills the terminal, so that people across the room see it.

use std::io::{self, Write as _};
use std::time::{Duration, Instant};

use anstyle::{AnsiColor, Style};
use crossterm::cursor::{Hide, MoveTo, Show};
use crossterm::execute;
use crossterm::terminal::{EnterAlternateScreen, LeaveAlternateScreen, size};
use livepermit::Timestamp;
use livepermit_gate::GatePlace;

use super::answer::Answer;
use super::health::Health;
use super::lights::{centred, look, wrap};
use super::questions::Question;
use super::shape::{mark, shape};
use super::{messages, texts};
use crate::language::{Language, spoken};
use crate::shared::failure::Failure;

/// How long a light is shown: long enough for the visitor and the staff to see it.
const SHOWN: Duration = Duration::from_secs(4);

/// The terminal while the gate uses it. A drop restores the terminal.
#[derive(Debug)]
pub(super) struct FullScreen {
    title: String,
    /// The time at which the light goes out; `None` while the gate waits.
    until: Option<Instant>,
    hold_still: bool,
    standing: Option<String>,
    /// Clock, lists, memory and the last scan.
    details: Vec<String>,
    /// The lines of the gate's question.
    question: Vec<String>,
}

impl FullScreen {
    pub(super) fn enter() -> Result<Self, Failure> {
        let screen = Self {
            title: String::new(),
            until: None,
            hold_still: false,
            standing: None,
            details: Vec::new(),
            question: Vec::new(),
        };
        execute!(io::stdout(), EnterAlternateScreen, Hide).map_err(|error| failed(&error))?;
        Ok(screen)
    }

    pub(super) fn wait_for(&mut self, place: &GatePlace) {
        self.title = messages::place(spoken(), place.gate(), place.lane(), place.zone());
        self.draw_waiting();
    }

    pub(super) fn refresh(&mut self) {
        if self.until.is_some_and(|until| Instant::now() >= until) {
            self.until = None;
            self.draw_waiting();
        }
    }

    pub(super) fn hint(&mut self, hold_still: bool) {
        if self.hold_still != hold_still {
            self.hold_still = hold_still;
            if self.until.is_none() {
                self.draw_waiting();
            }
        }
    }

    /// What lasts is shown until it is over; the rest where there is room.
    pub(super) fn health(&mut self, health: &Health) {
        let warnings: Vec<_> =
            health.warnings.iter().map(|warning| warning.text.as_str()).collect();
        let standing = (!warnings.is_empty()).then(|| warnings.join("; "));
        let details = health.details(spoken());
        if (&self.standing, &self.details) != (&standing, &details) {
            (self.standing, self.details) = (standing, details);
            if self.until.is_none() {
                self.draw_waiting();
            }
        }
    }

    /// Shows the question while the gate waits, with the time that is left.
    pub(super) fn ask(&mut self, question: &Question, now: Timestamp) {
        let lines = question.lines(spoken(), screen(), now);
        if self.question != lines {
            self.question = lines;
            if self.until.is_none() {
                self.draw_waiting();
            }
        }
    }

    pub(super) fn show(&mut self, answer: &Answer) -> Result<(), Failure> {
        self.until = Instant::now().checked_add(SHOWN);
        let (columns, rows) = screen();
        let (style, _) = look(spoken(), answer.light());
        let lines = picture(spoken(), answer, columns, rows);
        fill(style, &lines).map_err(|error| failed(&error))
    }

    /// Ignores an error: the next verdict reports it.
    fn draw_waiting(&self) {
        let language = spoken();
        let (columns, rows) = screen();
        if !self.question.is_empty() {
            let paper = Style::new()
                .fg_color(Some(AnsiColor::Black.into()))
                .bg_color(Some(AnsiColor::BrightWhite.into()));
            let mut lines = self.question.clone();
            lines.extend(self.standing.iter().flat_map(|standing| wrap(standing, columns)));
            let _ = fill(paper, &lines);
            return;
        }
        let what = if self.hold_still {
            messages::hold_still(language)
        } else {
            messages::show_your_code(language)
        };
        let mut lines = wrap(&what, columns);
        lines.push(String::new());
        lines.extend(wrap(&self.title, columns));
        if let Some(standing) = &self.standing {
            lines.push(String::new());
            lines.extend(wrap(standing, columns));
        }
        let details: Vec<_> =
            self.details.iter().flat_map(|detail| wrap(detail, columns)).collect();
        if lines.len().saturating_add(details.len()).saturating_add(1) < rows {
            lines.push(String::new());
            lines.extend(details);
        }
        let _ = fill(Style::new(), &lines);
    }
}

impl Drop for FullScreen {
    fn drop(&mut self) {
        // If the terminal is gone, nobody can read an error.
        let _ = execute!(io::stdout(), LeaveAlternateScreen, Show);
    }
}

fn failed(error: &io::Error) -> Failure {
    texts::terminal_gone(error)
}

/// Columns and rows of the terminal.
fn screen() -> (usize, usize) {
    // A terminal that does not know its size says that it has none.
    let known = size().ok().filter(|(columns, rows)| *columns > 0 && *rows > 0);
    let (columns, rows) = known.unwrap_or((80, 24));
    (usize::from(columns), usize::from(rows))
}

/// The lines of an answer: the shape as large as the words leave room for, the word of the light,
/// the instruction, and the details where there is room.
fn picture(language: &Language, answer: &Answer, columns: usize, rows: usize) -> Vec<String> {
    let light = answer.light();
    let (_, word) = look(language, light);
    let inner = columns.saturating_sub(2).max(1);
    let instruction = wrap(&answer.instruction(language), inner);
    let details = wrap(&format!("{} {}", answer.code(), answer.details(language)), inner);
    let words = instruction.len().saturating_add(3);
    let room = rows.saturating_sub(words);
    // The details need their room, and the shape is seen from further away than any word.
    let for_details = details.len().min(room / 3);
    let drawn = shape(light, room.saturating_sub(for_details).saturating_sub(1), inner);
    let mut lines = Vec::new();
    match drawn {
        Some(drawn) => {
            lines.extend(drawn);
            lines.push(String::new());
            lines.push(word);
        }
        None => lines.push(format!("{} {word}", mark(light))),
    }
    lines.push(String::new());
    lines.extend(instruction);
    let left = rows.saturating_sub(lines.len()).saturating_sub(1);
    if left > 0 {
        lines.push(String::new());
        lines.extend(details.into_iter().take(left));
    }
    lines
}

/// Every cell in this style, the lines in the middle.
fn fill(style: Style, lines: &[String]) -> io::Result<()> {
    let (columns, rows) = screen();
    let above = rows.saturating_sub(lines.len()) / 2;
    let mut out = anstream::stdout().lock();
    execute!(out, MoveTo(0, 0))?;
    let screen: Vec<String> = (0..rows)
        .map(|row| {
            let line =
                row.checked_sub(above).and_then(|at| lines.get(at)).map_or("", String::as_str);
            format!("{style}{}{style:#}", centred(line, columns))
        })
        .collect();
    // No end of line after the last one, which would scroll.
    out.write_all(screen.join("\r\n").as_bytes())?;
    out.flush()
}
