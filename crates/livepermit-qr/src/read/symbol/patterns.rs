//! Where the patterns of a symbol are, and in which order its other modules hold the data.
#![cfg_attr(
    not(test),
    expect(
        clippy::arithmetic_side_effects,
        reason = "columns and rows of a grid, whose side is 21 to 177"
    )
)]

use super::format::Format;
use super::grid::Grid;
use crate::standard::{MASK_COLUMNS, MASK_ROWS, inverts};

/// The first version with version information.
const FIRST_WITH_VERSION: u8 = 7;

/// The rows and columns in which alignment patterns have their middle (ISO/IEC 18004:2015, annex
/// E).
fn alignment_centres(modules: usize) -> Vec<usize> {
    let version = modules.saturating_sub(17) / 4;
    if version < 2 {
        return Vec::new();
    }
    let count = version / 7 + 2;
    let last = modules - 7;
    // From the last one backwards in equal steps of an even number of modules. The first two are as
    // far apart as is left.
    let step = match version {
        32 => 26,
        _ => (version * 4 + count * 2 + 1) / (count * 2 - 2) * 2,
    };
    let mut centres: Vec<usize> = (0..count - 1).map(|index| last - index * step).collect();
    centres.push(6);
    centres.reverse();
    centres
}

/// The middle modules of the alignment patterns, column and row, row by row.
pub(in super::super) fn alignment_places(modules: usize) -> Vec<(usize, usize)> {
    let centres = alignment_centres(modules);
    let all = centres.iter().flat_map(|y| centres.iter().map(move |x| (*x, *y)));
    // Finder patterns stand in three of the corners.
    let end = modules.saturating_sub(7);
    all.filter(|place| ![(6, 6), (6, end), (end, 6)].contains(place)).collect()
}

/// The modules of a symbol that hold no data.
pub(super) struct Patterns {
    side: usize,
    /// Row by row.
    covered: Vec<bool>,
}

impl Patterns {
    pub(super) fn of(grid: &Grid) -> Self {
        let side = grid.side();
        let mut patterns = Self { side, covered: vec![false; side * side] };
        // Finder patterns, their separators and the format information.
        patterns.cover((0, 0), (9, 9));
        patterns.cover((side - 8, 0), (8, 9));
        patterns.cover((0, side - 8), (9, 8));
        // Timing patterns.
        patterns.cover((6, 0), (1, side));
        patterns.cover((0, 6), (side, 1));
        for (x, y) in alignment_places(side) {
            patterns.cover((x - 2, y - 2), (5, 5));
        }
        if grid.version() >= FIRST_WITH_VERSION {
            patterns.cover((side - 11, 0), (3, 6));
            patterns.cover((0, side - 11), (6, 3));
        }
        patterns
    }

    fn cover(&mut self, (x, y): (usize, usize), (width, height): (usize, usize)) {
        for row in self.covered.chunks_exact_mut(self.side).skip(y).take(height) {
            row.iter_mut().skip(x).take(width).for_each(|module| *module = true);
        }
    }

    /// Gives the columns and rows of all modules that hold data, in their order: in pairs of
    /// columns from the right to the left, upwards and downwards in turn (ISO/IEC 18004:2015,
    /// 7.7.3).
    pub(super) fn each_of_data(&self, mut visit: impl FnMut(usize, usize)) {
        let mut upwards = true;
        let mut right = self.side - 1;
        while right > 0 {
            // The column of the timing pattern belongs to no pair.
            if right == 6 {
                right = 5;
            }
            for step in 0..self.side {
                let y = if upwards { self.side - 1 - step } else { step };
                for x in [right, right - 1] {
                    if self.covered.get(y * self.side + x) == Some(&false) {
                        visit(x, y);
                    }
                }
            }
            upwards = !upwards;
            right = right.saturating_sub(2);
        }
    }

    /// The codewords without their mask, as they stand in the symbol. Up to seven modules are left
    /// over.
    pub(super) fn codewords(&self, grid: &Grid, format: Format) -> Vec<u8> {
        let mut mask = [[false; MASK_COLUMNS]; MASK_ROWS];
        for (y, row) in mask.iter_mut().enumerate() {
            for (x, module) in row.iter_mut().enumerate() {
                *module = inverts(format.mask, x, y);
            }
        }
        let inverted = |x: usize, y: usize| {
            let row = mask.get(y % MASK_ROWS);
            row.and_then(|row| row.get(x % MASK_COLUMNS)).copied().unwrap_or(false)
        };
        let mut codewords = Vec::with_capacity(grid.side() * grid.side() / 8);
        let (mut codeword, mut bits) = (0_u8, 0_u8);
        self.each_of_data(|x, y| {
            let dark = if format.mirrored { grid.is_dark(y, x) } else { grid.is_dark(x, y) };
            codeword = codeword << 1 | u8::from(dark != inverted(x, y));
            bits += 1;
            if bits == 8 {
                codewords.push(codeword);
                bits = 0;
            }
        });
        codewords
    }

    /// How sure each codeword is: as sure as its least sure module. `None` if the grid does not
    /// tell.
    pub(super) fn sureness(&self, grid: &Grid, format: Format) -> Option<Vec<u8>> {
        if !grid.has_doubts() {
            return None;
        }
        let mut codewords = Vec::with_capacity(grid.side() * grid.side() / 8);
        let (mut least, mut bits) = (u8::MAX, 0_u8);
        self.each_of_data(|x, y| {
            let sure = if format.mirrored { grid.sure(y, x) } else { grid.sure(x, y) };
            least = least.min(sure);
            bits += 1;
            if bits == 8 {
                codewords.push(least);
                (least, bits) = (u8::MAX, 0);
            }
        });
        Some(codewords)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn alignment_centres_are_those_of_the_standard() {
        assert_eq!(alignment_centres(21), [0_usize; 0]);
        assert_eq!(alignment_centres(17 + 4 * 2), [6, 18]);
        assert_eq!(alignment_centres(17 + 4 * 7), [6, 22, 38]);
        assert_eq!(alignment_centres(17 + 4 * 14), [6, 26, 46, 66]);
        assert_eq!(alignment_centres(17 + 4 * 15), [6, 26, 48, 70]);
        assert_eq!(alignment_centres(17 + 4 * 16), [6, 26, 50, 74]);
        assert_eq!(alignment_centres(17 + 4 * 22), [6, 26, 50, 74, 98]);
        assert_eq!(alignment_centres(17 + 4 * 32), [6, 34, 60, 86, 112, 138]);
        assert_eq!(alignment_centres(17 + 4 * 36), [6, 24, 50, 76, 102, 128, 154]);
        assert_eq!(alignment_centres(17 + 4 * 39), [6, 26, 54, 82, 110, 138, 166]);
        assert_eq!(alignment_centres(17 + 4 * 40), [6, 30, 58, 86, 114, 142, 170]);
    }
}
