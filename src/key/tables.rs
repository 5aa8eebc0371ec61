//! Tables that make signature checks faster, for keys that are known in advance.

use livepermit_curves::{Ed25519Tables, Started};

use super::{PublicKey, SIGNATURE_BYTES};

/// [`Ed25519Tables`] for a set of keys. P-256 keys get no table.
#[derive(Debug)]
pub(crate) struct KeyTables(Ed25519Tables);

impl KeyTables {
    /// Makes tables of at most `budget` bytes in total.
    pub(crate) fn new<'k>(
        keys: impl ExactSizeIterator<Item = &'k PublicKey>,
        budget: usize,
    ) -> Self {
        Self(Ed25519Tables::new(keys.map(PublicKey::as_ed25519), budget))
    }

    /// Memory that the tables take, in bytes.
    pub(crate) fn bytes(&self) -> usize {
        self.0.bytes()
    }

    /// Verifies a signature up to the last inversion. `key` must be the key that was given for this
    /// `place`.
    #[inline]
    pub(crate) fn start(
        &self,
        place: usize,
        key: &PublicKey,
        message: &[&[u8]],
        signature: &[u8; SIGNATURE_BYTES],
    ) -> Started {
        key.as_ed25519()
            .map_or(Started::NoTable, |key| self.0.start(place, key, message, signature))
    }
}
