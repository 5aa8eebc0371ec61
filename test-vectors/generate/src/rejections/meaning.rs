//! Every stage after `structure`.

use livepermit::RejectionCode;

use super::super::cbor::{bytes, hex, int, text, uint};
use super::super::crypto::Key;
use super::super::json::{Case, Group, Policy, Trusted, case};
use super::super::token::{
    ALG, AUD, EXP, ISS, KID, Layer, NOT_BEFORE, NOW, SHOWN, pass, presentation, presentation_p256,
    presented,
};
use super::forgeries;
use super::signatures::signatures;
use super::times::{audience, challenges, times};

pub(super) const OTHER_CLASS: &str = "bj.example:driving";

pub(crate) fn groups() -> Vec<Group> {
    let entry = || Trusted::new(Key::Issuer);
    let trusting = |comment, change: &dyn Fn(&mut Trusted), cases| {
        Group::new(comment, vec![entry().edit(|key| change(key))], Policy::default(), cases)
    };
    let under = |comment, change: &dyn Fn(&mut Policy), cases| {
        Group::new(comment, vec![entry()], Policy::default().edit(|policy| change(policy)), cases)
    };
    let both = |flag, comment: &str, code: RejectionCode| {
        vec![
            case(flag, format!("pass: {comment}")).token(&pass()).refused(code),
            case(flag, format!("presentation: {comment}")).token(&presentation()).refused(code),
        ]
    };
    vec![
        Group::new("keys and algorithms", vec![entry()], Policy::default(), keys()),
        trusting(
            "a key pinned to EdDSA",
            &|key| (key.algorithm, key.uses) = ("EdDSA", vec!["pass"]),
            vec![
                refused("Key", "algorithm -19", RejectionCode::AlgorithmMismatch, &pass()),
                refused(
                    "Key",
                    "a credential, which such a key may not sign",
                    RejectionCode::UseNotGranted,
                    &{ presented(|credential| credential.header(ALG, int(-8))) },
                )
                .flag("Authority"),
            ],
        ),
        Group::new(
            "signatures",
            vec![entry()],
            Policy::default(),
            [signatures(), forgeries::cases()].concat(),
        ),
        Group::new(
            "two keys share a key id, and neither signed",
            [Key::Issuer, Key::OtherIssuer]
                .map(|key| Trusted::new(key).edit(|key| key.key_id = "6b".into()))
                .to_vec(),
            Policy::default(),
            vec![refused("Signature", "signed by a third key", RejectionCode::BadSignature, &{
                pass().header(KID, bytes(b"k")).signed_by(Key::DeviceEd25519)
            })],
        ),
        Group::new(
            "two issuers",
            vec![entry(), Trusted::new(Key::OtherIssuer).edit(|key| key.issuer = "tj.example")],
            Policy::default(),
            vec![
                refused(
                    "Authority",
                    "pass of one issuer by the key of the other",
                    RejectionCode::IssuerMismatch,
                    &{
                        pass()
                            .header(KID, bytes(&Key::OtherIssuer.id()))
                            .signed_by(Key::OtherIssuer)
                    },
                ),
                refused(
                    "Authority",
                    "credential of one issuer by the key of the other",
                    RejectionCode::IssuerMismatch,
                    &{
                        presented(|credential| {
                            credential
                                .header(KID, bytes(&Key::OtherIssuer.id()))
                                .signed_by(Key::OtherIssuer)
                        })
                    },
                ),
                refused("Authority", "issuer in capitals", RejectionCode::IssuerMismatch, &{
                    pass().claim(ISS, text("BJ.EXAMPLE"))
                }),
            ],
        ),
        Group::new(
            "a key for driving only",
            vec![entry().edit(|key| key.classes = vec![OTHER_CLASS])],
            Policy::default().edit(|policy| policy.classes.insert(0, OTHER_CLASS)),
            both("Authority", "class not granted to the key", RejectionCode::ClassNotGranted),
        ),
        trusting(
            "a key for passes only",
            &|key| key.uses = vec!["pass"],
            vec![refused(
                "Authority",
                "presentation",
                RejectionCode::UseNotGranted,
                &presentation(),
            )],
        ),
        trusting(
            "a key for credentials only",
            &|key| key.uses = vec!["credential"],
            vec![refused("Authority", "pass", RejectionCode::UseNotGranted, &pass())],
        ),
        trusting(
            "a key whose time begins a second late for the credential",
            &|key| key.not_before = NOT_BEFORE + 1,
            vec![refused(
                "Authority",
                "presentation",
                RejectionCode::KeyNotYetValid,
                &presentation(),
            )],
        ),
        trusting(
            "a key whose time begins a second late for the pass",
            &|key| key.not_before = SHOWN + 1,
            vec![refused("Authority", "pass", RejectionCode::KeyNotYetValid, &pass())],
        ),
        trusting("a key retired when the credential begins", &|key| key.sign_until = NOT_BEFORE, {
            vec![refused("Authority", "presentation", RejectionCode::KeyRetired, &presentation())]
        }),
        trusting("a key retired when the pass is made", &|key| key.sign_until = SHOWN, {
            vec![refused("Authority", "pass", RejectionCode::KeyRetired, &pass())]
        }),
        trusting(
            "a key that has just expired",
            &|key| (key.sign_until, key.expires) = (NOW, NOW),
            both("Authority", "the key expired this second", RejectionCode::KeyExpired),
        ),
        Group::new(
            "a key under two key ids, for two issuers",
            vec![
                entry(),
                entry().edit(|key| (key.key_id, key.issuer) = ("6b".into(), "tj.example")),
            ],
            Policy::default(),
            vec![refused(
                "Authority",
                "the key id of one, and the name of the other",
                RejectionCode::IssuerMismatch,
                &{ pass().header(KID, bytes(b"k")) },
            )],
        ),
        Group::new(
            "two keys share a key id, by two algorithms",
            vec![
                Trusted::new(Key::OtherIssuer).edit(|key| key.key_id = "6b".into()),
                entry().edit(|key| {
                    (key.key_id, key.algorithm, key.uses) = ("6b".into(), "EdDSA", vec!["pass"])
                }),
            ],
            Policy::default(),
            vec![
                refused(
                    "Signature",
                    "algorithm -19, signed by the key pinned to -8",
                    RejectionCode::BadSignature,
                    &{ pass().header(KID, bytes(b"k")) },
                ),
                refused(
                    "Signature",
                    "algorithm -8, signed by the key pinned to -19",
                    RejectionCode::BadSignature,
                    &{
                        pass()
                            .header(KID, bytes(b"k"))
                            .header(ALG, int(-8))
                            .signed_by(Key::OtherIssuer)
                    },
                ),
                refused("Key", "algorithm -9", RejectionCode::AlgorithmMismatch, &{
                    pass().header(KID, bytes(b"k")).header(ALG, int(-9))
                }),
            ],
        ),
        Group::new(
            "two keys share a key id, and may not do the same",
            vec![
                Trusted::new(Key::OtherIssuer).edit(|key| {
                    (key.key_id, key.issuer, key.uses) = ("6b".into(), "tj.example", vec!["pass"])
                }),
                entry().edit(|key| (key.key_id, key.uses) = ("6b".into(), vec!["credential"])),
            ],
            Policy::default(),
            vec![
                refused(
                    "Authority",
                    "pass by the one that may sign credentials",
                    RejectionCode::UseNotGranted,
                    &{ pass().header(KID, bytes(b"k")) },
                ),
                refused(
                    "Authority",
                    "pass by the other, in the name of the first",
                    RejectionCode::IssuerMismatch,
                    &{ pass().header(KID, bytes(b"k")).signed_by(Key::OtherIssuer) },
                ),
            ],
        ),
        trusting("a key for slips and status lists", &|key| key.uses = vec!["slip", "status"], {
            both("Authority", "a use that is not granted", RejectionCode::UseNotGranted)
        }),
        trusting(
            "a key that ended while the pass was live",
            &|key| (key.sign_until, key.expires) = (SHOWN + 1, NOW),
            both("Authority", "the key expired this second", RejectionCode::KeyExpired),
        ),
        trusting(
            "a key that begins late and is retired",
            &|key| {
                (key.not_before, key.sign_until, key.expires) = (SHOWN + 1, SHOWN + 2, NOW);
            },
            {
                vec![refused(
                    "Order",
                    "pass dated before the key signs, when it has expired",
                    RejectionCode::KeyNotYetValid,
                    &pass(),
                )]
            },
        ),
        trusting(
            "a key retired and expired",
            &|key| (key.sign_until, key.expires) = (NOT_BEFORE, NOW),
            {
                both(
                    "Order",
                    "dated when the key is retired, and shown when it has expired",
                    RejectionCode::KeyRetired,
                )
            },
        ),
        Group::new("times", vec![entry()], Policy::default(), times()),
        under(
            "a policy with a long window and skew",
            &|policy| (policy.window, policy.skew) = (86_400, 43_200),
            vec![
                refused(
                    "Time",
                    "window of 31 seconds: the skew is 15",
                    RejectionCode::FromTheFuture,
                    &{ pass().claim(EXP, uint(SHOWN + 31)) },
                )
                .at(SHOWN - 16),
                refused(
                    "Time",
                    "window of 86400 seconds, over",
                    RejectionCode::Stale,
                    &pass().claim(EXP, uint(SHOWN + 86_400)),
                )
                .at(SHOWN + 86_400),
            ],
        ),
        under(
            "a policy without skew",
            &|policy| policy.skew = 0,
            vec![
                refused("Time", "dated one second ahead", RejectionCode::FromTheFuture, &pass())
                    .at(SHOWN - 1),
            ],
        ),
        Group::new("audience and challenge", vec![entry()], Policy::default(), audience()),
        under(
            "a gate that wants its own name",
            &|policy| policy.audience = "own",
            vec![
                refused(
                    "Audience",
                    "presentation for anyone",
                    RejectionCode::WrongAudience,
                    &presentation(),
                ),
                refused("Audience", "pass for anyone", RejectionCode::WrongAudience, &pass()),
                refused(
                    "Audience",
                    "presentation for another gate",
                    RejectionCode::WrongAudience,
                    &{ presentation().claim(AUD, text("gate-4")) },
                ),
            ],
        ),
        under("a gate that asks", &|policy| policy.challenge = "required", challenges()),
        under(
            "a gate for presentations",
            &|policy| policy.forms = vec!["presentation"],
            vec![refused("Policy", "pass", RejectionCode::FormNotAccepted, &pass())],
        ),
        under(
            "a gate for passes",
            &|policy| policy.forms = vec!["pass"],
            vec![refused(
                "Policy",
                "presentation",
                RejectionCode::FormNotAccepted,
                &presentation(),
            )],
        ),
        under(
            "a gate for driving",
            &|policy| policy.classes = vec![OTHER_CLASS],
            both("Policy", "class not accepted here", RejectionCode::ClassNotAccepted),
        ),
    ]
}

