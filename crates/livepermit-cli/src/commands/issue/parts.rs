//! What goes into a permit, read from the command line.

use std::path::Path;

use livepermit::Permit;
use livepermit::issue::{Acting, BirthDate, Person, StatusReference};
use serde_json::Value;

use super::args::PermitArgs;
use super::sizes::Optional;
use super::texts;
use crate::shared::failure::Failure;
use crate::shared::keys::claim_failure;
use crate::shared::{files, json};

/// What goes into the permit, read from the command line.
pub(crate) struct Parts {
    pub(super) subject: String,
    pub(super) class: String,
    pub(super) window: u64,
    pub(super) person: Option<Person>,
    pub(super) status: Option<StatusReference>,
    pub(super) claims: Option<Value>,
    /// The person who shows the permit for the subject.
    pub(super) acting: Option<Acting>,
}

impl Parts {
    pub(crate) fn read(args: &PermitArgs) -> Result<Self, Failure> {
        let person =
            args.name.as_deref().map(Person::new).transpose().map_err(|e| claim_failure(&e))?;
        let birth_date: Option<BirthDate> = args
            .birth_date
            .as_deref()
            .map(str::parse)
            .transpose()
            .map_err(|e| claim_failure(&e))?;
        let person = match (person, birth_date) {
            (Some(person), Some(date)) => Some(person.with_birth_date(date)),
            (person, _) => person,
        };
        let status = match (&args.status_uri, args.status_index) {
            (Some(uri), Some(index)) => {
                Some(StatusReference::new(uri, index).map_err(|error| claim_failure(&error))?)
            }
            _ => None,
        };
        let claims = args.claims.as_deref().map(read_claims).transpose()?;
        let (subject, class) = (args.subject.clone(), args.class.clone());
        Ok(Self { subject, class, window: args.window, person, status, claims, acting: None })
    }

    pub(crate) fn permit(
        &self,
        person: bool,
        status: bool,
        claims: bool,
    ) -> Result<Permit, Failure> {
        let mut permit = Permit::new(&self.subject, &self.class)
            .and_then(|permit| permit.with_window(self.window))
            .map_err(|error| claim_failure(&error))?;
        if let Some(person) = self.person.clone().filter(|_| person) {
            permit = permit.with_person(person);
        }
        if let Some(status) = self.status.clone().filter(|_| status) {
            permit = permit.with_status(status);
        }
        if let Some(acting) = self.acting.clone() {
            permit = permit.with_acting(acting);
        }
        if let Some(claims) = self.claims.as_ref().filter(|_| claims) {
            permit = permit.with_application(claims).map_err(texts::claims_refused)?;
        }
        Ok(permit)
    }

    /// The permit without one of its optional claims, or without all; `None` where it has no such
    /// claim.
    pub(super) fn without(&self, left_out: Optional) -> Option<Permit> {
        let (person, status, claims) = match left_out {
            Optional::Nothing => (true, true, true),
            Optional::Person => (self.person.is_none(), true, true),
            Optional::Status => (true, self.status.is_none(), true),
            Optional::Claims => (true, true, self.claims.is_none()),
            Optional::All => (false, false, false),
        };
        let changes = left_out == Optional::Nothing || !(person && status && claims);
        self.permit(person, status, claims).ok().filter(|_| changes)
    }
}

/// A JSON object, written out or in a file.
fn read_claims(given: &str) -> Result<Value, Failure> {
    let text = if given.trim_start().starts_with(['{', '[']) {
        given.to_owned()
    } else {
        files::read_small_text(Path::new(given))?
    };
    let value: Value =
        serde_json::from_str(&text).map_err(|error| texts::claims_not_json(json::words(&error)))?;
    if !value.is_object() {
        return Err(texts::claims_not_an_object());
    }
    Ok(value)
}
