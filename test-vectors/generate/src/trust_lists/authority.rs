//! Lists that no root signed, or that a root signed in a wrong way.

use livepermit::rejection::ListRejectionCode;

use super::super::cbor::{array, bytes, int, text, uint};
use super::super::crypto::{Key, mixed_order_r, s_plus_order, small_order_r};
use super::super::lists::{ROOTS, keys_list};
use super::super::token::{ALG, EXP, KID, NOW, SUB, TYP};
use super::{Test, case, list, roots};

pub(super) fn cases() -> Vec<Test> {
    let by = |key: Key| list().header(KID, bytes(&key.id())).signed_by(key);
    let id = Key::Root.id();
    let named = |kid: &[u8]| list().header(KID, bytes(kid));
    let key =
        |comment: &str, list| case("Key", comment, &list).refused(ListRejectionCode::UnknownKey);
    let alg = |number: i64| {
        case("Key", &format!("algorithm {number}"), &list().header(ALG, int(number)))
            .refused(ListRejectionCode::AlgorithmMismatch)
    };
    let bad = |flag, comment: &str, list| {
        case(flag, comment, &list).refused(ListRejectionCode::BadSignature)
    };
    let mut cases = vec![
        key("signed by a key that is no root", by(Key::NextRoot)),
        key("signed by the issuer whose key stands in it", by(Key::Issuer)),
        key(
            "signed by the root that it names itself",
            by(Key::NextRoot).claim(ROOTS, roots(&[Key::NextRoot])),
        ),
        key("first byte of the key id alone", named(&id[..1])),
        key("key id with a byte behind", named(&[&id[..], &[0]].concat())),
        key("whole thumbprint as key id", named(&Key::Root.thumbprint())),
        key("public key as key id", named(&Key::Root.point())),
        bad(
            "Signature",
            "signed by a key that is no root, with the root's key id",
            list().signed_by(Key::NextRoot),
        ),
        bad(
            "Signature",
            "signed by the issuer, with the root's key id",
            list().signed_by(Key::Issuer),
        ),
        bad(
            "Signature",
            "one bit of s another",
            list().signed(|key, message| {
                let mut signature = key.sign(message).to_vec();
                signature[32] ^= 1;
                signature
            }),
        ),
        bad("Signature", "all zero", list().signed(|_, _| vec![0; 64])),
        bad(
            "Signature",
            "entries exchanged after signing",
            list().edit(|layer| {
                let forged = keys_list(&[]).claims;
                layer.payload_item = Some(bytes(&forged.encode()));
            }),
        ),
        bad(
            "Signature",
            "over the bare claims, without Sig_structure",
            list().signed(|key, message| {
                let claims = list().claims.encode();
                assert!(message.ends_with(&claims));
                key.sign(&claims).to_vec()
            }),
        ),
        bad(
            "Signature",
            "over a Sig_structure of another context",
            list().signed(|key, _| {
                let (header, claims) = (list().header.encode(), list().claims.encode());
                let other = array(&[
                    text("Signature"),
                    bytes(&header),
                    bytes(&[]),
                    bytes(&[]),
                    bytes(&claims),
                ]);
                key.sign(&other).to_vec()
            }),
        ),
        bad(
            "Malleable",
            "s + order",
            list().signed(|key, message| s_plus_order(key.sign(message)).to_vec()),
        ),
        bad(
            "Malleable",
            "R of small order",
            list().signed(|key, message| small_order_r(key, message).to_vec()),
        ),
        bad(
            "Malleable",
            "R of mixed order",
            list().signed(|key, message| mixed_order_r(key, message).to_vec()),
        ),
        case(
            "Order",
            "unknown key, and another algorithm",
            &by(Key::NextRoot).header(ALG, int(-8)),
        )
        .refused(ListRejectionCode::UnknownKey),
        case(
            "Order",
            "another algorithm, and a bad signature",
            &list().header(ALG, int(-8)).signed_by(Key::Issuer),
        )
        .refused(ListRejectionCode::AlgorithmMismatch),
        case(
            "Order",
            "a bad signature, and ended",
            &list().signed_by(Key::Issuer).claim(EXP, uint(NOW)),
        )
        .refused(ListRejectionCode::BadSignature),
        case(
            "Order",
            "a bad signature, and another name",
            &list().signed_by(Key::Issuer).claim(SUB, text("tj.example")),
        )
        .refused(ListRejectionCode::BadSignature),
        case("Order", "another type, and an unknown key", &by(Key::NextRoot).header(TYP, uint(0)))
            .refused(ListRejectionCode::UnknownType),
    ];
    cases.extend([-8, -9, -7, -20, 19, 0, i64::MAX, i64::MIN].map(alg));
    cases
}
