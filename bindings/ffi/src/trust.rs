//! Whom a verifier trusts.

use std::sync::{Arc, Mutex, PoisonError};

use livepermit::trust;

use crate::error::Result;
use crate::key::{Algorithm, PublicKey};
use crate::number::{array, as_i64, as_seconds, count, length, time};

/// What a trusted key may sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
pub enum Use {
    /// Credentials for devices.
    Credential,
    /// Passes.
    Pass,
    /// Slips for paper.
    Slip,
    /// Status lists.
    Status,
}

impl From<Use> for livepermit::Use {
    fn from(word: Use) -> Self {
        match word {
            Use::Credential => Self::Credential,
            Use::Pass => Self::Pass,
            Use::Slip => Self::Slip,
            Use::Status => Self::Status,
        }
    }
}

impl From<livepermit::Use> for Use {
    fn from(word: livepermit::Use) -> Self {
        match word {
            livepermit::Use::Pass => Self::Pass,
            livepermit::Use::Slip => Self::Slip,
            livepermit::Use::Status => Self::Status,
            _ => Self::Credential,
        }
    }
}

/// A key of an issuer, what it may sign, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct TrustedKey {
    /// The issuer's name.
    pub issuer: String,
    /// The public key.
    pub key: Arc<PublicKey>,
    /// The key id, 1 to 32 bytes. With nothing, the first 8 bytes of the thumbprint.
    pub key_id: Option<Vec<u8>>,
    /// `Ed25519`, or `EdDsa` for a key whose tokens carry the older COSE number -8.
    pub algorithm: Algorithm,
    /// What the key may sign.
    pub uses: Vec<Use>,
    /// The classes of permits that the key may sign.
    pub classes: Vec<String>,
    /// The first second in which the key may sign; nothing: always.
    pub not_before: Option<i64>,
    /// The first second in which the key may not sign any more; nothing: never.
    pub sign_until: Option<i64>,
    /// The first second in which nothing of the key counts any more; nothing: never.
    pub expires: Option<i64>,
}

impl TrustedKey {
    pub(crate) fn build(&self) -> Result<livepermit::TrustedKey> {
        let uses = self.uses.iter().map(|word| (*word).into());
        let mut key =
            livepermit::TrustedKey::new(&self.issuer, self.key.0.clone(), uses, &self.classes)?;
        if let Some(key_id) = &self.key_id {
            key = key.with_key_id(key_id)?;
        }
        let or = |given: Option<i64>, usual| given.map_or(Ok(usual), time);
        let not_before = or(self.not_before, key.not_before())?;
        let sign_until = or(self.sign_until, key.sign_until())?;
        let expires = or(self.expires, key.expires())?;
        key = key.with_times(not_before, sign_until, expires)?;
        Ok(match self.algorithm {
            Algorithm::EdDsa => key.pinned_to_eddsa()?,
            Algorithm::Ed25519 | Algorithm::Esp256 => key,
        })
    }

    pub(crate) fn of(key: &livepermit::TrustedKey) -> Self {
        Self {
            issuer: key.issuer().into(),
            key: PublicKey::shared(key.public_key().clone()),
            key_id: Some(key.key_id().into()),
            algorithm: key.algorithm().into(),
            uses: key.uses().iter().map(Use::from).collect(),
            classes: key.classes().map(Into::into).collect(),
            not_before: Some(as_seconds(key.not_before())),
            sign_until: Some(as_seconds(key.sign_until())),
            expires: Some(as_seconds(key.expires())),
        }
    }
}

/// The keys that a verifier trusts.
#[derive(Debug)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Object))]
pub struct Trust(pub(crate) livepermit::Trust);

#[cfg_attr(feature = "uniffi", uniffi::export)]
impl Trust {
    /// Trusts these keys, named one by one.
    ///
    /// # Errors
    /// The codes of trust, such as `key-twice`.
    #[cfg_attr(feature = "uniffi", uniffi::constructor)]
    pub fn new(keys: Vec<TrustedKey>) -> Result<Self> {
        let keys: Vec<_> = keys.iter().map(TrustedKey::build).collect::<Result<_>>()?;
        Ok(Self(livepermit::Trust::new(keys)?))
    }

    /// Prepares tables for the keys, so that each signature is checked faster. `bytes` is the memory
    /// for all tables: 128 KiB a key are the smallest tables, and 4 MiB pay.
    ///
    /// # Errors
    /// `number-negative`.
    pub fn with_tables(&self, bytes: i64) -> Result<Arc<Self>> {
        let bytes = crate::number::size("the memory for tables", bytes)?;
        Ok(Arc::new(Self(self.0.clone().with_tables(bytes))))
    }

