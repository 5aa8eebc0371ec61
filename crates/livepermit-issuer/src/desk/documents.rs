//! Documents of a case or a permit, for the officer's browser: to be saved, or shown as a picture in
//! the page of the case. The port writes each into the audit log.

use axum::extract::{Path, State};
use axum::response::Response;

use super::state::DeskState;
use super::stop;
use super::view::Visit;

/// The bytes of a document of a permit.
pub(super) async fn of_permit(
    State(desk): State<DeskState>,
    Path((permit, document)): Path<(String, String)>,
    visit: Visit,
) -> Response {
    let path = format!("/office/permits/{permit}/documents/{document}");
    match desk.api().raw(&visit.session, &path).await {
        Ok(response) => response,
        Err(refused) => stop::refused(&visit.view, &refused, Some(&format!("/permits/{permit}"))),
    }
}

/// The bytes of a document, with the headers of the port: an attachment, which no browser runs.
pub(super) async fn document(
    State(desk): State<DeskState>,
    Path((case, document)): Path<(String, String)>,
    visit: Visit,
) -> Response {
    let path = format!("/office/cases/{case}/documents/{document}");
    match desk.api().raw(&visit.session, &path).await {
        Ok(response) => response,
        Err(refused) => stop::refused(&visit.view, &refused, Some(&format!("/cases/{case}"))),
    }
}
