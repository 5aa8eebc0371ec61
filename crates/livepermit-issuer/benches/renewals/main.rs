//! What daily renewals cost the issuer: `cargo bench -p livepermit-issuer --bench renewals`.
//!
//! The issuer runs in a process of its own, first over SQLite on this disk and then over PostgreSQL,
//! with one status list that it signs again and again, and is asked over HTTP.
//!
//! 1. *One question*: wallets sign before they ask, so that the figures are the issuer's alone.
//! 2. *Whole renewals*: each wallet asks for a token and a nonce, signs, and asks for a credential.
//!    A gate fetches the list each second, and an officer changes a permit each other second.
//!
//! CPU times are read from the system, which counts them in hundredths of a second.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a bench that fails is a panic")]

mod asked;
mod connection;
mod gate;
mod issuer;
mod phases;
mod process;
mod wallet;
mod whole;

use std::time::Duration;

use livepermit_testkit::jwt::Key;
use livepermit_testkit::servers::{Postgres, or_skip};

use issuer::{Issuer, Size};
use process::Process;

/// How many connections are open: what a proxy before the issuer holds.
const CONNECTIONS: usize = 8;

/// How much is asked.
struct Load {
    /// Renewals of each kind of key, question by question.
    questions: usize,
    /// For how long wallets renew.
    time: Duration,
    size: Size,
}

fn main() {
    let arguments: Vec<_> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    if let [serve, size, register] = &*arguments
        && serve == issuer::SERVE
    {
        return issuer::serve(Size::read(size), register);
    }
    let load = match arguments.first().map(String::as_str) {
        None => Load {
            questions: 2_000,
            time: Duration::from_secs(60),
            size: Size { permits: 100, entries: 25_000_000, withdrawn: 250_000 },
        },
        Some("--short") => Load {
            questions: 50,
            time: Duration::from_secs(2),
            size: Size { permits: 20, entries: 100_000, withdrawn: 1_000 },
        },
        Some(word) => panic!("{word} is not known: --short, or nothing"),
    };
    measure("SQLite", "", None, &load);
    let Some(server) = or_skip(Postgres::start(&[]), "PostgreSQL") else { return };
    let url = format!("postgres://test@127.0.0.1:{}/postgres", server.port());
    measure("PostgreSQL", &url, Some(server.port()), &load);
}

/// Measures the issuer over one register.
fn measure(name: &str, register: &str, server: Option<u16>, load: &Load) {
    let Size { permits, entries, withdrawn } = load.size;
    println!("\n{name}, a list of {entries} entries, {withdrawn} of them withdrawn");
    let mut issuer = Issuer::start(load.size, register);
    let database = server.map(Process::postgres);
    for (kind, key) in [("P-256", Key::p256 as fn(u8) -> Key), ("Ed25519", Key::ed25519)] {
        let wallets = wallet::enrol(&mut issuer, permits / 2, key);
        println!("\n{kind}: {} renewals, question by question", load.questions);
        phases::measure(&issuer, &wallets, kind, load.questions);
        println!("{kind}: whole renewals for {} s", load.time.as_secs());
        whole::measure(&issuer, database.as_ref(), &wallets, kind, load.time);
    }
}
