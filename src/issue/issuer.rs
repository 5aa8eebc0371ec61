//! The issuer, who makes passes, credentials and slips.

use alloc::boxed::Box;

use crate::bytes::cose::MAX_KID_BYTES;
use crate::field::{Name, check_check_number, check_gate, check_number_error, name_error};
use crate::key::{Algorithm, PublicKey};
use crate::time::Timestamp;
use crate::token::{Form, FormClaims, Token, write_claims};
use crate::trust::{TrustError, default_key_id};

use super::{Permit, PrepareError, Prepared, PreparedHeader};

/// How long a credential is valid, and how far back its validity begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Validity {
    /// The validity begins this many seconds before the time of issue, so that a gate with a slow
    /// clock accepts the credential.
    pub backdate: u64,
    /// The validity ends this many seconds after the time of issue.
    pub lifetime: u64,
}

/// 24 hours from the time of issue, and 5 minutes before. A phone must go online once in that time,
/// and a stolen device key is useful only that long.
impl Default for Validity {
    fn default() -> Self {
        Self { backdate: 300, lifetime: 86_400 }
    }
}

/// An issuer: a name and a public key. Pass the private key to [`Prepared::sign`], or keep it in an
/// HSM and use [`Prepared::attach`].
///
/// ```
/// use livepermit::{Issuer, Permit, SecretKey, Timestamp, Validity};
/// let key = SecretKey::generate_ed25519(&mut rand::rng());
/// let issuer = Issuer::new("bj.example", key.public_key())?;
/// let permit = Permit::new("BJ-7F3A9C2E", "bj.example:residence")?;
/// let now = Timestamp::try_from(std::time::SystemTime::now())?;
///
/// // A pass: shown as it is, live for the permit's window.
/// let pass = issuer.prepare_pass(&permit, None, now)?.sign(&key)?;
/// assert!(pass.as_bytes().len() <= 172);
///
/// // A credential: bound to the device key that the phone sent.
/// let device = SecretKey::generate_p256(&mut rand::rng()).public_key();
/// let prepared = issuer.prepare_credential(&permit, &device, Validity::default(), now)?;
/// let credential = prepared.sign(&key)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Issuer {
    name: Name,
    key: PublicKey,
    key_id: Box<[u8]>,
    algorithm: Algorithm,
}

impl Issuer {
    /// Makes an issuer from its name (1 to 128 visible ASCII characters) and its Ed25519 public
    /// key. The key id is the first 8 bytes of the key's thumbprint (RFC 9679).
    ///
    /// # Errors
    /// [`TrustError::Claim`] if the name breaks its rules, [`TrustError::NotEd25519`] if the key is
    /// of another type.
    pub fn new(name: &str, key: PublicKey) -> Result<Self, TrustError> {
        let name = Name::of("issuer", name)?;
        if key.algorithm() != Algorithm::Ed25519 {
            return Err(TrustError::NotEd25519);
        }
        let key_id = default_key_id(&key).into();
        Ok(Self { name, key, key_id, algorithm: Algorithm::Ed25519 })
    }

    /// Sets another key id: 1 to 32 bytes.
    ///
    /// # Errors
    /// [`TrustError::KeyIdLength`].
    pub fn with_key_id(mut self, key_id: &[u8]) -> Result<Self, TrustError> {
        if !(1..=MAX_KID_BYTES).contains(&key_id.len()) {
            return Err(TrustError::KeyIdLength { found: key_id.len() });
        }
        self.key_id = key_id.into();
        Ok(self)
    }

    /// Uses the older algorithm number `EdDSA` (−8) in passes and slips, for verifiers that know no
    /// other number. This issuer cannot make credentials then.
    #[must_use]
    pub fn pinned_to_eddsa(mut self) -> Self {
        self.algorithm = Algorithm::EdDsa;
        self
    }

    /// The issuer's name.
    #[must_use]
    pub fn name(&self) -> &str {
        self.name.as_str()
    }

    /// The public key.
    #[must_use]
    pub const fn public_key(&self) -> &PublicKey {
        &self.key
    }

    /// The key id by which tokens name the key.
    #[must_use]
    pub fn key_id(&self) -> &[u8] {
        &self.key_id
    }

