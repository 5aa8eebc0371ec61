//! Checks after the issue: the queue of an office, and what is found.

use axum::Json;
use axum::extract::{Extension, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::super::problem::Problem;
use super::OfficeState;
use super::ask::{Answer, Ask, Stop};
use super::bodies::{FollowUpData, Nothing, OfficeData, OfficerData};
use super::cases::{able_to_check, one_office};
use super::cursor::{Ids, Params, after, behind, page};
use super::paper::{PermitRow, PermitView};
use super::session::Known;
use super::views::CaseView;
use crate::domain::{
    Check, DomainError, FollowUp, FollowUps, Moment, OfficeId, Permit, PermitId, StaffId,
};
use crate::staff::Officer;
use crate::store::{Loaded, Mark, Store};

/// What a queue is asked for.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Listing {
    office: Option<String>,
    behind: Option<String>,
    most: Option<u32>,
}

/// A permit that waits for a check.
#[derive(Serialize, ToSchema)]
pub(super) struct FollowUpRow {
    permit: PermitRow,
    /// Since when it waits.
    #[schema(value_type = String, format = DateTime)]
    since: Timestamp,
    /// Who makes the check; null if nobody has taken it.
    officer: Option<String>,
}

/// Permits that wait for a check, those that wait longest first.
#[derive(Serialize, ToSchema)]
pub(super) struct FollowUpPage {
    office: String,
    follow_ups: Vec<FollowUpRow>,
    /// Where the next page begins; null on the last one.
    next: Option<String>,
}

/// What an officer has taken.
#[derive(Serialize, ToSchema)]
pub(super) struct FollowUpTaken {
    /// Null if no permit waits that nobody has taken.
    follow_up: Option<FollowUpRow>,
}

/// A check that was recorded, and what follows.
#[derive(Serialize, ToSchema)]
pub(super) struct FollowUpDone {
    permit: PermitView,
    /// The case of cancellation; null if nothing follows.
    case: Option<CaseView>,
}

/// Where a permit stands in the order of pages.
fn mark(waits: &FollowUp) -> Mark {
    Mark { date: waits.since.as_second(), id: waits.permit.to_string() }
}

/// The queue of an office.
pub(super) async fn list<S: Store>(
    State(state): State<OfficeState<S>>,
    Extension(known): Extension<Known>,
    Params(listing): Params<Listing>,
) -> Result<Response, Stop> {
    let most = page(listing.most)?;
    let from = behind(listing.behind.as_deref())?;
    let office = one_office(&known, listing.office)?;
    let queue: Option<Loaded<FollowUps>> = state.service.store().load(&office).await?;
    let mut waiting = queue.map(|queue| queue.document.waiting().to_vec()).unwrap_or_default();
    waiting.retain(|waits| mark(waits) > from);
    waiting.sort_unstable_by_key(mark);
    let full = waiting.len() > usize::try_from(most).unwrap_or(usize::MAX);
    waiting.truncate(usize::try_from(most).unwrap_or(usize::MAX));
    let next = waiting.last().filter(|_| full).map(|last| after(&mark(last)));
    let mut follow_ups = Vec::with_capacity(waiting.len());
    for waits in &waiting {
        follow_ups.extend(state.follow_up_row(waits).await?);
    }
    Ok(Json(FollowUpPage { office, follow_ups, next }).into_response())
}

/// Takes the check of the permit that waits longest, of those that nobody has taken.
pub(super) async fn take<S: Store>(
    State(state): State<OfficeState<S>>,
    Extension(known): Extension<Known>,
    ask: Ask<OfficeData>,
) -> Result<Response, Stop> {
    let Ask { asked, body } = ask;
    let office = OfficeId::new(one_office(&known, body.office)?)?;
    let mut change = state.begin(&asked).await?;
    let taken = state.service.take_follow_up(&mut change, &office, &asked.name()).await?;
    let follow_up = match taken {
        Some(taken) => state.follow_up_row(&taken).await?,
        None => None,
    };
    let answer = Answer::new(StatusCode::OK, &FollowUpTaken { follow_up })?;
    state.finish(change, &asked, answer).await
}