pub(super) fn refused(
    flag: &'static str,
    comment: &str,
    code: RejectionCode,
    token: &Layer,
) -> Case {
    case(flag, comment).token(token).refused(code)
}

fn keys() -> Vec<Case> {
    let id = Key::Issuer.id();
    vec![
        refused("Key", "unknown key id", RejectionCode::UnknownKey, &{
            pass().header(KID, bytes(&Key::OtherIssuer.id())).signed_by(Key::OtherIssuer)
        }),
        refused("Key", "presentation with an unknown key id", RejectionCode::UnknownKey, &{
            presented(|credential| credential.header(KID, bytes(b"unknown!")))
        }),
        refused(
            "Key",
            "first byte of the key id alone",
            RejectionCode::UnknownKey,
            &pass().header(KID, bytes(&id[..1])),
        ),
        refused("Key", "key id with a byte behind", RejectionCode::UnknownKey, &{
            pass().header(KID, bytes(&[&id[..], &[0]].concat()))
        }),
        refused(
            "Key",
            "algorithm -8 of a key pinned to -19",
            RejectionCode::AlgorithmMismatch,
            &pass().header(ALG, int(-8)),
        ),
        refused(
            "Key",
            "algorithm -9 of an Ed25519 key",
            RejectionCode::AlgorithmMismatch,
            &pass().header(ALG, int(-9)),
        ),
        refused(
            "Key",
            "algorithm -7",
            RejectionCode::AlgorithmMismatch,
            &pass().header(ALG, int(-7)),
        ),
        refused(
            "Key",
            "algorithm 5, a symmetric one",
            RejectionCode::AlgorithmMismatch,
            &pass().header(ALG, int(5)),
        ),
        refused(
            "Key",
            "algorithm 0, reserved",
            RejectionCode::AlgorithmMismatch,
            &pass().header(ALG, int(0)),
        ),
        refused(
            "Key",
            "presentation whose credential names algorithm -8",
            RejectionCode::AlgorithmMismatch,
            &{ presented(|credential| credential.header(ALG, int(-8))) },
        ),
        refused(
            "Key",
            "presentation that names algorithm -8 for an Ed25519 device key",
            RejectionCode::AlgorithmMismatch,
            &{ presentation().header(ALG, int(-8)) },
        ),
        refused(
            "Key",
            "presentation that names algorithm -9 for an Ed25519 device key",
            RejectionCode::AlgorithmMismatch,
            &{ presentation().header(ALG, int(-9)) },
        ),
        refused(
            "Key",
            "presentation that names algorithm -7 for a P-256 device key",
            RejectionCode::AlgorithmMismatch,
            &{ presentation_p256().header(ALG, int(-7)) },
        ),
        refused(
            "Key",
            "presentation that names algorithm -19 for a P-256 device key",
            RejectionCode::AlgorithmMismatch,
            &{ presentation_p256().header(ALG, int(-19)) },
        ),
        refused(
            "Key",
            "key id that is a path",
            RejectionCode::UnknownKey,
            &pass().header(KID, bytes(b"../../../dev/null")),
        ),
        refused("Key", "key id that is a path to the key's own", RejectionCode::UnknownKey, &{
            pass().header(KID, bytes(&[&id[..], b"/../x"].concat()))
        }),
        refused("Key", "key id that is a web address", RejectionCode::UnknownKey, &{
            pass().header(KID, bytes(b"https://evil.example/key"))
        }),
        refused(
            "Key",
            "key id that is a query",
            RejectionCode::UnknownKey,
            &pass().header(KID, bytes(b"' OR '1'='1")),
        ),
        refused("Key", "key id with NUL in the middle", RejectionCode::UnknownKey, &{
            pass().header(KID, bytes(&[&id[..4], &[0], &id[4..]].concat()))
        }),
        refused(
            "Key",
            "key id of one NUL",
            RejectionCode::UnknownKey,
            &pass().header(KID, bytes(&[0])),
        ),
        refused("Key", "key id of 32 bytes: the whole thumbprint", RejectionCode::UnknownKey, &{
            pass().header(KID, bytes(&Key::Issuer.thumbprint()))
        }),
        refused(
            "Key",
            "key id in hexadecimal",
            RejectionCode::UnknownKey,
            &pass().header(KID, bytes(hex(&id).as_bytes())),
        ),
        refused(
            "Key",
            "algorithm 2^63 - 1",
            RejectionCode::AlgorithmMismatch,
            &pass().header(ALG, int(i64::MAX)),
        ),
        refused(
            "Key",
            "algorithm -2^63",
            RejectionCode::AlgorithmMismatch,
            &pass().header(ALG, int(i64::MIN)),
        ),
        refused(
            "Key",
            "algorithm 19",
            RejectionCode::AlgorithmMismatch,
            &pass().header(ALG, int(19)),
        ),
        refused(
            "Key",
            "algorithm -20",
            RejectionCode::AlgorithmMismatch,
            &pass().header(ALG, int(-20)),
        ),
        refused("Key", "presentation: algorithm 2^63 - 1", RejectionCode::AlgorithmMismatch, &{
            presentation().header(ALG, int(i64::MAX))
        }),
        refused(
            "Order",
            "unknown key, and the presentation names another algorithm",
            RejectionCode::UnknownKey,
            &{
                presented(|credential| credential.header(KID, bytes(b"unknown!")))
                    .header(ALG, int(-9))
            },
        ),
        refused(
            "Order",
            "another algorithm, and a bad signature of the credential",
            RejectionCode::AlgorithmMismatch,
            &{
                presented(|credential| credential.signed_by(Key::OtherIssuer)).header(ALG, int(-9))
            },
        ),
    ]
}
