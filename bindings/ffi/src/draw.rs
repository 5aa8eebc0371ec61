//! QR codes.

use core::num::NonZeroU8;
use core::time::Duration;
use std::sync::Arc;

use livepermit::qr;

use crate::error::{LivepermitError, Result};
use crate::number::{as_i64, count, length};

/// How much of a QR code may be unreadable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
pub enum ErrorCorrection {
    /// About 7 %.
    Low,
    /// About 15 %: for screens.
    Medium,
    /// About 25 %: for paper.
    Quartile,
    /// About 30 %.
    High,
}

/// A QR code that was drawn.
#[derive(Debug)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Object))]
pub struct QrPicture(qr::QrCode);

/// Draws a text of the 45 characters of alphanumeric mode, such as the `qr_text` of a token.
///
/// # Errors
/// `qr-empty`, `qr-character`, `qr-too-long`.
#[cfg_attr(feature = "uniffi", uniffi::export)]
pub fn draw_qr(text: &str, level: ErrorCorrection) -> Result<Arc<QrPicture>> {
    let level = match level {
        ErrorCorrection::Low => qr::ErrorCorrection::Low,
        ErrorCorrection::Medium => qr::ErrorCorrection::Medium,
        ErrorCorrection::Quartile => qr::ErrorCorrection::Quartile,
        ErrorCorrection::High => qr::ErrorCorrection::High,
    };
    Ok(Arc::new(QrPicture(qr::QrCode::encode(text, level)?)))
}

#[cfg_attr(feature = "uniffi", uniffi::export)]
impl QrPicture {
    /// The version of the symbol, 1 to 40.
    #[must_use]
    pub fn version(&self) -> i64 {
        self.0.version().into()
    }

    /// Modules along a side, without the light border of 4 modules.
    #[must_use]
    pub fn width(&self) -> i64 {
        length(self.0.width())
    }

    /// The modules row by row: 1 is dark, 0 is light. Without the light border, which the app must
    /// draw.
    #[must_use]
    pub fn modules(&self) -> Vec<u8> {
        self.0.rows().flatten().map(|dark| u8::from(*dark)).collect()
    }

    /// An SVG picture with the light border.
    #[must_use]
    pub fn to_svg(&self) -> String {
        self.0.to_svg()
    }

    /// The same with a bar below the code that becomes shorter: `left` of `of` milliseconds.
    ///
    /// # Errors
    /// `number-negative`.
    pub fn to_svg_with_countdown(&self, left: i64, of: i64) -> Result<String> {
        let left = Duration::from_millis(count("the time left", left)?);
        let whole = Duration::from_millis(count("the whole time", of)?);
        let countdown = qr::Countdown::new(left, whole);
        Ok(self.0.to_svg_with_countdown(countdown))
    }

    /// A PNG picture with the light border, 1 to 255 pixels a module.
    ///
    /// # Errors
    /// `pixels-out-of-range`.
    pub fn to_png(&self, pixels_per_module: i64) -> Result<Vec<u8>> {
        let pixels = u8::try_from(pixels_per_module).ok().and_then(NonZeroU8::new);
        let pixels = pixels.ok_or_else(|| {
            let reason = format!("a module has 1 to 255 pixels, not {pixels_per_module}");
            LivepermitError::compared("pixels-out-of-range", reason, pixels_per_module, 255)
        })?;
        Ok(self.0.to_png(pixels)?)
    }

    /// The pixels of a module with which the picture is at most `side` pixels wide; nothing if it
    /// does not fit.
    ///
    /// # Errors
    /// `number-negative`.
    pub fn pixels_to_fit(&self, side: i64) -> Result<Option<i64>> {
        let side = u32::try_from(count("the side", side)?).unwrap_or(u32::MAX);
        Ok(self.0.pixels_to_fit(side).map(|pixels| as_i64(pixels.get().into())))
    }
}
