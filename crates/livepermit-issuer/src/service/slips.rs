//! Printed slips, for people without a smartphone.

use jiff::civil::Date;
use livepermit::issue::{BirthDate, Person, Token};

use super::error::ServiceError;
use super::tokens::unix;
use super::{Service, Whole as _};
use crate::domain::{DomainError, Permit, PermitId, SlipId, Subject};
use crate::store::{Change, EntryHolder, EntryUse, Loaded, Store};

/// A slip, to be printed.
#[derive(Clone, Debug)]
pub struct PrintedSlip {
    /// Its name in the register.
    pub id: SlipId,
    /// The code.
    pub token: Token,
    /// The check number that is printed beside the code: a guard reads it aloud.
    pub check_number: String,
    /// The first day on which the slip is valid no longer.
    pub until: Date,
}

impl<S: Store> Service<S> {
    /// Prints a slip, valid until this day at most, and never behind the permit's end.
    ///
    /// # Errors
    ///
    /// Those of [`Permit::print_slip`], of the register, and of what signs.
    pub async fn print_slip(
        &self,
        change: &mut Change,
        permit: PermitId,
        until: Option<Date>,
        actor: &str,
    ) -> Result<PrintedSlip, ServiceError> {
        let done = self.print(change, permit, until, actor).await;
        done.or_nothing(change)
    }

    async fn print(
        &self,
        change: &mut Change,
        permit: PermitId,
        until: Option<Date>,
        actor: &str,
    ) -> Result<PrintedSlip, ServiceError> {
        let moment = self.moment();
        let mut loaded: Loaded<Permit> = change.load(&permit.to_string()).await?;
        let ends = loaded.document.ends();
        let until = until.map_or(ends, |until| until.min(ends));
        let id = SlipId::from_bytes(self.random());
        let holder = EntryHolder::Slip(id);
        let given_to = EntryUse { permit, holder, ends: moment.start_of(until) };
        let entry = change.give_entry(&given_to, moment.now()).await?;
        let events = loaded.document.print_slip(id, entry, Some(until), &moment)?;
        let person = self.person_on_paper(&loaded.document)?;
        change.save(&mut loaded).await?;
        change.record(moment.now(), actor, &events).await?;

        let permit = &loaded.document;
        let claims =
            livepermit::Permit::new(permit.number().as_str(), &self.class(permit.class()))?
                .with_person(person)
                .with_status(self.status_of(entry)?);
        let check_number = format!("{:08}", u64::from_be_bytes(self.random()) % 100_000_000);
        let (from, to) = (unix(moment.now())?, unix(moment.start_of(until))?);
        let prepared = self.keys().issuer().prepare_slip(&claims, &check_number, from, to)?;
        let token = self.keys().tokens().sign(&prepared)?;
        Ok(PrintedSlip { id, token, check_number, until })
    }

    /// The person as a slip names it, so that a guard can compare a document.
    fn person_on_paper(&self, permit: &Permit) -> Result<Person, ServiceError> {
        let holder = match permit.holder() {
            Subject::Known(holder) => holder,
            Subject::Erased { at } => {
                return Err(DomainError::HolderErased { permit: permit.id(), at: *at }.into());
            }
        };
        let born: BirthDate = holder.born().strftime("%Y%m%d").to_string().parse()?;
        Ok(Person::new(holder.name())?.with_birth_date(born))
    }
}
