//! Permits are searched for. Names stand in the body of a form, and not in an address: addresses are
//! kept by browsers and logs.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use super::seen::PermitPage;
use super::sent::Sent;
use super::state::DeskState;
use super::stop;
use super::view::{View, Visit};
use super::words;
use crate::protocol::redirect_with;

/// By what is searched.
const WAYS: [&str; 3] = ["number", "name", "document"];
/// How many are shown.
const MOST: &str = "100";

#[derive(Template)]
#[template(path = "desk/search.html")]
struct Page<'a> {
    view: &'a View,
    /// Word, text, chosen.
    ways: Vec<(&'static str, &'static str, bool)>,
    typed: &'a str,
    problem: &'static str,
    found: Option<Vec<Row>>,
}

struct Row {
    address: String,
    number: String,
    name: String,
    born: String,
    class: String,
    state: &'static str,
    until: String,
}

fn ways(view: &View, chosen: &str) -> Vec<(&'static str, &'static str, bool)> {
    let d = view.d;
    let texts = [d.by_number, d.by_name, d.by_document];
    WAYS.into_iter().zip(texts).map(|(way, text)| (way, text, way == chosen)).collect()
}

/// Shows the form.
pub(super) async fn ask(visit: Visit) -> Response {
    let view = &visit.view;
    let ways = ways(view, "number");
    view.page(StatusCode::OK, &Page { view, ways, typed: "", problem: "", found: None })
}

/// Searches.
pub(super) async fn search(State(desk): State<DeskState>, sent: Sent) -> Response {
    let (view, typed) = (sent.view(), sent.get("what"));
    let way = WAYS.into_iter().find(|way| *way == sent.get("by")).unwrap_or("number");
    let ways = ways(view, way);
    if typed.is_empty() {
        let page = Page { view, ways, typed, problem: view.d.search_empty, found: None };
        return view.page(StatusCode::UNPROCESSABLE_ENTITY, &page);
    }
    let path = redirect_with("/office/permits", &[(way, typed), ("most", MOST)]);
    let found = match desk.api().get::<PermitPage>(&sent.visit.session, &path).await {
        Ok(found) => found.body.permits,
        Err(refused) => return stop::refused(view, &refused, Some("/search")),
    };
    let row = |permit: super::seen::PermitRow| {
        let holder = permit.holder.as_ref();
        Row {
            address: view.link(&format!("/permits/{}", permit.id)),
            number: permit.number.clone(),
            name: holder.map_or(view.d.erased.to_owned(), |holder| holder.name.clone()),
            born: holder.map(|holder| view.date(&holder.born)).unwrap_or_default(),
            class: view.class(&permit.class),
            state: words::permit_state(view.d, &permit.state),
            until: view.last_day(&permit.ends),
        }
    };
    let found = Some(found.into_iter().map(row).collect());
    view.page(StatusCode::OK, &Page { view, ways, typed, problem: "", found })
}
