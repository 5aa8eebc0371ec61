//! Keys: the algorithm belongs to the key, never to the token.

mod algorithm;
mod comb;
mod cose_key;
mod ed25519;
mod error;
mod pkcs;
mod public;
mod secret;
mod tables;
#[cfg(test)]
mod tests;
mod weierstrass;

pub use algorithm::Algorithm;
pub(crate) use comb::Unfinished;
pub(crate) use cose_key::CoseKey;
pub use error::KeyError;
pub use public::PublicKey;
pub use secret::SecretKey;
pub(crate) use tables::{KeyTables, Started};

/// Bytes of a signature under every algorithm there is here.
pub(crate) const SIGNATURE_BYTES: usize = 64;
