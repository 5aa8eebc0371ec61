//! The port of wallets: OpenID4VCI 1.0 over OAuth with DPoP, and passes, which are ours.

mod access;
mod answer;
mod authorize;
mod body;
mod credential;
mod deferred;
mod give;
mod metadata;
mod nonce;
mod notification;
mod offers;
mod pass;
mod state;
mod token;

use axum::Router;
use axum::http::{HeaderName, HeaderValue, Method, header};
use axum::routing::{get, post};
use tower_http::cors::{Any, CorsLayer};
use tower_http::set_header::SetResponseHeaderLayer;

use crate::store::Store;

pub use authorize::{AuthorizationGone, finish_authorization, refuse_authorization};
pub use body::LONGEST_BODY;
pub use offers::{Offer, create_offer, offers};
pub use pass::PASSES_A_MINUTE;
pub use state::{Settings, Times, WalletsState};

/// All that wallets ask for, under the path of the issuer's address.
///
/// Scripts of any page may ask all but `/authorize`, which is for browsers that a wallet sends: a
/// request is signed by a key and has no cookie, so that a page gets nothing that is not its own.
pub fn router<S: Store>(state: WalletsState<S>) -> Router {
    let issuer = state.endpoints().issuer().clone();
    let at = |path: &str| format!("{}{path}", issuer.path());
    let for_scripts = Router::new()
        .route(&issuer.well_known("openid-credential-issuer"), get(metadata::credential_issuer))
        .route(
            &issuer.well_known("oauth-authorization-server"),
            get(metadata::authorization_server),
        )
        .route(&at("/token"), post(token::token))
        .route(&at("/nonce"), post(nonce::nonce))
        .route(&at("/credential"), post(credential::credential))
        .route(&at("/deferred"), post(deferred::deferred))
        .route(&at("/notification"), post(notification::notification))
        .route(&at("/pass"), post(pass::pass))
        .layer(cors());
    Router::new()
        .route(&at("/authorize"), get(authorize::authorize))
        .merge(for_scripts)
        .layer(SetResponseHeaderLayer::if_not_present(
            header::CACHE_CONTROL,
            HeaderValue::from_static("no-store"),
        ))
        .with_state(state)
}

fn cors() -> CorsLayer {
    CorsLayer::new()
        .allow_origin(Any)
        .allow_methods([Method::GET, Method::POST])
        .allow_headers([
            header::AUTHORIZATION,
            header::CONTENT_TYPE,
            HeaderName::from_static("dpop"),
        ])
        .expose_headers([header::WWW_AUTHENTICATE, header::RETRY_AFTER])
        .max_age(std::time::Duration::from_hours(24))
}
