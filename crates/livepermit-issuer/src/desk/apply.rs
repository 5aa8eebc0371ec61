//! Applications that are taken at the counter: the form and the rules of the pages for applicants,
//! typed by an officer and handed in at the port.

use std::sync::atomic::{AtomicU32, Ordering};

use askama::Template;
use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};

use super::api::{Change, Refused};
use super::files::{self, SentFiles, word};
use super::seen::{Opened, Permit};
use super::sent::see;
use super::state::DeskState;
use super::stop;
use super::view::{View, Visit};
use super::words;
use crate::domain::{IdentityDocument, Mandate, Person, RequestKind};
use crate::pages::counter::{self, KnownBy, Rules, Upload, Wanted, What};
use crate::pages::{Control, Problems, Section, Typed};
use crate::protocol::redirect_with;
use crate::staff::Role;

#[derive(Template)]
#[template(path = "desk/apply.html")]
struct Page<'a> {
    view: &'a View,
    title: &'static str,
    /// Of whose permit; empty for a new one.
    number: &'a str,
    action: String,
    back: String,
    /// Whether the form takes files, which have to be chosen again after a mistake.
    files_again: bool,
    /// What the port refused; empty without.
    notice: String,
    problems: &'a Problems,
    sections: Vec<Section>,
}

/// What is applied for.
struct About<'a> {
    desk: &'a DeskState,
    visit: &'a Visit,
    kind: RequestKind,
    /// The permit that is there.
    permit: Option<Permit>,
}

/// What is said of a form.
struct Said {
    status: StatusCode,
    problems: Problems,
    notice: String,
}

impl Said {
    fn nothing() -> Self {
        Self { status: StatusCode::OK, problems: Problems::default(), notice: String::new() }
    }
}

/// Shows the form for a new permit.
pub(super) async fn new(State(desk): State<DeskState>, visit: Visit) -> Response {
    match about(&desk, &visit, None).await {
        Ok(about) => about.draw(&about.known(), &Said::nothing()),
        Err(response) => response,
    }
}

/// Shows the form for something in a permit.
pub(super) async fn other(
    State(desk): State<DeskState>,
    Path((id, kind)): Path<(String, String)>,
    visit: Visit,
) -> Response {
    match about(&desk, &visit, Some((&id, &kind))).await {
        Ok(about) => about.draw(&about.known(), &Said::nothing()),
        Err(response) => response,
    }
}

/// Takes the application for a new permit.
pub(super) async fn hand_in_new(
    State(desk): State<DeskState>,
    visit: Visit,
    request: Request,
) -> Response {
    match about(&desk, &visit, None).await {
        Ok(about) => about.take(request).await.unwrap_or_else(|response| response),
        Err(response) => response,
    }
}

/// Takes another application.
pub(super) async fn hand_in_other(
    State(desk): State<DeskState>,
    Path((id, kind)): Path<(String, String)>,
    visit: Visit,
    request: Request,
) -> Response {
    match about(&desk, &visit, Some((&id, &kind))).await {
        Ok(about) => about.take(request).await.unwrap_or_else(|response| response),
        Err(response) => response,
    }
}

async fn about<'a>(
    desk: &'a DeskState,
    visit: &'a Visit,
    of: Option<(&str, &str)>,
) -> Result<About<'a>, Response> {
    let view = &visit.view;
    if !visit.who.may(Role::Intake) {
        return Err(stop::forbidden(view));
    }
    let Some((id, kind)) = of else {
        return Ok(About { desk, visit, kind: RequestKind::New, permit: None });
    };
    let kind = words::request(kind).ok_or_else(|| stop::missing(view))?;
    let got = desk.api().get::<Permit>(&visit.session, &format!("/office/permits/{id}")).await;
    let permit = got.map_err(|refused| stop::refused(view, &refused, Some("/search")))?.body;
    Ok(About { desk, visit, kind, permit: Some(permit) })
}

