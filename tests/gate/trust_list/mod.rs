//! Trust lists: which are taken in, which are refused and why, and what the keys in them then count
//! for.

mod accepting;
mod by_hand;
mod keys;
mod roots;

use livepermit::TrustedKey;
use livepermit::issue::TrustListBuilder;
use livepermit::rejection::ListRejectionCode;
use livepermit::trust::{TrustAnchor, TrustList};

use livepermit_testkit::{ISSUER_SEED, now, public, secret, trust_list, trusted};

const NAME: &str = "bj.example/gates";
const ROOT: u8 = 200;
const NEXT_ROOT: u8 = 201;
const SKEW: u64 = 5;
const WEEK: u64 = 7 * 86_400;

fn anchor() -> TrustAnchor {
    TrustAnchor::new(NAME, [public(ROOT)], 0).unwrap()
}

/// A list of this version, dated now, for a week.
fn list(version: u64) -> Vec<u8> {
    list_of(version, [trusted(ISSUER_SEED)])
}

fn list_of(version: u64, keys: impl IntoIterator<Item = TrustedKey>) -> Vec<u8> {
    let builder = TrustListBuilder::new(NAME, version, keys).unwrap();
    trust_list(&builder, &secret(ROOT), now(), now().plus(WEEK))
}

fn accept(anchor: &mut TrustAnchor, bytes: &[u8]) -> Result<TrustList, ListRejectionCode> {
    anchor.accept(bytes, now(), SKEW).map_err(|rejection| rejection.code())
}

#[track_caller]
fn assert_refused(anchor: &mut TrustAnchor, bytes: &[u8], code: ListRejectionCode) {
    let before = anchor.state().cloned();
    assert_eq!(accept(anchor, bytes).map(|list| list.version()), Err(code));
    assert_eq!(anchor.state().cloned(), before, "an error changes nothing");
}
