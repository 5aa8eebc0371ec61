//! Who signed a status list, and whether that key may sign status lists.

use livepermit::rejection::ListRejectionCode;

use super::super::cbor::{Item, array, bytes, int, text, uint};
use super::super::crypto::{Key, mixed_order_r, s_plus_order, small_order_r};
use super::super::json::Trusted;
use super::super::list_case::{AcceptedStatusList, ListCase, StatusListGroup};
use super::super::lists::{LISTED, compressed};
use super::super::token::{ALG, EXP, IAT, ISS, ISSUER, KID, Layer, NOW, STATUS_URI};
use super::{Test, case, entry, facts, group, list};

const STATUS: i64 = super::super::lists::STATUS_LIST;
const OTHER: &str = "tj.example";

pub(super) fn signatures() -> Vec<Test> {
    let by = |key: Key| list().header(KID, bytes(&key.id())).signed_by(key);
    let id = Key::Issuer.id();
    let key = |comment: &str, list: Layer| {
        case("Key", comment, &list).refused(ListRejectionCode::UnknownKey)
    };
    let alg = |number: i64| {
        case("Key", &format!("algorithm {number}"), &list().header(ALG, int(number)))
            .refused(ListRejectionCode::AlgorithmMismatch)
    };
    let bad = |flag, comment: &str, list: Layer| {
        case(flag, comment, &list).refused(ListRejectionCode::BadSignature)
    };
    let mut cases = vec![
        key("a key that nobody trusts", by(Key::OtherIssuer)),
        key("first byte of the key id alone", list().header(KID, bytes(&id[..1]))),
        key("key id with a byte behind", list().header(KID, bytes(&[&id[..], &[0]].concat()))),
        key("whole thumbprint as key id", list().header(KID, bytes(&Key::Issuer.thumbprint()))),
        bad("Signature", "signed by another key", list().signed_by(Key::OtherIssuer)),
        bad("Signature", "signed by the root", list().signed_by(Key::Root)),
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
                let forged =
                    layer.claims.clone().with(int(STATUS), super::super::lists::packed(2, &[0, 0]));
                layer.payload_item = Some(bytes(&forged.encode()));
            }),
        ),
        bad("Signature", "over the claims sorted, which stand there unsorted", {
            let mut shuffled = list();
            shuffled.claims.pairs.reverse();
            shuffled.signed(|key, _| key.sign(&list().message()).to_vec())
        }),
        bad(
            "Signature",
            "over a Sig_structure of another context",
            list().signed(|key, _| {
                let (header, claims) = (list().header.encode(), list().claims.encode());
                key.sign(&array(&[
                    text("Signature"),
                    bytes(&header),
                    bytes(&[]),
                    bytes(&[]),
                    bytes(&claims),
                ]))
                .to_vec()
            }),
        ),
        bad("Signature", "over the payload with its length in nine bytes, as it stands there", {
            list()
                .edit(|layer| {
                    layer.payload_item = Some(super::lax::long_bytes(layer.claims.encode()))
                })
                .signed(|key, _| {
                    let (header, claims) = (list().header.encode(), list().claims.encode());
                    let payload = super::lax::long_bytes(claims);
                    key.sign(&array(&[text("Signature1"), bytes(&header), bytes(&[]), payload]))
                        .to_vec()
                })
        }),
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
            &by(Key::OtherIssuer).header(ALG, int(-8)),
        )
        .refused(ListRejectionCode::UnknownKey),
        case(
            "Order",
            "another algorithm, and a bad signature",
            &list().header(ALG, int(-8)).signed_by(Key::Root),
        )
        .refused(ListRejectionCode::AlgorithmMismatch),
        case(
            "Order",
            "a bad signature, and ended",
            &list().signed_by(Key::Root).claim(EXP, uint(NOW)),
        )
        .refused(ListRejectionCode::BadSignature),
        case("Order", "a bad signature, and entries that do not inflate", &{
            list().signed_by(Key::Root).claim(STATUS, compressed(2, b"?"))
        })
        .refused(ListRejectionCode::BadSignature),
    ];
    cases.extend([-8, -9, -7, -20, 19, 0, i64::MAX, i64::MIN].map(alg));
    cases
}