    /// The keys, in the order of their key ids.
    #[must_use]
    pub fn keys(&self) -> Vec<TrustedKey> {
        self.0.keys().iter().map(TrustedKey::of).collect()
    }
}

/// An entry of a trust list that does not count.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct SkippedKey {
    /// Its place in the list, from 0.
    pub index: i64,
    /// Why it does not count.
    pub reason: String,
}

/// An accepted trust list.
#[derive(Debug, Clone)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct TrustList {
    /// The keys that count now.
    pub trust: Arc<Trust>,
    /// The name of the list.
    pub name: String,
    /// The version.
    pub version: i64,
    /// When the list was made.
    pub issued_at: i64,
    /// The first second in which the list has ended.
    pub expires: i64,
    /// The entries that do not count.
    pub skipped: Vec<SkippedKey>,
}

/// What a gate stores of the last trust list, so that it refuses older lists after a restart.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct TrustState {
    /// The version of the last list. Versions from 2^63 - 1 on are told as that number; after a
    /// restart no list is newer than such a list.
    pub version: i64,
    /// SHA-256 of its bytes.
    pub digest: Vec<u8>,
    /// When it was made.
    pub issued_at: i64,
    /// The roots that may sign the next list.
    pub roots: Vec<Arc<PublicKey>>,
}

impl TrustState {
    fn build(&self) -> Result<trust::TrustState> {
        // The greatest number was that version or more: no list may come that is older.
        let version = match self.version {
            i64::MAX => u64::MAX,
            version => count("the version", version)?,
        };
        Ok(trust::TrustState::new(
            version,
            array("the digest", &self.digest)?,
            time(self.issued_at)?,
            self.roots.iter().map(|root| root.0.clone()).collect(),
        ))
    }

    fn of(state: &trust::TrustState) -> Self {
        Self {
            version: as_i64(state.version),
            digest: state.digest.into(),
            issued_at: as_seconds(state.issued_at),
            roots: state.roots.iter().map(|root| PublicKey::shared(root.clone())).collect(),
        }
    }
}

/// The name and the root keys of a trust list, and the state of the last accepted one.
#[derive(Debug)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Object))]
pub struct TrustAnchor(Mutex<trust::TrustAnchor>);

#[cfg_attr(feature = "uniffi", uniffi::export)]
impl TrustAnchor {
    /// Trusts lists of this name that a root signed, from `lowest_version` on.
    ///
    /// # Errors
    /// `no-root`, and the codes of names.
    #[cfg_attr(feature = "uniffi", uniffi::constructor)]
    pub fn new(name: &str, roots: Vec<Arc<PublicKey>>, lowest_version: i64) -> Result<Self> {
        let roots = roots.iter().map(|root| root.0.clone());
        let version = count("the lowest version", lowest_version)?;
        Ok(Self(Mutex::new(trust::TrustAnchor::new(name, roots, version)?)))
    }

    /// The same, after a restart.
    ///
    /// # Errors
    /// As `new`, and `length-wrong` of a digest.
    #[cfg_attr(feature = "uniffi", uniffi::constructor)]
    pub fn resume(
        name: &str,
        roots: Vec<Arc<PublicKey>>,
        lowest_version: i64,
        state: &TrustState,
    ) -> Result<Self> {
        let roots = roots.iter().map(|root| root.0.clone());
        let version = count("the lowest version", lowest_version)?;
        let anchor = trust::TrustAnchor::new(name, roots, version)?.with_state(state.build()?)?;
        Ok(Self(Mutex::new(anchor)))
    }

    /// Takes in a list. A refused list changes nothing.
    ///
    /// # Errors
    /// The codes of lists: `list-older`, `list-expired`, `list-bad-signature` and so on.
    pub fn accept(&self, list: Vec<u8>, now: i64, skew: i64) -> Result<TrustList> {
        let (now, skew) = (time(now)?, count("the skew", skew)?);
        let list = self.anchor().accept(&list, now, skew)?;
        Ok(TrustList {
            trust: Arc::new(Trust(list.trust().clone())),
            name: list.name().into(),
            version: as_i64(list.version()),
            issued_at: as_seconds(list.issued_at()),
            expires: as_seconds(list.expires()),
            skipped: list
                .skipped()
                .iter()
                .map(|key| SkippedKey { index: length(key.index), reason: key.reason.clone() })
                .collect(),
        })
    }

    /// What to store after each accepted list; nothing before the first.
    #[must_use]
    pub fn state(&self) -> Option<TrustState> {
        self.anchor().state().map(TrustState::of)
    }
}

impl TrustAnchor {
    fn anchor(&self) -> std::sync::MutexGuard<'_, trust::TrustAnchor> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
