//! What a token says, for people. Nothing is verified.

use crate::error::Result;

/// What the text of a token says, as CBOR diagnostic notation with comments.
///
/// # Errors
/// The codes of the stage `structure`.
#[cfg_attr(feature = "uniffi", uniffi::export)]
pub fn inspect(text: &str) -> Result<String> {
    Ok(livepermit::inspect(text)?)
}

/// CBOR bytes, such as application claims, as diagnostic notation (RFC 8949 §8).
///
/// # Errors
/// `malformed`.
#[cfg_attr(feature = "uniffi", uniffi::export)]
pub fn diagnostic_notation(bytes: Vec<u8>) -> Result<String> {
    Ok(livepermit::diagnostic_notation(&bytes)?)
}
