use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use redb::{
    Builder, Database, DatabaseError, Durability, ReadableDatabase as _, ReadableTable,
    ReadableTableMetadata as _, StorageError, TableDefinition, TableHandle as _,
};

use super::record::{decode, encode};
use super::{
    Answer, Ask, Attempt, Memory, Record, ReplayStore, Retention, StoreError, StoreErrorKind,
    decide,
};
use crate::time::Timestamp;
use crate::verifier::PermitId;

const RECORDS: TableDefinition<'_, [u8; 32], &[u8]> = TableDefinition::new("livepermit-replay");
const META: TableDefinition<'_, &str, u64> = TableDefinition::new("livepermit-replay-meta");
const FORMAT: &str = "format";
const FORMAT_VERSION: u64 = 1;
/// [`Memory::from`].
const REMEMBERS_FROM: &str = "remembers-from";

/// Records looked at for every admission, to forget those that are over: more than one, so that the
/// file stops growing.
const SWEEP: usize = 8;
/// The same when there is no room.
const SWEEP_FULL: usize = 4096;
/// Memory for pages of the file.
const CACHE_BYTES: usize = 16 << 20;

/// A store in a file, for one process with any number of threads. What it admitted it knows after a
/// crash of the process, of the system or of the power: it answers only when the disk has it.
///
/// One process holds the file; gates in several processes share through Redis. An admission costs
/// one flushed write, some milliseconds; refusals cost none. Every opening reads and checks the
/// whole file.
///
/// ```
/// use livepermit::{Answer, Attempt, Claim, FileReplay, Passage, PermitId, Place, ReplayStore, Retention, Timestamp};
///
/// let folder = tempfile::tempdir()?;
/// let path = folder.path().join("used.redb");
/// let now = Timestamp::from_unix(1_790_000_000).ok_or("out of range")?;
/// let place = Place::new("north", "lane-1", "hall")?;
/// // A checkpoint takes the claim from what it verified.
/// let claim = Claim::new(PermitId::from_bytes([1; 32]), Some(now), now.plus(30), now.plus(40));
/// let attempt = Attempt::new(claim, &place, Passage::Enter, now, 3, 35);
///
/// let store = FileReplay::open(&path, Retention::default())?;
/// assert_eq!(store.admit(&attempt)?, Answer::Admitted);
/// drop(store);
///
/// let store = FileReplay::open(&path, Retention::default())?;
/// assert_eq!(store.admit(&attempt)?, Answer::AlreadyAcceptedHere { then: now });
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct FileReplay {
    database: Database,
    capacity: u64,
    retention: Retention,
    /// Where the next sweep begins.
    cursor: Mutex<[u8; 32]>,
}

impl FileReplay {
    /// Permits held at most unless [`FileReplay::with_capacity`] says otherwise; about 200 MB on
    /// disk.
    pub const DEFAULT_CAPACITY: u64 = 1_000_000;

    /// Opens the store in the file `path`, or makes one that knows that nothing was admitted
    /// before.
    ///
    /// # Errors
    /// [`StoreError`] whose kind and text say what to do: the file is held by another process
    /// ([`StoreErrorKind::InUse`]), is none of ours ([`StoreErrorKind::Foreign`]) or is damaged
    /// ([`StoreErrorKind::Damaged`]), or the system refuses ([`StoreErrorKind::Storage`]).
    pub fn open(path: impl AsRef<Path>, retention: Retention) -> Result<Self, StoreError> {
        let path = path.as_ref();
        if !path.try_exists().map_err(|error| of_io(&error))? {
            create(path)?;
        }
        let database = builder().open(path).map_err(of_database)?;
        check_format(&database)?;
        Ok(Self {
            database,
            capacity: Self::DEFAULT_CAPACITY,
            retention,
            cursor: Mutex::new([0; 32]),
        })
    }

    /// Holds at most so many permits; further ones are refused until others are over.
    #[must_use]
    pub fn with_capacity(self, permits: u64) -> Self {
        Self { capacity: permits, ..self }
    }

