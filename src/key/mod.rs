//! Keys: the algorithm belongs to the key, never to the token.

mod algorithm;
mod cose_key;
mod error;
mod file;
mod pkcs;
mod public;
mod secret;
pub(crate) mod signature;
mod tables;

pub use algorithm::Algorithm;
pub(crate) use cose_key::CoseKey;
pub use error::KeyError;
pub use file::{KeyFile, KeyFileError, MAX_KEY_FILE_BYTES, OtherFile};
pub(crate) use livepermit_curves::{SIGNATURE_BYTES, Started, Unfinished};
pub use public::PublicKey;
pub use secret::SecretKey;
pub(crate) use signature::{mistake, readings, recovered};
pub(crate) use tables::KeyTables;
