//! The life of a permit: pure rules.
//!
//! A [`Case`] is an application, from its submission to a decision. A [`Permit`] is what an
//! approved case gives: it lives a year, is endorsed for another, is suspended or cancelled, and
//! speaks on one phone and on slips. [`FollowUps`] is the queue of permits to look at again.
//!
//! Nothing here reads a clock, draws a random number, or opens a file. The time is an argument
//! ([`jiff::Timestamp`]), the office's time zone is one too ([`jiff::tz::TimeZone`]), and so is
//! each random identifier. A date is a day in the office's time zone.
//!
//! Each aggregate is a document. A caller loads it whole, changes it by a method, and saves it
//! whole. A method returns the [`Event`]s that the audit log keeps. A method that refuses returns a
//! [`DomainError`] and leaves the document as it was.

mod alarm;
mod binding;
mod calendar;
mod card;
mod case;
mod check;
mod clock;
mod document;
mod endorsement;
mod error;
mod event;
mod follow_up;
mod id;
mod key;
mod name;
mod permit;
mod person;
mod reason;
mod representative;
mod request;
mod seen;
mod slip;
mod status;

pub use alarm::Alarm;
pub use binding::{ActiveBinding, Attestation, Binding, Bindings, Closed, ClosedBinding, Party};
pub use calendar::Calendar;
pub use card::Card;
pub use case::{
    Application, Assignment, CarriedOut, Case, CaseState, Decision, Outcome, SOON_DAYS, Standing,
    WORKING_DAYS,
};
pub use check::{Check, Finding};
pub use clock::{CLOCK_TOLERANCE, Moment};
pub use document::{Document, DocumentKind, MAX_DOCUMENT_BYTES, MAX_DOCUMENTS, MediaType};
pub use endorsement::{ENDORSEMENT_OPENS_DAYS, Endorsement};
pub use error::DomainError;
pub use event::Event;
pub use follow_up::{FollowUp, FollowUps, SampleSize};
pub use id::{
    BindingId, CaseId, Digest, DocumentId, KeyThumbprint, PermitId, RepresentativeId, SessionId,
    SlipId,
};
pub use key::{KeyPurpose, KeyRefused, KeyState, KeyStep};
pub use name::{Class, OfficeId, PermitNumber, StaffId};
pub use permit::{
    CREDENTIAL_HOURS, Cancellation, CredentialTerms, NewPermit, Permit, PermitState, Suspension,
};
pub use person::{Address, IdentityDocument, IdentityKind, Person, Subject};
pub use reason::{CancelGround, Reason, RefusalGround, SuspendGround};
pub use representative::{Consent, Mandate, Representative, RepresentativeKind};
pub use request::{Channel, Request, RequestKind};
pub use seen::Seen;
pub use slip::{Slip, SlipEnd};
pub use status::{EntryState, StatusEntry};
