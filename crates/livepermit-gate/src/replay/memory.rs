use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use livepermit::Timestamp;
use livepermit::verify::PermitId;

use super::{
    Answer, Attempt, Decision, Record, ReplayStore, Retention, Standing, StoreError, StoreHealth,
    decide,
};

/// The number of locks: many, so that lanes seldom wait for each other.
const SHARDS: usize = 64;

/// A store in memory, for one process with any number of threads. A restart forgets everything:
/// then use [`MemoryReplay::after_restart`].
///
/// The store remembers a limited number of permits. When it is full, it forgets the records that
/// are over. If no record is over, it refuses other permits.
///
/// ```
/// use livepermit_gate::replay::{Answer, Attempt, Passage, ReplayStore, Retention};
/// use livepermit_gate::{GatePlace, MemoryReplay, Timestamp, verify};
///
/// let now = Timestamp::from_unix(1_790_000_000).ok_or("out of range")?;
/// let store = MemoryReplay::new(100_000, Retention::default());
/// let place = GatePlace::new("north", "lane-1", "hall")?;
/// // A gate uses the key of the code that it verified.
/// let permit = verify::PermitId::from_bytes([1; 32]);
/// let key = verify::ReplayKey::new(permit, Some(now), now.plus(30), now.plus(40));
/// let attempt = Attempt::new(key, place, Passage::Enter, now, 3, 35);
/// assert_eq!(store.admit(&attempt)?, Answer::Admitted);
/// assert_eq!(store.admit(&attempt)?, Answer::AlreadyAcceptedHere { then: now });
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct MemoryReplay {
    shards: Vec<Mutex<HashMap<PermitId, Record>>>,
    permits: AtomicUsize,
    capacity: usize,
    /// [`Standing::from`].
    remembers_from: AtomicU64,
    /// [`Standing::closed_until`].
    closed_until: Timestamp,
    /// The cutoff of the last clearing. One clearing a second is enough: otherwise a full store
    /// would check all records for every visitor.
    cleared: Mutex<Option<Timestamp>>,
    retention: Retention,
}

impl MemoryReplay {
    /// An empty store for at most `capacity` permits (about 300 bytes each). The store assumes that
    /// nothing was admitted before.
    ///
    /// Use it only for the first start of a gate. After a restart, it would admit used codes again
    /// while they are live: then use [`MemoryReplay::after_restart`].
    #[must_use]
    pub fn new(capacity: usize, retention: Retention) -> Self {
        Self {
            shards: (0..SHARDS).map(|_| Mutex::new(HashMap::new())).collect(),
            permits: AtomicUsize::new(0),
            capacity,
            remembers_from: AtomicU64::new(0),
            closed_until: Timestamp::MIN,
            cleared: Mutex::new(None),
            retention,
        }
    }

    /// An empty store that does not know what was admitted before `now`. So it admits no code
    /// twice: it refuses as `forgotten` all codes dated up to half a window after `now`, because a
    /// phone's clock may be that far ahead. And it lets nobody enter, with a slip or a code, until
    /// every cool-down of that time has ended.
    ///
    /// Give the later of the current time and the stored
    /// [`ClockState::last_admission`](crate::ClockState). Otherwise, if the clock went back while
    /// the gate was off, the store would admit used codes again.
    #[must_use]
    pub fn after_restart(capacity: usize, retention: Retention, now: Timestamp) -> Self {
        let from = now.plus(retention.largest_window / 2).plus(1);
        Self {
            remembers_from: AtomicU64::new(from.as_unix()),
            closed_until: now.plus(retention.cool_down_limit()),
            ..Self::new(capacity, retention)
        }
    }

    /// The first moment of which the store knows whether it was admitted. [`Timestamp::MIN`] while
    /// the store has forgotten nothing.
    #[must_use]
    pub fn remembers_from(&self) -> Timestamp {
        let from = self.remembers_from.load(Ordering::SeqCst);
        Timestamp::from_unix(from).unwrap_or(Timestamp::MAX)
    }

    fn standing(&self, now: Timestamp) -> Standing {
        Standing {
            from: self.remembers_from(),
            closed_until: self.closed_until,
            ..Standing::whole(now)
        }
    }

    /// The number of permits that the store remembers.
    #[must_use]
    pub fn len(&self) -> usize {
        self.permits.load(Ordering::SeqCst)
    }

    /// Whether the store remembers no permit.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Forgets the records that are over.
    fn clear_away(&self, now: Timestamp) {
        let cutoff = now.minus(self.retention.clock_difference);
        // Keep the lock to the end: a thread that waits for the lock then finds free room.
        let mut cleared = self.cleared.lock().unwrap_or_else(PoisonError::into_inner);
        if *cleared == Some(cutoff) {
            return;
        }
        for shard in &self.shards {
            let mut records = shard.lock().unwrap_or_else(PoisonError::into_inner);
            let before = records.len();
            let mut forgotten = Timestamp::MIN;
            records.retain(|_, record| {
                let over = record.is_over(cutoff, self.retention);
                if let Some((newest, _)) = record.newest.as_ref().filter(|_| over) {
                    forgotten = forgotten.max(newest.plus(1));
                }
                !over
            });
            // Still under the shard's lock: a thread that finds the record gone also finds that its
            // moment is forgotten.
            self.remembers_from.fetch_max(forgotten.as_unix(), Ordering::SeqCst);
            self.permits.fetch_sub(before.saturating_sub(records.len()), Ordering::SeqCst);
        }
        *cleared = Some(cutoff);
    }

    fn shard(&self, permit: PermitId) -> Option<MutexGuard<'_, HashMap<PermitId, Record>>> {
        let shard = permit.as_bytes().first().map_or(0, |byte| usize::from(*byte) % SHARDS);
        Some(self.shards.get(shard)?.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn try_admit(&self, attempt: &Attempt) -> Option<Answer> {
        let permit = attempt.key.permit;
        let mut records = self.shard(permit)?;
        let record = records.get(&permit);
        let is_new = record.is_none();
        match decide(record, attempt, &self.standing(attempt.now), self.retention) {
            Decision::Refuse(answer) => Some(answer),
            Decision::Admit(record) => {
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

    fn admit(&self, attempt: &Attempt) -> Result<Answer, StoreError> {
        if let Some(answer) = self.try_admit(attempt) {
            return Ok(answer);
        }
        self.clear_away(attempt.now);
        Ok(self.try_admit(attempt).unwrap_or(Answer::Full))
    }

    fn health(&self) -> StoreHealth {
        let until = self.closed_until.max(self.remembers_from());
        let lost = self.closed_until > Timestamp::MIN;
        StoreHealth { out_of_order_until: lost.then_some(until), ..StoreHealth::default() }
    }

    fn earlier(&self, permit: PermitId) -> Result<Option<Record>, StoreError> {
        Ok(self.shard(permit).and_then(|records| records.get(&permit).cloned()))
    }
}
