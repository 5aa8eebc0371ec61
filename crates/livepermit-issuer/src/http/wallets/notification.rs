//! `/notification`: a wallet tells what became of a credential.

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use jiff::Timestamp;

use super::access::Access;
use super::answer::{Refusal, patiently};
use super::body;
use super::state::WalletsState;
use crate::protocol::{Notification, OAuthCode};
use crate::store::{AuditLine, Owner, Store};

pub(super) async fn notification<S: Store>(
    State(state): State<WalletsState<S>>,
    request: Request,
) -> Result<Response, Refusal> {
    let (parts, body) = request.into_parts();
    let now = state.service().now();
    let access = Access::read(&state, &parts.headers, &state.endpoints().notification(), now)?;
    let wrong = OAuthCode::InvalidNotificationRequest;
    let body = body::read(&parts.headers, body, "application/json", wrong).await?;
    let told = Notification::read(&body)?;
    patiently(|| note(&state, &access, &told, now)).await
}

async fn note<S: Store>(
    state: &WalletsState<S>,
    access: &Access,
    told: &Notification,
    now: Timestamp,
) -> Result<Response, Refusal> {
    let mut change = state.service().store().begin().await?;
    let session = access.enter(&mut change, now).await?;
    let Owner::Permit(permit) = session.owner else {
        return Err(Refusal::wrong(OAuthCode::InvalidNotificationId, "no credential was given"));
    };
    if !state.secrets().is_notification_id(&told.id, session.id) {
        let why = "the notification_id was not given to this session";
        return Err(Refusal::wrong(OAuthCode::InvalidNotificationId, why));
    }
    let (actor, subject) = (format!("session:{}", session.id), format!("permit:{permit}"));
    change.audit(AuditLine::new(now, &actor, told.event.action(), &subject)?);
    change.commit().await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
