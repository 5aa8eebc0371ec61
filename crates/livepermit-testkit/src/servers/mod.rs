//! Servers of our own, on free ports, killed when dropped. They are programs of the machine: a test
//! whose server is missing tells that it is skipped.

mod postgres;
mod redis;

pub use postgres::{Postgres, as_postgres, give_to_postgres, postgres_folder, postgres_program};
pub use redis::Redis;

use std::net::TcpListener;
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::{Duration, Instant};

/// A port for a server, whose bus of a Redis cluster is 10,000 higher.
///
/// Neither is a port that the system gives to clients (32,768 and above on Linux): those of other
/// tests come and go, and one of them in the moment before the server binds would end the server.
pub fn free_port() -> u16 {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let start = u16::try_from(std::process::id() % 10_000).unwrap();
    loop {
        let port = 11_000 + (start + NEXT.fetch_add(1, Ordering::SeqCst) % 1_000 * 7) % 10_000;
        let free = |port: u16| TcpListener::bind(("127.0.0.1", port)).is_ok();
        if free(port) && free(port + 10_000) {
            return port;
        }
    }
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
