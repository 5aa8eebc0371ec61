//! A layer in blocks of pixels. The neighbourhood of a block says what is dark in it.

use super::grey::GreyLayer;

/// Pixels along the side of a block that has one threshold.
pub(super) const BLOCK: usize = 8;
/// Empty blocks at each end of a row: the most blocks to one side that a threshold looks at.
const REACH: usize = 4;
/// A neighbourhood is flat, and nothing in it is dark, if its darkest and its lightest pixel differ
/// by less than the first number of grey levels. A noisy frame needs more levels, but at most the
/// second number.
const FLAT: (u8, u8) = (5, 40);

/// Sum, darkest and lightest pixel of each block, row by row, with [`REACH`] empty blocks to the
/// left and right of each row. Each has a vector of its own, so that compilers can take many at
/// once.
pub(super) struct Blocks {
    pub(super) columns: usize,
    rows: usize,
    sums: Vec<u32>,
    lows: Vec<u8>,
    highs: Vec<u8>,
    width: usize,
    height: usize,
}

/// The neighbourhood of a block, in blocks, from which its threshold is computed.
#[derive(Clone, Copy)]
pub(super) struct Reach {
    /// Blocks to the left, and as many to the right: a power of two, up to [`REACH`].
    pub(super) across: usize,
    /// Blocks above, and as many below.
    pub(super) down: usize,
}

/// Every second byte of eight: the sums of neighbours are four numbers of 16 bits.
const PAIRS: u64 = 0x00FF_00FF_00FF_00FF;

impl Blocks {
    pub(super) fn of(layer: &GreyLayer<'_>) -> Self {
        let (columns, rows) = (layer.width.div_ceil(BLOCK), layer.height.div_ceil(BLOCK));
        let count = (columns + 2 * REACH) * rows;
        let mut blocks = Self {
            columns,
            rows,
            sums: Vec::with_capacity(count),
            lows: Vec::with_capacity(count),
            highs: Vec::with_capacity(count),
            width: layer.width,
            height: layer.height,
        };
        // First down the columns, a whole row at a time. Bytes left over at the right are added one
        // by one.
        let mut pairs = vec![0_u64; columns];
        let (mut lows, mut highs) = (vec![u8::MAX; layer.width], vec![0_u8; layer.width]);
        for (y, row) in layer.rows().enumerate() {
            let (whole, rest) = row.as_chunks::<BLOCK>();
            for (sum, pixels) in pairs.iter_mut().zip(whole) {
                let pixels = u64::from_le_bytes(*pixels);
                *sum += (pixels & PAIRS) + (pixels >> 8 & PAIRS);
            }
            if let Some(sum) = pairs.get_mut(whole.len()) {
                *sum += rest.iter().copied().map(u64::from).sum::<u64>();
            }
            for ((low, high), pixel) in lows.iter_mut().zip(&mut highs).zip(row) {
                *low = (*low).min(*pixel);
                *high = (*high).max(*pixel);
            }
            if y % BLOCK == BLOCK - 1 || y == layer.height - 1 {
                blocks.push_row(&pairs, &lows, &highs);
                pairs.fill(0);
                lows.fill(u8::MAX);
                highs.fill(0);
            }
        }
        blocks
    }

    fn push_row(&mut self, pairs: &[u64], lows: &[u8], highs: &[u8]) {
        let sums = pairs.iter().map(|sums| {
            let pairs = (sums & 0x0000_FFFF_0000_FFFF) + (sums >> 16 & 0x0000_FFFF_0000_FFFF);
            ((pairs & 0xFFFF_FFFF) + (pairs >> 32)) as u32
        });
        self.sums.extend([0; REACH]);
        self.sums.extend(sums);
        self.sums.extend([0; REACH]);
        push_extremes(&mut self.lows, lows, u8::MAX, u8::min);
        push_extremes(&mut self.highs, highs, 0, u8::max);
    }

    /// Two ranges of grey levels: below the first a neighbourhood is flat, below the second it has
    /// no clear contrast. The range in the quietest tenth of the blocks is noise; in a
    /// neighbourhood of 25 blocks the same noise has nearly twice that range.
    pub(super) fn flat(&self) -> (u8, u8) {
        let mut counts = [0_usize; 256];
        let line = self.columns + 2 * REACH;
        for (lows, highs) in self.lows.chunks_exact(line).zip(self.highs.chunks_exact(line)) {
            for (low, high) in lows.iter().zip(highs).skip(REACH).take(self.columns) {
                if let Some(count) = counts.get_mut(usize::from(high.saturating_sub(*low))) {
                    *count += 1;
                }
            }
        }
        let mut quieter = 0;
        let quiet = counts.iter().position(|count| {
            quieter += count;
            quieter > self.columns * self.rows / 10
        });
        let within = |range: usize| range.clamp(FLAT.0.into(), FLAT.1.into()) as u8;
        let quiet = quiet.unwrap_or(0);
        (within(quiet * 2), within(quiet * 3))
    }

