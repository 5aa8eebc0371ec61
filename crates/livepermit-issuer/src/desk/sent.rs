//! Forms that officers send: of our own pages, and of the officer's own session.

use axum::extract::{FromRequest, FromRequestParts as _, Request};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use serde_json::Value;

use super::LONGEST_FORM;
use super::api::Change;
use super::state::DeskState;
use super::stop;
use super::view::{View, Visit};
use crate::protocol::Form;

/// A form that was sent in a session.
#[derive(Debug)]
pub(super) struct Sent {
    pub(super) visit: Visit,
    pub(super) form: Form,
    key: String,
}

impl FromRequest<DeskState> for Sent {
    type Rejection = Response;

    async fn from_request(request: Request, desk: &DeskState) -> Result<Self, Response> {
        let (mut parts, body) = request.into_parts();
        let visit = Visit::from_request_parts(&mut parts, desk).await?;
        let request = Request::from_parts(parts, body);
        let form = read(request).await.ok_or_else(|| stop::foreign(&visit.view))?;
        let token = form.get("token").unwrap_or_default();
        let key = desk.form_key(token, &visit.session);
        let key = key.ok_or_else(|| stop::foreign(&visit.view))?;
        Ok(Self { visit, form, key })
    }
}

impl Sent {
    /// What was typed into a field; empty for nothing.
    pub(super) fn get(&self, name: &str) -> &str {
        self.form.get(name).map(str::trim).unwrap_or_default()
    }

    /// The same, if there is something.
    pub(super) fn some(&self, name: &str) -> Option<&str> {
        Some(self.get(name)).filter(|value| !value.is_empty())
    }

    pub(super) const fn view(&self) -> &View {
        &self.visit.view
    }

    /// The change that the form asks for, on the version that its page showed.
    pub(super) fn change<'a>(&'a self, path: &'a str, body: &'a Value) -> Change<'a> {
        Change { path, body, version: self.get("version"), key: &self.key }
    }

    /// Asks the port at `path` for the change, and shows the page `back`: with the change, or after
    /// what the port refused.
    pub(super) async fn done(
        &self,
        desk: &DeskState,
        path: &str,
        body: &Value,
        back: &str,
    ) -> Response {
        match desk.api().change::<Value>(&self.visit.session, self.change(path, body)).await {
            Ok(_) => see(self.view(), back),
            Err(refused) => stop::not_done(self, &refused, back),
        }
    }
}

/// Reads a form of our own pages. `None` for one of another site, and for what is no form.
pub(super) async fn read(request: Request) -> Option<Form> {
    if !is_ours(request.headers()) {
        return None;
    }
    let kind = request.headers().get(header::CONTENT_TYPE)?.to_str().ok()?;
    let plain = kind.split(';').next().unwrap_or_default().trim();
    if !plain.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
        return None;
    }
    let bytes = axum::body::to_bytes(request.into_body(), LONGEST_FORM).await.ok()?;
    Form::read(&bytes).ok()
}

/// Whether the browser says that a page of ours sends the form: by Fetch Metadata, or without that
/// by `Origin`. What is no browser says neither, and has nobody's cookie.
pub(super) fn is_ours(headers: &HeaderMap) -> bool {
    let text = |name| headers.get(name).map(|value| value.to_str().unwrap_or_default());
    if let Some(site) = text("sec-fetch-site") {
        return matches!(site, "same-origin" | "none");
    }
    match (text("origin"), text("host")) {
        (None, _) => true,
        (Some(origin), Some(host)) => {
            origin.split_once("://").is_some_and(|(_, from)| from.eq_ignore_ascii_case(host))
        }
        (Some(_), None) => false,
    }
}

/// Sends the browser to a page after a change, so that to load the page again changes nothing.
pub(super) fn see(view: &View, path: &str) -> Response {
    see_at(view.link(path))
}

/// The same with a whole address.
pub(super) fn see_at(address: String) -> Response {
    (StatusCode::SEE_OTHER, [(header::LOCATION, address)]).into_response()
}
