//! Trust lists: issuer keys signed by offline root keys.

mod publish;
mod read;

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use sha2::{Digest as _, Sha256};

pub use publish::{TrustListBuilder, TrustListError};

use super::{Trust, TrustError, TrustedKey, default_key_id};
use crate::key::{Algorithm, PublicKey};
use crate::malformed::{Flaw, Layer, Malformed};
use crate::rejection::{ListCode, ListRejection};
use crate::time::Timestamp;
use crate::token::{ClaimError, check_name};

/// Claim labels of a trust list, in our own block.
mod label {
    pub(super) const SUB: i64 = 2;
    pub(super) const EXP: i64 = 4;
    pub(super) const IAT: i64 = 6;
    pub(super) const VERSION: i64 = -65541;
    pub(super) const KEYS: i64 = -65542;
    pub(super) const ROOTS: i64 = -65543;
}

/// Labels of an entry.
mod entry_label {
    pub(super) const KEY: i64 = 1;
    pub(super) const KEY_ID: i64 = 2;
    pub(super) const ALG: i64 = 3;
    pub(super) const ISSUER: i64 = 4;
    pub(super) const USES: i64 = 5;
    pub(super) const CLASSES: i64 = 6;
    pub(super) const NOT_BEFORE: i64 = 7;
    pub(super) const SIGN_UNTIL: i64 = 8;
    pub(super) const EXPIRES: i64 = 9;
}

/// Media type of a trust list.
const TYP: &str = "application/vnd.lpt+cwt";

/// The largest trust list: 4 MiB, room for some twenty thousand keys.
const MAX_LIST_BYTES: usize = 4 << 20;

/// Successor roots that a list can name.
const MAX_ROOTS: usize = 16;

/// What a gate remembers of the trust list it holds, so that an older one is not taken in after a
/// restart.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct TrustState {
    /// The version of the list.
    pub version: u64,
    /// SHA-256 of its bytes.
    pub digest: [u8; 32],
    /// When it was made.
    pub issued_at: Timestamp,
    /// The root keys that may sign the next one.
    pub roots: Vec<PublicKey>,
}

impl TrustState {
    /// A state that was stored.
    #[must_use]
    pub const fn new(
        version: u64,
        digest: [u8; 32],
        issued_at: Timestamp,
        roots: Vec<PublicKey>,
    ) -> Self {
        Self { version, digest, issued_at, roots }
    }
}

/// Why a gate cannot take in trust lists with what it was given.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum TrustAnchorError {
    /// The name breaks the rules of its field.
    Claim(ClaimError),
    /// Of the root keys none is an Ed25519 key: no list could be signed by one.
    NoRoot,
}

impl fmt::Display for TrustAnchorError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Claim(error) => error.fmt(f),
            Self::NoRoot => f.write_str("at least one root key must be an Ed25519 key"),
        }
    }
}

impl core::error::Error for TrustAnchorError {}

impl From<ClaimError> for TrustAnchorError {
    fn from(error: ClaimError) -> Self {
        Self::Claim(error)
    }
}

fn check_roots(roots: &[PublicKey]) -> Result<(), TrustAnchorError> {
    // Roots sign with Ed25519 only.
    let can_sign = |root: &PublicKey| root.algorithm() == Algorithm::Ed25519;
    if roots.iter().any(can_sign) { Ok(()) } else { Err(TrustAnchorError::NoRoot) }
}

/// What a gate was built with: the name of its trust list, the root keys that may sign it, and the
/// lowest version.
///
/// Root keys sign trust lists and nothing else.
#[derive(Debug, Clone)]
pub struct TrustAnchor {
    name: Box<str>,
    roots: Vec<PublicKey>,
    minimum: u64,
    held: Option<TrustState>,
}

impl TrustAnchor {
    /// Takes lists called `name` (1 to 128 visible ASCII characters), signed by one of `roots`, of
    /// `minimum_version` or higher.
    ///
    /// Without [`TrustAnchor::with_state`] there is no protection against rollback: an older list
    /// that has not ended is taken, and so is a list by a root that another list replaced.
    ///
    /// # Errors
    /// [`TrustAnchorError`] for a name that breaks the rules, or where no root is an Ed25519 key.
    pub fn new(
        name: &str,
        roots: impl IntoIterator<Item = PublicKey>,
        minimum_version: u64,
    ) -> Result<Self, TrustAnchorError> {
        check_name(name).map_err(ClaimError::of("trust list name"))?;
        let roots: Vec<PublicKey> = roots.into_iter().collect();
        check_roots(&roots)?;
        Ok(Self { name: name.into(), roots, minimum: minimum_version, held: None })
    }

    /// Goes on from a stored state: its roots replace the ones built in, and no older list is
    /// taken.
    ///
    /// They replace those of a newer build as well. When a root key has leaked and gates are built
    /// with another one, delete their stored state, or they go on with the leaked key; a higher
    /// minimum version in that build keeps old lists out.
    ///
    /// # Errors
    /// [`TrustAnchorError::NoRoot`] where no root in the state is an Ed25519 key.
    pub fn with_state(mut self, state: TrustState) -> Result<Self, TrustAnchorError> {
        check_roots(&state.roots)?;
        self.held = Some(state);
        Ok(self)
    }

    /// What to store; `None` before the first list.
    #[must_use]
    pub const fn state(&self) -> Option<&TrustState> {
        self.held.as_ref()
    }

    fn roots(&self) -> &[PublicKey] {
        self.held.as_ref().map_or(&self.roots, |held| &held.roots)
    }

