//! The issuer.

use livepermit_ffi::{Algorithm, Issuer as Of, Permit, PublicKey, Validity};
use wasm_bindgen::prelude::*;

use crate::cross::{FromJs as _, Out, ToJs as _, whole};
use crate::prepared::PreparedToken;

/// An issuer.
#[derive(Debug)]
#[wasm_bindgen]
pub struct Issuer(pub(crate) Of);

#[wasm_bindgen]
impl Issuer {
    /// Makes an issuer, with the usual key id or one of its own.
    #[wasm_bindgen(constructor)]
    pub fn new(name: &str, key: Vec<u8>, key_id: Option<Vec<u8>>, algorithm: JsValue) -> Out<Self> {
        let key = PublicKey::from_cose_key(key)?;
        let Some(key_id) = key_id else {
            return Ok(Self(Of::new(name, &key)?));
        };
        let algorithm = Algorithm::from_js(algorithm, "the algorithm")?;
        Ok(Self(Of::with_key_id(name, &key, key_id, algorithm)?))
    }

    /// The key id.
    #[wasm_bindgen(js_name = keyId)]
    pub fn key_id(&self) -> Vec<u8> {
        self.0.key_id()
    }

    /// Prepares a pass.
    #[wasm_bindgen(js_name = preparePass)]
    pub fn prepare_pass(
        &self,
        permit: JsValue,
        audience: Option<String>,
        now: f64,
    ) -> Out<PreparedToken> {
        let permit = Permit::from_js(permit, "the permit")?;
        Ok(PreparedToken(self.0.prepare_pass(&permit, audience, whole("now", now)?)?))
    }

    /// Prepares a credential.
    #[wasm_bindgen(js_name = prepareCredential)]
    pub fn prepare_credential(
        &self,
        permit: JsValue,
        device_key: Vec<u8>,
        validity: JsValue,
        now: f64,
    ) -> Out<PreparedToken> {
        let permit = Permit::from_js(permit, "the permit")?;
        let device_key = PublicKey::from_cose_key(device_key)?;
        let validity = Validity::from_js(validity, "the validity")?;
        let now = whole("now", now)?;
        Ok(PreparedToken(self.0.prepare_credential(&permit, &device_key, validity, now)?))
    }

    /// Prepares a slip.
    #[wasm_bindgen(js_name = prepareSlip)]
    pub fn prepare_slip(
        &self,
        permit: JsValue,
        check_number: &str,
        not_before: f64,
        expires: f64,
    ) -> Out<PreparedToken> {
        let permit = Permit::from_js(permit, "the permit")?;
        let (begins, ends) = (whole("notBefore", not_before)?, whole("expires", expires)?);
        Ok(PreparedToken(self.0.prepare_slip(&permit, check_number, begins, ends)?))
    }
}

/// The usual validity.
#[wasm_bindgen(js_name = defaultValidity)]
pub fn default_validity() -> JsValue {
    livepermit_ffi::default_validity().to_js()
}
