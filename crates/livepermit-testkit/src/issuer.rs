//! The issuer, and who trusts its keys for what.

use livepermit::issue::StatusReference;
use livepermit::{Issuer, Permit, Trust, TrustedKey, Use};

use crate::keys::{ISSUER_SEED, issuer_key, public};
use crate::world::{CLASS, ISSUER, SUBJECT, URI};

/// The issuer.
#[must_use]
pub fn issuer() -> Issuer {
    Issuer::new(ISSUER, issuer_key().public_key()).unwrap()
}

/// The default permit.
#[must_use]
pub fn permit() -> Permit {
    Permit::new(SUBJECT, CLASS).unwrap()
}

/// An entry of the issuer's status list.
#[must_use]
pub fn reference(index: u64) -> StatusReference {
    StatusReference::new(URI, index).unwrap()
}

/// A key of the issuer's, trusted for everything.
#[must_use]
pub fn trusted(seed: u8) -> TrustedKey {
    let uses = [Use::Credential, Use::Pass, Use::Slip, Use::Status];
    TrustedKey::new(ISSUER, public(seed), uses, [CLASS]).unwrap()
}

/// The issuer's key, trusted for live codes alone.
#[must_use]
pub fn trusted_key() -> TrustedKey {
    let uses = [Use::Credential, Use::Pass];
    TrustedKey::new(ISSUER, issuer_key().public_key(), uses, [CLASS]).unwrap()
}

/// The issuer's key, trusted for everything.
#[must_use]
pub fn trust() -> Trust {
    Trust::new([trusted(ISSUER_SEED)]).unwrap()
}
