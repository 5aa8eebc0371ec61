use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::{Answer, Ask, Attempt, Memory, Record, ReplayStore, Retention, StoreError, decide};
use crate::time::Timestamp;
use crate::verifier::PermitId;

/// Locks, so that lanes seldom wait for each other.
const SHARDS: usize = 64;

/// A store in memory, for one process with any number of threads. A restart forgets it: begin again
/// with [`MemoryReplay::after_restart`].
///
/// It holds a bounded number of permits. When it is full, what is over is cleared away; when
/// nothing is, it refuses.
///
/// ```
/// use livepermit::{
///     Answer, Attempt, Claim, MemoryReplay, Passage, PermitId, Place, ReplayStore, Retention, Timestamp,
/// };
///
/// let now = Timestamp::from_unix(1_790_000_000).ok_or("out of range")?;
/// let store = MemoryReplay::new(100_000, Retention::default());
/// let place = Place::new("north", "lane-1", "hall")?;
/// // A checkpoint takes the claim from what it verified.
/// let claim = Claim::new(PermitId::from_bytes([1; 32]), Some(now), now.plus(30), now.plus(40));
/// let attempt = Attempt::new(claim, &place, Passage::Enter, now, 3, 35);
/// assert_eq!(store.admit(&attempt)?, Answer::Admitted);
/// assert_eq!(store.admit(&attempt)?, Answer::AlreadyAcceptedHere { then: now });
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct MemoryReplay {
    shards: Vec<Mutex<HashMap<PermitId, Record>>>,
    permits: AtomicUsize,
    capacity: usize,
    /// [`Memory::from`].
    remembers_from: AtomicU64,
    /// The cutoff last cleared away at: once a second is enough, or a full store would search
    /// itself for every visitor.
    cleared: Mutex<Option<Timestamp>>,
    retention: Retention,
}

impl MemoryReplay {
    /// An empty store for at most `capacity` permits at once (some 300 bytes each), which knows
    /// that nothing was admitted before.
    ///
    /// For the first start of a gate only. After a restart it admits codes a second time that were
    /// used before and are still live: take [`MemoryReplay::after_restart`] there.
    #[must_use]
    pub fn new(capacity: usize, retention: Retention) -> Self {
        Self {
            shards: (0..SHARDS).map(|_| Mutex::new(HashMap::new())).collect(),
            permits: AtomicUsize::new(0),
            capacity,
            remembers_from: AtomicU64::new(Memory::WHOLE.from.as_unix()),
            cleared: Mutex::new(None),
            retention,
        }
    }

    /// An empty store that does not know what was admitted before `now`: codes dated up to half a
    /// window after `now` (so far ahead a phone's clock may be) are refused as stale, so that none
    /// is admitted twice. Cool-downs are forgotten.
    ///
    /// Give it the later of now and the stored [`ClockState::last_admission`](crate::ClockState): a
    /// clock that went back while the gate was off would otherwise let codes of before in again.
    #[must_use]
    pub fn after_restart(capacity: usize, retention: Retention, now: Timestamp) -> Self {
        let store = Self::new(capacity, retention);
        store
            .remembers_from
            .store(Memory::lost_at(now, retention).from.as_unix(), Ordering::SeqCst);
        store
    }

    /// Codes that are live until this time at the longest are refused as stale, because the store
    /// may have forgotten them. [`Timestamp::MIN`] while it has forgotten nothing.
    #[must_use]
    pub fn horizon(&self) -> Timestamp {
        self.memory().horizon(self.retention)
    }

    fn memory(&self) -> Memory {
        let from = self.remembers_from.load(Ordering::SeqCst);
        Memory { from: Timestamp::from_unix(from).unwrap_or(Timestamp::MAX) }
    }

    /// Permits remembered.
    #[must_use]
    pub fn len(&self) -> usize {
        self.permits.load(Ordering::SeqCst)
    }

    /// Whether no permit is remembered.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Forgets what is over.
    fn clear_away(&self, now: Timestamp) {
        let cutoff = now.minus(self.retention.clock_difference);
        // Held to the end: who comes meanwhile finds the room that was made.
        let mut cleared = self.cleared.lock().unwrap_or_else(PoisonError::into_inner);
        if *cleared == Some(cutoff) {
            return;
        }
        for shard in &self.shards {
            let mut records = shard.lock().unwrap_or_else(PoisonError::into_inner);
            let before = records.len();
            let mut memory = Memory::WHOLE;
            records.retain(|_, record| {
                let over = record.is_over(cutoff, self.retention);
                if over {
                    memory.forget(record);
                }
                !over
            });
            // Under the lock: who finds the record gone finds the horizon moved.
            self.remembers_from.fetch_max(memory.from.as_unix(), Ordering::SeqCst);
            self.permits.fetch_sub(before.saturating_sub(records.len()), Ordering::SeqCst);
        }
        *cleared = Some(cutoff);
    }

    fn shard(&self, permit: PermitId) -> Option<MutexGuard<'_, HashMap<PermitId, Record>>> {
        let shard = permit.as_bytes().first().map_or(0, |byte| usize::from(*byte) % SHARDS);
        Some(self.shards.get(shard)?.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn try_admit(&self, attempt: &Attempt<'_>) -> Option<Answer> {
        let permit = attempt.claim.permit;
        let mut records = self.shard(permit)?;
        let record = records.get(&permit);
        let is_new = record.is_none();
        match decide(record, attempt, self.memory(), self.retention) {
            Ask::Refuse(answer) => Some(answer),
            Ask::Admit(record) => {
                if is_new {
                    let room = |permits: usize| {
                        (permits < self.capacity).then(|| permits.saturating_add(1))
                    };
                    self.permits.fetch_update(Ordering::SeqCst, Ordering::SeqCst, room).ok()?;
                }
                records.insert(permit, record);
                Some(Answer::Admitted)
            }
        }
    }
}

impl ReplayStore for MemoryReplay {
    fn retention(&self) -> Retention {
        self.retention
    }

    fn admit(&self, attempt: &Attempt<'_>) -> Result<Answer, StoreError> {
        if let Some(answer) = self.try_admit(attempt) {
            return Ok(answer);
        }
        self.clear_away(attempt.now);
        Ok(self.try_admit(attempt).unwrap_or(Answer::Full))
    }

    fn earlier(&self, permit: PermitId) -> Result<Option<Record>, StoreError> {
        Ok(self.shard(permit).and_then(|records| records.get(&permit).cloned()))
    }
}
