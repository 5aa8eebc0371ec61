//! `/apply`: the application for a new permit, and those for what is asked of a permit later.

mod holder;
mod person;
mod receipt;
mod sections;
mod submit;
mod uploads;
mod wanted;

use askama::Template;
use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use axum::response::Response;

use self::receipt::receipt;
use self::submit::{Submitted, submit};
use self::wanted::{KnownBy, Rules};
use super::body::{self, Typed};
use super::field::{Control, Problems, Section};
use super::look::case_of;
use super::secrets::FormToken;
use super::state::PagesState;
use super::stop::{Stop, patiently};
use super::texts::Texts;
use super::view::View;
use crate::domain::{Channel, RequestKind};
use crate::protocol::digest;
use crate::store::Store;

pub(super) use self::receipt::back;

/// The same form for officers, who type it at the counter.
pub(crate) mod counter {
    pub(crate) use super::person::applicant_typed;
    pub(crate) use super::sections::{mandate_sections, sections};
    pub(crate) use super::uploads::{Upload, are_asked};
    pub(crate) use super::wanted::{KnownBy, Rules, Wanted, What};
}

#[derive(Template)]
#[template(path = "apply.html")]
struct Page<'a> {
    view: &'a View,
    title: &'static str,
    lead: &'static str,
    button: &'static str,
    action: String,
    token: String,
    /// Whether the form takes files, which have to be chosen again after a mistake.
    files_again: bool,
    from_wallet: bool,
    /// The form for a permit that is there already, for somebody who comes from a wallet; empty
    /// without.
    permit_there: String,
    /// What is said of the whole form; empty without.
    notice: &'static str,
    problems: &'a Problems,
    sections: Vec<Section>,
}

/// A form of some kind, which somebody fills in.
struct Form<'a, S> {
    state: &'a PagesState<S>,
    view: &'a View,
    kind: RequestKind,
}

/// The path of the form.
pub(super) const fn path(kind: RequestKind) -> &'static str {
    match kind {
        RequestKind::New => "/apply",
        RequestKind::Change => "/apply/change",
        RequestKind::Endorsement => "/apply/endorsement",
        RequestKind::NewDevice => "/apply/new-device",
        RequestKind::Cancellation => "/apply/cancellation",
    }
}

/// Title, what is said first, and what the button says.
const fn heads(kind: RequestKind, t: &Texts) -> (&'static str, &'static str, &'static str) {
    match kind {
        RequestKind::New => (t.apply_title, t.apply_lead, t.hand_in),
        RequestKind::Change => (t.change_title, t.change_lead, t.hand_in),
        RequestKind::Endorsement => (t.endorse_title, t.endorse_lead, t.hand_in),
        RequestKind::NewDevice => (t.phone_title, t.phone_lead, t.hand_in),
        RequestKind::Cancellation => (t.cancel_title, t.cancel_lead, t.cancel_button),
    }
}

fn named(kind: &str) -> Option<RequestKind> {
    use RequestKind::{Cancellation, Change, Endorsement, NewDevice};
    let kinds = [Change, Endorsement, NewDevice, Cancellation];
    kinds.into_iter().find(|each| each.to_string() == kind)
}

/// Shows the form for a new permit.
pub(super) async fn new<S: Store>(State(state): State<PagesState<S>>, view: View) -> Response {
    Form { state: &state, view: &view, kind: RequestKind::New }.show().await
}

/// Shows another form.
pub(super) async fn other<S: Store>(
    State(state): State<PagesState<S>>,
    Path(kind): Path<String>,
    view: View,
) -> Response {
    match named(&kind) {
        Some(kind) => Form { state: &state, view: &view, kind }.show().await,
        None => Stop::Missing.page(&view),
    }
}

/// Takes the application for a new permit.
pub(super) async fn hand_in_new<S: Store>(
    State(state): State<PagesState<S>>,
    view: View,
    request: Request,
) -> Response {
    Form { state: &state, view: &view, kind: RequestKind::New }.read(request).await
}

/// Takes another application.
pub(super) async fn hand_in_other<S: Store>(
    State(state): State<PagesState<S>>,
    Path(kind): Path<String>,
    view: View,
    request: Request,
) -> Response {
    match named(&kind) {
        Some(kind) => Form { state: &state, view: &view, kind }.read(request).await,
        None => Stop::Missing.page(&view),
    }
}

/// What is said of a form that is shown again.
struct Again<'a> {
    request: Option<&'a str>,
    problems: Problems,
    notice: &'static str,
    status: StatusCode,
}

impl Again<'_> {
    fn with(notice: &'static str, status: StatusCode) -> Self {
        Self { request: None, problems: Problems::default(), notice, status }
    }
}

