//! Where a gate keeps what it knows of its store: a small file, flushed before a door opens.

use std::fs::{File, TryLockError};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use sha2::{Digest as _, Sha256};

use super::witness::{Incarnation, Known, StoreId, Witness};
use super::{StoreError, StoreErrorKind};
use crate::private;

/// What a gate knows of its store, one [`Witness`] for each shard of the store.
///
/// [`Witnesses::open`] keeps them in a file, so that the gate notices a store that lost its memory
/// while everything was off, a store that was put back from a backup, and a store that was
/// exchanged for another. Keep the file beside the gate's other state, not beside the data of the
/// server. One process uses a file at a time.
#[derive(Debug)]
pub struct Witnesses {
    shards: Mutex<Vec<Shard>>,
    file: Option<Mutex<File>>,
}

#[derive(Debug, Clone, Default)]
struct Shard {
    witness: Witness,
    /// Counts the changes of the witness.
    version: u64,
    /// The version that is on the disk. It also says which of the two slots is the newer one.
    written: u64,
}

/// The file is made of blocks of two pages. Slot n of the first page and slot n of the second page
/// belong to the same shard and are written by turns, so that a torn write leaves the other slot.
const PAGE_BYTES: usize = 4096;
const SLOT_BYTES: usize = 128;
const BLOCK_BYTES: usize = 2 * PAGE_BYTES;
const SHARDS_OF_BLOCK: usize = PAGE_BYTES / SLOT_BYTES;
const MAGIC: &[u8; 4] = b"LPW1";
const CHECK_BYTES: usize = 8;
/// No store has this identity. It stands for the store of a shard whose slots are both damaged.
const UNREADABLE: StoreId = StoreId::from_bytes([0; 16]);

impl Witnesses {
    /// Keeps the witnesses in memory only: a restart of the gate forgets them.
    #[must_use]
    pub fn in_memory() -> Self {
        Self { shards: Mutex::default(), file: None }
    }

    /// Opens the file at `path`, or makes the file if it does not exist.
    ///
    /// If the file is damaged, the gate knows that there was a store, and not which store. Then the
    /// store counts as lost.
    ///
    /// # Errors
    /// [`StoreErrorKind::InUse`] when another process uses the file, and
    /// [`StoreErrorKind::Storage`] when the operating system reports an error.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, StoreError> {
        let path = path.as_ref();
        let mut options = private::options();
        options.create(true).truncate(false);
        let mut file = options.open(path).map_err(|error| of_io(&error))?;
        private::lock(&file).map_err(|error| match error {
            TryLockError::WouldBlock => {
                StoreError::of(StoreErrorKind::InUse, "another process holds the gate's witness")
            }
            TryLockError::Error(error) => of_io(&error),
        })?;
        let shards = read(&mut file).map_err(|error| of_io(&error))?;
        sync_folder(path).map_err(|error| of_io(&error))?;
        Ok(Self { shards: Mutex::new(shards), file: Some(Mutex::new(file)) })
    }

    /// Opens the file like [`Witnesses::open`], for a gate that had a witness before. If the file is
    /// missing now, the gate knows that there was a store, and not which store: the store counts as
    /// lost.
    ///
    /// # Errors
    /// Those of [`Witnesses::open`].
    pub fn open_lost(path: impl AsRef<Path>) -> Result<Self, StoreError> {
        let is_missing = !path.as_ref().exists();
        let mut opened = Self::open(path)?;
        if let Some(file) = opened.file.as_mut().filter(|_| is_missing) {
            let lost = Shard { version: 1, written: 1, ..lost() };
            let file = file.get_mut().unwrap_or_else(PoisonError::into_inner);
            write(file, 0, &lost).map_err(|error| of_io(&error))?;
            opened.shards = Mutex::new(vec![lost]);
        }
        Ok(opened)
    }

    /// What the gate knows of a shard. A store without shards is shard 0.
    #[must_use]
    pub fn get(&self, shard: usize) -> Witness {
        self.shards().get(shard).map(|shard| shard.witness.clone()).unwrap_or_default()
    }

    /// Takes an answer of a shard, and writes what changed to the file. When this returns `Ok`, the
    /// new knowledge is on the disk: the door may open.
    ///
    /// # Errors
    /// [`StoreErrorKind::Unreachable`] when the answer is of a server that the gate has left
    /// behind, and [`StoreErrorKind::Storage`] when the file cannot be written.
    pub fn take(&self, shard: usize, answer: Known, admissions: u64) -> Result<(), StoreError> {
        let version = {
            let mut shards = self.shards();
            if shards.len() <= shard {
                shards.resize_with(shard.saturating_add(1), Shard::default);
            }
            let Some(held) = shards.get_mut(shard) else { return Ok(()) };
            let before = held.witness.clone();
            held.witness.take(answer, admissions).map_err(|_| {
                StoreError::new("the answer came from a server that is no longer the master")
            })?;
            if held.witness != before {
                held.version = held.version.saturating_add(1);
            }
            held.version
        };
        let Some(file) = &self.file else { return Ok(()) };
        let mut file = file.lock().unwrap_or_else(PoisonError::into_inner);
        let held = self.shards().get(shard).cloned().unwrap_or_default();
        if held.written >= version {
            // Another lane has written this change together with its own.
            return Ok(());
        }
        write(&mut file, shard, &held).map_err(|error| of_io(&error))?;
        if let Some(shard) = self.shards().get_mut(shard) {
            shard.written = held.version;
        }
        Ok(())
    }

    fn shards(&self) -> MutexGuard<'_, Vec<Shard>> {
        self.shards.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Where the slot of this version of a shard begins.
