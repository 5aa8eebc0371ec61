//! Whom a verifier and a wallet trust.

use std::sync::Arc;

use livepermit_ffi::Trust as Of;
use wasm_bindgen::prelude::*;

#[cfg(not(feature = "gate"))]
use crate::cross::natural;
#[cfg(feature = "gate")]
use crate::cross::whole;
use crate::cross::{Out, ToJs as _, list};

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

    /// Prepares tables.
    #[cfg(feature = "gate")]
    #[wasm_bindgen(js_name = withTables)]
    pub fn with_tables(&self, bytes: f64) -> Out<Self> {
        let bytes = whole("the memory for tables", bytes)?;
        Ok(Self(self.0.with_tables(bytes)?))
    }

    /// The same keys without tables: a wallet checks a signature a day, and the code that makes
    /// tables would be a twentieth of its module.
    #[cfg(not(feature = "gate"))]
    #[wasm_bindgen(js_name = withTables)]
    pub fn with_tables(&self, bytes: f64) -> Out<Self> {
        natural("the memory for tables", bytes)?;
        Ok(Self(Arc::clone(&self.0)))
    }

    /// The keys.
    pub fn keys(&self) -> JsValue {
        self.0.keys().to_js()
    }
}
