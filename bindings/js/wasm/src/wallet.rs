//! The wallet: credentials, the schedule of codes, what a gate shows.

use livepermit_ffi::{CodeSchedule as Schedule, Holder as Of, PublicKey, Recipient, Slot};
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

/// Reads the code of a gate.
#[wasm_bindgen(js_name = readGateCode)]
pub fn read_gate_code(text: &str) -> Out {
    Ok(livepermit_ffi::read_gate_code(text)?.to_js())
}
