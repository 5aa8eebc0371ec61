use alloc::boxed::Box;

use sha2::{Digest as _, Sha256};

use super::StatusValue;
use super::inflate::inflate;
use super::packed::Packed;
use super::read::StatusToken;
use crate::key::PublicKey;
use crate::rejection::{ListRejection, ListRejectionCode};
use crate::time::Timestamp;
use crate::trust::{Trust, TrustedKey, Use};

/// The largest status list that a gate accepts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct StatusLimits {
    /// Bytes of the signed, compressed list. Default: 8 MiB, enough for 60 million entries of which
    /// 0.1 % are set.
    pub token_bytes: usize,
    /// Bytes of the inflated entries. Default: 16 MiB, which holds 134 million permits at one bit.
    pub inflated_bytes: usize,
}

impl Default for StatusLimits {
    fn default() -> Self {
        Self { token_bytes: 8 << 20, inflated_bytes: 16 << 20 }
    }
}

/// The state that a gate stores for each accepted list, so that the gate refuses older lists after
/// a restart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct StatusState {
    /// The time at which the list was made.
    pub issued_at: Timestamp,
    /// SHA-256 of the list's bytes.
    pub digest: [u8; 32],
}

impl StatusState {
    /// Makes a state from stored values.
    #[must_use]
    pub const fn new(issued_at: Timestamp, digest: [u8; 32]) -> Self {
        Self { issued_at, digest }
    }
}

/// An accepted status list (draft-ietf-oauth-status-list): signed by a key with [`Use::Status`],
/// not from the future, not expired when accepted, and inflated.
///
/// ```
/// use livepermit::issue::StatusListBuilder;
/// use livepermit::status::{StatusLimits, StatusList, StatusValue};
/// use livepermit::{Issuer, SecretKey, Timestamp, Trust, TrustedKey, Use};
/// let now = Timestamp::from_unix(1_790_000_000).ok_or("time")?;
/// let key = SecretKey::from_ed25519_seed(&[7; 32]);
/// let issuer = Issuer::new("bj.example", key.public_key())?;
/// let uses = [Use::Pass, Use::Status];
/// let classes = ["bj.example:residence"];
/// let trust = Trust::new([TrustedKey::new("bj.example", key.public_key(), uses, classes)?])?;
/// let mut list = StatusListBuilder::new("https://s.bj.example/1", 1, 1024)?;
/// list.set(7, StatusValue::Revoked)?;
/// let file = list.prepare(&issuer, now, now.plus(86_400))?.sign(&key)?;
///
/// // The gate's first list: there is no stored state yet.
/// let limits = StatusLimits::default();
/// let held = StatusList::accept(file.as_bytes(), &trust, now, 5, |_, _| None, limits)?;
/// assert_eq!(held.get(7), Some(StatusValue::Revoked));
/// assert_eq!(held.get(8), Some(StatusValue::Valid));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct StatusList {
    issuer: Box<str>,
    /// The key that signed the list. The list is trusted only while the key is trusted.
    key: PublicKey,
    uri: Box<str>,
    entries: Packed,
    issued_at: Timestamp,
    expires: Option<Timestamp>,
    state: StatusState,
}

