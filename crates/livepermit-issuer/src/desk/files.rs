//! Forms with files, and documents that are sent on to the port.

use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Serialize;

use super::api::Refused;
use super::sent::{is_ours, see};
use super::state::DeskState;
use super::stop;
use super::view::Visit;
use crate::pages::{Stop, Typed, read_body};
use crate::protocol::redirect_with;

/// A form with files that was sent in a session.
pub(super) struct SentFiles {
    pub(super) typed: Typed,
    /// What is done with the same key is done once.
    pub(super) key: String,
}

/// Reads a form with files, of our own pages and of the officer's own session.
pub(super) async fn read(
    desk: &DeskState,
    visit: &Visit,
    request: Request,
) -> Result<SentFiles, Response> {
    let view = &visit.view;
    if !is_ours(request.headers()) {
        return Err(stop::foreign(view));
    }
    let typed = read_body(request, desk.memory()).await.map_err(|stop| unread(visit, &stop))?;
    let key = desk.form_key(typed.get("token"), &visit.session);
    let key = key.ok_or_else(|| stop::foreign(view))?;
    Ok(SentFiles { typed, key })
}

/// The page for a form that was not read.
pub(super) fn unread(visit: &Visit, stop: &Stop) -> Response {
    stop.log();
    let (view, d, t) = (&visit.view, visit.view.d, visit.view.t);
    match stop {
        Stop::TooLarge => {
            stop::told(view, StatusCode::PAYLOAD_TOO_LARGE, (t.large_title, t.large_text))
        }
        Stop::Busy | Stop::Ours(_) => {
            stop::told(view, StatusCode::SERVICE_UNAVAILABLE, (d.ours_title, d.ours_text))
        }
        Stop::Missing | Stop::Wrong | Stop::Gone => stop::foreign(view),
    }
}

/// The word of the port for a word of the domain.
pub(super) fn word(word: impl Serialize) -> String {
    let word = serde_json::to_value(word).ok();
    word.as_ref().and_then(serde_json::Value::as_str).unwrap_or_default().to_owned()
}

/// Attaches documents to a case, and shows it.
pub(super) async fn attach(
    State(desk): State<DeskState>,
    Path(case): Path<String>,
    visit: Visit,
    request: Request,
) -> Response {
    let back = format!("/cases/{case}");
    let SentFiles { mut typed, key } = match read(&desk, &visit, request).await {
        Ok(sent) => sent,
        Err(response) => return response,
    };
    let path =
        redirect_with(&format!("/office/cases/{case}/documents"), &[("kind", typed.get("kind"))]);
    let files = typed.take_files();
    if files.is_empty() {
        let (d, status) = (visit.view.d, StatusCode::UNPROCESSABLE_ENTITY);
        return stop::told_at(&visit.view, status, (d.refused_title, d.no_file), &back);
    }
    for (number, file) in files.into_iter().enumerate() {
        let sent = match file.bytes {
            Some(bytes) => {
                let key = format!("{key}-{number}");
                desk.api().upload(&visit.session, &path, &key, bytes).await
            }
            None => Err(Refused::too_large()),
        };
        if let Err(refused) = sent {
            return stop::refused(&visit.view, &refused, Some(&back));
        }
    }
    see(&visit.view, &back)
}
