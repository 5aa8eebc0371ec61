//! The issuer: it prepares what a key signs.

use std::sync::Arc;

use livepermit::issue;

use crate::error::Result;
use crate::key::{Algorithm, PublicKey, SecretKey};
use crate::number::{as_i64, count, time};
use crate::permit::{Permit, Token};

/// How long a credential is valid. `default_validity` makes one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct Validity {
    /// Seconds before now at which the validity begins, for phones and gates with other clocks.
    pub backdate: i64,
    /// Seconds after now at which the validity ends.
    pub lifetime: i64,
}

/// A credential for a day: backdated by 5 minutes, valid for 24 hours from now.
#[cfg_attr(feature = "uniffi", uniffi::export)]
#[must_use]
pub fn default_validity() -> Validity {
    let validity = issue::Validity::default();
    Validity { backdate: as_i64(validity.backdate), lifetime: as_i64(validity.lifetime) }
}

/// An issuer: its name and its public key. The private key stays where it is, in a file or an HSM.
#[derive(Debug)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Object))]
pub struct Issuer(pub(crate) livepermit::Issuer);

#[cfg_attr(feature = "uniffi", uniffi::export)]
impl Issuer {
    /// Makes an issuer whose key id is the first 8 bytes of the key's thumbprint.
    ///
    /// # Errors
    /// `key-not-ed25519`, and the codes of names.
    #[cfg_attr(feature = "uniffi", uniffi::constructor)]
    pub fn new(name: &str, key: &PublicKey) -> Result<Self> {
        Ok(Self(livepermit::Issuer::new(name, key.0.clone())?))
    }

    /// Makes an issuer with a key id of its own: 1 to 32 bytes. With `EdDsa` the tokens carry the
    /// older COSE number -8; such a key signs no credentials.
    ///
    /// # Errors
    /// As `new`, and `key-id-length`.
    #[cfg_attr(feature = "uniffi", uniffi::constructor)]
    pub fn with_key_id(
        name: &str,
        key: &PublicKey,
        key_id: Vec<u8>,
        algorithm: Algorithm,
    ) -> Result<Self> {
        let issuer = livepermit::Issuer::new(name, key.0.clone())?.with_key_id(&key_id)?;
        Ok(Self(match algorithm {
            Algorithm::EdDsa => issuer.pinned_to_eddsa(),
            Algorithm::Ed25519 | Algorithm::Esp256 => issuer,
        }))
    }

    /// The name.
    #[must_use]
    pub fn name(&self) -> String {
        self.0.name().into()
    }

    /// The key id that tokens carry.
    #[must_use]
    pub fn key_id(&self) -> Vec<u8> {
        self.0.key_id().into()
    }

    /// Prepares a pass: live from `now` for the permit's window, for the gate `audience` or, with
    /// nothing, for every gate.
    ///
    /// # Errors
    /// The codes of claims, `token-too-long`, `time-out-of-range`, `acting-needs-credential`.
    pub fn prepare_pass(
        &self,
        permit: &Permit,
        audience: Option<String>,
        now: i64,
    ) -> Result<Arc<PreparedToken>> {
        let prepared = self.0.prepare_pass(&permit.build()?, audience.as_deref(), time(now)?)?;
        Ok(Arc::new(PreparedToken(prepared)))
    }

    /// Prepares a credential for a device. Before you bind a key, let the phone prove that it holds
    /// the key.
    ///
    /// # Errors
    /// The codes of claims, `token-too-long`, `validity-empty`, `pinned-to-eddsa`.
    pub fn prepare_credential(
        &self,
        permit: &Permit,
        device_key: &PublicKey,
        validity: Validity,
        now: i64,
    ) -> Result<Arc<PreparedToken>> {
        let validity = issue::Validity {
            backdate: count("the backdate", validity.backdate)?,
            lifetime: count("the lifetime", validity.lifetime)?,
        };
        let permit = permit.build()?;
        let prepared = self.0.prepare_credential(&permit, &device_key.0, validity, time(now)?)?;
        Ok(Arc::new(PreparedToken(prepared)))
    }

    /// Prepares a slip for paper. The permit names a person and a status. Print `check_number`, 6 to
    /// 12 digits, beside the code.
    ///
    /// # Errors
    /// The codes of claims, `token-too-long`, `validity-empty`.
    pub fn prepare_slip(
        &self,
        permit: &Permit,
        check_number: &str,
        not_before: i64,
        expires: i64,
    ) -> Result<Arc<PreparedToken>> {
        let (begins, ends) = (time(not_before)?, time(expires)?);
        let prepared = self.0.prepare_slip(&permit.build()?, check_number, begins, ends)?;
        Ok(Arc::new(PreparedToken(prepared)))
    }
}

/// A token that lacks its signature: sign `message`, then `attach` what the signer gave.
#[derive(Debug)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Object))]
pub struct PreparedToken(pub(crate) issue::Prepared<livepermit::Token>);

/// A list that lacks its signature: sign `message`, then `attach` what the signer gave.
#[derive(Debug)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Object))]
pub struct PreparedList(pub(crate) issue::Prepared<issue::SignedList>);

#[cfg_attr(feature = "uniffi", uniffi::export)]
impl PreparedToken {
    /// The bytes to sign. A signer that hashes by itself gets these: Ed25519, `SHA256withECDSA`.
    #[must_use]
    pub fn message(&self) -> Vec<u8> {
        self.0.message().into()
    }

    /// The SHA-256 digest of the message, for a P-256 signer that does not hash. Nothing for
    /// Ed25519.
    #[must_use]
    pub fn digest(&self) -> Option<Vec<u8>> {
        self.0.digest().map(Into::into)
    }

    /// The key that must sign.
    #[must_use]
    pub fn signer(&self) -> Arc<PublicKey> {
        PublicKey::shared(self.0.signer().clone())
    }

    /// Takes the signature in any form that signers give: 64 raw bytes, DER, lost zeros, high s.
    /// Only a signature of the right key over the message is attached.
    ///
    /// # Errors
    /// `signature-encoding`, `signature-zeros`, `hashed-twice`, `not-hashed`, `other-hash`,
    /// `prehashed`, `other-bytes`, `does-not-verify`: each says what to change at the signer.
    pub fn attach(&self, signature: Vec<u8>) -> Result<Token> {
        Ok(self.0.attach(&signature)?.into())
    }

    /// Signs with a key in memory.
    ///
    /// # Errors
    /// `other-key` if the key is of another pair.
    pub fn sign(&self, key: &SecretKey) -> Result<Token> {
        Ok(self.0.sign(&key.0)?.into())
    }
}

#[cfg_attr(feature = "uniffi", uniffi::export)]
impl PreparedList {
    /// The bytes to sign.
    #[must_use]
    pub fn message(&self) -> Vec<u8> {
        self.0.message().into()
    }

    /// The key that must sign.
    #[must_use]
    pub fn signer(&self) -> Arc<PublicKey> {
        PublicKey::shared(self.0.signer().clone())
    }

    /// Takes the signature and gives the bytes of the list.
    ///
    /// # Errors
    /// As those of a token.
    pub fn attach(&self, signature: Vec<u8>) -> Result<Vec<u8>> {
        Ok(self.0.attach(&signature)?.into_bytes())
    }

    /// Signs with a key in memory and gives the bytes of the list.
    ///
    /// # Errors
    /// `other-key` if the key is of another pair.
    pub fn sign(&self, key: &SecretKey) -> Result<Vec<u8>> {
        Ok(self.0.sign(&key.0)?.into_bytes())
    }
}
