//! Output: text with colours for people, JSON for programs.

use std::fmt::Write as _;
use std::io::{self, ErrorKind, Write as _};
use std::sync::atomic::{AtomicBool, Ordering};

use anstyle::{AnsiColor, Style};
use serde_json::{Value, json};

use super::failure::Failure;
use super::texts;

pub(crate) const GOOD: Style = AnsiColor::Green.on_default().bold();
pub(crate) const BAD: Style = AnsiColor::Red.on_default().bold();
pub(crate) const CAUTION: Style = AnsiColor::Yellow.on_default().bold();
pub(crate) const STRONG: Style = Style::new().bold();
pub(crate) const FAINT: Style = Style::new().dimmed();

/// Writes to standard output. Removes colours if the output is no terminal or `NO_COLOR` is set. A
/// reader that has gone away (`| head -1`) is no error: the exit code still says the result.
pub(crate) fn print(text: &str) -> Result<(), Failure> {
    let mut out = anstream::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(texts::cannot_print(&error)),
        _ => Ok(()),
    }
}

/// Like [`print`]. Returns `false` if the reader has gone away.
pub(crate) fn print_or_end(text: &str) -> Result<bool, Failure> {
    let mut out = anstream::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(false),
        Err(error) => Err(texts::cannot_print(&error)),
    }
}

/// Writes bytes unchanged to standard output.
pub(crate) fn print_bytes(bytes: &[u8]) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    match out.write_all(bytes).and_then(|()| out.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(texts::cannot_print(&error)),
        _ => Ok(()),
    }
}

/// Writes one JSON object on one line.
pub(crate) fn print_json(value: &Value) -> Result<(), Failure> {
    print(&format!("{value}\n"))
}

/// Whether remarks are left out.
static QUIET: AtomicBool = AtomicBool::new(false);

/// Leaves remarks out from now on. Warnings and errors stay.
pub(crate) fn set_quiet(quiet: bool) {
    QUIET.store(quiet, Ordering::Relaxed);
}

/// Writes a remark for people to standard error.
pub(crate) fn note(text: &str) {
    if QUIET.load(Ordering::Relaxed) {
        return;
    }
    remark(FAINT, "note", text);
}

/// Writes a line for programs to standard error. The line has its end.
pub(crate) fn line(text: &str) {
    let _ = io::stderr().write_all(text.as_bytes());
}

/// Writes a warning: somebody should act on it.
pub(crate) fn warning(text: &str) {
    remark(CAUTION, "warning", text);
}

/// Says why the command could not run; with `--json` on standard output too, for programs.
pub(crate) fn report(failure: &Failure, json: bool) {
    let Failure { message, help, .. } = failure;
    let mut text = format!("{BAD}error:{BAD:#} {message}\n");
    let _ = writeln!(text, "  {STRONG}try:{STRONG:#} {help}");
    let _ = anstream::stderr().write_all(text.as_bytes());
    if json {
        let _ = print_json(&failure_json(failure));
    }
}

/// Tells a program why a command could not run, or a file could not be read.
pub(crate) fn failure_json(failure: &Failure) -> Value {
    json!({ "error": failure.message, "help": failure.help, "id": failure.id })
}

/// Tells a program that the command line is wrong.
pub(crate) fn report_usage(message: &str, help: &str) {
    let _ = print_json(&json!({ "error": message, "help": help, "id": "usage" }));
}

fn remark(style: Style, word: &str, text: &str) {
    let text = text.replace(|c: char| c.is_control() && c != '\n', " ");
    // If standard error fails too, there is nothing left to do.
    let _ = anstream::stderr().write_all(format!("{style}{word}:{style:#} {text}\n").as_bytes());
}

/// A line with a name and a value. The values are aligned.
pub(crate) fn row(out: &mut String, name: &str, value: impl std::fmt::Display) {
    // Writing into a `String` does not fail.
    let _ = writeln!(out, "  {FAINT}{name:<12}{FAINT:#} {value}");
}
