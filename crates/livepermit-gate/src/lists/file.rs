//! Reads files up to a limit, and replaces a file completely or not at all.

use std::ffi::OsString;
use std::fmt;
use std::fs::{self, File};
use std::io::{self, ErrorKind, Read as _, Write as _};
use std::path::{Path, PathBuf};

use crate::fetch::MAX_LIST_BYTES;
use crate::private;

/// What the program was doing with a file when an error occurred.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum FileAction {
    /// Opening the file for reading.
    Open,
    /// Reading the file.
    Read,
    /// Writing the file.
    Write,
    /// Making the folder.
    MakeFolder,
}

/// A file or folder that could not be used.
#[derive(Debug)]
#[non_exhaustive]
pub struct FileError {
    /// The file or folder.
    pub path: PathBuf,
    /// What the program was doing with it.
    pub action: FileAction,
    /// The error of the operating system. [`ErrorKind::IsADirectory`] when the path is a folder and
    /// not a file.
    pub error: io::Error,
}

impl FileAction {
    /// The stable code of an error in this action, such as `file-not-read`.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Open => "file-not-opened",
            Self::Read => "file-not-read",
            Self::Write => "file-not-written",
            Self::MakeFolder => "folder-not-made",
        }
    }
}

impl FileError {
    /// The stable code of the error, that of its action.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        self.action.code()
    }

    pub(super) fn new(path: &Path, action: FileAction, error: io::Error) -> Self {
        Self { path: path.to_owned(), action, error }
    }
}

impl fmt::Display for FileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (path, error) = (self.path.display(), &self.error);
        match self.action {
            FileAction::Open => write!(f, "cannot open {path}: {error}"),
            FileAction::Read => write!(f, "cannot read {path}: {error}"),
            FileAction::Write => write!(f, "cannot write {path}: {error}"),
            FileAction::MakeFolder => write!(f, "cannot make the folder {path}: {error}"),
        }
    }
}

impl std::error::Error for FileError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.error)
    }
}

/// Reads a list file, at most 9 MiB plus one byte. A longer file is cut there, and the check of the
/// list refuses it as too long.
///
/// # Errors
/// [`FileError`] when the file cannot be opened or read.
pub fn read_list(path: &Path) -> Result<Vec<u8>, FileError> {
    read_up_to(path, MAX_LIST_BYTES)
}

/// Reads at most `limit` bytes plus one byte. A caller that gets more than `limit` bytes knows that
/// the file is too long.
fn read_up_to(path: &Path, limit: u64) -> Result<Vec<u8>, FileError> {
    read_open(File::open(path), path, limit)
}

/// Reads a file of the state folder like [`read_up_to`], but follows no link.
pub(super) fn read_own(path: &Path, limit: u64) -> Result<Vec<u8>, FileError> {
    read_open(private::options().write(false).open(path), path, limit)
}

fn read_open(file: io::Result<File>, path: &Path, limit: u64) -> Result<Vec<u8>, FileError> {
    let open = |error| FileError::new(path, FileAction::Open, error);
    let file = file.map_err(open)?;
    if file.metadata().is_ok_and(|data| data.is_dir()) {
        return Err(open(ErrorKind::IsADirectory.into()));
    }
    let mut bytes = Vec::new();
    file.take(limit.saturating_add(1))
        .read_to_end(&mut bytes)
        .map_err(|error| FileError::new(path, FileAction::Read, error))?;
    Ok(bytes)
}

/// Replaces a file of the state folder. The bytes are first written to a new file beside the old
/// file. The new file is renamed when it is complete, so nobody ever reads half a file. With
/// `durable`, the bytes are on the disk before this function returns.
///
/// The new file always has the same temporary name. The folder is locked, so no other process
/// writes to that name. The next write replaces a file that a crash left there.
pub(super) fn replace(path: &Path, bytes: &[u8], durable: bool) -> Result<(), FileError> {
    let failed = |error| FileError::new(path, FileAction::Write, error);
    let beside = temporary(path);
    let mut file = private::options().create(true).truncate(true).open(&beside).map_err(failed)?;
    write(&mut file, bytes, durable).and_then(|()| fs::rename(&beside, path)).map_err(|error| {
        // The new file is incomplete, so nobody needs it.
        let _ = fs::remove_file(&beside);
        failed(error)
    })
}

fn write(file: &mut File, bytes: &[u8], durable: bool) -> io::Result<()> {
    file.write_all(bytes)?;
    if durable { file.sync_all() } else { Ok(()) }
}

/// The name of a file while it is written.
pub(super) fn temporary(path: &Path) -> PathBuf {
    let mut hidden = OsString::from(".");
    hidden.push(path.file_name().unwrap_or_default());
    hidden.push(".new");
    path.with_file_name(hidden)
}
