//! Checks after the issue: permits that wait, and what an officer found.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde_json::{Value, json};

use super::cases::looked_at;
use super::seen::{FollowUpDone, FollowUpPage, FollowUpTaken};
use super::sent::{Sent, see, see_at};
use super::state::DeskState;
use super::stop;
use super::view::{View, Visit};
use super::words;
use crate::protocol::redirect_with;
use crate::staff::Role;

#[derive(Template)]
#[template(path = "desk/follow_ups.html")]
struct Page<'a> {
    view: &'a View,
    office: &'a str,
    /// The offices that can be chosen; empty for somebody who sees all, and types one.
    offices: &'a [String],
    rows: Vec<Row>,
    /// The next page; empty on the last.
    next: String,
    /// Whether an office has to be named first.
    choose: bool,
    may_take: bool,
    me: &'a str,
}

struct Row {
    id: String,
    address: String,
    number: String,
    name: String,
    since: String,
    officer: String,
    state: &'static str,
    /// Whether the permit is over, and the check can be dropped.
    over: bool,
}

/// Shows the queue of an office.
pub(super) async fn list(State(desk): State<DeskState>, visit: Visit) -> Response {
    let Visit { view, who, session } = &visit;
    let d = view.d;
    let offices = who.offices.as_deref().unwrap_or_default();
    let first = offices.first().map(String::as_str).unwrap_or_default();
    let office = view.asked("office").unwrap_or(first);
    let behind = view.asked("behind").unwrap_or_default();
    let choose = office.is_empty();
    let path = redirect_with(
        "/office/follow-ups",
        &[("office", office), ("behind", behind), ("most", "50")],
    );
    let found = if choose {
        FollowUpPage::default()
    } else {
        match desk.api().get::<FollowUpPage>(session, &path).await {
            Ok(found) => found.body,
            Err(refused) => return stop::refused(view, &refused, Some("/follow-ups")),
        }
    };
    let rows = found.follow_ups.into_iter().map(|waits| {
        let permit = waits.permit;
        Row {
            address: view.link(&format!("/permits/{}", permit.id)),
            name: permit.holder.map_or(d.erased.to_owned(), |holder| holder.name),
            since: view.time(&waits.since),
            officer: waits.officer.unwrap_or_default(),
            state: words::permit_state(d, &permit.state),
            over: !matches!(&*permit.state, "active" | "suspended"),
            id: permit.id,
            number: permit.number,
        }
    });
    let next = found
        .next
        .map(|next| view.link_with("/follow-ups", &[("office", office), ("behind", &next)]));
    let page = Page {
        view,
        office,
        offices,
        rows: rows.collect(),
        next: next.unwrap_or_default(),
        choose,
        may_take: who.may(Role::Check),
        me: &who.name,
    };
    view.page(StatusCode::OK, &page)
}

/// Takes the check that waits longest, and shows its permit.
pub(super) async fn take(State(desk): State<DeskState>, sent: Sent) -> Response {
    let body = json!({ "office": sent.some("office") });
    let change = sent.change("/office/follow-ups/take", &body);
    match desk.api().change::<FollowUpTaken>(&sent.visit.session, change).await {
        Ok(taken) => match taken.body.follow_up {
            Some(waits) => see(sent.view(), &format!("/permits/{}", waits.permit.id)),
            None => queue(&sent),
        },
        Err(refused) => stop::not_done(&sent, &refused, "/follow-ups"),
    }
}

/// Gives a check to an officer, or drops the check of a permit that is over.
pub(super) async fn step(
    State(desk): State<DeskState>,
    Path((id, step)): Path<(String, String)>,
    sent: Sent,
) -> Response {
    let body = match step.as_str() {
        "give" => json!({ "officer": sent.get("officer") }),
        "close" => json!({}),
        _ => return stop::missing(sent.view()),
    };
    let path = format!("/office/follow-ups/{id}/{step}");
    let change = sent.change(&path, &body);
    match desk.api().change::<Value>(&sent.visit.session, change).await {
        Ok(_) => queue(&sent),
        Err(refused) => stop::not_done(&sent, &refused, "/follow-ups"),
    }
}

/// The queue from which the form was sent.
fn queue(sent: &Sent) -> Response {
    see_at(sent.view().link_with("/follow-ups", &[("office", sent.get("office"))]))
}

/// Records a check, and shows the permit, or the case that follows.
pub(super) async fn record(
    State(desk): State<DeskState>,
    Path(id): Path<String>,
    sent: Sent,
) -> Response {
    let back = format!("/permits/{id}");
    let Some(mut body) = looked_at(&desk, &sent) else {
        return stop::malformed(&sent, sent.view().d.no_time, &back);
    };
    body.extend(sent.some("cancellation").map(|why| ("cancellation".to_owned(), why.into())));
    let (path, body) = (format!("/office/permits/{id}/follow-ups"), Value::Object(body));
    let change = sent.change(&path, &body);
    match desk.api().change::<FollowUpDone>(&sent.visit.session, change).await {
        Ok(done) => match done.body.case {
            Some(case) => see(sent.view(), &format!("/cases/{}", case.id)),
            None => see(sent.view(), &back),
        },
        Err(refused) => stop::not_done(&sent, &refused, &back),
    }
}
