//! From the grey pixels of a still picture to codes.

use std::borrow::Cow;
use std::panic::catch_unwind;

use rxing::common::{BitMatrix, DetectorRXingResult, HybridBinarizer};
use rxing::qrcode::cpp_port::detector::{FindFinderPatterns, GenerateFinderPatternSets, SampleQR};
use rxing::{Binarizer, Luma8Source};

use super::code::{FoundCode, Point};
use super::error::PictureError;
use super::frame::{FrameReader, LumaFrame};
use super::symbol::{Grid, decode};

/// Modules along the side of the smallest symbol. A picture with fewer pixels holds no code.
const SMALLEST_SYMBOL: u32 = 21;
/// Pixels along a side below which a halved picture is not searched: a code in it would have been
/// read at full size.
const SMALLEST_HALVED: u32 = 64;
/// Pixels of the largest view that is searched. A larger picture is halved until it is small
/// enough. The search compares each finder pattern with all found before, so the time for a crafted
/// picture grows with the square of its pixels.
pub(super) const MAX_SEARCHED: u64 = 4_000_000;
/// Views that are searched: this one, its half and its quarter. Small modules need the first; large
/// modules that are blurred or noisy need the others.
const SCALES: u32 = 3;
/// Finder patterns considered in one view, the largest first. Three belong to a code. A picture of
/// people who hold phones has fewer; a crafted picture has tens of thousands.
const MAX_PATTERNS: usize = 300;
/// Combinations of three finder patterns that are sampled in one view, the most plausible first.
const MAX_CANDIDATES: usize = 1_000;
/// Grey levels between dark and light below which the contrast is stretched, because the reader
/// takes an area with fewer than 24 levels for empty.
const GOOD_CONTRAST: u8 = 128;

/// How much was searched for one picture file.
#[derive(Debug, Default)]
pub(super) struct Work {
    /// Finder patterns that were compared with each other.
    comparisons: u64,
}

impl Work {
    /// Comparisons after which no further part of a picture is searched, and no other ground: some
    /// seconds. A photo with a hundred patterns in every view of every part needs a hundredth.
    const MOST: u64 = 1 << 29;

    pub(super) fn add(&mut self, patterns: usize) {
        let patterns = u64::try_from(patterns).unwrap_or(u64::MAX);
        self.comparisons = self.comparisons.saturating_add(patterns.saturating_mul(patterns));
    }

    #[cfg(test)]
    pub(super) const fn comparisons(&self) -> u64 {
        self.comparisons
    }

    /// Whether no further part and no other ground is searched.
    pub(super) const fn is_enough(&self) -> bool {
        self.comparisons > Self::MOST
    }
}

/// Finds every code, at each scale, dark on light and light on dark.
///
/// All attempts are made, even if the first finds a code: in a still picture, a second code that
/// only the second attempt sees must not be missed.
pub(super) fn find_codes(
    pixels: &[u8],
    width: u32,
    height: u32,
    work: &mut Work,
) -> Result<Vec<FoundCode>, PictureError> {
    let mut found: Vec<FoundCode> = Vec::new();
    let mut panicked = false;
    // The search for camera frames also reads dull, shaken and striped pictures. The search below
    // also reads small codes in large pictures.
    let stride = usize::try_from(width).unwrap_or(usize::MAX);
    if let Ok(frame) = LumaFrame::new(pixels, width, height, stride) {
        match FrameReader::new().read(&frame) {
            Ok(reading) => found = reading.into_codes(),
            Err(_) => panicked = true,
        }
    }
    let mut view = PictureView { pixels: stretched(pixels), width, height };
    let mut scale = 1.0_f32;
    while view.area() > MAX_SEARCHED {
        view = view.halved();
        scale *= 2.0;
    }
    for level in 0..SCALES {
        if level > 0 {
            view = view.halved();
            scale *= 2.0;
        }
        let shortest = if scale > 1.0 { SMALLEST_HALVED } else { SMALLEST_SYMBOL };
        if view.width.min(view.height) < shortest {
            break;
        }
        let negative = view.inverted();
        for seen in [&view, &negative] {
            // A panic in one attempt must not discard what the others find.
            let Ok((codes, patterns)) = catch_unwind(|| read_view(seen)) else {
                panicked = true;
                continue;
            };
            work.add(patterns);
            for mut code in codes {
                code.enlarge(scale);
                if !found.iter().any(|known| known.is_same_symbol(&code)) {
                    found.push(code);
                }
            }
        }
    }
    if found.is_empty() && panicked { Err(PictureError::ReaderPanicked) } else { Ok(found) }
}

