//! Reads one frame after the other.

use core::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};

use super::super::code::FoundCode;
use super::binary::BinaryLayer;
use super::blocks::Reach;
use super::budget::Budget;
use super::covered::MOST_OTHERS;
use super::finder::FinderPattern;
use super::grey::GreyLayer;
use super::locate::GreyLayers;
use super::luma::{FrameError, LumaFrame};
use super::search::FrameSearch;

/// Blocks around a pixel with which it is compared in the first search: a little more of its row
/// than of its column.
pub(super) const NEAR: Reach = Reach { across: 2, down: 1 };
/// The same for the second search: its row only, because lamps and shutters make bands along rows.
pub(super) const IN_ROW: Reach = Reach { across: 4, down: 0 };
/// The same for the third search: all around.
pub(super) const AROUND: Reach = Reach { across: 2, down: 2 };
/// The first search looks at every third row.
const ROWS_APART: usize = 3;
/// The second search looks at every fourth row: the middle of the smallest pattern that is accepted
/// is four pixels high.
const FINE_ROWS_APART: usize = 4;
/// The side of the smallest symbol (ISO/IEC 18004, version 1).
pub(super) const FEWEST_MODULES: u32 = 21;
/// Pixels of the layer that is searched first: 640 by 360.
const FIRST_PIXELS: usize = 640 * 360;
/// Pixels of the largest layer that is ever searched: 1280 by 720.
const MOST_PIXELS: usize = 1280 * 720;
/// Sure patterns beside the codes that were read which are reason enough for a second search.
const LEFT: usize = 2;
/// Rows that have to look like a finder pattern before a third search is made.
const EVIDENCE: usize = 2;

/// The result of reading a frame.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct FrameReading {
    pub(super) codes: Vec<FoundCode>,
    pub(super) unread: bool,
    pub(super) attempts: u32,
    /// Whether a code was read that the first search does not find.
    small: bool,
}

impl FrameReading {
    /// The codes that were read, each once, in no particular order. Most frames have none.
    #[must_use]
    pub fn codes(&self) -> &[FoundCode] {
        &self.codes
    }

    /// The codes that were read, without a copy.
    #[must_use]
    pub fn into_codes(self) -> Vec<FoundCode> {
        self.codes
    }

    /// Whether the frame shows something that has the corners of a code and could not be read. Then
    /// it is time to say "hold still".
    #[must_use]
    pub const fn has_unread(&self) -> bool {
        self.unread
    }

    /// Whether a code was read that is too small for the first search. Beside a large code,
    /// [`FrameReader::read`] would not find it in the next frame; [`FrameReader::read_all`] does.
    #[must_use]
    pub const fn has_small(&self) -> bool {
        self.small
    }

    /// Searches that were made: 1 to 4, or 0 if the frame is too small for any code.
    #[must_use]
    pub const fn attempts(&self) -> u32 {
        self.attempts
    }
}

/// Reads the codes in the frames of a camera, one frame after the other. Make one for each camera.
///
/// Its memory is used again for the next frame, but nothing of a frame is remembered: the result
/// depends on the frame alone.
#[derive(Default)]
pub struct FrameReader {
    /// Memory for the layer that every frame needs.
    pixels: Vec<u8>,
}

impl fmt::Debug for FrameReader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FrameReader").finish_non_exhaustive()
    }
}

impl FrameReader {
    /// A reader without memory yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Reads the codes in the frame, also if they are turned, tilted, mirrored, or light on dark.
    ///
    /// Large codes are searched first. If one is read and no other patterns look like a code's,
    /// there is no search for small codes, whose modules are less than 3 pixels wide, because that
    /// would cost more than everything before. At most 16 codes are read.
    /// [`FrameReader::read_all`] always searches for both.
    ///
    /// # Errors
    ///
    /// [`FrameError::ReaderPanicked`] only.
    pub fn read(&mut self, frame: &LumaFrame<'_>) -> Result<FrameReading, FrameError> {
        self.read_until(Enough::OneSize, frame)
    }

