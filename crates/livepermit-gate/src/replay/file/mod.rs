//! Used codes in a file.

mod errors;
mod handle;
mod meta;
mod open;
mod records;

use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use redb::{ReadableDatabase as _, ReadableTableMetadata as _};

use self::errors::of_redb;
use self::handle::Handle;
use self::meta::{EVERY_GATE, META};
use self::records::{RECORDS, ReadRecordTable, RecordTable, Sweeper, record};
use super::record::encode;
use super::{
    Answer, Ask, Attempt, Decision, GoOn, Here, Incarnation, Loss, Record, ReplayStore, Retention,
    StoreClock, StoreError, StoreHealth, StoreState, Witness, Witnesses, decide,
};
use livepermit::Timestamp;
use livepermit::verify::PermitId;

/// A file has no shards.
const SHARD: usize = 0;

/// A store in a file, for one process with any number of threads. It remembers its admissions after
/// a crash of the process, a crash of the system, or a power cut: it answers
/// [`Answer::Admitted`] only when the record is on the disk.
///
/// Only one process can open the file; gates in several processes share a Redis store. An admission
/// costs three flushed writes, some milliseconds; a refusal writes nothing. [`FileReplay::open`]
/// reads and checks the whole file.
///
/// # What the store can lose, and what is then refused
///
/// Beside the file, a [witness](Witnesses) knows which store this is and how many admissions it has
/// acknowledged. The witness is on the disk before a door opens. So these are noticed:
///
/// * The file is missing, is another store, or was put back from a copy. The store has lost
///   admissions, and it does not know which: a [`Loss`]. From the next attempt or
///   [`keep_alive`](ReplayStore::keep_alive) on, it answers [`Answer::Forgotten`] to every code
///   that may be among them and, while cool-downs may be among them, to everybody who enters.
///   [`StoreHealth::out_of_order_until`] says until when, and [`go_on`](ReplayStore::go_on) ends the wait.
/// * The file is damaged. [`FileReplay::open`] checks every page in use, and the last commit is
///   never repaired by taking the commit before. The file does not open
///   ([`StoreErrorKind::Damaged`](super::StoreErrorKind::Damaged)). Move it away: the new file
///   begins with a loss.
/// * The disk is full or fails. Attempts are errors
///   ([`StoreErrorKind::Storage`](super::StoreErrorKind::Storage)). The store opens the file anew,
///   at most once a second, and goes on when the disk does. A code whose answer was an error may
///   count as used.
/// * The witness is damaged: a loss too.
///
/// These are not noticed: the file and its witness are put back or removed together; the witness
/// alone is removed, and the file is put back; a disk that says that data is written when it is
/// not; damage to the file while the file is open, until it is opened again.
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
/// drop(store);
///
/// // A store that was lost: nobody enters until the code is stale and every cool-down has ended.
/// std::fs::remove_file(&path)?;
/// let store = FileReplay::open(&path, Retention::default())?;
/// assert_eq!(store.admit(&attempt)?, Answer::Forgotten { until: now.plus(60 + 15 + 1) });
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct FileReplay {
    handle: Handle,
    witnesses: Witnesses,
    capacity: u64,
    retention: Retention,
    /// The latest time that was known when the store was opened.
    not_before: Timestamp,
    sweeper: Sweeper,
    health: Mutex<StoreHealth>,
}

impl FileReplay {
    /// The most permits that a store remembers, unless [`FileReplay::with_capacity`] sets another
    /// number; about 200 MB on disk.
    pub const DEFAULT_CAPACITY: u64 = 1_000_000;

    /// Opens the store in the file `path`, and its witness in the file with `.witness` behind that
    /// name. Makes what does not exist. If neither exists, the store is new, and nothing was
    /// admitted before.
    ///
    /// # Errors
    /// [`StoreError`], whose kind and text say what to do: another process uses the file
    /// ([`StoreErrorKind::InUse`](super::StoreErrorKind::InUse)), the file is not a store
    /// ([`StoreErrorKind::Foreign`](super::StoreErrorKind::Foreign)) or is damaged
    /// ([`StoreErrorKind::Damaged`](super::StoreErrorKind::Damaged)), or the operating system
    /// reports an error ([`StoreErrorKind::Storage`](super::StoreErrorKind::Storage)).
    pub fn open(path: impl AsRef<Path>, retention: Retention) -> Result<Self, StoreError> {
        let path = path.as_ref();
        let handle = Handle::open(path)?;
        let mut witness = path.as_os_str().to_owned();
        witness.push(".witness");
        Self::new(handle, Witnesses::open(witness)?, retention)
    }

