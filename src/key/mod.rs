//! Keys: the algorithm belongs to the key, never to the token.

mod algorithm;
mod cose_key;
mod error;
mod pkcs;
mod public;
mod secret;
#[cfg(test)]
mod tests;

pub use algorithm::Algorithm;
pub(crate) use cose_key::CoseKey;
pub use error::KeyError;
pub use public::PublicKey;
pub use secret::SecretKey;

/// Bytes of a signature under every algorithm there is here.
pub(crate) const SIGNATURE_BYTES: usize = 64;
