//! Reads still pictures: by the same stages as frames, in more layers and with other budgets. Nobody
//! waits at a gate, so no search ends early.

use std::borrow::Cow;
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
/// Pixels along the shorter side of the coarsest layer, at least: two for each module of the
/// smallest code.
const FEWEST_PIXELS: usize = 2 * FEWEST_MODULES as usize;
/// Pixels of the largest picture that is searched enlarged too.
const MOST_DOUBLED: usize = 1_280 * 960;
/// Pixels along the longer side of such a picture.
const LONGEST_DOUBLED: usize = 8_192;
/// Pixels of the largest picture that is searched enlarged although nothing in it looks like a
/// code: modules of one pixel do not.
const MOST_DOUBLED_ANYWAY: usize = 512 * 512;
/// Grey levels between dark and light below which the contrast is stretched.
const FEW_LEVELS: u8 = 32;
/// Dark pixels of the smallest code, at one pixel a module, nearly: a small code in a large picture
/// must not be ignored.
const FEWEST_DARK: usize = 200;
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
    let pixels = stretched(frame);
    let full = GreyLayer::new(&pixels, frame.width as usize, frame.height as usize, frame.stride);
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

/// Spreads a picture of few grey levels over all of them: files of 16 bits a pixel may use the
/// lowest ones alone. A few pixels at either end are ignored, so that a spark of light does not set
/// the scale.
fn stretched<'a>(frame: &LumaFrame<'a>) -> Cow<'a, [u8]> {
    let row_width = frame.width as usize;
    let mut counts = [0_usize; 256];
    for row in frame.pixels.chunks(frame.stride).take(frame.height as usize) {
        for pixel in row.iter().take(row_width) {
            if let Some(count) = counts.get_mut(usize::from(*pixel)) {
                *count += 1;
            }
        }
    }
    let ignored = (row_width * frame.height as usize / 200).min(FEWEST_DARK);
    let darkest = first_over(ignored, &counts, 0..=u8::MAX).unwrap_or(0);
    let lightest = first_over(ignored, &counts, (0..=u8::MAX).rev()).unwrap_or(u8::MAX);
    let range = lightest.saturating_sub(darkest);
    if range == 0 || range >= FEW_LEVELS {
        return Cow::Borrowed(frame.pixels);
    }
    let spread = |pixel: &u8| {
        let above = u16::from(pixel.saturating_sub(darkest).min(range));
        (above * 255 / u16::from(range)) as u8
    };
    frame.pixels.iter().map(spread).collect()
}

/// The first of the levels up to which there are more than `ignored` pixels.
fn first_over(
    ignored: usize,
    counts: &[usize; 256],
    mut levels: impl Iterator<Item = u8>,
) -> Option<u8> {
    let mut sum = 0;
    levels.find(|level| {
        sum += counts.get(usize::from(*level)).copied().unwrap_or(0);
        sum > ignored
    })
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
