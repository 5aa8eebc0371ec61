//! Looks along lines through a place: whether a finder pattern is there, and where exactly.

use super::binary::BinaryLayer;
use super::finder::FinderPattern;

/// A place in a layer where a row looks like a pattern.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    pub(super) binary: &'a BinaryLayer<'a>,
    pub(super) x: usize,
    pub(super) y: usize,
    /// Pixels of the row. Seen from the side, a column is up to three times as long, of which the
    /// dark middle is three sevenths.
    pub(super) length: usize,
    /// Whether light and dark are exchanged.
    pub(super) inverted: bool,
}

/// Whether six edges have the distances of a finder pattern. Only edges of the same kind are
/// compared (both from dark to light, or both from light to dark), because blur and a wrong
/// threshold move these equally. `slack` is in tenths.
pub(super) fn is_finder([a, b, c, d, e, f]: [i32; 6], slack: i32) -> bool {
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

/// How much of a pattern must be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Corner {
    /// Its row and its column, through its middle.
    Whole,
    /// A finger may cover a corner of the pattern, and so one end of its row or column. Then the
    /// lines a module beside the middle show the pattern, and its middle must be a square: a code's
    /// data has many crosses.
    Covered,
}

impl Corner {
    /// The steps to the lines that are looked at in turn.
    fn steps(self, length: usize) -> impl Iterator<Item = isize> {
        let module = (length / 7) as isize;
        let lines = if self == Self::Whole { 1 } else { 3 };
        [0, -module, module].into_iter().take(lines)
    }
}

