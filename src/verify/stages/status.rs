use super::super::{Caution, Cautions, RevocationPolicy, Verifier};
use super::shown::Shown;
use crate::rejection::{Rejection, RejectionCode};
use crate::status::StatusValue;
use crate::time::Timestamp;
use crate::token::Form;

impl Verifier {
    /// Stage 7: looks up the permit in the status list of the verified key's issuer. Returns the
    /// cautions.
    pub(super) fn check_status(
        &self,
        shown: &Shown<'_>,
        now: Timestamp,
    ) -> Result<Cautions, Rejection> {
        let none = Cautions::default();
        let (max_age, grace) = match self.policy().revocation() {
            RevocationPolicy::NotChecked => return Ok(none.with(Caution::RevocationNotChecked)),
            RevocationPolicy::Required { max_age, grace } => (max_age, grace),
        };
        let claims = &shown.issued.claims;
        let Some(status) = claims.status else {
            // The issuer signed a pass seconds ago, so no list is needed to withdraw it.
            let needs_none =
                shown.form() == Form::Pass || self.policy().is_status_exempt(claims.class);
            return if needs_none {
                Ok(none)
            } else {
                Err(Rejection::plain(RejectionCode::StatusMissing))
            };
        };
        // `iss` is the issuer of the key that verified, because authority was checked.
        let list = self
            .status_list(claims.issuer, status.uri)
            .ok_or(Rejection::plain(RejectionCode::StatusListUnknown))?;
        let too_old = list.issued_at().plus(max_age);
        let (code, deadline) = match list.expires() {
            Some(expires) if expires <= too_old => (RejectionCode::StatusListExpired, expires),
            _ => (RejectionCode::StatusListTooOld, too_old),
        };
        if now >= deadline.plus(grace) {
            return Err(Rejection::times(code, now, deadline));
        }
        // Check the index after the age: an old list may be shorter than the current list, which is
        // not the issuer's fault.
        let value = list.get(status.index).ok_or(Rejection::counts(
            RejectionCode::StatusIndexOutOfRange,
            status.index,
            list.len(),
        ))?;
        match value {
            StatusValue::Valid if now >= deadline => Ok(none.with(Caution::StatusOld)),
            StatusValue::Valid => Ok(none),
            StatusValue::Revoked => Err(Rejection::plain(RejectionCode::Revoked)),
            StatusValue::Suspended => Err(Rejection::plain(RejectionCode::Suspended)),
            StatusValue::Other(value) => {
                Err(Rejection::counts(RejectionCode::StatusNotValid, u64::from(value), 0))
            }
        }
    }
}
