//! Pictures in, verdicts out: a gate with a camera.
#![expect(clippy::unwrap_used, clippy::panic, reason = "helpers of tests fail the test")]

mod asked;
mod bounds;
mod desk;
mod holding;
mod pixels;
mod random;
mod refusals;
mod several;
