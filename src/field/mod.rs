//! The rules of names, the same for reading and writing; and how texts of people are shown.

mod error;

use alloc::sync::Arc;
use core::fmt;
use core::ops::RangeInclusive;

use crate::bytes::malformed::Flaw;
pub use crate::shown::Shown;
pub use error::{ClaimDetail, ClaimError};

/// The audience that means every gate. This profile reserves the value, so no gate can have this
/// name.
pub(crate) const ANYONE: &str = "*";

/// Names: issuer, subject, class, audience, status list URI.
const NAME_BYTES: RangeInclusive<usize> = 1..=128;
/// Challenge nonces: at least six spoken digits, usually 16 random bytes.
const NONCE_BYTES: RangeInclusive<usize> = 6..=32;
/// Digits of a check number.
const CHECK_NUMBER_DIGITS: RangeInclusive<usize> = 6..=12;
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

/// A gate's name can be any name except `*`, which means every gate.
pub(crate) fn check_gate(name: &str) -> Result<(), Flaw> {
    check_name(name)?;
    if name == ANYONE { Err(Flaw::TextNotAllowed) } else { Ok(()) }
}

/// A class is a name with a colon in it. The colon keeps classes of different issuers apart.
pub(crate) fn check_class(name: &str) -> Result<(), Flaw> {
    check_name(name)?;
    if name.contains(':') { Ok(()) } else { Err(Flaw::TextNotAllowed) }
}

/// The check number: digits printed beside a slip's code, which a guard can read aloud.
pub(crate) fn check_check_number(text: &str) -> Result<(), Flaw> {
    if !CHECK_NUMBER_DIGITS.contains(&text.len()) {
        Err(Flaw::LengthOutOfRange)
    } else if text.bytes().all(|byte| byte.is_ascii_digit()) {
        Ok(())
    } else {
        Err(Flaw::TextNotAllowed)
    }
}

/// An address of the web is a name that begins with its scheme. Whether it leads anywhere is found
/// out by asking.
pub(crate) fn check_address(text: &str) -> Result<(), Flaw> {
    check_name(text)?;
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    if rest.is_some_and(|rest| !rest.is_empty()) { Ok(()) } else { Err(Flaw::TextNotAllowed) }
}

/// Says what is wrong with a text that is no address.
pub(crate) fn address_error(field: &'static str, text: &str) -> impl FnOnce(Flaw) -> ClaimError {
    move |flaw| match check_name(text) {
        Ok(()) => ClaimError::rule(field, "an address begins with https:// or http://"),
        Err(_) => name_error(field, text)(flaw),
    }
}

/// Says what is wrong with a text that is no name, or no gate's name.
pub(crate) fn name_error(field: &'static str, text: &str) -> impl FnOnce(Flaw) -> ClaimError {
    move |_| {
        let stranger = text.chars().zip(1..).find(|(c, _)| !c.is_ascii_graphic());
        if !NAME_BYTES.contains(&text.len()) {
            ClaimError::length(field, "bytes", text.len(), &NAME_BYTES)
        } else if let Some((character, at)) = stranger {
            ClaimError::character(field, character, at)
        } else {
            ClaimError::rule(field, "the name * means every gate")
        }
    }
}

/// Says what is wrong with a text that is no class.
pub(crate) fn class_error(field: &'static str, text: &str) -> impl FnOnce(Flaw) -> ClaimError {
    move |flaw| match check_name(text) {
        Ok(()) => ClaimError::rule(field, "no colon in it"),
        Err(_) => name_error(field, text)(flaw),
    }
}

/// Says what is wrong with a text that is no check number.
pub(crate) fn check_number_error(text: &str) -> impl FnOnce(Flaw) -> ClaimError {
    let field = "check number";
    move |_| match text.chars().zip(1..).find(|(c, _)| !c.is_ascii_digit()) {
        Some((character, at)) if CHECK_NUMBER_DIGITS.contains(&text.len()) => {
            ClaimError::character(field, character, at)
        }
        _ => ClaimError::length(field, "digits", text.len(), &CHECK_NUMBER_DIGITS),
    }
}

/// Says what is wrong with a nonce.
pub(crate) fn nonce_error(nonce: &[u8]) -> impl FnOnce(Flaw) -> ClaimError {
    move |_| ClaimError::length("nonce", "bytes", nonce.len(), &NONCE_BYTES)
}

/// Says what is wrong with a window.
pub(crate) fn window_error(seconds: u64) -> impl FnOnce(Flaw) -> ClaimError {
    move |_| ClaimError::number("window", "seconds", seconds, WINDOW_SECONDS)
}

pub(crate) fn check_nonce(nonce: &[u8]) -> Result<(), Flaw> {
    if NONCE_BYTES.contains(&nonce.len()) { Ok(()) } else { Err(Flaw::LengthOutOfRange) }
}

pub(crate) fn check_window(seconds: u64) -> Result<(), Flaw> {
    if WINDOW_SECONDS.contains(&seconds) { Ok(()) } else { Err(Flaw::NumberOutOfRange) }
}

/// Makes one type for each rule of texts.
macro_rules! names {
    ($($(#[doc = $doc:literal])+ $name:ident, $field:literal, $check:ident, $error:ident;)+) => {$(
        $(#[doc = $doc])+
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Arc<str>);

        impl $name {
            /// Accepts a text that follows the rule of this type.
            ///
            /// # Errors
            /// [`ClaimError`] with the part of the rule that the text breaks.
            pub fn new(text: &str) -> Result<Self, ClaimError> {
                Self::of($field, text)
            }

            /// Like `new`, with another field name in the error.
            pub(crate) fn of(field: &'static str, text: &str) -> Result<Self, ClaimError> {
                $check(text).map_err($error(field, text))?;
                Ok(Self(text.into()))
            }

            /// The text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl core::str::FromStr for $name {
            type Err = ClaimError;

            fn from_str(text: &str) -> Result<Self, ClaimError> {
                Self::new(text)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    )+};
}

names! {
    /// A name of an issuer, a subject, a lane, a zone or a list: 1 to 128 visible ASCII characters.
    Name, "name", check_name, name_error;
    /// A class of permits, such as `bj.example:residence`: a name with a colon in it.
    Class, "class", check_class, class_error;
    /// A name of a gate: every name but `*`, which means every gate.
    GateName, "gate", check_gate, name_error;
    /// An address of a list or a relay: a name that begins with `https://` or `http://`.
    Address, "address", check_address, address_error;
}

/// The unpredictable part of a challenge: 6 to 32 bytes.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Nonce(Arc<[u8]>);

impl Nonce {
    /// Accepts 6 to 32 bytes.
    ///
    /// # Errors
    /// [`ClaimError`] for another length.
    pub fn new(bytes: &[u8]) -> Result<Self, ClaimError> {
        check_nonce(bytes).map_err(nonce_error(bytes))?;
        Ok(Self(bytes.into()))
    }

    /// The bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}
