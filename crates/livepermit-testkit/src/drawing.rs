//! Codes as a camera sees them.

use livepermit_qr::draw::QrCode;

/// Draws a code with its quiet zone, `scale` pixels a module, into a frame whose rows are `width`
/// pixels.
pub fn draw(
    pixels: &mut [u8],
    width: usize,
    code: &QrCode,
    (left, top): (usize, usize),
    scale: usize,
) {
    let side = (code.width() + 8) * scale;
    let module = |at: usize| (at / scale).checked_sub(4).filter(|at| *at < code.width());
    for y in 0..side {
        for x in 0..side {
            let dark = module(x).zip(module(y)).is_some_and(|(x, y)| code.is_dark(x, y));
            pixels[(top + y) * width + left + x] = if dark { 30 } else { 220 };
        }
    }
}
