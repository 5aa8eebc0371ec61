//! Stages 4 and 5: the credential's age, the code's window, its audience and its challenge.

use super::super::{AudiencePolicy, ChallengePolicy, Context, Policy};
use super::shown::{DevicePart, Shown};
use crate::rejection::{Rejection, RejectionCode};
use crate::time::Timestamp;

/// Stage 4: the credential is young enough for this gate.
pub(super) fn check_age(
    policy: &Policy,
    device: &DevicePart<'_>,
    now: Timestamp,
) -> Result<(), Rejection> {
    let limit = policy.max_credential_age();
    if now.seconds_since(device.not_before) > limit {
        let oldest = device.not_before.plus(limit);
        return Err(Rejection::times(RejectionCode::CredentialTooOld, now, oldest));
    }
    Ok(())
}

/// Stage 4: the device signed while the credential was valid: `nbf <= iat < exp`.
pub(super) fn check_order(device: &DevicePart<'_>, issued_at: Timestamp) -> Result<(), Rejection> {
    let refused = |limit| Err(Rejection::times(RejectionCode::TimesOutOfOrder, issued_at, limit));
    if issued_at < device.not_before {
        refused(device.not_before)
    } else if issued_at >= device.expires {
        refused(device.expires)
    } else {
        Ok(())
    }
}

/// Stage 5: the code names this gate, or is for every gate and the policy accepts that.
pub(super) fn check_audience(policy: &Policy, audience: Option<&str>) -> Result<(), Rejection> {
    let fits = match (policy.audience(), audience) {
        (AudiencePolicy::Own | AudiencePolicy::OwnOrAny, Some(audience)) => {
            policy.gate() == audience
        }
        (AudiencePolicy::OwnOrAny, None) => true,
        (AudiencePolicy::Own, None) => false,
    };
    if fits { Ok(()) } else { Err(Rejection::plain(RejectionCode::WrongAudience)) }
}

/// Stage 5: the code answers this gate's challenge in the gate's name and in time, or there is
/// neither challenge nor answer. Returns whether a challenge was answered.
pub(super) fn check_challenge(
    policy: &Policy,
    shown: &Shown<'_>,
    context: &Context<'_>,
) -> Result<bool, Rejection> {
    use RejectionCode as Code;
    let refused = |code| Err(Rejection::plain(code));
    // A challenge of another gate is the caller's mistake, not the visitor's.
    if context.challenge.is_some_and(|challenge| challenge.gate() != policy.gate()) {
        return refused(Code::ChallengeNotSupplied);
    }
    let (challenge, nonce) = match (policy.challenge(), context.challenge, shown.nonce) {
        (ChallengePolicy::NotUsed, None, None) => return Ok(false),
        (ChallengePolicy::NotUsed, None, Some(_)) => return refused(Code::ChallengeUnexpected),
        (ChallengePolicy::Required, None, _) => return refused(Code::ChallengeNotSupplied),
        (_, Some(_), None) => return refused(Code::ChallengeMissing),
        (_, Some(challenge), Some(nonce)) => (challenge, nonce),
    };
    if shown.audience != Some(policy.gate()) {
        return refused(Code::WrongAudience);
    }
    if nonce != challenge.nonce() {
        return refused(Code::ChallengeMismatch);
    }
    let (now, expires) = (context.now, challenge.expires());
    if now >= expires {
        return Err(Rejection::times(Code::ChallengeExpired, now, expires));
    }
    Ok(true)
}
