//! Which keys count, for whom, for what and when.

mod entry;

use alloc::vec::Vec;
use core::fmt;

pub(crate) use entry::default_key_id;
pub use entry::{TrustedKey, Use, Uses};

use crate::cose::ToBeSigned;
use crate::rejection::{Code, Rejection};
use crate::time::Timestamp;
use crate::token::{ClaimError, IssuerSigned, Timing};

/// How many keys may share a key id: enough for a rotation and an accident, few enough that a forged token cannot
/// make a verifier try many.
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
    /// Sorted by key id, so that a look-up among ten thousand takes a dozen comparisons.
    keys: Vec<TrustedKey>,
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
    /// A key pinned to the older `EdDSA` number may sign passes only.
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
            Self::PinnedToEdDsa => f.write_str("a key pinned to EdDSA (-8) may sign passes only"),
            Self::TimesOutOfOrder => f.write_str("a key's times must be: not before < sign until <= expires"),
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
                return Err(TrustError::TooManyPerId { found: group.len(), limit: MAX_KEYS_PER_ID });
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
        Ok(Self { keys })
    }

    /// The keys, sorted by key id.
    #[must_use]
    pub fn keys(&self) -> &[TrustedKey] {
        &self.keys
    }

    /// Step 2: the entries with this key id and this algorithm.
    pub(crate) fn candidates(&self, token: &IssuerSigned<'_>) -> Result<Candidates<'_>, Rejection> {
        let from = self.keys.partition_point(|key| key.key_id() < token.kid);
        let rest = self.keys.get(from..).unwrap_or_default();
        let length = rest.partition_point(|key| key.key_id() == token.kid);
        let same_id = rest.get(..length).unwrap_or_default();
        let Some(first) = same_id.first() else { return Err(Rejection::plain(Code::UnknownKey)) };
        if same_id.iter().all(|key| key.algorithm().cose_id() != token.algorithm) {
            let expected = first.algorithm().cose_id();
            return Err(Rejection::numbers(Code::AlgorithmMismatch, token.algorithm, expected));
        }
        Ok(Candidates { keys: same_id, algorithm: token.algorithm })
    }
}

/// Keys that may have signed a token: never none.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Candidates<'t> {
    keys: &'t [TrustedKey],
    algorithm: i64,
}

impl<'t> Candidates<'t> {
    /// Step 3, first half: the entry whose key verifies the issuer's signature.
    pub(crate) fn verify(&self, token: &IssuerSigned<'_>) -> Result<&'t TrustedKey, Rejection> {
        let message: ToBeSigned = token.sign1.sig_structure();
        self.keys
            .iter()
            .filter(|key| key.algorithm().cose_id() == self.algorithm)
            .find(|key| key.public_key().verifies(message.as_bytes(), token.sign1.signature))
            .ok_or(Rejection::plain(Code::BadSignature))
    }
}

/// Step 3, second half: what the key that verified may sign, and when. From this entry and from no other.
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
