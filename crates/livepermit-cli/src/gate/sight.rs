//! Whether the frames of a camera can be right. A wrong size or pixel format shows no picture, and
//! then no code is ever found.

use livepermit::Timestamp;

use super::{messages, texts};
use crate::language::Language;
use crate::shared::failure::Failure;
use crate::shared::frames::Cutter;

/// Seconds after the first frame when the frames are judged, and between two judgements.
const AFTER: u64 = 2;
/// Fewer frames prove nothing.
const FEWEST: u64 = 10;
/// Points of a frame that are compared.
const POINTS: usize = 1500;
/// Differences are counted in this part of a grey level.
const FINE: u32 = 64;
/// By how much neighbours differ in a picture that is no picture.
const ROUGH: u32 = 6 * FINE;
/// The longest row that is looked for, in bytes.
const LONGEST_ROW: usize = 16_384;

/// Why a camera shows no visitor.
#[derive(Debug)]
pub(super) struct FrameTrouble {
    pub(super) code: &'static str,
    pub(super) failure: Failure,
}

impl FrameTrouble {
    /// No frame comes any more.
    pub(super) fn missing() -> Self {
        Self { code: MISSING, failure: texts::no_whole_frame() }
    }

    /// The frames that come cannot be right.
    pub(super) fn wrong(failure: &Failure) -> Self {
        Self { code: "frames-wrong", failure: failure.clone() }
    }

    pub(super) fn text(&self, language: &Language) -> String {
        match self.code {
            MISSING => messages::frames_missing(language),
            _ => messages::frames_wrong(language, &self.failure.message),
        }
    }
}

const MISSING: &str = "frames-missing";

/// What was seen since the start.
#[derive(Debug, Default)]
pub(super) struct Sight {
    pub(super) frames: u64,
    pub(super) codes: u64,
    since: Option<Timestamp>,
    /// The points of the frame before.
    before: Vec<u8>,
    /// Frames since the last judgement, and how many of them had nothing to do with the frame
    /// before.
    compared: u64,
    strange: u64,
    /// How many of them were as the frame before.
    still: u64,
    trouble: Option<Failure>,
}

impl Sight {
    /// Takes a frame. Returns whether [`Self::trouble`] changed.
    pub(super) fn see(&mut self, pixels: &[u8], cutter: Cutter, now: Timestamp) -> bool {
        self.frames = self.frames.saturating_add(1);
        let row = cutter.stride();
        let points: Vec<u8> =
            places(pixels.len(), row).filter_map(|at| pixels.get(at)).copied().collect();
        let rows = difference(pixels, row, row);
        if self.before.len() == points.len() {
            self.compared = self.compared.saturating_add(1);
            let moved =
                mean(points.iter().zip(&self.before).map(|(now, then)| now.abs_diff(*then)));
            if moved > rows.max(ROUGH).saturating_mul(2) {
                self.strange = self.strange.saturating_add(1);
            } else if moved <= ROUGH {
                self.still = self.still.saturating_add(1);
            }
        }
        self.before = points;
        let since = *self.since.get_or_insert(now);
        if now.seconds_since(since) < AFTER || self.compared < FEWEST {
            return false;
        }
        let is_still = self.still.saturating_mul(2) >= self.compared;
        let trouble = trouble(pixels, cutter, is_still).or_else(|| {
            let is_strange = self.strange.saturating_mul(10) >= self.compared.saturating_mul(8);
            is_strange.then(|| texts::frames_do_not_follow(cutter.size()))
        });
        (self.since, self.compared, self.strange, self.still) = (Some(now), 0, 0, 0);
        let changed = trouble.as_ref().map(|trouble| &trouble.message)
            != self.trouble.as_ref().map(|trouble| &trouble.message);
        self.trouble = trouble;
        changed
    }

    /// What is wrong with the frames.
    pub(super) const fn trouble(&self) -> Option<&Failure> {
        self.trouble.as_ref()
    }
}

/// Says what is wrong if the rows of a frame do not fit the rows above them, and rows of another
/// length would. In a picture that stands still, stripes can fit better some rows away.
fn trouble(pixels: &[u8], cutter: Cutter, is_still: bool) -> Option<Failure> {
    let row = cutter.stride();
    let found = difference(pixels, row, row);
    if found <= ROUGH {
        return None;
    }
    let longest = LONGEST_ROW.min(pixels.len() / 4);
    let at = |length: usize| difference(pixels, row.max(length), length);
    let (best, least) =
        (32..longest).map(|length| (length, at(length))).min_by_key(|(_, found)| *found)?;
    // Noise can make a neighbour fit as well. Rows have round lengths.
    let near = best.saturating_sub(8)..=best.saturating_add(8);
    let fits = near.filter(|length| at(*length) <= least.saturating_add(least / 4));
    let best = fits.max_by_key(|length| length.trailing_zeros()).unwrap_or(best);
    let is_stripes = is_still && best.is_multiple_of(row);
    (least.saturating_mul(2) <= found && !is_stripes)
        .then(|| texts::rows_do_not_fit(cutter.size(), row, best))
}

/// Places all over a frame, none in its last `margin` bytes.
fn places(length: usize, margin: usize) -> impl Iterator<Item = usize> {
    let room = length.saturating_sub(margin).max(1);
    // An odd step meets all colours of a pixel.
    (0..room).step_by((room / POINTS).max(1) | 1)
}

/// How much bytes at this distance differ, on average.
fn difference(pixels: &[u8], margin: usize, distance: usize) -> u32 {
    let pairs = places(pixels.len(), margin)
        .filter_map(|at| Some(pixels.get(at)?.abs_diff(*pixels.get(at.saturating_add(distance))?)));
    mean(pairs)
}

/// The mean, in parts of a grey level.
fn mean(values: impl Iterator<Item = u8>) -> u32 {
    let (sum, count) = values.fold((0_u32, 0_u32), |(sum, count), value| {
        (sum.saturating_add(value.into()), count.saturating_add(1))
    });
    sum.saturating_mul(FINE).checked_div(count).unwrap_or(0)
}

#[cfg(test)]
mod tests;