fn place(shard: usize, version: u64) -> usize {
    let block = shard / SHARDS_OF_BLOCK;
    let page = block.saturating_mul(2).saturating_add(usize::from(version % 2 == 1));
    let slot = shard % SHARDS_OF_BLOCK;
    page.saturating_mul(PAGE_BYTES).saturating_add(slot.saturating_mul(SLOT_BYTES))
}

/// A number of bytes or of a shard. No platform counts memory with more than 64 bits.
fn wide(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}

fn write(file: &mut File, shard: usize, held: &Shard) -> io::Result<()> {
    make_blocks(file, shard)?;
    file.seek(SeekFrom::Start(wide(place(shard, held.version))))?;
    file.write_all(&encode(shard, held))?;
    file.sync_data()
}

/// Writes blocks of shards that no store has answered, up to the block of this shard. A block takes
/// its space on the disk before the first admission needs it.
fn make_blocks(file: &mut File, shard: usize) -> io::Result<()> {
    let blocks = (shard / SHARDS_OF_BLOCK).saturating_add(1);
    let needed = blocks.saturating_mul(BLOCK_BYTES);
    let length = usize::try_from(file.seek(SeekFrom::End(0))?).unwrap_or(usize::MAX);
    if length >= needed {
        return Ok(());
    }
    let first = (length / BLOCK_BYTES).saturating_mul(SHARDS_OF_BLOCK);
    let last = blocks.saturating_mul(SHARDS_OF_BLOCK);
    let mut bytes = Vec::new();
    for block in (first..last).step_by(SHARDS_OF_BLOCK) {
        for _ in 0..2 {
            for slot in 0..SHARDS_OF_BLOCK {
                bytes.extend(encode(block.saturating_add(slot), &Shard::default()));
            }
        }
    }
    file.write_all(&bytes)?;
    file.sync_all()
}

fn read(file: &mut File) -> io::Result<Vec<Shard>> {
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes)?;
    if bytes.is_empty() {
        make_blocks(file, 0)?;
        return Ok(Vec::new());
    }
    let blocks = bytes.len().div_ceil(BLOCK_BYTES);
    // A file that was cut short has damaged slots at its end.
    bytes.resize(blocks.saturating_mul(BLOCK_BYTES), 0);
    if wide(bytes.len()) > file.metadata()?.len() {
        file.set_len(wide(bytes.len()))?;
    }
    let shards = 0..blocks.saturating_mul(SHARDS_OF_BLOCK);
    Ok(shards.map(|shard| newest(&bytes, shard)).collect())
}

