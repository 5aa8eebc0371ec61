//! What a daily renewal costs the issuer: `cargo bench -p livepermit-issuer --bench renewals`.
//!
//! The issuer runs in a process of its own, with SQLite on this disk, and is asked over HTTP. Its
//! CPU time is read from the system. Wallets sign before a phase begins, so that the two share no
//! processor time but for sending and reading.
#![expect(clippy::unwrap_used, reason = "a bench that fails is a panic")]

mod issuer;
mod wallets;

use std::time::Duration;

fn main() {
    let mut arguments = std::env::args().skip(1).filter(|argument| argument != "--bench");
    match arguments.next().as_deref() {
        Some("serve") => issuer::serve(),
        Some(count) => wallets::measure(count.parse().unwrap()),
        None => wallets::measure(2_000),
    }
}

/// The CPU time of a process so far, its own and the system's for it.
fn cpu_time(process: u32) -> Duration {
    let text = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap();
    let (_, fields) = text.rsplit_once(") ").unwrap();
    let ticks = |field: usize| fields.split(' ').nth(field).unwrap().parse::<u64>().unwrap();
    // Fields 14 and 15, of which the first two are cut off; a tick is 10 ms on Linux.
    Duration::from_millis(10 * (ticks(11) + ticks(12)))
}
