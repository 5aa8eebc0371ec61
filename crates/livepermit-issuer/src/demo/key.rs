//! Keys of phones, and what they sign.

use livepermit::{PublicKey, SecretKey};
use serde_json::{Value, json};

use super::failure::DemoError;
use crate::protocol::base64url;

/// A key of a phone: it signs presentations by the library, and the JWTs of OpenID4VCI by the crates
/// of the curves.
pub(super) struct PhoneKey {
    secret: SecretKey,
    public: PublicKey,
    jwt: JwtKey,
}

enum JwtKey {
    Ed25519(Box<ed25519_dalek::SigningKey>),
    P256(Box<p256::ecdsa::SigningKey>),
}

impl PhoneKey {
    /// An Ed25519 key.
    pub(super) fn ed25519() -> Self {
        let seed: [u8; 32] = rand::random();
        let secret = SecretKey::from_ed25519_seed(&seed);
        let jwt = JwtKey::Ed25519(Box::new(ed25519_dalek::SigningKey::from_bytes(&seed)));
        Self { public: secret.public_key(), secret, jwt }
    }

    /// A P-256 key, as phones have them in their hardware.
    pub(super) fn p256() -> Result<Self, DemoError> {
        let failed = DemoError::refused("a key");
        let scalar: [u8; 32] = rand::random();
        let secret = SecretKey::from_p256_scalar(&scalar).map_err(|error| failed(&error))?;
        let jwt = p256::ecdsa::SigningKey::from_slice(&scalar).map_err(|error| failed(&error))?;
        Ok(Self { public: secret.public_key(), secret, jwt: JwtKey::P256(Box::new(jwt)) })
    }

    pub(super) const fn secret(&self) -> &SecretKey {
        &self.secret
    }

    pub(super) const fn public(&self) -> &PublicKey {
        &self.public
    }

    /// A JWT of this type over these claims, with the public key in its header.
    pub(super) fn jwt(&self, typ: &str, claims: &Value) -> String {
        let point = self.public.to_point_bytes();
        let (algorithm, jwk) = match (&self.jwt, point.split_first()) {
            (JwtKey::P256(_), Some((_, both))) => {
                let (x, y) = both.split_at(both.len() / 2);
                let (x, y) = (base64url::encode(x), base64url::encode(y));
                ("ES256", json!({ "kty": "EC", "crv": "P-256", "x": x, "y": y }))
            }
            _ => {
                ("EdDSA", json!({ "kty": "OKP", "crv": "Ed25519", "x": base64url::encode(&point) }))
            }
        };
        let header = json!({ "typ": typ, "alg": algorithm, "jwk": jwk });
        let [header, claims] =
            [&header, claims].map(|part| base64url::encode(part.to_string().as_bytes()));
        let signed = format!("{header}.{claims}");
        let signature = match &self.jwt {
            JwtKey::Ed25519(key) => {
                use ed25519_dalek::Signer as _;
                base64url::encode(&key.sign(signed.as_bytes()).to_bytes())
            }
            JwtKey::P256(key) => {
                use p256::ecdsa::signature::Signer as _;
                let signature: p256::ecdsa::Signature = key.sign(signed.as_bytes());
                base64url::encode(&signature.to_bytes())
            }
        };
        format!("{signed}.{signature}")
    }
}
