//! Codes in camera frames.

use livepermit_ffi::{Frame, FrameScanner as Reader, GateScanner as Scanner};
use wasm_bindgen::prelude::*;

use crate::cross::{FromJs as _, Out, ToJs as _, whole};
use crate::gate::Gate;

/// Reads codes from frames.
#[derive(Debug, Default)]
#[wasm_bindgen]
pub struct FrameScanner(Reader);

#[wasm_bindgen]
impl FrameScanner {
    /// Makes a reader.
    #[wasm_bindgen(constructor)]
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Reads the codes of a frame, within the bounds of a camera at a gate.
    pub fn read(&self, pixels: &[u8], frame: JsValue) -> Out {
        Ok(self.0.read(pixels, Frame::from_js(frame, "the frame")?)?.to_js())
    }

    /// Reads all codes.
    #[wasm_bindgen(js_name = readAll)]
    pub fn read_all(&self, pixels: &[u8], frame: JsValue) -> Out {
        Ok(self.0.read_all(pixels, Frame::from_js(frame, "the frame")?)?.to_js())
    }
}

/// A lane with a camera.
#[derive(Debug)]
#[wasm_bindgen]
pub struct GateScanner(Scanner);

#[wasm_bindgen]
impl GateScanner {
    /// A camera at this lane.
    #[wasm_bindgen(constructor)]
    #[must_use]
    pub fn new(gate: &Gate) -> Self {
        Self(Scanner::new(&gate.0))
    }

    /// Looks at a frame.
    pub fn scan(&self, pixels: &[u8], frame: JsValue, now: f64) -> Out {
        let frame = Frame::from_js(frame, "the frame")?;
        Ok(self.0.scan(pixels, frame, whole("now", now)?)?.to_js())
    }
}
