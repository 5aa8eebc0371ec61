//! What officers send. Unknown members are refused: nobody sets what is not theirs to set.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::super::problem::Problem;
use super::openapi::{
    CancelGroundWord, FindingWord, IdentityKindWord, RefusalGroundWord, RepresentativeKindWord,
    RequestKindWord, SuspendGroundWord,
};
use crate::domain::{
    CancelGround, Card, Class, Consent, DocumentId, DomainError, Finding, IdentityDocument,
    IdentityKind, Mandate, PermitId, Person, Reason, RefusalGround, RepresentativeKind, Request,
    RequestKind, SuspendGround,
};

/// The longest note, in letters.
const LONGEST_NOTE: usize = 2_000;

/// To log in.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Login {
    /// The name of the account.
    #[schema(max_length = 64)]
    pub(super) name: String,
    /// The password.
    #[schema(max_length = 200)]
    pub(super) password: String,
    /// The six digits that the authenticator shows.
    #[schema(max_length = 6)]
    pub(super) totp: String,
}

/// Nothing.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Nothing {}

/// A person.
#[derive(Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct PersonData {
    /// The name, as the person writes it.
    #[schema(min_length = 1, max_length = 200)]
    pub(super) name: String,
    /// The date of birth.
    #[schema(value_type = String, format = Date)]
    pub(super) born: Date,
    /// The document by which the person is known.
    pub(super) document: IdentityData,
}

/// A document by which a person is known.
#[derive(Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct IdentityData {
    /// Its kind.
    #[schema(value_type = IdentityKindWord)]
    pub(super) kind: IdentityKind,
    /// The number on it.
    #[schema(min_length = 1, max_length = 40)]
    pub(super) number: String,
}

impl PersonData {
    pub(super) fn person(self) -> Result<Person, DomainError> {
        let document = IdentityDocument { kind: self.document.kind, number: self.document.number };
        Person::new(&self.name, self.born, document)
    }

    pub(super) fn of(person: &Person) -> Self {
        let document = person.document();
        let document = IdentityData { kind: document.kind, number: document.number.clone() };
        Self { name: person.name().to_owned(), born: person.born(), document }
    }
}

/// That somebody acts for a holder.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct MandateData {
    /// By what right.
    #[schema(value_type = RepresentativeKindWord)]
    kind: RepresentativeKind,
    /// Who acts.
    person: PersonData,
    /// The ids of the documents that show the right.
    #[schema(min_items = 1, max_items = 20, pattern = "^[0-9a-f]{32}$")]
    evidence: Vec<String>,
    /// The day of the consent.
    #[schema(value_type = String, format = Date)]
    consent_on: Date,
    /// The id of the signed paper, if there is one.
    #[schema(pattern = "^[0-9a-f]{32}$")]
    consent_document: Option<String>,
    /// The first day on which the person acts no longer, if the mandate names one.
    #[schema(value_type = Option<String>, format = Date)]
    until: Option<Date>,
}

impl MandateData {
    pub(super) fn mandate(self) -> Result<Mandate, DomainError> {
        let evidence: Result<Vec<DocumentId>, _> =
            self.evidence.iter().map(|id| id.parse()).collect();
        let document = self.consent_document.map(|id| id.parse()).transpose()?;
        Ok(Mandate {
            kind: self.kind,
            person: self.person.person()?,
            evidence: evidence?,
            consent: Consent { on: self.consent_on, document },
            until: self.until,
        })
    }
}

/// An application that is typed in at the counter.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Submission {
    /// What is applied for.
    #[schema(value_type = RequestKindWord)]
    kind: RequestKind,
    /// The class of a new permit.
    #[schema(pattern = "^[A-Za-z0-9._-]{1,64}$")]
    class: Option<String>,
    /// The id of the permit, for all but a new one.
    #[schema(pattern = "^[0-9a-f]{32}$")]
    permit: Option<String>,
    /// For whom. In a change: the data that the permit is to have.
    pub(super) applicant: PersonData,
    /// Where the applicant lives, for the look on site.
    #[schema(min_length = 1, max_length = 300)]
    pub(super) address: Option<String>,
    /// Who acts for the applicant of a new permit, if somebody does.
    mandate: Option<MandateData>,
}

impl Submission {
    /// The request and the applicant.
    pub(super) fn request(self) -> Result<(Request, Person), Problem> {
        let contradicts = |detail: &str| Problem::malformed("request-malformed", detail);
        let applicant = self.applicant.person()?;
        let permit: Option<PermitId> = self.permit.map(|id| id.parse()).transpose()?;
        let request = match (self.kind, self.class, permit) {
            (RequestKind::New, Some(class), None) => {
                let mandate = self.mandate.map(MandateData::mandate).transpose()?;
                return Ok((Request::New { class: Class::new(class)?, mandate }, applicant));
            }
            (RequestKind::New, ..) => {
                let detail = "An application for a new permit names a class, and no permit.";
                return Err(contradicts(detail));
            }
            (RequestKind::Change, None, Some(permit)) => Request::Change { permit },
            (RequestKind::Endorsement, None, Some(permit)) => Request::Endorsement { permit },
            (RequestKind::NewDevice, None, Some(permit)) => Request::NewDevice { permit },
            (RequestKind::Cancellation, None, Some(permit)) => {
                Request::Cancellation { permit, ground: CancelGround::HolderAsked }
            }
            _ => return Err(contradicts("Such an application names a permit, and no class.")),
        };
        if self.mandate.is_some() {
            return Err(contradicts("Only an application for a new permit has a mandate."));
        }
        Ok((request, applicant))
    }
}

