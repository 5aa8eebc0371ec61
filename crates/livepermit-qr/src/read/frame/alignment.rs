//! Alignment patterns: they correct the projection between the corners.

use super::super::symbol::alignment_places;
use super::grey::GreyLayer;
use super::projection::{Projection, SeenModule};
use super::symbol::{FINDER, Symbol};

/// Misses before the first hit after which the other alignment patterns are not looked for.
const MOST_MISSED: usize = 4;

/// Looks for the alignment patterns one after the other, from the corner outwards, and fits the
/// projection again after each that is found.
pub(super) fn with_alignment(
    layer: &GreyLayer<'_>,
    symbol: Symbol,
    points: [(f32, f32); 3],
) -> Symbol {
    let last = symbol.modules as f32 - FINDER;
    let [c, r, b] = points;
    let mut seen = vec![
        SeenModule { module: (FINDER, FINDER), point: c, weight: 2.0 },
        SeenModule { module: (last, FINDER), point: r, weight: 2.0 },
        SeenModule { module: (FINDER, last), point: b, weight: 2.0 },
    ];
    let (mut symbol, mut missed) = (symbol, 0);
    for (x, y) in places_outwards(symbol.modules) {
        let module = (x as f32 + 0.5, y as f32 + 0.5);
        let projection = symbol.projection;
        let place = |x: f32, y: f32| projection.at(x, y);
        let Some(point) = alignment(layer, place, symbol.inverted, module) else {
            missed += 1;
            // These are the places nearest to the corner: there is no code.
            if missed == MOST_MISSED && seen.len() == 3 {
                break;
            }
            continue;
        };
        seen.push(SeenModule { module, point, weight: 1.0 });
        if let Some(projection) =
            Projection::fitted(&with_far_corner(&seen, &symbol), &symbol.projection)
        {
            symbol.projection = projection;
        }
    }
    symbol
}

/// The middle modules of the alignment patterns, from the corner outwards.
pub(super) fn places_outwards(modules: usize) -> Vec<(usize, usize)> {
    let mut places = alignment_places(modules);
    places.sort_by_key(|(x, y)| (x + y, x.abs_diff(*y)));
    places
}

/// The seen modules, and also the lower right corner from the projection, with a small weight.
fn with_far_corner(seen: &[SeenModule], symbol: &Symbol) -> Vec<SeenModule> {
    let far = symbol.modules as f32 - 6.5;
    let believed =
        SeenModule { module: (far, far), point: symbol.projection.at(far, far), weight: 0.02 };
    seen.iter()
        .map(|seen| SeenModule { module: seen.module, point: seen.point, weight: seen.weight })
        .chain([believed])
        .collect()
}

/// Looks for an alignment pattern near the place where it should be: a dark module, a light ring
/// and a dark ring.
pub(super) fn alignment(
    layer: &GreyLayer<'_>,
    place: impl Fn(f32, f32) -> (f32, f32),
    inverted: bool,
    (x, y): (f32, f32),
) -> Option<(f32, f32)> {
    let levels = |dx: f32, dy: f32| {
        let mut contrast = 0.0;
        let (mut dark, mut light) = (0.0, 0.0);
        for row in -2_i8..=2 {
            for column in -2_i8..=2 {
                let (u, v) = place(x + f32::from(column) + dx, y + f32::from(row) + dy);
                let level = layer.at(u, v);
                match row.abs().max(column.abs()) {
                    1 => light += level,
                    0 => dark += level * 2.0,
                    _ => dark += level,
                }
            }
        }
        contrast += light / 8.0 - dark / 18.0;
        if inverted { -contrast } else { contrast }
    };
    let contrast = contrast_around(layer, &place, x, y);
    let mut best = (0.0, 0.0, levels(0.0, 0.0));
    // If the pattern is not at its place, look around the place in steps of half a module. If two
    // are equally good, the nearest wins.
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
    // It must have a good part of the contrast of its surroundings.
    (score > contrast * 0.35).then(|| place(x + dx, y + dy))
}

fn contrast_around(
    layer: &GreyLayer<'_>,
    place: impl Fn(f32, f32) -> (f32, f32),
    x: f32,
    y: f32,
) -> f32 {
    let (mut low, mut high) = (255.0_f32, 0.0_f32);
    for row in -3_i8..=3 {
        for column in -3_i8..=3 {
            let (u, v) = place(x + f32::from(column), y + f32::from(row));
            let level = layer.at(u, v);
            (low, high) = (low.min(level), high.max(level));
        }
    }
    high - low
}
