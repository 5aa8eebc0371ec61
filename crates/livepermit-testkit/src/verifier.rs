//! The verifier of this world, and its verdicts.

use livepermit::verify::Input;
use livepermit::{
    Context, Policy, Rejection, RejectionCode, RevocationPolicy, Timestamp, Trust, TrustedKey,
    Verifier,
};

use crate::issuer::trust;
use crate::world::{CLASS, GATE};

/// The gate's policy: live codes of the class, without a look at withdrawn permits.
#[must_use]
pub fn policy() -> Policy {
    Policy::new(GATE, [CLASS], RevocationPolicy::NotChecked)
}

/// A verifier with the default [`policy`].
#[must_use]
pub fn verifier() -> Verifier {
    verifier_with(policy())
}

/// A verifier with this policy.
#[must_use]
pub fn verifier_with(policy: Policy) -> Verifier {
    Verifier::new(trust(), policy).unwrap()
}

/// A verifier that trusts these keys instead of the issuer's.
#[must_use]
pub fn verifier_trusting(keys: impl IntoIterator<Item = TrustedKey>) -> Verifier {
    Verifier::new(Trust::new(keys).unwrap(), policy()).unwrap()
}

/// The rejection of what must not be accepted.
pub fn refusal<'i, 'c>(
    verifier: &Verifier,
    input: impl Into<Input<'i>>,
    context: impl Into<Context<'c>>,
) -> Rejection {
    verifier.verify(input, context).unwrap_err()
}

/// The code of a rejection, or `None` when the token is accepted.
pub fn verdict<'i>(
    verifier: &Verifier,
    input: impl Into<Input<'i>>,
    now: Timestamp,
) -> Option<RejectionCode> {
    verifier.verify(input, now).err().map(|rejection| rejection.code())
}
