//! The port of wallets, asked over HTTP by a wallet that was written for these tests. Each test runs
//! once on SQLite, and once on a PostgreSQL server that the tests start themselves.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a failing test is what a panic is for here"
)]

mod authorization;
mod deferred;
mod faults;
mod http;
mod jws;
mod metadata;
mod offers;
mod others;
mod passes;
#[expect(dead_code, reason = "the tests of the register need more of it")]
#[path = "../store/place.rs"]
mod place;
mod races;
mod renewals;
#[expect(dead_code, reason = "the tests of the register need more of it")]
#[path = "../store/server.rs"]
mod server;
mod signing;
mod wallet;
mod world;
