//! How the jobs go.

use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;

use crate::service::ServiceError;

/// A job that fails.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failing {
    /// Which job.
    pub job: &'static str,
    /// Since when.
    pub since: Timestamp,
    /// Why it failed first.
    pub why: String,
}

/// How the jobs go. Clones share it.
#[derive(Clone, Debug, Default)]
pub struct Health(Arc<Mutex<Vec<Failing>>>);

impl Health {
    /// The jobs that fail.
    #[must_use]
    pub fn failing(&self) -> Vec<Failing> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(super) fn note(&self, job: &'static str, at: Timestamp, failed: Option<&ServiceError>) {
        let mut failing = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let known = failing.iter().position(|known| known.job == job);
        match (failed, known) {
            (None, Some(known)) => {
                failing.remove(known);
                tracing::info!(job, "the job works again");
            }
            (Some(error), None) => {
                failing.push(Failing { job, since: at, why: error.to_string() });
            }
            _ => {}
        }
        if let Some(error) = failed {
            tracing::error!(job, code = error.code(), %error, "the job failed");
        }
    }
}
