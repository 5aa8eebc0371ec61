//! The fields of a permit that name people, and the reference to its status.

use alloc::string::{String, ToString as _};
use core::fmt;
use core::ops::RangeInclusive;

use crate::bytes::malformed::Flaw;
use crate::field::{ClaimDetail, ClaimError, Name};
use crate::shown;
use crate::time::{Date, Timestamp};

/// A full name, in UTF-8: scripts that need three bytes for a letter have room for 85.
const FULL_NAME_BYTES: RangeInclusive<usize> = 1..=256;

/// What a verdict asks of a full name: nothing that depends on a version of Unicode.
pub(crate) fn check_full_name(name: &str) -> Result<(), Flaw> {
    if !FULL_NAME_BYTES.contains(&name.len()) {
        Err(Flaw::LengthOutOfRange)
    } else if name.chars().any(char::is_control) {
        Err(Flaw::TextNotAllowed)
    } else {
        Ok(())
    }
}

/// What an issuer asks of a full name beside: it is shown as it is written, and has a letter.
fn check_new_full_name(name: &str) -> Result<(), ClaimError> {
    let field = "full name";
    if !FULL_NAME_BYTES.contains(&name.len()) {
        Err(ClaimError::length(field, "bytes", name.len(), &FULL_NAME_BYTES))
    } else if let Some((character, at)) = shown::first_escaped(name) {
        Err(ClaimError::character(field, character, at))
    } else if name.chars().any(shown::is_letter) {
        Ok(())
    } else {
        Err(ClaimError::rule(field, "no letter in it"))
    }
}

/// The year, month and day of a birth date, as far as they are known.
struct Born {
    year: u64,
    month: Option<u64>,
    day: Option<u64>,
}

impl Born {
    /// Reads 4, 6 or 8 digits: YYYY, YYYYMM, YYYYMMDD.
    fn read(text: &str) -> Result<Self, ClaimError> {
        let field = "birth date";
        if !matches!(text.len(), 4 | 6 | 8) {
            let detail = ClaimDetail::Digits { found: text.chars().count() };
            return Err(ClaimError::new(field, Flaw::LengthOutOfRange, detail));
        }
        if let Some((character, at)) = text.chars().zip(1..).find(|(c, _)| !c.is_ascii_digit()) {
            return Err(ClaimError::character(field, character, at));
        }
        let number = |digits: &[u8]| {
            digits.iter().fold(0_u64, |n, digit| {
                n.saturating_mul(10).saturating_add(u64::from(digit.saturating_sub(b'0')))
            })
        };
        let (year, rest) = text.as_bytes().split_at_checked(4).unwrap_or_default();
        let (month, day) = rest.split_at_checked(2).unwrap_or_default();
        let given = |digits: &[u8]| (!digits.is_empty()).then(|| number(digits));
        Ok(Self { year: number(year), month: given(month), day: given(day) })
    }

    /// The month and the day are in the Gregorian calendar, carried back to the year 0.
    fn check_calendar(&self) -> Result<(), ClaimError> {
        let Some(month) = self.month else { return Ok(()) };
        let year = self.year;
        let leap =
            year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
        let days = match month {
            1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
            4 | 6 | 9 | 11 => 30,
            2 if leap => 29,
            2 => 28,
            _ => return Err(ClaimError::number("birth date", "month", month, 1..=12)),
        };
        match self.day {
            Some(day) if !(1..=days).contains(&day) => {
                Err(ClaimError::number("birth date", "day", day, 1..=days))
            }
            _ => Ok(()),
        }
    }

    /// A person who gets a permit on `today` can be born then. A day more, because it is tomorrow
    /// already east of Greenwich.
    fn check_plausible(&self, now: Timestamp) -> Result<(), ClaimError> {
        let field = "birth date";
        let Date { year, month, day } = now.plus(86_400).date();
        let first = year.saturating_sub(OLDEST_YEARS);
        if !(first..=year).contains(&self.year) {
            return Err(ClaimError::number(field, "year", self.year, first..=year));
        }
        let Some(born) = self.month.filter(|_| self.year == year) else { return Ok(()) };
        if born > month {
            return Err(ClaimError::number(field, "month", born, 1..=month));
        }
        match self.day.filter(|_| born == month) {
            Some(born) if born > day => Err(ClaimError::number(field, "day", born, 1..=day)),
            _ => Ok(()),
        }
    }
}

/// Nobody who gets a permit is older than this. The oldest person known became 122.
const OLDEST_YEARS: u64 = 150;

/// What a verdict asks of a birth date: 4, 6 or 8 digits that name a year, a month or a day of the
/// calendar, which stays as it is.
pub(crate) fn check_birth_date(text: &str) -> Result<(), Flaw> {
    Born::read(text).and_then(|born| born.check_calendar()).map_err(|error| error.flaw)
}

