//! What several commands use.

pub(crate) mod drawing;
pub(crate) mod failure;
pub(crate) mod fetch;
pub(crate) mod files;
pub(crate) mod frames;
pub(crate) mod hex;
pub(crate) mod input;
pub(crate) mod json;
pub(crate) mod keys;
pub(crate) mod lists;
pub(crate) mod output;
pub(crate) mod pictures;
pub(crate) mod place;
pub(crate) mod policy;
pub(crate) mod question;
pub(crate) mod random;
pub(crate) mod relay_gates;
pub(crate) mod signals;
pub(crate) mod store;
pub(crate) mod table;
pub(crate) mod terminal;
mod texts;
pub(crate) mod time;
pub(crate) mod token;
pub(crate) mod trusted;
pub(crate) mod verdict;
