//! Files for everybody: status lists, the trust list, and whether the service lives.
//!
//! Whoever stands between the service and a gate may keep these files: they are signed, and gates
//! notice when they are old.

use std::path::PathBuf;
use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_TYPE, ETAG, HeaderName, HeaderValue, IF_NONE_MATCH, RETRY_AFTER,
};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use tower_http::cors::{Any, CorsLayer};
use tower_http::set_header::SetResponseHeaderLayer;

use crate::service::{Service, ServiceError, etag};
use crate::store::{ListState, Store};

/// The media type of a status list (draft-ietf-oauth-status-list, section 8).
const STATUS_LIST: &str = "application/statuslist+cwt";
/// The media type of a trust list (docs/spec.md, section 9.1).
const TRUST_LIST: &str = "application/vnd.lpt+cwt";
/// After how many seconds a client whose question met a fault asks again.
const AGAIN: &str = "5";

/// What the public files are made from.
#[derive(Clone, Debug)]
pub struct PublicState<S> {
    /// What signs status lists.
    pub service: Service<S>,
    /// The file with the trust list, which a root key signed elsewhere; it is read at each
    /// question, so a new one is served at once. `None` if gates get the list in another way.
    pub trust: Option<Arc<PathBuf>>,
}

/// The public files: `/status/{list}` and the addresses of all lists in `/status`, `/trust`,
/// `/health/live` and `/health/ready`. Pages of every origin may read them.
pub fn public<S: Store>(state: PublicState<S>) -> Router {
    let anyone = CorsLayer::new()
        .allow_origin(Any)
        .allow_methods([Method::GET, Method::HEAD])
        .allow_headers([IF_NONE_MATCH])
        .expose_headers([ETAG]);
    let nosniff = SetResponseHeaderLayer::overriding(
        HeaderName::from_static("x-content-type-options"),
        HeaderValue::from_static("nosniff"),
    );
    Router::new()
        .route("/status", get(status_lists))
        .route("/status/{list}", get(status_list))
        .route("/trust", get(trust_list))
        .route("/health/live", get(async || "the service runs\n"))
        .route("/health/ready", get(ready))
        .layer(anyone)
        .layer(nosniff)
        .with_state(state)
}

async fn status_list<S: Store>(
    State(state): State<PublicState<S>>,
    Path(list): Path<String>,
    headers: HeaderMap,
) -> Response {
    // One list has one address: `007` and `+7` are not the list 7.
    let Some(number) = list.parse::<u32>().ok().filter(|number| number.to_string() == list) else {
        return nothing_here();
    };
    match state.service.status_list(number).await {
        Ok(Some(published)) => {
            let seconds = state.service.office().lists.cache.as_secs();
            let kept = format!("public, max-age={seconds}");
            file(&headers, STATUS_LIST, &published.etag, &kept, Bytes::from_owner(published.bytes))
        }
        Ok(None) => nothing_here(),
        Err(error) => away(&error),
    }
}

/// The addresses of all lists (draft-ietf-oauth-status-list, section 9.3): new entries come from new
/// lists, and a gate that asks here needs no new setting then.
async fn status_lists<S: Store>(
    State(state): State<PublicState<S>>,
    headers: HeaderMap,
) -> Response {
    let lists = match state.service.store().lists().await {
        Ok(lists) => lists,
        Err(error) => return away(&ServiceError::Store(error)),
    };
    let signed = lists.iter().filter(|info| info.state != ListState::Closed);
    let addresses: Vec<_> = signed.map(|info| state.service.status_address(info.list)).collect();
    let bytes = serde_json::json!({ "status_lists": addresses }).to_string().into_bytes();
    let etag = etag(&bytes);
    file(&headers, "application/json", &etag, "public, max-age=60", bytes)
}

async fn trust_list<S: Store>(State(state): State<PublicState<S>>, headers: HeaderMap) -> Response {
    let Some(path) = state.trust else { return nothing_here() };
    match tokio::fs::read(&*path).await {
        Ok(bytes) => {
            let etag = etag(&bytes);
            file(&headers, TRUST_LIST, &etag, "public, max-age=60", bytes)
        }
        Err(error) => {
            tracing::error!(%error, path = %path.display(), "the trust list cannot be read");
            unavailable("the trust list cannot be read; ask again")
        }
    }
}

/// Whether the service can do its work: the register answers.
async fn ready<S: Store>(State(state): State<PublicState<S>>) -> Response {
    match state.service.store().lists().await {
        Ok(_) => "the register answers\n".into_response(),
        Err(error) => away(&ServiceError::Store(error)),
    }
}

/// A file that was not changed since the client read it is not sent again (RFC 9110, 13.1.2).
fn file(
    headers: &HeaderMap,
    media_type: &'static str,
    etag: &str,
    kept: &str,
    bytes: impl Into<Bytes>,
) -> Response {
    let (Ok(etag_value), Ok(kept)) = (HeaderValue::from_str(etag), HeaderValue::from_str(kept))
    else {
        return unavailable("the file has no name; ask again");
    };
    let known = headers.get_all(IF_NONE_MATCH).iter().any(|value| {
        value.to_str().is_ok_and(|list| {
            list.split(',')
                .map(str::trim)
                .any(|known| known == "*" || known.strip_prefix("W/").unwrap_or(known) == etag)
        })
    });
    let common = [(ETAG, etag_value), (CACHE_CONTROL, kept)];
    if known {
        return (StatusCode::NOT_MODIFIED, common).into_response();
    }
    (common, [(CONTENT_TYPE, HeaderValue::from_static(media_type))], bytes.into()).into_response()
}

fn nothing_here() -> Response {
    (StatusCode::NOT_FOUND, [(CACHE_CONTROL, "no-store")], "there is no such list\n")
        .into_response()
}

fn away(error: &ServiceError) -> Response {
    tracing::error!(code = error.code(), %error, "a public file could not be made");
    unavailable("the service cannot answer now; ask again")
}

fn unavailable(what: &'static str) -> Response {
    let headers = [(RETRY_AFTER, AGAIN), (CACHE_CONTROL, "no-store")];
    (StatusCode::SERVICE_UNAVAILABLE, headers, format!("{what}\n")).into_response()
}
