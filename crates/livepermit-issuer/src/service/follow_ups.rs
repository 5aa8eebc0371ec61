//! Checks after the issue: the queues of offices, and what follows from a check.

use super::error::ServiceError;
use super::{Service, Whole as _};
use crate::domain::{
    CancelGround, Case, CaseId, Check, DomainError, Event, Finding, FollowUp, FollowUps, Moment,
    OfficeId, Permit, PermitId, StaffId,
};
use crate::store::{Change, Loaded, Store, StoreError};

impl<S: Store> Service<S> {
    /// The office that issued a permit; `None` if its case is with none.
    ///
    /// # Errors
    ///
    /// Those of the register.
    pub async fn office_of(&self, permit: &Permit) -> Result<Option<OfficeId>, ServiceError> {
        let case: Option<Loaded<Case>> = self.store().load(&permit.case().to_string()).await?;
        let assignment = case.as_ref().and_then(|case| case.document.assignment());
        Ok(assignment.map(|assignment| assignment.office.clone()))
    }

    /// Changes the queue of an office by a rule of the domain. An office that has no queue yet has
    /// an empty one.
    ///
    /// # Errors
    ///
    /// What the rule refuses, and those of the register.
    pub async fn change_follow_ups(
        &self,
        change: &mut Change,
        office: &OfficeId,
        actor: &str,
        rule: impl FnOnce(&mut FollowUps, &Moment) -> Result<Vec<Event>, DomainError>,
    ) -> Result<Vec<Event>, ServiceError> {
        let moment = self.moment();
        let mut known = queue(change, office).await?;
        let mut new = FollowUps::new(office.clone(), &moment);
        let events = match &mut known {
            Some(loaded) => rule(&mut loaded.document, &moment)?,
            None => rule(&mut new, &moment)?,
        };
        if events.is_empty() {
            return Ok(events);
        }
        match &mut known {
            Some(loaded) => change.save(loaded).await?,
            None => drop(change.add(new).await?),
        }
        change.record(moment.now(), actor, &events).await?;
        Ok(events)
    }

    /// Gives the permit that waits longest, of those that nobody has taken, to an officer; `None`
    /// if none waits. Permits that are over meanwhile leave the queue.
    ///
    /// # Errors
    ///
    /// [`DomainError::ClockBack`], and those of the register.
    pub async fn take_follow_up(
        &self,
        change: &mut Change,
        office: &OfficeId,
        by: &StaffId,
    ) -> Result<Option<FollowUp>, ServiceError> {
        let done = self.take(change, office, by).await;
        done.or_nothing(change)
    }

    async fn take(
        &self,
        change: &mut Change,
        office: &OfficeId,
        by: &StaffId,
    ) -> Result<Option<FollowUp>, ServiceError> {
        loop {
            let rule = |queue: &mut FollowUps, moment: &Moment| queue.take(by, moment);
            let events = self.change_follow_ups(change, office, by.as_str(), rule).await?;
            let Some(Event::FollowUpTaken { permit, .. }) = events.first() else {
                return Ok(None);
            };
            let permit = *permit;
            let known: Option<Loaded<Permit>> = self.store().load(&permit.to_string()).await?;
            let moment = self.moment();
            if known.is_some_and(|known| !known.document.state(&moment).is_over()) {
                let found = queue(change, office).await?;
                return Ok(found.and_then(|found| found.document.of(permit).cloned()));
            }
            let rule = |queue: &mut FollowUps, moment: &Moment| queue.close(permit, by, moment);
            self.change_follow_ups(change, office, by.as_str(), rule).await?;
        }
    }

    /// Removes a permit that is over from the queue of its office: no check can show anything.
    ///
    /// # Errors
    ///
    /// [`DomainError::FollowUpDue`] for a permit that goes on, [`DomainError::FollowUpUnknown`],
    /// [`DomainError::FollowUpTaken`], and those of the register.
    pub async fn close_follow_up(
        &self,
        change: &mut Change,
        office: &OfficeId,
        permit: &Permit,
        by: &StaffId,
    ) -> Result<(), ServiceError> {
        if !permit.state(&self.moment()).is_over() {
            let (permit, ends) = (permit.id(), permit.ends());
            return Err(DomainError::FollowUpDue { permit, ends }.into());
        }
        let rule = |queue: &mut FollowUps, moment: &Moment| queue.close(permit.id(), by, moment);
        self.change_follow_ups(change, office, by.as_str(), rule).await.map(drop)
    }

    /// Records a check after the issue. A permit that waited for the check leaves the queue, unless
    /// nobody was met. With a ground for a cancellation, a case of that is opened, at the same
    /// office and with the same officer; somebody who decides cases decides it.
    ///
    /// # Errors
    ///
    /// Those of [`Permit::record_follow_up`], of [`Permit::cancellation_after`] and of
    /// [`FollowUps::close`]; [`StoreError::Changed`] if somebody else was quicker; and those of the
    /// register.
    pub async fn record_follow_up(
        &self,
        change: &mut Change,
        permit: PermitId,
        version: Option<u64>,
        check: Check,
        cancellation: Option<CancelGround>,
    ) -> Result<(Loaded<Permit>, Option<Loaded<Case>>), ServiceError> {
        let done = self.record(change, permit, version, check, cancellation).await;
        done.or_nothing(change)
    }

    async fn record(
        &self,
        change: &mut Change,
        permit: PermitId,
        version: Option<u64>,
        check: Check,
        cancellation: Option<CancelGround>,
    ) -> Result<(Loaded<Permit>, Option<Loaded<Case>>), ServiceError> {
        let (by, finding) = (check.by.clone(), check.finding);
        let rule =
            move |permit: &mut Permit, moment: &Moment| permit.record_follow_up(check, moment);
        let loaded = self.change_permit(change, permit, version, by.as_str(), rule).await?;
        let Some(office) = self.office_of(&loaded.document).await? else {
            return Ok((loaded, None));
        };
        let waits = queue(change, &office).await?;
        let waits = waits.is_some_and(|queue| queue.document.of(permit).is_some());
        if waits && finding != Finding::NobodyMet {
            let rule = |queue: &mut FollowUps, moment: &Moment| queue.close(permit, &by, moment);
            self.change_follow_ups(change, &office, by.as_str(), rule).await?;
        }
        let case = match cancellation {
            Some(ground) => Some(
                self.open_cancellation(change, &loaded.document, (finding, ground), office, by)
                    .await?,
            ),
            None => None,
        };
        Ok((loaded, case))
    }

    async fn open_cancellation(
        &self,
        change: &mut Change,
        permit: &Permit,
        (finding, ground): (Finding, CancelGround),
        office: OfficeId,
        by: StaffId,
    ) -> Result<Loaded<Case>, ServiceError> {
        let id = CaseId::from_bytes(self.random());
        let application = permit.cancellation_after(finding, ground, id)?;
        self.submit(change, application).await?;
        let actor = by.to_string();
        let rule = |case: &mut Case, moment: &Moment| case.assign(office, by, moment);
        self.change_case(change, id, None, &actor, rule).await
    }
}

/// The queue of an office, if it has one. Nobody else saves it before the change ends.
async fn queue(
    change: &mut Change,
    office: &OfficeId,
) -> Result<Option<Loaded<FollowUps>>, StoreError> {
    match change.load(office.as_str()).await {
        Ok(found) => Ok(Some(found)),
        Err(StoreError::Missing { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}
