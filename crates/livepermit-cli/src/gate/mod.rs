//! A running gate: it reads lines or a camera, and writes lights and a log.

mod answer;
pub(crate) mod camera;
pub(crate) mod clock;
pub(crate) mod desk;
mod equipment;
pub(crate) mod fetching;
mod full_screen;
mod hangup;
pub(crate) mod health;
mod lights;
pub(crate) mod lines;
pub(crate) mod log;
pub(crate) mod messages;
pub(crate) mod metrics;
pub(crate) mod questions;
pub(crate) mod remark;
pub(crate) mod scanner;
pub(crate) mod screen;
mod shape;
mod sight;
mod store;
mod texts;
mod words;
