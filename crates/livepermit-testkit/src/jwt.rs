//! Keys of wallets, and the JSON Web Tokens that they sign.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use livepermit::{PublicKey, SecretKey};
use serde_json::{Value, json};

use crate::hand::Signer;

/// A key of a wallet.
#[derive(Clone, Debug)]
pub struct Key {
    signer: Signer,
    public: PublicKey,
    algorithm: &'static str,
}

/// Bytes as base64url without padding.
#[must_use]
pub fn base64url(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

impl Key {
    /// The Ed25519 key of this seed.
    #[must_use]
    pub fn ed25519(seed: u8) -> Self {
        let public = SecretKey::from_ed25519_seed(&[seed; 32]).public_key();
        Self { signer: Signer::ed25519(seed), public, algorithm: "EdDSA" }
    }

    /// The P-256 key of this seed.
    #[must_use]
    pub fn p256(seed: u8) -> Self {
        let public = SecretKey::from_p256_scalar(&[seed; 32]).unwrap().public_key();
        Self { signer: Signer::p256(seed), public, algorithm: "ES256" }
    }

    /// The public key.
    #[must_use]
    pub fn public(&self) -> &PublicKey {
        &self.public
    }

    /// The public key as a JSON Web Key (RFC 7517).
    #[must_use]
    pub fn jwk(&self) -> Value {
        let point = self.public.to_point_bytes();
        match self.algorithm {
            "ES256" => json!({
                "kty": "EC",
                "crv": "P-256",
                "x": base64url(&point[1..33]),
                "y": base64url(&point[33..]),
            }),
            _ => json!({ "kty": "OKP", "crv": "Ed25519", "x": base64url(&point) }),
        }
    }

    /// The header of a JWT of this type.
    #[must_use]
    pub fn header(&self, typ: &str) -> Value {
        json!({ "typ": typ, "alg": self.algorithm, "jwk": self.jwk() })
    }

    /// A JWT with this header and these claims.
    #[must_use]
    pub fn sign(&self, header: &Value, claims: &Value) -> String {
        let [header, claims] = [header, claims].map(|part| base64url(part.to_string().as_bytes()));
        let signed = format!("{header}.{claims}");
        let signature = self.signer.sign(signed.as_bytes());
        format!("{signed}.{}", base64url(&signature))
    }

    /// A good JWT of this type.
    #[must_use]
    pub fn jwt(&self, typ: &str, claims: &Value) -> String {
        self.sign(&self.header(typ), claims)
    }
}
