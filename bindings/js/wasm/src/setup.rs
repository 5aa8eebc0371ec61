//! The setup of a gate.

use livepermit_ffi as ffi;
use wasm_bindgen::prelude::*;

use crate::cross::{Out, ToJs as _, whole};

/// The codes of setups.
#[wasm_bindgen(js_name = setupRejectionCodes)]
pub fn setup_rejection_codes() -> JsValue {
    ffi::setup_rejection_codes().to_js()
}

/// Reads a text.
#[wasm_bindgen(js_name = readSetup)]
pub fn read_setup(text: &str) -> Out {
    Ok(ffi::read_setup(text)?.to_js())
}

/// Reads bytes.
#[wasm_bindgen(js_name = readSetupBytes)]
pub fn read_setup_bytes(setup: Vec<u8>) -> Out {
    Ok(ffi::read_setup_bytes(setup)?.to_js())
}

/// The number for the person.
#[wasm_bindgen(js_name = setupCheckNumber)]
pub fn setup_check_number(setup: Vec<u8>) -> Out<String> {
    Ok(ffi::setup_check_number(setup)?)
}

/// Accepts the first setup.
#[wasm_bindgen(js_name = acceptFirstSetup)]
pub fn accept_first_setup(setup: Vec<u8>, compared: &str, now: f64, skew: f64) -> Out {
    let (now, skew) = (whole("now", now)?, whole("the skew", skew)?);
    Ok(ffi::accept_first_setup(setup, compared, now, skew)?.to_js())
}

/// Accepts a later setup.
#[wasm_bindgen(js_name = acceptNextSetup)]
pub fn accept_next_setup(setup: Vec<u8>, held: Vec<u8>, now: f64, skew: f64) -> Out {
    let (now, skew) = (whole("now", now)?, whole("the skew", skew)?);
    Ok(ffi::accept_next_setup(setup, held, now, skew)?.to_js())
}

/// Reads the setup that the gate has.
#[wasm_bindgen(js_name = storedSetup)]
pub fn stored_setup(bytes: Vec<u8>) -> Out {
    Ok(ffi::stored_setup(bytes)?.to_js())
}
