//! One light that fills the terminal, to be seen from across the room.

use std::io::{self, Write as _};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anstyle::Style;
use crossterm::cursor::{Hide, MoveTo, Show};
use crossterm::execute;
use crossterm::terminal::{EnterAlternateScreen, LeaveAlternateScreen, size};
use livepermit::Place;

use super::answer::Answer;
use super::screen::{look, wrap};
use crate::failure::Failure;

/// How long a light is shown: a visitor and whoever stands beside have seen it.
const SHOWN: Duration = Duration::from_secs(4);

/// The terminal in the gate's hands. Dropping it gives the terminal back.
#[derive(Debug)]
pub(super) struct FullScreen {
    title: String,
    /// Until when the light on the screen stays; `None` while the gate waits.
    until: Option<Instant>,
    hold_still: bool,
    over: Arc<AtomicBool>,
}

impl FullScreen {
    pub(super) fn enter() -> Result<Self, Failure> {
        let over = Arc::new(AtomicBool::new(false));
        let flag = Arc::clone(&over);
        // Ctrl-C and a polite kill end the loop, so that the terminal is given back.
        let _ = ctrlc::set_handler(move || flag.store(true, Ordering::Relaxed));
        let screen = Self { title: String::new(), until: None, hold_still: false, over };
        execute!(io::stdout(), EnterAlternateScreen, Hide).map_err(|error| failed(&error))?;
        Ok(screen)
    }

    pub(super) fn is_over(&self) -> bool {
        self.over.load(Ordering::Relaxed)
    }

    pub(super) fn wait_for(&mut self, place: &Place) {
        self.title = format!("{}, lane {}, into {}", place.gate(), place.lane(), place.zone());
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

    pub(super) fn show(&mut self, answer: &Answer) -> Result<(), Failure> {
        self.until = Instant::now().checked_add(SHOWN);
        let (style, word) = look(answer.light());
        let columns = columns();
        let mut lines = wrap(word, columns);
        lines.push(String::new());
        lines.extend(wrap(&answer.instruction(), columns));
        lines.push(String::new());
        lines.extend(wrap(&format!("{} {}", answer.code(), answer.details()), columns));
        fill(style, &lines).map_err(|error| failed(&error))
    }

    /// Where nothing can be drawn the next verdict says so.
    fn draw_waiting(&self) {
        let what = if self.hold_still { "Hold still" } else { "Show your code" };
        let _ = fill(Style::new(), &[what.to_owned(), String::new(), self.title.clone()]);
    }
}

impl Drop for FullScreen {
    fn drop(&mut self) {
        // Where the terminal is gone there is nobody to tell.
        let _ = execute!(io::stdout(), LeaveAlternateScreen, Show);
    }
}

fn failed(error: &io::Error) -> Failure {
    Failure::new(format!("the terminal is gone: {error}"), "start the gate in another one")
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
