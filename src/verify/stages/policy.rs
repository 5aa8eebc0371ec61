use super::super::{ActingPolicy, Policy};
use super::shown::Shown;
use crate::rejection::{Rejection, RejectionCode};

/// Stage 6: the form, then the class, then who shows the permit.
pub(super) fn check_policy(policy: &Policy, shown: &Shown<'_>) -> Result<(), Rejection> {
    if !policy.forms().contains(&shown.form()) {
        return Err(Rejection::plain(RejectionCode::FormNotAccepted));
    }
    if !policy.accepts_class(shown.issued.claims.class) {
        return Err(Rejection::plain(RejectionCode::ClassNotAccepted));
    }
    if shown.is_acting() && policy.acting() != ActingPolicy::Accepted {
        return Err(Rejection::plain(RejectionCode::ActingNotAccepted));
    }
    Ok(())
}
