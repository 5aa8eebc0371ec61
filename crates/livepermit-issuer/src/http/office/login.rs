//! Sessions begin by a password and a one-time code, and end.

use axum::Json;
use axum::extract::{Extension, Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use super::super::problem::Problem;
use super::OfficeState;
use super::ask::{self, LARGEST_JSON};
use super::bodies::Login;
use super::session::{IDLE, Known, LIFETIME, digest};
use super::views::{SessionView, WhoView};
use crate::domain::StaffId;
use crate::protocol::base64url;
use crate::staff::{LONGEST_PASSWORD, matching_step, wait_after};
use crate::store::{AuditLine, Store, Tried};

/// Opens a session.
pub(super) async fn login<S: Store>(
    State(state): State<OfficeState<S>>,
    request: Request,
) -> Result<Response, Problem> {
    let json = ask::is_json(request.headers());
    let bytes = ask::bytes(request, LARGEST_JSON).await?;
    if !json {
        return Err(ask::wrong_type("application/json"));
    }
    let login: Login = ask::read(&bytes)?;
    let name = StaffId::new(login.name)?;
    if login.password.chars().count() > LONGEST_PASSWORD {
        return Err(refused());
    }
    let (now, store) = (state.service.now(), state.service.store());

    // Counted before anything is looked at: tries at once are counted too, and names that there are
    // not like those that there are.
    let mut change = store.begin().await?;
    let wait = |tries| wait_after(tries).as_secs();
    let tried = change.try_login(name.as_str(), now, wait).await?;
    change.commit().await?;
    if let Err(tried) = tried {
        return Err(too_many(tried, now.as_second()));
    }

    // From here on a name that there is not takes the same steps as one that there is.
    let account = store.account(name.as_str()).await?.filter(|account| !account.disabled);
    let hash = account.as_ref().map(|account| account.password.clone());
    let right = state.passwords.verify(login.password, hash).await?;
    let (serial, used) =
        account.as_ref().map_or(([0; 16], i64::MAX), |account| (account.totp, account.totp_step));
    let secret = state.key.totp_secret(&name, &serial);
    match matching_step(&secret, &login.totp, now.as_second(), used) {
        Some(step) if right => state.open(&name, step).await,
        _ => Err(refused()),
    }
}

/// Ends the session.
pub(super) async fn logout<S: Store>(
    State(state): State<OfficeState<S>>,
    Extension(known): Extension<Known>,
) -> Result<Response, Problem> {
    let mut change = state.service.store().begin().await?;
    change.revoke_staff_session(&known.token).await?;
    change.audit(line(state.service.now(), &known.officer.name, "logged-out")?);
    change.commit().await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// Who has logged in.
pub(super) async fn who(Extension(known): Extension<Known>) -> Response {
    Json(WhoView::of(&known.officer)).into_response()
}

impl<S: Store> OfficeState<S> {
    async fn open(&self, name: &StaffId, step: i64) -> Result<Response, Problem> {
        let now = self.service.now();
        let ends = now.saturating_add(LIFETIME).unwrap_or(now);
        let token = base64url::encode(&self.service.random::<32>());
        let mut change = self.service.store().begin().await?;
        // Of two with the same code one comes first.
        if !change.spend_totp_step(name.as_str(), step).await? {
            return Err(refused());
        }
        // A line for each try that failed would be one that anybody can have written, and would
        // tell by time which names there are. So the next success says how many there were.
        let failed = change.forget_tries(name.as_str()).await?.saturating_sub(1);
        let digest = digest(token.as_bytes());
        change.open_staff_session(&digest, name.as_str(), now, ends).await?;
        change.audit(line(now, name, "logged-in")?.with("failed-before", &failed.to_string())?);
        change.commit().await?;
        let view = SessionView { token, ends, idle_seconds: IDLE.as_secs() };
        Ok((StatusCode::CREATED, Json(view)).into_response())
    }
}

fn line(now: jiff::Timestamp, name: &StaffId, action: &'static str) -> Result<AuditLine, Problem> {
    Ok(AuditLine::new(now, name.as_str(), action, &format!("staff:{name}"))?)
}

/// One answer for a wrong name, a wrong password, a wrong code, and a code that was used.
fn refused() -> Problem {
    let detail = "Name, password or one-time code is wrong, or the code was used. Wait for the \
                  next code, and try again.";
    Problem::new(StatusCode::UNAUTHORIZED, "login-refused", detail)
}

fn too_many(tried: Tried, now: i64) -> Problem {
    let left = wait_after(tried.tries).as_secs() - (now - tried.last);
    let left = u32::try_from(left.max(1)).unwrap_or(u32::MAX);
    let detail =
        format!("{} tries with this name have failed. Try again in {left} seconds.", tried.tries);
    Problem::new(StatusCode::TOO_MANY_REQUESTS, "too-many-tries", detail)
        .with("tries", tried.tries)
        .after(left)
}
