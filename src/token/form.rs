use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use crate::cose::Typ;
use crate::rejection::Rejection;
use crate::text;
use crate::token::parse::Shown;

/// The form of a token: its signed `typ`, so that no form can pass for another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Form {
    /// Signed by the issuer at display time, living seconds.
    Pass,
    /// Signed by the issuer and bound to a device key; never live by itself.
    Credential,
    /// A credential inside the device's signature over the time.
    Presentation,
    /// Signed by the issuer and printed once: static, refused unless the policy names it.
    Slip,
}

/// Media type of a pass.
const TYP_PASS: &str = "application/vnd.lpp+cwt";
/// Media type of a slip.
const TYP_SLIP: &str = "application/vnd.lps+cwt";
/// CoAP content format of `application/sd-cwt` (draft-ietf-spice-sd-cwt).
const TYP_CREDENTIAL: u64 = 293;
/// CoAP content format of `application/kb+cwt` (draft-ietf-spice-sd-cwt).
const TYP_PRESENTATION: u64 = 294;

impl Form {
    /// The stable name, in lower case.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Credential => "credential",
            Self::Presentation => "presentation",
            Self::Slip => "slip",
        }
    }

    pub(crate) const fn typ(self) -> Typ<'static> {
        match self {
            Self::Pass => Typ::MediaType(TYP_PASS),
            Self::Credential => Typ::ContentFormat(TYP_CREDENTIAL),
            Self::Presentation => Typ::ContentFormat(TYP_PRESENTATION),
            Self::Slip => Typ::MediaType(TYP_SLIP),
        }
    }

    pub(crate) fn from_typ(typ: Typ<'_>) -> Option<Self> {
        [Self::Pass, Self::Credential, Self::Presentation, Self::Slip]
            .into_iter()
            .find(|form| form.typ() == typ)
    }
}

impl fmt::Display for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A well-formed token. Nothing is said about who signed it: that is
/// [`Verifier::verify`](crate::Verifier::verify)'s.
///
/// ```
/// use livepermit::Token;
/// assert_eq!(Token::from_text("https://example.com").map_err(|r| r.code().as_str()), Err("not-ours"));
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Token {
    bytes: Vec<u8>,
    form: Form,
}

impl Token {
    /// Takes bytes that are a token of one of the forms, and nothing else.
    ///
    /// # Errors
    /// A [`Rejection`] of [`Stage::Structure`](crate::Stage::Structure).
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Rejection> {
        let form = Shown::read(bytes)?.form();
        Ok(Self { bytes: bytes.to_vec(), form })
    }

    /// A token made here, whose shape was checked when it was prepared.
    pub(super) const fn assembled(form: Form, bytes: Vec<u8>) -> Self {
        Self { bytes, form }
    }

    /// Takes the text of a QR code (`LP1:…`) or link (base64url). Nothing is trimmed.
    ///
    /// # Errors
    /// A [`Rejection`] of [`Stage::Structure`](crate::Stage::Structure).
    pub fn from_text(text: &str) -> Result<Self, Rejection> {
        text::with_decoded(text, Self::from_bytes)
    }

    /// The bytes: at most [`MAX_TOKEN_BYTES`](crate::MAX_TOKEN_BYTES).
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The form, as the token says; unverified like the rest of it.
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
