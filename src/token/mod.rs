//! The forms a permit takes, as bytes: what is read from them and how they are written.

mod application;
mod challenge;
mod claims;
mod fields;
mod form;
mod parse;
mod permit;
mod prepared;
mod retained;
#[cfg(test)]
mod tests;
mod write;

pub use application::ApplicationError;
pub use challenge::{Challenge, GateCode};
pub(crate) use claims::{Claims, PresentationClaims, Timing};
pub use fields::{Acting, BirthDate, ClaimError, Person, StatusReference};
pub(crate) use fields::{
    WINDOW_SECONDS, check_check_number, check_class, check_gate, check_name, check_nonce,
    check_window,
};
pub use form::{Form, Token};
pub(crate) use parse::{IssuerSigned, Presentation, Shown};
pub use permit::Permit;
pub(crate) use prepared::Header as PreparedHeader;
pub use prepared::{PrepareError, Prepared, SignatureRefused};
pub(crate) use retained::{Retained, permit_getters};
pub(crate) use write::{write_claims, write_presentation_claims};

/// Claim labels (RFC 8392 §3.1, IANA CWT Claims, and our own block).
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
    /// Freshness window in seconds: the first of our own block, −65537 to −65552.
    pub(crate) const WINDOW: i64 = -65537;
    /// Acting for another: {1: role, 2: representative}.
    pub(crate) const ACTING: i64 = -65538;
    /// The check number of a printed slip.
    pub(crate) const CHECK_NUMBER: i64 = -65544;
    /// The last of our own block: application labels lie below.
    pub(crate) const BLOCK_END: i64 = -65552;
}

/// The audience of a presentation made for whoever reads it. Our profile's own value.
pub(crate) const ANYONE: &str = "*";
