//! Files by what they are: pictures are read, every other known kind is named.

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use livepermit_qr::read::{FileFormat, OtherFormat, PictureError, PictureLimits};

use super::failure::Failure;
use super::texts;

/// Begin of a picture that a browser copied as text.
const DATA_URL: &[u8] = b"data:";

/// The byte order marks of UTF-16.
const LITTLE_ENDIAN: [u8; 2] = [0xFF, 0xFE];
const BIG_ENDIAN: [u8; 2] = [0xFE, 0xFF];

const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// What an input is, by its first bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Picture,
    /// A picture as the text of a data URL.
    DataUrl,
    /// A text in UTF-16, as PowerShell's `>` writes it.
    WideText,
    /// A text, a token, or unknown bytes.
    Unknown,
}

impl Kind {
    /// The kind of the input with this name. Files of a known kind that is not read are a failure.
    pub(super) fn of(start: &[u8], name: &str) -> Result<Self, Failure> {
        match FileFormat::of(start) {
            Some(FileFormat::Picture(_)) => Ok(Self::Picture),
            Some(FileFormat::Other(format)) => Err(other_file(name, format)),
            None if is_data_url(start) => Ok(Self::DataUrl),
            None if start.starts_with(&LITTLE_ENDIAN) || start.starts_with(&BIG_ENDIAN) => {
                Ok(Self::WideText)
            }
            None => Ok(Self::Unknown),
        }
    }

    /// The most bytes of such an input.
    pub(super) fn limit(self, text: u64) -> u64 {
        let picture = PictureLimits::default().max_file_bytes;
        match self {
            Self::Picture => picture,
            // Four letters for three bytes.
            Self::DataUrl => picture.saturating_div(3).saturating_mul(4).saturating_add(1024),
            Self::WideText => text.saturating_mul(2).saturating_add(2),
            Self::Unknown => text,
        }
    }
}

/// Whether a text is a data URL.
pub(super) fn is_data_url(text: &[u8]) -> bool {
    let begin = text.trim_ascii_start().get(..DATA_URL.len());
    begin.is_some_and(|begin| begin.eq_ignore_ascii_case(DATA_URL))
}

/// The picture of a data URL (RFC 2397).
pub(super) fn from_data_url(text: &[u8]) -> Result<Vec<u8>, Failure> {
    let broken = || texts::data_url_broken();
    let text = str::from_utf8(text).map_err(|_| broken())?;
    let (head, content) = text.split_once(',').ok_or_else(broken)?;
    let bytes = percent_decoded(content);
    let bytes = if head.to_ascii_lowercase().trim_end().ends_with(";base64") {
        let letters: Vec<u8> = bytes
            .iter()
            .filter(|letter| !letter.is_ascii_whitespace())
            .map(|letter| match letter {
                b'-' => b'+',
                b'_' => b'/',
                letter => *letter,
            })
            .collect();
        BASE64.decode(letters).map_err(|_| broken())?
    } else {
        bytes
    };
    match FileFormat::of(&bytes) {
        Some(FileFormat::Picture(_)) => Ok(bytes),
        Some(FileFormat::Other(format)) => Err(other_file("the data URL", format)),
        None => Err(broken()),
    }
}

fn percent_decoded(text: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        rest = after;
        let digits = after.split_first_chunk::<2>().filter(|_| *first == b'%');
        let byte = digits
            .and_then(|(digits, _)| u8::from_str_radix(str::from_utf8(digits).ok()?, 16).ok());
        match byte {
            Some(byte) => {
                bytes.push(byte);
                rest = after.get(2..).unwrap_or_default();
            }
            None => bytes.push(*first),
        }
    }
    bytes
}

/// What to do with a file that is not read.
fn other_file(name: &str, format: OtherFormat) -> Failure {
    let what = format.name();
    match format {
        OtherFormat::Heic
        | OtherFormat::Avif
        | OtherFormat::JpegXl
        | OtherFormat::Jpeg2000
        | OtherFormat::Editor => texts::foreign_picture(name, what),
        OtherFormat::Svg | OtherFormat::Pdf | OtherFormat::PostScript | OtherFormat::Office => {
            texts::foreign_drawing(name, what)
        }
        OtherFormat::Html => texts::foreign_page(name, what),
        OtherFormat::Video => texts::foreign_video(name, what),
        OtherFormat::Zip | OtherFormat::Archive => texts::foreign_archive(name, what),
        OtherFormat::Json => texts::foreign_json(name, what),
        _ => texts::foreign_file(name, what),
    }
}

/// Why no code was found in the picture with this name, and what to do.
pub(crate) fn picture_failure(name: &str, error: PictureError) -> Failure {
    match error {
        PictureError::NoCode => texts::picture_without_code(error),
        PictureError::OtherFormat { format } => other_file(name, format),
        PictureError::UnknownFormat => texts::picture_of_unknown_format(error),
        PictureError::Damaged { .. } => texts::picture_damaged(error),
        PictureError::Unsupported { .. } => texts::picture_not_supported(error),
        PictureError::ReaderPanicked => texts::picture_not_read(error),
        _ => texts::picture_too_large(error),
    }
}