/// Gives a check to an officer.
pub(super) async fn give<S: Store>(
    State(state): State<OfficeState<S>>,
    ids: Ids,
    ask: Ask<OfficerData>,
) -> Result<Response, Stop> {
    let Ask { asked, body } = ask;
    let officer = StaffId::new(body.officer)?;
    let (permit, office) = state.waiting_permit(&asked.officer, &ids).await?;
    able_to_check(&state, &officer, &office).await?;
    let id = permit.id();
    let mut change = state.begin(&asked).await?;
    let actor = asked.name();
    let rule = |queue: &mut FollowUps, moment: &Moment| queue.give(id, &officer, moment);
    state.service.change_follow_ups(&mut change, &office, actor.as_str(), rule).await?;
    let view = PermitView::of(&permit, &state.service.moment());
    state.finish(change, &asked, Answer::new(StatusCode::OK, &view)?).await
}

/// Removes a permit from the queue that is over.
pub(super) async fn close<S: Store>(
    State(state): State<OfficeState<S>>,
    ids: Ids,
    ask: Ask<Nothing>,
) -> Result<Response, Stop> {
    let asked = ask.asked;
    let (permit, office) = state.waiting_permit(&asked.officer, &ids).await?;
    let mut change = state.begin(&asked).await?;
    state.service.close_follow_up(&mut change, &office, &permit, &asked.name()).await?;
    let view = PermitView::of(&permit, &state.service.moment());
    state.finish(change, &asked, Answer::new(StatusCode::OK, &view)?).await
}

/// Records a check after the issue, and opens a case of cancellation if that follows.
pub(super) async fn record<S: Store>(
    State(state): State<OfficeState<S>>,
    ids: Ids,
    ask: Ask<FollowUpData>,
) -> Result<Response, Stop> {
    let Ask { asked, body } = ask;
    let id: PermitId = ids.get(0, "permit")?;
    let _: Loaded<Permit> = state.permit(&asked.officer, id).await?;
    let (finding, cancellation) = (body.finding, body.cancellation);
    let at = body.at.unwrap_or_else(|| state.service.now());
    let check = Check { by: asked.name(), at, finding, note: body.note()? };
    let mut change = state.begin(&asked).await?;
    let (version, service) = (asked.version, &state.service);
    let (permit, case) =
        service.record_follow_up(&mut change, id, version, check, cancellation).await?;
    let (calendar, moment) = (&service.office().calendar, service.moment());
    // No alarm was given of a case that was opened now.
    let case = case.map(|case| CaseView::of(&case.document, &[], calendar, &moment));
    let done = FollowUpDone { permit: PermitView::of(&permit.document, &moment), case };
    let answer = Answer::new(StatusCode::OK, &done)?.version(permit.version());
    state.finish(change, &asked, answer).await
}

impl<S: Store> OfficeState<S> {
    async fn follow_up_row(&self, waits: &FollowUp) -> Result<Option<FollowUpRow>, Problem> {
        let id = waits.permit.to_string();
        let permit: Option<Loaded<Permit>> = self.service.store().load(&id).await?;
        let moment = self.service.moment();
        Ok(permit.map(|permit| FollowUpRow {
            permit: PermitRow::of(&permit.document, &moment),
            since: waits.since,
            officer: waits.officer.as_ref().map(ToString::to_string),
        }))
    }

    /// A permit that the officer sees, and the office in whose queue it can wait.
    async fn waiting_permit(
        &self,
        officer: &Officer,
        ids: &Ids,
    ) -> Result<(Permit, OfficeId), Problem> {
        let id: PermitId = ids.get(0, "permit")?;
        let permit: Permit = self.permit(officer, id).await?.document;
        let office = self.service.office_of(&permit).await?;
        let office = office.ok_or(DomainError::FollowUpUnknown { permit: id })?;
        Ok((permit, office))
    }
}
