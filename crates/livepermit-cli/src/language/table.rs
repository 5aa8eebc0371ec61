//! One language: a table of messages, with English behind it.

use std::fmt;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::types::FluentNumber;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};

use super::codes;
use crate::shared::failure::on_one_line;

const ENGLISH: &str = include_str!("../../languages/en.ftl");
const CHINESE: &str = include_str!("../../languages/zh.ftl");

/// The languages that are built in: the code of each, and its table.
pub(crate) const BUILT_IN: [(&str, &str); 2] = [("en", ENGLISH), ("zh", CHINESE)];

/// A language of which every text can be told: where its table lacks a message, English has it.
pub(crate) struct Language {
    code: String,
    /// The names in the table, in its order.
    names: Vec<String>,
    own: FluentBundle<FluentResource>,
    english: FluentBundle<FluentResource>,
}

/// Why a table cannot be read.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct LanguageError {
    /// The line of the table, from 1.
    pub(crate) line: usize,
    /// The text of that line.
    pub(crate) text: String,
}

impl Language {
    /// English, which lacks nothing.
    pub(crate) fn english() -> Self {
        Self::with("en", ENGLISH, english_resource())
    }

    /// A language that is built in.
    pub(crate) fn built_in(code: &str) -> Option<Self> {
        let (code, table) = BUILT_IN.into_iter().find(|(known, _)| *known == code)?;
        Self::read(code, table).ok()
    }

    /// Reads a table. `code` is the code of its language, as in `zh`.
    ///
    /// # Errors
    /// [`LanguageError`] for the first line that is no message.
    pub(crate) fn read(code: &str, table: &str) -> Result<Self, LanguageError> {
        match FluentResource::try_new(table.to_owned()) {
            Ok(resource) => Ok(Self::with(code, table, resource)),
            Err((_, errors)) => {
                let position = errors.first().map_or(0, |error| error.pos.start);
                let before = table.get(..position).unwrap_or(table);
                let line = before.lines().count().max(1);
                let text = table.lines().nth(line.saturating_sub(1)).unwrap_or_default();
                Err(LanguageError { line, text: text.trim().to_owned() })
            }
        }
    }

    fn with(code: &str, table: &str, resource: FluentResource) -> Self {
        let bundle = |code: &str, resource| {
            // The code decides how numbers become plural. An unknown code has one form.
            let locale = code.parse().unwrap_or_default();
            let mut bundle = FluentBundle::new_concurrent(vec![locale]);
            // The marks around values would stand in logs and pipes.
            bundle.set_use_isolating(false);
            bundle.add_resource_overriding(resource);
            bundle
        };
        Self {
            code: code.to_owned(),
            names: table.lines().filter_map(name_of).map(ToOwned::to_owned).collect(),
            own: bundle(code, resource),
            english: bundle("en", english_resource()),
        }
    }

    /// The code of the language, as in `zh`, for the attribute `lang` of a page.
    pub(crate) fn code(&self) -> &str {
        &self.code
    }

    /// A message with its values. The name may have `_` for `-`.
    pub(crate) fn say(&self, name: &str, values: &[(&str, String)]) -> String {
        self.find(name, values).unwrap_or_else(|| name.to_owned())
    }

    /// The names of the messages in the table of this language.
    pub(crate) fn names(&self) -> &[String] {
        &self.names
    }

    /// A message, if this language has it.
    pub(crate) fn own(&self, name: &str, values: &[(&str, String)]) -> Option<String> {
        format(&self.own, name, &arguments(values))
    }

    /// A message, if this language or English has it.
    pub(super) fn find(&self, name: &str, values: &[(&str, String)]) -> Option<String> {
        let name = name.replace('_', "-");
        let arguments = arguments(values);
        [&self.own, &self.english].into_iter().find_map(|bundle| format(bundle, &name, &arguments))
    }
}

/// The built-in table has no errors: a test says so.
fn english_resource() -> FluentResource {
    FluentResource::try_new(ENGLISH.to_owned()).unwrap_or_else(|(part, _)| part)
}

/// The name of the message that begins on this line.
fn name_of(line: &str) -> Option<&str> {
    let (name, _) = line.split_once('=')?;
    let name = name.trim_end();
    let is_name = name.starts_with(|first: char| first.is_ascii_alphabetic())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_');
    is_name.then_some(name)
}

fn arguments<'v>(values: &[(&'v str, String)]) -> FluentArgs<'v> {
    values.iter().map(|(key, value)| (*key, value_of(value))).collect()
}

/// A number chooses the form of a plural; every other text stays as it is.
fn value_of(text: &str) -> FluentValue<'static> {
    match text.parse::<u32>() {
        Ok(number) if number.to_string() == text => FluentNumber::from(number).into(),
        _ => FluentValue::from(text.to_owned()),
    }
}

/// `None` if there is no such message, or if the message names a value that it is not given.
fn format(
    bundle: &FluentBundle<FluentResource>,
    name: &str,
    arguments: &FluentArgs<'_>,
) -> Option<String> {
    let pattern = bundle.get_message(name)?.value()?;
    let mut errors = Vec::new();
    let text = bundle.format_pattern(pattern, Some(arguments), &mut errors).into_owned();
    errors.is_empty().then(|| on_one_line(text))
}

/// The whole English table, with the texts that stand beside the codes of the library.
pub(crate) fn english_table() -> String {
    let mut table = ENGLISH.to_owned();
    for (title, texts) in codes::english() {
        table.push_str(&format!("\n## {title}\n\n"));
        for (name, text) in texts {
            table.push_str(&format!("{name} = {text}\n"));
        }
    }
    table
}

impl fmt::Debug for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Language").field("code", &self.code).finish_non_exhaustive()
    }
}

impl fmt::Display for LanguageError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {} is no message: {}", self.line, self.text)
    }
}

impl std::error::Error for LanguageError {}
