//! Reads codes from camera frames, with a search of our own that can read thirty frames a second.
#![cfg_attr(
    not(test),
    expect(
        clippy::arithmetic_side_effects,
        clippy::as_conversions,
        clippy::cast_possible_truncation,
        clippy::float_arithmetic,
        reason = "geometry in a frame of bounded size; no verdict depends on it, a panic is caught"
    )
)]

mod alignment;
mod bend;
mod binary;
mod blocks;
mod budget;
mod covered;
mod finder;
mod grey;
mod groups;
mod lines;
mod locate;
mod luma;
mod modules;
mod projection;
mod reader;
mod sample;
mod search;
mod still;
mod symbol;
mod version;

pub use luma::{FrameError, LumaFrame};
pub use reader::{FrameReader, FrameReading};
pub(super) use still::read_still;
