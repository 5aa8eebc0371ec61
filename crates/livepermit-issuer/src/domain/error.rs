//! Every forbidden step: one table of codes, with the values compared and what to do next.

use core::fmt;

use jiff::{Timestamp, civil::Date};

use super::{
    BindingId, CancelGround, CaseId, DocumentId, Finding, KeyThumbprint, PermitId,
    RepresentativeId, RequestKind, SlipId, StaffId, StatusEntry,
};

/// Makes the error and its codes from rows: `Variant { field: Type } = "code", "text";`. The text
/// names the fields.
macro_rules! errors {
    ($(
        $(#[$doc:meta])* $variant:ident { $($field:ident: $type:ty),* }
        = $code:literal, $text:literal;
    )+) => {
        /// A step that the rules forbid. `Display` says what was compared, and what to do next. No
        /// error contains personal data.
        #[derive(Debug, Clone, PartialEq, Eq)]
        #[non_exhaustive]
        pub enum DomainError {
            $($(#[$doc])* #[doc = concat!("\n\nIts text: ", $text)] $variant {
                $(#[doc = concat!("`", stringify!($field), "` in the text.")] $field: $type,)*
            },)+
        }

        impl DomainError {
            /// The codes of all errors.
            pub const CODES: &'static [&'static str] = &[$($code,)+];

            /// The stable code, in kebab-case.
            #[must_use]
            pub const fn code(&self) -> &'static str {
                match self { $(Self::$variant { .. } => $code,)+ }
            }
        }

        impl fmt::Display for DomainError {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match self { $(Self::$variant { $($field),* } => write!(f, $text),)+ }
            }
        }
    };
}

