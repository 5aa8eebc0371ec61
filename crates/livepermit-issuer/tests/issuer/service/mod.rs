//! What the service gives out, as a gate sees it: each test runs on SQLite and on PostgreSQL. Without
//! the programs of PostgreSQL its half is skipped with a note; with `LIVEPERMIT_REQUIRE_ALL=1` it
//! fails.

mod alarms;
mod follow_ups;
mod jobs;
mod story;
mod webhooks;
mod world;
