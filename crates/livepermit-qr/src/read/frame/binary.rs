//! Which pixels are dark: those with less light than their surroundings.

use super::blocks::{BLOCK, Blocks, Reach};
use super::grey::GreyLayer;

/// Blocks whose pixels in a row become the bits of one number.
const BLOCKS: usize = 8;

/// A layer with the threshold of each block.
pub(super) struct BinaryLayer<'a> {
    pub(super) layer: &'a GreyLayer<'a>,
    thresholds: Vec<u8>,
    columns: usize,
}

impl<'a> BinaryLayer<'a> {
    /// Every pixel that differs from the noise can be dark.
    pub(super) fn new(layer: &'a GreyLayer<'a>, reach: Reach) -> Self {
        let blocks = Blocks::of(layer);
        let (flat, _) = blocks.flat();
        Self::with(layer, &blocks, reach, flat)
    }

    /// The same with several thresholds.
    pub(super) fn several(layer: &'a GreyLayer<'a>, reaches: &[Reach]) -> Vec<Self> {
        let blocks = Blocks::of(layer);
        let (flat, _) = blocks.flat();
        reaches.iter().map(|reach| Self::with(layer, &blocks, *reach, flat)).collect()
    }

    /// Pixels are dark only where the contrast is clear. For the finest layer, most of which is
    /// noise.
    pub(super) fn busy(layer: &'a GreyLayer<'a>, reach: Reach) -> Self {
        let blocks = Blocks::of(layer);
        let (_, busy) = blocks.flat();
        Self::with(layer, &blocks, reach, busy)
    }

    fn with(layer: &'a GreyLayer<'a>, blocks: &Blocks, reach: Reach, least: u8) -> Self {
        Self { layer, thresholds: blocks.thresholds(reach, least), columns: blocks.columns }
    }

    fn threshold(&self, x: usize, y: usize) -> u8 {
        self.thresholds.get(y / BLOCK * self.columns + x / BLOCK).copied().unwrap_or(0)
    }

    pub(super) fn is_dark(&self, x: usize, y: usize) -> bool {
        self.layer.get(x, y) < self.threshold(x, y)
    }

    /// Where the light crosses the threshold between two neighbours of which one is dark: from -0.5
    /// at the first to 0.5 at the second. `None` outside the layer.
    pub(super) fn crossing(&self, from: (usize, usize), to: (usize, usize)) -> Option<f32> {
        let is_inside = |(x, y)| x < self.layer.width && y < self.layer.height;
        let level = |(x, y)| f32::from(self.layer.get(x, y));
        let (first, second) = (level(from), level(to));
        let threshold = f32::from(self.threshold(from.0, from.1));
        let part = (threshold - first) / (second - first);
        (is_inside(from) && is_inside(to) && part.is_finite()).then(|| part.clamp(0.0, 1.0) - 0.5)
    }

    /// Returns for each pixel in one direction, up to the edge of the picture, whether it is dark.
    #[inline]
    pub(super) fn walk(&self, x: usize, y: usize, dx: isize, dy: isize) -> PixelWalk<'_> {
        let room = |at: usize, step: isize, side: usize| match step {
            0 => usize::MAX,
            1.. => side.saturating_sub(at),
            _ => at + 1,
        };
        PixelWalk {
            binary: self,
            x,
            y,
            step: (dx, dy),
            at: y * self.layer.stride + x,
            pixels_left: room(x, dx, self.layer.width).min(room(y, dy, self.layer.height)),
            block_left: 0,
            threshold: 0,
        }
    }

    /// The places where a row changes between light and dark. A row starts and ends light, so the
    /// first is the start of something dark, and the last its end.
    pub(super) fn edges(&self, y: usize, edges: &mut Vec<u16>) {
        edges.clear();
        let line = y / BLOCK * self.columns;
        let thresholds = self.thresholds.get(line..line + self.columns);
        let (Some(row), Some(line)) = (self.layer.row(y), thresholds) else { return };
        if line.iter().all(|threshold| *threshold == 0) {
            return;
        }
        // Eight blocks at a time: a processor cannot predict how many edges there are, and a loop
        // that ends unexpectedly costs more than its work.
        let mut before = 0_u64;
        let mut start = 0_u16;
        for (pixels, thresholds) in row.chunks(BLOCKS * BLOCK).zip(line.chunks(BLOCKS)) {
            let (whole, rest) = pixels.as_chunks::<BLOCK>();
            let mut dark = 0_u64;
            for (index, (pixels, threshold)) in whole.iter().zip(thresholds).enumerate() {
                dark |= u64::from(below(*pixels, *threshold)) << (index * BLOCK);
            }
            if let (false, Some(threshold)) = (rest.is_empty(), thresholds.get(whole.len())) {
                let mut last = [u8::MAX; BLOCK];
                for (to, from) in last.iter_mut().zip(rest) {
                    *to = *from;
                }
                dark |= u64::from(below(last, *threshold)) << (whole.len() * BLOCK);
            }
            let mut changes = dark ^ (dark << 1 | before);
            before = dark >> (u64::BITS - 1);
            while changes != 0 {
                edges.push(start + changes.trailing_zeros() as u16);
                changes &= changes - 1;
            }
            // Behind the last pixels of the widest frame, the number is not used any more.
            start = start.wrapping_add((BLOCKS * BLOCK) as u16);
        }
        if before == 1 {
            edges.push(self.layer.width as u16);
        }
    }
}

