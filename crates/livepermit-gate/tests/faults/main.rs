//! Every store under every fault, with real servers, under load, and a checker of what opened.
//!
//! Some gates ask at once: fresh visitors, codes shown again elsewhere, a second code of the same
//! phone, slips. Then a fault happens, and the gates go on asking until the store admits again. The
//! table tells how many opened twice, how many answers were lost, and how long nobody entered.
//!
//! `LIVEPERMIT_FAULT_ROUNDS` sets how often each fault happens: 1 by default, 20 in the long run.
//! A row whose server is missing here is told and left out; with `LIVEPERMIT_REQUIRE_ALL=1` a
//! missing server is a failure.
#![cfg(all(feature = "file", feature = "redis", feature = "postgres", unix))]
#![expect(clippy::unwrap_used, reason = "a failing test is what a panic is for here")]

mod crowd;
mod file;
mod history;
mod postgres;
mod proxy;
mod redis;
mod server;
mod table;

use livepermit_gate::replay::Retention;

/// Short spans, so that each round takes seconds. The rule is the same.
const LIMITS: Retention = Retention {
    largest_window: 2,
    largest_skew: 1,
    clock_difference: 4,
    longest_cool_down: 0,
    old_master: 0,
};

/// How often each fault happens.
fn rounds() -> u32 {
    std::env::var("LIVEPERMIT_FAULT_ROUNDS").ok().and_then(|text| text.parse().ok()).unwrap_or(1)
}

#[test]
fn a_file_admits_nobody_twice() {
    table::print("file", file::rows());
}

#[test]
fn a_redis_server_admits_nobody_twice() {
    table::print("Redis", redis::rows_of_the_server());
}

// A test of its own: both wait for servers most of the time, and run side by side.
#[test]
fn several_redis_servers_admit_nobody_twice() {
    table::print("Redis", redis::rows_of_masters_and_clocks());
}

#[test]
fn a_postgresql_server_admits_nobody_twice() {
    table::print("PostgreSQL", postgres::rows());
}
