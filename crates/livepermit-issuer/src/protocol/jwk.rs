//! Public keys as wallets send them: JWK (RFC 7517), P-256 and Ed25519 alone.

use std::fmt;

use der::{Decode as _, Encode as _};
use livepermit::PublicKey;
use livepermit::key::{Algorithm, KeyError};
use livepermit_curves::{Ed25519Key, P256Key, SIGNATURE_BYTES};
use ring::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};
use sha2::{Digest as _, Sha256};

use super::base64url;
use super::json::Object;
use crate::domain::KeyThumbprint;

/// Members that only private and symmetric keys have (RFC 7518 §6, RFC 8037 §2).
const SECRET: [&str; 8] = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];

/// A public key: a valid point of its curve, and its thumbprint by RFC 7638.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Jwk {
    key: Key,
    thumbprint: KeyThumbprint,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Key {
    Ed25519(Ed25519Key),
    P256(P256Key),
}

/// Why a JWK is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum JwkError {
    /// It has members of a private key. The key has to be thrown away.
    Secret,
    /// It is neither EC with P-256 nor OKP with Ed25519.
    Kind,
    /// A coordinate is missing, or is not base64url of 32 bytes.
    Coordinate,
    /// The coordinates are no point of the curve, or one of small order.
    Point,
}

impl fmt::Display for JwkError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Secret => "the jwk has a private key: throw that key away and make another",
            Self::Kind => "the jwk is neither EC P-256 nor OKP Ed25519: make such a key",
            Self::Coordinate => "a coordinate of the jwk is not base64url of 32 bytes",
            Self::Point => "the jwk is no valid point of its curve",
        })
    }
}

impl std::error::Error for JwkError {}

impl Jwk {
    /// Reads a public key.
    ///
    /// # Errors
    ///
    /// [`JwkError`], for everything but a valid public key of the two kinds.
    pub fn read(jwk: &Object) -> Result<Self, JwkError> {
        if SECRET.iter().any(|name| jwk.has(name)) {
            return Err(JwkError::Secret);
        }
        let coordinate = |name| {
            let text = jwk.text(name).ok_or(JwkError::Coordinate)?;
            base64url::decode_array::<32>(text).ok_or(JwkError::Coordinate)
        };
        let key = match (jwk.text("kty"), jwk.text("crv")) {
            (Some("EC"), Some("P-256")) => {
                let (x, y) = (coordinate("x")?, coordinate("y")?);
                let point = [[4].as_slice(), &x, &y].concat();
                Key::P256(P256Key::from_sec1_bytes(&point).ok_or(JwkError::Point)?)
            }
            (Some("OKP"), Some("Ed25519")) => {
                let x = coordinate("x")?;
                Key::Ed25519(Ed25519Key::from_bytes(&x).map_err(|_| JwkError::Point)?)
            }
            _ => return Err(JwkError::Kind),
        };
        let thumbprint = thumbprint(&key);
        Ok(Self { key, thumbprint })
    }

    /// The key of a certificate in DER. `None` for anything but a certificate with a valid public
    /// key of the two kinds. Nothing else of the certificate is checked.
    #[must_use]
    pub fn of_certificate(der: &[u8]) -> Option<Self> {
        let certificate = x509_cert::Certificate::from_der(der).ok()?;
        let found = certificate.tbs_certificate().subject_public_key_info();
        let found = PublicKey::from_spki_der(&found.to_der().ok()?).ok()?;
        let key = match found.algorithm() {
            Algorithm::Ed25519 => {
                let bytes = found.to_point_bytes().try_into().ok()?;
                Key::Ed25519(Ed25519Key::from_bytes(&bytes).ok()?)
            }
            _ => Key::P256(P256Key::from_sec1_bytes(&found.to_point_bytes())?),
        };
        let thumbprint = thumbprint(&key);
        Some(Self { key, thumbprint })
    }

    /// The thumbprint by RFC 7638, with SHA-256.
    #[must_use]
    pub const fn thumbprint(&self) -> KeyThumbprint {
        self.thumbprint
    }

    /// The key as tokens of livepermit have it.
    ///
    /// # Errors
    ///
    /// None is known: a point that was read is a point.
    pub fn to_public_key(&self) -> Result<PublicKey, KeyError> {
        match &self.key {
            Key::Ed25519(key) => PublicKey::from_ed25519_bytes(key.as_bytes()),
            Key::P256(key) => PublicKey::from_sec1_bytes(&key.to_sec1_bytes()),
        }
    }

    /// Whether signatures of this key are named so (RFC 7518 §3.4, RFC 8037, RFC 9864).
    #[must_use]
    pub fn signs_as(&self, algorithm: &str) -> bool {
        match self.key {
            Key::Ed25519(_) => matches!(algorithm, "EdDSA" | "Ed25519"),
            Key::P256(_) => algorithm == "ES256",
        }
    }

