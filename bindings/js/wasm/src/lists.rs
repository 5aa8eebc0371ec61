//! Lists: taken in and fetched.

use std::sync::Arc;

use livepermit_ffi::{ListFetch as Fetch, StatusLimits, StatusList as List};
use wasm_bindgen::prelude::*;

use crate::cross::{FromJs as _, Out, ToJs as _, list, natural, whole};
use crate::trust::Trust;

/// The usual limits.
#[wasm_bindgen(js_name = defaultStatusLimits)]
pub fn default_status_limits() -> JsValue {
    livepermit_ffi::default_status_limits().to_js()
}

/// An accepted status list.
#[derive(Debug)]
#[wasm_bindgen]
pub struct StatusList(pub(crate) Arc<List>);

#[wasm_bindgen]
impl StatusList {
    /// Takes in a list.
    pub fn accept(
        signed: Vec<u8>,
        trust: &Trust,
        now: f64,
        skew: f64,
        held: JsValue,
        limits: JsValue,
    ) -> Out<Self> {
        let (now, skew) = (whole("now", now)?, whole("the skew", skew)?);
        let limits = StatusLimits::from_js(limits, "the limits")?;
        let held = list(held, "the lists of before")?;
        Ok(Self(Arc::new(List::accept(signed, &trust.0, now, skew, held, limits)?)))
    }

    /// Another handle of the same list, to be given away.
    pub fn copy(&self) -> Self {
        Self(Arc::clone(&self.0))
    }

    /// The facts but the entries.
    pub fn facts(&self) -> JsValue {
        let out = crate::cross::Fields::new();
        out.put("issuer", self.0.issuer().to_js());
        out.put("uri", self.0.uri().to_js());
        out.put("bits", self.0.bits().to_js());
        out.put("entries", self.0.entries().to_js());
        out.put("issuedAt", self.0.issued_at().to_js());
        out.put("expires", self.0.expires().to_js());
        out.into()
    }

    /// The value of an entry.
    pub fn get(&self, index: f64) -> Out {
        Ok(self.0.get(natural("the index", index)?).to_js())
    }

    /// What to store.
    pub fn held(&self) -> JsValue {
        self.0.held().to_js()
    }
}

/// One list that is fetched.
#[derive(Debug)]
#[wasm_bindgen]
pub struct ListFetch(Fetch);

#[wasm_bindgen]
impl ListFetch {
    /// Fetches the list at an address.
    #[wasm_bindgen(constructor)]
    pub fn new(url: &str, every: Option<f64>, now: f64) -> Out<Self> {
        let every = every.map(|every| whole("the time between", every)).transpose()?;
        Ok(Self(Fetch::new(url, every, whole("now", now)?)?))
    }

    /// The next question.
    pub fn ask(&self, now: f64) -> Out {
        Ok(self.0.ask(whole("now", now)?)?.to_js())
    }

    /// Learns from an answer.
    pub fn came(&self, status: f64, headers: JsValue, body: Vec<u8>, now: f64) -> Out {
        let (status, now) = (whole("the status", status)?, whole("now", now)?);
        Ok(self.0.came(status, list(headers, "the headers")?, body, now)?.to_js())
    }

    /// Learns that no answer came.
    pub fn failed(&self, reason: &str, now: f64) -> Out {
        Ok(self.0.failed(reason, whole("now", now)?)?.to_js())
    }

    /// When the next question is due.
    pub fn next(&self) -> JsValue {
        self.0.next().to_js()
    }
}

/// The most bytes of a body.
#[wasm_bindgen(js_name = mostListBytes)]
pub fn most_list_bytes() -> JsValue {
    livepermit_ffi::most_list_bytes().to_js()
}
