//! Frame after frame.

use core::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};

use rxing::common::BitMatrix;
use rxing::qrcode::cpp_port::decoder::Decode;

use super::super::reader::{FoundCode, Point};
use super::binary::Binary;
use super::blocks::Reach;
use super::finder::{MAX_CHECKS, Pattern, find_patterns};
use super::grey::Layer;
use super::groups::groups;
use super::modules::Modules;
use super::symbol::{Corners, Layers, Symbol, locate};

/// What a pixel is compared with: a little more of its row than of its column in the first search,
const NEAR: Reach = Reach { across: 2, down: 1 };
/// only of its row in the second, because lamps and shutters make bands along it,
const IN_ROW: Reach = Reach { across: 4, down: 0 };
/// and all around in the third.
const AROUND: Reach = Reach { across: 2, down: 2 };
/// Every third row of the first search is looked at,
const ROWS_APART: usize = 3;
/// and every fourth of the second: the middle of the smallest pattern that counts as one is four
/// pixels high.
const FINE_ROWS_APART: usize = 4;
/// Coordinates are kept in 16 bits.
const LONGEST_SIDE: u32 = u16::MAX as u32;
/// The side of the smallest symbol (ISO/IEC 18004, version 1).
const FEWEST_MODULES: u32 = 21;
/// Pixels of the layer that is searched first: 640 by 360.
const FIRST_PIXELS: usize = 640 * 360;
/// Pixels of the largest layer that is ever searched: 1280 by 720.
const MOST_PIXELS: usize = 1280 * 720;
/// Patterns of which every three are thought of as a code's corners.
const MAX_GROUPED: usize = 32;
/// Rows that look like a finder pattern that make a third search worth its time.
const EVIDENCE: usize = 2;
/// Threes that are looked at more closely, the most plausible first.
const MAX_LOCATED: usize = 32;
/// Codes that are read in one frame at most.
const MAX_CODES: usize = 16;
/// Modules of all that looks like a code and cannot be read, in one frame at most: six of version
/// 40, or 57 of version 10. What a stranger hangs up to keep the reader busy has to fill the frame.
const MAX_UNREAD_MODULES: usize = 6 * 177 * 177;

/// 8-bit luma, row by row from the top; borrowed from the camera. The Y plane of YUV is one as it
/// is.
#[derive(Clone, Copy)]
pub struct LumaFrame<'a> {
    pixels: &'a [u8],
    width: u32,
    height: u32,
    stride: usize,
}

impl<'a> LumaFrame<'a> {
    /// `width` and `height` in pixels; `stride` is the distance of two rows in bytes, at least
    /// `width`. What follows the last pixel is not looked at.
    ///
    /// # Errors
    ///
    /// [`FrameError`], all but `ReaderPanicked`.
    pub fn new(
        pixels: &'a [u8],
        width: u32,
        height: u32,
        stride: usize,
    ) -> Result<Self, FrameError> {
        if width == 0 || height == 0 {
            return Err(FrameError::Empty);
        }
        if width > LONGEST_SIDE || height > LONGEST_SIDE {
            return Err(FrameError::SideTooLong { width, height, limit: LONGEST_SIDE });
        }
        if stride < width as usize {
            return Err(FrameError::StrideTooShort { stride, width });
        }
        let needed = stride.saturating_mul(height as usize - 1).saturating_add(width as usize);
        if pixels.len() < needed {
            return Err(FrameError::TooFewPixels { pixels: pixels.len(), needed });
        }
        Ok(Self { pixels, width, height, stride })
    }

    /// Columns.
    #[must_use]
    pub const fn width(&self) -> u32 {
        self.width
    }

    /// Rows.
    #[must_use]
    pub const fn height(&self) -> u32 {
        self.height
    }
}

/// Shows its size, not what the camera sees.
impl fmt::Debug for LumaFrame<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LumaFrame")
            .field("width", &self.width)
            .field("height", &self.height)
            .field("stride", &self.stride)
            .finish_non_exhaustive()
    }
}

/// Why a frame was not looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum FrameError {
    /// Width or height is 0.
    Empty,
    /// The frame is wider or higher than can be read.
    SideTooLong {
        /// Its width in pixels.
        width: u32,
        /// Its height in pixels.
        height: u32,
        /// Pixels allowed for each.
        limit: u32,
    },
    /// A row does not fit between two row starts.
    StrideTooShort {
        /// Bytes from one row to the next.
        stride: usize,
        /// Width in pixels.
        width: u32,
    },
    /// Fewer bytes than the rows take.
    TooFewPixels {
        /// Bytes handed over.
        pixels: usize,
        /// Bytes needed.
        needed: usize,
    },
    /// The reader panicked. Whether this can be told depends on how the program is built, see
    /// [the module](crate::scan#panics-inside-the-reader).
    ReaderPanicked,
}

