//! Step 1 of verification: bytes to a closed shape.

use super::{Claims, Form, PresentationClaims};
use crate::cbor::Reader;
use crate::cose::{Header, Sign1};
use crate::malformed::{Flaw, Layer, Malformed};
use crate::rejection::{Code, Rejection};
use crate::text::MAX_TOKEN_BYTES;

/// A token as it was received, in its closed shape. Nothing in it is verified.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shown<'a> {
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
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Presentation<'a> {
    pub(crate) sign1: Sign1<'a>,
    pub(crate) algorithm: i64,
    pub(crate) claims: PresentationClaims<'a>,
    pub(crate) credential: IssuerSigned<'a>,
}

impl<'a> Shown<'a> {
    pub(crate) fn read(bytes: &'a [u8]) -> Result<Self, Rejection> {
        if bytes.is_empty() {
            return Err(Rejection::plain(Code::Empty));
        }
        if bytes.len() > MAX_TOKEN_BYTES {
            return Err(Rejection::lengths(Code::TooLong, bytes.len(), MAX_TOKEN_BYTES));
        }
        let mut reader = Reader::new(bytes, 0, Layer::Envelope);
        let sign1 = Sign1::read(&mut reader)?;
        reader.finish()?;
        let header = Header::read(sign1.protected, Layer::Header)?;
        match Form::from_typ(header.typ).ok_or(Rejection::plain(Code::UnknownType))? {
            Form::Presentation => Ok(Self::Presentation(Presentation::read(sign1, &header)?)),
            form @ (Form::Pass | Form::Credential | Form::Slip) => Ok(Self::Issued(
                IssuerSigned::read(form, sign1, &header, Layer::Header, Layer::Payload)?,
            )),
        }
    }

    pub(crate) const fn form(&self) -> Form {
        match self {
            Self::Issued(issued) => issued.form,
            Self::Presentation(_) => Form::Presentation,
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
        let claims = Claims::read(form, sign1.payload, payload_layer)?;
        Ok(Self { sign1, form, algorithm: header.algorithm, kid, claims })
    }
}

impl<'a> Presentation<'a> {
    fn read(sign1: Sign1<'a>, header: &Header<'a>) -> Result<Self, Malformed> {
        let flaw = |flaw| Malformed::new(Layer::Header, flaw, sign1.protected.offset);
        if header.kid.is_some() {
            return Err(flaw(Flaw::UnexpectedHeader));
        }
        let inner = header.kcwt.ok_or(flaw(Flaw::MissingHeader))?;
        let claims = PresentationClaims::read(sign1.payload, Layer::Payload)?;
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
        Ok(Self { sign1, algorithm: header.algorithm, claims, credential })
    }
}
