//! Reads still pictures: by the same stages as frames, in more layers and with other budgets. Nobody
//! waits at a gate, so no search ends early.

use std::panic::{AssertUnwindSafe, catch_unwind};

use super::super::code::FoundCode;
use super::binary::BinaryLayer;
use super::budget::Budget;
use super::grey::GreyLayer;
use super::locate::GreyLayers;
use super::luma::{FrameError, LumaFrame};
use super::reader::{AROUND, FEWEST_MODULES, FrameReading, IN_ROW, NEAR};
use super::search::FrameSearch;

/// Every second row is searched: three modules of one and a half pixels are four rows.
const ROWS_APART: usize = 2;
/// Modules along the shorter side of the coarsest layer: a code with fewer pixels than modules is
/// not readable.
const FEWEST_PIXELS: usize = 2 * FEWEST_MODULES as usize;
/// Pixels of the largest picture that is searched enlarged too.
const MOST_DOUBLED: usize = 1_280 * 960;
/// Pixels along the longer side of such a picture.
const LONGEST_DOUBLED: usize = 8_192;
/// Pixels of the largest picture that is searched enlarged although nothing in it looks like a
/// code: modules of one pixel do not.
const MOST_DOUBLED_ANYWAY: usize = 512 * 512;
/// Patterns that belong to no code and are reason enough to search the enlarged picture.
const UNCLEAR: usize = 3;

/// The codes in a still picture.
pub(in super::super) fn read_still(frame: &LumaFrame<'_>) -> Result<Vec<FoundCode>, FrameError> {
    let mut reading = FrameReading::default();
    // A panic must not discard what was found before.
    let ended = catch_unwind(AssertUnwindSafe(|| still(frame, &mut reading)));
    match ended {
        Err(_) if reading.codes.is_empty() => Err(FrameError::ReaderPanicked),
        _ => Ok(reading.into_codes()),
    }
}

fn still(frame: &LumaFrame<'_>, reading: &mut FrameReading) {
    if frame.width.min(frame.height) < FEWEST_MODULES {
        return;
    }
    let full =
        GreyLayer::new(frame.pixels, frame.width as usize, frame.height as usize, frame.stride);
    let left = search(&full, Layers::All, reading);
    let pixels = full.width * full.height;
    let is_unclear = left >= UNCLEAR || reading.codes.is_empty() && pixels <= MOST_DOUBLED_ANYWAY;
    let is_short = full.width.max(full.height) <= LONGEST_DOUBLED;
    if is_unclear && is_short && pixels <= MOST_DOUBLED {
        let (pixels, width, height) = full.doubled();
        let doubled = GreyLayer::new(&pixels, width, height, width);
        reading.codes.iter_mut().for_each(|code| code.enlarge(2.0));
        search(&doubled, Layers::Finest, reading);
        reading.codes.iter_mut().for_each(|code| code.enlarge(0.5));
    }
}

/// Which layers of a picture are searched.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Layers {
    /// All, from the coarsest on: what is read there costs nothing in the finer ones.
    All,
    /// The picture itself.
    Finest,
}

/// Searches a picture. Returns the number of patterns in its finest layer that belong to no code.
fn search(full: &GreyLayer<'_>, layers: Layers, reading: &mut FrameReading) -> usize {
    let mut reduced: Vec<GreyLayer<'static>> = Vec::new();
    while let finer = reduced.last().unwrap_or(full)
        && finer.width.min(finer.height) / 2 >= FEWEST_PIXELS
    {
        reduced.push(finer.reduced(2));
    }
    let all: Vec<&GreyLayer<'_>> = core::iter::once(full).chain(&reduced).collect();
    let mut state = FrameSearch::new(GreyLayers { layers: all.clone() }, Budget::STILL);
    for layer in all.into_iter().rev() {
        if layers == Layers::All || layer.factor == full.factor {
            let binaries = BinaryLayer::several(layer, &[NEAR, AROUND, IN_ROW]);
            state.attempt(&binaries, ROWS_APART, reading);
        }
    }
    state.patterns_left(reading).count()
}
