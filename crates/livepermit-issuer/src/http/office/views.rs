//! What officers see of cases.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;
use utoipa::ToSchema;

use super::bodies::PersonData;
use super::openapi::{
    AlarmWord, CancelGroundWord, CaseStateWord, ChannelWord, DocumentKindWord, FindingWord,
    MediaTypeWord, RefusalGroundWord, RepresentativeKindWord, RequestKindWord, RoleWord,
};
use crate::domain::{
    Calendar, CancelGround, Case, CaseState, Channel, Check, Document, DocumentKind, Finding,
    Mandate, MediaType, Moment, Outcome, RefusalGround, RepresentativeKind, Request, RequestKind,
    Standing, Subject,
};
use crate::staff::{Officer, Offices};
use crate::store::GivenAlarm;

/// A session that was opened.
#[derive(Serialize, ToSchema)]
pub(super) struct SessionView {
    /// To be sent as `Authorization: Bearer …`.
    pub(super) token: String,
    /// When the session ends at the latest.
    #[schema(value_type = String, format = DateTime)]
    pub(super) ends: Timestamp,
    /// After so many seconds without a request it ends before.
    pub(super) idle_seconds: i64,
}

/// Who has logged in, with the roles of now.
#[derive(Serialize, ToSchema)]
pub(super) struct WhoView {
    /// The name of the account.
    name: String,
    /// What the officer may do.
    #[schema(value_type = Vec<RoleWord>)]
    roles: Vec<&'static str>,
    /// The offices whose cases the officer sees; null for all.
    offices: Option<Vec<String>>,
}

impl WhoView {
    pub(super) fn of(officer: &Officer) -> Self {
        let offices = match &officer.offices {
            Offices::All => None,
            Offices::These(these) => Some(these.iter().map(ToString::to_string).collect()),
        };
        let roles = officer.roles.iter().map(|role| role.name()).collect();
        Self { name: officer.name.to_string(), roles, offices }
    }
}

/// How a case stands to its deadline.
#[derive(Serialize, ToSchema)]
pub(super) struct StandingView {
    /// `settled`, `calm`, `soon`, `today`, `over`, or `unknown` while the calendar ends too early.
    standing: &'static str,
    /// The working days left, or the days since the last one.
    days: u32,
}

impl StandingView {
    fn of(case: &Case, calendar: &Calendar, moment: &Moment) -> Self {
        let (standing, days) = match case.standing(calendar, moment) {
            Ok(Standing::Settled) => ("settled", 0),
            Ok(Standing::Calm { left }) => ("calm", left),
            Ok(Standing::Soon { left }) => ("soon", left),
            Ok(Standing::Today) => ("today", 0),
            Ok(Standing::Over { days }) => ("over", days),
            Err(_) => ("unknown", 0),
        };
        Self { standing, days }
    }
}

/// An alarm that was given.
#[derive(Serialize, ToSchema)]
pub(super) struct AlarmView {
    #[schema(value_type = AlarmWord)]
    alarm: &'static str,
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
}

impl AlarmView {
    fn of(given: &GivenAlarm) -> Self {
        let at = Timestamp::from_second(given.at).unwrap_or(Timestamp::UNIX_EPOCH);
        Self { alarm: given.alarm.name(), at }
    }
}

/// A case in a list.
#[derive(Serialize, ToSchema)]
pub(super) struct CaseRow {
    /// Its id.
    id: String,
    /// What is applied for.
    #[schema(value_type = RequestKindWord)]
    kind: RequestKind,
    /// Where it stands.
    #[schema(value_type = CaseStateWord)]
    state: &'static str,
    /// The last day for the decision; null while the calendar does not reach that far.
    #[schema(value_type = Option<String>, format = Date)]
    due: Option<Date>,
    /// How it stands to that day.
    standing: StandingView,
    /// Who has it.
    officer: Option<String>,
}

/// A page of cases, the most urgent first.
#[derive(Serialize, ToSchema)]
pub(super) struct CasePage {
    pub(super) cases: Vec<CaseRow>,
    /// Where the next page begins; null on the last one.
    pub(super) next: Option<String>,
}

impl CaseRow {
    pub(super) fn of(case: &Case, calendar: &Calendar, moment: &Moment) -> Self {
        Self {
            id: case.id().to_string(),
            kind: case.request().kind(),
            state: case.state().name(),
            due: case.due(),
            standing: StandingView::of(case, calendar, moment),
            officer: case.assignment().map(|assignment| assignment.officer.to_string()),
        }
    }
}

/// A document of a case.
#[derive(Serialize, ToSchema)]
pub(super) struct DocumentView {
    id: String,
    /// What it shows.
    #[schema(value_type = DocumentKindWord)]
    kind: DocumentKind,
    /// The type of its bytes, as their beginning shows it.
    #[schema(value_type = MediaTypeWord)]
    media_type: MediaType,
    /// SHA-256 over its bytes.
    digest: String,
    /// The number of its bytes.
    bytes: u64,
}

impl DocumentView {
    pub(super) fn of(document: &Document) -> Self {
        Self {
            id: document.id.to_string(),
            kind: document.kind,
            media_type: document.media_type,
            digest: document.digest.to_string(),
            bytes: document.bytes,
        }
    }
}

/// A look on site.
#[derive(Serialize, ToSchema)]
pub(super) struct CheckView {
    by: String,
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    #[schema(value_type = FindingWord)]
    finding: Finding,
    note: Option<String>,
}