pub(super) fn groups() -> Vec<StatusListGroup> {
    let under =
        |comment, trust: Vec<Trusted>, tests| StatusListGroup { trust, ..group(comment, tests) };
    let issuer = |value: Item| list().claim(ISS, value);
    let only = |word: &'static str| entry().edit(|key| key.uses = vec![word]);
    let denied = |comment: &str, list: Layer| {
        case("Authority", comment, &list).refused(ListRejectionCode::UseNotGranted)
    };
    let pinned = entry().edit(|key| (key.algorithm, key.uses) = ("EdDSA", vec!["status"]));
    let other = || {
        Trusted::new(Key::OtherIssuer).edit(|key| (key.issuer, key.uses) = (OTHER, vec!["status"]))
    };
    vec![
        under(
            "a key for status lists only",
            vec![only("status")],
            vec![
                case("Authority", "without issuer", &list()).accepted(facts()),
                case("Authority", "with its issuer", &issuer(text(ISSUER))).accepted(facts()),
                denied("with another issuer", issuer(text(OTHER))),
                denied("issuer in capitals", issuer(text("BJ.EXAMPLE"))),
                denied("issuer with a character behind", issuer(text("bj.example "))),
                denied("issuer of no characters", issuer(text(""))),
                denied("issuer of 200 characters", issuer(text(&"x".repeat(200)))),
            ],
        ),
        under(
            "a key for everything but status lists",
            vec![entry().edit(|key| key.uses = vec!["credential", "pass", "slip"])],
            vec![
                denied("a list", list()),
                case(
                    "Order",
                    "a list, dated before the key may sign, and ended",
                    &list().claim(EXP, uint(NOW)),
                )
                .refused(ListRejectionCode::UseNotGranted),
            ],
        ),
        under("a key for passes only", vec![only("pass")], vec![denied("a list", list())]),
        under(
            "a key pinned to EdDSA",
            vec![pinned.clone()],
            vec![
                case("Key", "algorithm -8", &list().header(ALG, int(-8))).accepted(facts()),
                case("Key", "algorithm -19", &list()).refused(ListRejectionCode::AlgorithmMismatch),
                case("Malleable", "algorithm -8, s + order", &{
                    list()
                        .header(ALG, int(-8))
                        .signed(|key, message| s_plus_order(key.sign(message)).to_vec())
                })
                .refused(ListRejectionCode::BadSignature),
            ],
        ),
        under(
            "two issuers",
            {
                let mut both = vec![entry(), other()];
                both.sort_by(|a, b| a.key_id.cmp(&b.key_id));
                both
            },
            vec![
                case("Authority", "by the second issuer, under the URI of the first", &{
                    list().header(KID, bytes(&Key::OtherIssuer.id())).signed_by(Key::OtherIssuer)
                })
                .accepted(AcceptedStatusList { issuer: OTHER, ..facts() }),
                denied("by the second issuer, in the name of the first", {
                    issuer(text(ISSUER))
                        .header(KID, bytes(&Key::OtherIssuer.id()))
                        .signed_by(Key::OtherIssuer)
                }),
                case("Held", "the first issuer's list is held, and later", &{
                    list().header(KID, bytes(&Key::OtherIssuer.id())).signed_by(Key::OtherIssuer)
                })
                .holding(&list().claim(IAT, uint(LISTED + 1)), NOW)
                .accepted(AcceptedStatusList { issuer: OTHER, ..facts() }),
            ],
        ),
        under(
            "two keys share a key id",
            vec![
                other().edit(|key| key.key_id = "6b".into()),
                entry().edit(|key| key.key_id = "6b".into()),
            ],
            shared(),
        ),
        under(
            "two keys share a key id, and may not do the same",
            vec![
                other().edit(|key| (key.key_id, key.uses) = ("6b".into(), vec!["pass"])),
                entry().edit(|key| (key.key_id, key.uses) = ("6b".into(), vec!["status"])),
            ],
            vec![
                case("Authority", "signed by the one that may", &list().header(KID, bytes(b"k")))
                    .accepted(facts()),
                denied(
                    "signed by the one that may not",
                    list().header(KID, bytes(b"k")).signed_by(Key::OtherIssuer),
                ),
            ],
        ),
        under(
            "two keys share a key id, by two algorithms",
            vec![
                other().edit(|key| key.key_id = "6b".into()),
                pinned.edit(|key| key.key_id = "6b".into()),
            ],
            vec![
                case("Key", "algorithm -8, signed by the one pinned to it", &{
                    list().header(KID, bytes(b"k")).header(ALG, int(-8))
                })
                .accepted(facts()),
                case(
                    "Key",
                    "algorithm -19, signed by the one pinned to -8",
                    &list().header(KID, bytes(b"k")),
                )
                .refused(ListRejectionCode::BadSignature),
                case("Key", "algorithm -9", &list().header(KID, bytes(b"k")).header(ALG, int(-9)))
                    .refused(ListRejectionCode::AlgorithmMismatch),
            ],
        ),
        under(
            "a key with times",
            vec![entry().edit(|key| {
                (key.not_before, key.sign_until, key.expires) = (LISTED, LISTED + 1, NOW + 1)
            })],
            key_times(),
        ),
        under(
            "a key that has just ended",
            vec![entry().edit(|key| (key.not_before, key.sign_until, key.expires) = (0, NOW, NOW))],
            vec![
                case("Authority", "a good list", &list())
                    .flag("Edge")
                    .refused(ListRejectionCode::KeyNotCurrent),
                case("Held", "the very list that is held", &list())
                    .holding(&list(), NOW - 1)
                    .refused(ListRejectionCode::KeyNotCurrent),
                case("Order", "the key ended, and the list", &list().claim(EXP, uint(NOW)))
                    .refused(ListRejectionCode::KeyNotCurrent),
                case("Order", "another issuer's name, and the key ended", &issuer(text(OTHER)))
                    .refused(ListRejectionCode::UseNotGranted),
            ],
        ),
    ]
}

