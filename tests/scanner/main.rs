//! Frames in, verdicts out.
#![cfg(all(feature = "scan", feature = "qr"))]
#![expect(clippy::unwrap_used, clippy::panic, reason = "helpers of tests fail the test")]

mod bounds;
mod desk;
#[path = "../drawing/mod.rs"]
mod drawing;
mod holding;
mod pixels;
mod random;
mod refusals;
mod several;
