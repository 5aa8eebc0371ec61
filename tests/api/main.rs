//! The library through its public API: what is accepted, and that nothing else is.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::string_slice,
    reason = "a failing test is what a panic is for here"
)]

mod allocations;
mod altered;
mod application;
mod caching;
mod challenges;
mod codes;
mod ed25519;
mod error_codes;
mod flaws;
mod fuzz_regressions;
mod holding;
mod inspecting;
mod judgement;
mod key_files;
mod key_forms;
mod layers;
mod messages;
mod p256;
mod properties;
mod ranges;
mod schedule;
mod secrets;
mod setups;
mod signature_verdicts;
mod signers;
mod sizes;
mod two_steps;
mod unverified;
mod windows;
