//! `/deferred`: the credential whose case was open.

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use jiff::Timestamp;

use super::access::Access;
use super::answer::{self, Refusal, patiently};
use super::body;
use super::credential::{credentials, later};
use super::give::{Given, give};
use super::state::WalletsState;
use crate::protocol::{DeferredRequest, OAuthCode, digest};
use crate::store::Store;

pub(super) async fn deferred<S: Store>(
    State(state): State<WalletsState<S>>,
    request: Request,
) -> Result<Response, Refusal> {
    let (parts, body) = request.into_parts();
    let now = state.service().now();
    let access = Access::read(&state, &parts.headers, &state.endpoints().deferred(), now)?;
    let wrong = OAuthCode::InvalidCredentialRequest;
    let body = body::read(&parts.headers, body, "application/json", wrong).await?;
    let request = DeferredRequest::read(&body)?;
    patiently(|| answer(&state, &access, &request, now)).await
}

async fn answer<S: Store>(
    state: &WalletsState<S>,
    access: &Access,
    request: &DeferredRequest,
    now: Timestamp,
) -> Result<Response, Refusal> {
    let mut change = state.service().store().begin().await?;
    let session = access.enter(&mut change, now).await?;
    let name = digest(&request.transaction);
    let Some(asked) = change.deferred(session.id, &name, now).await? else {
        let why = "the transaction_id is unknown here, or was used";
        return Err(Refusal::wrong(OAuthCode::InvalidTransactionId, why));
    };
    let known = || Ok(asked.attestation);
    match give(state, &mut change, (&session, None), &asked.device, known).await? {
        Given::Credential(issued) => {
            change.end_deferred(session.id).await?;
            change.commit().await?;
            // No notification_id: wallets in use refuse it here, and it may be left out.
            Ok(answer::json(StatusCode::OK, &credentials(&issued)))
        }
        Given::Later => {
            change.commit().await?;
            Ok(later(state, &request.transaction))
        }
    }
}
