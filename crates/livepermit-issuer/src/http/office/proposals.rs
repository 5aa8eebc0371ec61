//! The cancellation of many permits at once: one officer proposes it, another approves it.

use axum::Json;
use axum::extract::{Extension, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::super::problem::Problem;
use super::OfficeState;
use super::ask::{Answer, Ask, Stop};
use super::bodies::{Nothing, ProposalData};
use super::cursor::{Ids, Params, after, behind, page};
use super::openapi::ProposalStateWord;
use super::session::Known;
use crate::domain::{DomainError, PermitId};
use crate::hex::hex;
use crate::staff::Officer;
use crate::store::{AuditLine, Mark, Proposal, ProposalState, Store};

/// For so long a proposal can be approved.
const LIFETIME: SignedDuration = SignedDuration::from_hours(7 * 24);
/// The most permits of one proposal.
const MOST: usize = 200;
/// What the register calls such proposals.
const CANCEL: &str = "cancel-permits";

/// A proposal.
#[derive(Serialize, ToSchema)]
pub(super) struct ProposalView {
    id: String,
    proposal: ProposalData,
    proposed_by: String,
    #[schema(value_type = String, format = DateTime)]
    proposed_at: Timestamp,
    /// Until when it can be approved.
    #[schema(value_type = String, format = DateTime)]
    ends: Timestamp,
    #[schema(value_type = ProposalStateWord)]
    state: &'static str,
    /// Who approved or rejected it.
    decided_by: Option<String>,
    #[schema(value_type = Option<String>, format = DateTime)]
    decided_at: Option<Timestamp>,
}

/// A page of proposals, the oldest first.
#[derive(Serialize, ToSchema)]
pub(super) struct ProposalPage {
    proposals: Vec<ProposalView>,
    /// Where the next page begins; null on the last one.
    next: Option<String>,
}

/// What an approval has done.
#[derive(Serialize, ToSchema)]
pub(super) struct ProposalDone {
    proposal: ProposalView,
    /// How many permits it has cancelled.
    cancelled: usize,
    /// How many were over already.
    over: usize,
}

/// What a list of proposals is asked for.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Listing {
    state: Option<String>,
    behind: Option<String>,
    most: Option<u32>,
}

impl ProposalView {
    fn of(proposal: &Proposal) -> Result<Self, Problem> {
        let unreadable = |error| Problem::internal("damaged", &error);
        let time = |second| Timestamp::from_second(second).unwrap_or(Timestamp::UNIX_EPOCH);
        let decided = proposal.state != ProposalState::Open;
        Ok(Self {
            id: proposal.id.clone(),
            proposal: serde_json::from_str(&proposal.body).map_err(unreadable)?,
            proposed_by: proposal.proposed_by.clone(),
            proposed_at: time(proposal.proposed_at),
            ends: time(proposal.ends),
            state: proposal.state.name(),
            decided_by: decided.then(|| proposal.decided_by.clone()),
            decided_at: decided.then(|| time(proposal.decided_at)),
        })
    }

    fn permits(&self) -> Result<Vec<PermitId>, DomainError> {
        self.proposal.permits.iter().map(|id| id.parse()).collect()
    }
}

/// Proposals, the oldest first.
pub(super) async fn list<S: Store>(
    State(state): State<OfficeState<S>>,
    Extension(known): Extension<Known>,
    Params(listing): Params<Listing>,
) -> Result<Response, Stop> {
    let most = page(listing.most)?;
    let mark = behind(listing.behind.as_deref())?;
    let detail = "A proposal is open, approved or rejected.";
    let named = ProposalState::named(listing.state.as_deref().unwrap_or("open"))
        .ok_or_else(|| Problem::malformed("state-malformed", detail))?;
    let found = state.service.store().proposals(CANCEL, named, (mark.date, &mark.id), most).await?;
    let full = u32::try_from(found.len()).is_ok_and(|rows| rows == most);
    let next = found.last().filter(|_| full);
    let next = next.map(|last| after(&Mark { date: last.proposed_at, id: last.id.clone() }));
    let mut proposals = Vec::with_capacity(found.len());
    for proposal in &found {
        let view = ProposalView::of(proposal)?;
        match state.all_seen(&known.officer, &view).await {
            Ok(_) => proposals.push(view),
            Err(problem) if problem.status() == StatusCode::NOT_FOUND => {}
            Err(problem) => return Err(problem.into()),
        }
    }
    Ok(Json(ProposalPage { proposals, next }).into_response())
}

/// A proposal.
pub(super) async fn get<S: Store>(
    State(state): State<OfficeState<S>>,
    Extension(known): Extension<Known>,
    ids: Ids,
) -> Result<Response, Stop> {
    let (_, view) = state.proposal(&known.officer, &ids).await?;
    Ok(Json(view).into_response())
}

