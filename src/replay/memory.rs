use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use super::{Answer, Ask, Attempt, Record, ReplayStore, Retention, StoreError, decide};
use crate::time::Timestamp;
use crate::verifier::PermitId;

/// Locks, so that lanes seldom wait for each other.
const SHARDS: usize = 64;

/// A store in memory, for one process with any number of threads. A restart forgets it: begin again with
/// [`MemoryReplay::after_restart`].
///
/// It holds a bounded number of permits. When it is full, what is over is cleared away; when nothing is, it refuses.
#[derive(Debug)]
pub struct MemoryReplay {
    shards: Vec<Mutex<HashMap<PermitId, Record>>>,
    permits: AtomicUsize,
    capacity: usize,
    horizon: AtomicU64,
    retention: Retention,
}

impl MemoryReplay {
    /// An empty store for at most `capacity` permits at once (some 300 bytes each), which knows that nothing was admitted before.
    #[must_use]
    pub fn new(capacity: usize, retention: Retention) -> Self {
        Self {
            shards: (0..SHARDS).map(|_| Mutex::new(HashMap::new())).collect(),
            permits: AtomicUsize::new(0),
            capacity,
            horizon: AtomicU64::new(0),
            retention,
        }
    }

    /// An empty store that does not know what was admitted before `now`: codes dated up to `now` are refused as stale, so that
    /// none is admitted twice. A phone's next code, a few seconds later, is taken.
    #[must_use]
    pub fn after_restart(capacity: usize, retention: Retention, now: Timestamp) -> Self {
        let store = Self::new(capacity, retention);
        store.horizon.store(now.plus(retention.largest_window).as_unix(), Ordering::SeqCst);
        store
    }

    /// Codes whose moment and largest window do not reach beyond this time are refused as stale.
    #[must_use]
    pub fn horizon(&self) -> Timestamp {
        Timestamp::from_unix(self.horizon.load(Ordering::SeqCst)).unwrap_or(Timestamp::MAX)
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

    /// Forgets what is over. The horizon moves first, so that what is forgotten is refused from then on.
    fn clear_away(&self, now: Timestamp) {
        let horizon = now.minus(self.retention.clock_difference);
        self.horizon.fetch_max(horizon.as_unix(), Ordering::SeqCst);
        let horizon = self.horizon();
        for shard in &self.shards {
            let mut records = shard.lock().unwrap_or_else(PoisonError::into_inner);
            let before = records.len();
            records.retain(|_, record| !record.is_over(horizon, self.retention));
            self.permits.fetch_sub(before.saturating_sub(records.len()), Ordering::SeqCst);
        }
    }

    fn try_admit(&self, attempt: &Attempt<'_>) -> Option<Answer> {
        let permit = attempt.claim.permit;
        let shard = permit.as_bytes().first().map_or(0, |byte| usize::from(*byte) % SHARDS);
        let mut records = self.shards.get(shard)?.lock().unwrap_or_else(PoisonError::into_inner);
        let record = records.get(&permit);
        let is_new = record.is_none();
        // Read under the lock: whoever cleared this shard moved the horizon before.
        match decide(record, attempt, self.horizon(), self.retention) {
            Ask::Refuse(answer) => Some(answer),
            Ask::Admit(record) => {
                if is_new {
                    let room = |permits: usize| (permits < self.capacity).then(|| permits.saturating_add(1));
                    self.permits.fetch_update(Ordering::SeqCst, Ordering::SeqCst, room).ok()?;
                }
                records.insert(permit, record);
                Some(Answer::Admitted)
            }
        }
    }
}

impl ReplayStore for MemoryReplay {
    fn admit(&self, attempt: &Attempt<'_>) -> Result<Answer, StoreError> {
        if let Some(answer) = self.try_admit(attempt) {
            return Ok(answer);
        }
        self.clear_away(attempt.now);
        Ok(self.try_admit(attempt).unwrap_or(Answer::Full))
    }
}
