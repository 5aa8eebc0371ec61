//! Trusted keys: for which issuer, for what and when each key counts.

mod entry;
mod error;
mod list;
pub(crate) mod list_format;
pub(crate) mod written;

use alloc::sync::Arc;
use alloc::vec::Vec;

pub(crate) use entry::default_key_id;
pub use entry::{TrustedKey, Use, Uses};
pub use error::TrustError;
pub use list::{SkippedKey, TrustAnchor, TrustList, TrustState, UnverifiedList};

use crate::key::{KeyTables, PublicKey};
use crate::time::Timestamp;

/// The most keys that may share a key id. Four are enough for a rotation and an accident, and few
/// enough that a forged token cannot make a verifier try many keys.
pub const MAX_KEYS_PER_ID: usize = 4;

/// The issuer keys that a verifier or a holder's app trusts.
///
/// ```
/// use livepermit::{SecretKey, Trust, TrustedKey, Use};
/// let key = SecretKey::from_ed25519_seed(&[7; 32]).public_key();
/// let trust = Trust::new([
///     TrustedKey::new("bj.example", key, [Use::Credential, Use::Pass], ["bj.example:residence"])?,
/// ])?;
/// assert_eq!(trust.keys().len(), 1);
/// # Ok::<(), livepermit::trust::TrustError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Trust {
    /// Sorted by key id, so that a search in ten thousand keys needs about a dozen comparisons.
    /// Clones share the keys, so a cache for one clone also serves the other.
    keys: Arc<[TrustedKey]>,
    /// `None` until [`Trust::with_tables`] was called.
    tables: Option<Arc<KeyTables>>,
    /// The time at which the trust list of these keys expires.
    expires: Option<Timestamp>,
    /// The time at which that list was made.
    issued_at: Option<Timestamp>,
}

impl Trust {
    /// Trusts one key of one issuer to sign credentials and passes of these classes. For several
    /// keys, other uses or limits in time, use [`Trust::new`].
    ///
    /// # Errors
    /// As [`TrustedKey::new`].
    ///
    /// ```
    /// use livepermit::{SecretKey, Trust};
    /// let key = SecretKey::from_ed25519_seed(&[7; 32]).public_key();
    /// let trust = Trust::of_issuer("bj.example", key, ["bj.example:residence"])?;
    /// assert_eq!(trust.keys()[0].issuer(), "bj.example");
    /// # Ok::<(), livepermit::trust::TrustError>(())
    /// ```
    pub fn of_issuer<C: AsRef<str>>(
        issuer: &str,
        key: PublicKey,
        classes: impl IntoIterator<Item = C>,
    ) -> Result<Self, TrustError> {
        Self::new([TrustedKey::new(issuer, key, [Use::Credential, Use::Pass], classes)?])
    }

    /// Trusts these keys.
    ///
    /// # Errors
    /// [`TrustError::Duplicate`], [`TrustError::TooManyPerId`].
    pub fn new(keys: impl IntoIterator<Item = TrustedKey>) -> Result<Self, TrustError> {
        let mut keys: Vec<_> = keys.into_iter().collect();
        keys.sort_by(|a, b| a.key_id().cmp(b.key_id()));
        for group in keys.chunk_by(|a, b| a.key_id() == b.key_id()) {
            if group.len() > MAX_KEYS_PER_ID {
                return Err(TrustError::TooManyPerId {
                    found: group.len(),
                    limit: MAX_KEYS_PER_ID,
                });
            }
            for (index, key) in group.iter().enumerate() {
                if group
                    .iter()
                    .skip(index.saturating_add(1))
                    .any(|other| other.public_key() == key.public_key())
                {
                    return Err(TrustError::Duplicate);
                }
            }
        }
        Ok(Self { keys: keys.into(), tables: None, expires: None, issued_at: None })
    }

    /// Builds tables for the keys, with at most `bytes` bytes of memory (0: no tables). A signature
    /// check with a table costs less than half. Building takes about 0.2 to 1 ms for each key, and
    /// clones share the tables. All tables have the same width and use 66 to 524 KB each; the base
    /// point needs one table more. If the narrowest tables do not fit for all keys, only the first
    /// keys get tables. Verdicts do not depend on tables.
    ///
    /// A new [`Verifier`](crate::Verifier) builds tables with [`Trust::DEFAULT_TABLE_BYTES`] if you
    /// did not call this function before.
    #[must_use]
    pub fn with_tables(mut self, bytes: usize) -> Self {
        let keys = self.keys.iter().map(TrustedKey::public_key);
        self.tables = Some(Arc::new(KeyTables::new(keys, bytes)));
        self
    }

    /// The default memory for tables, in bytes: half a MiB, the second-level cache of a small core.
    /// This is enough for tables of six bits for one or two keys, or of the narrowest width for
    /// seven. On targets of 32 bits or less, where memory is scarce, the default is 0.
    pub const DEFAULT_TABLE_BYTES: usize = if usize::BITS >= 64 { 516 << 10 } else { 0 };

    /// The memory that the tables use, in bytes.
    #[must_use]
    pub fn table_bytes(&self) -> usize {
        self.tables.as_ref().map_or(0, |tables| tables.bytes())
    }

    pub(crate) fn with_chosen_tables(self) -> Self {
        // Without a default, a program that chose no tables is not linked with what builds them.
        if self.tables.is_some() || Self::DEFAULT_TABLE_BYTES == 0 {
            self
        } else {
            self.with_tables(Self::DEFAULT_TABLE_BYTES)
        }
    }

    /// Whether `keys` belong to this trust or to a clone.
    pub(crate) fn is_same(&self, keys: &Arc<[TrustedKey]>) -> bool {
        Arc::ptr_eq(&self.keys, keys)
    }

    pub(crate) const fn shared_keys(&self) -> &Arc<[TrustedKey]> {
        &self.keys
    }

    /// Sets the times of the list: its keys count until `expires`, and no correct clock is earlier
    /// than `issued_at`.
    const fn with_list_times(mut self, issued_at: Timestamp, expires: Timestamp) -> Self {
        (self.issued_at, self.expires) = (Some(issued_at), Some(expires));
        self
    }

    /// The time at which the trust list of these keys was made; `None` if the keys came from no
    /// list.
    #[must_use]
    pub const fn issued_at(&self) -> Option<Timestamp> {
        self.issued_at
    }

    /// The time at which the trust list of these keys expires; `None` if the keys came from no
    /// list.
    #[must_use]
    pub const fn expires(&self) -> Option<Timestamp> {
        self.expires
    }

    /// The keys, sorted by key id.
    #[must_use]
    pub fn keys(&self) -> &[TrustedKey] {
        &self.keys
    }

    /// The entries with this key id.
    pub(crate) fn with_key_id(&self, key_id: &[u8]) -> &[TrustedKey] {
        self.places_of(key_id).1
    }

    /// The entries with this key id, and the place of the first.
    pub(crate) fn places_of(&self, key_id: &[u8]) -> (usize, &[TrustedKey]) {
        let from = self.keys.partition_point(|key| key.key_id() < key_id);
        let to = self.keys.partition_point(|key| key.key_id() <= key_id);
        // Keys are sorted by id, so `from` is at most `to`, and `to` at most their number.
        (from, self.keys.get(from..to).unwrap_or_default())
    }

    pub(crate) fn tables(&self) -> Option<&KeyTables> {
        self.tables.as_deref()
    }
}
