//! Raw frames through a pipe, as `ffmpeg -f rawvideo` writes them.

use std::io::{self, ErrorKind, IsTerminal as _, Read};
use std::path::Path;

use clap::{Args, ValueEnum};
use livepermit_qr::read::{FrameError, LumaBuffer, LumaFrame, PixelLayout};

use super::failure::Failure;
use super::files;
use super::texts;

/// More than any camera takes: 8K.
const MAX_PIXELS: u64 = 7680 * 4320;

/// Width and height in pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct FrameSize {
    pub(crate) width: u32,
    pub(crate) height: u32,
}

pub(crate) fn parse_size(text: &str) -> Result<FrameSize, String> {
    let wanted = || "width and height in pixels are expected, as in 1280x720".to_owned();
    let (width, height) = text.split_once(['x', 'X']).ok_or_else(wanted)?;
    let number =
        |text: &str| text.parse::<u32>().ok().filter(|number| *number > 0).ok_or_else(wanted);
    let size = FrameSize { width: number(width)?, height: number(height)? };
    if u64::from(size.width).saturating_mul(u64::from(size.height)) > MAX_PIXELS {
        return Err(format!(
            "{width} by {height} pixels is more than is read, which is {MAX_PIXELS} pixels"
        ));
    }
    Ok(size)
}

/// What the pixels of a raw frame are.
#[derive(Debug, Args)]
pub(crate) struct FormatArg {
    /// What the pixels are, by the names that ffmpeg has for them
    #[arg(long, value_enum, value_name = "FORMAT", default_value = "gray")]
    pub(crate) pix_fmt: Format,
}

/// The names are ffmpeg's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    Gray,
    Yuv420p,
    Nv12,
    Yuyv422,
    Uyvy422,
    Rgb24,
    Rgba,
    Bgr24,
    Bgra,
}

impl Format {
    const fn layout(self) -> PixelLayout {
        match self {
            Self::Gray => PixelLayout::Luma,
            Self::Yuv420p | Self::Nv12 => PixelLayout::Yuv420,
            Self::Yuyv422 => PixelLayout::Yuyv,
            Self::Uyvy422 => PixelLayout::Uyvy,
            Self::Rgb24 => PixelLayout::Rgb,
            Self::Rgba => PixelLayout::Rgba,
            Self::Bgr24 => PixelLayout::Bgr,
            Self::Bgra => PixelLayout::Bgra,
        }
    }
}

/// Opens the named file, or standard input if it is no terminal. If it is one, the failure
/// `keyboard` says where frames come from.
pub(crate) fn open(
    path: Option<&Path>,
    keyboard: impl FnOnce() -> Failure,
) -> Result<Box<dyn Read + Send>, Failure> {
    match path {
        Some(path) => Ok(Box::new(files::open(path)?)),
        None if io::stdin().is_terminal() => Err(keyboard()),
        None => Ok(Box::new(io::stdin())),
    }
}

/// Cuts a stream into frames.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cutter {
    size: FrameSize,
    format: Format,
}

impl Cutter {
    pub(crate) const fn new(size: FrameSize, format: Format) -> Self {
        Self { size, format }
    }

    /// The size as it was given: `1280x720 gray`.
    pub(crate) fn size(self) -> String {
        let FrameSize { width, height } = self.size;
        let name = self.format.to_possible_value().map(|value| value.get_name().to_owned());
        format!("{width}x{height} {}", name.unwrap_or_default())
    }

    /// The bytes of one row of the first plane.
    pub(crate) fn stride(self) -> usize {
        self.format.layout().bytes_per_row(self.size.width)
    }

    fn frame_bytes(self) -> usize {
        let rows = usize::try_from(self.size.height).unwrap_or(usize::MAX);
        let plane = self.stride().saturating_mul(rows);
        match self.format {
            Format::Yuv420p | Format::Nv12 => {
                let half = |side: u32| usize::try_from(side.div_ceil(2)).unwrap_or(usize::MAX);
                let colour = half(self.size.width).saturating_mul(half(self.size.height));
                plane.saturating_add(colour.saturating_mul(2))
            }
            _ => plane,
        }
    }

    /// Reads frame number `number` into `buffer`. Returns `false` at the end of the stream.
    pub(crate) fn next(
        self,
        from: &mut dyn Read,
        buffer: &mut Vec<u8>,
        number: u64,
    ) -> Result<bool, Failure> {
        let wanted = self.frame_bytes();
        buffer.resize(wanted, 0);
        let mut have = 0;
        while let Some(rest) = buffer.get_mut(have..).filter(|rest| !rest.is_empty()) {
            match from.read(rest) {
                Ok(0) if have == 0 => return Ok(false),
                Ok(0) => {
                    let FrameSize { width, height } = self.size;
                    return Err(texts::frame_cut_short(number, have, wanted, width, height));
                }
                Ok(count) => have = have.saturating_add(count),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => {
                    return Err(texts::cannot_read_frames(&error));
                }
            }
        }
        Ok(true)
    }

    /// One byte for each pixel, to draw on: the luma, or the green of a colour.
    pub(crate) fn grey(self, pixels: &[u8]) -> Vec<u8> {
        let (first, step) = match self.format {
            Format::Gray | Format::Yuv420p | Format::Nv12 => (0, 1),
            Format::Yuyv422 => (0, 2),
            Format::Uyvy422 => (1, 2),
            Format::Rgb24 | Format::Bgr24 => (1, 3),
            Format::Rgba | Format::Bgra => (1, 4),
        };
        let columns = usize::try_from(self.size.width).unwrap_or(0);
        let rows = usize::try_from(self.size.height).unwrap_or(0);
        let rows = pixels.chunks(self.stride().max(1)).take(rows);
        rows.flat_map(|row| row.iter().skip(first).step_by(step).take(columns)).copied().collect()
    }

    /// The luma of a frame.
    pub(crate) fn luma<'a>(
        self,
        pixels: &'a [u8],
        buffer: &'a mut LumaBuffer,
    ) -> Result<LumaFrame<'a>, FrameError> {
        let FrameSize { width, height } = self.size;
        buffer.frame(pixels, width, height, self.stride(), self.format.layout())
    }
}

/// What is wrong with a frame, for whoever started the command.
pub(crate) fn frame_failure(error: &FrameError) -> Failure {
    texts::frame_unusable(error)
}
