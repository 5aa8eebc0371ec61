//! The keys that sign, in memory or elsewhere.

use std::error::Error;
use std::fmt;

use livepermit::issue::{Prepared, Signable};
use livepermit::trust::TrustError;
use livepermit::{Issuer, PublicKey, SecretKey};

use super::error::ServiceError;

/// A key that is kept elsewhere: in a security module, or in another process.
pub trait ExternalSigner: fmt::Debug + Send + Sync {
    /// Signs the message with Ed25519: 64 bytes. Blocks while the module works.
    ///
    /// # Errors
    ///
    /// [`SignerFailed`] says what the module said.
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SignerFailed>;
}

/// A key that is kept elsewhere did not sign.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignerFailed {
    /// What was said.
    pub why: String,
}

impl fmt::Display for SignerFailed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the key did not sign: {}; see whether its module is there", self.why)
    }
}

impl Error for SignerFailed {}

/// A key that signs what the service gives out.
#[derive(Debug)]
pub enum SigningKey {
    /// The key is in memory.
    Here(SecretKey),
    /// The key is kept elsewhere.
    Elsewhere {
        /// What verifies its signatures.
        public: PublicKey,
        /// What signs.
        signer: Box<dyn ExternalSigner>,
    },
}

impl SigningKey {
    /// What verifies the signatures.
    #[must_use]
    pub fn public_key(&self) -> PublicKey {
        match self {
            Self::Here(key) => key.public_key(),
            Self::Elsewhere { public, .. } => public.clone(),
        }
    }

    /// Signs what was prepared for this key.
    pub(super) fn sign<T: Signable>(&self, prepared: &Prepared<T>) -> Result<T, ServiceError> {
        Ok(match self {
            Self::Here(key) => prepared.sign(key)?,
            Self::Elsewhere { signer, .. } => prepared.attach(&signer.sign(prepared.message())?)?,
        })
    }
}

/// The keys of an issuer: one for credentials, passes and slips, and one for status lists, so that
/// the machine that publishes lists cannot issue.
#[derive(Debug)]
pub struct Keys {
    tokens: SigningKey,
    status: SigningKey,
    issuer: Issuer,
    publisher: Issuer,
}

impl Keys {
    /// Brings both keys together, for the issuer with this name.
    ///
    /// # Errors
    ///
    /// [`ServiceError::Setting`] for a name that tokens cannot carry, or a key that is not Ed25519.
    pub fn new(issuer: &str, tokens: SigningKey, status: SigningKey) -> Result<Self, ServiceError> {
        let named = |setting, key: &SigningKey| {
            Issuer::new(issuer, key.public_key()).map_err(|error| {
                let setting =
                    if matches!(error, TrustError::Claim(_)) { "issuer" } else { setting };
                ServiceError::Setting { setting, why: error.to_string() }
            })
        };
        let (issuer, publisher) = (named("key", &tokens)?, named("status-key", &status)?);
        Ok(Self { tokens, status, issuer, publisher })
    }

    /// Who signs credentials, passes and slips.
    #[must_use]
    pub const fn issuer(&self) -> &Issuer {
        &self.issuer
    }

    /// Who signs status lists.
    #[must_use]
    pub const fn publisher(&self) -> &Issuer {
        &self.publisher
    }

    pub(super) const fn tokens(&self) -> &SigningKey {
        &self.tokens
    }

    pub(super) const fn status(&self) -> &SigningKey {
        &self.status
    }
}
