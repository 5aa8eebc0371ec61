//! Why the story could not be told to its end.

use std::error::Error;
use std::fmt;

use crate::config::ConfigError;
use crate::service::ServiceError;
use crate::store::StoreError;

/// Why the story could not be told to its end.
#[derive(Debug)]
#[non_exhaustive]
pub enum DemoError {
    /// A question got another answer than the story needs.
    Answer {
        /// What was asked.
        what: &'static str,
        /// The status.
        status: u16,
        /// What came.
        body: String,
    },
    /// A server was not reached.
    Web(String),
    /// Something of the library refused.
    Refused {
        /// What was done.
        what: &'static str,
        /// Why not.
        why: String,
    },
    /// The machine has no room, or no port.
    Io(std::io::Error),
    /// The service cannot be made.
    Service(ServiceError),
    /// The register cannot be made.
    Store(StoreError),
    /// The configuration cannot be used.
    Config(ConfigError),
}

impl DemoError {
    /// Something of the library refused.
    pub(super) fn refused(what: &'static str) -> impl Fn(&dyn fmt::Display) -> Self {
        move |why| Self::Refused { what, why: why.to_string() }
    }
}

impl fmt::Display for DemoError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Answer { what, status, body } => {
                write!(f, "{what}: the service answered {status}: {body}")
            }
            Self::Web(why) => write!(f, "the service was not reached: {why}"),
            Self::Refused { what, why } => write!(f, "{what}: {why}"),
            Self::Io(error) => error.fmt(f),
            Self::Service(error) => error.fmt(f),
            Self::Store(error) => error.fmt(f),
            Self::Config(error) => error.fmt(f),
        }
    }
}

impl Error for DemoError {}

impl From<std::io::Error> for DemoError {
    fn from(error: std::io::Error) -> Self {
        Self::Io(error)
    }
}

impl From<ServiceError> for DemoError {
    fn from(error: ServiceError) -> Self {
        Self::Service(error)
    }
}

impl From<StoreError> for DemoError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<ConfigError> for DemoError {
    fn from(error: ConfigError) -> Self {
        Self::Config(error)
    }
}
