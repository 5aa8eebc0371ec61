//! A gate that fetches the status list while wallets renew.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use super::asked::Times;
use super::connection::{Connection, get};

/// What the gate has fetched.
pub(crate) struct Fetched {
    /// How long an answer took.
    times: Times,
    /// The validators of all versions.
    versions: BTreeSet<String>,
    /// The bytes of the last version.
    bytes: usize,
}

/// Fetches the list each second until it is stopped.
pub(crate) fn fetch(port: u16, path: &str, stop: &AtomicBool) -> Fetched {
    let mut connection = Connection::open(port);
    let mut fetched = Fetched { times: Times::default(), versions: BTreeSet::new(), bytes: 0 };
    let mut etag = String::from("\"none\"");
    while !stop.load(Ordering::Relaxed) {
        let begun = Instant::now();
        let answer = connection.ask(&get(port, path, &[("If-None-Match", &etag)]));
        fetched.times.add(begun.elapsed());
        match answer.status {
            200 => fetched.bytes = answer.body.len(),
            status => assert_eq!(status, 304),
        }
        etag.clone_from(&answer.etag);
        fetched.versions.insert(answer.etag);
        std::thread::sleep(Duration::from_secs(1));
    }
    fetched
}

impl Fetched {
    pub(crate) fn print(&self) {
        let kilobytes = self.bytes / 1000;
        let versions = self.versions.len();
        println!(
            "  the list     {versions} versions of {kilobytes} kB, answered in {}",
            self.times
        );
    }
}
