//! The offices' port, through real HTTP over a register in SQLite. What it keeps is tested on both
//! databases in tests/issuer/store.
//!
//! Every answer that a test gets has to stand in the document at `/office/openapi.json`.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a failing test is what a panic is for here"
)]

mod again;
mod client;
mod decisions;
mod described;
mod desk;
mod documents;
mod follow_ups;
mod login;
mod mandates;
mod permits;
mod proposals;
mod sight;
mod story;
mod world;
