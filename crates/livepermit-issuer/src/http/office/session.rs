//! Who asks: the session behind a bearer token.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;
use jiff::{SignedDuration, Timestamp};
use sha2::{Digest as _, Sha256};

use super::super::problem::Problem;
use super::OfficeState;
use crate::hex::hex;
use crate::staff::{Officer, Role};
use crate::store::{StaffSession, Store};

/// A session ends after this, whatever happens.
pub(super) const LIFETIME: SignedDuration = SignedDuration::from_hours(12);
/// A session ends when nothing was asked for so long.
pub(super) const IDLE: SignedDuration = SignedDuration::from_mins(30);
/// That a session was used is written down once in so many seconds.
const NOTED_EACH: i64 = 60;

/// Who asks.
#[derive(Clone, Debug)]
pub(super) struct Known {
    pub(super) officer: Officer,
    /// The digest of the session's token.
    pub(super) token: String,
}

/// SHA-256 in lower-case hex: as what secrets are kept.
pub(super) fn digest(secret: &[u8]) -> String {
    hex(&Sha256::digest(secret))
}

/// Lets officers with one of the roles through; without roles everybody who has logged in.
pub(super) async fn authenticate<S: Store>(
    State((state, roles)): State<(OfficeState<S>, &'static [Role])>,
    mut request: Request,
    next: Next,
) -> Result<Response, Problem> {
    let known = state.known(request.headers()).await?;
    if !roles.is_empty() && !known.officer.may(roles) {
        let names: Vec<_> = roles.iter().map(|role| role.name()).collect();
        let detail = format!(
            "Your account does not have the role {}. Ask somebody who has it.",
            names.join(" or ")
        );
        let problem = Problem::new(StatusCode::FORBIDDEN, "role-missing", detail);
        return Err(problem.with("roles", names));
    }
    request.extensions_mut().insert(known);
    Ok(next.run(request).await)
}

impl<S: Store> OfficeState<S> {
    /// The officer whose session it is.
    async fn known(&self, headers: &HeaderMap) -> Result<Known, Problem> {
        let none = || {
            let detail = "Log in first, and send the token as `Authorization: Bearer …`.";
            Problem::new(StatusCode::UNAUTHORIZED, "no-session", detail)
        };
        let token = headers
            .get(header::AUTHORIZATION)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.split_once(' '))
            .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
            .map(|(_, token)| token.trim())
            .filter(|token| token.len() == 43)
            .ok_or_else(none)?;
        let token = digest(token.as_bytes());
        let now = self.service.now();
        let session = self.service.store().session(&token).await?.ok_or_else(none)?;
        if is_over(&session, now) {
            let detail = "The session has ended. Log in again.";
            return Err(Problem::new(StatusCode::UNAUTHORIZED, "session-ended", detail));
        }
        if now.as_second() - session.used >= NOTED_EACH {
            let mut change = self.service.store().begin().await?;
            change.use_session(&token, now).await?;
            change.commit().await?;
        }
        Ok(Known { officer: session.officer, token })
    }
}

fn is_over(session: &StaffSession, now: Timestamp) -> bool {
    let now = now.as_second();
    now >= session.ends || now - session.used >= IDLE.as_secs()
}
