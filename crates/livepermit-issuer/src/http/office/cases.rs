//! Applications: from the counter or a queue to a decision.

use axum::Json;
use axum::extract::{Extension, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

use super::super::problem::Problem;
use super::ask::{Answer, Ask, Stop, versioned};
use super::bodies::{AssignmentData, CheckData, Nothing, RefusalData, Submission};
use super::cursor::{Ids, Params, after, behind, page};
use super::paper::{ApprovalView, PermitView};
use super::session::Known;
use super::views::{CasePage, CaseRow, CaseView};
use super::{OfficeState, sight};
use crate::domain::{
    Address, Application, Case, CaseId, Channel, Check, DomainError, Event, Moment, OfficeId,
    StaffId,
};
use crate::staff::{Offices, Role};
use crate::store::{Loaded, Store};

/// What a list of cases is asked for.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Listing {
    state: String,
    office: Option<String>,
    behind: Option<String>,
    most: Option<u32>,
}

/// Cases in a state, the most urgent first.
pub(super) async fn list<S: Store>(
    State(state): State<OfficeState<S>>,
    Extension(known): Extension<Known>,
    Params(listing): Params<Listing>,
) -> Result<Response, Stop> {
    let (name, most) = (listing.state.as_str(), page(listing.most)?);
    let mark = behind(listing.behind.as_deref())?;
    let office = match name {
        "submitted" | "withdrawn" => nobodys(&known, listing.office.as_deref())?,
        "assigned" | "checked" | "decided" => one_office(&known, listing.office)?,
        _ => {
            let detail = "A case is submitted, assigned, checked, decided or withdrawn.";
            return Err(Problem::malformed("state-malformed", detail).into());
        }
    };
    let store = state.service.store();
    let marks = store.cases(&office, name, &mark, most).await?;
    let full = u32::try_from(marks.len()).is_ok_and(|rows| rows == most);
    let next = marks.last().filter(|_| full).map(after);
    let (calendar, moment) = (&state.service.office().calendar, state.service.moment());
    let mut cases = Vec::with_capacity(marks.len());
    for mark in marks {
        let case: Option<Loaded<Case>> = store.load(&mark.id).await?;
        cases.extend(case.map(|case| CaseRow::of(&case.document, calendar, &moment)));
    }
    Ok(Json(CasePage { cases, next }).into_response())
}

/// Cases that no office has are for those who give them out.
fn nobodys(known: &Known, office: Option<&str>) -> Result<String, Problem> {
    if office.is_some() {
        let detail = "Cases in this state belong to no office. Leave `office` out.";
        return Err(Problem::malformed("office-named", detail));
    }
    if !known.officer.may(&[Role::Intake]) {
        let detail = "Cases that no office has are given out by officers with the role intake.";
        let problem = Problem::new(StatusCode::FORBIDDEN, "role-missing", detail);
        return Err(problem.with("roles", vec![Role::Intake.name()]));
    }
    Ok(String::new())
}

/// The office that was named, or the one that the officer has.
pub(super) fn one_office(known: &Known, named: Option<String>) -> Result<String, Problem> {
    let offices = &known.officer.offices;
    match (named, offices) {
        (Some(named), _) => {
            let office = OfficeId::new(named)?;
            // Another office's list is not there for this officer.
            let mine = offices.contain(&office);
            if mine { Ok(office.to_string()) } else { Err(Problem::missing("office")) }
        }
        (None, Offices::These(these)) if these.len() == 1 => {
            Ok(these.first().map(ToString::to_string).unwrap_or_default())
        }
        (None, _) => {
            let detail = "Name one of your offices with `office`.";
            Err(Problem::malformed("office-missing", detail))
        }
    }
}

/// A case.
pub(super) async fn get<S: Store>(
    State(state): State<OfficeState<S>>,
    Extension(known): Extension<Known>,
    ids: Ids,
) -> Result<Response, Stop> {
    let case = state.case(&known.officer, ids.get(0, "case")?).await?;
    Ok(versioned(case.version(), state.case_view(&case.document).await?))
}

/// Takes an application at the counter.
pub(super) async fn submit<S: Store>(
    State(state): State<OfficeState<S>>,
    ask: Ask<Submission>,
) -> Result<Response, Stop> {
    let mut body = ask.body;
    let address = body.address.take().map(|text| Address::new(&text)).transpose()?;
    let (request, applicant) = body.request()?;
    let mut change = state.begin(&ask.asked).await?;
    if let Some(permit) = request.permit() {
        let _: Loaded<_> = state.permit(&ask.asked.officer, permit).await?;
    }
    let id = CaseId::from_bytes(state.service.random());
    let channel = Channel::Office;
    let application = Application { id, request, applicant, address, channel };
    let case = state.service.submit(&mut change, application).await?;
    let view = state.case_view(&case.document).await?;
    let answer = Answer::new(StatusCode::CREATED, &view)?.version(case.version());
    state.finish(change, &ask.asked, answer).await
}

