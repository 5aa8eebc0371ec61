//! Codes in camera frames.

use std::sync::Arc;

use livepermit_ffi::{
    Asked as Question, Frame, FrameScanner as Reader, GateScanner as Scanner, ScanStep, StoreAnswer,
};
use wasm_bindgen::prelude::*;

use crate::cross::{Fields, FromJs as _, Out, ToJs as _, whole};
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

/// A code in a frame that is verified and not used yet.
#[derive(Debug)]
#[wasm_bindgen]
pub struct Asked(Arc<Question>);

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

    /// The first half: steps with `kind`, and `asked` with its `attempt`, or an event.
    pub fn begin(&self, pixels: &[u8], frame: JsValue, now: f64) -> Out<Vec<JsValue>> {
        let frame = Frame::from_js(frame, "the frame")?;
        let steps = self.0.begin(pixels, frame, whole("now", now)?)?;
        Ok(steps.into_iter().map(step).collect())
    }

    /// The second half.
    pub fn finish(&self, asked: &Asked, answer: JsValue, now: f64) -> Out {
        let answer = StoreAnswer::from_js(answer, "the answer")?;
        Ok(self.0.finish(&asked.0, answer, whole("now", now)?)?.to_js())
    }
}

fn step(step: ScanStep) -> JsValue {
    let out = Fields::new();
    match step {
        ScanStep::Asking { asked } => {
            out.put("kind", JsValue::from_str("asking"));
            out.put("attempt", asked.attempt().to_js());
            out.put("asked", Asked(asked).into());
        }
        ScanStep::Said { event } => {
            out.put("kind", JsValue::from_str("said"));
            out.put("event", event.to_js());
        }
    }
    out.into()
}
