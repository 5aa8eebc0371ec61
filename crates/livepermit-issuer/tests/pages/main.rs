//! The pages for applicants, asked over HTTP as a browser does. Each test that writes runs once on
//! SQLite, and once on a PostgreSQL server that the tests start themselves.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a failing test is what a panic is for here"
)]

mod apply;
mod browser;
mod every_page;
mod files;
mod html;
#[expect(dead_code, reason = "the tests of the port of wallets need more of it")]
#[path = "../wallets/http.rs"]
mod http;
mod look;
mod permit;
#[expect(dead_code, reason = "the tests of the register need more of it")]
#[path = "../store/place.rs"]
mod place;
#[expect(dead_code, reason = "the tests of the register need more of it")]
#[path = "../store/server.rs"]
mod server;
#[path = "../wallets/signing.rs"]
mod signing;
#[expect(dead_code, reason = "the tests of the port of wallets need more of it")]
#[path = "../wallets/wallet.rs"]
mod wallet;
#[expect(dead_code, reason = "the tests of the port of wallets need more of it")]
#[path = "../wallets/world.rs"]
mod world;
