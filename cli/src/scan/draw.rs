//! Pictures with the corners of what was found drawn into them.

use std::fs;
use std::io::Cursor;
use std::path::Path;

use image::{GrayImage, ImageFormat, ImageReader, Rgb, RgbImage};
use livepermit::scan::{PictureLimits, Point};

use super::report::Mark;
use crate::failure::Failure;
use crate::files;
use crate::frames::FrameSize;

pub(super) fn make_folder(folder: &Path) -> Result<(), Failure> {
    fs::create_dir_all(folder).map_err(|error| {
        Failure::new(
            format!("the folder {} cannot be made: {error}", folder.display()),
            "name a folder that you may write to with --draw",
        )
    })
}

/// Numbered, because pictures of several folders may have one name.
pub(super) fn file_name(number: usize, path: &Path) -> String {
    let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
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
        return Err(Failure::new(
            format!("{} cannot be drawn: its picture does not unpack a second time", to.display()),
            "leave --draw away, or make the picture smaller",
        ));
    };
    write(picture.into_rgb8(), marks, to)
}

/// Draws into a frame that was grey from the beginning, or is now.
pub(super) fn frame(
    grey: Vec<u8>,
    size: FrameSize,
    marks: &[(Mark, [Point; 4])],
    to: &Path,
) -> Result<(), Failure> {
    let grey = GrayImage::from_raw(size.width, size.height, grey).unwrap_or_default();
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
    picture.write_to(&mut png, ImageFormat::Png).map_err(|error| {
        Failure::new(format!("{} cannot be drawn: {error}", to.display()), "leave --draw away")
    })?;
    files::write_passing(to, png.get_ref())
}

/// Squares along the way from one point to the other; what lies outside of the picture is left out.
#[expect(
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "places within a picture, and `as` keeps within the type's bounds"
)]
fn line(picture: &mut RgbImage, from: Point, to: Point, thickness: f64, colour: Rgb<u8>) {
    let (dx, dy) = (f64::from(to.x - from.x), f64::from(to.y - from.y));
    // A corner is an estimate; one that is nowhere near the picture is not walked to.
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
