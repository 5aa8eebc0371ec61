//! Status lists that a verifier accepts or refuses.

mod authority;
mod compression;
mod format;
mod lax;
mod times;

use super::cbor::{Item, hex, int};
use super::crypto::Key;
use super::json::{Trusted, write_groups};
use super::list_case::{
    AcceptedStatusList, Limits, ListCase, ListTest, StatusListGroup, list_case,
};
use super::lists::{LIST_ENDS, LISTED, status_list};
use super::token::{ISSUER, Layer, STATUS_URI};

type Test = ListTest<AcceptedStatusList>;

const SKEW: u64 = 5;
/// One byte with four entries of two bits: valid, revoked, suspended, 3.
const ENTRIES: [u8; 2] = [0b1110_0100, 0];

pub(crate) fn file() -> String {
    let groups = vec![
        group("what lists may say", lax::claims()),
        group("well-formed but not deterministic", lax::encodings()),
        group("malformed: envelope", format::envelope()),
        group("malformed: header", format::header()),
        group("malformed: claims", format::claims()),
        group("malformed: encoding", format::encodings()),
        group("signatures", authority::signatures()),
    ];
    write_groups(
        &[
            "Status lists handed to a verifier: taken in, for whom they then speak and with which values, or refused. One \
             fault each, and signed by the issuer wherever a signature can be.",
            "Lists of others are read more laxly than tokens: docs/spec.md, section 9.3.",
        ],
        &[
            ("Accepted", "Taken in."),
            ("Lax", "Not deterministic, and taken in all the same."),
            ("Edge", "On one side of an edge; the other side stands beside it."),
            ("Envelope", "Not a tagged COSE_Sign1 as lists are."),
            ("Header", "A header parameter is missing, foreign or of another form."),
            ("Type", "The signed type is not that of a status list."),
            ("Claim", "A claim is missing, or breaks the rules of its field."),
            ("Cbor", "An encoding that is refused in lists too."),
            ("Key", "No key that may sign it, or another algorithm than the key's."),
            ("Signature", "The signature is not good."),
            ("Malleable", "A signature that a laxer verifier accepts."),
            ("Authority", "The key that signed may not sign this list, or not then."),
            ("Time", "Dated ahead of the verifier's clock, or ended."),
            ("Held", "Another list of the same issuer and URI is held."),
            ("Limit", "More bytes than the verifier takes."),
            ("Compression", "The zlib stream."),
            ("Order", "Two faults: the one that is checked first is the answer."),
        ],
        groups
            .into_iter()
            .chain(authority::groups())
            .chain([group("times", times::times()), group("a list is held", times::succession())])
            .chain([group("compressed entries", compression::streams())])
            .chain(compression::limits())
            .collect(),
    )
}

fn group(comment: &'static str, tests: Vec<Test>) -> StatusListGroup {
    StatusListGroup {
        r#type: "AcceptStatusList",
        comment,
        trust: vec![entry()],
        skew: SKEW,
        limits: Limits { list_bytes: 8 << 20, inflated_bytes: 16 << 20 },
        tests,
    }
}

/// The entry of the issuer, whose key signs most lists.
fn entry() -> Trusted {
    Trusted::new(Key::Issuer).edit(|key| key.uses = vec!["credential", "pass", "slip", "status"])
}

/// A good list.
fn list() -> Layer {
    status_list(STATUS_URI, 2, &ENTRIES)
}

fn case(flag: &'static str, comment: &str, list: &Layer) -> ListCase {
    list_case(flag, comment, list)
}

/// The content of the good list.
fn facts() -> AcceptedStatusList {
    says(2, &ENTRIES)
}

/// The content of a list with these entries.
fn says(bits: u8, entries: &[u8]) -> AcceptedStatusList {
    let per_byte = 8 / usize::from(bits);
    let values = entries.iter().flat_map(|byte| {
        (0..per_byte).map(move |place| {
            (u16::from(*byte) >> (place * usize::from(bits)) & ((1 << bits) - 1)) as u8
        })
    });
    AcceptedStatusList {
        issuer: ISSUER,
        uri: STATUS_URI.to_string(),
        bits,
        issued_at: LISTED,
        expires: Some(LIST_ENDS),
        entries: (entries.len() * per_byte) as u64,
        values: hex(&values.take(64).collect::<Vec<_>>()),
    }
}

/// Replaces the encoding of a label or of its value in a map.
fn exchange(pairs: &mut [(Item, Item)], label: i64, change: impl FnOnce(&mut (Item, Item))) {
    change(pairs.iter_mut().find(|(key, _)| *key == int(label)).unwrap());
}
