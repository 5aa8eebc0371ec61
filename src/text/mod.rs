//! The two texts of a token: `LP1:` and base45 for QR codes, base64url for links. One text per token.

mod base45;
mod base64url;

use alloc::string::String;

use crate::malformed::{Flaw, Layer, Malformed};

/// What the text of a QR code starts with. It names the format and its version, never a meaning.
pub const QR_PREFIX: &str = "LP1:";

/// The largest token, in bytes: what the largest QR code (version 40, level L, 4,296 alphanumeric characters,
/// ISO/IEC 18004 table 7) holds behind the prefix.
pub const MAX_TOKEN_BYTES: usize = 2861;

/// The largest text of a token, in characters: the QR form of [`MAX_TOKEN_BYTES`]. The link form is shorter.
pub const MAX_TEXT_CHARS: usize = 4296;

/// The link form of [`MAX_TOKEN_BYTES`].
const MAX_LINK_CHARS: usize = (MAX_TOKEN_BYTES * 4).div_ceil(3);

/// Every token starts with the bytes `d2 84` and a byte string head (0x40 to 0x5b): in base64url that is this.
const LINK_START: &str = "0oR";

/// Room for one decoded token, on the stack of who verifies.
pub(crate) type TokenBuffer = [u8; MAX_TOKEN_BYTES];

/// Why a text is not a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TextError {
    Empty,
    TooLong { found: usize, limit: usize },
    NotOurs,
    OtherVersion,
    Malformed(Malformed),
}

impl From<Malformed> for TextError {
    fn from(malformed: Malformed) -> Self {
        Self::Malformed(malformed)
    }
}

/// Decodes either text form. The whole text counts: nothing is trimmed, skipped or mended.
pub(crate) fn decode<'b>(text: &str, buffer: &'b mut TokenBuffer) -> Result<&'b [u8], TextError> {
    if text.is_empty() {
        return Err(TextError::Empty);
    }
    if text.len() > MAX_TEXT_CHARS {
        return Err(TextError::TooLong { found: text.len(), limit: MAX_TEXT_CHARS });
    }
    let length = if let Some(body) = text.strip_prefix(QR_PREFIX) {
        base45::decode(body.as_bytes(), buffer, QR_PREFIX.len())?
    } else if text.starts_with(LINK_START) {
        if text.len() > MAX_LINK_CHARS {
            return Err(TextError::TooLong { found: text.len(), limit: MAX_LINK_CHARS });
        }
        base64url::decode(text.as_bytes(), buffer)?
    } else if is_other_version(text) {
        return Err(TextError::OtherVersion);
    } else {
        return Err(TextError::NotOurs);
    };
    match buffer.get(..length) {
        Some([]) => Err(malformed(Flaw::BadLength, text.len()).into()),
        Some(bytes) => Ok(bytes),
        None => Err(TextError::TooLong { found: length, limit: MAX_TOKEN_BYTES }),
    }
}

/// `LP`, one to three digits, a colon.
fn is_other_version(text: &str) -> bool {
    let Some((digits, _)) = text.strip_prefix("LP").and_then(|rest| rest.split_once(':')) else {
        return false;
    };
    (1..=3).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// The text for a QR code: prefix and base45, all of it in the alphanumeric set.
pub(crate) fn encode_qr(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(qr_text_len(bytes.len()));
    text.push_str(QR_PREFIX);
    base45::encode(bytes, &mut text);
    text
}

/// The length of [`encode_qr`]'s text for so many bytes.
pub(crate) const fn qr_text_len(bytes: usize) -> usize {
    let pairs = bytes / 2;
    let odd = bytes % 2;
    QR_PREFIX.len().saturating_add(pairs.saturating_mul(3)).saturating_add(odd.saturating_mul(2))
}

pub(crate) use base64url::encode as encode_link;

const fn malformed(flaw: Flaw, at: usize) -> Malformed {
    Malformed::new(Layer::Text, flaw, at)
}
