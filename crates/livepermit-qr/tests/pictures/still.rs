//! Codes read back from still pictures.

use core::num::NonZeroU8;
use std::io::Cursor;

use image::{DynamicImage, GrayImage, ImageFormat, Luma, Rgba, RgbaImage, imageops};
use livepermit_qr::draw::{ErrorCorrection, QrCode};
use livepermit_qr::read::{
    FoundCode, PictureError, PictureFormat, PictureLimits, read_luma, read_one_code, read_picture,
};
use proptest::prelude::*;

use super::kinds::drawn;
use super::{LEVELS, text};

fn png(text: &str, level: ErrorCorrection, scale: u8) -> Vec<u8> {
    QrCode::encode(text, level).unwrap().to_png(NonZeroU8::new(scale).unwrap()).unwrap()
}

fn grey(text: &str, scale: u8) -> GrayImage {
    image::load_from_memory(&png(text, ErrorCorrection::Medium, scale)).unwrap().into_luma8()
}

fn file(picture: impl Into<DynamicImage>, format: ImageFormat) -> Vec<u8> {
    let mut file = Cursor::new(Vec::new());
    picture.into().write_to(&mut file, format).unwrap();
    file.into_inner()
}

fn read(file: &[u8]) -> Result<String, PictureError> {
    read_one_code(file, &PictureLimits::default())
}

fn read_grey(picture: &GrayImage) -> Result<Vec<FoundCode>, PictureError> {
    read_luma(picture.as_raw(), picture.width(), picture.height())
}

fn texts(codes: &[FoundCode]) -> Vec<&str> {
    let mut texts: Vec<&str> = codes.iter().map(|code| code.text().unwrap()).collect();
    texts.sort_unstable();
    texts
}

#[test]
fn our_pngs_are_read_back_at_every_version_level_and_size() {
    let mut unread = Vec::new();
    for level in LEVELS {
        for length in [1, 20, 47, 90, 143, 200, 260, 311, 400, 528, 700, 1000, 1500, 1852] {
            for scale in [3, 4, 8] {
                let text = text(length);
                if read(&png(&text, level, scale)).as_ref() != Ok(&text) {
                    unread.push((level, length, scale));
                }
            }
        }
    }
    assert!(unread.is_empty(), "{unread:?}");
}

#[test]
fn our_pngs_are_read_back_as_jpegs() {
    for length in [20, 260, 528] {
        for scale in [3, 4, 8] {
            let text = text(length);
            assert_eq!(read(&file(grey(&text, scale), ImageFormat::Jpeg)), Ok(text), "{scale}");
        }
    }
}

#[test]
fn turned_mirrored_and_inverted() {
    for (length, scale) in [(20, 3), (260, 4), (528, 8)] {
        let text = text(length);
        let picture = grey(&text, scale);
        let mut inverted = picture.clone();
        imageops::invert(&mut inverted);
        for (name, shown) in [
            ("90", imageops::rotate90(&picture)),
            ("180", imageops::rotate180(&picture)),
            ("270", imageops::rotate270(&picture)),
            ("mirrored", imageops::flip_horizontal(&picture)),
            ("inverted", inverted.clone()),
            ("inverted 90", imageops::rotate90(&inverted)),
        ] {
            assert_eq!(texts(&read_grey(&shown).expect(name)), [&text], "{name} {length}");
        }
    }
}

#[test]
fn dull_pictures() {
    let text = text(260);
    for (dark, light) in [(100, 120), (0, 20), (235, 255), (120, 110), (60, 200)] {
        let mut picture = grey(&text, 4);
        picture
            .pixels_mut()
            .for_each(|pixel| pixel.0 = [if pixel.0 == [0] { dark } else { light }]);
        assert_eq!(texts(&read_grey(&picture).unwrap()), [&text], "{dark} on {light}");
    }
}

