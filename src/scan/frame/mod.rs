//! Camera frames to the codes in them: a search of our own that is made for thirty frames a second.

mod binary;
mod finder;
mod grey;
mod modules;
mod projection;
mod reader;
mod symbol;

pub use reader::{FrameError, FrameReader, FrameReading, LumaFrame};
