//! Which keys count, for whom, for what and when.

mod entry;
mod list;

use alloc::sync::Arc;
use alloc::vec::Vec;
use core::fmt;

pub(crate) use entry::default_key_id;
pub use entry::{TrustedKey, Use, Uses};
pub use list::{
    SkippedKey, TrustAnchor, TrustAnchorError, TrustList, TrustListBuilder, TrustListError,
    TrustState,
};

use crate::key::{KeyTables, SIGNATURE_BYTES, Started, Unfinished};
use crate::rejection::{Code, Rejection};
use crate::time::Timestamp;
use crate::token::{ClaimError, IssuerSigned, Timing};

/// How many keys may share a key id: enough for a rotation and an accident, few enough that a
/// forged token cannot make a verifier try many.
pub const MAX_KEYS_PER_ID: usize = 4;

/// The issuer keys a verifier or a holder's app trusts.
///
/// ```
/// use livepermit::{SecretKey, Trust, TrustedKey, Use};
/// let key = SecretKey::from_ed25519_seed(&[7; 32]).public_key();
/// let trust = Trust::new([
///     TrustedKey::new("bj.example", key, [Use::Credential, Use::Pass], ["bj.example:residence"])?,
/// ])?;
/// assert_eq!(trust.keys().len(), 1);
/// # Ok::<(), livepermit::TrustError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Trust {
    /// Sorted by key id, so that a look-up among ten thousand takes a dozen comparisons. Clones
    /// share it: what was remembered of one counts for the other.
    keys: Arc<[TrustedKey]>,
    /// `None` until somebody has chosen.
    tables: Option<Arc<KeyTables>>,
    /// When the list they came from ends.
    expires: Option<Timestamp>,
    /// When that list was made.
    issued_at: Option<Timestamp>,
}

/// Why keys cannot be trusted as given.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum TrustError {
    /// A name breaks the rules of its field.
    Claim(ClaimError),
    /// Issuers sign with Ed25519 only.
    NotEd25519,
    /// A key id has no bytes, or more than 32.
    KeyIdLength {
        /// Bytes given.
        found: usize,
    },
    /// The key has no use or no class: it could sign nothing.
    NoUse,
    /// A key pinned to the older `EdDSA` number may sign passes and slips, no credentials.
    PinnedToEdDsa,
    /// The times are not in the order `not_before` < `sign_until` <= `expires`.
    TimesOutOfOrder,
    /// The same key under the same key id twice.
    Duplicate,
    /// More keys share a key id than a verifier is willing to try.
    TooManyPerId {
        /// Keys with that id.
        found: usize,
        /// [`MAX_KEYS_PER_ID`].
        limit: usize,
    },
}

impl fmt::Display for TrustError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Claim(error) => error.fmt(f),
            Self::NotEd25519 => f.write_str("issuer keys are Ed25519 keys"),
            Self::KeyIdLength { found } => write!(f, "a key id has 1 to 32 bytes, not {found}"),
            Self::NoUse => f.write_str("the key has no use or no class"),
            Self::PinnedToEdDsa => {
                f.write_str("a key pinned to EdDSA (-8) may sign no credentials")
            }
            Self::TimesOutOfOrder => {
                f.write_str("a key's times must be: not before < sign until <= expires")
            }
            Self::Duplicate => f.write_str("the same key stands in the list twice"),
            Self::TooManyPerId { found, limit } => {
                write!(f, "{found} keys share a key id, at most {limit} may")
            }
        }
    }
}

impl core::error::Error for TrustError {}

impl From<ClaimError> for TrustError {
    fn from(error: ClaimError) -> Self {
        Self::Claim(error)
    }
}

impl Trust {
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

    /// Tables for the keys, so that a signature of theirs costs less than half: built here (some
    /// 0.2 to 1 ms a key), within so many bytes of memory (0: none), and shared by clones. All keys
    /// get tables of one width, 66 to 524 KB each, and one more is for the base point; where not
    /// even the narrowest fit for all, the first keys get them. Verdicts do not depend on it.
    ///
    /// A [`Verifier`](crate::Verifier) does this with [`Trust::DEFAULT_TABLE_BYTES`], unless it was
    /// done before.
    #[must_use]
    pub fn with_tables(mut self, bytes: usize) -> Self {
        let keys = self.keys.iter().map(TrustedKey::public_key);
        self.tables = Some(Arc::new(KeyTables::new(keys, bytes)));
        self
    }

    /// What the tables of a verifier may take: half a MiB, the second-level cache of a small core,
    /// which is the width of six bits for one or two keys and the narrowest for seven; nothing on
    /// targets with 32 bits or less, which are short of memory.
    pub const DEFAULT_TABLE_BYTES: usize = if usize::BITS >= 64 { 516 << 10 } else { 0 };

    /// The memory that tables take, in bytes.
    #[must_use]
    pub fn table_bytes(&self) -> usize {
        self.tables.as_ref().map_or(0, |tables| tables.bytes())
    }

    pub(crate) fn with_chosen_tables(self) -> Self {
        if self.tables.is_some() { self } else { self.with_tables(Self::DEFAULT_TABLE_BYTES) }
    }

    /// Whether it is this trust or a clone of it.
    pub(crate) fn is_same(&self, keys: &Arc<[TrustedKey]>) -> bool {
        Arc::ptr_eq(&self.keys, keys)
    }

    pub(crate) const fn shared_keys(&self) -> &Arc<[TrustedKey]> {
        &self.keys
    }

    /// The keys of a list count until it ends, and no true clock is earlier than its date.
    const fn with_list_times(mut self, issued_at: Timestamp, expires: Timestamp) -> Self {
        (self.issued_at, self.expires) = (Some(issued_at), Some(expires));
        self
    }

