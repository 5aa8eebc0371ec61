//! Pictures with the corners of the found codes drawn into them.

use std::fs;
use std::io::Cursor;
use std::path::Path;

use image::{GrayImage, ImageFormat, ImageReader, Rgb, RgbImage};
use livepermit_qr::read::{PictureLimits, Point};

use super::report::Mark;
use super::texts;
use crate::shared::failure::Failure;
use crate::shared::files;
use crate::shared::frames::FrameSize;

pub(super) fn make_folder(folder: &Path) -> Result<(), Failure> {
    fs::create_dir_all(folder).map_err(|error| texts::cannot_make_folder(folder.display(), &error))
}

/// Numbered, because pictures of several folders may have one name.
pub(super) fn file_name(number: usize, path: &Path) -> String {
    let stem = path.file_stem().unwrap_or(path.as_os_str()).to_string_lossy();
    format!("{number:04}-{stem}.png")
}

/// Draws into a picture file that was read before.
pub(super) fn picture(file: &[u8], marks: &[(Mark, [Point; 4])], to: &Path) -> Result<(), Failure> {
    let mut reader = ImageReader::new(Cursor::new(file));
    let mut limits = image::Limits::default();
    limits.max_alloc = Some(PictureLimits::default().max_memory_bytes);
    reader.limits(limits);
    let picture = reader.with_guessed_format().ok().and_then(|reader| reader.decode().ok());
    let Some(picture) = picture else {
        return Err(texts::picture_not_unpacked(to.display()));
    };
    write(picture.into_rgb8(), marks, to)
}

/// Draws into a frame, whose luma is `grey`.
pub(super) fn frame(
    grey: Vec<u8>,
    size: FrameSize,
    marks: &[(Mark, [Point; 4])],
    to: &Path,
) -> Result<(), Failure> {
    let grey = GrayImage::from_raw(size.width, size.height, grey)
        .ok_or_else(|| texts::cannot_draw(to.display(), "the frame is cut short"))?;
    write(image::DynamicImage::ImageLuma8(grey).into_rgb8(), marks, to)
}

fn write(mut picture: RgbImage, marks: &[(Mark, [Point; 4])], to: &Path) -> Result<(), Failure> {
    let thickness = f64::from(picture.width().max(picture.height())) / 250.0;
    for (mark, corners) in marks {
        let colour = match mark {
            Mark::Good => Rgb([0, 170, 60]),
            Mark::Bad => Rgb([220, 30, 30]),
            Mark::Other => Rgb([230, 180, 0]),
        };
        for (from, to) in corners.iter().zip(corners.iter().cycle().skip(1)) {
            line(&mut picture, *from, *to, thickness.max(2.0), colour);
        }
    }
    let mut png = Cursor::new(Vec::new());
    picture
        .write_to(&mut png, ImageFormat::Png)
        .map_err(|error| texts::cannot_draw(to.display(), &error))?;
    files::write_passing(to, png.get_ref())
}

/// Draws squares along a line between two points. Skips everything outside the picture.
#[expect(
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "places within a picture, and `as` keeps within the type's bounds"
)]
fn line(picture: &mut RgbImage, from: Point, to: Point, thickness: f64, colour: Rgb<u8>) {
    let (dx, dy) = (f64::from(to.x - from.x), f64::from(to.y - from.y));
    // A corner is an estimate. A limit on the steps stops a walk to a corner far outside the
    // picture.
    let steps = dx.hypot(dy).ceil().clamp(1.0, 100_000.0);
    let half = (thickness / 2.0).round() as i64;
    for step in 0..=(steps as u32) {
        let part = f64::from(step) / steps;
        let (x, y) =
            ((f64::from(from.x) + dx * part) as i64, (f64::from(from.y) + dy * part) as i64);
        for (x, y) in (-half..=half).flat_map(|a| (-half..=half).map(move |b| (x + a, y + b))) {
            let place = u32::try_from(x).ok().zip(u32::try_from(y).ok());
            if let Some((x, y)) = place
                && let Some(pixel) = picture.get_pixel_mut_checked(x, y)
            {
                *pixel = colour;
            }
        }
    }
}
