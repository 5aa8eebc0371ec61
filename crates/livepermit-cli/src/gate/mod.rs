//! A running gate: it reads lines or a camera, and writes lights and a log.

mod answer;
pub(crate) mod camera;
pub(crate) mod clock;
pub(crate) mod desk;
pub(crate) mod fetching;
mod full_screen;
mod hangup;
pub(crate) mod health;
mod keyboard;
mod lights;
pub(crate) mod lines;
pub(crate) mod log;
pub(crate) mod metrics;
pub(crate) mod scanner;
pub(crate) mod screen;
mod store;
mod texts;
