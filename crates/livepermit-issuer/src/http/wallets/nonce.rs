//! `/nonce`: what the proof of a key has to name, so that it is fresh.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde_json::json;

use super::answer;
use super::state::WalletsState;
use crate::store::Store;

/// Makes a nonce. Nothing is kept of it: the register only learns which were used.
pub(super) async fn nonce<S: Store>(State(state): State<WalletsState<S>>) -> Response {
    let ends = state.after(state.settings().times.nonce);
    let nonce = state.secrets().nonce(state.service().random(), ends);
    answer::json(StatusCode::OK, &json!({ "c_nonce": nonce }))
}
