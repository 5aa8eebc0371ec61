//! The library through its public API: what is accepted, and that nothing else is.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::string_slice,
    reason = "a failing test is what a panic is for here"
)]

#[path = "../common/mod.rs"]
mod common;

mod altered;
mod application;
mod caching;
mod challenges;
mod codes;
mod ed25519;
mod flaws;
mod holding;
mod inspecting;
mod key_files;
mod layers;
mod messages;
mod p256;
mod properties;
mod ranges;
mod secrets;
mod two_steps;
mod windows;