errors! {
    /// Text that is no identifier.
    IdMalformed { kind: &'static str, bytes: usize } = "id-malformed",
        "A {kind} is {bytes} bytes in lower-case hex. Copy the whole of it.";
    /// Text that is no short name.
    NameMalformed { kind: &'static str, bytes: usize } = "name-malformed",
        "A {kind} has 1 to 64 letters A-Z, a-z, 0-9, '-', '_', '.', and this one of {bytes} bytes \
         does not. Choose another.";
    /// A field of a person that is empty, too long, or has control characters.
    PersonMalformed { field: &'static str, letters: usize, longest: usize } = "person-malformed",
        "The {field} of {letters} letters is empty, longer than {longest}, or has control \
         characters. Type it again.";
    /// A date of birth that is later than today.
    BornInFuture { today: Date } = "born-in-future",
        "The date of birth is later than today, {today}. Correct the date.";

    /// A date of which the calendar does not speak.
    CalendarEnds { date: Date, known_until: Date } = "calendar-ends",
        "Whether people work on {date} is not known: the calendar ends on {known_until}. Load the \
         calendar of the next year.";
    /// A calendar that says two things of one date.
    CalendarContradicts { date: Date, known_until: Date } = "calendar-contradicts",
        "The calendar contradicts itself on {date}: the date is a holiday and a working weekend, \
         a working weekend on a weekday, or behind known_until, {known_until}. Correct the file.";
    /// A clock that is earlier than the last change.
    ClockBack { now: Timestamp, recorded: Timestamp } = "clock-back",
        "The clock says {now}, but the last change was at {recorded}. Set this machine's clock.";

    /// A case that waits for nothing any longer.
    CaseSettled { case: CaseId, at: Timestamp } = "case-settled",
        "Case {case} was settled at {at}. Open a new case.";
    /// A case without an officer.
    CaseNotAssigned { case: CaseId } = "case-not-assigned",
        "Case {case} has no officer. Assign it first.";
    /// A case that the officer has already.
    CaseAssignedAlready { case: CaseId, officer: StaffId } = "case-assigned-already",
        "Officer {officer} has case {case} already. Nothing is to do.";
    /// A case of another officer.
    CaseOfAnotherOfficer { case: CaseId, officer: StaffId, by: StaffId } =
        "case-of-another-officer",
        "Case {case} is with officer {officer}, not with {by}. Assign it to {by} first.";
    /// A request that needs a check, and none is recorded.
    CheckMissing { case: CaseId, request: RequestKind } = "check-missing",
        "Case {case} ({request}) has no check on site. Record a check first.";
    /// A check that does not support an approval.
    CheckNotConfirmed { case: CaseId, finding: Finding } = "check-not-confirmed",
        "The last check of case {case} says: {finding}. Check again, or refuse the case.";
    /// A check that is dated before the application or after now.
    CheckTime { at: Timestamp, from: Timestamp, now: Timestamp } = "check-time",
        "The check is dated {at}, which is not from {from} to {now}. Correct its time.";
    /// A document that is empty or too large.
    DocumentSize { document: DocumentId, bytes: u64, most: u64 } = "document-size",
        "Document {document} has {bytes} bytes, but 1 to {most} are allowed. Send a smaller \
         picture.";
    /// A case that takes no more documents.
    TooManyDocuments { most: usize } = "too-many-documents",
        "The case has {most} documents, which is the most. Put pages into one document.";
    /// A document that is there.
    DocumentAttachedAlready { document: DocumentId } = "document-attached-already",
        "Document {document} is attached already. Nothing is to do.";

    /// A mandate without documents.
    EvidenceMissing {} = "evidence-missing",
        "No document shows that this person may act for the holder. Attach one.";
    /// A mandate that names a document which the case does not have.
    EvidenceNotAttached { document: DocumentId } = "evidence-not-attached",
        "The mandate names document {document}, which the case does not have. Attach it.";
    /// A consent of a day that is still to come.
    ConsentInFuture { on: Date, today: Date } = "consent-in-future",
        "The consent is dated {on}, and today is {today}. Correct the date.";
    /// A guardian for somebody of age.
    GuardianOfAdult { today: Date } = "guardian-of-adult",
        "The holder is of age on {today}, so nobody is a guardian. Record a relative with the \
         holder's consent.";
    /// A mandate that has ended before it begins.
    MandateOver { until: Date, today: Date } = "mandate-over",
        "The mandate ended on {until}, and today is {today}. Ask for a new one.";
    /// A representative whom the permit does not know.
    RepresentativeUnknown { permit: PermitId, representative: RepresentativeId } =
        "representative-unknown",
        "Permit {permit} has no representative {representative}. Record the mandate first.";
    /// A representative who acts no longer.
    RepresentativeClosed { permit: PermitId, representative: RepresentativeId } =
        "representative-closed",
        "Representative {representative} acts for the holder of permit {permit} no longer. Record \
         a new mandate.";

    /// A case that is not approved.
    CaseNotApproved { case: CaseId } = "case-not-approved",
        "Case {case} is not approved. Decide it first.";
    /// A case that was carried out.
    CaseCarriedOut { case: CaseId, permit: PermitId, at: Timestamp } = "case-carried-out",
        "Case {case} was carried out at {at}, in permit {permit}. Open a new case.";
    /// A case that asks for something else.
    CaseOfAnotherKind { case: CaseId, request: RequestKind } = "case-of-another-kind",
        "Case {case} asks for: {request}. Issue permits from new applications, and carry out the \
         others in the permit they name.";
    /// A case that speaks of another permit.
    CaseOfAnotherPermit { case: CaseId, permit: PermitId } = "case-of-another-permit",
        "Case {case} speaks of another permit than {permit}. Load the permit that it names.";
    /// A case without personal data.
    ApplicantErased { case: CaseId, at: Timestamp } = "applicant-erased",
        "The personal data of case {case} was erased at {at}. Open a new case.";
    /// A case that was never settled.
    CaseOpen { case: CaseId } = "case-open",
        "Case {case} is open. Decide it, or let the applicant withdraw it, before its data is \
         erased.";
    /// Personal data that has to stay for now.
    ErasureTooEarly { earliest: Date, today: Date } = "erasure-too-early",
        "The data has to stay until {earliest}, and today is {today}. Erase it then.";

    /// A permit that has ended.
    PermitEnded { permit: PermitId, ends: Date } = "permit-ended",
        "Permit {permit} has been over since {ends}. The holder applies for a new one.";
    /// A permit that is suspended.
    PermitSuspended { permit: PermitId, since: Timestamp } = "permit-suspended",
        "Permit {permit} has been suspended since {since}. The office lifts the suspension first.";
    /// A permit that is not suspended.
    PermitNotSuspended { permit: PermitId } = "permit-not-suspended",
        "Permit {permit} is not suspended. Nothing is to do.";
    /// A permit that was cancelled.
    PermitCancelled { permit: PermitId, at: Timestamp } = "permit-cancelled",
        "Permit {permit} was cancelled at {at}, for good. The person applies for a new one.";
    /// A permit that is not over.
    PermitNotOver { permit: PermitId, ends: Date } = "permit-not-over",
        "Permit {permit} goes on until {ends}. Erase its data after its end.";
    /// A permit without personal data.
    HolderErased { permit: PermitId, at: Timestamp } = "holder-erased",
        "The personal data of permit {permit} was erased at {at}. The person applies for a new \
         one.";
    /// An endorsement before its time.
    EndorsementTooEarly { permit: PermitId, opens: Date, today: Date } = "endorsement-too-early",
        "Permit {permit} can be endorsed from {opens} on, and today is {today}. Carry it out then.";
    /// An application for an endorsement that came after the end.
    EndorsementTooLate { permit: PermitId, ends: Date, applied: Date } = "endorsement-too-late",
        "The endorsement of permit {permit} was applied for on {applied}, but the permit ended on \
         {ends}. The holder applies for a new one.";
    /// A date that no calendar has.
    DateOutOfRange { date: Date } = "date-out-of-range",
        "A year after {date} is behind all calendars. Set this machine's clock.";

    /// A device that may not be bound.
    EnrolmentClosed { permit: PermitId } = "enrolment-closed",
        "Permit {permit} takes no device now. The holder applies for a new device.";
    /// A permit without a device.
    DeviceNotBound { permit: PermitId } = "device-not-bound",
        "Permit {permit} is on no device. Bind one first.";
    /// A device that the permit does not know.
    DeviceUnknown { permit: PermitId, device: KeyThumbprint } = "device-unknown",
        "Permit {permit} was never on the device with key {device}. Bind the device first.";
    /// A device that the permit has left.
    DeviceClosed { permit: PermitId, binding: BindingId, at: Timestamp } = "device-closed",
        "Binding {binding} of permit {permit} was closed at {at}. The holder applies for a new \
         device.";
    /// A key that the permit has met.
    DeviceKeyUsed { permit: PermitId, binding: BindingId } = "device-key-used",
        "The key of this device was used by binding {binding} of permit {permit}. The device makes \
         a new key.";
    /// An entry that the permit has met.
    EntryUsed { permit: PermitId, entry: StatusEntry } = "entry-used",
        "Status entry {entry} was used by permit {permit}. Take another entry from the store.";
    /// An identifier that the permit has met.
    IdUsed { permit: PermitId, kind: &'static str } = "id-used",
        "The {kind} was used by permit {permit}. Draw another one at random.";
    /// A slip that the permit does not know.
    SlipUnknown { permit: PermitId, slip: SlipId } = "slip-unknown",
        "Permit {permit} has no slip {slip}. Compare the number on the slip.";
    /// A slip that was closed.
    SlipClosed { permit: PermitId, slip: SlipId, at: Timestamp } = "slip-closed",
        "Slip {slip} of permit {permit} was closed at {at}. Print a new one.";
    /// A slip that would be over before it is printed.
    SlipOver { until: Date, today: Date } = "slip-over",
        "The slip would end on {until}, and today is {today}. Choose a later end.";
    /// A card whose number is empty or too long.
    CardMalformed { letters: usize, longest: usize } = "card-malformed",
        "The card's number of {letters} letters is empty, longer than {longest}, or has control \
         characters. Type it again.";
    /// A card that is there.
    CardRecordedAlready { permit: PermitId } = "card-recorded-already",
        "The card is recorded in permit {permit} already. Nothing is to do.";

    /// A permit that waits for no check.
    FollowUpUnknown { permit: PermitId } = "follow-up-unknown",
        "Permit {permit} waits for no follow-up check. Nothing is to do.";
    /// A follow-up check of another officer.
    FollowUpTaken { permit: PermitId, officer: StaffId } = "follow-up-taken",
        "Officer {officer} has the follow-up check of permit {permit}. Take another one.";
    /// A follow-up check that the officer has already.
    FollowUpGivenAlready { permit: PermitId, officer: StaffId } = "follow-up-given-already",
        "Officer {officer} has the follow-up check of permit {permit} already. Nothing is to do.";
    /// A check that is still to be made.
    FollowUpDue { permit: PermitId, ends: Date } = "follow-up-due",
        "Permit {permit} goes on until {ends}. Record a check instead.";
    /// A cancellation that does not rest on the check.
    CancellationUnfounded { finding: Finding, ground: CancelGround } = "cancellation-unfounded",
        "The check says: {finding}. A case of cancellation ({ground}) follows only from what is \
         not as stated, on a ground of the office's own. Record the check without one.";
}

/// So that `?` and error reports know it as an error.
impl core::error::Error for DomainError {}
