//! Tokens that nobody verified: what they are, and what they say.

use wasm_bindgen::prelude::*;

use crate::cross::{Out, ToJs as _};

/// Reads the bytes of a token.
#[wasm_bindgen(js_name = readToken)]
pub fn read_token(bytes: Vec<u8>) -> Out {
    Ok(livepermit_ffi::read_token(bytes)?.to_js())
}

/// Reads the text of a token.
#[wasm_bindgen(js_name = readTokenText)]
pub fn read_token_text(text: &str) -> Out {
    Ok(livepermit_ffi::read_token_text(text)?.to_js())
}

/// What a token says.
#[wasm_bindgen]
pub fn inspect(text: &str) -> Out<String> {
    Ok(livepermit_ffi::inspect(text)?)
}

/// What CBOR bytes say.
#[wasm_bindgen(js_name = diagnosticNotation)]
pub fn diagnostic_notation(bytes: Vec<u8>) -> Out<String> {
    Ok(livepermit_ffi::diagnostic_notation(bytes)?)
}
