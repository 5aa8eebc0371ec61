//! The memory of used codes: each moment of a permit is admitted once, at one place.

mod attempt;
mod decide;
mod error;
#[cfg(feature = "file")]
mod file;
mod health;
mod memory;
#[cfg(feature = "postgres")]
mod postgres;
#[cfg(feature = "file")]
mod record;
#[cfg(feature = "redis")]
mod redis;
mod state;
#[cfg(any(feature = "postgres-tls", feature = "redis-tls"))]
mod tls;
#[cfg(any(feature = "postgres", feature = "redis"))]
mod wait;
mod witness;
mod witness_file;

use std::sync::Arc;

pub use attempt::{Answer, Attempt};
pub use decide::{CoolDown, Decision, Record, Sighting, Standing, StoreClock, decide};
pub use error::{StoreError, StoreErrorKind};
#[cfg(feature = "file")]
pub use file::FileReplay;
pub use health::{StoreCaution, StoreHealth};
pub use memory::MemoryReplay;
#[cfg(feature = "postgres")]
pub use postgres::{PostgresBuilder, PostgresReplay};
#[cfg(feature = "redis")]
pub use redis::{Demands, Failover, RedisReplay, RedisReplayBuilder, RedisServers};
pub use state::{Ask, GoOn, Here, Loss, StoreState};
pub use witness::{Incarnation, Known, OldAnswer, StoreId, Witness};
pub use witness_file::Witnesses;

pub use livepermit::setup::{Passage, Retention};

use livepermit::Timestamp;
use livepermit::verify::PermitId;

/// A memory of used codes. Checking and recording a code is one step, for all lanes and gates that
/// share the store.
///
/// # Write your own store
///
/// The rule is [`decide`], a pure function. A store gives it the old record and keeps the new
/// record. The store itself is responsible for three things:
///
/// 1. **One step.** No other attempt on the same permit comes between reading the record and
///    writing the record. The store answers when the record is as safe as the store promises.
/// 2. **Its own memory.** A store that forgets a record moves [`Standing::from`] past it in the
///    same step. A store that can lose records keeps a [`StoreState`] beside them.
/// 3. **Failure is an error.** If the store does not know the answer, it returns a [`StoreError`].
///    It never guesses.
///
/// ```
/// use std::collections::HashMap;
/// use std::sync::{Mutex, PoisonError};
///
/// use livepermit_gate::replay::{
///     Answer, Attempt, Decision, Record, ReplayStore, Retention, Standing, StoreError, decide,
/// };
/// use livepermit_gate::verify::PermitId;
///
/// /// Forgets nothing and loses nothing.
/// struct Ledger(Mutex<HashMap<PermitId, Record>>);
///
/// impl ReplayStore for Ledger {
///     fn admit(&self, attempt: &Attempt) -> Result<Answer, StoreError> {
///         let mut records = self.0.lock().unwrap_or_else(PoisonError::into_inner);
///         let permit = attempt.key.permit;
///         let known = records.get(&permit);
///         Ok(match decide(known, attempt, &Standing::whole(attempt.now), self.retention()) {
///             Decision::Refuse(answer) => answer,
///             Decision::Admit(record) => {
///                 records.insert(permit, record);
///                 Answer::Admitted
///             }
///         })
///     }
///
///     fn retention(&self) -> Retention {
///         Retention::default()
///     }
/// }
/// # use livepermit_gate::{GatePlace, Timestamp, replay::Passage, verify::ReplayKey};
/// # let store = Ledger(Mutex::default());
/// # let now = Timestamp::from_unix(1_790_000_000).ok_or("time")?;
/// # let permit = PermitId::from_bytes([1; 32]);
/// # let key = ReplayKey::new(permit, Some(now), now.plus(30), now.plus(40));
/// # let place = GatePlace::new("north", "1", "hall")?;
/// # let attempt = Attempt::new(key, place, Passage::Enter, now, 3, 35);
/// assert_eq!(store.admit(&attempt)?, Answer::Admitted);
/// assert_eq!(store.admit(&attempt)?, Answer::AlreadyAcceptedHere { then: now });
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub trait ReplayStore: Send + Sync {
    /// Answers an attempt. When the answer is [`Answer::Admitted`], the store has recorded the
    /// code.
    ///
    /// # Errors
    /// [`StoreError`] when the store fails. It is then unknown whether the store recorded the code.
    fn admit(&self, attempt: &Attempt) -> Result<Answer, StoreError>;

    /// How long the store remembers. The gate also uses the largest window to compute a cool-down.
    fn retention(&self) -> Retention;

    /// Asks the store how it is, without an attempt. A gate calls this about once a second while no
    /// visitor comes, so that a dead connection or a loss of memory is noticed before the next
    /// visitor. `now` is the gate's time.
    ///
    /// # Errors
    /// [`StoreError`] when the store fails.
    fn keep_alive(&self, now: Timestamp) -> Result<(), StoreError> {
        let _ = now;
        Ok(())
    }

    /// Ends a wait after a loss of memory, because an operator says so. A store that waits for
    /// nothing does nothing. `now` is the operator's time.
    ///
    /// # Errors
    /// [`StoreError`] when the store fails.
    fn go_on(&self, word: GoOn, now: Timestamp) -> Result<(), StoreError> {
        let _ = (word, now);
        Ok(())
    }

    /// How the store was at its last answer. This does no I/O.
    fn health(&self) -> StoreHealth {
        StoreHealth::default()
    }

    /// The record of a permit, to say where a used code was admitted. `None` if there is no record,
    /// or if the store does not show its records.
    ///
    /// # Errors
    /// [`StoreError`] when the store fails.
    fn earlier(&self, permit: PermitId) -> Result<Option<Record>, StoreError> {
        let _ = permit;
        Ok(None)
    }
}

/// Lanes and gates that share a store each hold an [`Arc`] of the store.
impl<S: ReplayStore + ?Sized> ReplayStore for Arc<S> {
    fn admit(&self, attempt: &Attempt) -> Result<Answer, StoreError> {
        S::admit(self, attempt)
    }

    fn retention(&self) -> Retention {
        S::retention(self)
    }

    fn keep_alive(&self, now: Timestamp) -> Result<(), StoreError> {
        S::keep_alive(self, now)
    }

    fn go_on(&self, word: GoOn, now: Timestamp) -> Result<(), StoreError> {
        S::go_on(self, word, now)
    }

    fn health(&self) -> StoreHealth {
        S::health(self)
    }

    fn earlier(&self, permit: PermitId) -> Result<Option<Record>, StoreError> {
        S::earlier(self, permit)
    }
}