/// Gives a case to an officer of one of one's own offices.
pub(super) async fn assign<S: Store>(
    State(state): State<OfficeState<S>>,
    ids: Ids,
    ask: Ask<AssignmentData>,
) -> Result<Response, Stop> {
    let office = OfficeId::new(ask.body.office.clone())?;
    let officer = StaffId::new(ask.body.officer.clone())?;
    if !ask.asked.officer.offices.contain(&office) {
        let detail = format!("You give cases to your own offices, and {office} is none of them.");
        return Err(Problem::new(StatusCode::CONFLICT, "office-of-others", detail).into());
    }
    able_to_check(&state, &officer, &office).await?;
    let rule = move |case: &mut Case, moment: &Moment| case.assign(office, officer, moment);
    decide(&state, &ids, ask, rule).await
}

/// Whether somebody can be given checks of this office.
pub(super) async fn able_to_check<S: Store>(
    state: &OfficeState<S>,
    officer: &StaffId,
    office: &OfficeId,
) -> Result<(), Problem> {
    let account = state.service.store().account(officer.as_str()).await?;
    let fits = account.is_some_and(|account| {
        !account.disabled && account.roles.contains(&Role::Check) && account.offices.contain(office)
    });
    if fits {
        return Ok(());
    }
    let detail = format!("{officer} is no officer of {office} with the role check.");
    Err(Problem::new(StatusCode::CONFLICT, "officer-unfit", detail))
}

/// Records a look on site.
pub(super) async fn check<S: Store>(
    State(state): State<OfficeState<S>>,
    ids: Ids,
    ask: Ask<CheckData>,
) -> Result<Response, Stop> {
    let Ask { asked, body } = ask;
    let (at, finding) = (body.at, body.finding);
    let (note, by) = (body.note()?, asked.name());
    let rule = move |case: &mut Case, moment: &Moment| {
        let at = at.unwrap_or_else(|| moment.now());
        case.record_check(Check { by, at, finding, note }, moment)
    };
    decide(&state, &ids, Ask { asked, body: () }, rule).await
}

/// Refuses a case.
pub(super) async fn refuse<S: Store>(
    State(state): State<OfficeState<S>>,
    ids: Ids,
    ask: Ask<RefusalData>,
) -> Result<Response, Stop> {
    let Ask { asked, body } = ask;
    let (reason, by) = (body.reason()?, asked.name());
    let rule = move |case: &mut Case, moment: &Moment| case.refuse(by, reason, moment);
    decide(&state, &ids, Ask { asked, body: () }, rule).await
}

/// Takes an application back, for the applicant.
pub(super) async fn withdraw<S: Store>(
    State(state): State<OfficeState<S>>,
    ids: Ids,
    ask: Ask<Nothing>,
) -> Result<Response, Stop> {
    decide(&state, &ids, ask, Case::withdraw).await
}

/// Approves a case, and does what it asks for.
pub(super) async fn approve<S: Store>(
    State(state): State<OfficeState<S>>,
    ids: Ids,
    ask: Ask<Nothing>,
) -> Result<Response, Stop> {
    let (asked, id) = (ask.asked, ids.get(0, "case")?);
    let mut change = state.begin(&asked).await?;
    sight::case(&mut change, &asked.officer, id).await?;
    let version = asked.decides()?;
    let (case, permit) = state.service.approve(&mut change, id, version, asked.name()).await?;
    let view = ApprovalView {
        case: state.case_view(&case.document).await?,
        permit: PermitView::of(&permit.document, &state.service.moment()),
    };
    let answer = Answer::new(StatusCode::OK, &view)?.version(case.version());
    state.finish(change, &asked, answer).await
}

/// Changes a case by a rule, if it has the version that was decided on.
async fn decide<S: Store, B>(
    state: &OfficeState<S>,
    ids: &Ids,
    ask: Ask<B>,
    rule: impl FnOnce(&mut Case, &Moment) -> Result<Vec<Event>, DomainError>,
) -> Result<Response, Stop> {
    let (asked, id) = (ask.asked, ids.get(0, "case")?);
    let mut change = state.begin(&asked).await?;
    sight::case(&mut change, &asked.officer, id).await?;
    let version = asked.decides()?;
    let actor = asked.name();
    let case = state.service.change_case(&mut change, id, version, actor.as_str(), rule).await?;
    let view = state.case_view(&case.document).await?;
    let answer = Answer::new(StatusCode::OK, &view)?.version(case.version());
    state.finish(change, &asked, answer).await
}

impl<S: Store> OfficeState<S> {
    pub(super) async fn case_view(&self, case: &Case) -> Result<CaseView, Problem> {
        let given = self.service.store().alarms(&format!("case:{}", case.id())).await?;
        let (calendar, moment) = (&self.service.office().calendar, self.service.moment());
        Ok(CaseView::of(case, &given, calendar, &moment))
    }
}
