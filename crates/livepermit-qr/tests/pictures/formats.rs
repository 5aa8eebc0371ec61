//! Pictures in every format, colour and shape in which phones and programs hand them out.

use core::num::NonZeroU8;
use core::time::Duration;
use std::io::Cursor;

use image::{DynamicImage, GrayImage, ImageFormat, Luma, Rgba, RgbaImage, imageops};
use livepermit_qr::draw::{Countdown, ErrorCorrection, QrCode};
use livepermit_qr::read::{
    FileFormat, OtherFormat, PictureError, PictureFormat, PictureLimits, read_luma, read_one_code,
    read_picture,
};

use super::{LEVELS, text};

fn code(text: &str) -> QrCode {
    QrCode::encode(text, ErrorCorrection::Medium).unwrap()
}

fn grey(text: &str, scale: u8) -> GrayImage {
    let png = code(text).to_png(NonZeroU8::new(scale).unwrap()).unwrap();
    image::load_from_memory(&png).unwrap().into_luma8()
}

fn file(picture: impl Into<DynamicImage>, format: ImageFormat) -> Vec<u8> {
    let mut file = Cursor::new(Vec::new());
    picture.into().write_to(&mut file, format).unwrap();
    file.into_inner()
}

fn read(file: &[u8]) -> Result<String, PictureError> {
    read_one_code(file, &PictureLimits::default())
}

/// Light modules, or dark ones, and nothing between them.
fn on_nothing(picture: &GrayImage, light: bool) -> RgbaImage {
    RgbaImage::from_fn(picture.width(), picture.height(), |x, y| {
        let is_light = picture.get_pixel(x, y).0[0] > 127;
        // What a program keeps under a clear pixel is its own affair.
        let shade = if light { 255 } else { 0 };
        if is_light == light { Rgba([shade, shade, shade, 255]) } else { Rgba([0, 0, 0, 0]) }
    })
}

#[test]
fn every_format_and_colour_is_read() {
    use ImageFormat::{Bmp, Gif, Ico, Jpeg, Png, Pnm, Tiff, WebP};
    let text = text(40);
    let grey = DynamicImage::from(grey(&text, 6));
    assert!(grey.width() <= 256, "an icon is small");
    for (name, picture) in [
        ("L8", grey.clone()),
        ("LA8", grey.to_luma_alpha8().into()),
        ("RGB8", grey.to_rgb8().into()),
        ("RGBA8", grey.to_rgba8().into()),
        ("L16", grey.to_luma16().into()),
        ("LA16", grey.to_luma_alpha16().into()),
        ("RGB16", grey.to_rgb16().into()),
        ("RGBA16", grey.to_rgba16().into()),
    ] {
        for format in [Bmp, Gif, Jpeg, Png, Pnm, Tiff, WebP] {
            let mut file = Cursor::new(Vec::new());
            // Not every format has every colour.
            if picture.write_to(&mut file, format).is_ok() {
                let file = file.into_inner();
                assert_eq!(read(&file).as_ref(), Ok(&text), "{name} {format:?}");
                let Some(FileFormat::Picture(told)) = FileFormat::of(&file) else {
                    panic!("{format:?} is not told")
                };
                assert_eq!(told.name().to_uppercase(), format!("{format:?}").to_uppercase());
            }
        }
    }
    for format in [Bmp, Gif, Ico, Png, Pnm, Tiff, WebP] {
        assert_eq!(read(&file(grey.to_rgba8(), format)).as_ref(), Ok(&text), "{format:?}");
    }
}

#[test]
fn light_and_dark_modules_without_a_ground_are_read() {
    for (length, scale) in [(20, 8), (262, 4), (519, 5)] {
        let text = text(length);
        for light in [true, false] {
            let clear = on_nothing(&grey(&text, scale), light);
            let grey_alpha = DynamicImage::from(clear.clone()).to_luma_alpha8();
            for (name, file) in [
                ("PNG", file(clear.clone(), ImageFormat::Png)),
                ("grey PNG", file(grey_alpha, ImageFormat::Png)),
                ("WebP", file(clear.clone(), ImageFormat::WebP)),
                ("GIF", file(clear.clone(), ImageFormat::Gif)),
                ("TIFF", file(clear.clone(), ImageFormat::Tiff)),
                ("palette", with_palette(&clear)),
            ] {
                assert_eq!(read(&file).as_ref(), Ok(&text), "{name} {length} light: {light}");
            }
        }
    }
}

/// A PNG with a palette, whose first colour is clear.
fn with_palette(picture: &RgbaImage) -> Vec<u8> {
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, picture.width(), picture.height());
    encoder.set_color(png::ColorType::Indexed);
    encoder.set_depth(png::BitDepth::Eight);
    let shade = picture.pixels().find(|pixel| pixel.0[3] == 255).unwrap().0[0];
    encoder.set_palette(vec![0, 0, 0, shade, shade, shade]);
    encoder.set_trns(vec![0]);
    let mut writer = encoder.write_header().unwrap();
    let pixels: Vec<u8> = picture.pixels().map(|pixel| u8::from(pixel.0[3] == 255)).collect();
    writer.write_image_data(&pixels).unwrap();
    drop(writer);
    file
}

