//! A permit: its state, device, slips and people, and what an officer does to it.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde_json::{Value, json};

use super::cases::{Looked, Paper, findings, looked, papers, person, reason};
use super::seen::{Permit, Representative, SlipRow};
use super::sent::Sent;
use super::state::DeskState;
use super::stop;
use super::texts::Texts;
use super::view::{View, Visit};
use super::words;
use crate::domain::{CancelGround, RequestKind, SuspendGround};
use crate::staff::Role;

#[derive(Template)]
#[template(path = "desk/permit.html")]
struct Page<'a> {
    view: &'a View,
    id: &'a str,
    number: &'a str,
    version: &'a str,
    case: &'a str,
    state: &'static str,
    class: &'static str,
    sign: char,
    rows: Vec<(&'static str, String)>,
    why: Vec<(&'static str, String)>,
    holder: Option<Vec<(&'static str, String)>>,
    device: Vec<(&'static str, String)>,
    has_device: bool,
    enrolment_open: bool,
    slips: Vec<Printed>,
    people: Vec<Acting>,
    cards: Vec<String>,
    /// Documents of mandates.
    papers: Vec<Paper>,
    may_record: bool,
    /// What can be applied for: address, text.
    requests: Vec<(String, &'static str)>,
    /// The checks after the issue.
    checks: Vec<Looked>,
    may_check: bool,
    findings: Vec<(&'static str, &'static str)>,
    /// Why a check can lead to a cancellation.
    check_grounds: Vec<(&'static str, &'static str)>,
    /// Whether the permit is good.
    active: bool,
    suspended: bool,
    suspend_grounds: Vec<(&'static str, &'static str)>,
    cancel_grounds: Vec<(&'static str, &'static str)>,
}

/// A slip.
struct Printed {
    id: String,
    text: String,
    open: bool,
}

/// Somebody who acts, or acted, for the holder.
struct Acting {
    id: String,
    name: String,
    text: String,
    open: bool,
}

fn printed(view: &View, slip: &SlipRow) -> Printed {
    let d = view.d;
    let mut text = format!(
        "{} {}, {} {}",
        d.slip_printed,
        view.time(&slip.printed),
        d.valid_until,
        view.last_day(&slip.until)
    );
    if let (Some(at), Some(why)) = (&slip.closed, slip.why) {
        text = format!("{text}; {} {}: {}", d.closed, view.time(at), words::closed(d, why));
    }
    Printed { id: slip.id.clone(), text, open: slip.closed.is_none() }
}

fn acting(view: &View, known: &Representative, open: bool) -> Acting {
    let d = view.d;
    let name = known.person.as_ref().map_or(d.erased.to_owned(), |person| person.name.clone());
    let mut text = words::representative(d, known.kind).to_owned();
    if let Some(until) = &known.until {
        text = format!("{text}, {} {}", d.acts_until, view.last_day(until));
    }
    if let Some(at) = &known.closed {
        text = format!("{text}; {} {}", d.closed, view.time(at));
    }
    Acting { id: known.id.clone(), name, text, open }
}

/// Why permits are cancelled: word, text.
pub(super) fn cancel_grounds(d: &Texts) -> Vec<(&'static str, &'static str)> {
    vec![
        ("untrue", words::cancel_ground(d, CancelGround::Untrue)),
        ("holder-asked", words::cancel_ground(d, CancelGround::HolderAsked)),
        ("moved-away", words::cancel_ground(d, CancelGround::MovedAway)),
        ("died", words::cancel_ground(d, CancelGround::Died)),
        ("issued-in-error", words::cancel_ground(d, CancelGround::IssuedInError)),
    ]
}

/// What is applied for at the counter.
fn requests(view: &View, id: &str) -> Vec<(String, &'static str)> {
    let kinds = [
        RequestKind::Change,
        RequestKind::Endorsement,
        RequestKind::NewDevice,
        RequestKind::Cancellation,
    ];
    let request = |kind: RequestKind| {
        (view.link(&format!("/permits/{id}/apply/{kind}")), words::kind(view.d, kind))
    };
    kinds.map(request).into()
}

/// Shows a permit.
pub(super) async fn permit(
    State(desk): State<DeskState>,
    Path(id): Path<String>,
    visit: Visit,
) -> Response {
    let Visit { view, who, session } = &visit;
    let got = match desk.api().get::<Permit>(session, &format!("/office/permits/{id}")).await {
        Ok(got) => got,
        Err(refused) => return stop::refused(view, &refused, Some("/search")),
    };
    let (permit, d, today) = (&got.body, view.d, desk.today());
    let name = permit.state.name.as_str();
    let (class, sign) = match name {
        "active" => ("calm", '●'),
        "suspended" => ("soon", '◆'),
        _ => ("over", '■'),
    };
    let alive = matches!(name, "active" | "suspended");
    let acts = |known: &Representative| {
        alive && known.closed.is_none() && known.until.is_none_or(|until| today < until)
    };
    let mut why = Vec::new();
    if let Some(since) = &permit.state.since {
        why.push((d.since, view.time(since)));
    }
    why.extend(permit.state.by.iter().map(|by| (d.decided_by, by.clone())));
    let ground = permit.state.ground.as_deref();
    let ground = ground.and_then(|ground| words::state_ground(d, name, ground));
    why.extend(ground.map(|ground| (d.ground, ground.to_owned())));
    why.extend(permit.state.note.iter().map(|note| (d.note, note.clone())));
    let device = permit.device.as_ref().map(|device| {
        let of = device.representative.as_ref().map_or(d.device_of_holder.to_owned(), |id| {
            let known = permit.representatives.iter().find(|known| known.id == *id);
            let name = known.and_then(|known| known.person.as_ref());
            name.map_or(d.erased.to_owned(), |person| person.name.clone())
        });
        vec![
            (d.device_of, of),
            (d.since, view.time(&device.since)),
            (d.device_key, words::attestation(d, device.attestation).to_owned()),
        ]
    });
    let page = Page {
        view,
        id: &permit.id,
        number: &permit.number,
        version: &got.version,
        case: &permit.case,
        state: words::permit_state(d, name),
        class,
        sign,
        rows: vec![
            (d.class, view.class(&permit.class)),
            (d.valid_from, view.date(&permit.began)),
            (d.valid_until, view.last_day(&permit.ends)),
        ],
        why,
        holder: permit.holder.as_ref().map(|holder| person(view, holder)),
        has_device: permit.device.is_some() && alive,
        device: device.unwrap_or_default(),
        enrolment_open: permit.enrolment_open,
        slips: permit.slips.iter().map(|slip| printed(view, slip)).collect(),
        people: permit.representatives.iter().map(|each| acting(view, each, acts(each))).collect(),
        cards: permit
            .cards
            .iter()
            .map(|card| {
                format!("{}, {} {}", card.number, d.valid_until, view.last_day(&card.until))
            })
            .collect(),
        requests: if alive && who.may(Role::Intake) { requests(view, &permit.id) } else { vec![] },
        papers: papers(view, &format!("permits/{}", permit.id), &permit.documents),
        may_record: who.may(Role::Intake) && permit.holder.is_some(),
        checks: permit.follow_ups.iter().map(|check| looked(view, check)).collect(),
        may_check: alive && who.may(Role::Check),
        findings: findings(d),
        check_grounds: {
            let mut grounds = cancel_grounds(d);
            grounds.retain(|(word, _)| *word != "holder-asked");
            grounds
        },
        active: name == "active",
        suspended: name == "suspended",
        suspend_grounds: vec![
            ("under-review", words::suspend_ground(d, SuspendGround::UnderReview)),
            ("misuse", words::suspend_ground(d, SuspendGround::Misuse)),
        ],
        cancel_grounds: cancel_grounds(d),
    };
    view.page(StatusCode::OK, &page)
}

/// Does something to a permit, and shows it.
pub(super) async fn step(
    State(desk): State<DeskState>,
    Path((id, step)): Path<(String, String)>,
    sent: Sent,
) -> Response {
    let body = match step.as_str() {
        "suspend" | "cancel" => Value::Object(reason(&sent)),
        "resume" | "device-lost" => json!({}),
        _ => return stop::missing(sent.view()),
    };
    change(&desk, &id, &step, &body, &sent).await
}

/// Closes a slip.
pub(super) async fn close_slip(
    State(desk): State<DeskState>,
    Path((id, slip)): Path<(String, String)>,
    sent: Sent,
) -> Response {
    let body = json!({ "why": sent.get("why") });
    change(&desk, &id, &format!("slips/{slip}/close"), &body, &sent).await
}

/// Ends a mandate.
pub(super) async fn close_representative(
    State(desk): State<DeskState>,
    Path((id, representative)): Path<(String, String)>,
    sent: Sent,
) -> Response {
    let step = format!("representatives/{representative}/close");
    change(&desk, &id, &step, &json!({}), &sent).await
}

/// Records a physical card.
pub(super) async fn record_card(
    State(desk): State<DeskState>,
    Path(id): Path<String>,
    sent: Sent,
) -> Response {
    // People name the last day; the port the first day after it.
    let last = sent.get("last").parse().ok();
    let until = last.and_then(|last: jiff::civil::Date| last.tomorrow().ok());
    let Some(until) = until else {
        return stop::malformed(&sent, sent.view().d.no_date, &format!("/permits/{id}"));
    };
    let body = json!({ "number": sent.get("number"), "until": until });
    change(&desk, &id, "cards", &body, &sent).await
}

async fn change(desk: &DeskState, id: &str, step: &str, body: &Value, sent: &Sent) -> Response {
    let (path, back) = (format!("/office/permits/{id}/{step}"), format!("/permits/{id}"));
    sent.done(desk, &path, body, &back).await
}
