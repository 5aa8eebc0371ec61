//! Keys. A public key is its `COSE_Key` bytes: the layer above keeps those.

use livepermit_ffi::PublicKey;
use wasm_bindgen::prelude::*;

use crate::cross::{Fields, Out, ToJs as _};

/// Checks a public key in one of its encodings, and gives the `COSE_Key`.
#[wasm_bindgen(js_name = readPublicKey)]
pub fn read_public_key(encoding: &str, bytes: Vec<u8>) -> Out<Vec<u8>> {
    let key = match encoding {
        "cose" => PublicKey::from_cose_key(bytes)?,
        #[cfg(feature = "issuer")]
        "spki" => PublicKey::from_spki_der(bytes)?,
        _ => PublicKey::from_point(bytes)?,
    };
    Ok(key.to_cose_key())
}

/// The same from a PEM block.
#[cfg(feature = "issuer")]
#[wasm_bindgen(js_name = readPublicKeyPem)]
pub fn read_public_key_pem(pem: &str) -> Out<Vec<u8>> {
    Ok(PublicKey::from_spki_pem(pem)?.to_cose_key())
}

/// All that is to be known of a public key.
#[wasm_bindgen(js_name = publicKeyFacts)]
pub fn public_key_facts(cose: Vec<u8>) -> Out {
    let key = PublicKey::from_cose_key(cose)?;
    let out = Fields::new();
    out.put("algorithm", key.algorithm().to_js());
    #[cfg(feature = "issuer")]
    out.put("spkiDer", key.to_spki_der().to_js());
    #[cfg(feature = "issuer")]
    out.put("spkiPem", key.to_spki_pem().to_js());
    out.put("point", key.to_point().to_js());
    out.put("thumbprint", key.thumbprint().to_js());
    Ok(out.into())
}