impl fmt::Display for FrameError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("the frame has no pixels"),
            Self::SideTooLong { width, height, limit } => {
                write!(
                    f,
                    "the frame is {width} by {height} pixels, {limit} are allowed for each side"
                )
            }
            Self::StrideTooShort { stride, width } => {
                write!(f, "rows are {stride} bytes apart, but {width} pixels wide")
            }
            Self::TooFewPixels { pixels, needed } => {
                write!(f, "the frame has {pixels} bytes, its rows take {needed}")
            }
            Self::ReaderPanicked => f.write_str("the reader failed on this frame"),
        }
    }
}

impl core::error::Error for FrameError {}

/// What was read in a frame.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct FrameReading {
    codes: Vec<FoundCode>,
    unread: bool,
    attempts: u32,
    /// A code was read that the first search does not find.
    small: bool,
}

impl FrameReading {
    /// The codes that were read, each once, in no particular order. Mostly there is none.
    #[must_use]
    pub fn codes(&self) -> &[FoundCode] {
        &self.codes
    }

    /// The same, to keep.
    #[must_use]
    pub fn into_codes(self) -> Vec<FoundCode> {
        self.codes
    }

    /// Whether something with the corners of a code is in view that was not read: time to say "hold
    /// still".
    #[must_use]
    pub const fn has_unread(&self) -> bool {
        self.unread
    }

    /// Whether a code was read that is too small for the first search.
    pub(in crate::scan) const fn has_small(&self) -> bool {
        self.small
    }

    /// Searches that were made, 1 to 3; none on a frame that is too small for any code.
    #[must_use]
    pub const fn attempts(&self) -> u32 {
        self.attempts
    }
}

/// Reads the codes of a camera's frames, one frame after the other. One for each camera.
///
/// It keeps memory from frame to frame, nothing of what was in them: what it reads depends on the
/// frame alone.
#[derive(Default)]
pub struct FrameReader {
    /// Memory of the layer that every frame needs.
    pixels: Vec<u8>,
}

impl fmt::Debug for FrameReader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FrameReader").finish_non_exhaustive()
    }
}

impl FrameReader {
    /// A new one.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The codes in the frame: turned, tilted, mirrored, light on dark.
    ///
    /// It looks for large codes first. Where it reads one, it does not go on to small ones, whose
    /// modules are less than 3 pixels wide: that would cost more than all before.
    /// [`FrameReader::read_all`] does.
    ///
    /// # Errors
    ///
    /// [`FrameError::ReaderPanicked`] only.
    pub fn read(&mut self, frame: &LumaFrame<'_>) -> Result<FrameReading, FrameError> {
        self.read_until(Enough::OneSize, frame)
    }

    /// The same, with small codes also where a large one is in view.
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
        // No symbol has fewer modules, and the search wants more pixels than one in each direction.
        if frame.width.min(frame.height) < FEWEST_MODULES {
            return Ok(reading);
        }
        let memory = core::mem::take(&mut self.pixels);
        self.pixels = catch_unwind(AssertUnwindSafe(|| read(frame, enough, memory, &mut reading)))
            .map_err(|_| FrameError::ReaderPanicked)?;
        Ok(reading)
    }
}

/// What ends the search.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Enough {
    OneSize,
    EverySize,
}

/// Gives the memory back.
fn read(
    frame: &LumaFrame<'_>,
    enough: Enough,
    memory: Vec<u8>,
    reading: &mut FrameReading,
) -> Vec<u8> {
    let full = Layer::new(frame.pixels, frame.width as usize, frame.height as usize, frame.stride);
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
    full: &Layer<'_>,
    half: &Layer<'_>,
    second: usize,
    enough: Enough,
    reading: &mut FrameReading,
) {
    let mut state = State {
        layers: Layers { layers: vec![full, half] },
        failed: Vec::new(),
        unread_modules: 0,
        checks_left: MAX_CHECKS,
    };

    let hits = state.attempt(&Binary::new(half, NEAR), ROWS_APART, reading);
    let large = reading.codes.len();
    if large > 0 && state.failed.is_empty() && enough == Enough::OneSize {
        return;
    }
    // Small codes, and those in bands.
    let reduced = (second > 1).then(|| full.reduced(second));
    let fine = Binary::busy(reduced.as_ref().unwrap_or(full), IN_ROW);
    let more_hits = state.attempt(&fine, FINE_ROWS_APART, reading);
    reading.small = reading.codes.len() > large;
    // Large ones, and blurred or grainy ones.
    if reading.codes.is_empty() && hits + more_hits >= EVIDENCE {
        state.attempt(&Binary::new(&half.reduced(2), AROUND), 1, reading);
    }
}

