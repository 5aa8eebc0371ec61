//! Trust lists: issuer keys signed by offline root keys.

mod read;

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;
use sha2::{Digest as _, Sha256};

pub use read::UnverifiedList;

use read::WrittenList;

use super::written::Entry;
use super::{Trust, TrustError, TrustedKey, default_key_id};
use crate::bytes::malformed::{Flaw, Layer, Malformed};
use crate::field::Name;
use crate::key::{Algorithm, PublicKey};
use crate::rejection::{ListRejection, ListRejectionCode};
use crate::time::Timestamp;

/// The state that a gate stores for its trust list, so that the gate refuses older lists after a
/// restart.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct TrustState {
    /// The version of the list.
    pub version: u64,
    /// SHA-256 of the list's bytes.
    pub digest: [u8; 32],
    /// The time at which the list was made.
    pub issued_at: Timestamp,
    /// The root keys that may sign the next list.
    pub roots: Vec<PublicKey>,
}

impl TrustState {
    /// Makes a state from stored values.
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

fn check_roots(roots: &[PublicKey]) -> Result<(), TrustError> {
    // Roots sign with Ed25519 only.
    let can_sign = |root: &PublicKey| root.algorithm() == Algorithm::Ed25519;
    if roots.iter().any(can_sign) { Ok(()) } else { Err(TrustError::NoRoot) }
}

/// The fixed start of a gate's trust: the name of its trust list, the root keys that may sign the
/// list, and the lowest version accepted.
///
/// Root keys sign trust lists and nothing else.
///
/// ```
/// use livepermit::issue::TrustListBuilder;
/// use livepermit::trust::TrustAnchor;
/// use livepermit::{SecretKey, Timestamp, TrustedKey, Use};
/// let now = Timestamp::from_unix(1_790_000_000).ok_or("time")?;
/// let root = SecretKey::from_ed25519_seed(&[1; 32]);
/// let issuer = SecretKey::from_ed25519_seed(&[7; 32]).public_key();
/// let key = TrustedKey::new("bj.example", issuer, [Use::Pass], ["bj.example:residence"])?;
/// let list = TrustListBuilder::new("bj.example/gates", 1, [key])?;
/// let file = list.prepare(&root.public_key(), now, now.plus(86_400))?.sign(&root)?;
///
/// let mut anchor = TrustAnchor::new("bj.example/gates", [root.public_key()], 1)?;
/// let accepted = anchor.accept(file.as_bytes(), now, 5)?;
/// assert_eq!(accepted.trust().keys().len(), 1);
/// // Store `anchor.state()`, and give it to `with_state` after a restart.
/// assert_eq!(anchor.state().map(|state| state.version), Some(1));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct TrustAnchor {
    name: Name,
    roots: Vec<PublicKey>,
    minimum: u64,
    held: Option<TrustState>,
}

impl TrustAnchor {
    /// Accepts lists with this `name` (1 to 128 visible ASCII characters), signed by one of
    /// `roots`, with `minimum_version` or higher.
    ///
    /// Without [`TrustAnchor::with_state`] there is no protection against rollback. An older list
    /// is then accepted until it expires, even a list signed by a root that was replaced.
    ///
    /// # Errors
    /// [`TrustError`] if the name breaks its rules or no root is an Ed25519 key.
    pub fn new(
        name: &str,
        roots: impl IntoIterator<Item = PublicKey>,
        minimum_version: u64,
    ) -> Result<Self, TrustError> {
        let name = Name::of("trust list name", name)?;
        let roots: Vec<PublicKey> = roots.into_iter().collect();
        check_roots(&roots)?;
        Ok(Self { name, roots, minimum: minimum_version, held: None })
    }

    /// Continues from a stored state. The roots in the state replace the built-in roots, and older
    /// lists are refused.
    ///
    /// The stored roots replace the built-in roots of a newer build too. If a root key has leaked
    /// and you build gates with another root, delete their stored state. Otherwise these gates
    /// continue to trust the leaked key. Raise the minimum version in the new build, so that it
    /// refuses old lists.
    ///
    /// # Errors
    /// [`TrustError::NoRoot`] if no root in the state is an Ed25519 key.
    pub fn with_state(mut self, state: TrustState) -> Result<Self, TrustError> {
        check_roots(&state.roots)?;
        self.held = Some(state);
        Ok(self)
    }

    /// The state to store; `None` before the first list.
    #[must_use]
    pub const fn state(&self) -> Option<&TrustState> {
        self.held.as_ref()
    }

    fn roots(&self) -> &[PublicKey] {
        self.held.as_ref().map_or(&self.roots, |held| &held.roots)
    }

    /// Accepts a list that is signed by a root, has the right name, is not older than the held
    /// list, not from the future and not expired. `skew` is the allowed clock difference in
    /// seconds. If the list names successor roots, those roots sign the next list. An error changes
    /// nothing.
    ///
    /// # Errors
    /// [`ListRejection`] with its stable code.
    pub fn accept(
        &mut self,
        bytes: &[u8],
        now: Timestamp,
        skew: u64,
    ) -> Result<TrustList, ListRejection> {
        let list = WrittenList::read(bytes)?;
        let digest: [u8; 32] = Sha256::digest(bytes).into();
        // The held list was verified when it was accepted. Its successor roots did not sign the
        // list itself, so its signature cannot be verified again.
        if self.held.as_ref().is_none_or(|held| held.digest != digest) {
            self.verify(&list)?;
        }
        let (list, state) = self.examine(list, digest, now, skew)?;
        self.held = Some(state);
        Ok(list)
    }

