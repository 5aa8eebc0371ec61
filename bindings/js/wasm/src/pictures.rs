//! QR codes, drawn.

use std::sync::Arc;

use livepermit_ffi::{Challenge, ErrorCorrection, QrPicture as Picture};
use wasm_bindgen::prelude::*;

use crate::cross::{FromJs as _, Out, ToJs as _, whole};

/// A drawn QR code.
#[derive(Debug)]
#[wasm_bindgen]
pub struct QrPicture(Arc<Picture>);

#[wasm_bindgen]
impl QrPicture {
    /// Draws.
    #[wasm_bindgen(constructor)]
    pub fn new(text: &str, level: JsValue) -> Out<Self> {
        let level = ErrorCorrection::from_js(level, "the level")?;
        Ok(Self(livepermit_ffi::draw_qr(text, level)?))
    }

    /// The version.
    pub fn version(&self) -> JsValue {
        self.0.version().to_js()
    }

    /// Modules along a side.
    pub fn width(&self) -> JsValue {
        self.0.width().to_js()
    }

    /// The modules.
    pub fn modules(&self) -> Vec<u8> {
        self.0.modules()
    }

    /// An SVG picture.
    #[wasm_bindgen(js_name = toSvg)]
    pub fn to_svg(&self) -> String {
        self.0.to_svg()
    }

    /// The same with a bar.
    #[wasm_bindgen(js_name = toSvgWithCountdown)]
    pub fn to_svg_with_countdown(&self, left: f64, of: f64) -> Out<String> {
        let (left, of) = (whole("the time left", left)?, whole("the whole time", of)?);
        Ok(self.0.to_svg_with_countdown(left, of)?)
    }

    /// A PNG picture. Pages of wallets paint SVG or modules.
    #[cfg(feature = "issuer")]
    #[wasm_bindgen(js_name = toPng)]
    pub fn to_png(&self, pixels_per_module: f64) -> Out<Vec<u8>> {
        Ok(self.0.to_png(whole("the pixels of a module", pixels_per_module)?)?)
    }

    /// The pixels of a module that fit.
    #[wasm_bindgen(js_name = pixelsToFit)]
    pub fn pixels_to_fit(&self, side: f64) -> Out {
        Ok(self.0.pixels_to_fit(whole("the side", side)?)?.to_js())
    }
}

/// The text of a gate's question.
#[wasm_bindgen(js_name = challengeQrText)]
pub fn challenge_qr_text(challenge: JsValue) -> Out<String> {
    let challenge = Challenge::from_js(challenge, "the challenge")?;
    Ok(livepermit_ffi::challenge_qr_text(&challenge)?)
}

/// The text of a gate's name.
#[wasm_bindgen(js_name = gateNameQrText)]
pub fn gate_name_qr_text(gate: &str) -> Out<String> {
    Ok(livepermit_ffi::gate_name_qr_text(gate)?)
}
