//! The terminal while a command has it: entered, drawn in place, given back whatever happens.

use std::io::{self, IsTerminal as _, Read as _, Write as _};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Duration;

use anstream::ColorChoice;
use anstyle::Style;
use crossterm::cursor::{Hide, MoveTo, Show};
use crossterm::terminal::{
    BeginSynchronizedUpdate, Clear, ClearType, EndSynchronizedUpdate, EnterAlternateScreen,
    LeaveAlternateScreen, disable_raw_mode, enable_raw_mode, size,
};
use crossterm::{execute, queue};
use livepermit::hold::schedule::Countdown;

/// The terminal in a command's hands. Dropping it gives the terminal back, cursor and all.
pub(crate) struct Terminal {
    colours: bool,
    /// What is typed; `None` where nobody can type, and Ctrl-C comes as a signal.
    keys: Option<Receiver<Wish>>,
    /// The frame that is drawn, and the window it was drawn for.
    last: String,
    window: (usize, usize),
}

/// What the person did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wish {
    Nothing,
    Leave,
}

/// A line of words in styles, cut at the edge of the window.
#[derive(Debug, Default, Clone)]
pub(crate) struct Line(Vec<(Style, String)>);

impl Line {
    pub(crate) fn plain(text: impl Into<String>) -> Self {
        Self::default().with(Style::new(), text)
    }

    /// Plain words on as many lines as they need.
    pub(crate) fn wrapped(text: &str, columns: usize) -> Vec<Self> {
        let mut lines: Vec<String> = Vec::new();
        for word in text.split(' ') {
            match lines.last_mut() {
                Some(line) if line.len().saturating_add(word.len()) < columns => {
                    line.push(' ');
                    line.push_str(word);
                }
                _ => lines.push(word.to_owned()),
            }
        }
        lines.into_iter().map(Self::plain).collect()
    }

    /// The same words on as many lines as they need, each part in its style.
    pub(crate) fn broken(self, columns: usize) -> Vec<Self> {
        let mut lines = vec![Self::default()];
        let mut taken = 0_usize;
        for (style, text) in self.0 {
            for word in text.split_inclusive(' ') {
                let width = word.chars().count();
                let is_new = taken.saturating_add(word.trim_end().chars().count()) > columns;
                if is_new && taken > 0 {
                    lines.push(Self::default());
                    taken = 0;
                }
                taken = taken.saturating_add(width);
                if let Some(line) = lines.last_mut() {
                    line.0.push((style, word.to_owned()));
                }
            }
        }
        lines
    }

    pub(crate) fn with(mut self, style: Style, text: impl Into<String>) -> Self {
        self.0.push((style, text.into()));
        self
    }

    /// At most `columns` characters; all of ours are one cell wide.
    pub(crate) fn cut(&self, columns: usize, colours: bool) -> String {
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

/// A bar of the seconds until the next code: those that are over, then those that are left.
pub(crate) fn bar(left: &Countdown) -> String {
    let total = seconds(left.refresh).max(1);
    let gone = total.saturating_sub(seconds(left.to_next));
    (0..total).map(|second| if second < gone { '·' } else { '█' }).collect()
}

/// Milliseconds as seconds that are not over yet.
pub(crate) const fn seconds(millis: u64) -> u64 {
    millis.div_ceil(1000)
}

impl Terminal {
    pub(crate) fn enter() -> io::Result<Self> {
        let colours = anstream::AutoStream::choice(&io::stdout()) != ColorChoice::Never;
        let keys = if io::stdin().is_terminal() {
            enable_raw_mode()?;
            Some(read_keys())
        } else {
            None
        };
        // From here on the drop restores the terminal, even where the next line fails.
        let terminal = Self { colours, keys, last: String::new(), window: (0, 0) };
        execute!(io::stdout(), EnterAlternateScreen, Hide)?;
        Ok(terminal)
    }

    pub(crate) const fn colours(&self) -> bool {
        self.colours
    }

    /// Columns and lines.
    pub(crate) fn size() -> (usize, usize) {
        let (columns, lines) = size().unwrap_or((80, 24));
        (usize::from(columns), usize::from(lines))
    }

    /// Draws in place: nothing is cleared before it is drawn over, so that nothing flickers.
    pub(crate) fn draw(&mut self, lines: &[String], window: (usize, usize)) -> io::Result<()> {
        let frame = lines.join("\n");
        if frame == self.last && window == self.window {
            return Ok(());
        }
        let mut out = io::stdout().lock();
        queue!(out, BeginSynchronizedUpdate)?;
        if window != self.window {
            // What the terminal made of the old frame is not known.
            queue!(out, Clear(ClearType::All))?;
            self.window = window;
        }
        queue!(out, MoveTo(0, 0))?;
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
    pub(crate) fn wait(&mut self, at_most: Duration) -> Wish {
        let Some(keys) = &self.keys else {
            std::thread::sleep(at_most);
            return Wish::Nothing;
        };
        match keys.recv_timeout(at_most) {
            Ok(wish) => wish,
            Err(RecvTimeoutError::Timeout) => Wish::Nothing,
            // The keyboard is gone, and the window with it.
            Err(RecvTimeoutError::Disconnected) => Wish::Leave,
        }
    }
}

/// Reads what is typed, byte by byte as raw mode gives it, until there is nothing more to read. The
/// thread ends with the program.
fn read_keys() -> Receiver<Wish> {
    let (typed, keys) = channel();
    std::thread::spawn(move || {
        let mut bytes = [0; 16];
        while let Ok(count @ 1..) = io::stdin().lock().read(&mut bytes) {
            // An arrow key begins as Escape does, and has more bytes. 3 and 4 are Ctrl-C and
            // Ctrl-D.
            let wish = match bytes.get(..count) {
                Some([0x1B] | [b'q' | b'Q' | 3 | 4, ..]) => Wish::Leave,
                _ => Wish::Nothing,
            };
            if typed.send(wish).is_err() {
                break;
            }
        }
    });
    keys
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
