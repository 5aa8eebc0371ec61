//! Officers log in and out.

use askama::Template;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use serde_json::json;

use super::api::Refused;
use super::seen::Session;
use super::sent::{Sent, read, see};
use super::state::DeskState;
use super::stop;
use super::view::{View, cookie};
use super::words;

/// The name of the cookie. Browsers take one with this prefix by HTTPS alone. The prefix `__Host-`
/// would want the path `/`, and other pages of the same host have no use for the session.
pub(super) const fn name(secure: bool) -> &'static str {
    if secure { "__Secure-desk" } else { "desk" }
}

#[derive(Template)]
#[template(path = "desk/login.html")]
struct Page<'a> {
    view: &'a View,
    name: &'a str,
    /// What is wrong; empty without.
    problem: String,
    /// Whether a session was there and has ended.
    ended: bool,
}

/// Shows the form.
pub(super) async fn ask(view: View) -> Response {
    let ended = view.asked("ended").is_some();
    view.page(StatusCode::OK, &Page { view: &view, name: "", problem: String::new(), ended })
}

/// Logs in. A session that the browser had before ends: the new one has a token that nobody knew.
pub(super) async fn log_in(
    State(desk): State<DeskState>,
    view: View,
    request: Request,
) -> Response {
    let before = cookie(request.headers(), name(desk.secure()));
    let Some(form) = read(request).await else { return stop::foreign(&view) };
    let get = |name| form.get(name).map(str::trim).unwrap_or_default();
    let (name, password) = (get("name"), form.get("password").unwrap_or_default());
    let code: String = get("code").chars().filter(|sign| !sign.is_whitespace()).collect();
    let body = json!({ "name": name, "password": password, "totp": code });
    match desk.api().log_in::<Session>(&body).await {
        Ok(session) => {
            if let Some(before) = before
                && let Err(refused) = desk.api().log_out(&before).await
            {
                tracing::warn!(code = refused.code, "the session before was not ended");
            }
            with_cookie(see(&view, ""), &desk, &session.token, "")
        }
        Err(refused) => again(&view, name, &refused),
    }
}

fn again(view: &View, name: &str, refused: &Refused) -> Response {
    if refused.status.is_server_error() {
        return stop::refused(view, refused, None);
    }
    // A name that is none is answered as one that nobody has.
    let code = if refused.status == StatusCode::UNPROCESSABLE_ENTITY {
        "login-refused"
    } else {
        &refused.code
    };
    let problem = words::refusal(view.d, code).unwrap_or(view.d.login_refused).to_owned();
    let mut response = view.page(refused.status, &Page { view, name, problem, ended: false });
    if let Some(after) = &refused.retry_after {
        response.headers_mut().insert(header::RETRY_AFTER, after.clone());
    }
    response
}

/// Logs out: the session ends in the register, and the browser forgets its token.
pub(super) async fn log_out(State(desk): State<DeskState>, sent: Sent) -> Response {
    match desk.api().log_out(&sent.visit.session).await {
        Ok(()) => with_cookie(see(sent.view(), "/login"), &desk, "", "; Max-Age=0"),
        Err(refused) => stop::refused(sent.view(), &refused, None),
    }
}

fn with_cookie(response: Response, desk: &DeskState, token: &str, more: &str) -> Response {
    let name = name(desk.secure());
    let secure = if desk.secure() { "; Secure" } else { "" };
    let text = format!("{name}={token}; Path=/desk; HttpOnly; SameSite=Strict{secure}{more}");
    let mut headers = HeaderMap::new();
    match HeaderValue::from_str(&text) {
        Ok(value) => {
            headers.insert(header::SET_COOKIE, value);
        }
        Err(error) => tracing::error!("no cookie: {error}"),
    }
    (headers, response).into_response()
}
