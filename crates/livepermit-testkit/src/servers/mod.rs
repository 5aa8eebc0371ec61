//! Servers of our own, on free ports, killed when dropped. They are programs of the machine: a test
//! whose server is missing tells that it is skipped.

mod postgres;
mod redis;

pub use postgres::{Postgres, as_postgres, give_to_postgres, postgres_folder, postgres_program};
pub use redis::Redis;

use std::net::TcpListener;
use std::time::{Duration, Instant};

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

fn until(what: &str, mut done: impl FnMut() -> bool) {
    let patience = Instant::now() + Duration::from_secs(60);
    while !done() {
        assert!(Instant::now() < patience, "in vain: {what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// A server, if its program is on this machine. With `LIVEPERMIT_REQUIRE_ALL=1` a missing program
/// fails the test.
pub fn or_skip<T>(server: Option<T>, program: &str) -> Option<T> {
    if server.is_none() {
        assert!(std::env::var_os("LIVEPERMIT_REQUIRE_ALL").is_none(), "{program} is missing");
        println!("skipped: {program} is missing");
    }
    server
}
