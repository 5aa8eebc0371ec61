//! Paper that is not flat. Its modules are not where a plane through three corners has them, so
//! the places are measured at the patterns that every code of this size shares, and at the data
//! itself.

use super::alignment::{alignment, places_outwards};
use super::grey::GreyLayer;
use super::projection::{Projection, SeenModule, solve};
use super::symbol::{FINDER, Symbol, TIMING};

/// The least distance from the plane, in modules, for which paper counts as bent.
const DIFFERS: f32 = 0.25;
/// How well a timing pattern alternates where it was followed; 1 is perfect.
const TIMING_AGREES: f32 = 0.7;
/// Terms of a polynomial of two variables up to the third power.
const TERMS: usize = 10;
/// How strongly each term is held at 0 where nothing is seen. The plane is nearly right, and higher
/// powers must not run away outside the places that were seen.
const HELD: [f64; TERMS] = [1e-4, 1e-4, 1e-4, 0.01, 0.01, 0.01, 0.1, 0.1, 0.1, 0.1];
/// Modules of a timing pattern that are compared at once.
const WINDOW: usize = 8;
/// Modules between two such places.
const WINDOWS_APART: usize = 4;
/// The side of a block of data, in modules.
const BLOCK: usize = 8;
/// Modules between the middles of two blocks.
const BLOCKS_APART: usize = 6;

/// Where the modules of a bent code are: a plane, a smooth distance from the plane, and what is
/// left at folds.
#[derive(Debug, Clone)]
pub(super) struct Bend {
    plane: Projection,
    side: f32,
    /// Pixels to the right and down for each term.
    terms: [(f32, f32); TERMS],
    /// Modules to the right and down at each knot of a square mesh, row by row. Empty before it is
    /// measured.
    mesh: Vec<(f32, f32)>,
    /// Knots along a side.
    knots: usize,
}

impl Bend {
    /// The point of the frame for a place in the code.
    pub(super) fn at(&self, x: f32, y: f32) -> (f32, f32) {
        let (dx, dy) = self.mesh_at(x, y);
        let (x, y) = (x + dx, y + dy);
        let (mut u, mut v) = self.plane.at(x, y);
        for ((du, dv), power) in self.terms.iter().zip(self.powers(x, y)) {
            u += du * power;
            v += dv * power;
        }
        (u, v)
    }

    /// Whether a place in the code is clearly elsewhere than a plane has it.
    pub(super) fn differs_from(&self, plane: &Projection) -> bool {
        let module = plane.module_size(self.side / 2.0, self.side / 2.0);
        let places = (0..=4_u8).map(|part| f32::from(part) / 4.0 * self.side);
        places.clone().any(|y| {
            places.clone().any(|x| {
                let ((au, av), (bu, bv)) = (self.at(x, y), plane.at(x, y));
                (au - bu).hypot(av - bv) > module * DIFFERS
            })
        })
    }

    fn powers(&self, x: f32, y: f32) -> [f32; TERMS] {
        let (x, y) = (x / self.side * 2.0 - 1.0, y / self.side * 2.0 - 1.0);
        [1.0, x, y, x * x, x * y, y * y, x * x * x, x * x * y, x * y * y, y * y * y]
    }

    /// The same for places a few modules around this one, as if they lay in a plane: much faster.
    fn near(&self, x: f32, y: f32) -> impl Fn(f32, f32) -> (f32, f32) + use<> {
        const APART: f32 = 2.0;
        let (u, v) = self.at(x, y);
        let step = |dx: f32, dy: f32| {
            let (before, after) = (self.at(x - dx, y - dy), self.at(x + dx, y + dy));
            ((after.0 - before.0) / (2.0 * APART), (after.1 - before.1) / (2.0 * APART))
        };
        let (right, down) = (step(APART, 0.0), step(0.0, APART));
        move |to_x, to_y| {
            let (dx, dy) = (to_x - x, to_y - y);
            (u + right.0 * dx + down.0 * dy, v + right.1 * dx + down.1 * dy)
        }
    }