    /// The entries of an unsigned list that a gate with this root would skip.
    pub(crate) fn would_skip(
        name: &str,
        root: &PublicKey,
        unsigned: &[u8],
        now: Timestamp,
    ) -> Result<Vec<SkippedKey>, ListRejection> {
        let anchor = Self::new(name, [root.clone()], 0)
            .map_err(|_| ListRejection::plain(ListRejectionCode::WrongName))?;
        let list = WrittenList::read(unsigned)?;
        let (list, _) = anchor.examine(list, Sha256::digest(unsigned).into(), now, 0)?;
        Ok(list.skipped)
    }

    /// Makes every check except the signature. Returns the list and the state to hold from now on.
    fn examine(
        &self,
        list: WrittenList<'_>,
        digest: [u8; 32],
        now: Timestamp,
        skew: u64,
    ) -> Result<(TrustList, TrustState), ListRejection> {
        if list.name != self.name.as_str() {
            return Err(ListRejection::plain(ListRejectionCode::WrongName));
        }
        let latest = now.plus(skew);
        if list.issued_at > latest {
            return Err(ListRejection::times(
                ListRejectionCode::FromTheFuture,
                list.issued_at,
                latest,
            ));
        }
        if now >= list.expires {
            return Err(ListRejection::times(ListRejectionCode::Expired, now, list.expires));
        }
        let least = self.held.as_ref().map_or(self.minimum, |held| held.version.max(self.minimum));
        if list.version < least {
            return Err(ListRejection::counts(ListRejectionCode::Older, list.version, least));
        }
        if self
            .held
            .as_ref()
            .is_some_and(|held| held.version == list.version && held.digest != digest)
        {
            return Err(ListRejection::plain(ListRejectionCode::Reused));
        }
        let entries = list.entries()?;
        let roots = if list.roots.is_empty() { self.roots().to_vec() } else { list.roots };
        // Check the signer too: when the held list is accepted again, its signer may no longer be a
        // root.
        let is_root = |key: &PublicKey| {
            [&roots, self.roots(), &self.roots].iter().any(|all| all.contains(key))
                || default_key_id(key) == *list.kid
        };
        let (keys, skipped) = usable(entries, is_root);
        let trust = Trust::new(keys).map_err(|error| contradiction(&error, list.payload_at))?;
        if trust.keys().is_empty() {
            return Err(ListRejection::plain(ListRejectionCode::NothingTrusted));
        }
        let state = TrustState { version: list.version, digest, issued_at: list.issued_at, roots };
        let trust = trust.with_list_times(list.issued_at, list.expires);
        Ok((
            TrustList {
                name: list.name.into(),
                version: list.version,
                issued_at: list.issued_at,
                expires: list.expires,
                trust,
                skipped,
            },
            state,
        ))
    }

    fn verify(&self, list: &WrittenList<'_>) -> Result<(), ListRejection> {
        let root = self
            .roots()
            .iter()
            // Roots sign with Ed25519 only, even if the anchor was built with other keys.
            .find(|root| {
                root.algorithm() == Algorithm::Ed25519 && default_key_id(root) == *list.kid
            })
            .ok_or(ListRejection::plain(ListRejectionCode::UnknownKey))?;
        if root.algorithm().cose_id() != list.algorithm {
            return Err(ListRejection::algorithms(list.algorithm, root.algorithm().cose_id()));
        }
        if root.verifies(&list.message, list.signature) {
            Ok(())
        } else {
            Err(ListRejection::plain(ListRejectionCode::BadSignature))
        }
    }
}

/// The rejection of keys that are good alone but not together.
fn contradiction(error: &TrustError, at: usize) -> ListRejection {
    let flaw = match error {
        TrustError::Duplicate => Flaw::DuplicateKey,
        _ => Flaw::WrongCount,
    };
    Malformed::new(Layer::Payload, flaw, at).into()
}

/// Splits entries into usable keys and skipped entries. A root key is skipped, because roots sign
/// trust lists only.
fn usable(
    entries: Vec<Entry>,
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

/// An entry of a trust list that this build cannot use: its algorithm, key type or use is unknown,
/// or the entry contradicts itself.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SkippedKey {
    /// The number of the entry in the list, from 0.
    pub index: usize,
    /// The reason, for people.
    pub reason: String,
}

/// An accepted trust list.
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
    /// The keys for a [`Verifier`](crate::Verifier). They count until the list expires.
    #[must_use]
    pub const fn trust(&self) -> &Trust {
        &self.trust
    }

    /// The name of the list.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The version of the list.
    #[must_use]
    pub const fn version(&self) -> u64 {
        self.version
    }

    /// The time at which the list was made.
    #[must_use]
    pub const fn issued_at(&self) -> Timestamp {
        self.issued_at
    }

    /// From this second on, a verifier with these keys refuses every token.
    #[must_use]
    pub const fn expires(&self) -> Timestamp {
        self.expires
    }

    /// The entries that this build cannot use. Report them to the operator.
    #[must_use]
    pub fn skipped(&self) -> &[SkippedKey] {
        &self.skipped
    }
}
