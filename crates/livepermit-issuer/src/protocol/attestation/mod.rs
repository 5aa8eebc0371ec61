//! Where a device keeps its key, and how the device proves that.

mod android;
mod chain;
mod described;

use std::fmt;

use jiff::Timestamp;
use livepermit::PublicKey;

pub use android::{AndroidApp, AndroidAttestation};
pub use chain::{ChainError, Root, Withdrawn};

use crate::domain::Attestation;

/// What a wallet sends about the place of its key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Evidence<'a> {
    /// Nothing.
    None,
    /// A statement of the wallet's maker: `key_attestation` in the header of a proof (OpenID4VCI
    /// 1.0, appendix D).
    Statement(&'a str),
    /// The chain of certificates of the key, in DER, the key's own first: `x5c` in the header of a
    /// proof (appendix F.1).
    Chain {
        /// The certificates.
        certificates: &'a [Vec<u8>],
        /// The nonce of the proof. Who made the key for this proof made it for this nonce.
        nonce: &'a str,
    },
}

/// Looks at what a phone says of the place of its key.
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
        evidence: Evidence<'_>,
        now: Timestamp,
    ) -> Result<Attestation, AttestationRefused>;
}

impl AttestationVerifier for Box<dyn AttestationVerifier> {
    fn place_of(
        &self,
        key: &PublicKey,
        evidence: Evidence<'_>,
        now: Timestamp,
    ) -> Result<Attestation, AttestationRefused> {
        (**self).place_of(key, evidence, now)
    }
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
        _: Evidence<'_>,
        _: Timestamp,
    ) -> Result<Attestation, AttestationRefused> {
        Ok(Attestation::Software)
    }
}
