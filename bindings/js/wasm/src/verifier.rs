//! The verdict on a code.

use std::sync::Arc;

use livepermit_ffi::{Challenge, Policy, RevocationPolicy, Verifier as Of};
use wasm_bindgen::prelude::*;

use crate::cross::{FromJs, Out, ToJs as _, list, whole};
use crate::lists::StatusList;
use crate::trust::Trust;

/// The usual rules.
#[wasm_bindgen]
pub fn policy(gate: String, classes: JsValue, revocation: JsValue) -> Out {
    let revocation = RevocationPolicy::from_js(revocation, "the revocation")?;
    Ok(livepermit_ffi::policy(gate, list(classes, "the classes")?, revocation).to_js())
}

/// The lists of a vector that JavaScript gave away.
pub(crate) fn shared(lists: Vec<StatusList>) -> Vec<Arc<livepermit_ffi::StatusList>> {
    lists.into_iter().map(|list| list.0).collect()
}

/// A verifier.
#[derive(Debug)]
#[wasm_bindgen]
pub struct Verifier(Of);

#[wasm_bindgen]
impl Verifier {
    /// Makes a verifier. The lists are given away: give copies.
    #[wasm_bindgen(constructor)]
    pub fn new(trust: &Trust, policy: JsValue, status_lists: Vec<StatusList>) -> Out<Self> {
        let policy = Policy::from_js(policy, "the policy")?;
        Ok(Self(Of::new(&trust.0, &policy, shared(status_lists))?))
    }

    /// Goes on with other lists.
    #[wasm_bindgen(js_name = replaceLists)]
    pub fn replace_lists(&self, trust: &Trust, status_lists: Vec<StatusList>) -> Out<()> {
        Ok(self.0.replace_lists(&trust.0, shared(status_lists))?)
    }

    /// Verifies text.
    pub fn verify(&self, text: &str, now: f64, challenge: JsValue) -> Out {
        let challenge = Option::<Challenge>::from_js(challenge, "the challenge")?;
        Ok(self.0.verify(text, whole("now", now)?, challenge)?.to_js())
    }

    /// Verifies bytes.
    #[wasm_bindgen(js_name = verifyBytes)]
    pub fn verify_bytes(&self, token: Vec<u8>, now: f64, challenge: JsValue) -> Out {
        let challenge = Option::<Challenge>::from_js(challenge, "the challenge")?;
        Ok(self.0.verify_bytes(token, whole("now", now)?, challenge)?.to_js())
    }
}
