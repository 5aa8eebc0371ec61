//! Symbols of kinds that permits are never made of: parts of a longer text, and Micro QR codes.

use std::io::Cursor;

use image::{GrayImage, ImageFormat, Luma, imageops};
use livepermit_qr::read::{
    FoundCode, FrameReader, LumaFrame, PictureError, PictureLimits, read_luma, read_one_code,
};
use qrcode::bits::{Bits, ExtendedMode};
use qrcode::types::Mode;
use qrcode::{EcLevel, QrCode, Version};

/// A symbol of the encoder crate with four light modules around, six pixels a module.
pub(crate) fn drawn(code: &QrCode) -> GrayImage {
    let colors = code.to_colors();
    let side = code.width() as u32 + 8;
    GrayImage::from_fn(side * 6, side * 6, |x, y| {
        let (x, y) = ((x / 6).wrapping_sub(4) as usize, (y / 6).wrapping_sub(4) as usize);
        let is_dark = x < code.width()
            && y < code.width()
            && colors[y * code.width() + x] == qrcode::Color::Dark;
        Luma([if is_dark { 0 } else { 255 }])
    })
}

/// Four bits. The encoder crate pushes no raw bits, but the indicator of a mode is four of them.
fn push_nibble(bits: &mut Bits, nibble: u8) {
    let mode = match nibble {
        0b0001 => ExtendedMode::Data(Mode::Numeric),
        0b0010 => ExtendedMode::Data(Mode::Alphanumeric),
        0b0011 => ExtendedMode::StructuredAppend,
        0b0100 => ExtendedMode::Data(Mode::Byte),
        0b0101 => ExtendedMode::Fnc1First,
        0b0111 => ExtendedMode::Eci,
        0b1000 => ExtendedMode::Data(Mode::Kanji),
        0b1001 => ExtendedMode::Fnc1Second,
        _ => panic!("no mode has this indicator: {nibble}"),
    };
    bits.push_mode_indicator(mode).unwrap();
}

/// One part of a longer text (ISO/IEC 18004:2015, 8.2): the mode, the place counted from 0, the
/// number of parts less one, and the parity, before the text of this part.
pub(crate) fn part(index: u8, last: u8, parity: u8, text: &str) -> QrCode {
    let mut bits = Bits::new(Version::Normal(5));
    for nibble in [0b0011, index, last, parity >> 4, parity & 15] {
        push_nibble(&mut bits, nibble);
    }
    bits.push_alphanumeric_data(text.as_bytes()).unwrap();
    bits.push_terminator(EcLevel::M).unwrap();
    QrCode::with_bits(bits, EcLevel::M).unwrap()
}

fn read_frame(picture: &GrayImage) -> Vec<FoundCode> {
    let (width, height) = picture.dimensions();
    let frame = LumaFrame::new(picture.as_raw(), width, height, width as usize).unwrap();
    FrameReader::new().read_all(&frame).unwrap().into_codes()
}

fn read_still(picture: &GrayImage) -> Result<Vec<FoundCode>, PictureError> {
    read_luma(picture.as_raw(), picture.width(), picture.height())
}

pub(crate) fn read_one(picture: &GrayImage) -> Result<String, PictureError> {
    let mut file = Cursor::new(Vec::new());
    picture.write_to(&mut file, ImageFormat::Png).unwrap();
    read_one_code(file.get_ref(), &PictureLimits::default())
}

/// The text of this part looks like a whole permit. Nobody may take the part for one.
#[test]
fn a_part_of_a_longer_text_is_no_whole_code() {
    let text = "LP1:6BFOXN TS3DH0YOJ58S S-W5HDC";
    for (index, last) in [(1, 3), (3, 3), (1, 1), (7, 9)] {
        let picture = drawn(&part(index, last, 0x57, text));
        for codes in [read_frame(&picture), read_still(&picture).unwrap()] {
            let [code] = codes.as_slice() else { panic!("{codes:?}") };
            let part = code.part().unwrap();
            assert_eq!((part.number, part.of, part.parity), (index + 1, last + 1, 0x57));
            assert_eq!(code.bytes(), text.as_bytes());
            assert_eq!(code.text(), None);
        }
        let error = read_one(&picture).unwrap_err();
        assert!(
            matches!(error, PictureError::OnePart { part } if part.number == index + 1),
            "{error:?}"
        );
        let told = format!(
            "the QR code in the picture is part {} of {} of a longer text",
            index + 1,
            last + 1
        );
        assert_eq!(error.to_string(), told);
    }
}

/// The standard has no part 8 of 2. A reader that corrects such numbers would guess.
#[test]
fn a_part_beyond_the_last_is_told_as_it_is() {
    let codes = read_frame(&drawn(&part(7, 1, 0x24, "ABC")));
    let part = codes[0].part().unwrap();
    assert_eq!((part.number, part.of, part.to_string().as_str()), (8, 2, "part 8 of 2"));
}

#[test]
fn whole_codes_are_no_parts() {
    let whole = QrCode::with_version("LP1:HELLO", Version::Normal(5), EcLevel::M).unwrap();
    let picture = drawn(&whole);
    for codes in [read_frame(&picture), read_still(&picture).unwrap()] {
        assert_eq!((codes.len(), codes[0].part()), (1, None));
        assert_eq!(codes[0].text(), Some("LP1:HELLO"));
    }
}

/// Two parts with the same bytes are two codes.
#[test]
fn all_parts_in_a_picture_are_told() {
    let (one, two) = (drawn(&part(1, 2, 0x11, "SAME")), drawn(&part(2, 2, 0x11, "SAME")));
    let mut both = GrayImage::from_pixel(one.width() * 2, one.height(), Luma([255]));
    imageops::replace(&mut both, &one, 0, 0);
    imageops::replace(&mut both, &two, i64::from(one.width()), 0);
    let mut numbers: Vec<u8> =
        read_still(&both).unwrap().iter().map(|code| code.part().unwrap().number).collect();
    numbers.sort_unstable();
    assert_eq!(numbers, [2, 3]);
    assert_eq!(read_one(&both), Err(PictureError::SeveralCodes { count: 2 }));
}

/// Micro QR codes (ISO/IEC 18004:2015, 5.3.2) have one finder pattern; this reader needs three.
#[test]
fn micro_qr_codes_are_not_read() {
    for (version, level, text) in [
        (1, EcLevel::L, "12345"),
        (2, EcLevel::L, "LP1:AB"),
        (3, EcLevel::M, "LP1:ABCDEF"),
        (4, EcLevel::Q, "LP1:ABCDEFGH"),
        (4, EcLevel::L, "LP1:ABCDEFGHIJKLM"),
    ] {
        let code = QrCode::with_version(text, Version::Micro(version), level).unwrap();
        let one = drawn(&code);
        // Three of them have as many finder patterns as one code, in a right angle.
        let mut three = GrayImage::from_pixel(one.width() * 2, one.height() * 2, Luma([255]));
        for (right, down) in [(0, 0), (1, 0), (0, 1)] {
            let (x, y) = (right * i64::from(one.width()), down * i64::from(one.height()));
            imageops::replace(&mut three, &one, x, y);
        }
        for picture in [imageops::rotate90(&one), one, three] {
            assert_eq!(read_frame(&picture), [], "M{version}");
            assert_eq!(read_still(&picture), Err(PictureError::NoCode), "M{version}");
            assert_eq!(read_one(&picture), Err(PictureError::NoCode), "M{version}");
        }
    }
}
