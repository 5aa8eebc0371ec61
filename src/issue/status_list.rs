use core::fmt;
use core::num::NonZeroU64;

use miniz_oxide::deflate::compress_to_vec_zlib;
use rand_core::Rng;

use super::{Issuer, PrepareError, Prepared, SignedList};
use crate::bytes::cbor::Writer;
use crate::bytes::cose::label as header_label;
use crate::field::{ClaimError, Name};
use crate::status::{Packed, StatusValue, TYP_NAME, Width, label};
use crate::time::Timestamp;
use crate::token::StatusReference;

/// The indices of a list that were given to permits. The issuer stores them beside the list and
/// never publishes them. No index is given twice, so a new permit cannot make an old, revoked
/// permit valid again.
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

/// Why a status list cannot be made, restored or changed.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum StatusListError {
    /// The URI breaks the rules of its field.
    Claim(ClaimError),
    /// The number of entries is 0, not a multiple of eight, or more than memory can address.
    Size,
    /// Bits must be 1, 2, 4 or 8.
    Bits {
        /// Bits given.
        found: u8,
    },
    /// Every index was given to a permit: start another list.
    Full,
    /// The list has no entry with this index.
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
    /// The stored bytes do not belong to a list of this size.
    Stored,
}

impl StatusListError {
    /// The stable code of the error, such as `list-full`. A wrapped error gives its own code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Claim(error) => error.code(),
            Self::Size => "list-size",
            Self::Bits { .. } => "entry-bits",
            Self::Full => "list-full",
            Self::Index { .. } => "index-out-of-range",
            Self::Value { .. } => "value-too-large",
            Self::Stored => "list-stored",
        }
    }
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
        }
    }
}

impl core::error::Error for StatusListError {}

impl From<ClaimError> for StatusListError {
    fn from(error: ClaimError) -> Self {
        Self::Claim(error)
    }
}

/// The issuer's side of a status list (draft-ietf-oauth-status-list): gives indices to permits,
/// sets values, and prepares the list for signing.
///
/// ```
/// use livepermit::issue::StatusListBuilder;
/// use livepermit::status::StatusValue;
/// use livepermit::{Issuer, Permit, SecretKey, Timestamp};
/// let now = Timestamp::from_unix(1_790_000_000).ok_or("time")?;
/// let key = SecretKey::from_ed25519_seed(&[7; 32]);
/// let issuer = Issuer::new("bj.example", key.public_key())?;
/// let mut list = StatusListBuilder::new("https://s.bj.example/1", 1, 1024)?;
/// let entry = list.allocate(&mut rand::rng())?;
/// let permit = Permit::new("BJ-7F3A9C2E", "bj.example:residence")?.with_status(entry.clone());
/// # let _ = permit;
///
/// // Later: withdraw the permit, sign, publish `file`.
/// list.set(entry.index(), StatusValue::Revoked)?;
/// let prepared = list.prepare(&issuer, now, now.plus(86_400))?;
/// let file = prepared.sign(&key)?; // or `attach` a signature from an HSM
/// assert!(!file.as_bytes().is_empty());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct StatusListBuilder {
    uri: Name,
    values: Packed,
    occupied: Occupied,
}

impl StatusListBuilder {
    /// Makes a list of `entries` entries (a multiple of 8) with `bits` bits each (1, 2, 4 or 8; to
    /// suspend permits, 2 or more). All entries are valid and free.
    ///
    /// Make the list larger than you will ever need: among many entries, an index tells nothing
    /// about its permit.
    ///
    /// # Errors
    /// [`StatusListError::Claim`], [`StatusListError::Bits`], [`StatusListError::Size`].
    pub fn new(uri: &str, bits: u8, entries: u64) -> Result<Self, StatusListError> {
        let uri = Name::of("status list URI", uri)?;
        let width = Width::from_bits(bits.into()).ok_or(StatusListError::Bits { found: bits })?;
        let values = Packed::zeroed(width, entries).ok_or(StatusListError::Size)?;
        let taken = Packed::zeroed(Width::One, entries).ok_or(StatusListError::Size)?;
        Ok(Self { uri, values, occupied: Occupied { taken, free: entries } })
    }

