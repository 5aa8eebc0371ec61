use super::Verified;
use crate::key::PublicKey;
use crate::rejection::Rejection;
use crate::time::Timestamp;
use crate::token::PermitId;

/// The verdict on a token, and who signed the token. Also a refused token tells its signer if its
/// signatures are good. Made by [`Verifier::judge`](crate::Verifier::judge).
///
/// ```
/// use livepermit::verify::{Buffer, Unverified};
/// use livepermit::{Context, Issuer, Permit, Policy, RejectionCode, RevocationPolicy, SecretKey};
/// use livepermit::{Timestamp, Trust, Verifier};
/// let now = Timestamp::from_unix(1_790_000_000).ok_or("time")?;
/// let key = SecretKey::from_ed25519_seed(&[7; 32]);
/// let classes = ["bj.example:residence"];
/// let trust = Trust::of_issuer("bj.example", key.public_key(), classes)?;
/// let policy = Policy::new("gate-3", classes, RevocationPolicy::NotChecked);
/// let verifier = Verifier::new(trust, policy)?;
/// let issuer = Issuer::new("bj.example", key.public_key())?;
/// let permit = Permit::new("BJ-7F3A9C2E", "bj.example:residence")?;
/// let text = issuer.prepare_pass(&permit, None, now)?.sign(&key)?.to_qr_text();
///
/// // Read once, then choose, then judge. This code is a minute old.
/// let mut buffer = Buffer::new();
/// let token = Unverified::read(&mut buffer, &text)?;
/// assert_eq!(token.unverified_issuer(), "bj.example");
/// let judgement = verifier.judge(&token, &mut Context::at(now.plus(60)));
/// assert_eq!(judgement.verdict.unwrap_err().code(), RejectionCode::Stale);
/// assert_eq!(judgement.signed.and_then(|signed| signed.issued_at), Some(now));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Judgement {
    /// The verdict: what [`Verifier::verify`](crate::Verifier::verify) returns.
    pub verdict: Result<Verified, Rejection>,
    /// Who signed the token, if every signature is good under a trusted key. A token that is
    /// refused for a later reason, for example as stale, still tells its permit and the time of its
    /// maker's clock.
    pub signed: Option<SignedBy>,
}

/// The permit of a code with good signatures, and when the code was made.
///
/// The key may lack the right to sign this permit. Only a [`Verified`] says that a permit counts.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SignedBy {
    /// The permit.
    pub permit: PermitId,
    /// The time in the code, by the clock of its maker; `None` for a slip.
    pub issued_at: Option<Timestamp>,
    /// The key of the device that signed a presentation; `None` for a pass or a slip.
    pub device_key: Option<PublicKey>,
}

impl SignedBy {
    pub(super) const fn new(
        permit: PermitId,
        issued_at: Option<Timestamp>,
        device_key: Option<PublicKey>,
    ) -> Self {
        Self { permit, issued_at, device_key }
    }
}