    /// Takes a list in: signed by a root, with the right name, not older than the one held, not
    /// from the future, not ended. When it names successor roots, they sign the next one. After an
    /// error everything is as it was.
    ///
    /// # Errors
    /// [`ListRejection`] with its stable code.
    pub fn accept(
        &mut self,
        bytes: &[u8],
        now: Timestamp,
        skew: u64,
    ) -> Result<TrustList, ListRejection> {
        let count = |length| u64::try_from(length).unwrap_or(u64::MAX);
        if bytes.len() > MAX_LIST_BYTES {
            return Err(ListRejection::counts(
                ListCode::TooLong,
                count(bytes.len()),
                count(MAX_LIST_BYTES),
            ));
        }
        let list = read::SignedList::read(bytes)?;
        let digest: [u8; 32] = Sha256::digest(bytes).into();
        // The list held was verified when it came. The roots it names sign the next one, so they
        // did not sign it.
        if self.held.as_ref().is_none_or(|held| held.digest != digest) {
            self.verify(&list)?;
        }
        if *list.name != *self.name {
            return Err(ListRejection::plain(ListCode::WrongName));
        }
        let latest = now.plus(skew);
        if list.issued_at > latest {
            return Err(ListRejection::times(ListCode::FromTheFuture, list.issued_at, latest));
        }
        if now >= list.expires {
            return Err(ListRejection::times(ListCode::Expired, now, list.expires));
        }
        let least = self.held.as_ref().map_or(self.minimum, |held| held.version.max(self.minimum));
        if list.version < least {
            return Err(ListRejection::counts(ListCode::Older, list.version, least));
        }
        if self
            .held
            .as_ref()
            .is_some_and(|held| held.version == list.version && held.digest != digest)
        {
            return Err(ListRejection::plain(ListCode::Reused));
        }
        let entries = list.entries()?;
        let roots = if list.roots.is_empty() { self.roots().to_vec() } else { list.roots };
        // The signer too: of the list held, taken in again, it is no root of now any more.
        let is_root = |key: &PublicKey| {
            [&roots, self.roots(), &self.roots].iter().any(|all| all.contains(key))
                || default_key_id(key) == *list.kid
        };
        let (keys, skipped) = usable(entries, is_root);
        let trust = Trust::new(keys).map_err(|error| contradiction(&error, list.payload_at))?;
        if trust.keys().is_empty() {
            return Err(ListRejection::plain(ListCode::NothingTrusted));
        }
        let state = TrustState { version: list.version, digest, issued_at: list.issued_at, roots };
        self.held = Some(state);
        Ok(TrustList {
            name: list.name.into(),
            version: list.version,
            issued_at: list.issued_at,
            expires: list.expires,
            trust: trust.with_list_times(list.issued_at, list.expires),
            skipped,
        })
    }

    fn verify(&self, list: &read::SignedList<'_>) -> Result<(), ListRejection> {
        let root = self
            .roots()
            .iter()
            // Roots sign with Ed25519 only, whatever the anchor was built with.
            .find(|root| {
                root.algorithm() == Algorithm::Ed25519 && default_key_id(root) == *list.kid
            })
            .ok_or(ListRejection::plain(ListCode::UnknownKey))?;
        if root.algorithm().cose_id() != list.algorithm {
            return Err(ListRejection::algorithms(list.algorithm, root.algorithm().cose_id()));
        }
        if root.verifies(&list.message, list.signature) {
            Ok(())
        } else {
            Err(ListRejection::plain(ListCode::BadSignature))
        }
    }
}

/// Keys that are good one by one and cannot stand together.
fn contradiction(error: &TrustError, at: usize) -> ListRejection {
    let flaw = match error {
        TrustError::Duplicate => Flaw::DuplicateKey,
        _ => Flaw::WrongCount,
    };
    Malformed::new(Layer::Payload, flaw, at).into()
}

/// Splits entries into those that count and those that do not: a root key signs trust lists only.
fn usable(
    entries: Vec<read::Entry>,
    is_root: impl Fn(&PublicKey) -> bool,
) -> (Vec<TrustedKey>, Vec<SkippedKey>) {
    let (mut keys, mut skipped) = (Vec::new(), Vec::new());
    for (index, entry) in entries.into_iter().enumerate() {
        match entry {
            Ok(key) if is_root(key.public_key()) => {
                skipped.push(SkippedKey {
                    index,
                    reason: "a root key cannot be an issuer key".into(),
                });
            }
            Ok(key) => keys.push(key),
            Err(reason) => skipped.push(SkippedKey { index, reason }),
        }
    }
    (keys, skipped)
}

/// An entry of a trust list that this build cannot use: of an algorithm, key type or use it does
/// not know, or contradictory.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SkippedKey {
    /// Which entry of the list, from 0.
    pub index: usize,
    /// Why.
    pub reason: String,
}

/// A trust list that was taken in.
#[derive(Debug, Clone)]
pub struct TrustList {
    name: Box<str>,
    version: u64,
    issued_at: Timestamp,
    expires: Timestamp,
    trust: Trust,
    skipped: Vec<SkippedKey>,
}

impl TrustList {
    /// The keys, to build a [`Verifier`](crate::Verifier) with. They count until the list ends.
    #[must_use]
    pub const fn trust(&self) -> &Trust {
        &self.trust
    }

    /// The name of the list.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its version.
    #[must_use]
    pub const fn version(&self) -> u64 {
        self.version
    }

    /// When it was made.
    #[must_use]
    pub const fn issued_at(&self) -> Timestamp {
        self.issued_at
    }

    /// From this second on it refuses every verdict.
    #[must_use]
    pub const fn expires(&self) -> Timestamp {
        self.expires
    }

    /// The entries this build cannot use. Report them.
    #[must_use]
    pub fn skipped(&self) -> &[SkippedKey] {
        &self.skipped
    }
}
