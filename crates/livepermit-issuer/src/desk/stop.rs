//! What is shown instead of a page that cannot be shown, and of a change that was refused.

use askama::Template;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};

use super::api::Refused;
use super::sent::Sent;
use super::view::{View, Visit};
use super::words;

#[derive(Template)]
#[template(path = "desk/stop.html")]
struct Page<'a> {
    view: &'a View,
    title: &'static str,
    text: &'static str,
    /// What the port says, in English; empty if the text says it all.
    detail: &'a str,
    /// What the officer had typed; empty without.
    typed: &'a str,
    /// Where the officer came from.
    back: Option<String>,
}

/// Sends the browser to the page that asks for name and password.
pub(super) fn to_login(view: &View, ended: bool) -> Response {
    let path =
        if ended { view.link_with("/login", &[("ended", "yes")]) } else { view.link("/login") };
    (StatusCode::SEE_OTHER, [(header::LOCATION, path)]).into_response()
}

/// What the port refused. `back` is the path of the page that the officer came from.
pub(super) fn refused(view: &View, refused: &Refused, back: Option<&str>) -> Response {
    shown(view, refused, back, "")
}

/// A change that was refused: a note that was typed is shown, to be copied.
pub(super) fn not_done(sent: &Sent, refused: &Refused, back: &str) -> Response {
    shown(sent.view(), refused, Some(back), sent.get("note"))
}

fn shown(view: &View, refused: &Refused, back: Option<&str>, typed: &str) -> Response {
    let d = view.d;
    if refused.status == StatusCode::UNAUTHORIZED {
        return to_login(view, true);
    }
    let known = words::refusal(d, &refused.code);
    let (title, text) = match refused.status {
        StatusCode::NOT_FOUND => (d.missing_title, known.unwrap_or(d.missing_text)),
        StatusCode::FORBIDDEN => (d.forbidden_title, d.forbidden_text),
        StatusCode::PRECONDITION_FAILED => (d.changed_title, d.changed_text),
        status if status.is_server_error() => (d.ours_title, d.ours_text),
        _ => (d.refused_title, known.unwrap_or(d.refused_text)),
    };
    let says = known.is_none() && refused.status.is_client_error();
    let detail = match refused.status {
        StatusCode::NOT_FOUND | StatusCode::FORBIDDEN | StatusCode::PRECONDITION_FAILED => "",
        _ if says => &*refused.detail,
        _ => "",
    };
    let back = back.map(|back| view.link(back));
    let mut response = view.page(refused.status, &Page { view, title, text, detail, typed, back });
    if let Some(after) = &refused.retry_after {
        response.headers_mut().insert(header::RETRY_AFTER, after.clone());
    }
    response
}

/// A form that is none of our own pages, or of another session.
pub(super) fn foreign(view: &View) -> Response {
    let d = view.d;
    let (title, text) = (d.foreign_title, d.foreign_text);
    let page = Page { view, title, text, detail: "", typed: "", back: None };
    view.page(StatusCode::FORBIDDEN, &page)
}

/// What was typed cannot be read.
pub(super) fn malformed(sent: &Sent, text: &'static str, back: &str) -> Response {
    let (view, back) = (sent.view(), Some(sent.view().link(back)));
    let (title, typed) = (view.d.refused_title, sent.get("note"));
    let page = Page { view, title, text, detail: "", typed, back };
    view.page(StatusCode::UNPROCESSABLE_ENTITY, &page)
}

/// What is said instead of a page.
pub(super) fn told(
    view: &View,
    status: StatusCode,
    (title, text): (&'static str, &'static str),
) -> Response {
    view.page(status, &Page { view, title, text, detail: "", typed: "", back: None })
}

/// The same, with a way back.
pub(super) fn told_at(
    view: &View,
    status: StatusCode,
    (title, text): (&'static str, &'static str),
    back: &str,
) -> Response {
    let back = Some(view.link(back));
    view.page(status, &Page { view, title, text, detail: "", typed: "", back })
}

/// The officer does not have the role.
pub(super) fn forbidden(view: &View) -> Response {
    let d = view.d;
    told(view, StatusCode::FORBIDDEN, (d.forbidden_title, d.forbidden_text))
}

/// There is no such page.
pub(super) async fn nothing(visit: Visit) -> Response {
    missing(&visit.view)
}

/// There is no such page.
pub(super) fn missing(view: &View) -> Response {
    let d = view.d;
    let (title, text) = (d.missing_title, d.missing_text);
    let page = Page { view, title, text, detail: "", typed: "", back: None };
    view.page(StatusCode::NOT_FOUND, &page)
}