impl Place<'_> {
    /// Looks along the column, the row and both diagonals through the place. `None` if no pattern
    /// is there.
    pub(super) fn check(&self, corner: Corner) -> Option<FinderPattern> {
        let column = |step: isize| self.moved(step, 0)?.line((0, 1), 6);
        let (step_x, (shift, down)) =
            corner.steps(self.length).find_map(|step| Some((step, column(step)?)))?;
        let middle = self.moved(0, shift)?;
        let row = |step: isize| middle.moved(0, step)?.line((1, 0), 6);
        let (step_y, (shift, across)) =
            corner.steps(down as usize).find_map(|step| Some((step, row(step)?)))?;
        let middle = middle.moved(shift, 0)?;
        if across > 3.0 * down || down > 3.0 * across {
            return None;
        }
        let is_beside = step_x != 0 || step_y != 0;
        if is_beside && !middle.is_square((across / 7.0, down / 7.0)) {
            return None;
        }
        // Again, now through the middle.
        let (y, down) = middle.moved(step_x, 0)?.exact((0, 1))?;
        let (x, across) = middle.moved(0, step_y)?.exact((1, 0))?;
        // One diagonal is enough: a finger or a scratch at a corner of the pattern spoils the other.
        let (_, oblique) = middle.line((1, 1), 8).or_else(|| middle.line((1, -1), 8))?;
        middle.stands_out(across, down).then(|| FinderPattern {
            x,
            y,
            across,
            down,
            inverted: self.inverted,
            hits: 1,
            sure: 0.0,
            is_covered: is_beside,
            has_ring: middle.has_ring((x, y), (across, down), oblique),
        })
    }

    fn moved(&self, dx: isize, dy: isize) -> Option<Self> {
        let (x, y) = (self.x.checked_add_signed(dx)?, self.y.checked_add_signed(dy)?);
        Some(Self { x, y, ..*self })
    }

    /// Whether the place is as dark as the middle of the pattern is.
    fn is_dark(&self) -> bool {
        self.x < self.binary.layer.width
            && self.y < self.binary.layer.height
            && self.binary.is_dark(self.x, self.y) != self.inverted
    }

    /// Whether the middle is dark and the ring around it is light, in all directions. The data of a
    /// code and noise show a pattern's row and column by chance, and seldom all of this.
    fn has_ring(&self, (x, y): (f32, f32), (across, down): (f32, f32), oblique: f32) -> bool {
        // The light ring lies 1.5 to 2.5 modules from the middle along the sides, and 2.1 to 3.5
        // along the diagonals.
        const RING: f32 = 2.25;
        const MIDDLE: f32 = 0.9;
        const TURNS: u8 = 16;
        // Of twice as many places.
        const MOST_WRONG: u8 = 6;
        // A pattern that is turned is longer along row and column, or along the diagonal.
        let turned = (oblique * core::f32::consts::SQRT_2 / (across * down).sqrt()).min(1.0);
        let (across, down) = (across * turned / 7.0, down * turned / 7.0);
        let is_dark = |radius: f32, turn: u8| {
            let angle = f32::from(turn) * core::f32::consts::TAU / f32::from(TURNS);
            let (sin, cos) = angle.sin_cos();
            let (u, v) = (x + radius * across * cos, y + radius * down * sin);
            u >= 0.0 && v >= 0.0 && Self { x: u as usize, y: v as usize, ..*self }.is_dark()
        };
        let wrong = (0..TURNS)
            .map(|turn| u8::from(is_dark(RING, turn)) + u8::from(!is_dark(MIDDLE, turn)))
            .sum::<u8>();
        wrong <= MOST_WRONG
    }

    /// Whether three corners of the pattern's middle, at least, are as dark as the middle.
    fn is_square(&self, (across, down): (f32, f32)) -> bool {
        let (across, down) = (across as isize, down as isize);
        let corners = [(-across, -down), (across, -down), (-across, down), (across, down)];
        let is_dark =
            |(dx, dy): &(isize, isize)| self.moved(*dx, *dy).is_some_and(|corner| corner.is_dark());
        corners.iter().filter(|corner| is_dark(corner)).count() >= 3
    }

    /// Whether dark and light differ by more than chance. The measure is the difference between two
    /// neighbouring lines, which are equal in a pattern. In noise also, some pixels are darker than
    /// the mean and some are lighter, but they differ only 1.4 times as much as any two pixels.
    fn stands_out(&self, across: f32, down: f32) -> bool {
        const APART: f32 = 2.1;
        let Self { binary, x, y, .. } = *self;
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

    /// The distance to the middle in whole steps, and the length of the pattern. `slack` as for
    /// [`is_finder`].
    fn line(&self, direction: (isize, isize), slack: i32) -> Option<(isize, f32)> {
        let [[c, b, a], [d, e, f]] = self.both_ways(direction)?;
        // Both walks count the pixel where they start.
        let edges = [-a, -b, -c, d - 1, e - 1, f - 1];
        if !is_finder(edges, slack) {
            return None;
        }
        let shift = (d - c + f - a) / 4;
        Some((shift as isize, (f - 1 + a) as f32))
    }

    /// The middle of the pattern along a column or a row, and its length. Its edges lie between
    /// pixels: where the line between the levels of two neighbours crosses the threshold.
    fn exact(&self, (dx, dy): (isize, isize)) -> Option<(f32, f32)> {
        let [before, after] = self.both_ways((dx, dy))?;
        let edge = |steps: i32, sign: isize| {
            let at = |steps: isize| self.moved(steps * dx * sign, steps * dy * sign);
            let steps = steps as isize;
            let part = match (at(steps - 1), at(steps)) {
                (Some(a), Some(b)) => self.binary.crossing((a.x, a.y), (b.x, b.y)),
                _ => None,
            };
            (steps as f32 - 0.5 + part.unwrap_or(0.0)) * sign as f32
        };
        let [c, b, a] = before.map(|steps| edge(steps, -1));
        let [d, e, f] = after.map(|steps| edge(steps, 1));
        let start = if dx == 0 { self.y } else { self.x };
        Some((start as f32 + 0.5 + (a + b + c + d + e + f) / 6.0, f - a))
    }

    /// The steps of [`Self::walk`] against a direction and along it.
    fn both_ways(&self, (dx, dy): (isize, isize)) -> Option<[[i32; 3]; 2]> {
        Some([self.walk((-dx, -dy))?, self.walk((dx, dy))?])
    }

    /// Steps to the first, the second and the third change between dark and light, at least 1. The
    /// first change must come within the length of the row. The distance between two changes may be
    /// three times the distance to the first change, which is one and a half modules. So the walk
    /// ends after a few steps at most places.
    fn walk(&self, (dx, dy): (isize, isize)) -> Option<[i32; 3]> {
        let mut pixels = self.binary.walk(self.x, self.y, dx, dy);
        let mut changes = [0; 3];
        let (mut steps, mut run, mut limit) = (0, self.length, self.length);
        // The middle is dark, or light if inverted.
        let mut expected = !self.inverted;
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
}
