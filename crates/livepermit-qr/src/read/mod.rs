//! Reads QR codes from pictures and camera frames.
//!
//! The returned text was written by the person who shows the code. This module does not judge the
//! text.
//!
//! ```
//! use core::num::NonZeroU8;
//! use livepermit_qr::draw::{ErrorCorrection, QrCode};
//! use livepermit_qr::read::{PictureError, PictureLimits, read_one_code, read_picture};
//!
//! let code = QrCode::encode("LP1:HELLO", ErrorCorrection::Medium)?;
//! let png = code.to_png(NonZeroU8::new(8).unwrap())?;
//! let limits = PictureLimits::default();
//! assert_eq!(read_one_code(&png, &limits)?, "LP1:HELLO");
//!
//! // If a poster may hang behind the visitor, read every code and choose.
//! let ours: Vec<_> = read_picture(&png, &limits)?
//!     .into_iter()
//!     .filter(|code| code.text().is_some_and(|text| text.starts_with("LP1:")))
//!     .collect();
//! assert_eq!(ours.len(), 1);
//!
//! assert_eq!(read_one_code(b"LP1:HELLO", &limits), Err(PictureError::UnknownFormat));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What is not read
//!
//! - Micro QR codes (one finder pattern) and rMQR codes (ISO/IEC 23941, rectangles): a picture of
//!   one has no code in it ([`PictureError::NoCode`]). Other kinds of code, such as Data Matrix and
//!   Aztec, are not read either.
//! - A text that is split over several QR codes ("structured append"). Its parts are found, each
//!   alone, and [`FoundCode::part`] says so. They have no [`FoundCode::text`], so nobody takes a
//!   part for a whole code.
//!
//! # Panics inside the reader
//!
//! Another crate unpacks picture files. If it panics on a crafted picture, the panic is caught and
//! becomes [`PictureError::ReaderPanicked`]. The search for codes is this crate's own; should it
//! panic nevertheless, the error is the same, or [`FrameError::ReaderPanicked`]. The panic hook of
//! the process still runs, and by default it prints. Catching needs unwinding: in a program that is
//! built with `panic = "abort"`, and on `wasm32`, nothing can be caught and the program ends. In
//! such a program, read the pictures of strangers in a separate process.

mod code;
mod decode;
mod error;
mod format;
mod frame;
mod layout;
mod own_svg;
mod picture;
mod symbol;

pub use code::{FoundCode, Part, Point};
pub use error::PictureError;
pub use format::{FileFormat, OtherFormat, PictureFormat};
pub use frame::{FrameError, FrameReader, FrameReading, LumaFrame};
pub use layout::{LumaBuffer, PixelLayout};
pub use picture::{PictureLimits, read_luma, read_one_code, read_picture};

/// For fuzz targets only: the content of a symbol of so many modules along a side, row by row.
/// Modules below 0 are dark; those near 0 are doubtful.
#[cfg(fuzzing)]
#[doc(hidden)]
#[must_use]
pub fn decode_modules(side: usize, light: &[i8]) -> Option<Vec<u8>> {
    let light = |x: usize, y: usize| {
        let at = y.checked_mul(side).and_then(|start| start.checked_add(x));
        at.and_then(|at| light.get(at)).map_or(0.0, |light| f32::from(*light) / 127.0)
    };
    symbol::decode(&symbol::Grid::of_light(side, light)?).map(|content| content.bytes)
}
