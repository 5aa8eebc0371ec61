//! Answers: JSON, and errors as the standards shape them.

use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use crate::domain::DomainError;
use crate::protocol::{OAuthCode, OAuthError};
use crate::service::ServiceError;
use crate::store::StoreError;

/// How long a wallet waits before it tries again, in seconds, if the fault is ours.
const RETRY_AFTER: u32 = 5;

/// Why a request is not answered with what it wants.
#[derive(Debug)]
pub(super) enum Refusal {
    /// The request is wrong, or what it wants is not given.
    Wrong(OAuthError),
    /// The request shows no access token that is good (RFC 9449 §7.1). Without an error, it shows
    /// none at all.
    Unauthorized(Option<OAuthError>),
    /// The body is too long.
    TooLarge,
    /// Passes are fetched too fast: again after so many seconds.
    TooFast(i64),
    /// The fault is ours.
    Ours(ServiceError),
}

impl Refusal {
    pub(super) fn wrong(code: OAuthCode, why: impl std::fmt::Display) -> Self {
        Self::Wrong(OAuthError::new(code, why))
    }

    /// Whether the same, done again at once, can succeed: others were quicker.
    pub(super) const fn collided(&self) -> bool {
        use StoreError::{Changed, Collided};
        matches!(self, Self::Ours(ServiceError::Store(Changed { .. } | Collided)))
    }
}

impl From<OAuthError> for Refusal {
    fn from(error: OAuthError) -> Self {
        Self::Wrong(error)
    }
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        Self::Ours(error.into())
    }
}

/// What the rules forbid is denied; a clock that went back is our own fault.
impl From<ServiceError> for Refusal {
    fn from(error: ServiceError) -> Self {
        match error {
            ServiceError::Domain(DomainError::ClockBack { .. }) => Self::Ours(error),
            ServiceError::Domain(error) => Self::wrong(OAuthCode::CredentialRequestDenied, error),
            error => Self::Ours(error),
        }
    }
}

/// An answer with JSON.
pub(super) fn json(status: StatusCode, value: &Value) -> Response {
    let mut response = Response::new(Body::from(value.to_string()));
    *response.status_mut() = status;
    let json = HeaderValue::from_static("application/json");
    response.headers_mut().insert(header::CONTENT_TYPE, json);
    response
}

fn error(status: StatusCode, error: &OAuthError) -> Response {
    let (code, description) = (error.code.as_str(), error.description());
    json(status, &json!({ "error": code, "error_description": description }))
}

fn with(mut response: Response, name: header::HeaderName, value: &str) -> Response {
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().insert(name, value);
    }
    response
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        match self {
            Self::Wrong(wrong) => {
                let status = StatusCode::from_u16(wrong.code.status());
                error(status.unwrap_or(StatusCode::BAD_REQUEST), &wrong)
            }
            Self::Unauthorized(wrong) => {
                const SCHEME: &str = r#"DPoP algs="ES256 EdDSA Ed25519""#;
                let Some(wrong) = wrong else {
                    let response = StatusCode::UNAUTHORIZED.into_response();
                    return with(response, header::WWW_AUTHENTICATE, SCHEME);
                };
                let (code, why) = (wrong.code.as_str(), wrong.description());
                let scheme = format!(r#"{SCHEME}, error="{code}", error_description="{why}""#);
                let response = error(StatusCode::UNAUTHORIZED, &wrong);
                with(response, header::WWW_AUTHENTICATE, &scheme)
            }
            Self::TooLarge => {
                let why = OAuthError::new(OAuthCode::InvalidRequest, "the body is too long");
                error(StatusCode::PAYLOAD_TOO_LARGE, &why)
            }
            Self::TooFast(seconds) => {
                let why = OAuthError::new(OAuthCode::SlowDown, "passes are fetched too fast");
                let response = error(StatusCode::TOO_MANY_REQUESTS, &why);
                with(response, header::RETRY_AFTER, &seconds.to_string())
            }
            Self::Ours(ours) => of_ours(&ours),
        }
    }
}

/// What heals is tried again by the wallet; what does not needs somebody here.
fn of_ours(ours: &ServiceError) -> Response {
    use StoreError::{Changed, Collided, DiskFull, Storage, Unavailable, Unsure};
    tracing::error!(code = ours.code(), "{ours}");
    let heals = match ours {
        ServiceError::Store(error) => matches!(
            error,
            Changed { .. } | Collided | DiskFull(_) | Storage(_) | Unavailable { .. } | Unsure(_)
        ),
        ServiceError::Domain(_) | ServiceError::Signer(_) | ServiceError::Clock(_) => true,
        _ => false,
    };
    if heals {
        let why = OAuthError::new(
            OAuthCode::TemporarilyUnavailable,
            "the issuer cannot answer now: try again later",
        );
        let response = error(StatusCode::SERVICE_UNAVAILABLE, &why);
        return with(response, header::RETRY_AFTER, &RETRY_AFTER.to_string());
    }
    let why = OAuthError::new(OAuthCode::ServerError, "the issuer has a fault of its own");
    error(StatusCode::INTERNAL_SERVER_ERROR, &why)
}

/// Does the same again if others were quicker, a few times.
pub(super) async fn patiently<T, F>(attempt: impl Fn() -> F) -> Result<T, Refusal>
where
    F: Future<Output = Result<T, Refusal>>,
{
    for _ in 0..3 {
        match attempt().await {
            Err(refusal) if refusal.collided() => {}
            answer => return answer,
        }
    }
    attempt().await
}
