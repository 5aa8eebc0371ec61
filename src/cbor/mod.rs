//! Deterministic CBOR (RFC 8949 §4.2.1): one encoding for each value, and nothing else is read.
//!
//! Written here and not taken from a library because every general reader accepts more than one
//! encoding of the same value. The reader borrows, its only recursion is bounded by [`MAX_DEPTH`],
//! and it allocates nothing; only in status lists, where others may write maps in any order, it
//! keeps where the keys of a map begin, at most 64 of them.

mod diagnostic;
mod reader;
#[cfg(test)]
mod tests;
mod writer;

pub(crate) use diagnostic::diagnose;
pub(crate) use reader::{Label, Reader};
pub(crate) use writer::{Writer, head};

/// How deep containers may nest inside one application value, the value itself counted and the
/// claims map around it not.
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
