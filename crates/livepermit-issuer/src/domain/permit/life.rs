//! From issue through endorsement to cancellation: what approved cases do.

use jiff::{Timestamp, ToSpan, civil::Date};

use super::super::{
    Bindings, CancelGround, Case, Class, Closed, DomainError, ENDORSEMENT_OPENS_DAYS, Endorsement,
    Event, Moment, PermitId, PermitNumber, Person, Reason, Representative, RepresentativeId,
    Request, StaffId, Subject,
};
use super::{Cancellation, Enrolment, Permit, PermitState, Suspension};

/// What is needed to issue a permit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewPermit {
    /// The name of the permit, drawn at random.
    pub id: PermitId,
    /// The number that people read, unique in the store.
    pub number: PermitNumber,
    /// The name of the one who acts for the holder, drawn at random. Used if the case has a
    /// mandate.
    pub representative: RepresentativeId,
}

impl Permit {
    /// Issues a permit for an approved case, and marks the case as carried out. The permit is valid
    /// for a year from today on, and takes a device. A mandate of the case that is over in the
    /// meantime, because the child has come of age, is left out.
    ///
    /// # Errors
    ///
    /// [`DomainError::CaseOfAnotherKind`], [`DomainError::CaseNotApproved`],
    /// [`DomainError::CaseCarriedOut`], [`DomainError::ApplicantErased`],
    /// [`DomainError::DateOutOfRange`], or [`DomainError::ClockBack`].
    pub fn issue(
        new: NewPermit,
        case: &mut Case,
        moment: &Moment,
    ) -> Result<(Self, Vec<Event>), DomainError> {
        let NewPermit { id, number, representative } = new;
        let Request::New { class, mandate } = case.request().clone() else {
            let request = case.request().kind();
            return Err(DomainError::CaseOfAnotherKind { case: case.id(), request });
        };
        let mut done = case.clone();
        let mut events = done.carry_out(id, moment)?;
        let holder = applicant(case)?;
        let at = done.changed();
        let began = moment.day_of(at);
        let ends = years_after(began, 1)?;
        events.push(Event::PermitIssued { permit: id, case: case.id(), ends });
        let mut permit = Self::bare(id, number, class, case, holder, at, (began, ends));
        if let Some(mandate) = mandate {
            let holder = permit.known_holder()?;
            if mandate.begins(holder, began).is_ok() {
                let new = Representative::new(representative, mandate, holder, at);
                permit.admit(new, &mut events);
            }
        }
        *case = done;
        Ok((permit, events))
    }

    /// Does in this permit what an approved case asks for, and marks the case as carried out:
    ///
    /// - A change takes over the applicant's data and closes slips with the old data. A device
    ///   stays: its next daily credential has the new data.
    /// - An endorsement adds a year. It also brings back a permit that has ended, if the holder
    ///   applied before the end and the office took its time.
    /// - A new device opens the enrolment.
    /// - A cancellation cancels.
    ///
    /// # Errors
    ///
    /// [`DomainError::CaseOfAnotherKind`] for a case that asks for a new permit,
    /// [`DomainError::CaseOfAnotherPermit`], [`DomainError::CaseNotApproved`],
    /// [`DomainError::CaseCarriedOut`], [`DomainError::ApplicantErased`],
    /// [`DomainError::PermitSuspended`], [`DomainError::PermitCancelled`],
    /// [`DomainError::PermitEnded`], [`DomainError::EndorsementTooEarly`],
    /// [`DomainError::EndorsementTooLate`], [`DomainError::DateOutOfRange`], or
    /// [`DomainError::ClockBack`].
    pub fn carry_out(
        &mut self,
        case: &mut Case,
        moment: &Moment,
    ) -> Result<Vec<Event>, DomainError> {
        let request = case.request().clone();
        match request.permit() {
            None => {
                let request = request.kind();
                return Err(DomainError::CaseOfAnotherKind { case: case.id(), request });
            }
            Some(permit) if permit != self.id => {
                return Err(DomainError::CaseOfAnotherPermit { case: case.id(), permit: self.id });
            }
            Some(_) => {}
        }
        let mut done = case.clone();
        let mut events = done.carry_out(self.id, moment)?;
        events.extend(self.change(moment, |permit, at, events| match request {
            Request::Change { .. } => permit.take_over(case, at, moment, events),
            Request::Endorsement { .. } => permit.endorse(case, at, moment, events),
            Request::Cancellation { ground, .. } => {
                let by = case.decision().map(|decision| decision.by.clone());
                let by = by.filter(|_| ground != CancelGround::HolderAsked);
                let reason = Reason::new(ground);
                permit.end_for_good(Cancellation { by, at, reason }, events)
            }
            Request::NewDevice { .. } | Request::New { .. } => permit.open(events),
        })?);
        *case = done;
        Ok(events)
    }

