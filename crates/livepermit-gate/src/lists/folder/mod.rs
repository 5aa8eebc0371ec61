//! The folder for everything that a gate must not forget about its lists and its clock.

mod entries;
mod error;

use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};

use crate::ClockState;
use crate::fetch::MAX_LIST_BYTES;
use crate::private;
use livepermit::Timestamp;
use serde::{Deserialize, Serialize};

use super::file::{FileAction, FileError, read_own, replace, temporary};
use super::kept::{COPIES, Memory, is_copy, time};
use super::report::Report;
use super::sources::Sources;
use entries::check_kind;

pub(super) use error::write_names;
pub use error::{FileKind, FolderError};

const MEMORY: &str = "state.json";
const CLOCK: &str = "clock.json";
/// The longest cool-down, in seconds, where it is not the usual one.
const LIMITS: &str = "once.limits";
const LOCK: &str = "lock";
/// How the gate is, for other processes: see
/// [`GateLists::show_health`](super::GateLists::show_health).
pub const HEALTH: &str = "health.json";

/// Far more bytes than the names, digests and keys of all lists need.
const MAX_MEMORY_BYTES: u64 = 16 << 20;

/// The state folder of a gate. It is locked until this value is dropped, because two processes
/// would overwrite each other's memory.
///
/// On Unix only the user who runs the gate can enter the folder (mode 0700) and read its files
/// (0600). The gate follows no symbolic link there, and deletes nothing but what it made itself.
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
    /// Messages for the operator that nobody has taken yet.
    reports: Vec<Report>,
}

/// The clock has a file of its own: it changes every second, and its loss costs only a caution.
#[derive(Debug, Serialize, Deserialize)]
struct Clock {
    last_admission: u64,
}

impl Folder {
    /// Opens the folder, and makes it if it does not exist. Only one process at a time can have the
    /// folder open.
    ///
    /// # Errors
    /// [`FolderError::InUse`] when another process has it open, [`FolderError::Unusable`] when it
    /// cannot be made or locked. [`FolderError::Strangers`], [`FolderError::WrongKind`],
    /// [`FolderError::Writable`] and [`FolderError::OtherOwner`] when an existing folder is not the
    /// gate's own; nothing is written there then.
    pub fn open(path: &Path) -> Result<Self, FolderError> {
        let failed = |error| FolderError::Unusable { path: path.to_owned(), error };
        private::make_folder(path).map_err(failed)?;
        let reports = entries::check(path)?;
        let file = path.join(LOCK);
        let lock = private::options().create(true).truncate(false).open(file).map_err(failed)?;
        match private::lock(&lock) {
            Ok(()) => {
                Ok(Self { path: path.to_owned(), _lock: lock, last_admission: None, reports })
            }
            Err(TryLockError::WouldBlock) => Err(FolderError::InUse { path: path.to_owned() }),
            Err(TryLockError::Error(error)) => Err(failed(error)),
        }
    }

    /// What the operator should know about the folder. The second call returns nothing.
    pub(super) fn take_reports(&mut self) -> Vec<Report> {
        std::mem::take(&mut self.reports)
    }

