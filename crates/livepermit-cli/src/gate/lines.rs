//! Lines from a scanner. A line ends with CR, LF, both, or a pause. A slow scanner pauses within a
//! code, and some scanners cut a long code into lines: such pieces are one line.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, ErrorKind, Read};
use std::path::Path;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::time::Duration;

use livepermit::verify::MAX_TEXT_CHARS;
use livepermit_gate::wedge::{self, Ending, Reading};

use super::texts;
use crate::shared::failure::Failure;
use crate::shared::files;

/// The longest token with each character escaped in three bytes, plus room for what scanners and
/// tests put around it.
const MAX_LINE: usize = 3 * MAX_TEXT_CHARS + 128;

/// The longest pause within a code. After it, the code is judged as it is.
const LONGEST_PAUSE: Duration = Duration::from_secs(2);

/// What comes next.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Event {
    Line(Line),
    /// Nothing came for a while.
    Idle,
    End,
    /// The input broke, and why.
    Broken(String),
}

#[derive(Debug, PartialEq, Eq)]
pub(super) struct Line {
    pub(super) text: String,
    /// Whether the line was longer than any token. The rest was dropped.
    pub(super) too_long: bool,
}

enum Chunk {
    Bytes(Vec<u8>),
    End,
    Broken(io::Error),
}

/// Splits the input into lines. Skips empty lines.
#[derive(Debug)]
pub(crate) struct Lines {
    chunks: Receiver<Chunk>,
    pending: Vec<u8>,
    too_long: bool,
    /// The pieces before `pending` of a code that goes on behind a line end.
    begun: Vec<u8>,
    /// Whether a pause was seen after which more may come.
    is_patient: bool,
    /// Whether the scanner ends lines by a mark. Then a pause alone is no end.
    has_marks: bool,
    ready: VecDeque<Line>,
    /// The longest pause within a line; a longer pause ends the line. `None` for no limit.
    pause: Option<Duration>,
    end: Option<Event>,
}

impl Lines {
    /// From standard input, or from a file, pipe or serial device.
    pub(crate) fn open(input: Option<&Path>, pause: Option<Duration>) -> Result<Self, Failure> {
        // Only a few chunks may wait, so a scanner that sends too much must wait too.
        let (sender, chunks) = sync_channel(4);
        match input {
            None => spawn(io::stdin(), sender, false),
            Some(path) => {
                let file = open(path)?;
                let is_device = make_raw(&file, path)?;
                spawn(file, sender, is_device);
            }
        }
        Ok(Self::of(chunks, pause))
    }

    const fn of(chunks: Receiver<Chunk>, pause: Option<Duration>) -> Self {
        Self {
            chunks,
            pending: Vec::new(),
            too_long: false,
            begun: Vec::new(),
            is_patient: false,
            has_marks: false,
            ready: VecDeque::new(),
            pause,
            end: None,
        }
    }

    /// Waits at most `idle`.
    pub(super) fn next(&mut self, idle: Duration) -> Event {
        loop {
            if let Some(line) = self.ready.pop_front() {
                return Event::Line(line);
            }
            if let Some(end) = self.end.take() {
                return end;
            }
            let limit = self.limit();
            match self.chunks.recv_timeout(limit.unwrap_or(idle)) {
                Ok(Chunk::Bytes(bytes)) => self.take(&bytes),
                Ok(Chunk::End) => self.finish(Event::End),
                Ok(Chunk::Broken(error)) => self.finish(Event::Broken(error.to_string())),
                Err(RecvTimeoutError::Timeout) if limit.is_some() => self.paused(),
                Err(RecvTimeoutError::Timeout) => return Event::Idle,
                Err(RecvTimeoutError::Disconnected) => self.finish(Event::End),
            }
        }
    }

    /// How long to wait for the rest of the line; `None` if no line has begun, or no pause ends it.
    fn limit(&self) -> Option<Duration> {
        if self.pending.is_empty() {
            return (!self.begun.is_empty()).then_some(LONGEST_PAUSE);
        }
        self.pause.map(|pause| if self.is_patient { LONGEST_PAUSE.max(pause) } else { pause })
    }

    /// Nothing came for a while. The line ends, if it cannot go on.
    fn paused(&mut self) {
        let whole = [self.begun.as_slice(), &self.pending].concat();
        let may_go_on = self.has_marks || wedge::ending(&wedge::decode(&whole)) != Ending::AtPause;
        if may_go_on && !self.is_patient && !self.pending.is_empty() && !self.too_long {
            self.is_patient = true;
        } else {
            self.end_line();
            self.give_up();
        }
    }

