//! Permits: found, suspended, cancelled, and fetched into another phone.

use axum::Json;
use axum::extract::{Extension, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

use super::super::problem::Problem;
use super::OfficeState;
use super::ask::{Answer, Ask, Asked, Stop, versioned};
use super::bodies::{CancellationData, CardData, MandateData, Nothing, OfferData, SuspensionData};
use super::cursor::{Ids, Params, after, behind, page};
use super::paper::{OfferView, PermitPage, PermitRow, PermitView};
use super::session::Known;
use crate::domain::{DomainError, Event, Moment, Party, Permit, PermitId, RepresentativeId};
use crate::store::{AuditLine, Loaded, Mark, Store, Word};

/// What a search is asked for: one of the three.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Search {
    number: Option<String>,
    name: Option<String>,
    document: Option<String>,
    behind: Option<String>,
    most: Option<u32>,
}

/// Permits by number, or by the whole name or document number of their holders. A search for a
/// person leaves a line in the audit log, without the person.
pub(super) async fn search<S: Store>(
    State(state): State<OfficeState<S>>,
    Extension(known): Extension<Known>,
    Params(search): Params<Search>,
) -> Result<Response, Stop> {
    let most = page(search.most)?;
    let mark = behind(search.behind.as_deref())?;
    let store = state.service.store();
    let (ids, action) = match (search.number, search.name, search.document) {
        (Some(number), None, None) => {
            // A number that is none finds nothing.
            let number = crate::domain::PermitNumber::new(number.trim().to_uppercase());
            let found = match number {
                Ok(number) => store.permit_by_number(number.as_str()).await?,
                Err(_) => None,
            };
            (found.into_iter().collect(), None)
        }
        (None, Some(name), None) => {
            let word = Word::name(&name);
            (store.permits_by_word(&word, &mark.id, most).await?, Some("searched-by-name"))
        }
        (None, None, Some(document)) => {
            let word = Word::document(&document);
            (store.permits_by_word(&word, &mark.id, most).await?, Some("searched-by-document"))
        }
        _ => {
            let detail = "Search by one of `number`, `name` and `document`.";
            return Err(Problem::malformed("search-malformed", detail).into());
        }
    };
    if let Some(action) = action {
        let (now, name) = (state.service.now(), known.officer.name.as_str());
        let mut change = store.begin().await?;
        change.audit(AuditLine::new(now, name, action, "permits")?);
        change.commit().await?;
    }
    let full = u32::try_from(ids.len()).is_ok_and(|rows| rows == most) && action.is_some();
    let next = ids.last().filter(|_| full);
    let next = next.map(|id| after(&Mark { date: 0, id: id.clone() }));
    let moment = state.service.moment();
    let mut permits = Vec::with_capacity(ids.len());
    for id in ids {
        let Ok(id) = id.parse::<PermitId>() else { continue };
        match state.permit(&known.officer, id).await {
            Ok(permit) => permits.push(PermitRow::of(&permit.document, &moment)),
            Err(problem) if problem.status() == StatusCode::NOT_FOUND => {}
            Err(problem) => return Err(problem.into()),
        }
    }
    Ok(Json(PermitPage { permits, next }).into_response())
}

/// A permit.
pub(super) async fn get<S: Store>(
    State(state): State<OfficeState<S>>,
    Extension(known): Extension<Known>,
    ids: Ids,
) -> Result<Response, Stop> {
    let permit = state.permit(&known.officer, ids.get(0, "permit")?).await?;
    Ok(versioned(permit.version(), PermitView::of(&permit.document, &state.service.moment())))
}

/// Suspends a permit.
pub(super) async fn suspend<S: Store>(
    State(state): State<OfficeState<S>>,
    ids: Ids,
    ask: Ask<SuspensionData>,
) -> Result<Response, Stop> {
    let (by, reason) = (ask.asked.name(), ask.body.reason()?);
    ask.asked.decides()?;
    change(&state, &ids, ask.asked, |permit, moment| permit.suspend(by, reason, moment)).await
}

/// Lifts a suspension.
pub(super) async fn resume<S: Store>(
    State(state): State<OfficeState<S>>,
    ids: Ids,
    ask: Ask<Nothing>,
) -> Result<Response, Stop> {
    let by = ask.asked.name();
    ask.asked.decides()?;
    change(&state, &ids, ask.asked, |permit, moment| permit.resume(by, moment)).await
}

/// Cancels a permit, for good.
pub(super) async fn cancel<S: Store>(
    State(state): State<OfficeState<S>>,
    ids: Ids,
    ask: Ask<CancellationData>,
) -> Result<Response, Stop> {
    let (by, reason) = (ask.asked.name(), ask.body.reason()?);
    ask.asked.decides()?;
    change(&state, &ids, ask.asked, |permit, moment| permit.cancel(by, reason, moment)).await
}

