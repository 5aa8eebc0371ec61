//! What happens to applications.

use super::error::ServiceError;
use super::{Service, Whole as _};
use crate::domain::{
    Application, Case, CaseId, Channel, DomainError, Event, Moment, NewPermit, Permit, PermitId,
    PermitNumber, RepresentativeId, Request, StaffId,
};
use crate::store::{Change, Loaded, Store, StoreError};

impl<S: Store> Service<S> {
    /// Takes an application. Its id is drawn before, because documents name it.
    ///
    /// # Errors
    ///
    /// Those of [`Case::submit`]; [`StoreError::Missing`] if it speaks of a permit that is not
    /// there; those of the register.
    pub async fn submit(
        &self,
        change: &mut Change,
        application: Application,
    ) -> Result<Loaded<Case>, ServiceError> {
        let moment = self.moment();
        if let Some(permit) = application.request.permit() {
            let _: Loaded<Permit> = change.load(&permit.to_string()).await?;
        }
        let actor = match application.channel {
            Channel::Website => "channel:website",
            Channel::App => "channel:app",
            Channel::Office => "channel:office",
        };
        let (case, events) = Case::submit(application, &self.office().calendar, &moment)?;
        let loaded = change.add(case).await?;
        change.record(moment.now(), actor, &events).await?;
        Ok(loaded)
    }

    /// Changes a case by a rule of the domain. With a version, the case must still have it.
    ///
    /// # Errors
    ///
    /// [`StoreError::Changed`] if somebody else was quicker, what the rule refuses, and those of
    /// the register.
    pub async fn change_case(
        &self,
        change: &mut Change,
        case: CaseId,
        version: Option<u64>,
        actor: &str,
        rule: impl FnOnce(&mut Case, &Moment) -> Result<Vec<Event>, DomainError>,
    ) -> Result<Loaded<Case>, ServiceError> {
        let moment = self.moment();
        let mut loaded: Loaded<Case> = change.load(&case.to_string()).await?;
        same("case", &loaded, &case.to_string(), version)?;
        let events = rule(&mut loaded.document, &moment)?;
        change.save(&mut loaded).await?;
        change.record(moment.now(), actor, &events).await?;
        Ok(loaded)
    }

    /// Approves a case, and does at once what it asks for: it issues a permit, or changes the one
    /// the case speaks of. Both stand, or neither.
    ///
    /// # Errors
    ///
    /// Those of [`Case::approve`], [`Permit::issue`] and [`Permit::carry_out`], and those of the
    /// register.
    pub async fn approve(
        &self,
        change: &mut Change,
        case: CaseId,
        version: Option<u64>,
        by: StaffId,
    ) -> Result<(Loaded<Case>, Loaded<Permit>), ServiceError> {
        let done = self.approve_and_do(change, case, version, by).await;
        done.or_nothing(change)
    }

    async fn approve_and_do(
        &self,
        change: &mut Change,
        case: CaseId,
        version: Option<u64>,
        by: StaffId,
    ) -> Result<(Loaded<Case>, Loaded<Permit>), ServiceError> {
        let moment = self.moment();
        let mut loaded: Loaded<Case> = change.load(&case.to_string()).await?;
        same("case", &loaded, &case.to_string(), version)?;
        let actor = by.to_string();
        let events = loaded.document.approve(by, &moment)?;
        change.record(moment.now(), &actor, &events).await?;
        let permit = match *loaded.document.request() {
            Request::New { .. } => self.issue(change, &mut loaded, &actor, &moment).await?,
            Request::Change { permit }
            | Request::Endorsement { permit }
            | Request::NewDevice { permit }
            | Request::Cancellation { permit, .. } => {
                let rule = |permit: &mut Permit, moment: &Moment| {
                    permit.carry_out(&mut loaded.document, moment)
                };
                self.change_permit(change, permit, None, &actor, rule).await?
            }
        };
        change.save(&mut loaded).await?;
        Ok((loaded, permit))
    }

    async fn issue(
        &self,
        change: &mut Change,
        case: &mut Loaded<Case>,
        actor: &str,
        moment: &Moment,
    ) -> Result<Loaded<Permit>, ServiceError> {
        let new = NewPermit {
            id: PermitId::from_bytes(self.random()),
            number: self.number()?,
            representative: RepresentativeId::from_bytes(self.random()),
        };
        let (permit, events) = Permit::issue(new, &mut case.document, moment)?;
        let permit = change.add(permit).await?;
        change.record(moment.now(), actor, &events).await?;
        if let Some(assignment) = case.document.assignment() {
            let (id, began) = (permit.document.id(), permit.document.began());
            change.add_candidate(id, &assignment.office, began).await?;
        }
        Ok(permit)
    }

    /// A number for a permit: ten random letters of 31, so that nobody reads from one number how
    /// many permits there are, and no number leads to the next. Among a hundred million permits
    /// some six draw a number that is taken: the register refuses it, and a new attempt draws
    /// another.
    fn number(&self) -> Result<PermitNumber, DomainError> {
        // Without letters that look like digits, or make words.
        const LETTERS: &[u8; 31] = b"0123456789BCDFGHJKLMNPQRSTVWXYZ";
        let mut bits = u64::from_be_bytes(self.random());
        let mut text = String::with_capacity(12);
        while text.len() < 12 {
            if matches!(text.len(), 4 | 8) {
                text.push('-');
            }
            let letter = LETTERS[usize::try_from(bits % 31).unwrap_or_default()];
            text.push(char::from(letter));
            bits /= 31;
        }
        PermitNumber::new(text)
    }
}

/// Whether a document still has the version that somebody decided on.
pub(super) fn same<D>(
    kind: &'static str,
    loaded: &Loaded<D>,
    id: &str,
    version: Option<u64>,
) -> Result<(), StoreError> {
    match version {
        Some(read) if read != loaded.version() => {
            Err(StoreError::Changed { kind, id: id.to_owned(), read })
        }
        _ => Ok(()),
    }
}
