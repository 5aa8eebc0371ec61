//! `/state`: an applicant looks at a case with its code, and can take the application back.

use askama::Template;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::Response;

use super::body;
use super::field::{Control, Field};
use super::secrets::StateCode;
use super::state::PagesState;
use super::stop::{Stop, patiently};
use super::texts::{Texts, filled};
use super::view::View;
use crate::domain::{
    Case, CaseId, CaseState, DomainError, Outcome, Permit, RefusalGround, RequestKind, Standing,
};
use crate::service::ServiceError;
use crate::store::{Loaded, Store};

#[derive(Template)]
#[template(path = "look.html")]
struct Ask<'a> {
    view: &'a View,
    field: Field,
}

#[derive(Template)]
#[template(path = "case.html")]
struct Shown<'a> {
    view: &'a View,
    code: String,
    kind: &'static str,
    rows: Vec<(&'static str, String)>,
    light: Option<Light>,
    outcome: Vec<String>,
    open: bool,
}

/// How a case stands to its deadline: a colour, a sign and words, for people who see no colours.
struct Light {
    class: &'static str,
    sign: char,
    words: String,
}

/// Asks for the code.
pub(super) async fn ask(view: View) -> Response {
    asked(&view, "", None, StatusCode::OK)
}

fn asked(view: &View, typed: &str, problem: Option<&str>, status: StatusCode) -> Response {
    let t = view.t;
    let field = Field::new("code", t.look_code, typed, Control::Line(80), problem);
    view.page(status, &Ask { view, field: field.hint(t.look_code_hint).autocomplete("off") })
}

/// Shows the case.
pub(super) async fn look<S: Store>(
    State(state): State<PagesState<S>>,
    view: View,
    request: Request,
) -> Response {
    answered(&state, &view, request, false).await.unwrap_or_else(|stop| stop.page(&view))
}

/// Takes the application back, and shows the case.
pub(super) async fn withdraw<S: Store>(
    State(state): State<PagesState<S>>,
    view: View,
    request: Request,
) -> Response {
    answered(&state, &view, request, true).await.unwrap_or_else(|stop| stop.page(&view))
}

async fn answered<S: Store>(
    state: &PagesState<S>,
    view: &View,
    request: Request,
    withdraw: bool,
) -> Result<Response, Stop> {
    let typed = body::read(request, state.memory()).await?;
    let typed = typed.get("code");
    let refused = |problem| asked(view, typed, Some(problem), StatusCode::UNPROCESSABLE_ENTITY);
    if typed.is_empty() {
        return Ok(refused(view.t.look_code_missing));
    }
    let Some(code) = StateCode::read(typed) else { return Ok(refused(view.t.look_code_wrong)) };
    let Some(mut case) = case_of(state, &code).await? else {
        return Ok(refused(view.t.look_code_unknown));
    };
    if withdraw {
        case = patiently(|| take_back(state, &case)).await?;
    }
    let permit = permit_of(state, &case).await?;
    shown(state, view, &code, &case, permit.as_ref())
}

/// The case that this code looks at.
pub(super) async fn case_of<S: Store>(
    state: &PagesState<S>,
    code: &StateCode,
) -> Result<Option<Case>, Stop> {
    let store = state.service().store();
    let Some(id) = store.case_by_code(&code.digest(), state.service().now()).await? else {
        return Ok(None);
    };
    loaded(state, id).await
}

async fn loaded<S: Store>(state: &PagesState<S>, id: CaseId) -> Result<Option<Case>, Stop> {
    let loaded: Option<Loaded<Case>> = state.service().store().load(&id.to_string()).await?;
    Ok(loaded.map(|loaded| loaded.document))
}

async fn take_back<S: Store>(state: &PagesState<S>, case: &Case) -> Result<Case, Stop> {
    let service = state.service();
    let mut change = service.store().begin().await?;
    let done = service.change_case(&mut change, case.id(), None, "applicant", Case::withdraw).await;
    match done {
        Ok(loaded) => {
            change.commit().await?;
            Ok(loaded.document)
        }
        // It was decided meanwhile, or the button was pressed twice: the page shows what is so.
        Err(ServiceError::Domain(DomainError::CaseSettled { .. })) => {
            drop(change);
            Ok(loaded(state, case.id()).await?.unwrap_or_else(|| case.clone()))
        }
        Err(error) => Err(error.into()),
    }
}

