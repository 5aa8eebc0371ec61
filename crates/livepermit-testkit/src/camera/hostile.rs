//! Frames that are meant to cost a reader time: what a stranger can hold before a camera.

use super::random::Random;
use super::scene::{Frame, Size};

/// Finder patterns, shoulder to shoulder, `module` pixels to a module; as many as fit.
#[must_use]
pub fn finder_wall(size: Size, module: u32) -> Frame {
    paint(size, |x, y| finder(x / module % 8, y / module % 8))
}

/// Finder patterns with gaps as between the corners of small codes, so that every three near each
/// other look like a code: `modules` from one to the next.
#[must_use]
pub fn finder_grid(size: Size, module: u32, modules: u32) -> Frame {
    let mut inside = Random::new(u64::from(module * modules));
    let key = inside.bits();
    paint(size, |x, y| {
        let (u, v) = (x / module, y / module);
        let (column, row) = (u % modules, v % modules);
        if column < 8 && row < 8 {
            return finder(column, row);
        }
        // Timing patterns between them, then data.
        match (column, row) {
            (_, 6) => column % 2 == 0,
            (6, _) => row % 2 == 0,
            _ => Random::new(key ^ u64::from(u) << 20 ^ u64::from(v)).once_in(2),
        }
    })
}

/// Rings of dark and light in the widths of a finder pattern, in one direction only: every row has
/// thousands.
#[must_use]
pub fn stripes(size: Size, module: u32) -> Frame {
    paint(size, |x, _| matches!(x / module % 8, 0 | 2 | 3 | 4 | 6))
}

/// Finder patterns thrown about, of all sizes.
#[must_use]
pub fn finder_rain(size: Size, count: u32, seed: u64) -> Frame {
    let mut random = Random::new(seed);
    let (width, height) = (size.width as usize, size.height as usize);
    let mut pixels = vec![235_u8; width * height];
    for _ in 0..count {
        let module = random.below(4) + 2;
        let side = module * 9;
        if side >= size.width.min(size.height) {
            continue;
        }
        let (left, top) = (random.below(size.width - side), random.below(size.height - side));
        for y in 0..side {
            for x in 0..side {
                let (u, v) = (x / module, y / module);
                let dark = (1..8).contains(&u) && (1..8).contains(&v) && finder(u - 1, v - 1);
                pixels[(top + y) as usize * width + (left + x) as usize] =
                    if dark { 20 } else { 235 };
            }
        }
    }
    Frame { pixels, size, texts: Vec::new() }
}

/// Every pixel on its own, dark or light.
#[must_use]
pub fn static_noise(size: Size, seed: u64) -> Frame {
    let mut random = Random::new(seed);
    paint(size, |_, _| random.once_in(2))
}

fn finder(x: u32, y: u32) -> bool {
    let away = x.abs_diff(3).max(y.abs_diff(3));
    away == 3 || away < 2
}

fn paint(size: Size, mut is_dark: impl FnMut(u32, u32) -> bool) -> Frame {
    let pixels = (0..size.height)
        .flat_map(|y| (0..size.width).map(move |x| (x, y)))
        .map(|(x, y)| if is_dark(x, y) { 20 } else { 235 })
        .collect();
    Frame { pixels, size, texts: Vec::new() }
}
