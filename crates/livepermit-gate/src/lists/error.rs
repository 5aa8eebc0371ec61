//! Why a list was not accepted.

use std::fmt;

use livepermit::rejection::ListRejection;
use livepermit::trust::TrustError;

use super::file::FileError;
use super::folder::FolderError;

/// Why a list was not accepted. The gate keeps the earlier list.
#[derive(Debug)]
#[non_exhaustive]
pub enum ListError {
    /// The list was checked and refused.
    Refused(ListRejection),
    /// The file cannot be read.
    File(FileError),
    /// The list cannot be stored in the folder.
    Folder(FolderError),
    /// The file of the first trust list does not contain a trust list.
    NotATrustList,
    /// The folder remembers a trust list with another name.
    OtherName {
        /// The name of the list in the folder.
        kept: String,
        /// The name in [`TrustListFile::name`](super::TrustListFile::name).
        wanted: String,
    },
    /// The name or the root keys cannot be used for a trust list.
    Anchor(TrustError),
    /// The gate trusts keys that were named one by one, so it accepts no trust list.
    NoTrustList,
}

/// Why the lists of a gate could not be opened.
#[derive(Debug)]
#[non_exhaustive]
pub enum OpenError {
    /// The state folder cannot be used.
    Folder(FolderError),
    /// A list was not accepted, and there is no earlier list to use.
    List {
        /// The file of the list.
        name: String,
        /// Why it was not accepted.
        error: ListError,
    },
}

impl ListError {
    /// The stable code: the code of the rejection, or `list-unreadable`.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Refused(rejection) => rejection.code().as_str(),
            _ => "list-unreadable",
        }
    }
}

impl fmt::Display for ListError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(rejection) => rejection.fmt(f),
            Self::File(error) => error.fmt(f),
            Self::Folder(error) => error.fmt(f),
            Self::NotATrustList => f.write_str("this is not a trust list"),
            Self::OtherName { kept, wanted } => {
                write!(f, "the state folder holds a trust list called {kept}, not {wanted}")
            }
            Self::Anchor(error) => error.fmt(f),
            Self::NoTrustList => f.write_str("no trust list is used here"),
        }
    }
}

impl std::error::Error for ListError {}

impl fmt::Display for OpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Folder(error) => error.fmt(f),
            Self::List { name, error } => write!(f, "{name}: {error}"),
        }
    }
}

impl std::error::Error for OpenError {}

impl From<ListRejection> for ListError {
    fn from(rejection: ListRejection) -> Self {
        Self::Refused(rejection)
    }
}

impl From<FileError> for ListError {
    fn from(error: FileError) -> Self {
        Self::File(error)
    }
}

impl From<FolderError> for ListError {
    fn from(error: FolderError) -> Self {
        Self::Folder(error)
    }
}

impl From<TrustError> for ListError {
    fn from(error: TrustError) -> Self {
        Self::Anchor(error)
    }
}

impl From<FolderError> for OpenError {
    fn from(error: FolderError) -> Self {
        Self::Folder(error)
    }
}
