//! A memory of used codes whose answers are timed.

use std::sync::Arc;
use std::time::Instant;

use livepermit::Timestamp;
use livepermit::verify::PermitId;
use livepermit_gate::replay::{
    Answer, Attempt, GoOn, Record, ReplayStore, Retention, StoreError, StoreHealth,
};

use super::numbers::Metrics;

/// The same memory, with a watch beside it.
pub(crate) struct MeasuredStore {
    store: Arc<dyn ReplayStore>,
    metrics: Arc<Metrics>,
}

impl MeasuredStore {
    pub(crate) fn new(store: Arc<dyn ReplayStore>, metrics: Arc<Metrics>) -> Self {
        Self { store, metrics }
    }
}

impl ReplayStore for MeasuredStore {
    fn admit(&self, attempt: &Attempt) -> Result<Answer, StoreError> {
        let began = Instant::now();
        let answer = self.store.admit(attempt);
        self.metrics.asked_store(Some(began.elapsed()), answer.is_err());
        answer
    }

    fn retention(&self) -> Retention {
        self.store.retention()
    }

    fn keep_alive(&self, now: Timestamp) -> Result<(), StoreError> {
        // The questions of each second would hide how long a visitor waits.
        let answer = self.store.keep_alive(now);
        self.metrics.asked_store(None, answer.is_err());
        answer
    }

    fn go_on(&self, word: GoOn, now: Timestamp) -> Result<(), StoreError> {
        self.store.go_on(word, now)
    }

    fn health(&self) -> StoreHealth {
        self.store.health()
    }

    fn earlier(&self, permit: PermitId) -> Result<Option<Record>, StoreError> {
        self.store.earlier(permit)
    }
}
