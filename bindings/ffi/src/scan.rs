//! Codes in camera frames.

use std::sync::{Arc, Mutex, PoisonError};

use livepermit_gate::scan::{self, FrameReader, LumaBuffer, Scanner};

use crate::error::{LivepermitError, Rejection, Result};
use crate::gate::{Admission, Attempt, Gate};
use crate::number::{count, size, time};
use crate::store::StoreAnswer;
use crate::verify::{Caution, Verified};

/// How a camera lays out its pixels, row by row from the top.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
pub enum PixelLayout {
    /// One byte of luma a pixel. Used without a copy.
    Luma,
    /// A plane of luma first: NV12, NV21, I420, YV12, Android's `YUV_420_888`. Used without a copy;
    /// the planes of colour may be left out.
    Yuv420,
    /// Y U Y V for two pixels.
    Yuyv,
    /// U Y V Y for two pixels.
    Uyvy,
    /// Red, green, blue.
    Rgb,
    /// Red, green, blue, and one byte that is ignored: a canvas.
    Rgba,
    /// Blue, green, red.
    Bgr,
    /// Blue, green, red, and one byte that is ignored: `kCVPixelFormatType_32BGRA`.
    Bgra,
}

impl PixelLayout {
    const fn build(self) -> scan::PixelLayout {
        match self {
            Self::Luma => scan::PixelLayout::Luma,
            Self::Yuv420 => scan::PixelLayout::Yuv420,
            Self::Yuyv => scan::PixelLayout::Yuyv,
            Self::Uyvy => scan::PixelLayout::Uyvy,
            Self::Rgb => scan::PixelLayout::Rgb,
            Self::Rgba => scan::PixelLayout::Rgba,
            Self::Bgr => scan::PixelLayout::Bgr,
            Self::Bgra => scan::PixelLayout::Bgra,
        }
    }
}

/// The sizes of a frame. Its pixels are an argument beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct Frame {
    /// Pixels of a row.
    pub width: i64,
    /// Rows.
    pub height: i64,
    /// Bytes from the start of one row to the start of the next.
    pub stride: i64,
    /// How the pixels are laid out.
    pub layout: PixelLayout,
}

/// A corner of a code, in pixels from the top left corner of the frame.
#[derive(Debug, Clone, Copy, PartialEq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct Corner {
    /// To the right.
    pub x: f32,
    /// Downwards.
    pub y: f32,
}

/// A code that was read. **Nothing of its text is verified.**
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct FrameCode {
    /// The text; nothing if the bytes are not UTF-8 or are one part of a message in several codes.
    pub text: Option<String>,
    /// The bytes.
    pub bytes: Vec<u8>,
    /// The corners: top left, top right, bottom right, bottom left of the code.
    pub corners: Vec<Corner>,
}

/// What was seen in a frame.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct FrameCodes {
    /// The codes.
    pub codes: Vec<FrameCode>,
    /// Whether something looked like a code and could not be read.
    pub has_unread: bool,
}

/// What a gate says of a code in a frame.
#[expect(clippy::large_enum_variant, reason = "UniFFI has no boxes, and nobody keeps many")]
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
pub enum ScanEvent {
    /// The code was admitted: the door may open. Said once, however long the code is held.
    Entered {
        /// The permit.
        verified: Verified,
        /// Warnings for the person at the gate.
        cautions: Vec<Caution>,
        /// The corners of the code.
        corners: Vec<Corner>,
    },
    /// The code was refused.
    TurnedAway {
        /// Why.
        rejection: Rejection,
        /// The corners of the code.
        corners: Vec<Corner>,
    },
    /// A code that is no permit.
    Foreign {
        /// The corners of the code.
        corners: Vec<Corner>,
    },
    /// A code of which everything was said before.
    Held {
        /// The corners of the code.
        corners: Vec<Corner>,
    },
    /// Something looks like a code and cannot be read.
    Unreadable,
}

