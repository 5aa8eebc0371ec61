use std::sync::Arc;

use crate::checkpoint::{Admitted, Checkpoint};
use crate::rejection::Rejection;
use crate::text::{Kind, TextError};
use crate::time::Timestamp;
use crate::verifier::{Verified, Verifier};

/// Who gives the verdict on a code that was read: a [`Checkpoint`], a [`Verifier`], or one of them in an [`Arc`].
///
/// Nothing else is one: a [`Scanner`](super::Scanner) relies on every acceptance having been through all the checks.
pub trait Judge: sealed::Sealed {
    /// What an accepted code becomes: [`Admitted`], on which a door opens, or [`Verified`], on which none does.
    type Accepted;

    /// The whole verdict: [`Checkpoint::admit`], which uses the code up, or [`Verifier::verify`].
    ///
    /// # Errors
    /// A [`Rejection`] with its stable code.
    fn judge(&self, text: &str, now: Timestamp) -> Result<Self::Accepted, Rejection>;

    /// The verdict without what was shown before, which uses nothing up.
    ///
    /// # Errors
    /// A [`Rejection`] with its stable code.
    fn verify_only(&self, text: &str, now: Timestamp) -> Result<Verified, Rejection>;

    /// What was verified of an accepted code.
    fn verified(accepted: &Self::Accepted) -> &Verified;
}

impl Judge for Checkpoint {
    type Accepted = Admitted;

    fn judge(&self, text: &str, now: Timestamp) -> Result<Admitted, Rejection> {
        self.admit(text, now)
    }

    fn verify_only(&self, text: &str, now: Timestamp) -> Result<Verified, Rejection> {
        Self::verify_only(self, text, now)
    }

    fn verified(accepted: &Admitted) -> &Verified {
        accepted.verified()
    }
}

impl Judge for Verifier {
    type Accepted = Verified;

    fn judge(&self, text: &str, now: Timestamp) -> Result<Verified, Rejection> {
        self.verify(text, now)
    }

    fn verify_only(&self, text: &str, now: Timestamp) -> Result<Verified, Rejection> {
        self.verify(text, now)
    }

    fn verified(accepted: &Verified) -> &Verified {
        accepted
    }
}

impl<J: Judge> Judge for Arc<J> {
    type Accepted = J::Accepted;

    fn judge(&self, text: &str, now: Timestamp) -> Result<J::Accepted, Rejection> {
        J::judge(self, text, now)
    }

    fn verify_only(&self, text: &str, now: Timestamp) -> Result<Verified, Rejection> {
        J::verify_only(self, text, now)
    }

    fn verified(accepted: &J::Accepted) -> &Verified {
        J::verified(accepted)
    }
}

mod sealed {
    use super::{Arc, Checkpoint, Verifier};

    /// Not to be implemented elsewhere.
    pub trait Sealed {}
    impl Sealed for Checkpoint {}
    impl Sealed for Verifier {}
    impl<J: Sealed> Sealed for Arc<J> {}
}

/// Whether a text does not even claim to be a token: a poster, a link, a gate's own code. It is asked for no verdict.
pub(super) fn is_foreign(text: &str) -> bool {
    matches!(Kind::of(text), Err(TextError::Empty | TextError::TooLong { .. } | TextError::NotOurs))
}
