//! Finder patterns: the squares in three corners of a code, dark and light in the widths 1 : 1 : 3
//! : 1 : 1 on every line through their middle (ISO/IEC 18004:2015, 6.3.3).

use super::binary::BinaryLayer;
use super::budget::Budget;
use super::covered::find_covered;
use super::lines::{Corner, Place, is_finder};

/// Pixels along the side of a cell. A cell remembers one pattern.
const CELL: usize = 4;

/// A finder pattern, in pixels of the frame.
#[derive(Debug, Clone, Copy)]
pub(super) struct FinderPattern {
    pub(super) x: f32,
    pub(super) y: f32,
    /// Length of the row, and of the column, through its middle.
    pub(super) across: f32,
    pub(super) down: f32,
    /// Whether light and dark are exchanged.
    pub(super) inverted: bool,
    /// Rows in which the pattern was seen.
    pub(super) hits: u16,
    /// The part of the rows through its middle in which the pattern was seen, nearly. In a chance
    /// pattern of a code's data it is a third: the middle is a cross.
    pub(super) sure: f32,
    /// Whether it was seen on a line beside its middle only. Its place is less exact.
    pub(super) is_covered: bool,
    /// Whether its light ring is seen all around.
    pub(super) has_ring: bool,
}

/// The part of the rows through the middle in which a sure pattern was seen.
const SURE: f32 = 0.6;

impl FinderPattern {
    /// Pixels along a side, nearly.
    pub(super) fn size(&self) -> f32 {
        (self.across * self.down).sqrt()
    }

    /// Whether enough rows show the pattern to tell it from noise and from chance.
    pub(super) fn is_sure(&self) -> bool {
        self.sure > SURE
    }

    /// Whether both are the same pattern, found twice.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        self.inverted == other.inverted && other.is_at(self.x, self.y)
    }

    /// Whether the place is in the middle of the pattern.
    pub(super) fn is_at(&self, x: f32, y: f32) -> bool {
        (x - self.x).abs() < self.across * 0.3 && (y - self.y).abs() < self.down * 0.3
    }
}

/// The result of a search for patterns.
pub(super) struct FoundPatterns {
    pub(super) patterns: Vec<FinderPattern>,
    /// Rows that looked like a pattern, checked or not.
    pub(super) hits: usize,
}

/// Where patterns are not wanted: on codes that were read.
pub(super) type IsRead<'a> = &'a dyn Fn(f32, f32) -> bool;

