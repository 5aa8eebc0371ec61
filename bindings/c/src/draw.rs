//! QR codes.

use livepermit_ffi::{ErrorCorrection, QrPicture, draw_qr};

use crate::buffer::{give, lp_buffer};
use crate::error::{Failure, Outcome, lp_error, lp_result, run};
use crate::text::{lp_bytes, lp_text};

/// How much of a QR code may be unreadable: one of the constants `LP_CORRECTION_*`.
pub type lp_error_correction = u32;

/// About 7 %.
pub const LP_CORRECTION_LOW: u32 = 1;
/// About 15 %: for screens.
pub const LP_CORRECTION_MEDIUM: u32 = 2;
/// About 25 %: for paper.
pub const LP_CORRECTION_QUARTILE: u32 = 3;
/// About 30 %.
pub const LP_CORRECTION_HIGH: u32 = 4;

/// The modules of a QR code.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct lp_qr_modules {
    /// The version of the symbol, 1 to 40.
    pub version: i64,
    /// Modules along a side, without the light border of 4 modules, which the program must draw.
    pub width: i64,
    /// The modules row by row: 1 is dark, 0 is light.
    pub modules: lp_bytes,
}

/// # Safety
/// The pointer is valid.
unsafe fn draw(text: lp_text, level: lp_error_correction) -> Outcome<std::sync::Arc<QrPicture>> {
    let level = match level {
        LP_CORRECTION_LOW => ErrorCorrection::Low,
        LP_CORRECTION_MEDIUM => ErrorCorrection::Medium,
        LP_CORRECTION_QUARTILE => ErrorCorrection::Quartile,
        LP_CORRECTION_HIGH => ErrorCorrection::High,
        other => return Err(Failure::value("the error correction", other)),
    };
    // SAFETY: the caller answers for the pointer.
    Ok(draw_qr(unsafe { text.get("the text") }?, level)?)
}

/// The modules of a QR code of a text in alphanumeric mode, such as the `qr_text` of a token. The
/// largest has 31,329 modules.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lp_draw_modules(
    text: lp_text,
    level: lp_error_correction,
    modules: *mut lp_qr_modules,
    buffer: *mut lp_buffer,
    error: *mut lp_error,
) -> lp_result {
    // SAFETY: the caller answers for the pointers.
    unsafe {
        run(error, || {
            let picture = draw(text, level)?;
            give(modules, buffer, |arena| lp_qr_modules {
                version: picture.version(),
                width: picture.width(),
                modules: arena.bytes(&picture.modules()),
            })
        })
    }
}

/// An SVG picture with the light border. With `whole` above 0 there is a bar below the code that
/// becomes shorter: `left` of `whole` milliseconds.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lp_draw_svg(
    text: lp_text,
    level: lp_error_correction,
    left: i64,
    whole: i64,
    svg: *mut lp_text,
    buffer: *mut lp_buffer,
    error: *mut lp_error,
) -> lp_result {
    // SAFETY: the caller answers for the pointers.
    unsafe {
        run(error, || {
            let picture = draw(text, level)?;
            let drawn = match whole {
                0 => picture.to_svg(),
                whole => picture.to_svg_with_countdown(left, whole)?,
            };
            give(svg, buffer, |arena| arena.text(&drawn))
        })
    }
}

/// A PNG picture with the light border, 1 to 255 pixels a module.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lp_draw_png(
    text: lp_text,
    level: lp_error_correction,
    pixels_per_module: i64,
    png: *mut lp_bytes,
    buffer: *mut lp_buffer,
    error: *mut lp_error,
) -> lp_result {
    // SAFETY: the caller answers for the pointers.
    unsafe {
        run(error, || {
            let drawn = draw(text, level)?.to_png(pixels_per_module)?;
            give(png, buffer, |arena| arena.bytes(&drawn))
        })
    }
}