/// A straight line of pixels, in steps to a neighbour.
pub(super) struct PixelWalk<'a> {
    binary: &'a BinaryLayer<'a>,
    /// The pixel where it last entered a block.
    x: usize,
    y: usize,
    step: (isize, isize),
    at: usize,
    pixels_left: usize,
    /// Pixels before the next block.
    block_left: usize,
    threshold: u8,
}

impl Iterator for PixelWalk<'_> {
    type Item = bool;

    #[inline]
    fn next(&mut self) -> Option<bool> {
        self.pixels_left = self.pixels_left.checked_sub(1)?;
        if self.block_left == 0 {
            self.enter_block();
        }
        self.block_left -= 1;
        let level = self.binary.layer.pixels.get(self.at)?;
        let (dx, dy) = self.step;
        self.at = self.at.wrapping_add_signed(dy * self.binary.layer.stride as isize + dx);
        Some(*level < self.threshold)
    }
}

impl PixelWalk<'_> {
    fn enter_block(&mut self) {
        let left = |at: usize, step: isize| match step {
            0 => BLOCK,
            1.. => BLOCK - at % BLOCK,
            _ => at % BLOCK + 1,
        };
        let (dx, dy) = self.step;
        self.threshold = self.binary.threshold(self.x, self.y);
        self.block_left = left(self.x, dx).min(left(self.y, dy));
        let steps = self.block_left as isize;
        self.x = self.x.wrapping_add_signed(steps * dx);
        self.y = self.y.wrapping_add_signed(steps * dy);
    }
}

/// Which of eight pixels are darker than the threshold, one bit each. All eight are compared at
/// once, in one 64-bit number.
fn below(pixels: [u8; BLOCK], threshold: u8) -> u8 {
    const TOPS: u64 = 0x8080_8080_8080_8080;
    let (pixels, thresholds) = (u64::from_le_bytes(pixels), u64::from_le_bytes([threshold; BLOCK]));
    // The lower seven bits are compared by a subtraction; the top bit keeps the borrow in its byte.
    let lower = (pixels | TOPS) - (thresholds & !TOPS);
    let at_least = (pixels & !thresholds) | (!(pixels ^ thresholds) & lower);
    let below = (!at_least & TOPS) >> 7;
    // Bit 8i goes to bit 56 + i.
    (below.wrapping_mul(0x0102_0408_1020_4080) >> 56) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_walks_and_single_pixels_agree() {
        let (width, height) = (45, 29);
        let pixels: Vec<u8> = (0..width * height).map(|at| (at * at / 3 % 241) as u8).collect();
        let layer = GreyLayer::new(&pixels, width, height, width);
        let binary = BinaryLayer::new(&layer, Reach { across: 2, down: 2 });
        let mut edges = Vec::new();
        for y in 0..height {
            binary.edges(y, &mut edges);
            let is_dark =
                |x: usize| edges.iter().filter(|edge| usize::from(**edge) <= x).count() % 2 == 1;
            for x in 0..width {
                assert_eq!(is_dark(x), binary.is_dark(x, y), "{x} {y}");
            }
        }
        for (dx, dy) in [(1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (-1, -1), (1, -1), (-1, 1)] {
            for (x, y) in [(0, 0), (44, 28), (20, 15), (7, 8), (8, 7)] {
                let places = (0..).map(|step| (x as isize + step * dx, y as isize + step * dy));
                let expected: Vec<bool> = places
                    .map(|(x, y)| {
                        (usize::try_from(x).unwrap_or(width), usize::try_from(y).unwrap_or(height))
                    })
                    .take_while(|(x, y)| *x < width && *y < height)
                    .map(|(x, y)| binary.is_dark(x, y))
                    .collect();
                assert_eq!(
                    binary.walk(x, y, dx, dy).collect::<Vec<_>>(),
                    expected,
                    "{x} {y} {dx} {dy}"
                );
            }
        }
    }
}
