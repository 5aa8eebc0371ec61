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
    Answer, Attempt, Decision, Horizon, Record, ReplayStore, Retention, StoreError, StoreErrorKind,
    decide,
};
use livepermit::Timestamp;
use livepermit::verify::PermitId;

const RECORDS: TableDefinition<'_, [u8; 32], &[u8]> = TableDefinition::new("livepermit-replay");
const META: TableDefinition<'_, &str, u64> = TableDefinition::new("livepermit-replay-meta");
const FORMAT: &str = "format";
const FORMAT_VERSION: u64 = 1;
/// [`Horizon::from`].
const REMEMBERS_FROM: &str = "remembers-from";

/// Records that each admission checks, to forget the records that are over. More than one, so that
/// the file stops growing.
const SWEEP: usize = 8;
/// The same number when the store is full.
const SWEEP_FULL: usize = 4096;
/// Memory for pages of the file.
const CACHE_BYTES: usize = 16 << 20;

/// A store in a file, for one process with any number of threads. It remembers its admissions after
/// a crash of the process, a crash of the system, or a power cut: it answers only when the record
/// is on the disk.
///
/// Only one process can open the file; gates in several processes share a Redis store. An admission
/// costs one flushed write, a few milliseconds; a refusal writes nothing. [`FileReplay::open`]
/// reads and checks the whole file.
///
/// ```
/// use livepermit_gate::replay::{Answer, Attempt, Passage, ReplayStore, Retention};
/// use livepermit_gate::{FileReplay, GatePlace, Timestamp, verify};
///
/// let folder = tempfile::tempdir()?;
/// let path = folder.path().join("used.redb");
/// let now = Timestamp::from_unix(1_790_000_000).ok_or("out of range")?;
/// let place = GatePlace::new("north", "lane-1", "hall")?;
/// // A gate uses the key of the code that it verified.
/// let permit = verify::PermitId::from_bytes([1; 32]);
/// let key = verify::ReplayKey::new(permit, Some(now), now.plus(30), now.plus(40));
/// let attempt = Attempt::new(key, place, Passage::Enter, now, 3, 35);
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
    /// The most permits that a store remembers, unless [`FileReplay::with_capacity`] sets another
    /// number; about 200 MB on disk.
    pub const DEFAULT_CAPACITY: u64 = 1_000_000;

    /// Opens the store in the file `path`. If there is no such file, makes an empty store, which
    /// assumes that nothing was admitted before.
    ///
    /// # Errors
    /// [`StoreError`], whose kind and text say what to do: another process uses the file
    /// ([`StoreErrorKind::InUse`]), the file is not a store ([`StoreErrorKind::Foreign`]) or is
    /// damaged ([`StoreErrorKind::Damaged`]), or the operating system reports an error
    /// ([`StoreErrorKind::Storage`]).
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

    /// Remembers at most `permits` permits. A full store refuses other permits until some records
    /// are over.
    #[must_use]
    pub fn with_capacity(self, permits: u64) -> Self {
        Self { capacity: permits, ..self }
    }

    /// The store refuses as `forgotten` every code that stops being live at this time or earlier.
    /// [`Timestamp::MIN`] while the store has forgotten nothing.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub fn horizon(&self) -> Result<Timestamp, StoreError> {
        let transaction = self.database.begin_read().map_err(of_redb)?;
        Ok(memory(&transaction.open_table(META).map_err(of_redb)?)?.refuses_until(self.retention))
    }

    /// The number of permits that the store remembers.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub fn len(&self) -> Result<u64, StoreError> {
        let transaction = self.database.begin_read().map_err(of_redb)?;
        transaction.open_table(RECORDS).map_err(of_redb)?.len().map_err(of_redb)
    }

    /// Whether the store remembers no permit.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub fn is_empty(&self) -> Result<bool, StoreError> {
        Ok(self.len()? == 0)
    }

    /// The refusal according to the last finished transaction: a refusal needs no write. An
    /// admission must be decided again in a write transaction.
    fn refusal(&self, attempt: &Attempt) -> Result<Option<Answer>, StoreError> {
        let transaction = self.database.begin_read().map_err(of_redb)?;
        let records = transaction.open_table(RECORDS).map_err(of_redb)?;
        let memory = memory(&transaction.open_table(META).map_err(of_redb)?)?;
        let record = record(&records, attempt.key.permit)?;
        Ok(match decide(record.as_ref(), attempt, memory, self.retention) {
            Decision::Refuse(answer) => Some(answer),
            Decision::Admit(_) => None,
        })
    }

    /// Checks the next `count` records, and removes the records that are over. Returns whether
    /// there were any.
    fn sweep(
        &self,
        records: &mut redb::Table<'_, [u8; 32], &'static [u8]>,
        now: Timestamp,
        count: usize,
        memory: &mut Horizon,
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
        // After the end, start from the beginning again. The next sweep also checks the last record
        // again, because the key after it is not known.
        *cursor = if seen < count { [0; 32] } else { last };
        Ok(!over.is_empty())
    }
}

impl ReplayStore for FileReplay {
    fn retention(&self) -> Retention {
        self.retention
    }

    fn admit(&self, attempt: &Attempt) -> Result<Answer, StoreError> {
        if let Some(answer) = self.refusal(attempt)? {
            return Ok(answer);
        }
        let permit = attempt.key.permit;
        // From here on, no other attempt runs: the database has one writer at a time.
        let mut transaction = self.database.begin_write().map_err(of_redb)?;
        transaction.set_durability(Durability::Immediate).map_err(of_redb)?;
        let answer = {
            let mut records = transaction.open_table(RECORDS).map_err(of_redb)?;
            let mut meta = transaction.open_table(META).map_err(of_redb)?;
            let before = memory(&meta)?;
            let earlier = record(&records, permit)?;
            let after = match decide(earlier.as_ref(), attempt, before, self.retention) {
                Decision::Refuse(answer) => return Ok(answer),
                Decision::Admit(record) => record,
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
    // The file is not trusted: without this check, redb may panic on a damaged file.
    builder.set_cache_size(CACHE_BYTES).set_check_integrity_on_open(true);
    builder
}

/// Makes the file under another name first, so that a crash leaves no broken file at `path`.
fn create(path: &Path) -> Result<(), StoreError> {
    let mut name = path.as_os_str().to_owned();
    name.push(".new");
    let new = PathBuf::from(name);
    let database = match builder().create(&new) {
        Err(DatabaseError::Storage(StorageError::Corrupted(_) | StorageError::Io(_))) => {
            // A crash left this file behind. It contains no admission.
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
    // A hard link never replaces a file that another process made meanwhile. Not every file system
    // has hard links.
    match fs::hard_link(&new, path) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => fs::rename(&new, path),
        _ => fs::remove_file(&new),
    }
    .map_err(|error| of_io(&error))?;
    sync_folder(path)
}

/// Writes the name of a new file to the disk, so that a power cut cannot lose the file.
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

fn memory(meta: &impl ReadableTable<&'static str, u64>) -> Result<Horizon, StoreError> {
    match meta.get(REMEMBERS_FROM).map_err(of_redb)? {
        None => Ok(Horizon::WHOLE),
        Some(from) => {
            Timestamp::from_unix(from.value()).map(|from| Horizon { from }).ok_or_else(damaged)
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
