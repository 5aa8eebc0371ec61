//! Functions for fuzz targets and property tests only. They show that reading and writing again
//! gives the same bytes.

use alloc::string::String;
use alloc::vec::Vec;

use crate::bytes::cbor::{Reader, Writer};
use crate::bytes::cose::{self, Header, Part, Sign1, ToBeSigned, Typ, label};
use crate::bytes::malformed::{Layer, Malformed};
use crate::bytes::text;
use crate::key::{SIGNATURE_BYTES, SecretKey};
use crate::token::{
    Form, IssuerSigned, Shape, Unverified, write_claims, write_presentation_claims,
};

/// Reads a token and writes it again; `None` if the token cannot be read.
#[must_use]
pub fn rewrite_token(bytes: &[u8]) -> Option<Vec<u8>> {
    Some(match Unverified::from_bytes(bytes).ok()?.shape() {
        Shape::Issued(token) => issued(token),
        Shape::Presentation(token) => {
            let credential = issued(&token.credential);
            let mut header = Writer::new();
            header.map(3).integer(label::ALG).integer(token.algorithm);
            header.integer(label::KCWT).raw(&credential);
            write_typ(&mut header, Form::Presentation.typ());
            let payload = write_presentation_claims(&token.claims);
            cose::write(&header.into_bytes(), &payload, token.sign1.signature)
        }
    })
}

fn issued(token: &IssuerSigned<'_>) -> Vec<u8> {
    let mut header = Writer::new();
    header.map(3).integer(label::ALG).integer(token.algorithm).integer(label::KID).bytes(token.kid);
    write_typ(&mut header, token.form.typ());
    cose::write(&header.into_bytes(), &write_claims(&token.claims), token.sign1.signature)
}

fn write_typ(header: &mut Writer, typ: Typ<'_>) {
    header.integer(label::TYP);
    match typ {
        Typ::ContentFormat(number) => header.unsigned(number),
        Typ::MediaType(name) => header.text(name),
    };
}

/// Whether the bytes are one value that application claims may hold.
#[must_use]
pub fn is_application_value(bytes: &[u8]) -> bool {
    read_application_value(bytes).is_ok()
}

/// Reads one value that application claims may hold, and nothing behind it.
///
/// # Errors
/// [`Malformed`] with the first flaw.
pub fn read_application_value(bytes: &[u8]) -> Result<(), Malformed> {
    read_value(Reader::new(bytes, 0, Layer::Payload))
}

/// Like `read_application_value`, with the encodings of other software's status lists: keys in any
/// order, heads of any length.
///
/// # Errors
/// [`Malformed`] with the first flaw.
pub fn read_value_in_any_order(bytes: &[u8]) -> Result<(), Malformed> {
    read_value(Reader::new(bytes, 0, Layer::Payload).any_order())
}

fn read_value(mut reader: Reader<'_>) -> Result<(), Malformed> {
    reader.skip_value()?;
    reader.finish()
}

/// Reads a `COSE_Sign1` and writes it again; `None` if it cannot be read.
#[must_use]
pub fn rewrite_sign1(bytes: &[u8]) -> Option<Vec<u8>> {
    let sign1 = read_sign1(bytes)?;
    Some(cose::write(sign1.protected.bytes, sign1.payload.bytes, sign1.signature))
}

/// Reads a protected header and writes it again; `None` if it cannot be read.
#[must_use]
pub fn rewrite_header(bytes: &[u8]) -> Option<Vec<u8>> {
    let header = Header::read(Part { bytes, offset: 0 }, Layer::Header).ok()?;
    let mut out = Writer::new();
    out.map(2 + usize::from(header.kid.is_some()) + usize::from(header.kcwt.is_some()));
    out.integer(label::ALG).integer(header.algorithm);
    if let Some(kid) = header.kid {
        out.integer(label::KID).bytes(kid.bytes);
    }
    if let Some(kcwt) = header.kcwt {
        let inner = cose::write(kcwt.protected.bytes, kcwt.payload.bytes, kcwt.signature);
        out.integer(label::KCWT).raw(&inner);
    }
    write_typ(&mut out, header.typ);
    Some(out.into_bytes())
}

/// Writes the text for QR codes and the one for links, whatever the bytes are.
#[must_use]
pub fn encode_texts(bytes: &[u8]) -> [String; 2] {
    [text::encode_qr(bytes), text::encode_link(bytes)]
}

/// Writes the text of a gate's own code, whatever the bytes are.
#[must_use]
pub fn encode_gate_text(bytes: &[u8]) -> String {
    text::encode_gate(bytes)
}

/// Writes both texts of a setup, whatever the bytes are.
#[must_use]
pub fn encode_setup_texts(bytes: &[u8]) -> [String; 2] {
    [text::encode_setup(bytes), text::encode_link(bytes)]
}

/// The protected header and the payload of a `COSE_Sign1`.
#[must_use]
pub fn parts(bytes: &[u8]) -> Option<[Vec<u8>; 2]> {
    let sign1 = read_sign1(bytes)?;
    Some([sign1.protected.bytes.to_vec(), sign1.payload.bytes.to_vec()])
}

fn read_sign1(bytes: &[u8]) -> Option<Sign1<'_>> {
    let mut reader = Reader::new(bytes, 0, Layer::Envelope);
    let sign1 = Sign1::read(&mut reader).ok()?;
    reader.finish().ok()?;
    Some(sign1)
}

/// Signs any protected header and payload, so that fuzzing reaches the code behind the signature
/// check.
#[must_use]
pub fn sign1(protected: &[u8], payload: &[u8], key: &SecretKey) -> Vec<u8> {
    cose::write(protected, payload, &signature(protected, payload, key))
}

/// The signature alone, for a test that writes its own envelope.
#[must_use]
pub fn signature(protected: &[u8], payload: &[u8], key: &SecretKey) -> [u8; SIGNATURE_BYTES] {
    key.sign(&ToBeSigned::vec(protected, payload))
}
