//! From the place of every module to dark or light.

use super::super::symbol::{Grid, alignment_places};
use super::grey::{GreyLayer, PARTS_OF_LEVEL};
use super::projection::solve;
use super::symbol::Symbol;

/// Modules to each side with which a module is compared.
const REACH: usize = 3;

/// The light of each module of a symbol.
pub(super) struct Modules {
    side: usize,
    /// The light above the mean of the surroundings, divided by their contrast; dark is negative.
    /// Row by row, with [`BORDER`] on each side.
    levels: Vec<f32>,
}

/// Where in a module its light is taken, in modules from its middle.
pub(super) type Spots = &'static [(f32, f32)];

/// The middle alone: enough for a clear code, and for most of what is none.
pub(super) const MIDDLE: Spots = &[(0.0, 0.0)];

/// Several spots, if a module has enough pixels: their mean has less noise and hides the gaps
/// between the pixels of a screen. They are near the middle, because the edges of a module mix with
/// its neighbours.
pub(super) fn spots(layer: &GreyLayer<'_>, symbol: &Symbol) -> Spots {
    let middle = symbol.modules as f32 / 2.0;
    match symbol.projection.module_size(middle, middle) / layer.factor as f32 {
        ..2.2 => MIDDLE,
        ..3.0 => &[(-0.15, -0.15), (0.15, -0.15), (-0.15, 0.15), (0.15, 0.15)],
        _ => &[(0.0, 0.0), (-0.24, -0.24), (0.24, -0.24), (-0.24, 0.24), (0.24, 0.24)],
    }
}

/// Modules around the symbol that are sampled too, so that all its modules have neighbours.
const BORDER: usize = 2;

impl Modules {
    /// Takes the light of each module at the point of the frame that `place` gives for its middle.
    pub(super) fn sampled(
        layer: &GreyLayer<'_>,
        symbol: &Symbol,
        spots: Spots,
        place: impl Fn(f32, f32) -> (f32, f32),
    ) -> Self {
        let side = symbol.modules + 2 * BORDER;
        let middle = symbol.modules as f32 / 2.0;
        let (at, right, below) =
            (place(middle, middle), place(middle + 1.0, middle), place(middle, middle + 1.0));
        let origin = layer.place(0.0, 0.0);
        let offset = |(dx, dy): &(f32, f32)| {
            let (x, y) = layer.place(
                (right.0 - at.0) * dx + (below.0 - at.0) * dy,
                (right.1 - at.1) * dx + (below.1 - at.1) * dy,
            );
            (x - origin.0, y - origin.1)
        };
        let offsets: Vec<(i32, i32)> = spots.iter().map(offset).collect();
        let part = 1.0 / (spots.len() as f32 * PARTS_OF_LEVEL);
        let mut levels = Vec::with_capacity(side * side);
        for row in 0..side {
            for column in 0..side {
                let (x, y) =
                    (column as f32 + 0.5 - BORDER as f32, row as f32 + 0.5 - BORDER as f32);
                let (u, v) = place(x, y);
                let (u, v) = layer.place(u, v);
                // Five times the lightest level is below 2³².
                let sum: u32 = offsets
                    .iter()
                    .map(|(du, dv)| layer.at_place(u.saturating_add(*du), v.saturating_add(*dv)))
                    .sum();
                let level = sum as f32 * part;
                levels.push(if symbol.inverted { 255.0 - level } else { level });
            }
        }
        let mut modules = Self { side, levels };
        modules.even_out();
        modules
    }

    /// Removes light that is the same all around, as from lamps, haze and bands.
    fn even_out(&mut self) {
        let mean = box_mean(&self.levels, self.side, REACH);
        for (level, mean) in self.levels.iter_mut().zip(&mean) {
            *level -= mean;
        }
        let sizes: Vec<f32> = self.levels.iter().map(|level| level.abs()).collect();
        let contrast = box_mean(&sizes, self.side, REACH);
        for (level, contrast) in self.levels.iter_mut().zip(&contrast) {
            *level /= contrast.max(0.5);
        }
    }

    /// The part of the modules of known colour that have this colour. In codes that can be read
    /// nine tenths of them do, before anything is sharpened; in things that only look like a code
    /// half of them do.
    pub(super) fn agreement(&self) -> f32 {
        let (mut right, mut all) = (0_usize, 0_usize);
        for (x, y, is_dark) in known_modules(self.side - 2 * BORDER) {
            let level = self.levels.get((y + BORDER) * self.side + x + BORDER);
            right += usize::from(level.is_some_and(|level| (*level < 0.0) == is_dark));
            all += 1;
        }
        right as f32 / all as f32
    }

    /// The symbol without sharpening.
    pub(super) fn plain(&self) -> Option<Grid> {
        self.read(|at| self.levels.get(at).copied().unwrap_or(0.0))
    }

    /// The symbol with blur and shaking removed, in whatever direction. The modules whose colour is
    /// known (finder, alignment and timing patterns) tell how much light spilled from one module to
    /// its neighbours, up to `reach` modules away: 1 or 2.
    pub(super) fn sharpened(&self, reach: usize) -> Option<Grid> {
        match reach {
            1 => self.equalised::<9, 10, 11>(1),
            _ => self.equalised::<25, 26, 27>(2),
        }
    }

