//! What is done without being asked: lists are signed, what time has ended is closed, alarms are
//! given, permits are drawn for a check, and messages are delivered.
//!
//! A job that fails is tried again at its next turn. It fails loudly: in the log each time, and in
//! [`Health`] until it works again. Of several processes over one register, one does each job: the
//! others wait until its lease ends. Each signs lists for itself, because each serves them.

mod alarms;
mod follow_ups;
mod health;
mod time;
mod webhook;

use std::time::Duration;

use jiff::SignedDuration;

use crate::domain::{KeyPurpose, KeyState, SampleSize};
use crate::hex::hex;
use crate::service::{Service, ServiceError};
use crate::store::Store;

pub use alarms::{give_alarms, set_deadlines};
pub use follow_ups::draw_follow_ups;
pub use health::{Failing, Health};
pub use time::{close_ended, forget_ended};
pub use webhook::{MOST_TRIES, Webhook, WebhookSecret, WebhookSetting, deliver};

/// How often lists that changed are signed.
const PUBLISH: Duration = Duration::from_secs(1);
/// How often permits are looked at whose end has come, and cases whose last day is near.
const SWEEP: Duration = Duration::from_secs(60);
/// How often what is kept for wallets is forgotten after its time.
const FORGET: Duration = Duration::from_secs(10);
/// How often messages are delivered.
const DELIVER: Duration = Duration::from_secs(2);
/// For how long a process has a job. It is longer than clocks of machines differ.
const LEASE: SignedDuration = SignedDuration::from_mins(5);
/// How many permits are closed in one sweep, and rows forgotten in one change: others want to write
/// too.
const AT_ONCE: u32 = 500;

/// A process that does jobs.
#[derive(Clone, Debug)]
pub struct Worker<S> {
    service: Service<S>,
    process: String,
}

impl<S: Store> Worker<S> {
    /// A process, with a name of its own.
    #[must_use]
    pub fn new(service: Service<S>) -> Self {
        let process = hex(&service.random::<16>());
        Self { service, process }
    }

    /// Does a job, if no other process has it. Tells what it did; `None` if it did nothing.
    ///
    /// # Errors
    ///
    /// Those of the job, and of the register.
    pub async fn alone<T, F>(
        &self,
        job: &'static str,
        work: impl FnOnce() -> F,
    ) -> Result<Option<T>, ServiceError>
    where
        F: Future<Output = Result<T, ServiceError>>,
    {
        let now = self.service.now();
        let ends = now.saturating_add(LEASE).unwrap_or(now);
        let mut change = self.service.store().begin().await?;
        let mine = change.lease(job, &self.process, now, ends).await?;
        change.commit().await?;
        if mine { work().await.map(Some) } else { Ok(None) }
    }
}

/// Runs all jobs for as long as the future lives. Begin with what was left over by a process that
/// has ended.
pub async fn run<S: Store>(
    service: Service<S>,
    health: Health,
    webhook: Option<Webhook>,
    sample: SampleSize,
) {
    let worker = Worker::new(service.clone());
    let note = |job, failed: Option<&ServiceError>| health.note(job, service.now(), failed);
    let publish = every(PUBLISH, || async {
        note("publish", service.publish().await.err().as_ref());
    });
    let sweep = every(SWEEP, || async {
        let done = worker.alone("sweep", || close_ended(&service)).await;
        note("sweep", done.err().as_ref());
    });
    let alarms = every(SWEEP, || async {
        let done = worker.alone("alarms", || async {
            set_deadlines(&service).await?;
            give_alarms(&service).await
        });
        note("alarms", done.await.err().as_ref());
    });
    let draw = every(SWEEP, || async {
        let done = worker.alone("follow-ups", || draw_follow_ups(&service, sample));
        note("follow-ups", done.await.err().as_ref());
    });
    let keys = every(SWEEP, || async {
        note("keys", keys_are_active(&service).await.err().as_ref());
    });
    let forget = every(FORGET, || async {
        let done = worker.alone("forget", || forget_ended(&service)).await;
        note("forget", done.err().as_ref());
    });
    let deliver = every(DELIVER, || async {
        // Each message has a lease of its own.
        if let Some(webhook) = &webhook {
            note("webhook", deliver(&service, webhook).await.err().as_ref());
        }
    });
    tokio::join!(publish, sweep, alarms, draw, keys, forget, deliver);
}

/// Whether this process signs with the keys that were activated.
///
/// # Errors
///
/// [`ServiceError::Setting`] if it does not, and those of the register.
pub async fn keys_are_active<S: Store>(service: &Service<S>) -> Result<(), ServiceError> {
    let active = service.store().signing_keys().await?;
    for key in active.iter().filter(|key| key.state == KeyState::Active) {
        let signs = match key.purpose {
            KeyPurpose::Tokens => service.keys().issuer(),
            KeyPurpose::Status => service.keys().publisher(),
        };
        if hex(&signs.public_key().thumbprint()) != key.id {
            let why = format!("another {} key was activated: start again", key.purpose.name());
            return Err(ServiceError::Setting { setting: "key", why });
        }
    }
    Ok(())
}

async fn every<F: Future<Output = ()>>(pause: Duration, job: impl Fn() -> F) {
    loop {
        job().await;
        tokio::time::sleep(pause).await;
    }
}
