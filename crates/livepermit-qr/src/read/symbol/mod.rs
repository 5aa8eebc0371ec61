//! From the modules of a symbol to its content (ISO/IEC 18004:2015, 12): QR codes of versions 1 to
//! 40, also mirrored. Model 1 and Micro QR codes are not read.
//!
//! Nothing here trusts the modules: a stranger has drawn them. All work is bounded by the 177 × 177
//! modules of version 40, and nothing can panic.

mod blocks;
mod format;
mod galois;
mod grid;
mod patterns;
mod reed_solomon;
mod segments;
#[cfg(all(test, feature = "draw"))]
mod tests;

use core::cell::OnceCell;

use super::code::Part;
use blocks::Blocks;
use format::{Format, formats};
use patterns::Patterns;

pub(super) use grid::Grid;
pub(super) use patterns::alignment_places;

/// The content of a symbol.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Content {
    /// Digits and alphanumeric characters as ASCII, bytes as they are, Kanji as Shift JIS, Hanzi as
    /// GB 2312.
    pub(super) bytes: Vec<u8>,
    /// If the message is split over several symbols: which part this one holds.
    pub(super) part: Option<Part>,
}

/// Reads a symbol. `None` if too much of it is wrong.
pub(super) fn decode(grid: &Grid) -> Option<Content> {
    let patterns = Patterns::of(grid);
    let mut formats = formats(grid);
    // Doubtful codewords are given up for the likeliest format only: each attempt at something that
    // is no code adds to the probability that a code is seen in it.
    let first = decode_as(grid, &patterns, formats.next()?, true);
    first.or_else(|| formats.find_map(|format| decode_as(grid, &patterns, format, false)))
}

fn decode_as(grid: &Grid, patterns: &Patterns, format: Format, gives_up: bool) -> Option<Content> {
    let blocks = Blocks::of(grid.version(), format.level)?;
    let sureness = OnceCell::new();
    let sureness = || match gives_up {
        true => sureness.get_or_init(|| patterns.sureness(grid, format)).as_deref(),
        false => None,
    };
    let data = blocks.corrected(&patterns.codewords(grid, format), sureness)?;
    segments::content(grid.version(), &data)
}
