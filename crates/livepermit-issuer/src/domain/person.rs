//! Personal data. Nothing here shows in a log: `Debug` tells that there is a person, not who.

use core::fmt;

use jiff::{Timestamp, ToSpan, civil::Date};
use serde::{Deserialize, Serialize};

use super::DomainError;

/// The longest name of a person, in letters.
const LONGEST_NAME: usize = 200;
/// The longest number of a document, in letters.
const LONGEST_NUMBER: usize = 40;
/// The longest address, in letters.
const LONGEST_ADDRESS: usize = 300;
/// The age at which a person decides alone, in years.
const MAJORITY_YEARS: i32 = 18;

/// The kind of document by which a person is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum IdentityKind {
    /// An identity card.
    IdentityCard,
    /// A passport.
    Passport,
    /// A birth certificate, for a child without another document.
    BirthCertificate,
    /// A permit of travel or residence for people from elsewhere.
    TravelPermit,
}

/// A document by which a person is known. `Debug` leaves out the number.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IdentityDocument {
    /// The kind of document.
    pub kind: IdentityKind,
    /// The number on the document.
    pub number: String,
}

impl fmt::Debug for IdentityDocument {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IdentityDocument").field("kind", &self.kind).finish_non_exhaustive()
    }
}

/// A person. `Debug` shows none of the data.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Fields", into = "Fields")]
pub struct Person {
    name: String,
    born: Date,
    document: IdentityDocument,
}

impl Person {
    /// Makes a person from what a form says. Spaces around name and number are dropped.
    ///
    /// # Errors
    ///
    /// [`DomainError::PersonMalformed`] names the field that is empty, too long, or has control
    /// characters, but not what it says.
    pub fn new(name: &str, born: Date, document: IdentityDocument) -> Result<Self, DomainError> {
        let name = cleaned("name", name, LONGEST_NAME)?;
        let number = cleaned("document number", &document.number, LONGEST_NUMBER)?;
        Ok(Self { name, born, document: IdentityDocument { number, ..document } })
    }

    /// The name, as the person writes it.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The date of birth.
    #[must_use]
    pub const fn born(&self) -> Date {
        self.born
    }

    /// The document by which the person is known.
    #[must_use]
    pub const fn document(&self) -> &IdentityDocument {
        &self.document
    }

    /// The 18th birthday: the first day on which the person decides alone. Who was born on 29
    /// February has it on 1 March. The last day of all calendars for a date that no calendar has.
    #[must_use]
    pub fn of_age_on(&self) -> Date {
        let birthday = self.born.saturating_add(MAJORITY_YEARS.years());
        // 18 years after a leap day there is none, and the year of age is full only after 28
        // February.
        if birthday.day() < self.born.day() { birthday.saturating_add(1.day()) } else { birthday }
    }

    /// Whether the person is a child on the day `today`.
    #[must_use]
    pub fn is_minor(&self, today: Date) -> bool {
        today < self.of_age_on()
    }
}

impl fmt::Debug for Person {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Person").finish_non_exhaustive()
    }
}

/// The fields of [`Person`] in a document, before the rules have seen them.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Fields {
    name: String,
    born: Date,
    document: IdentityDocument,
}

impl TryFrom<Fields> for Person {
    type Error = DomainError;

    fn try_from(fields: Fields) -> Result<Self, DomainError> {
        Self::new(&fields.name, fields.born, fields.document)
    }
}

impl From<Person> for Fields {
    fn from(person: Person) -> Self {
        let Person { name, born, document } = person;
        Self { name, born, document }
    }
}

/// Where an applicant lives, and an officer looks on site. `Debug` leaves it out.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Address(String);

impl Address {
    /// Makes an address from what a form says. Spaces around it are dropped.
    ///
    /// # Errors
    ///
    /// [`DomainError::PersonMalformed`] if it is empty, longer than 300 letters, or has control
    /// characters.
    pub fn new(address: &str) -> Result<Self, DomainError> {
        cleaned("address", address, LONGEST_ADDRESS).map(Self)
    }

    /// The address as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Address").finish_non_exhaustive()
    }
}

impl TryFrom<String> for Address {
    type Error = DomainError;

    fn try_from(address: String) -> Result<Self, DomainError> {
        Self::new(&address)
    }
}

impl From<Address> for String {
    fn from(address: Address) -> Self {
        address.0
    }
}

/// The person that a document of the register speaks of, until the data is erased.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Subject {
    /// The data is kept.
    Known(Person),
    /// The data was erased.
    Erased {
        /// When.
        at: Timestamp,
    },
}

impl Subject {
    /// The person; `None` after the erasure.
    #[must_use]
    pub const fn person(&self) -> Option<&Person> {
        match self {
            Self::Known(person) => Some(person),
            Self::Erased { .. } => None,
        }
    }

    /// Drops the data. A time of erasure that is there already stays.
    #[must_use]
    pub fn erased(self, now: Timestamp) -> Self {
        match self {
            Self::Known(_) => Self::Erased { at: now },
            erased @ Self::Erased { .. } => erased,
        }
    }
}

/// `text` without spaces around it.
fn cleaned(field: &'static str, text: &str, longest: usize) -> Result<String, DomainError> {
    let text = text.trim();
    let letters = text.chars().count();
    if letters == 0 || letters > longest || text.chars().any(char::is_control) {
        return Err(DomainError::PersonMalformed { field, letters, longest });
    }
    Ok(text.to_owned())
}
