//! Frames as cameras lay them out.

use livepermit_gate::scan::Scanner;
use livepermit_qr::read::{FrameError, LumaBuffer, PixelLayout};

use livepermit_testkit::verifier;

use super::desk::{HEIGHT, LEFT, WIDTH, at, pass, picture, words};

const LAYOUTS: [PixelLayout; 8] = [
    PixelLayout::Luma,
    PixelLayout::Yuv420,
    PixelLayout::Yuyv,
    PixelLayout::Uyvy,
    PixelLayout::Rgb,
    PixelLayout::Rgba,
    PixelLayout::Bgr,
    PixelLayout::Bgra,
];

/// The same grey picture in a layout, rows `gap` bytes apart from each other.
fn laid_out(grey: &[u8], width: usize, layout: PixelLayout, gap: usize) -> (Vec<u8>, usize) {
    let stride = layout.bytes_per_row(width as u32) + gap;
    let mut out = Vec::new();
    for row in grey.chunks(width) {
        let start = out.len();
        for pixel in row {
            match layout {
                PixelLayout::Luma | PixelLayout::Yuv420 => out.push(*pixel),
                PixelLayout::Yuyv => out.extend([*pixel, 77]),
                PixelLayout::Uyvy => out.extend([77, *pixel]),
                PixelLayout::Rgb | PixelLayout::Bgr => out.extend([*pixel; 3]),
                _ => out.extend([*pixel, *pixel, *pixel, 99]),
            }
        }
        out.resize(start + stride, 0xEE);
    }
    if layout == PixelLayout::Yuv420 {
        out.resize(out.len() + out.len() / 2, 128);
    }
    (out, stride)
}

#[test]
fn every_layout_is_read_from_one_buffer() {
    let text = pass("BJ-1", at(0));
    let grey = picture(&[(&text, LEFT)]);
    let mut buffer = LumaBuffer::new();
    for layout in LAYOUTS {
        for gap in [0, 5] {
            let (pixels, stride) = laid_out(&grey, WIDTH, layout, gap);
            let frame = buffer.frame(&pixels, WIDTH as u32, HEIGHT as u32, stride, layout).unwrap();
            let events = Scanner::new(verifier()).scan(&frame, at(0)).unwrap();
            assert_eq!(words(events), ["accepted"], "{layout:?} {gap}");
        }
    }
    assert_eq!(format!("{buffer:?}"), format!("LumaBuffer {{ pixels: {} }}", WIDTH * HEIGHT));
}

#[test]
fn colours_are_told_apart() {
    // Two colours whose luma is 11 and 77, and 30 both where red and blue are exchanged: then there
    // is no code to be seen.
    let text = pass("BJ-1", at(0));
    let grey = picture(&[(&text, LEFT)]);
    let mut buffer = LumaBuffer::new();
    let orders = [PixelLayout::Rgb, PixelLayout::Bgr, PixelLayout::Rgba, PixelLayout::Bgra];
    for painted in orders {
        let pixels: Vec<u8> = grey
            .iter()
            .flat_map(|pixel| {
                let [red, blue] = if *pixel == 30 { [0, 100] } else { [255, 3] };
                match painted {
                    PixelLayout::Rgb => vec![red, 0, blue],
                    PixelLayout::Bgr => vec![blue, 0, red],
                    PixelLayout::Rgba => vec![red, 0, blue, 255],
                    _ => vec![blue, 0, red, 255],
                }
            })
            .collect();
        let row = painted.bytes_per_row(WIDTH as u32);
        for read in orders.into_iter().filter(|order| order.bytes_per_row(WIDTH as u32) == row) {
            let frame = buffer.frame(&pixels, WIDTH as u32, HEIGHT as u32, row, read).unwrap();
            let told = words(Scanner::new(verifier()).scan(&frame, at(0)).unwrap());
            assert_eq!(
                told == ["accepted"],
                painted == read,
                "{painted:?} read as {read:?}: {told:?}"
            );
        }
    }
}

#[test]
fn frames_that_do_not_fit_their_pixels() {
    let mut buffer = LumaBuffer::new();
    let pixels = [0; 1200];
    for layout in LAYOUTS {
        let row = layout.bytes_per_row(10);
        let mut fits = |bytes, width, height, stride| {
            buffer.frame(&pixels[..bytes], width, height, stride, layout).map(|frame| frame.width())
        };
        assert_eq!(fits(row * 10, 10, 10, row), Ok(10), "{layout:?}");
        assert_eq!(
            fits(row * 10 - 1, 10, 10, row),
            Err(FrameError::TooFewPixels { pixels: row * 10 - 1, needed: row * 10 }),
            "{layout:?}"
        );
        assert_eq!(
            fits(1200, 10, 10, row - 1),
            Err(FrameError::StrideTooShort { stride: row - 1, width: 10 }),
            "{layout:?}"
        );
        assert_eq!(fits(1200, 0, 10, row), Err(FrameError::Empty));
        assert_eq!(fits(1200, 10, 0, row), Err(FrameError::Empty));
        assert!(matches!(
            fits(1200, u32::MAX, u32::MAX, usize::MAX),
            Err(FrameError::SideTooLong { limit: 65_535, .. })
        ));
        assert!(matches!(
            fits(1200, 65_535, 65_535, usize::MAX),
            Err(FrameError::TooFewPixels { .. })
        ));
    }
    // Two pixels share their colour, so an odd row is as long as the next even one.
    assert_eq!(PixelLayout::Yuyv.bytes_per_row(9), 20);
    let frame = buffer.frame(&pixels[..60], 9, 3, 20, PixelLayout::Uyvy).unwrap();
    assert_eq!((frame.width(), frame.height()), (9, 3));
}
