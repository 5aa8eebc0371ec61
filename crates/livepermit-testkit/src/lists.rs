//! Lists: signed, and accepted again.

use livepermit::issue::{StatusListBuilder, TrustListBuilder};
use livepermit::rejection::{Evidence, Flaw, ListRejection, ListRejectionCode};
use livepermit::status::{StatusLimits, StatusList};
use livepermit::{SecretKey, Timestamp};

use crate::issuer::{issuer, trust};
use crate::keys::issuer_key;

/// The file of a trust list, signed by `root`.
#[must_use]
pub fn trust_list(
    builder: &TrustListBuilder,
    root: &SecretKey,
    now: Timestamp,
    expires: Timestamp,
) -> Vec<u8> {
    let prepared = builder.prepare(&root.public_key(), now, expires).unwrap();
    prepared.sign(root).unwrap().into_bytes()
}

/// The file of a status list, signed by the issuer.
#[must_use]
pub fn status_list(builder: &StatusListBuilder, now: Timestamp, expires: Timestamp) -> Vec<u8> {
    let prepared = builder.prepare(&issuer(), now, expires).unwrap();
    prepared.sign(&issuer_key()).unwrap().into_bytes()
}

/// Accepts a status list where none was held before.
///
/// # Errors
/// The code of the rejection.
pub fn accept_status_list(bytes: &[u8], now: Timestamp) -> Result<StatusList, ListRejectionCode> {
    StatusList::accept(bytes, &trust(), now, 5, |_, _| None, StatusLimits::default())
        .map_err(|rejection| rejection.code())
}

/// The list is malformed, and in this way.
#[track_caller]
pub fn assert_malformed(rejection: ListRejection, flaw: Flaw) {
    assert_eq!(rejection.code(), ListRejectionCode::Malformed);
    match rejection.evidence() {
        Evidence::Malformed(malformed) => assert_eq!(malformed.flaw, flaw),
        _ => panic!("{rejection}"),
    }
}
