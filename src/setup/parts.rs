//! The parts of a setup.

use alloc::vec::Vec;
use core::fmt;

use zeroize::Zeroizing;

use super::format::RELAY_KEY_BYTES;
use crate::field::{Address, ClaimError, Name};
use crate::key::PublicKey;
use crate::trust::{Trust, TrustAnchor, TrustError};

/// Whom a gate trusts.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum SetupTrust {
    /// These keys, until the next setup.
    Keys(Trust),
    /// The keys of a signed list, which the gate fetches.
    List(TrustListSource),
}

/// Where a trust list is, and who signs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrustListSource {
    name: Name,
    lowest_version: u64,
    roots: Vec<PublicKey>,
    address: Address,
}

impl TrustListSource {
    /// Names the list, the root keys that may sign it, the lowest version accepted, and the address.
    ///
    /// # Errors
    /// [`ClaimError`] for a name that breaks the rules.
    pub fn new(
        name: &str,
        roots: impl IntoIterator<Item = PublicKey>,
        lowest_version: u64,
        address: Address,
    ) -> Result<Self, ClaimError> {
        let name = Name::of("trust list name", name)?;
        Ok(Self::of(name, lowest_version, roots.into_iter().collect(), address))
    }

    pub(super) const fn of(
        name: Name,
        lowest_version: u64,
        roots: Vec<PublicKey>,
        address: Address,
    ) -> Self {
        Self { name, lowest_version, roots, address }
    }

    /// The name of the list.
    #[must_use]
    pub fn name(&self) -> &str {
        self.name.as_str()
    }

    /// The lowest version that the gate accepts.
    #[must_use]
    pub const fn lowest_version(&self) -> u64 {
        self.lowest_version
    }

    /// The root keys that sign the list.
    #[must_use]
    pub fn roots(&self) -> &[PublicKey] {
        &self.roots
    }

    /// Where the gate fetches the list.
    #[must_use]
    pub const fn address(&self) -> &Address {
        &self.address
    }

    /// What accepts the list.
    ///
    /// # Errors
    /// [`TrustError::NoRoot`] for a source without a root.
    pub fn anchor(&self) -> Result<TrustAnchor, TrustError> {
        TrustAnchor::new(self.name(), self.roots.iter().cloned(), self.lowest_version)
    }
}

/// Where the gates of a zone share their memory, and the key by which the relay knows this gate.
#[derive(Debug)]
pub struct RelayAccess {
    address: Address,
    key: RelayKey,
}

impl RelayAccess {
    /// Makes the access of one gate.
    #[must_use]
    pub const fn new(address: Address, key: RelayKey) -> Self {
        Self { address, key }
    }

    /// The address of the relay.
    #[must_use]
    pub const fn address(&self) -> &Address {
        &self.address
    }

    /// The key of this gate.
    #[must_use]
    pub const fn key(&self) -> &RelayKey {
        &self.key
    }
}

/// The secret that a gate and its relay share: 32 random bytes. `Debug` hides it, and its memory is
/// wiped.
pub struct RelayKey(Zeroizing<[u8; RELAY_KEY_BYTES]>);

impl RelayKey {
    /// A key from 32 random bytes.
    #[must_use]
    pub fn from_bytes(bytes: &[u8; RELAY_KEY_BYTES]) -> Self {
        Self(Zeroizing::new(*bytes))
    }

    /// The 32 bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; RELAY_KEY_BYTES] {
        &self.0
    }
}

impl fmt::Debug for RelayKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RelayKey(..)")
    }
}