    /// When the list the keys came from was made, if they came from one.
    #[must_use]
    pub const fn issued_at(&self) -> Option<Timestamp> {
        self.issued_at
    }

    /// When the list the keys came from ends, if they came from one.
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
    fn places_of(&self, key_id: &[u8]) -> (usize, &[TrustedKey]) {
        let from = self.keys.partition_point(|key| key.key_id() < key_id);
        let rest = self.keys.get(from..).unwrap_or_default();
        let length = rest.partition_point(|key| key.key_id() == key_id);
        (from, rest.get(..length).unwrap_or_default())
    }

    /// Step 2: the entries with this key id and this algorithm.
    pub(crate) fn candidates(
        &self,
        token: &IssuerSigned<'_>,
        now: Timestamp,
    ) -> Result<Candidates<'_>, Rejection> {
        if let Some(expires) = self.expires
            && now >= expires
        {
            return Err(Rejection::times(Code::TrustListExpired, now, expires));
        }
        let (first_place, same_id) = self.places_of(token.kid);
        let Some(first) = same_id.first() else { return Err(Rejection::plain(Code::UnknownKey)) };
        if same_id.iter().all(|key| key.algorithm().cose_id() != token.algorithm) {
            let expected = first.algorithm().cose_id();
            return Err(Rejection::numbers(Code::AlgorithmMismatch, token.algorithm, expected));
        }
        Ok(Candidates {
            keys: same_id,
            first_place,
            tables: self.tables.as_deref(),
            algorithm: token.algorithm,
        })
    }
}

/// Keys that may have signed a token: never none.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Candidates<'t> {
    keys: &'t [TrustedKey],
    /// The place of the first of them in the trust.
    first_place: usize,
    tables: Option<&'t KeyTables>,
    algorithm: i64,
}

/// An entry of the trust, and its place in it.
pub(crate) type Placed<'t> = (usize, &'t TrustedKey);

impl<'t> Candidates<'t> {
    /// Step 3, first half: the entry whose key verifies the issuer's signature.
    pub(crate) fn verify(&self, token: &IssuerSigned<'_>) -> Result<Placed<'t>, Rejection> {
        let message = token.sign1.sig_structure();
        let message = &message.pieces();
        let signature = token.sign1.signature;
        self.placed()
            .find(|(place, key)| match self.start(*place, key, message, signature) {
                Started::NoTable => key.public_key().verifies_pieces(message, signature),
                Started::Bad => false,
                Started::Unfinished(unfinished) => unfinished.finish(),
            })
            .ok_or(Rejection::plain(Code::BadSignature))
    }

    /// The same up to the last inversion, where there is one candidate and it has a table.
    pub(crate) fn start_only(&self, token: &IssuerSigned<'_>) -> Option<(usize, Unfinished)> {
        let mut candidates = self.placed();
        let (place, key) = candidates.next()?;
        if candidates.next().is_some() {
            return None;
        }
        let message = token.sign1.sig_structure();
        match self.start(place, key, &message.pieces(), token.sign1.signature) {
            Started::Unfinished(unfinished) => Some((place, unfinished)),
            Started::NoTable | Started::Bad => None,
        }
    }

    /// The candidate at a place of the trust.
    pub(crate) fn at(&self, place: usize) -> Option<Placed<'t>> {
        self.placed().find(|(candidate, _)| *candidate == place)
    }

    fn placed(&self) -> impl Iterator<Item = Placed<'t>> + use<'t> {
        let algorithm = self.algorithm;
        (self.first_place..)
            .zip(self.keys)
            .filter(move |(_, key)| key.algorithm().cose_id() == algorithm)
    }

    fn start(
        &self,
        place: usize,
        key: &TrustedKey,
        message: &[&[u8]],
        signature: &[u8; SIGNATURE_BYTES],
    ) -> Started {
        self.tables.map_or(Started::NoTable, |tables| {
            tables.start(place, key.public_key(), message, signature)
        })
    }
}

/// Step 3, second half: what the key that verified may sign, and when. From this entry and from no
/// other.
pub(crate) fn check_authority(
    key: &TrustedKey,
    token: &IssuerSigned<'_>,
    now: Timestamp,
) -> Result<(), Rejection> {
    let claims = &token.claims;
    if claims.issuer != key.issuer() {
        return Err(Rejection::plain(Code::IssuerMismatch));
    }
    if !key.may_sign_class(claims.class) {
        return Err(Rejection::plain(Code::ClassNotGranted));
    }
    let (wanted, dated) = match claims.timing {
        Timing::Pass { issued_at, .. } => (Use::Pass, issued_at),
        Timing::Credential { not_before, .. } => (Use::Credential, not_before),
        Timing::Slip { not_before, .. } => (Use::Slip, not_before),
    };
    if !key.uses().contains(wanted) {
        return Err(Rejection::plain(Code::UseNotGranted));
    }
    if dated < key.not_before() {
        return Err(Rejection::times(Code::KeyNotYetValid, dated, key.not_before()));
    }
    if dated >= key.sign_until() {
        return Err(Rejection::times(Code::KeyRetired, dated, key.sign_until()));
    }
    if now >= key.expires() {
        return Err(Rejection::times(Code::KeyExpired, now, key.expires()));
    }
    Ok(())
}

/// Step 4, the part that holder and verifier share: `not_before` <= now < `expires`.
pub(crate) fn check_validity(
    not_before: Timestamp,
    expires: Timestamp,
    now: Timestamp,
) -> Result<(), Rejection> {
    if now < not_before {
        return Err(Rejection::times(Code::NotYetValid, now, not_before));
    }
    if now >= expires {
        return Err(Rejection::times(Code::Expired, now, expires));
    }
    Ok(())
}
