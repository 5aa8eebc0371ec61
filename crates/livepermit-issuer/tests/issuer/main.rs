//! The issuer, from its register to its pages: one program of tests, so that all share the databases
//! and the people. Each test that writes runs once on SQLite, and once on a PostgreSQL server that
//! the tests start themselves. Without its programs the second half is skipped with a note; with
//! `LIVEPERMIT_REQUIRE_ALL=1` it fails.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a failing test is what a panic is for here"
)]

mod pages;
mod place;
mod server;
mod service;
mod store;
mod wallets;
