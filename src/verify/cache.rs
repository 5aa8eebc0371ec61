//! A cache of credentials whose signatures were verified before.

use alloc::sync::Arc;
use alloc::vec::Vec;
use core::fmt;

use sha2::{Digest as _, Sha256};

use crate::key::PublicKey;
use crate::token::IssuerSigned;
use crate::trust::{Trust, TrustedKey};

/// A cache of verified credentials. For the next code of the same phone, the verifier does not
/// compute the issuer's signature and the device key again. Pass the cache to
/// [`Context::with_cache`](crate::Context::with_cache). Use one cache for each thread.
///
/// The cache stores which trusted key verified the same bytes, and the device key in them.
/// Authority, times, class, status and the device's signature are checked each time. The cache
/// belongs to one trust, and becomes empty when it is used with another. Verdicts do not depend on
/// the cache.
///
/// ```
/// use livepermit::{Context, Timestamp};
/// use livepermit::verify::CredentialCache;
/// let mut cache = CredentialCache::new(256);
/// let now = Timestamp::from_unix(1_790_000_000).ok_or("time")?;
/// let context = Context::at(now).with_cache(&mut cache);
/// # let _ = context;
/// # Ok::<(), &str>(())
/// ```
pub struct CredentialCache {
    trust: Option<Arc<[TrustedKey]>>,
    /// Sets of slots. Each credential belongs to one set.
    sets: Vec<[Option<Remembered>; WAYS]>,
    /// The number of uses so far, to find the slot that was used longest ago.
    uses: u64,
}

struct Remembered {
    digest: [u8; 32],
    /// The place of the entry in the trust.
    place: usize,
    device_key: PublicKey,
    last_used: u64,
}

/// The number of slots in a set.
const WAYS: usize = 4;

/// The digest of a credential, signature included.
pub(super) struct CredentialDigest([u8; 32]);

impl CredentialCache {
    /// Makes a cache for `credentials` credentials, rounded up to a multiple of four. The memory is
    /// allocated at once: about 300 bytes for each.
    #[must_use]
    pub fn new(credentials: usize) -> Self {
        let mut sets = Vec::new();
        sets.resize_with(credentials.div_ceil(WAYS), Default::default);
        Self { trust: None, sets, uses: 0 }
    }

    /// The number of credentials in the cache.
    #[must_use]
    pub fn len(&self) -> usize {
        self.sets.iter().flatten().flatten().count()
    }

    /// Whether the cache is empty.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub(super) fn digest(credential: &IssuerSigned<'_>) -> CredentialDigest {
        CredentialDigest(Sha256::digest(credential.sign1.encoded.bytes).into())
    }

    /// The place of the trust entry that verified the credential, and the device key in the
    /// credential.
    pub(super) fn find(
        &mut self,
        trust: &Trust,
        digest: &CredentialDigest,
    ) -> Option<(usize, PublicKey)> {
        if !self.trust.as_ref().is_some_and(|keys| trust.is_same(keys)) {
            self.sets.fill_with(Default::default);
            self.trust = Some(Arc::clone(trust.shared_keys()));
        }
        self.uses = self.uses.saturating_add(1);
        let uses = self.uses;
        let slot = self.set(digest)?.iter_mut().flatten().find(|slot| slot.digest == digest.0)?;
        slot.last_used = uses;
        Some((slot.place, slot.device_key.clone()))
    }

    /// Stores a credential that was not found and was then verified. It replaces the credential
    /// that was used longest ago.
    pub(super) fn remember(
        &mut self,
        digest: &CredentialDigest,
        place: usize,
        device_key: &PublicKey,
    ) {
        let last_used = self.uses;
        let used = |slot: &&mut Option<Remembered>| slot.as_ref().map(|slot| slot.last_used);
        if let Some(oldest) = self.set(digest).and_then(|set| set.iter_mut().min_by_key(used)) {
            *oldest = Some(Remembered {
                digest: digest.0,
                place,
                device_key: device_key.clone(),
                last_used,
            });
        }
    }

    /// The set of the credential; `None` if the cache has no slots.
    fn set(&mut self, digest: &CredentialDigest) -> Option<&mut [Option<Remembered>; WAYS]> {
        let [a, b, c, d, ..] = digest.0;
        let number = usize::try_from(u32::from_le_bytes([a, b, c, d])).ok()?;
        let place = number.checked_rem(self.sets.len())?;
        self.sets.get_mut(place)
    }
}

impl fmt::Debug for CredentialCache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CredentialCache({} of {})", self.len(), self.sets.len().saturating_mul(WAYS))
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
