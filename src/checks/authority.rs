use crate::rejection::{Rejection, RejectionCode};
use crate::time::Timestamp;
use crate::token::{FormClaims, IssuerSigned};
use crate::trust::{TrustedKey, Use};

/// Stage 3, second half: may this key sign this token at this time? Only the trust entry whose key
/// verified the signature counts.
pub(crate) fn check_authority(
    key: &TrustedKey,
    token: &IssuerSigned<'_>,
    now: Timestamp,
) -> Result<(), Rejection> {
    let claims = &token.claims;
    if claims.issuer != key.issuer() {
        return Err(Rejection::plain(RejectionCode::IssuerMismatch));
    }
    if !key.may_sign_class(claims.class) {
        return Err(Rejection::plain(RejectionCode::ClassNotGranted));
    }
    let (wanted, dated) = match claims.form {
        FormClaims::Pass { issued_at, .. } => (Use::Pass, issued_at),
        FormClaims::Credential { not_before, .. } => (Use::Credential, not_before),
        FormClaims::Slip { not_before, .. } => (Use::Slip, not_before),
    };
    if !key.uses().contains(wanted) {
        return Err(Rejection::plain(RejectionCode::UseNotGranted));
    }
    if dated < key.not_before() {
        return Err(Rejection::times(RejectionCode::KeyNotYetValid, dated, key.not_before()));
    }
    if dated >= key.sign_until() {
        return Err(Rejection::times(RejectionCode::KeyRetired, dated, key.sign_until()));
    }
    if now >= key.expires() {
        return Err(Rejection::times(RejectionCode::KeyExpired, now, key.expires()));
    }
    Ok(())
}
