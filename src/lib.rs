//! livepermit: **a permit that can be shown, but not copied**.
//!
//! An issuer signs a permit. The holder's phone (or the issuer's server) turns the permit into a
//! new QR code every few seconds. A gate verifies the code offline, with public keys alone, and
//! refuses a screenshot, because the code in it has become stale.
//!
//! | who | starts at | more in |
//! |---|---|---|
//! | the issuer's server | [`Issuer`], [`Permit`] | [`issue`] |
//! | the holder's app | [`Holder`], [`hold::schedule`], `qr::QrCode` | [`hold`] |
//! | the gate | [`Verifier`], [`Policy`], [`Trust`] | [`verify`], [`trust`], [`status`] |
//! | the reviewer | [`inspect()`], [`RejectionCode`] | [`rejection`] |
//!
//! The crate `livepermit-gate` admits visitors and remembers their codes. The format is in
//! `docs/spec.md` and `test-vectors/` of the repository.
//!
//! Time and random number generators are arguments. No function reads a clock, a file or a network.
//! Spans of time are whole seconds.
//!
//! # Features
//!
//! `std` (default): conversions from `std::time`, faster signing with P-256. `qr` (default): QR
//! codes as matrix, PNG, SVG and terminal text. `base-table` (default): constant tables of the base
//! point of Ed25519, 8 to 10 kB with which a signature is checked some 6 % faster, and 30 kB in
//! programs that sign, with which signing is much faster. `parallel`: [`Verifier::verify_many`] on
//! all cores. Without `std` the crate needs `alloc` only.
#![cfg_attr(not(feature = "std"), no_std)]
#![cfg_attr(docsrs, feature(doc_cfg))]
#![cfg_attr(
    not(test),
    warn(
        // No input can stop the program or lose a bit silently: docs/assurance.md.
        clippy::arithmetic_side_effects,
        clippy::as_conversions,
        clippy::float_arithmetic,
        clippy::indexing_slicing,
        clippy::infinite_loop,
        clippy::panic_in_result_fn,
        clippy::print_stderr,
        clippy::print_stdout,
        clippy::unwrap_in_result
    )
)]

extern crate alloc;

mod bytes;
mod checks;
pub mod field;
#[cfg(any(test, fuzzing))]
#[doc(hidden)]
pub mod fuzzing;
pub mod hold;
mod inspect;
pub mod issue;
pub mod key;
pub mod rejection;
pub mod setup;
mod shown;
pub mod status;
mod time;
mod token;
pub mod trust;
pub mod verify;

pub use hold::{Holder, Recipient};
pub use inspect::{decode_text, diagnostic_notation, inspect};
pub use issue::{Issuer, Permit, Validity};
pub use key::{PublicKey, SecretKey};
#[cfg(feature = "qr")]
pub use livepermit_qr::draw as qr;
pub use rand_core;
pub use rejection::{Rejection, RejectionCode};
pub use time::Timestamp;
pub use token::{Form, Token, Unverified};
pub use trust::{Trust, TrustedKey, Use};
pub use verify::{AudiencePolicy, Context, Policy, RevocationPolicy, Verified, Verifier};

/// Compiles and runs the README's examples with the documentation tests.
#[cfg(all(doctest, feature = "qr"))]
#[doc = include_str!("../README.md")]
struct Readme;
