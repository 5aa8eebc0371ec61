//! Reads one frame after the other.

use core::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};

use rxing::common::BitMatrix;

use super::super::code::{Content, FoundCode, Point, content};
use super::bend::{Bend, bend_of_patterns};
use super::binary::BinaryLayer;
use super::blocks::Reach;
use super::finder::{FinderPattern, MAX_CHECKS, find_patterns};
use super::grey::GreyLayer;
use super::groups::groups;
use super::locate::{CornerPatterns, GreyLayers, locate};
use super::luma::{FrameError, LumaFrame};
use super::modules::Modules;
use super::symbol::Symbol;
use super::version::modules_told;

/// Blocks around a pixel with which it is compared in the first search: a little more of its row
/// than of its column.
const NEAR: Reach = Reach { across: 2, down: 1 };
/// The same for the second search: its row only, because lamps and shutters make bands along rows.
const IN_ROW: Reach = Reach { across: 4, down: 0 };
/// The same for the third search: all around.
const AROUND: Reach = Reach { across: 2, down: 2 };
/// The first search looks at every third row.
const ROWS_APART: usize = 3;
/// The second search looks at every fourth row: the middle of the smallest pattern that is accepted
/// is four pixels high.
const FINE_ROWS_APART: usize = 4;
/// The side of the smallest symbol (ISO/IEC 18004, version 1).
const FEWEST_MODULES: u32 = 21;
/// Pixels of the layer that is searched first: 640 by 360.
const FIRST_PIXELS: usize = 640 * 360;
/// Pixels of the largest layer that is ever searched: 1280 by 720.
const MOST_PIXELS: usize = 1280 * 720;
/// Patterns of which every three are considered as the corners of a code.
const MAX_GROUPED: usize = 32;
/// Rows that have to look like a finder pattern before a third search is made.
const EVIDENCE: usize = 2;
/// Groups of three patterns that are looked at more closely, the most plausible first.
const MAX_LOCATED: usize = 32;
/// The most codes that are read in one frame.
const MAX_CODES: usize = 16;
/// The most modules, in one frame, of symbols that look like codes and cannot be read: six symbols
/// of version 40, or 57 of version 10. A stranger who wants to keep the reader busy has to fill the
/// frame.
const MAX_UNREAD_MODULES: usize = 6 * 177 * 177;
/// The most symbols, in one frame, whose patterns are asked whether their paper is bent.
const MAX_MEASURED: usize = 4;
/// The most groups of patterns from different searches that are looked at in one search.
const MAX_MIXED: usize = 8;
/// The most modules, in one frame, of symbols that are read a second time as if their paper were
/// bent: one symbol of version 27, or two of version 17.
const MAX_BENT_MODULES: usize = 125 * 125;
/// How far the number of modules along a side may be from the measured number, on bent paper: three
/// versions.
const MOST_MODULES_OFF: usize = 12;
/// The part of the modules of known colour that must have it before a symbol is decoded.
const AGREES: f32 = 0.75;
/// The same before the places in bent paper are measured again.
const BENT_AGREES: f32 = 0.68;
/// The same after they were measured by the data once.
const BENT_AGREES_AFTER: f32 = 0.8;

