//! The cancellation of many permits: one officer proposes it, another approves it.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde_json::json;

use super::api::Refused;
use super::cases::reason;
use super::permits::cancel_grounds;
use super::seen::{Opened, Permit, PermitPage, Proposal, ProposalPage};
use super::sent::{Sent, see};
use super::state::DeskState;
use super::stop;
use super::view::{View, Visit};
use super::words;
use crate::pages::filled;
use crate::protocol::redirect_with;
use crate::staff::Role;

/// The states that can be chosen.
const STATES: [&str; 3] = ["open", "approved", "rejected"];

#[derive(Template)]
#[template(path = "desk/proposals.html")]
struct Page<'a> {
    view: &'a View,
    /// The states that can be chosen: address, text, chosen.
    states: Vec<(String, &'static str, bool)>,
    rows: Vec<Row>,
    /// The next page; empty on the last.
    next: String,
    /// Word, text, chosen.
    grounds: Vec<(&'static str, &'static str, bool)>,
    /// What is wrong with the form; empty without.
    problem: String,
    typed: &'a str,
    note: &'a str,
}

struct Row {
    address: String,
    when: String,
    by: String,
    permits: usize,
    ground: &'static str,
}

#[derive(Template)]
#[template(path = "desk/proposal.html")]
struct One<'a> {
    view: &'a View,
    id: &'a str,
    rows: Vec<(&'static str, String)>,
    permits: Vec<Cancelled>,
    open: bool,
    /// Whether somebody else proposed it.
    may_approve: bool,
}

/// A permit that is to be cancelled.
struct Cancelled {
    address: String,
    number: String,
    name: String,
    state: &'static str,
}

/// What is typed into the form.
#[derive(Default)]
struct Typed<'a> {
    problem: String,
    numbers: &'a str,
    ground: &'a str,
    note: &'a str,
}

/// Shows proposals, and the form for a new one.
pub(super) async fn list(State(desk): State<DeskState>, visit: Visit) -> Response {
    shown(&desk, &visit, StatusCode::OK, Typed::default()).await
}

async fn shown(desk: &DeskState, visit: &Visit, status: StatusCode, typed: Typed<'_>) -> Response {
    let (view, d) = (&visit.view, visit.view.d);
    let asked = view.asked("state");
    let state = asked.and_then(|asked| STATES.into_iter().find(|known| *known == asked));
    let state = state.unwrap_or("open");
    let behind = view.asked("behind").unwrap_or_default();
    let query = [("state", state), ("behind", behind), ("most", "50")];
    let path = redirect_with("/office/proposals", &query);
    let found = match desk.api().get::<ProposalPage>(&visit.session, &path).await {
        Ok(found) => found.body,
        Err(refused) => return stop::refused(view, &refused, Some("")),
    };
    let row = |proposal: &Proposal| Row {
        address: view.link(&format!("/proposals/{}", proposal.id)),
        when: view.time(&proposal.proposed_at),
        by: proposal.proposed_by.clone(),
        permits: proposal.proposal.permits.len(),
        ground: words::cancel_ground(d, proposal.proposal.reason.ground),
    };
    let next =
        found.next.map(|next| view.link_with("/proposals", &[("state", state), ("behind", &next)]));
    let grounds = cancel_grounds(d).into_iter();
    let states = STATES.map(|each| {
        let address = view.link_with("/proposals", &[("state", each)]);
        (address, words::proposal_state(d, each), each == state)
    });
    let page = Page {
        view,
        states: states.into(),
        rows: found.proposals.iter().map(row).collect(),
        next: next.unwrap_or_default(),
        grounds: grounds.map(|(word, text)| (word, text, word == typed.ground)).collect(),
        problem: typed.problem,
        typed: typed.numbers,
        note: typed.note,
    };
    view.page(status, &page)
}

