//! What the port of offices answers, as far as the desk shows it.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::Deserialize;

use crate::domain::{
    Attestation, CancelGround, Channel, Closed, DocumentKind, Finding, IdentityKind, MediaType,
    RefusalGround, RepresentativeKind, RequestKind,
};
use crate::staff::Role;

/// A session that was opened.
#[derive(Deserialize)]
pub(super) struct Session {
    pub(super) token: String,
}

/// Who has logged in.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Who {
    pub(super) name: String,
    pub(super) roles: Vec<Role>,
    /// `None` for all.
    pub(super) offices: Option<Vec<String>>,
}

impl Who {
    pub(super) fn may(&self, role: Role) -> bool {
        self.roles.contains(&role)
    }
}

/// How a case stands to its deadline.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Standing {
    pub(super) standing: String,
    pub(super) days: u32,
}

/// An alarm that was given.
#[derive(Deserialize)]
pub(super) struct Alarm {
    pub(super) alarm: String,
    pub(super) at: Timestamp,
}

#[derive(Deserialize)]
pub(super) struct CasePage {
    pub(super) cases: Vec<CaseRow>,
    pub(super) next: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct CaseRow {
    pub(super) id: String,
    pub(super) kind: RequestKind,
    pub(super) due: Option<Date>,
    pub(super) standing: Standing,
    pub(super) officer: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Person {
    pub(super) name: String,
    pub(super) born: Date,
    pub(super) document: Identity,
}

#[derive(Deserialize)]
pub(super) struct Identity {
    pub(super) kind: IdentityKind,
    pub(super) number: String,
}

#[derive(Deserialize)]
pub(super) struct Document {
    pub(super) id: String,
    pub(super) kind: DocumentKind,
    pub(super) media_type: MediaType,
    pub(super) bytes: u64,
}

#[derive(Deserialize)]
pub(super) struct Check {
    pub(super) by: String,
    pub(super) at: Timestamp,
    pub(super) finding: Finding,
    pub(super) note: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Decision {
    pub(super) by: String,
    pub(super) at: Timestamp,
    pub(super) approved: bool,
    pub(super) permit: Option<String>,
    pub(super) ground: Option<RefusalGround>,
    pub(super) note: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Mandate {
    pub(super) kind: RepresentativeKind,
    pub(super) person: Person,
    pub(super) consent_on: Date,
    pub(super) until: Option<Date>,
}

#[derive(Deserialize)]
pub(super) struct Case {
    pub(super) id: String,
    pub(super) kind: RequestKind,
    pub(super) class: Option<String>,
    pub(super) permit: Option<String>,
    pub(super) ground: Option<CancelGround>,
    pub(super) applicant: Option<Person>,
    pub(super) address: Option<String>,
    pub(super) mandate: Option<Mandate>,
    pub(super) channel: Channel,
    pub(super) submitted: Timestamp,
    pub(super) due: Option<Date>,
    pub(super) standing: Standing,
    pub(super) alarms: Vec<Alarm>,
    pub(super) documents: Vec<Document>,
    pub(super) state: String,
    pub(super) office: Option<String>,
    pub(super) officer: Option<String>,
    pub(super) checks: Vec<Check>,
    pub(super) decision: Option<Decision>,
}

#[derive(Deserialize)]
pub(super) struct PermitPage {
    pub(super) permits: Vec<PermitRow>,
}

#[derive(Deserialize)]
pub(super) struct PermitRow {
    pub(super) id: String,
    pub(super) number: String,
    pub(super) class: String,
    pub(super) state: String,
    pub(super) ends: Date,
    pub(super) holder: Option<Person>,
}

#[derive(Deserialize)]
pub(super) struct PermitState {
    pub(super) name: String,
    pub(super) since: Option<Timestamp>,
    pub(super) by: Option<String>,
    pub(super) ground: Option<String>,
    pub(super) note: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Device {
    pub(super) since: Timestamp,
    pub(super) attestation: Attestation,
    pub(super) representative: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct SlipRow {
    pub(super) id: String,
    pub(super) printed: Timestamp,
    pub(super) until: Date,
    pub(super) closed: Option<Timestamp>,
    pub(super) why: Option<Closed>,
}

#[derive(Deserialize)]
pub(super) struct Representative {
    pub(super) id: String,
    pub(super) kind: RepresentativeKind,
    pub(super) person: Option<Person>,
    pub(super) until: Option<Date>,
    pub(super) closed: Option<Timestamp>,
}

#[derive(Deserialize)]
pub(super) struct Card {
    pub(super) number: String,
    pub(super) until: Date,
}

#[derive(Deserialize)]
pub(super) struct Permit {
    pub(super) id: String,
    pub(super) number: String,
    pub(super) class: String,
    pub(super) case: String,
    pub(super) holder: Option<Person>,
    pub(super) began: Date,
    pub(super) ends: Date,
    pub(super) state: PermitState,
    pub(super) enrolment_open: bool,
    pub(super) device: Option<Device>,
    pub(super) slips: Vec<SlipRow>,
    pub(super) representatives: Vec<Representative>,
    pub(super) cards: Vec<Card>,
    pub(super) follow_ups: Vec<Check>,
    pub(super) documents: Vec<Document>,
}

#[derive(Default, Deserialize)]
pub(super) struct FollowUpPage {
    pub(super) follow_ups: Vec<FollowUpRow>,
    pub(super) next: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct FollowUpRow {
    pub(super) permit: PermitRow,
    pub(super) since: Timestamp,
    pub(super) officer: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct FollowUpTaken {
    pub(super) follow_up: Option<FollowUpRow>,
}

#[derive(Deserialize)]
pub(super) struct FollowUpDone {
    pub(super) case: Option<Opened>,
}

/// A case that was opened.
#[derive(Deserialize)]
pub(super) struct Opened {
    pub(super) id: String,
}

#[derive(Deserialize)]
pub(super) struct ProposalPage {
    pub(super) proposals: Vec<Proposal>,
    pub(super) next: Option<String>,
}

/// That many permits are to be cancelled.
#[derive(Deserialize)]
pub(super) struct Proposal {
    pub(super) id: String,
    pub(super) proposal: Proposed,
    pub(super) proposed_by: String,
    pub(super) proposed_at: Timestamp,
    pub(super) ends: Timestamp,
    pub(super) state: String,
    pub(super) decided_by: Option<String>,
    pub(super) decided_at: Option<Timestamp>,
}

#[derive(Deserialize)]
pub(super) struct Proposed {
    pub(super) permits: Vec<String>,
    pub(super) reason: Why,
}

#[derive(Deserialize)]
pub(super) struct Why {
    pub(super) ground: CancelGround,
    pub(super) note: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Offer {
    pub(super) tx_code: String,
    pub(super) ends: Timestamp,
    pub(super) uri: String,
}

#[derive(Deserialize)]
pub(super) struct Slip {
    pub(super) token: String,
    pub(super) check_number: String,
    pub(super) until: Date,
}

#[derive(Deserialize)]
pub(super) struct LinePage {
    pub(super) lines: Vec<Line>,
    pub(super) next: Option<u64>,
}

#[derive(Deserialize)]
pub(super) struct Line {
    pub(super) number: u64,
    pub(super) at: Timestamp,
    pub(super) actor: String,
    pub(super) action: String,
    pub(super) subject: String,
    pub(super) detail: String,
}

#[derive(Deserialize)]
pub(super) struct Log {
    pub(super) whole: bool,
    pub(super) line: u64,
    pub(super) hash: Option<String>,
    pub(super) broken: Option<String>,
}
