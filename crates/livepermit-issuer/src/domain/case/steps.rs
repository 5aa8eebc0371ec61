//! The steps of a case.

use jiff::Timestamp;

use super::super::{
    Calendar, Check, Document, DomainError, Event, Finding, Moment, OfficeId, PermitId, Reason,
    RefusalGround, Request, StaffId, Subject,
};
use super::{
    Application, Assignment, CarriedOut, Case, CaseState, Decision, Outcome, WORKING_DAYS,
};

impl Case {
    /// Submits an application. The last day for the decision is [`WORKING_DAYS`] working days
    /// later, if the calendar reaches that far. If not, the application is taken all the same, and
    /// [`Case::set_deadline`] follows when the office has loaded the next calendar.
    ///
    /// # Errors
    ///
    /// [`DomainError::BornInFuture`], and for a mandate [`DomainError::EvidenceMissing`],
    /// [`DomainError::ConsentInFuture`], [`DomainError::GuardianOfAdult`] or
    /// [`DomainError::MandateOver`].
    pub fn submit(
        application: Application,
        calendar: &Calendar,
        moment: &Moment,
    ) -> Result<(Self, Vec<Event>), DomainError> {
        let Application { id, request, applicant, address, channel } = application;
        let today = moment.today();
        if applicant.born() > today {
            return Err(DomainError::BornInFuture { today });
        }
        if let Request::New { mandate: Some(mandate), .. } = &request {
            mandate.begins(&applicant, today)?;
        }
        let due = calendar.add_working_days(today, WORKING_DAYS).ok();
        let event = Event::CaseSubmitted { case: id, request: request.kind(), channel, due };
        let case = Self {
            id,
            request,
            applicant: Subject::Known(applicant),
            address,
            channel,
            submitted: moment.now(),
            due,
            documents: Vec::new(),
            state: CaseState::Submitted,
            changed: moment.now(),
        };
        Ok((case, vec![event]))
    }

    /// Reckons the last day for the decision by `calendar`: when the calendar did not reach that
    /// far at the submission, or when the authorities moved a holiday. No event if nothing differs.
    ///
    /// # Errors
    ///
    /// [`DomainError::CaseSettled`], [`DomainError::CalendarEnds`], or [`DomainError::ClockBack`].
    pub fn set_deadline(
        &mut self,
        calendar: &Calendar,
        moment: &Moment,
    ) -> Result<Vec<Event>, DomainError> {
        self.change(moment, |case, _| {
            case.open()?;
            let due = calendar.add_working_days(moment.day_of(case.submitted), WORKING_DAYS)?;
            let differs = case.due.replace(due) != Some(due);
            Ok(differs
                .then_some(Event::CaseDeadlineSet { case: case.id, due })
                .into_iter()
                .collect())
        })
    }

    /// Attaches a document.
    ///
    /// # Errors
    ///
    /// [`DomainError::CaseSettled`], [`DomainError::DocumentSize`],
    /// [`DomainError::TooManyDocuments`], [`DomainError::DocumentAttachedAlready`], or
    /// [`DomainError::ClockBack`].
    pub fn attach(
        &mut self,
        document: Document,
        moment: &Moment,
    ) -> Result<Vec<Event>, DomainError> {
        self.change(moment, |case, _| {
            case.open()?;
            document.joins(&case.documents)?;
            let event = Event::CaseDocumentAttached { case: case.id, document: document.id };
            case.documents.push(document);
            Ok(vec![event])
        })
    }

    /// Gives the case to an officer, also when another one has it. Checks stay.
    ///
    /// # Errors
    ///
    /// [`DomainError::CaseSettled`], [`DomainError::CaseAssignedAlready`], or
    /// [`DomainError::ClockBack`].
    pub fn assign(
        &mut self,
        office: OfficeId,
        officer: StaffId,
        moment: &Moment,
    ) -> Result<Vec<Event>, DomainError> {
        self.change(moment, |case, at| {
            case.open()?;
            let same = |now: &Assignment| now.office == office && now.officer == officer;
            if case.assignment().is_some_and(same) {
                return Err(DomainError::CaseAssignedAlready { case: case.id, officer });
            }
            let event = Event::CaseAssigned {
                case: case.id,
                office: office.clone(),
                officer: officer.clone(),
            };
            let given = Assignment { office, officer, at };
            match &mut case.state {
                CaseState::Assigned { assignment } | CaseState::Checked { assignment, .. } => {
                    *assignment = given;
                }
                _ => case.state = CaseState::Assigned { assignment: given },
            }
            Ok(vec![event])
        })
    }

