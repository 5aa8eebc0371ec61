//! One light that fills the terminal, so that people across the room see it.

use std::io::{self, Write as _};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anstyle::{AnsiColor, Style};
use crossterm::cursor::{Hide, MoveTo, Show};
use crossterm::execute;
use crossterm::terminal::{EnterAlternateScreen, LeaveAlternateScreen, size};
use livepermit::Timestamp;
use livepermit_gate::GatePlace;

use super::answer::Answer;
use super::lights::{look, wrap};
use super::questions::Question;
use super::texts;
use crate::shared::failure::Failure;
use crate::shared::signals;

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
    /// The lines of the gate's question.
    question: Vec<String>,
    over: Arc<AtomicBool>,
}

impl FullScreen {
    pub(super) fn enter() -> Result<Self, Failure> {
        // Ctrl-C and SIGTERM end the loop, so that the terminal is restored.
        let over = signals::flag(signals::END);
        let screen = Self {
            title: String::new(),
            until: None,
            hold_still: false,
            standing: None,
            question: Vec::new(),
            over,
        };
        execute!(io::stdout(), EnterAlternateScreen, Hide).map_err(|error| failed(&error))?;
        Ok(screen)
    }

    pub(super) fn is_over(&self) -> bool {
        self.over.load(Ordering::Relaxed)
    }

    pub(super) fn wait_for(&mut self, place: &GatePlace) {
        self.title = texts::place(place.gate(), place.lane(), place.zone());
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

    pub(super) fn standing(&mut self, standing: Option<String>) {
        if self.standing != standing {
            self.standing = standing;
            if self.until.is_none() {
                self.draw_waiting();
            }
        }
    }

    /// Shows the question while the gate waits, with the time that is left.
    pub(super) fn ask(&mut self, question: &Question, now: Timestamp) {
        let rows = size().map_or(24, |(_, rows)| usize::from(rows));
        let lines = question.lines((columns(), rows), now);
        if self.question != lines {
            self.question = lines;
            if self.until.is_none() {
                self.draw_waiting();
            }
        }
    }

    pub(super) fn show(&mut self, answer: &Answer) -> Result<(), Failure> {
        self.until = Instant::now().checked_add(SHOWN);
        let (style, word) = look(answer.light());
        let columns = columns();
        let mut lines = wrap(&word, columns);
        lines.push(String::new());
        lines.extend(wrap(&answer.instruction(), columns));
        lines.push(String::new());
        lines.extend(wrap(&format!("{} {}", answer.code(), answer.details()), columns));
        fill(style, &lines).map_err(|error| failed(&error))
    }

    /// Ignores an error: the next verdict reports it.
    fn draw_waiting(&self) {
        if !self.question.is_empty() {
            let paper = Style::new()
                .fg_color(Some(AnsiColor::Black.into()))
                .bg_color(Some(AnsiColor::BrightWhite.into()));
            let mut lines = self.question.clone();
            lines.extend(self.standing.iter().flat_map(|standing| wrap(standing, columns())));
            let _ = fill(paper, &lines);
            return;
        }
        let what = if self.hold_still { texts::hold_still() } else { texts::show_your_code() };
        let mut lines = vec![what, String::new(), self.title.clone()];
        if let Some(standing) = &self.standing {
            lines.push(String::new());
            lines.extend(wrap(standing, columns()));
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

fn columns() -> usize {
    size().map_or(80, |(columns, _)| usize::from(columns)).max(20)
}

/// Every cell in this style, the lines in the middle.
fn fill(style: Style, lines: &[String]) -> io::Result<()> {
    let (columns, rows) = (columns(), size().map_or(24, |(_, rows)| usize::from(rows)).max(1));
    let above = rows.saturating_sub(lines.len()) / 2;
    let mut out = anstream::stdout().lock();
    execute!(out, MoveTo(0, 0))?;
    let screen: Vec<String> = (0..rows)
        .map(|row| {
            let line =
                row.checked_sub(above).and_then(|at| lines.get(at)).map_or("", String::as_str);
            let line: String = line.chars().take(columns).collect();
            format!("{style}{line:^columns$}{style:#}")
        })
        .collect();
    // No end of line after the last one, which would scroll.
    out.write_all(screen.join("\r\n").as_bytes())?;
    out.flush()
}
