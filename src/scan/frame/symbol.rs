//! From three finder patterns to the place of every module.

use super::finder::Pattern;
use super::grey::Layer;
use super::projection::{Projection, Seen};

/// Middle of a finder pattern, in modules from the symbol's corner.
const FINDER: f32 = 3.5;
/// Row, and column, of the timing patterns.
const TIMING: f32 = 6.5;
/// Of an alternating row of modules, how much must alternate; -1 to 1.
const TIMING_AGREES: f32 = 0.35;

/// Three patterns that may be the corners of one code.
#[derive(Debug, Clone, Copy)]
pub(super) struct Corners {
    pub(super) corner: Pattern,
    pub(super) right: Pattern,
    pub(super) below: Pattern,
}

/// A code's size and place.
#[derive(Debug, Clone, Copy)]
pub(super) struct Symbol {
    pub(super) modules: usize,
    pub(super) projection: Projection,
    pub(super) inverted: bool,
}

impl Symbol {
    /// Whether both are the same thing seen twice.
    pub(super) fn is_near(&self, other: &Self) -> bool {
        let side = self.modules as f32;
        let module = self.projection.module_size(side / 2.0, side / 2.0);
        self.modules == other.modules
            && [(0.0, 0.0), (side, 0.0), (side, side), (0.0, side)].into_iter().all(|(x, y)| {
                let ((ax, ay), (bx, by)) = (self.projection.at(x, y), other.projection.at(x, y));
                (ax - bx).hypot(ay - by) < module * 0.7
            })
    }
}

/// Layers of one frame, the finest first.
pub(super) struct Layers<'a> {
    pub(super) layers: Vec<&'a Layer<'a>>,
}

impl Layers<'_> {
    /// The one that shows a module of this many pixels with 2.5 pixels at least, or the finest.
    pub(super) fn for_module(&self, size: f32) -> Option<&Layer<'_>> {
        let fits = |layer: &&&Layer<'_>| size >= 2.5 * layer.factor as f32;
        self.layers.iter().rev().find(fits).or(self.layers.first()).copied()
    }
}

/// Finds the size and the perspective that make the timing patterns alternate.
pub(super) fn locate(layers: &Layers<'_>, corners: &Corners) -> Option<Symbol> {
    let Corners { corner, right, below } = corners;
    let points = [(corner.x, corner.y), (right.x, right.y), (below.x, below.y)];
    let [c, r, b] = points;
    let (along, down) = (direction(c, r)?, direction(c, b)?);
    let guess = module_along(corner, along).min(module_along(corner, down));
    let layer = layers.for_module(guess)?;
    let sizes = |to: &Pattern, step: (f32, f32)| {
        let near = measured(layer, corner, step, corners.corner.inverted)?;
        let far = measured(layer, to, step, corners.corner.inverted)?;
        Some((near, far))
    };
    let (near_right, far_right) = sizes(right, along)?;
    let (near_below, far_below) = sizes(below, down)?;
    let apart = |a: (f32, f32), b: (f32, f32)| (a.0 - b.0).hypot(a.1 - b.1);
    let counts = (
        apart(c, r) / (near_right * far_right).sqrt(),
        apart(c, b) / (near_below * far_below).sqrt(),
    );
    let count = (counts.0 + counts.1) / 2.0;
    if !(11.0..180.0).contains(&count) || counts.0 > 1.35 * counts.1 || counts.1 > 1.35 * counts.0 {
        return None;
    }
    let growth = ((near_right / far_right).sqrt(), (near_below / far_below).sqrt());
    let growth = (growth.0.clamp(0.6, 1.6), growth.1.clamp(0.6, 1.6));

    let sign = if corner.inverted { -1.0 } else { 1.0 };
    // The version whose timing patterns alternate best, along each axis with its own perspective.
    let value = |length: f32, growth: (f32, f32), across: bool| {
        let projection = Projection::through(FINDER, length, points, growth);
        let place = |at: f32| if across { (at, TIMING) } else { (TIMING, at) };
        alternation(layer, &projection, length, place) * sign
    };
    let nearest = ((count - 10.0) / 4.0).round();
    let length = nearest.clamp(1.0, 40.0) * 4.0 + 10.0;
    let projection = Projection::through(FINDER, length, points, growth);
    let first = Symbol { modules: (length + 7.0) as usize, projection, inverted: corner.inverted };
    if !agrees(layer, &first) {
        return None;
    }
    let reach = if count < 40.0 { 1 } else { 2 };
    let mut versions: Vec<(f32, f32)> = (-reach..=reach)
        .map(|step| nearest + step as f32)
        .filter(|version| (1.0..=40.0).contains(version))
        .map(|version| {
            let length = version * 4.0 + 10.0;
            (value(length, growth, true) + value(length, growth, false), length)
        })
        .collect();
    // Of two that alternate alike, as they may between finder patterns close together, the one that
    // is nearer.
    let away = |length: f32| (length - count).abs();
    versions.sort_by(|left, right| {
        right.0.total_cmp(&left.0).then_with(|| away(left.1).total_cmp(&away(right.1)))
    });
    let mut best: Option<(f32, Symbol)> = None;
    for &(_, length) in versions.iter().take(3) {
        let across = refine(growth.0, length, |growth_x| value(length, (growth_x, growth.1), true));
        if across.1 < TIMING_AGREES {
            continue;
        }
        let along = refine(growth.1, length, |growth_y| value(length, (across.0, growth_y), false));
        let score = across.1.min(along.1);
        if score > TIMING_AGREES && best.is_none_or(|(best, _)| score > best) {
            let projection = Projection::through(FINDER, length, points, (across.0, along.0));
            let symbol =
                Symbol { modules: (length + 7.0) as usize, projection, inverted: corner.inverted };
            if agrees(layer, &symbol) {
                best = Some((score, symbol));
            }
        }
    }
    best.map(|(_, symbol)| with_alignment(layer, symbol, points))
}

