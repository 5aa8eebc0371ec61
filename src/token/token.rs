use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use super::{Form, Input, Unverified};
use crate::bytes::text;
use crate::rejection::Rejection;

/// A well-formed token, owned. Its signatures are **not verified**:
/// [`Verifier::verify`](crate::Verifier::verify) does that.
///
/// ```
/// use livepermit::Token;
/// let rejection = Token::from_text("https://example.com").unwrap_err();
/// assert_eq!(rejection.code().as_str(), "not-ours");
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Token {
    bytes: Vec<u8>,
    form: Form,
}

impl Token {
    /// Accepts the bytes of exactly one well-formed token.
    ///
    /// # Errors
    /// A [`Rejection`] of [`Stage::Structure`](crate::rejection::Stage::Structure).
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Rejection> {
        Ok(Unverified::from_bytes(bytes)?.to_token())
    }

    /// Makes a token whose shape was checked when it was prepared.
    pub(crate) const fn assembled(form: Form, bytes: Vec<u8>) -> Self {
        Self { bytes, form }
    }

    /// Accepts the text of a QR code (`LP1:…`) or of a link (base64url), without spaces around it.
    ///
    /// # Errors
    /// A [`Rejection`] of [`Stage::Structure`](crate::rejection::Stage::Structure).
    pub fn from_text(text: &str) -> Result<Self, Rejection> {
        Unverified::with(Input::Text(text), |token| Ok(token.to_token()))
    }

    /// The bytes: at most [`MAX_TOKEN_BYTES`](crate::verify::MAX_TOKEN_BYTES).
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The form that the token claims to have: not verified.
    #[must_use]
    pub const fn form(&self) -> Form {
        self.form
    }

    /// The text for a QR code: `LP1:` and base45 (RFC 9285), all alphanumeric mode.
    #[must_use]
    pub fn to_qr_text(&self) -> String {
        text::encode_qr(&self.bytes)
    }

    /// The text for links, headers and JSON: base64url without padding (RFC 4648 §5).
    #[must_use]
    pub fn to_link_text(&self) -> String {
        text::encode_link(&self.bytes)
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Token({}, {} bytes)", self.form, self.bytes.len())
    }
}
