//! Camera frames to the codes in them: a search of our own that is made for thirty frames a second.
#![cfg_attr(
    not(test),
    expect(
        clippy::arithmetic_side_effects,
        clippy::as_conversions,
        clippy::cast_possible_truncation,
        clippy::float_arithmetic,
        reason = "geometry on pixels, within a frame whose sides are bounded; no verdict hangs on it, and a panic is contained"
    )
)]

mod binary;
mod blocks;
mod finder;
mod grey;
mod groups;
mod modules;
mod projection;
mod reader;
mod symbol;

pub use reader::{FrameError, FrameReader, FrameReading, LumaFrame};