impl<'a, S: Store> Form<'a, S> {
    async fn show(&self) -> Response {
        match self.request().await {
            Ok(request) => {
                let again = Again { request, ..Again::with("", StatusCode::OK) };
                self.draw(&self.fresh(), &Typed::default(), &again)
            }
            Err(stop) => stop.page(self.view),
        }
    }

    /// The wallet's request that the address names, if its time is not over.
    async fn request(&self) -> Result<Option<&'a str>, Stop> {
        let Some(request) = self.view.asked("request") else { return Ok(None) };
        let service = self.state.service();
        match service.store().wallet_request(&digest(request), service.now()).await? {
            Some(_) => Ok(Some(request)),
            None => Err(Stop::Gone),
        }
    }

    /// A token for a form that is shown now.
    fn fresh(&self) -> FormToken {
        let ends = self.state.after(self.state.settings().form);
        self.state.secrets().form(self.state.service().random(), ends)
    }

    fn draw(&self, token: &FormToken, typed: &Typed, again: &Again<'_>) -> Response {
        let (view, kind) = (self.view, self.kind);
        let request = again.request.unwrap_or_default();
        let (title, lead, button) = heads(kind, view.t);
        let from_wallet = !request.is_empty();
        let there = from_wallet && kind == RequestKind::New;
        let with_request = [("request", request)];
        let link = |kind| view.link_with(path(kind), &with_request);
        let classes = &self.state.settings().classes;
        let page = Page {
            view,
            title,
            lead,
            button,
            action: link(kind),
            token: token.text.clone(),
            files_again: again.status != StatusCode::OK && uploads::are_asked(kind),
            from_wallet,
            permit_there: if there { link(RequestKind::NewDevice) } else { String::new() },
            notice: again.notice,
            problems: &again.problems,
            sections: sections::sections(
                kind,
                KnownBy::Claim,
                view,
                classes,
                typed,
                &again.problems,
            ),
        };
        view.page(again.status, &page)
    }

    async fn read(&self, request: Request) -> Response {
        match body::read(request, self.state.memory()).await {
            Ok(typed) => self.take(typed).await,
            Err(stop) => stop.page(self.view),
        }
    }

    async fn take(&self, mut typed: Typed) -> Response {
        let (state, t) = (self.state, self.view.t);
        let token = state.secrets().read_form(typed.get("token"), state.service().now());
        let Ok(token) = token else {
            let request = self.request().await.ok().flatten();
            let notice = Again::with(t.form_ended, StatusCode::UNPROCESSABLE_ENTITY);
            return self.draw(&self.fresh(), &typed, &Again { request, ..notice });
        };
        // What was handed in before is not handed in again, also if the wallet was told meanwhile.
        let code = state.secrets().code_of(&token);
        match case_of(state, &code).await {
            Ok(Some(case)) => return receipt(state, self.view, &case, &code, true),
            Ok(None) => {}
            Err(stop) => return self.not_now(&token, &typed, &stop),
        }
        let request = match self.request().await {
            Ok(request) => request,
            Err(Stop::Gone) => {
                let again = Again::with(t.request_ended, StatusCode::GONE);
                return self.draw(&token, &typed, &again);
            }
            Err(stop) => return self.not_now(&token, &typed, &stop),
        };
        let wrong = |problems| Again {
            request,
            problems,
            ..Again::with("", StatusCode::UNPROCESSABLE_ENTITY)
        };
        let files = typed.take_files();
        let classes = &state.settings().classes;
        let today = state.service().moment().today();
        let rules = Rules { kind: self.kind, known_by: KnownBy::Claim, t, classes, today };
        let wanted = match rules.read(&typed, files, || state.service().random()).await {
            Ok(Ok(wanted)) => wanted,
            Ok(Err(problems)) => return self.draw(&token, &typed, &wrong(problems)),
            Err(stop) => return self.not_now(&token, &typed, &stop),
        };
        let channel = if request.is_some() { Channel::App } else { Channel::Website };
        match patiently(|| submit(state, &wanted, channel, &code)).await {
            Ok(Submitted::Now(case)) => receipt(state, self.view, &case, &code, false),
            Ok(Submitted::Before(case)) => receipt(state, self.view, &case, &code, true),
            Ok(Submitted::Not(why)) => {
                let problems = why.problems(self.view.language);
                self.draw(&token, &typed, &wrong(problems))
            }
            Err(stop) => self.not_now(&token, &typed, &stop),
        }
    }

    /// The fault is ours: what was typed stays, and can be handed in again.
    fn not_now(&self, token: &FormToken, typed: &Typed, stop: &Stop) -> Response {
        stop.log();
        let notice = Again::with(self.view.t.not_now, StatusCode::SERVICE_UNAVAILABLE);
        let request = self.view.asked("request");
        super::stop::later(self.draw(token, typed, &Again { request, ..notice }))
    }
}
