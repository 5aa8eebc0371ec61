//! The holder's wallet: accepts credentials and shows them.

use alloc::vec::Vec;
use core::fmt;

use crate::field::{ANYONE, check_gate, check_nonce, name_error, nonce_error};
use crate::issue::{PrepareError, Prepared, PreparedHeader};
use crate::key::PublicKey;
use crate::time::Timestamp;
use crate::token::{Form, GateCode, PresentationClaims, Token, write_presentation_claims};
use crate::trust::Trust;

use super::{AcceptError, HeldCredential};

/// The gate or gates for which a presentation is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Recipient<'a> {
    /// Every gate: the phone does not know the gate's name.
    Anyone,
    /// One gate, by its name.
    Gate(&'a str),
    /// One gate, in answer to its challenge.
    Challenge {
        /// The gate's name.
        gate: &'a str,
        /// The nonce of the challenge: 6 to 32 bytes.
        nonce: &'a [u8],
    },
}

/// A holder's wallet for one permit and one device key. The wallet may hold several credentials and
/// shows the newest valid credential. Use one wallet for each permit and for each person that the
/// holder represents.
///
/// The wallet holds no private key. The device's key store signs the result of [`Holder::prepare`].
///
/// ```
/// # use livepermit::*;
/// # let now = Timestamp::from_unix(1_790_000_000).ok_or("time")?;
/// # let issuer_key = SecretKey::from_ed25519_seed(&[7; 32]);
/// # let issuer = Issuer::new("bj.example", issuer_key.public_key())?;
/// # let permit = Permit::new("BJ-7F3A9C2E", "bj.example:residence")?;
/// # let classes = ["bj.example:residence"];
/// # let issuers = Trust::of_issuer("bj.example", issuer_key.public_key(), classes)?;
/// let device_key = SecretKey::generate_ed25519(&mut rand::rng());
/// let mut holder = Holder::new(device_key.public_key());
/// # let validity = Validity::default();
/// # let prepared = issuer.prepare_credential(&permit, holder.device_key(), validity, now)?;
/// # let received = prepared.sign(&issuer_key)?;
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
    /// Makes an empty wallet for this device key.
    #[must_use]
    pub const fn new(device_key: PublicKey) -> Self {
        Self { device_key, credentials: Vec::new() }
    }

    /// The device's public key. The issuer binds credentials to this key.
    #[must_use]
    pub const fn device_key(&self) -> &PublicKey {
        &self.device_key
    }

    /// Accepts a credential like [`HeldCredential::accept`], and drops credentials that have
    /// expired at `now`. The new credential must have the same issuer, subject, class and
    /// representative as the valid credentials in the wallet.
    ///
    /// # Errors
    /// [`AcceptError`]. An error changes nothing.
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

    /// Every credential in the wallet, the newest last.
    #[must_use]
    pub fn credentials(&self) -> &[HeldCredential] {
        &self.credentials
    }

    /// The credential to show at `now`: the newest valid credential.
    #[must_use]
    pub fn current(&self, now: Timestamp) -> Option<&HeldCredential> {
        self.credentials.iter().rev().find(|held| held.not_before() <= now && now < held.expires())
    }

    /// Prepares a presentation of the current credential, dated `now`.
    ///
    /// # Errors
    /// [`PrepareError::NoCredential`], [`PrepareError::NotYetValid`], [`PrepareError::Expired`] or
    /// an error of [`HeldCredential::prepare`].
    pub fn prepare(
        &self,
        recipient: Recipient<'_>,
        now: Timestamp,
    ) -> Result<Prepared<Token>, PrepareError> {
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
    /// validity, [`PrepareError::Claim`] if a gate name or nonce breaks its rules.
    pub fn prepare(
        &self,
        recipient: Recipient<'_>,
        now: Timestamp,
    ) -> Result<Prepared<Token>, PrepareError> {
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
            check_gate(gate).map_err(name_error("gate", gate))?;
        }
        if let Some(nonce) = nonce {
            check_nonce(nonce).map_err(nonce_error(nonce))?;
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
        Prepared::token(Form::Presentation, now, self.device_key().clone(), &header, payload)
    }
}

/// Makes the recipient from a gate's code that the phone has read.
impl<'a> From<&'a GateCode> for Recipient<'a> {
    fn from(code: &'a GateCode) -> Self {
        match code {
            GateCode::Name(gate) => Self::Gate(gate.as_str()),
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
