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

/// Panics, so that the tests of a package see how a defect of the library arrives.
///
/// # Panics
/// Always. Packages for users do not have the function.
#[cfg(feature = "panics")]
#[cfg_attr(feature = "uniffi", uniffi::export)]
#[expect(clippy::panic, reason = "what it is for")]
pub fn panic_for_tests() {
    panic!("a defect that a test asked for");
}

/// CBOR bytes, such as application claims, as diagnostic notation (RFC 8949 §8).
///
/// # Errors
/// `malformed`.
#[cfg_attr(feature = "uniffi", uniffi::export)]
pub fn diagnostic_notation(bytes: Vec<u8>) -> Result<String> {
    Ok(livepermit::diagnostic_notation(&bytes)?)
}