/// The result of reading a frame.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct FrameReading {
    codes: Vec<FoundCode>,
    unread: bool,
    attempts: u32,
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

    /// Searches that were made: 1 to 3, or 0 if the frame is too small for any code.
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
    /// Large codes are searched first. If one is read, there is no search for small codes, whose
    /// modules are less than 3 pixels wide, because that would cost more than everything before.
    /// [`FrameReader::read_all`] always searches for both.
    ///
    /// # Errors
    ///
    /// [`FrameError::ReaderPanicked`] only.
    pub fn read(&mut self, frame: &LumaFrame<'_>) -> Result<FrameReading, FrameError> {
        self.read_until(Enough::OneSize, frame)
    }

    /// Reads the codes in the frame, small codes also beside a large one.
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
    let mut state = FrameSearch {
        layers: GreyLayers { layers: vec![full, half] },
        failed: Vec::new(),
        unread_modules: 0,
        measured_left: MAX_MEASURED,
        bent_left: MAX_BENT_MODULES,
        patterns: Vec::new(),
        checks_left: MAX_CHECKS,
    };

    let hits = state.attempt(&BinaryLayer::new(half, NEAR), ROWS_APART, reading);
    let large = reading.codes.len();
    if large > 0 && state.failed.is_empty() && enough == Enough::OneSize {
        return;
    }
    // The second search finds small codes, and codes in bands of light.
    let reduced = (second > 1).then(|| full.reduced(second));
    let fine = BinaryLayer::busy(reduced.as_ref().unwrap_or(full), IN_ROW);
    let more_hits = state.attempt(&fine, FINE_ROWS_APART, reading);
    reading.small = reading.codes.len() > large;
    // The third search finds very large, blurred or grainy codes.
    if reading.codes.is_empty() && hits + more_hits >= EVIDENCE {
        state.attempt(&BinaryLayer::new(&half.reduced(2), AROUND), 1, reading);
    }
}

/// The searches of one frame.
struct FrameSearch<'a> {
    layers: GreyLayers<'a>,
    /// Symbols that were sampled and could not be read.
    failed: Vec<Symbol>,
    /// The modules of all these symbols.
    unread_modules: usize,
    /// Symbols whose bend may still be measured.
    measured_left: usize,
    /// Modules that may still be looked for in bent paper.
    bent_left: usize,
    /// Patterns that earlier searches found.
    patterns: Vec<FinderPattern>,
    /// Places that may still be looked at more closely in this frame.
    checks_left: usize,
}