/// One attempt: the codes, and the number of finder patterns that were compared.
///
/// The attempt is made of the parts of `rxing`'s reader. Its whole reader is not used for three
/// reasons: its loop over several codes has no bound on the work; its result asks for the time,
/// which some targets do not have; and it returns text in a guessed character set, not bytes.
fn read_view(view: &PictureView<'_>) -> (Vec<FoundCode>, usize) {
    let Ok(source) = Luma8Source::new_with_slice(&view.pixels, view.width, view.height) else {
        return (Vec::new(), 0);
    };
    let binarizer = HybridBinarizer::new(source);
    let Ok(matrix) = binarizer.get_black_matrix() else { return (Vec::new(), 0) };

    let mut found = Vec::new();
    let mut used = Vec::new();
    let mut patterns = FindFinderPatterns(matrix, true, 0);
    let compared = patterns.len();
    patterns.sort_by_key(|pattern| core::cmp::Reverse(pattern.size));
    patterns.truncate(MAX_PATTERNS);
    for set in GenerateFinderPatternSets(&mut patterns).into_iter().take(MAX_CANDIDATES) {
        if [set.bl, set.tl, set.tr].iter().any(|pattern| used.contains(pattern)) {
            continue;
        }
        let Ok(sample) = SampleQR(matrix, &set) else { continue };
        let Some(content) = grid_of(sample.getBits()).and_then(|grid| decode(&grid)) else {
            continue;
        };
        let Some(corners) = four(sample.getPoints()) else { continue };
        used.extend([set.bl, set.tl, set.tr]);
        found.push(FoundCode::new(content.bytes, corners));
    }
    (found, compared)
}

fn grid_of(bits: &BitMatrix) -> Option<Grid> {
    let is_dark = |x: usize, y: usize| {
        let place = u32::try_from(x).ok().zip(u32::try_from(y).ok());
        place.is_some_and(|(x, y)| x < bits.width() && y < bits.height() && bits.get(x, y))
    };
    Grid::new(usize::try_from(bits.width()).ok()?, is_dark)
}

fn four(points: &[rxing::Point]) -> Option<[Point; 4]> {
    // The reader gives the corners row by row; we give them going around.
    let [top_left, top_right, bottom_left, bottom_right] = points.try_into().ok()?;
    let around: [rxing::Point; 4] = [top_left, top_right, bottom_right, bottom_left];
    Some(around.map(|corner| Point { x: corner.x, y: corner.y }))
}

/// Grey pixels without gaps between rows.
pub(super) struct PictureView<'a> {
    pub(super) pixels: Cow<'a, [u8]>,
    pub(super) width: u32,
    pub(super) height: u32,
}

