//! What can be wrong with a configuration.

use std::error::Error;
use std::fmt;
use std::path::PathBuf;

use livepermit::key::KeyFileError;

use crate::service::ServiceError;
use crate::store::StoreError;

/// Why the service does not start with this configuration.
#[derive(Debug)]
#[non_exhaustive]
pub enum ConfigError {
    /// A file cannot be read.
    File {
        /// Which file.
        path: PathBuf,
        /// What the operating system says.
        why: std::io::Error,
    },
    /// A file is not as it should be.
    Text {
        /// Which file.
        path: PathBuf,
        /// What is wrong, and where.
        why: String,
    },
    /// A file is no private key.
    Key {
        /// Which file.
        path: PathBuf,
        /// What it is.
        why: KeyFileError,
    },
    /// Others than its owner can read a private key.
    Open {
        /// Which file.
        path: PathBuf,
        /// Its permissions, as `chmod` writes them.
        mode: u32,
    },
    /// A setting cannot be used.
    Setting {
        /// Which setting.
        setting: &'static str,
        /// What is wrong with its value.
        why: String,
    },
    /// The service cannot be made.
    Service(ServiceError),
    /// The register cannot be opened.
    Store(StoreError),
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File { path, why } => {
                write!(f, "cannot read {}: {}", path.display(), in_words(why))
            }
            Self::Text { path, why } => write!(f, "{}: {why}", path.display()),
            Self::Key { path, why } => write!(f, "{}: {why}", path.display()),
            Self::Open { path, mode } => write!(
                f,
                "{} has the permissions {mode:o}: others can read this private key. \
                 Run `chmod 600 {}`, and make a new key if the machine has other users",
                path.display(),
                path.display()
            ),
            Self::Setting { setting, why } => {
                write!(f, "the setting `{setting}` cannot be used: {why}")
            }
            Self::Service(error) => error.fmt(f),
            Self::Store(error) => write!(f, "the register: {error}"),
        }
    }
}

impl Error for ConfigError {}

/// What the operating system says, without its number.
pub(crate) fn in_words(error: &std::io::Error) -> String {
    let text = error.to_string();
    match text.rsplit_once(" (os error ") {
        Some((words, _)) => words.to_owned(),
        None => text,
    }
}
