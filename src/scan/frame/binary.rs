//! What is dark: less light than around it.

use super::grey::Layer;

/// Pixels along the side of a block that has one threshold.
pub(super) const BLOCK: usize = 8;
/// Blocks to each side that are looked at for it.
const REACH: usize = 2;
/// Grey levels between the darkest and the lightest pixel of a neighbourhood below which nothing in it is dark; more in
/// a noisy frame, but never more than the second.
const FLAT: (u8, u8) = (5, 40);

/// A layer with the threshold of each block.
pub(super) struct Binary<'a> {
    pub(super) layer: &'a Layer<'a>,
    thresholds: Vec<u8>,
    /// The same, but for clear contrasts only.
    busy: Vec<u8>,
    columns: usize,
}

#[derive(Clone, Copy)]
struct Block {
    sum: u32,
    count: u32,
    low: u8,
    high: u8,
}

impl Block {
    const EMPTY: Self = Self { sum: 0, count: 0, low: u8::MAX, high: 0 };

    fn with(self, other: Self) -> Self {
        Self {
            sum: self.sum + other.sum,
            count: self.count + other.count,
            low: self.low.min(other.low),
            high: self.high.max(other.high),
        }
    }

    fn range(self) -> u8 {
        self.high.saturating_sub(self.low)
    }
}

impl<'a> Binary<'a> {
    pub(super) fn new(layer: &'a Layer<'a>) -> Self {
        let columns = layer.width.div_ceil(BLOCK);
        let rows = layer.height.div_ceil(BLOCK);
        let blocks = blocks_of(layer, columns * rows);
        let flat = flat(&blocks);
        let mut busy = Vec::with_capacity(blocks.len());
        let across: Vec<Block> = blocks.chunks_exact(columns).flat_map(spread).collect();
        let mut thresholds = Vec::with_capacity(blocks.len());
        for y in 0..rows {
            let (first, last) = (y.saturating_sub(REACH), (y + REACH).min(rows - 1));
            let mut line = vec![Block::EMPTY; columns];
            for row in across.chunks_exact(columns).skip(first).take(last - first + 1) {
                for (block, other) in line.iter_mut().zip(row) {
                    *block = block.with(*other);
                }
            }
            thresholds.extend(line.iter().map(|block| {
                let mean = block.sum.checked_div(block.count).unwrap_or(0) as u8;
                busy.push(if block.range() < flat.1 { 0 } else { mean });
                if block.range() < flat.0 { 0 } else { mean }
            }));
        }
        Self { layer, thresholds, busy, columns }
    }

    /// With nothing dark but where the contrast is clear: for the finest layer, where most is noise.
    pub(super) fn busy(layer: &'a Layer<'a>) -> Self {
        let mut binary = Self::new(layer);
        core::mem::swap(&mut binary.thresholds, &mut binary.busy);
        binary
    }

    fn threshold(&self, x: usize, y: usize) -> u8 {
        self.thresholds.get(y / BLOCK * self.columns + x / BLOCK).copied().unwrap_or(0)
    }

    pub(super) fn is_dark(&self, x: usize, y: usize) -> bool {
        self.layer.get(x, y) < self.threshold(x, y)
    }

    /// Where a row changes between light and dark. It starts light: the first is the start of something dark.
    pub(super) fn edges(&self, y: usize, edges: &mut Vec<u16>) {
        edges.clear();
        let line = y / BLOCK * self.columns;
        let line = self.thresholds.get(line..line + self.columns).unwrap_or_default();
        if line.iter().all(|threshold| *threshold == 0) {
            return;
        }
        let mut before = 0_u8;
        let mut start = 0_u16;
        let (whole, rest) = self.layer.row(y).as_chunks::<BLOCK>();
        let mut last = [u8::MAX; BLOCK];
        for (to, from) in last.iter_mut().zip(rest) {
            *to = *from;
        }
        let end = (!rest.is_empty()).then_some(&last);
        for (pixels, threshold) in whole.iter().chain(end).zip(line) {
            let dark = below(*pixels, *threshold);
            let mut changes = dark ^ (dark << 1 | before);
            before = dark >> 7;
            while changes != 0 {
                edges.push(start + changes.trailing_zeros() as u16);
                changes &= changes - 1;
            }
            start += BLOCK as u16;
        }
    }
}

