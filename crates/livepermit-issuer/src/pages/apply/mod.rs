//! `/apply`: the application for a new permit.

mod fields;

use askama::Template;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use jiff::Timestamp;
use livepermit::qr::{ErrorCorrection, QrCode};

use self::fields::{Problems, Wanted};
use super::body::{self, Typed};
use super::field::{Control, Section};
use super::look::case_of;
use super::secrets::{FormKind, FormToken, StateCode};
use super::state::PagesState;
use super::stop::{Stop, patiently};
use super::texts::filled;
use super::view::View;
use crate::domain::{Application, Case, CaseId, Channel};
use crate::http::wallets::finish_authorization;
use crate::protocol::digest;
use crate::service::ServiceError;
use crate::store::{Owner, Store, StoreError};

#[derive(Template)]
#[template(path = "apply.html")]
struct Form<'a> {
    view: &'a View,
    action: String,
    token: String,
    from_wallet: bool,
    /// What is said of the whole form; empty without.
    notice: &'static str,
    problems: &'a Problems,
    sections: Vec<Section>,
}

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

/// Shows the form.
pub(super) async fn form<S: Store>(State(state): State<PagesState<S>>, view: View) -> Response {
    match known_request(&state, &view).await {
        Ok(request) => {
            let empty = (Typed::default(), Problems::default());
            draw(&state, &view, request, fresh(&state), &empty, "", StatusCode::OK)
        }
        Err(stop) => stop.page(&view),
    }
}

/// The wallet's request that the address names, if its time is not over.
async fn known_request<'a, S: Store>(
    state: &PagesState<S>,
    view: &'a View,
) -> Result<Option<&'a str>, Stop> {
    let Some(request) = view.asked("request") else { return Ok(None) };
    let now = state.service().now();
    match state.service().store().wallet_request(&digest(request), now).await? {
        Some(_) => Ok(Some(request)),
        None => Err(Stop::Gone),
    }
}

/// A token for a form that is shown now.
fn fresh<S: Store>(state: &PagesState<S>) -> FormToken {
    let ends = after(state, state.settings().form);
    state.secrets().form(FormKind::Apply, state.service().random(), ends)
}

fn after<S: Store>(state: &PagesState<S>, span: jiff::SignedDuration) -> Timestamp {
    state.service().now().saturating_add(span).unwrap_or(Timestamp::MAX)
}

fn draw<S: Store>(
    state: &PagesState<S>,
    view: &View,
    request: Option<&str>,
    token: FormToken,
    (typed, problems): &(Typed, Problems),
    notice: &'static str,
    status: StatusCode,
) -> Response {
    let request = request.unwrap_or_default();
    let page = Form {
        view,
        action: view.link_with("/apply", &[("request", request)]),
        token: token.text,
        from_wallet: !request.is_empty(),
        notice,
        problems,
        sections: fields::sections(view, &state.settings().classes, typed, problems),
    };
    view.page(status, &page)
}

/// Takes the application.
pub(super) async fn hand_in<S: Store>(
    State(state): State<PagesState<S>>,
    view: View,
    request: Request,
) -> Response {
    match body::read(request).await {
        Ok(typed) => take(&state, &view, typed).await,
        Err(stop) => stop.page(&view),
    }
}

async fn take<S: Store>(state: &PagesState<S>, view: &View, typed: Typed) -> Response {
    let t = view.t;
    let now = state.service().now();
    let read = state.secrets().read_form(FormKind::Apply, typed.get("token"), now);
    let Ok(token) = read else {
        let request = known_request(state, view).await.ok().flatten();
        let shown = (typed, Problems::default());
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        return draw(state, view, request, fresh(state), &shown, t.form_ended, status);
    };
    let again = |shown: &_, request, notice, status| {
        draw(state, view, request, token.clone(), shown, notice, status)
    };
    // What was handed in before is not handed in again, also if the wallet was told meanwhile.
    let code = state.secrets().code_of(&token);
    match case_of(state, &code).await {
        Ok(Some(case)) => return receipt(state, view, &case, &code, true),
        Ok(None) => {}
        Err(stop) => {
            stop.log();
            let shown = (typed, Problems::default());
            let status = StatusCode::SERVICE_UNAVAILABLE;
            return again(&shown, view.asked("request"), t.not_now, status);
        }
    }
    let request = match known_request(state, view).await {
        Ok(request) => request,
        Err(Stop::Gone) => {
            let shown = (typed, Problems::default());
            return again(&shown, None, t.request_ended, StatusCode::GONE);
        }
        Err(stop) => {
            stop.log();
            let shown = (typed, Problems::default());
            let status = StatusCode::SERVICE_UNAVAILABLE;
            return again(&shown, view.asked("request"), t.not_now, status);
        }
    };
    let today = state.service().moment().today();
    let wanted = match Wanted::read(&typed, t, &state.settings().classes, today) {
        Ok(wanted) => wanted,
        Err(problems) => {
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            return again(&(typed, problems), request, "", status);
        }
    };
    let channel = if request.is_some() { Channel::App } else { Channel::Website };
    match patiently(|| submit(state, &wanted, channel, &code)).await {
        Ok((case, first)) => receipt(state, view, &case, &code, !first),
        Err(stop) => {
            stop.log();
            let shown = (typed, Problems::default());
            again(&shown, request, t.not_now, StatusCode::SERVICE_UNAVAILABLE)
        }
    }
}

/// Makes the case, once for each code. Tells whether it was made now.
async fn submit<S: Store>(
    state: &PagesState<S>,
    wanted: &Wanted,
    channel: Channel,
    code: &StateCode,
) -> Result<(Case, bool), Stop> {
    let service = state.service();
    let id = CaseId::from_bytes(service.random());
    let mut change = service.store().begin().await?;
    let ends = after(state, state.settings().code);
    if !change.keep_state_code(&code.digest(), id, ends).await? {
        drop(change);
        let missing = || StoreError::Missing { kind: "case", id: id.to_string() };
        return Ok((case_of(state, code).await?.ok_or_else(missing)?, false));
    }
    let Wanted { request, applicant } = wanted.clone();
    let application = Application { id, request, applicant, channel };
    let case = service.submit(&mut change, application).await?;
    change.commit().await?;
    Ok((case.document, true))
}

fn receipt<S: Store>(
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
        let ends = after(state, state.settings().form);
        let ticket = state.secrets().ticket(case.id(), request, ends);
        view.link_with("/apply/back", &[("request", request), ("ticket", &ticket)])
    });
    let back = back.unwrap_or_default();
    view.page(StatusCode::OK, &Receipt { view, again, due, code, picture, back })
}

/// Sends the browser back to the wallet, with access to the case.
pub(super) async fn back<S: Store>(State(state): State<PagesState<S>>, view: View) -> Response {
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
