//! Why no code came out of a picture.

use core::fmt;

use super::code::Part;
use super::format::{OtherFormat, PictureFormat};

/// Why no code came out of a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum PictureError {
    /// The first bytes are those of no known file. File names are not looked at.
    UnknownFormat,
    /// The file is of a known kind that is not read.
    OtherFormat {
        /// The kind that its first bytes name.
        format: OtherFormat,
    },
    /// The file is larger than the limit.
    FileTooLarge {
        /// Bytes in the file.
        bytes: u64,
        /// Bytes allowed ([`PictureLimits::max_file_bytes`](super::PictureLimits::max_file_bytes)).
        limit: u64,
    },
    /// The picture is wider or higher than the limit. Read from its header, before anything is
    /// unpacked.
    SideTooLong {
        /// Its width in pixels.
        width: u32,
        /// Its height in pixels.
        height: u32,
        /// Pixels allowed for each ([`PictureLimits::max_side`](super::PictureLimits::max_side)).
        limit: u32,
    },
    /// The picture has more pixels than the limit. Read from its header, before anything is
    /// unpacked.
    TooManyPixels {
        /// Its width times its height.
        pixels: u64,
        /// Pixels allowed ([`PictureLimits::max_pixels`](super::PictureLimits::max_pixels)).
        limit: u64,
    },
    /// Unpacking would take more memory than the limit. Read from its header, before anything is
    /// unpacked.
    TooMuchMemory {
        /// Bytes it would take.
        bytes: u64,
        /// Bytes allowed
        /// ([`PictureLimits::max_memory_bytes`](super::PictureLimits::max_memory_bytes)).
        limit: u64,
    },
    /// The file is cut short or broken.
    Damaged {
        /// The format that its first bytes name.
        format: PictureFormat,
    },
    /// The file is of a kind that is not read, such as a JPEG of 12 bits a sample.
    Unsupported {
        /// The format that its first bytes name.
        format: PictureFormat,
    },
    /// The number of given pixels is not `width * height`.
    WrongPixelCount {
        /// The number of given pixels.
        pixels: usize,
        /// `width * height`.
        expected: u64,
    },
    /// No readable QR code is in the picture.
    NoCode,
    /// Several codes are in the picture where one was asked for.
    SeveralCodes {
        /// How many.
        count: usize,
    },
    /// The code in the picture holds bytes that are not UTF-8 text.
    NotText,
    /// The code in the picture is one part of a message that is split over several codes. Permits
    /// are never split.
    OnePart {
        /// Which part.
        part: Part,
    },
    /// The decoder of the picture or the reader of codes panicked. Not every build of a program can
    /// tell this, see [the module](super#panics-inside-the-reader).
    ReaderPanicked,
}

impl PictureError {
    /// The stable code of the error, such as `picture-damaged`.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::UnknownFormat => "picture-unknown-format",
            Self::OtherFormat { .. } => "picture-other-format",
            Self::FileTooLarge { .. } => "picture-file-too-large",
            Self::SideTooLong { .. } => "picture-side-too-long",
            Self::TooManyPixels { .. } => "picture-too-many-pixels",
            Self::TooMuchMemory { .. } => "picture-too-much-memory",
            Self::Damaged { .. } => "picture-damaged",
            Self::Unsupported { .. } => "picture-unsupported",
            Self::WrongPixelCount { .. } => "picture-wrong-pixel-count",
            Self::NoCode => "picture-no-code",
            Self::SeveralCodes { .. } => "picture-several-codes",
            Self::NotText => "picture-not-text",
            Self::OnePart { .. } => "picture-one-part",
            Self::ReaderPanicked => "reader-panicked",
        }
    }
}

impl fmt::Display for PictureError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownFormat => f.write_str("the file is no picture of a kind that is read"),
            Self::OtherFormat { format } => {
                write!(f, "the file is {}, which is not read", format.name())
            }
            Self::FileTooLarge { bytes, limit } => {
                write!(f, "the file has {bytes} bytes, {limit} are allowed")
            }
            Self::SideTooLong { width, height, limit } => {
                write!(
                    f,
                    "the picture is {width} by {height} pixels, {limit} are allowed for each side"
                )
            }
            Self::TooManyPixels { pixels, limit } => {
                write!(f, "the picture has {pixels} pixels, {limit} are allowed")
            }
            Self::TooMuchMemory { bytes, limit } => {
                write!(f, "unpacking the picture takes {bytes} bytes, {limit} are allowed")
            }
            Self::Damaged { format } => write!(f, "the {} is cut short or broken", format.name()),
            Self::Unsupported { format } => write!(f, "this kind of {} is not read", format.name()),
            Self::WrongPixelCount { pixels, expected } => {
                write!(f, "{pixels} pixels were given, width times height is {expected}")
            }
            Self::NoCode => f.write_str("no readable QR code is in the picture"),
            Self::SeveralCodes { count } => {
                write!(f, "{count} QR codes are in the picture, one was expected")
            }
            Self::NotText => f.write_str("the QR code in the picture does not hold text"),
            Self::OnePart { part } => {
                write!(f, "the QR code in the picture is {part} of a longer text")
            }
            Self::ReaderPanicked => f.write_str("the reader failed on this picture"),
        }
    }
}

impl core::error::Error for PictureError {}