/// Whether the finder patterns are there, under this projection. Ten thousand modules are not worth
/// sampling for three things that only look like corners.
fn agrees(layer: &Layer<'_>, symbol: &Symbol) -> bool {
    let end = symbol.modules as f32 - 7.0;
    [(0.0, 0.0), (end, 0.0), (0.0, end)].into_iter().all(|(left, top)| {
        let (mut sums, mut squares) = ([0.0_f32; 2], 0.0_f32);
        for row in 0..9_u8 {
            for column in 0..9_u8 {
                let (x, y) = (left + f32::from(column) - 0.5, top + f32::from(row) - 0.5);
                let (u, v) = symbol.projection.at(x, y);
                let level = layer.at(u, v);
                let is_light = matches!(row.abs_diff(4).max(column.abs_diff(4)), 2 | 4);
                let [dark, light] = &mut sums;
                *(if is_light { light } else { dark }) += level;
                squares += level * level;
            }
        }
        // 33 dark modules, 16 light ones inside, 32 around.
        let [dark, light] = sums;
        let (dark_mean, light_mean) = (dark / 33.0, light / 48.0);
        let difference =
            if symbol.inverted { dark_mean - light_mean } else { light_mean - dark_mean };
        let within = (squares - dark * dark_mean - light * light_mean).max(0.0) / 81.0;
        difference > 1.2 * within.sqrt().max(0.2)
    })
}

fn direction(from: (f32, f32), to: (f32, f32)) -> Option<(f32, f32)> {
    let (dx, dy) = (to.0 - from.0, to.1 - from.1);
    let length = dx.hypot(dy);
    (length > 1.0).then_some((dx / length, dy / length))
}

/// From the lengths along row and column, which are longer when the code is turned.
fn module_along(pattern: &Pattern, (dx, dy): (f32, f32)) -> f32 {
    (pattern.across * pattern.down).sqrt() * dx.abs().max(dy.abs()) / 7.0
}

