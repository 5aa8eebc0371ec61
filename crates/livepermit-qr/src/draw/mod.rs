//! Draws a text as a QR code: as a module matrix, a PNG, an SVG, or characters of a terminal.
//!
//! The text must consist of the 45 characters of alphanumeric mode (ISO/IEC 18004:2015, 7.3.4),
//! which take 5½ bits each. The text of a permit does: it is a prefix and base45.
//!
//! ```
//! use core::num::NonZeroU8;
//! use livepermit_qr::draw::{ErrorCorrection, QrCode, TerminalStyle, versions_for};
//!
//! let text = format!("LP1:{}", "0A".repeat(33));
//! assert_eq!(versions_for(&text)?.medium, Some(4));
//! let code = QrCode::encode(&text, ErrorCorrection::Medium)?;
//!
//! let png: Vec<u8> = code.to_png(NonZeroU8::new(8).unwrap())?;
//! let svg: String = code.to_svg();
//! let screen: String = code.to_terminal(TerminalStyle::Ansi);
//! assert_eq!(code.terminal_size(), (41, 21));
//! # Ok::<(), livepermit_qr::draw::QrError>(())
//! ```

mod capacity;
mod countdown;
mod error;
mod mask;
mod matrix;
mod png;
mod svg;
mod terminal;

pub use capacity::{
    ErrorCorrection, PAPER_ERROR_CORRECTION, PAPER_SIDE_MM, QrVersions, versions_for,
    versions_for_length,
};
pub use countdown::Countdown;
pub use error::QrError;
pub use matrix::{QUIET_ZONE, QrCode};
pub use terminal::{SMALL_QUIET_ZONE, TerminalStyle};
