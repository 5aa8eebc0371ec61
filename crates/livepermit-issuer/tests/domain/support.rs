//! People, cases and permits to test with. All of them are made up.

use jiff::{
    civil::{Date, DateTime},
    tz::{TimeZone, offset},
};
use livepermit_issuer::domain::{
    Address, Application, Attestation, Binding, BindingId, Calendar, Case, CaseId, Channel, Check,
    Class, Consent, Digest, Document, DocumentId, DocumentKind, Finding, IdentityDocument,
    IdentityKind, KeyThumbprint, Mandate, MediaType, Moment, NewPermit, OfficeId, Party, Permit,
    PermitId, PermitNumber, Person, RepresentativeId, RepresentativeKind, Request, SlipId, StaffId,
    StatusEntry,
};

/// A moment in an office that is eight hours before Greenwich.
pub(crate) fn at(text: &str) -> Moment {
    let local: DateTime = text.parse().expect("a local time");
    let zone = TimeZone::fixed(offset(8));
    let now = zone.to_timestamp(local).expect("a fixed zone has all times");
    Moment::new(now, zone)
}

/// Nine o'clock on a day.
pub(crate) fn on(day: &str) -> Moment {
    at(&format!("{day}T09:00"))
}

pub(crate) fn date(text: &str) -> Date {
    text.parse().expect("a date")
}

/// Only weekends are free.
pub(crate) fn plain_calendar() -> Calendar {
    Calendar::new([], [], date("2040-12-31")).expect("nothing in it contradicts")
}

pub(crate) fn person(name: &str, born: &str) -> Person {
    let number = "S-4711".to_owned();
    let document = IdentityDocument { kind: IdentityKind::Passport, number };
    Person::new(name, date(born), document).expect("good data")
}

pub(crate) fn adult() -> Person {
    person("Lin Example", "1990-05-04")
}

pub(crate) fn child() -> Person {
    person("Mei Example", "2010-06-15")
}

pub(crate) fn staff(name: &str) -> StaffId {
    StaffId::new(name).expect("a short name")
}

pub(crate) fn officer() -> StaffId {
    staff("officer-1")
}

pub(crate) fn office() -> OfficeId {
    OfficeId::new("north").expect("a short name")
}

pub(crate) fn case_id(byte: u8) -> CaseId {
    CaseId::from_bytes([byte; 16])
}

pub(crate) fn permit_id() -> PermitId {
    PermitId::from_bytes([1; 16])
}

pub(crate) fn document(byte: u8) -> Document {
    Document {
        id: DocumentId::from_bytes([byte; 16]),
        kind: DocumentKind::Mandate,
        media_type: MediaType::Jpeg,
        digest: Digest::from_bytes([byte; 32]),
        bytes: 1000,
    }
}

pub(crate) fn mandate(kind: RepresentativeKind, until: Option<Date>) -> Mandate {
    Mandate {
        kind,
        person: person("Ada Guardian", "1980-01-01"),
        evidence: vec![document(1).id],
        consent: Consent { on: date("2026-01-01"), document: None },
        until,
    }
}

pub(crate) fn new_request(mandate: Option<Mandate>) -> Request {
    Request::New { class: Class::new("resident").expect("a short name"), mandate }
}

pub(crate) fn submit(id: u8, request: Request, applicant: Person, moment: &Moment) -> Case {
    let application = Application {
        id: case_id(id),
        request,
        applicant,
        address: Some(address()),
        channel: Channel::Website,
    };
    let (case, events) =
        Case::submit(application, &plain_calendar(), moment).expect("a good application");
    assert_eq!(events.len(), 1);
    case
}

pub(crate) fn check(finding: Finding, moment: &Moment) -> Check {
    Check { by: officer(), at: moment.now(), finding, note: Some("Met Lin Example.".to_owned()) }
}

/// Assigns, checks and approves a case at one moment.
pub(crate) fn approve(case: &mut Case, moment: &Moment) {
    case.attach(document(1), moment).expect("it has no documents");
    case.assign(office(), officer(), moment).expect("no officer has it");
    case.record_check(check(Finding::AsStated, moment), moment).expect("the officer has it");
    case.approve(officer(), moment).expect("it was checked");
}

/// A case that was submitted at one moment and approved at another.
pub(crate) fn approved(
    id: u8,
    request: Request,
    applicant: Person,
    submitted: &Moment,
    decided: &Moment,
) -> Case {
    let mut case = submit(id, request, applicant, submitted);
    approve(&mut case, decided);
    case
}

pub(crate) fn new_permit() -> NewPermit {
    NewPermit {
        id: permit_id(),
        number: PermitNumber::new("R-2026-000001").expect("a short name"),
        representative: representative(1),
    }
}

/// A permit for an adult, issued at `moment`.
pub(crate) fn permit(moment: &Moment) -> Permit {
    let mut case = approved(1, new_request(None), adult(), moment, moment);
    Permit::issue(new_permit(), &mut case, moment).expect("it is approved").0
}

/// A permit for a child, with the guardian `representative(1)`.
pub(crate) fn permit_of_child(moment: &Moment) -> Permit {
    let guardian = mandate(RepresentativeKind::Guardian, None);
    let mut case = approved(1, new_request(Some(guardian)), child(), moment, moment);
    Permit::issue(new_permit(), &mut case, moment).expect("it is approved").0
}

pub(crate) fn representative(byte: u8) -> RepresentativeId {
    RepresentativeId::from_bytes([byte; 16])
}

pub(crate) fn slip(byte: u8) -> SlipId {
    SlipId::from_bytes([byte; 16])
}

pub(crate) fn entry(index: u32) -> StatusEntry {
    StatusEntry { list: 7, index }
}

pub(crate) fn device(byte: u8) -> KeyThumbprint {
    KeyThumbprint::from_bytes([byte; 32])
}

pub(crate) fn binding(byte: u8, party: Party) -> Binding {
    Binding {
        id: BindingId::from_bytes([byte; 16]),
        device: device(byte),
        entry: entry(u32::from(byte)),
        attestation: Attestation::Software,
        party,
    }
}

/// Where the applicant lives.
pub(crate) fn address() -> Address {
    Address::new(" 海淀区示例路1号 ").expect("an address")
}
