//! Compares a table with the messages that the program uses.

use crate::commands::issue;
use crate::gate;
use crate::language::{Language, TIME, code_texts};

/// How a table differs from the messages that the program uses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Difference {
    /// The table has no such message, or the message names a value that it is not given.
    Lacks(String),
    /// Nothing says the message with this name.
    Unknown(String),
    /// The message leaves out a value that it is given.
    Drops { name: String, value: &'static str },
}

/// The names of all messages, each with its values.
fn used() -> Vec<(String, &'static [&'static str])> {
    let tables = [gate::messages::MESSAGES, issue::messages::MESSAGES];
    let messages = tables.into_iter().flatten().map(|message| {
        let name = format!("{}-{}", message.table, message.name).replace('_', "-");
        (name, message.values)
    });
    let times = TIME.iter().map(|(name, values)| ((*name).to_owned(), *values));
    let codes = code_texts().into_iter().flat_map(|(_, texts)| texts);
    messages.chain(times).chain(codes.map(|(name, _)| (name, &[][..]))).collect()
}

/// What the table of a language lacks, has too much, or leaves out.
pub(super) fn differences(language: &Language) -> Vec<Difference> {
    let used = used();
    let mut found = Vec::new();
    for (name, values) in &used {
        // A text that no language has.
        let given: Vec<_> = values.iter().map(|value| (*value, format!("<{value}>"))).collect();
        let Some(text) = language.own(name, &given) else {
            found.push(Difference::Lacks(name.clone()));
            continue;
        };
        let dropped = given.iter().filter(|(_, shown)| !text.contains(shown));
        found.extend(dropped.map(|(value, _)| Difference::Drops { name: name.clone(), value }));
    }
    let is_unknown = |name: &&String| !used.iter().any(|(known, _)| known == *name);
    let unknown = language.names().iter().filter(is_unknown);
    found.extend(unknown.cloned().map(Difference::Unknown));
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::{BUILT_IN, english_table};

    #[test]
    fn each_built_in_language_says_everything_and_nothing_else() {
        for (code, table) in BUILT_IN {
            let table = if code == "en" { english_table() } else { table.to_owned() };
            let language = Language::read(code, &table).unwrap();
            assert_eq!(differences(&language), [], "{code}");
        }
    }

    #[test]
    fn what_differs_is_named() {
        let table = english_table()
            .replace("gate-green = ", "gate-grene = ")
            .replace("gate-ago = { $span } ago", "gate-ago = a while ago")
            .replace("gate-free-in = ", "gate-free-in = { $wrong } ");
        let found = differences(&Language::read("en", &table).unwrap());
        let named = |name: &str| name.to_owned();
        assert_eq!(
            found,
            [
                Difference::Lacks(named("gate-green")),
                Difference::Lacks(named("gate-free-in")),
                Difference::Drops { name: named("gate-ago"), value: "span" },
                Difference::Unknown(named("gate-grene")),
            ]
        );
    }
}