    /// Restores a list from its stored [`StatusListBuilder::values`] and [`Occupied::as_bytes`].
    ///
    /// # Errors
    /// [`StatusListError::Stored`] if the lengths do not fit together.
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
        // The two parts may have been stored at different times. An entry that is set was given to
        // a permit.
        for index in values.not_zero() {
            taken.set(index, 1).ok_or(StatusListError::Stored)?;
        }
        let given: u64 = taken.as_bytes().iter().map(|byte| u64::from(byte.count_ones())).sum();
        list.occupied = Occupied { free: values.len().saturating_sub(given), taken };
        list.values = values;
        Ok(list)
    }

    /// Gives a free, random index to a permit. Indices are random, so that neighbours in the list
    /// have nothing in common.
    ///
    /// One index is for one binding: a permit on one device, with all its daily credentials; a slip;
    /// or a permit that is shown as passes. Another device or slip gets another index, and no index
    /// is given again while the list lives.
    ///
    /// # Errors
    /// [`StatusListError::Full`] if no index is free.
    pub fn allocate(&mut self, rng: &mut impl Rng) -> Result<StatusReference, StatusListError> {
        let entries = NonZeroU64::new(self.entries()).ok_or(StatusListError::Full)?;
        if self.occupied.free == 0 {
            return Err(StatusListError::Full);
        }
        loop {
            let index = below(rng, entries);
            if self.occupied.take(index) {
                return Ok(StatusReference::new(self.uri.as_str(), index)?);
            }
            // In a nearly full list most random indices are taken. Search on from the last random
            // index, so that the loop ends.
            if self.occupied.free < self.entries() / 64
                && let Some(index) = self.next_free(index)
                && self.occupied.take(index)
            {
                return Ok(StatusReference::new(self.uri.as_str(), index)?);
            }
        }
    }

    /// Marks an entry as given to a permit, so that [`StatusListBuilder::allocate`] never gives the
    /// entry. For a list that was restored from a backup: mark the entries given since. Returns
    /// whether the entry was free until now.
    ///
    /// # Errors
    /// [`StatusListError::Index`].
    pub fn mark_given(&mut self, index: u64) -> Result<bool, StatusListError> {
        let entries = self.entries();
        if index >= entries {
            return Err(StatusListError::Index { found: index, entries });
        }
        Ok(self.occupied.take(index))
    }

    fn next_free(&self, from: u64) -> Option<u64> {
        let is_free = |index: &u64| self.occupied.is_free(*index);
        (from..self.entries()).find(is_free).or_else(|| (0..from).find(is_free))
    }

    /// Sets the value of an entry. An entry with a value other than valid counts as given to a
    /// permit from then on.
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

    /// The value of an entry; `None` if the list has no such entry.
    #[must_use]
    pub fn get(&self, index: u64) -> Option<StatusValue> {
        self.values.get(index).map(StatusValue::from)
    }

    /// The URI by which permits name the list.
    #[must_use]
    pub fn uri(&self) -> &str {
        self.uri.as_str()
    }

    /// Bits of an entry: 1, 2, 4 or 8.
    #[must_use]
    pub const fn bits(&self) -> u8 {
        self.values.width().bits()
    }

    /// How many entries the list has.
    #[must_use]
    pub fn entries(&self) -> u64 {
        self.values.len()
    }

    /// The values, for your storage.
    #[must_use]
    pub fn values(&self) -> &[u8] {
        self.values.as_bytes()
    }

    /// The indices that were given to permits. Store them beside the values.
    #[must_use]
    pub const fn occupied(&self) -> &Occupied {
        &self.occupied
    }

    /// Prepares the list in its present state and in the CWT form of the standard for the signature
    /// of `issuer`. The list is dated `now` and expires at `expires`.
    ///
    /// # Errors
    /// [`PrepareError::EmptyValidity`] unless `expires` is later than `now`.
    pub fn prepare(
        &self,
        issuer: &Issuer,
        now: Timestamp,
        expires: Timestamp,
    ) -> Result<Prepared<SignedList>, PrepareError> {
        if expires <= now {
            return Err(PrepareError::EmptyValidity);
        }
        let mut header = Writer::new();
        header.map(3).integer(header_label::ALG).integer(issuer.algorithm().cose_id());
        header.integer(header_label::KID).bytes(issuer.key_id());
        header.integer(header_label::TYP).text(TYP_NAME);
        let mut claims = Writer::new();
        claims.map(4).integer(label::SUB).text(self.uri.as_str());
        claims.integer(label::EXP).unsigned(expires.as_unix());
        claims.integer(label::IAT).unsigned(now.as_unix()).integer(label::STATUS_LIST).map(2);
        claims.text(label::LST).bytes(&compress_to_vec_zlib(self.values(), COMPRESSION));
        claims.text(label::BITS).unsigned(u64::from(self.bits()));
        let signer = issuer.public_key().clone();
        Ok(Prepared::list(signer, header.into_bytes(), claims.into_bytes()))
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

/// The best compression of zlib, because a list is made once and fetched often.
const COMPRESSION: u8 = 9;

/// A uniform random number below `end`. Draws from the incomplete last stretch are discarded.
fn below(rng: &mut impl Rng, end: NonZeroU64) -> u64 {
    let stretches = u64::MAX / end;
    let limit = stretches.saturating_mul(end.get());
    loop {
        let draw = rng.next_u64();
        if draw < limit {
            return draw % end;
        }
    }
}
