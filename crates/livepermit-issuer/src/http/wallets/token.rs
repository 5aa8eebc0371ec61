//! `/token`: codes, offers and refresh tokens become access tokens.

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use jiff::Timestamp;
use serde_json::json;

use super::answer::{self, Refusal, patiently};
use super::body;
use super::offers::both;
use super::state::WalletsState;
use crate::domain::{Party, SessionId};
use crate::protocol::{Challenge, Dpop, DpopError, Form, OAuthCode, TokenRequest, digest};
use crate::store::{AuditLine, Change, CodeAnswer, OfferAnswer, Owner, Session, Store, Using};

/// What is said of all codes and tokens that are not taken: whoever guesses learns nothing.
const NOT_TAKEN: &str = "it is unknown, has ended, or was used";

pub(super) async fn token<S: Store>(
    State(state): State<WalletsState<S>>,
    request: Request,
) -> Result<Response, Refusal> {
    let (parts, body) = request.into_parts();
    let wrong = OAuthCode::InvalidRequest;
    let form = "application/x-www-form-urlencoded";
    let body = body::read(&parts.headers, body, form, wrong).await?;
    let form = Form::read(&body).map_err(|error| Refusal::wrong(wrong, error))?;
    let request = TokenRequest::read(&form)?;
    let now = state.service().now();
    let proof = body::one(&parts.headers, "dpop").ok_or(DpopError::Header);
    let dpop = proof
        .and_then(|proof| Dpop::read(proof, "POST", &state.endpoints().token(), None, now))
        .map_err(|error| Refusal::wrong(OAuthCode::InvalidDpopProof, error))?;
    patiently(|| grant(&state, &request, &dpop, now)).await
}

fn not_taken(what: &str) -> Refusal {
    Refusal::wrong(OAuthCode::InvalidGrant, format!("the {what} is not taken: {NOT_TAKEN}"))
}

async fn grant<S: Store>(
    state: &WalletsState<S>,
    request: &TokenRequest,
    dpop: &Dpop,
    now: Timestamp,
) -> Result<Response, Refusal> {
    let seen_before = || Refusal::wrong(OAuthCode::InvalidDpopProof, DpopError::Seen);
    let store = state.service().store();
    if let TokenRequest::Refresh { token, client } = request {
        let found = store.session_using(&digest(token), &dpop.seen, now).await?;
        let found = found.map_err(|_| seen_before())?;
        let session = found.ok_or_else(|| not_taken("refresh token"))?;
        let same_client = client.is_empty() || *client == session.client;
        if session.dpop != dpop.key || !same_client {
            return Err(not_taken("refresh token"));
        }
        let full = state.settings().times.session;
        if session.ends.duration_since(now) < full / 2 {
            let mut change = store.begin().await?;
            change.prolong_session(session.id, state.after(full)).await?;
            change.commit().await?;
        }
        return Ok(granted(state, session.id, dpop, None));
    }
    let (mut change, used) = store.begin_using(Using::Proof(&dpop.seen)).await?;
    if used.is_some() {
        return Err(seen_before());
    }
    match request {
        TokenRequest::Refresh { .. } => Err(not_taken("refresh token")),
        TokenRequest::PreAuthorized { code, tx_code, client } => {
            let id = SessionId::from_bytes(state.service().random());
            let tx_code = both(code, tx_code);
            match change.take_offer(&digest(code), &tx_code, id, now).await? {
                OfferAnswer::Taken { permit, party } => {
                    let of = (client.as_str(), Owner::Permit(permit), party);
                    open(state, change, id, of, dpop).await
                }
                OfferAnswer::Wrong { left } => {
                    // The attempt counts.
                    change.commit().await?;
                    let why =
                        format!("the transaction code is wrong, and {left} attempts are left");
                    Err(Refusal::wrong(OAuthCode::InvalidGrant, why))
                }
                OfferAnswer::Gone => Err(not_taken("pre-authorized code")),
            }
        }
        TokenRequest::Code { code, verifier, redirect, client } => {
            let id = SessionId::from_bytes(state.service().random());
            match change.take_code(&digest(code), id, now).await? {
                CodeAnswer::Taken { request, owner } => {
                    let challenge = Challenge::read(&request.challenge);
                    let met = challenge.is_some_and(|challenge| challenge.is_met_by(verifier));
                    // The change is dropped: a stranger with the code alone cannot spoil it.
                    let other_key = request.dpop.is_some_and(|named| named != dpop.key);
                    let same = request.client == *client && request.redirect == *redirect;
                    if !met || other_key || !same {
                        return Err(not_taken("code"));
                    }
                    open(state, change, id, (client.as_str(), owner, Party::Holder), dpop).await
                }
                CodeAnswer::Again(session) => {
                    if change.revoke_session(session, now).await? {
                        let subject = format!("session:{session}");
                        let line =
                            AuditLine::new(now, "code-shown-again", "session-revoked", &subject)?;
                        change.audit(line);
                    }
                    change.commit().await?;
                    Err(not_taken("code"))
                }
                CodeAnswer::Gone => Err(not_taken("code")),
            }
        }
    }
}

async fn open<S: Store>(
    state: &WalletsState<S>,
    mut change: Change,
    id: SessionId,
    (client, owner, party): (&str, Owner, Party),
    dpop: &Dpop,
) -> Result<Response, Refusal> {
    let clients = &state.settings().clients;
    if !client.is_empty() && !clients.iter().any(|known| known.id == client) {
        let why = "no wallet is registered with this client_id";
        return Err(Refusal::wrong(OAuthCode::InvalidClient, why));
    }
    let refresh = state.secret();
    let session = Session {
        id,
        client: client.to_owned(),
        owner,
        party,
        dpop: dpop.key,
        device: None,
        ends: state.after(state.settings().times.session),
    };
    change.open_session(&session, &digest(&refresh)).await?;
    let subject = match owner {
        Owner::Case(id) => format!("case:{id}"),
        Owner::Permit(id) => format!("permit:{id}"),
    };
    let actor = format!("session:{id}");
    change.audit(AuditLine::new(state.service().now(), &actor, "session-opened", &subject)?);
    change.commit().await?;
    Ok(granted(state, id, dpop, Some(refresh)))
}

fn granted<S: Store>(
    state: &WalletsState<S>,
    session: SessionId,
    dpop: &Dpop,
    refresh: Option<String>,
) -> Response {
    let span = state.settings().times.access;
    let token = state.secrets().access_token(session, dpop.key, state.after(span));
    let mut answer = json!({
        "access_token": token,
        "token_type": "DPoP",
        "expires_in": span.as_secs(),
        "scope": state.settings().configuration.id,
    });
    if let Some(refresh) = refresh {
        answer["refresh_token"] = refresh.into();
    }
    answer::json(StatusCode::OK, &answer)
}
