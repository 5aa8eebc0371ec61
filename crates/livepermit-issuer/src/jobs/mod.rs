//! What is done without being asked: lists are signed, and what time has ended is closed.
//!
//! A job that fails is tried again at its next turn. It fails loudly: in the log each time, and in
//! [`Health`] until it works again.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;

use crate::domain::{Permit, PermitId};
use crate::service::{Service, ServiceError};
use crate::store::{Loaded, Mark, Store, date_number};

/// How often lists that changed are signed.
const PUBLISH: Duration = Duration::from_secs(1);
/// How often permits are looked at whose end has come.
const SWEEP: Duration = Duration::from_secs(60);
/// How often what is kept for wallets is forgotten after its time.
const FORGET: Duration = Duration::from_secs(10);
/// How many permits are closed in one sweep, and rows forgotten in one change: others want to write
/// too.
const AT_ONCE: u32 = 500;

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

    fn note(&self, job: &'static str, at: Timestamp, failed: Option<&ServiceError>) {
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

/// Runs all jobs for as long as the future lives. Begin with what was left over by a process that
/// has ended.
pub async fn run<S: Store>(service: Service<S>, health: Health) {
    let publish = every(PUBLISH, || async {
        health.note("publish", service.now(), service.publish().await.err().as_ref());
    });
    let sweep = every(SWEEP, || async {
        health.note("sweep", service.now(), close_ended(&service).await.err().as_ref());
    });
    let forget = every(FORGET, || async {
        health.note("forget", service.now(), forget_ended(&service).await.err().as_ref());
    });
    tokio::join!(publish, sweep, forget);
}

async fn every<F: Future<Output = ()>>(pause: Duration, job: impl Fn() -> F) {
    loop {
        job().await;
        tokio::time::sleep(pause).await;
    }
}

/// Closes what time has ended of permits: their ends, and the mandates of guardians whose children
/// have come of age. Tells how many permits changed. No outcome waits for this job: each command
/// reckons with the time itself.
///
/// # Errors
///
/// Those of the register.
pub async fn close_ended<S: Store>(service: &Service<S>) -> Result<usize, ServiceError> {
    let today = date_number(service.moment().today());
    let mut closed = 0;
    for state in ["active", "suspended"] {
        let due = service.store().permits(state, &Mark::start(), AT_ONCE).await?;
        for mark in due.into_iter().take_while(|mark| mark.date <= today) {
            let Ok(id) = mark.id.parse::<PermitId>() else { continue };
            let mut change = service.store().begin().await?;
            let mut loaded: Loaded<Permit> = change.load(&mark.id).await?;
            let moment = service.moment();
            let events = match loaded.document.pass_time(&moment) {
                Ok(events) if !events.is_empty() => events,
                // Somebody else was quicker, or the clock went back: nothing to do now.
                _ => continue,
            };
            change.save(&mut loaded).await?;
            change.record(moment.now(), "job:sweep", &events).await?;
            change.commit().await?;
            tracing::debug!(permit = %id, "closed what time has ended");
            closed += 1;
        }
    }
    Ok(closed)
}

/// Forgets what is kept for wallets and has ended. Tells how many rows. A row that is there longer
/// than it has to be changes no outcome.
///
/// # Errors
///
/// Those of the register.
pub async fn forget_ended<S: Store>(service: &Service<S>) -> Result<u64, ServiceError> {
    let mut forgotten = 0;
    loop {
        let mut change = service.store().begin().await?;
        let some = change.forget_ended(service.now(), AT_ONCE).await?;
        change.commit().await?;
        forgotten += some;
        if some < u64::from(AT_ONCE) {
            return Ok(forgotten);
        }
    }
}