    /// Between four knots in proportion.
    fn mesh_at(&self, x: f32, y: f32) -> (f32, f32) {
        if self.mesh.is_empty() {
            return (0.0, 0.0);
        }
        let cells = self.knots.saturating_sub(1);
        let split = |at: f32| {
            let at = self.knot_of(at).clamp(0.0, cells as f32);
            let knot = (at as usize).min(cells.saturating_sub(1));
            (knot, at - knot as f32)
        };
        let ((column, right), (row, below)) = (split(x), split(y));
        let start = row * self.knots + column;
        let pair = |start: usize| self.mesh.get(start..start + 2);
        let (Some(&[a, b]), Some(&[c, d])) = (pair(start), pair(start + self.knots)) else {
            return (0.0, 0.0);
        };
        let between = |a: (f32, f32), b: (f32, f32), part: f32| {
            (a.0 + (b.0 - a.0) * part, a.1 + (b.1 - a.1) * part)
        };
        between(between(a, b, right), between(c, d, right), below)
    }

    /// The number of the knot, or between two, for a column or a row of the code.
    fn knot_of(&self, at: f32) -> f32 {
        let half = BLOCK as f32 / 2.0;
        (at - half) / (self.side - 2.0 * half) * (self.knots.saturating_sub(1)) as f32
    }

    fn flat(symbol: &Symbol) -> Self {
        let room = symbol.modules.saturating_sub(BLOCK);
        Self {
            plane: symbol.plane,
            side: symbol.modules as f32,
            terms: [(0.0, 0.0); TERMS],
            mesh: Vec::new(),
            knots: room.div_ceil(BLOCKS_APART).max(1) + 1,
        }
    }

    /// A bend that is nearly right, made better by the data: where a place is right, modules are as
    /// dark or as light as they can be.
    pub(super) fn smooth_fit(self, layer: &GreyLayer<'_>, symbol: &Symbol) -> Option<Self> {
        let mut seen = corners(symbol);
        for ((left, top), (dx, dy)) in self.shifts(layer) {
            let half = BLOCK as f32 / 2.0;
            let module = (left + half, top + half);
            let point = self.at(module.0 + dx, module.1 + dy);
            seen.push(SeenModule { module, point, weight: 0.5 });
        }
        self.fitted(&seen)
    }

    /// The same at each knot of the mesh on its own, for paper that is not smooth: folds, curls.
    pub(super) fn mesh_fit(mut self, layer: &GreyLayer<'_>, _: &Symbol) -> Option<Self> {
        let shifts: Vec<(f32, f32)> = self.shifts(layer).map(|(_, shift)| shift).collect();
        let knots = self.knots;
        self.mesh.resize(knots * knots, (0.0, 0.0));
        for (index, knot) in self.mesh.iter_mut().enumerate() {
            let (column, row) = (index % knots, index / knots);
            // One block may be wrong: its neighbours are asked too.
            let (mut right, mut down, mut weights) = (0.0, 0.0, 0.0);
            for y in row.saturating_sub(1)..=(row + 1).min(knots - 1) {
                for x in column.saturating_sub(1)..=(column + 1).min(knots - 1) {
                    let weight = match x.abs_diff(column) + y.abs_diff(row) {
                        0 => 4.0,
                        1 => 2.0,
                        _ => 1.0,
                    };
                    let (dx, dy) = shifts.get(y * knots + x).copied().unwrap_or((0.0, 0.0));
                    right += dx * weight;
                    down += dy * weight;
                    weights += weight;
                }
            }
            *knot = (knot.0 + right / weights, knot.1 + down / weights);
        }
        Some(self)
    }

    /// For each block of data, its left and top module, and how far it should be moved, in modules.
    fn shifts(&self, layer: &GreyLayer<'_>) -> impl Iterator<Item = ((f32, f32), (f32, f32))> {
        let steps = self.knots.saturating_sub(1).max(1) as f32;
        let room = self.side - BLOCK as f32;
        let place = move |knot: usize| room * knot as f32 / steps;
        (0..self.knots * self.knots).map(move |knot| {
            let corner = (place(knot % self.knots).round(), place(knot / self.knots).round());
            let half = BLOCK as f32 / 2.0;
            let place = self.near(corner.0 + half, corner.1 + half);
            let contrast = |dx: f32, dy: f32| contrast(layer, &place, corner, (dx, dy));
            let still = contrast(0.0, 0.0);
            let dx = peak(contrast(-STEP, 0.0), still, contrast(STEP, 0.0));
            let dy = peak(contrast(0.0, -STEP), still, contrast(0.0, STEP));
            (corner, (dx, dy))
        })
    }

