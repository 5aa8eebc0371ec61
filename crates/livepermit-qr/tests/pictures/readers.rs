//! Readers inside this process read what is drawn: our own and `rqrr`.
//! The programs `zbarimg` and `zxing-cpp` read the same pictures in `tests/interop/codes.rs` of the
//! repository.

use core::num::NonZeroU8;
use core::time::Duration;
use std::process::Command;

use image::GrayImage;
use livepermit_qr::draw::{Countdown, ErrorCorrection, QrCode, TerminalStyle};
use livepermit_qr::read::{PictureLimits, read_luma, read_one_code};
use tempfile::TempDir;

use super::{LEVELS, text};

/// A pass, the largest default pass, a default presentation, and one with many claims.
const LENGTHS: [usize; 4] = [220, 262, 519, 900];

fn codes() -> impl Iterator<Item = (String, QrCode)> {
    LENGTHS.into_iter().flat_map(|length| {
        let text = text(length);
        LEVELS.map(|level| (text.clone(), QrCode::encode(&text, level).unwrap()))
    })
}

/// The one text that `rqrr` finds.
fn read_by_rqrr(picture: &GrayImage) -> String {
    let (width, height) = picture.dimensions();
    let mut prepared =
        rqrr::PreparedImage::prepare_from_greyscale(width as usize, height as usize, |x, y| {
            picture.get_pixel(u32::try_from(x).unwrap(), u32::try_from(y).unwrap()).0[0]
        });
    let grids = prepared.detect_grids();
    assert_eq!(grids.len(), 1, "codes found by rqrr");
    grids[0].decode().unwrap().1
}

fn read_by_us(picture: &GrayImage) -> String {
    let codes = read_luma(picture.as_raw(), picture.width(), picture.height()).unwrap();
    assert_eq!(codes.len(), 1, "codes found by us");
    codes[0].text().unwrap().to_owned()
}

fn luma(png: &[u8]) -> GrayImage {
    image::load_from_memory(png).unwrap().to_luma8()
}

#[test]
fn our_png_is_read_at_every_level_and_few_pixels() {
    for (text, code) in codes() {
        for scale in [3, 4, 8] {
            let png = code.to_png(NonZeroU8::new(scale).unwrap()).unwrap();
            let what = format!("{code:?} at {scale} pixels a module");
            assert_eq!(
                read_one_code(&png, &PictureLimits::default()).as_deref(),
                Ok(text.as_str()),
                "{what}"
            );
            assert_eq!(read_by_rqrr(&luma(&png)), text, "{what}");
        }
    }
}

/// The cells of a character of two by three cells, as a font draws them.
fn cells(character: char) -> u32 {
    match u32::from(character) {
        0x20 => 0,
        0x258C => 21,
        0x2590 => 42,
        0x2588 => 63,
        code => {
            let index = code - 0x1FB00;
            index + 1 + u32::from(index >= 20) + u32::from(index >= 40)
        }
    }
}

#[test]
fn a_small_code_of_a_terminal_is_read_though_its_modules_are_higher_than_wide() {
    for (text, code) in codes() {
        let (columns, lines) = code.small_terminal_size();
        let drawn = code.to_terminal_small(TerminalStyle::LightOnDark);
        assert_eq!(drawn.lines().count(), lines);
        assert!(drawn.lines().all(|line| line.chars().count() == columns));
        let dark = code.to_terminal_small(TerminalStyle::DarkOnLight);
        for (light, dark) in drawn.lines().zip(dark.lines()).take(lines - 1) {
            let one = light.chars().zip(dark.chars()).take(columns - 1);
            assert!(one.clone().all(|(one, other)| cells(one) ^ cells(other) == 63));
        }
        // A dark window of 80 columns, with cells of common fonts.
        for (wide, high) in [(8, 16), (9, 18), (10, 20), (12, 26)] {
            let (wide, high): (u32, u32) = (wide, high);
            let size = (u32::try_from(columns).unwrap(), u32::try_from(lines).unwrap());
            let mut picture = GrayImage::new((size.0 + 4) * wide, (size.1 + 2) * high);
            for (row, line) in (0_u32..).zip(drawn.lines()) {
                for (column, character) in (0_u32..).zip(line.chars()) {
                    for (y, x) in (0..high).flat_map(|y| (0..wide).map(move |x| (y, x))) {
                        let bit = (y * 3 / high) * 2 + x * 2 / wide;
                        let is_light = cells(character) >> bit & 1 == 1;
                        let at = ((column + 2) * wide + x, (row + 1) * high + y);
                        picture.get_pixel_mut(at.0, at.1).0[0] = if is_light { 255 } else { 0 };
                    }
                }
            }
            assert_eq!(read_by_us(&picture), text, "{code:?} in cells of {wide} x {high}");
        }
    }
}

/// The program that draws SVG, and a folder for its files.
struct SvgPainter(TempDir);

