//! The format information: level of error correction, mask, and whether the symbol is mirrored.

use super::grid::Grid;
use crate::standard::{FORMAT_MASK, Level, format_information, format_places};

/// Wrong modules of 15 that are corrected. Any two formats differ in seven (ISO/IEC 18004:2015,
/// C.1).
const MOST_WRONG: u32 = 3;

/// How the data of a symbol is to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Format {
    pub(super) level: Level,
    /// 0 to 7.
    pub(super) mask: u8,
    /// Whether columns and rows are exchanged.
    pub(super) mirrored: bool,
}

/// The formats that the symbol may have, the nearest to both copies first: eight at most, because
/// each of the two copies can be near one format of each of the four kinds below. The error
/// correction of the data decides between them.
pub(super) fn formats(grid: &Grid) -> impl Iterator<Item = Format> {
    let mut found = Vec::new();
    for mirrored in [false, true] {
        let copies = copies(grid, mirrored);
        // Some programs draw the format information without its mask.
        for left_out in [0, FORMAT_MASK] {
            for (level, mask) in Level::ALL.into_iter().flat_map(|l| (0..8).map(move |m| (l, m))) {
                let drawn = format_information(level, mask) ^ left_out;
                let [first, second] = copies.map(|copy| (copy ^ drawn).count_ones());
                if first.min(second) <= MOST_WRONG {
                    let wrong = first.saturating_add(second);
                    found.push((wrong, left_out, Format { level, mask, mirrored }));
                }
            }
        }
    }
    // Stable: of two that are equally near, the one that is not mirrored comes first.
    found.sort_by_key(|(wrong, left_out, _)| (*wrong, *left_out));
    found.into_iter().map(|(_, _, format)| format)
}

/// Both copies as they stand in the symbol. The dark module beside the second is no part of it.
fn copies(grid: &Grid, mirrored: bool) -> [u16; 2] {
    let mut copies = [0; 2];
    for bit in (0..15).rev() {
        for (copy, (x, y)) in copies.iter_mut().zip(format_places(bit, grid.side())) {
            let dark = if mirrored { grid.is_dark(y, x) } else { grid.is_dark(x, y) };
            *copy = *copy << 1 | u16::from(dark);
        }
    }
    copies
}