/// Proposes to cancel the permits whose numbers were typed.
pub(super) async fn propose(State(desk): State<DeskState>, sent: Sent) -> Response {
    let (d, session) = (sent.view().d, &sent.visit.session);
    let typed = sent.get("numbers");
    let (mut permits, mut unknown) = (Vec::new(), Vec::new());
    for number in typed.split([',', ';', '，', '；', '、', '\n']).map(str::trim) {
        if number.is_empty() {
            continue;
        }
        match find(&desk, session, number).await {
            Ok(Some(id)) => permits.push(id),
            Ok(None) => unknown.push(number.to_owned()),
            Err(refused) => return stop::not_done(&sent, &refused, "/proposals"),
        }
    }
    let problem = match (permits.is_empty(), unknown.is_empty()) {
        (_, false) => filled(d.proposal_unknown, unknown.join(sent.view().language.comma())),
        (true, _) => d.proposal_empty.to_owned(),
        _ => String::new(),
    };
    let (ground, note) = (sent.get("ground"), sent.get("note"));
    let again = |problem| Typed { problem, numbers: typed, ground, note };
    if !problem.is_empty() {
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        return shown(&desk, &sent.visit, status, again(problem)).await;
    }
    let body = json!({ "permits": permits, "reason": reason(&sent) });
    let change = sent.change("/office/proposals", &body);
    match desk.api().change::<Opened>(session, change).await {
        Ok(made) => see(sent.view(), &format!("/proposals/{}", made.body.id)),
        Err(refused) if refused.status == StatusCode::UNPROCESSABLE_ENTITY => {
            let known = words::refusal(d, &refused.code).unwrap_or(d.refused_text);
            shown(&desk, &sent.visit, refused.status, again(known.to_owned())).await
        }
        Err(refused) => stop::not_done(&sent, &refused, "/proposals"),
    }
}

/// The id of the permit with this number.
async fn find(desk: &DeskState, session: &str, number: &str) -> Result<Option<String>, Refused> {
    let path = redirect_with("/office/permits", &[("number", number)]);
    let found = desk.api().get::<PermitPage>(session, &path).await?.body.permits;
    Ok(found.into_iter().next().map(|permit| permit.id))
}

/// Shows a proposal with its permits, so that who approves it knows what is cancelled.
pub(super) async fn one(
    State(desk): State<DeskState>,
    Path(id): Path<String>,
    visit: Visit,
) -> Response {
    let Visit { view, who, session } = &visit;
    let d = view.d;
    let got = desk.api().get::<Proposal>(session, &format!("/office/proposals/{id}")).await;
    let proposal = match got {
        Ok(got) => got.body,
        Err(refused) => return stop::refused(view, &refused, Some("/proposals")),
    };
    let mut permits = Vec::with_capacity(proposal.proposal.permits.len());
    for permit in &proposal.proposal.permits {
        let got = desk.api().get::<Permit>(session, &format!("/office/permits/{permit}")).await;
        let permit = match got {
            Ok(got) => got.body,
            Err(refused) => return stop::refused(view, &refused, Some("/proposals")),
        };
        permits.push(Cancelled {
            address: view.link(&format!("/permits/{}", permit.id)),
            name: permit.holder.map_or(d.erased.to_owned(), |holder| holder.name),
            state: words::permit_state(d, &permit.state.name),
            number: permit.number,
        });
    }
    let why = &proposal.proposal.reason;
    let mut rows = vec![
        (d.state, words::proposal_state(d, &proposal.state).to_owned()),
        (d.proposed_by, proposal.proposed_by.clone()),
        (d.proposed_at, view.time(&proposal.proposed_at)),
        (d.proposal_ends, view.time(&proposal.ends)),
        (d.ground, words::cancel_ground(d, why.ground).to_owned()),
    ];
    rows.extend(why.note.iter().map(|note| (d.note, note.clone())));
    rows.extend(proposal.decided_by.iter().map(|by| (d.decided_by, by.clone())));
    rows.extend(proposal.decided_at.iter().map(|at| (d.decided_at, view.time(at))));
    let page = One {
        view,
        id: &proposal.id,
        rows,
        permits,
        open: proposal.state == "open" && who.may(Role::Decide),
        may_approve: proposal.proposed_by != who.name,
    };
    view.page(StatusCode::OK, &page)
}

/// Approves or rejects a proposal, and shows it.
pub(super) async fn step(
    State(desk): State<DeskState>,
    Path((id, step)): Path<(String, String)>,
    sent: Sent,
) -> Response {
    if !matches!(&*step, "approve" | "reject") {
        return stop::missing(sent.view());
    }
    let (path, back) = (format!("/office/proposals/{id}/{step}"), format!("/proposals/{id}"));
    sent.done(&desk, &path, &json!({}), &back).await
}
