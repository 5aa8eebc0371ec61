use alloc::string::String;
use alloc::vec::Vec;

use super::CredentialCache;
use crate::rejection::Rejection;
use crate::text;
use crate::time::Timestamp;
use crate::token::{Challenge, Token};

/// What is to be verified.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Input<'a> {
    /// The text of a QR code or link.
    Text(&'a str),
    /// The bytes of a token.
    Bytes(&'a [u8]),
}

impl Input<'_> {
    /// Hands over the bytes of the token, decoded where they came as text.
    pub(crate) fn with_bytes<T>(
        self,
        then: impl FnOnce(&[u8]) -> Result<T, Rejection>,
    ) -> Result<T, Rejection> {
        match self {
            Self::Bytes(bytes) => then(bytes),
            Self::Text(text) => text::with_decoded(text, then),
        }
    }
}

impl<'a> From<&'a str> for Input<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(text)
    }
}

impl<'a> From<&'a String> for Input<'a> {
    fn from(text: &'a String) -> Self {
        Self::Text(text)
    }
}

impl<'a> From<&'a [u8]> for Input<'a> {
    fn from(bytes: &'a [u8]) -> Self {
        Self::Bytes(bytes)
    }
}

impl<'a> From<&'a Vec<u8>> for Input<'a> {
    fn from(bytes: &'a Vec<u8>) -> Self {
        Self::Bytes(bytes)
    }
}

impl<'a> From<&'a Token> for Input<'a> {
    fn from(token: &'a Token) -> Self {
        Self::Bytes(token.as_bytes())
    }
}

/// What a verdict depends on beside the token and the verifier: the time, and the challenge to be
/// answered. A cache makes it faster and does not change it.
///
/// A [`Timestamp`] alone converts into one.
#[derive(Debug)]
pub struct Context<'a> {
    pub(super) now: Timestamp,
    pub(super) challenge: Option<&'a Challenge>,
    pub(super) cache: Option<&'a mut CredentialCache>,
}

impl<'a> Context<'a> {
    /// Verifies at this time.
    #[must_use]
    pub const fn at(now: Timestamp) -> Self {
        Self { now, challenge: None, cache: None }
    }

    /// The token has to answer this challenge.
    #[must_use]
    pub const fn with_challenge(mut self, challenge: &'a Challenge) -> Self {
        self.challenge = Some(challenge);
        self
    }

    /// Credentials seen before need not be verified again.
    #[must_use]
    pub const fn with_cache(mut self, cache: &'a mut CredentialCache) -> Self {
        self.cache = Some(cache);
        self
    }
}

impl From<Timestamp> for Context<'_> {
    fn from(now: Timestamp) -> Self {
        Self::at(now)
    }
}
