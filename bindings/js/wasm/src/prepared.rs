//! What waits for a signature.

use std::sync::Arc;

#[cfg(feature = "issuer")]
use livepermit_ffi::PreparedList as List;
use livepermit_ffi::PreparedToken as Token;
use wasm_bindgen::prelude::*;

use crate::cross::{Out, ToJs as _};

/// A token that lacks its signature.
#[derive(Debug)]
#[wasm_bindgen]
pub struct PreparedToken(pub(crate) Arc<Token>);

#[wasm_bindgen]
impl PreparedToken {
    /// The bytes to sign.
    pub fn message(&self) -> Vec<u8> {
        self.0.message()
    }

    /// The digest.
    pub fn digest(&self) -> Option<Vec<u8>> {
        self.0.digest()
    }

    /// The key that must sign.
    pub fn signer(&self) -> Vec<u8> {
        self.0.signer().to_cose_key()
    }

    /// Takes the signature.
    pub fn attach(&self, signature: Vec<u8>) -> Out {
        Ok(self.0.attach(signature)?.to_js())
    }
}

/// A list that lacks its signature.
#[cfg(feature = "issuer")]
#[derive(Debug)]
#[wasm_bindgen]
pub struct PreparedList(pub(crate) Arc<List>);

#[cfg(feature = "issuer")]
#[wasm_bindgen]
impl PreparedList {
    /// The bytes to sign.
    pub fn message(&self) -> Vec<u8> {
        self.0.message()
    }

    /// The key that must sign.
    pub fn signer(&self) -> Vec<u8> {
        self.0.signer().to_cose_key()
    }

    /// Takes the signature.
    pub fn attach(&self, signature: Vec<u8>) -> Out<Vec<u8>> {
        Ok(self.0.attach(signature)?)
    }
}
