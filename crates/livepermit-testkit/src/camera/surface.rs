//! What is on the glass: fingerprints, cracks.

use super::canvas::Canvas;
use super::random::Random;

/// The state of the glass.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Surface {
    /// Smears of fingers over the code.
    pub fingerprints: u32,
    /// Cracks that run from a point near the code.
    pub cracks: u32,
}

impl Surface {
    pub(crate) fn apply(&self, canvas: &mut Canvas, around: (f32, f32, f32), random: &mut Random) {
        for _ in 0..self.fingerprints {
            fingerprint(canvas, around, random);
        }
        if self.cracks > 0 {
            let (cx, cy, half) = around;
            let start =
                (cx + random.between(-0.8, 0.8) * half, cy + random.between(-0.8, 0.8) * half);
            let turn = random.between(0.0, core::f32::consts::TAU);
            for index in 0..self.cracks {
                let angle = turn
                    + index as f32 / self.cracks as f32 * core::f32::consts::TAU
                    + random.between(-0.25, 0.25);
                crack(canvas, start, angle, half, random);
            }
        }
    }
}

/// Grease scatters: under it the picture loses contrast, ridge by ridge.
fn fingerprint(canvas: &mut Canvas, (cx, cy, half): (f32, f32, f32), random: &mut Random) {
    let (x, y) = (cx + random.between(-0.8, 0.8) * half, cy + random.between(-0.8, 0.8) * half);
    let (long, wide) = (half * random.between(0.3, 0.45), half * random.between(0.2, 0.3));
    let (sin, cos) = random.between(0.0, core::f32::consts::PI).sin_cos();
    let (ridge, bend) = (half * random.between(0.02, 0.035), random.between(-0.6, 0.6));
    let (haze, greasy) = (random.between(0.2, 0.5), random.between(0.4, 0.8));
    let under = canvas.clone();
    canvas.paint(
        (x - long * 1.1, y - long * 1.1, x + long * 1.1, y + long * 1.1),
        |px, py, old| {
            let (dx, dy) = (px - x, py - y);
            let (along, across) = (dx * cos + dy * sin, dy * cos - dx * sin);
            let inside = 1.0 - (along / long).powi(2) - (across / wide).powi(2);
            if inside <= 0.0 {
                return None;
            }
            let line = (along + bend * across * across / wide) / ridge;
            let grease = greasy
                * (0.55 + 0.45 * (line * core::f32::consts::PI).sin())
                * (inside * 3.0).min(1.0);
            // What lies around, and some light of the room.
            let (px, py) = (px as i64, py as i64);
            let step = (half * 0.05).max(2.0) as i64;
            let near = [(-step, 0), (step, 0), (0, -step), (0, step)];
            let mean = near.iter().map(|(dx, dy)| under.at(px + dx, py + dy)).sum::<f32>() / 4.0;
            Some(old * (1.0 - grease) + grease * (0.6 * mean + 0.4 * haze))
        },
    );
}

/// A crack shifts what is behind it, and its edge is bright or dark.
fn crack(canvas: &mut Canvas, start: (f32, f32), angle: f32, half: f32, random: &mut Random) {
    let (mut x, mut y) = start;
    let mut angle = angle;
    let width = (half * 0.018).max(0.8);
    for _ in 0..random.below(5) + 4 {
        let length = half * random.between(0.15, 0.4);
        let (sin, cos) = angle.sin_cos();
        let (ex, ey) = (x + cos * length, y + sin * length);
        let (glint, shift) = (random.between(-0.6, 1.2), half * random.between(-0.05, 0.05));
        let under = canvas.clone();
        let reach = half * 0.08;
        let frame = (x.min(ex) - reach, y.min(ey) - reach, x.max(ex) + reach, y.max(ey) + reach);
        canvas.paint(frame, |px, py, _| {
            let (dx, dy) = (px - x, py - y);
            let (along, across) = (dx * cos + dy * sin, dy * cos - dx * sin);
            if !(0.0..=length).contains(&along) || across.abs() > reach {
                return None;
            }
            if across.abs() < width {
                let old = under.at(px as i64, py as i64);
                return Some((old + glint * (1.0 - across.abs() / width)).clamp(0.0, 2.0));
            }
            // The splinter beside it is tilted a little.
            (across > 0.0).then(|| under.at((px - sin * shift) as i64, (py + cos * shift) as i64))
        });
        (x, y) = (ex, ey);
        angle += random.between(-0.5, 0.5);
    }
}
