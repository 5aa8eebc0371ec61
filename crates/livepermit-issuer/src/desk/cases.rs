//! A case: what is known of it, and what an officer does to it.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde_json::{Map, Value, json};

use super::light::{Light, light};
use super::seen::{Case, Check, Decision, Document, Mandate, Person};
use super::sent::Sent;
use super::state::DeskState;
use super::stop;
use super::texts::Texts;
use super::view::{View, Visit};
use super::words;
use crate::domain::{Finding, MediaType, RefusalGround};
use crate::staff::Role;

#[derive(Template)]
#[template(path = "desk/case.html")]
struct Page<'a> {
    view: &'a View,
    id: &'a str,
    version: &'a str,
    kind: &'static str,
    light: Option<Light>,
    rows: Vec<(&'static str, String)>,
    applicant: Option<Vec<(&'static str, String)>>,
    mandate: Vec<(&'static str, String)>,
    papers: Vec<Paper>,
    checks: Vec<Looked>,
    decision: Vec<(&'static str, String)>,
    /// The permit that the case speaks of, or has made; empty without.
    permit: &'a str,
    me: &'a str,
    offices: &'a [String],
    may_assign: bool,
    may_check: bool,
    may_decide: bool,
    may_withdraw: bool,
    may_attach: bool,
    /// What documents show: word, text.
    kinds: Vec<(&'static str, &'static str)>,
    /// Where the case is, if somebody has it.
    office: &'a str,
    findings: Vec<(&'static str, &'static str)>,
    grounds: Vec<(&'static str, &'static str)>,
}

impl Page<'_> {
    /// Whether there are pictures.
    fn pictures(&self) -> bool {
        self.papers.iter().any(|paper| paper.picture)
    }
}

/// A document.
pub(super) struct Paper {
    pub(super) address: String,
    pub(super) kind: &'static str,
    pub(super) about: String,
    picture: bool,
}

/// A look on site, or a check after the issue.
pub(super) struct Looked {
    pub(super) finding: &'static str,
    pub(super) when: String,
    pub(super) by: String,
    pub(super) note: String,
}

/// Name, birth, document.
pub(super) fn person(view: &View, person: &Person) -> Vec<(&'static str, String)> {
    let (t, d) = (view.t, view.d);
    let document = &person.document;
    vec![
        (d.name, person.name.clone()),
        (d.born, view.date(&person.born)),
        (d.document, format!("{} {}", t.identity(document.kind), document.number)),
    ]
}

/// The documents of what has this address in the desk.
pub(super) fn papers(view: &View, of: &str, papers: &[Document]) -> Vec<Paper> {
    papers.iter().map(|each| paper(view, of, each)).collect()
}

fn paper(view: &View, of: &str, paper: &Document) -> Paper {
    let (kind, picture) = match paper.media_type {
        MediaType::Pdf => ("PDF", false),
        MediaType::Jpeg => ("JPEG", true),
        MediaType::Png => ("PNG", true),
    };
    Paper {
        address: format!("/desk/{of}/documents/{}", paper.id),
        kind: words::document(view.d, paper.kind),
        about: format!("{kind}, {} kB", paper.bytes.div_ceil(1000)),
        picture,
    }
}

pub(super) fn looked(view: &View, check: &Check) -> Looked {
    Looked {
        finding: words::finding(view.d, check.finding),
        when: view.time(&check.at),
        by: check.by.clone(),
        note: check.note.clone().unwrap_or_default(),
    }
}

fn decided(view: &View, decision: &Decision) -> Vec<(&'static str, String)> {
    let d = view.d;
    let outcome = if decision.approved { d.approved } else { d.refused };
    let mut rows = vec![
        (d.decision, outcome.to_owned()),
        (d.decided_by, decision.by.clone()),
        (d.decided_at, view.time(&decision.at)),
    ];
    rows.extend(
        decision.ground.map(|ground| (d.ground, words::refusal_ground(d, ground).to_owned())),
    );
    rows.extend(decision.note.iter().map(|note| (d.note, note.clone())));
    rows
}

fn acting(view: &View, mandate: &Mandate) -> Vec<(&'static str, String)> {
    let d = view.d;
    let mut rows = vec![(d.acts_as, words::representative(d, mandate.kind).to_owned())];
    rows.extend(person(view, &mandate.person));
    rows.push((d.consent_on, view.date(&mandate.consent_on)));
    rows.extend(mandate.until.iter().map(|until| (d.acts_until, view.last_day(until))));
    rows
}

/// What can be found, as forms name it.
pub(super) fn findings(d: &Texts) -> Vec<(&'static str, &'static str)> {
    vec![
        ("as-stated", words::finding(d, Finding::AsStated)),
        ("not-as-stated", words::finding(d, Finding::NotAsStated)),
        ("nobody-met", words::finding(d, Finding::NobodyMet)),
    ]
}

/// Shows a case.
pub(super) async fn case(
    State(desk): State<DeskState>,
    Path(id): Path<String>,
    visit: Visit,
) -> Response {
    let Visit { view, who, session } = &visit;
    let got = match desk.api().get::<Case>(session, &format!("/office/cases/{id}")).await {
        Ok(got) => got,
        Err(refused) => return stop::refused(view, &refused, Some("")),
    };
    let (case, d) = (&got.body, view.d);
    let open = case.decision.is_none() && case.state != "withdrawn";
    let assigned = open && case.officer.is_some();
    let mut rows = vec![
        (d.state, words::case_state(d, &case.state).to_owned()),
        (d.handed_in, view.time(&case.submitted)),
        (d.due, case.due.as_ref().map_or(d.due_unknown.to_owned(), |due| view.date(due))),
        (d.channel, words::channel(d, case.channel).to_owned()),
    ];
    rows.extend(case.alarms.iter().map(|given| {
        let over = given.alarm == "deadline-over";
        (if over { d.alarm_over } else { d.alarm_soon }, view.time(&given.at))
    }));
    rows.extend(case.class.iter().map(|class| (d.class, view.class(class))));
    let why = case.ground.map(|ground| (d.ground, words::cancel_ground(d, ground).to_owned()));
    rows.extend(why);
    rows.extend(case.office.iter().map(|office| (d.office, office.clone())));
    rows.extend(case.officer.iter().map(|officer| (d.officer, officer.clone())));
    let made = case.decision.as_ref().and_then(|decision| decision.permit.as_deref());
    let page = Page {
        view,
        id: &case.id,
        version: &got.version,
        kind: words::kind(d, case.kind),
        light: light(d, &case.standing),
        rows,
        applicant: case.applicant.as_ref().map(|applicant| {
            let mut rows = person(view, applicant);
            rows.extend(case.address.clone().map(|address| (view.d.address, address)));
            rows
        }),
        mandate: case.mandate.as_ref().map(|mandate| acting(view, mandate)).unwrap_or_default(),
        papers: papers(view, &format!("cases/{}", case.id), &case.documents),
        checks: case.checks.iter().map(|check| looked(view, check)).collect(),
        decision: case.decision.as_ref().map(|each| decided(view, each)).unwrap_or_default(),
        permit: made.or(case.permit.as_deref()).unwrap_or_default(),
        me: &who.name,
        offices: who.offices.as_deref().unwrap_or_default(),
        may_assign: open && who.may(Role::Intake),
        may_check: assigned && who.may(Role::Check) && case.officer.as_ref() == Some(&who.name),
        may_decide: assigned && who.may(Role::Decide),
        may_withdraw: open && who.may(Role::Intake),
        may_attach: open && (who.may(Role::Intake) || who.may(Role::Check)),
        kinds: words::DOCUMENT_KINDS.map(|(word, kind)| (word, words::document(d, kind))).into(),
        office: case.office.as_deref().unwrap_or_default(),
        findings: findings(d),
        grounds: vec![
            ("untrue", words::refusal_ground(d, RefusalGround::Untrue)),
            ("incomplete", words::refusal_ground(d, RefusalGround::Incomplete)),
            ("not-entitled", words::refusal_ground(d, RefusalGround::NotEntitled)),
            ("permit-present", words::refusal_ground(d, RefusalGround::PermitPresent)),
        ],
    };
    view.page(StatusCode::OK, &page)
}

/// Does something to a case, and shows it.
pub(super) async fn step(
    State(desk): State<DeskState>,
    Path((id, step)): Path<(String, String)>,
    sent: Sent,
) -> Response {
    let back = format!("/cases/{id}");
    let body = match step.as_str() {
        "assign" => json!({ "office": sent.get("office"), "officer": sent.get("officer") }),
        "checks" => match looked_at(&desk, &sent) {
            Some(body) => Value::Object(body),
            None => return stop::malformed(&sent, sent.view().d.no_time, &back),
        },
        "refuse" => Value::Object(reason(&sent)),
        "approve" | "withdraw" => json!({}),
        _ => return stop::missing(sent.view()),
    };
    sent.done(&desk, &format!("/office/cases/{id}/{step}"), &body, &back).await
}

/// The record of a look on site; `None` if its time is none.
pub(super) fn looked_at(desk: &DeskState, sent: &Sent) -> Option<Map<String, Value>> {
    let mut body = Map::new();
    body.insert("finding".to_owned(), sent.get("finding").into());
    if let Some(at) = sent.some("at") {
        body.insert("at".to_owned(), desk.typed_time(at)?.to_string().into());
    }
    body.extend(sent.some("note").map(|note| ("note".to_owned(), note.into())));
    Some(body)
}

/// A ground and a note.
pub(super) fn reason(sent: &Sent) -> Map<String, Value> {
    let mut body = Map::new();
    body.insert("ground".to_owned(), sent.get("ground").into());
    body.extend(sent.some("note").map(|note| ("note".to_owned(), note.into())));
    body
}
