//! What fuzz targets and property tests ask of the inside: whether a second writing of what was read is the first one.
//! Compiled for them alone.

use alloc::string::String;
use alloc::vec::Vec;

use crate::cbor::{Reader, Writer};
use crate::cose::{self, Sign1, ToBeSigned, Typ, label};
use crate::key::SecretKey;
use crate::malformed::Layer;
use crate::text;
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

/// Writes the text for QR codes and the one for links, whatever the bytes are.
#[must_use]
pub fn encode_texts(bytes: &[u8]) -> [String; 2] {
    [text::encode_qr(bytes), text::encode_link(bytes)]
}

/// The protected header and the payload of a `COSE_Sign1`.
#[must_use]
pub fn parts(bytes: &[u8]) -> Option<[Vec<u8>; 2]> {
    let sign1 = Sign1::read(&mut Reader::new(bytes, 0, Layer::Envelope)).ok()?;
    Some([sign1.protected.bytes.to_vec(), sign1.payload.bytes.to_vec()])
}

/// Signs any protected header and payload, so that what is behind the signature can be reached.
#[must_use]
pub fn sign1(protected: &[u8], payload: &[u8], key: &SecretKey) -> Vec<u8> {
    cose::write(protected, payload, &key.sign(ToBeSigned::new(protected, payload).as_bytes()))
}
