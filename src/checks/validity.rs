use crate::rejection::{Rejection, RejectionCode};
use crate::time::Timestamp;

/// Stage 4, the part for holder and verifier: `not_before` <= now < `expires`.
pub(crate) fn check_validity(
    not_before: Timestamp,
    expires: Timestamp,
    now: Timestamp,
) -> Result<(), Rejection> {
    if now < not_before {
        return Err(Rejection::times(RejectionCode::NotYetValid, now, not_before));
    }
    if now >= expires {
        return Err(Rejection::times(RejectionCode::Expired, now, expires));
    }
    Ok(())
}
