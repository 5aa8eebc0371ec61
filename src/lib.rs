//! livepermit: **a permit that can be shown, but not copied**.
//!
//! An issuer signs a permit; the holder's phone (or the issuer's server) turns it into a QR code
//! that is fresh every few seconds; a checkpoint verifies it offline from public keys alone, and a
//! screenshot of it goes stale and is refused.
//!
//! | who | starts at |
//! |---|---|
//! | the issuer's server | [`Issuer`], [`Permit`] |
//! | the holder's app | [`Holder`], [`schedule`], `qr::QrCode` |
//! | the checkpoint | [`Verifier`], [`Policy`], [`Trust`], `Checkpoint`; with a camera `scan::Scanner` |
//! | the reviewer | [`inspect()`], [`Code`], `docs/spec.md` and `test-vectors/` in the repository |
//!
//! Time is an argument everywhere, randomness is an RNG argument; nothing here reads a clock. Files
//! and the network are touched by the stores of used codes alone, `FileReplay` and `RedisReplay`.
//!
//! # Features
//!
//! `std` (default): conversions from `std::time`, faster signing with P-256. `qr` (default): QR
//! codes as matrix, PNG, SVG and terminal text. `scan`: QR codes out of pictures and camera frames.
//! `store`: used codes remembered in a file. `redis`: in a Redis server. `parallel`:
//! [`Verifier::verify_many`] on all cores. Without `std` the core needs `alloc` only.
#![cfg_attr(not(feature = "std"), no_std)]
#![cfg_attr(docsrs, feature(doc_cfg))]
#![cfg_attr(
    not(test),
    warn(
        // Nothing a stranger sends stops the program or loses a bit without a word:
        // docs/assurance.md.
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

mod cbor;
#[cfg(feature = "std")]
mod checkpoint;
mod cose;
mod holder;
mod inspect;
mod issuer;
mod key;
mod malformed;
mod rejection;
#[cfg(feature = "std")]
mod replay;
mod status;
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
#[cfg_attr(
    not(test),
    expect(clippy::float_arithmetic, reason = "where a code lies in a picture, and nothing else")
)]
pub mod scan;

#[cfg(feature = "std")]
pub use checkpoint::{
    Admitted, Checkpoint, CheckpointPolicy, ClockState, CoolDown, OpenChallengeError, StoreFailure,
};
pub use holder::{AcceptError, HeldCredential, Holder, Recipient, schedule};
pub use inspect::{decode_text, diagnostic_notation, inspect};
pub use issuer::{Issuer, Validity};
pub use key::{Algorithm, KeyError, PublicKey, SecretKey};
pub use malformed::{Flaw, Layer, Malformed};
pub use rand_core;
pub use rejection::{Code, Evidence, Fault, ListCode, ListRejection, Rejection, Stage};
#[cfg(feature = "store")]
pub use replay::FileReplay;
#[cfg(feature = "redis")]
pub use replay::RedisReplay;
#[cfg(feature = "std")]
pub use replay::{
    Answer, Attempt, MemoryReplay, Passage, Place, Record, ReplayStore, Retention, Showing,
    StoreError, StoreErrorKind,
};
pub use status::{
    Occupied, StatusLimits, StatusList, StatusListBuilder, StatusListError, StatusState,
    StatusValue,
};
pub use text::{MAX_TEXT_CHARS, MAX_TOKEN_BYTES, QR_PREFIX};
pub use time::{TimeOutOfRange, Timestamp};
pub use token::{
    Acting, ApplicationError, BirthDate, Challenge, ClaimError, Form, GateCode, Permit, Person,
    PrepareError, Prepared, SignatureRefused, StatusReference, Token,
};
pub use trust::{
    MAX_KEYS_PER_ID, SkippedKey, Trust, TrustAnchor, TrustAnchorError, TrustError, TrustList,
    TrustListBuilder, TrustListError, TrustState, TrustedKey, Use, Uses,
};
pub use verifier::{
    ActingPolicy, AudiencePolicy, Caution, Cautions, ChallengePolicy, Claim, ConfigError, Context,
    CredentialCache, Input, PermitId, Policy, Revocation, Verified, Verifier,
};

/// The examples of the README, compiled and run with the documentation's own.
#[cfg(all(doctest, feature = "qr"))]
#[doc = include_str!("../README.md")]
struct Readme;
