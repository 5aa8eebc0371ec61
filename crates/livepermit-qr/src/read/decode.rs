//! From a file to pixels, within limits.

use std::io::Cursor;

use image::codecs::bmp::BmpDecoder;
use image::codecs::gif::GifDecoder;
use image::codecs::ico::IcoDecoder;
use image::codecs::jpeg::JpegDecoder;
use image::codecs::png::PngDecoder;
use image::codecs::pnm::PnmDecoder;
use image::codecs::tiff::TiffDecoder;
use image::codecs::webp::WebPDecoder;
use image::{DynamicImage, GrayAlphaImage, ImageDecoder, ImageError, Limits};

use super::error::PictureError;
use super::format::PictureFormat;
use super::picture::{PictureLimits, pixel_count};

pub(super) fn decode(
    file: &[u8],
    format: PictureFormat,
    limits: &PictureLimits,
) -> Result<DynamicImage, PictureError> {
    let refused = |error: ImageError| match error {
        ImageError::Unsupported(_) => PictureError::Unsupported { format },
        _ => PictureError::Damaged { format },
    };
    let cursor = Cursor::new(file);
    // `extra` is what a decoder keeps for each pixel besides the picture.
    let unpacked = match format {
        PictureFormat::Png => {
            // These limits bound what the decoder keeps besides the picture. `unpack` checks the
            // size of the picture, so that the error can name it.
            PngDecoder::with_limits(cursor, inner_limits(limits)).map(|png| unpack(png, 0, limits))
        }
        PictureFormat::Jpeg => {
            let extra = if is_progressive(file) { 6 } else { 0 };
            JpegDecoder::new(cursor).map(|jpeg| unpack(jpeg, extra, limits))
        }
        // One frame beside the picture.
        PictureFormat::Gif => GifDecoder::new(cursor).map(|gif| unpack(gif, 4, limits)),
        PictureFormat::WebP => WebPDecoder::new(cursor).map(|webp| unpack(webp, 4, limits)),
        PictureFormat::Bmp => BmpDecoder::new(cursor).map(|bmp| unpack(bmp, 0, limits)),
        PictureFormat::Ico => {
            if let Some(png) = png_of_icon(file) {
                return decode(png, PictureFormat::Png, limits);
            }
            IcoDecoder::new(cursor).map(|ico| unpack(ico, 4, limits))
        }
        PictureFormat::Pnm => PnmDecoder::new(cursor).map(|pnm| unpack(pnm, 0, limits)),
        PictureFormat::Tiff => TiffDecoder::new(cursor).map(|tiff| unpack(tiff, 4, limits)),
        PictureFormat::Svg => return Err(PictureError::Unsupported { format }),
    };
    match unpacked.map_err(refused)? {
        Ok(picture) => Ok(picture),
        Err(UnpackError::Ours(error)) => Err(error),
        Err(UnpackError::Decoder(error)) => Err(refused(error)),
    }
}

fn inner_limits(limits: &PictureLimits) -> Limits {
    let mut inner = Limits::default();
    inner.max_alloc = Some(limits.max_memory_bytes);
    inner
}

/// The widest PNG in an icon. The decoder of icons would unpack its colour profile without a limit:
/// 32 MB of zeros in an icon become 32 GB.
fn png_of_icon(file: &[u8]) -> Option<&[u8]> {
    let [_, _, _, _, low, high, entries @ ..] = file else { return None };
    let count = usize::from(u16::from_le_bytes([*low, *high]));
    let pngs = entries.chunks_exact(16).take(count).filter_map(|entry| {
        let (start, width) = (entry.last_chunk::<4>()?, *entry.first()?);
        let picture = file.get(usize::try_from(u32::from_le_bytes(*start)).ok()?..)?;
        // A width of 0 means 256.
        picture.starts_with(b"\x89PNG\r\n\x1a\n").then_some((width.wrapping_sub(1), picture))
    });
    pngs.max_by_key(|(width, _)| *width).map(|(_, picture)| picture)
}

