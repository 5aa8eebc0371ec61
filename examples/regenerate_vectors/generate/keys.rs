//! Public keys: their forms, and what is refused.

use std::collections::BTreeMap;

use serde::Serialize;

use super::cbor::{Item, bytes, hex, int, map, text, uint, unhex};
use super::crypto::{IDENTITY, Key, NON_CANONICAL, ORDER_8, cose_ed25519, cose_p256, mixed_order_point};
use super::json::{File, write};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Group {
    r#type: &'static str,
    comment: &'static str,
    tests: Vec<Test>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Test {
    tc_id: usize,
    comment: String,
    flags: Vec<&'static str>,
    cose_key: String,
    result: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    key: Option<Facts>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Facts {
    algorithm: &'static str,
    /// The seed or scalar, for those who want to make the tokens again. Never use it for anything else.
    #[serde(skip_serializing_if = "Option::is_none")]
    private: Option<String>,
    point: String,
    thumbprint: String,
    key_id: String,
    spki: String,
}

pub(crate) fn file() -> String {
    let mut groups = vec![
        Group { r#type: "PublicKey", comment: "the keys of all vectors", tests: named() },
        Group { r#type: "PublicKey", comment: "keys at the edge of the rules", tests: vec![mixed_order()] },
        Group { r#type: "PublicKey", comment: "refused keys", tests: refused() },
    ];
    let mut count = 0;
    for test in groups.iter_mut().flat_map(|group| &mut group.tests) {
        count += 1;
        test.tc_id = count;
    }
    write(&File {
        algorithm: "COSE_Key",
        schema: "schema.json",
        header: &["Public keys in their one COSE_Key form, with thumbprint (RFC 9679) and default key id."],
        notes: BTreeMap::from([
            ("Named", "A key that the other vector files use."),
            ("MixedOrder", "A point with a part of order 8, which is not refused."),
            ("Form", "Another encoding than the one that a key has."),
            ("Point", "Not a point of the curve, or not in its one encoding."),
            ("SmallOrder", "A point of small order: signatures under it prove nothing."),
        ]),
        number_of_tests: count,
        test_groups: groups,
    })
}

fn named() -> Vec<Test> {
    Key::ALL
        .into_iter()
        .map(|key| Test {
            tc_id: 0,
            comment: key.name().to_string(),
            flags: vec!["Named"],
            cose_key: hex(&key.cose()),
            result: "valid",
            key: Some(Facts {
                algorithm: if key.is_p256() { "ESP256" } else { "Ed25519" },
                private: Some(hex(&key.private())),
                point: hex(&key.point()),
                thumbprint: hex(&key.thumbprint()),
                key_id: hex(&key.id()),
                spki: hex(&spki(key.is_p256(), &key.point())),
            }),
        })
        .collect()
}

/// RFC 8410 and RFC 5480.
fn spki(is_p256: bool, point: &[u8]) -> Vec<u8> {
    let prefix = if is_p256 {
        "3059301306072a8648ce3d020106082a8648ce3d030107034200"
    } else {
        "302a300506032b6570032100"
    };
    [unhex(prefix), point.to_vec()].concat()
}

fn mixed_order() -> Test {
    use sha2::Digest as _;
    let point = mixed_order_point(Key::DeviceEd25519);
    let cose = cose_ed25519(&point);
    let thumbprint = sha2::Sha256::digest(&cose);
    Test {
        tc_id: 0,
        comment: "point with a part of order 8".to_string(),
        flags: vec!["MixedOrder"],
        cose_key: hex(&cose),
        result: "valid",
        key: Some(Facts {
            algorithm: "Ed25519",
            private: None,
            point: hex(&point),
            thumbprint: hex(&thumbprint),
            key_id: hex(&thumbprint[..8]),
            spki: hex(&spki(false, &point)),
        }),
    }
}

/// The refused keys, for the tests of keys and of tokens: flag, comment, `COSE_Key`.
pub(crate) fn bad_points() -> Vec<(&'static str, &'static str, Item)> {
    vec![
        ("SmallOrder", "Ed25519: the neutral element", cose_ed25519(&unhex(IDENTITY))),
        ("SmallOrder", "Ed25519: a point of order 8", cose_ed25519(&unhex(ORDER_8))),
        ("Point", "Ed25519: y is 2^255 - 16, not reduced", cose_ed25519(&unhex(NON_CANONICAL))),
        ("Point", "Ed25519: y is 2, which no point has", cose_ed25519(&unhex(NOT_A_POINT))),
        ("Point", "P-256: x is 0xff..ff, not below p", cose_p256(&[0xff; 32], false)),
        ("Point", "P-256: x is 1, which no point has", cose_p256(&unhex(&format!("{:064x}", 1)), false)),
    ]
}

const NOT_A_POINT: &str = "0200000000000000000000000000000000000000000000000000000000000000";

/// Keys in another form than the one they have: comment, `COSE_Key`.
fn other_forms() -> Vec<(&'static str, Item)> {
    let (ed, p256) = (Key::DeviceEd25519.point(), Key::DeviceP256.point());
    let (x, y) = (&p256[1..33], &p256[33..]);
    let okp = |extra: &[(Item, Item)]| map(&[extra, &[(int(-1), uint(6)), (int(-2), bytes(&ed))]].concat());
    vec![
        ("with a key id", okp(&[(int(1), uint(1)), (int(2), bytes(b"k"))])),
        ("with an algorithm", okp(&[(int(1), uint(1)), (int(3), int(-19))])),
        ("with key operations", okp(&[(int(1), uint(1)), (int(4), super::cbor::array(&[uint(2)]))])),
        ("without key type", okp(&[])),
        ("key type as text", okp(&[(int(1), text("OKP"))])),
        ("unsorted", map(&[(int(-1), uint(6)), (int(1), uint(1)), (int(-2), bytes(&ed))])),
        ("the X25519 curve", map(&[(int(1), uint(1)), (int(-1), uint(4)), (int(-2), bytes(&ed))])),
        ("31 bytes", cose_ed25519(&ed[..31])),
        ("33 bytes", cose_ed25519(&[&ed[..], &[0]].concat())),
        (
            "P-256 with y written out",
            map(&[(int(1), uint(2)), (int(-1), uint(1)), (int(-2), bytes(x)), (int(-3), bytes(y))]),
        ),
        ("P-256 without y", map(&[(int(1), uint(2)), (int(-1), uint(1)), (int(-2), bytes(x))])),
        (
            "the P-384 curve",
            map(&[(int(1), uint(2)), (int(-1), uint(2)), (int(-2), bytes(x)), (int(-3), vec![0xf4])]),
        ),
        ("symmetric key", map(&[(int(1), uint(4)), (int(-1), bytes(&ed))])),
        ("empty map", map(&[])),
        ("trailing byte", [cose_ed25519(&ed), vec![0]].concat()),
        ("truncated", cose_ed25519(&ed)[..39].to_vec()),
        ("no bytes", Vec::new()),
    ]
}

fn refused() -> Vec<Test> {
    let bad_forms = other_forms().into_iter().map(|(comment, key)| ("Form", comment, key));
    bad_points()
        .into_iter()
        .chain(bad_forms)
        .map(|(flag, comment, key)| Test {
            tc_id: 0,
            comment: comment.to_string(),
            flags: vec![flag],
            cose_key: hex(&key),
            result: "invalid",
            key: None,
        })
        .collect()
}
