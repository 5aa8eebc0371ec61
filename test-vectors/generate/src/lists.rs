//! Trust lists and status lists, assembled by hand.

use super::cbor::{Item, Map, array, bytes, hex, int, map, text, uint, unhex};
use super::crypto::Key;
use super::json::{StatusList, TrustList, Trusted};
use super::token::{ALG, EXP, IAT, ISSUED, KID, Layer, SUB, TYP};
use super::zlib::{stored_block, zlib};

pub(crate) const TYP_TRUST: &str = "application/vnd.lpt+cwt";
pub(crate) const TYP_STATUS: &str = "application/statuslist+cwt";

pub(crate) const STATUS_LIST: i64 = 65533;
pub(crate) const TTL: i64 = 65534;
pub(crate) const VERSION: i64 = -65541;
pub(crate) const KEYS: i64 = -65542;
pub(crate) const ROOTS: i64 = -65543;

pub(crate) const TRUST_NAME: &str = "bj.example";
pub(crate) const TRUST_ENDS: u64 = ISSUED + 30 * 86_400;
/// The status lists are as old as the credentials, and end an hour later.
pub(crate) const LISTED: u64 = ISSUED;
pub(crate) const LIST_ENDS: u64 = LISTED + 3600;

/// A zlib stream with one stored block: every implementation reads it, and all write the same
/// bytes.
pub(crate) fn stored(entries: &[u8]) -> Vec<u8> {
    zlib(&stored_block(entries, true), entries)
}

/// A good status list of the issuer, with `bits` bits for an entry, and the entries as bytes.
pub(crate) fn status_list(uri: &str, bits: u64, entries: &[u8]) -> Layer {
    let header =
        Map::of(&[(ALG, int(-19)), (KID, bytes(&Key::Issuer.id())), (TYP, text(TYP_STATUS))]);
    let claims = Map::of(&[
        (SUB, text(uri)),
        (EXP, uint(LIST_ENDS)),
        (IAT, uint(LISTED)),
        (STATUS_LIST, packed(bits, entries)),
    ]);
    Layer::new(header, claims, Key::Issuer)
}

pub(crate) fn packed(bits: u64, entries: &[u8]) -> Item {
    compressed(bits, &stored(entries))
}

/// Claim 65533 around any stream.
pub(crate) fn compressed(bits: u64, stream: &[u8]) -> Item {
    map(&[(text("lst"), bytes(stream)), (text("bits"), uint(bits))])
}

/// Accepted at the time when it was made.
pub(crate) fn held(list: &Layer) -> StatusList {
    StatusList { list: hex(&list.encode()), accepted: LISTED }
}

/// Version 1 of a trust list with these entries, signed by the root, dated [`ISSUED`] and valid for
/// thirty days.
pub(crate) fn keys_list(entries: &[Item]) -> Layer {
    let header = Map::of(&[(ALG, int(-19)), (KID, bytes(&Key::Root.id())), (TYP, text(TYP_TRUST))]);
    let claims = Map::of(&[
        (SUB, text(TRUST_NAME)),
        (EXP, uint(TRUST_ENDS)),
        (IAT, uint(ISSUED)),
        (VERSION, uint(1)),
        (KEYS, array(entries)),
    ]);
    Layer::new(header, claims, Key::Root)
}

/// The list of these entries, accepted at the time when it was made.
pub(crate) fn trust_list(entries: &[Trusted], expires: u64) -> TrustList {
    let entries: Vec<Item> = entries.iter().map(entry).collect();
    let list = keys_list(&entries).claim(EXP, uint(expires));
    TrustList {
        name: TRUST_NAME,
        root: hex(&Key::Root.cose()),
        list: hex(&list.encode()),
        accepted: ISSUED,
        expires,
    }
}

/// An entry in its closed shape.
pub(crate) fn entry(key: &Trusted) -> Item {
    let names = |names: &[&str]| array(&names.iter().map(|name| text(name)).collect::<Vec<_>>());
    let algorithm = if key.algorithm == "EdDSA" { -8 } else { -19 };
    map(&[
        (int(1), unhex(&key.key)),
        (int(2), bytes(&unhex(&key.key_id))),
        (int(3), int(algorithm)),
        (int(4), text(key.issuer)),
        (int(5), names(&key.uses)),
        (int(6), names(&key.classes)),
        (int(7), uint(key.not_before)),
        (int(8), uint(key.sign_until)),
        (int(9), uint(key.expires)),
    ])
}
