//! The wallet: credentials, the schedule of codes, pictures, and what a token says.

use std::sync::Arc;

use livepermit_ffi::{
    Challenge, CodeSchedule as Schedule, ErrorCorrection, Holder as Of, PublicKey,
    QrPicture as Picture, Recipient, Slot,
};
use wasm_bindgen::prelude::*;

use crate::cross::{FromJs as _, Out, ToJs as _, whole};
use crate::prepared::PreparedToken;
use crate::trust::Trust;

/// A wallet.
#[derive(Debug)]
#[wasm_bindgen]
pub struct Holder(Of);

#[wasm_bindgen]
impl Holder {
    /// Makes a wallet.
    #[wasm_bindgen(constructor)]
    pub fn new(device_key: Vec<u8>) -> Out<Self> {
        Ok(Self(Of::new(&PublicKey::from_cose_key(device_key)?)))
    }

    /// Takes in a credential.
    pub fn accept(&self, credential: Vec<u8>, issuers: &Trust, now: f64) -> Out {
        Ok(self.0.accept(credential, &issuers.0, whole("now", now)?)?.to_js())
    }

    /// The credentials.
    pub fn credentials(&self) -> Out {
        Ok(self.0.credentials()?.to_js())
    }

    /// The credential of now.
    pub fn current(&self, now: f64) -> Out {
        Ok(self.0.current(whole("now", now)?)?.to_js())
    }

    /// Prepares a presentation.
    pub fn prepare(&self, recipient: JsValue, now: f64) -> Out<PreparedToken> {
        let recipient = Recipient::from_js(recipient, "the recipient")?;
        Ok(PreparedToken(self.0.prepare(&recipient, whole("now", now)?)?))
    }
}

/// When to sign, and when to show.
#[derive(Debug)]
#[wasm_bindgen]
pub struct CodeSchedule(Schedule);

#[wasm_bindgen]
impl CodeSchedule {
    /// A schedule for a credential.
    #[wasm_bindgen(constructor)]
    pub fn new(not_before: f64, expires: f64, window: f64, refresh: f64) -> Out<Self> {
        let (begins, ends) = (whole("notBefore", not_before)?, whole("expires", expires)?);
        let (window, refresh) = (whole("the window", window)?, whole("the refresh", refresh)?);
        Ok(Self(Schedule::new(begins, ends, window, refresh)?))
    }

    /// Continues with another credential.
    pub fn renew(&self, not_before: f64, expires: f64, window: f64, refresh: f64) -> Out<()> {
        let (begins, ends) = (whole("notBefore", not_before)?, whole("expires", expires)?);
        let (window, refresh) = (whole("the window", window)?, whole("the refresh", refresh)?);
        Ok(self.0.renew(begins, ends, window, refresh)?)
    }

    /// What to do now.
    pub fn at(&self, wall: f64, uptime: f64) -> Out {
        Ok(self.0.at(whole("the time", wall)?, whole("the uptime", uptime)?)?.to_js())
    }

    /// A code is signed.
    pub fn prepared(&self, slot: JsValue, uptime: f64) -> Out {
        let slot = Slot::from_js(slot, "the slot")?;
        Ok(self.0.prepared(slot, whole("the uptime", uptime)?)?.to_js())
    }

    /// A code could not be signed.
    pub fn failed(&self, slot: JsValue, uptime: f64) -> Out<()> {
        let slot = Slot::from_js(slot, "the slot")?;
        Ok(self.0.failed(slot, whole("the uptime", uptime)?)?)
    }

    /// What the shown code has left.
    pub fn remaining(&self, wall: f64, uptime: f64) -> Out {
        Ok(self.0.remaining(whole("the time", wall)?, whole("the uptime", uptime)?)?.to_js())
    }

    /// When to fetch the next credential.
    #[wasm_bindgen(js_name = fetchFrom)]
    pub fn fetch_from(&self) -> JsValue {
        self.0.fetch_from().to_js()
    }
}

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

/// Reads the code of a gate.
#[wasm_bindgen(js_name = readGateCode)]
pub fn read_gate_code(text: &str) -> Out {
    Ok(livepermit_ffi::read_gate_code(text)?.to_js())
}

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

/// The codes of tokens.
#[wasm_bindgen(js_name = rejectionCodes)]
pub fn rejection_codes() -> JsValue {
    livepermit_ffi::rejection_codes().to_js()
}

/// The codes of lists.
#[wasm_bindgen(js_name = listRejectionCodes)]
pub fn list_rejection_codes() -> JsValue {
    livepermit_ffi::list_rejection_codes().to_js()
}