impl About<'_> {
    /// What is known of the applicant before anybody types.
    fn known(&self) -> Typed {
        let holder = self.permit.as_ref().and_then(|permit| permit.holder.as_ref());
        let holder = holder.map(|holder| {
            let (kind, number) = (holder.document.kind, holder.document.number.clone());
            let document = IdentityDocument { kind, number };
            counter::applicant_typed(&holder.name, holder.born, &document)
        });
        holder.unwrap_or_default()
    }

    fn draw(&self, typed: &Typed, said: &Said) -> Response {
        let view = &self.visit.view;
        let (kind, classes) = (self.kind, self.desk.classes());
        let permit = self.permit.as_ref();
        let path = match permit {
            Some(permit) => format!("/permits/{}/apply/{kind}", permit.id),
            None => "/apply".to_owned(),
        };
        let back = permit.map(|permit| format!("/permits/{}", permit.id)).unwrap_or_default();
        let page = Page {
            view,
            title: words::kind(view.d, kind),
            number: permit.map(|permit| permit.number.as_str()).unwrap_or_default(),
            action: view.link(&path),
            back: view.link(&back),
            files_again: said.status != StatusCode::OK && counter::are_asked(kind),
            notice: said.notice.clone(),
            problems: &said.problems,
            sections: counter::sections(
                kind,
                KnownBy::Officer,
                view,
                classes,
                typed,
                &said.problems,
            ),
        };
        view.page(said.status, &page)
    }

    /// Takes the form. What is wrong with it is shown in the form; what was typed stays.
    async fn take(&self, request: Request) -> Result<Response, Response> {
        let (desk, visit) = (self.desk, self.visit);
        let SentFiles { mut typed, key } = files::read(desk, visit, request).await?;
        let chosen = typed.take_files();
        let rules = Rules {
            kind: self.kind,
            known_by: KnownBy::Officer,
            t: visit.view.t,
            classes: desk.classes(),
            today: desk.today(),
        };
        let wanted = rules.read(&typed, chosen, document_ids(&key)).await;
        let wanted = match wanted.map_err(|stop| files::unread(visit, &stop))? {
            Ok(wanted) => wanted,
            Err(problems) => {
                let status = StatusCode::UNPROCESSABLE_ENTITY;
                return Ok(self.draw(&typed, &Said { problems, status, ..Said::nothing() }));
            }
        };
        let Some(body) = self.body(&wanted) else {
            let (status, d) = (StatusCode::CONFLICT, visit.view.d);
            return Ok(stop::told(&visit.view, status, (d.refused_title, d.no_person)));
        };
        let change = Change { path: "/office/cases", body: &body, version: "", key: &key };
        match desk.api().change::<Opened>(&visit.session, change).await {
            Ok(case) => Ok(self.with_documents(&case.body.id, &key, wanted.uploads).await),
            Err(refused) if refused.status.is_client_error() => Ok(self.again(&typed, &refused)),
            Err(refused) => Err(stop::refused(&visit.view, &refused, None)),
        }
    }

    /// The form again, with what the port refused.
    fn again(&self, typed: &Typed, refused: &Refused) -> Response {
        let view = &self.visit.view;
        if matches!(refused.status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN) {
            return stop::refused(view, refused, None);
        }
        let known = words::refusal(view.d, &refused.code).map(ToOwned::to_owned);
        let notice = known.unwrap_or_else(|| refused.detail.clone());
        self.draw(typed, &Said { status: refused.status, notice, ..Said::nothing() })
    }

    /// Attaches the documents to the case that was made, and shows it.
    async fn with_documents(&self, case: &str, key: &str, uploads: Vec<Upload>) -> Response {
        let (view, back) = (&self.visit.view, format!("/cases/{case}"));
        let path = format!("/office/cases/{case}");
        match send_documents(self.desk, &self.visit.session, &path, key, uploads).await {
            Ok(()) => see(view, &back),
            Err(refused) => stop::refused(view, &refused, Some(&back)),
        }
    }

    /// What the port is asked; `None` for the permit of somebody whose data was erased.
    fn body(&self, wanted: &Wanted) -> Option<Value> {
        let mut body = Map::new();
        body.insert("kind".to_owned(), word(self.kind).into());
        let applicant = match &wanted.what {
            What::New { class, applicant, mandate } => {
                body.insert("class".to_owned(), class.as_str().into());
                let mandate = mandate.as_ref().map(mandate_body);
                body.extend(mandate.map(|mandate| ("mandate".to_owned(), mandate)));
                person_body(applicant)
            }
            What::Of { change: Some(holder), .. } => person_body(holder),
            What::Of { change: None, .. } => {
                let holder = self.permit.as_ref()?.holder.as_ref()?;
                let document = &holder.document;
                json!({
                    "name": holder.name,
                    "born": holder.born,
                    "document": { "kind": document.kind, "number": document.number },
                })
            }
        };
        body.insert("applicant".to_owned(), applicant);
        let permit = self.permit.as_ref().map(|permit| permit.id.clone());
        body.extend(permit.map(|id| ("permit".to_owned(), id.into())));
        let address = wanted.address.as_ref().map(|address| address.as_str().to_owned());
        body.extend(address.map(|address| ("address".to_owned(), address.into())));
        Some(Value::Object(body))
    }
}

/// The ids of a form's documents, by the form and the place: a form that is sent again names the
/// same documents.
pub(super) fn document_ids(key: &str) -> impl Fn() -> [u8; 16] {
    let next = AtomicU32::new(0);
    move || {
        let number = next.fetch_add(1, Ordering::Relaxed);
        let digest = Sha256::digest(format!("{key} {number}"));
        let mut id = [0; 16];
        id.iter_mut().zip(digest).for_each(|(byte, from)| *byte = from);
        id
    }
}

/// Sends documents to the case or permit at this address of the port, each once.
pub(super) async fn send_documents(
    desk: &DeskState,
    session: &str,
    path: &str,
    key: &str,
    uploads: Vec<Upload>,
) -> Result<(), Refused> {
    for (number, upload) in uploads.into_iter().enumerate() {
        let id = upload.document.id.to_string();
        let about = [("kind", &*word(upload.document.kind)), ("id", &*id)];
        let path = redirect_with(&format!("{path}/documents"), &about);
        let key = format!("{key}-{number}");
        desk.api().upload(session, &path, &key, upload.content).await?;
    }
    Ok(())
}

fn person_body(person: &Person) -> Value {
    let document = person.document();
    json!({
        "name": person.name(),
        "born": person.born(),
        "document": { "kind": document.kind, "number": document.number },
    })
}

pub(super) fn mandate_body(mandate: &Mandate) -> Value {
    let mut body = json!({
        "kind": mandate.kind,
        "person": person_body(&mandate.person),
        "evidence": mandate.evidence,
        "consent_on": mandate.consent.on,
    });
    if let Some(body) = body.as_object_mut() {
        let document = mandate.consent.document.map(|id| id.to_string());
        body.extend(document.map(|id| ("consent_document".to_owned(), id.into())));
        let until = mandate.until.map(|until| until.to_string());
        body.extend(until.map(|until| ("until".to_owned(), until.into())));
    }
    body
}