/// Who is to have a case.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct AssignmentData {
    /// The office.
    #[schema(pattern = "^[A-Za-z0-9._-]{1,64}$")]
    pub(super) office: String,
    /// The name of the officer's account.
    #[schema(pattern = "^[A-Za-z0-9._-]{1,64}$")]
    pub(super) officer: String,
}

/// What an officer found on site.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CheckData {
    /// What was found.
    #[schema(value_type = FindingWord)]
    pub(super) finding: Finding,
    /// When; now if it is not said.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub(super) at: Option<Timestamp>,
    /// What the officer has to say.
    #[schema(max_length = 2000)]
    note: Option<String>,
}

impl CheckData {
    pub(super) fn note(self) -> Result<Option<String>, Problem> {
        noted(self.note)
    }
}

/// What an officer found in a check after the issue.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct FollowUpData {
    /// What was found.
    #[schema(value_type = FindingWord)]
    pub(super) finding: Finding,
    /// When; now if it is not said.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub(super) at: Option<Timestamp>,
    /// What the officer has to say.
    #[schema(max_length = 2000)]
    note: Option<String>,
    /// Why the permit is to be cancelled: that opens a case of cancellation. Nothing follows from
    /// the check if it is not said.
    #[schema(value_type = Option<CancelGroundWord>)]
    pub(super) cancellation: Option<CancelGround>,
}

impl FollowUpData {
    pub(super) fn note(self) -> Result<Option<String>, Problem> {
        noted(self.note)
    }
}

/// Of which office.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct OfficeData {
    /// The office; the officer's own, if there is one alone.
    #[schema(pattern = "^[A-Za-z0-9._-]{1,64}$")]
    pub(super) office: Option<String>,
}

/// Who is to make a check.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct OfficerData {
    /// The name of the officer's account.
    #[schema(pattern = "^[A-Za-z0-9._-]{1,64}$")]
    pub(super) officer: String,
}

/// Makes the bodies that have a ground and a note.
macro_rules! reasons {
    ($($(#[$doc:meta])* $name:ident of $ground:ident as $word:ident;)+) => {$(
        $(#[$doc])*
        #[derive(Clone, Deserialize, Serialize, ToSchema)]
        #[serde(deny_unknown_fields)]
        pub(super) struct $name {
            /// The ground, which is counted.
            #[schema(value_type = $word)]
            ground: $ground,
            /// What the person is told beside the ground.
            #[schema(max_length = 2000)]
            #[serde(skip_serializing_if = "Option::is_none")]
            note: Option<String>,
        }

        impl $name {
            pub(super) fn reason(self) -> Result<Reason<$ground>, Problem> {
                Ok(Reason { ground: self.ground, note: noted(self.note)? })
            }
        }
    )+};
}

reasons! {
    /// Why a case is refused.
    RefusalData of RefusalGround as RefusalGroundWord;
    /// Why a permit is suspended.
    SuspensionData of SuspendGround as SuspendGroundWord;
    /// Why a permit is cancelled.
    CancellationData of CancelGround as CancelGroundWord;
}

fn noted(note: Option<String>) -> Result<Option<String>, Problem> {
    let Some(note) = note else { return Ok(None) };
    let letters = note.chars().count();
    let control = |sign: char| sign.is_control() && !matches!(sign, '\n' | '\r' | '\t');
    if letters > LONGEST_NOTE || note.chars().any(control) {
        let detail = format!(
            "The note of {letters} letters is longer than {LONGEST_NOTE}, or has control \
             characters. Shorten it."
        );
        return Err(Problem::malformed("note-malformed", detail));
    }
    Ok(Some(note).filter(|note| !note.trim().is_empty()))
}

/// To whose phone a permit is offered.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct OfferData {
    /// The id of the representative whose phone it is; the holder's if it is not said.
    #[schema(pattern = "^[0-9a-f]{32}$")]
    pub(super) representative: Option<String>,
}

/// A slip that is to be printed.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SlipData {
    /// The first day on which it is valid no longer; the permit's end if it is not said.
    #[schema(value_type = Option<String>, format = Date)]
    pub(super) until: Option<Date>,
}

/// Why a slip is closed.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(super) enum SlipEndData {
    /// The holder has lost it.
    Lost,
    /// Another one takes its place.
    Replaced,
}

/// That a slip is closed.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SlipCloseData {
    /// Why.
    pub(super) why: SlipEndData,
}

/// A physical card that the holder has.
#[derive(Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CardData {
    /// The number on it.
    #[schema(min_length = 1, max_length = 40)]
    number: String,
    /// The first day on which it is valid no longer.
    #[schema(value_type = String, format = Date)]
    until: Date,
}

impl CardData {
    pub(super) fn card(self) -> Card {
        Card { number: self.number, until: self.until }
    }

    pub(super) fn of(card: &Card) -> Self {
        Self { number: card.number.clone(), until: card.until }
    }
}

/// What one officer proposes and another approves: the cancellation of many permits at once.
#[derive(Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ProposalData {
    /// The ids of the permits.
    #[schema(min_items = 1, max_items = 200, pattern = "^[0-9a-f]{32}$")]
    pub(super) permits: Vec<String>,
    /// Why.
    pub(super) reason: CancellationData,
}
