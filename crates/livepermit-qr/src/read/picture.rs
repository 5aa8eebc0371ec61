//! From a file to grey pixels, within limits.

use std::io::Cursor;
use std::panic::catch_unwind;

use image::codecs::jpeg::JpegDecoder;
use image::codecs::png::PngDecoder;
use image::{DynamicImage, ImageDecoder, ImageError, Limits};

use super::code::FoundCode;
use super::error::{PictureError, PictureFormat};
use super::still::find_codes;

/// Finder patterns are measured in 16-bit run lengths, so a longer row could be misread.
const LONGEST_SIDE: u32 = 0xffff;

/// How large a picture may be. The limits are checked before anything is unpacked, so a small file
/// that would unpack to a huge picture costs nothing.
///
/// The limits bound memory, not time. A gate that accepts pictures from strangers sets the limits
/// to the size of its camera's pictures.
///
/// ```
/// use livepermit_qr::read::PictureLimits;
/// let mut limits = PictureLimits::default();
/// limits.max_pixels = 2_000_000;
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct PictureLimits {
    /// Bytes of the file. Default: 32 MiB, the largest JPEG of a phone.
    pub max_file_bytes: u64,
    /// Width and height, in pixels. Default: 16,384. Values above 65,535 count as 65,535.
    pub max_side: u32,
    /// Width times height, in pixels. Default: 50,000,000, for a phone camera of 48 megapixels.
    pub max_pixels: u64,
    /// Bytes of memory that unpacking may use. Default: 512 MiB. Unpacking needs the decoded
    /// picture and, for a JPEG, 6 bytes of coefficients per pixel, which a progressive JPEG holds
    /// all at once. The search for codes needs up to 4 more bytes per pixel, which are not counted.
    pub max_memory_bytes: u64,
}

impl Default for PictureLimits {
    fn default() -> Self {
        Self {
            max_file_bytes: 32 << 20,
            max_side: 16_384,
            max_pixels: 50_000_000,
            max_memory_bytes: 512 << 20,
        }
    }
}

impl PictureLimits {
    fn check_size(&self, width: u32, height: u32) -> Result<(), PictureError> {
        let limit = self.max_side.min(LONGEST_SIDE);
        if width > limit || height > limit {
            return Err(PictureError::SideTooLong { width, height, limit });
        }
        let pixels = pixel_count(width, height);
        if pixels > self.max_pixels {
            return Err(PictureError::TooManyPixels { pixels, limit: self.max_pixels });
        }
        Ok(())
    }
}

/// Reads every QR code in a PNG or JPEG. If there is no code, the error is
/// [`PictureError::NoCode`].
///
/// Codes may be turned, mirrored, or light on dark. Transparent parts count as white. If a picture
/// is animated, its first frame is read. The codes are in no particular order. A code that is twice
/// in the picture is returned twice.
///
/// # Errors
///
/// [`PictureError`], all but `SeveralCodes`, `NotText` and `WrongPixelCount`.
pub fn read_picture(file: &[u8], limits: &PictureLimits) -> Result<Vec<FoundCode>, PictureError> {
    let bytes = u64::try_from(file.len()).unwrap_or(u64::MAX);
    if bytes > limits.max_file_bytes {
        return Err(PictureError::FileTooLarge { bytes, limit: limits.max_file_bytes });
    }
    let format = format_of(file).ok_or(PictureError::UnknownFormat)?;
    let limits = *limits;
    let grey = catch_unwind(|| decode(file, format, &limits))
        .map_err(|_| PictureError::ReaderPanicked)??;
    some_codes(&grey.pixels, grey.width, grey.height)
}

/// Reads the only QR code in a PNG or JPEG, as text.
///
/// # Errors
///
/// Those of [`read_picture`]; [`PictureError::SeveralCodes`] if there is more than one code, even
/// if only one holds text; [`PictureError::NotText`] if the code is not UTF-8.
pub fn read_one_code(file: &[u8], limits: &PictureLimits) -> Result<String, PictureError> {
    match read_picture(file, limits)?.as_slice() {
        [] => Err(PictureError::NoCode),
        [code] => code.text().map(str::to_owned).ok_or(PictureError::NotText),
        several => Err(PictureError::SeveralCodes { count: several.len() }),
    }
}

/// Reads every QR code in a grey picture: one byte a pixel, 0 is black, row by row from the top,
/// without gaps.
///
/// The only limit is 65,535 pixels a side, because the memory is the caller's already.
///
/// ```
/// use livepermit_qr::read::{PictureError, read_luma};
/// assert_eq!(read_luma(&[255; 10_000], 100, 100).unwrap_err(), PictureError::NoCode);
/// ```
///
/// # Errors
///
/// [`PictureError::WrongPixelCount`], [`PictureError::SideTooLong`], [`PictureError::NoCode`],
/// [`PictureError::ReaderPanicked`].
pub fn read_luma(pixels: &[u8], width: u32, height: u32) -> Result<Vec<FoundCode>, PictureError> {
    let expected = pixel_count(width, height);
    if u64::try_from(pixels.len()) != Ok(expected) {
        return Err(PictureError::WrongPixelCount { pixels: pixels.len(), expected });
    }
    if width > LONGEST_SIDE || height > LONGEST_SIDE {
        return Err(PictureError::SideTooLong { width, height, limit: LONGEST_SIDE });
    }
    some_codes(pixels, width, height)
}

