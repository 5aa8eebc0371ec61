//! A gate and the lists it lives on, from files: as scanners, operators and crashes use them.
#![expect(clippy::unwrap_used, clippy::panic, reason = "helpers of tests fail the test")]

mod camera;
mod conduct;
#[cfg(unix)]
mod deploy;
mod desk;
#[cfg(all(unix, feature = "fetch"))]
mod fetch;
mod flow;
mod folder;
mod health;
mod keys;
mod kills;
mod languages;
mod lines;
mod lists;
mod log;
mod memory;
mod once;
#[cfg(unix)]
mod paper;
mod place;
mod policy;
mod questions;
#[cfg(all(unix, feature = "relay"))]
mod relay;
#[cfg(unix)]
mod screens;
#[cfg(all(unix, feature = "redis", feature = "postgres"))]
mod servers;
mod setup;
mod slips;
mod status;
mod terminal;
mod trust;
#[cfg(all(unix, feature = "fetch"))]
mod web;
