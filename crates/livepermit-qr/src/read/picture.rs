//! From a picture file to codes, within limits.

use std::panic::catch_unwind;

use super::code::FoundCode;
use super::decode::{Ground, decode, on_ground, to_grey};
use super::error::PictureError;
use super::format::{FileFormat, OtherFormat, PictureFormat};
use super::frame::{LumaFrame, read_still};
use super::own_svg;

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
    /// Width and height, in pixels. Default: 65,535, for screenshots of whole pages and panoramas.
    /// Values above 65,535 count as 65,535.
    pub max_side: u32,
    /// Width times height, in pixels. Default: 120,000,000, for a phone camera of 108 megapixels.
    pub max_pixels: u64,
    /// Bytes of memory that unpacking may use. Default: 512 MiB. Unpacking needs the decoded
    /// picture; for a progressive JPEG also 6 bytes of coefficients per pixel; for a GIF, WebP, ICO
    /// or TIFF 4 more bytes per pixel. The search for codes needs up to 4 more bytes per pixel,
    /// which are not counted.
    pub max_memory_bytes: u64,
}

impl Default for PictureLimits {
    fn default() -> Self {
        Self {
            max_file_bytes: 32 << 20,
            max_side: LONGEST_SIDE,
            max_pixels: 120_000_000,
            max_memory_bytes: 512 << 20,
        }
    }
}

impl PictureLimits {
    pub(super) fn check_size(&self, width: u32, height: u32) -> Result<(), PictureError> {
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

/// Reads every QR code in a picture: PNG, JPEG, GIF, WebP, BMP, ICO, PNM, TIFF, or an SVG that this
/// crate drew. If there is no code, the error is [`PictureError::NoCode`].
///
/// Codes may be turned, mirrored, or light on dark. Transparent parts count as white, and if no
/// code is found so, as black. If a picture is animated, its first frame is read. The codes are in
/// no particular order. A code that is twice in the picture is returned twice.
///
/// # Errors
///
/// [`PictureError`], all but `SeveralCodes`, `OnePart`, `NotText` and `WrongPixelCount`.
pub fn read_picture(file: &[u8], limits: &PictureLimits) -> Result<Vec<FoundCode>, PictureError> {
    let bytes = u64::try_from(file.len()).unwrap_or(u64::MAX);
    if bytes > limits.max_file_bytes {
        return Err(PictureError::FileTooLarge { bytes, limit: limits.max_file_bytes });
    }
    let format = match FileFormat::of(file) {
        Some(FileFormat::Picture(PictureFormat::Svg)) => {
            let other = PictureError::OtherFormat { format: OtherFormat::Svg };
            let grey = own_svg::read(file).ok_or(other)?;
            return some_codes(&grey.pixels, grey.width, grey.height);
        }
        Some(FileFormat::Picture(format)) => format,
        Some(FileFormat::Other(format)) => return Err(PictureError::OtherFormat { format }),
        None => return Err(PictureError::UnknownFormat),
    };
    let limits = *limits;
    let picture = catch_unwind(|| decode(file, format, &limits))
        .map_err(|_| PictureError::ReaderPanicked)??;
    let (width, height) = (picture.width(), picture.height());
    if !picture.color().has_alpha() {
        return some_codes(&to_grey(picture), width, height);
    }
    let picture = picture.into_luma_alpha8();
    match some_codes(&on_ground(&picture, Ground::White), width, height) {
        // Light modules without a ground, as pages in dark colours have them.
        Err(PictureError::NoCode) => some_codes(&on_ground(&picture, Ground::Black), width, height),
        found => found,
    }
}

/// Reads the only QR code in a picture, as text; see [`read_picture`].
///
/// # Errors
///
/// Those of [`read_picture`]; [`PictureError::SeveralCodes`] if there is more than one code, even
/// if only one holds text; [`PictureError::OnePart`] if the code is a part of a longer text;
/// [`PictureError::NotText`] if the code is not UTF-8.
pub fn read_one_code(file: &[u8], limits: &PictureLimits) -> Result<String, PictureError> {
    match read_picture(file, limits)?.as_slice() {
        [] => Err(PictureError::NoCode),
        [code] => match code.part() {
            Some(part) => Err(PictureError::OnePart { part }),
            None => code.text().map(str::to_owned).ok_or(PictureError::NotText),
        },
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
    let stride = usize::try_from(width).unwrap_or(usize::MAX);
    let codes = match LumaFrame::new(pixels, width, height, stride) {
        Ok(frame) => read_still(&frame).map_err(|_| PictureError::ReaderPanicked)?,
        Err(_) => Vec::new(),
    };
    if codes.is_empty() { Err(PictureError::NoCode) } else { Ok(codes) }
}

pub(super) fn pixel_count(width: u32, height: u32) -> u64 {
    // The product of two 32-bit factors fits.
    u64::from(width).saturating_mul(u64::from(height))
}

/// Grey pixels, row by row.
pub(super) struct GreyPicture {
    pub(super) pixels: Vec<u8>,
    pub(super) width: u32,
    pub(super) height: u32,
}