    /// Reads the codes in the frame, small codes also beside a large one: at most 64. In a crowd
    /// this costs several times as much as [`FrameReader::read`].
    ///
    /// # Errors
    ///
    /// [`FrameError::ReaderPanicked`] only.
    pub fn read_all(&mut self, frame: &LumaFrame<'_>) -> Result<FrameReading, FrameError> {
        self.read_until(Enough::EverySize, frame)
    }

    fn read_until(
        &mut self,
        enough: Enough,
        frame: &LumaFrame<'_>,
    ) -> Result<FrameReading, FrameError> {
        let mut reading = FrameReading::default();
        // The smallest symbol would not fit, and the search needs more than one pixel each way.
        if frame.width.min(frame.height) < FEWEST_MODULES {
            return Ok(reading);
        }
        let memory = core::mem::take(&mut self.pixels);
        self.pixels = catch_unwind(AssertUnwindSafe(|| read(frame, enough, memory, &mut reading)))
            .map_err(|_| FrameError::ReaderPanicked)?;
        Ok(reading)
    }
}

/// When the search may end early.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Enough {
    OneSize,
    EverySize,
}

/// Reads one frame into `reading`, with the memory of the last frame, and returns the memory.
fn read(
    frame: &LumaFrame<'_>,
    enough: Enough,
    memory: Vec<u8>,
    reading: &mut FrameReading,
) -> Vec<u8> {
    let full =
        GreyLayer::new(frame.pixels, frame.width as usize, frame.height as usize, frame.stride);
    let pixels = full.width * full.height;
    let factor_for = |limit: usize| {
        let mut factor = 1;
        while pixels > limit * factor * factor {
            factor += 1;
        }
        factor
    };
    let first = factor_for(FIRST_PIXELS).max(2);
    let second = factor_for(MOST_PIXELS);
    let half = full.reduced_into(first, memory);
    search(&full, &half, second, enough, reading);
    half.into_memory()
}

fn search(
    full: &GreyLayer<'_>,
    half: &GreyLayer<'_>,
    second: usize,
    enough: Enough,
    reading: &mut FrameReading,
) {
    let budget = match enough {
        Enough::OneSize => Budget::ONE_SIZE,
        Enough::EverySize => Budget::EVERY_SIZE,
    };
    let mut state = FrameSearch::new(GreyLayers { layers: vec![full, half] }, budget);
    let hits = state.attempt(&[BinaryLayer::new(half, NEAR)], ROWS_APART, reading);
    let large = reading.codes.len();
    // Patterns that belong to no code may be those of a code that stands before the others.
    let is_whole = |pattern: &&FinderPattern| pattern.is_sure() && pattern.has_ring;
    let left = state.patterns_left(reading).filter(is_whole).count();
    let is_clear = state.has_read_all() && left < LEFT;
    if large > 0 && is_clear && enough == Enough::OneSize {
        return;
    }
    // The second search finds small codes, and codes in bands of light.
    let reduced = (second > 1).then(|| full.reduced(second));
    let fine = BinaryLayer::busy(reduced.as_ref().unwrap_or(full), IN_ROW);
    let more_hits = state.attempt(&[fine], FINE_ROWS_APART, reading);
    reading.small = reading.codes.len() > large;
    // The third search finds very large, blurred or grainy codes.
    if reading.codes.is_empty() && hits + more_hits >= EVIDENCE {
        state.attempt(&[BinaryLayer::new(&half.reduced(2), AROUND)], 1, reading);
    }
    // The last search finds the corner of a code beside the edge of a shadow. Two other corners are
    // the reason for it, and a wall of patterns is none.
    let sure = state.patterns_left(reading).filter(|pattern| pattern.is_sure()).count();
    if reading.codes.is_empty() && (LEFT..=MOST_OTHERS).contains(&sure) {
        let finest = BinaryLayer::busy(reduced.as_ref().unwrap_or(full), NEAR);
        state.attempt(&[finest], FINE_ROWS_APART, reading);
    }
}
