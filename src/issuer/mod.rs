//! The issuer: makes passes and credentials.

use alloc::boxed::Box;

use crate::cose::MAX_KID_BYTES;
use crate::key::{Algorithm, PublicKey};
use crate::time::Timestamp;
use crate::token::{
    ClaimError, Form, Permit, PrepareError, Prepared, PreparedHeader, Timing, check_check_number,
    check_gate, check_name, write_claims,
};
use crate::trust::{TrustError, default_key_id};

/// How long a credential is valid, and how far back its validity begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Validity {
    /// Seconds before the moment of issue at which the validity begins, so that clocks a little
    /// slow accept it.
    pub backdate: u64,
    /// Seconds after the moment of issue at which it ends.
    pub lifetime: u64,
}

/// 24 hours, begun 5 minutes before: a phone must have been online within that time, and a stolen
/// device key is worth no more than that.
impl Default for Validity {
    fn default() -> Self {
        Self { backdate: 300, lifetime: 86_400 }
    }
}

/// An issuer: a name and a public key. The private key is handed to [`Prepared::sign`], or stays in
/// its HSM.
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
/// let credential = issuer.prepare_credential(&permit, &device, Validity::default(), now)?.sign(&key)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Issuer {
    name: Box<str>,
    key: PublicKey,
    key_id: Box<[u8]>,
    algorithm: Algorithm,
}

impl Issuer {
    /// An issuer by its name (1 to 128 visible ASCII characters) and its Ed25519 public key. The
    /// key id is the first 8 bytes of the key's thumbprint.
    ///
    /// # Errors
    /// [`TrustError::Claim`] for another name, [`TrustError::NotEd25519`] for another key.
    pub fn new(name: &str, key: PublicKey) -> Result<Self, TrustError> {
        check_name(name).map_err(ClaimError::of("issuer"))?;
        if key.algorithm() != Algorithm::Ed25519 {
            return Err(TrustError::NotEd25519);
        }
        let key_id = default_key_id(&key).into();
        Ok(Self { name: name.into(), key, key_id, algorithm: Algorithm::Ed25519 })
    }

    /// Names the key by another key id: 1 to 32 bytes.
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

    /// Signs passes under the older number `EdDSA` (−8), for verifiers that know no other.
    /// Credentials cannot be issued then.
    #[must_use]
    pub fn pinned_to_eddsa(mut self) -> Self {
        self.algorithm = Algorithm::EdDsa;
        self
    }

    /// The issuer's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The public key.
    #[must_use]
    pub const fn public_key(&self) -> &PublicKey {
        &self.key
    }

    /// The key id tokens name the key by.
    #[must_use]
    pub fn key_id(&self) -> &[u8] {
        &self.key_id
    }

    /// The algorithm its tokens name.
    #[must_use]
    pub const fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// Prepares a pass: live from `now` for the permit's window, at `audience` or, with `None`, at
    /// every gate.
    ///
    /// # Errors
    /// [`PrepareError`] when the claims do not fit, or time ends.
    pub fn prepare_pass(
        &self,
        permit: &Permit,
        audience: Option<&str>,
        now: Timestamp,
    ) -> Result<Prepared, PrepareError> {
        if let Some(audience) = audience {
            check_gate(audience).map_err(ClaimError::of("audience"))?;
        }
        let expires = later(now, permit.window())?;
        self.prepare(permit, Timing::Pass { audience, issued_at: now, expires }, now)
    }

    /// Prepares a credential bound to `device_key`. Its validity begins [`Validity::backdate`]
    /// seconds before `now`, so a new issuer key must be trusted from at least that long before its
    /// first credential. Ask for proof that the phone holds the key before you bind it.
    ///
    /// # Errors
    /// [`PrepareError`] when the claims do not fit, the validity is empty, or time ends.
    pub fn prepare_credential(
        &self,
        permit: &Permit,
        device_key: &PublicKey,
        validity: Validity,
        now: Timestamp,
    ) -> Result<Prepared, PrepareError> {
        if self.algorithm == Algorithm::EdDsa {
            return Err(PrepareError::PinnedToEdDsa);
        }
        let not_before = now.minus(validity.backdate);
        let expires = later(now, validity.lifetime)?;
        // A lifetime of 0 would end in the second of issue, however far back it began.
        if validity.lifetime == 0 {
            return Err(PrepareError::EmptyValidity);
        }
        device_key.with_cose(|key| {
            let acting = permit.acting_claim();
            let window = permit.window();
            let timing =
                Timing::Credential { not_before, expires, window, device_key: *key, acting };
            self.prepare(permit, timing, not_before)
        })
    }

    /// Prepares a printed slip for people without a smartphone. The permit must name a person,
    /// whose identity document the gate compares, and a status, by which the slip can be withdrawn.
    /// `check_number` (6 to 12 digits) is printed beside the code.
    ///
    /// # Errors
    /// [`PrepareError`] when person, status or check number are missing or wrong, or the claims do
    /// not fit.
    pub fn prepare_slip(
        &self,
        permit: &Permit,
        check_number: &str,
        not_before: Timestamp,
        expires: Timestamp,
    ) -> Result<Prepared, PrepareError> {
        check_check_number(check_number).map_err(ClaimError::of("check number"))?;
        if not_before >= expires {
            return Err(PrepareError::EmptyValidity);
        }
        self.prepare(permit, Timing::Slip { not_before, expires, check_number }, not_before)
    }

    fn prepare(
        &self,
        permit: &Permit,
        timing: Timing<'_>,
        issued_at: Timestamp,
    ) -> Result<Prepared, PrepareError> {
        let carries_acting = matches!(timing, Timing::Credential { .. });
        if permit.acting_claim().is_some() && !carries_acting {
            return Err(PrepareError::ActingNeedsCredential);
        }
        let form = match timing {
            Timing::Pass { .. } => Form::Pass,
            Timing::Credential { .. } => Form::Credential,
            Timing::Slip { .. } => Form::Slip,
        };
        let payload = write_claims(&permit.as_claims(&self.name, timing));
        let header = PreparedHeader::Issued { algorithm: self.algorithm, kid: &self.key_id };
        Prepared::new(form, issued_at, self.key.clone(), &header, payload)
    }
}

/// `time` and `seconds` more, if that can still be written.
fn later(time: Timestamp, seconds: u64) -> Result<Timestamp, PrepareError> {
    let sum = time.as_unix().checked_add(seconds).and_then(Timestamp::from_unix);
    sum.ok_or(PrepareError::TimeOutOfRange)
}
