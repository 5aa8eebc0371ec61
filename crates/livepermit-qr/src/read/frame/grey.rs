//! Grey pixels, reduced copies of them, and levels between pixels.

use std::borrow::Cow;

/// The frame, or a reduced copy of it.
pub(super) struct GreyLayer<'a> {
    pub(super) pixels: Cow<'a, [u8]>,
    pub(super) width: usize,
    pub(super) height: usize,
    pub(super) stride: usize,
    /// Pixels of the frame along the side of one pixel of this layer.
    pub(super) factor: usize,
}

impl<'a> GreyLayer<'a> {
    pub(super) fn new(pixels: &'a [u8], width: usize, height: usize, stride: usize) -> Self {
        Self { pixels: Cow::Borrowed(pixels), width, height, stride, factor: 1 }
    }

    /// The memory of the layer; empty if the pixels are borrowed.
    pub(super) fn into_memory(self) -> Vec<u8> {
        match self.pixels {
            Cow::Owned(pixels) => pixels,
            Cow::Borrowed(_) => Vec::new(),
        }
    }

    pub(super) fn rows(&self) -> impl Iterator<Item = &[u8]> {
        self.pixels.chunks(self.stride).take(self.height).filter_map(|row| row.get(..self.width))
    }

    pub(super) fn row(&self, y: usize) -> Option<&[u8]> {
        let start = y * self.stride;
        self.pixels.get(start..start + self.width)
    }

    pub(super) fn get(&self, x: usize, y: usize) -> u8 {
        self.pixels.get(y * self.stride + x).copied().unwrap_or(0)
    }

    /// A layer in which each pixel is the mean of `factor` times `factor` pixels of this one.
    /// Pixels that are left over at the right and below are dropped.
    pub(super) fn reduced(&self, factor: usize) -> GreyLayer<'static> {
        self.reduced_into(factor, Vec::new())
    }

    /// The same, in memory that was used before.
    pub(super) fn reduced_into(&self, factor: usize, memory: Vec<u8>) -> GreyLayer<'static> {
        let (width, height) = (self.width / factor, self.height / factor);
        let mut pixels = memory;
        pixels.clear();
        pixels.reserve(width * height);
        match factor {
            2 => self.halve_into(&mut pixels),
            _ => self.reduce_into(factor, (width, height), &mut pixels),
        }
        GreyLayer {
            pixels: Cow::Owned(pixels),
            width,
            height,
            stride: width,
            factor: self.factor * factor,
        }
    }

    /// The case that every frame of the usual size needs. Two neighbours are taken as one number,
    /// which compilers turn into instructions for many pixels at once.
    fn halve_into(&self, pixels: &mut Vec<u8>) {
        let mut rows = self.rows();
        while let (Some(upper), Some(lower)) = (rows.next(), rows.next()) {
            let pairs = upper.as_chunks::<2>().0.iter().zip(lower.as_chunks::<2>().0);
            pixels.extend(pairs.map(|(upper, lower)| {
                let (upper, lower) = (u16::from_le_bytes(*upper), u16::from_le_bytes(*lower));
                (((upper & 0xFF) + (upper >> 8) + (lower & 0xFF) + (lower >> 8) + 2) >> 2) as u8
            }));
        }
    }

    fn reduce_into(&self, factor: usize, (width, height): (usize, usize), pixels: &mut Vec<u8>) {
        let mut sums = vec![0_u16; width * factor];
        let mut rows = self.rows();
        for _ in 0..height {
            sums.fill(0);
            for row in rows.by_ref().take(factor) {
                for (sum, pixel) in sums.iter_mut().zip(row) {
                    *sum += u16::from(*pixel);
                }
            }
            match factor {
                3 => mean_of::<3>(&sums, pixels),
                4 => mean_of::<4>(&sums, pixels),
                _ => {
                    let count = (factor * factor) as u32;
                    pixels.extend(sums.chunks_exact(factor).map(|sums| {
                        let sum: u32 = sums.iter().copied().map(u32::from).sum();
                        ((sum + count / 2) / count) as u8
                    }));
                }
            }
        }
    }

    /// A picture with twice the pixels along each side, between which the curve through four
    /// neighbours runs (Keys' cubic convolution with a = -0.5). Straight lines between two
    /// neighbours would blur modules of less than two pixels.
    pub(super) fn doubled(&self) -> (Vec<u8>, usize, usize) {
        let (width, height) = (self.width * 2, self.height * 2);
        let mut rows: Vec<u8> = Vec::with_capacity(width * self.height);
        for row in self.rows() {
            let at = |x: isize| {
                let x = x.clamp(0, self.width as isize - 1) as usize;
                i32::from(row.get(x).copied().unwrap_or(0))
            };
            for x in 0..self.width as isize {
                let [before, left, middle, right, after] = [-2, -1, 0, 1, 2].map(|dx| at(x + dx));
                rows.push(between(before, left, middle, right));
                rows.push(between(after, right, middle, left));
            }
        }
        let mut pixels = Vec::with_capacity(width * height);
        let row = |y: isize| {
            let y = y.clamp(0, self.height as isize - 1) as usize;
            rows.get(y * width..(y + 1) * width).unwrap_or_default()
        };
        for y in 0..self.height as isize {
            let [before, above, middle, below, after] = [-2, -1, 0, 1, 2].map(|dy| row(y + dy));
            for (far, near, other) in [(before, above, below), (after, below, above)] {
                let four = far.iter().zip(near).zip(middle).zip(other);
                pixels.extend(four.map(|(((a, b), c), d)| {
                    between((*a).into(), (*b).into(), (*c).into(), (*d).into())
                }));
            }
        }
        (pixels, width, height)
    }

    /// The grey level at a point of the frame, interpolated between the four nearest pixels.
    /// Outside the frame it is the level of the edge.
    #[inline]
    pub(super) fn at(&self, x: f32, y: f32) -> f32 {
        let (x, y) = self.place(x, y);
        self.at_place(x, y) as f32 / PARTS_OF_LEVEL
    }

    /// A point of the frame in 256ths of a pixel of this layer, from the middle of the first pixel.
    #[inline]
    pub(super) fn place(&self, x: f32, y: f32) -> (i32, i32) {
        let scale = PARTS as f32 / self.factor as f32;
        let half = (PARTS / 2) as f32;
        ((x * scale - half) as i32, (y * scale - half) as i32)
    }

    /// The grey level at such a point, times [`PARTS_OF_LEVEL`]. It is a whole number for speed:
    /// each code needs tens of thousands.
    #[inline]
    pub(super) fn at_place(&self, x: i32, y: i32) -> u32 {
        let within =
            |at: i32, side: usize| at.clamp(0, ((side as i32 - 1) * PARTS - 1).max(0)) as u32;
        let (x, y) = (within(x, self.width), within(y, self.height));
        let parts = PARTS as u32;
        let (left, top) = ((x / parts) as usize, (y / parts) as usize);
        let (dx, dy) = (x % parts, y % parts);
        let start = top * self.stride + left;
        let upper = self.pixels.get(start..start + 2).unwrap_or(&[0, 0]);
        let start = start + self.stride;
        let lower = self.pixels.get(start..start + 2).unwrap_or(upper);
        let (&[a, b], &[c, d]) = (upper, lower) else { return 0 };
        let between = |a: u8, b: u8| u32::from(a) * (parts - dx) + u32::from(b) * dx;
        between(a, b) * (parts - dy) + between(c, d) * dy
    }
}

