//! `/pass`, which is ours: a code that is live now, for wallets that cannot make codes themselves.

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use jiff::Timestamp;
use serde_json::json;

use super::access::Access;
use super::answer::{self, Refusal, patiently};
use super::state::WalletsState;
use crate::protocol::OAuthCode;
use crate::store::{Owner, Store};

/// How many passes a session gets in a minute, from each process. A pass is live for half a minute.
pub const PASSES_A_MINUTE: u32 = 12;

pub(super) async fn pass<S: Store>(
    State(state): State<WalletsState<S>>,
    request: Request,
) -> Result<Response, Refusal> {
    let now = state.service().now();
    let address = state.endpoints().pass();
    let access = Access::read(&state, request.headers(), &address, now)?;
    patiently(|| fresh(&state, &access, now)).await
}

async fn fresh<S: Store>(
    state: &WalletsState<S>,
    access: &Access,
    now: Timestamp,
) -> Result<Response, Refusal> {
    let mut change = state.service().store().begin().await?;
    let session = access.enter(&mut change, now).await?;
    change.commit().await?;
    let (Owner::Permit(permit), Some(device)) = (session.owner, session.device) else {
        let why = "no device is bound by this session: fetch a credential first";
        return Err(Refusal::wrong(OAuthCode::CredentialRequestDenied, why));
    };
    let counted = state.passes().count(session.id, PASSES_A_MINUTE, now);
    counted.map_err(Refusal::TooFast)?;
    let pass = state.service().pass(permit, device).await?;
    let answer = json!({
        "pass": pass.to_link_text(),
        "expires_in": state.service().office().window,
    });
    Ok(answer::json(StatusCode::OK, &answer))
}
