//! What a session gets for a key: the credential, or the word that it has to wait.

use livepermit::PublicKey;

use super::answer::Refusal;
use super::state::WalletsState;
use crate::domain::{
    Attestation, Case, CaseId, CaseState, KeyThumbprint, Outcome, Party, Permit, PermitId, Request,
};
use crate::protocol::OAuthCode;
use crate::service::Issued;
use crate::store::{Change, Loaded, Owner, Session, Store, StoreError};

/// What is given.
pub(super) enum Given {
    /// The credential. The change has to be committed before it is sent.
    Credential(Issued),
    /// The case is open.
    Later,
}

fn denied(why: &str) -> Refusal {
    Refusal::wrong(OAuthCode::CredentialRequestDenied, why)
}

/// Renews the credential of the key that is bound, or binds the key if the session may. Where the
/// key is, is asked only of a key that is new.
pub(super) async fn give<S: Store>(
    state: &WalletsState<S>,
    change: &mut Change,
    (session, permit): (&Session, Option<Loaded<Permit>>),
    device: &PublicKey,
    attestation: impl FnOnce() -> Result<Attestation, Refusal>,
) -> Result<Given, Refusal> {
    let service = state.service();
    let key = KeyThumbprint::from_bytes(device.thumbprint());
    let (id, mandated) = match session.owner {
        Owner::Permit(permit) => (permit, false),
        Owner::Case(case) => match decided(change, case).await? {
            Some(decided) => decided,
            None => return Ok(Given::Later),
        },
    };
    let permit = match permit {
        Some(permit) => permit.document,
        None => change.load::<Permit>(&id.to_string()).await?.document,
    };
    match session.device {
        // The daily way.
        Some(bound) if bound == key => {
            return Ok(Given::Credential(service.renew(change, &permit, device)?));
        }
        Some(_) => {
            return Err(denied("this session is for another device key: ask for a new enrolment"));
        }
        None => {}
    }
    let active = permit.bindings().active();
    let issued = if active.is_some_and(|active| active.binding.device == key) {
        service.renew(change, &permit, device)?
    } else {
        let moment = service.moment();
        let mut acting = permit.representatives().iter();
        let party = match acting.find(|each| mandated && each.acts_on(moment.today())) {
            Some(representative) => Party::Representative(representative.id),
            None => session.party,
        };
        let issued = service.enrol(change, id, device, attestation()?, party).await?;
        // The phone before has lost its key, and with it the right to ask.
        change.revoke_sessions_of(id, Some(session.id), moment.now()).await?;
        issued
    };
    if change.bind_session(session.id, id, key).await? {
        Ok(Given::Credential(issued))
    } else {
        Err(StoreError::Collided.into())
    }
}

/// The permit of a case, and whether somebody acts for the applicant; `None` while it is open.
async fn decided(change: &mut Change, case: CaseId) -> Result<Option<(PermitId, bool)>, Refusal> {
    let loaded: Loaded<Case> = change.load(&case.to_string()).await?;
    let case = &loaded.document;
    match case.state() {
        CaseState::Withdrawn { .. } => Err(denied("the application was withdrawn")),
        CaseState::Decided { decision, .. } => match &decision.outcome {
            Outcome::Refused { .. } => Err(denied("the application was refused")),
            Outcome::Approved { carried_out } => Ok(carried_out.as_ref().map(|done| {
                let mandated = matches!(case.request(), Request::New { mandate: Some(_), .. });
                (done.permit, mandated)
            })),
        },
        CaseState::Submitted | CaseState::Assigned { .. } | CaseState::Checked { .. } => Ok(None),
    }
}