/// Closes the device, because the holder has lost it.
pub(super) async fn device_lost<S: Store>(
    State(state): State<OfficeState<S>>,
    ids: Ids,
    ask: Ask<Nothing>,
) -> Result<Response, Stop> {
    change(&state, &ids, ask.asked, Permit::report_device_lost).await
}

/// Records that somebody acts for the holder.
pub(super) async fn add_representative<S: Store>(
    State(state): State<OfficeState<S>>,
    ids: Ids,
    ask: Ask<MandateData>,
) -> Result<Response, Stop> {
    let (mandate, asked) = (ask.body.mandate()?, ask.asked);
    let id: PermitId = ids.get(0, "permit")?;
    let _: Loaded<Permit> = state.permit(&asked.officer, id).await?;
    let mut change = state.begin(&asked).await?;
    let (actor, version, service) = (asked.name(), asked.version, &state.service);
    let permit =
        service.add_representative(&mut change, id, version, actor.as_str(), mandate).await?;
    let view = PermitView::of(&permit.document, &service.moment());
    let answer = Answer::new(StatusCode::OK, &view)?.version(permit.version());
    state.finish(change, &asked, answer).await
}

/// Ends a mandate before its time.
pub(super) async fn close_representative<S: Store>(
    State(state): State<OfficeState<S>>,
    ids: Ids,
    ask: Ask<Nothing>,
) -> Result<Response, Stop> {
    let id: RepresentativeId = ids.get(1, "representative")?;
    change(&state, &ids, ask.asked, |permit, moment| permit.close_representative(id, moment)).await
}

/// Records a physical card.
pub(super) async fn record_card<S: Store>(
    State(state): State<OfficeState<S>>,
    ids: Ids,
    ask: Ask<CardData>,
) -> Result<Response, Stop> {
    let card = ask.body.card();
    change(&state, &ids, ask.asked, |permit, moment| permit.record_card(card, moment)).await
}

/// Opens the enrolment, and makes an offer for a phone: the holder, who has proved who he is,
/// stands at the counter.
pub(super) async fn offer<S: Store>(
    State(state): State<OfficeState<S>>,
    ids: Ids,
    ask: Ask<OfferData>,
) -> Result<Response, Stop> {
    let (asked, id) = (ask.asked, ids.get::<PermitId>(0, "permit")?);
    let Some(offers) = state.offers.clone() else {
        let detail = "This service makes no offers for wallets.";
        return Err(Problem::new(StatusCode::CONFLICT, "no-offers", detail).into());
    };
    let permit = state.permit(&asked.officer, id).await?;
    let party = match ask.body.representative {
        None => Party::Holder,
        Some(representative) => {
            let representative: RepresentativeId = representative.parse()?;
            let today = state.service.moment().today();
            let mut known = permit.document.representatives().iter();
            if !known.any(|known| known.id == representative && known.acts_on(today)) {
                let unknown = DomainError::RepresentativeUnknown { permit: id, representative };
                return Err(unknown.into());
            }
            Party::Representative(representative)
        }
    };
    let mut change = state.begin(&asked).await?;
    let actor = asked.name();
    // An enrolment that is open tells of no event, and a save without one is refused.
    if !permit.document.enrolment_is_open() || asked.version.is_some() {
        let rule = Permit::open_enrolment;
        state.service.change_permit(&mut change, id, asked.version, actor.as_str(), rule).await?;
    }
    let line = AuditLine::new(state.service.now(), actor.as_str(), "offer-made", &subject(id))?;
    change.audit(line);
    let made = offers.offer(&mut change, id, party).await?;
    let view = OfferView { code: made.code, tx_code: made.tx_code, ends: made.ends, uri: made.uri };
    let answer = Answer::new(StatusCode::CREATED, &view)?;
    state.finish(change, &asked, answer).await
}

/// A permit, as the audit log names it.
pub(super) fn subject(id: PermitId) -> String {
    format!("permit:{id}")
}

/// Changes a permit that the officer sees by a rule.
pub(super) async fn change<S: Store>(
    state: &OfficeState<S>,
    ids: &Ids,
    asked: Asked,
    rule: impl FnOnce(&mut Permit, &Moment) -> Result<Vec<Event>, DomainError>,
) -> Result<Response, Stop> {
    let id: PermitId = ids.get(0, "permit")?;
    let _: Loaded<Permit> = state.permit(&asked.officer, id).await?;
    let mut change = state.begin(&asked).await?;
    let actor = asked.name();
    let permit =
        state.service.change_permit(&mut change, id, asked.version, actor.as_str(), rule).await?;
    let view = PermitView::of(&permit.document, &state.service.moment());
    let answer = Answer::new(StatusCode::OK, &view)?.version(permit.version());
    state.finish(change, &asked, answer).await
}
