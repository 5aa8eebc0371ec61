//! Entries of 1, 2, 4 or 8 bits, packed into bytes from the least significant bit
//! (draft-ietf-oauth-status-list §4.1).

use alloc::vec;
use alloc::vec::Vec;

/// Bits of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Width {
    One,
    Two,
    Four,
    Eight,
}

impl Width {
    pub(crate) const fn from_bits(bits: u64) -> Option<Self> {
        match bits {
            1 => Some(Self::One),
            2 => Some(Self::Two),
            4 => Some(Self::Four),
            8 => Some(Self::Eight),
            _ => None,
        }
    }

    pub(crate) const fn bits(self) -> u8 {
        match self {
            Self::One => 1,
            Self::Two => 2,
            Self::Four => 4,
            Self::Eight => 8,
        }
    }

    /// The largest value of an entry.
    pub(crate) const fn largest(self) -> u8 {
        match self {
            Self::One => 0b1,
            Self::Two => 0b11,
            Self::Four => 0b1111,
            Self::Eight => 0xff,
        }
    }

    /// The base-two logarithm of the entries in a byte.
    const fn per_byte_log2(self) -> u32 {
        match self {
            Self::One => 3,
            Self::Two => 2,
            Self::Four => 1,
            Self::Eight => 0,
        }
    }
}

/// The entries.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Packed {
    width: Width,
    bytes: Vec<u8>,
}

impl Packed {
    /// Entries from their bytes.
    pub(crate) const fn from_bytes(width: Width, bytes: Vec<u8>) -> Self {
        Self { width, bytes }
    }

    /// Makes `entries` entries of value 0; `None` for 0, a number that is not a multiple of 8, or
    /// more than memory can address.
    pub(crate) fn zeroed(width: Width, entries: u64) -> Option<Self> {
        if entries == 0 || !entries.is_multiple_of(8) {
            return None;
        }
        let bytes = usize::try_from(entries >> width.per_byte_log2()).ok()?;
        Some(Self { width, bytes: vec![0; bytes] })
    }

    /// The byte of an entry, and the shift of its bits from the least significant bit.
    fn place(&self, index: u64) -> Option<(usize, u32)> {
        let log2 = self.width.per_byte_log2();
        let at = usize::try_from(index >> log2).ok()?;
        let within = u32::try_from(index & !(u64::MAX << log2)).ok()?;
        (at < self.bytes.len()).then(|| (at, within.saturating_mul(u32::from(self.width.bits()))))
    }

    pub(crate) fn get(&self, index: u64) -> Option<u8> {
        let (at, shift) = self.place(index)?;
        Some((self.bytes.get(at)? >> shift) & self.width.largest())
    }

    /// Sets an entry; `None` if there is no such entry. Callers check that the value fits, because
    /// extra bits are dropped.
    pub(crate) fn set(&mut self, index: u64, value: u8) -> Option<()> {
        let (at, shift) = self.place(index)?;
        let largest = self.width.largest();
        let byte = self.bytes.get_mut(at)?;
        *byte = (*byte & !(largest << shift)) | ((value & largest) << shift);
        Some(())
    }

    /// The entries whose value is not 0.
    pub(crate) fn not_zero(&self) -> impl Iterator<Item = u64> {
        let per_byte = 1_u64 << self.width.per_byte_log2();
        (0_u64..)
            .zip(&self.bytes)
            .filter(|(_, byte)| **byte != 0)
            .flat_map(move |(at, _)| {
                (0..per_byte).map(move |within| at.saturating_mul(per_byte).saturating_add(within))
            })
            .filter(|index| self.get(*index).is_some_and(|value| value != 0))
    }

    pub(crate) fn len(&self) -> u64 {
        u64::try_from(self.bytes.len())
            .unwrap_or(u64::MAX)
            .saturating_mul(1 << self.width.per_byte_log2())
    }

    pub(crate) const fn width(&self) -> Width {
        self.width
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    pub(crate) fn capacity(&self) -> usize {
        self.bytes.capacity()
    }
}
