//! Credentials whose signature was verified before.

use alloc::sync::Arc;
use alloc::vec::Vec;
use core::fmt;

use sha2::{Digest as _, Sha256};

use crate::key::PublicKey;
use crate::token::IssuerSigned;
use crate::trust::{Trust, TrustedKey};

/// Credentials that a verifier has seen, so that the issuer's signature and the device key of the
/// next code of the same phone need not be worked out again. Hand it to
/// [`Context::with_cache`](crate::Context::with_cache); one for each thread.
///
/// It remembers which trusted key verified the very same bytes, and the device key in them. Nothing
/// else is taken from it: authority, times, class and status are looked at each time, and so is the
/// device's signature. It holds for one trust; used with another it begins anew. Verdicts do not
/// depend on it.
///
/// ```
/// use livepermit::{Context, CredentialCache, Timestamp};
/// let mut cache = CredentialCache::new(256);
/// let now = Timestamp::from_unix(1_790_000_000).ok_or("time")?;
/// let context = Context::at(now).with_cache(&mut cache);
/// # let _ = context;
/// # Ok::<(), &str>(())
/// ```
pub struct CredentialCache {
    trust: Option<Arc<[TrustedKey]>>,
    slots: Vec<Option<Slot>>,
    /// Counts the uses, so that the slot used longest ago is known.
    uses: u64,
}

struct Slot {
    digest: [u8; 32],
    /// Of the entry in the trust.
    place: usize,
    device_key: PublicKey,
    last_used: u64,
}

/// Slots that a credential can be in.
const WAYS: usize = 4;

/// The digest of a credential: its one encoding, signature and all.
pub(super) struct CredentialDigest([u8; 32]);

impl CredentialCache {
    /// Room for so many credentials (rounded up to a multiple of four), some 300 bytes each, taken
    /// at once.
    #[must_use]
    pub fn new(credentials: usize) -> Self {
        let count = credentials.div_ceil(WAYS).saturating_mul(WAYS);
        let mut slots = Vec::new();
        slots.resize_with(count, || None);
        Self { trust: None, slots, uses: 0 }
    }

    /// How many credentials it remembers.
    #[must_use]
    pub fn len(&self) -> usize {
        self.slots.iter().flatten().count()
    }

    /// Whether it remembers none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub(super) fn digest(credential: &IssuerSigned<'_>) -> CredentialDigest {
        CredentialDigest(Sha256::digest(credential.sign1.encoded.bytes).into())
    }

    /// Which entry of this trust verified the credential, and the device key in it.
    pub(super) fn find(
        &mut self,
        trust: &Trust,
        digest: &CredentialDigest,
    ) -> Option<(usize, PublicKey)> {
        if !self.trust.as_ref().is_some_and(|keys| trust.is_same(keys)) {
            self.slots.fill_with(|| None);
            self.trust = Some(Arc::clone(trust.shared_keys()));
        }
        self.uses = self.uses.saturating_add(1);
        let uses = self.uses;
        let slot = self.ways(digest).iter_mut().flatten().find(|slot| slot.digest == digest.0)?;
        slot.last_used = uses;
        Some((slot.place, slot.device_key.clone()))
    }

    /// Remembers a credential that was looked for in vain and was verified since. It takes the
    /// place of the one used longest ago.
    pub(super) fn remember(
        &mut self,
        digest: &CredentialDigest,
        place: usize,
        device_key: &PublicKey,
    ) {
        let last_used = self.uses;
        let oldest = self
            .ways(digest)
            .iter_mut()
            .min_by_key(|slot| slot.as_ref().map(|slot| slot.last_used));
        if let Some(oldest) = oldest {
            *oldest =
                Some(Slot { digest: digest.0, place, device_key: device_key.clone(), last_used });
        }
    }

    fn ways(&mut self, digest: &CredentialDigest) -> &mut [Option<Slot>] {
        let sets = self.slots.len() / WAYS;
        let [a, b, c, d, ..] = digest.0;
        let number = usize::try_from(u32::from_le_bytes([a, b, c, d])).unwrap_or_default();
        let first = number.checked_rem(sets).unwrap_or_default().saturating_mul(WAYS);
        self.slots.get_mut(first..first.saturating_add(WAYS)).unwrap_or_default()
    }
}

impl fmt::Debug for CredentialCache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CredentialCache({} of {})", self.len(), self.slots.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::SecretKey;

    #[test]
    fn the_one_used_longest_ago_makes_room() {
        let trust = Trust::new([]).unwrap();
        let device_key = SecretKey::from_ed25519_seed(&[1; 32]).public_key();
        // One set of slots, whatever the digest.
        let mut cache = CredentialCache::new(WAYS);
        let digest = |number| CredentialDigest([number; 32]);
        let seen = |cache: &mut CredentialCache, number: u8| {
            let found = cache.find(&trust, &digest(number)).map(|(place, _)| place);
            if found.is_none() {
                cache.remember(&digest(number), usize::from(number), &device_key);
            }
            found
        };
        for number in 0..4 {
            assert_eq!(seen(&mut cache, number), None);
        }
        // The first is used again, so the second is the one to go; then the third.
        assert_eq!(seen(&mut cache, 0), Some(0));
        assert_eq!(seen(&mut cache, 4), None);
        assert_eq!(seen(&mut cache, 0), Some(0));
        assert_eq!(seen(&mut cache, 1), None);
        assert_eq!([3, 4, 0, 1].map(|number| seen(&mut cache, number)), [3, 4, 0, 1].map(Some));
        assert_eq!(seen(&mut cache, 2), None);
        assert_eq!(cache.len(), WAYS);
    }
}
