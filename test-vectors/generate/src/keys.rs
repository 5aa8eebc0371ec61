//! Public keys: their forms, and what is refused.

use std::collections::BTreeMap;

use curve25519_dalek::edwards::CompressedEdwardsY;
use serde::Serialize;
use sha2::Digest as _;

use super::cbor::{Item, bytes, hex, int, map, text, uint, unhex};
use super::crypto::{
    IDENTITY, Key, NON_CANONICAL, ORDER_8, cose_ed25519, cose_p256, mixed_order_point,
};
use super::json::{File, write};
use super::rejections::key_forms;

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
    /// The seed or the scalar, to make the tokens again. Never use it for anything else.
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
        Group { r#type: "PublicKey", comment: "keys at the edge of the rules", tests: edges() },
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
        header: &[
            "Public keys in their one COSE_Key form, with thumbprint (RFC 9679) and default key id.",
        ],
        notes: BTreeMap::from([
            ("Named", "A key that the other vector files use."),
            ("MixedOrder", "A point with a part of order 8, which is not refused."),
            ("Edge", "The smallest and the largest coordinates that points have."),
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

fn edges() -> Vec<Test> {
    // p in two of its three parts: below it by the third alone.
    let (full, lower) = ("ff".repeat(30), format!("{}fe", "ff".repeat(29)));
    vec![
        ed25519(
            &mixed_order_point(Key::DeviceEd25519),
            "MixedOrder",
            "point with a part of order 8",
        ),
        ed25519(&unhex(&low("ea")), "Edge", "Ed25519: y is p - 3, x is even"),
        ed25519(&unhex(&format!("ea{full}ff")), "Edge", "Ed25519: y is p - 3, x is odd"),
        ed25519(
            &point_from(&lower, "7f"),
            "Edge",
            "Ed25519: y is below p by its last byte but one",
        ),
        ed25519(&point_from(&full, "7e"), "Edge", "Ed25519: y is below p by its last byte"),
        p256(0, false, "P-256: x is 0, y is even"),
        p256(0, true, "P-256: x is 0, y is odd"),
        p256(5, false, "P-256: x is 5, y is even"),
        p256(5, true, "P-256: x is 5, y is odd"),
    ]
}

/// The point with this x.
fn p256(x: u8, y_is_odd: bool, comment: &str) -> Test {
    let mut compressed = vec![2 + u8::from(y_is_odd)];
    compressed.extend([&[0; 31][..], &[x]].concat());
    let point = p256::PublicKey::from_sec1_bytes(&compressed).unwrap();
    let key = p256::ecdsa::VerifyingKey::from(point).to_sec1_bytes().into_vec();
    let cose = cose_p256(&key[1..33], y_is_odd);
    let (x, y) = (bytes(&key[1..33]), bytes(&key[33..]));
    let whole = map(&[(int(1), uint(2)), (int(-1), uint(1)), (int(-2), x), (int(-3), y)]);
    let thumbprint = sha2::Sha256::digest(whole);
    Test {
        tc_id: 0,
        comment: comment.to_string(),
        flags: vec!["Edge"],
        cose_key: hex(&cose),
        result: "valid",
        key: Some(Facts {
            algorithm: "ESP256",
            private: None,
            point: hex(&key),
            thumbprint: hex(&thumbprint),
            key_id: hex(&thumbprint[..8]),
            spki: hex(&spki(true, &key)),
        }),
    }
}

/// The first point whose y begins with the first byte of p or a larger byte, followed by these
/// bytes.
fn point_from(middle: &str, last: &str) -> Vec<u8> {
    (0xed..=0xff_u8)
        .map(|first| unhex(&format!("{first:02x}{middle}{last}")))
        .find(|point| CompressedEdwardsY::from_slice(point).unwrap().decompress().is_some())
        .unwrap()
}

fn ed25519(point: &[u8], flag: &'static str, comment: &str) -> Test {
    let cose = cose_ed25519(point);
    let thumbprint = sha2::Sha256::digest(&cose);
    Test {
        tc_id: 0,
        comment: comment.to_string(),
        flags: vec![flag],
        cose_key: hex(&cose),
        result: "valid",
        key: Some(Facts {
            algorithm: "Ed25519",
            private: None,
            point: hex(point),
            thumbprint: hex(&thumbprint),
            key_id: hex(&thumbprint[..8]),
            spki: hex(&spki(false, point)),
        }),
    }
}

/// The refused keys, for the tests of keys and of tokens: flag, comment, `COSE_Key`.
pub(crate) fn bad_points() -> Vec<(&'static str, &'static str, Item)> {
    vec![
        ("SmallOrder", "Ed25519: the neutral element", cose_ed25519(&unhex(IDENTITY))),
        ("SmallOrder", "Ed25519: a point of order 8", cose_ed25519(&unhex(ORDER_8))),
        ("SmallOrder", "Ed25519: a point of order 2", cose_ed25519(&unhex(&low("ec")))),
        ("SmallOrder", "Ed25519: a point of order 4", cose_ed25519(&unhex(&"00".repeat(32)))),
        (
            "SmallOrder",
            "Ed25519: the other point of order 4",
            cose_ed25519(&unhex(&format!("{}80", "00".repeat(31)))),
        ),
        ("SmallOrder", "Ed25519: a point of order 4, with y = p", cose_ed25519(&unhex(&low("ed")))),
        (
            "SmallOrder",
            "Ed25519: the neutral element, with y = p + 1",
            cose_ed25519(&unhex(&low("ee"))),
        ),
        (
            "SmallOrder",
            "Ed25519: the neutral element, with a sign",
            cose_ed25519(&unhex(&format!("01{}80", "00".repeat(30)))),
        ),
        ("Point", "Ed25519: all bits set", cose_ed25519(&[0xff; 32])),
        ("Point", "Ed25519: y is 2^255 - 16, not reduced", cose_ed25519(&unhex(NON_CANONICAL))),
        ("Point", "Ed25519: y is 2, which no point has", cose_ed25519(&unhex(NOT_A_POINT))),
        ("Point", "P-256: x is 0xff..ff, not below p", cose_p256(&[0xff; 32], false)),
        ("Point", "P-256: x is p, which is 0 when reduced", cose_p256(&unhex(P256_P), false)),
        (
            "Point",
            "P-256: x is p + 5, which is 5 when reduced",
            cose_p256(&unhex(P256_P_PLUS_5), true),
        ),
        (
            "Point",
            "P-256: x is 1, which no point has",
            cose_p256(&unhex(&format!("{:064x}", 1)), false),
        ),
    ]
}

/// A number near 2^255, by its first byte.
fn low(first: &str) -> String {
    format!("{first}{}7f", "ff".repeat(30))
}

/// The prime of the field.
const P256_P: &str = "ffffffff00000001000000000000000000000000ffffffffffffffffffffffff";
const P256_P_PLUS_5: &str = "ffffffff00000001000000000000000000000001000000000000000000000004";
const NOT_A_POINT: &str = "0200000000000000000000000000000000000000000000000000000000000000";

/// Keys in another form than the only valid form: comment, `COSE_Key`.
fn other_forms() -> Vec<(&'static str, Item)> {
    let (ed, p256) = (Key::DeviceEd25519.point(), Key::DeviceP256.point());
    let (x, y) = (&p256[1..33], &p256[33..]);
    let okp = |extra: &[(Item, Item)]| {
        map(&[extra, &[(int(-1), uint(6)), (int(-2), bytes(&ed))]].concat())
    };
    vec![
        ("with a key id", okp(&[(int(1), uint(1)), (int(2), bytes(b"k"))])),
        ("with an algorithm", okp(&[(int(1), uint(1)), (int(3), int(-19))])),
        (
            "with key operations",
            okp(&[(int(1), uint(1)), (int(4), super::cbor::array(&[uint(2)]))]),
        ),
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
            map(&[
                (int(1), uint(2)),
                (int(-1), uint(2)),
                (int(-2), bytes(x)),
                (int(-3), vec![0xf4]),
            ]),
        ),
        ("symmetric key", map(&[(int(1), uint(4)), (int(-1), bytes(&ed))])),
        ("empty map", map(&[])),
        ("trailing byte", [cose_ed25519(&ed), vec![0]].concat()),
        ("truncated", cose_ed25519(&ed)[..39].to_vec()),
        ("no bytes", Vec::new()),
    ]
}

fn refused() -> Vec<Test> {
    let in_tokens = key_forms().into_iter().map(|(_, comment, key)| (comment, key));
    let bad_forms =
        other_forms().into_iter().chain(in_tokens).map(|(comment, key)| ("Form", comment, key));
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