    /// Records a look on site by the officer who has the case. A case can have several. The last
    /// counts.
    ///
    /// # Errors
    ///
    /// [`DomainError::CaseSettled`], [`DomainError::CaseNotAssigned`],
    /// [`DomainError::CaseOfAnotherOfficer`], [`DomainError::CheckTime`], or
    /// [`DomainError::ClockBack`].
    pub fn record_check(
        &mut self,
        check: Check,
        moment: &Moment,
    ) -> Result<Vec<Event>, DomainError> {
        self.change(moment, |case, now| {
            case.open()?;
            let id = case.id;
            let (assignment, checks) = case.progress()?;
            if assignment.officer != check.by {
                let (officer, by) = (assignment.officer, check.by);
                return Err(DomainError::CaseOfAnotherOfficer { case: id, officer, by });
            }
            // A second look is not dated before the first, so that the last in time is the last
            // here.
            let from = checks.last().map_or(case.submitted, |earlier| earlier.at);
            if !(from..=now).contains(&check.at) {
                return Err(DomainError::CheckTime { at: check.at, from, now });
            }
            let event =
                Event::CaseChecked { case: id, by: check.by.clone(), finding: check.finding };
            case.state = CaseState::Checked { assignment, last: check, earlier: checks };
            Ok(vec![event])
        })
    }

    /// Approves the case. What was applied for is done by [`Permit::issue`](super::super::Permit)
    /// or [`Permit::carry_out`](super::super::Permit).
    ///
    /// # Errors
    ///
    /// [`DomainError::CaseSettled`], [`DomainError::CaseNotAssigned`],
    /// [`DomainError::CheckMissing`], [`DomainError::CheckNotConfirmed`],
    /// [`DomainError::EvidenceNotAttached`], or [`DomainError::ClockBack`].
    pub fn approve(&mut self, by: StaffId, moment: &Moment) -> Result<Vec<Event>, DomainError> {
        self.change(moment, |case, at| {
            case.open()?;
            let (assignment, checks) = case.progress()?;
            let (id, request) = (case.id, case.request.kind());
            match checks.last() {
                None if request.needs_check() => {
                    return Err(DomainError::CheckMissing { case: id, request });
                }
                Some(Check { finding, .. }) if *finding != Finding::AsStated => {
                    return Err(DomainError::CheckNotConfirmed { case: id, finding: *finding });
                }
                _ => {}
            }
            if let Request::New { mandate: Some(mandate), .. } = &case.request {
                mandate.rests_on(&case.documents)?;
            }
            let event = Event::CaseApproved { case: id, by: by.clone() };
            let outcome = Outcome::Approved { carried_out: None };
            let decision = Decision { by, at, outcome };
            case.state = CaseState::Decided { assignment, checks, decision };
            Ok(vec![event])
        })
    }

    /// Refuses the case.
    ///
    /// # Errors
    ///
    /// [`DomainError::CaseSettled`], [`DomainError::CaseNotAssigned`], or
    /// [`DomainError::ClockBack`].
    pub fn refuse(
        &mut self,
        by: StaffId,
        reason: Reason<RefusalGround>,
        moment: &Moment,
    ) -> Result<Vec<Event>, DomainError> {
        self.change(moment, |case, at| {
            case.open()?;
            let (assignment, checks) = case.progress()?;
            let event = Event::CaseRefused { case: case.id, by: by.clone(), ground: reason.ground };
            let decision = Decision { by, at, outcome: Outcome::Refused { reason } };
            case.state = CaseState::Decided { assignment, checks, decision };
            Ok(vec![event])
        })
    }

    /// Takes the application back, for the applicant.
    ///
    /// # Errors
    ///
    /// [`DomainError::CaseSettled`] or [`DomainError::ClockBack`].
    pub fn withdraw(&mut self, moment: &Moment) -> Result<Vec<Event>, DomainError> {
        self.change(moment, |case, at| {
            case.open()?;
            case.state = CaseState::Withdrawn { at };
            Ok(vec![Event::CaseWithdrawn { case: case.id }])
        })
    }

    /// Marks an approved case as done in `permit`.
    ///
    /// # Errors
    ///
    /// [`DomainError::CaseNotApproved`], [`DomainError::CaseCarriedOut`], or
    /// [`DomainError::ClockBack`].
    pub(in super::super) fn carry_out(
        &mut self,
        permit: PermitId,
        moment: &Moment,
    ) -> Result<Vec<Event>, DomainError> {
        self.change(moment, |case, at| {
            let id = case.id;
            let CaseState::Decided {
                decision: Decision { outcome: Outcome::Approved { carried_out }, .. },
                ..
            } = &mut case.state
            else {
                return Err(DomainError::CaseNotApproved { case: id });
            };
            if let Some(CarriedOut { permit, at }) = *carried_out {
                return Err(DomainError::CaseCarriedOut { case: id, permit, at });
            }
            *carried_out = Some(CarriedOut { permit, at });
            Ok(vec![Event::CaseCarriedOut { case: id, permit }])
        })
    }

    /// Who has the case, and the checks so far, the oldest first.
    fn progress(&self) -> Result<(Assignment, Vec<Check>), DomainError> {
        match &self.state {
            CaseState::Assigned { assignment } => Ok((assignment.clone(), Vec::new())),
            CaseState::Checked { assignment, last, earlier } => {
                let checks = earlier.iter().chain([last]).cloned().collect();
                Ok((assignment.clone(), checks))
            }
            _ => Err(DomainError::CaseNotAssigned { case: self.id }),
        }
    }

    /// When the applicant applied: what counts for a permit that has ended since.
    pub(in super::super) const fn applied(&self) -> Timestamp {
        self.submitted
    }
}
