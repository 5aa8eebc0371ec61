//! Why a state folder cannot be used.

use std::fmt;
use std::io;
use std::path::PathBuf;

use livepermit::field::Shown;

use crate::lists::file::FileError;

/// How many strangers' files a message names.
const NAMED: usize = 3;

/// Why a state folder cannot be used.
#[derive(Debug)]
#[non_exhaustive]
pub enum FolderError {
    /// The folder cannot be made or locked.
    Unusable {
        /// The folder.
        path: PathBuf,
        /// The error of the operating system.
        error: io::Error,
    },
    /// Another process has the folder open.
    InUse {
        /// The folder.
        path: PathBuf,
    },
    /// The folder holds files that no gate made, and no `state.json` of a gate: it is a folder of
    /// somebody else.
    Strangers {
        /// The folder.
        path: PathBuf,
        /// The names of these files within the folder, sorted.
        names: Vec<PathBuf>,
    },
    /// A name that the gate uses in the folder stands for something else, such as a symbolic link.
    /// The gate follows no link there.
    WrongKind {
        /// The path with this name.
        path: PathBuf,
        /// What it is.
        found: FileKind,
    },
    /// Other users can write in the folder, so they could take the memory of the gate away. Only on
    /// Unix.
    Writable {
        /// The folder.
        path: PathBuf,
        /// Its permissions, such as `0o775`.
        mode: u32,
    },
    /// The folder or a file in it belongs to another user than the user who runs the gate. Only on
    /// Unix.
    OtherOwner {
        /// The folder or file.
        path: PathBuf,
        /// The number of its owner.
        owner: u32,
        /// The number of the user who runs the gate.
        user: u32,
    },
    /// A file of the folder is damaged. A damaged file never counts as an empty file.
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// The stored state of the trust list is damaged.
    DamagedTrust {
        /// What is wrong with it, if that is known.
        reason: Option<String>,
    },
    /// A file of the folder cannot be read or written.
    File(FileError),
}

/// What stands under a name of a folder. Links are not followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum FileKind {
    /// A regular file.
    File,
    /// A folder.
    Folder,
    /// A symbolic link.
    Link,
    /// A device, a pipe or a socket.
    Other,
}

impl FileKind {
    pub(super) fn of(kind: std::fs::FileType) -> Self {
        if kind.is_symlink() {
            Self::Link
        } else if kind.is_file() {
            Self::File
        } else if kind.is_dir() {
            Self::Folder
        } else {
            Self::Other
        }
    }
}

impl fmt::Display for FileKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::File => "a file",
            Self::Folder => "a folder",
            Self::Link => "a symbolic link",
            Self::Other => "a device, pipe or socket",
        })
    }
}

impl FolderError {
    /// The stable name of the error.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Unusable { .. } => "folder-unusable",
            Self::InUse { .. } => "folder-in-use",
            Self::Strangers { .. } => "folder-strangers",
            Self::WrongKind { .. } => "folder-wrong-kind",
            Self::Writable { .. } => "folder-writable",
            Self::OtherOwner { .. } => "folder-other-owner",
            Self::Damaged { .. } | Self::DamagedTrust { .. } => "folder-damaged",
            Self::File(_) => "folder-unreadable",
        }
    }
}

impl fmt::Display for FolderError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unusable { path, error } => {
                write!(f, "the state folder {} cannot be used: {error}", path.display())
            }
            Self::InUse { path } => {
                write!(f, "another process uses the state folder {}", path.display())
            }
            Self::Strangers { path, names } => {
                let path = path.display();
                write!(f, "{path} is not the state folder of a gate: it holds ")?;
                write_names(f, names)
            }
            Self::WrongKind { path, found } => {
                write!(f, "{} is {found}, which no gate made", path.display())
            }
            Self::Writable { path, mode } => {
                let path = path.display();
                write!(f, "other users can write in the state folder {path} (mode {mode:03o})")
            }
            Self::OtherOwner { path, owner, user } => {
                let path = path.display();
                write!(f, "{path} belongs to user {owner}, and user {user} runs this process")
            }
            Self::Damaged { path, reason } => {
                write!(f, "{} is damaged: {reason}", path.display())
            }
            Self::DamagedTrust { reason } => {
                f.write_str("the state folder's memory of the trust list is damaged")?;
                reason.iter().try_for_each(|reason| write!(f, ": {reason}"))
            }
            Self::File(error) => error.fmt(f),
        }
    }
}

/// Writes some of the names. Quotation marks and escapes keep a name from looking like a message.
pub(in crate::lists) fn write_names(f: &mut fmt::Formatter<'_>, names: &[PathBuf]) -> fmt::Result {
    for (index, name) in names.iter().take(NAMED).enumerate() {
        let separator = if index == 0 { "" } else { ", " };
        write!(f, "{separator}{}", Shown::quoted(&name.to_string_lossy()))?;
    }
    match names.len().saturating_sub(NAMED) {
        0 => Ok(()),
        more => write!(f, " and {more} more"),
    }
}

impl std::error::Error for FolderError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Unusable { error, .. } => Some(error),
            Self::File(error) => Some(error),
            _ => None,
        }
    }
}

impl From<FileError> for FolderError {
    fn from(error: FileError) -> Self {
        Self::File(error)
    }
}
