//! What somebody applies for, from what was typed.

use jiff::civil::Date;

use super::holder::HolderClaim;
use super::person::{APPLICANT, REPRESENTATIVE};
use super::uploads::{self, CONSENT, EVIDENCE, Upload};
use crate::domain::{
    Address, Class, Consent, DocumentId, Mandate, Person, RepresentativeKind, RequestKind,
};
use crate::pages::body::{File, Typed};
use crate::pages::field::Problems;
use crate::pages::state::ClassChoice;
use crate::pages::stop::Stop;
use crate::pages::texts::Texts;

/// The field for where the applicant lives.
pub(super) const ADDRESS: &str = "address";

/// Who acts, with the values in the form.
pub(super) const RIGHTS: [(RepresentativeKind, &str); 2] =
    [(RepresentativeKind::Guardian, "guardian"), (RepresentativeKind::Relative, "relative")];

/// What somebody applies for, and the documents.
pub(crate) struct Wanted {
    pub(crate) what: What,
    /// Where an officer looks on site, if the case needs that.
    pub(crate) address: Option<Address>,
    pub(crate) uploads: Vec<Upload>,
}

/// By what the holder is known who asks for something in a permit that is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum KnownBy {
    /// By what is typed into the form.
    Claim,
    /// By an officer, who has looked at the identity document and has the permit before him.
    Officer,
}

/// What somebody applies for.
pub(crate) enum What {
    /// A permit.
    New { class: Class, applicant: Person, mandate: Option<Mandate> },
    /// Something in a permit that is there, and the holder's new data for a change. Without a claim
    /// an officer knows the holder.
    Of { kind: RequestKind, claim: Option<HolderClaim>, change: Option<Person> },
}

/// What a form is read by.
pub(crate) struct Rules<'a> {
    pub(crate) kind: RequestKind,
    pub(crate) known_by: KnownBy,
    pub(crate) t: &'a Texts,
    pub(crate) classes: &'a [ClassChoice],
    pub(crate) today: Date,
}

impl Rules<'_> {
    /// Reads the form. The inner error says what is wrong with it.
    pub(crate) async fn read(
        &self,
        typed: &Typed,
        files: Vec<File>,
        random: impl Fn() -> [u8; 16],
    ) -> Result<Result<Wanted, Problems>, Stop> {
        let mut problems = Problems::default();
        let Self { kind, t, today, .. } = *self;
        let (class, claim) = match (kind, self.known_by) {
            (RequestKind::New, _) => {
                let class = self.class(typed);
                if class.is_none() {
                    problems.add("class", t.class_missing);
                }
                (class, None)
            }
            (_, KnownBy::Claim) => (None, HolderClaim::read(typed, t, today, &mut problems)),
            (_, KnownBy::Officer) => (None, None),
        };
        let asks_person = matches!(kind, RequestKind::New | RequestKind::Change);
        let person = asks_person.then(|| APPLICANT.read(typed, t, today, &mut problems)).flatten();
        let address = kind.needs_check().then(|| self.address(typed, &mut problems)).flatten();
        let acting = if kind == RequestKind::New { typed.get("acting") } else { "" };
        let acting = RIGHTS.iter().find(|(_, value)| *value == acting).map(|(right, _)| *right);
        let uploads =
            uploads::read(Some(kind), acting.is_some(), files, t, random, &mut problems).await?;
        let mandate = acting
            .and_then(|right| self.mandate(right, typed, person.as_ref(), &uploads, &mut problems));
        if !problems.is_empty() {
            return Ok(Err(problems));
        }
        let what = match (kind, class, person) {
            (RequestKind::New, Some(class), Some(applicant)) => {
                What::New { class, applicant, mandate }
            }
            // What is missing was told above.
            (RequestKind::New, ..) => return Ok(Err(problems)),
            (_, _, change) => What::Of { kind, claim, change },
        };
        Ok(Ok(Wanted { what, address, uploads }))
    }

    /// Reads the form for a mandate of this holder alone. The inner error says what is wrong with
    /// it.
    pub(crate) async fn read_mandate(
        &self,
        typed: &Typed,
        files: Vec<File>,
        random: impl Fn() -> [u8; 16],
        holder: &Person,
    ) -> Result<Result<(Mandate, Vec<Upload>), Problems>, Stop> {
        let (mut problems, t) = (Problems::default(), self.t);
        let chosen = typed.get("acting");
        let right = RIGHTS.iter().find(|(_, value)| *value == chosen).map(|(right, _)| *right);
        if right.is_none() {
            problems.add("acting", t.acting_missing);
        }
        let uploads = uploads::read(None, true, files, t, random, &mut problems).await?;
        let mandate = right
            .and_then(|right| self.mandate(right, typed, Some(holder), &uploads, &mut problems));
        Ok(match mandate {
            Some(mandate) if problems.is_empty() => Ok((mandate, uploads)),
            _ => Err(problems),
        })
    }

    /// Where an officer looks on site; `None` with a problem.
    fn address(&self, typed: &Typed, problems: &mut Problems) -> Option<Address> {
        let text = typed.get(ADDRESS);
        let read = Address::new(text).ok();
        if read.is_none() {
            let t = self.t;
            problems
                .add(ADDRESS, if text.is_empty() { t.address_missing } else { t.address_wrong });
        }
        read
    }

    fn class(&self, typed: &Typed) -> Option<Class> {
        let chosen = typed.get("class");
        let found = self.classes.iter().find(|choice| choice.class.as_str() == chosen);
        found.map(|choice| choice.class.clone())
    }

    /// Who acts; `None` with at least one problem.
    fn mandate(
        &self,
        kind: RepresentativeKind,
        typed: &Typed,
        holder: Option<&Person>,
        uploads: &[Upload],
        problems: &mut Problems,
    ) -> Option<Mandate> {
        let Self { t, today, .. } = *self;
        let grown = holder.is_some_and(|holder| !holder.is_minor(today));
        if kind == RepresentativeKind::Guardian && grown {
            problems.add("acting", t.guardian_of_adult);
        }
        let person = REPRESENTATIVE.read(typed, t, today, problems);
        let until = match typed.get("acting_until") {
            "" => None,
            text => match text.parse::<Date>() {
                Ok(until) if until > today => Some(until),
                _ => {
                    problems.add("acting_until", t.acting_until_wrong);
                    None
                }
            },
        };
        if typed.get("acting_consent").is_empty() {
            problems.add("acting_consent", t.acting_consent_missing);
        }
        let ids = |field| -> Vec<DocumentId> {
            let of_field = uploads.iter().filter(|upload| upload.field == field);
            of_field.map(|upload| upload.document.id).collect()
        };
        let consent = Consent { on: today, document: ids(CONSENT).first().copied() };
        Some(Mandate { kind, person: person?, evidence: ids(EVIDENCE), consent, until })
    }
}
