//! The symbol as a PNG.

use core::num::NonZeroU8;
use std::io::Write;

use png::{BitDepth, ColorType, Compression, Encoder, Filter};

use super::error::QrError;
use super::matrix::{QUIET_ZONE, QrCode};

impl QrCode {
    /// Draws the code as a PNG: black on white, 1 bit a pixel, with the quiet zone.
    ///
    /// The picture is [`width_with_quiet_zone`](Self::width_with_quiet_zone) times
    /// `pixels_per_module` pixels wide and high. If it must be scaled, scale it by a whole number
    /// and without smoothing, or use the [SVG](Self::to_svg). On a screen, 8 pixels for a module
    /// are a good size; with fewer than 3 pixels, cameras read the code badly.
    ///
    /// ```
    /// use core::num::NonZeroU8;
    /// use livepermit_qr::draw::{ErrorCorrection, QrCode};
    /// let code = QrCode::encode("LP1:HELLO", ErrorCorrection::Medium)?;
    /// let png = code.to_png(NonZeroU8::new(8).unwrap())?;
    /// assert!(png.starts_with(b"\x89PNG"));
    /// # Ok::<(), livepermit_qr::draw::QrError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`QrError::Encoder`], which is a defect of this library.
    pub fn to_png(&self, pixels_per_module: NonZeroU8) -> Result<Vec<u8>, QrError> {
        let scale = usize::from(pixels_per_module.get());
        // At most 185 modules of 255 pixels.
        let side = u32::try_from(self.width_with_quiet_zone().saturating_mul(scale))
            .map_err(|_| QrError::Encoder)?;
        let mut file = Vec::new();
        self.write_png(&mut file, side, scale).map_err(|_| QrError::Encoder)?;
        Ok(file)
    }

    /// The largest number of pixels a module with which the code and its quiet zone fit into a
    /// square of `side` pixels. `None` if one pixel a module is already too large.
    ///
    /// Give the physical pixels of the screen, and show the picture without scaling it. If the
    /// result is below 3, use a lower level of error correction, whose code has fewer modules; see
    /// `docs/scanning.md` in the repository.
    ///
    /// ```
    /// use livepermit_qr::draw::{ErrorCorrection, QrCode};
    /// let code = QrCode::encode("LP1:HELLO", ErrorCorrection::Medium)?;
    /// assert_eq!(code.width_with_quiet_zone(), 29);
    /// assert_eq!(code.pixels_to_fit(1080).map(u8::from), Some(37));
    /// assert_eq!(code.pixels_to_fit(28), None);
    /// # Ok::<(), livepermit_qr::draw::QrError>(())
    /// ```
    #[must_use]
    pub fn pixels_to_fit(&self, side: u32) -> Option<NonZeroU8> {
        let modules = u32::try_from(self.width_with_quiet_zone()).ok()?;
        NonZeroU8::new(u8::try_from(side.checked_div(modules)?).unwrap_or(u8::MAX))
    }

    fn write_png(
        &self,
        file: &mut Vec<u8>,
        side: u32,
        scale: usize,
    ) -> Result<(), png::EncodingError> {
        let mut encoder = Encoder::new(file, side, side);
        encoder.set_color(ColorType::Grayscale);
        encoder.set_depth(BitDepth::One);
        // Most pixel rows repeat the row above. For these the filter leaves zeros, which the fast
        // compression packs well. The balanced one makes files half as large and takes 20 to 30
        // times as long.
        encoder.set_compression(Compression::Fast);
        encoder.set_filter(Filter::Up);
        let mut writer = encoder.write_header()?;
        // Row by row, so that the largest picture (279 MB unpacked) needs no more memory than the
        // smallest.
        let mut pixels = writer.stream_writer()?;

        let width = self.width_with_quiet_zone();
        let mut modules = vec![false; width];
        let light = packed(modules.iter().copied(), scale);
        let quiet = QUIET_ZONE.saturating_mul(scale);
        for _ in 0..quiet {
            pixels.write_all(&light)?;
        }
        for row in self.rows() {
            for (module, dark) in modules.iter_mut().skip(QUIET_ZONE).zip(row) {
                *module = *dark;
            }
            let line = packed(modules.iter().copied(), scale);
            for _ in 0..scale {
                pixels.write_all(&line)?;
            }
        }
        for _ in 0..quiet {
            pixels.write_all(&light)?;
        }
        pixels.finish()?;
        writer.finish()
    }
}

/// One row of pixels, eight to a byte, the leftmost in the highest bit; light is 1, and so is the
/// padding.
fn packed(modules: impl ExactSizeIterator<Item = bool>, scale: usize) -> Vec<u8> {
    let mut line = Vec::with_capacity(modules.len().saturating_mul(scale).div_ceil(8));
    // The latest pixels, the last one in the lowest bit; and how many are not in a byte yet.
    let (mut pixels, mut waiting) = (0_u16, 0);
    for dark in modules {
        let mut left = scale;
        while left > 0 {
            let taken = left.min(8);
            left = left.saturating_sub(taken);
            let light = if dark { 0 } else { !(u16::MAX << taken) };
            pixels = pixels << taken | light;
            waiting = taken.saturating_add(waiting);
            if let Some(after) = waiting.checked_sub(8) {
                let [_, byte] = (pixels >> after).to_be_bytes();
                line.push(byte);
                waiting = after;
            }
        }
    }
    if waiting > 0 {
        let padding = 8_usize.saturating_sub(waiting);
        let [_, byte] = (pixels << padding | !(u16::MAX << padding)).to_be_bytes();
        line.push(byte);
    }
    line
}

#[cfg(test)]
mod tests {
    use super::packed;

    #[test]
    fn pixels_fill_bytes_from_the_left() {
        assert_eq!(packed([true, false].into_iter(), 4), [0x0F]);
        assert_eq!(packed([true, false, true].into_iter(), 3), [0b0001_1100, 0b0111_1111]);
        assert_eq!(packed([true].into_iter(), 9), [0x00, 0x7F]);
    }
}
