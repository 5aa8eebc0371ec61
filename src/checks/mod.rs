//! Stages 2 to 4 of verification: the key, the signature, what the key may sign, the validity.
//!
//! A [`Verifier`](crate::Verifier) makes these checks in the order of the specification. A
//! [`Holder`](crate::Holder) makes the same checks before it keeps a credential.

mod authority;
mod key;
mod validity;

pub(crate) use authority::check_authority;
pub(crate) use key::{Candidates, Placed, candidates};
pub(crate) use validity::check_validity;
