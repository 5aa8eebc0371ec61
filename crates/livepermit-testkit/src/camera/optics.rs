//! The lens and the hand that shakes.

use super::canvas::Canvas;

/// What blurs a frame.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Optics {
    /// Radius of the disc a point becomes, in pixels: out of focus.
    pub defocus: f32,
    /// How far the picture moves while the shutter is open, in pixels to the right and down.
    pub motion: (f32, f32),
    /// Part of the light that is scattered over a wide disc: a dirty lens, or a screen far too
    /// bright.
    pub bloom: f32,
}

impl Default for Optics {
    fn default() -> Self {
        Self { defocus: 0.0, motion: (0.0, 0.0), bloom: 0.0 }
    }
}

impl Optics {
    pub(crate) fn apply(&self, canvas: &mut Canvas) {
        if self.bloom > 0.0 {
            let mut wide = canvas.clone();
            for _ in 0..2 {
                box_blur(&mut wide, 18);
            }
            for (sharp, wide) in canvas.light.iter_mut().zip(&wide.light) {
                *sharp += (wide - *sharp) * self.bloom;
            }
        }
        if self.defocus > 0.0 {
            disc_blur(canvas, self.defocus);
        }
        let (dx, dy) = self.motion;
        if dx != 0.0 || dy != 0.0 {
            motion_blur(canvas, dx, dy);
        }
        // No lens is perfect, no sensor without its filter: an eighth to each side.
        soften(canvas);
    }
}

fn soften(canvas: &mut Canvas) {
    weighted(canvas, &[(-1, 0, 0.125), (0, 0, 0.75), (1, 0, 0.125)]);
    weighted(canvas, &[(0, -1, 0.125), (0, 0, 0.75), (0, 1, 0.125)]);
}

fn disc_blur(canvas: &mut Canvas, radius: f32) {
    let reach = radius.ceil() as i64;
    let mut kernel = Vec::new();
    for y in -reach..=reach {
        for x in -reach..=reach {
            // The part of the pixel that lies in the disc, near enough.
            let weight = (radius + 0.5 - (x as f32).hypot(y as f32)).clamp(0.0, 1.0);
            if weight > 0.0 {
                kernel.push((x, y, weight));
            }
        }
    }
    normalise(&mut kernel);
    weighted(canvas, &kernel);
}

fn motion_blur(canvas: &mut Canvas, dx: f32, dy: f32) {
    let steps = (dx.hypot(dy).ceil() as i32 * 2).max(2);
    let mut kernel: Vec<(i64, i64, f32)> = Vec::new();
    for step in 0..=steps {
        let part = step as f32 / steps as f32 - 0.5;
        let (x, y) = (dx * part, dy * part);
        for (cx, wx) in [(x.floor(), 1.0 - x.fract_up()), (x.floor() + 1.0, x.fract_up())] {
            for (cy, wy) in [(y.floor(), 1.0 - y.fract_up()), (y.floor() + 1.0, y.fract_up())] {
                let cell = (cx as i64, cy as i64);
                match kernel.iter_mut().find(|(kx, ky, _)| (*kx, *ky) == cell) {
                    Some((_, _, weight)) => *weight += wx * wy,
                    None => kernel.push((cell.0, cell.1, wx * wy)),
                }
            }
        }
    }
    normalise(&mut kernel);
    weighted(canvas, &kernel);
}

trait FractUp {
    /// Distance from the next whole number below, also for negative numbers.
    fn fract_up(self) -> f32;
}

impl FractUp for f32 {
    fn fract_up(self) -> f32 {
        self - self.floor()
    }
}

fn normalise(kernel: &mut [(i64, i64, f32)]) {
    let sum: f32 = kernel.iter().map(|(_, _, weight)| weight).sum();
    for (_, _, weight) in kernel {
        *weight /= sum;
    }
}

fn weighted(canvas: &mut Canvas, kernel: &[(i64, i64, f32)]) {
    let source = canvas.clone();
    let width = canvas.width;
    for (y, row) in canvas.rows() {
        row.fill(0.0);
        for &(dx, dy, weight) in kernel {
            let from = (y as i64 + dy).clamp(0, source.height as i64 - 1) as usize * width;
            let line = &source.light[from..from + width];
            let shift = dx.unsigned_abs() as usize;
            // Outside, the pixel at the edge goes on.
            if dx >= 0 {
                for (sum, light) in row.iter_mut().zip(&line[shift..]) {
                    *sum += light * weight;
                }
                for sum in &mut row[width - shift..] {
                    *sum += line[width - 1] * weight;
                }
            } else {
                for (sum, light) in row[shift..].iter_mut().zip(line) {
                    *sum += light * weight;
                }
                for sum in &mut row[..shift] {
                    *sum += line[0] * weight;
                }
            }
        }
    }
}

fn box_blur(canvas: &mut Canvas, reach: i64) {
    let across = 1.0 / (2 * reach + 1) as f32;
    let source = canvas.clone();
    for (y, row) in canvas.rows() {
        let y = y as i64;
        let mut sum: f32 = (-reach..=reach).map(|x| source.at(x, y)).sum();
        for (x, pixel) in row.iter_mut().enumerate() {
            *pixel = sum * across;
            sum += source.at(x as i64 + reach + 1, y) - source.at(x as i64 - reach, y);
        }
    }
    let source = canvas.clone();
    let mut sums: Vec<f32> =
        (0..source.width as i64).map(|x| (-reach..=reach).map(|y| source.at(x, y)).sum()).collect();
    for (y, row) in canvas.rows() {
        let y = y as i64;
        for (x, (pixel, sum)) in row.iter_mut().zip(&mut sums).enumerate() {
            *pixel = *sum * across;
            *sum += source.at(x as i64, y + reach + 1) - source.at(x as i64, y - reach);
        }
    }
}
