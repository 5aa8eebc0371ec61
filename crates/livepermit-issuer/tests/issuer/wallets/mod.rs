//! The port of wallets, asked over HTTP by a wallet that was written for these tests. Each test runs
//! once on SQLite, and once on a PostgreSQL server that the tests start themselves.

mod attestation;
mod authorization;
mod deferred;
mod faults;
pub(crate) mod http;
mod jws;
mod metadata;
mod offers;
mod others;
mod passes;
mod races;
mod renewals;
pub(crate) mod wallet;
pub(crate) mod world;
