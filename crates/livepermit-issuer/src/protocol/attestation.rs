//! Where a device keeps its key.

use std::fmt;

use jiff::Timestamp;
use livepermit::PublicKey;

use crate::domain::Attestation;

/// Looks at what a phone says of the place of its key (`key_attestation` in the header of a proof).
///
/// A verifier says what it has checked itself: what it cannot check is [`Attestation::Software`],
/// which means that nothing attests the key.
pub trait AttestationVerifier: fmt::Debug + Send + Sync {
    /// What is known of the place of this key.
    ///
    /// # Errors
    ///
    /// [`AttestationRefused`] for evidence that this verifier checks and that is false, or for
    /// evidence that is missing where it is required.
    fn place_of(
        &self,
        key: &PublicKey,
        evidence: Option<&str>,
        now: Timestamp,
    ) -> Result<Attestation, AttestationRefused>;
}

/// Evidence about a key is false, or is missing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttestationRefused {
    /// What is wrong, and what the wallet can do.
    pub why: String,
}

impl fmt::Display for AttestationRefused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the key attestation is refused: {}", self.why)
    }
}

impl std::error::Error for AttestationRefused {}

/// Checks nothing, and so says of every key that nothing attests it.
#[derive(Clone, Copy, Debug, Default)]
pub struct NothingAttested;

impl AttestationVerifier for NothingAttested {
    fn place_of(
        &self,
        _: &PublicKey,
        _: Option<&str>,
        _: Timestamp,
    ) -> Result<Attestation, AttestationRefused> {
        Ok(Attestation::Software)
    }
}
