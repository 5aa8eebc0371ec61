//! Stage 1 of verification: reads the bytes of a token once, into a closed shape.

use alloc::vec::Vec;
use core::fmt;

use super::claims::{Claims, PresentationClaims};
use super::form::Form;
use super::input::Input;
use super::person::StatusReference;
use super::span::{Span, Spans};
use super::token::Token;
use crate::bytes::cbor::Reader;
use crate::bytes::cose::{Header, Sign1};
use crate::bytes::malformed::{Flaw, Layer, Malformed};
use crate::bytes::text::{self, MAX_TOKEN_BYTES};
use crate::rejection::{Rejection, RejectionCode};

/// Memory for the bytes of one token. A gate keeps one buffer for each camera and reuses it.
#[derive(Clone)]
pub struct Buffer([u8; MAX_TOKEN_BYTES]);

impl Buffer {
    /// Makes a buffer for the largest token: [`MAX_TOKEN_BYTES`] bytes.
    #[must_use]
    pub const fn new() -> Self {
        Self([0; MAX_TOKEN_BYTES])
    }
}

impl Default for Buffer {
    fn default() -> Self {
        Self::new()
    }
}

/// Shows the size, not the token.
impl fmt::Debug for Buffer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Buffer({MAX_TOKEN_BYTES} bytes)")
    }
}

/// An **unverified** token: read, but anybody can write such a token with any content.
///
/// Its getters help a program to choose a verifier, a key or a challenge. No program can decide
/// with them, because they return no subject, no class and no other claim:
/// [`Verified`](crate::Verified) returns those.
///
/// ```
/// use livepermit::verify::Buffer;
/// use livepermit::{RejectionCode, Unverified};
///
/// let mut buffer = Buffer::new();
/// let refused = Unverified::read(&mut buffer, "https://example.com").unwrap_err();
/// assert_eq!(refused.code(), RejectionCode::NotOurs);
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Unverified<'a> {
    bytes: &'a [u8],
    shape: Shape<'a>,
}

/// The closed shape of a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape<'a> {
    Issued(IssuerSigned<'a>),
    Presentation(Presentation<'a>),
}

/// A pass, a credential or a slip.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct IssuerSigned<'a> {
    pub(crate) sign1: Sign1<'a>,
    pub(crate) form: Form,
    pub(crate) algorithm: i64,
    pub(crate) kid: &'a [u8],
    pub(crate) claims: Claims<'a>,
    pub(crate) spans: Spans,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Presentation<'a> {
    pub(crate) sign1: Sign1<'a>,
    pub(crate) algorithm: i64,
    pub(crate) claims: PresentationClaims<'a>,
    pub(crate) audience_span: Span,
    pub(crate) credential: IssuerSigned<'a>,
}

impl<'a> Unverified<'a> {
    /// Reads the text of a QR code or link, or the bytes of a token. The whole input must be the
    /// token: spaces and other additions are refused. Text is decoded into `buffer`.
    ///
    /// # Errors
    /// A [`Rejection`] of [`Stage::Structure`](crate::rejection::Stage::Structure).
    pub fn read(buffer: &'a mut Buffer, input: impl Into<Input<'a>>) -> Result<Self, Rejection> {
        match input.into() {
            Input::Bytes(bytes) => Self::from_bytes(bytes),
            Input::Text(text) => Self::from_bytes(text::decode(text, &mut buffer.0)?),
        }
    }

    /// Reads an input and calls `then` with the token. The buffer fits the input, because clearing
    /// the largest buffer takes half as long as decoding a pass.
    pub(crate) fn with<T>(
        input: Input<'_>,
        then: impl FnOnce(&Unverified<'_>) -> Result<T, Rejection>,
    ) -> Result<T, Rejection> {
        match input {
            Input::Bytes(bytes) => then(&Unverified::from_bytes(bytes)?),
            Input::Text(text) => {
                text::with_decoded(text, |bytes| then(&Unverified::from_bytes(bytes)?))
            }
        }
    }

    pub(crate) fn from_bytes(bytes: &'a [u8]) -> Result<Self, Rejection> {
        Ok(Self { bytes, shape: Shape::read(bytes)? })
    }

    /// The form that the token claims to have.
    #[must_use]
    pub const fn unverified_form(&self) -> Form {
        match &self.shape {
            Shape::Issued(issued) => issued.form,
            Shape::Presentation(_) => Form::Presentation,
        }
    }

    /// The id of the issuer key that the token names: 1 to 32 bytes.
    #[must_use]
    pub const fn unverified_key_id(&self) -> &'a [u8] {
        self.issued().kid
    }