/// Files of 16 bits a pixel may hold 8 bits, so that all grey levels become 0 and 1.
#[test]
fn pictures_of_two_neighbouring_levels() {
    for (dark, light) in [(0, 1), (100, 101), (254, 255), (7, 10), (200, 231)] {
        let mut picture = grey("LP1:DULL", 5);
        picture
            .pixels_mut()
            .for_each(|pixel| pixel.0 = [if pixel.0[0] < 128 { dark } else { light }]);
        let codes = read_grey(&picture).unwrap();
        assert_eq!(texts(&codes), ["LP1:DULL"], "{dark} {light}");
    }
}

/// The ground has few levels and nearly all pixels; the levels of the code must not be lost.
#[test]
fn small_codes_in_large_even_pictures() {
    let mut code = grey("LP1:SMALL", 4);
    code.pixels_mut().for_each(|pixel| pixel.0 = [if pixel.0[0] < 128 { 60 } else { 190 }]);
    for (lowest, side) in [(254, 600), (254, 1600), (252, 3000), (0, 600), (0, 2400), (126, 1600)] {
        let mut picture = GrayImage::from_fn(side, side, |x, y| {
            Luma([lowest + ((x * 31 + y * y * 17) % 7 / 3 % 2) as u8])
        });
        imageops::replace(&mut picture, &code, i64::from(side / 2) - 50, i64::from(side / 3));
        assert_eq!(texts(&read_grey(&picture).unwrap()), ["LP1:SMALL"], "{lowest} {side}");
    }
}

/// A spark of light in a dull picture does not set its scale.
#[test]
fn dull_pictures_with_sparks() {
    let mut picture = grey("LP1:DULL", 5);
    picture.pixels_mut().for_each(|pixel| pixel.0 = [if pixel.0[0] < 128 { 3 } else { 4 }]);
    for at in 0..40 {
        picture.put_pixel(at * 3 % picture.width(), 2, Luma([255]));
    }
    assert_eq!(texts(&read_grey(&picture).unwrap()), ["LP1:DULL"]);
}

#[test]
fn corners_are_those_of_the_symbol() {
    for length in [20, 260, 528, 1500] {
        let text = text(length);
        let code = QrCode::encode(&text, ErrorCorrection::Medium).unwrap();
        let picture = grey(&text, 4);
        let (near, far) = (16.0, (16 + code.width() * 4) as f32);
        let square = [(near, near), (far, near), (far, far), (near, far)];
        let side = picture.width() as f32;
        for (shown, expected) in [
            (imageops::rotate180(&picture), square.map(|(x, y)| (side - x, side - y))),
            (imageops::rotate90(&picture), square.map(|(x, y)| (side - y, x))),
            (picture, square),
        ] {
            let found = read_grey(&shown).unwrap();
            for (corner, (x, y)) in found[0].corners().into_iter().zip(expected) {
                assert!(
                    (corner.x - x).abs() < 5.0 && (corner.y - y).abs() < 5.0,
                    "{corner:?} {x} {y} {length}"
                );
            }
        }
    }
}

fn beside(left: &GrayImage, right: &GrayImage) -> GrayImage {
    let mut both = GrayImage::from_pixel(
        left.width() + right.width() + 40,
        left.height().max(right.height()),
        Luma([255]),
    );
    imageops::replace(&mut both, left, 0, 0);
    imageops::replace(&mut both, right, i64::from(left.width()) + 40, 0);
    both
}

#[test]
fn several_codes_in_one_picture_are_all_told() {
    let both = beside(&grey("LP1:ONE", 8), &grey("HTTP://OTHER.EXAMPLE", 5));
    assert_eq!(texts(&read_grey(&both).unwrap()), ["HTTP://OTHER.EXAMPLE", "LP1:ONE"]);
    assert_eq!(read(&file(both, ImageFormat::Png)), Err(PictureError::SeveralCodes { count: 2 }));

    let twice = beside(&grey("LP1:SAME", 6), &grey("LP1:SAME", 6));
    assert_eq!(texts(&read_grey(&twice).unwrap()), ["LP1:SAME", "LP1:SAME"]);

    let mut inverted = grey("LP1:LIGHT", 6);
    imageops::invert(&mut inverted);
    let mixed = beside(&grey("LP1:DARK", 6), &inverted);
    assert_eq!(texts(&read_grey(&mixed).unwrap()), ["LP1:DARK", "LP1:LIGHT"]);
}