#[test]
fn of_a_moving_picture_the_first_frame_is_read() {
    let (first, second) = (text(30), text(31));
    let mut file = Vec::new();
    let mut encoder = image::codecs::gif::GifEncoder::new(&mut file);
    for text in [&first, &second] {
        let frame = DynamicImage::from(grey(text, 5)).to_rgba8();
        encoder.encode_frame(image::Frame::new(frame)).unwrap();
    }
    drop(encoder);
    assert_eq!(read(&file), Ok(first));
}

#[test]
fn our_svg_is_read_back() {
    for level in LEVELS {
        for length in [1, 47, 262, 519, 1852] {
            let text = text(length);
            let code = QrCode::encode(&text, level).unwrap();
            let countdown = Countdown::new(Duration::from_secs(12), Duration::from_secs(30));
            let svg = code.to_svg();
            let saved = format!("\u{feff}<?xml version=\"1.0\"?>\r\n{svg}");
            for svg in [code.to_svg_with_countdown(countdown), saved, svg] {
                assert_eq!(read(svg.as_bytes()).as_ref(), Ok(&text), "{level:?} {length}");
            }
        }
    }
    let svg = code("LP1:HELLO").to_svg();
    for other in [
        "<svg xmlns=\"http://www.w3.org/2000/svg\"><circle r=\"9\"/></svg>".to_owned(),
        svg.replace("viewBox=\"0 0 29", "viewBox=\"0 0 9999"),
        svg.replace("viewBox=\"0 0 29", "viewBox=\"0 0 3"),
        svg.replace("h7v1h-7", "h7v1h-6"),
        svg.replace("h7v1h-7", "h7777v1h-7777"),
        svg.replacen("M4 4", "M-2000000000 4", 1),
        svg.replace("v1", "c1"),
        svg.chars().take(200).collect(),
    ] {
        let named = Err(PictureError::OtherFormat { format: OtherFormat::Svg });
        assert_eq!(read(other.as_bytes()), named, "{other}");
    }
}

#[test]
fn long_pictures_are_read_wherever_the_code_is() {
    let text = text(519);
    let code = grey(&text, 6);
    let side = code.width();
    for (width, height) in [(1080, 20_000), (20_000, 900), (700, 9_000), (60_000, 500)] {
        for part in 0..4 {
            let mut page = GrayImage::from_pixel(width, height, Luma([240]));
            let (x, y) = ((width - side) * part / 3, (height - side) * part / 3);
            imageops::replace(&mut page, &code, x.into(), y.into());
            let file = file(page, ImageFormat::Png);
            let codes = read_picture(&file, &PictureLimits::default()).unwrap();
            let texts: Vec<_> = codes.iter().map(|code| code.text()).collect();
            assert_eq!(texts, [Some(text.as_str())], "{width} {height} {part}");
            // Four modules of quiet zone.
            let [corner, ..] = codes[0].corners();
            assert!((corner.x - x as f32 - 24.0).abs() < 8.0, "{corner:?} {x}");
            assert!((corner.y - y as f32 - 24.0).abs() < 8.0, "{corner:?} {y}");
        }
    }
}

/// Reduced until it is small enough, the picture shows less than two pixels a module.
#[test]
fn small_codes_in_large_pictures_are_read() {
    let text = text(262);
    let code = grey(&text, 6);
    for (x, y) in [(10, 10), (1900, 2700), (4500 - code.width(), 4400 - code.height())] {
        let mut photo = GrayImage::from_pixel(4500, 4400, Luma([200]));
        imageops::replace(&mut photo, &code, x.into(), y.into());
        let codes = read_luma(photo.as_raw(), 4500, 4400).unwrap();
        let texts: Vec<_> = codes.iter().map(|code| code.text()).collect();
        assert_eq!(texts, [Some(text.as_str())], "{x} {y}");
        let [corner, ..] = codes[0].corners();
        assert!((corner.x - x as f32 - 24.0).abs() < 8.0, "{corner:?} {x}");
        assert!((corner.y - y as f32 - 24.0).abs() < 8.0, "{corner:?} {y}");
    }
}

