use alloc::boxed::Box;
use alloc::vec::Vec;
use core::fmt;

use super::super::{TrustedKey, default_key_id};
use super::{MAX_LIST_BYTES, SkippedKey, TYP, TrustAnchor, TrustAnchorError, entry_label, label};
use crate::cbor::Writer;
use crate::cose::{self, ToBeSigned, label as header_label};
use crate::key::{Algorithm, PublicKey, SecretKey};
use crate::rejection::ListRejection;
use crate::time::Timestamp;
use crate::token::{ClaimError, check_name};

/// Why a trust list cannot be made.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum TrustListError {
    /// The name breaks the rules of its field.
    Claim(ClaimError),
    /// Roots sign with Ed25519 only.
    NotEd25519,
    /// The list is larger than a gate takes.
    TooLong {
        /// Bytes it would have.
        found: usize,
        /// The limit.
        limit: usize,
    },
    /// A gate with this root would refuse the list.
    Refused(ListRejection),
    /// A gate with this root would pass over this entry.
    Skipped(SkippedKey),
}

impl fmt::Display for TrustListError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Claim(error) => error.fmt(f),
            Self::NotEd25519 => f.write_str("root keys are Ed25519 keys"),
            Self::TooLong { found, limit } => {
                write!(f, "the list would have {found} bytes, at most {limit} are taken")
            }
            Self::Refused(rejection) => write!(f, "a gate would refuse the list: {rejection}"),
            Self::Skipped(skipped) => {
                write!(f, "a gate would skip key {}: {}", skipped.index, skipped.reason)
            }
        }
    }
}

impl core::error::Error for TrustListError {}

impl From<ClaimError> for TrustListError {
    fn from(error: ClaimError) -> Self {
        Self::Claim(error)
    }
}

/// Makes trust lists. Count the version up with every one that is signed.
#[derive(Debug, Clone)]
pub struct TrustListBuilder {
    name: Box<str>,
    version: u64,
    keys: Vec<TrustedKey>,
    roots: Vec<PublicKey>,
}

impl TrustListBuilder {
    /// A list called `name`, of this version, with these keys.
    ///
    /// # Errors
    /// [`TrustListError::Claim`] for a name that breaks the rules.
    pub fn new(
        name: &str,
        version: u64,
        keys: impl IntoIterator<Item = TrustedKey>,
    ) -> Result<Self, TrustListError> {
        check_name(name).map_err(ClaimError::of("trust list name"))?;
        Ok(Self { name: name.into(), version, keys: keys.into_iter().collect(), roots: Vec::new() })
    }

    /// Names the root keys that sign from the next list on. They replace all that went before; name
    /// the present one too if it is to go on.
    #[must_use]
    pub fn with_successor_roots(mut self, roots: impl IntoIterator<Item = PublicKey>) -> Self {
        self.roots = roots.into_iter().collect();
        self
    }

    /// Signs the list with a root key: made at `now`, to be used before `expires`.
    ///
    /// # Errors
    /// [`TrustListError::Refused`] and [`TrustListError::Skipped`] when a gate that trusts this
    /// root would refuse the list or an entry of it, [`TrustListError::TooLong`].
    pub fn sign(
        &self,
        root: &SecretKey,
        now: Timestamp,
        expires: Timestamp,
    ) -> Result<Vec<u8>, TrustListError> {
        let root_key = root.public_key();
        let ed25519 = |key: &PublicKey| key.algorithm() == Algorithm::Ed25519;
        if !ed25519(&root_key) || !self.roots.iter().all(ed25519) {
            return Err(TrustListError::NotEd25519);
        }
        let mut header = Writer::new();
        header.map(3).integer(header_label::ALG).integer(Algorithm::Ed25519.cose_id());
        header.integer(header_label::KID).bytes(&default_key_id(&root_key));
        header.integer(header_label::TYP).text(TYP);
        let protected = header.into_bytes();
        let payload = self.payload(now, expires);
        let signature = root.sign(&ToBeSigned::vec(&protected, &payload));
        let bytes = cose::write(&protected, &payload, &signature);
        if bytes.len() > MAX_LIST_BYTES {
            return Err(TrustListError::TooLong { found: bytes.len(), limit: MAX_LIST_BYTES });
        }
        // What a gate would refuse is never handed out.
        let anchor = TrustAnchor::new(&self.name, [root_key], 0).map_err(|error| match error {
            TrustAnchorError::Claim(error) => TrustListError::Claim(error),
            TrustAnchorError::NoRoot => TrustListError::NotEd25519,
        });
        let taken = anchor?.accept(&bytes, now, 0).map_err(TrustListError::Refused)?;
        match taken.skipped.into_iter().next() {
            Some(skipped) => Err(TrustListError::Skipped(skipped)),
            None => Ok(bytes),
        }
    }

    fn payload(&self, now: Timestamp, expires: Timestamp) -> Vec<u8> {
        let mut out = Writer::new();
        out.map(if self.roots.is_empty() { 5 } else { 6 });
        out.integer(label::SUB).text(&self.name);
        out.integer(label::EXP).unsigned(expires.as_unix());
        out.integer(label::IAT).unsigned(now.as_unix());
        out.integer(label::VERSION).unsigned(self.version);
        out.integer(label::KEYS).array(self.keys.len());
        for key in &self.keys {
            write_entry(key, &mut out);
        }
        if !self.roots.is_empty() {
            out.integer(label::ROOTS).array(self.roots.len());
            for root in &self.roots {
                out.raw(&root.to_cose_key());
            }
        }
        out.into_bytes()
    }
}

fn write_entry(key: &TrustedKey, out: &mut Writer) {
    out.map(9).integer(entry_label::KEY).raw(&key.public_key().to_cose_key());
    out.integer(entry_label::KEY_ID).bytes(key.key_id());
    out.integer(entry_label::ALG).integer(key.algorithm().cose_id());
    out.integer(entry_label::ISSUER).text(key.issuer());
    out.integer(entry_label::USES).array(key.uses().iter().count());
    for wanted in key.uses().iter() {
        out.text(wanted.name());
    }
    out.integer(entry_label::CLASSES).array(key.classes().count());
    for class in key.classes() {
        out.text(class);
    }
    out.integer(entry_label::NOT_BEFORE).unsigned(key.not_before().as_unix());
    out.integer(entry_label::SIGN_UNTIL).unsigned(key.sign_until().as_unix());
    out.integer(entry_label::EXPIRES).unsigned(key.expires().as_unix());
}
