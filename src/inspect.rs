//! The content of a token as text for people. The text is not verified, and there are no getters,
//! so that no program relies on the content.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt::Write as _;

use crate::bytes::cbor::diagnose;
use crate::bytes::cose::{Part, Sign1};
use crate::bytes::malformed::{Layer, Malformed};
use crate::bytes::text;
use crate::rejection::Rejection;
use crate::token::{FormClaims, Input, Shape, Unverified};

/// Writes the content of a token in CBOR diagnostic notation (RFC 8949 §8), one layer after the
/// other. **The content is not verified**: anybody can write a token with any content. Control
/// characters are escaped and long strings are shortened.
///
/// # Errors
/// A [`Rejection`] of [`Stage::Structure`](crate::rejection::Stage::Structure) if the input is not
/// a well-formed token.
pub fn inspect<'i>(input: impl Into<Input<'i>>) -> Result<String, Rejection> {
    Unverified::with(input.into(), inspect_token)
}

/// Decodes a text (`LP1:…` or base64url) to bytes and does not check whether they are a token. For
/// tools that look at broken tokens.
///
/// # Errors
/// A [`Rejection`] of [`Stage::Structure`](crate::rejection::Stage::Structure) for a text in
/// neither form.
pub fn decode_text(text: &str) -> Result<Vec<u8>, Rejection> {
    text::with_decoded(text, |bytes| Ok(bytes.to_vec()))
}

/// Writes one deterministic CBOR item in diagnostic notation (RFC 8949 §8).
///
/// # Errors
/// A [`Rejection`] with the flaw if the bytes are not exactly one item in its deterministic
/// encoding.
pub fn diagnostic_notation(bytes: &[u8]) -> Result<String, Rejection> {
    Ok(diagnose(bytes, Layer::Payload)?)
}

fn inspect_token(token: &Unverified<'_>) -> Result<String, Rejection> {
    let mut out = String::from(
        "UNVERIFIED: anybody can write this. Only `verify` says whether it is true.\n",
    );
    // Writing into a String cannot fail.
    let _ = writeln!(out, "{}, {} bytes", token.unverified_form(), token.bytes().len());
    match token.shape() {
        Shape::Issued(token) => {
            section(&mut out, token.form.name(), &token.sign1)?;
            times(&mut out, &token.claims.form);
        }
        Shape::Presentation(presentation) => {
            section(&mut out, "presentation", &presentation.sign1)?;
            let _ = writeln!(out, "  dated {}", presentation.claims.issued_at);
            section(&mut out, "credential inside", &presentation.credential.sign1)?;
            times(&mut out, &presentation.credential.claims.form);
        }
    }
    Ok(out)
}

fn section(out: &mut String, title: &str, sign1: &Sign1<'_>) -> Result<(), Malformed> {
    let _ = writeln!(out, "{title}:");
    for (name, Part { bytes, .. }) in [("header", sign1.protected), ("claims", sign1.payload)] {
        let _ = writeln!(out, "  {name:<9} {}", diagnose(bytes, Layer::Payload)?);
    }
    let _ = write!(out, "  signature h'");
    for byte in sign1.signature {
        let _ = write!(out, "{byte:02x}");
    }
    out.push_str("'\n");
    Ok(())
}

fn times(out: &mut String, form: &FormClaims<'_>) {
    let _ = match form {
        FormClaims::Pass { issued_at, expires, .. } => {
            writeln!(out, "  dated {issued_at}, live {} s", expires.seconds_since(*issued_at))
        }
        FormClaims::Credential { not_before, expires, window, .. } => {
            writeln!(
                out,
                "  valid from {not_before} until before {expires}, live {window} s when presented"
            )
        }
        FormClaims::Slip { not_before, expires, .. } => {
            writeln!(out, "  printed; valid from {not_before} until before {expires}")
        }
    };
}
