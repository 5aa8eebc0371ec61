//! Light that is not the screen's own: lamps mirrored in the glass, daylight on it, mains flicker.

use super::canvas::Canvas;
use super::random::Random;

/// The light around.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Light {
    /// Light that the glass throws back everywhere, in parts of a white screen: 3 in the sun with a
    /// dim screen.
    pub veil: f32,
    /// Lamps and windows mirrored in the glass.
    pub reflections: u32,
    /// How bright those are, in parts of a white screen.
    pub glare: f32,
    /// Depth of the dark bands that a rolling shutter makes of a flickering screen or lamp, 0 to 1.
    pub bands: f32,
    /// Bands in the height of the picture.
    pub band_count: f32,
    /// How unevenly the picture is lit, 0 to 1: the darkest side gets `1 - falloff`.
    pub falloff: f32,
    /// Shadow with a straight edge across the code, 0 to 1: the shaded side gets `1 - shadow`.
    pub shadow: f32,
}

impl Default for Light {
    fn default() -> Self {
        Self {
            veil: 0.02,
            reflections: 0,
            glare: 0.0,
            bands: 0.0,
            band_count: 3.0,
            falloff: 0.1,
            shadow: 0.0,
        }
    }
}

impl Light {
    /// `around` is where the code is: centre and half its side, in pixels.
    pub(crate) fn apply(&self, canvas: &mut Canvas, around: (f32, f32, f32), random: &mut Random) {
        for light in &mut canvas.light {
            *light += self.veil;
        }
        for _ in 0..self.reflections {
            reflection(canvas, around, self.glare, random);
        }
        if self.shadow > 0.0 {
            shadow(canvas, around, self.shadow, random);
        }
        let (width, height) = (canvas.width as f32, canvas.height as f32);
        let phase = random.between(0.0, 1.0);
        let (dx, dy) = random.between(0.0, core::f32::consts::TAU).sin_cos();
        for (y, row) in canvas.rows() {
            let turn = (y as f32 / height * self.band_count + phase).fract();
            // A pulsed backlight: on for some of the time, with soft edges where the shutter
            // passes.
            let pulse = ((turn - 0.5).abs() * 8.0 - 1.2).clamp(0.0, 1.0);
            let band = 1.0 - self.bands * (1.0 - pulse);
            for (x, light) in row.iter_mut().enumerate() {
                let side = (x as f32 / width - 0.5) * dx + (y as f32 / height - 0.5) * dy + 0.5;
                *light *= band * (1.0 - self.falloff * side.clamp(0.0, 1.0));
            }
        }
    }
}

/// A lamp (round, soft), a tube (long) or a window (with bars), mirrored somewhere on the code.
fn reflection(
    canvas: &mut Canvas,
    (cx, cy, half): (f32, f32, f32),
    glare: f32,
    random: &mut Random,
) {
    let (x, y) = (cx + random.between(-0.9, 0.9) * half, cy + random.between(-0.9, 0.9) * half);
    let (sin, cos) = random.between(0.0, core::f32::consts::PI).sin_cos();
    let kind = random.below(3);
    let (long, wide) = match kind {
        0 => (half * random.between(0.10, 0.25), half * 0.0),
        1 => (half * random.between(0.7, 1.2), half * random.between(0.04, 0.09)),
        _ => (half * random.between(0.35, 0.6), half * random.between(0.25, 0.4)),
    };
    let wide = if wide > 0.0 { wide } else { long };
    let reach = long.max(wide) * 2.5;
    canvas.paint((x - reach, y - reach, x + reach, y + reach), |px, py, old| {
        let (dx, dy) = (px - x, py - y);
        let (along, across) = ((dx * cos + dy * sin) / long, (dy * cos - dx * sin) / wide);
        let strength = match kind {
            0 => (-1.5 * (along * along + across * across)).exp(),
            _ => {
                let edge = |v: f32, soft: f32| ((1.0 - v.abs()) / soft + 0.5).clamp(0.0, 1.0);
                let bar = if kind == 2 && (along.abs() < 0.06 || across.abs() < 0.06) {
                    0.25
                } else {
                    1.0
                };
                edge(along, 0.15) * edge(across, 0.3) * bar
            }
        };
        Some(old + strength * glare)
    });
}

/// The edge passes near the middle of the code, in any direction, and is a few pixels soft.
fn shadow(canvas: &mut Canvas, (cx, cy, half): (f32, f32, f32), depth: f32, random: &mut Random) {
    let (sin, cos) = random.between(0.0, core::f32::consts::TAU).sin_cos();
    let offset = random.between(-0.6, 0.6) * half;
    let soft = random.between(1.0, 12.0);
    for (y, row) in canvas.rows() {
        for (x, light) in row.iter_mut().enumerate() {
            let beyond = (x as f32 - cx) * cos + (y as f32 - cy) * sin - offset;
            *light *= 1.0 - depth * (beyond / soft + 0.5).clamp(0.0, 1.0);
        }
    }
}