    /// Whether this is a signature over the message. Of the two numbers s that make an ES256
    /// signature good, both are taken: RFC 7518 allows both, and browsers write both.
    ///
    /// ES256 is verified by `ring`, which is here for TLS: its assembler takes three quarters of the
    /// time of the gates' verifier, and each renewal has three signatures of the wallet.
    #[must_use]
    pub fn verifies(&self, message: &[u8], signature: &[u8; SIGNATURE_BYTES]) -> bool {
        match &self.key {
            Key::Ed25519(key) => key.verifies(&[message], signature),
            Key::P256(key) => UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, key.to_sec1_bytes())
                .verify(message, signature)
                .is_ok(),
        }
    }
}

/// The members that RFC 7638 names, in the order of their names, without a space.
fn thumbprint(key: &Key) -> KeyThumbprint {
    let members = match key {
        Key::Ed25519(key) => {
            let x = base64url::encode(key.as_bytes());
            format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{x}"}}"#)
        }
        Key::P256(key) => {
            let (x, y) = key.coordinates();
            let (x, y) = (base64url::encode(&x), base64url::encode(&y));
            format!(r#"{{"crv":"P-256","kty":"EC","x":"{x}","y":"{y}"}}"#)
        }
    };
    KeyThumbprint::from_bytes(Sha256::digest(members).into())
}

#[cfg(test)]
mod tests {
    use livepermit_curves::with_low_s;

    use super::{Jwk, JwkError};
    use crate::protocol::base64url;
    use crate::protocol::json::Object;

    const ED25519: &str =
        r#"{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#;
    const P256: &str = r#"{"kty":"EC","crv":"P-256",
        "x":"l8tFrhx-34tV3hRICRDY9zCkDlpBhF42UQUfWVAWBFs",
        "y":"9VE4jf_Ok_o64zbTTlcuNJajHmt6v9TDVrU0CdvGRDA"}"#;

    fn read(text: &str) -> Result<Jwk, JwkError> {
        Jwk::read(&Object::read(text.as_bytes()).unwrap())
    }

    /// RFC 8037 appendix A.3 and RFC 9449 figure 2 with its `jkt`.
    #[test]
    fn thumbprints_are_those_of_the_standards() {
        for (jwk, thumbprint) in [
            (ED25519, "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"),
            (P256, "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I"),
        ] {
            let key = read(jwk).unwrap();
            assert_eq!(base64url::encode(key.thumbprint().as_bytes()), thumbprint);
            assert!(key.to_public_key().is_ok());
        }
        assert!(read(ED25519).unwrap().signs_as("EdDSA"));
        assert!(read(ED25519).unwrap().signs_as("Ed25519"));
        assert!(!read(ED25519).unwrap().signs_as("ES256"));
        assert!(read(P256).unwrap().signs_as("ES256"));
        assert!(!read(P256).unwrap().signs_as("ES256K"));
    }

    #[test]
    fn what_is_no_public_key_is_refused() {
        let with = |member: &str| P256.replacen('{', &format!("{{{member},"), 1);
        for name in super::SECRET {
            assert_eq!(read(&with(&format!("\"{name}\":\"AA\""))), Err(JwkError::Secret));
        }
        let other = |from: &str, to: &str| read(&P256.replace(from, to)).unwrap_err();
        assert_eq!(other("P-256", "P-384"), JwkError::Kind);
        assert_eq!(other("\"EC\"", "\"ec\""), JwkError::Kind);
        assert_eq!(other("\"EC\"", "7"), JwkError::Kind);
        assert_eq!(other("\"y\"", "\"z\""), JwkError::Coordinate);
        assert_eq!(other("GRDA", "GRDA="), JwkError::Coordinate);
        assert_eq!(other("9VE4jf_", "9VE4jf/"), JwkError::Coordinate);
        assert_eq!(other("GRDA", ""), JwkError::Coordinate);
        // The last sign has two bits that mean nothing: one writing alone is read.
        assert_eq!(other("GRDA", "GRDB"), JwkError::Coordinate);
        assert_eq!(other("GRDA", "GRDE"), JwkError::Point);
        let small = base64url::encode(&[0; 32]);
        let ed25519 = ED25519.replace("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo", &small);
        assert_eq!(read(&ed25519), Err(JwkError::Point));
    }

    /// RFC 7515 appendix A.3, whose s is above half the order of the group.
    #[test]
    fn both_forms_of_an_es256_signature_are_good() {
        let key = read(
            r#"{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
            "y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}"#,
        )
        .unwrap();
        let message = b"eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0d\
            HA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
        let high = "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3\
            -Kg6NU1Q";
        let high = base64url::decode_array::<64>(high).unwrap();
        let (r, s) = (high.first_chunk().unwrap(), high.last_chunk().unwrap());
        let low = with_low_s(r, s).unwrap();
        assert_ne!(low, high);
        assert!(key.verifies(message, &high) && key.verifies(message, &low));
        assert!(!key.verifies(b"another message", &high));
        for at in [0, 31, 32, 63] {
            let mut other = low;
            other[at] ^= 1;
            assert!(!key.verifies(message, &other), "byte {at}");
        }
        let mut swapped = low;
        swapped.rotate_left(32);
        assert!(!key.verifies(message, &swapped));
        assert!(!key.verifies(message, &[0; 64]) && !key.verifies(message, &[255; 64]));
    }
}
