//! Personal data of a case leaves the register. Identifiers, dates and the decision stay.

use jiff::ToSpan;

use super::super::{DomainError, Event, Moment, Request, Subject};
use super::{Case, CaseState, Decision, Outcome};

impl Case {
    /// Drops the personal data, `retention_days` after the case was decided or withdrawn: the
    /// applicant, the one who acts for the applicant, notes, and documents. No event if the data
    /// was erased before.
    ///
    /// # Errors
    ///
    /// [`DomainError::CaseOpen`], [`DomainError::ErasureTooEarly`], or [`DomainError::ClockBack`].
    pub fn erase(
        &mut self,
        retention_days: u16,
        moment: &Moment,
    ) -> Result<Vec<Event>, DomainError> {
        self.change(moment, |case, at| {
            if matches!(case.applicant, Subject::Erased { .. }) {
                return Ok(Vec::new());
            }
            let settled = case.settled().ok_or(DomainError::CaseOpen { case: case.id })?;
            let (earliest, today) = (
                moment.day_of(settled).saturating_add(i32::from(retention_days).days()),
                moment.today(),
            );
            if today < earliest {
                return Err(DomainError::ErasureTooEarly { earliest, today });
            }
            let documents = case.documents.drain(..).map(|document| document.id).collect();
            case.applicant = case.applicant.clone().erased(at);
            case.address = None;
            if let Request::New { mandate, .. } = &mut case.request {
                *mandate = None;
            }
            case.state.erase();
            Ok(vec![Event::CaseErased { case: case.id, documents }])
        })
    }
}

impl CaseState {
    /// Drops the notes of officers. Only a settled case comes here.
    fn erase(&mut self) {
        if let Self::Decided { checks, decision: Decision { outcome, .. }, .. } = self {
            checks.iter_mut().for_each(super::super::Check::erase);
            if let Outcome::Refused { reason } = outcome {
                reason.erase();
            }
        }
    }
}
