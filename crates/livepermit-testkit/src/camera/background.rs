//! What is behind the phone, or all there is.

use super::canvas::Canvas;
use super::random::Random;

/// What the camera sees where no phone is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Background {
    /// A wall in uneven light.
    Wall,
    /// Things of all shapes: shelves, bags, stripes, tiles.
    Clutter,
    /// A printed page.
    Text,
    /// People's faces, as a picture of ovals has them.
    Faces,
    /// Tiles and rings: many almost finder patterns.
    Tiles,
    /// Every pixel on its own, or in small squares, as a code without corners would look.
    Noise,
}

impl Background {
    /// Each of them.
    pub const ALL: [Self; 6] =
        [Self::Wall, Self::Clutter, Self::Text, Self::Faces, Self::Tiles, Self::Noise];

    pub(crate) fn paint(self, width: usize, height: usize, random: &mut Random) -> Canvas {
        let mut canvas = wall(width, height, random);
        match self {
            Self::Wall => {}
            Self::Clutter => clutter(&mut canvas, random),
            Self::Text => text(&mut canvas, random),
            Self::Faces => faces(&mut canvas, random),
            Self::Tiles => tiles(&mut canvas, random),
            Self::Noise => noise(&mut canvas, random),
        }
        canvas
    }
}

fn wall(width: usize, height: usize, random: &mut Random) -> Canvas {
    let base = random.between(0.08, 0.4);
    let mut canvas = Canvas::new(width, height, base);
    let (large, fine) =
        (canvas.waves(random, height as f32), canvas.waves(random, height as f32 / 40.0));
    for (y, row) in canvas.rows() {
        for (x, light) in row.iter_mut().enumerate() {
            *light = base * (1.0 + 0.6 * large(x, y) + 0.08 * fine(x, y)).max(0.05);
        }
    }
    canvas
}

fn clutter(canvas: &mut Canvas, random: &mut Random) {
    let (width, height) = (canvas.width as f32, canvas.height as f32);
    for _ in 0..70 {
        let (x, y) = (random.between(0.0, width), random.between(0.0, height));
        let (half_x, half_y) =
            (random.between(0.01, 0.15) * width, random.between(0.01, 0.2) * height);
        let (sin, cos) = random.between(-0.5, 0.5).sin_cos();
        let light = random.between(0.0, 1.0).powi(2) * 0.9;
        let (round, stripes) = (random.once_in(3), random.once_in(4));
        let pace = random.between(0.15, 0.9);
        let reach = half_x.hypot(half_y);
        canvas.paint((x - reach, y - reach, x + reach, y + reach), |px, py, old| {
            let (dx, dy) = (px - x, py - y);
            let (u, v) = ((dx * cos + dy * sin) / half_x, (dy * cos - dx * sin) / half_y);
            let inside = if round { u.hypot(v) < 1.0 } else { u.abs() < 1.0 && v.abs() < 1.0 };
            let shade = light * (1.0 - 0.3 * v);
            inside.then(|| {
                if stripes && ((u * half_x * pace).sin() > 0.0) { old * 0.3 } else { shade }
            })
        });
    }
}

fn text(canvas: &mut Canvas, random: &mut Random) {
    let (width, height) = (canvas.width, canvas.height);
    let letter = random.between(9.0, 26.0);
    let (sin, cos) = random.between(-0.3, 0.3).sin_cos();
    let key = random.bits();
    for (y, row) in canvas.rows() {
        for (x, light) in row.iter_mut().enumerate() {
            let (x, y) = (x as f32 - width as f32 / 2.0, y as f32 - height as f32 / 2.0);
            let (u, v) = ((x * cos + y * sin) / letter, (y * cos - x * sin) / (letter * 2.2));
            let mut glyph =
                Random::new(key ^ ((u.floor() as i64 as u64) << 24) ^ (v.floor() as i64 as u64));
            let bits = glyph.bits();
            let (across, down) = (((u - u.floor()) * 5.0) as u64, ((v - v.floor()) * 10.0) as u64);
            *light *= 2.0;
            if bits & 7 != 0 && across < 4 && down < 6 && bits >> (8 + down * 4 + across) & 1 == 1 {
                *light *= 0.06;
            }
        }
    }
}