/// Pixels along a module at a finder pattern, seen in one direction: from where its light ring
/// begins and ends, on both sides. Blur and threshold move these two edges opposite ways, so their
/// sum stays: 4 modules; the ring and the outer edge together are 6.
fn measured(
    layer: &Layer<'_>,
    pattern: &Pattern,
    (dx, dy): (f32, f32),
    inverted: bool,
) -> Option<f32> {
    const STEPS: usize = 40;
    let guess = module_along(pattern, (dx, dy));
    // Profiles to either side, eight steps to a module.
    let profile = |sign: f32| -> [f32; STEPS] {
        core::array::from_fn(|step| {
            let away = step as f32 / 8.0 * guess * sign;
            let level = layer.at(pattern.x + dx * away, pattern.y + dy * away);
            if inverted { 255.0 - level } else { level }
        })
    };
    let side = |sign: f32| -> Option<f32> {
        let levels = profile(sign);
        let part =
            |from: usize, to: usize| levels.get(from..to).unwrap_or_default().iter().copied();
        let dark = part(0, 6).sum::<f32>() / 6.0;
        let light = part(10, 24).fold(0.0, f32::max);
        let ring = part(18, 32).fold(255.0, f32::min);
        let outside = part(24, 40).fold(0.0, f32::max);
        let inner = (dark + light) / 2.0;
        let outer = (ring + outside) / 2.0;
        if light - dark < 3.0 || outside - ring < 2.0 {
            return None;
        }
        let middle = (light + ring) / 2.0;
        let first = crossing(&levels, 4, |level| level - inner)?;
        let second = crossing(&levels, first as usize + 1, |level| middle - level)?;
        let third = crossing(&levels, second as usize + 1, |level| level - outer)?;
        let module = ((first + second) / 4.0 + (second + third) / 6.0) / 2.0 / 8.0 * guess;
        (module > guess * 0.6 && module < guess * 1.6).then_some(module)
    };
    match (side(1.0), side(-1.0)) {
        (Some(left), Some(right)) => Some((left + right) / 2.0),
        (Some(one), None) | (None, Some(one)) => Some(one),
        (None, None) => None,
    }
}

/// Where the value rises above 0, between two steps.
fn crossing(levels: &[f32], from: usize, value: impl Fn(f32) -> f32) -> Option<f32> {
    let pairs = levels.windows(2).enumerate().skip(from.saturating_sub(1));
    for (at, pair) in pairs {
        let &[before, after] = pair else { continue };
        let (before, after) = (value(before), value(after));
        if before <= 0.0 && after > 0.0 {
            return Some(at as f32 + before / (before - after));
        }
    }
    None
}

/// The perspective near `start` with the best value, and that value.
fn refine(start: f32, length: f32, value: impl Fn(f32) -> f32) -> (f32, f32) {
    // A change of `growth` by this much moves the middle of the row by a third of a module.
    let step = 1.33 / length;
    let mut best = (start, value(start));
    for turn in 1..=4 {
        for sign in [-1.0, 1.0] {
            let growth = start + sign * turn as f32 * step;
            let score = value(growth);
            if score > best.1 {
                best = (growth, score);
            }
        }
    }
    best
}

/// How well the modules between two finder patterns alternate, dark first: 1 is perfect.
fn alternation(
    layer: &Layer<'_>,
    projection: &Projection,
    length: f32,
    place: impl Fn(f32) -> (f32, f32),
) -> f32 {
    let count = length as usize - 7;
    let (mut sum, mut size) = (0.0, 0.0);
    let level = |index: usize| {
        let (x, y) = place(index as f32 + 7.5);
        let (x, y) = projection.at(x, y);
        layer.at(x, y)
    };
    let mut before = level(0);
    for index in 1..count {
        let now = level(index);
        // The first is the light border of the finder pattern.
        let step = if index % 2 == 1 { before - now } else { now - before };
        sum += step;
        size += step.abs();
        before = now;
    }
    if size > 0.0 { sum / size } else { 0.0 }
}

/// Goes from the corner outwards from one alignment pattern to the next, and fits the projection to
/// what was found.
fn with_alignment(layer: &Layer<'_>, symbol: Symbol, points: [(f32, f32); 3]) -> Symbol {
    let last = symbol.modules as f32 - FINDER;
    let [c, r, b] = points;
    let mut seen = vec![
        Seen { module: (FINDER, FINDER), point: c, weight: 2.0 },
        Seen { module: (last, FINDER), point: r, weight: 2.0 },
        Seen { module: (FINDER, last), point: b, weight: 2.0 },
    ];
    let mut symbol = symbol;
    let centres = alignment_centres(symbol.modules);
    let mut places: Vec<(usize, usize)> = Vec::new();
    for &y in &centres {
        for &x in &centres {
            let end = symbol.modules - 7;
            let is_corner = (x == 6 || x == end) && (y == 6 || y == end) && !(x == end && y == end);
            if !is_corner {
                places.push((x, y));
            }
        }
    }
    places.sort_by_key(|(x, y)| (x + y, x.abs_diff(*y)));
    for (x, y) in places {
        let module = (x as f32 + 0.5, y as f32 + 0.5);
        let Some(point) = alignment(layer, &symbol, module) else { continue };
        seen.push(Seen { module, point, weight: 1.0 });
        if let Some(projection) =
            Projection::fitted(&with_far_corner(&seen, &symbol), &symbol.projection)
        {
            symbol.projection = projection;
        }
    }
    symbol
}

