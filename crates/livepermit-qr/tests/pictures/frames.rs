//! Codes read from camera frames: drawn straight, light on dark, mirrored, two at once; and frames
//! too small for any.

use livepermit_qr::draw::{ErrorCorrection, QUIET_ZONE, QrCode};
use livepermit_qr::read::{FoundCode, FrameError, FrameReader, LumaFrame, read_luma};

const WIDTH: usize = 640;
const HEIGHT: usize = 480;

/// A grey frame with each code drawn at its place, `scale` pixels a module, quiet zone and all.
fn frame(codes: &[(&str, usize, usize)], scale: usize) -> Vec<u8> {
    let mut pixels = vec![150; WIDTH * HEIGHT];
    for (text, left, top) in codes {
        let code = QrCode::encode(text, ErrorCorrection::Medium).unwrap();
        draw(&mut pixels, &code, (*left, *top), scale);
    }
    pixels
}

fn draw(pixels: &mut [u8], code: &QrCode, place: (usize, usize), scale: usize) {
    draw_on(pixels, WIDTH, code, place, scale);
}

fn draw_on(
    pixels: &mut [u8],
    width: usize,
    code: &QrCode,
    (left, top): (usize, usize),
    scale: usize,
) {
    let side = code.width_with_quiet_zone() * scale;
    let module = |at: usize| (at / scale).checked_sub(QUIET_ZONE);
    for y in 0..side {
        for x in 0..side {
            let dark = module(x).zip(module(y)).is_some_and(|(x, y)| code.is_dark(x, y));
            pixels[(top + y) * width + left + x] = if dark { 30 } else { 220 };
        }
    }
}

fn texts(pixels: &[u8]) -> Vec<String> {
    let frame = LumaFrame::new(pixels, WIDTH as u32, HEIGHT as u32, WIDTH).unwrap();
    let reading = FrameReader::new().read(&frame).unwrap();
    assert!((1..=4).contains(&reading.attempts()));
    let mut texts: Vec<String> =
        reading.codes().iter().map(|code| code.text().unwrap().to_string()).collect();
    texts.sort();
    texts
}

#[test]
fn straight_inverted_mirrored_and_two_at_once() {
    let text = "LP1:6BFOXN TS3DH0YOJ58S S-W5HDC *M0II5XHC9B5G2+$N IOP-IA";
    let pixels = frame(&[(text, 120, 60)], 6);
    assert_eq!(texts(&pixels), [text]);
    let inverted: Vec<u8> = pixels.iter().map(|pixel| 255 - pixel).collect();
    assert_eq!(texts(&inverted), [text]);
    let mirrored: Vec<u8> =
        pixels.chunks(WIDTH).flat_map(|row| row.iter().rev().copied()).collect();
    assert_eq!(texts(&mirrored), [text]);
    let other = "LP1:ANOTHER";
    assert_eq!(texts(&frame(&[(text, 20, 60), (other, 400, 200)], 5)), [text, other]);
    assert_eq!(texts(&frame(&[], 5)), <[&str; 0]>::default());
}

/// Between the finder patterns of a small code a few modules alternate by chance as those of
/// another size would: found by fuzzing: this text was not read however large it was.
#[test]
fn a_small_code_is_not_taken_for_one_of_another_size() {
    let text = "VZ4D9LP3SC/RSM3D9LP3%UUUQUUU%0SK";
    for scale in [3, 5, 7] {
        assert_eq!(texts(&frame(&[(text, 40, 40)], scale)), [text], "{scale} pixels a module");
    }
    // And no others are, of those with one to three alignment patterns or none.
    for length in 1..90 {
        let text: String = (0..length)
            .map(|at| char::from(b'A' + ((at * at * 31 + at * length * 7) % 26) as u8))
            .collect();
        assert_eq!(texts(&frame(&[(&text, 40, 40)], 4)), [text.as_str()]);
    }
}

/// Forty codes of 33 pixels, which a still picture of this size must be enlarged for, and of 99.
#[test]
fn every_code_of_a_wall_is_read_where_all_are_wanted() {
    for scale in [1, 2, 3] {
        let step = 40 * scale;
        let (width, height) = (8 * step, 5 * step);
        let mut pixels = vec![190; width * height];
        let mut shown: Vec<String> = (0..40).map(|at| format!("LP1:CODE {at}")).collect();
        for (at, text) in shown.iter().enumerate() {
            let code = QrCode::encode(text, ErrorCorrection::Medium).unwrap();
            let place = (at % 8 * step, at / 8 * step);
            draw_on(&mut pixels, width, &code, place, scale);
        }
        shown.sort();
        let (columns, rows) = (width as u32, height as u32);
        let sorted = |codes: &[FoundCode]| {
            let mut texts: Vec<String> =
                codes.iter().map(|code| code.text().unwrap().to_owned()).collect();
            texts.sort();
            texts
        };
        assert_eq!(sorted(&read_luma(&pixels, columns, rows).unwrap()), shown, "still, {scale}");
        let frame = LumaFrame::new(&pixels, columns, rows, width).unwrap();
        if scale > 1 {
            let reading = FrameReader::new().read_all(&frame).unwrap();
            assert_eq!(sorted(reading.codes()), shown, "{scale}");
        }
        // The bound of a frame in which one visitor is wanted.
        assert!(FrameReader::new().read(&frame).unwrap().codes().len() <= 16);
    }
}

#[test]
fn frames_that_hold_no_code() {
    for (width, height) in [(1, 1), (1, 4000), (4000, 1), (20, 20), (21, 21), (2, 3000)] {
        let pixels = vec![0; width * height];
        let frame = LumaFrame::new(&pixels, width as u32, height as u32, width).unwrap();
        let reading = FrameReader::new().read(&frame).unwrap();
        assert!(reading.codes().is_empty(), "{width} by {height}");
    }
}

#[test]
fn frames_that_do_not_fit_their_pixels() {
    let pixels = [0; 100];
    assert!(matches!(LumaFrame::new(&pixels, 0, 10, 10), Err(FrameError::Empty)));
    assert!(matches!(
        LumaFrame::new(&pixels, 10, 10, 9),
        Err(FrameError::StrideTooShort { stride: 9, width: 10 })
    ));
    assert!(matches!(
        LumaFrame::new(&pixels, 10, 11, 10),
        Err(FrameError::TooFewPixels { pixels: 100, needed: 110 })
    ));
    assert!(LumaFrame::new(&pixels, 10, 10, 10).is_ok());
}
