//! The codes with which something is refused.

use wasm_bindgen::prelude::*;

use crate::cross::ToJs as _;

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
