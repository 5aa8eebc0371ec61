//! Why a page is not shown, and what is shown instead.

use askama::Template;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;

use super::view::View;
use crate::domain::DomainError;
use crate::service::ServiceError;
use crate::store::StoreError;

/// How long a browser waits before it tries again, in seconds, if the fault is ours.
const RETRY_AFTER: HeaderValue = HeaderValue::from_static("60");

/// Why a page is not shown.
#[derive(Debug)]
pub(crate) enum Stop {
    /// There is no such page.
    Missing,
    /// The body is not that of the form.
    Wrong,
    /// The body is too long.
    TooLarge,
    /// What the wallet wanted has ended.
    Gone,
    /// Too many files are being read.
    Busy,
    /// The fault is ours.
    Ours(ServiceError),
}

impl From<StoreError> for Stop {
    fn from(error: StoreError) -> Self {
        Self::Ours(error.into())
    }
}

impl From<ServiceError> for Stop {
    fn from(error: ServiceError) -> Self {
        Self::Ours(error)
    }
}

impl From<DomainError> for Stop {
    fn from(error: DomainError) -> Self {
        Self::Ours(error.into())
    }
}

#[derive(Template)]
#[template(path = "stop.html")]
struct Page<'a> {
    view: &'a View,
    title: &'static str,
    text: &'static str,
    /// Another way on: its address and its text.
    on: Option<(String, &'static str)>,
}

impl Stop {
    /// Whether the same, done again at once, can succeed: others were quicker.
    pub(super) const fn collided(&self) -> bool {
        use StoreError::{Changed, Collided};
        matches!(self, Self::Ours(ServiceError::Store(Changed { .. } | Collided)))
    }

    /// Tells the people who run the service what is wrong with it: no page says it.
    pub(crate) fn log(&self) {
        if let Self::Ours(error) = self {
            tracing::error!(code = error.code(), "{error}");
        }
    }

    /// The page that says so.
    pub(super) fn page(&self, view: &View) -> Response {
        self.log();
        let t = view.t;
        let (status, title, text) = match self {
            Self::Missing => (StatusCode::NOT_FOUND, t.missing_title, t.missing_text),
            Self::Wrong => (StatusCode::BAD_REQUEST, t.wrong_title, t.wrong_text),
            Self::TooLarge => (StatusCode::PAYLOAD_TOO_LARGE, t.large_title, t.large_text),
            Self::Gone => (StatusCode::GONE, t.gone_title, t.gone_text),
            Self::Busy | Self::Ours(_) => {
                (StatusCode::SERVICE_UNAVAILABLE, t.ours_title, t.ours_text)
            }
        };
        let on = matches!(self, Self::Gone).then(|| (view.link("/apply"), t.gone_without));
        let page = Page { view, title, text, on };
        let response = view.page(status, &page);
        if matches!(self, Self::Busy | Self::Ours(_)) { later(response) } else { response }
    }
}

/// Says when to come again.
pub(super) fn later(mut response: Response) -> Response {
    response.headers_mut().insert(header::RETRY_AFTER, RETRY_AFTER);
    response
}

/// Does the same again if others were quicker, a few times.
pub(super) async fn patiently<T, F>(attempt: impl Fn() -> F) -> Result<T, Stop>
where
    F: Future<Output = Result<T, Stop>>,
{
    for _ in 0..3 {
        match attempt().await {
            Err(stop) if stop.collided() => {}
            answer => return answer,
        }
    }
    attempt().await
}