impl FrameSearch<'_> {
    /// Searches one layer. Returns how often a row in it looked like a finder pattern.
    fn attempt(
        &mut self,
        binary: &BinaryLayer<'_>,
        step: usize,
        reading: &mut FrameReading,
    ) -> usize {
        reading.attempts += 1;
        let mut search = find_patterns(binary, step, &mut self.checks_left);
        // Drops patterns that lie on a code that was already read.
        search.patterns.retain(|pattern| !reading.codes.iter().any(|code| covers(code, pattern)));
        // Patterns of a large code come first: a wall of small codes hides nobody.
        search.patterns.sort_by(|left, right| {
            let sure = |pattern: &FinderPattern| pattern.hits.min(3);
            sure(right).cmp(&sure(left)).then_with(|| right.size().total_cmp(&left.size()))
        });
        search.patterns.truncate(MAX_GROUPED);
        // A pattern that only an earlier search found may be the third corner.
        let own = search.patterns.len();
        let new = |earlier: &FinderPattern| !search.patterns.iter().any(|one| one.is_same(earlier));
        let earlier: Vec<FinderPattern> = self
            .patterns
            .iter()
            .filter(|earlier| {
                new(earlier) && !reading.codes.iter().any(|code| covers(code, earlier))
            })
            .take(MAX_GROUPED - own)
            .copied()
            .collect();
        search.patterns.extend(earlier);
        self.patterns.clone_from(&search.patterns);
        let patterns = &search.patterns;
        let mut used = vec![false; patterns.len()];
        let (mut located, mut mixed) = (0, 0);
        for (_, places) in groups(patterns) {
            let is_used = places.iter().any(|at| used.get(*at).copied().unwrap_or(true));
            let earlier = places.iter().filter(|at| **at >= own).count();
            if is_used || earlier == 3 || earlier > 0 && mixed == MAX_MIXED {
                continue;
            }
            if located >= MAX_LOCATED
                || self.unread_modules >= MAX_UNREAD_MODULES
                || reading.codes.len() >= MAX_CODES
            {
                break;
            }
            located += 1;
            mixed += usize::from(earlier > 0);
            let [Some(corner), Some(right), Some(below)] =
                places.map(|at| patterns.get(at).copied())
            else {
                continue;
            };
            let Some(symbol) = locate(&self.layers, &CornerPatterns { corner, right, below })
            else {
                continue;
            };
            if self.failed.iter().any(|failed| failed.is_near(&symbol)) {
                continue;
            }
            let decoded = self.decode(&symbol).or_else(|| self.decode_bent(&symbol));
            match decoded {
                Some((bytes, corners)) => {
                    for at in places {
                        used.get_mut(at).into_iter().for_each(|used| *used = true);
                    }
                    reading.codes.push(FoundCode::new(bytes, corners));
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

    /// The content and the corners of a symbol in a plane.
    fn decode(&self, symbol: &Symbol) -> Option<(Content, [Point; 4])> {
        let layer = self.layers.for_module(symbol.module_size())?;
        let place = |x: f32, y: f32| symbol.projection.at(x, y);
        let modules = Modules::sampled(layer, symbol, place);
        Some((content_of(&modules)?, corners_of(symbol, place)))
    }

    /// The same for a symbol on paper that is not flat.
    fn decode_bent(&mut self, symbol: &Symbol) -> Option<(Content, [Point; 4])> {
        self.measured_left = self.measured_left.checked_sub(1)?;
        let layer = self.layers.for_module(symbol.module_size())?;
        // If the number of modules was wrong, it is no wonder that nothing was read.
        let other = modules_told(layer, symbol)
            .filter(|modules| *modules != symbol.modules)
            .filter(|modules| modules.abs_diff(symbol.modules) <= MOST_MODULES_OFF)
            .map(|modules| symbol.with_modules(modules));
        let is_other = other.is_some();
        let symbol = &other.unwrap_or(*symbol);
        let mut bend = bend_of_patterns(layer, symbol)?;
        if !is_other && !bend.differs_from(&symbol.projection) {
            return None;
        }
        self.bent_left = self.bent_left.checked_sub(symbol.modules * symbol.modules)?;
        let mut needed = BENT_AGREES;
        for measure in [Bend::smooth_fit, Bend::mesh_fit, Bend::mesh_fit] {
            if let Some(found) = decode_at(layer, symbol, &bend, needed, false)? {
                return Some(found);
            }
            bend = measure(bend, layer, symbol)?;
            needed = BENT_AGREES_AFTER;
        }
        // Sharpening takes most of the time, and helps little before the places are right.
        decode_at(layer, symbol, &bend, needed, true)?
    }
}

/// Reads a symbol on bent paper. The outer `None` says that these places are wrong, so that there
/// is nothing to go on with.
#[expect(clippy::option_option, reason = "not readable yet is not the same as no code")]
fn decode_at(
    layer: &GreyLayer<'_>,
    symbol: &Symbol,
    bend: &Bend,
    needed: f32,
    sharpen: bool,
) -> Option<Option<(Content, [Point; 4])>> {
    let modules = Modules::sampled(layer, symbol, |x, y| bend.at(x, y));
    if modules.agreement() < needed {
        return None;
    }
    let decoded = |matrix: Option<BitMatrix>| content(&matrix?);
    let sharpened = || sharpen.then(|| decoded(modules.sharpened(1))).flatten();
    let bytes = decoded(modules.plain()).or_else(sharpened);
    Some(bytes.map(|bytes| (bytes, corners_of(symbol, |x, y| bend.at(x, y)))))
}

fn content_of(modules: &Modules) -> Option<Content> {
    if modules.agreement() < AGREES {
        return None;
    }
    let decoded = |matrix: Option<BitMatrix>| content(&matrix?);
    decoded(modules.plain())
        .or_else(|| decoded(modules.sharpened(1)))
        .or_else(|| decoded(modules.sharpened(2)))
}

fn corners_of(symbol: &Symbol, place: impl Fn(f32, f32) -> (f32, f32)) -> [Point; 4] {
    let side = symbol.modules as f32;
    [(0.0, 0.0), (side, 0.0), (side, side), (0.0, side)].map(|(x, y)| {
        let (x, y) = place(x, y);
        Point { x, y }
    })
}

fn covers(code: &FoundCode, pattern: &FinderPattern) -> bool {
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