#[test]
fn transparent_grounds_count_as_white() {
    let picture = grey("LP1:CLEAR", 8);
    let clear = RgbaImage::from_fn(picture.width(), picture.height(), |x, y| {
        // Black everywhere; only the alpha channel draws.
        Rgba([0, 0, 0, 255 - picture.get_pixel(x, y).0[0]])
    });
    assert_eq!(read(&file(clear, ImageFormat::Png)).unwrap(), "LP1:CLEAR");
}

#[test]
fn what_is_not_a_picture_is_refused() {
    for file in [b"".as_slice(), b"LP1:HELLO", b"\x89PNG", &[0xFF; 64], &[0; 1000]] {
        assert_eq!(read(file), Err(PictureError::UnknownFormat), "{file:?}");
    }
    assert_eq!(
        read(b"\x89PNG\r\n\x1a\n"),
        Err(PictureError::Damaged { format: PictureFormat::Png })
    );
    assert_eq!(read(b"\xff\xd8\xff"), Err(PictureError::Damaged { format: PictureFormat::Jpeg }));
}

#[test]
fn pictures_without_a_code() {
    for shade in [0, 128, 255] {
        let plain = GrayImage::from_pixel(640, 480, Luma([shade]));
        assert_eq!(read(&file(plain.clone(), ImageFormat::Png)), Err(PictureError::NoCode));
        assert_eq!(read(&file(plain, ImageFormat::Jpeg)), Err(PictureError::NoCode));
    }
    let noise =
        GrayImage::from_fn(500, 400, |x, y| Luma([(x * x * 31 + y * y * 17 + x * y * 7) as u8]));
    assert_eq!(read_grey(&noise).unwrap_err(), PictureError::NoCode);
    for (width, height) in
        [(0, 0), (0, 5), (1, 1), (20, 20), (21, 21), (21, 40), (1, 65_535), (65_535, 21)]
    {
        let pixels = vec![0; (width * height) as usize];
        assert_eq!(
            read_luma(&pixels, width, height).unwrap_err(),
            PictureError::NoCode,
            "{width} {height}"
        );
    }
}

/// Coordinates have 16 bits, and a small picture is searched at twice its size.
#[test]
fn pictures_of_the_longest_sides_are_searched() {
    for (width, height) in [(65_535, 21), (65_535, 14), (50_000, 24), (21, 65_535), (8_192, 150)] {
        let mut pixels: Vec<u8> = (0..width * height)
            .map(|at: u32| (at.wrapping_mul(2_654_435_761) >> 24) as u8)
            .collect();
        assert_eq!(read_luma(&pixels, width, height).unwrap_err(), PictureError::NoCode);
        // Dark up to the last pixel of each row.
        pixels.chunks_mut(width as usize).for_each(|row| *row.last_mut().unwrap() = 0);
        assert_eq!(read_luma(&pixels, width, height).unwrap_err(), PictureError::NoCode);
    }
}

#[test]
fn pixels_and_sizes_must_agree() {
    assert_eq!(
        read_luma(&[0; 99], 10, 10).unwrap_err(),
        PictureError::WrongPixelCount { pixels: 99, expected: 100 }
    );
    assert_eq!(
        read_luma(&[], u32::MAX, u32::MAX).unwrap_err(),
        PictureError::WrongPixelCount {
            pixels: 0,
            expected: u64::from(u32::MAX) * u64::from(u32::MAX)
        }
    );
    assert_eq!(
        read_luma(&[0; 65_536], 65_536, 1).unwrap_err(),
        PictureError::SideTooLong { width: 65_536, height: 1, limit: 65_535 }
    );
}

