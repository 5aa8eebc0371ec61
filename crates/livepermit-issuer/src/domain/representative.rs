//! People who act for a holder: guardians of children, and relatives.

use core::fmt;

use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

use super::{Document, DocumentId, DomainError, Person, RepresentativeId, Subject};

/// By what right somebody acts for a holder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RepresentativeKind {
    /// The guardian of a child, until the child's majority.
    Guardian,
    /// A relative, with the holder's consent.
    Relative,
}

impl RepresentativeKind {
    /// The stable name, in kebab-case: what a credential calls the role.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Guardian => "guardian",
            Self::Relative => "relative",
        }
    }
}

/// That the one who has to agree agrees: the guardian, or the holder whom a relative helps.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Consent {
    /// The day of the consent.
    pub on: Date,
    /// The signed paper; `None` if the consent was given on the page of the application.
    pub document: Option<DocumentId>,
}

/// Who acts for a holder, and on what grounds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mandate {
    /// By what right.
    pub kind: RepresentativeKind,
    /// Who acts.
    pub person: Person,
    /// The documents that show the right. At least one.
    pub evidence: Vec<DocumentId>,
    /// The consent.
    pub consent: Consent,
    /// The first day on which the person acts no longer; `None` if the mandate names none. A
    /// guardian's mandate ends at the child's majority at the latest.
    pub until: Option<Date>,
}

impl Mandate {
    /// Whether the mandate can begin on the day `today`.
    ///
    /// # Errors
    ///
    /// [`DomainError::EvidenceMissing`], [`DomainError::ConsentInFuture`],
    /// [`DomainError::GuardianOfAdult`], or [`DomainError::MandateOver`].
    pub(super) fn begins(&self, holder: &Person, today: Date) -> Result<(), DomainError> {
        if self.evidence.is_empty() {
            return Err(DomainError::EvidenceMissing {});
        }
        if self.consent.on > today {
            return Err(DomainError::ConsentInFuture { on: self.consent.on, today });
        }
        if self.kind == RepresentativeKind::Guardian && !holder.is_minor(today) {
            return Err(DomainError::GuardianOfAdult { today });
        }
        match self.until {
            Some(until) if until <= today => Err(DomainError::MandateOver { until, today }),
            _ => Ok(()),
        }
    }

    /// Whether all documents that the mandate names are among `documents`.
    ///
    /// # Errors
    ///
    /// [`DomainError::EvidenceNotAttached`] names the first that is not.
    pub fn rests_on(&self, documents: &[Document]) -> Result<(), DomainError> {
        let attached = |id: &DocumentId| documents.iter().any(|document| document.id == *id);
        let missing = self.evidence.iter().chain(&self.consent.document).find(|id| !attached(id));
        missing.map_or(Ok(()), |id| Err(DomainError::EvidenceNotAttached { document: *id }))
    }
}

/// Somebody who acts, or acted, for a holder. `Debug` leaves out the ends: a guardian's tells the
/// child's birthday.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Representative {
    /// The name in the register.
    pub id: RepresentativeId,
    /// By what right.
    pub kind: RepresentativeKind,
    /// Who acts.
    pub person: Subject,
    /// The documents that show the right.
    pub evidence: Vec<DocumentId>,
    /// The consent.
    pub consent: Consent,
    /// The end that the mandate itself names. The one below is never later.
    pub named_end: Option<Date>,
    /// Since when.
    pub since: Timestamp,
    /// The first day on which the person acts no longer; `None` if no end is known.
    pub until: Option<Date>,
    /// When the register closed the mandate, early or because its end was there.
    pub closed: Option<Timestamp>,
}

impl Representative {
    /// Begins a mandate for `holder`.
    pub(super) fn new(id: RepresentativeId, from: Mandate, holder: &Person, at: Timestamp) -> Self {
        let until = end(from.kind, from.until, holder);
        let Mandate { kind, person, evidence, consent, until: named_end } = from;
        let person = Subject::Known(person);
        Self { id, kind, person, evidence, consent, named_end, since: at, until, closed: None }
    }

    /// Whether the person acts for the holder on the day `today`.
    #[must_use]
    pub fn acts_on(&self, today: Date) -> bool {
        self.closed.is_none() && self.until.is_none_or(|until| today < until)
    }

    /// Drops the personal data, and moves the documents that were evidence to `documents`. The end
    /// goes too: a guardian's tells the child's birthday. So the mandate is closed.
    pub(super) fn erase(&mut self, at: Timestamp, documents: &mut Vec<DocumentId>) {
        self.person = self.person.clone().erased(at);
        documents.append(&mut self.evidence);
        documents.extend(self.consent.document.take());
        (self.named_end, self.until) = (None, None);
        self.closed.get_or_insert(at);
    }

    /// Sets the end anew after the holder's date of birth was corrected.
    pub(super) fn follow(&mut self, holder: &Person) {
        self.until = end(self.kind, self.named_end, holder);
    }
}

impl fmt::Debug for Representative {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Representative")
            .field("id", &self.id)
            .field("kind", &self.kind)
            .field("since", &self.since)
            .field("closed", &self.closed)
            .finish_non_exhaustive()
    }
}

/// The first day on which somebody acts no longer for `holder`, by a mandate that names the end
/// `named`.
fn end(kind: RepresentativeKind, named: Option<Date>, holder: &Person) -> Option<Date> {
    match kind {
        RepresentativeKind::Relative => named,
        RepresentativeKind::Guardian => {
            let of_age = holder.of_age_on();
            Some(named.map_or(of_age, |named| named.min(of_age)))
        }
    }
}
