//! Tokens: the forms of a permit as bytes, how they are read and written.

mod application;
mod challenge;
mod claims;
mod form;
mod input;
mod permit_id;
mod person;
mod retained;
mod span;
#[cfg(test)]
mod tests;
#[expect(clippy::module_inception, reason = "the token is one of the things that this room holds")]
mod token;
mod unverified;
mod write;

pub use application::ApplicationError;
pub(crate) use application::OwnedApplication;
pub use challenge::{Challenge, GateCode};
pub(crate) use claims::{
    ActingClaim, Claims, FormClaims, PersonClaim, PresentationClaims, StatusClaim,
};
pub use form::Form;
pub use input::Input;
pub use permit_id::PermitId;
pub use person::{Acting, BirthDate, Person, StatusReference};
pub(crate) use retained::{Retained, permit_getters};
pub(crate) use span::Span;
pub use token::Token;
pub use unverified::{Buffer, Unverified};
pub(crate) use unverified::{IssuerSigned, Presentation, Shape};
pub(crate) use write::{write_claims, write_presentation_claims};

/// Claim labels: RFC 8392 §3.1, IANA CWT Claims, and this profile's own block.
pub(crate) mod label {
    pub(crate) const ISS: i64 = 1;
    pub(crate) const SUB: i64 = 2;
    pub(crate) const AUD: i64 = 3;
    pub(crate) const EXP: i64 = 4;
    pub(crate) const NBF: i64 = 5;
    pub(crate) const IAT: i64 = 6;
    pub(crate) const CNF: i64 = 8;
    pub(crate) const VCT: i64 = 11;
    pub(crate) const CNONCE: i64 = 39;
    /// Identity data (MOSIP claim 169).
    pub(crate) const PERSON: i64 = 169;
    /// draft-ietf-oauth-status-list
    pub(crate) const STATUS: i64 = 65535;
    /// Freshness window in seconds: the first label of this profile's block, −65537 to −65552.
    pub(crate) const WINDOW: i64 = -65537;
    /// Acting for another person: {1: role, 2: representative}.
    pub(crate) const ACTING: i64 = -65538;
    /// The check number of a printed slip.
    pub(crate) const CHECK_NUMBER: i64 = -65544;
    /// The last label of this profile's block. Application labels are lower numbers.
    pub(crate) const BLOCK_END: i64 = -65552;
}