    /// Cancels the permit by the office, for good. The device and all slips are closed.
    ///
    /// # Errors
    ///
    /// [`DomainError::PermitCancelled`], [`DomainError::PermitEnded`], or
    /// [`DomainError::ClockBack`].
    pub fn cancel(
        &mut self,
        by: StaffId,
        reason: Reason<CancelGround>,
        moment: &Moment,
    ) -> Result<Vec<Event>, DomainError> {
        self.change(moment, |permit, at, events| {
            permit.end_for_good(Cancellation { by: Some(by), at, reason }, events)
        })
    }

    /// A permit with nothing on it.
    fn bare(
        id: PermitId,
        number: PermitNumber,
        class: Class,
        case: &Case,
        holder: Person,
        at: Timestamp,
        (began, ends): (Date, Date),
    ) -> Self {
        Self {
            id,
            number,
            class,
            case: case.id(),
            holder: Subject::Known(holder),
            issued: at,
            began,
            ends,
            state: PermitState::Active,
            endorsements: Vec::new(),
            enrolment: Enrolment::Open,
            bindings: Bindings::default(),
            slips: Vec::new(),
            representatives: Vec::new(),
            cards: Vec::new(),
            follow_ups: Vec::new(),
            documents: Vec::new(),
            changed: at,
        }
    }

    /// Takes over the data of a case of change.
    fn take_over(
        &mut self,
        case: &Case,
        at: Timestamp,
        moment: &Moment,
        events: &mut Vec<Event>,
    ) -> Result<(), DomainError> {
        self.active()?;
        let holder = applicant(case)?;
        for representative in &mut self.representatives {
            representative.follow(&holder);
        }
        self.holder = Subject::Known(holder);
        events.push(Event::PermitChanged { permit: self.id, case: case.id() });
        self.close_slips(at, Closed::DataChanged, events, |_| true);
        // By the corrected date of birth a child may be of age already.
        self.close_what_time_has_ended(at, moment.day_of(at), events);
        Ok(())
    }

    /// Adds a year.
    fn endorse(
        &mut self,
        case: &Case,
        at: Timestamp,
        moment: &Moment,
        events: &mut Vec<Event>,
    ) -> Result<(), DomainError> {
        let (permit, today, applied) = (self.id, moment.day_of(at), moment.day_of(case.applied()));
        match &self.state {
            PermitState::Ended { suspended: Some(Suspension { since, .. }) } => {
                return Err(DomainError::PermitSuspended { permit, since: *since });
            }
            PermitState::Ended { suspended: None } if applied >= self.ends => {
                return Err(DomainError::EndorsementTooLate { permit, ends: self.ends, applied });
            }
            PermitState::Ended { suspended: None } => self.known_holder().map(|_| ())?,
            _ => self.active()?,
        }
        let opens = self.ends.saturating_sub(ENDORSEMENT_OPENS_DAYS.days());
        if today < opens {
            return Err(DomainError::EndorsementTooEarly { permit, opens, today });
        }
        // Years from the first day, not from the last end: a permit of 29 February keeps its day.
        let years = i32::try_from(self.endorsements.len()).unwrap_or(i32::MAX).saturating_add(2);
        let ends = years_after(self.began, years)?;
        if today >= ends {
            return Err(DomainError::PermitEnded { permit, ends });
        }
        self.ends = ends;
        self.endorsements.push(Endorsement { case: case.id(), at, ends });
        events.push(Event::PermitEndorsed { permit, case: case.id(), ends });
        if matches!(self.state, PermitState::Ended { .. }) {
            self.state = PermitState::Active;
            self.open(events)?;
        }
        Ok(())
    }

    /// Cancels: nothing of the permit is good from now on.
    fn end_for_good(
        &mut self,
        cancellation: Cancellation,
        events: &mut Vec<Event>,
    ) -> Result<(), DomainError> {
        self.alive()?;
        let Cancellation { by, at, reason } = &cancellation;
        let (by, at, ground) = (by.clone(), *at, reason.ground);
        events.push(Event::PermitCancelled { permit: self.id, ground, by });
        self.close_device(at, Closed::PermitCancelled, events);
        self.close_slips(at, Closed::PermitCancelled, events, |_| true);
        self.enrolment = Enrolment::Closed;
        self.state = PermitState::Cancelled(cancellation);
        Ok(())
    }
}

/// The applicant's data.
fn applicant(case: &Case) -> Result<Person, DomainError> {
    match case.applicant() {
        Subject::Known(person) => Ok(person.clone()),
        Subject::Erased { at } => Err(DomainError::ApplicantErased { case: case.id(), at: *at }),
    }
}

/// The day that is `years` years after `date`. 28 February for 29 February in a year without it.
fn years_after(date: Date, years: i32) -> Result<Date, DomainError> {
    let out_of_range = DomainError::DateOutOfRange { date };
    // Behind this jiff's spans end; no permit is endorsed so often.
    if years > 9999 {
        return Err(out_of_range);
    }
    date.checked_add(years.years()).map_err(|_| out_of_range)
}
