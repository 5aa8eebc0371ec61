//! Why a command could not run, and what to do about it.

use std::fmt;

/// A command that could not run: what is wrong, and the next thing to try. Ends with exit code 2.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) message: String,
    pub(crate) help: String,
}

impl Failure {
    pub(crate) fn new(message: impl fmt::Display, help: impl fmt::Display) -> Self {
        Self { message: message.to_string(), help: help.to_string() }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.message)
    }
}

impl std::error::Error for Failure {}

/// What a command found: it decides the exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Done; for `verify`: accepted. Exit code 0.
    Done,
    /// `verify` refused, or a step of the demo gave another verdict than it should. Exit code 1.
    Refused,
}