impl SvgPainter {
    /// `None` if the program is missing. With `LIVEPERMIT_REQUIRE_ALL=1` that fails the test.
    fn new() -> Option<Self> {
        let version = Command::new("rsvg-convert").arg("--version").output();
        if version.is_ok_and(|output| output.status.success()) {
            return Some(Self(tempfile::tempdir().unwrap()));
        }
        assert!(
            std::env::var_os("LIVEPERMIT_REQUIRE_ALL").is_none_or(|value| value != "1"),
            "rsvg-convert is missing, and LIVEPERMIT_REQUIRE_ALL=1 asks for every peer; \
             ci/install installs them"
        );
        println!("skipped: rsvg-convert is missing; ci/install installs it");
        None
    }

    /// The picture on a page, `width` pixels wide.
    fn paint(&self, page: &str, width: usize) -> GrayImage {
        let (svg, png) = (self.0.path().join("page.svg"), self.0.path().join("page.png"));
        std::fs::write(&svg, page).unwrap();
        let mut draw = Command::new("rsvg-convert");
        draw.args(["--keep-aspect-ratio", "--width", &width.to_string(), "--output"]);
        let output = draw.arg(&png).arg(svg).output().unwrap();
        let error = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{draw:?}: {}\n{error}", output.status);
        luma(&std::fs::read(png).unwrap())
    }
}

/// On a black page: white ground and quiet zone are the picture's own.
fn on_black(svg: &str, side: usize, height: usize) -> String {
    let (outer_width, outer_height) = (side + 20, height + 20);
    let (_, from_view_box) = svg.split_once("viewBox=").unwrap();
    let placed = format!(
        "<svg x=\"10\" y=\"10\" width=\"{side}\" height=\"{height}\" viewBox={from_view_box}"
    );
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {outer_width} {outer_height}\">\
         <rect width=\"{outer_width}\" height=\"{outer_height}\"/>{placed}</svg>"
    )
}

#[test]
fn our_svg_is_read_at_every_level_with_and_without_a_countdown_and_on_a_black_page() {
    let Some(painter) = SvgPainter::new() else { return };
    let countdown = Countdown::new(Duration::from_secs(12), Duration::from_secs(30));
    for (text, code) in codes() {
        let side = code.width_with_quiet_zone();
        let with_bar = code.to_svg_with_countdown(countdown);
        for (page, width) in [
            (code.to_svg(), side),
            (with_bar.clone(), side),
            (on_black(&code.to_svg(), side, side), side + 20),
            (on_black(&with_bar, side, side + 4), side + 20),
        ] {
            for scale in [3, 4] {
                let picture = painter.paint(&page, width * scale);
                assert_eq!(read_by_us(&picture), text, "{code:?} at {scale} pixels a module");
                assert_eq!(read_by_rqrr(&picture), text, "{code:?} at {scale} pixels a module");
            }
        }
    }
}

/// Pixel for pixel, at whole and at broken scales.
#[test]
fn a_countdown_changes_no_pixel_of_code_and_quiet_zone() {
    let Some(painter) = SvgPainter::new() else { return };
    let of = Duration::from_secs(30);
    for (_, code) in codes().step_by(5) {
        let side = code.width_with_quiet_zone();
        for width in [side * 3, side * 4, side * 7 / 2, 500] {
            let plain = painter.paint(&code.to_svg(), width);
            assert_eq!(plain.dimensions(), (plain.width(), plain.width()));
            let mut below = Vec::new();
            for left in [0, 1, 15, 30] {
                let countdown = Countdown::new(Duration::from_secs(left), of);
                let svg = code.to_svg_with_countdown(countdown);
                let picture = painter.paint(&svg, width);
                assert_eq!(picture.width(), plain.width());
                let whole = plain.as_raw().len();
                assert_eq!(
                    &picture.as_raw()[..whole],
                    plain.as_raw(),
                    "{code:?}, {width} wide, {left} s left"
                );
                below.push(picture.as_raw()[whole..].iter().filter(|pixel| **pixel < 100).count());
            }
            assert!(
                below.is_sorted_by(|less, more| less < more),
                "the bar shows the time: {below:?}"
            );
        }
    }
}

/// What the picture looks like at a scale that is a whole number: black or white, no grey between.
#[test]
fn edges_are_sharp() {
    let Some(painter) = SvgPainter::new() else { return };
    let code = QrCode::encode(&text(519), ErrorCorrection::Medium).unwrap();
    let side = code.width_with_quiet_zone();
    for scale in [1, 3, 8] {
        let picture = painter.paint(&code.to_svg(), side * scale);
        let png =
            luma(&code.to_png(NonZeroU8::new(u8::try_from(scale).unwrap()).unwrap()).unwrap());
        assert_eq!(picture, png, "SVG and PNG are the same pixels at {scale} a module");
    }
    for width in [500, 777] {
        let picture = painter.paint(&code.to_svg(), width);
        assert!(
            picture.as_raw().iter().all(|pixel| [0, 255].contains(pixel)),
            "grey at {width} pixels"
        );
    }
}
