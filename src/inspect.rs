//! What is inside a token, as text for people: never verified, and without getters, so that no
//! program takes it for fact.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt::Write as _;

use crate::cbor::diagnose;
use crate::cose::{Part, Sign1};
use crate::malformed::{Layer, Malformed};
use crate::rejection::Rejection;
use crate::token::{Shown, Timing};
use crate::verifier::Input;

/// Writes what a token says in CBOR diagnostic notation (RFC 8949 §8), each layer by itself.
/// **Nothing of it is verified**: anybody can write a token that says anything. Control characters
/// are escaped and long strings shortened.
///
/// # Errors
/// A [`Rejection`] of [`Stage::Structure`](crate::Stage::Structure) for what is not a well-formed
/// token.
pub fn inspect<'i>(input: impl Into<Input<'i>>) -> Result<String, Rejection> {
    input.into().with_bytes(inspect_bytes)
}

/// The bytes behind a text (`LP1:…` or base64url), token or not: for tools that look at broken
/// ones.
///
/// # Errors
/// A [`Rejection`] of [`Stage::Structure`](crate::Stage::Structure) for a text that is neither
/// form.
pub fn decode_text(text: &str) -> Result<Vec<u8>, Rejection> {
    Input::Text(text).with_bytes(|bytes| Ok(bytes.to_vec()))
}

/// Writes one deterministic CBOR item in diagnostic notation (RFC 8949 §8).
///
/// # Errors
/// [`Malformed`] for anything that is not exactly one item in its one encoding.
pub fn diagnostic_notation(bytes: &[u8]) -> Result<String, Malformed> {
    diagnose(bytes, Layer::Payload)
}

fn inspect_bytes(bytes: &[u8]) -> Result<String, Rejection> {
    let shown = Shown::read(bytes)?;
    let mut out = String::from(
        "UNVERIFIED: anybody can write this. Only `verify` says whether it is true.\n",
    );
    // Writing into a String cannot fail.
    let _ = writeln!(out, "{}, {} bytes", shown.form(), bytes.len());
    match &shown {
        Shown::Issued(token) => {
            section(&mut out, token.form.name(), &token.sign1)?;
            times(&mut out, &token.claims.timing);
        }
        Shown::Presentation(presentation) => {
            section(&mut out, "presentation", &presentation.sign1)?;
            let _ = writeln!(out, "  dated {}", presentation.claims.issued_at);
            section(&mut out, "credential inside", &presentation.credential.sign1)?;
            times(&mut out, &presentation.credential.claims.timing);
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

fn times(out: &mut String, timing: &Timing<'_>) {
    let _ = match timing {
        Timing::Pass { issued_at, expires, .. } => {
            writeln!(out, "  dated {issued_at}, live {} s", expires.seconds_since(*issued_at))
        }
        Timing::Credential { not_before, expires, window, .. } => {
            writeln!(
                out,
                "  valid from {not_before} until before {expires}, live {window} s when presented"
            )
        }
        Timing::Slip { not_before, expires, .. } => {
            writeln!(out, "  printed; valid from {not_before} until before {expires}")
        }
    };
}
