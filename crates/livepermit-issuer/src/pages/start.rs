//! The page that says what this is.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;

use super::view::View;

#[derive(Template)]
#[template(path = "start.html")]
struct Page<'a> {
    view: &'a View,
}

pub(super) async fn start(view: View) -> Response {
    view.page(StatusCode::OK, &Page { view: &view })
}
