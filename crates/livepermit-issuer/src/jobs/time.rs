//! What time has ended is closed, and forgotten.

use super::AT_ONCE;
use crate::domain::{Permit, PermitId};
use crate::service::{Service, ServiceError};
use crate::store::{Loaded, Mark, Store, date_number};

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
