//! What an officer sees: cases and permits of the officer's offices. All else is missing.

use super::super::problem::Problem;
use super::OfficeState;
use super::ask::Stop;
use crate::domain::{Case, CaseId, Permit, PermitId};
use crate::staff::{Officer, Role};
use crate::store::{Change, Loaded, Store};

/// Whether the officer sees a case: it is with one of the officer's offices, or no office has it
/// and the officer gives cases out.
fn sees(officer: &Officer, case: &Case) -> bool {
    match case.assignment() {
        Some(assignment) => officer.offices.contain(&assignment.office),
        None => officer.may(&[Role::Intake]),
    }
}

fn seen(officer: &Officer, case: Loaded<Case>) -> Result<Loaded<Case>, Problem> {
    if sees(officer, &case.document) { Ok(case) } else { Err(Problem::missing("case")) }
}

/// A case that is to be changed, if the officer sees it.
pub(super) async fn case(
    change: &mut Change,
    officer: &Officer,
    id: CaseId,
) -> Result<Loaded<Case>, Stop> {
    Ok(seen(officer, change.load(&id.to_string()).await?)?)
}

impl<S: Store> OfficeState<S> {
    /// A case, if the officer sees it.
    pub(super) async fn case(
        &self,
        officer: &Officer,
        id: CaseId,
    ) -> Result<Loaded<Case>, Problem> {
        let found = self.service.store().load(&id.to_string()).await?;
        seen(officer, found.ok_or_else(|| Problem::missing("case"))?)
    }

    /// A permit, if the officer sees the case from which it was issued. That case is settled, so it
    /// goes to no other office: who saw the permit a moment ago sees it still.
    pub(super) async fn permit(
        &self,
        officer: &Officer,
        id: PermitId,
    ) -> Result<Loaded<Permit>, Problem> {
        let missing = || Problem::missing("permit");
        let found = self.service.store().load(&id.to_string()).await?;
        let permit: Loaded<Permit> = found.ok_or_else(missing)?;
        let case = permit.document.case().to_string();
        let case: Option<Loaded<Case>> = self.service.store().load(&case).await?;
        let sees = case.is_some_and(|case| sees(officer, &case.document));
        if sees { Ok(permit) } else { Err(missing()) }
    }
}