    /// Codes that are live until this time at the longest are refused as stale, because the store
    /// may have forgotten them. [`Timestamp::MIN`] while it has forgotten nothing.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub fn horizon(&self) -> Result<Timestamp, StoreError> {
        let transaction = self.database.begin_read().map_err(of_redb)?;
        Ok(memory(&transaction.open_table(META).map_err(of_redb)?)?.horizon(self.retention))
    }

    /// Permits remembered.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub fn len(&self) -> Result<u64, StoreError> {
        let transaction = self.database.begin_read().map_err(of_redb)?;
        transaction.open_table(RECORDS).map_err(of_redb)?.len().map_err(of_redb)
    }

    /// Whether no permit is remembered.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub fn is_empty(&self) -> Result<bool, StoreError> {
        Ok(self.len()? == 0)
    }

    /// What the last finished transaction says: a refusal needs no write. (Only an admission has to
    /// be decided again, alone.)
    fn refusal(&self, attempt: &Attempt<'_>) -> Result<Option<Answer>, StoreError> {
        let transaction = self.database.begin_read().map_err(of_redb)?;
        let records = transaction.open_table(RECORDS).map_err(of_redb)?;
        let memory = memory(&transaction.open_table(META).map_err(of_redb)?)?;
        let record = record(&records, attempt.claim.permit)?;
        Ok(match decide(record.as_ref(), attempt, memory, self.retention) {
            Ask::Refuse(answer) => Some(answer),
            Ask::Admit(_) => None,
        })
    }

    /// Removes what is over among the next `count` records. Tells whether there was anything.
    fn sweep(
        &self,
        records: &mut redb::Table<'_, [u8; 32], &'static [u8]>,
        now: Timestamp,
        count: usize,
        memory: &mut Memory,
    ) -> Result<bool, StoreError> {
        let cutoff = now.minus(self.retention.clock_difference);
        let mut cursor = self.cursor.lock().unwrap_or_else(PoisonError::into_inner);
        let mut over = Vec::new();
        let mut seen = 0_usize;
        let mut last = [0; 32];
        for entry in records.range(*cursor..).map_err(of_redb)?.take(count) {
            let (key, value) = entry.map_err(of_redb)?;
            seen = seen.saturating_add(1);
            last = key.value();
            let record = read(PermitId::from_bytes(last), value.value())?;
            if record.is_over(cutoff, self.retention) {
                memory.forget(&record);
                over.push(last);
            }
        }
        for key in &over {
            records.remove(key).map_err(of_redb)?;
        }
        // From the beginning when the end was reached. The last one is looked at twice, for want of
        // a key after it.
        *cursor = if seen < count { [0; 32] } else { last };
        Ok(!over.is_empty())
    }
}

impl ReplayStore for FileReplay {
    fn retention(&self) -> Retention {
        self.retention
    }

    fn admit(&self, attempt: &Attempt<'_>) -> Result<Answer, StoreError> {
        if let Some(answer) = self.refusal(attempt)? {
            return Ok(answer);
        }
        let permit = attempt.claim.permit;
        // From here on alone: the database has one writer at a time.
        let mut transaction = self.database.begin_write().map_err(of_redb)?;
        transaction.set_durability(Durability::Immediate).map_err(of_redb)?;
        let answer = {
            let mut records = transaction.open_table(RECORDS).map_err(of_redb)?;
            let mut meta = transaction.open_table(META).map_err(of_redb)?;
            let before = memory(&meta)?;
            let earlier = record(&records, permit)?;
            let after = match decide(earlier.as_ref(), attempt, before, self.retention) {
                Ask::Refuse(answer) => return Ok(answer),
                Ask::Admit(record) => record,
            };
            let full = earlier.is_none() && records.len().map_err(of_redb)? >= self.capacity;
            let mut memory = before;
            let swept = self.sweep(
                &mut records,
                attempt.now,
                if full { SWEEP_FULL } else { SWEEP },
                &mut memory,
            )?;
            if memory != before {
                meta.insert(REMEMBERS_FROM, memory.from.as_unix()).map_err(of_redb)?;
            }
            if !full || records.len().map_err(of_redb)? < self.capacity {
                let bytes = encode(permit, &after);
                records.insert(permit.as_bytes(), bytes.as_slice()).map_err(of_redb)?;
                Answer::Admitted
            } else if swept {
                Answer::Full
            } else {
                return Ok(Answer::Full);
            }
        };
        transaction.commit().map_err(of_redb)?;
        Ok(answer)
    }

    fn earlier(&self, permit: PermitId) -> Result<Option<Record>, StoreError> {
        let transaction = self.database.begin_read().map_err(of_redb)?;
        record(&transaction.open_table(RECORDS).map_err(of_redb)?, permit)
    }
}

fn builder() -> Builder {
    let mut builder = Database::builder();
    // The file is not trusted: without the check redb may panic on a damaged one.
    builder.set_cache_size(CACHE_BYTES).set_check_integrity_on_open(true);
    builder
}

