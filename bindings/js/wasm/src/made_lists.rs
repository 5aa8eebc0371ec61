//! Lists: made.

use livepermit_ffi::{PublicKey, StatusListBuilder as Builder};
use wasm_bindgen::prelude::*;

use crate::cross::{Out, ToJs as _, list, natural, whole};
use crate::issuer::Issuer;
use crate::prepared::PreparedList;

/// Prepares a trust list.
#[wasm_bindgen(js_name = prepareTrustList)]
pub fn prepare_trust_list(
    name: &str,
    version: f64,
    keys: JsValue,
    successor_roots: JsValue,
    root: Vec<u8>,
    now: f64,
    expires: f64,
) -> Out<PreparedList> {
    let prepared = livepermit_ffi::prepare_trust_list(
        name,
        whole("the version", version)?,
        list(keys, "the keys")?,
        list(successor_roots, "the roots")?,
        &PublicKey::from_cose_key(root)?,
        whole("now", now)?,
        whole("expires", expires)?,
    )?;
    Ok(PreparedList(prepared))
}

/// The issuer's side of a status list.
#[derive(Debug)]
#[wasm_bindgen]
pub struct StatusListBuilder(Builder);

#[wasm_bindgen]
impl StatusListBuilder {
    /// Makes a list.
    #[wasm_bindgen(constructor)]
    pub fn new(uri: &str, bits: f64, entries: f64) -> Out<Self> {
        let (bits, entries) = (whole("the bits", bits)?, whole("the entries", entries)?);
        Ok(Self(Builder::new(uri, bits, entries)?))
    }

    /// Restores a list.
    pub fn restore(uri: &str, bits: f64, values: Vec<u8>, occupied: Vec<u8>) -> Out<Self> {
        Ok(Self(Builder::restore(uri, whole("the bits", bits)?, values, occupied)?))
    }

    /// Gives an entry.
    pub fn allocate(&self) -> Out {
        Ok(self.0.allocate()?.to_js())
    }

    /// Marks an entry as given.
    #[wasm_bindgen(js_name = markGiven)]
    pub fn mark_given(&self, index: f64) -> Out<bool> {
        Ok(self.0.mark_given(natural("the index", index)?)?)
    }

    /// Sets an entry.
    pub fn set(&self, index: f64, value: f64) -> Out<()> {
        Ok(self.0.set(natural("the index", index)?, whole("the value", value)?)?)
    }

    /// The value of an entry.
    pub fn get(&self, index: f64) -> Out {
        Ok(self.0.get(natural("the index", index)?).to_js())
    }

    /// The values.
    pub fn values(&self) -> Vec<u8> {
        self.0.values()
    }

    /// The entries that were given.
    pub fn occupied(&self) -> Vec<u8> {
        self.0.occupied()
    }

    /// Prepares the list.
    pub fn prepare(&self, issuer: &Issuer, now: f64, expires: f64) -> Out<PreparedList> {
        let (now, expires) = (whole("now", now)?, whole("expires", expires)?);
        Ok(PreparedList(self.0.prepare(&issuer.0, now, expires)?))
    }
}
