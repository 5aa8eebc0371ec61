//! Deterministic CBOR (RFC 8949 §4.2.1): each value has one encoding, and every other encoding is
//! refused.
//!
//! General CBOR libraries accept several encodings of the same value, so this module has its own
//! reader. The reader borrows, [`MAX_DEPTH`] bounds its only recursion, and it allocates no memory.
//! The one exception is a status list, whose maps may have any order: there the reader stores the
//! keys of a map, at most 64.

mod diagnostic;
mod reader;
#[cfg(test)]
mod tests;
mod writer;

pub(crate) use diagnostic::diagnose;
pub(crate) use reader::{Label, Reader};
pub(crate) use writer::{ItemHead, Writer};

/// The greatest depth of arrays and maps in one application value. The value itself counts, the
/// claims map around it does not.
pub(crate) const MAX_DEPTH: u8 = 8;

/// The major types of RFC 8949 §3.1.
pub(crate) mod major {
    pub(crate) const UNSIGNED: u8 = 0;
    pub(crate) const NEGATIVE: u8 = 1;
    pub(crate) const BYTES: u8 = 2;
    pub(crate) const TEXT: u8 = 3;
    pub(crate) const ARRAY: u8 = 4;
    pub(crate) const MAP: u8 = 5;
    pub(crate) const TAG: u8 = 6;
    pub(crate) const SIMPLE: u8 = 7;
}
