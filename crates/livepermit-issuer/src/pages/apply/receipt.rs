//! What somebody sees who has handed in an application, and the way back to the wallet.

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use livepermit::qr::{ErrorCorrection, QrCode};

use crate::domain::{Case, CaseId};
use crate::http::wallets::finish_authorization;
use crate::pages::secrets::StateCode;
use crate::pages::state::PagesState;
use crate::pages::stop::{Stop, patiently};
use crate::pages::texts::filled;
use crate::pages::view::View;
use crate::service::ServiceError;
use crate::store::{Owner, Store};

#[derive(Template)]
#[template(path = "receipt.html")]
struct Receipt<'a> {
    view: &'a View,
    again: bool,
    due: String,
    code: String,
    picture: String,
    /// The way back to the wallet; empty without one.
    back: String,
}

/// Shows the code of a case.
pub(super) fn receipt<S: Store>(
    state: &PagesState<S>,
    view: &View,
    case: &Case,
    code: &StateCode,
    again: bool,
) -> Response {
    let due = case.due().map_or(view.t.receipt_due_unknown.to_owned(), |due| {
        filled(view.t.receipt_due, view.language.date(due))
    });
    let code = code.text();
    let picture = match QrCode::encode(&code, ErrorCorrection::Medium) {
        Ok(picture) => picture.to_svg(),
        Err(error) => {
            tracing::error!("no picture of a state code: {error}");
            String::new()
        }
    };
    let back = view.asked("request").map(|request| {
        let ends = state.after(state.settings().form);
        let ticket = state.secrets().ticket(case.id(), request, ends);
        view.link_with("/apply/back", &[("request", request), ("ticket", &ticket)])
    });
    let back = back.unwrap_or_default();
    view.page(StatusCode::OK, &Receipt { view, again, due, code, picture, back })
}

/// Sends the browser back to the wallet, with access to the case.
pub(in crate::pages) async fn back<S: Store>(
    State(state): State<PagesState<S>>,
    view: View,
) -> Response {
    let (request, ticket) = (view.asked("request"), view.asked("ticket"));
    let (request, ticket) = (request.unwrap_or_default(), ticket.unwrap_or_default());
    let now = state.service().now();
    let Ok(case) = state.secrets().read_ticket(ticket, request, now) else {
        return Stop::Gone.page(&view);
    };
    match patiently(|| finish(&state, request, case)).await {
        Ok(address) => (StatusCode::SEE_OTHER, [(header::LOCATION, address)]).into_response(),
        Err(stop) => stop.page(&view),
    }
}

async fn finish<S: Store>(
    state: &PagesState<S>,
    request: &str,
    case: CaseId,
) -> Result<HeaderValue, Stop> {
    let mut change = state.service().store().begin().await?;
    let owner = Owner::Case(case);
    let address = finish_authorization(state.wallets(), &mut change, request, owner).await?;
    let address = address.map_err(|_| Stop::Gone)?;
    let address = HeaderValue::from_str(&address)
        .map_err(|error| ServiceError::Setting { setting: "clients", why: error.to_string() })?;
    change.commit().await?;
    Ok(address)
}
