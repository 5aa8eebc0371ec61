//! Why a list was not accepted.

use std::fmt;

use livepermit::rejection::ListRejection;
use livepermit::trust::TrustError;

use super::file::FileError;
use super::folder::FolderError;
use crate::fetch::{Content, FetchError};

/// Why a list was not accepted. The gate keeps the earlier list.
#[derive(Debug)]
#[non_exhaustive]
pub enum ListError {
    /// The list was checked and refused.
    Refused(ListRejection),
    /// This is no list, and what it is.
    OtherContent {
        /// What it is.
        content: Content,
        /// What the check of the list says.
        rejection: ListRejection,
    },
    /// No list came from the web server.
    NotFetched(FetchError),
    /// Nothing came from the web server yet.
    NotFetchedYet,
    /// The file cannot be read.
    File(FileError),
    /// The list cannot be stored in the folder.
    Folder(FolderError),
    /// What should be the first trust list is no trust list.
    NotATrustList,
    /// The folder remembers a trust list with another name.
    OtherName {
        /// The name of the list in the folder.
        kept: String,
        /// The name in [`TrustListSource::name`](super::TrustListSource::name).
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
    /// The stable code: the code of the rejection or of the [`FetchError`], or `list-unreadable`.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Refused(rejection) | Self::OtherContent { rejection, .. } => {
                rejection.code().as_str()
            }
            Self::NotFetched(error) => error.code(),
            Self::NotFetchedYet => "list-not-fetched",
            _ => "list-unreadable",
        }
    }
}

impl fmt::Display for ListError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(rejection) => rejection.fmt(f),
            Self::OtherContent { content: Content::Empty, rejection } => {
                write!(f, "it is empty ({})", rejection.code())
            }
            Self::OtherContent { content, rejection } => {
                write!(f, "this is {content} and no list ({})", rejection.code())
            }
            Self::NotFetched(error) => error.fmt(f),
            Self::NotFetchedYet => f.write_str("nothing came from the server yet"),
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

impl OpenError {
    /// The stable code, that of the error of the folder or of the list.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Folder(error) => error.code(),
            Self::List { error, .. } => error.code(),
        }
    }
}

impl fmt::Display for OpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Folder(error) => error.fmt(f),
            Self::List { name, error } => write!(f, "{name}: {error}"),
        }
    }
}

impl std::error::Error for OpenError {}

impl ListError {
    /// Why these bytes are refused. What is no list at all is named.
    pub(super) fn refused(rejection: ListRejection, bytes: &[u8]) -> Self {
        match Content::of(bytes) {
            Some(content) => Self::OtherContent { content, rejection },
            None => Self::Refused(rejection),
        }
    }
}

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