impl StatusList {
    /// Accepts a list: the bytes of a tagged `COSE_Sign1` as the publisher serves them. `skew` is
    /// the allowed clock difference in seconds. `held` gets issuer and URI, and returns the stored
    /// state of the last accepted list with that issuer and URI. The same list is accepted again
    /// after a restart even if it has expired, so that the policy's grace holds. If `held` returns
    /// `None`, there is no protection against rollback: an older list, in which a permit is not
    /// withdrawn yet, is accepted.
    ///
    /// Lists made by other software are accepted too. They are read as strictly as tokens, with
    /// three exceptions: map keys may have any order, integers may have any length, and the key id
    /// may be in the unprotected header.
    ///
    /// # Errors
    /// [`ListRejection`] with its stable code.
    pub fn accept(
        bytes: &[u8],
        trust: &Trust,
        now: Timestamp,
        skew: u64,
        held: impl FnOnce(&str, &str) -> Option<StatusState>,
        limits: StatusLimits,
    ) -> Result<Self, ListRejection> {
        if bytes.len() > limits.token_bytes {
            let code = ListRejectionCode::TooLong;
            return Err(ListRejection::lengths(code, bytes.len(), limits.token_bytes));
        }
        let token = StatusToken::read(bytes)?;
        let key = token.verify(trust)?;
        if !key.uses().contains(Use::Status) {
            return Err(ListRejection::plain(ListRejectionCode::UseNotGranted));
        }
        let claims = &token.claims;
        if claims.issuer.is_some_and(|issuer| issuer != key.issuer()) {
            return Err(ListRejection::plain(ListRejectionCode::UseNotGranted));
        }
        check_key_times(key, claims.issued_at, now)?;
        let latest = now.plus(skew);
        if claims.issued_at > latest {
            return Err(ListRejection::times(
                ListRejectionCode::FromTheFuture,
                claims.issued_at,
                latest,
            ));
        }
        let state =
            StatusState { issued_at: claims.issued_at, digest: Sha256::digest(bytes).into() };
        let held = held(key.issuer(), claims.uri);
        // The held list itself may have expired since it was accepted. The policy says how long the
        // gate may still use it.
        if let Some(expires) = claims.expires
            && now >= expires
            && held != Some(state)
        {
            return Err(ListRejection::times(ListRejectionCode::Expired, now, expires));
        }
        if let Some(held) = held {
            if state.issued_at < held.issued_at {
                return Err(ListRejection::times(
                    ListRejectionCode::Older,
                    state.issued_at,
                    held.issued_at,
                ));
            }
            if state.issued_at == held.issued_at && state.digest != held.digest {
                return Err(ListRejection::plain(ListRejectionCode::Reused));
            }
        }
        Ok(Self {
            issuer: key.issuer().into(),
            key: key.public_key().clone(),
            uri: claims.uri.into(),
            entries: Packed::from_bytes(
                claims.width,
                inflate(claims.compressed, limits.inflated_bytes)?,
            ),
            issued_at: claims.issued_at,
            expires: claims.expires,
            state,
        })
    }

    /// The value of entry `index`; `None` if the list has no such entry.
    #[must_use]
    pub fn get(&self, index: u64) -> Option<StatusValue> {
        self.entries.get(index).map(StatusValue::from)
    }

    /// How many entries the list has.
    #[must_use]
    pub fn len(&self) -> u64 {
        self.entries.len()
    }

    /// Whether the list has no entries.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.len() == 0
    }

    /// The issuer whose key signed the list. The list counts only for permits of this issuer.
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// Whether the list's key may still sign status lists of its issuer.
    pub(crate) fn is_trusted_by(&self, trust: &Trust) -> bool {
        trust.keys().iter().any(|key| {
            *key.public_key() == self.key
                && *key.issuer() == *self.issuer
                && key.uses().contains(Use::Status)
        })
    }

    /// The URI by which permits name the list.
    #[must_use]
    pub fn uri(&self) -> &str {
        &self.uri
    }

    /// Bits of an entry: 1, 2, 4 or 8.
    #[must_use]
    pub const fn bits(&self) -> u8 {
        self.entries.width().bits()
    }

    /// The time at which the list was made.
    #[must_use]
    pub const fn issued_at(&self) -> Timestamp {
        self.issued_at
    }

    /// From this second on, the list has expired; `None` if only the list's age counts.
    #[must_use]
    pub const fn expires(&self) -> Option<Timestamp> {
        self.expires
    }

    /// The state to store, for [`StatusList::accept`].
    #[must_use]
    pub const fn state(&self) -> StatusState {
        self.state
    }

    /// Bytes of memory that the entries use.
    #[must_use]
    pub fn memory_bytes(&self) -> usize {
        self.entries.capacity()
    }
}

impl core::fmt::Debug for StatusList {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "StatusList({}, {} entries of {} bits)", self.uri, self.len(), self.bits())
    }
}

fn check_key_times(
    key: &TrustedKey,
    issued_at: Timestamp,
    now: Timestamp,
) -> Result<(), ListRejection> {
    let late =
        |found, limit| Err(ListRejection::times(ListRejectionCode::KeyNotCurrent, found, limit));
    if issued_at < key.not_before() {
        late(issued_at, key.not_before())
    } else if issued_at >= key.sign_until() {
        late(issued_at, key.sign_until())
    } else if now >= key.expires() {
        late(now, key.expires())
    } else {
        Ok(())
    }
}
