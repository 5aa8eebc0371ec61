//! The verifier: one call, one order of checks, one reason.

mod context;
mod policy;
mod steps;
mod verified;

pub use context::{Challenge, Context, Input};
pub use policy::{AudiencePolicy, ChallengePolicy, ConfigError, Policy, Revocation};
pub use verified::{Caution, Cautions, Claim, PermitId, Verified};

use crate::rejection::Rejection;
use crate::text::{self, MAX_TOKEN_BYTES};
use crate::trust::Trust;

/// Verifies tokens: immutable, `Send` and `Sync`, without clock, randomness, I/O or lock. The same arguments get the same
/// answer. When trust or policy changes, build a new one and replace it whole.
///
/// ```
/// use livepermit::{AudiencePolicy, Code, Issuer, Permit, Policy, Revocation, SecretKey, Timestamp, Trust};
/// use livepermit::{TrustedKey, Use, Verifier};
///
/// // What the issuer hands to every gate: its public key.
/// let issuer_key = SecretKey::from_ed25519_seed(&[7; 32]);
/// let classes = ["bj.example:residence"];
/// let trust = Trust::new([TrustedKey::new("bj.example", issuer_key.public_key(), [Use::Pass], classes)?])?;
/// let policy = Policy::new(AudiencePolicy::OwnOrAny("gate-3".into()), classes, Revocation::NotChecked);
/// let verifier = Verifier::new(trust, policy)?;
///
/// // What the camera read.
/// let now = Timestamp::from_unix(1_790_000_000).ok_or("time")?;
/// let issuer = Issuer::new("bj.example", issuer_key.public_key())?;
/// let permit = Permit::new("BJ-7F3A9C2E", "bj.example:residence")?;
/// let text = issuer.prepare_pass(&permit, None, now)?.sign(&issuer_key)?.to_qr_text();
///
/// let verified = verifier.verify(&text, now.plus(4))?;
/// assert_eq!(verified.subject(), "BJ-7F3A9C2E");
/// // The same picture half a minute later:
/// let rejection = verifier.verify(&text, now.plus(30)).unwrap_err();
/// assert_eq!(rejection.code(), Code::Stale);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Verifier {
    trust: Trust,
    policy: Policy,
}

impl Verifier {
    /// Builds a verifier.
    ///
    /// # Errors
    /// [`ConfigError`] when the policy contradicts itself or could accept nothing.
    pub fn new(trust: Trust, policy: Policy) -> Result<Self, ConfigError> {
        policy.check()?;
        Ok(Self { trust, policy })
    }

    /// The trusted keys.
    #[must_use]
    pub const fn trust(&self) -> &Trust {
        &self.trust
    }

    /// The policy.
    #[must_use]
    pub const fn policy(&self) -> &Policy {
        &self.policy
    }

    /// Verifies what was scanned, in the one order of `docs/spec.md`: structure, key, signatures and authority, credential, freshness,
    /// policy. The first check that fails is the answer.
    ///
    /// `input` is the text of a QR code or link, or the bytes; `context` the time, or a [`Context`] when a challenge has to be
    /// answered.
    ///
    /// # Errors
    /// A [`Rejection`] with its stable code.
    pub fn verify<'i, 'c>(
        &self,
        input: impl Into<Input<'i>>,
        context: impl Into<Context<'c>>,
    ) -> Result<Verified, Rejection> {
        self.verify_plain(input.into(), context.into())
    }

    fn verify_plain(&self, input: Input<'_>, context: Context<'_>) -> Result<Verified, Rejection> {
        match input {
            Input::Bytes(bytes) => self.verify_bytes(bytes, &context),
            Input::Text(text) => {
                let mut buffer = [0; MAX_TOKEN_BYTES];
                self.verify_bytes(text::decode(text, &mut buffer)?, &context)
            }
        }
    }
}
