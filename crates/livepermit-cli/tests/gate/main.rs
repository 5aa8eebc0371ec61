//! A gate and the lists it lives on, from files: as scanners, operators and crashes use them.
#![expect(clippy::unwrap_used, clippy::panic, reason = "helpers of tests fail the test")]

mod camera;
mod desk;
mod flow;
mod kills;
mod lines;
mod lists;
mod slips;
mod status;
mod trust;