    /// The algorithm that the issuer's tokens name.
    #[must_use]
    pub const fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// Prepares a pass, live from `now` for the permit's window. The pass is for the gate
    /// `audience`, or for every gate with `None`.
    ///
    /// # Errors
    /// [`PrepareError`] if the claims do not fit or the window ends after [`Timestamp::MAX`].
    pub fn prepare_pass(
        &self,
        permit: &Permit,
        audience: Option<&str>,
        now: Timestamp,
    ) -> Result<Prepared<Token>, PrepareError> {
        if let Some(audience) = audience {
            check_gate(audience).map_err(name_error("audience", audience))?;
        }
        let expires = later(now, permit.window())?;
        permit.check_person(now)?;
        self.prepare(permit, FormClaims::Pass { audience, issued_at: now, expires }, now)
    }

    /// Prepares a credential bound to `device_key`. The validity begins [`Validity::backdate`]
    /// seconds before `now`, so gates must trust a new issuer key from at least that long before
    /// its first credential. Before you bind a key, let the phone prove that it holds the key.
    ///
    /// # Errors
    /// [`PrepareError`] if the claims do not fit, the validity is empty or it ends after
    /// [`Timestamp::MAX`].
    pub fn prepare_credential(
        &self,
        permit: &Permit,
        device_key: &PublicKey,
        validity: Validity,
        now: Timestamp,
    ) -> Result<Prepared<Token>, PrepareError> {
        if self.algorithm == Algorithm::EdDsa {
            return Err(PrepareError::PinnedToEdDsa);
        }
        let not_before = now.minus(validity.backdate);
        let expires = later(now, validity.lifetime)?;
        // With a lifetime of 0 the credential would expire in the second of issue.
        if validity.lifetime == 0 {
            return Err(PrepareError::EmptyValidity);
        }
        permit.check_person(now)?;
        device_key.with_cose(|key| {
            let acting = permit.acting_claim();
            let window = permit.window();
            let claims =
                FormClaims::Credential { not_before, expires, window, device_key: *key, acting };
            self.prepare(permit, claims, not_before)
        })
    }

    /// Prepares a printed slip for people without a smartphone. The permit must name a person, so
    /// that a guard can compare the identity document, and a status, so that the slip can be
    /// withdrawn. Print `check_number` (6 to 12 digits) beside the code.
    ///
    /// # Errors
    /// [`PrepareError`] if person, status or check number are missing or wrong, or the claims do
    /// not fit.
    pub fn prepare_slip(
        &self,
        permit: &Permit,
        check_number: &str,
        not_before: Timestamp,
        expires: Timestamp,
    ) -> Result<Prepared<Token>, PrepareError> {
        check_check_number(check_number).map_err(check_number_error(check_number))?;
        if not_before >= expires {
            return Err(PrepareError::EmptyValidity);
        }
        permit.check_person(not_before)?;
        self.prepare(permit, FormClaims::Slip { not_before, expires, check_number }, not_before)
    }

    fn prepare(
        &self,
        permit: &Permit,
        claims: FormClaims<'_>,
        issued_at: Timestamp,
    ) -> Result<Prepared<Token>, PrepareError> {
        let carries_acting = matches!(claims, FormClaims::Credential { .. });
        if permit.acting_claim().is_some() && !carries_acting {
            return Err(PrepareError::ActingNeedsCredential);
        }
        let form = match claims {
            FormClaims::Pass { .. } => Form::Pass,
            FormClaims::Credential { .. } => Form::Credential,
            FormClaims::Slip { .. } => Form::Slip,
        };
        let payload = write_claims(&permit.as_claims(self.name.as_str(), claims));
        let header = PreparedHeader::Issued { algorithm: self.algorithm, kid: &self.key_id };
        Prepared::token(form, issued_at, self.key.clone(), &header, payload)
    }
}

/// `time` plus `seconds`, at most [`Timestamp::MAX`].
fn later(time: Timestamp, seconds: u64) -> Result<Timestamp, PrepareError> {
    let sum = time.as_unix().checked_add(seconds).and_then(Timestamp::from_unix);
    sum.ok_or(PrepareError::TimeOutOfRange)
}
