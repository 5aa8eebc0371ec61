//! Signed lists of trusted keys.

use livepermit_ffi::{TrustAnchor as Anchor, TrustState};
use wasm_bindgen::prelude::*;

use crate::cross::{Fields, FromJs as _, Out, ToJs as _, list, whole};
use crate::trust::Trust;

/// The greatest number that JavaScript holds exactly.
const MAX_SAFE: i64 = (1 << 53) - 1;

/// The roots of a trust list.
#[derive(Debug)]
#[wasm_bindgen]
pub struct TrustAnchor(Anchor);

#[wasm_bindgen]
impl TrustAnchor {
    /// Trusts lists of this name, and goes on after a restart.
    #[wasm_bindgen(constructor)]
    pub fn new(name: &str, roots: JsValue, lowest_version: f64, state: JsValue) -> Out<Self> {
        let roots = list(roots, "the roots")?;
        let version = whole("the lowest version", lowest_version)?;
        Ok(Self(match Option::<TrustState>::from_js(state, "the state")? {
            Some(mut state) => {
                // The greatest number was that version or more: no list may come that is older.
                if state.version == MAX_SAFE {
                    state.version = i64::MAX;
                }
                Anchor::resume(name, roots, version, &state)?
            }
            None => Anchor::new(name, roots, version)?,
        }))
    }

    /// Takes in a list. Gives its facts, and `trust`.
    pub fn accept(&self, list: Vec<u8>, now: f64, skew: f64) -> Out {
        let taken = self.0.accept(list, whole("now", now)?, whole("the skew", skew)?)?;
        let out = Fields::new();
        out.put("trust", Trust(taken.trust).into());
        out.put("name", taken.name.to_js());
        out.put("version", taken.version.to_js());
        out.put("issuedAt", taken.issued_at.to_js());
        out.put("expires", taken.expires.to_js());
        out.put("skipped", taken.skipped.to_js());
        Ok(out.into())
    }

    /// What to store.
    pub fn state(&self) -> JsValue {
        self.0.state().to_js()
    }
}