/// A valid PNG header of any size, with next to nothing behind it.
fn declared(width: u32, height: u32) -> Vec<u8> {
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, width, height);
    encoder.set_color(png::ColorType::Rgba);
    let mut writer = encoder.write_header().unwrap();
    writer.write_chunk(png::chunk::IDAT, b"\x78\x01\x03\x00\x00\x00\x00\x01").unwrap();
    drop(writer);
    file
}

#[test]
fn picture_bombs_are_refused_by_their_header() {
    let bomb = declared(60_000, 60_000);
    assert!(bomb.len() < 100);
    assert_eq!(
        read(&bomb),
        Err(PictureError::TooManyPixels { pixels: 3_600_000_000, limit: 120_000_000 })
    );
    assert_eq!(
        read(&declared(16_000, 16_000)),
        Err(PictureError::TooManyPixels { pixels: 256_000_000, limit: 120_000_000 })
    );
    let mut limits = PictureLimits::default();
    limits.max_side = u32::MAX;
    limits.max_pixels = u64::MAX;
    assert_eq!(
        read_one_code(&bomb, &limits),
        Err(PictureError::TooMuchMemory { bytes: 14_400_000_000, limit: 512 << 20 })
    );
    assert_eq!(
        read_one_code(&declared(70_000, 1), &limits),
        Err(PictureError::SideTooLong { width: 70_000, height: 1, limit: 65_535 })
    );

    // A JPEG tells its size in the frame header: change a real one's.
    let mut jpeg = file(grey("LP1:HELLO", 8), ImageFormat::Jpeg);
    let frame = jpeg.windows(2).position(|marker| marker == [0xFF, 0xC0]).unwrap();
    jpeg[frame + 5..frame + 9].copy_from_slice(&[0xEA, 0x60, 0xEA, 0x60]);
    assert_eq!(
        read(&jpeg),
        Err(PictureError::TooManyPixels { pixels: 3_600_000_000, limit: 120_000_000 })
    );
    jpeg[frame + 5..frame + 9].copy_from_slice(&[0x1B, 0x58, 0x1B, 0x58]);
    let mut small = PictureLimits::default();
    small.max_memory_bytes = 100_000_000;
    jpeg[frame + 1] = 0xC2;
    // One grey byte and six of coefficients for each of 7000 by 7000 pixels.
    assert_eq!(
        read_one_code(&jpeg, &small),
        Err(PictureError::TooMuchMemory { bytes: 343_000_000, limit: 100_000_000 })
    );
    // A baseline JPEG keeps no coefficients.
    jpeg[frame + 1] = 0xC0;
    small.max_memory_bytes = 40_000_000;
    assert_eq!(
        read_one_code(&jpeg, &small),
        Err(PictureError::TooMuchMemory { bytes: 49_000_000, limit: 40_000_000 })
    );
}

#[test]
fn large_files_are_refused_unread() {
    let mut limits = PictureLimits::default();
    limits.max_file_bytes = 1_000;
    let huge = vec![0x89; 1_001];
    assert_eq!(
        read_picture(&huge, &limits).unwrap_err(),
        PictureError::FileTooLarge { bytes: 1_001, limit: 1_000 }
    );
}

/// A cut file is an error, or what stands in the part that is there: never another text, never a
/// panic let through.
#[test]
fn cut_and_broken_files() {
    let text = text(60);
    for (format, name) in
        [(ImageFormat::Png, PictureFormat::Png), (ImageFormat::Jpeg, PictureFormat::Jpeg)]
    {
        let whole = file(grey(&text, 4), format);
        let step = whole.len() / 150 + 1;
        let mut refused = 0;
        for end in (8..whole.len()).step_by(step) {
            match read(&whole[..end]) {
                Ok(found) => assert_eq!(found, text),
                Err(error) => {
                    refused += 1;
                    assert!(
                        matches!(error, PictureError::Damaged { format } if format == name)
                            || error == PictureError::NoCode,
                        "{error:?}"
                    );
                }
            }
        }
        assert!(refused > 50, "{refused} {name:?}");
        for place in (0..whole.len()).step_by(step) {
            let mut broken = whole.clone();
            broken[place] ^= 0x55;
            if let Ok(found) = read(&broken) {
                assert_eq!(found, text);
            }
        }
    }
}