fn faces(canvas: &mut Canvas, random: &mut Random) {
    let (width, height) = (canvas.width as f32, canvas.height as f32);
    for _ in 0..random.below(4) + 1 {
        let (x, y) = (random.between(0.1, 0.9) * width, random.between(0.25, 0.75) * height);
        let size = random.between(0.12, 0.35) * height;
        let (skin, hair) = (random.between(0.12, 0.6), random.between(0.01, 0.15));
        let oval = |canvas: &mut Canvas, dx: f32, dy: f32, rx: f32, ry: f32, light: f32| {
            let (x, y, rx, ry) = (x + dx * size, y + dy * size, rx * size, ry * size);
            canvas.paint((x - rx, y - ry, x + rx, y + ry), |px, py, old| {
                let away = ((px - x) / rx).hypot((py - y) / ry);
                let inside = ((1.0 - away) * 12.0).clamp(0.0, 1.0);
                let shade = light * (1.0 - 0.35 * away + 0.2 * (px - x) / rx);
                Some(old + (shade - old) * inside)
            });
        };
        oval(canvas, 0.0, 1.5, 1.3, 0.7, random.between(0.02, 0.5));
        oval(canvas, 0.0, -0.15, 0.85, 1.05, hair);
        oval(canvas, 0.0, 0.1, 0.68, 0.9, skin);
        for side in [-1.0, 1.0] {
            oval(canvas, 0.28 * side, -0.1, 0.15, 0.08, 0.8);
            oval(canvas, 0.28 * side, -0.1, 0.07, 0.07, 0.05);
            oval(canvas, 0.28 * side, -0.28, 0.18, 0.04, hair);
        }
        oval(canvas, 0.0, 0.2, 0.08, 0.2, skin * 0.8);
        oval(canvas, 0.0, 0.52, 0.25, 0.07, skin * 0.4);
    }
}

fn tiles(canvas: &mut Canvas, random: &mut Random) {
    let side = random.between(14.0, 60.0);
    let (sin, cos) = random.between(0.0, 1.5).sin_cos();
    let (dark, key, rings) = (random.between(0.02, 0.3), random.bits(), random.once_in(2));
    for (y, row) in canvas.rows() {
        for (x, light) in row.iter_mut().enumerate() {
            let (x, y) = (x as f32, y as f32);
            let (u, v) = ((x * cos + y * sin) / side, (y * cos - x * sin) / side);
            let (du, dv) = (u - u.floor() - 0.5, v - v.floor() - 0.5);
            let seed = key ^ ((u.floor() as i64 as u64) << 24) ^ (v.floor() as i64 as u64);
            let away = if rings { du.hypot(dv) } else { du.abs().max(dv.abs()) };
            // Rings whose widths are not those of a finder pattern, some filled, some empty.
            let ring = match Random::new(seed).below(4) {
                0 => away < 0.45,
                1 => away < 0.45 && away > 0.33,
                2 => away < 0.12 || away > 0.2 && away < 0.45,
                _ => false,
            };
            *light = if ring { dark } else { light.max(0.3) * 1.5 };
        }
    }
}

fn noise(canvas: &mut Canvas, random: &mut Random) {
    let side = random.below(9) as usize + 1;
    let (depth, key) = (random.between(0.3, 1.0), random.bits());
    let mut line = vec![0.0; canvas.width];
    for (y, row) in canvas.rows() {
        if y % side == 0 {
            let mut cells = Random::new(key ^ (y / side) as u64);
            for cell in line.chunks_mut(side) {
                cell.fill(if cells.once_in(2) { 1.0 } else { 1.0 - depth });
            }
        }
        for (light, cell) in row.iter_mut().zip(&line) {
            *light = (*light * 2.0 + 0.2) * cell;
        }
    }
}