    /// The path of a file in the folder. A gate may also keep its used codes there.
    #[must_use]
    pub fn path(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    /// Loads the memory of the lists, and the time of the last admission. A new folder gets an
    /// empty memory, which says that the folder is a gate's.
    pub(super) fn load(&mut self) -> Result<(Memory, Option<Timestamp>), FolderError> {
        let path = self.path(MEMORY);
        let memory = if path.exists() {
            read_memory(&path)?
        } else {
            let memory = Memory::default();
            self.store_memory(&memory)?;
            memory
        };
        let path = self.path(CLOCK);
        let text = if path.exists() { read(&path, MAX_MEMORY_BYTES)? } else { Vec::new() };
        // The file is written without waiting for the disk, so a power cut may damage it.
        let clock: Option<Clock> = serde_json::from_slice(&text).ok();
        self.last_admission = clock.map(|clock| clock.last_admission);
        Ok((memory, self.last_admission.map(time)))
    }

    /// Keeps the longest cool-down that a gate with this folder ever had, in seconds, and returns
    /// the longest: `seconds`, or what was kept before. A cool-down that is not longer than `usual`
    /// needs no file.
    ///
    /// When a store in a file was lost, its own limits are lost too. So whoever notices the loss
    /// waits for the longest cool-down that may have been lost.
    ///
    /// # Errors
    /// [`FolderError::Damaged`] when the file in the folder is damaged, [`FolderError::File`] when
    /// the file cannot be read or written.
    pub fn keep_longest_cool_down(&self, seconds: u64, usual: u64) -> Result<u64, FolderError> {
        let path = self.path(LIMITS);
        let kept = if path.exists() { read_limits(&path)? } else { usual };
        if seconds > kept {
            self.replace(LIMITS, seconds.to_string().as_bytes(), true)?;
        }
        Ok(seconds.max(kept))
    }

    /// Whether the folder keeps copies in place of what `sources` names at web servers, so that a
    /// gate can start without a network.
    #[must_use]
    pub fn keeps_lists(&self, sources: &Sources) -> bool {
        let Ok(entries) = fs::read_dir(self.path(COPIES)) else { return false };
        let names: Vec<String> =
            entries.flatten().filter_map(|entry| entry.file_name().into_string().ok()).collect();
        let keeps = |kind: &str| names.iter().any(|name| name.starts_with(kind) && is_copy(name));
        let (trust, status) = sources.are_fetched();
        (!trust || keeps("trust-")) && (!status || keeps("status-"))
    }

    pub(super) fn show_health(&self, json: &str) -> Result<(), FolderError> {
        self.replace(HEALTH, json.as_bytes(), false)
    }

    /// Reads the copy of a list.
    pub(super) fn read_copy(&self, name: &str) -> Result<Vec<u8>, FolderError> {
        read(&self.path(name), MAX_LIST_BYTES)
    }

    /// Stores the memory. A new list is stored first, because the memory names the list.
    pub(super) fn store(
        &self,
        memory: &Memory,
        list: Option<(&str, &[u8])>,
    ) -> Result<(), FolderError> {
        if let Some((name, bytes)) = list {
            let folder = self.path(COPIES);
            check_kind(&folder, FileKind::Folder)?;
            private::make_folder(&folder)
                .map_err(|error| FileError::new(&folder, FileAction::MakeFolder, error))?;
            self.replace(name, bytes, true)?;
        }
        self.store_memory(memory)?;
        self.clear_away(memory);
        Ok(())
    }

    fn store_memory(&self, memory: &Memory) -> Result<(), FolderError> {
        let text = serde_json::to_string_pretty(memory)
            .map_err(|error| FileError::new(&self.path(MEMORY), FileAction::Write, error.into()))?;
        self.replace(MEMORY, text.as_bytes(), true)
    }

    fn replace(&self, name: &str, bytes: &[u8], durable: bool) -> Result<(), FolderError> {
        let path = self.path(name);
        check_kind(&path, FileKind::File)?;
        check_kind(&temporary(&path), FileKind::File)?;
        Ok(replace(&path, bytes, durable)?)
    }

    /// Removes copies of lists that the memory no longer names. A copy that stays costs only space.
    /// Leaves everything that does not have exactly the name of a copy, or is no file.
    fn clear_away(&self, memory: &Memory) {
        let Ok(entries) = fs::read_dir(self.path(COPIES)) else { return };
        for entry in entries.flatten() {
            let Ok(name) = entry.file_name().into_string() else { continue };
            let is_file = entry.file_type().is_ok_and(|kind| kind.is_file());
            let is_old = is_copy(&name) && !memory.names(&format!("{COPIES}/{name}"));
            if is_file && is_old {
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
        let text = serde_json::to_string(&Clock { last_admission })
            .map_err(|error| FileError::new(&self.path(CLOCK), FileAction::Write, error.into()))?;
        self.replace(CLOCK, text.as_bytes(), false)?;
        self.last_admission = Some(last_admission);
        Ok(())
    }
}

/// Reads a file that the gate made.
fn read(path: &Path, limit: u64) -> Result<Vec<u8>, FolderError> {
    check_kind(path, FileKind::File)?;
    Ok(read_own(path, limit)?)
}

fn read_limits(path: &Path) -> Result<u64, FolderError> {
    let text = String::from_utf8(read(path, MAX_MEMORY_BYTES)?).ok();
    text.and_then(|text| text.trim().parse().ok()).ok_or_else(|| FolderError::Damaged {
        path: path.to_owned(),
        reason: "it is no number of seconds".to_owned(),
    })
}

fn read_memory(path: &Path) -> Result<Memory, FolderError> {
    let damaged = |reason| FolderError::Damaged { path: path.to_owned(), reason };
    let bytes = read(path, MAX_MEMORY_BYTES)?;
    if u64::try_from(bytes.len()).is_ok_and(|length| length > MAX_MEMORY_BYTES) {
        return Err(damaged(format!("it has more than {MAX_MEMORY_BYTES} bytes")));
    }
    Memory::from_json(&bytes).map_err(damaged)
}