fn some_codes(pixels: &[u8], width: u32, height: u32) -> Result<Vec<FoundCode>, PictureError> {
    let codes = find_codes(pixels, width, height)?;
    if codes.is_empty() { Err(PictureError::NoCode) } else { Ok(codes) }
}

fn pixel_count(width: u32, height: u32) -> u64 {
    // The product of two 32-bit factors fits.
    u64::from(width).saturating_mul(u64::from(height))
}

/// The format by the first bytes: PNG (ISO/IEC 15948, 5.2) or JPEG (start of image, then any
/// marker).
fn format_of(file: &[u8]) -> Option<PictureFormat> {
    if file.starts_with(b"\x89PNG\r\n\x1a\n") {
        Some(PictureFormat::Png)
    } else if file.starts_with(&[0xFF, 0xD8, 0xFF]) {
        Some(PictureFormat::Jpeg)
    } else {
        None
    }
}

struct GreyPicture {
    pixels: Vec<u8>,
    width: u32,
    height: u32,
}

fn decode(
    file: &[u8],
    format: PictureFormat,
    limits: &PictureLimits,
) -> Result<GreyPicture, PictureError> {
    let refused = |error: ImageError| match error {
        ImageError::Unsupported(_) => PictureError::Unsupported { format },
        _ => PictureError::Damaged { format },
    };
    let mut inner = Limits::default();
    inner.max_alloc = Some(limits.max_memory_bytes);
    match format {
        PictureFormat::Png => {
            // These limits bound what the decoder keeps besides the picture. `unpack` checks the
            // size of the picture, so that the error can name it.
            let decoder = PngDecoder::with_limits(Cursor::new(file), inner).map_err(refused)?;
            unpack(decoder, 0, limits).map_err(|error| error.or(refused))
        }
        PictureFormat::Jpeg => {
            let mut decoder = JpegDecoder::new(Cursor::new(file)).map_err(refused)?;
            decoder.set_limits(inner).map_err(refused)?;
            unpack(decoder, 6, limits).map_err(|error| error.or(refused))
        }
    }
}

/// An error of our own, or of the decoder. The latter is converted where the format is known.
enum UnpackError {
    Ours(PictureError),
    Decoder(ImageError),
}

impl UnpackError {
    fn or(self, convert: impl FnOnce(ImageError) -> PictureError) -> PictureError {
        match self {
            Self::Ours(error) => error,
            Self::Decoder(error) => convert(error),
        }
    }
}

fn unpack(
    decoder: impl ImageDecoder,
    extra_bytes_per_pixel: u64,
    limits: &PictureLimits,
) -> Result<GreyPicture, UnpackError> {
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
    let picture = DynamicImage::from_decoder(decoder).map_err(UnpackError::Decoder)?;
    Ok(GreyPicture { pixels: to_grey(picture), width, height })
}

fn to_grey(picture: DynamicImage) -> Vec<u8> {
    if !picture.color().has_alpha() {
        return picture.into_luma8().into_raw();
    }
    // `image` would drop the alpha channel and keep the colour under it, which is often black. A
    // viewer shows the white page instead.
    let grey = picture.into_luma_alpha8();
    grey.pixels()
        .map(|pixel| {
            let [luma, alpha] = pixel.0;
            over_white(luma, alpha)
        })
        .collect()
}

fn over_white(luma: u8, alpha: u8) -> u8 {
    let (luma, alpha) = (u16::from(luma), u16::from(alpha));
    // At most 255 * 255, which is below 2^16, so the quotient is at most 255.
    let sum = luma
        .saturating_mul(alpha)
        .saturating_add(255_u16.saturating_mul(255_u16.saturating_sub(alpha)));
    u8::try_from(sum / 255).unwrap_or(u8::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn alpha_goes_over_white() {
        assert_eq!(over_white(0, 255), 0);
        assert_eq!(over_white(0, 0), 255);
        assert_eq!(over_white(255, 255), 255);
        assert_eq!(over_white(0, 128), 127);
    }

    #[test]
    fn formats_are_told_by_their_first_bytes() {
        assert_eq!(format_of(b"\x89PNG\r\n\x1a\n..."), Some(PictureFormat::Png));
        assert_eq!(format_of(b"\xff\xd8\xff\xe0"), Some(PictureFormat::Jpeg));
        assert_eq!(format_of(b"\x89PNG"), None);
        assert_eq!(format_of(b""), None);
    }
}
