//! From the pixel layouts of cameras to luma.
#![cfg_attr(
    not(test),
    expect(
        clippy::arithmetic_side_effects,
        clippy::as_conversions,
        reason = "sums of bytes that fit 16 bits, and sizes checked against the buffer"
    )
)]

use core::fmt;

use super::frame::{FrameError, LumaFrame};

/// How a camera lays out its pixels, row by row from the top.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum PixelLayout {
    /// One byte of luma a pixel (`gray`, `Y8`, `GREY`). Used without a copy.
    Luma,
    /// A plane of luma, then planes of colour that are ignored: NV12, NV21, I420, YV12. Used
    /// without a copy. The stride is that of the luma plane, and the other planes may be left out.
    Yuv420,
    /// Y U Y V for two pixels: YUYV, YUY2.
    Yuyv,
    /// U Y V Y for two pixels: UYVY.
    Uyvy,
    /// Three bytes a pixel: red, green, blue.
    Rgb,
    /// Four bytes a pixel: red, green, blue, and one that is ignored.
    Rgba,
    /// Three bytes a pixel: blue, green, red.
    Bgr,
    /// Four bytes a pixel: blue, green, red, and one that is ignored.
    Bgra,
}

impl PixelLayout {
    /// Bytes of a row of `width` pixels, without the padding up to the stride.
    #[must_use]
    pub const fn bytes_per_row(self, width: u32) -> usize {
        let width = width as usize;
        match self {
            Self::Luma | Self::Yuv420 => width,
            Self::Yuyv | Self::Uyvy => width.div_ceil(2).saturating_mul(4),
            Self::Rgb | Self::Bgr => width.saturating_mul(3),
            Self::Rgba | Self::Bgra => width.saturating_mul(4),
        }
    }
}

/// Makes luma frames from the pixels of a camera. Its memory is used again for the next frame.
///
/// ```
/// use livepermit_qr::read::{LumaBuffer, PixelLayout};
/// let mut buffer = LumaBuffer::new();
/// let camera = [0_u8; 640 * 480 * 3];
/// let frame = buffer.frame(&camera, 640, 480, 640 * 3, PixelLayout::Rgb)?;
/// assert_eq!((frame.width(), frame.height()), (640, 480));
/// # Ok::<(), livepermit_qr::read::FrameError>(())
/// ```
#[derive(Default)]
pub struct LumaBuffer(Vec<u8>);

impl LumaBuffer {
    /// An empty buffer. The first frame that has to be converted makes it allocate one byte a
    /// pixel.
    #[must_use]
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// The luma of a frame of `width` by `height` pixels whose rows begin `stride` bytes apart.
    /// Red, green and blue count as in ITU-R BT.601: 0.30, 0.59, 0.11.
    ///
    /// # Errors
    ///
    /// [`FrameError`], all but `ReaderPanicked`.
    pub fn frame<'a>(
        &'a mut self,
        pixels: &'a [u8],
        width: u32,
        height: u32,
        stride: usize,
        layout: PixelLayout,
    ) -> Result<LumaFrame<'a>, FrameError> {
        // Checks the sizes before any memory is taken.
        let plane = LumaFrame::new(pixels, width, height, stride)?;
        let row_bytes = layout.bytes_per_row(width);
        if stride < row_bytes {
            return Err(FrameError::StrideTooShort { stride, width });
        }
        let (columns, rows) = (width as usize, height as usize);
        let needed = stride.saturating_mul(rows - 1).saturating_add(row_bytes);
        if pixels.len() < needed {
            return Err(FrameError::TooFewPixels { pixels: pixels.len(), needed });
        }
        let rows = pixels.chunks(stride).take(rows).filter_map(|row| row.get(..row_bytes));
        let out = &mut self.0;
        out.clear();
        out.reserve(plane.width() as usize * plane.height() as usize);
        match layout {
            PixelLayout::Luma | PixelLayout::Yuv420 => return Ok(plane),
            PixelLayout::Yuyv => rows.for_each(|row| each(whole(row, columns), out, |[y, _]| y)),
            PixelLayout::Uyvy => rows.for_each(|row| each(whole(row, columns), out, |[_, y]| y)),
            PixelLayout::Rgb => rows.for_each(|row| each(row, out, |[r, g, b]| luma(r, g, b))),
            PixelLayout::Bgr => rows.for_each(|row| each(row, out, |[b, g, r]| luma(r, g, b))),
            PixelLayout::Rgba => rows.for_each(|row| each(row, out, |[r, g, b, _]| luma(r, g, b))),
            PixelLayout::Bgra => rows.for_each(|row| each(row, out, |[b, g, r, _]| luma(r, g, b))),
        }
        LumaFrame::new(&self.0, width, height, columns)
    }
}

/// The row without the second half of its last pair, if the number of columns is odd.
fn whole(row: &[u8], columns: usize) -> &[u8] {
    row.get(..2 * columns).unwrap_or(row)
}

fn each<const BYTES: usize>(row: &[u8], out: &mut Vec<u8>, luma: impl Fn([u8; BYTES]) -> u8) {
    out.extend(row.as_chunks::<BYTES>().0.iter().map(|pixel| luma(*pixel)));
}

/// The weights are in 256ths, and the sum is rounded.
fn luma(red: u8, green: u8, blue: u8) -> u8 {
    let sum = u16::from(red) * 77 + u16::from(green) * 150 + u16::from(blue) * 29;
    ((sum + 128) >> 8) as u8
}

/// Shows the size, not what the camera saw.
impl fmt::Debug for LumaBuffer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LumaBuffer").field("pixels", &self.0.len()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::luma;

    #[test]
    fn grey_stays_as_it_is() {
        for level in 0..=255 {
            assert_eq!(luma(level, level, level), level);
        }
        assert_eq!([luma(255, 0, 0), luma(0, 255, 0), luma(0, 0, 255)], [77, 149, 29]);
    }
}
