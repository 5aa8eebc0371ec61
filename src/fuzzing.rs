//! What fuzz targets and property tests ask of the inside: whether a second writing of what was read is the first one.
//! Compiled for them alone.

use alloc::vec::Vec;

use crate::cbor::{Reader, Writer};
use crate::cose::{self, Typ, label};
use crate::malformed::Layer;
use crate::token::{Form, IssuerSigned, Shown, write_claims, write_presentation_claims};

/// Reads a token and writes it anew from what was read; `None` when it is not read.
#[must_use]
pub fn rewrite_token(bytes: &[u8]) -> Option<Vec<u8>> {
    Some(match Shown::read(bytes).ok()? {
        Shown::Issued(token) => issued(&token),
        Shown::Presentation(token) => {
            let credential = issued(&token.credential);
            let mut header = Writer::new();
            header.map(3).integer(label::ALG).integer(token.algorithm);
            header.integer(label::KCWT).raw(&credential);
            typ(&mut header, Form::Presentation);
            let payload = write_presentation_claims(&token.claims);
            cose::write(&header.into_bytes(), &payload, token.sign1.signature)
        }
    })
}

fn issued(token: &IssuerSigned<'_>) -> Vec<u8> {
    let mut header = Writer::new();
    header.map(3).integer(label::ALG).integer(token.algorithm).integer(label::KID).bytes(token.kid);
    typ(&mut header, token.form);
    cose::write(&header.into_bytes(), &write_claims(&token.claims), token.sign1.signature)
}

fn typ(header: &mut Writer, form: Form) {
    header.integer(label::TYP);
    match form.typ() {
        Typ::ContentFormat(number) => header.unsigned(number),
        Typ::MediaType(name) => header.text(name),
    };
}

/// Whether the bytes are one value that application claims may hold.
#[must_use]
pub fn is_application_value(bytes: &[u8]) -> bool {
    let mut reader = Reader::new(bytes, 0, Layer::Payload);
    reader.skip_value().is_ok() && reader.finish().is_ok()
}
