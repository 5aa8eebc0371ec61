//! The audit log.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use super::seen::{Line, LinePage, Log};
use super::state::DeskState;
use super::stop;
use super::view::{View, Visit};
use crate::protocol::redirect_with;

#[derive(Template)]
#[template(path = "desk/audit.html")]
struct Page<'a> {
    view: &'a View,
    subject: &'a str,
    lines: Vec<Line>,
    /// The next page; empty on the last.
    next: String,
}

#[derive(Template)]
#[template(path = "desk/verify.html")]
struct Verified<'a> {
    view: &'a View,
    log: Log,
}

/// Shows lines of the log: all from a number on, or those about a subject.
pub(super) async fn lines(State(desk): State<DeskState>, visit: Visit) -> Response {
    let Visit { view, session, .. } = &visit;
    let subject = view.asked("subject").unwrap_or_default();
    let behind = if subject.is_empty() { view.asked("behind").unwrap_or_default() } else { "" };
    let path = redirect_with(
        "/office/audit",
        &[("subject", subject), ("behind", behind), ("most", "100")],
    );
    match desk.api().get::<LinePage>(session, &path).await {
        Ok(found) => {
            let next = found.body.next.map(|next| next.to_string());
            let next = next.map(|next| view.link_with("/audit", &[("behind", &next)]));
            let (lines, next) = (found.body.lines, next.unwrap_or_default());
            view.page(StatusCode::OK, &Page { view, subject, lines, next })
        }
        Err(refused) => stop::refused(view, &refused, Some("/audit")),
    }
}

/// Checks the whole log.
pub(super) async fn verify(State(desk): State<DeskState>, visit: Visit) -> Response {
    let Visit { view, session, .. } = &visit;
    match desk.api().get::<Log>(session, "/office/audit/verify").await {
        Ok(log) => view.page(StatusCode::OK, &Verified { view, log: log.body }),
        Err(refused) => stop::refused(view, &refused, Some("/audit")),
    }
}
