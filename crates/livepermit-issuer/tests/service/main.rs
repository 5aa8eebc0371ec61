//! What the service gives out, as a gate sees it: each test runs on SQLite and on PostgreSQL. Without
//! the programs of PostgreSQL its half is skipped with a note; with `LIVEPERMIT_REQUIRE_ALL=1` it
//! fails.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a failing test is what a panic is for here"
)]

mod jobs;
#[path = "../store/place.rs"]
#[expect(dead_code, reason = "the tests of the register use the rest")]
mod place;
#[path = "../store/server.rs"]
#[expect(dead_code, reason = "the tests of the register use the rest")]
mod server;
mod story;
mod world;