fn shared() -> Vec<Test> {
    let named = |key: Key| list().header(KID, bytes(b"k")).signed_by(key);
    vec![
        case("Key", "signed by the first", &named(Key::OtherIssuer))
            .accepted(AcceptedStatusList { issuer: OTHER, ..facts() }),
        case("Key", "signed by the second", &named(Key::Issuer)).accepted(facts()),
        case(
            "Key",
            "signed by the second, in its issuer's name",
            &named(Key::Issuer).claim(ISS, text(ISSUER)),
        )
        .accepted(facts()),
        case(
            "Authority",
            "signed by the second, in the name of the first",
            &named(Key::Issuer).claim(ISS, text(OTHER)),
        )
        .refused(ListRejectionCode::UseNotGranted),
        case("Signature", "signed by neither", &named(Key::Root))
            .refused(ListRejectionCode::BadSignature),
        case(
            "Held",
            "signed by the second, while a later one by the first is held",
            &named(Key::Issuer),
        )
        .holding(&named(Key::OtherIssuer).claim(IAT, uint(LISTED + 1)), NOW)
        .accepted(AcceptedStatusList { uri: STATUS_URI.to_string(), ..facts() }),
    ]
}

fn key_times() -> Vec<Test> {
    let dated = |comment: &str, time: u64| -> ListCase {
        case("Authority", comment, &list().claim(IAT, uint(time)))
    };
    vec![
        dated("in the only second in which it signs, and in the last in which it counts", LISTED)
            .flag("Edge")
            .accepted(facts()),
        dated("one second before it signs", LISTED - 1)
            .flag("Edge")
            .refused(ListRejectionCode::KeyNotCurrent),
        dated("when it signs no more", LISTED + 1)
            .flag("Edge")
            .refused(ListRejectionCode::KeyNotCurrent),
        dated("long after it signs no more", NOW).refused(ListRejectionCode::KeyNotCurrent),
        dated("when the key has ended", LISTED)
            .at(NOW + 1)
            .flag("Edge")
            .refused(ListRejectionCode::KeyNotCurrent),
        dated("from the future, and when it signs no more", NOW + 60)
            .flag("Order")
            .refused(ListRejectionCode::KeyNotCurrent),
    ]
}
