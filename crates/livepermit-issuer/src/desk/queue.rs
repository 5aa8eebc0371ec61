//! The queue: cases in a state, the most urgent first.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use super::light::{Light, light};
use super::seen::{CasePage, Who};
use super::sent::see;
use super::state::DeskState;
use super::stop;
use super::view::{View, Visit};
use super::words::{self, CASE_STATES};
use crate::protocol::redirect_with;
use crate::staff::Role;

#[derive(Template)]
#[template(path = "desk/queue.html")]
struct Page<'a> {
    view: &'a View,
    /// The states that can be chosen: word, text, chosen.
    states: Vec<(&'static str, &'static str, bool)>,
    office: &'a str,
    /// The offices that can be chosen; empty for somebody who sees all, and types one.
    offices: &'a [String],
    rows: Vec<Row>,
    /// The next page; empty on the last.
    next: String,
    /// Whether an office has to be named first.
    choose: bool,
}

struct Row {
    address: String,
    kind: &'static str,
    due: String,
    light: Option<Light>,
    officer: String,
}

/// The state that an officer looks at first.
fn first_state(who: &Who) -> &'static str {
    match () {
        () if who.may(Role::Intake) => "submitted",
        () if who.may(Role::Check) => "assigned",
        () => "checked",
    }
}

/// Shows the queue.
pub(super) async fn queue(State(desk): State<DeskState>, visit: Visit) -> Response {
    let Visit { view, who, session } = &visit;
    if !view.works() {
        // Who only reads the log begins there.
        return if view.may_audit() { see(view, "/audit") } else { idle(view) };
    }
    let asked = view.asked("state");
    let state = asked.and_then(|asked| CASE_STATES.into_iter().find(|known| *known == asked));
    let state = state.unwrap_or_else(|| first_state(who));
    let offices = who.offices.as_deref().unwrap_or_default();
    let first = offices.first().map(String::as_str).unwrap_or_default();
    let nobodys = matches!(state, "submitted" | "withdrawn");
    let office = if nobodys { "" } else { view.asked("office").unwrap_or(first) };
    let choose = !nobodys && office.is_empty();
    let behind = view.asked("behind").unwrap_or_default();
    let path = redirect_with(
        "/office/cases",
        &[("state", state), ("office", office), ("behind", behind), ("most", "50")],
    );
    let found = if choose {
        CasePage { cases: Vec::new(), next: None }
    } else {
        match desk.api().get::<CasePage>(session, &path).await {
            Ok(found) => found.body,
            Err(refused) => return stop::refused(view, &refused, Some("")),
        }
    };
    let d = view.d;
    let rows = found.cases.iter().map(|case| Row {
        address: view.link(&format!("/cases/{}", case.id)),
        kind: words::kind(d, case.kind),
        due: case.due.as_ref().map_or(d.due_unknown.to_owned(), |due| view.date(due)),
        light: light(d, &case.standing),
        officer: case.officer.clone().unwrap_or_default(),
    });
    let next = found
        .next
        .map(|next| view.link_with("", &[("state", state), ("office", office), ("behind", &next)]));
    // Cases that no office has are given out by some.
    let shown =
        |known: &&str| who.may(Role::Intake) || !matches!(*known, "submitted" | "withdrawn");
    let states = CASE_STATES.into_iter().filter(shown);
    let page = Page {
        view,
        states: states.map(|each| (each, words::case_state(d, each), each == state)).collect(),
        office,
        offices,
        rows: rows.collect(),
        next: next.unwrap_or_default(),
        choose,
    };
    view.page(StatusCode::OK, &page)
}

#[derive(Template)]
#[template(path = "desk/idle.html")]
struct Idle<'a> {
    view: &'a View,
}

/// For an officer for whom the desk has nothing.
fn idle(view: &View) -> Response {
    view.page(StatusCode::OK, &Idle { view })
}
