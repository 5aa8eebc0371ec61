//! The writer, and what lists and tokens made by hand need.

#[path = "../common/cbor/writer.rs"]
mod writer;

use ed25519_dalek::{Signer as _, SigningKey};
use writer::tag;
pub(crate) use writer::{Item, array, bytes, head, int, long_head, map, text};

pub(crate) fn unsigned(value: u64) -> Item {
    head(0, value)
}

/// A tagged `COSE_Sign1`, signed by the Ed25519 key of this seed.
pub(crate) fn sign1(seed: u8, protected: &[u8], unprotected: &[u8], payload: &[u8]) -> Item {
    let message = array(&[text("Signature1"), bytes(protected), bytes(&[]), bytes(payload)]);
    let signature = SigningKey::from_bytes(&[seed; 32]).sign(&message).to_bytes();
    tag(18, &array(&[bytes(protected), unprotected.to_vec(), bytes(payload), bytes(&signature)]))
}
