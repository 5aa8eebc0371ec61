//! One module for each subcommand: its options (`args`), what it does, what it says (`texts`).

pub(crate) mod challenge;
pub(crate) mod completions;
pub(crate) mod demo;
pub(crate) mod gate;
pub(crate) mod inspect;
pub(crate) mod issue;
pub(crate) mod key;
pub(crate) mod language;
pub(crate) mod man;
pub(crate) mod present;
pub(crate) mod qr;
pub(crate) mod scan;
pub(crate) mod status;
pub(crate) mod store;
pub(crate) mod trust;
pub(crate) mod vectors;
pub(crate) mod verify;
