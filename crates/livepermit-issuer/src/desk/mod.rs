//! The officers' desk: pages in HTML, made here, without a script.
//!
//! The desk is a client of the offices' port that stands in the same process: each page and each
//! form asks [`http::office`](crate::http::office) by the address that a program would ask, with the
//! officer's own session. So the desk has no rules of its own: roles, offices, versions, and what is
//! done once, are those of the port, and what the port refuses, the desk cannot do.

mod api;
mod apply;
mod audit;
mod cases;
mod documents;
mod files;
mod follow_ups;
mod light;
mod mandate;
mod paper;
mod permits;
mod proposals;
mod queue;
mod search;
mod seen;
mod sent;
mod session;
mod state;
mod stop;
mod texts;
mod view;
mod words;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};

pub use state::DeskState;

use crate::pages::{LONGEST_APPLICATION, secured};

/// The longest body of a form, in bytes.
const LONGEST_FORM: usize = 64 * 1024;

/// The style sheet: the one of the applicants' pages, and what the desk has beside.
const STYLE: &str = concat!(
    include_str!("../../templates/style.css"),
    include_str!("../../templates/desk/style.css")
);

/// The pages, under `/desk`.
pub fn router(state: DeskState) -> Router {
    let with_files = || DefaultBodyLimit::max(LONGEST_APPLICATION);
    let pages = Router::new()
        .route("/desk", get(queue::queue))
        .route("/desk/", get(queue::queue))
        .route("/desk/login", get(session::ask).post(session::log_in))
        .route("/desk/logout", post(session::log_out))
        .route("/desk/cases/{case}", get(cases::case))
        .route("/desk/cases/{case}/{step}", post(cases::step))
        .route("/desk/cases/{case}/documents", post(files::attach).layer(with_files()))
        .route("/desk/cases/{case}/documents/{document}", get(documents::document))
        .route("/desk/apply", get(apply::new).post(apply::hand_in_new).layer(with_files()))
        .route(
            "/desk/permits/{permit}/apply/{kind}",
            get(apply::other).post(apply::hand_in_other).layer(with_files()),
        )
        .route("/desk/permits/{permit}", get(permits::permit))
        .route("/desk/permits/{permit}/offers", post(paper::offer))
        .route("/desk/permits/{permit}/slips", post(paper::slip))
        .route("/desk/permits/{permit}/follow-ups", post(follow_ups::record))
        .route("/desk/permits/{permit}/cards", post(permits::record_card))
        .route(
            "/desk/permits/{permit}/mandate",
            get(mandate::ask).post(mandate::record).layer(with_files()),
        )
        .route("/desk/permits/{permit}/documents/{document}", get(documents::of_permit))
        .route("/desk/permits/{permit}/{step}", post(permits::step))
        .route("/desk/permits/{permit}/slips/{slip}/close", post(permits::close_slip))
        .route(
            "/desk/permits/{permit}/representatives/{representative}/close",
            post(permits::close_representative),
        )
        .route("/desk/follow-ups", get(follow_ups::list))
        .route("/desk/follow-ups/take", post(follow_ups::take))
        .route("/desk/follow-ups/{permit}/{step}", post(follow_ups::step))
        .route("/desk/proposals", get(proposals::list).post(proposals::propose))
        .route("/desk/proposals/{proposal}", get(proposals::one))
        .route("/desk/proposals/{proposal}/{step}", post(proposals::step))
        .route("/desk/search", get(search::ask).post(search::search))
        .route("/desk/audit", get(audit::lines))
        .route("/desk/audit/verify", get(audit::verify))
        .route("/desk/style.css", get(style))
        .route("/desk/{*rest}", get(stop::nothing))
        .layer(DefaultBodyLimit::max(LONGEST_FORM));
    // A browser tells our own pages from which page a form comes: where it does not say more
    // (Fetch Metadata), that is how forms of strangers are known.
    secured(pages, "same-origin").with_state(state)
}

async fn style() -> Response {
    let headers = [
        (header::CONTENT_TYPE, "text/css; charset=utf-8"),
        (header::CACHE_CONTROL, "max-age=3600"),
    ];
    (headers, STYLE).into_response()
}
