//! Why a command ended without doing its work.

use std::fmt;
use std::process::ExitCode;

use crate::config::{ConfigError, in_words};
use crate::service::ServiceError;
use crate::store::StoreError;

/// What is told on standard error. The exit code is 1; for a check that found something, 2.
#[derive(Debug)]
pub(super) struct Failure {
    what: String,
    code: u8,
}

impl Failure {
    /// The work could not be done.
    pub(super) fn of(what: impl fmt::Display) -> Self {
        Self { what: what.to_string(), code: 1 }
    }

    /// The work was done, and what was looked for was found: a broken log.
    pub(super) fn found(what: impl fmt::Display) -> Self {
        Self { what: what.to_string(), code: 2 }
    }

    #[expect(clippy::print_stderr, reason = "a command tells why it failed")]
    pub(super) fn tell(&self) -> ExitCode {
        eprintln!("livepermit-issuer: {}", self.what);
        ExitCode::from(self.code)
    }
}

impl From<ConfigError> for Failure {
    fn from(error: ConfigError) -> Self {
        Self::of(error)
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::of(format_args!("the register: {error}"))
    }
}

impl From<ServiceError> for Failure {
    fn from(error: ServiceError) -> Self {
        Self::of(error)
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Self::of(in_words(&error))
    }
}
