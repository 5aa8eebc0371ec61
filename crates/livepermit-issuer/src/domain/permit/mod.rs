//! A permit: what an approved application gives.

mod devices;
mod entries;
mod erase;
mod life;
mod office;
mod people;
mod slips;
mod time;

use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

pub use devices::{CREDENTIAL_HOURS, CredentialTerms};
pub use life::NewPermit;

use super::{
    Bindings, CancelGround, Card, CaseId, Check, Class, Document, DomainError, Endorsement, Event,
    Moment, PermitId, PermitNumber, Person, Reason, Representative, Slip, StaffId, Subject,
    SuspendGround,
};

/// A permit.
///
/// It is valid for a year, and each endorsement adds one. It speaks by the daily credentials of one
/// device at most, and by printed slips; both say nothing behind the permit's end. Each command
/// first closes what time has ended, so that the time of a background job changes no outcome.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Permit {
    id: PermitId,
    number: PermitNumber,
    class: Class,
    case: CaseId,
    holder: Subject,
    issued: Timestamp,
    began: Date,
    ends: Date,
    state: PermitState,
    endorsements: Vec<Endorsement>,
    enrolment: Enrolment,
    bindings: Bindings,
    slips: Vec<Slip>,
    representatives: Vec<Representative>,
    cards: Vec<Card>,
    follow_ups: Vec<Check>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    documents: Vec<Document>,
    changed: Timestamp,
}

/// Whether a permit is good.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum PermitState {
    /// It is good.
    Active,
    /// It is refused until the office lifts the suspension.
    Suspended(Suspension),
    /// It was cancelled, for good.
    Cancelled(Cancellation),
    /// Its end has passed. An endorsement that was applied for before the end can still come.
    Ended {
        /// The suspension at its end; `None` if the permit was good.
        suspended: Option<Suspension>,
    },
}

impl PermitState {
    /// The stable name, in kebab-case: what a store keeps in a column.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Suspended(_) => "suspended",
            Self::Cancelled(_) => "cancelled",
            Self::Ended { .. } => "ended",
        }
    }

    /// Whether it was cancelled, or has ended.
    #[must_use]
    pub const fn is_over(&self) -> bool {
        matches!(self, Self::Cancelled(_) | Self::Ended { .. })
    }
}

/// Why and since when a permit is suspended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Suspension {
    /// Who suspended it.
    pub by: StaffId,
    /// Since when.
    pub since: Timestamp,
    /// Why.
    pub reason: Reason<SuspendGround>,
}

/// Why and when a permit was cancelled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cancellation {
    /// Who cancelled it; `None` if the holder's case did.
    pub by: Option<StaffId>,
    /// When.
    pub at: Timestamp,
    /// Why.
    pub reason: Reason<CancelGround>,
}

/// Whether the permit takes a device.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Enrolment {
    /// It takes one, which closes the enrolment.
    Open,
    /// It takes none.
    Closed,
}

impl Permit {
    /// The name of the permit.
    #[must_use]
    pub const fn id(&self) -> PermitId {
        self.id
    }

    /// The number that people read.
    #[must_use]
    pub const fn number(&self) -> &PermitNumber {
        &self.number
    }

    /// What the permit permits.
    #[must_use]
    pub const fn class(&self) -> &Class {
        &self.class
    }

    /// The case from which the permit was issued.
    #[must_use]
    pub const fn case(&self) -> CaseId {
        self.case
    }

    /// The holder.
    #[must_use]
    pub const fn holder(&self) -> &Subject {
        &self.holder
    }

    /// When the permit was issued.
    #[must_use]
    pub const fn issued(&self) -> Timestamp {
        self.issued
    }

    /// The first day of the permit.
    #[must_use]
    pub const fn began(&self) -> Date {
        self.began
    }

    /// The first day on which the permit is valid no longer.
    #[must_use]
    pub const fn ends(&self) -> Date {
        self.ends
    }

    /// The endorsements, the oldest first.
    #[must_use]
    pub fn endorsements(&self) -> &[Endorsement] {
        &self.endorsements
    }

    /// Whether the permit takes a device now.
    #[must_use]
    pub const fn enrolment_is_open(&self) -> bool {
        matches!(self.enrolment, Enrolment::Open)
    }

    /// The devices.
    #[must_use]
    pub const fn bindings(&self) -> &Bindings {
        &self.bindings
    }

    /// The slips, the oldest first.
    #[must_use]
    pub fn slips(&self) -> &[Slip] {
        &self.slips
    }

    /// The people who act, or acted, for the holder.
    #[must_use]
    pub fn representatives(&self) -> &[Representative] {
        &self.representatives
    }

    /// The physical cards of the holder. They stay valid until their end.
    #[must_use]
    pub fn cards(&self) -> &[Card] {
        &self.cards
    }

    /// The follow-up checks, the oldest first.
    #[must_use]
    pub fn follow_ups(&self) -> &[Check] {
        &self.follow_ups
    }

    /// The documents that came after the issue, for mandates.
    #[must_use]
    pub fn documents(&self) -> &[Document] {
        &self.documents
    }

    /// When the permit was changed last.
    #[must_use]
    pub const fn changed(&self) -> Timestamp {
        self.changed
    }

    /// Whether the permit is good on the day of `moment`, whether or not a job has closed it
    /// already.
    #[must_use]
    pub fn state(&self, moment: &Moment) -> PermitState {
        let over = moment.today() >= self.ends;
        match &self.state {
            PermitState::Active if over => PermitState::Ended { suspended: None },
            PermitState::Suspended(suspension) if over => {
                PermitState::Ended { suspended: Some(suspension.clone()) }
            }
            state => state.clone(),
        }
    }

    /// The state that the last command left, for a column of a store. Time may have gone on:
    /// [`Permit::state`] says whether the permit is good.
    #[must_use]
    pub const fn recorded_state(&self) -> &PermitState {
        &self.state
    }

    /// Changes the permit by `step`, or leaves it as it was. What time has ended is closed before.
    /// The step gets the time to write down.
    fn change(
        &mut self,
        moment: &Moment,
        step: impl FnOnce(&mut Self, Timestamp, &mut Vec<Event>) -> Result<(), DomainError>,
    ) -> Result<Vec<Event>, DomainError> {
        let at = moment.after(self.changed)?;
        let (mut next, mut events) = (self.clone(), Vec::new());
        next.close_what_time_has_ended(at, moment.day_of(at), &mut events);
        step(&mut next, at, &mut events)?;
        next.changed = at;
        *self = next;
        Ok(events)
    }

    /// Whether the permit is good.
    fn active(&self) -> Result<(), DomainError> {
        match &self.state {
            PermitState::Suspended(Suspension { since, .. }) => {
                Err(DomainError::PermitSuspended { permit: self.id, since: *since })
            }
            _ => self.alive(),
        }
    }

    /// Whether the permit is good, or may become good again by the office's will.
    fn alive(&self) -> Result<(), DomainError> {
        let permit = self.id;
        match &self.state {
            PermitState::Active | PermitState::Suspended(_) => Ok(()),
            PermitState::Cancelled(Cancellation { at, .. }) => {
                Err(DomainError::PermitCancelled { permit, at: *at })
            }
            PermitState::Ended { .. } => Err(DomainError::PermitEnded { permit, ends: self.ends }),
        }
    }

    /// The holder's data.
    fn known_holder(&self) -> Result<&Person, DomainError> {
        match &self.holder {
            Subject::Known(person) => Ok(person),
            Subject::Erased { at } => Err(DomainError::HolderErased { permit: self.id, at: *at }),
        }
    }
}
