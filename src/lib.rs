//! livepermit: **a permit that can be shown, but not copied**.
//!
//! An issuer signs a permit; the holder's phone (or the issuer's server) turns it into a QR code that is fresh every few
//! seconds; a checkpoint verifies it offline from public keys alone, and a screenshot of it goes stale and is refused.
//!
//! | who | starts at |
//! |---|---|
//! | the issuer's server | [`Issuer`], [`Permit`] |
//! | the holder's app | [`Holder`], [`schedule`], `qr::QrCode` |
//! | the checkpoint | [`Verifier`], [`Policy`], [`Trust`] |
//! | the reviewer | [`inspect()`], [`Code`], `docs/spec.md` and `test-vectors/` in the repository |
//!
//! Time is an argument everywhere, randomness is an RNG argument; nothing here reads a clock, a file or the network.
//!
//! # Features
//!
//! `std` (default): conversions from `std::time`, faster P-256. `qr` (default): QR codes as matrix, PNG, SVG and terminal
//! text. `scan`: QR codes out of PNG and JPEG pictures. Without `std` the core needs `alloc` only.
#![cfg_attr(not(feature = "std"), no_std)]
#![cfg_attr(docsrs, feature(doc_cfg))]
#![cfg_attr(
    not(test),
    warn(clippy::arithmetic_side_effects, clippy::indexing_slicing, clippy::cast_possible_truncation)
)]

extern crate alloc;

mod cbor;
mod cose;
mod holder;
mod inspect;
mod issuer;
mod key;
mod malformed;
mod rejection;
mod text;
mod time;
mod token;
mod trust;
mod verifier;

#[cfg(any(test, fuzzing))]
#[doc(hidden)]
pub mod fuzzing;
#[cfg(feature = "qr")]
pub mod qr;
#[cfg(feature = "scan")]
pub mod scan;

pub use holder::{AcceptError, HeldCredential, Holder, Recipient, schedule};
pub use inspect::{decode_text, diagnostic_notation, inspect};
pub use issuer::{Issuer, Validity};
pub use key::{Algorithm, KeyError, PublicKey, SecretKey};
pub use malformed::{Flaw, Layer, Malformed};
pub use rand_core;
pub use rejection::{Code, Evidence, Fault, Rejection, Stage};
pub use text::{MAX_TEXT_CHARS, MAX_TOKEN_BYTES, QR_PREFIX};
pub use time::{TimeOutOfRange, Timestamp};
pub use token::{
    ApplicationError, BirthDate, ClaimError, Form, Permit, Person, PrepareError, Prepared, SignatureRefused,
    StatusReference, Token,
};
pub use trust::{MAX_KEYS_PER_ID, Trust, TrustError, TrustedKey, Use, Uses};
pub use verifier::{
    AudiencePolicy, Caution, Cautions, Challenge, ChallengePolicy, Claim, ConfigError, Context, Input,
    PermitId, Policy, Revocation, Verified, Verifier,
};

/// The examples of the README, compiled and run with the documentation's own.
#[cfg(all(doctest, feature = "qr"))]
#[doc = include_str!("../README.md")]
struct Readme;
