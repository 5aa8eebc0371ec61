//! Grey pixels, reduced copies of them, and values between them.

use std::borrow::Cow;

/// Grey pixels whose side is a whole number of the frame's.
pub(super) struct Layer<'a> {
    pixels: Cow<'a, [u8]>,
    pub(super) width: usize,
    pub(super) height: usize,
    stride: usize,
    /// Pixels of the frame along one of these.
    pub(super) factor: usize,
}

impl<'a> Layer<'a> {
    pub(super) fn new(pixels: &'a [u8], width: usize, height: usize, stride: usize) -> Self {
        Self { pixels: Cow::Borrowed(pixels), width, height, stride, factor: 1 }
    }

    /// Its memory, when that is its own.
    pub(super) fn into_memory(self) -> Vec<u8> {
        match self.pixels {
            Cow::Owned(pixels) => pixels,
            Cow::Borrowed(_) => Vec::new(),
        }
    }

    pub(super) fn rows(&self) -> impl Iterator<Item = &[u8]> {
        self.pixels.chunks(self.stride).take(self.height).filter_map(|row| row.get(..self.width))
    }

    pub(super) fn row(&self, y: usize) -> &[u8] {
        let start = y * self.stride;
        self.pixels.get(start..start + self.width).unwrap_or_default()
    }

    pub(super) fn get(&self, x: usize, y: usize) -> u8 {
        self.pixels.get(y * self.stride + x).copied().unwrap_or(0)
    }

    /// Each pixel the mean of `factor` times `factor` of these; what is left at the right and below is dropped.
    pub(super) fn reduced(&self, factor: usize) -> Layer<'static> {
        self.reduced_into(factor, Vec::new())
    }

    /// The same, in memory that is there already.
    pub(super) fn reduced_into(&self, factor: usize, memory: Vec<u8>) -> Layer<'static> {
        let (width, height) = (self.width / factor, self.height / factor);
        let mut pixels = memory;
        pixels.clear();
        pixels.reserve(width * height);
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
                2 => mean_of::<2>(&sums, &mut pixels),
                3 => mean_of::<3>(&sums, &mut pixels),
                4 => mean_of::<4>(&sums, &mut pixels),
                _ => {
                    let count = (factor * factor) as u32;
                    pixels.extend(sums.chunks_exact(factor).map(|sums| {
                        let sum: u32 = sums.iter().copied().map(u32::from).sum();
                        ((sum + count / 2) / count) as u8
                    }));
                }
            }
        }
        Layer { pixels: Cow::Owned(pixels), width, height, stride: width, factor: self.factor * factor }
    }

    /// The grey level at a point of the frame, between the four nearest pixels; the edge's outside.
    #[inline]
    pub(super) fn at(&self, x: f32, y: f32) -> f32 {
        let scale = 1.0 / self.factor as f32;
        let (x, y) = (x * scale - 0.5, y * scale - 0.5);
        let (x, y) = (x.clamp(0.0, self.width as f32 - 1.001), y.clamp(0.0, self.height as f32 - 1.001));
        let (left, top) = (x as usize, y as usize);
        let (dx, dy) = (x - left as f32, y - top as f32);
        let start = top * self.stride + left;
        let upper = self.pixels.get(start..start + 2).unwrap_or(&[0, 0]);
        let start = start + self.stride;
        let lower = self.pixels.get(start..start + 2).unwrap_or(upper);
        let (&[a, b], &[c, d]) = (upper, lower) else { return 0.0 };
        let (a, b, c, d) = (f32::from(a), f32::from(b), f32::from(c), f32::from(d));
        let above = a + (b - a) * dx;
        let below = c + (d - c) * dx;
        above + (below - above) * dy
    }
}

fn mean_of<const FACTOR: usize>(sums: &[u16], pixels: &mut Vec<u8>) {
    let count = (FACTOR * FACTOR) as u16;
    pixels.extend(sums.as_chunks::<FACTOR>().0.iter().map(|sums| {
        let sum: u16 = sums.iter().sum();
        ((sum + count / 2) / count) as u8
    }));
}