/// What was seen, and the lower right corner as it is thought to be, which counts little.
fn with_far_corner(seen: &[Seen], symbol: &Symbol) -> Vec<Seen> {
    let far = symbol.modules as f32 - 6.5;
    let believed = Seen { module: (far, far), point: symbol.projection.at(far, far), weight: 0.02 };
    seen.iter()
        .map(|seen| Seen { module: seen.module, point: seen.point, weight: seen.weight })
        .chain([believed])
        .collect()
}

/// Rows and columns in which alignment patterns have their middle (ISO/IEC 18004:2015, annex E).
pub(super) fn alignment_centres(modules: usize) -> Vec<usize> {
    let version = modules.saturating_sub(17) / 4;
    if version < 2 {
        return Vec::new();
    }
    let count = version / 7 + 2;
    let last = modules - 7;
    // From the last one back in even steps, an even number of modules each; the rest is between the
    // first two.
    let step = match version {
        32 => 26,
        _ => (version * 4 + count * 2 + 1) / (count * 2 - 2) * 2,
    };
    let mut centres: Vec<usize> = (0..count - 1).map(|index| last - index * step).collect();
    centres.push(6);
    centres.reverse();
    centres
}

/// Looks for an alignment pattern near where it should be: dark, light, dark rings of one module.
fn alignment(layer: &Layer<'_>, symbol: &Symbol, (x, y): (f32, f32)) -> Option<(f32, f32)> {
    let projection = &symbol.projection;
    let levels = |dx: f32, dy: f32| {
        let mut contrast = 0.0;
        let (mut dark, mut light) = (0.0, 0.0);
        for row in -2_i8..=2 {
            for column in -2_i8..=2 {
                let (u, v) = projection.at(x + f32::from(column) + dx, y + f32::from(row) + dy);
                let level = layer.at(u, v);
                match row.abs().max(column.abs()) {
                    1 => light += level,
                    0 => dark += level * 2.0,
                    _ => dark += level,
                }
            }
        }
        contrast += light / 8.0 - dark / 18.0;
        if symbol.inverted { -contrast } else { contrast }
    };
    let contrast = contrast_around(layer, projection, x, y);
    let mut best = (0.0, 0.0, levels(0.0, 0.0));
    // Only where it is not where it should be: half a module at a time, the nearest of equals wins.
    if best.2 < contrast * 0.5 {
        for row in -4_i8..=4 {
            for column in -4_i8..=4 {
                let (dx, dy) = (f32::from(column) * 0.5, f32::from(row) * 0.5);
                let score = levels(dx, dy) * (1.0 - dx.hypot(dy) * 0.02);
                if score > best.2 {
                    best = (dx, dy, score);
                }
            }
        }
    }
    for step in [0.25, 0.1] {
        let (cx, cy, _) = best;
        for (column, row) in
            [(-1_i8, 0_i8), (1, 0), (0, -1), (0, 1), (-1, -1), (1, 1), (-1, 1), (1, -1)]
        {
            let (dx, dy) = (cx + f32::from(column) * step, cy + f32::from(row) * step);
            let score = levels(dx, dy);
            if score > best.2 {
                best = (dx, dy, score);
            }
        }
    }
    let (dx, dy, score) = best;
    // At least a good part of the contrast that there is nearby.
    (score > contrast * 0.35).then(|| projection.at(x + dx, y + dy))
}

fn contrast_around(layer: &Layer<'_>, projection: &Projection, x: f32, y: f32) -> f32 {
    let (mut low, mut high) = (255.0_f32, 0.0_f32);
    for row in -3_i8..=3 {
        for column in -3_i8..=3 {
            let (u, v) = projection.at(x + f32::from(column), y + f32::from(row));
            let level = layer.at(u, v);
            (low, high) = (low.min(level), high.max(level));
        }
    }
    high - low
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