struct State<'a> {
    layers: Layers<'a>,
    /// What was sampled and could not be read.
    failed: Vec<Symbol>,
    /// The modules of all that were decoded, in vain.
    unread_modules: usize,
    /// Places that may still be looked at more closely.
    checks_left: usize,
}

impl State<'_> {
    /// Searches one layer; how often a row in it looked like a finder pattern.
    fn attempt(&mut self, binary: &Binary<'_>, step: usize, reading: &mut FrameReading) -> usize {
        reading.attempts += 1;
        let mut search = find_patterns(binary, step, &mut self.checks_left);
        // Whatever is on a code that was read already.
        search.patterns.retain(|pattern| !reading.codes.iter().any(|code| covers(code, pattern)));
        search.patterns.sort_by_key(|pattern| core::cmp::Reverse(pattern.hits));
        search.patterns.truncate(MAX_GROUPED);
        let patterns = &search.patterns;
        let mut used = vec![false; patterns.len()];
        let mut located = 0;
        for (_, places) in groups(patterns) {
            if places.iter().any(|at| used.get(*at).copied().unwrap_or(true)) {
                continue;
            }
            if located >= MAX_LOCATED
                || self.unread_modules >= MAX_UNREAD_MODULES
                || reading.codes.len() >= MAX_CODES
            {
                break;
            }
            located += 1;
            let [Some(corner), Some(right), Some(below)] =
                places.map(|at| patterns.get(at).copied())
            else {
                continue;
            };
            let Some(symbol) = locate(&self.layers, &Corners { corner, right, below }) else {
                continue;
            };
            if self.failed.iter().any(|failed| failed.is_near(&symbol)) {
                continue;
            }
            match self.decode(&symbol) {
                Some(bytes) => {
                    for at in places {
                        used.get_mut(at).into_iter().for_each(|used| *used = true);
                    }
                    reading.codes.push(FoundCode::new(bytes, corners_of(&symbol)));
                }
                None => {
                    self.unread_modules += symbol.modules * symbol.modules;
                    self.failed.push(symbol);
                }
            }
        }
        reading.unread = !self.failed.is_empty();
        search.hits
    }

    fn decode(&self, symbol: &Symbol) -> Option<Vec<u8>> {
        let middle = symbol.modules as f32 / 2.0;
        let size = symbol.projection.module_size(middle, middle);
        let layer = self.layers.for_module(size)?;
        let modules = Modules::sampled(layer, symbol);
        if !modules.is_plausible() {
            return None;
        }
        let decoded = |matrix: Option<BitMatrix>| decode(&matrix?);
        decoded(modules.plain())
            .or_else(|| decoded(modules.sharpened(1)?))
            .or_else(|| decoded(modules.sharpened(2)?))
    }
}

fn decode(bits: &BitMatrix) -> Option<Vec<u8>> {
    let result = Decode(bits).ok().filter(|result| result.isValid())?;
    Some(result.content().bytes().to_vec())
}

fn corners_of(symbol: &Symbol) -> [Point; 4] {
    let side = symbol.modules as f32;
    [(0.0, 0.0), (side, 0.0), (side, side), (0.0, side)].map(|(x, y)| {
        let (x, y) = symbol.projection.at(x, y);
        Point { x, y }
    })
}

fn covers(code: &FoundCode, pattern: &Pattern) -> bool {
    let corners = code.corners();
    let sides = corners.iter().zip(corners.iter().cycle().skip(1));
    let turns =
        sides.map(|(a, b)| (b.x - a.x) * (pattern.y - a.y) - (b.y - a.y) * (pattern.x - a.x));
    let (mut left, mut right) = (false, false);
    for turn in turns {
        left |= turn > 0.0;
        right |= turn < 0.0;
    }
    left != right
}