impl CheckView {
    pub(super) fn of(check: &Check) -> Self {
        let Check { by, at, finding, note } = check;
        Self { by: by.to_string(), at: *at, finding: *finding, note: note.clone() }
    }
}

/// A decision.
#[derive(Serialize, ToSchema)]
pub(super) struct DecisionView {
    by: String,
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    /// `true` if the applicant gets what was applied for.
    approved: bool,
    /// The permit in which that was done.
    permit: Option<String>,
    /// Why it was refused.
    #[schema(value_type = Option<RefusalGroundWord>)]
    ground: Option<RefusalGround>,
    note: Option<String>,
}

impl DecisionView {
    fn of(case: &Case) -> Option<Self> {
        let decision = case.decision()?;
        let (mut permit, mut ground, mut note) = (None, None, None);
        let approved = match &decision.outcome {
            Outcome::Approved { carried_out } => {
                permit = carried_out.as_ref().map(|done| done.permit.to_string());
                true
            }
            Outcome::Refused { reason } => {
                (ground, note) = (Some(reason.ground), reason.note.clone());
                false
            }
        };
        let (by, at) = (decision.by.to_string(), decision.at);
        Some(Self { by, at, approved, permit, ground, note })
    }
}

/// Who acts for an applicant.
#[derive(Serialize, ToSchema)]
pub(super) struct MandateView {
    #[schema(value_type = RepresentativeKindWord)]
    kind: RepresentativeKind,
    person: PersonData,
    /// The ids of the documents that show the right.
    evidence: Vec<String>,
    #[schema(value_type = String, format = Date)]
    consent_on: Date,
    consent_document: Option<String>,
    #[schema(value_type = Option<String>, format = Date)]
    until: Option<Date>,
}

impl MandateView {
    fn of(mandate: &Mandate) -> Self {
        Self {
            kind: mandate.kind,
            person: PersonData::of(&mandate.person),
            evidence: mandate.evidence.iter().map(ToString::to_string).collect(),
            consent_on: mandate.consent.on,
            consent_document: mandate.consent.document.map(|id| id.to_string()),
            until: mandate.until,
        }
    }
}

/// A case.
#[derive(Serialize, ToSchema)]
pub(super) struct CaseView {
    id: String,
    /// What is applied for.
    #[schema(value_type = RequestKindWord)]
    kind: RequestKind,
    /// The class of a new permit.
    class: Option<String>,
    /// The id of the permit that the application speaks of.
    permit: Option<String>,
    /// Why the permit is to be cancelled; null for what asks for something else.
    #[schema(value_type = Option<CancelGroundWord>)]
    ground: Option<CancelGround>,
    /// For whom; null after the erasure.
    applicant: Option<PersonData>,
    /// Where the applicant lives, for the look on site; null if nobody said, and after the erasure.
    address: Option<String>,
    mandate: Option<MandateView>,
    #[schema(value_type = ChannelWord)]
    channel: Channel,
    #[schema(value_type = String, format = DateTime)]
    submitted: Timestamp,
    #[schema(value_type = Option<String>, format = Date)]
    due: Option<Date>,
    standing: StandingView,
    /// What was told of the last day, the first alarm first.
    alarms: Vec<AlarmView>,
    documents: Vec<DocumentView>,
    #[schema(value_type = CaseStateWord)]
    state: &'static str,
    office: Option<String>,
    officer: Option<String>,
    /// The looks on site, the oldest first.
    checks: Vec<CheckView>,
    decision: Option<DecisionView>,
}

impl CaseView {
    pub(super) fn of(
        case: &Case,
        alarms: &[GivenAlarm],
        calendar: &Calendar,
        moment: &Moment,
    ) -> Self {
        let (class, mandate) = match case.request() {
            Request::New { class, mandate } => {
                (Some(class.to_string()), mandate.as_ref().map(MandateView::of))
            }
            _ => (None, None),
        };
        let ground = match case.request() {
            Request::Cancellation { ground, .. } => Some(*ground),
            _ => None,
        };
        let assignment = case.assignment();
        let checks: Vec<&Check> = match case.state() {
            CaseState::Checked { last, earlier, .. } => earlier.iter().chain([last]).collect(),
            CaseState::Decided { checks, .. } => checks.iter().collect(),
            _ => Vec::new(),
        };
        Self {
            id: case.id().to_string(),
            kind: case.request().kind(),
            class,
            permit: case.request().permit().map(|permit| permit.to_string()),
            ground,
            applicant: known(case.applicant()),
            address: case.address().map(|address| address.as_str().to_owned()),
            mandate,
            channel: case.channel(),
            submitted: case.submitted(),
            due: case.due(),
            standing: StandingView::of(case, calendar, moment),
            alarms: alarms.iter().map(AlarmView::of).collect(),
            documents: case.documents().iter().map(DocumentView::of).collect(),
            state: case.state().name(),
            office: assignment.map(|assignment| assignment.office.to_string()),
            officer: assignment.map(|assignment| assignment.officer.to_string()),
            checks: checks.into_iter().map(CheckView::of).collect(),
            decision: DecisionView::of(case),
        }
    }
}

/// The person, if the data is kept.
pub(super) fn known(subject: &Subject) -> Option<PersonData> {
    subject.person().map(PersonData::of)
}
