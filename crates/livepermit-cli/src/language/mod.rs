//! The languages of visitors, guards and paper. The tables are files in the format of Project
//! Fluent: English and Chinese are built in, others come from files.
//!
//! Codes, JSON and what only an operator reads stay English.

mod choice;
mod codes;
mod messages;
mod table;
mod texts;
mod time;

pub(crate) use choice::{choose, english, read, spoken};
pub(crate) use codes::{caution, english as code_texts, instruction};
pub(crate) use messages::{Message, messages};
pub(crate) use table::{BUILT_IN, Language, english_table};
pub(crate) use time::TIME;

#[cfg(test)]
mod tests;
