//! What happened: the lines of the audit log. Identifiers and dates only, no personal data.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{
    Attestation, BindingId, CancelGround, CaseId, Channel, Closed, DocumentId, EntryState, Finding,
    OfficeId, Party, PermitId, RefusalGround, RepresentativeId, RepresentativeKind, RequestKind,
    SlipId, StaffId, StatusEntry, SuspendGround,
};

/// Makes the enum of events and their stable names.
macro_rules! events {
    ($(
        $(#[$doc:meta])* $variant:ident = $name:literal
        { $($(#[$field_doc:meta])* $field:ident: $type:ty,)+ }
    )+) => {
        /// What a command has done. The store writes each event into the audit log, in the
        /// transaction that saves the document.
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(tag = "event", deny_unknown_fields)]
        pub enum Event {
            $($(#[$doc])* #[serde(rename = $name)] $variant {
                $($(#[$field_doc])* $field: $type,)+
            },)+
        }

        impl Event {
            /// The names of all events.
            pub const NAMES: &'static [&'static str] = &[$($name,)+];

            /// The stable name, in kebab-case.
            #[must_use]
            pub const fn name(&self) -> &'static str {
                match self { $(Self::$variant { .. } => $name,)+ }
            }
        }
    };
}

events! {
    /// An application came.
    CaseSubmitted = "case-submitted" {
        /// The case.
        case: CaseId,
        /// What is applied for.
        request: RequestKind,
        /// The way on which it came.
        channel: Channel,
        /// The last day for the decision; `None` if the calendar did not reach that far.
        due: Option<Date>,
    }
    /// The last day for the decision was reckoned anew.
    CaseDeadlineSet = "case-deadline-set" {
        /// The case.
        case: CaseId,
        /// The last day for the decision.
        due: Date,
    }
    /// A document was attached.
    CaseDocumentAttached = "case-document-attached" {
        /// The case.
        case: CaseId,
        /// The document.
        document: DocumentId,
    }
    /// A case was given to an officer.
    CaseAssigned = "case-assigned" {
        /// The case.
        case: CaseId,
        /// The office.
        office: OfficeId,
        /// The officer.
        officer: StaffId,
    }
    /// An officer looked on site.
    CaseChecked = "case-checked" {
        /// The case.
        case: CaseId,
        /// Who looked.
        by: StaffId,
        /// What was found.
        finding: Finding,
    }
    /// A case was approved.
    CaseApproved = "case-approved" {
        /// The case.
        case: CaseId,
        /// Who decided.
        by: StaffId,
    }
    /// A case was refused.
    CaseRefused = "case-refused" {
        /// The case.
        case: CaseId,
        /// Who decided.
        by: StaffId,
        /// Why.
        ground: RefusalGround,
    }
    /// The applicant took the application back.
    CaseWithdrawn = "case-withdrawn" {
        /// The case.
        case: CaseId,
    }
    /// What was approved was done.
    CaseCarriedOut = "case-carried-out" {
        /// The case.
        case: CaseId,
        /// The permit to which it was done.
        permit: PermitId,
    }
    /// The personal data of a case was erased.
    CaseErased = "case-erased" {
        /// The case.
        case: CaseId,
        /// The documents of which the store deletes the bytes.
        documents: Vec<DocumentId>,
    }
    /// A permit was issued.
    PermitIssued = "permit-issued" {
        /// The permit.
        permit: PermitId,
        /// The case that was approved.
        case: CaseId,
        /// The first day on which the permit is valid no longer.
        ends: Date,
    }
    /// The holder's data was changed.
    PermitChanged = "permit-changed" {
        /// The permit.
        permit: PermitId,
        /// The case that was approved.
        case: CaseId,
    }
    /// A permit was prolonged.
    PermitEndorsed = "permit-endorsed" {
        /// The permit.
        permit: PermitId,
        /// The case that was approved.
        case: CaseId,
        /// The first day on which the permit is valid no longer.
        ends: Date,
    }
    /// A permit was suspended.
    PermitSuspended = "permit-suspended" {
        /// The permit.
        permit: PermitId,
        /// Who suspended it.
        by: StaffId,
        /// Why.
        ground: SuspendGround,
    }
    /// A suspension was lifted.
    PermitResumed = "permit-resumed" {
        /// The permit.
        permit: PermitId,
        /// Who lifted it.
        by: StaffId,
    }
    /// A permit was cancelled.
    PermitCancelled = "permit-cancelled" {
        /// The permit.
        permit: PermitId,
        /// Why.
        ground: CancelGround,
        /// Who cancelled it; `None` if the holder's case did.
        by: Option<StaffId>,
    }
    /// A permit has ended.
    PermitEnded = "permit-ended" {
        /// The permit.
        permit: PermitId,
        /// The first day on which it was valid no longer.
        ends: Date,
    }
    /// A document was attached to a permit.
    PermitDocumentAttached = "permit-document-attached" {
        /// The permit.
        permit: PermitId,
        /// The document.
        document: DocumentId,
    }
    /// The personal data of a permit was erased.
    PermitErased = "permit-erased" {
        /// The permit.
        permit: PermitId,
        /// The documents of which the store deletes the bytes.
        documents: Vec<DocumentId>,
    }
    /// The holder may bind a device.
    EnrolmentOpened = "enrolment-opened" {
        /// The permit.
        permit: PermitId,
    }
    /// A permit was bound to a device.
    DeviceBound = "device-bound" {
        /// The permit.
        permit: PermitId,
        /// The binding.
        binding: BindingId,
        /// The entry of the status list.
        entry: StatusEntry,
        /// Where the device keeps its key.
        attestation: Attestation,
        /// Whose device it is.
        party: Party,
    }
    /// A binding was closed.
    DeviceClosed = "device-closed" {
        /// The permit.
        permit: PermitId,
        /// The binding.
        binding: BindingId,
        /// Why.
        why: Closed,
    }
    /// A slip was printed.
    SlipPrinted = "slip-printed" {
        /// The permit.
        permit: PermitId,
        /// The slip.
        slip: SlipId,
        /// The entry of the status list.
        entry: StatusEntry,
        /// The first day on which the slip is valid no longer.
        until: Date,
    }
    /// A slip was closed.
    SlipClosed = "slip-closed" {
        /// The permit.
        permit: PermitId,
        /// The slip.
        slip: SlipId,
        /// Why.
        why: Closed,
    }
    /// A status list has to say something else of an entry.
    EntryChanged = "entry-changed" {
        /// The permit.
        permit: PermitId,
        /// The entry.
        entry: StatusEntry,
        /// What the list has to say.
        state: EntryState,
    }
    /// Somebody acts for the holder from now on.
    RepresentativeAdded = "representative-added" {
        /// The permit.
        permit: PermitId,
        /// Who acts.
        representative: RepresentativeId,
        /// By what right. The end is left out: a guardian's tells the child's birthday.
        kind: RepresentativeKind,
    }
    /// Somebody acts for the holder no longer.
    RepresentativeClosed = "representative-closed" {
        /// The permit.
        permit: PermitId,
        /// Who acted.
        representative: RepresentativeId,
    }
    /// A physical card was recorded.
    CardRecorded = "card-recorded" {
        /// The permit.
        permit: PermitId,
        /// The first day on which the card is valid no longer.
        until: Date,
    }
    /// A permit was chosen for a follow-up check.
    FollowUpQueued = "follow-up-queued" {
        /// The permit.
        permit: PermitId,
    }
    /// A follow-up check was given to an officer.
    FollowUpTaken = "follow-up-taken" {
        /// The permit.
        permit: PermitId,
        /// The officer.
        officer: StaffId,
    }
    /// A permit waits for a follow-up check no longer.
    FollowUpClosed = "follow-up-closed" {
        /// The permit.
        permit: PermitId,
    }
    /// An officer recorded a follow-up check in the permit.
    FollowUpRecorded = "follow-up-recorded" {
        /// The permit.
        permit: PermitId,
        /// Who looked.
        by: StaffId,
        /// What was found.
        finding: Finding,
    }
}

impl Event {
    /// The entry of which a status list has to say something else, and what.
    #[must_use]
    pub const fn entry_change(&self) -> Option<(StatusEntry, EntryState)> {
        match self {
            Self::EntryChanged { entry, state, .. } => Some((*entry, *state)),
            _ => None,
        }
    }
}
