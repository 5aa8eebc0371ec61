//! The symbol: a square of dark and light modules.

use core::fmt;

use qrcode::bits::Bits;
use qrcode::canvas::Canvas;
use qrcode::ec::construct_codewords;
use qrcode::{EcLevel, Version};

use super::capacity::{ErrorCorrection, capacity, checked_length, smallest_version};
use super::error::QrError;
use super::mask;

/// Light modules that every symbol needs on each of its sides (ISO/IEC 18004:2015, 6.3.8). All
/// pictures made here have them.
pub const QUIET_ZONE: usize = 4;

/// A QR code (Model 2, versions 1 to 40) with one text in alphanumeric mode.
///
/// The text is written as **one** alphanumeric segment, so its length alone decides the size of the
/// symbol. A general encoder chooses modes by itself and may switch to Kanji or byte mode in the
/// middle; a reader that then guesses the wrong character set returns another text.
///
/// ```
/// use livepermit_qr::draw::{ErrorCorrection, QrCode};
/// let code = QrCode::encode(&format!("LP1:{}", "0A".repeat(33)), ErrorCorrection::Medium)?;
/// assert_eq!((code.version(), code.width()), (4, 33));
/// assert!(code.is_dark(0, 0), "a finder pattern stands in this corner");
/// # Ok::<(), livepermit_qr::draw::QrError>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct QrCode {
    version: u8,
    level: ErrorCorrection,
    width: usize,
    /// Row by row, dark is true; exactly `width * width` of them.
    modules: Box<[bool]>,
}

impl QrCode {
    /// Encodes `text` in the smallest version that holds it at this level of error correction. The
    /// penalty rules of the standard choose the mask.
    ///
    /// The same text and level always give the same modules.
    ///
    /// # Errors
    ///
    /// [`QrError::Empty`]; [`QrError::Character`] for the first character outside the alphanumeric
    /// set; [`QrError::TooLong`] when version 40 does not hold it.
    pub fn encode(text: &str, level: ErrorCorrection) -> Result<Self, QrError> {
        let characters = checked_length(text)?;
        let version = smallest_version(characters, level)
            .ok_or_else(|| QrError::TooLong { characters, capacity: capacity(40, level) })?;
        let ec_level = match level {
            ErrorCorrection::Low => EcLevel::L,
            ErrorCorrection::Medium => EcLevel::M,
            ErrorCorrection::Quartile => EcLevel::Q,
            ErrorCorrection::High => EcLevel::H,
        };
        let number = Version::Normal(version.into());
        let mut bits = Bits::new(number);
        let (data, check) = bits
            .push_alphanumeric_data(text.as_bytes())
            .and_then(|()| bits.push_terminator(ec_level))
            .and_then(|()| construct_codewords(&bits.into_bytes(), number, ec_level))
            .map_err(|_| QrError::Encoder)?;
        let mut canvas = Canvas::new(number, ec_level);
        canvas.draw_all_functional_patterns();
        canvas.draw_data(&data, &check);
        let width = usize::from(version).saturating_mul(4).saturating_add(17);
        let modules = mask::masked(&canvas, width, level);
        Ok(Self { version, level, width, modules })
    }

    /// The version, 1 to 40.
    #[must_use]
    pub const fn version(&self) -> u8 {
        self.version
    }

    /// The level of error correction that was asked for.
    #[must_use]
    pub const fn error_correction(&self) -> ErrorCorrection {
        self.level
    }

    /// Modules along one side, without the quiet zone: 21 to 177.
    #[must_use]
    pub const fn width(&self) -> usize {
        self.width
    }

    /// Modules along one side, with the [`QUIET_ZONE`] on both ends: 29 to 185.
    #[must_use]
    pub const fn width_with_quiet_zone(&self) -> usize {
        self.width.saturating_add(QUIET_ZONE * 2)
    }

    /// Whether the module in column `x` and row `y` is dark. Both are counted from 0 at the top
    /// left corner of the symbol. Outside the symbol everything is light.
    #[must_use]
    pub fn is_dark(&self, x: usize, y: usize) -> bool {
        x < self.width && self.rows().nth(y).and_then(|row| row.get(x)).copied().unwrap_or(false)
    }

    /// The rows from top to bottom, each from left to right, without the quiet zone; dark is
    /// `true`.
    pub fn rows(&self) -> impl DoubleEndedIterator<Item = &[bool]> + ExactSizeIterator {
        self.modules.chunks_exact(self.width)
    }
}

/// Shows the sizes only: the modules contain the text, and the text of a permit must not be in a
/// log.
impl fmt::Debug for QrCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("QrCode")
            .field("version", &self.version)
            .field("error_correction", &self.level)
            .field("width", &self.width)
            .finish_non_exhaustive()
    }
}
