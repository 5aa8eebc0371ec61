//! What people and programs read: text with colours where a person looks, JSON where a program
//! asks.

use std::fmt::Write as _;
use std::io::{self, ErrorKind, Write as _};

use anstyle::{AnsiColor, Style};
use serde_json::Value;

use crate::failure::Failure;

pub(crate) const GOOD: Style = AnsiColor::Green.on_default().bold();
pub(crate) const BAD: Style = AnsiColor::Red.on_default().bold();
pub(crate) const CAUTION: Style = AnsiColor::Yellow.on_default().bold();
pub(crate) const STRONG: Style = Style::new().bold();
pub(crate) const FAINT: Style = Style::new().dimmed();

/// Writes to standard output. Colours are taken out where nobody looks, or where `NO_COLOR` is set.
/// A reader that has gone away (`| head -1`) is no error: the exit code still tells the result.
pub(crate) fn print(text: &str) -> Result<(), Failure> {
    let mut out = anstream::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(Failure::new(
            format!("cannot write the result: {error}"),
            "check where standard output goes",
        )),
        _ => Ok(()),
    }
}

/// Writes bytes as they are to standard output.
pub(crate) fn print_bytes(bytes: &[u8]) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    match out.write_all(bytes).and_then(|()| out.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(Failure::new(
            format!("cannot write the result: {error}"),
            "check where standard output goes",
        )),
        _ => Ok(()),
    }
}

/// Writes one JSON object on one line.
pub(crate) fn print_json(value: &Value) -> Result<(), Failure> {
    print(&format!("{value}\n"))
}

/// A remark beside the result, for people: on standard error.
pub(crate) fn note(text: &str) {
    remark(FAINT, "note", text);
}

/// A remark that somebody should act on.
pub(crate) fn warning(text: &str) {
    remark(CAUTION, "warning", text);
}

/// Says why the command could not run. With `--json` a program is told too.
pub(crate) fn report(failure: &Failure, json: bool) {
    let Failure { message, help } = failure;
    let mut text = format!("{BAD}error:{BAD:#} {message}\n");
    let _ = writeln!(text, "  {STRONG}try:{STRONG:#} {help}");
    let _ = anstream::stderr().write_all(text.as_bytes());
    if json {
        let _ = print_json(&serde_json::json!({ "error": message, "help": help }));
    }
}

/// Tells a program that the command line is wrong.
pub(crate) fn usage_json(error: &clap::Error) {
    let text = error.render().to_string();
    let message = text.lines().next().unwrap_or_default().trim_start_matches("error: ");
    let _ = print_json(&serde_json::json!({ "error": message, "help": text }));
}

fn remark(style: Style, word: &str, text: &str) {
    // Nothing can be done where not even standard error takes it.
    let _ = anstream::stderr().write_all(format!("{style}{word}:{style:#} {text}\n").as_bytes());
}

/// Bytes as hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Reads hexadecimal digits.
pub(crate) fn parse_hex(text: &str) -> Result<Vec<u8>, String> {
    let digits: Option<Vec<u32>> = text.chars().map(|digit| digit.to_digit(16)).collect();
    let wrong =
        || "an even number of hexadecimal digits is expected, as in 00112233aabb".to_owned();
    let digits = digits.filter(|digits| digits.len().is_multiple_of(2)).ok_or_else(wrong)?;
    digits
        .chunks_exact(2)
        .map(|pair| pair.iter().fold(0, |byte, digit| byte * 16 + digit))
        .map(|byte| u8::try_from(byte).map_err(|_| wrong()))
        .collect()
}

/// A name and a value on a line, the values below each other.
pub(crate) fn row(out: &mut String, name: &str, value: impl std::fmt::Display) {
    // Writing into a `String` does not fail.
    let _ = writeln!(out, "  {FAINT}{name:<12}{FAINT:#} {value}");
}
