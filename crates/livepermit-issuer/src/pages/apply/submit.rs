//! Makes the case, once for each form.

use super::holder::{HolderClaim, MOST_TRIES, NotTaken, TRIES, holder_of};
use super::wanted::{Wanted, What};
use crate::domain::{
    Application, CancelGround, Case, CaseId, Channel, Person, Request, RequestKind,
};
use crate::domain::{DomainError, Event, Moment, Permit};
use crate::pages::look::case_of;
use crate::pages::secrets::StateCode;
use crate::pages::state::PagesState;
use crate::pages::stop::Stop;
use crate::protocol::digest;
use crate::store::{Change, Loaded, Store, StoreError};

/// What became of a form.
pub(super) enum Submitted {
    /// The case was made now.
    Now(Case),
    /// It was made before.
    Before(Case),
    /// What is asked for is not taken.
    Not(NotTaken),
}

/// Makes the case with its documents in one change, once for each code.
pub(super) async fn submit<S: Store>(
    state: &PagesState<S>,
    wanted: &Wanted,
    channel: Channel,
    code: &StateCode,
) -> Result<Submitted, Stop> {
    let service = state.service();
    let named = match &wanted.what {
        What::New { .. } | What::Of { claim: None, .. } => None,
        What::Of { claim: Some(claim), .. } => {
            service.store().permit_by_number(&claim.number).await?
        }
    };
    let mut change = service.store().begin().await?;
    let (request, applicant) = match &wanted.what {
        What::New { class, applicant, mandate } => {
            let request = Request::New { class: class.clone(), mandate: mandate.clone() };
            (request, applicant.clone())
        }
        // Officers hand in at their own port.
        What::Of { claim: None, .. } => return Ok(Submitted::Not(NotTaken::Unknown)),
        What::Of { kind, claim: Some(claim), change: new_data } => {
            match identified(state, &mut change, *kind, claim, named).await? {
                Ok((request, holder)) => (request, new_data.clone().unwrap_or(holder)),
                Err(not) => {
                    // The try counts.
                    change.commit().await?;
                    return Ok(Submitted::Not(not));
                }
            }
        }
    };
    let id = CaseId::from_bytes(service.random());
    let ends = state.after(state.settings().code);
    if !change.keep_state_code(&code.digest(), id, ends).await? {
        drop(change);
        let missing = || StoreError::Missing { kind: "case", id: id.to_string() };
        return Ok(Submitted::Before(case_of(state, code).await?.ok_or_else(missing)?));
    }
    let address = wanted.address.clone();
    let application = Application { id, request, applicant, address, channel };
    let mut case = service.submit(&mut change, application).await?;
    if !wanted.uploads.is_empty() {
        let attach = |case: &mut Case, moment: &Moment| attach(wanted, case, moment);
        let actor = if channel == Channel::App { "channel:app" } else { "channel:website" };
        case = service.change_case(&mut change, id, None, actor, attach).await?;
        for upload in &wanted.uploads {
            change.add_upload(id, upload.document.id, upload.content.clone()).await?;
        }
    }
    change.commit().await?;
    Ok(Submitted::Now(case.document))
}

fn attach(wanted: &Wanted, case: &mut Case, moment: &Moment) -> Result<Vec<Event>, DomainError> {
    let mut events = Vec::new();
    for upload in &wanted.uploads {
        events.extend(case.attach(upload.document.clone(), moment)?);
    }
    Ok(events)
}

/// Looks whether the holder of the permit asks. The inner error says that not; the try is counted
/// then, if the change is handed in.
async fn identified<S: Store>(
    state: &PagesState<S>,
    change: &mut Change,
    kind: RequestKind,
    claim: &HolderClaim,
    named: Option<String>,
) -> Result<Result<(Request, Person), NotTaken>, Stop> {
    let moment = state.service().moment();
    let about = digest(&claim.number);
    // Counted first: those who try at once wait for each other here. A number that no permit has
    // counts as well, so that nobody learns which numbers there are.
    let tries = change.count_asking(&about, moment.now(), state.after(TRIES)).await?;
    if tries > MOST_TRIES {
        return Ok(Err(NotTaken::TooOften));
    }
    let Some(id) = named else { return Ok(Err(NotTaken::Unknown)) };
    let permit: Loaded<Permit> = change.load(&id).await?;
    let permit = permit.document;
    if !claim.fits(&permit) {
        return Ok(Err(NotTaken::Unknown));
    }
    change.forget_asking(&about).await?;
    let id = permit.id();
    let request = match kind {
        RequestKind::Change => Request::Change { permit: id },
        RequestKind::Endorsement => Request::Endorsement { permit: id },
        RequestKind::NewDevice => Request::NewDevice { permit: id },
        RequestKind::Cancellation => {
            Request::Cancellation { permit: id, ground: CancelGround::HolderAsked }
        }
        // A new permit names none.
        RequestKind::New => return Ok(Err(NotTaken::Unknown)),
    };
    Ok(holder_of(&permit, kind, &moment).map(|holder| (request, holder)))
}