/// Makes the file under another name first, so that a crash meanwhile leaves none that cannot be
/// opened.
fn create(path: &Path) -> Result<(), StoreError> {
    let mut name = path.as_os_str().to_owned();
    name.push(".new");
    let new = PathBuf::from(name);
    let database = match builder().create(&new) {
        Err(DatabaseError::Storage(StorageError::Corrupted(_) | StorageError::Io(_))) => {
            // Left behind by such a crash; nothing was ever admitted in it.
            fs::remove_file(&new).map_err(|error| of_io(&error))?;
            builder().create(&new)
        }
        made => made,
    }
    .map_err(of_database)?;
    let transaction = database.begin_write().map_err(of_redb)?;
    transaction.open_table(RECORDS).map_err(of_redb)?;
    transaction
        .open_table(META)
        .map_err(of_redb)?
        .insert(FORMAT, FORMAT_VERSION)
        .map_err(of_redb)?;
    transaction.commit().map_err(of_redb)?;
    drop(database);
    // A link never replaces what another process made meanwhile. Not every file system has links.
    match fs::hard_link(&new, path) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => fs::rename(&new, path),
        _ => fs::remove_file(&new),
    }
    .map_err(|error| of_io(&error))?;
    sync_folder(path)
}

/// The name of a new file is as much on the disk as what is in it.
#[cfg(unix)]
fn sync_folder(path: &Path) -> Result<(), StoreError> {
    let folder =
        path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::File::open(folder).and_then(|folder| folder.sync_all()).map_err(|error| of_io(&error))
}

#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "the same signature everywhere")]
fn sync_folder(_: &Path) -> Result<(), StoreError> {
    Ok(())
}

fn check_format(database: &Database) -> Result<(), StoreError> {
    let transaction = database.begin_read().map_err(of_redb)?;
    let names: Vec<_> =
        transaction.list_tables().map_err(of_redb)?.map(|table| table.name().to_owned()).collect();
    let ours = [RECORDS.name(), META.name()];
    if names.len() != ours.len() || !ours.iter().all(|ours| names.iter().any(|name| name == ours)) {
        return Err(StoreError::of(
            StoreErrorKind::Foreign,
            "the file is a database of something else",
        ));
    }
    transaction.open_table(RECORDS).map_err(of_redb)?;
    let meta = transaction.open_table(META).map_err(of_redb)?;
    match meta.get(FORMAT).map_err(of_redb)?.map(|version| version.value()) {
        Some(FORMAT_VERSION) => Ok(()),
        Some(_) => {
            Err(StoreError::of(StoreErrorKind::Foreign, "the file has a format of another version"))
        }
        None => Err(damaged()),
    }
}

fn memory(meta: &impl ReadableTable<&'static str, u64>) -> Result<Memory, StoreError> {
    match meta.get(REMEMBERS_FROM).map_err(of_redb)? {
        None => Ok(Memory::WHOLE),
        Some(from) => {
            Timestamp::from_unix(from.value()).map(|from| Memory { from }).ok_or_else(damaged)
        }
    }
}

fn record(
    records: &impl ReadableTable<[u8; 32], &'static [u8]>,
    permit: PermitId,
) -> Result<Option<Record>, StoreError> {
    records
        .get(permit.as_bytes())
        .map_err(of_redb)?
        .map(|value| read(permit, value.value()))
        .transpose()
}

fn read(permit: PermitId, bytes: &[u8]) -> Result<Record, StoreError> {
    decode(permit, bytes).map_err(|_| damaged())
}

fn damaged() -> StoreError {
    StoreError::of(StoreErrorKind::Damaged, "the file is damaged")
}

fn of_io(error: &io::Error) -> StoreError {
    match error.kind() {
        io::ErrorKind::InvalidData => {
            StoreError::of(StoreErrorKind::Foreign, "the file is no store")
        }
        _ => StoreError::of(StoreErrorKind::Storage, &error.to_string()),
    }
}

fn of_database(error: DatabaseError) -> StoreError {
    match error {
        DatabaseError::DatabaseAlreadyOpen | DatabaseError::LockProtocolMismatch => {
            StoreError::of(StoreErrorKind::InUse, "another process holds the file")
        }
        DatabaseError::UpgradeRequired(_) => {
            StoreError::of(StoreErrorKind::Foreign, "the file has a format of another version")
        }
        other => of_redb(other),
    }
}

fn of_redb(error: impl Into<redb::Error>) -> StoreError {
    match error.into() {
        redb::Error::Corrupted(_) => damaged(),
        redb::Error::TableTypeMismatch { .. } | redb::Error::TableDoesNotExist(_) => {
            StoreError::of(StoreErrorKind::Foreign, "the file is a database of something else")
        }
        redb::Error::Io(error) => of_io(&error),
        other => StoreError::of(StoreErrorKind::Storage, &other.to_string()),
    }
}
