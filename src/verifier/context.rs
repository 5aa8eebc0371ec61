use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;

use crate::time::Timestamp;
use crate::token::{ClaimError, Token, check_gate, check_nonce};

/// What is to be verified.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Input<'a> {
    /// The text of a QR code or link.
    Text(&'a str),
    /// The bytes of a token.
    Bytes(&'a [u8]),
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

/// A question a gate asked, which the presentation has to answer.
///
/// Each is to be answered once: draw a new nonce for every visitor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Challenge {
    gate: Box<str>,
    nonce: Box<[u8]>,
    expires: Timestamp,
}

impl Challenge {
    /// A question asked in the name of `gate`, with a nonce of 6 to 32 unpredictable bytes, to be answered before `expires`.
    ///
    /// # Errors
    /// [`ClaimError`] for a name or nonce that breaks the rules.
    pub fn new(gate: &str, nonce: &[u8], expires: Timestamp) -> Result<Self, ClaimError> {
        check_gate(gate).map_err(ClaimError::of("gate"))?;
        check_nonce(nonce).map_err(ClaimError::of("nonce"))?;
        Ok(Self { gate: gate.into(), nonce: nonce.into(), expires })
    }

    /// The name of the gate.
    #[must_use]
    pub fn gate(&self) -> &str {
        &self.gate
    }

    /// The nonce.
    #[must_use]
    pub fn nonce(&self) -> &[u8] {
        &self.nonce
    }

    /// From this second on an answer is too late.
    #[must_use]
    pub const fn expires(&self) -> Timestamp {
        self.expires
    }
}

/// What a verdict depends on beside the token and the verifier: the time, and the challenge to be answered.
///
/// A [`Timestamp`] alone converts into one.
#[derive(Debug)]
pub struct Context<'a> {
    pub(super) now: Timestamp,
    pub(super) challenge: Option<&'a Challenge>,
}

impl<'a> Context<'a> {
    /// Verifies at this time.
    #[must_use]
    pub const fn at(now: Timestamp) -> Self {
        Self { now, challenge: None }
    }

    /// The token has to answer this challenge.
    #[must_use]
    pub const fn with_challenge(mut self, challenge: &'a Challenge) -> Self {
        self.challenge = Some(challenge);
        self
    }
}

impl From<Timestamp> for Context<'_> {
    fn from(now: Timestamp) -> Self {
        Self::at(now)
    }
}
