//! What an error says of a value that breaks the rule of its field.

use core::fmt;
use core::ops::RangeInclusive;

use crate::bytes::malformed::Flaw;
use crate::shown::{Shown, is_letter};

/// The value of one field breaks the rule of that field: in a permit, a key entry, a policy or a
/// time.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ClaimError {
    /// The name of the field, for people.
    pub field: &'static str,
    /// The rule that the value breaks.
    pub flaw: Flaw,
    /// The value found and the values allowed.
    pub detail: ClaimDetail,
}

/// The value that broke the rule of its field, and the values that are allowed.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ClaimDetail {
    /// A text or byte string is too short or too long.
    Length {
        /// Its length.
        found: usize,
        /// The least length allowed.
        least: usize,
        /// The greatest length allowed.
        most: usize,
        /// What is counted: `bytes`, `characters` or `digits`.
        unit: &'static str,
    },
    /// A date is longer or shorter than 4, 6 or 8 digits.
    Digits {
        /// Its length, in characters: it may have others than digits, as in `1949-07-31`.
        found: usize,
    },
    /// A number is out of its range.
    Number {
        /// What the number counts: `year`, `month`, `day`, or `seconds` of a window.
        what: &'static str,
        /// The number.
        found: u64,
        /// The least number allowed.
        least: u64,
        /// The greatest number allowed.
        most: u64,
    },
    /// A character is not allowed.
    Character {
        /// The first such character.
        character: char,
        /// Its place, counted in characters from 1.
        at: usize,
    },
    /// A rule in words: what is missing, or what is wrong with the value.
    Rule(&'static str),
}

impl ClaimError {
    /// Makes an error from a field, the broken rule, and what to say about the value.
    #[must_use]
    pub const fn new(field: &'static str, flaw: Flaw, detail: ClaimDetail) -> Self {
        Self { field, flaw, detail }
    }

    /// The stable code of the error, the name of the broken rule, such as `length-out-of-range`.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        self.flaw.name()
    }

    /// The same error about a field with another name.
    #[must_use]
    pub fn of_field(mut self, field: &'static str) -> Self {
        self.field = field;
        self
    }

    pub(crate) const fn rule(field: &'static str, rule: &'static str) -> Self {
        Self::new(field, Flaw::TextNotAllowed, ClaimDetail::Rule(rule))
    }

    /// An error about a number that is out of its range.
    pub(crate) fn number(
        field: &'static str,
        what: &'static str,
        found: u64,
        allowed: RangeInclusive<u64>,
    ) -> Self {
        let (least, most) = allowed.into_inner();
        Self::new(field, Flaw::NumberOutOfRange, ClaimDetail::Number { what, found, least, most })
    }

    /// An error about the length of a text or byte string.
    pub(crate) const fn length(
        field: &'static str,
        unit: &'static str,
        found: usize,
        allowed: &RangeInclusive<usize>,
    ) -> Self {
        let (least, most) = (*allowed.start(), *allowed.end());
        Self::new(field, Flaw::LengthOutOfRange, ClaimDetail::Length { found, least, most, unit })
    }

    /// An error about a character of a text.
    pub(crate) const fn character(field: &'static str, character: char, at: usize) -> Self {
        Self::new(field, Flaw::TextNotAllowed, ClaimDetail::Character { character, at })
    }
}

impl fmt::Display for ClaimError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.field, self.detail)
    }
}

impl fmt::Display for ClaimDetail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Length { found, least, most, unit } => {
                write!(f, "{found} {unit}, allowed are {least} to {most}")
            }
            Self::Digits { found } => {
                write!(f, "{found} characters, allowed are 4, 6 or 8 digits")
            }
            Self::Number { what: "seconds", found, least, most } => {
                write!(f, "{found} seconds, allowed are {least} to {most}")
            }
            Self::Number { what, found, least, most } => {
                write!(f, "{what} {found}, allowed are {least} to {most}")
            }
            Self::Character { character, at } => {
                let code = u32::from(*character);
                if character.is_ascii_graphic() || is_letter(*character) {
                    let mut bytes = [0; 4];
                    let shown = Shown::quoted(character.encode_utf8(&mut bytes));
                    write!(f, "the character {shown} (U+{code:04X}) at place {at} is not allowed")
                } else {
                    write!(f, "the character U+{code:04X} at place {at} is not allowed")
                }
            }
            Self::Rule(rule) => f.write_str(rule),
        }
    }
}

impl core::error::Error for ClaimError {}