    /// The threshold of each block: the mean of its neighbourhood, or 0 if the range of grey levels
    /// in it is below `least`. No pixel is darker than 0.
    pub(super) fn thresholds(&self, reach: Reach, least: u8) -> Vec<u8> {
        let line = self.columns + 2 * REACH;
        let mut thresholds = Vec::with_capacity(self.columns * self.rows);
        let (mut sums, mut lows, mut highs) = (vec![0; line], vec![0; line], vec![0; line]);
        let share = |pixels: &u16| 1.0 / f32::from(*pixels);
        let shares: Vec<f32> =
            near(self.width, self.columns, reach.across).iter().map(share).collect();
        for (y, pixels) in near(self.height, self.rows, reach.down).iter().enumerate() {
            sums.fill(0_u32);
            lows.fill(u8::MAX);
            highs.fill(0_u8);
            let first = y.saturating_sub(reach.down);
            for row in first..(y + reach.down + 1).min(self.rows) {
                let row = row * line..(row + 1) * line;
                if let Some(row) = self.sums.get(row.clone()) {
                    add_row(&mut sums, row, |sum, block| sum + block);
                }
                if let Some(row) = self.lows.get(row.clone()) {
                    add_row(&mut lows, row, u8::min);
                }
                if let Some(row) = self.highs.get(row) {
                    add_row(&mut highs, row, u8::max);
                }
            }
            let share_down = share(pixels);
            let near_sums = widened(&sums, reach.across, |sum, block| sum + block);
            let near_lows = widened(&lows, reach.across, u8::min);
            let near_highs = widened(&highs, reach.across, u8::max);
            let near = near_sums.iter().zip(&near_lows).zip(&near_highs).skip(REACH - reach.across);
            thresholds.extend(near.zip(&shares).map(|(((sum, low), high), share)| {
                let mean = (*sum as f32 * share * share_down) as u8;
                if high.saturating_sub(*low) < least { 0 } else { mean }
            }));
        }
        thresholds
    }
}

fn push_extremes(to: &mut Vec<u8>, from: &[u8], outside: u8, choose: impl Fn(u8, u8) -> u8) {
    let (whole, rest) = from.as_chunks::<BLOCK>();
    to.extend([outside; REACH]);
    to.extend(whole.iter().map(|levels| levels.iter().copied().fold(outside, &choose)));
    if !rest.is_empty() {
        to.push(rest.iter().copied().fold(outside, &choose));
    }
    to.extend([outside; REACH]);
}

fn add_row<T: Copy>(to: &mut [T], from: &[T], choose: impl Fn(T, T) -> T) {
    for (to, from) in to.iter_mut().zip(from) {
        *to = choose(*to, *from);
    }
}

/// Combines each value with the `2 * reach` values after it. `reach` is a power of two, so a few
/// passes over the whole line are enough.
fn widened<T: Copy>(line: &[T], reach: usize, choose: impl Fn(T, T) -> T) -> Vec<T> {
    let mut wide = line.to_vec();
    let mut step = 1;
    while step < 2 * reach
        && let Some(shifted) = wide.get(step..).map(<[T]>::to_vec)
    {
        add_row(&mut wide, &shifted, &choose);
        step *= 2;
    }
    if let Some(last) = line.get(2 * reach..) {
        add_row(&mut wide, last, choose);
    }
    wide
}

/// For each block: the number of pixels along one side of its neighbourhood.
fn near(pixels: usize, blocks: usize, reach: usize) -> Vec<u16> {
    let within = |block: usize| {
        let (first, end) = (block.saturating_sub(reach) * BLOCK, (block + reach + 1) * BLOCK);
        (end.min(pixels) - first) as u16
    };
    (0..blocks).map(within).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thresholds_are_the_means_of_neighbourhoods_that_are_not_flat() {
        // Sides that are no multiple of a block's, and a quiet part at the left.
        let (width, height) = (93, 37);
        let level = |at: usize| if at % width < 44 { 100 + at % 3 } else { at * at / 7 % 251 };
        let pixels: Vec<u8> = (0..width * height).map(|at| level(at) as u8).collect();
        let layer = GreyLayer::new(&pixels, width, height, width);
        let blocks = Blocks::of(&layer);
        for (across, down) in [(2, 1), (4, 0), (2, 2), (1, 0)] {
            let thresholds = blocks.thresholds(Reach { across, down }, 5);
            assert_eq!(thresholds.len(), width.div_ceil(BLOCK) * height.div_ceil(BLOCK));
            for (at, threshold) in thresholds.iter().enumerate() {
                let (column, row) = (at % blocks.columns, at / blocks.columns);
                let within = |block: usize, reach: usize, pixels: usize| {
                    block.saturating_sub(reach) * BLOCK..((block + reach + 1) * BLOCK).min(pixels)
                };
                let levels: Vec<u8> = within(row, down, height)
                    .flat_map(|y| within(column, across, width).map(move |x| (x, y)))
                    .map(|(x, y)| layer.get(x, y))
                    .collect();
                let mean = levels.iter().copied().map(f32::from).sum::<f32>() / levels.len() as f32;
                if levels.iter().max().unwrap() - levels.iter().min().unwrap() < 5 {
                    assert_eq!(*threshold, 0);
                } else {
                    assert!((f32::from(*threshold) - mean).abs() <= 1.0, "{threshold} {mean}");
                }
            }
            assert!(thresholds.contains(&0) && thresholds.iter().any(|threshold| *threshold > 0));
        }
    }
}
