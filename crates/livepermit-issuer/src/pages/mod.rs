//! The pages for applicants: forms and answers in HTML, made here, without a script.
//!
//! They know no sessions and set no cookies. Somebody who comes from a wallet goes back to it with a
//! ticket; somebody who comes without one gets a code, and looks at the case with it.

mod apply;
mod body;
mod field;
mod look;
mod secrets;
mod start;
mod state;
mod stop;
mod texts;
mod view;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::{HeaderName, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use tower_http::set_header::SetResponseHeaderLayer;

use crate::store::Store;

pub(crate) use apply::counter;
pub(crate) use body::{Memory, Typed, read as read_body};
pub(crate) use field::{Control, Problems, Section};
pub use state::{ClassChoice, Named, PageSettings, PagesState};
pub(crate) use stop::Stop;
pub use texts::Language;
#[cfg(test)]
pub(crate) use texts::check_rows;
pub(crate) use texts::{filled, texts};
pub(crate) use view::View;

/// The longest body of a form without files, in bytes.
pub const LONGEST_FORM: usize = 64 * 1024;
/// The longest body of a form with files, in bytes. A file may have as many as a document may.
pub const LONGEST_APPLICATION: usize = 48 * 1024 * 1024;

/// What a browser may do with a page: use our style sheet, show pictures that stand in the page, and
/// send forms to us. A page goes back to a wallet by a link and not by the answer to a form, because
/// browsers hold redirects of forms against `form-action` too, and open an app only from a press.
const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self' data:; \
                      form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

const STYLE: &str = include_str!("../../templates/style.css");

/// The pages, under the path of the issuer's address.
pub fn router<S: Store>(state: PagesState<S>) -> Router {
    let base = state.base().to_owned();
    let at = |path: &str| format!("{base}{path}");
    let with_files = || DefaultBodyLimit::max(LONGEST_APPLICATION);
    let mut pages = Router::new();
    if !base.is_empty() {
        pages = pages.route(&base, get(start::start));
    }
    let pages = pages
        .route(&at("/"), get(start::start))
        .route(&at("/apply"), get(apply::new).post(apply::hand_in_new).layer(with_files()))
        .route(
            &at("/apply/{kind}"),
            get(apply::other).post(apply::hand_in_other).layer(with_files()),
        )
        .route(&at("/apply/back"), get(apply::back))
        .route(&at("/state"), get(look::ask).post(look::look))
        .route(&at("/state/withdraw"), post(look::withdraw))
        .route(&at("/style.css"), get(style))
        .layer(DefaultBodyLimit::max(LONGEST_FORM));
    secured(pages, "no-referrer").with_state(state)
}

/// Pages with the headers that keep others out. `referrer` says to whom a browser tells from which
/// page it comes.
pub(crate) fn secured<S>(pages: Router<S>, referrer: &'static str) -> Router<S>
where
    S: Clone + Send + Sync + 'static,
{
    let headers = [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, referrer),
        (header::CACHE_CONTROL, "no-store"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        (HeaderName::from_static("permissions-policy"), "camera=(), geolocation=(), microphone=()"),
    ];
    let add = |pages: Router<S>, (name, value): (HeaderName, &'static str)| {
        let value = HeaderValue::from_static(value);
        pages.layer(SetResponseHeaderLayer::if_not_present(name, value))
    };
    headers.into_iter().fold(pages, add)
}

async fn style() -> Response {
    let headers = [
        (header::CONTENT_TYPE, "text/css; charset=utf-8"),
        (header::CACHE_CONTROL, "max-age=3600"),
    ];
    (headers, STYLE).into_response()
}
