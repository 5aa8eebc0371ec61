//! Large pictures, searched in parts: photos of tens of megapixels, screenshots of whole pages,
//! panoramas.

use super::code::FoundCode;
use super::error::PictureError;
use super::still::{MAX_SEARCHED, PictureView, Work, find_codes};

/// A picture this many times as long as wide is never searched as a whole: reduced until it is
/// small enough, its width would be a few pixels.
const LONG: u32 = 3;
/// Pixels along the sides of a part in which small codes are searched: [`MAX_SEARCHED`] in all, so
/// that the part is not reduced.
const SIDE: u32 = 2_000;
/// Pixels of the largest view that is searched in such parts. A larger picture is halved first.
/// With parts that lie half over each other this bounds the work to about 40 parts.
const MAX_IN_PARTS: u64 = 32_000_000;

/// Finds every code: first in the whole picture, or in the squares of a long one; if there is none
/// in a picture that had to be reduced for this, also in its parts, until the work is enough.
pub(super) fn find_all(
    pixels: &[u8],
    width: u32,
    height: u32,
    work: &mut Work,
) -> Result<Vec<FoundCode>, PictureError> {
    let mut view = PictureView { pixels: pixels.into(), width, height };
    let (short, long) = (width.min(height), width.max(height));
    if view.area() <= MAX_SEARCHED {
        return find_codes(pixels, width, height, work);
    }
    let found = if long < short.saturating_mul(LONG) {
        find_codes(pixels, width, height, work)?
    } else {
        in_parts(&view, short.saturating_mul(2), work)?
    };
    if !found.is_empty() {
        return Ok(found);
    }
    let mut scale = 1.0_f32;
    while view.area() > MAX_IN_PARTS {
        view = view.halved();
        scale *= 2.0;
    }
    let mut found = in_parts(&view, SIDE, work)?;
    found.iter_mut().for_each(|code| code.enlarge(scale));
    Ok(found)
}

/// Searches squares of this side, or less at the edges of the picture, which lie half over each
/// other: a code of half the side lies whole in one of them.
fn in_parts(
    view: &PictureView<'_>,
    side: u32,
    work: &mut Work,
) -> Result<Vec<FoundCode>, PictureError> {
    let mut found: Vec<FoundCode> = Vec::new();
    let mut first_error = None;
    for down in starts(view.height, side) {
        for right in starts(view.width, side) {
            if work.is_enough() {
                break;
            }
            let part = view.cut(right, down, side);
            match find_codes(&part.pixels, part.width, part.height, work) {
                Ok(codes) => {
                    for mut code in codes {
                        code.shift(right, down);
                        if !found.iter().any(|known| known.is_same_symbol(&code)) {
                            found.push(code);
                        }
                    }
                }
                Err(error) => first_error = first_error.or(Some(error)),
            }
        }
    }
    match first_error {
        Some(error) if found.is_empty() => Err(error),
        _ => Ok(found),
    }
}

/// Where parts of this length begin, so that the last one reaches the end.
fn starts(whole: u32, part: u32) -> impl Iterator<Item = u32> {
    let step = (part / 2).max(1);
    let count = whole.saturating_sub(part).div_ceil(step);
    (0..=count).map(move |at| at.saturating_mul(step).min(whole.saturating_sub(part)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_reach_from_one_end_to_the_other() {
        let of = |whole, part| starts(whole, part).collect::<Vec<u32>>();
        assert_eq!(of(100, 200), [0]);
        assert_eq!(of(200, 200), [0]);
        assert_eq!(of(201, 200), [0, 1]);
        assert_eq!(of(450, 200), [0, 100, 200, 250]);
        assert_eq!(of(0, 1), [0]);
    }

    #[test]
    fn a_wall_of_finder_patterns_is_not_searched_part_by_part() {
        let ring = |at: u32| (at % 500 % 9).abs_diff(3).max((at / 500 % 9).abs_diff(3));
        let wall = (0..250_000).map(|at| if matches!(ring(at), 2 | 4..) { 255 } else { 0 });
        let pixels: Vec<u8> = wall.collect();
        let view = PictureView { pixels: pixels.into(), width: 500, height: 500 };
        let searched = |work: &mut Work| {
            assert_eq!(in_parts(&view, 200, work).unwrap().len(), 0);
            work.comparisons()
        };
        let mut work = Work::default();
        let all = searched(&mut work);
        assert!(all > 1_000_000, "{all}");
        while !work.is_enough() {
            work.add(10_000);
        }
        let before = work.comparisons();
        assert_eq!(searched(&mut work), before);
    }

    #[test]
    fn a_part_is_cut_out_row_by_row() {
        let pixels = [0, 1, 2, 3, 4, 5, 6, 7];
        let view = PictureView { pixels: pixels.as_slice().into(), width: 4, height: 2 };
        let part = view.cut(1, 0, 2);
        assert_eq!(
            (part.pixels.as_ref(), part.width, part.height),
            ([1, 2, 5, 6].as_slice(), 2, 2)
        );
        let rest = view.cut(3, 1, 2);
        assert_eq!((rest.pixels.as_ref(), rest.width, rest.height), ([7].as_slice(), 1, 1));
    }
}
