use std::sync::Arc;

use super::track::Showing;
use crate::checkpoint::{Admitted, Checkpoint};
use crate::rejection::{Rejection, Stage};
use crate::text::{Kind, TextError};
use crate::time::Timestamp;
use crate::verifier::{Context, Input, Verified, Verifier};

/// Who gives the verdict on a code that was read: a [`Checkpoint`], a [`Verifier`], or one of them
/// in an [`Arc`].
///
/// Nothing else is one: a [`Scanner`](super::Scanner) relies on every acceptance having been
/// through all the checks.
pub trait Judge: sealed::Sealed {
    /// What an accepted code becomes: [`Admitted`], on which a door opens, or [`Verified`], on
    /// which none does.
    type Accepted;

    /// The whole verdict: [`Checkpoint::admit`], which uses the code up, or [`Verifier::verify`].
    ///
    /// # Errors
    /// A [`Rejection`] with its stable code.
    fn judge(&self, text: &str, now: Timestamp) -> Result<Self::Accepted, Rejection>;

    /// What was verified of an accepted code.
    fn verified(accepted: &Self::Accepted) -> &Verified;
}

impl Judge for Checkpoint {
    type Accepted = Admitted;

    fn judge(&self, text: &str, now: Timestamp) -> Result<Admitted, Rejection> {
        self.admit(text, now)
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

    fn verified(accepted: &Verified) -> &Verified {
        accepted
    }
}

impl<J: Judge> Judge for Arc<J> {
    type Accepted = J::Accepted;

    fn judge(&self, text: &str, now: Timestamp) -> Result<J::Accepted, Rejection> {
        J::judge(self, text, now)
    }

    fn verified(accepted: &J::Accepted) -> &Verified {
        J::verified(accepted)
    }
}

mod sealed {
    use super::{Checkpoint, Showing, Timestamp, Verifier};

    /// Not to be implemented elsewhere.
    pub trait Sealed {
        /// Which phone shows this code, by its signatures alone: no reason of this moment, such as
        /// a gate's clock that is slow or a challenge that has ended, makes it another phone.
        /// Nothing is used up.
        fn shows(&self, text: &str, now: Timestamp) -> Option<Showing>;
    }

    impl Sealed for Checkpoint {
        fn shows(&self, text: &str, now: Timestamp) -> Option<Showing> {
            self.verifier().shows(text, now)
        }
    }

    impl Sealed for Verifier {
        fn shows(&self, text: &str, now: Timestamp) -> Option<Showing> {
            super::shows(self, text, now)
        }
    }

    impl<J: Sealed> Sealed for super::Arc<J> {
        fn shows(&self, text: &str, now: Timestamp) -> Option<Showing> {
            J::shows(self, text, now)
        }
    }
}

fn shows(verifier: &Verifier, text: &str, now: Timestamp) -> Option<Showing> {
    let mut showing = None;
    let verdict = Input::Text(text).with_bytes(|bytes| {
        verifier.verify_bytes(bytes, &mut Context::at(now), &mut |signed| {
            showing = Some(Showing::signed(signed))
        })
    });
    // Signed well, but not by a key that may: whose code it is, is not known.
    let is_known = verdict.err().is_none_or(|rejection| rejection.stage() > Stage::Signature);
    showing.filter(|_| is_known)
}

/// Whether a text does not even claim to be a token: a poster, a link, a gate's own code. It is
/// asked for no verdict.
pub(super) fn is_foreign(text: &str) -> bool {
    matches!(Kind::of(text), Err(TextError::Empty | TextError::TooLong { .. } | TextError::NotOurs))
}
