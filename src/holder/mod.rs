//! The holder's side: taking credentials in, and showing them.

mod held;
pub mod schedule;

use alloc::vec::Vec;
use core::fmt;

pub use held::{AcceptError, HeldCredential};

use crate::key::PublicKey;
use crate::time::Timestamp;
use crate::token::{
    ANYONE, ClaimError, Form, GateCode, PrepareError, Prepared, PreparedHeader, PresentationClaims,
    check_gate, check_nonce, write_presentation_claims,
};
use crate::trust::Trust;

/// Whom a presentation is made for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Recipient<'a> {
    /// Whoever reads it: the phone has not met the gate.
    Anyone,
    /// One gate, by its name.
    Gate(&'a str),
    /// One gate, in answer to the nonce it asked with (6 to 32 bytes).
    Challenge {
        /// The gate's name.
        gate: &'a str,
        /// The nonce.
        nonce: &'a [u8],
    },
}

/// A holder's wallet for one permit and one device key: several credentials, of which the one valid
/// now is shown. Who holds several permits, or shows one for somebody else too, has a wallet for
/// each.
///
/// It holds no private key: that signs what [`Holder::prepare`] gives, wherever it lives.
///
/// ```
/// # use livepermit::*;
/// # let now = Timestamp::from_unix(1_790_000_000).ok_or("time")?;
/// # let issuer_key = SecretKey::from_ed25519_seed(&[7; 32]);
/// # let issuer = Issuer::new("bj.example", issuer_key.public_key())?;
/// # let permit = Permit::new("BJ-7F3A9C2E", "bj.example:residence")?;
/// # let classes = ["bj.example:residence"];
/// # let issuers = Trust::new([TrustedKey::new("bj.example", issuer_key.public_key(), [Use::Credential], classes)?])?;
/// let device_key = SecretKey::generate_ed25519(&mut rand::rng());
/// let mut holder = Holder::new(device_key.public_key());
/// # let received = issuer.prepare_credential(&permit, holder.device_key(), Validity::default(), now)?.sign(&issuer_key)?;
/// holder.accept(received.as_bytes(), &issuers, now)?;
///
/// let code = holder.prepare(Recipient::Anyone, now)?.sign(&device_key)?;
/// assert!(code.to_qr_text().starts_with("LP1:"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Holder {
    device_key: PublicKey,
    /// Newest validity last.
    credentials: Vec<HeldCredential>,
}

impl Holder {
    /// An empty wallet for this device key.
    #[must_use]
    pub const fn new(device_key: PublicKey) -> Self {
        Self { device_key, credentials: Vec::new() }
    }

    /// The device's public key, which the issuer binds credentials to.
    #[must_use]
    pub const fn device_key(&self) -> &PublicKey {
        &self.device_key
    }

    /// Takes a credential in, as [`HeldCredential::accept`] does, and drops those that ended before
    /// `now`. It has to be of the same issuer, subject, class and representative as those that have
    /// not.
    ///
    /// # Errors
    /// [`AcceptError`]; the wallet is then as it was.
    pub fn accept(
        &mut self,
        credential: &[u8],
        issuers: &Trust,
        now: Timestamp,
    ) -> Result<&HeldCredential, AcceptError> {
        let accepted = HeldCredential::accept(credential, &self.device_key, issuers, now)?;
        let names = |held: &HeldCredential| {
            held.issuer() == accepted.issuer()
                && held.subject() == accepted.subject()
                && held.class() == accepted.class()
                && held.acting() == accepted.acting()
        };
        if !self.credentials.iter().filter(|held| held.expires() > now).all(names) {
            return Err(AcceptError::OtherPermit);
        }
        self.credentials.retain(|held| held.expires() > now && held.as_bytes() != credential);
        let place =
            self.credentials.partition_point(|held| held.not_before() <= accepted.not_before());
        self.credentials.insert(place, accepted);
        self.credentials.get(place).ok_or(AcceptError::NotACredential)
    }

    /// Every credential held, the newest last.
    #[must_use]
    pub fn credentials(&self) -> &[HeldCredential] {
        &self.credentials
    }

    /// The credential to show at `now`: of those valid, the newest.
    #[must_use]
    pub fn current(&self, now: Timestamp) -> Option<&HeldCredential> {
        self.credentials.iter().rev().find(|held| held.not_before() <= now && now < held.expires())
    }

    /// Prepares a presentation of the current credential, dated `now`.
    ///
    /// # Errors
    /// [`PrepareError::NoCredential`], [`PrepareError::NotYetValid`], [`PrepareError::Expired`] or
    /// what [`HeldCredential::prepare`] gives.
    pub fn prepare(
        &self,
        recipient: Recipient<'_>,
        now: Timestamp,
    ) -> Result<Prepared, PrepareError> {
        match self.current(now).or_else(|| self.credentials.last()) {
            Some(held) => held.prepare(recipient, now),
            None => Err(PrepareError::NoCredential),
        }
    }
}

impl HeldCredential {
    /// Prepares a presentation of this credential, dated `now`.
    ///
    /// # Errors
    /// [`PrepareError::NotYetValid`] and [`PrepareError::Expired`] outside the credential's
    /// validity, [`PrepareError::Claim`] for a gate name or nonce that breaks the rules.
    pub fn prepare(
        &self,
        recipient: Recipient<'_>,
        now: Timestamp,
    ) -> Result<Prepared, PrepareError> {
        if now < self.not_before() {
            return Err(PrepareError::NotYetValid { now, not_before: self.not_before() });
        }
        if now >= self.expires() {
            return Err(PrepareError::Expired { now, expires: self.expires() });
        }
        let (gate, nonce) = match recipient {
            Recipient::Anyone => (None, None),
            Recipient::Gate(gate) => (Some(gate), None),
            Recipient::Challenge { gate, nonce } => (Some(gate), Some(nonce)),
        };
        if let Some(gate) = gate {
            check_gate(gate).map_err(ClaimError::of("gate"))?;
        }
        if let Some(nonce) = nonce {
            check_nonce(nonce).map_err(ClaimError::of("nonce"))?;
        }
        let payload = write_presentation_claims(&PresentationClaims {
            audience: gate.unwrap_or(ANYONE),
            issued_at: now,
            nonce,
        });
        let header = PreparedHeader::Presentation {
            algorithm: self.device_key().algorithm(),
            credential: self.as_bytes(),
        };
        Prepared::new(Form::Presentation, now, self.device_key().clone(), &header, payload)
    }
}

/// What a phone does with a gate's code it has read.
impl<'a> From<&'a GateCode> for Recipient<'a> {
    fn from(code: &'a GateCode) -> Self {
        match code {
            GateCode::Name(gate) => Self::Gate(gate),
            GateCode::Challenge(challenge) => {
                Self::Challenge { gate: challenge.gate(), nonce: challenge.nonce() }
            }
        }
    }
}

impl fmt::Display for Recipient<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Anyone => "anyone",
            Self::Gate(gate) | Self::Challenge { gate, .. } => gate,
        })
    }
}
