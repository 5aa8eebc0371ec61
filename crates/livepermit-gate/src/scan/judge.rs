use std::sync::Arc;

use livepermit::verify::PermitId;
use livepermit::{Context, Rejection, Timestamp, Unverified, Verified, Verifier};

use crate::gate::{Admitted, Gate};
use crate::visitor::Bearer;

/// Gives the verdict on a code: a [`Gate`], a [`Verifier`], or an [`Arc`] of one of them.
///
/// No other type can implement this trait, because a [`Scanner`](super::Scanner) relies on this:
/// every accepted code has passed all checks.
pub trait Judge: sealed::Sealed<Verdict = Self::Accepted> {
    /// The type of an acceptance: [`Admitted`], which opens a door, or [`Verified`], which does
    /// not.
    type Accepted;

    /// The verified content of an accepted code.
    fn verified(accepted: &Self::Accepted) -> &Verified;
}

impl Judge for Gate {
    type Accepted = Admitted;

    fn verified(accepted: &Admitted) -> &Verified {
        accepted.verified()
    }
}

impl Judge for Verifier {
    type Accepted = Verified;

    fn verified(accepted: &Verified) -> &Verified {
        accepted
    }
}

impl<J: Judge> Judge for Arc<J> {
    type Accepted = J::Accepted;

    fn verified(accepted: &J::Accepted) -> &Verified {
        J::verified(accepted)
    }
}

/// The result of reading a text that claims to be a token.
pub(super) type Read<'a> = Result<Unverified<'a>, Rejection>;

mod sealed {
    use super::{
        Admitted, Arc, Bearer, Context, Gate, PermitId, Rejection, Timestamp, Unverified, Verified,
        Verifier,
    };

    /// Private, so that no other crate can implement `Judge`.
    pub trait Sealed {
        /// The type of an acceptance.
        type Verdict;

        /// The whole verdict: [`Gate::judge`], which uses the code up, or [`Verifier::judge`]. Also
        /// the permit of a code with good signatures.
        fn judge(
            &self,
            token: &Result<Unverified<'_>, Rejection>,
            now: Timestamp,
        ) -> (Result<Self::Verdict, Rejection>, Option<PermitId>);

        /// Which phone shows this code, by its signatures alone. A temporary reason for a refusal,
        /// such as a slow gate clock or an expired challenge, does not change the phone. Nothing is
        /// used up.
        fn bearer(&self, token: &Unverified<'_>, now: Timestamp) -> Option<Bearer>;
    }

    impl Sealed for Gate {
        type Verdict = Admitted;

        fn judge(
            &self,
            token: &Result<Unverified<'_>, Rejection>,
            now: Timestamp,
        ) -> (Result<Admitted, Rejection>, Option<PermitId>) {
            let judgement = self.judge_read(*token, now);
            (judgement.verdict, judgement.permit)
        }

        fn bearer(&self, token: &Unverified<'_>, now: Timestamp) -> Option<Bearer> {
            self.verifier().bearer(token, now)
        }
    }

    impl Sealed for Verifier {
        type Verdict = Verified;

        fn judge(
            &self,
            token: &Result<Unverified<'_>, Rejection>,
            now: Timestamp,
        ) -> (Result<Verified, Rejection>, Option<PermitId>) {
            match token {
                Ok(token) => {
                    let judgement = Self::judge(self, token, &mut Context::at(now));
                    (judgement.verdict, judgement.signed.map(|signed| signed.permit))
                }
                Err(refused) => (Err(*refused), None),
            }
        }

        fn bearer(&self, token: &Unverified<'_>, now: Timestamp) -> Option<Bearer> {
            Bearer::signed(&Self::judge(self, token, &mut Context::at(now)))
        }
    }

    impl<J: Sealed> Sealed for Arc<J> {
        type Verdict = J::Verdict;

        fn judge(
            &self,
            token: &Result<Unverified<'_>, Rejection>,
            now: Timestamp,
        ) -> (Result<J::Verdict, Rejection>, Option<PermitId>) {
            <J as Sealed>::judge(self, token, now)
        }

        fn bearer(&self, token: &Unverified<'_>, now: Timestamp) -> Option<Bearer> {
            J::bearer(self, token, now)
        }
    }
}
