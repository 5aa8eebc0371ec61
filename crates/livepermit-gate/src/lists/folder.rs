//! The folder for everything that a gate must not forget about its lists and its clock.

use std::fmt;
use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use crate::ClockState;
use livepermit::Timestamp;
use serde::{Deserialize, Serialize};

use super::file::{FileAction, FileError, read_up_to, replace};
use super::kept::{COPIES, Memory, time};

const MEMORY: &str = "state.json";
const CLOCK: &str = "clock.json";
const LOCK: &str = "lock";

/// Far more bytes than the names, digests and keys of all lists need.
const MAX_MEMORY_BYTES: u64 = 16 << 20;

/// The state folder of a gate. It is locked until this value is dropped, because two processes
/// would overwrite each other's memory.
///
/// ```
/// use livepermit_gate::lists::{Folder, FolderError};
///
/// # let temporary = tempfile::tempdir()?;
/// # let path = temporary.path().join("gate-3");
/// let folder = Folder::open(&path)?;
/// assert!(matches!(Folder::open(&path), Err(FolderError::InUse { .. })));
/// drop(folder);
/// assert!(Folder::open(&path).is_ok());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Folder {
    path: PathBuf,
    /// Locked until dropped.
    _lock: File,
    /// The last admission as stored in the file, in seconds since 1970.
    last_admission: Option<u64>,
}

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

/// The clock has a file of its own: it changes every second, and its loss costs only a caution.
#[derive(Debug, Serialize, Deserialize)]
struct Clock {
    last_admission: u64,
}

impl FolderError {
    /// The stable name of the error.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Unusable { .. } => "folder-unusable",
            Self::InUse { .. } => "folder-in-use",
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

impl Folder {
    /// Opens the folder, and makes it if it does not exist. Only one process at a time can have the
    /// folder open.
    ///
    /// # Errors
    /// [`FolderError::InUse`] when another process has it open, [`FolderError::Unusable`] when it
    /// cannot be made or locked.
    pub fn open(path: &Path) -> Result<Self, FolderError> {
        let failed = |error| FolderError::Unusable { path: path.to_owned(), error };
        fs::create_dir_all(path).map_err(failed)?;
        let lock = File::create(path.join(LOCK)).map_err(failed)?;
        match lock.try_lock() {
            Ok(()) => Ok(Self { path: path.to_owned(), _lock: lock, last_admission: None }),
            Err(TryLockError::WouldBlock) => Err(FolderError::InUse { path: path.to_owned() }),
            Err(TryLockError::Error(error)) => Err(failed(error)),
        }
    }

    /// The path of a file in the folder. A gate may also keep its used codes there.
    #[must_use]
    pub fn path(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    /// Loads the memory of the lists, and the time of the last admission. A new folder is empty.
    pub(super) fn load(&mut self) -> Result<(Memory, Option<Timestamp>), FolderError> {
        let path = self.path(MEMORY);
        let memory = if path.exists() { read_memory(&path)? } else { Memory::default() };
        let path = self.path(CLOCK);
        let text = if path.exists() { read_up_to(&path, MAX_MEMORY_BYTES)? } else { Vec::new() };
        // The file is written without waiting for the disk, so a power cut may damage it.
        let clock: Option<Clock> = serde_json::from_slice(&text).ok();
        self.last_admission = clock.map(|clock| clock.last_admission);
        Ok((memory, self.last_admission.map(time)))
    }

    /// Stores the memory. A new list is stored first, because the memory names the list.
    pub(super) fn store(
        &self,
        memory: &Memory,
        list: Option<(&str, &[u8])>,
    ) -> Result<(), FolderError> {
        if let Some((name, bytes)) = list {
            let folder = self.path(COPIES);
            fs::create_dir_all(&folder)
                .map_err(|error| FileError::new(&folder, FileAction::MakeFolder, error))?;
            replace(&self.path(name), bytes, true)?;
        }
        let path = self.path(MEMORY);
        let text = serde_json::to_string_pretty(memory)
            .map_err(|error| FileError::new(&path, FileAction::Write, error.into()))?;
        replace(&path, text.as_bytes(), true)?;
        self.clear_away(memory);
        Ok(())
    }

    /// Removes copies of lists that the memory no longer names. A copy that stays costs only space.
    fn clear_away(&self, memory: &Memory) {
        let Ok(entries) = fs::read_dir(self.path(COPIES)) else { return };
        for entry in entries.flatten() {
            let Ok(name) = entry.file_name().into_string() else { continue };
            if !memory.names(&format!("{COPIES}/{name}")) {
                let _ = fs::remove_file(entry.path());
            }
        }
    }

    /// Stores the time of the last admission, if it changed.
    pub(super) fn store_clock(&mut self, clock: ClockState) -> Result<(), FolderError> {
        let Some(last_admission) = clock.last_admission.map(Timestamp::as_unix) else {
            return Ok(());
        };
        if self.last_admission == Some(last_admission) {
            return Ok(());
        }
        let path = self.path(CLOCK);
        let text = serde_json::to_string(&Clock { last_admission })
            .map_err(|error| FileError::new(&path, FileAction::Write, error.into()))?;
        replace(&path, text.as_bytes(), false)?;
        self.last_admission = Some(last_admission);
        Ok(())
    }
}

fn read_memory(path: &Path) -> Result<Memory, FolderError> {
    let damaged = |reason| FolderError::Damaged { path: path.to_owned(), reason };
    let bytes = read_up_to(path, MAX_MEMORY_BYTES)?;
    if u64::try_from(bytes.len()).is_ok_and(|length| length > MAX_MEMORY_BYTES) {
        return Err(damaged(format!("it has more than {MAX_MEMORY_BYTES} bytes")));
    }
    Memory::from_json(&bytes).map_err(damaged)
}
