//! Tables for keys that are known long before the signatures they verify.

use alloc::vec::Vec;
use core::fmt;

use super::comb::{Comb, CombWidth};
use super::field::{Tight, invert_all};
use super::key::Ed25519Key;
use super::point::Extended;
use super::signature::SplitSignature;
use super::small_order::is_small_order;
use crate::SIGNATURE_BYTES;

/// Tables with which signatures under known keys are verified several times faster: one of the base
/// point, and one of each key for which there is memory.
pub struct Ed25519Tables {
    base: Option<Comb>,
    /// One place for each key, in the order of the keys.
    keys: Vec<Option<Comb>>,
}

impl Ed25519Tables {
    /// Makes tables of at most `budget` bytes in total. A place without a key (`None`) gets no
    /// table, but its memory stays reserved.
    ///
    /// All tables have the same width: the widest with which every place gets one. A table takes 64
    /// KiB at the narrowest width and 512 KiB at the widest. If even the narrowest are too large
    /// for all places, only the first places get one.
    pub fn new<'k>(
        keys: impl ExactSizeIterator<Item = Option<&'k Ed25519Key>>,
        budget: usize,
    ) -> Self {
        // One more, for the base point.
        let tables = keys.len().saturating_add(1);
        let fits = |width: &CombWidth| tables.saturating_mul(width.bytes()) <= budget;
        let width = CombWidth::ALL.into_iter().find(fits).unwrap_or(CombWidth::NARROWEST);
        let mut left = budget.saturating_sub(width.bytes());
        let keys: Vec<Option<Comb>> = keys
            .map(|key| {
                left = left.checked_sub(width.bytes())?;
                Comb::of_negated(key?.as_bytes(), width)
            })
            .collect();
        let base = keys.iter().any(Option::is_some).then(|| Comb::of_base(width)).flatten();
        Self { base, keys }
    }

    /// Memory that the tables take, in bytes.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.base.iter().chain(self.keys.iter().flatten()).map(Comb::bytes).sum()
    }

    /// Verifies a signature up to the last inversion, which is a tenth of the work and can be
    /// shared ([`Unfinished::finish_all`]).
    ///
    /// `key` must be the key that was given for this `place`, counted from 0. The message is given
    /// in pieces, which are hashed one after the other.
    #[must_use]
    pub fn start(
        &self,
        place: usize,
        key: &Ed25519Key,
        message: &[&[u8]],
        signature: &[u8; SIGNATURE_BYTES],
    ) -> Started {
        match (&self.base, self.keys.get(place)) {
            (Some(base), Some(Some(table))) => {
                match SplitSignature::new(key.as_bytes(), message, signature) {
                    Some(split) => Started::Unfinished(Unfinished::new(base, table, &split)),
                    None => Started::Bad,
                }
            }
            _ => Started::NoTable,
        }
    }
}

/// Shows the memory of the tables.
impl fmt::Debug for Ed25519Tables {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Ed25519Tables({} bytes)", self.bytes())
    }
}

/// What [`Ed25519Tables::start`] found.
#[derive(Debug)]
pub enum Started {
    /// There is no table for this place: verify with [`Ed25519Key::verifies`].
    NoTable,
    /// The signature is not good: s is not below the group order.
    Bad,
    /// The verdict needs one inversion more.
    Unfinished(Unfinished),
}

/// A signature for which everything but the last inversion is computed.
pub struct Unfinished {
    /// P = sB − kA.
    sum: Extended,
    /// The encoding that P must have.
    r: [u8; 32],
}

impl Unfinished {
    /// P = sB − kA, from the tables of B and −A.
    pub(super) fn new(base: &Comb, negated_key: &Comb, signature: &SplitSignature<'_>) -> Self {
        base.fetch(signature.s);
        negated_key.fetch(signature.k.as_bytes());
        let sum = base.add_multiple(Extended::NEUTRAL, signature.s);
        Self { sum: negated_key.add_multiple(sum, signature.k.as_bytes()), r: *signature.r }
    }

    /// Whether the signature is good.
    #[must_use]
    pub fn finish(&self) -> bool {
        self.is_good(&self.sum.z.inverted())
    }

    /// Whether each signature is good, in their order. All share one inversion.
    #[must_use]
    pub fn finish_all(all: &[Self]) -> Vec<bool> {
        let mut inverted: Vec<Tight> = all.iter().map(|one| one.sum.z).collect();
        let mut products = inverted.clone();
        invert_all(&mut inverted, &mut products);
        all.iter().zip(&inverted).map(|(one, z)| one.is_good(z)).collect()
    }

    fn is_good(&self, z_inverted: &Tight) -> bool {
        self.sum.to_affine(z_inverted).to_bytes() == self.r && !is_small_order(&self.r)
    }
}

/// Shows R only.
impl fmt::Debug for Unfinished {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Unfinished({:02x?})", self.r)
    }
}
