//! What happens to permits beside approved applications.

use super::Service;
use super::cases::same;
use super::error::ServiceError;
use crate::domain::{
    Case, Document, DomainError, Event, Mandate, Moment, Permit, PermitId, RepresentativeId,
};
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
        let loaded = change.load(&permit.to_string()).await?;
        self.change_loaded(change, loaded, version, actor, rule).await
    }

    /// The same for a permit that the change has read.
    async fn change_loaded(
        &self,
        change: &mut Change,
        mut loaded: Loaded<Permit>,
        version: Option<u64>,
        actor: &str,
        rule: impl FnOnce(&mut Permit, &Moment) -> Result<Vec<Event>, DomainError>,
    ) -> Result<Loaded<Permit>, ServiceError> {
        let moment = self.moment();
        same("permit", &loaded, &loaded.document.id().to_string(), version)?;
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

    /// Attaches a document to a permit, with its bytes.
    ///
    /// # Errors
    ///
    /// Those of [`Permit::attach`]; [`StoreError::Changed`](crate::store::StoreError::Changed) if
    /// somebody else was quicker; and those of the register.
    pub async fn attach_to_permit(
        &self,
        change: &mut Change,
        permit: PermitId,
        version: Option<u64>,
        actor: &str,
        (document, content): (Document, Vec<u8>),
    ) -> Result<Loaded<Permit>, ServiceError> {
        let id = document.id;
        let rule = |permit: &mut Permit, moment: &Moment| permit.attach(document, moment);
        let loaded = self.change_permit(change, permit, version, actor, rule).await?;
        // The register keeps all bytes under the case that began it all.
        change.add_upload(loaded.document.case(), id, content).await?;
        Ok(loaded)
    }

    /// Records that somebody acts for the holder. The documents that show the right are the
    /// permit's, or those of the case from which it was issued.
    ///
    /// # Errors
    ///
    /// Those of [`Permit::add_representative`]; [`DomainError::EvidenceNotAttached`];
    /// [`StoreError::Changed`](crate::store::StoreError::Changed) if somebody else was quicker; and
    /// those of the register.
    pub async fn add_representative(
        &self,
        change: &mut Change,
        permit: PermitId,
        version: Option<u64>,
        actor: &str,
        mandate: Mandate,
    ) -> Result<Loaded<Permit>, ServiceError> {
        let id = RepresentativeId::from_bytes(self.random());
        let loaded: Loaded<Permit> = change.load(&permit.to_string()).await?;
        let case = loaded.document.case().to_string();
        let case: Option<Loaded<Case>> = self.store().load(&case).await?;
        let of_case = case.map(|case| case.document.documents().to_vec()).unwrap_or_default();
        let rule = |permit: &mut Permit, moment: &Moment| {
            mandate.rests_on(&[permit.documents(), of_case.as_slice()].concat())?;
            permit.add_representative(id, mandate, moment)
        };
        self.change_loaded(change, loaded, version, actor, rule).await
    }
}
