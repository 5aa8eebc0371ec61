use alloc::vec::Vec;

use super::{PrepareError, Prepared, SignedList};
use crate::bytes::cbor::Writer;
use crate::bytes::cose::label as header_label;
use crate::field::{ClaimError, Name};
use crate::key::{Algorithm, PublicKey};
use crate::time::Timestamp;
use crate::trust::list_format::{MAX_LIST_BYTES, TYP, entry_label, label};
use crate::trust::{TrustAnchor, TrustedKey, default_key_id};

/// Makes trust lists. Raise the version with every list that you sign.
///
/// ```
/// use livepermit::issue::TrustListBuilder;
/// use livepermit::{SecretKey, Timestamp, TrustedKey, Use};
/// let now = Timestamp::from_unix(1_790_000_000).ok_or("time")?;
/// let root = SecretKey::from_ed25519_seed(&[1; 32]);
/// let issuer = SecretKey::from_ed25519_seed(&[7; 32]).public_key();
/// let key = TrustedKey::new("bj.example", issuer, [Use::Pass], ["bj.example:residence"])?;
/// let list = TrustListBuilder::new("bj.example/gates", 1, [key])?;
/// let prepared = list.prepare(&root.public_key(), now, now.plus(86_400))?;
/// let file = prepared.sign(&root)?; // or `attach` a signature from an HSM
/// assert!(!file.as_bytes().is_empty());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct TrustListBuilder {
    name: Name,
    version: u64,
    keys: Vec<TrustedKey>,
    roots: Vec<PublicKey>,
}

impl TrustListBuilder {
    /// Makes a list with this name (1 to 128 visible ASCII characters), version and keys.
    ///
    /// # Errors
    /// [`ClaimError`] for a name that breaks the rules.
    pub fn new(
        name: &str,
        version: u64,
        keys: impl IntoIterator<Item = TrustedKey>,
    ) -> Result<Self, ClaimError> {
        let name = Name::of("trust list name", name)?;
        Ok(Self { name, version, keys: keys.into_iter().collect(), roots: Vec::new() })
    }

    /// Names the root keys that may sign the next list. They replace all earlier roots, so name the
    /// present root too if it should continue.
    #[must_use]
    pub fn with_successor_roots(mut self, roots: impl IntoIterator<Item = PublicKey>) -> Self {
        self.roots = roots.into_iter().collect();
        self
    }

    /// Prepares the list for the signature of a root key. The list is dated `now` and expires at
    /// `expires`. The root key can stay in an HSM: see [`Prepared`].
    ///
    /// # Errors
    /// [`PrepareError::ListRefused`] and [`PrepareError::EntrySkipped`] when a gate that trusts
    /// this root would refuse the list or an entry of the list, [`PrepareError::ListTooLong`],
    /// [`PrepareError::RootNotEd25519`].
    pub fn prepare(
        &self,
        root: &PublicKey,
        now: Timestamp,
        expires: Timestamp,
    ) -> Result<Prepared<SignedList>, PrepareError> {
        let ed25519 = |key: &PublicKey| key.algorithm() == Algorithm::Ed25519;
        if !ed25519(root) || !self.roots.iter().all(ed25519) {
            return Err(PrepareError::RootNotEd25519);
        }
        let mut header = Writer::new();
        header.map(3).integer(header_label::ALG).integer(Algorithm::Ed25519.cose_id());
        header.integer(header_label::KID).bytes(&default_key_id(root));
        header.integer(header_label::TYP).text(TYP);
        let payload = self.payload(now, expires);
        let prepared = Prepared::list(root.clone(), header.into_bytes(), payload);
        let trial = prepared.trial();
        if trial.len() > MAX_LIST_BYTES {
            return Err(PrepareError::ListTooLong { found: trial.len(), limit: MAX_LIST_BYTES });
        }
        // Never sign a list that a gate would refuse.
        let skipped = TrustAnchor::would_skip(self.name.as_str(), root, &trial, now)
            .map_err(PrepareError::ListRefused)?;
        match skipped.into_iter().next() {
            Some(skipped) => Err(PrepareError::EntrySkipped(skipped)),
            None => Ok(prepared),
        }
    }

    fn payload(&self, now: Timestamp, expires: Timestamp) -> Vec<u8> {
        let mut out = Writer::new();
        out.map(if self.roots.is_empty() { 5 } else { 6 });
        out.integer(label::SUB).text(self.name.as_str());
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

pub(super) fn write_entry(key: &TrustedKey, out: &mut Writer) {
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