    /// Opens the store in the file `path`, for a gate that keeps its witness elsewhere. So the gate
    /// also notices when it uses a file after a store of another kind.
    ///
    /// A file has one witness: do not use it with several by turns.
    ///
    /// # Errors
    /// Those of [`FileReplay::open`].
    pub fn open_with(
        path: impl AsRef<Path>,
        witnesses: Witnesses,
        retention: Retention,
    ) -> Result<Self, StoreError> {
        Self::new(Handle::open(path.as_ref())?, witnesses, retention)
    }

    /// Says that it was this late when the store was opened, whatever the clock shows: give the
    /// later of the gate's time and the stored
    /// [`ClockState::last_admission`](crate::ClockState). If the clock went back while the gate was
    /// off, a loss is then waited for by the true time.
    #[must_use]
    pub fn not_before(self, time: Timestamp) -> Self {
        Self { not_before: time, ..self }
    }

    fn new(handle: Handle, witnesses: Witnesses, retention: Retention) -> Result<Self, StoreError> {
        let store = Self {
            handle,
            witnesses,
            capacity: Self::DEFAULT_CAPACITY,
            retention,
            not_before: Timestamp::MIN,
            sweeper: Sweeper::default(),
            health: Mutex::default(),
        };
        // A witness that knows no store gets to know this store before the first admission. So it
        // also notices when the store disappears before then.
        if store.witnesses.get(SHARD).known().is_none() {
            let state = store.read(|_, state| Ok(state.clone()))?;
            store.acknowledge(&state)?;
        }
        Ok(store)
    }

    /// Remembers at most `permits` permits. A full store refuses other permits until some records
    /// are over.
    #[must_use]
    pub fn with_capacity(self, permits: u64) -> Self {
        Self { capacity: permits, ..self }
    }

