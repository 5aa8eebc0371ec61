//! Why a text cannot become a QR code.

use core::fmt;

/// Why a text cannot be drawn as a QR code.
///
/// ```
/// use livepermit_qr::draw::{ErrorCorrection, QrCode, QrError};
/// let error = QrCode::encode("LP1:abc", ErrorCorrection::Medium).unwrap_err();
/// assert_eq!(error, QrError::Character { position: 4, character: 'a' });
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum QrError {
    /// There is no text.
    Empty,
    /// A character that alphanumeric mode cannot hold (it holds `0`–`9`, `A`–`Z`, space and
    /// `$%*+-./:`).
    Character {
        /// Its place in the text, counted from 0. Everything before it is ASCII, so bytes and
        /// characters give the same number.
        position: usize,
        /// The character.
        character: char,
    },
    /// The text does not fit into the largest symbol, version 40.
    TooLong {
        /// Characters in the text.
        characters: usize,
        /// Characters that version 40 holds at the error correction asked for.
        capacity: usize,
    },
    /// The encoder of the symbol or of the picture refused what this library gave it. This is a
    /// defect of the library, never the fault of the text.
    Encoder,
}

impl QrError {
    /// The stable code of the error, such as `qr-too-long`.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Empty => "qr-empty",
            Self::Character { .. } => "qr-character",
            Self::TooLong { .. } => "qr-too-long",
            Self::Encoder => "qr-encoder",
        }
    }
}

impl fmt::Display for QrError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("there is no text to encode"),
            Self::Character { position, character } => write!(
                f,
                "the character U+{:04X} at position {position} is outside the alphanumeric set of \
                 QR codes",
                u32::from(*character)
            ),
            Self::TooLong { characters, capacity } => {
                write!(
                    f,
                    "the text has {characters} characters, the largest QR code holds {capacity}"
                )
            }
            Self::Encoder => {
                f.write_str("the QR code could not be drawn, which is a defect of the library")
            }
        }
    }
}

impl core::error::Error for QrError {}
