//! A picture in light, not yet in grey levels.

/// Linear light, row by row; 1 is a white screen.
#[derive(Debug, Clone)]
pub(crate) struct Canvas {
    pub(crate) light: Vec<f32>,
    pub(crate) width: usize,
    pub(crate) height: usize,
}

impl Canvas {
    pub(crate) fn new(width: usize, height: usize, light: f32) -> Self {
        Self { light: vec![light; width * height], width, height }
    }

    pub(crate) fn at(&self, x: i64, y: i64) -> f32 {
        let x = x.clamp(0, self.width as i64 - 1) as usize;
        let y = y.clamp(0, self.height as i64 - 1) as usize;
        self.light[y * self.width + x]
    }

    pub(crate) fn rows(&mut self) -> impl Iterator<Item = (usize, &mut [f32])> {
        self.light.chunks_exact_mut(self.width).enumerate()
    }

    /// Sets every pixel of this box for which `light` has an answer; the box may reach outside.
    pub(crate) fn paint(
        &mut self,
        (left, top, right, bottom): (f32, f32, f32, f32),
        mut light: impl FnMut(f32, f32, f32) -> Option<f32>,
    ) {
        let columns = left.max(0.0) as usize..(right.max(0.0) as usize).min(self.width);
        let rows = top.max(0.0) as usize..(bottom.max(0.0) as usize).min(self.height);
        for y in rows {
            for x in columns.clone() {
                let pixel = &mut self.light[y * self.width + x];
                if let Some(new) = light(x as f32, y as f32, *pixel) {
                    *pixel = new;
                }
            }
        }
    }

    /// Smooth noise about 0, within 1: sums of waves about `scale` pixels long.
    pub(crate) fn waves(
        &self,
        random: &mut super::Random,
        scale: f32,
    ) -> impl Fn(usize, usize) -> f32 + use<> {
        // sin(ax + by) in tables of one coordinate each: a sine for each pixel would take most of
        // the time.
        let mut columns = vec![[(0.0, 0.0); WAVES]; self.width];
        let mut rows = vec![[(0.0, 0.0); WAVES]; self.height];
        for wave in 0..WAVES {
            let angle = random.between(0.0, core::f32::consts::TAU);
            let pace = core::f32::consts::TAU / (scale * random.between(0.6, 1.8));
            let start = random.between(0.0, core::f32::consts::TAU);
            for (x, column) in columns.iter_mut().enumerate() {
                column[wave] = (x as f32 * angle.cos() * pace).sin_cos();
            }
            for (y, row) in rows.iter_mut().enumerate() {
                row[wave] = (y as f32 * angle.sin() * pace + start).sin_cos();
            }
        }
        move |x, y| {
            let pairs = columns[x].iter().zip(&rows[y]);
            pairs.map(|((sx, cx), (sy, cy))| sx * cy + cx * sy).sum::<f32>() / WAVES as f32
        }
    }
}

const WAVES: usize = 6;