    /// The issuer that the token names.
    #[must_use]
    pub const fn unverified_issuer(&self) -> &'a str {
        self.issued().claims.issuer
    }

    /// The status list entry that the token names.
    #[must_use]
    pub fn unverified_status(&self) -> Option<StatusReference> {
        let status = self.issued().claims.status?;
        StatusReference::new(status.uri, status.index).ok()
    }

    /// The nonce that a presentation answers, 6 to 32 bytes; `None` where the token answers no
    /// challenge.
    #[must_use]
    pub const fn unverified_nonce(&self) -> Option<&'a [u8]> {
        match &self.shape {
            Shape::Presentation(presentation) => presentation.claims.nonce,
            Shape::Issued(_) => None,
        }
    }

    pub(crate) const fn shape(&self) -> &Shape<'a> {
        &self.shape
    }

    pub(crate) const fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// The part that an issuer signed: the token itself, or the credential in it.
    pub(crate) const fn issued(&self) -> &IssuerSigned<'a> {
        match &self.shape {
            Shape::Issued(issued) => issued,
            Shape::Presentation(presentation) => &presentation.credential,
        }
    }

    /// Copies the token, so that the buffer is free again.
    #[must_use]
    pub fn to_token(&self) -> Token {
        Token::assembled(self.unverified_form(), Vec::from(self.bytes))
    }
}

/// Shows form and size. Claims stay out of logs.
impl fmt::Debug for Unverified<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Unverified({}, {} bytes)", self.unverified_form(), self.bytes.len())
    }
}

impl<'a> Shape<'a> {
    fn read(bytes: &'a [u8]) -> Result<Self, Rejection> {
        if bytes.is_empty() {
            return Err(Rejection::plain(RejectionCode::Empty));
        }
        if bytes.len() > MAX_TOKEN_BYTES {
            return Err(Rejection::lengths(RejectionCode::TooLong, bytes.len(), MAX_TOKEN_BYTES));
        }
        let mut reader = Reader::new(bytes, 0, Layer::Envelope);
        let sign1 = Sign1::read(&mut reader)?;
        reader.finish()?;
        let header = Header::read(sign1.protected, Layer::Header)?;
        match Form::from_typ(header.typ).ok_or(Rejection::plain(RejectionCode::UnknownType))? {
            Form::Presentation => Ok(Self::Presentation(Presentation::read(sign1, &header)?)),
            form @ (Form::Pass | Form::Credential | Form::Slip) => Ok(Self::Issued(
                IssuerSigned::read(form, sign1, &header, Layer::Header, Layer::Payload)?,
            )),
        }
    }
}

impl<'a> IssuerSigned<'a> {
    fn read(
        form: Form,
        sign1: Sign1<'a>,
        header: &Header<'a>,
        header_layer: Layer,
        payload_layer: Layer,
    ) -> Result<Self, Malformed> {
        let flaw = |flaw| Malformed::new(header_layer, flaw, sign1.protected.offset);
        if header.kcwt.is_some() {
            return Err(flaw(Flaw::UnexpectedHeader));
        }
        let kid = header.kid.ok_or(flaw(Flaw::MissingHeader))?;
        let (claims, mut spans) = Claims::read(form, sign1.payload, payload_layer)?;
        spans.key_id = Span::ending_at(kid.offset.saturating_add(kid.bytes.len()), kid.bytes.len());
        Ok(Self { sign1, form, algorithm: header.algorithm, kid: kid.bytes, claims, spans })
    }
}

impl<'a> Presentation<'a> {
    fn read(sign1: Sign1<'a>, header: &Header<'a>) -> Result<Self, Malformed> {
        let flaw = |flaw| Malformed::new(Layer::Header, flaw, sign1.protected.offset);
        if header.kid.is_some() {
            return Err(flaw(Flaw::UnexpectedHeader));
        }
        let inner = header.kcwt.ok_or(flaw(Flaw::MissingHeader))?;
        let (claims, audience_span) = PresentationClaims::read(sign1.payload, Layer::Payload)?;
        let inner_header = Header::read(inner.protected, Layer::CredentialHeader)?;
        if inner_header.typ != Form::Credential.typ() {
            return Err(Malformed::new(
                Layer::CredentialHeader,
                Flaw::UnexpectedHeader,
                inner.protected.offset,
            ));
        }
        let credential = IssuerSigned::read(
            Form::Credential,
            inner,
            &inner_header,
            Layer::CredentialHeader,
            Layer::CredentialPayload,
        )?;
        Ok(Self { sign1, algorithm: header.algorithm, claims, audience_span, credential })
    }
}
