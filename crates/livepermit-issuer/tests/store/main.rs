//! The register, on both databases: each test runs once on SQLite, and once on a PostgreSQL server
//! that the tests start themselves. Without its programs the second half is skipped with a note;
//! with `LIVEPERMIT_REQUIRE_ALL=1` it fails.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a failing test is what a panic is for here"
)]

mod audit;
mod documents;
mod entries;
mod faults;
mod kills;
mod papers;
mod place;
mod races;
mod restores;
mod schema;
mod server;
mod staff;
mod story;
mod wallets;
