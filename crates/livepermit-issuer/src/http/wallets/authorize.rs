//! `/authorize`: a browser comes from a wallet, goes to the page for applicants, and goes back.

use std::fmt;

use axum::extract::{RawQuery, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};

use super::state::WalletsState;
use crate::protocol::{
    AuthorizationRefused, AuthorizationRequest, Form, OAuthCode, OAuthError, digest, redirect_with,
};
use crate::service::ServiceError;
use crate::store::{Change, Owner, PendingRequest, Store, StoreError};

/// Checks the request, keeps it, and sends the browser to the page for applicants.
pub(super) async fn authorize<S: Store>(
    State(state): State<WalletsState<S>>,
    RawQuery(query): RawQuery,
) -> Response {
    let form = match Form::read(query.unwrap_or_default().as_bytes()) {
        Ok(form) => form,
        Err(error) => return shown(&OAuthError::new(OAuthCode::InvalidRequest, error)),
    };
    let settings = state.settings();
    match AuthorizationRequest::read(&form, &settings.clients, &settings.configuration.id) {
        Ok(asked) => {
            let (redirect, given) = (asked.redirect.clone(), asked.state.clone());
            let kept = keep(&state, asked).await;
            see(&kept.unwrap_or_else(|error| {
                tracing::error!(code = error.code(), "{error}");
                let why = "the issuer cannot answer now: try again later";
                let error = OAuthError::new(OAuthCode::TemporarilyUnavailable, why);
                back_with(&state, &redirect, &given, &error)
            }))
        }
        Err(AuthorizationRefused::Here(error)) => shown(&error),
        Err(AuthorizationRefused::Back { redirect, state: given, error }) => {
            see(&back_with(&state, &redirect, &given, &error))
        }
    }
}

async fn keep<S: Store>(
    state: &WalletsState<S>,
    asked: AuthorizationRequest,
) -> Result<String, StoreError> {
    let request = state.secret();
    let AuthorizationRequest { client, redirect, state: given, challenge, dpop } = asked;
    let challenge = challenge.to_text();
    let pending = PendingRequest { client, redirect, state: given, challenge, dpop };
    let ends = state.after(state.settings().times.request);
    let mut change = state.service().store().begin().await?;
    change.keep_request(&digest(&request), &pending, ends).await?;
    change.commit().await?;
    Ok(redirect_with(&state.settings().apply, &[("request", &request)]))
}

/// A person looks at this: the wallet that sent the browser is unknown.
fn shown(error: &OAuthError) -> Response {
    let text = format!("This page was opened in a wrong way. {}\n", error.description());
    (StatusCode::BAD_REQUEST, text).into_response()
}

fn see(address: &str) -> Response {
    let Ok(address) = HeaderValue::from_str(address) else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    (StatusCode::SEE_OTHER, [(header::LOCATION, address)]).into_response()
}

fn back_with<S: Store>(
    state: &WalletsState<S>,
    redirect: &str,
    given: &str,
    error: &OAuthError,
) -> String {
    let parameters = [
        ("error", error.code.as_str()),
        ("error_description", error.description()),
        ("state", given),
        ("iss", state.endpoints().issuer().as_str()),
    ];
    redirect_with(redirect, &parameters)
}

/// What a browser wanted is not known, or no longer: the person begins again in the wallet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AuthorizationGone;

impl fmt::Display for AuthorizationGone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the wallet's request has ended: begin again in the wallet")
    }
}

impl std::error::Error for AuthorizationGone {}

/// Gives a wallet access to a case or a permit, for the page for applicants, which knows that the
/// person may have it. Tells where the browser goes. Once for each request.
///
/// # Errors
///
/// Those of the register. The inner error says that the request is not known.
pub async fn finish_authorization<S: Store>(
    state: &WalletsState<S>,
    change: &mut Change,
    request: &str,
    owner: Owner,
) -> Result<Result<String, AuthorizationGone>, ServiceError> {
    let now = state.service().now();
    let Some(pending) = change.end_request(&digest(request), now).await? else {
        return Ok(Err(AuthorizationGone));
    };
    let code = state.secret();
    let ends = state.after(state.settings().times.code);
    change.keep_code(&digest(&code), &pending, owner, ends).await?;
    let parameters = [
        ("code", code.as_str()),
        ("state", &pending.state),
        ("iss", state.endpoints().issuer().as_str()),
    ];
    Ok(Ok(redirect_with(&pending.redirect, &parameters)))
}

/// Tells a wallet that the person does not want it to have access. Tells where the browser goes.
///
/// # Errors
///
/// Those of the register. The inner error says that the request is not known.
pub async fn refuse_authorization<S: Store>(
    state: &WalletsState<S>,
    change: &mut Change,
    request: &str,
) -> Result<Result<String, AuthorizationGone>, ServiceError> {
    let now = state.service().now();
    let Some(pending) = change.end_request(&digest(request), now).await? else {
        return Ok(Err(AuthorizationGone));
    };
    let error = OAuthError::new(OAuthCode::AccessDenied, "the person has not applied");
    Ok(Ok(back_with(state, &pending.redirect, &pending.state, &error)))
}