#[test]
fn other_files_are_named() {
    let mp4 = |brand: &str| [b"\0\0\0\x18ftyp", brand.as_bytes(), b"\0\0\0\0"].concat();
    use OtherFormat as Other;
    for (start, format) in [
        (mp4("heic"), Other::Heic),
        (mp4("mif1"), Other::Heic),
        (mp4("avif"), Other::Avif),
        (mp4("isom"), Other::Video),
        (mp4("qt  "), Other::Video),
        (mp4("M4A "), Other::Audio),
        (b"\x1a\x45\xdf\xa3".to_vec(), Other::Video),
        (b"RIFF\0\0\0\0AVI LIST".to_vec(), Other::Video),
        (b"RIFF\0\0\0\0WAVEfmt ".to_vec(), Other::Audio),
        (b"\0\0\0\x0cJXL \r\n\x87\n".to_vec(), Other::JpegXl),
        (b"\0\0\0\x0cjP  \r\n\x87\n".to_vec(), Other::Jpeg2000),
        (b"8BPS\0\x01".to_vec(), Other::Editor),
        (b"%PDF-1.7\n".to_vec(), Other::Pdf),
        (b"%!PS-Adobe-3.0".to_vec(), Other::PostScript),
        (b"PK\x03\x04\x14\0".to_vec(), Other::Zip),
        (b"\xd0\xcf\x11\xe0\xa1\xb1".to_vec(), Other::Office),
        (b"{\\rtf1\\ansi".to_vec(), Other::Office),
        (b"\x1f\x8b\x08\0".to_vec(), Other::Archive),
        (b"\x28\xb5\x2f\xfd".to_vec(), Other::Archive),
        (b"\xef\xbb\xbf\r\n<!DOCTYPE html><html>".to_vec(), Other::Html),
        (b"<html lang=zh>".to_vec(), Other::Html),
        (b"<?xml version=\"1.0\"?><html xmlns=\"\">".to_vec(), Other::Html),
        (b"<?xml version=\"1.0\"?><feed/>".to_vec(), Other::Xml),
        (b"  {\n  \"qr_text\": \"LP1:\"".to_vec(), Other::Json),
        (b"[{\"a\":1}]".to_vec(), Other::Json),
        (b"-----BEGIN PUBLIC KEY-----".to_vec(), Other::Pem),
        (b"\x7fELF\x02\x01".to_vec(), Other::Program),
    ] {
        let named = Err(PictureError::OtherFormat { format });
        assert_eq!(read(&start), named, "{}", format.name());
        assert_eq!(FileFormat::of(&start), Some(FileFormat::Other(format)));
    }
}

/// Each decoder, on files that are cut short and on files with a wrong byte: an error or the same
/// text.
#[test]
fn broken_files_of_every_format_give_an_error_or_their_code() {
    use ImageFormat::{Bmp, Gif, Ico, Pnm, Tiff, WebP};
    let text = text(40);
    for format in [Bmp, Gif, Ico, Pnm, Tiff, WebP] {
        let whole = file(DynamicImage::from(grey(&text, 4)).to_rgba8(), format);
        let step = whole.len() / 60 + 1;
        for at in (0..whole.len()).step_by(step) {
            let mut broken = whole.clone();
            broken[at] ^= 0x55;
            for file in [&whole[..at], &broken] {
                match read(file) {
                    Ok(found) => assert_eq!(found, text, "{format:?} {at}"),
                    Err(error) => {
                        assert_ne!(error, PictureError::ReaderPanicked, "{format:?} {at}");
                    }
                }
            }
        }
    }
}

/// An icon with these pictures in it.
fn icon(pictures: &[(u8, &[u8])]) -> Vec<u8> {
    let count = u16::try_from(pictures.len()).unwrap();
    let mut file = [[0, 0, 1, 0].as_slice(), &count.to_le_bytes()].concat();
    let mut start = file.len() + 16 * pictures.len();
    for (side, picture) in pictures {
        let [length, from] =
            [picture.len(), start].map(|n| u32::try_from(n).unwrap().to_le_bytes());
        file.extend([&[*side, *side, 0, 0, 1, 0, 32, 0], length.as_slice(), &from].concat());
        start += picture.len();
    }
    file.extend(pictures.iter().flat_map(|(_, picture)| *picture));
    file
}

/// The decoder of icons reads a PNG in an icon without limits, and only in one colour.
#[test]
fn a_png_in_an_icon_is_read_as_any_png() {
    let text = text(40);
    let (small, large) = (grey("LP1:SMALL", 1), grey(&text, 5));
    let (small, large) = (file(small, ImageFormat::Png), file(large, ImageFormat::Png));
    assert_eq!(read(&icon(&[(16, &small), (0, &large)])), Ok(text.clone()));
    assert_eq!(read(&icon(&[(0, &large), (16, &small)])), Ok(text));
    let mut limits = PictureLimits::default();
    limits.max_memory_bytes = 1_000;
    let refused = read_picture(&icon(&[(0, &large)]), &limits).unwrap_err();
    assert!(
        matches!(
            refused,
            PictureError::TooMuchMemory { .. }
                | PictureError::Damaged { format: PictureFormat::Png }
        ),
        "{refused}"
    );
    // The end of the directory, and places behind the end of the file.
    for end in 0..icon(&[(0, &large)]).len().min(64) {
        assert_ne!(read(&icon(&[(0, &large)])[..end]), Err(PictureError::ReaderPanicked));
    }
}

#[test]
fn the_limits_hold_in_every_format() {
    let mut limits = PictureLimits::default();
    limits.max_side = 100;
    let picture = grey("LP1:HELLO", 8);
    for format in [ImageFormat::Bmp, ImageFormat::Gif, ImageFormat::Tiff, ImageFormat::WebP] {
        let file = file(DynamicImage::from(picture.clone()).to_rgba8(), format);
        let (width, height) = (picture.width(), picture.height());
        assert_eq!(
            read_picture(&file, &limits).unwrap_err(),
            PictureError::SideTooLong { width, height, limit: 100 }
        );
    }
    assert_eq!(PictureFormat::Pnm.name(), "PNM");
}
