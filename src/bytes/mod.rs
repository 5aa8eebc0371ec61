//! Bytes and texts: strict readers and writers. Nothing here knows what a permit is.

pub(crate) mod cbor;
pub(crate) mod cose;
pub(crate) mod malformed;
pub(crate) mod text;
