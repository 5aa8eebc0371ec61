//! Messages about the lists, for the operator of a gate that continues to work.

use std::fmt;
use std::path::PathBuf;

use livepermit::trust::SkippedKey;

use super::error::ListError;
use super::folder::write_names;

/// A message about the lists for the operator. The gate continues to work.
#[derive(Debug)]
#[non_exhaustive]
pub enum Report {
    /// A list was refused, and the gate does not use it. An earlier list stays in use as long as
    /// its key is trusted.
    Refused {
        /// The file, or the list's own name.
        name: String,
        /// Why it was not accepted.
        error: ListError,
    },
    /// The folder's copy of the trust list can no longer be used.
    CopyLost {
        /// The file of the copy.
        name: String,
        /// Why it cannot be used.
        error: ListError,
    },
    /// The folder remembers none of the root keys in
    /// [`TrustListSource::roots`](super::TrustListSource::roots): a signed list replaced them.
    RootsChanged,
    /// An entry of the trust list was skipped, because this version does not understand it.
    EntrySkipped(SkippedKey),
    /// Other users can enter or read the state folder. Only on Unix.
    FolderReadable {
        /// The folder.
        path: PathBuf,
        /// Its permissions, such as `0o755`.
        mode: u32,
    },
    /// The state folder also holds files that the gate did not make.
    Strangers {
        /// The folder.
        path: PathBuf,
        /// The names of these files within the folder, sorted.
        names: Vec<PathBuf>,
    },
}

impl Report {
    pub(super) fn refused(name: impl Into<String>, error: impl Into<ListError>) -> Self {
        Self::Refused { name: name.into(), error: error.into() }
    }

    /// The stable code of the message, for logs.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Refused { error, .. } => error.code(),
            Self::CopyLost { .. } => "kept-list-lost",
            Self::RootsChanged => "roots-changed",
            Self::EntrySkipped(_) => "trust-entry-skipped",
            Self::FolderReadable { .. } => "folder-readable",
            Self::Strangers { .. } => "folder-strangers",
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused { name, error } | Self::CopyLost { name, error } => {
                write!(f, "{name} is refused: {error}")
            }
            Self::RootsChanged => f.write_str("the state folder holds other root keys"),
            Self::EntrySkipped(key) => {
                write!(f, "entry {} of the trust list is skipped: {}", key.index, key.reason)
            }
            Self::FolderReadable { path, mode } => {
                let path = path.display();
                write!(f, "other users can enter or read the state folder {path} (mode {mode:03o})")
            }
            Self::Strangers { path, names } => {
                write!(f, "the state folder {} also holds ", path.display())?;
                write_names(f, names)
            }
        }
    }
}
