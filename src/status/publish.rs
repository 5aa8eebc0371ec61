use alloc::boxed::Box;
use alloc::vec::Vec;
use core::fmt;

use miniz_oxide::deflate::compress_to_vec_zlib;
use rand_core::Rng;

use super::packed::{Packed, Width};
use super::{StatusValue, TYP_NAME, label};
use crate::cbor::Writer;
use crate::cose::{self, ToBeSigned, label as header_label};
use crate::issuer::Issuer;
use crate::key::SecretKey;
use crate::time::Timestamp;
use crate::token::{ClaimError, SignatureRefused, StatusReference, check_name};

/// Which indices of a list were given to permits. Kept by the issuer beside the list, and never
/// published: an index is never given twice, so a re-issued permit cannot un-revoke an old one.
#[derive(Clone, PartialEq, Eq)]
pub struct Occupied {
    taken: Packed,
    free: u64,
}

impl Occupied {
    /// The bytes to store: one bit for each index, least significant first.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        self.taken.as_bytes()
    }

    fn is_free(&self, index: u64) -> bool {
        self.taken.get(index) == Some(0)
    }

    fn take(&mut self, index: u64) -> bool {
        let free = self.is_free(index) && self.taken.set(index, 1).is_some();
        if free {
            self.free = self.free.saturating_sub(1);
        }
        free
    }
}

impl fmt::Debug for Occupied {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Occupied({} free)", self.free)
    }
}

/// Why a status list cannot be kept as asked.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum StatusListError {
    /// The URI breaks the rules of its field.
    Claim(ClaimError),
    /// No entries, a number of them that is not a multiple of eight, or more than memory can
    /// address.
    Size,
    /// Bits must be 1, 2, 4 or 8.
    Bits {
        /// Bits given.
        found: u8,
    },
    /// Every index was given away: start another list.
    Full,
    /// The index lies behind the end of the list.
    Index {
        /// Index given.
        found: u64,
        /// Entries the list has.
        entries: u64,
    },
    /// The value does not fit into the list's bits.
    Value {
        /// Value given.
        found: u8,
        /// The largest that fits.
        largest: u8,
    },
    /// The stored bytes do not belong to such a list.
    Stored,
    /// The list's end lies before its beginning, or beyond time.
    Time,
    /// The signature was refused.
    Signature(SignatureRefused),
}

impl fmt::Display for StatusListError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Claim(error) => error.fmt(f),
            Self::Size => f.write_str("a status list has a multiple of 8 entries, at least 8"),
            Self::Bits { found } => write!(f, "an entry has 1, 2, 4 or 8 bits, not {found}"),
            Self::Full => f.write_str("every index of the list was given away: start another list"),
            Self::Index { found, entries } => write!(f, "index {found} is not below {entries}"),
            Self::Value { found, largest } => {
                write!(f, "value {found} does not fit: at most {largest}")
            }
            Self::Stored => f.write_str("the stored bytes do not belong to a list of this size"),
            Self::Time => f.write_str("the list would end before it begins"),
            Self::Signature(refused) => refused.fmt(f),
        }
    }
}

impl core::error::Error for StatusListError {}

impl From<ClaimError> for StatusListError {
    fn from(error: ClaimError) -> Self {
        Self::Claim(error)
    }
}

/// The issuer's side of a status list: gives out indices, sets values, signs.
#[derive(Clone, PartialEq, Eq)]
pub struct StatusListBuilder {
    uri: Box<str>,
    values: Packed,
    occupied: Occupied,
}

impl StatusListBuilder {
    /// An empty list of `entries` entries (a multiple of 8) of `bits` bits (1, 2, 4 or 8;
    /// suspending needs 2), all valid.
    ///
    /// Make it larger than ever needed: among many entries an index says nothing about who has it.
    ///
    /// # Errors
    /// [`StatusListError::Claim`], [`StatusListError::Bits`], [`StatusListError::Size`].
    pub fn new(uri: &str, bits: u8, entries: u64) -> Result<Self, StatusListError> {
        check_name(uri).map_err(ClaimError::of("status list URI"))?;
        let width = Width::from_bits(bits.into()).ok_or(StatusListError::Bits { found: bits })?;
        let values = Packed::zeroed(width, entries).ok_or(StatusListError::Size)?;
        let taken = Packed::zeroed(Width::One, entries).ok_or(StatusListError::Size)?;
        Ok(Self { uri: uri.into(), values, occupied: Occupied { taken, free: entries } })
    }

    /// Takes up a list that was stored: its [`StatusListBuilder::values`] and its
    /// [`Occupied::as_bytes`].
    ///
    /// # Errors
    /// [`StatusListError::Stored`] when their lengths do not belong together.
    pub fn restore(
        uri: &str,
        bits: u8,
        values: &[u8],
        occupied: &[u8],
    ) -> Result<Self, StatusListError> {
        let width = Width::from_bits(bits.into()).ok_or(StatusListError::Bits { found: bits })?;
        let values = Packed::from_bytes(width, values.to_vec());
        let mut list = Self::new(uri, bits, values.len())?;
        let mut taken = Packed::from_bytes(Width::One, occupied.to_vec());
        if taken.len() != values.len() {
            return Err(StatusListError::Stored);
        }
        // The two halves may be of different days: what was set was given out.
        for index in values.not_zero() {
            taken.set(index, 1).ok_or(StatusListError::Stored)?;
        }
        let given: u64 = taken.as_bytes().iter().map(|byte| u64::from(byte.count_ones())).sum();
        list.occupied = Occupied { free: values.len().saturating_sub(given), taken };
        list.values = values;
        Ok(list)
    }

