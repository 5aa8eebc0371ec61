//! What a gate sends.

use livepermit::Timestamp;
use tokio_postgres::types::ToSql;

use super::super::{Attempt, Passage};
use super::schema::seconds;
use super::{PostgresReplay, SHARD};

pub(super) type Word = Box<dyn ToSql + Sync + Send>;

/// The parameters of the function `ask`, in its order.
pub(super) struct Question(Vec<Word>);

impl Question {
    /// Asks whether the settings are the same, and nothing else.
    pub(super) fn settings(store: &PostgresReplay) -> Self {
        Self::made(store, None, false, None)
    }

    /// Asks how the store is.
    pub(super) fn heartbeat(store: &PostgresReplay, now: Timestamp, count: bool) -> Self {
        Self::made(store, Some(now), count, None)
    }

    /// Asks whether a code may be admitted. `count` lets the server count all records.
    pub(super) fn attempt(store: &PostgresReplay, attempt: &Attempt, count: bool) -> Self {
        Self::made(store, Some(attempt.now), count, Some(attempt))
    }

    fn made(
        store: &PostgresReplay,
        now: Option<Timestamp>,
        count: bool,
        attempt: Option<&Attempt>,
    ) -> Self {
        let retention = store.retention;
        let witness = store.witnesses.get(SHARD);
        let known = witness.known();
        let place = attempt.map(|attempt| &attempt.place);
        let words: Vec<Word> = vec![
            Box::new(store.settings.clone()),
            Box::new(seconds(retention.largest_window)),
            Box::new(seconds(retention.clock_difference)),
            Box::new(seconds(retention.cool_down_limit())),
            Box::new(seconds(retention.old_master)),
            Box::new(store.gate.to_string()),
            Box::new(now.map(|now| seconds(now.as_unix()))),
            Box::new(known.map(|known| known.store.to_hex())),
            Box::new(known.map(|known| number(known.generation))),
            Box::new(known.map(|known| known.incarnation.as_str().to_owned())),
            Box::new(number(witness.admissions())),
            Box::new(count),
            Box::new(store.capacity.map(number)),
            Box::new(attempt.map(|attempt| attempt.key.permit.as_bytes().to_vec())),
            Box::new(
                attempt.and_then(|attempt| attempt.key.moment).map(|at| seconds(at.as_unix())),
            ),
            Box::new(attempt.map(|attempt| seconds(attempt.debounce))),
            Box::new(attempt.map(|attempt| seconds(attempt.cool_down))),
            Box::new(place.map(|place| place.gate().to_owned())),
            Box::new(place.map(|place| place.lane().to_owned())),
            Box::new(place.map(|place| place.zone().to_owned())),
            Box::new(attempt.map(|attempt| attempt.passage == Passage::Enter)),
        ];
        Self(words)
    }

    pub(super) fn words(&self) -> Vec<&(dyn ToSql + Sync)> {
        self.0.iter().map(as_parameter).collect()
    }
}

/// A parameter as the client library takes it.
pub(super) fn as_parameter(word: &Word) -> &(dyn ToSql + Sync) {
    &**word
}

/// A count as the server stores it. No count becomes as large as the largest.
pub(super) fn number(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
