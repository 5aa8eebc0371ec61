//! Lists that follow each other: new versions, and new roots.

use livepermit::rejection::ListRejectionCode;

use super::super::cbor::{bytes, int, uint};
use super::super::crypto::Key;
use super::super::json::Trusted;
use super::super::list_case::AcceptedTrustList;
use super::super::lists::{ROOTS, TRUST_ENDS, VERSION, entry, keys_list};
use super::super::token::{EXP, IAT, ISSUED, KID, LAST_SECOND, Layer, NOW};
use super::{SKEW, Test, case, cose, facts, good, list, roots, version};

/// The list, signed by another root.
fn by(root: Key, list: Layer) -> Layer {
    list.header(KID, bytes(&root.id())).signed_by(root)
}

pub(super) fn two_roots() -> Vec<Test> {
    let both = AcceptedTrustList { roots: cose(&[Key::Root, Key::NextRoot]), ..facts() };
    vec![
        case("Roots", "signed by the first", &list()).accepted(both.clone()),
        case("Roots", "signed by the second", &by(Key::NextRoot, list())).accepted(both.clone()),
        case("Key", "signed by the first, with the key id of the second", &{
            list().header(KID, bytes(&Key::NextRoot.id()))
        })
        .refused(ListRejectionCode::BadSignature),
        case(
            "Roots",
            "the first hands over to the second alone",
            &list().claim(ROOTS, roots(&[Key::NextRoot])),
        )
        .accepted(AcceptedTrustList { roots: cose(&[Key::NextRoot]), ..facts() }),
        case("Roots", "version 2 by the other root", &by(Key::NextRoot, version(2)))
            .holding(&list(), NOW)
            .accepted(AcceptedTrustList { version: 2, ..both }),
    ]
}

pub(super) fn versions() -> Vec<Test> {
    let after = |comment: &str, held: &Layer, list: &Layer| {
        case("Version", comment, list).holding(held, NOW)
    };
    let numbered = |version| AcceptedTrustList { version, ..facts() };
    let other = version(1).claim(EXP, uint(TRUST_ENDS - 1));
    let short = version(1).claim(EXP, uint(NOW + 100));
    vec![
        after("the same list again", &list(), &list()).accepted(facts()),
        after("the next version", &list(), &version(2)).flag("Edge").accepted(numbered(2)),
        after("a version far ahead", &list(), &version(1 << 40)).accepted(numbered(1 << 40)),
        after(
            "the next version, dated before the list that is held",
            &list(),
            &version(2).claim(IAT, uint(ISSUED - 1)),
        )
        .accepted(AcceptedTrustList { issued_at: ISSUED - 1, ..numbered(2) }),
        after("the same version with another end", &list(), &other)
            .refused(ListRejectionCode::Reused),
        after(
            "the same version with another entry",
            &list(),
            &keys_list(&[entry(&Trusted::new(Key::OtherIssuer))]),
        )
        .refused(ListRejectionCode::Reused),
        after("the version before", &version(3), &version(2))
            .flag("Edge")
            .refused(ListRejectionCode::Older),
        after("version 0 after version 1", &list(), &version(0)).refused(ListRejectionCode::Older),
        after("version 1 after 2^64 - 1", &version(u64::MAX), &version(1))
            .flag("Edge")
            .refused(ListRejectionCode::Older),
        after("2^63 after 2^64 - 1", &version(u64::MAX), &version(1 << 63))
            .refused(ListRejectionCode::Older),
        after(
            "2^64 - 1 with other bytes",
            &version(u64::MAX),
            &other.clone().claim(VERSION, uint(u64::MAX)),
        )
        .refused(ListRejectionCode::Reused),
        case("Version", "the first of two that were held", &version(2))
            .holding(&version(2), NOW - 1)
            .holding(&version(3), NOW)
            .refused(ListRejectionCode::Older),
        after("the same list again, in its last second", &short, &short)
            .at(NOW + 99)
            .flag("Time")
            .accepted(AcceptedTrustList { expires: NOW + 100, ..facts() }),
        after("the same list again, when it ends", &short, &short)
            .at(NOW + 100)
            .flag("Time")
            .refused(ListRejectionCode::Expired),
        after("the same list again, by a clock that was turned back", &list(), &list())
            .at(ISSUED - SKEW - 1)
            .flag("Time")
            .refused(ListRejectionCode::FromTheFuture),
        after(
            "the same list again, by a clock that went back as far as the skew",
            &list(),
            &list(),
        )
        .at(ISSUED - SKEW)
        .flag("Edge")
        .accepted(facts()),
        case("Order", "the version before, and ended", &version(2).claim(EXP, uint(NOW)))
            .holding(&version(3), NOW)
            .refused(ListRejectionCode::Expired),
        case("Order", "the same version, without entries", &keys_list(&[]))
            .holding(&list(), NOW)
            .refused(ListRejectionCode::Reused),
        case(
            "Order",
            "the same version, with a signature of nobody",
            &list().signed_by(Key::Issuer),
        )
        .holding(&list(), NOW)
        .refused(ListRejectionCode::BadSignature),
        case(
            "Version",
            "the held list has ended, the next has not",
            &version(2).claim(EXP, uint(LAST_SECOND)),
        )
        .holding(&short, NOW)
        .at(NOW + 100)
        .accepted(AcceptedTrustList { expires: LAST_SECOND, ..numbered(2) }),
    ]
}