    fn equalised<const AREA: usize, const TERMS: usize, const WIDTH: usize>(
        &self,
        reach: usize,
    ) -> Option<Grid> {
        let mut sums = [[0.0_f64; WIDTH]; TERMS];
        let across = 2 * reach + 1;
        let neighbours = |at: usize| -> [f32; AREA] {
            core::array::from_fn(|index| {
                let at = at + index / across * self.side + index % across;
                at.checked_sub(reach * self.side + reach)
                    .and_then(|at| self.levels.get(at))
                    .copied()
                    .unwrap_or(0.0)
            })
        };
        for (x, y, is_dark) in known_modules(self.side - 2 * BORDER) {
            let near = neighbours((y + BORDER) * self.side + x + BORDER);
            let wanted = if is_dark { -1.0 } else { 1.0 };
            let mut row = [0.0_f64; WIDTH];
            for (term, level) in row.iter_mut().zip(near) {
                *term = f64::from(level.clamp(-2.5, 2.5));
            }
            if let [.., one, right] = row.as_mut_slice() {
                (*one, *right) = (1.0, wanted);
            }
            for (sums, left) in sums.iter_mut().zip(row) {
                for (sum, right) in sums.iter_mut().zip(row) {
                    *sum += left * right;
                }
            }
        }
        // A small weight for leaving the levels as they are, for codes with few known modules.
        let middle = AREA / 2;
        for (index, row) in sums.iter_mut().enumerate().take(AREA) {
            if let Some(own) = row.get_mut(index) {
                *own += 4.0;
            }
            if index == middle
                && let Some(right) = row.last_mut()
            {
                *right += 4.0;
            }
        }
        let weights = solve(sums)?.map(|weight| weight as f32);
        let constant = weights.last().copied().unwrap_or(0.0);
        self.read(|at| {
            let near = neighbours(at);
            near.iter()
                .zip(&weights)
                .map(|(level, weight)| level.clamp(-2.5, 2.5) * weight)
                .sum::<f32>()
                + constant
        })
    }

    /// The modules without the border around them. `light` is negative for the indices of dark
    /// modules.
    fn read(&self, light: impl Fn(usize) -> f32) -> Option<Grid> {
        let place = |x: usize, y: usize| (y + BORDER) * self.side + x + BORDER;
        Grid::of_light(self.side - 2 * BORDER, |x, y| light(place(x, y)))
    }
}

/// The mean over a square of `2 * reach + 1` values, smaller at the edges.
fn box_mean(values: &[f32], side: usize, reach: usize) -> Vec<f32> {
    let mut across = Vec::with_capacity(values.len());
    for row in values.chunks_exact(side) {
        running_mean(row.iter().copied(), side, reach, &mut across);
    }
    // Down each column by adding and subtracting whole rows.
    let mut sums = vec![0.0_f32; side];
    let (mut entering, mut leaving) = (across.chunks_exact(side), across.chunks_exact(side));
    let mut means = Vec::with_capacity(values.len());
    let mut count = 0.0;
    for row in entering.by_ref().take(reach) {
        sums.iter_mut().zip(row).for_each(|(sum, value)| *sum += value);
        count += 1.0;
    }
    for y in 0..side {
        if let Some(row) = entering.next() {
            sums.iter_mut().zip(row).for_each(|(sum, value)| *sum += value);
            count += 1.0;
        }
        if y > reach
            && let Some(row) = leaving.next()
        {
            sums.iter_mut().zip(row).for_each(|(sum, value)| *sum -= value);
            count -= 1.0;
        }
        means.extend(sums.iter().map(|sum| sum / count));
    }
    means
}

fn running_mean(
    row: impl Iterator<Item = f32> + Clone,
    side: usize,
    reach: usize,
    means: &mut Vec<f32>,
) {
    let (mut entering, mut leaving) = (row.clone(), row);
    let mut sum: f32 = entering.by_ref().take(reach).sum();
    let mut count = reach.min(side) as f32;
    for x in 0..side {
        if let Some(value) = entering.next() {
            sum += value;
            count += 1.0;
        }
        if x > reach
            && let Some(value) = leaving.next()
        {
            sum -= value;
            count -= 1.0;
        }
        means.push(sum / count);
    }
}

/// The modules that are the same in every code of this size: their column and row, and whether they
/// are dark.
fn known_modules(modules: usize) -> impl Iterator<Item = (usize, usize, bool)> {
    let end = modules - 7;
    let finders = [(0, 0), (end, 0), (0, end)].into_iter().flat_map(move |(left, top)| {
        (0..49).map(move |index: usize| {
            let (x, y) = (index % 7, index / 7);
            let away = x.abs_diff(3).max(y.abs_diff(3));
            (left + x, top + y, away != 2)
        })
    });
    let borders = (0..8).flat_map(move |at| {
        let far = end - 1;
        [(at, 7), (7, at), (far, at), (end + at.min(6), 7), (7, end + at.min(6)), (at, far)]
            .map(|(x, y)| (x, y, false))
    });
    let timing = (8..end - 1).flat_map(|at| [(at, 6, at % 2 == 0), (6, at, at % 2 == 0)]);
    let alignment = alignment_places(modules).into_iter().flat_map(|(x, y)| {
        (0..25).map(move |index: usize| {
            let (dx, dy) = (index % 5, index / 5);
            (x + dx - 2, y + dy - 2, dx.abs_diff(2).max(dy.abs_diff(2)) != 1)
        })
    });
    finders.chain(borders).chain(timing).chain(alignment)
}
