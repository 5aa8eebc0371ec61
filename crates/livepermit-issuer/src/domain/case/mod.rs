//! An application, from its submission to a decision that was carried out.

mod erase;
mod standing;
mod steps;

use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

pub use standing::{SOON_DAYS, Standing, WORKING_DAYS};

use super::{
    Address, CaseId, Channel, Check, Document, DomainError, Event, Moment, OfficeId, PermitId,
    Person, Reason, RefusalGround, Request, StaffId, Subject,
};

/// What is needed to submit a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Application {
    /// The name of the case, drawn at random.
    pub id: CaseId,
    /// What is applied for.
    pub request: Request,
    /// For whom. In a change: the data that the permit is to have.
    pub applicant: Person,
    /// Where the applicant lives, for the look on site.
    pub address: Option<Address>,
    /// The way on which the application came.
    pub channel: Channel,
}

/// An application.
///
/// A case is submitted, assigned to an officer, checked on site where its request needs that,
/// decided, and, if approved, carried out in a [`Permit`](super::Permit). Until the decision the
/// applicant can withdraw it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    id: CaseId,
    request: Request,
    applicant: Subject,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    address: Option<Address>,
    channel: Channel,
    submitted: Timestamp,
    due: Option<Date>,
    documents: Vec<Document>,
    state: CaseState,
    changed: Timestamp,
}

/// Where a case stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum CaseState {
    /// No officer has it.
    Submitted,
    /// An officer has it.
    Assigned {
        /// Who has it.
        assignment: Assignment,
    },
    /// An officer looked on site.
    Checked {
        /// Who has it.
        assignment: Assignment,
        /// The last look. It counts.
        last: Check,
        /// The looks before, the oldest first.
        earlier: Vec<Check>,
    },
    /// The case was decided.
    Decided {
        /// Who had it.
        assignment: Assignment,
        /// The looks on site, the oldest first.
        checks: Vec<Check>,
        /// The decision.
        decision: Decision,
    },
    /// The applicant took the application back.
    Withdrawn {
        /// When.
        at: Timestamp,
    },
}

impl CaseState {
    /// The stable name, in kebab-case: what a store keeps in a column.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Submitted => "submitted",
            Self::Assigned { .. } => "assigned",
            Self::Checked { .. } => "checked",
            Self::Decided { .. } => "decided",
            Self::Withdrawn { .. } => "withdrawn",
        }
    }
}

/// Who has a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Assignment {
    /// The office.
    pub office: OfficeId,
    /// The officer.
    pub officer: StaffId,
    /// Since when.
    pub at: Timestamp,
}

/// The decision of a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Decision {
    /// Who decided.
    pub by: StaffId,
    /// When.
    pub at: Timestamp,
    /// What was decided.
    pub outcome: Outcome,
}

/// What was decided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Outcome {
    /// The applicant gets what was applied for.
    Approved {
        /// In which permit that was done; `None` until then.
        carried_out: Option<CarriedOut>,
    },
    /// The applicant does not get it.
    Refused {
        /// Why.
        reason: Reason<RefusalGround>,
    },
}

/// That an approved case was done. It is done once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CarriedOut {
    /// The permit.
    pub permit: PermitId,
    /// When.
    pub at: Timestamp,
}

impl Case {
    /// The name of the case.
    #[must_use]
    pub const fn id(&self) -> CaseId {
        self.id
    }

    /// What is applied for.
    #[must_use]
    pub const fn request(&self) -> &Request {
        &self.request
    }

    /// For whom.
    #[must_use]
    pub const fn applicant(&self) -> &Subject {
        &self.applicant
    }

    /// Where the applicant lives, and an officer looks on site; `None` if nobody said, and after the
    /// erasure.
    #[must_use]
    pub const fn address(&self) -> Option<&Address> {
        self.address.as_ref()
    }

    /// The way on which the application came.
    #[must_use]
    pub const fn channel(&self) -> Channel {
        self.channel
    }

    /// When the application came.
    #[must_use]
    pub const fn submitted(&self) -> Timestamp {
        self.submitted
    }

    /// The last day for the decision; `None` while the calendar does not reach that far.
    #[must_use]
    pub const fn due(&self) -> Option<Date> {
        self.due
    }

    /// The documents attached.
    #[must_use]
    pub fn documents(&self) -> &[Document] {
        &self.documents
    }

    /// Where the case stands.
    #[must_use]
    pub const fn state(&self) -> &CaseState {
        &self.state
    }

    /// When the case was changed last.
    #[must_use]
    pub const fn changed(&self) -> Timestamp {
        self.changed
    }

    /// Who has, or had, the case.
    #[must_use]
    pub const fn assignment(&self) -> Option<&Assignment> {
        match &self.state {
            CaseState::Submitted | CaseState::Withdrawn { .. } => None,
            CaseState::Assigned { assignment }
            | CaseState::Checked { assignment, .. }
            | CaseState::Decided { assignment, .. } => Some(assignment),
        }
    }

    /// The decision; `None` before it.
    #[must_use]
    pub const fn decision(&self) -> Option<&Decision> {
        match &self.state {
            CaseState::Decided { decision, .. } => Some(decision),
            _ => None,
        }
    }

    /// When the case was decided or withdrawn; `None` while it is open.
    #[must_use]
    pub const fn settled(&self) -> Option<Timestamp> {
        match &self.state {
            CaseState::Decided { decision, .. } => Some(decision.at),
            CaseState::Withdrawn { at } => Some(*at),
            _ => None,
        }
    }

    /// Changes the case by `step`, or leaves it as it was. The step gets the time to write down.
    fn change(
        &mut self,
        moment: &Moment,
        step: impl FnOnce(&mut Self, Timestamp) -> Result<Vec<Event>, DomainError>,
    ) -> Result<Vec<Event>, DomainError> {
        let at = moment.after(self.changed)?;
        let mut next = self.clone();
        let events = step(&mut next, at)?;
        next.changed = at;
        *self = next;
        Ok(events)
    }

    /// Whether the case still waits for something.
    fn open(&self) -> Result<(), DomainError> {
        self.settled().map_or(Ok(()), |at| Err(DomainError::CaseSettled { case: self.id, at }))
    }
}