/// Proposes to cancel many permits.
pub(super) async fn propose<S: Store>(
    State(state): State<OfficeState<S>>,
    ask: Ask<ProposalData>,
) -> Result<Response, Stop> {
    let Ask { asked, body } = ask;
    let count = body.permits.len();
    if !(1..=MOST).contains(&count) {
        let detail = format!("A proposal names 1 to {MOST} permits, not {count}.");
        return Err(Problem::malformed("proposal-malformed", detail).into());
    }
    body.reason.clone().reason()?;
    let now = state.service.now();
    let id = hex(&state.service.random::<16>());
    let unwritable = |error| Problem::internal("unwritable", &error);
    let proposal = Proposal {
        id,
        kind: CANCEL.to_owned(),
        body: serde_json::to_string(&body).map_err(unwritable)?,
        proposed_by: asked.name().to_string(),
        proposed_at: now.as_second(),
        ends: now.saturating_add(LIFETIME).unwrap_or(now).as_second(),
        state: ProposalState::Open,
        decided_by: String::new(),
        decided_at: 0,
    };
    let view = ProposalView::of(&proposal)?;
    state.all_seen(&asked.officer, &view).await?;
    let mut change = state.begin(&asked).await?;
    change.propose(&proposal).await?;
    let line = line(now, &proposal.proposed_by, "proposal-made", &proposal.id)?;
    change.audit(line.with("permits", &count.to_string())?);
    state.finish(change, &asked, Answer::new(StatusCode::CREATED, &view)?).await
}

/// Approves a proposal of somebody else, and cancels its permits: all of them, or none.
pub(super) async fn approve<S: Store>(
    State(state): State<OfficeState<S>>,
    ids: Ids,
    ask: Ask<Nothing>,
) -> Result<Response, Stop> {
    let (asked, moment) = (ask.asked, state.service.moment());
    let (now, by) = (moment.now(), asked.name());
    let (proposal, view) = state.proposal(&asked.officer, &ids).await?;
    let mut change = state.begin(&asked).await?;
    if proposal.proposed_by == by.as_str() {
        let detail = "Nobody approves a proposal of one's own. Ask another officer.";
        return Err(Problem::new(StatusCode::CONFLICT, "own-proposal", detail).into());
    }
    if now.as_second() >= proposal.ends {
        let detail = format!("The proposal ended at {}. Propose it again.", view.ends);
        return Err(Problem::new(StatusCode::CONFLICT, "proposal-ended", detail).into());
    }
    change.decide_proposal(&proposal.id, ProposalState::Approved, by.as_str(), now).await?;
    let line = line(now, by.as_str(), "proposal-approved", &proposal.id)?;
    change.audit(line.with("proposed-by", &proposal.proposed_by)?);
    let mut permits = view.permits()?;
    // In one order, so that two approvals do not wait for each other; each once.
    permits.sort_unstable();
    permits.dedup();
    let (mut cancelled, mut over) = (0, 0);
    for id in permits {
        let permit: crate::store::Loaded<crate::domain::Permit> =
            change.load(&id.to_string()).await?;
        if permit.document.state(&moment).is_over() {
            over += 1;
            continue;
        }
        let (by, reason) = (by.clone(), view.proposal.reason.clone().reason()?);
        let actor = by.to_string();
        let rule =
            |permit: &mut crate::domain::Permit, moment: &_| permit.cancel(by, reason, moment);
        state.service.change_permit(&mut change, id, None, &actor, rule).await?;
        cancelled += 1;
    }
    let decided = decided(&proposal, ProposalState::Approved, by.as_str(), now);
    let done = ProposalDone { proposal: ProposalView::of(&decided)?, cancelled, over };
    state.finish(change, &asked, Answer::new(StatusCode::OK, &done)?).await
}

/// Rejects a proposal, one's own too.
pub(super) async fn reject<S: Store>(
    State(state): State<OfficeState<S>>,
    ids: Ids,
    ask: Ask<Nothing>,
) -> Result<Response, Stop> {
    let (asked, now) = (ask.asked, state.service.now());
    let by = asked.name();
    let (proposal, _) = state.proposal(&asked.officer, &ids).await?;
    let mut change = state.begin(&asked).await?;
    change.decide_proposal(&proposal.id, ProposalState::Rejected, by.as_str(), now).await?;
    change.audit(line(now, by.as_str(), "proposal-rejected", &proposal.id)?);
    let decided = decided(&proposal, ProposalState::Rejected, by.as_str(), now);
    let view = ProposalView::of(&decided)?;
    state.finish(change, &asked, Answer::new(StatusCode::OK, &view)?).await
}

fn decided(proposal: &Proposal, state: ProposalState, by: &str, now: Timestamp) -> Proposal {
    let (decided_by, decided_at) = (by.to_owned(), now.as_second());
    Proposal { state, decided_by, decided_at, ..proposal.clone() }
}

fn line(now: Timestamp, by: &str, action: &'static str, id: &str) -> Result<AuditLine, Problem> {
    Ok(AuditLine::new(now, by, action, &format!("proposal:{id}"))?)
}

impl<S: Store> OfficeState<S> {
    /// A proposal, if the officer sees all its permits.
    async fn proposal(
        &self,
        officer: &Officer,
        ids: &Ids,
    ) -> Result<(Proposal, ProposalView), Problem> {
        // Its id has the form of a permit's.
        let id: PermitId = ids.get(0, "proposal")?;
        let found = self.service.store().proposal(&id.to_string()).await?;
        // Those about keys are decided by their own command.
        let found = found.filter(|proposal| proposal.kind == CANCEL);
        let proposal = found.ok_or_else(|| Problem::missing("proposal"))?;
        let view = ProposalView::of(&proposal)?;
        self.all_seen(officer, &view).await.map_err(|problem| {
            let hidden = problem.status() == StatusCode::NOT_FOUND;
            if hidden { Problem::missing("proposal") } else { problem }
        })?;
        Ok((proposal, view))
    }

    async fn all_seen(&self, officer: &Officer, view: &ProposalView) -> Result<(), Problem> {
        for id in view.permits()? {
            self.permit(officer, id).await?;
        }
        Ok(())
    }
}
