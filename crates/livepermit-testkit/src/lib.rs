//! What the tests and benches of livepermit share: one issuer, phones, gates, tokens and lists made
//! by hand and, with the features `qr` and `camera`, pictures of codes.
//!
//! Everything here is of one world: the issuer [`ISSUER`] permits [`CLASS`], the gate is called
//! [`GATE`], and it is [`NOW`] unless a test says otherwise. Keys are made of seeds, so that every
//! run sees the same bytes.
//!
//! | what a test needs | starts at |
//! |---|---|
//! | tokens that an honest issuer and phone make | [`pass`], [`presentation`], [`Phone`] |
//! | tokens that break one rule under a good signature | [`hand`] |
//! | a verifier of this world, and its refusals | [`verifier`], [`refusal`] |
//! | a gate of this world | [`default_gate`], [`gate_with`] |
//! | a code as a wrong keyboard types it | [`german`] |
//! | pictures | `draw`, `camera` |
//! | keys that sign JSON Web Tokens | `jwt` |
//! | chains of certificates of Android | `certificates` |
//! | what stands on a page | [`html`] |
//! | a Redis or PostgreSQL server | `servers` |
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::missing_panics_doc,
    reason = "a test fails by a panic, and here is the code of tests"
)]

#[cfg(feature = "camera")]
pub mod camera;
#[cfg(feature = "jwt")]
pub mod certificates;
#[cfg(feature = "qr")]
mod drawing;
mod gate;
pub mod hand;
pub mod html;
mod issuer;
#[cfg(feature = "jwt")]
pub mod jwt;
mod keyboard;
mod keys;
mod lists;
mod phone;
#[cfg(all(feature = "servers", unix))]
pub mod servers;
mod tokens;
mod verifier;
mod world;

#[cfg(feature = "qr")]
pub use drawing::draw;
pub use gate::{admitted, default_gate, gate_with, place, refused, store};
pub use issuer::{issuer, permit, reference, trust, trusted, trusted_key};
pub use keyboard::german;
pub use keys::{ISSUER_SEED, ed25519_device, issuer_key, key_id, p256_device, public, secret};
pub use lists::{accept_status_list, assert_malformed, status_list, trust_list};
pub use phone::Phone;
pub use tokens::{
    credential, credential_lasting, every_token, holder, pass, presentation, presentation_of,
    presentation_to, slip, slip_permit,
};
pub use verifier::{policy, refusal, verdict, verifier, verifier_trusting, verifier_with};
pub use world::{CLASS, GATE, ISSUER, NOW, SUBJECT, URI, at, now};