/// Codes made by the encoder crate in modes that permits do not use.
fn foreign(push: impl FnOnce(&mut qrcode::bits::Bits)) -> GrayImage {
    let mut bits = qrcode::bits::Bits::new(qrcode::Version::Normal(3));
    push(&mut bits);
    bits.push_terminator(qrcode::EcLevel::M).unwrap();
    drawn(&qrcode::QrCode::with_bits(bits, qrcode::EcLevel::M).unwrap())
}

#[test]
fn bytes_are_never_guessed_to_be_text() {
    let bytes = [0xFF, 0x00, 0x80, 0xC3, 0x28, b'L', b'P', b'1', b':'];
    let picture = foreign(|bits| bits.push_byte_data(&bytes).unwrap());
    let found = read_grey(&picture).unwrap();
    assert_eq!((found[0].bytes(), found[0].text()), (bytes.as_slice(), None));
    assert_eq!(read(&file(picture, ImageFormat::Png)), Err(PictureError::NotText));

    let latin = foreign(|bits| bits.push_byte_data(b"caf\xe9").unwrap());
    assert_eq!(read_grey(&latin).unwrap()[0].text(), None);
    let utf8 = foreign(|bits| bits.push_byte_data("居住证".as_bytes()).unwrap());
    assert_eq!(read_grey(&utf8).unwrap()[0].text(), Some("居住证"));
    // A byte order mark is bytes like others: nothing is dropped.
    let marked = foreign(|bits| bits.push_byte_data(b"\xef\xbb\xbfLP1:").unwrap());
    assert_eq!(read_grey(&marked).unwrap()[0].text(), Some("\u{feff}LP1:"));
    let declared = foreign(|bits| {
        bits.push_eci_designator(25).unwrap();
        bits.push_byte_data(b"\0L\0P").unwrap();
    });
    assert_eq!(read_grey(&declared).unwrap()[0].bytes(), b"\0L\0P");
    let numeric = foreign(|bits| bits.push_numeric_data(b"0123456789").unwrap());
    assert_eq!(read_grey(&numeric).unwrap()[0].text(), Some("0123456789"));
}

#[test]
fn logs_do_not_show_what_a_code_holds() {
    let shown = format!("{:?}", read_grey(&grey("LP1:SECRET", 6)).unwrap());
    assert!(
        shown.starts_with("[FoundCode { bytes: 10, part: None, corners: [Point")
            && !shown.contains("SECRET"),
        "{shown}"
    );
}

/// A wall of finder patterns, each combination of which looks like a code: the work must stay
/// bounded.
#[test]
fn a_wall_of_finder_patterns_ends_soon() {
    let wall = GrayImage::from_fn(1_000, 1_000, |x, y| {
        let ring = (x % 9).abs_diff(3).max((y % 9).abs_diff(3));
        Luma([if ring == 2 || ring > 3 { 255 } else { 0 }])
    });
    let start = std::time::Instant::now();
    assert_eq!(read_grey(&wall).unwrap_err(), PictureError::NoCode);
    println!("wall of finder patterns: {:?}", start.elapsed());
    assert!(start.elapsed().as_secs() < 30);
}

proptest! {
    // A failing case is printed; there is no file to keep it in.
    #![proptest_config(ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::with_cases(64)
    })]

    #[test]
    fn any_text_comes_back(
        text in "[0-9A-Z $%*+./:-]{1,500}",
        level in 0..4_usize,
        scale in 3..9_u8,
    ) {
        prop_assert_eq!(read(&png(&text, LEVELS[level], scale)), Ok(text));
    }

    #[test]
    fn no_bytes_break_the_reader(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        prop_assert!(read(&bytes).is_err());
        let signed = [b"\x89PNG\r\n\x1a\n".as_slice(), &bytes].concat();
        prop_assert!(read(&signed).is_err());
        let signed = [b"\xff\xd8\xff".as_slice(), &bytes].concat();
        prop_assert!(read(&signed).is_err());
    }
}
