//! `/credential`: a proof of a key becomes a credential for a day.

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::access::Access;
use super::answer::{self, Refusal, patiently};
use super::body;
use super::give::{Given, give};
use super::state::WalletsState;
use crate::protocol::{CredentialRequest, KeyProof, Nonce, OAuthCode, digest};
use crate::service::Issued;
use crate::store::{Deferred, Store, UsedBefore, Using};

pub(super) async fn credential<S: Store>(
    State(state): State<WalletsState<S>>,
    request: Request,
) -> Result<Response, Refusal> {
    let (parts, body) = request.into_parts();
    let now = state.service().now();
    let access = Access::read(&state, &parts.headers, &state.endpoints().credential(), now)?;
    let wrong = OAuthCode::InvalidCredentialRequest;
    let body = body::read(&parts.headers, body, "application/json", wrong).await?;
    let settings = state.settings();
    let request = CredentialRequest::read(&body, &settings.configuration.id)?;
    let wrong = |error: &dyn std::fmt::Display| Refusal::wrong(OAuthCode::InvalidProof, error);
    let proof = KeyProof::read(&request.proof, settings.issuer.as_str(), now)
        .map_err(|error| wrong(&error))?;
    let nonce = state.secrets().read_nonce(&proof.nonce, now);
    let nonce = nonce.map_err(|stale| {
        Refusal::wrong(OAuthCode::InvalidNonce, format!("the nonce of the proof {stale}"))
    })?;
    let asked = Asked { proof, nonce };
    patiently(|| answer(&state, &access, &asked, now)).await
}

struct Asked {
    proof: KeyProof,
    nonce: Nonce,
}

async fn answer<S: Store>(
    state: &WalletsState<S>,
    access: &Access,
    asked: &Asked,
    now: Timestamp,
) -> Result<Response, Refusal> {
    let using = Using::ProofAndNonce(access.seen(), &asked.nonce.seen);
    let (mut change, used) = state.service().store().begin_using(using).await?;
    match used {
        None => {}
        Some(UsedBefore::Proof) => return Err(Access::seen_before()),
        Some(UsedBefore::Nonce) => {
            let why = "the nonce of the proof was used: fetch a new one";
            return Err(Refusal::wrong(OAuthCode::InvalidNonce, why));
        }
    }
    let (session, permit) = access.session_with_permit(&mut change, now).await?;
    asked
        .proof
        .is_by(&session.client)
        .map_err(|error| Refusal::wrong(OAuthCode::InvalidProof, error))?;
    let device = &asked.proof.key;
    let attestation = || {
        state
            .place_of(device, asked.proof.evidence())
            .map_err(|refused| Refusal::wrong(OAuthCode::InvalidProof, refused))
    };
    match give(state, &mut change, (&session, permit), device, attestation).await? {
        Given::Credential(issued) => {
            change.commit().await?;
            let mut answer = credentials(&issued);
            let random = state.service().random();
            let name = state.secrets().notification_id(random, session.id);
            answer["notification_id"] = name.into();
            Ok(answer::json(StatusCode::OK, &answer))
        }
        Given::Later => {
            let transaction = state.secret();
            let deferred = Deferred { device: device.clone(), attestation: attestation()? };
            let ends = state.after(state.settings().times.deferred);
            change.keep_deferred(session.id, &digest(&transaction), &deferred, ends).await?;
            change.commit().await?;
            Ok(later(state, &transaction))
        }
    }
}

/// The credential, as text of base64url: the bytes of CBOR are not JSON.
pub(super) fn credentials(issued: &Issued) -> Value {
    json!({ "credentials": [{ "credential": issued.credential.to_link_text() }] })
}

/// The case is open: the wallet asks again later, under this name.
pub(super) fn later<S: Store>(state: &WalletsState<S>, transaction: &str) -> Response {
    let interval = state.settings().times.interval.as_secs();
    let answer = json!({ "transaction_id": transaction, "interval": interval });
    answer::json(StatusCode::ACCEPTED, &answer)
}
