//! The register, on both databases: each test runs once on SQLite, and once on a PostgreSQL server
//! that the tests start themselves. Without its programs the second half is skipped with a note;
//! with `LIVEPERMIT_REQUIRE_ALL=1` it fails.

mod audit;
mod documents;
mod entries;
mod faults;
mod kills;
mod papers;
mod races;
mod restores;
mod schema;
mod staff;
mod story;
mod wallets;