/// The permit that the case has made or changed.
async fn permit_of<S: Store>(state: &PagesState<S>, case: &Case) -> Result<Option<Permit>, Stop> {
    let Some(decision) = case.decision() else { return Ok(None) };
    let Outcome::Approved { carried_out: Some(done) } = &decision.outcome else { return Ok(None) };
    let store = state.service().store();
    let loaded: Option<Loaded<Permit>> = store.load(&done.permit.to_string()).await?;
    Ok(loaded.map(|loaded| loaded.document))
}

fn shown<S: Store>(
    state: &PagesState<S>,
    view: &View,
    code: &StateCode,
    case: &Case,
    permit: Option<&Permit>,
) -> Result<Response, Stop> {
    let t = view.t;
    let moment = state.service().moment();
    let date = |time| view.language.date(moment.day_of(time));
    let mut rows = vec![
        (t.case_handed_in, date(case.submitted())),
        (t.case_state, state_of(t, case.state()).to_owned()),
    ];
    let mut light = None;
    if case.settled().is_none() {
        match case.standing(&state.service().office().calendar, &moment) {
            Ok(standing) => light = light_of(t, standing),
            Err(DomainError::CalendarEnds { .. }) => {}
            Err(error) => return Err(error.into()),
        }
        let due = case.due().map(|due| view.language.date(due));
        rows.push((t.case_due, due.unwrap_or_else(|| t.case_due_unknown.to_owned())));
    }
    let mut outcome = Vec::new();
    if let Some(decision) = case.decision() {
        rows.push((t.case_decided, date(decision.at)));
        match &decision.outcome {
            Outcome::Approved { .. } => {
                outcome.extend(permit.map(|permit| filled(t.case_number, permit.number())));
                // The end is the first day on which the permit is good no longer.
                let last = permit.and_then(|permit| permit.ends().yesterday().ok());
                outcome.extend(last.map(|last| filled(t.case_ends, view.language.date(last))));
                outcome.push(next_step(t, case.request().kind()).to_owned());
            }
            Outcome::Refused { reason } => {
                outcome.push(ground(t, reason.ground).to_owned());
                outcome.extend(reason.note.iter().map(|note| filled(t.case_note, note)));
                outcome.push(t.case_refused_next.to_owned());
            }
        }
    }
    let page = Shown {
        view,
        code: code.text(),
        kind: kind(t, case.request().kind()),
        rows,
        light,
        outcome,
        open: case.settled().is_none(),
    };
    Ok(view.page(StatusCode::OK, &page))
}

const fn kind(t: &Texts, kind: RequestKind) -> &'static str {
    match kind {
        RequestKind::New => t.kind_new,
        RequestKind::Change => t.kind_change,
        RequestKind::Endorsement => t.kind_endorsement,
        RequestKind::NewDevice => t.kind_new_device,
        RequestKind::Cancellation => t.kind_cancellation,
    }
}

const fn state_of(t: &Texts, state: &CaseState) -> &'static str {
    match state {
        CaseState::Submitted => t.state_submitted,
        CaseState::Assigned { .. } => t.state_assigned,
        CaseState::Checked { .. } => t.state_checked,
        CaseState::Decided { decision, .. } => match &decision.outcome {
            Outcome::Approved { .. } => t.state_approved,
            Outcome::Refused { .. } => t.state_refused,
        },
        CaseState::Withdrawn { .. } => t.state_withdrawn,
    }
}

const fn ground(t: &Texts, ground: RefusalGround) -> &'static str {
    match ground {
        RefusalGround::Untrue => t.ground_untrue,
        RefusalGround::Incomplete => t.ground_incomplete,
        RefusalGround::NotEntitled => t.ground_not_entitled,
        RefusalGround::PermitPresent => t.ground_permit_present,
    }
}

const fn next_step(t: &Texts, kind: RequestKind) -> &'static str {
    match kind {
        RequestKind::New | RequestKind::NewDevice => t.next_phone,
        RequestKind::Change | RequestKind::Endorsement => t.next_nothing,
        RequestKind::Cancellation => t.next_cancelled,
    }
}

fn light_of(t: &Texts, standing: Standing) -> Option<Light> {
    let count = |one: &'static str, many: &'static str, number: u32| match number {
        1 => one.to_owned(),
        _ => filled(many, number),
    };
    let left = |left| count(t.light_left_one, t.light_left, left);
    let (class, sign, words) = match standing {
        Standing::Settled => return None,
        Standing::Calm { left: days } => ("calm", '●', left(days)),
        Standing::Soon { left: days } => ("soon", '◆', left(days)),
        Standing::Today => ("today", '▲', t.light_today.to_owned()),
        Standing::Over { days } => ("over", '■', count(t.light_over_one, t.light_over, days)),
    };
    Some(Light { class, sign, words })
}
