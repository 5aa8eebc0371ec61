//! The two documents that wallets read first.

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::Response;

use super::state::WalletsState;
use crate::store::Store;

/// They change when the configuration does: five minutes are little to wait then.
fn document(bytes: Bytes) -> Response {
    let mut response = Response::new(Body::from(bytes));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=300"));
    response
}

pub(super) async fn credential_issuer<S: Store>(State(state): State<WalletsState<S>>) -> Response {
    document(state.documents().0)
}

pub(super) async fn authorization_server<S: Store>(
    State(state): State<WalletsState<S>>,
) -> Response {
    document(state.documents().1)
}