impl PictureView<'_> {
    /// The number of pixels.
    pub(super) fn area(&self) -> u64 {
        u64::from(self.width).saturating_mul(u64::from(self.height))
    }

    /// The square of this side whose top left corner is there, or what the picture has of it.
    pub(super) fn cut(&self, right: u32, down: u32, side: u32) -> PictureView<'static> {
        let width = self.width.saturating_sub(right).min(side);
        let height = self.height.saturating_sub(down).min(side);
        let size = |pixels: u32| usize::try_from(pixels).unwrap_or(0);
        let columns = size(right)..size(right.saturating_add(width));
        let rows = self.pixels.chunks_exact(size(self.width).max(1));
        let pixels = rows
            .skip(size(down))
            .take(size(height))
            .filter_map(|row| row.get(columns.clone()))
            .flatten()
            .copied()
            .collect();
        PictureView { pixels: Cow::Owned(pixels), width, height }
    }

    /// Half the size: each pixel is the mean of four. An odd last row or column is dropped.
    pub(super) fn halved(&self) -> PictureView<'static> {
        let (width, height) = (self.width / 2, self.height / 2);
        let columns = usize::try_from(width).unwrap_or(0);
        let stride = usize::try_from(self.width).unwrap_or(0).max(1);
        let mut rows = self.pixels.chunks_exact(stride);
        let mut pixels = Vec::with_capacity(self.pixels.len() / 4);
        while let (Some(upper), Some(lower)) = (rows.next(), rows.next()) {
            let pairs = upper.chunks_exact(2).zip(lower.chunks_exact(2)).take(columns);
            pixels.extend(pairs.map(|(above, below)| {
                let sum: u16 = above.iter().chain(below).copied().map(u16::from).sum();
                u8::try_from(sum / 4).unwrap_or(u8::MAX)
            }));
        }
        PictureView { pixels: Cow::Owned(pixels), width, height }
    }

    fn inverted(&self) -> PictureView<'static> {
        let pixels = self.pixels.iter().map(|pixel| !pixel).collect();
        PictureView { pixels: Cow::Owned(pixels), width: self.width, height: self.height }
    }
}

/// Spreads a dull picture over all grey levels. One pixel in 200 at either end is ignored, so that
/// a spark of light does not set the scale.
fn stretched(pixels: &[u8]) -> Cow<'_, [u8]> {
    let mut counts = [0_usize; 256];
    for pixel in pixels {
        if let Some(count) = counts.get_mut(usize::from(*pixel)) {
            *count = count.saturating_add(1);
        }
    }
    let ignored = pixels.len() / 200;
    let darkest = first_over(ignored, &counts, 0..=u8::MAX).unwrap_or(0);
    let lightest = first_over(ignored, &counts, (0..=u8::MAX).rev()).unwrap_or(u8::MAX);
    let range = lightest.saturating_sub(darkest);
    if range == 0 || range >= GOOD_CONTRAST {
        return Cow::Borrowed(pixels);
    }
    let table: Vec<u8> = (0..=u8::MAX)
        .map(|level| {
            let above = u16::from(level.saturating_sub(darkest).min(range));
            let spread = above.saturating_mul(255).checked_div(u16::from(range)).unwrap_or(0);
            u8::try_from(spread).unwrap_or(u8::MAX)
        })
        .collect();
    pixels.iter().map(|pixel| table.get(usize::from(*pixel)).copied().unwrap_or(*pixel)).collect()
}

/// The first of the levels up to which there are more than `ignored` pixels.
fn first_over(
    ignored: usize,
    counts: &[usize; 256],
    mut levels: impl Iterator<Item = u8>,
) -> Option<u8> {
    let mut sum = 0_usize;
    levels.find(|level| {
        sum = sum.saturating_add(counts.get(usize::from(*level)).copied().unwrap_or(0));
        sum > ignored
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halving_takes_the_mean_of_four() {
        let view = PictureView {
            pixels: Cow::Borrowed(&[0, 4, 9, 8, 8, 9, 1, 1, 1]),
            width: 3,
            height: 3,
        };
        let half = view.halved();
        assert_eq!((half.pixels.as_ref(), half.width, half.height), ([5].as_slice(), 1, 1));
    }

    #[test]
    fn good_contrast_is_left_alone() {
        assert!(matches!(stretched(&[0, 255]), Cow::Borrowed(_)));
        assert!(matches!(stretched(&[7, 7]), Cow::Borrowed(_)));
        assert!(matches!(stretched(&[]), Cow::Borrowed(_)));
    }

    #[test]
    fn dull_pictures_are_stretched() {
        assert_eq!(stretched(&[100, 110, 120]).as_ref(), [0, 127, 255]);
    }

    #[test]
    fn a_spark_does_not_decide() {
        let mut pixels = vec![100; 500];
        pixels.extend(vec![120; 500]);
        pixels.push(255);
        let out = stretched(&pixels);
        assert_eq!((out[0], out[999], out[1000]), (0, 255, 255));
    }
}
