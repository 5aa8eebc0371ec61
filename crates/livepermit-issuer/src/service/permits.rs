//! What happens to permits beside approved applications.

use super::Service;
use super::cases::same;
use super::error::ServiceError;
use crate::domain::{DomainError, Event, Moment, Permit, PermitId};
use crate::store::{Change, Loaded, Store};

impl<S: Store> Service<S> {
    /// Changes a permit by a rule of the domain: a suspension, a cancellation, a lost phone,
    /// somebody who acts for the holder. With a version, the permit must still have it.
    ///
    /// What status lists say follows in the same change, and the entry of the device lives as long
    /// as the permit.
    ///
    /// # Errors
    ///
    /// [`StoreError::Changed`](crate::store::StoreError::Changed) if somebody else was quicker,
    /// what the rule refuses, and those of the register.
    pub async fn change_permit(
        &self,
        change: &mut Change,
        permit: PermitId,
        version: Option<u64>,
        actor: &str,
        rule: impl FnOnce(&mut Permit, &Moment) -> Result<Vec<Event>, DomainError>,
    ) -> Result<Loaded<Permit>, ServiceError> {
        let moment = self.moment();
        let id = permit.to_string();
        let mut loaded: Loaded<Permit> = change.load(&id).await?;
        same("permit", &loaded, &id, version)?;
        let before = loaded.document.ends();
        let events = rule(&mut loaded.document, &moment)?;
        change.save(&mut loaded).await?;
        change.record(moment.now(), actor, &events).await?;
        let ends = loaded.document.ends();
        if ends > before
            && let Some(active) = loaded.document.bindings().active()
        {
            change.prolong_entry(active.binding.entry, moment.start_of(ends)).await?;
        }
        Ok(loaded)
    }
}