    /// How many lines wait.
    pub(super) fn waiting(&self) -> u64 {
        u64::try_from(self.ready.len()).unwrap_or(u64::MAX)
    }

    fn take(&mut self, bytes: &[u8]) {
        self.is_patient = false;
        for &byte in bytes {
            match byte {
                b'\r' | b'\n' => {
                    self.has_marks = true;
                    self.end_line();
                }
                _ if self.pending.len() < MAX_LINE => self.pending.push(byte),
                _ => self.too_long = true,
            }
        }
    }

    /// CR and LF together give an empty line, which is skipped, as are lines of controls and white
    /// space.
    fn end_line(&mut self) {
        self.is_patient = false;
        let piece = std::mem::take(&mut self.pending);
        if std::mem::take(&mut self.too_long) {
            self.give_up();
            self.ready.push_back(Line { text: wedge::decode(&piece), too_long: true });
            return;
        }
        let text = wedge::decode(&piece);
        if wedge::trim(&text).is_empty() {
            return;
        }
        if !self.begun.is_empty() {
            let joined = [self.begun.as_slice(), &piece].concat();
            let text = wedge::decode(&joined);
            if matches!(wedge::read(&text), Reading::Token(_)) {
                self.begun.clear();
                self.ready.push_back(Line { text, too_long: false });
                return;
            }
            if joined.len() <= MAX_LINE && wedge::ending(&text) == Ending::GoesOn {
                self.begun = joined;
                return;
            }
            self.give_up();
        }
        if wedge::ending(&text) == Ending::GoesOn {
            self.begun = piece;
        } else {
            self.ready.push_back(Line { text, too_long: false });
        }
    }

    /// The rest of a code did not come.
    fn give_up(&mut self) {
        let begun = std::mem::take(&mut self.begun);
        if !begun.is_empty() {
            self.ready.push_back(Line { text: wedge::decode(&begun), too_long: false });
        }
    }

    fn finish(&mut self, end: Event) {
        self.end_line();
        self.give_up();
        self.end = Some(end);
    }
}

fn spawn(mut from: impl Read + Send + 'static, sender: SyncSender<Chunk>, is_device: bool) {
    std::thread::spawn(move || {
        let mut buffer = [0; 4096];
        loop {
            let chunk = match from.read(&mut buffer) {
                // A device has no end: it was unplugged.
                Ok(0) if is_device => Chunk::Broken(ErrorKind::UnexpectedEof.into()),
                Ok(0) => Chunk::End,
                Ok(count) => Chunk::Bytes(buffer.iter().take(count).copied().collect()),
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(error) => Chunk::Broken(error),
            };
            let is_last = !matches!(chunk, Chunk::Bytes(_));
            if sender.send(chunk).is_err() || is_last {
                break;
            }
        }
    });
}

/// Opens a named pipe for writing too, so that it does not end when one writer closes it before the
/// next writer comes.
#[cfg(unix)]
fn open(path: &Path) -> Result<File, Failure> {
    use std::os::unix::fs::FileTypeExt as _;
    let is_pipe = std::fs::metadata(path).is_ok_and(|data| data.file_type().is_fifo());
    match std::fs::OpenOptions::new().read(true).write(true).open(path) {
        Ok(file) if is_pipe => Ok(file),
        _ => files::open(path),
    }
}

#[cfg(not(unix))]
fn open(path: &Path) -> Result<File, Failure> {
    files::open(path)
}

/// Sets a serial device to deliver bytes immediately and send nothing back. Returns whether the
/// file is a serial device.
#[cfg(unix)]
fn make_raw(file: &File, path: &Path) -> Result<bool, Failure> {
    use rustix::termios::{OptionalActions, isatty, tcgetattr, tcsetattr};
    if !isatty(file) {
        return Ok(false);
    }
    let set = tcgetattr(file).and_then(|mut settings| {
        settings.make_raw();
        tcsetattr(file, OptionalActions::Now, &settings)
    });
    set.map(|()| true).map_err(|error| texts::device_unusable(path.display(), error))
}

#[cfg(not(unix))]
fn make_raw(_: &File, _: &Path) -> Result<bool, Failure> {
    Ok(false)
}

#[cfg(test)]
mod tests;