/// The newer of the two slots of a shard.
fn newest(bytes: &[u8], shard: usize) -> Shard {
    let slots = [0, 1].map(|turn| {
        let slot = bytes.get(place(shard, turn)..)?.first_chunk::<SLOT_BYTES>()?;
        decode(shard, slot)
    });
    slots.into_iter().flatten().max_by_key(|shard| shard.version).unwrap_or_else(lost)
}

/// There was a store, and it is not known which.
fn lost() -> Shard {
    let known =
        Known { store: UNREADABLE, generation: 0, incarnation: Incarnation::of_store(UNREADABLE) };
    Shard { witness: Witness::from_parts(Some(known), 0), ..Shard::default() }
}

/// The start of the SHA-256 of the shard's number and the slot.
fn check(shard: usize, body: &[u8]) -> [u8; CHECK_BYTES] {
    let number = wide(shard).to_be_bytes();
    let hash: [u8; 32] = Sha256::new().chain_update(number).chain_update(body).finalize().into();
    let mut check = [0; CHECK_BYTES];
    check.iter_mut().zip(hash).for_each(|(to, from)| *to = from);
    check
}

/// The order: magic, version, admissions, generation, store, length of the incarnation (0 before
/// the first answer), incarnation, zeros, check.
fn encode(shard: usize, held: &Shard) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(SLOT_BYTES);
    bytes.extend(MAGIC);
    bytes.extend(held.version.to_be_bytes());
    bytes.extend(held.witness.admissions().to_be_bytes());
    if let Some(known) = held.witness.known() {
        let incarnation = known.incarnation.as_str();
        bytes.extend(known.generation.to_be_bytes());
        bytes.extend(known.store.as_bytes());
        bytes.push(u8::try_from(incarnation.len()).unwrap_or(0));
        bytes.extend(incarnation.as_bytes());
    }
    bytes.resize(SLOT_BYTES.saturating_sub(CHECK_BYTES), 0);
    let check = check(shard, &bytes);
    bytes.extend(check);
    bytes
}

fn decode(shard: usize, slot: &[u8; SLOT_BYTES]) -> Option<Shard> {
    let (body, found) = slot.split_last_chunk::<CHECK_BYTES>()?;
    let (magic, rest) = body.split_first_chunk::<4>()?;
    if magic != MAGIC || *found != check(shard, body) {
        return None;
    }
    let (version, rest) = rest.split_first_chunk::<8>()?;
    let (admissions, rest) = rest.split_first_chunk::<8>()?;
    let (generation, rest) = rest.split_first_chunk::<8>()?;
    let (store, rest) = rest.split_first_chunk::<16>()?;
    let (length, rest) = rest.split_first()?;
    let known = if *length == 0 {
        None
    } else {
        let incarnation = core::str::from_utf8(rest.get(..usize::from(*length))?).ok()?;
        Some(Known {
            store: StoreId::from_bytes(*store),
            generation: u64::from_be_bytes(*generation),
            incarnation: Incarnation::new(incarnation)?,
        })
    };
    let version = u64::from_be_bytes(*version);
    let witness = Witness::from_parts(known, u64::from_be_bytes(*admissions));
    Some(Shard { witness, version, written: version })
}

/// Writes the name of a new file to the disk, so that a power cut cannot lose the file.
#[cfg(unix)]
pub(super) fn sync_folder(path: &Path) -> io::Result<()> {
    let folder =
        path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(folder)?.sync_all()
}

#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "the same signature everywhere")]
pub(super) fn sync_folder(_: &Path) -> io::Result<()> {
    Ok(())
}

fn of_io(error: &io::Error) -> StoreError {
    let reason = format!("the gate's witness cannot be kept: {error}");
    StoreError::of(StoreErrorKind::Storage, &reason)
}

#[cfg(test)]
mod tests;
