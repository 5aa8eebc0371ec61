//! The pages for browsers: wallet, gate and demonstration, static files that `web/build` makes.

use std::collections::BTreeMap;
use std::path::Path;

use axum::Router;
use axum::http::{HeaderName, HeaderValue, header};
use axum::response::Redirect;
use axum::routing::get;
use tower_http::services::ServeDir;
use tower_http::set_header::SetResponseHeaderLayer;

/// Below which path of the issuer's address the pages are.
pub const WEB: &str = "/web";
/// The pages. Each is an application of its own, with its own service worker.
const PAGES: [&str; 3] = ["wallet", "gate", "try"];
/// With what the files have to be sent; the build writes the table beside the pages.
pub const WEB_HEADERS: &str = "headers.json";

/// The headers that the pages need, among them what a page may load.
#[derive(Clone, Debug)]
pub struct WebHeaders(Vec<(HeaderName, HeaderValue)>);

impl WebHeaders {
    /// Reads the table of headers that the build wrote: names and values, as JSON.
    ///
    /// # Errors
    ///
    /// What is wrong, in words. A table without a policy for contents is refused: pages must not
    /// be served without.
    pub fn read(text: &str) -> Result<Self, String> {
        let table: BTreeMap<String, String> =
            serde_json::from_str(text).map_err(|error| error.to_string())?;
        let headers = table.iter().map(|(name, value)| {
            let wrong = || format!("`{name}` is no header");
            let name = HeaderName::try_from(name).map_err(|_| wrong())?;
            Ok((name, HeaderValue::try_from(value).map_err(|_| wrong())?))
        });
        let headers = headers.collect::<Result<Vec<_>, String>>()?;
        if !headers.iter().any(|(name, _)| name == header::CONTENT_SECURITY_POLICY) {
            return Err("`content-security-policy` is missing".to_owned());
        }
        Ok(Self(headers))
    }
}

/// The files of a folder below [`WEB`], under the path `base` of the issuer's address.
pub fn web(base: &str, folder: &Path, headers: WebHeaders) -> Router {
    let files = ServeDir::new(folder);
    let root = format!("{base}{WEB}");
    let pages = PAGES.into_iter().fold(Router::new(), |router, page| {
        let whole = format!("{root}/{page}/");
        router.route(&format!("{root}/{page}"), get(async move || Redirect::permanent(&whole)))
    });
    let mut pages = pages.nest_service(&root, files);
    // A browser asks each time whether a file changed: a page and its scripts must fit each other.
    // The service worker keeps them all under one version.
    let fresh = (header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    for (name, value) in headers.0.into_iter().chain([fresh]) {
        pages = pages.layer(SetResponseHeaderLayer::overriding(name, value));
    }
    pages
}
