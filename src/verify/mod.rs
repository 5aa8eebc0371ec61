//! Verification: one call, one order of checks, one reason.

// A new form or rule needs a decision at every match.
#![warn(clippy::wildcard_enum_match_arm)]

mod cache;
mod caution;
mod context;
mod judgement;
mod many;
mod policy;
mod replay_key;
mod stages;
mod verified;
mod verifier;

pub use cache::CredentialCache;
pub use caution::{Caution, Cautions};
pub use context::Context;
pub use judgement::{Judgement, SignedBy};
pub use policy::{
    ActingPolicy, AudiencePolicy, ChallengePolicy, Policy, PolicyError, RevocationPolicy,
};
pub use replay_key::ReplayKey;
pub use verified::Verified;
pub use verifier::Verifier;

pub use crate::bytes::text::{MAX_TEXT_CHARS, MAX_TOKEN_BYTES, QR_PREFIX};
pub use crate::token::{Buffer, Input, PermitId, Unverified};
