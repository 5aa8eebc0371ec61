//! The codes with which something is refused, and what a token says.

use wasm_bindgen::prelude::*;

#[cfg(feature = "issuer")]
use crate::cross::Out;
use crate::cross::ToJs as _;

/// Reads the bytes of a token.
#[cfg(feature = "issuer")]
#[wasm_bindgen(js_name = readToken)]
pub fn read_token(bytes: Vec<u8>) -> Out {
    Ok(livepermit_ffi::read_token(bytes)?.to_js())
}

/// Reads the text of a token.
#[cfg(feature = "issuer")]
#[wasm_bindgen(js_name = readTokenText)]
pub fn read_token_text(text: &str) -> Out {
    Ok(livepermit_ffi::read_token_text(text)?.to_js())
}

/// What a token says.
#[cfg(feature = "issuer")]
#[wasm_bindgen]
pub fn inspect(text: &str) -> Out<String> {
    Ok(livepermit_ffi::inspect(text)?)
}

/// What CBOR bytes say.
#[cfg(feature = "issuer")]
#[wasm_bindgen(js_name = diagnosticNotation)]
pub fn diagnostic_notation(bytes: Vec<u8>) -> Out<String> {
    Ok(livepermit_ffi::diagnostic_notation(bytes)?)
}

/// The codes of tokens.
#[wasm_bindgen(js_name = rejectionCodes)]
pub fn rejection_codes() -> JsValue {
    livepermit_ffi::rejection_codes().to_js()
}

/// The codes of lists. A wallet reads none.
#[cfg(feature = "gate")]
#[wasm_bindgen(js_name = listRejectionCodes)]
pub fn list_rejection_codes() -> JsValue {
    livepermit_ffi::list_rejection_codes().to_js()
}
