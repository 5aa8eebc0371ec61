//! Private keys in memory: for issuers and for tests.

use livepermit_ffi::{Algorithm, SecretKey as Key};
use wasm_bindgen::prelude::*;

use crate::cross::ToJs as _;
use crate::cross::{FromJs as _, Out, wrong};
use crate::prepared::{PreparedList, PreparedToken};

/// A private key in memory.
#[derive(Debug)]
#[wasm_bindgen]
pub struct SecretKey(pub(crate) Key);

#[wasm_bindgen]
impl SecretKey {
    /// Makes a key.
    pub fn generate(algorithm: JsValue) -> Out<Self> {
        Ok(Self(match Algorithm::from_js(algorithm, "the algorithm")? {
            Algorithm::Esp256 => Key::generate_p256()?,
            Algorithm::Ed25519 | Algorithm::EdDsa => Key::generate_ed25519()?,
        }))
    }

    /// Reads a PEM block.
    #[wasm_bindgen(js_name = fromPem)]
    pub fn from_pem(pem: &str) -> Out<Self> {
        Ok(Self(Key::from_pkcs8_pem(pem)?))
    }

    /// Reads PKCS#8 in DER, a seed or a scalar.
    pub fn read(encoding: &str, bytes: Vec<u8>) -> Out<Self> {
        Ok(Self(match encoding {
            "pkcs8" => Key::from_pkcs8_der(bytes)?,
            "seed" => Key::from_ed25519_seed(bytes)?,
            "scalar" => Key::from_p256_scalar(bytes)?,
            _ => return Err(wrong("the encoding", "known").into()),
        }))
    }

    /// The PEM block.
    #[wasm_bindgen(js_name = toPem)]
    pub fn to_pem(&self) -> String {
        self.0.to_pkcs8_pem()
    }

    /// The public half, as `COSE_Key`.
    #[wasm_bindgen(js_name = publicKey)]
    pub fn public_key(&self) -> Vec<u8> {
        self.0.public_key().to_cose_key()
    }
}

#[wasm_bindgen]
impl PreparedToken {
    /// Signs.
    pub fn sign(&self, key: &SecretKey) -> Out {
        Ok(self.0.sign(&key.0)?.to_js())
    }
}

#[wasm_bindgen]
impl PreparedList {
    /// Signs.
    pub fn sign(&self, key: &SecretKey) -> Out<Vec<u8>> {
        Ok(self.0.sign(&key.0)?)
    }
}