    /// Gives out an index that was never given out: a random one, so that neighbours in the list
    /// have nothing in common.
    ///
    /// # Errors
    /// [`StatusListError::Full`].
    pub fn allocate(&mut self, rng: &mut impl Rng) -> Result<StatusReference, StatusListError> {
        if self.occupied.free == 0 {
            return Err(StatusListError::Full);
        }
        loop {
            let index = below(rng, self.entries());
            if self.occupied.take(index) {
                return Ok(StatusReference::new(&self.uri, index)?);
            }
            // In a list that is nearly full most draws miss: walk on from the last one instead, so
            // that it ends.
            if self.occupied.free < self.entries() / 64
                && let Some(index) = self.next_free(index)
                && self.occupied.take(index)
            {
                return Ok(StatusReference::new(&self.uri, index)?);
            }
        }
    }

    fn next_free(&self, from: u64) -> Option<u64> {
        let is_free = |index: &u64| self.occupied.is_free(*index);
        (from..self.entries()).find(is_free).or_else(|| (0..from).find(is_free))
    }

    /// Sets the value of an entry. One that is not valid counts as given out from then on, whether
    /// it was or not.
    ///
    /// # Errors
    /// [`StatusListError::Index`], [`StatusListError::Value`].
    pub fn set(&mut self, index: u64, value: StatusValue) -> Result<(), StatusListError> {
        let largest = self.values.width().largest();
        let value = value.as_u8();
        if value > largest {
            return Err(StatusListError::Value { found: value, largest });
        }
        let entries = self.entries();
        self.values.set(index, value).ok_or(StatusListError::Index { found: index, entries })?;
        if value != 0 {
            self.occupied.take(index);
        }
        Ok(())
    }

    /// The value of an entry; `None` behind the end.
    #[must_use]
    pub fn get(&self, index: u64) -> Option<StatusValue> {
        self.values.get(index).map(StatusValue::from)
    }

    /// The URI permits name the list by.
    #[must_use]
    pub fn uri(&self) -> &str {
        &self.uri
    }

    /// Bits of an entry.
    #[must_use]
    pub const fn bits(&self) -> u8 {
        self.values.width().bits()
    }

    /// How many entries the list has.
    #[must_use]
    pub fn entries(&self) -> u64 {
        self.values.len()
    }

    /// The values, to be stored.
    #[must_use]
    pub fn values(&self) -> &[u8] {
        self.values.as_bytes()
    }

    /// Which indices were given out, to be stored beside the values.
    #[must_use]
    pub const fn occupied(&self) -> &Occupied {
        &self.occupied
    }

    /// Signs the list as it is now, in the CWT form of the standard: made at `now`, to be used
    /// before `expires`.
    ///
    /// # Errors
    /// [`StatusListError::Time`], [`StatusListError::Signature`] when `key` is not `issuer`'s.
    pub fn sign(
        &self,
        issuer: &Issuer,
        key: &SecretKey,
        now: Timestamp,
        expires: Timestamp,
    ) -> Result<Vec<u8>, StatusListError> {
        if expires <= now {
            return Err(StatusListError::Time);
        }
        let mut header = Writer::new();
        header.map(3).integer(header_label::ALG).integer(issuer.algorithm().cose_id());
        header
            .integer(header_label::KID)
            .bytes(issuer.key_id())
            .integer(header_label::TYP)
            .text(TYP_NAME);
        let protected = header.into_bytes();
        let mut claims = Writer::new();
        claims
            .map(4)
            .integer(label::SUB)
            .text(&self.uri)
            .integer(label::EXP)
            .unsigned(expires.as_unix());
        claims.integer(label::IAT).unsigned(now.as_unix()).integer(label::STATUS_LIST).map(2);
        claims.text(label::LST).bytes(&compress_to_vec_zlib(self.values(), COMPRESSION));
        claims.text(label::BITS).unsigned(u64::from(self.bits()));
        let payload = claims.into_bytes();
        let message = ToBeSigned::vec(&protected, &payload);
        let signature = key.sign(&message);
        if !issuer.public_key().verifies(&message, &signature) {
            return Err(StatusListError::Signature(SignatureRefused::DoesNotVerify));
        }
        Ok(cose::write(&protected, &payload, &signature))
    }
}

impl fmt::Debug for StatusListBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "StatusListBuilder({}, {} entries of {} bits)",
            self.uri,
            self.entries(),
            self.bits()
        )
    }
}

/// zlib's best: lists are made once and fetched often.
const COMPRESSION: u8 = 9;

/// A number below `end` (not 0), each as likely: draws from the incomplete last stretch are thrown
/// away.
fn below(rng: &mut impl Rng, end: u64) -> u64 {
    let stretches = u64::MAX.checked_div(end).unwrap_or(1);
    let limit = stretches.saturating_mul(end);
    loop {
        let draw = rng.next_u64();
        if draw < limit {
            return draw.checked_rem(end).unwrap_or_default();
        }
    }
}