pub(super) fn cases() -> Vec<Test> {
    // The old root's last list.
    let handing_over = list().claim(ROOTS, roots(&[Key::NextRoot]));
    let after =
        |comment: &str, list: &Layer| case("Roots", comment, list).holding(&handing_over, NOW);
    let new = AcceptedTrustList { roots: cose(&[Key::NextRoot]), ..facts() };
    let second = AcceptedTrustList { version: 2, ..new.clone() };
    let entries =
        |key: Key| keys_list(&[entry(&Trusted::new(key)), entry(&good())]).claim(VERSION, uint(2));
    let both = list().claim(ROOTS, roots(&[Key::Root, Key::NextRoot]));
    let next = |number| by(Key::NextRoot, version(number));
    vec![
        after("the same list again, which no root of now signed", &handing_over)
            .accepted(new.clone()),
        after("the next list by the new root", &next(2)).accepted(second.clone()),
        after("the next list by the old root", &version(2)).refused(ListRejectionCode::UnknownKey),
        after(
            "the next list by the old root, with the new root's key id",
            &version(2).header(KID, bytes(&Key::NextRoot.id())),
        )
        .refused(ListRejectionCode::BadSignature),
        after(
            "the same version by the old root, with other bytes",
            &handing_over.clone().claim(EXP, uint(TRUST_ENDS - 1)),
        )
        .refused(ListRejectionCode::UnknownKey),
        after("the same version by the new root", &next(1)).refused(ListRejectionCode::Reused),
        after("the new root hands back", &next(2).claim(ROOTS, roots(&[Key::Root])))
            .accepted(AcceptedTrustList { roots: cose(&[Key::Root]), ..second.clone() }),
        after(
            "the new root takes the old one in again",
            &next(2).claim(ROOTS, roots(&[Key::NextRoot, Key::Root])),
        )
        .accepted(AcceptedTrustList { roots: cose(&[Key::NextRoot, Key::Root]), ..second.clone() }),
        after("two lists later, by the new root", &next(3))
            .holding(&next(2), NOW)
            .accepted(AcceptedTrustList { version: 3, ..new.clone() }),
        after("two lists later, by the old root", &version(3))
            .holding(&next(2), NOW)
            .refused(ListRejectionCode::UnknownKey),
        after("the list that handed over, two lists later", &handing_over)
            .holding(&next(2), NOW)
            .refused(ListRejectionCode::UnknownKey),
        case("Roots", "both are roots: the next list by the old one", &version(2))
            .holding(&both, NOW)
            .accepted(AcceptedTrustList {
                version: 2,
                roots: cose(&[Key::Root, Key::NextRoot]),
                ..facts()
            }),
        case("Roots", "both are roots: the next list by the new one", &next(2))
            .holding(&both, NOW)
            .accepted(AcceptedTrustList {
                version: 2,
                roots: cose(&[Key::Root, Key::NextRoot]),
                ..facts()
            }),
        after("an entry with the root that was built in", &by(Key::NextRoot, entries(Key::Root)))
            .flag("Skipped")
            .accepted(AcceptedTrustList { skipped: 1, ..second.clone() }),
        after("an entry with the root of the list that is held", &{
            by(Key::NextRoot, entries(Key::NextRoot)).claim(ROOTS, roots(&[Key::Root]))
        })
        .flag("Skipped")
        .accepted(AcceptedTrustList {
            skipped: 1,
            roots: cose(&[Key::Root]),
            ..second.clone()
        }),
        after(
            "the held list again, with an entry of the root that signed it, which is none any more",
            &{ by(Key::NextRoot, entries(Key::NextRoot)).claim(ROOTS, roots(&[Key::ThirdIssuer])) },
        )
        .holding(
            &by(Key::NextRoot, entries(Key::NextRoot)).claim(ROOTS, roots(&[Key::ThirdIssuer])),
            NOW,
        )
        .flag("Skipped")
        .accepted(AcceptedTrustList {
            skipped: 1,
            roots: cose(&[Key::ThirdIssuer]),
            ..second
        }),
        case("Roots", "roots named by a list that was refused do not sign", &next(2))
            .holding(&list(), NOW)
            .refused(ListRejectionCode::UnknownKey),
        case(
            "Roots",
            "a successor named by algorithm -8",
            &next(2).header(super::super::token::ALG, int(-8)),
        )
        .holding(&handing_over, NOW)
        .refused(ListRejectionCode::AlgorithmMismatch),
        after("the list that handed over, when it has ended", &handing_over)
            .at(TRUST_ENDS)
            .refused(ListRejectionCode::Expired),
    ]
}
