//! Paper that is not flat. Its modules are not where a plane through three corners has them, so
//! the places are measured at the patterns that every code of this size shares, and at the data
//! itself.

use super::alignment::{alignment, alignment_places};
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

/// Where the modules of a bent code are: a plane, and a smooth distance from the plane.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bend {
    plane: Projection,
    side: f32,
    /// Pixels to the right and down for each term.
    terms: [(f32, f32); TERMS],
}

impl Bend {
    /// The point of the frame for a place in the code.
    pub(super) fn at(&self, x: f32, y: f32) -> (f32, f32) {
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

    const fn flat(symbol: &Symbol) -> Self {
        Self { plane: symbol.plane, side: symbol.modules as f32, terms: [(0.0, 0.0); TERMS] }
    }

    /// The bend that fits these places best.
    fn fitted(self, seen: &[SeenModule]) -> Option<Self> {
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
        terms.iter().all(|(u, v)| u.is_finite() && v.is_finite()).then_some(Self { terms, ..self })
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
        for (x, y) in alignment_places(symbol.modules) {
            let module = (x as f32 + 0.5, y as f32 + 0.5);
            let place = |x: f32, y: f32| bend.at(x, y);
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

/// A bend that is nearly right, made better by the data: where a place is right, modules are as
/// dark or as light as they can be.
pub(super) fn bend_of_data(layer: &GreyLayer<'_>, symbol: &Symbol, bend: &Bend) -> Option<Bend> {
    let mut seen = corners(symbol);
    let last = symbol.modules.checked_sub(BLOCK)?;
    let steps = last.div_ceil(BLOCKS_APART).max(1);
    for row in 0..=steps {
        for column in 0..=steps {
            let (left, top) = (last * column / steps, last * row / steps);
            let contrast = |dx: f32, dy: f32| contrast(layer, bend, (left, top), (dx, dy));
            let still = contrast(0.0, 0.0);
            let dx = peak(contrast(-STEP, 0.0), still, contrast(STEP, 0.0));
            let dy = peak(contrast(0.0, -STEP), still, contrast(0.0, STEP));
            let middle = |at: usize| at as f32 + BLOCK as f32 / 2.0;
            let module = (middle(left), middle(top));
            let point = bend.at(module.0 + dx, module.1 + dy);
            seen.push(SeenModule { module, point, weight: 0.5 });
        }
    }
    bend.fitted(&seen)
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
    bend: &Bend,
    (left, top): (usize, usize),
    (dx, dy): (f32, f32),
) -> f32 {
    let mut levels = [0.0_f32; BLOCK * BLOCK];
    for (index, level) in levels.iter_mut().enumerate() {
        let x = (left + index % BLOCK) as f32 + 0.5 + dx;
        let y = (top + index / BLOCK) as f32 + 0.5 + dy;
        let (u, v) = bend.at(x, y);
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
