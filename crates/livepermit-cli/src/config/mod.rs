//! The file with the settings of a gate: `gate --config FILE`.
//!
//! Each entry is an option of the command line without its dashes, so the file has no words of its
//! own to learn, and its values are checked as options are. An option of the command line replaces
//! the entry of the file.

mod entry;
mod texts;

use std::ffi::{OsStr, OsString};
use std::path::Path;

use clap::{ArgAction, Command};

use crate::shared::failure::Failure;
use crate::shared::files;

/// The option that names the file.
pub(crate) const OPTION: &str = "config";
/// The command that has a file of settings.
const COMMAND: &str = "gate";

/// The words of the command line, with the entries of the file that `--config` names behind the
/// name of the command.
pub(crate) fn expand(words: Vec<OsString>, tree: &Command) -> Result<Vec<OsString>, Failure> {
    let Some(at) = words.iter().position(|word| word == COMMAND) else { return Ok(words) };
    let Some(file) = file(words.get(at..).unwrap_or_default()) else { return Ok(words) };
    let Some(command) = tree.find_subcommand(COMMAND) else { return Ok(words) };
    let path = Path::new(&file);
    let name = path.display().to_string();
    let text = files::read_small_text(path)?;
    let table: toml::Table =
        text.parse().map_err(|error: toml::de::Error| unreadable(&name, &text, &error))?;
    let mut options = Vec::new();
    for (key, value) in &table {
        let Some(argument) = find(command, tree, key) else {
            return Err(texts::unknown(&name, key, entry::nearest(key, &names(command, tree))));
        };
        if key == OPTION || is_given(words.get(at..).unwrap_or_default(), key) {
            continue;
        }
        let takes_value = !matches!(argument.get_action(), ArgAction::SetTrue);
        let repeats = matches!(argument.get_action(), ArgAction::Append);
        options.extend(entry::words(&name, key, value, takes_value, repeats)?);
    }
    let mut words = words;
    let behind = words.split_off(at.saturating_add(1));
    words.extend(options);
    words.extend(behind);
    Ok(words)
}

/// The value of `--config`.
fn file(words: &[OsString]) -> Option<OsString> {
    let option = format!("--{OPTION}");
    let mut words = words.iter();
    while let Some(word) = words.next() {
        if word.as_os_str() == OsStr::new(&option) {
            return words.next().cloned();
        }
        if let Some(value) =
            word.to_str().and_then(|word| word.strip_prefix(&option)?.strip_prefix('='))
        {
            return Some(value.into());
        }
    }
    None
}

/// Whether the command line has this option.
fn is_given(words: &[OsString], key: &str) -> bool {
    let option = format!("--{key}");
    words.iter().filter_map(|word| word.to_str()).any(|word| {
        word.strip_prefix(&option).is_some_and(|rest| rest.is_empty() || rest.starts_with('='))
    })
}

/// The option with this name, of the command or of all commands.
fn find<'c>(command: &'c Command, tree: &'c Command, key: &str) -> Option<&'c clap::Arg> {
    let global = tree.get_arguments().filter(|argument| argument.is_global_set());
    command.get_arguments().chain(global).find(|argument| argument.get_long() == Some(key))
}

fn names<'c>(command: &'c Command, tree: &'c Command) -> Vec<&'c str> {
    let global = tree.get_arguments().filter(|argument| argument.is_global_set());
    let shown = command.get_arguments().filter(|argument| !argument.is_hide_set());
    shown.chain(global).filter_map(clap::Arg::get_long).collect()
}

fn unreadable(name: &str, text: &str, error: &toml::de::Error) -> Failure {
    let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
    let line = before.lines().count().max(1);
    texts::unreadable(name, line, error.message())
}