/// The level a quarter of the way from `middle` to `near`.
fn between(far: i32, near: i32, middle: i32, other: i32) -> u8 {
    // The weights are in 128ths.
    let sum = -3 * far + 29 * near + 111 * middle - 9 * other;
    ((sum + 64) >> 7).clamp(0, 255) as u8
}

/// Parts of the side of a pixel.
const PARTS: i32 = 256;
/// Parts of a grey level: those of one side times those of the other.
pub(super) const PARTS_OF_LEVEL: f32 = (PARTS * PARTS) as f32;

fn mean_of<const FACTOR: usize>(sums: &[u16], pixels: &mut Vec<u8>) {
    let count = (FACTOR * FACTOR) as u16;
    pixels.extend(sums.as_chunks::<FACTOR>().0.iter().map(|sums| {
        let sum: u16 = sums.iter().sum();
        ((sum + count / 2) / count) as u8
    }));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reduced_pixels_are_means() {
        let pixels: Vec<u8> = (0..11 * 9).map(|at| (at * 37 % 256) as u8).collect();
        let layer = GreyLayer::new(&pixels, 11, 8, 11);
        for factor in 2..6 {
            let reduced = layer.reduced(factor);
            assert_eq!((reduced.width, reduced.height), (11 / factor, 8 / factor));
            for y in 0..reduced.height {
                for x in 0..reduced.width {
                    let parts = (0..factor * factor).map(|part| {
                        layer.get(x * factor + part % factor, y * factor + part / factor)
                    });
                    let mean = parts.map(f32::from).sum::<f32>() / (factor * factor) as f32;
                    assert!((f32::from(reduced.get(x, y)) - mean).abs() <= 0.5, "{factor} {x} {y}");
                }
            }
        }
    }

    #[test]
    fn levels_between_pixels_are_in_proportion() {
        let layer = GreyLayer::new(&[0, 100, 200, 40], 2, 2, 2);
        let near = |x, y, level: f32| (layer.at(x, y) - level).abs() < 1.0;
        assert!(
            near(0.5, 0.5, 0.0)
                && near(1.0, 0.5, 50.0)
                && near(0.5, 1.25, 150.0)
                && near(1.0, 1.0, 85.0)
        );
        // Outside, the edge goes on.
        assert!(near(-7.0, 0.5, 0.0) && near(9.0, 9.0, 40.0));
    }
}
