//! The fields of a permit: what each may hold, for reading and for writing alike.

use alloc::string::{String, ToString as _};
use core::fmt;
use core::ops::RangeInclusive;

use super::ANYONE;
use crate::malformed::Flaw;

/// Names: issuer, subject, class, audience, status list URI.
const NAME_BYTES: RangeInclusive<usize> = 1..=128;
/// A full name, in UTF-8.
const FULL_NAME_BYTES: RangeInclusive<usize> = 1..=128;
/// Challenge nonces: six spoken digits at least, 16 random bytes as a rule.
const NONCE_BYTES: RangeInclusive<usize> = 6..=32;
/// Freshness windows, in seconds: at most one day.
pub(crate) const WINDOW_SECONDS: RangeInclusive<u64> = 1..=86_400;

/// Names are visible ASCII: no spaces, no look-alike letters, no second encoding of the same word.
pub(crate) fn check_name(name: &str) -> Result<(), Flaw> {
    if !NAME_BYTES.contains(&name.len()) {
        Err(Flaw::LengthOutOfRange)
    } else if name.bytes().all(|byte| byte.is_ascii_graphic()) {
        Ok(())
    } else {
        Err(Flaw::TextNotAllowed)
    }
}

/// A gate's name is any name but the one that means every gate.
pub(crate) fn check_gate(name: &str) -> Result<(), Flaw> {
    check_name(name)?;
    if name == ANYONE { Err(Flaw::TextNotAllowed) } else { Ok(()) }
}

/// A class is a name with a colon in it, which keeps classes of different issuers apart.
pub(crate) fn check_class(name: &str) -> Result<(), Flaw> {
    check_name(name)?;
    if name.contains(':') { Ok(()) } else { Err(Flaw::TextNotAllowed) }
}

/// The number printed beside a slip's code, which a guard can read out: 6 to 12 digits.
pub(crate) fn check_check_number(text: &str) -> Result<(), Flaw> {
    if !(6..=12).contains(&text.len()) {
        Err(Flaw::LengthOutOfRange)
    } else if text.bytes().all(|byte| byte.is_ascii_digit()) {
        Ok(())
    } else {
        Err(Flaw::TextNotAllowed)
    }
}

/// A person's name is what people write, without control characters.
pub(crate) fn check_full_name(name: &str) -> Result<(), Flaw> {
    if !FULL_NAME_BYTES.contains(&name.len()) {
        Err(Flaw::LengthOutOfRange)
    } else if name.chars().any(char::is_control) {
        Err(Flaw::TextNotAllowed)
    } else {
        Ok(())
    }
}

pub(crate) fn check_nonce(nonce: &[u8]) -> Result<(), Flaw> {
    if NONCE_BYTES.contains(&nonce.len()) { Ok(()) } else { Err(Flaw::LengthOutOfRange) }
}

pub(crate) fn check_window(seconds: u64) -> Result<(), Flaw> {
    if WINDOW_SECONDS.contains(&seconds) { Ok(()) } else { Err(Flaw::NumberOutOfRange) }
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

/// Why a value cannot go into a permit, a key entry or a policy.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ClaimError {
    /// The field.
    pub field: &'static str,
    /// The rule the value breaks.
    pub flaw: Flaw,
}

impl ClaimError {
    pub(crate) const fn of(field: &'static str) -> impl Fn(Flaw) -> Self {
        move |flaw| Self { field, flaw }
    }
}

impl fmt::Display for ClaimError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.field, self.flaw)
    }
}

impl core::error::Error for ClaimError {}

/// A day of birth, as claim 169 writes it: YYYYMMDD.
///
/// ```
/// use livepermit::BirthDate;
/// let date: BirthDate = "19490229".parse().unwrap_or_else(|_| "19480229".parse().expect("1948 was a leap year"));
/// assert_eq!(date.as_str(), "19480229");
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

/// Person data (claim 169, MOSIP): off by default, because a picture of a code stays for ever a
/// signed proof of what is in it. Debug output leaves it out.
#[derive(Clone, PartialEq, Eq)]
pub struct Person {
    full_name: String,
    birth_date: Option<BirthDate>,
}

impl Person {
    /// A person by full name: 1 to 128 bytes of UTF-8 without control characters.
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

/// Who shows a permit for its subject, and as what.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Acting {
    role: String,
    representative: String,
}

impl Acting {
    /// `representative` acts as `role` (`guardian`, `relative`, …) for the permit's subject: each 1
    /// to 128 visible ASCII characters, the representative a pseudonym like the subject.
    ///
    /// # Errors
    /// [`ClaimError`] naming the field.
    pub fn new(role: &str, representative: &str) -> Result<Self, ClaimError> {
        check_name(role).map_err(ClaimError::of("role"))?;
        check_name(representative).map_err(ClaimError::of("representative"))?;
        Ok(Self { role: role.to_string(), representative: representative.to_string() })
    }

    /// As what the representative acts.
    #[must_use]
    pub fn role(&self) -> &str {
        &self.role
    }

    /// Who acts.
    #[must_use]
    pub fn representative(&self) -> &str {
        &self.representative
    }
}

/// Where the status of a permit is published: an index into a status list
/// (draft-ietf-oauth-status-list §6).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct StatusReference {
    uri: String,
    index: u64,
}

impl StatusReference {
    /// Entry `index` of the list at `uri` (1 to 128 visible ASCII characters; short, because every
    /// code carries it).
    ///
    /// # Errors
    /// [`ClaimError`] for a URI of another length or with other characters.
    pub fn new(uri: &str, index: u64) -> Result<Self, ClaimError> {
        check_name(uri).map_err(ClaimError::of("status list URI"))?;
        Ok(Self { uri: uri.to_string(), index })
    }

    /// The URI of the list, compared as bytes.
    #[must_use]
    pub fn uri(&self) -> &str {
        &self.uri
    }

    /// The index of the entry, from 0.
    #[must_use]
    pub const fn index(&self) -> u64 {
        self.index
    }
}
