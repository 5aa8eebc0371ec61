//! What is dark: less light than around it.

use super::grey::Layer;

/// Pixels along the side of a block that has one threshold.
pub(super) const BLOCK: usize = 8;
/// Blocks to each side that are looked at for it.
const REACH: usize = 2;
/// Grey levels between the darkest and the lightest pixel of a neighbourhood below which nothing in it is dark.
const FLAT: u8 = 5;

/// A layer with the threshold of each block.
pub(super) struct Binary<'a> {
    pub(super) layer: &'a Layer<'a>,
    thresholds: Vec<u8>,
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
}

impl<'a> Binary<'a> {
    pub(super) fn new(layer: &'a Layer<'a>) -> Self {
        let columns = layer.width.div_ceil(BLOCK);
        let rows = layer.height.div_ceil(BLOCK);
        let mut blocks = vec![Block::EMPTY; columns * rows];
        for (y, row) in layer.rows().enumerate() {
            let line = blocks.iter_mut().skip(y / BLOCK * columns);
            let (whole, rest) = row.as_chunks::<BLOCK>();
            let mut line = line;
            for (block, pixels) in line.by_ref().zip(whole) {
                add(block, pixels);
            }
            if let Some(block) = line.next()
                && !rest.is_empty()
            {
                add(block, rest);
            }
        }
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
                if block.high - block.low.min(block.high) < FLAT { 0 } else { mean }
            }));
        }
        Self { layer, thresholds, columns }
    }

    pub(super) fn is_dark(&self, x: usize, y: usize) -> bool {
        let threshold = self.thresholds.get(y / BLOCK * self.columns + x / BLOCK).copied().unwrap_or(0);
        self.layer.get(x, y) < threshold
    }

    /// Where a row changes between light and dark. It starts light: the first is the start of something dark.
    pub(super) fn edges(&self, y: usize, edges: &mut Vec<u16>) {
        edges.clear();
        let thresholds = self.thresholds.iter().skip(y / BLOCK * self.columns);
        let mut before = 0_u8;
        let mut start = 0_u16;
        let (whole, rest) = self.layer.row(y).as_chunks::<BLOCK>();
        let mut last = [u8::MAX; BLOCK];
        for (to, from) in last.iter_mut().zip(rest) {
            *to = *from;
        }
        let end = (!rest.is_empty()).then_some(&last);
        for (pixels, threshold) in whole.iter().chain(end).zip(thresholds) {
            let mut dark = 0_u8;
            for (bit, pixel) in pixels.iter().enumerate() {
                dark |= u8::from(pixel < threshold) << bit;
            }
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

fn add(block: &mut Block, pixels: &[u8]) {
    let mut sum = 0;
    for pixel in pixels {
        sum += u32::from(*pixel);
        block.low = block.low.min(*pixel);
        block.high = block.high.max(*pixel);
    }
    block.sum += sum;
    block.count += pixels.len() as u32;
}

/// Each block together with those to its left and right.
fn spread(row: &[Block]) -> impl Iterator<Item = Block> {
    (0..row.len()).map(|x| {
        let near = row.iter().take(x + REACH + 1).skip(x.saturating_sub(REACH));
        near.fold(Block::EMPTY, |sum, block| sum.with(*block))
    })
}
