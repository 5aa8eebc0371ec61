//! Codes that are drawn.

use std::num::NonZeroU8;

use livepermit::qr::QrError;

use super::failure::Failure;
use super::texts;

/// The default number of pixels for each module of a PNG.
pub(crate) const DEFAULT_PIXELS: NonZeroU8 = match NonZeroU8::new(8) {
    Some(pixels) => pixels,
    None => NonZeroU8::MIN,
};

/// Why a code cannot be drawn.
pub(crate) fn draw_failure(error: &QrError) -> Failure {
    match error {
        QrError::TooLong { .. } => texts::code_too_long(error),
        _ => texts::code_not_drawn(error),
    }
}