/// Whether a JPEG has a frame of progressive scans (ITU T.81, B.1.1.3), whose decoder keeps every
/// coefficient until the end. A JPEG with anything before its frame that decoders may skip in
/// different ways counts as progressive, so that nothing hides such a frame.
fn is_progressive(file: &[u8]) -> bool {
    let mut rest = file.get(2..).unwrap_or_default();
    loop {
        match rest {
            // Fill bytes.
            [0xff, 0xff, ..] => rest = rest.get(1..).unwrap_or_default(),
            [0xff, 0xc0 | 0xc1, ..] => return false,
            // Tables, intervals, data of applications, comments: each has a length.
            [0xff, 0xc4 | 0xdb | 0xdd | 0xe0..=0xef | 0xfe, high, low, ..] => {
                let length = usize::from(u16::from_be_bytes([*high, *low]));
                rest = rest.get(length.saturating_add(2)..).unwrap_or_default();
            }
            _ => return true,
        }
    }
}

/// An error of our own, or of the decoder. The latter is converted where the format is known.
enum UnpackError {
    Ours(PictureError),
    Decoder(ImageError),
}

fn unpack(
    mut decoder: impl ImageDecoder,
    extra_bytes_per_pixel: u64,
    limits: &PictureLimits,
) -> Result<DynamicImage, UnpackError> {
    let (width, height) = decoder.dimensions();
    limits.check_size(width, height).map_err(UnpackError::Ours)?;
    let extra = pixel_count(width, height).saturating_mul(extra_bytes_per_pixel);
    let bytes = decoder.total_bytes().saturating_add(extra);
    if bytes > limits.max_memory_bytes {
        return Err(UnpackError::Ours(PictureError::TooMuchMemory {
            bytes,
            limit: limits.max_memory_bytes,
        }));
    }
    decoder.set_limits(inner_limits(limits)).map_err(UnpackError::Decoder)?;
    DynamicImage::from_decoder(decoder).map_err(UnpackError::Decoder)
}

/// What shows through a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ground {
    White,
    Black,
}

/// The grey pixels of a picture that is not transparent.
pub(super) fn to_grey(picture: DynamicImage) -> Vec<u8> {
    picture.into_luma8().into_raw()
}

/// The grey pixels of a picture on a ground. `image` would drop the alpha channel and keep the
/// colour under it, which is often black. A viewer shows the page instead.
pub(super) fn on_ground(picture: &GrayAlphaImage, ground: Ground) -> Vec<u8> {
    picture
        .pixels()
        .map(|pixel| {
            let [luma, alpha] = pixel.0;
            over(ground, luma, alpha)
        })
        .collect()
}

fn over(ground: Ground, luma: u8, alpha: u8) -> u8 {
    let ground = if ground == Ground::White { 255_u16 } else { 0 };
    let (luma, alpha) = (u16::from(luma), u16::from(alpha));
    // At most 255 * 255, which is below 2^16, so the quotient is at most 255.
    let below = ground.saturating_mul(255_u16.saturating_sub(alpha));
    let sum = luma.saturating_mul(alpha).saturating_add(below);
    u8::try_from(sum / 255).unwrap_or(u8::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn alpha_goes_over_its_ground() {
        for (ground, clear, half) in [(Ground::White, 255, 127), (Ground::Black, 0, 0)] {
            assert_eq!(over(ground, 0, 255), 0);
            assert_eq!(over(ground, 0, 0), clear);
            assert_eq!(over(ground, 255, 255), 255);
            assert_eq!(over(ground, 0, 128), half);
        }
    }

    #[test]
    fn frames_of_jpegs_are_told_by_their_marker() {
        assert!(!is_progressive(&[0xff, 0xd8, 0xff, 0xe0, 0, 3, 9, 0xff, 0xc0]));
        assert!(is_progressive(&[0xff, 0xd8, 0xff, 0xff, 0xe0, 0, 3, 9, 0xff, 0xc2, 0, 2]));
        assert!(is_progressive(&[0xff, 0xd8]));
        // Decoders find the second frame behind bytes that are no segment.
        let hidden = [[0xff, 0, 0xc2, 2].as_slice(), &[0; 0xc200], &[0xff, 0xc0]].concat();
        assert!(is_progressive(&[&[0xff, 0xd8], hidden.as_slice()].concat()));
        assert!(is_progressive(&[0xff, 0xd8, 0xff, 0xd0, 0, 2, 0xff, 0xc0]));
    }
}
