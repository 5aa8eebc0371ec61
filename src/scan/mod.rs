//! QR codes in: from pictures and camera frames to the texts of the codes in them, and to verdicts.
//!
//! [`Scanner`] is what a gate with a camera wants: frames in, verdicts out. All else here knows
//! text only and judges none of it: what it returns was written by whoever showed the code.
//!
//! ```
//! use core::num::NonZeroU8;
//! use livepermit::qr::{ErrorCorrection, QrCode};
//! use livepermit::scan::{PictureError, PictureLimits, read_one_code, read_picture};
//!
//! let png = QrCode::encode("LP1:HELLO", ErrorCorrection::Medium)?.to_png(NonZeroU8::new(8).unwrap())?;
//! assert_eq!(read_one_code(&png, &PictureLimits::default())?, "LP1:HELLO");
//!
//! // Where a poster may hang behind the visitor, take every code and choose.
//! let ours: Vec<_> = read_picture(&png, &PictureLimits::default())?
//!     .into_iter()
//!     .filter(|code| code.text().is_some_and(|text| text.starts_with("LP1:")))
//!     .collect();
//! assert_eq!(ours.len(), 1);
//!
//! assert_eq!(read_one_code(b"GIF89a", &PictureLimits::default()), Err(PictureError::UnknownFormat));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Panics inside the reader
//!
//! Decoding pictures and finding codes is the work of other crates. Should one of them panic on a
//! crafted picture, the panic is caught and becomes [`PictureError::ReaderPanicked`] (the process's
//! panic hook still runs, and by default prints). That needs unwinding: in a program built with
//! `panic = "abort"`, and on `wasm32`, nothing can be contained and the program ends. Read
//! strangers' pictures in a process of their own there.

mod error;
mod frame;
mod picture;
mod reader;
mod scanner;

pub use error::{PictureError, PictureFormat};
pub use frame::{FrameError, FrameReader, FrameReading, LumaFrame};
pub use picture::{PictureLimits, read_luma, read_one_code, read_picture};
pub use reader::{FoundCode, Point};
pub use scanner::{Judge, LumaBuffer, PixelLayout, ScanEvent, Scanner};
