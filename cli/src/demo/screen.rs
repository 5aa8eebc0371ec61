//! The terminal while the demo has it: entered, drawn in place, given back whatever happens.

use std::io::{self, IsTerminal as _, Write as _};
use std::time::Duration;

use anstream::ColorChoice;
use anstyle::Style;
use crossterm::cursor::{Hide, MoveTo, Show};
use crossterm::event::{self, Event, KeyCode, KeyEventKind, KeyModifiers};
use crossterm::terminal::{
    BeginSynchronizedUpdate, Clear, ClearType, EndSynchronizedUpdate, EnterAlternateScreen,
    LeaveAlternateScreen, disable_raw_mode, enable_raw_mode, size,
};
use crossterm::{execute, queue};

/// The terminal in the demo's hands. Dropping it gives the terminal back, cursor and all.
pub(super) struct Terminal {
    colours: bool,
    last: String,
}

/// What the person did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wish {
    Nothing,
    Leave,
}

/// A line of words in styles, cut at the edge of the window.
#[derive(Debug, Default, Clone)]
pub(super) struct Line(Vec<(Style, String)>);

impl Line {
    pub(super) fn plain(text: impl Into<String>) -> Self {
        Self::default().with(Style::new(), text)
    }

    pub(super) fn with(mut self, style: Style, text: impl Into<String>) -> Self {
        self.0.push((style, text.into()));
        self
    }

    /// At most `columns` characters; all of ours are one cell wide.
    pub(super) fn cut(&self, columns: usize, colours: bool) -> String {
        let mut out = String::new();
        let mut left = columns;
        for (style, text) in &self.0 {
            let shown: String = text.chars().take(left).collect();
            left = left.saturating_sub(shown.chars().count());
            out.push_str(&if colours { format!("{style}{shown}{style:#}") } else { shown });
        }
        out
    }
}

impl Terminal {
    pub(super) fn enter() -> io::Result<Self> {
        enable_raw_mode()?;
        // From here on the drop gives back what was taken, even where the next line fails.
        let stdout = io::stdout();
        let terminal = Self {
            colours: anstream::AutoStream::choice(&stdout) != ColorChoice::Never,
            last: String::new(),
        };
        execute!(io::stdout(), EnterAlternateScreen, Hide)?;
        Ok(terminal)
    }

    pub(super) const fn colours(&self) -> bool {
        self.colours
    }

    /// Columns and lines.
    pub(super) fn size() -> (usize, usize) {
        let (columns, lines) = size().unwrap_or((80, 24));
        (usize::from(columns), usize::from(lines))
    }

    /// Draws in place: nothing is cleared before it is drawn over, so that nothing flickers.
    pub(super) fn draw(&mut self, lines: &[String]) -> io::Result<()> {
        let frame = lines.join("\n");
        if frame == self.last {
            return Ok(());
        }
        let mut out = io::stdout().lock();
        queue!(out, BeginSynchronizedUpdate, MoveTo(0, 0))?;
        for (index, line) in lines.iter().enumerate() {
            if index > 0 {
                out.write_all(b"\r\n")?;
            }
            out.write_all(line.as_bytes())?;
            queue!(out, Clear(ClearType::UntilNewLine))?;
        }
        queue!(out, Clear(ClearType::FromCursorDown), EndSynchronizedUpdate)?;
        out.flush()?;
        self.last = frame;
        Ok(())
    }

    /// Waits for the person, at most this long.
    pub(super) fn wait(&mut self, at_most: Duration) -> Wish {
        if !event::poll(at_most).unwrap_or_else(|_| {
            // No keyboard to ask: the clock alone moves the demo on.
            std::thread::sleep(at_most);
            false
        }) {
            return Wish::Nothing;
        }
        match event::read() {
            Ok(Event::Key(key)) if key.kind != KeyEventKind::Release => match key.code {
                KeyCode::Char('q' | 'Q') | KeyCode::Esc => Wish::Leave,
                KeyCode::Char('c' | 'd') if key.modifiers.contains(KeyModifiers::CONTROL) => Wish::Leave,
                _ => Wish::Nothing,
            },
            Ok(Event::Resize(..)) => {
                // What the terminal made of the old frame is not known.
                self.last.clear();
                let _ = execute!(io::stdout(), Clear(ClearType::All));
                Wish::Nothing
            }
            _ => Wish::Nothing,
        }
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        // Where the terminal is gone there is nobody to tell.
        let _ = disable_raw_mode();
        if io::stdout().is_terminal() {
            let _ = execute!(io::stdout(), LeaveAlternateScreen, Show);
        }
    }
}