/// Which of eight pixels are darker than the threshold, a bit each: all eight in one 64-bit number.
fn below(pixels: [u8; BLOCK], threshold: u8) -> u8 {
    const TOPS: u64 = 0x8080_8080_8080_8080;
    let (pixels, thresholds) = (u64::from_le_bytes(pixels), u64::from_le_bytes([threshold; BLOCK]));
    // The lower seven bits compared by a subtraction that the top bit keeps within its byte.
    let lower = (pixels | TOPS) - (thresholds & !TOPS);
    let at_least = (pixels & !thresholds) | (!(pixels ^ thresholds) & lower);
    let below = (!at_least & TOPS) >> 7;
    // Bit 8i goes to bit 56 + i.
    (below.wrapping_mul(0x0102_0408_1020_4080) >> 56) as u8
}

/// Sums and extremes of each block: down the columns first, a whole row at a time.
fn blocks_of(layer: &Layer<'_>, count: usize) -> Vec<Block> {
    let mut blocks = Vec::with_capacity(count);
    let mut sums = vec![0_u16; layer.width];
    let (mut lows, mut highs) = (vec![u8::MAX; layer.width], vec![0_u8; layer.width]);
    let mut finish = |sums: &mut [u16], lows: &mut [u8], highs: &mut [u8], rows: u32| {
        let parts = sums.chunks(BLOCK).zip(lows.chunks(BLOCK)).zip(highs.chunks(BLOCK));
        blocks.extend(parts.map(|((sums, lows), highs)| Block {
            sum: sums.iter().copied().map(u32::from).sum(),
            count: sums.len() as u32 * rows,
            low: lows.iter().copied().min().unwrap_or(u8::MAX),
            high: highs.iter().copied().max().unwrap_or(0),
        }));
        sums.fill(0);
        lows.fill(u8::MAX);
        highs.fill(0);
    };
    let mut rows = 0;
    for row in layer.rows() {
        for (((sum, low), high), pixel) in sums.iter_mut().zip(&mut lows).zip(&mut highs).zip(row) {
            *sum += u16::from(*pixel);
            *low = (*low).min(*pixel);
            *high = (*high).max(*pixel);
        }
        rows += 1;
        if rows == BLOCK as u32 {
            finish(&mut sums, &mut lows, &mut highs, rows);
            rows = 0;
        }
    }
    if rows > 0 {
        finish(&mut sums, &mut lows, &mut highs, rows);
    }
    blocks
}

/// Below which ranges a neighbourhood is flat, and below which not busy. What the quietest tenth of the blocks shows is
/// noise; a neighbourhood of 25 blocks of the same noise shows nearly twice as much.
fn flat(blocks: &[Block]) -> (u8, u8) {
    let mut ranges: Vec<u8> = blocks.iter().map(|block| block.range()).collect();
    let tenth = ranges.len() / 10;
    if tenth >= ranges.len() {
        return (FLAT.0, FLAT.0);
    }
    let (_, quiet, _) = ranges.select_nth_unstable(tenth);
    let quiet = u16::from(*quiet);
    let within = |range: u16| range.clamp(FLAT.0.into(), FLAT.1.into()) as u8;
    (within(quiet * 2), within(quiet * 3))
}

/// Each block together with those to its left and right.
fn spread(row: &[Block]) -> impl Iterator<Item = Block> {
    (0..row.len()).map(|x| {
        let near = row.iter().take(x + REACH + 1).skip(x.saturating_sub(REACH));
        near.fold(Block::EMPTY, |sum, block| sum.with(*block))
    })
}