/// What the first half of a scan says of a code in a frame.
#[expect(clippy::large_enum_variant, reason = "UniFFI has no boxes, and nobody keeps many")]
#[derive(Debug, Clone)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
pub enum ScanStep {
    /// Ask the store.
    Asking {
        /// The code whose use is asked. **No door opens on it.**
        asked: Arc<Asked>,
    },
    /// No store is needed.
    Said {
        /// The event.
        event: ScanEvent,
    },
}

/// A code in a frame that is verified and not used yet. When the object is dropped, nothing was
/// used.
#[derive(Debug)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Object))]
pub struct Asked {
    /// Which lane began: no other may finish what it did not check.
    lane: Arc<livepermit_gate::Gate>,
    attempt: Attempt,
    asked: Mutex<Option<scan::Asked>>,
}

#[cfg_attr(feature = "uniffi", uniffi::export)]
impl Asked {
    /// The question for the store.
    #[must_use]
    pub fn attempt(&self) -> Attempt {
        self.attempt.clone()
    }
}

fn corners(points: [scan::Point; 4]) -> Vec<Corner> {
    points.map(|point| Corner { x: point.x, y: point.y }).into()
}

/// Gives the frame to `look`, with the memory that conversions use.
fn with_frame<T>(
    buffer: &mut LumaBuffer,
    pixels: &[u8],
    frame: Frame,
    look: impl FnOnce(&scan::LumaFrame<'_>) -> Result<T>,
) -> Result<T> {
    let side = |number: u64| u32::try_from(number).unwrap_or(u32::MAX);
    let width = side(count("the width", frame.width)?);
    let height = side(count("the height", frame.height)?);
    let stride = size("the stride", frame.stride)?;
    look(&buffer.frame(pixels, width, height, stride, frame.layout.build())?)
}

/// Reads codes from frames, and judges nothing. One object for one camera: it keeps memory, not
/// what it saw.
#[derive(Debug)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Object))]
pub struct FrameScanner(Mutex<(FrameReader, LumaBuffer)>);

impl Default for FrameScanner {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg_attr(feature = "uniffi", uniffi::export)]
impl FrameScanner {
    /// Makes a reader.
    #[cfg_attr(feature = "uniffi", uniffi::constructor)]
    #[must_use]
    pub fn new() -> Self {
        Self(Mutex::new((FrameReader::new(), LumaBuffer::new())))
    }

    /// Reads the codes of a frame, within the bounds for a frame of a camera at a gate.
    ///
    /// # Errors
    /// `frame-empty`, `frame-side-too-long`, `frame-stride-too-short`, `frame-too-few-pixels`,
    /// `reader-panicked`.
    pub fn read(&self, pixels: &[u8], frame: Frame) -> Result<FrameCodes> {
        self.look(pixels, frame, |reader, frame| Ok(reader.read(frame)?))
    }

    /// Reads all codes that it can find, which takes longer.
    ///
    /// # Errors
    /// As `read`.
    pub fn read_all(&self, pixels: &[u8], frame: Frame) -> Result<FrameCodes> {
        self.look(pixels, frame, |reader, frame| Ok(reader.read_all(frame)?))
    }
}

impl FrameScanner {
    fn look(
        &self,
        pixels: &[u8],
        frame: Frame,
        read: impl FnOnce(&mut FrameReader, &scan::LumaFrame<'_>) -> Result<scan::FrameReading>,
    ) -> Result<FrameCodes> {
        let mut own = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (reader, buffer) = &mut *own;
        let reading = with_frame(buffer, pixels, frame, |frame| read(reader, frame))?;
        Ok(FrameCodes {
            has_unread: reading.has_unread(),
            codes: reading
                .codes()
                .iter()
                .map(|code| FrameCode {
                    text: code.text().map(Into::into),
                    bytes: code.bytes().into(),
                    corners: corners(code.corners()),
                })
                .collect(),
        })
    }
}

/// A lane with a camera: it follows the codes of the frames and says each verdict once.
#[derive(Debug)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Object))]
pub struct GateScanner(Mutex<(Scanner<Arc<livepermit_gate::Gate>>, LumaBuffer)>);

#[cfg_attr(feature = "uniffi", uniffi::export)]
impl GateScanner {
    /// A camera at this lane.
    #[cfg_attr(feature = "uniffi", uniffi::constructor)]
    #[must_use]
    pub fn new(gate: &Gate) -> Self {
        Self(Mutex::new((Scanner::new(Arc::clone(&gate.0)), LumaBuffer::new())))
    }

    /// Looks at a frame.
    ///
    /// # Errors
    /// As `read` of a `FrameScanner`, and `time-out-of-range`.
    pub fn scan(&self, pixels: &[u8], frame: Frame, now: i64) -> Result<Vec<ScanEvent>> {
        let now = time(now)?;
        let mut own = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (scanner, buffer) = &mut *own;
        let events = with_frame(buffer, pixels, frame, |frame| Ok(scanner.scan(frame, now)?))?;
        events.into_iter().map(ScanEvent::of).collect()
    }

    /// The first half of `scan`: everything but the store. For lanes whose program asks a memory of
    /// its own: ask it about each step that is `Asking`, and call `finish`, before the next frame.
    ///
    /// # Errors
    /// As `scan`.
    pub fn begin(&self, pixels: &[u8], frame: Frame, now: i64) -> Result<Vec<ScanStep>> {
        let now = time(now)?;
        let mut own = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (scanner, buffer) = &mut *own;
        let events = with_frame(buffer, pixels, frame, |frame| Ok(scanner.begin(frame, now)?))?;
        let lane = scanner.judge();
        events.into_iter().map(|event| ScanStep::of(event, lane)).collect()
    }

    /// The second half: the answer of the store decides. It must come from the store of this gate.
    ///
    /// # Errors
    /// `finished-before` if the same object was given already, `other-gate` if another lane began.
    pub fn finish(&self, asked: &Asked, answer: StoreAnswer, now: i64) -> Result<ScanEvent> {
        let (answer, now) = (answer.build()?, time(now)?);
        let mut own = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (scanner, _) = &mut *own;
        if !Arc::ptr_eq(&asked.lane, scanner.judge()) {
            let error = LivepermitError::new("other-gate", "another lane began this attempt");
            return Err(error.with("Call `finish` of the scanner whose `begin` gave the attempt."));
        }
        let asked = asked.asked.lock().unwrap_or_else(PoisonError::into_inner).take();
        let asked = asked.ok_or_else(|| {
            LivepermitError::new("finished-before", "this attempt was finished before")
                .with("Call `finish` once for each attempt.")
        })?;
        ScanEvent::of(scanner.finish(asked, answer, now))
    }
}

impl ScanStep {
    fn of(event: scan::ScanEvent<scan::Asked>, lane: &Arc<livepermit_gate::Gate>) -> Result<Self> {
        Ok(match event {
            scan::ScanEvent::Accepted { accepted: asked, .. } => Self::Asking {
                asked: Arc::new(Asked {
                    lane: Arc::clone(lane),
                    attempt: Attempt::of(asked.attempt()),
                    asked: Mutex::new(Some(asked)),
                }),
            },
            other => Self::Said { event: ScanEvent::of_others(other) },
        })
    }
}

impl ScanEvent {
    fn of(event: scan::ScanEvent<livepermit_gate::Admitted>) -> Result<Self> {
        Ok(match event {
            scan::ScanEvent::Accepted { accepted, corners: points } => {
                match Admission::of(&accepted)? {
                    Admission::Admitted { verified, cautions } => {
                        Self::Entered { verified, cautions, corners: corners(points) }
                    }
                    Admission::Refused { rejection } => {
                        Self::TurnedAway { rejection, corners: corners(points) }
                    }
                }
            }
            other => Self::of_others(other),
        })
    }

    /// What is no acceptance.
    fn of_others<A>(event: scan::ScanEvent<A>) -> Self {
        use scan::ScanEvent as Of;
        match event {
            Of::Refused { rejection, corners: points, .. } => {
                Self::TurnedAway { rejection: rejection.into(), corners: corners(points) }
            }
            Of::Foreign { corners: points } => Self::Foreign { corners: corners(points) },
            Of::Held { corners: points } => Self::Held { corners: corners(points) },
            _ => Self::Unreadable,
        }
    }
}
