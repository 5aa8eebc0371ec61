//! A mandate that is recorded in a permit: the form and the rules of the pages for applicants.

use askama::Template;
use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use axum::response::Response;

use super::api::{Change, Refused};
use super::apply::{document_ids, mandate_body, send_documents};
use super::files::{self, SentFiles};
use super::seen::Permit;
use super::sent::see;
use super::state::DeskState;
use super::stop;
use super::view::{View, Visit};
use super::words;
use crate::domain::{IdentityDocument, Person, RequestKind};
use crate::pages::counter::{self, KnownBy, Rules};
use crate::pages::{Control, Problems, Section, Typed};
use crate::staff::Role;

#[derive(Template)]
#[template(path = "desk/mandate.html")]
struct Page<'a> {
    view: &'a View,
    number: &'a str,
    action: String,
    back: String,
    files_again: bool,
    /// What the port refused; empty without.
    notice: String,
    problems: &'a Problems,
    sections: Vec<Section>,
}

/// Shows the form.
pub(super) async fn ask(
    State(desk): State<DeskState>,
    Path(id): Path<String>,
    visit: Visit,
) -> Response {
    match permit(&desk, &visit, &id).await {
        Ok(permit) => {
            let (typed, problems) = (Typed::default(), Problems::default());
            draw(&visit.view, &permit, &typed, &problems, (StatusCode::OK, String::new()))
        }
        Err(response) => response,
    }
}

async fn permit(desk: &DeskState, visit: &Visit, id: &str) -> Result<Permit, Response> {
    let view = &visit.view;
    if !visit.who.may(Role::Intake) {
        return Err(stop::forbidden(view));
    }
    let got = desk.api().get::<Permit>(&visit.session, &format!("/office/permits/{id}")).await;
    Ok(got.map_err(|refused| stop::refused(view, &refused, Some("/search")))?.body)
}

fn draw(
    view: &View,
    permit: &Permit,
    typed: &Typed,
    problems: &Problems,
    (status, notice): (StatusCode, String),
) -> Response {
    let back = format!("/permits/{}", permit.id);
    let page = Page {
        view,
        number: &permit.number,
        action: view.link(&format!("{back}/mandate")),
        back: view.link(&back),
        files_again: status != StatusCode::OK,
        notice,
        problems,
        sections: counter::mandate_sections(view.t, typed, problems),
    };
    view.page(status, &page)
}

/// Records the mandate, and shows the permit.
pub(super) async fn record(
    State(desk): State<DeskState>,
    Path(id): Path<String>,
    visit: Visit,
    request: Request,
) -> Response {
    match permit(&desk, &visit, &id).await {
        Ok(permit) => {
            let done = take(&desk, &visit, &permit, request).await;
            done.unwrap_or_else(|response| response)
        }
        Err(response) => response,
    }
}

async fn take(
    desk: &DeskState,
    visit: &Visit,
    permit: &Permit,
    request: Request,
) -> Result<Response, Response> {
    let (view, d) = (&visit.view, visit.view.d);
    let SentFiles { mut typed, key } = files::read(desk, visit, request).await?;
    let chosen = typed.take_files();
    let holder = permit.holder.as_ref().and_then(|holder| {
        let (kind, number) = (holder.document.kind, holder.document.number.clone());
        Person::new(&holder.name, holder.born, IdentityDocument { kind, number }).ok()
    });
    let none = || stop::told(view, StatusCode::CONFLICT, (d.refused_title, d.no_person));
    let holder = holder.ok_or_else(none)?;
    let rules = Rules {
        kind: RequestKind::Change,
        known_by: KnownBy::Officer,
        t: view.t,
        classes: desk.classes(),
        today: desk.today(),
    };
    let read = rules.read_mandate(&typed, chosen, document_ids(&key), &holder).await;
    let (mandate, uploads) = match read.map_err(|stop| files::unread(visit, &stop))? {
        Ok(read) => read,
        Err(problems) => {
            let status = (StatusCode::UNPROCESSABLE_ENTITY, String::new());
            return Ok(draw(view, permit, &typed, &problems, status));
        }
    };
    let (session, path) = (&visit.session, format!("/office/permits/{}", permit.id));
    // What is refused says so in the form. A document that was taken before stays with the permit.
    let again = |refused: &Refused| {
        if !refused.status.is_client_error() || refused.status == StatusCode::UNAUTHORIZED {
            return stop::refused(view, refused, None);
        }
        let known = words::refusal(d, &refused.code).map(ToOwned::to_owned);
        let notice = known.unwrap_or_else(|| refused.detail.clone());
        draw(view, permit, &typed, &Problems::default(), (refused.status, notice))
    };
    let sent = send_documents(desk, session, &path, &key, uploads).await;
    sent.map_err(|refused| again(&refused))?;
    let (path, body) = (format!("{path}/representatives"), mandate_body(&mandate));
    let change = Change { path: &path, body: &body, version: "", key: &key };
    let done = desk.api().change::<serde_json::Value>(session, change).await;
    done.map_err(|refused| again(&refused))?;
    Ok(see(view, &format!("/permits/{}", permit.id)))
}
