//! Signed statements of wallets: JWT in the compact form of JWS (RFC 7515), with the key inside.

use std::fmt;

use super::base64url;
use super::json::Object;
use super::jwk::{Jwk, JwkError};

/// The longest JWT that is read, in bytes. A proof with a key attestation has 2 to 6 KiB.
pub const LONGEST_JWS: usize = 16 * 1024;

/// In which form the header of a JWT may have the key that signed.
#[derive(Clone, Copy)]
enum Form {
    Jwk,
    JwkOrChain,
}

/// A JWT whose signature is good under the key that its header has.
#[derive(Clone, Debug, PartialEq)]
pub struct SignedJwt {
    /// The key that signed.
    pub key: Jwk,
    /// The chain of certificates with the key, in DER, if the header has one. Nothing of the chain
    /// was checked.
    pub chain: Option<Vec<Vec<u8>>>,
    /// The header.
    pub header: Object,
    /// The claims.
    pub claims: Object,
}

/// Why a JWT is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum JwsError {
    /// It is longer than [`LONGEST_JWS`].
    TooLong {
        /// Its bytes.
        bytes: usize,
    },
    /// It is not three parts with two dots between them.
    Parts,
    /// A part is not base64url without padding.
    Base64 {
        /// Which part.
        part: &'static str,
    },
    /// A part is no JSON object, or has a member twice.
    Json {
        /// Which part.
        part: &'static str,
    },
    /// Its `typ` is another one.
    Type {
        /// The one that is wanted.
        wanted: &'static str,
    },
    /// Its `alg` is not ES256, EdDSA or Ed25519, or not that of its key.
    Algorithm,
    /// Its header names extensions that have to be understood.
    Critical,
    /// Its header has no key, or more than one.
    KeyMissing,
    /// Its chain is no list of certificates in base64, or the first has no key of the two kinds.
    Chain,
    /// Its key is refused.
    Key(JwkError),
    /// The signature is not good.
    Signature,
}

impl fmt::Display for JwsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong { bytes } => {
                write!(f, "the JWT has {bytes} bytes, and {LONGEST_JWS} are read")
            }
            Self::Parts => f.write_str("the JWT is not header.claims.signature"),
            Self::Base64 { part } => {
                write!(f, "the {part} of the JWT is not base64url without padding")
            }
            Self::Json { part } => {
                write!(f, "the {part} of the JWT is no JSON object without repeated members")
            }
            Self::Type { wanted } => write!(f, "the typ of the JWT is not {wanted}"),
            Self::Algorithm => f.write_str(
                "the alg of the JWT is not that of its key: ES256 for P-256, EdDSA or Ed25519 for \
                 Ed25519",
            ),
            Self::Critical => f.write_str("the JWT has a crit header, which is not understood"),
            Self::KeyMissing => f.write_str("the JWT does not have exactly one key in its header"),
            Self::Chain => f.write_str(
                "the x5c of the JWT does not begin with a certificate of a key of P-256 or Ed25519",
            ),
            Self::Key(error) => error.fmt(f),
            Self::Signature => f.write_str("the signature of the JWT is not good under its key"),
        }
    }
}

impl std::error::Error for JwsError {}

impl SignedJwt {
    /// Reads a JWT of this type, and checks its signature with the key in its header. Who signed is
    /// for the caller to judge.
    ///
    /// # Errors
    ///
    /// [`JwsError`]: what was not as it has to be.
    pub fn read(text: &str, wanted: &'static str) -> Result<Self, JwsError> {
        Self::read_as(text, wanted, Form::Jwk)
    }

    /// As [`SignedJwt::read`], but the key may stand in the first certificate of the chain `x5c` in
    /// place of `jwk`. What the chain proves is for the caller to check.
    ///
    /// # Errors
    ///
    /// [`JwsError`], also for a header with both.
    pub fn read_with_chain(text: &str, wanted: &'static str) -> Result<Self, JwsError> {
        Self::read_as(text, wanted, Form::JwkOrChain)
    }

    fn read_as(text: &str, wanted: &'static str, form: Form) -> Result<Self, JwsError> {
        if text.len() > LONGEST_JWS {
            return Err(JwsError::TooLong { bytes: text.len() });
        }
        let (signed, signature) = text.rsplit_once('.').ok_or(JwsError::Parts)?;
        let (header, claims) = signed.split_once('.').ok_or(JwsError::Parts)?;
        if claims.contains('.') {
            return Err(JwsError::Parts);
        }
        let header = object(header, "header")?;
        if header.text("typ") != Some(wanted) {
            return Err(JwsError::Type { wanted });
        }
        // `b64` (RFC 7797) changes what is signed, and has to be named in `crit`.
        if header.has("crit") || header.has("b64") {
            return Err(JwsError::Critical);
        }
        let algorithm = header.text("alg").ok_or(JwsError::Algorithm)?;
        if !matches!(algorithm, "ES256" | "EdDSA" | "Ed25519") {
            return Err(JwsError::Algorithm);
        }
        let (key, chain) = match (header.has("jwk"), header.has("x5c"), form) {
            (true, false, _) | (true, true, Form::Jwk) => {
                let jwk = header.object("jwk").ok_or(JwsError::KeyMissing)?;
                (Jwk::read(&jwk).map_err(JwsError::Key)?, None)
            }
            (false, true, Form::JwkOrChain) => {
                let chain = certificates(&header).ok_or(JwsError::Chain)?;
                let first = chain.first().ok_or(JwsError::Chain)?;
                (Jwk::of_certificate(first).ok_or(JwsError::Chain)?, Some(chain))
            }
            _ => return Err(JwsError::KeyMissing),
        };
        if !key.signs_as(algorithm) {
            return Err(JwsError::Algorithm);
        }
        let claims = object(claims, "claims")?;
        let part = "signature";
        let signature = base64url::decode(signature).ok_or(JwsError::Base64 { part })?;
        let signature = signature.try_into().map_err(|_| JwsError::Signature)?;
        if !key.verifies(signed.as_bytes(), &signature) {
            return Err(JwsError::Signature);
        }
        Ok(Self { key, chain, header, claims })
    }
}

/// The certificates of a chain (RFC 7515, 4.1.6).
fn certificates(header: &Object) -> Option<Vec<Vec<u8>>> {
    let chain = header.array("x5c")?;
    chain.iter().map(|text| base64url::decode_certificate(text.as_str()?)).collect()
}

fn object(text: &str, part: &'static str) -> Result<Object, JwsError> {
    let bytes = base64url::decode(text).ok_or(JwsError::Base64 { part })?;
    Object::read(&bytes).ok_or(JwsError::Json { part })
}
