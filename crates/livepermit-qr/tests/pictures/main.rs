//! QR codes as a user of the crate draws and reads them.
#![cfg(feature = "draw")]
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "helpers of tests fail the test"
)]

mod drawing;
mod error_codes;
#[cfg(feature = "read")]
mod formats;
#[cfg(feature = "read")]
mod frames;
#[cfg(feature = "read")]
mod kinds;
mod mask;
#[cfg(feature = "read")]
mod readers;
#[cfg(feature = "read")]
mod still;

use livepermit_qr::draw::ErrorCorrection;

const ALPHABET: &[u8; 45] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";

const LEVELS: [ErrorCorrection; 4] = [
    ErrorCorrection::Low,
    ErrorCorrection::Medium,
    ErrorCorrection::Quartile,
    ErrorCorrection::High,
];

/// Letters of the alphabet in an order without a period, so that no symbol is special.
fn text(length: usize) -> String {
    (0..length).map(|i| char::from(ALPHABET[(i * i + 7 * i + i / 45) % ALPHABET.len()])).collect()
}