/// Looks at every `step`th row of one layer, with each of these thresholds. Rows that are far apart
/// come first, so that a search that ends early has still seen all parts of the picture.
pub(super) fn find_patterns(
    binaries: &[BinaryLayer<'_>],
    step: usize,
    corner: Corner,
    budget: &Budget,
    checks_left: &mut usize,
    is_read: IsRead<'_>,
) -> FoundPatterns {
    let mut found = FoundPatterns { patterns: Vec::new(), hits: 0 };
    let Some(first) = binaries.first() else { return found };
    let (width, height) = (first.layer.width, first.layer.height);
    let factor = first.layer.factor as f32;
    let cells_across = width.div_ceil(CELL);
    // Where a row looks like a pattern, and the rest does not.
    let mut failed: Vec<Place<'_>> = Vec::new();
    let mut cells = vec![0_u16; cells_across * height.div_ceil(CELL)];
    let mut edges = Vec::with_capacity(width);
    let mut wide = Vec::with_capacity(width);
    let checks_kept = checks_left.saturating_sub(budget.checks_at_once);
    let rounds = [0, 2, 1, 3];
    for (binary, round) in rounds.iter().flat_map(|at| binaries.iter().map(move |one| (one, *at))) {
        let mut y = round * step;
        while y < height {
            binary.edges(y, &mut edges);
            wide_middles(&edges, &mut wide);
            for index in places(&wide) {
                let six = edges.get(index..).and_then(<[u16]>::first_chunk);
                let Some(&[a, b, c, d, e, f]) = six else { continue };
                if !is_finder([a, b, c, d, e, f].map(i32::from), 4) {
                    continue;
                }
                found.hits += 1;
                let x = usize::from(c + d) / 2;
                let cell = y / CELL * cells_across + x / CELL;
                let known = cells.get(cell).copied().unwrap_or(0);
                if let Some(pattern) =
                    usize::from(known).checked_sub(1).and_then(|at| found.patterns.get_mut(at))
                {
                    pattern.hits = pattern.hits.saturating_add(1);
                    continue;
                }
                if *checks_left <= checks_kept
                    || found.patterns.len() >= budget.patterns
                    || is_read(x as f32 * factor, y as f32 * factor)
                {
                    continue;
                }
                *checks_left -= 1;
                let (length, inverted) = (usize::from(f - a), index % 2 == 1);
                let place = Place { binary, x, y, length, inverted };
                match place.check(Corner::Whole) {
                    Some(pattern) => remember(&mut found, &mut cells, cells_across, pattern),
                    None if corner == Corner::Covered => failed.push(place),
                    None => {}
                }
            }
            y += step * rounds.len();
        }
    }
    let looks = binaries.len() as f32 / step as f32;
    for pattern in &mut found.patterns {
        let rows = pattern.down * 3.0 / 7.0 * looks;
        pattern.sure = (f32::from(pattern.hits) / rows).min(1.0);
    }
    if corner == Corner::Covered {
        let covered = find_covered(&failed, &found.patterns);
        found.patterns.extend(covered);
    }
    for pattern in &mut found.patterns {
        pattern.x *= factor;
        pattern.y *= factor;
        pattern.across *= factor;
        pattern.down *= factor;
    }
    found
}

/// Sets a byte to 1 for each edge that begins six edges with their widest distance in the middle.
/// That is one edge in five, and a processor cannot predict which edge. So all edges are compared
/// before any edge is looked at.
fn wide_middles(edges: &[u16], wide: &mut Vec<u8>) {
    // Without this many edges there is no place at all.
    let from = |first: usize| edges.get(first..).unwrap_or_default();
    let first = edges.iter().zip(from(1)).zip(from(2));
    let all = first.zip(from(3)).zip(from(4)).zip(from(5));
    wide.clear();
    wide.extend(all.map(|(((((a, b), c), d), e), f)| {
        let middle = d.wrapping_sub(*c);
        let before = (middle > b.wrapping_sub(*a)) & (middle > c.wrapping_sub(*b));
        u8::from(before & (middle > e.wrapping_sub(*d)) & (middle > f.wrapping_sub(*e)))
    }));
    // `places` takes eight bytes at a time.
    wide.resize(wide.len().next_multiple_of(8), 0);
}

/// The indices of the bytes that are 1.
fn places(ones: &[u8]) -> impl Iterator<Item = usize> {
    ones.as_chunks::<8>().0.iter().enumerate().flat_map(|(eight, ones)| {
        let mut ones = u64::from_le_bytes(*ones);
        core::iter::from_fn(move || {
            let place = (ones != 0).then(|| ones.trailing_zeros() as usize / 8)?;
            ones &= ones - 1;
            Some(eight * 8 + place)
        })
    })
}

fn remember(
    found: &mut FoundPatterns,
    cells: &mut [u16],
    cells_across: usize,
    pattern: FinderPattern,
) {
    let at = match found.patterns.iter().position(|known| known.is_same(&pattern)) {
        Some(at) => at,
        None => {
            found.patterns.push(pattern);
            found.patterns.len() - 1
        }
    };
    let (Ok(mark), rows) = (u16::try_from(at + 1), cells.chunks_exact_mut(cells_across)) else {
        return;
    };
    // The dark middle is three sevenths of the pattern.
    let (half_x, half_y) = (pattern.across * 0.2, pattern.down * 0.2);
    let cell = |v: f32| (v.max(0.0) as usize) / CELL;
    let (left, right) = (cell(pattern.x - half_x), cell(pattern.x + half_x));
    let (top, bottom) = (cell(pattern.y - half_y), cell(pattern.y + half_y));
    for row in rows.take(bottom + 1).skip(top) {
        for cell in row.iter_mut().take(right + 1).skip(left) {
            *cell = mark;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wide_middles_are_found_wherever_they_stand() {
        for count in 0_u16..40 {
            // Distances from 1 to 9 in no order, and their sums.
            let distances = (0..count).map(|at| at * at * 7 % 23 % 9 + 1);
            let edges: Vec<u16> = distances
                .scan(3, |edge, distance| {
                    *edge += distance;
                    Some(*edge)
                })
                .collect();
            let is_wide = |six: &[u16]| {
                let apart: Vec<u16> = six.windows(2).map(|two| two[1] - two[0]).collect();
                [0, 1, 3, 4].iter().all(|other| apart[2] > apart[*other])
            };
            let expected: Vec<usize> = edges
                .windows(6)
                .enumerate()
                .filter(|(_, six)| is_wide(six))
                .map(|(at, _)| at)
                .collect();
            let mut wide = vec![7; 3];
            wide_middles(&edges, &mut wide);
            assert_eq!(places(&wide).collect::<Vec<_>>(), expected, "{count}");
            assert!(count < 30 || expected.len() > 2);
        }
    }
}
