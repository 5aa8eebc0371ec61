//! Whom a verifier and a wallet trust.

use std::sync::Arc;

use livepermit_ffi::Trust as Of;
use wasm_bindgen::prelude::*;

use crate::cross::{Out, ToJs as _, list, natural, whole};

/// Trusted keys.
#[derive(Debug)]
#[wasm_bindgen]
pub struct Trust(pub(crate) Arc<Of>);

#[wasm_bindgen]
impl Trust {
    /// Trusts these keys.
    #[wasm_bindgen(constructor)]
    pub fn new(keys: JsValue) -> Out<Self> {
        Ok(Self(Arc::new(Of::new(list(keys, "the keys")?)?)))
    }

    /// Prepares tables. The modules for wallets and gates have none: a wallet checks a signature a
    /// day and a gate one for each visitor, and the code that makes tables has to be loaded.
    #[wasm_bindgen(js_name = withTables)]
    pub fn with_tables(&self, bytes: f64) -> Out<Self> {
        let what = "the memory for tables";
        if cfg!(feature = "issuer") {
            return Ok(Self(self.0.with_tables(whole(what, bytes)?)?));
        }
        natural(what, bytes)?;
        Ok(Self(Arc::clone(&self.0)))
    }

    /// The keys.
    pub fn keys(&self) -> JsValue {
        self.0.keys().to_js()
    }
}
