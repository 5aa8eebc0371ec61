//! A gate: the lists it takes in, the forms it accepts, and what a lane of it remembers.
#![cfg(feature = "std")]
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a failing test is what a panic is for here"
)]

mod acting;
mod building;
mod examples;
mod lane;
mod slip;
mod status_list;
mod trust_list;
