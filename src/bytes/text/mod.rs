//! The two texts of a token: `LP1:` and base45 for QR codes, base64url for links. One text per
//! token.

mod base45;
mod base64url;

use alloc::string::String;

use crate::bytes::malformed::{Flaw, Layer, Malformed};

/// The prefix of the text in a QR code. It names the format and its version.
pub const QR_PREFIX: &str = "LP1:";

/// The largest token, in bytes. This is the room behind the prefix in the largest QR code: version
/// 40, level L, 4,296 alphanumeric characters (ISO/IEC 18004 table 7).
pub const MAX_TOKEN_BYTES: usize = 2861;

/// The largest text of a token, in characters: the QR form of [`MAX_TOKEN_BYTES`]. The link form is
/// shorter.
pub const MAX_TEXT_CHARS: usize = 4296;

/// The link form of [`MAX_TOKEN_BYTES`].
const MAX_LINK_CHARS: usize = (MAX_TOKEN_BYTES * 4).div_ceil(3);

/// Every token starts with the bytes `d2 84` and a byte string head (0x40 to 0x5b): these begin so
/// in base64url.
const LINK_START: &str = "0oR";

/// The buffer size for usual tokens, because clearing the largest buffer takes half as long as
/// decoding a pass.
const USUAL_TOKEN_BYTES: usize = 512;

/// The largest text whose token surely fits into that buffer: a QR text of this length holds 452
/// bytes, a link, which is denser, 511.
const USUAL_TEXT_CHARS: usize = USUAL_TOKEN_BYTES * 4 / 3;

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

/// The form of a text, by its beginning and its length.
#[derive(Debug, Clone, Copy)]
pub(crate) enum TextForm<'a> {
    /// The text behind `LP1:`.
    Qr(&'a str),
    Link(&'a str),
}

impl<'a> TextForm<'a> {
    /// Checks only the length and the beginning. The rest may still be wrong.
    pub(crate) fn of(text: &'a str) -> Result<Self, TextError> {
        let up_to = |limit| match text.len() {
            found if found > limit => Err(TextError::TooLong { found, limit }),
            _ => Ok(()),
        };
        if text.is_empty() {
            return Err(TextError::Empty);
        }
        up_to(MAX_TEXT_CHARS)?;
        if let Some(body) = text.strip_prefix(QR_PREFIX) {
            Ok(Self::Qr(body))
        } else if text.starts_with(LINK_START) {
            up_to(MAX_LINK_CHARS)?;
            Ok(Self::Link(text))
        } else if is_other_version(text) {
            Err(TextError::OtherVersion)
        } else {
            Err(TextError::NotOurs)
        }
    }
}

/// Decodes either text form and calls `then` with the bytes. The whole text must be the token.
pub(crate) fn with_decoded<T, E: From<TextError>>(
    text: &str,
    then: impl FnOnce(&[u8]) -> Result<T, E>,
) -> Result<T, E> {
    if text.len() <= USUAL_TEXT_CHARS {
        then(decode(text, &mut [0; USUAL_TOKEN_BYTES])?)
    } else {
        then(decode(text, &mut [0; MAX_TOKEN_BYTES])?)
    }
}

/// Decodes either text form into the caller's buffer.
pub(crate) fn decode<'b>(text: &str, buffer: &'b mut [u8]) -> Result<&'b [u8], TextError> {
    let length = match TextForm::of(text)? {
        TextForm::Qr(body) => base45::decode(body.as_bytes(), buffer, QR_PREFIX.len())?,
        TextForm::Link(text) => base64url::decode(text.as_bytes(), buffer)?,
    };
    match buffer.get(..length) {
        Some([]) => Err(malformed(Flaw::BadLength, text.len()).into()),
        Some(bytes) => Ok(bytes),
        None => Err(TextError::TooLong { found: length, limit: MAX_TOKEN_BYTES }),
    }
}

