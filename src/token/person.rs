//! The fields of a permit that name people, and the reference to its status.

use alloc::string::{String, ToString as _};
use core::fmt;
use core::ops::RangeInclusive;

use crate::bytes::malformed::Flaw;
use crate::field::{ClaimError, Name};

/// A full name, in UTF-8.
const FULL_NAME_BYTES: RangeInclusive<usize> = 1..=128;
/// A full name may be any text without control characters.
pub(crate) fn check_full_name(name: &str) -> Result<(), Flaw> {
    if !FULL_NAME_BYTES.contains(&name.len()) {
        Err(Flaw::LengthOutOfRange)
    } else if name.chars().any(char::is_control) {
        Err(Flaw::TextNotAllowed)
    } else {
        Ok(())
    }
}

/// Eight digits, YYYYMMDD, that name a day of the calendar.
pub(crate) fn check_birth_date(text: &str) -> Result<(), Flaw> {
    let &[y1, y2, y3, y4, m1, m2, d1, d2] = text.as_bytes() else {
        return Err(Flaw::LengthOutOfRange);
    };
    if !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Flaw::TextNotAllowed);
    }
    let number = |digits: &[u8]| {
        digits.iter().fold(0_u16, |n, digit| {
            n.saturating_mul(10).saturating_add(u16::from(digit.saturating_sub(b'0')))
        })
    };
    let year = number(&[y1, y2, y3, y4]);
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let days = match number(&[m1, m2]) {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => return Err(Flaw::NumberOutOfRange),
    };
    if (1..=days).contains(&number(&[d1, d2])) { Ok(()) } else { Err(Flaw::NumberOutOfRange) }
}

/// A day of birth as in claim 169: eight digits, YYYYMMDD.
///
/// ```
/// use livepermit::issue::BirthDate;
/// let date: BirthDate = "19480229".parse()?;
/// assert_eq!(date.as_str(), "19480229");
/// // 1949 was not a leap year.
/// assert!("19490229".parse::<BirthDate>().is_err());
/// # Ok::<(), livepermit::field::ClaimError>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct BirthDate(String);

impl BirthDate {
    /// The eight digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl core::str::FromStr for BirthDate {
    type Err = ClaimError;

    fn from_str(text: &str) -> Result<Self, ClaimError> {
        check_birth_date(text).map_err(ClaimError::of("birth date"))?;
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
    /// Makes a person from a full name: 1 to 128 bytes of UTF-8 without control characters.
    ///
    /// # Errors
    /// [`ClaimError`] for another length or a control character.
    pub fn new(full_name: &str) -> Result<Self, ClaimError> {
        check_full_name(full_name).map_err(ClaimError::of("full name"))?;
        Ok(Self { full_name: full_name.to_string(), birth_date: None })
    }

    /// Adds the day of birth.
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

    /// The day of birth, if it is in the permit.
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