    /// The bend that fits these places best.
    fn fitted(&self, seen: &[SeenModule]) -> Option<Self> {
        const WIDTH: usize = TERMS + 1;
        let mut right = [[0.0_f64; WIDTH]; TERMS];
        let mut down = right;
        for SeenModule { module: (x, y), point: (u, v), weight } in seen {
            let (plane_u, plane_v) = self.plane.at(*x, *y);
            let powers = self.powers(*x, *y).map(f64::from);
            let weight = f64::from(*weight);
            for (sums, away) in [(&mut right, u - plane_u), (&mut down, v - plane_v)] {
                let row = powers.iter().copied().chain([f64::from(away)]);
                for (sums, left) in sums.iter_mut().zip(powers) {
                    for (sum, term) in sums.iter_mut().zip(row.clone()) {
                        *sum += left * term * weight;
                    }
                }
            }
        }
        for sums in [&mut right, &mut down] {
            for (index, (row, held)) in sums.iter_mut().zip(HELD).enumerate() {
                row.get_mut(index).into_iter().for_each(|own| *own += held);
            }
        }
        let (right, down) = (solve(right)?, solve(down)?);
        let mut terms = [(0.0, 0.0); TERMS];
        for (term, (u, v)) in terms.iter_mut().zip(right.into_iter().zip(down)) {
            *term = (u as f32, v as f32);
        }
        terms.iter().all(|(u, v)| u.is_finite() && v.is_finite()).then(|| Self {
            terms,
            mesh: Vec::new(),
            ..*self
        })
    }
}

/// The bend that the finder, timing and alignment patterns show.
pub(super) fn bend_of_patterns(layer: &GreyLayer<'_>, symbol: &Symbol) -> Option<Bend> {
    let flat = Bend::flat(symbol);
    let mut seen = corners(symbol);
    for across in [true, false] {
        // In things that only look like a code, half of a timing pattern alternates.
        if follow_timing(layer, symbol, &flat, across, &mut seen) < TIMING_AGREES {
            return None;
        }
    }
    let mut bend = flat.fitted(&seen)?;
    let patterns = seen.len();
    // From the corner outwards, because each pattern tells where the next patterns are. Then again,
    // because the last patterns tell where those are that were not found.
    for round in 0..2 {
        seen.truncate(patterns);
        for (x, y) in places_outwards(symbol.modules) {
            let module = (x as f32 + 0.5, y as f32 + 0.5);
            let place = bend.near(module.0, module.1);
            let Some(point) = alignment(layer, place, symbol.inverted, module) else { continue };
            seen.push(SeenModule { module, point, weight: 2.0 });
            if round == 0 {
                bend = flat.fitted(&seen)?;
            }
        }
        bend = flat.fitted(&seen)?;
    }
    Some(bend)
}

/// How far a block is moved, in modules.
const STEP: f32 = 0.35;

/// Where the highest of three values at -[`STEP`], 0 and [`STEP`] would be.
fn peak(before: f32, still: f32, after: f32) -> f32 {
    let curve = before + after - 2.0 * still;
    if curve < -1e-3 {
        (STEP * (before - after) / (2.0 * curve)).clamp(-STEP, STEP)
    } else if after > before {
        STEP
    } else {
        -STEP
    }
}

