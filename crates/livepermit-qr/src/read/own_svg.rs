//! The SVG that this crate draws, read back: a grid of modules, one unit each.

use super::picture::GreyPicture;

/// Pixels for each module, so that the reader sees whole edges.
const SCALE: usize = 4;
/// Modules along a side of the largest code with its quiet zone, and of the bar below.
const MOST_MODULES: usize = 192;

/// The pixels of a drawing whose viewBox and first path are as `QrCode::to_svg` writes them.
pub(super) fn read(file: &[u8]) -> Option<GreyPicture> {
    let text = str::from_utf8(file).ok()?;
    let between = |start: &str| Some(text.split_once(start)?.1.split_once('"')?.0);
    let mut sides = between("viewBox=\"0 0 ")?.split(' ').map(str::parse::<usize>);
    let (width, height) = (sides.next()?.ok()?, sides.next()?.ok()?);
    if sides.next().is_some() || !(1..=MOST_MODULES).contains(&width.max(height)) {
        return None;
    }
    let mut runs = between("<path d=\"")?.split('m');
    let (x, y) = runs.next()?.strip_prefix('M')?.split_once(' ')?;
    let (mut x, mut y): (i32, i32) = (x.parse().ok()?, y.parse().ok()?);
    let mut modules = vec![255_u8; width.checked_mul(height)?];
    for run in runs {
        let (step, size) = run.split_once('h')?;
        // A second number begins with a space or a minus.
        let (right, down) = step.split_at(step.rfind([' ', '-'])?);
        let (length, back) = size.split_once("v1h-")?;
        if length != back {
            return None;
        }
        x = x.checked_add(right.parse().ok()?)?;
        y = y.checked_add(down.trim_start().parse().ok()?)?;
        let (column, row) = (usize::try_from(x).ok()?, usize::try_from(y).ok()?);
        let end = column.checked_add(length.parse().ok()?)?;
        let row = modules.chunks_exact_mut(width).nth(row)?;
        row.get_mut(column..end)?.fill(0);
        y = y.checked_add(1)?;
    }
    let mut pixels = Vec::with_capacity(modules.len().saturating_mul(SCALE * SCALE));
    for row in modules.chunks_exact(width) {
        let line: Vec<u8> =
            row.iter().flat_map(|module| core::iter::repeat_n(*module, SCALE)).collect();
        for _ in 0..SCALE {
            pixels.extend_from_slice(&line);
        }
    }
    let side = |modules: usize| u32::try_from(modules.saturating_mul(SCALE)).ok();
    Some(GreyPicture { pixels, width: side(width)?, height: side(height)? })
}