    /// The first moment of which the store knows whether it was admitted. [`Timestamp::MIN`] while
    /// the store has forgotten nothing and lost nothing. A loss counts from the attempt or the
    /// [`keep_alive`](ReplayStore::keep_alive) that notices it.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub fn remembers_from(&self) -> Result<Timestamp, StoreError> {
        self.read(|_, state| Ok(state.forgotten.max(state.lost)))
    }

    /// The number of permits that the store remembers.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub fn len(&self) -> Result<u64, StoreError> {
        self.read(|records, _| records.len().map_err(of_redb))
    }

    /// Whether the store remembers no permit.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub fn is_empty(&self) -> Result<bool, StoreError> {
        Ok(self.len()? == 0)
    }

    /// Reads the store as the last finished transaction left it.
    fn read<T>(
        &self,
        work: impl FnOnce(&ReadRecordTable, &StoreState) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        self.handle.with(|database| {
            let transaction = database.begin_read().map_err(of_redb)?;
            let records = transaction.open_table(RECORDS).map_err(of_redb)?;
            let state = meta::read(&transaction.open_table(META).map_err(of_redb)?)?;
            work(&records, &state)
        })
    }

    /// Like [`FileReplay::read`], for an answer; `None` if there is a loss, which must be written
    /// before any answer.
    fn look<T>(
        &self,
        now: Timestamp,
        work: impl FnOnce(&ReadRecordTable, &StoreState) -> Result<T, StoreError>,
    ) -> Result<Option<T>, StoreError> {
        // Before the transaction: the witness never knows more than the store does then.
        let witness = self.witnesses.get(SHARD);
        self.read(|records, held| {
            let count = records.len().map_err(of_redb)?;
            let (state, loss) = self.meet(held, &witness, now, count);
            if loss.is_some() {
                return Ok(None);
            }
            self.note(&state, loss, now);
            work(records, &state).map(Some)
        })
    }

    /// Changes the store in one step, after a loss is noticed. When this returns, the change and
    /// what the witness knows of it are on the disk.
    fn change<T>(
        &self,
        now: Timestamp,
        work: impl FnOnce(&mut RecordTable<'_>, &mut StoreState) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let witness = self.witnesses.get(SHARD);
        let (worked, state, loss, changed) = self.handle.with(|database| {
            // From here on, nothing else is written: the database has one writer at a time.
            let transaction = open::begin_write(database)?;
            let found = {
                let mut records = transaction.open_table(RECORDS).map_err(of_redb)?;
                let mut meta = transaction.open_table(META).map_err(of_redb)?;
                let held = meta::read(&meta)?;
                let count = records.len().map_err(of_redb)?;
                let (mut state, loss) = self.meet(&held, &witness, now, count);
                let worked = work(&mut records, &mut state)?;
                // No record changes without the state, which counts.
                let changed = state != held;
                if changed {
                    meta::write(&mut meta, &state)?;
                }
                (worked, state, loss, changed)
            };
            if found.3 {
                transaction.commit().map_err(of_redb)?;
            }
            Ok(found)
        })?;
        if changed {
            self.acknowledge(&state)?;
        }
        self.note(&state, loss, now);
        Ok(worked)
    }

    fn meet(
        &self,
        held: &StoreState,
        witness: &Witness,
        now: Timestamp,
        records: u64,
    ) -> (StoreState, Option<Loss>) {
        // A loss that is noticed by a clock that went back is waited for by the later time.
        let now = now.max(self.not_before);
        let ask = Ask::new(EVERY_GATE, witness, now, self.retention);
        let here = Here::new(Incarnation::of_store(held.id), now, records);
        StoreState::meet(Some(held.clone()), held.id, &ask, &here)
    }

    /// Tells the witness. When this returns, what it knows is on the disk.
    fn acknowledge(&self, state: &StoreState) -> Result<(), StoreError> {
        self.witnesses.take(SHARD, state.known(), state.admissions_of(EVERY_GATE))
    }

    fn note(&self, state: &StoreState, loss: Option<Loss>, now: Timestamp) {
        let until = state.lost.max(state.closed_until);
        let mut health = self.lock_health();
        health.out_of_order_until = (until > now).then_some(until);
        health.loss = loss.or(health.loss);
    }

    fn lock_health(&self) -> MutexGuard<'_, StoreHealth> {
        self.health.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn decide(&self, record: Option<&Record>, attempt: &Attempt, state: &StoreState) -> Decision {
        let standing = state.standing(attempt.now, StoreClock::Askers);
        decide(record, attempt, &standing, self.retention)
    }

    /// Answers an attempt as part of a change.
    fn answer(
        &self,
        attempt: &Attempt,
        records: &mut RecordTable<'_>,
        state: &mut StoreState,
    ) -> Result<Answer, StoreError> {
        let permit = attempt.key.permit;
        let earlier = record(records, permit)?;
        let after = match self.decide(earlier.as_ref(), attempt, state) {
            Decision::Refuse(answer) => return Ok(answer),
            Decision::Admit(record) => record,
        };
        let full = earlier.is_none() && state.records >= self.capacity;
        let cutoff = attempt.now.minus(self.retention.clock_difference);
        self.sweeper.sweep(records, state, cutoff, self.retention, full)?;
        if full && state.records >= self.capacity {
            return Ok(Answer::Full);
        }
        let bytes = encode(permit, &after);
        // The earlier record may be gone: it was over.
        let replaced = records.insert(permit.as_bytes(), bytes.as_slice()).map_err(of_redb)?;
        state.admitted(EVERY_GATE, replaced.is_none());
        Ok(Answer::Admitted)
    }
}

impl ReplayStore for FileReplay {
    fn retention(&self) -> Retention {
        self.retention
    }

    fn admit(&self, attempt: &Attempt) -> Result<Answer, StoreError> {
        // A refusal needs no write. An admission must be decided again in a write transaction.
        let refusal = self.look(attempt.now, |records, state| {
            let record = record(records, attempt.key.permit)?;
            Ok(match self.decide(record.as_ref(), attempt, state) {
                Decision::Refuse(answer) => Some(answer),
                Decision::Admit(_) => None,
            })
        })?;
        match refusal {
            Some(Some(answer)) => Ok(answer),
            _ => self.change(attempt.now, |records, state| self.answer(attempt, records, state)),
        }
    }

    fn keep_alive(&self, now: Timestamp) -> Result<(), StoreError> {
        match self.look(now, |_, _| Ok(()))? {
            Some(()) => Ok(()),
            None => self.change(now, |_, _| Ok(())),
        }
    }

    fn go_on(&self, word: GoOn, now: Timestamp) -> Result<(), StoreError> {
        self.change(now, |_, state| {
            state.go_on(word, now, now, self.retention);
            Ok(())
        })
    }

    fn health(&self) -> StoreHealth {
        self.lock_health().clone()
    }

    fn earlier(&self, permit: PermitId) -> Result<Option<Record>, StoreError> {
        self.read(|records, _| record(records, permit))
    }
}
