//! The writer: what it writes, the reader reads, byte for byte.

use alloc::vec::Vec;

use super::major;

/// The initial byte and argument of an item in their shortest form, and how many of the nine bytes
/// they take.
pub(crate) const fn head(major: u8, argument: u64) -> ([u8; 9], usize) {
    let initial = major << 5;
    let [a, b, c, d, e, f, g, h] = argument.to_be_bytes();
    match argument {
        0..24 => ([initial | h, 0, 0, 0, 0, 0, 0, 0, 0], 1),
        24..=0xff => ([initial | 24, h, 0, 0, 0, 0, 0, 0, 0], 2),
        0x100..=0xffff => ([initial | 25, g, h, 0, 0, 0, 0, 0, 0], 3),
        0x1_0000..=0xffff_ffff => ([initial | 26, e, f, g, h, 0, 0, 0, 0], 5),
        _ => ([initial | 27, a, b, c, d, e, f, g, h], 9),
    }
}

/// Appends items in their shortest form. The order of map keys is the caller's: every map this
/// library writes has a fixed order, or was sorted by its encoded keys (application claims).
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
        let (bytes, length) = head(major, argument);
        self.out.extend(bytes.iter().take(length));
    }

    fn head_for(&mut self, major: u8, length: usize) {
        // A length always fits in 64 bits on the platforms Rust supports.
        self.head(major, u64::try_from(length).unwrap_or(u64::MAX));
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
