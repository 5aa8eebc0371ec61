//! Tables for keys that are known long before the signatures they verify.

use alloc::vec::Vec;
use core::fmt;

use super::comb::{Comb, Unfinished, Width};
use super::{PublicKey, SIGNATURE_BYTES};

/// The table of the base point and of as many keys as the memory allows.
pub(crate) struct KeyTables {
    base: Option<Comb>,
    /// In the order of the keys.
    keys: Vec<Option<Comb>>,
}

impl KeyTables {
    /// Tables of `keys` in at most so many bytes: all of one width, the widest with which every key
    /// gets one. Where not even the narrowest do for all, the first ones get them.
    pub(crate) fn new<'k>(
        keys: impl ExactSizeIterator<Item = &'k PublicKey>,
        budget: usize,
    ) -> Self {
        // One more, for the base point.
        let tables = keys.len().saturating_add(1);
        let fits = |width: &Width| tables.saturating_mul(width.bytes()) <= budget;
        let width = Width::ALL.into_iter().find(fits).unwrap_or(Width::NARROWEST);
        let mut room = budget.checked_div(width.bytes()).unwrap_or_default().saturating_sub(1);
        let keys: Vec<Option<Comb>> = keys
            .map(|key| {
                room = room.checked_sub(1)?;
                Comb::of_negated(key.ed25519_bytes()?, width)
            })
            .collect();
        let base = keys.iter().any(Option::is_some).then(|| Comb::of_base(width)).flatten();
        Self { base, keys }
    }

    /// What the tables take, in bytes.
    pub(crate) fn bytes(&self) -> usize {
        self.base.iter().chain(self.keys.iter().flatten()).map(Comb::bytes).sum()
    }

    /// Whether `signature` is good under the key at this place, so far as it can be told without
    /// the last inversion.
    pub(crate) fn start(
        &self,
        place: usize,
        key: &PublicKey,
        message: &[&[u8]],
        signature: &[u8; SIGNATURE_BYTES],
    ) -> Started {
        match (&self.base, self.keys.get(place)) {
            (Some(base), Some(Some(table))) => match key.split(message, signature) {
                Some(split) => Started::Unfinished(Unfinished::new(base, table, &split)),
                None => Started::Bad,
            },
            _ => Started::NoTable,
        }
    }
}

/// What [`KeyTables::start`] found.
pub(crate) enum Started {
    /// The key has no table: verify without.
    NoTable,
    /// s is not below the order.
    Bad,
    /// The answer is one inversion away.
    Unfinished(Unfinished),
}

impl fmt::Debug for KeyTables {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyTables({} bytes)", self.bytes())
    }
}
