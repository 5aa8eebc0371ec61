//! Long pictures: screenshots of whole pages and panoramas.

use std::borrow::Cow;

use super::code::FoundCode;
use super::error::PictureError;
use super::still::{MAX_SEARCHED, find_codes};

/// A picture this many times as long as wide is searched in parts.
const LONG: u32 = 3;

/// Finds every code. A long picture would be reduced until its width is a few pixels, so it is
/// searched in squares of two by two widths, half over each other: each code lies whole in one of
/// them, and no pixel is searched more than twice.
pub(super) fn find_all(
    pixels: &[u8],
    width: u32,
    height: u32,
) -> Result<Vec<FoundCode>, PictureError> {
    let (short, long) = (width.min(height), width.max(height));
    let is_large = u64::from(width).saturating_mul(u64::from(height)) > MAX_SEARCHED;
    if !is_large || long < short.saturating_mul(LONG) {
        return find_codes(pixels, width, height);
    }
    let mut found: Vec<FoundCode> = Vec::new();
    let mut first_error = None;
    let mut at = 0_u32;
    loop {
        let length = short.saturating_mul(2).min(long.saturating_sub(at));
        let part = cut(pixels, width, height, at, length);
        let (wide, high) = if height > width { (width, length) } else { (length, height) };
        match find_codes(&part, wide, high) {
            Ok(codes) => {
                for mut code in codes {
                    if height > width {
                        code.shift(0, at)
                    } else {
                        code.shift(at, 0)
                    }
                    if !found.iter().any(|known| known.is_same_symbol(&code)) {
                        found.push(code);
                    }
                }
            }
            Err(error) => first_error = first_error.or(Some(error)),
        }
        if at.saturating_add(length) >= long {
            break;
        }
        at = at.saturating_add(short);
    }
    match first_error {
        Some(error) if found.is_empty() => Err(error),
        _ => Ok(found),
    }
}

/// The part of a picture from `at` on, along its longer side.
fn cut(pixels: &[u8], width: u32, height: u32, at: u32, length: u32) -> Cow<'_, [u8]> {
    let [width, at, length] = [width, at, length].map(|side| usize::try_from(side).unwrap_or(0));
    let end = at.saturating_add(length);
    if usize::try_from(height).is_ok_and(|height| height > width) {
        let rows = at.saturating_mul(width)..end.saturating_mul(width);
        return Cow::Borrowed(pixels.get(rows).unwrap_or_default());
    }
    pixels
        .chunks_exact(width.max(1))
        .filter_map(|row| row.get(at..end))
        .flatten()
        .copied()
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_cut_along_the_longer_side() {
        let pixels = [0, 1, 2, 3, 4, 5, 6, 7];
        assert_eq!(cut(&pixels, 2, 4, 1, 2).as_ref(), [2, 3, 4, 5]);
        assert_eq!(cut(&pixels, 4, 2, 1, 2).as_ref(), [1, 2, 5, 6]);
    }
}