/// How far the modules of a block are from its mean, in grey levels.
fn contrast(
    layer: &GreyLayer<'_>,
    place: impl Fn(f32, f32) -> (f32, f32),
    (left, top): (f32, f32),
    (dx, dy): (f32, f32),
) -> f32 {
    let mut levels = [0.0_f32; BLOCK * BLOCK];
    for (index, level) in levels.iter_mut().enumerate() {
        let x = left + (index % BLOCK) as f32 + 0.5 + dx;
        let y = top + (index / BLOCK) as f32 + 0.5 + dy;
        let (u, v) = place(x, y);
        *level = layer.at(u, v);
    }
    let mean = levels.iter().sum::<f32>() / levels.len() as f32;
    levels.iter().map(|level| (level - mean).abs()).sum::<f32>() / levels.len() as f32
}

/// The middles of the three finder patterns.
fn corners(symbol: &Symbol) -> Vec<SeenModule> {
    let last = symbol.modules as f32 - FINDER;
    [(FINDER, FINDER), (last, FINDER), (FINDER, last)]
        .map(|module| SeenModule {
            module,
            point: symbol.plane.at(module.0, module.1),
            weight: 4.0,
        })
        .into()
}

/// Follows a timing pattern from both ends to its middle. Near the finder patterns the plane is
/// right; from there on, each place is a little beside the place before. Returns how well the
/// pattern alternates there, from 0 to 1.
fn follow_timing(
    layer: &GreyLayer<'_>,
    symbol: &Symbol,
    flat: &Bend,
    across: bool,
    seen: &mut Vec<SeenModule>,
) -> f32 {
    let sign = if symbol.inverted { -1.0 } else { 1.0 };
    let sampled = |first: usize, (along, beside): (f32, f32)| {
        let mut levels = [0.0; WINDOW];
        for (level, at) in levels.iter_mut().zip(first..) {
            let (x, y) = (at as f32 + 0.5 + along, TIMING + beside);
            let (u, v) = if across { flat.at(x, y) } else { flat.at(y, x) };
            *level = layer.at(u, v) * sign;
        }
        levels
    };
    let score = |first: usize, place: (f32, f32)| {
        let levels = sampled(first, place).into_iter().zip(first..);
        levels.map(|(level, at)| if at % 2 == 0 { -level } else { level }).sum::<f32>()
    };
    let mut agreement = (0.0, 0.0);
    let (start, end) = (6, symbol.modules - 6 - WINDOW);
    let middle = symbol.modules / 2;
    let from_start = (start..=end).step_by(WINDOWS_APART);
    let from_end = (start..=end).rev().step_by(WINDOWS_APART);
    let mut follow = |firsts: &mut dyn Iterator<Item = usize>| {
        let (mut along, mut beside) = (0.0_f32, 0.0_f32);
        for first in firsts {
            let mut best = (score(first, (along, beside)), along, beside);
            for step in [0.3, 0.15] {
                let (_, from_along, from_beside) = best;
                for (dx, dy) in
                    [(-1, 0), (1, 0), (0, -1), (0, 1), (-1, -1), (1, 1), (-1, 1), (1, -1)]
                {
                    let (dx, dy): (i8, i8) = (dx, dy);
                    let place =
                        (from_along + f32::from(dx) * step, from_beside + f32::from(dy) * step);
                    let value = score(first, place);
                    if value > best.0 {
                        best = (value, place.0, place.1);
                    }
                }
            }
            if best.0 <= 0.0 {
                return;
            }
            (_, along, beside) = best;
            let levels = sampled(first, (along, beside));
            let mean = levels.iter().sum::<f32>() / WINDOW as f32;
            agreement.0 += best.0;
            agreement.1 += levels.iter().map(|level| (level - mean).abs()).sum::<f32>();
            let at = first as f32 + WINDOW as f32 / 2.0;
            let (module, place) = ((at, TIMING), (at + along, TIMING + beside));
            let turned = |(x, y): (f32, f32)| if across { (x, y) } else { (y, x) };
            let (module, place) = (turned(module), turned(place));
            seen.push(SeenModule { module, point: flat.at(place.0, place.1), weight: 0.5 });
        }
    };
    follow(&mut from_start.take_while(|first| first + WINDOW / 2 <= middle));
    follow(&mut from_end.take_while(|first| first + WINDOW / 2 > middle));
    if agreement.1 > 0.0 { agreement.0 / agreement.1 } else { 0.0 }
}