/// The prefix of a gate's own code.
const GATE_PREFIX: &str = "LPC1:";

/// Decodes the text of a gate's own code, as strictly as a token's text.
pub(crate) fn decode_gate<'b>(
    text: &str,
    buffer: &'b mut [u8; MAX_TOKEN_BYTES],
) -> Result<&'b [u8], TextError> {
    if text.len() > MAX_TEXT_CHARS {
        return Err(TextError::TooLong { found: text.len(), limit: MAX_TEXT_CHARS });
    }
    let body = text.strip_prefix(GATE_PREFIX).ok_or(TextError::NotOurs)?;
    let length = base45::decode(body.as_bytes(), buffer, GATE_PREFIX.len())?;
    buffer.get(..length).ok_or(TextError::TooLong { found: length, limit: MAX_TOKEN_BYTES })
}

/// The text of a gate's own code.
pub(crate) fn encode_gate(bytes: &[u8]) -> String {
    let mut text = String::from(GATE_PREFIX);
    base45::encode(bytes, &mut text);
    text
}

/// The prefix of the text of a setup.
const SETUP_PREFIX: &str = "LPG1:";

/// Decodes either text of a setup into a buffer for the largest setup.
pub(crate) fn decode_setup<'b>(text: &str, buffer: &'b mut [u8]) -> Result<&'b [u8], TextError> {
    let bytes = buffer.len();
    let up_to = |limit| match text.len() {
        found if found > limit => Err(TextError::TooLong { found, limit }),
        _ => Ok(()),
    };
    // Base45, with the prefix, is the longer of the two texts.
    up_to(SETUP_PREFIX.len().saturating_add(bytes.saturating_mul(3).div_ceil(2)))?;
    let length = if let Some(body) = text.strip_prefix(SETUP_PREFIX) {
        base45::decode(body.as_bytes(), buffer, SETUP_PREFIX.len())?
    } else if text.starts_with(LINK_START) {
        up_to(bytes.saturating_mul(4).div_ceil(3))?;
        base64url::decode(text.as_bytes(), buffer)?
    } else {
        return Err(TextError::NotOurs);
    };
    buffer.get(..length).ok_or(TextError::TooLong { found: length, limit: bytes })
}

/// The text of a setup for a QR code.
pub(crate) fn encode_setup(bytes: &[u8]) -> String {
    let mut text = String::from(SETUP_PREFIX);
    base45::encode(bytes, &mut text);
    text
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

/// The length of [`encode_qr`]'s text for a token of `bytes` bytes.
pub(crate) const fn qr_text_len(bytes: usize) -> usize {
    let pairs = bytes / 2;
    let odd = bytes % 2;
    QR_PREFIX.len().saturating_add(pairs.saturating_mul(3)).saturating_add(odd.saturating_mul(2))
}

pub(crate) use base64url::encode as encode_link;

const fn malformed(flaw: Flaw, at: usize) -> Malformed {
    Malformed::new(Layer::Text, flaw, at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec::Vec;

    #[test]
    fn both_texts_read_back_on_each_side_of_the_usual_size() {
        for length in (440..460).chain(500..520).chain(MAX_TOKEN_BYTES - 3..=MAX_TOKEN_BYTES) {
            let mut bytes: Vec<u8> = (0..length).map(|at| (at % 251) as u8).collect();
            bytes[..3].copy_from_slice(&[0xd2, 0x84, 0x43]);
            for text in [encode_qr(&bytes), encode_link(&bytes)] {
                let back = with_decoded(&text, |bytes| Ok::<_, TextError>(bytes.to_vec()));
                assert_eq!(back.as_ref(), Ok(&bytes), "{length} {}", text.len());
            }
        }
        assert_eq!(encode_qr(&[0; 452]).len(), USUAL_TEXT_CHARS);
        assert_eq!(encode_link(&[0; 511]).len(), USUAL_TEXT_CHARS);
    }
}
