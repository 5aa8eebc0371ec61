//! From three finder patterns to the size of the symbol and the place of every module.

use super::alignment::with_alignment;
use super::finder::FinderPattern;
use super::grey::GreyLayer;
use super::projection::Projection;
use super::symbol::{FINDER, Symbol, TIMING};

/// How well a timing pattern must alternate, from -1 to 1.
const TIMING_AGREES: f32 = 0.35;

/// How many times as many modules one side of a code may seem to have as the other, measured at the
/// corner between them.
const MOST_UNLIKE_NEAR: f32 = 1.7;

/// Three patterns that may be the corners of one code.
#[derive(Debug, Clone, Copy)]
pub(super) struct CornerPatterns {
    pub(super) corner: FinderPattern,
    pub(super) right: FinderPattern,
    pub(super) below: FinderPattern,
}

/// The layers of one frame, the finest first.
pub(super) struct GreyLayers<'a> {
    pub(super) layers: Vec<&'a GreyLayer<'a>>,
}

impl GreyLayers<'_> {
    /// The coarsest layer in which a module of `size` frame pixels still has 2.5 pixels, or else
    /// the finest layer.
    pub(super) fn for_module(&self, size: f32) -> Option<&GreyLayer<'_>> {
        let fits = |layer: &&&GreyLayer<'_>| size >= 2.5 * layer.factor as f32;
        self.layers.iter().rev().find(fits).or(self.layers.first()).copied()
    }
}

/// Finds the size and the perspective that make the timing patterns alternate.
pub(super) fn locate(layers: &GreyLayers<'_>, corners: &CornerPatterns) -> Option<Symbol> {
    let CornerPatterns { corner, right, below } = corners;
    let points = [(corner.x, corner.y), (right.x, right.y), (below.x, below.y)];
    let [c, r, b] = points;
    let (along, down) = (direction(c, r)?, direction(c, b)?);
    let guess = module_along(corner, along).min(module_along(corner, down));
    let layer = layers.for_module(guess)?;
    let apart = |a: (f32, f32), b: (f32, f32)| (a.0 - b.0).hypot(a.1 - b.1);
    let size = |at: &FinderPattern, step| measured(layer, at, step, corner.inverted);
    let (near_right, near_below) = (size(corner, along)?, size(corner, down)?);
    // Most groups are of patterns that only look like corners: two measures are enough for these.
    let unlike = apart(c, r) / near_right * near_below / apart(c, b);
    if !(1.0 / MOST_UNLIKE_NEAR..MOST_UNLIKE_NEAR).contains(&unlike) {
        return None;
    }
    let (far_right, far_below) = (size(right, along)?, size(below, down)?);
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
    // How well the timing pattern along one axis alternates, for a length and a perspective.
    let value = |length: f32, growth: (f32, f32), across: bool| {
        let projection = Projection::through(FINDER, length, points, growth);
        let place = |at: f32| if across { (at, TIMING) } else { (TIMING, at) };
        alternation(layer, &projection, length, place) * sign
    };
    let nearest = ((count - 10.0) / 4.0).round();
    let length = nearest.clamp(1.0, 40.0) * 4.0 + 10.0;
    let projection = Projection::through(FINDER, length, points, growth);
    let symbol_of = |length: f32, projection: Projection| Symbol {
        modules: (length + 7.0) as usize,
        projection,
        plane: projection,
        inverted: corner.inverted,
    };
    let first = symbol_of(length, projection);
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
    // If two versions alternate equally well, as can happen between finder patterns that are close
    // together, the one nearer to the measured size comes first.
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
            let symbol = symbol_of(length, projection);
            if agrees(layer, &symbol) {
                best = Some((score, symbol));
            }
        }
    }
    best.map(|(_, symbol)| with_alignment(layer, symbol, points))
}

/// Whether the finder patterns are where this projection has them. This check avoids sampling ten
/// thousand modules for three shapes that only look like corners.
fn agrees(layer: &GreyLayer<'_>, symbol: &Symbol) -> bool {
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

/// Pixels along a module in this direction. The lengths along row and column, from which it is
/// computed, are longer if the code is turned.
fn module_along(pattern: &FinderPattern, (dx, dy): (f32, f32)) -> f32 {
    (pattern.across * pattern.down).sqrt() * dx.abs().max(dy.abs()) / 7.0
}

/// Pixels along a module at a finder pattern in one direction, measured on both sides of its
/// middle. Blur and threshold move the two edges of its light ring in opposite directions, so the
/// sum of their distances from the middle stays the same: 4 modules. The sum for the outer edge of
/// the ring and the edge of the pattern is 6 modules.
fn measured(
    layer: &GreyLayer<'_>,
    pattern: &FinderPattern,
    (dx, dy): (f32, f32),
    inverted: bool,
) -> Option<f32> {
    const STEPS: usize = 40;
    let guess = module_along(pattern, (dx, dy));
    // Profiles to either side, eight steps to a module.
    let profile = |sign: f32| -> [f32; STEPS] {
        let (scale, mut levels) = (guess * sign / 8.0, [0.0; STEPS]);
        let (step_x, step_y) = (dx * scale, dy * scale);
        for (step, to) in levels.iter_mut().enumerate() {
            let step = step as f32;
            let level = layer.at(pattern.x + step_x * step, pattern.y + step_y * step);
            *to = if inverted { 255.0 - level } else { level };
        }
        levels
    };
    let side = |sign: f32| -> Option<f32> {
        let levels = profile(sign);
        let part = |from: usize, to: usize| levels.iter().take(to).skip(from).copied();
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

/// The place, in steps, where the value rises above 0. The place may be between two steps.
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

/// The perspective near `start` that has the best value, and this value.
fn refine(start: f32, length: f32, value: impl Fn(f32) -> f32) -> (f32, f32) {
    // This change of the perspective moves the middle of the row by a third of a module.
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

/// How well the modules between two finder patterns alternate, beginning with dark. 1 is perfect.
fn alternation(
    layer: &GreyLayer<'_>,
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
        // The module with index 0 is the light border of the finder pattern.
        let step = if index % 2 == 1 { before - now } else { now - before };
        sum += step;
        size += step.abs();
        before = now;
    }
    if size > 0.0 { sum / size } else { 0.0 }
}
