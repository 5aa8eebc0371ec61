//! What a token says, for people. Nothing is verified.

use crate::buffer::{give, lp_buffer};
use crate::error::{lp_error, lp_result, run};
use crate::text::{lp_bytes, lp_text};

/// What the text of a token says, as CBOR diagnostic notation with comments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lp_inspect(
    text: lp_text,
    notation: *mut lp_text,
    buffer: *mut lp_buffer,
    error: *mut lp_error,
) -> lp_result {
    // SAFETY: the caller answers for the pointers.
    unsafe {
        run(error, || {
            let said = livepermit_ffi::inspect(text.get("the text")?)?;
            give(notation, buffer, |arena| arena.text(&said))
        })
    }
}

/// CBOR bytes, such as application claims, as diagnostic notation (RFC 8949 §8).
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lp_diagnostic_notation(
    cbor: lp_bytes,
    notation: *mut lp_text,
    buffer: *mut lp_buffer,
    error: *mut lp_error,
) -> lp_result {
    // SAFETY: the caller answers for the pointers.
    unsafe {
        run(error, || {
            let said = livepermit_ffi::diagnostic_notation(cbor.get("the bytes")?.into())?;
            give(notation, buffer, |arena| arena.text(&said))
        })
    }
}

/// Panics, so that tests see how a defect of the library arrives. Libraries for users do not have
/// the function.
#[cfg(feature = "panics")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lp_panic_for_tests(error: *mut lp_error) -> lp_result {
    // SAFETY: the caller answers for the pointer.
    unsafe {
        run(error, || {
            livepermit_ffi::panic_for_tests();
            Ok(())
        })
    }
}
