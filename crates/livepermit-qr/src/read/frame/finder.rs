//! Finder patterns: the squares in three corners of a code, dark and light in the widths 1 : 1 : 3
//! : 1 : 1 on every line through their middle (ISO/IEC 18004:2015, 6.3.3).

use super::binary::BinaryLayer;
use super::budget::Budget;

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
    sure: f32,
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
        self.inverted == other.inverted
            && (self.x - other.x).abs() < other.across * 0.3
            && (self.y - other.y).abs() < other.down * 0.3
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
    budget: &Budget,
    checks_left: &mut usize,
    is_read: IsRead<'_>,
) -> FoundPatterns {
    let mut found = FoundPatterns { patterns: Vec::new(), hits: 0 };
    let Some(first) = binaries.first() else { return found };
    let (width, height) = (first.layer.width, first.layer.height);
    let factor = first.layer.factor as f32;
    let cells_across = width.div_ceil(CELL);
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
                let Some(pattern) = check(binary, x, y, usize::from(f - a), index % 2 == 1) else {
                    continue;
                };
                remember(&mut found, &mut cells, cells_across, pattern);
            }
            y += step * rounds.len();
        }
    }
    let looks = binaries.len() as f32 / step as f32;
    for pattern in &mut found.patterns {
        pattern.sure = (f32::from(pattern.hits) / (pattern.down * 3.0 / 7.0 * looks)).min(1.0);
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

/// Whether six edges have the distances of a finder pattern. Only edges of the same kind are
/// compared (both from dark to light, or both from light to dark), because blur and a wrong
/// threshold move these equally. `slack` is in tenths.
fn is_finder([a, b, c, d, e, f]: [i32; 6], slack: i32) -> bool {
    let total = f - a;
    // Seven modules with almost one and a half pixels each.
    if total < 10 {
        return false;
    }
    let near = |length: i32, modules: i32, slack: i32| {
        10 * (7 * length - modules * total).abs() <= slack * total + 56
    };
    near(c - a, 2, slack)
        & near(f - d, 2, slack)
        & near(d - b, 4, slack + 2)
        & near(e - c, 4, slack + 2)
}

/// Looks along the column, the row and both diagonals through a place. `None` if no pattern is
/// there.
fn check(
    binary: &BinaryLayer<'_>,
    x: usize,
    y: usize,
    length: usize,
    inverted: bool,
) -> Option<FinderPattern> {
    // Seen from the side, a column is up to three times as long as the row, of which the dark
    // middle is three sevenths.
    let reach = length;
    let (shift, down) = line(binary, x, y, (0, 1), reach, inverted, 6)?;
    let y = y.checked_add_signed(shift)?;
    let (shift, across) = line(binary, x, y, (1, 0), reach, inverted, 6)?;
    let x = x.checked_add_signed(shift)?;
    if across > 3.0 * down || down > 3.0 * across {
        return None;
    }
    // Again, now through the middle.
    let (middle_y, down) = exact(binary, x, y, (0, 1), reach, inverted)?;
    let (middle_x, across) = exact(binary, x, y, (1, 0), reach, inverted)?;
    // One diagonal is enough: a finger or a scratch at a corner of the pattern spoils the other.
    line(binary, x, y, (1, 1), reach, inverted, 8)
        .or_else(|| line(binary, x, y, (1, -1), reach, inverted, 8))?;
    stands_out(binary, x, y, across, down).then_some(FinderPattern {
        x: middle_x,
        y: middle_y,
        across,
        down,
        inverted,
        hits: 1,
        sure: 0.0,
    })
}

/// Whether dark and light differ by more than chance. The measure is the difference between two
/// neighbouring lines, which are equal in a pattern. In noise also, some pixels are darker than the
/// mean and some are lighter, but they differ only 1.4 times as much as any two pixels.
fn stands_out(binary: &BinaryLayer<'_>, x: usize, y: usize, across: f32, down: f32) -> bool {
    const APART: f32 = 2.1;
    let mut sums = [(0_u32, 0_u32); 2];
    let mut unlike = 0_u32;
    let (half_x, half_y) = ((across / 2.0) as usize, (down / 2.0) as usize);
    let mut add = |x: usize, y: usize, beside: (usize, usize)| {
        let level = binary.layer.get(x, y);
        let [light, dark] = &mut sums;
        let (count, sum) = if binary.is_dark(x, y) { dark } else { light };
        *count += 1;
        *sum += u32::from(level);
        unlike += u32::from(level.abs_diff(binary.layer.get(beside.0, beside.1)));
    };
    for x in x.saturating_sub(half_x)..(x + half_x).min(binary.layer.width) {
        add(x, y, (x, (y + 1).min(binary.layer.height - 1)));
    }
    for y in y.saturating_sub(half_y)..(y + half_y).min(binary.layer.height) {
        add(x, y, ((x + 1).min(binary.layer.width - 1), y));
    }
    let [(lights, light), (darks, dark)] = sums.map(|(count, sum)| (count as f32, sum as f32));
    light / lights - dark / darks > APART * unlike as f32 / (lights + darks)
}

/// The distance to the middle in whole steps, and the length of the pattern.
fn line(
    binary: &BinaryLayer<'_>,
    x: usize,
    y: usize,
    (dx, dy): (isize, isize),
    reach: usize,
    inverted: bool,
    slack: i32,
) -> Option<(isize, f32)> {
    let [c, b, a] = walk(binary, x, y, (-dx, -dy), reach, inverted)?;
    let [d, e, f] = walk(binary, x, y, (dx, dy), reach, inverted)?;
    // Both walks count the pixel where they start.
    let edges = [-a, -b, -c, d - 1, e - 1, f - 1];
    if !is_finder(edges, slack) {
        return None;
    }
    let shift = (d - c + f - a) / 4;
    Some((shift as isize, (f - 1 + a) as f32))
}

/// The middle of the pattern along a column or a row, and its length. Its edges lie between pixels:
/// where the line between the levels of two neighbours crosses the threshold.
fn exact(
    binary: &BinaryLayer<'_>,
    x: usize,
    y: usize,
    (dx, dy): (isize, isize),
    reach: usize,
    inverted: bool,
) -> Option<(f32, f32)> {
    let before = walk(binary, x, y, (-dx, -dy), reach, inverted)?;
    let after = walk(binary, x, y, (dx, dy), reach, inverted)?;
    let edge = |steps: i32, sign: isize| {
        let at = |steps: isize| {
            (x.checked_add_signed(steps * dx * sign), y.checked_add_signed(steps * dy * sign))
        };
        let steps = steps as isize;
        let part = match (at(steps - 1), at(steps)) {
            ((Some(ax), Some(ay)), (Some(bx), Some(by))) => binary.crossing((ax, ay), (bx, by)),
            _ => None,
        };
        (steps as f32 - 0.5 + part.unwrap_or(0.0)) * sign as f32
    };
    let [c, b, a] = before.map(|steps| edge(steps, -1));
    let [d, e, f] = after.map(|steps| edge(steps, 1));
    let start = if dx == 0 { y } else { x };
    Some((start as f32 + 0.5 + (a + b + c + d + e + f) / 6.0, f - a))
}

/// Steps to the first, the second and the third change between dark and light, at least 1. The
/// first change must come within `reach`. The distance between two changes may be three times the
/// distance to the first change, which is one and a half modules. So the walk ends after a few
/// steps at most places.
fn walk(
    binary: &BinaryLayer<'_>,
    x: usize,
    y: usize,
    (dx, dy): (isize, isize),
    reach: usize,
    inverted: bool,
) -> Option<[i32; 3]> {
    let mut pixels = binary.walk(x, y, dx, dy);
    let mut changes = [0; 3];
    let (mut steps, mut run, mut limit) = (0, reach, reach);
    // The middle is dark, or light if inverted.
    let mut expected = !inverted;
    let mut is_dark = pixels.next()?;
    for (index, change) in changes.iter_mut().enumerate() {
        while is_dark == expected {
            steps += 1;
            if steps > limit {
                return None;
            }
            is_dark = match pixels.next() {
                Some(is_dark) => is_dark,
                // The outer ring may end with the picture.
                None if index == 2 => !expected,
                None => return None,
            };
        }
        if steps == 0 {
            return None;
        }
        *change = steps as i32;
        run = if index == 0 { steps * 3 + 3 } else { run };
        limit = steps + run;
        expected = !expected;
    }
    Some(changes)
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