/// A birth date as in claim 169, as far as documents tell it: a year (`1948`), a month (`194802`)
/// or a day (`19480229`).
///
/// ```
/// use livepermit::issue::BirthDate;
/// let date: BirthDate = "19480229".parse()?;
/// assert_eq!(date.as_str(), "19480229");
/// // Many documents know the year only.
/// assert!("1949".parse::<BirthDate>().is_ok());
/// // 1949 was not a leap year.
/// assert!("19490229".parse::<BirthDate>().is_err());
/// # Ok::<(), livepermit::field::ClaimError>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct BirthDate(String);

impl BirthDate {
    /// The 4, 6 or 8 digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether a person who gets a permit at `now` can be born then.
    pub(crate) fn check_plausible(&self, now: Timestamp) -> Result<(), ClaimError> {
        Born::read(&self.0)?.check_plausible(now)
    }
}

impl core::str::FromStr for BirthDate {
    type Err = ClaimError;

    /// # Errors
    /// [`ClaimError`] for another number of digits, and for a month or day that the calendar does
    /// not have. [`Issuer`](crate::Issuer) refuses dates in the future or too long ago.
    fn from_str(text: &str) -> Result<Self, ClaimError> {
        Born::read(text)?.check_calendar()?;
        Ok(Self(text.to_string()))
    }
}

/// Person data (claim 169, MOSIP). Permits hold none by default, because every picture of a code is
/// a lasting signed proof of its content. Debug output hides person data.
#[derive(Clone, PartialEq, Eq)]
pub struct Person {
    full_name: String,
    birth_date: Option<BirthDate>,
}

impl Person {
    /// Makes a person for a permit: a full name of 1 to 256 bytes of UTF-8 that has a letter, and
    /// that [`Shown`](crate::field::Shown) shows as it is written.
    ///
    /// These rules are stricter than those of the verdict, which must not depend on a version of
    /// Unicode.
    ///
    /// # Errors
    /// [`ClaimError`] with the length found and the lengths allowed, or with the character that is
    /// not allowed and its place.
    pub fn new(full_name: &str) -> Result<Self, ClaimError> {
        check_new_full_name(full_name)?;
        Ok(Self { full_name: full_name.to_string(), birth_date: None })
    }

    /// The person in a token that was read, whose fields the reader has checked.
    pub(crate) fn read(full_name: &str, birth_date: Option<&str>) -> Self {
        let birth_date = birth_date.map(|date| BirthDate(date.to_string()));
        Self { full_name: full_name.to_string(), birth_date }
    }

    /// Adds the birth date.
    #[must_use]
    pub fn with_birth_date(mut self, date: BirthDate) -> Self {
        self.birth_date = Some(date);
        self
    }

    /// The full name.
    #[must_use]
    pub fn full_name(&self) -> &str {
        &self.full_name
    }

    /// The birth date, if it is in the permit.
    #[must_use]
    pub fn birth_date(&self) -> Option<&BirthDate> {
        self.birth_date.as_ref()
    }
}

impl fmt::Debug for Person {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Person(..)")
    }
}

impl fmt::Debug for BirthDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BirthDate(..)")
    }
}

/// The representative who shows a permit for its subject, and the role of the representative.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Acting {
    role: Name,
    representative: Name,
}

impl Acting {
    /// `representative` acts as `role` (`guardian`, `relative`, …) for the permit's subject. Each
    /// is 1 to 128 visible ASCII characters. Like the subject, the representative should be a
    /// pseudonym.
    ///
    /// # Errors
    /// [`ClaimError`] naming the field.
    pub fn new(role: &str, representative: &str) -> Result<Self, ClaimError> {
        Ok(Self {
            role: Name::of("role", role)?,
            representative: Name::of("representative", representative)?,
        })
    }

    /// The role of the representative.
    #[must_use]
    pub fn role(&self) -> &str {
        self.role.as_str()
    }

    /// The representative.
    #[must_use]
    pub fn representative(&self) -> &str {
        self.representative.as_str()
    }
}

/// The reference from a permit to its status: the URI of a status list and an index into the list
/// (draft-ietf-oauth-status-list §6).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct StatusReference {
    uri: Name,
    index: u64,
}

impl StatusReference {
    /// Refers to entry `index` of the list at `uri`. The URI is 1 to 128 visible ASCII characters.
    /// Keep it short, because every code carries it.
    ///
    /// # Errors
    /// [`ClaimError`] for a URI of another length or with other characters.
    pub fn new(uri: &str, index: u64) -> Result<Self, ClaimError> {
        Ok(Self { uri: Name::of("status list URI", uri)?, index })
    }

    /// The URI of the list. Gates compare it as bytes.
    #[must_use]
    pub fn uri(&self) -> &str {
        self.uri.as_str()
    }

    /// The index of the entry, from 0.
    #[must_use]
    pub const fn index(&self) -> u64 {
        self.index
    }
}
