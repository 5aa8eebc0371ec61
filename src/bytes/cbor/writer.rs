//! The writer. The reader accepts everything that the writer makes.

use alloc::vec::Vec;

use super::major;

/// The initial byte and argument of an item, in their shortest form.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ItemHead {
    bytes: [u8; 9],
    length: usize,
}

impl ItemHead {
    pub(crate) const fn new(major: u8, argument: u64) -> Self {
        let initial = major << 5;
        let [a, b, c, d, e, f, g, h] = argument.to_be_bytes();
        let (bytes, length) = match argument {
            0..24 => ([initial | h, 0, 0, 0, 0, 0, 0, 0, 0], 1),
            24..=0xff => ([initial | 24, h, 0, 0, 0, 0, 0, 0, 0], 2),
            0x100..=0xffff => ([initial | 25, g, h, 0, 0, 0, 0, 0, 0], 3),
            0x1_0000..=0xffff_ffff => ([initial | 26, e, f, g, h, 0, 0, 0, 0], 5),
            _ => ([initial | 27, a, b, c, d, e, f, g, h], 9),
        };
        Self { bytes, length }
    }

    /// The head of a string, an array or a map.
    pub(crate) fn of_length(major: u8, length: usize) -> Self {
        // A length always fits in 64 bits on the platforms Rust supports.
        Self::new(major, u64::try_from(length).unwrap_or(u64::MAX))
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        // The length is at most nine: `new` alone sets it.
        self.bytes.get(..self.length).unwrap_or_default()
    }
}

/// Appends items in their shortest form. The caller chooses the order of map keys: each map of this
/// library has a fixed order or was sorted by its encoded keys (application claims).
#[derive(Debug, Default)]
pub(crate) struct Writer {
    out: Vec<u8>,
}

impl Writer {
    pub(crate) const fn new() -> Self {
        Self { out: Vec::new() }
    }

    pub(crate) fn into_bytes(self) -> Vec<u8> {
        self.out
    }

    fn head(&mut self, major: u8, argument: u64) {
        self.out.extend_from_slice(ItemHead::new(major, argument).as_bytes());
    }

    fn head_for(&mut self, major: u8, length: usize) {
        self.out.extend_from_slice(ItemHead::of_length(major, length).as_bytes());
    }

    pub(crate) fn unsigned(&mut self, value: u64) -> &mut Self {
        self.head(major::UNSIGNED, value);
        self
    }

    pub(crate) fn integer(&mut self, value: i64) -> &mut Self {
        match u64::try_from(value) {
            Ok(value) => self.head(major::UNSIGNED, value),
            // For a negative value the complement is −1 − value, which is never negative.
            Err(_) => self.head(major::NEGATIVE, (!value).unsigned_abs()),
        }
        self
    }

    pub(crate) fn bytes(&mut self, value: &[u8]) -> &mut Self {
        self.head_for(major::BYTES, value.len());
        self.out.extend_from_slice(value);
        self
    }

    pub(crate) fn text(&mut self, value: &str) -> &mut Self {
        self.head_for(major::TEXT, value.len());
        self.out.extend_from_slice(value.as_bytes());
        self
    }

    pub(crate) fn array(&mut self, length: usize) -> &mut Self {
        self.head_for(major::ARRAY, length);
        self
    }

    pub(crate) fn map(&mut self, pairs: usize) -> &mut Self {
        self.head_for(major::MAP, pairs);
        self
    }

    pub(crate) fn tag(&mut self, number: u64) -> &mut Self {
        self.head(major::TAG, number);
        self
    }

    pub(crate) fn boolean(&mut self, value: bool) -> &mut Self {
        self.head(major::SIMPLE, if value { 21 } else { 20 });
        self
    }

    pub(crate) fn null(&mut self) -> &mut Self {
        self.head(major::SIMPLE, 22);
        self
    }

    /// Items that are encoded already.
    pub(crate) fn raw(&mut self, encoded: &[u8]) -> &mut Self {
        self.out.extend_from_slice(encoded);
        self
    }
}
