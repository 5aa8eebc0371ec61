//! How the shards were at their last answers.

use std::sync::{Mutex, MutexGuard, PoisonError};

use livepermit::Timestamp;

use super::super::wait::Wait;
use super::super::{Loss, StoreHealth};

/// How the shards of a zone were at their last answers.
#[derive(Debug)]
pub(super) struct Health(Mutex<Shards>);

#[derive(Debug)]
struct Shards {
    /// Until when each shard admits nobody who enters, by the gate's clock.
    until: Vec<Timestamp>,
    loss: Option<Loss>,
    /// The gate's time at the newest answer.
    now: Timestamp,
}

impl Health {
    pub(super) fn new(shards: usize) -> Self {
        let until = vec![Timestamp::MIN; shards];
        Self(Mutex::new(Shards { until, loss: None, now: Timestamp::MIN }))
    }

    /// Notes an answer that the gate was given at `now`. `loss` is `None` if the server did not
    /// check its memory: such an answer may be an old one, so it does not end a wait.
    pub(super) fn note(
        &self,
        shard: usize,
        now: Timestamp,
        wait: Wait,
        loss: Option<Option<Loss>>,
    ) {
        let until = wait.until(now);
        let mut shards = self.lock();
        shards.now = now;
        let Some(held) = shards.until.get_mut(shard) else { return };
        match loss {
            Some(loss) => {
                *held = until;
                shards.loss = loss.or(shards.loss);
            }
            None => *held = until.max(*held),
        }
    }

    /// Until when the worst shard is out of order, and the last loss.
    pub(super) fn get(&self) -> StoreHealth {
        let shards = self.lock();
        let worst = shards.until.iter().copied().max().filter(|until| *until > shards.now);
        StoreHealth { out_of_order_until: worst, loss: shards.loss, ..StoreHealth::default() }
    }

    fn lock(&self) -> MutexGuard<'_, Shards> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
