//! The pixels of one frame.

use core::fmt;

/// Coordinates are kept in 16 bits.
const LONGEST_SIDE: u32 = u16::MAX as u32;

/// A frame of 8-bit luma, row by row from the top, borrowed from the camera. The Y plane of a YUV
/// frame can be used without a copy; [`LumaBuffer`](super::super::LumaBuffer) converts other
/// layouts.
#[derive(Clone, Copy)]
pub struct LumaFrame<'a> {
    pub(super) pixels: &'a [u8],
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) stride: usize,
}

impl<'a> LumaFrame<'a> {
    /// `width` and `height` are in pixels. `stride` is the number of bytes from the start of one
    /// row to the start of the next, at least `width`. Bytes after the last pixel are ignored.
    ///
    /// # Errors
    ///
    /// [`FrameError`], all but `ReaderPanicked`.
    pub fn new(
        pixels: &'a [u8],
        width: u32,
        height: u32,
        stride: usize,
    ) -> Result<Self, FrameError> {
        if width == 0 || height == 0 {
            return Err(FrameError::Empty);
        }
        if width > LONGEST_SIDE || height > LONGEST_SIDE {
            return Err(FrameError::SideTooLong { width, height, limit: LONGEST_SIDE });
        }
        if stride < width as usize {
            return Err(FrameError::StrideTooShort { stride, width });
        }
        let needed = stride.saturating_mul(height as usize - 1).saturating_add(width as usize);
        if pixels.len() < needed {
            return Err(FrameError::TooFewPixels { pixels: pixels.len(), needed });
        }
        Ok(Self { pixels, width, height, stride })
    }

    /// Width in pixels.
    #[must_use]
    pub const fn width(&self) -> u32 {
        self.width
    }

    /// Height in pixels.
    #[must_use]
    pub const fn height(&self) -> u32 {
        self.height
    }
}

/// Shows the size, not what the camera sees.
impl fmt::Debug for LumaFrame<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LumaFrame")
            .field("width", &self.width)
            .field("height", &self.height)
            .field("stride", &self.stride)
            .finish_non_exhaustive()
    }
}

/// Why a frame was not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum FrameError {
    /// Width or height is 0.
    Empty,
    /// The frame is wider or higher than the limit.
    SideTooLong {
        /// The width of the frame in pixels.
        width: u32,
        /// The height of the frame in pixels.
        height: u32,
        /// Pixels allowed for each.
        limit: u32,
    },
    /// The stride is smaller than a row.
    StrideTooShort {
        /// Bytes from one row to the next.
        stride: usize,
        /// Width in pixels.
        width: u32,
    },
    /// The buffer has fewer bytes than the rows need.
    TooFewPixels {
        /// Bytes in the buffer.
        pixels: usize,
        /// Bytes needed.
        needed: usize,
    },
    /// The reader panicked. Not every build of a program can detect this, see [the
    /// module](crate::read#panics-inside-the-reader).
    ReaderPanicked,
}

impl FrameError {
    /// The stable code of the error, such as `frame-empty`.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Empty => "frame-empty",
            Self::SideTooLong { .. } => "frame-side-too-long",
            Self::StrideTooShort { .. } => "frame-stride-too-short",
            Self::TooFewPixels { .. } => "frame-too-few-pixels",
            Self::ReaderPanicked => "reader-panicked",
        }
    }
}

impl fmt::Display for FrameError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("the frame has no pixels"),
            Self::SideTooLong { width, height, limit } => {
                write!(
                    f,
                    "the frame is {width} by {height} pixels, {limit} are allowed for each side"
                )
            }
            Self::StrideTooShort { stride, width } => {
                write!(f, "rows are {stride} bytes apart, but {width} pixels wide")
            }
            Self::TooFewPixels { pixels, needed } => {
                write!(f, "the frame has {pixels} bytes, its rows take {needed}")
            }
            Self::ReaderPanicked => f.write_str("the reader failed on this frame"),
        }
    }
}

impl core::error::Error for FrameError {}
