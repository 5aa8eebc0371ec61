//! The folder in which a gate keeps what it must not forget: which lists it holds, and the clock.

use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};

use livepermit::{ClockState, PublicKey, StatusState, Timestamp, TrustState};
use serde::{Deserialize, Serialize};

use crate::failure::Failure;
use crate::files;
use crate::output::{hex, parse_hex};

const FORMAT: &str = "livepermit gate state 1";
const MEMORY: &str = "state.json";
const CLOCK: &str = "clock.json";
/// Copies of the lists held, and nothing of anybody else's: what is not held any more is removed.
const LISTS: &str = "lists";

/// A state folder, in this process's hands alone.
#[derive(Debug)]
pub(crate) struct StateFolder {
    path: PathBuf,
    /// Locked until dropped.
    _lock: File,
    last_admission: Option<u64>,
}

/// What is remembered of the lists, and the clock floor.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Memory {
    format: String,
    clock_floor: u64,
    pub(crate) trust: Option<TrustMemory>,
    pub(crate) status: Vec<StatusMemory>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TrustMemory {
    pub(crate) name: String,
    pub(crate) version: u64,
    digest: String,
    issued_at: u64,
    pub(crate) accepted_at: u64,
    roots: Vec<String>,
    pub(crate) file: String,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct StatusMemory {
    pub(crate) issuer: String,
    pub(crate) uri: String,
    digest: String,
    issued_at: u64,
    pub(crate) accepted_at: u64,
    pub(crate) file: String,
}

/// Apart from the rest, because it changes every second and losing it costs nothing but a caution.
#[derive(Debug, Serialize, Deserialize)]
struct Clock {
    last_admission: u64,
}

impl Default for Memory {
    fn default() -> Self {
        Self { format: FORMAT.to_owned(), clock_floor: 0, trust: None, status: Vec::new() }
    }
}

impl Memory {
    pub(crate) fn floor(&self) -> Timestamp {
        time(self.clock_floor)
    }

    /// Tells whether that is higher than what was remembered.
    pub(crate) fn raise_floor(&mut self, floor: Timestamp) -> bool {
        let raised = floor.as_unix() > self.clock_floor;
        self.clock_floor = self.clock_floor.max(floor.as_unix());
        raised
    }
}

impl TrustMemory {
    pub(crate) fn new(name: &str, state: &TrustState, accepted_at: Timestamp) -> Self {
        Self {
            name: name.to_owned(),
            version: state.version,
            digest: hex(&state.digest),
            issued_at: state.issued_at.as_unix(),
            accepted_at: accepted_at.as_unix(),
            roots: state.roots.iter().map(PublicKey::to_spki_pem).collect(),
            file: format!("{LISTS}/trust-{}.cwt", state.version),
        }
    }

    pub(crate) fn state(&self) -> Option<TrustState> {
        let roots: Result<Vec<_>, _> =
            self.roots.iter().map(|pem| PublicKey::from_spki_pem(pem)).collect();
        Some(TrustState::new(
            self.version,
            digest(&self.digest)?,
            time(self.issued_at),
            roots.ok()?,
        ))
    }
}

impl StatusMemory {
    pub(crate) fn new(issuer: &str, uri: &str, state: StatusState, accepted_at: Timestamp) -> Self {
        let digest = hex(&state.digest);
        let short: String = digest.chars().take(16).collect();
        Self {
            issuer: issuer.to_owned(),
            uri: uri.to_owned(),
            digest,
            issued_at: state.issued_at.as_unix(),
            accepted_at: accepted_at.as_unix(),
            file: format!("{LISTS}/status-{short}.cwt"),
        }
    }

    pub(crate) fn state(&self) -> Option<StatusState> {
        Some(StatusState::new(time(self.issued_at), digest(&self.digest)?))
    }
}

fn digest(text: &str) -> Option<[u8; 32]> {
    parse_hex(text).ok()?.try_into().ok()
}

pub(crate) fn time(seconds: u64) -> Timestamp {
    Timestamp::from_unix(seconds).unwrap_or(Timestamp::MAX)
}

impl StateFolder {
    /// Opens or makes the folder. One process at a time: two would overwrite each other's memory.
    pub(crate) fn open(path: &Path) -> Result<Self, Failure> {
        let name = path.display();
        let failed = |error: &dyn std::fmt::Display| {
            Failure::new(
                format!("the state folder {name} cannot be used: {error}"),
                "name a folder that you may write to with --state",
            )
        };
        fs::create_dir_all(path).map_err(|error| failed(&error))?;
        let lock = File::create(path.join("lock")).map_err(|error| failed(&error))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(Failure::new(
                    format!("another process uses the state folder {name}"),
                    "end it, or give each lane a --state folder of its own: those share no used codes, which lanes of one zone do \
                     through --redis only (a build with the feature redis)",
                ));
            }
            Err(TryLockError::Error(error)) => return Err(failed(&error)),
        }
        Ok(Self { path: path.to_owned(), _lock: lock, last_admission: None })
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    /// What was remembered; empty in a new folder. What cannot be read is an error, never an empty
    /// memory.
    pub(crate) fn load(&mut self) -> Result<(Memory, Option<Timestamp>), Failure> {
        let path = self.path(MEMORY);
        let memory = if path.exists() {
            let text = files::read_text(&path, MAX_MEMORY)?;
            let memory: Memory =
                serde_json::from_str(&text).map_err(|error| damaged(&path, &error))?;
            if memory.format != FORMAT {
                return Err(damaged(&path, &format!("its format is {:?}", memory.format)));
            }
            memory
        } else {
            Memory::default()
        };
        let path = self.path(CLOCK);
        let text = if path.exists() { files::read_text(&path, MAX_MEMORY)? } else { String::new() };
        // It is written without waiting for the disk, so a power cut may take it.
        let clock: Option<Clock> = serde_json::from_str(&text).ok();
        self.last_admission = clock.map(|clock| clock.last_admission);
        Ok((memory, self.last_admission.map(time)))
    }

    /// Stores the memory, and a list it names.
    pub(crate) fn store(
        &self,
        memory: &Memory,
        list: Option<(&str, &[u8])>,
    ) -> Result<(), Failure> {
        if let Some((name, bytes)) = list {
            let folder = self.path(LISTS);
            fs::create_dir_all(&folder).map_err(|error| {
                Failure::new(
                    format!("cannot make the folder {}: {error}", folder.display()),
                    "check the --state folder and its permissions",
                )
            })?;
            files::keep(&self.path(name), bytes)?;
        }
        let text = serde_json::to_string_pretty(memory)
            .map_err(|error| Failure::new(error, "tell the maintainers: this is a defect"))?;
        files::keep(&self.path(MEMORY), text.as_bytes())?;
        self.clear_away(memory);
        Ok(())
    }

    /// Removes lists that nothing names any more. One that stays costs only room.
    fn clear_away(&self, memory: &Memory) {
        let named = |name: &str| {
            memory.trust.iter().any(|trust| trust.file == name)
                || memory.status.iter().any(|status| status.file == name)
        };
        let Ok(entries) = fs::read_dir(self.path(LISTS)) else { return };
        for entry in entries.flatten() {
            let Ok(name) = entry.file_name().into_string() else { continue };
            if !named(&format!("{LISTS}/{name}")) {
                let _ = fs::remove_file(entry.path());
            }
        }
    }

    /// Stores the time of the last admission, where it changed.
    pub(crate) fn store_clock(&mut self, clock: ClockState) -> Result<(), Failure> {
        let Some(last_admission) = clock.last_admission.map(Timestamp::as_unix) else {
            return Ok(());
        };
        if self.last_admission == Some(last_admission) {
            return Ok(());
        }
        let text = serde_json::to_string(&Clock { last_admission })
            .map_err(|error| Failure::new(error, "tell the maintainers: this is a defect"))?;
        files::write_passing(&self.path(CLOCK), text.as_bytes())?;
        self.last_admission = Some(last_admission);
        Ok(())
    }
}

/// Far more than names, digests and keys of every list take.
const MAX_MEMORY: u64 = 16 << 20;

fn damaged(path: &Path, error: &dyn std::fmt::Display) -> Failure {
    Failure::new(
        format!("{} is damaged: {error}", path.display()),
        "put a backup in its place; without one, empty the folder: the gate then takes older lists and codes used \
         within the last minutes again",
    )
}
