//! Every stage behind `structure`.

use livepermit::Code;

use super::super::cbor::{bytes, hex, int, text, uint};
use super::super::crypto::{IDENTITY, Key, high_s, mixed_order_r, s_plus_order, small_order_r};
use super::super::json::{Case, Challenge, Group, Policy, Trusted, case};
use super::super::keys::bad_points;
use super::super::token::{
    ALG, AUD, CNF, CNONCE, EXP, GATE, IAT, ISS, KID, LAST_SECOND, Layer, NBF, NONCE, NOT_BEFORE, NOW, SHOWN,
    SIGNED_WINDOW, SUB, TYP, VCT, answer, cnf, credential, pass, present, presentation, presentation_p256,
    presented,
};

const OTHER_CLASS: &str = "bj.example:driving";

pub(crate) fn groups() -> Vec<Group> {
    let entry = || Trusted::new(Key::Issuer);
    let trusting = |comment, change: &dyn Fn(&mut Trusted), cases| {
        Group::new(comment, vec![entry().edit(|key| change(key))], Policy::default(), cases)
    };
    let under = |comment, change: &dyn Fn(&mut Policy), cases| {
        Group::new(comment, vec![entry()], Policy::default().edit(|policy| change(policy)), cases)
    };
    let both = |flag, comment: &str, code: Code| {
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
                refused("Key", "algorithm -19", Code::AlgorithmMismatch, &pass()),
                refused("Key", "a credential, which such a key may not sign", Code::UseNotGranted, &{
                    presented(|credential| credential.header(ALG, int(-8)))
                })
                .flag("Authority"),
            ],
        ),
        Group::new("signatures", vec![entry()], Policy::default(), signatures()),
        Group::new(
            "two keys share a key id, and neither signed",
            [Key::Issuer, Key::OtherIssuer]
                .map(|key| Trusted::new(key).edit(|key| key.key_id = "6b".into()))
                .to_vec(),
            Policy::default(),
            vec![refused("Signature", "signed by a third key", Code::BadSignature, &{
                pass().header(KID, bytes(b"k")).signed_by(Key::DeviceEd25519)
            })],
        ),
        Group::new(
            "two issuers",
            vec![entry(), Trusted::new(Key::OtherIssuer).edit(|key| key.issuer = "tj.example")],
            Policy::default(),
            vec![
                refused("Authority", "pass of one issuer by the key of the other", Code::IssuerMismatch, &{
                    pass().header(KID, bytes(&Key::OtherIssuer.id())).signed_by(Key::OtherIssuer)
                }),
                refused(
                    "Authority",
                    "credential of one issuer by the key of the other",
                    Code::IssuerMismatch,
                    &{
                        presented(|credential| {
                            credential.header(KID, bytes(&Key::OtherIssuer.id())).signed_by(Key::OtherIssuer)
                        })
                    },
                ),
                refused("Authority", "issuer in capitals", Code::IssuerMismatch, &{
                    pass().claim(ISS, text("BJ.EXAMPLE"))
                }),
            ],
        ),
        Group::new(
            "a key for driving only",
            vec![entry().edit(|key| key.classes = vec![OTHER_CLASS])],
            Policy::default().edit(|policy| policy.classes.insert(0, OTHER_CLASS)),
            both("Authority", "class not granted to the key", Code::ClassNotGranted),
        ),
        trusting(
            "a key for passes only",
            &|key| key.uses = vec!["pass"],
            vec![refused("Authority", "presentation", Code::UseNotGranted, &presentation())],
        ),
        trusting(
            "a key for credentials only",
            &|key| key.uses = vec!["credential"],
            vec![refused("Authority", "pass", Code::UseNotGranted, &pass())],
        ),
        trusting(
            "a key whose time begins a second late for the credential",
            &|key| key.not_before = NOT_BEFORE + 1,
            vec![refused("Authority", "presentation", Code::KeyNotYetValid, &presentation())],
        ),
        trusting("a key whose time begins a second late for the pass", &|key| key.not_before = SHOWN + 1, {
            vec![refused("Authority", "pass", Code::KeyNotYetValid, &pass())]
        }),
        trusting("a key retired when the credential begins", &|key| key.sign_until = NOT_BEFORE, {
            vec![refused("Authority", "presentation", Code::KeyRetired, &presentation())]
        }),
        trusting("a key retired when the pass is made", &|key| key.sign_until = SHOWN, {
            vec![refused("Authority", "pass", Code::KeyRetired, &pass())]
        }),
        trusting(
            "a key that has just expired",
            &|key| (key.sign_until, key.expires) = (NOW, NOW),
            both("Authority", "the key expired this second", Code::KeyExpired),
        ),
        Group::new("times", vec![entry()], Policy::default(), times()),
        under(
            "a policy with a long window and skew",
            &|policy| (policy.window, policy.skew) = (86_400, 43_200),
            vec![
                refused("Time", "window of 31 seconds: the skew is 15", Code::FromTheFuture, &{
                    pass().claim(EXP, uint(SHOWN + 31))
                })
                .at(SHOWN - 16),
                refused(
                    "Time",
                    "window of 86400 seconds, over",
                    Code::Stale,
                    &pass().claim(EXP, uint(SHOWN + 86_400)),
                )
                .at(SHOWN + 86_400),
            ],
        ),
        under(
            "a policy without skew",
            &|policy| policy.skew = 0,
            vec![refused("Time", "dated one second ahead", Code::FromTheFuture, &pass()).at(SHOWN - 1)],
        ),
        Group::new("audience and challenge", vec![entry()], Policy::default(), audience()),
        under(
            "a gate that wants its own name",
            &|policy| policy.audience = "own",
            vec![
                refused("Audience", "presentation for anyone", Code::WrongAudience, &presentation()),
                refused("Audience", "pass for anyone", Code::WrongAudience, &pass()),
                refused("Audience", "presentation for another gate", Code::WrongAudience, &{
                    presentation().claim(AUD, text("gate-4"))
                }),
            ],
        ),
        under("a gate that asks", &|policy| policy.challenge = "required", challenges()),
        under(
            "a gate for presentations",
            &|policy| policy.forms = vec!["presentation"],
            vec![refused("Policy", "pass", Code::FormNotAccepted, &pass())],
        ),
        under(
            "a gate for passes",
            &|policy| policy.forms = vec!["pass"],
            vec![refused("Policy", "presentation", Code::FormNotAccepted, &presentation())],
        ),
        under(
            "a gate for driving",
            &|policy| policy.classes = vec![OTHER_CLASS],
            both("Policy", "class not accepted here", Code::ClassNotAccepted),
        ),
    ]
}

fn refused(flag: &'static str, comment: &str, code: Code, token: &Layer) -> Case {
    case(flag, comment).token(token).refused(code)
}

fn keys() -> Vec<Case> {
    let id = Key::Issuer.id();
    vec![
        refused("Key", "unknown key id", Code::UnknownKey, &{
            pass().header(KID, bytes(&Key::OtherIssuer.id())).signed_by(Key::OtherIssuer)
        }),
        refused("Key", "presentation with an unknown key id", Code::UnknownKey, &{
            presented(|credential| credential.header(KID, bytes(b"unknown!")))
        }),
        refused(
            "Key",
            "first byte of the key id alone",
            Code::UnknownKey,
            &pass().header(KID, bytes(&id[..1])),
        ),
        refused("Key", "key id with a byte behind", Code::UnknownKey, &{
            pass().header(KID, bytes(&[&id[..], &[0]].concat()))
        }),
        refused(
            "Key",
            "algorithm -8 of a key pinned to -19",
            Code::AlgorithmMismatch,
            &pass().header(ALG, int(-8)),
        ),
        refused(
            "Key",
            "algorithm -9 of an Ed25519 key",
            Code::AlgorithmMismatch,
            &pass().header(ALG, int(-9)),
        ),
        refused("Key", "algorithm -7", Code::AlgorithmMismatch, &pass().header(ALG, int(-7))),
        refused("Key", "algorithm 5, a symmetric one", Code::AlgorithmMismatch, &pass().header(ALG, int(5))),
        refused("Key", "algorithm 0, reserved", Code::AlgorithmMismatch, &pass().header(ALG, int(0))),
        refused("Key", "presentation whose credential names algorithm -8", Code::AlgorithmMismatch, &{
            presented(|credential| credential.header(ALG, int(-8)))
        }),
        refused(
            "Key",
            "presentation that names algorithm -8 for an Ed25519 device key",
            Code::AlgorithmMismatch,
            &{ presentation().header(ALG, int(-8)) },
        ),
        refused(
            "Key",
            "presentation that names algorithm -9 for an Ed25519 device key",
            Code::AlgorithmMismatch,
            &{ presentation().header(ALG, int(-9)) },
        ),
        refused(
            "Key",
            "presentation that names algorithm -7 for a P-256 device key",
            Code::AlgorithmMismatch,
            &{ presentation_p256().header(ALG, int(-7)) },
        ),
        refused(
            "Key",
            "presentation that names algorithm -19 for a P-256 device key",
            Code::AlgorithmMismatch,
            &{ presentation_p256().header(ALG, int(-19)) },
        ),
        refused("Order", "unknown key, and the presentation names another algorithm", Code::UnknownKey, &{
            presented(|credential| credential.header(KID, bytes(b"unknown!"))).header(ALG, int(-9))
        }),
        refused(
            "Order",
            "another algorithm, and a bad signature of the credential",
            Code::AlgorithmMismatch,
            &{ presented(|credential| credential.signed_by(Key::OtherIssuer)).header(ALG, int(-9)) },
        ),
    ]
}

/// Makes the first bit of s another one.
fn flipped(key: Key, message: &[u8]) -> Vec<u8> {
    let mut signature = key.sign(message).to_vec();
    signature[32] ^= 1;
    signature
}

fn signatures() -> Vec<Case> {
    let issuer = |flag, comment: &str, token: Layer| {
        [
            refused(flag, &format!("pass: {comment}"), Code::BadSignature, &pass_like(&token)),
            refused(
                flag,
                &format!("credential: {comment}"),
                Code::BadSignature,
                &token_in_presentation(&token),
            ),
        ]
    };
    let signed = |sign: fn(Key, &[u8]) -> Vec<u8>| credential(Key::DeviceEd25519).signed(sign);
    let device = |flag, comment: &str, token: Layer| refused(flag, comment, Code::BadDeviceSignature, &token);
    let sign_all_zero = |_: Key, _: &[u8]| vec![0; 64];
    let mut cases: Vec<Case> = [
        issuer(
            "Signature",
            "signed by another issuer",
            credential(Key::DeviceEd25519).signed_by(Key::OtherIssuer),
        ),
        issuer(
            "Signature",
            "signed by the device",
            credential(Key::DeviceEd25519).signed_by(Key::DeviceEd25519),
        ),
        issuer("Signature", "one bit of s another", signed(flipped)),
        issuer("Signature", "all zero", signed(sign_all_zero)),
        issuer(
            "Malleable",
            "s + order",
            signed(|key, message| s_plus_order(key.sign(message).to_vec().try_into().unwrap()).to_vec()),
        ),
        issuer("Malleable", "R of small order", signed(|key, message| small_order_r(key, message).to_vec())),
        issuer("Malleable", "R of mixed order", signed(|key, message| mixed_order_r(key, message).to_vec())),
        issuer(
            "Signature",
            "over the bare claims, without Sig_structure",
            signed(|key, message| key.sign(&message[message.len() / 2..]).to_vec()),
        ),
    ]
    .into_iter()
    .flatten()
    .collect();
    cases.extend([
        refused(
            "Signature",
            "claims exchanged after signing",
            Code::BadSignature,
            &pass().edit(|layer| {
                let forged = layer.claims.clone().with(int(SUB), text("BJ-00000000"));
                layer.payload_item = Some(bytes(&forged.encode()));
            }),
        ),
        refused(
            "Signature",
            "self-made chain: credential signed by the device key in it",
            Code::BadSignature,
            &{
                let own = credential(Key::OtherDeviceEd25519).signed_by(Key::OtherDeviceEd25519);
                present(&own, Key::OtherDeviceEd25519)
            },
        ),
        device("Signature", "signed by another device", presentation().signed_by(Key::OtherDeviceEd25519)),
        device("Signature", "signed by the issuer", presentation().signed_by(Key::Issuer)),
        device(
            "Signature",
            "signed by another P-256 device",
            presentation_p256().signed_by(Key::OtherDeviceP256),
        ),
        device(
            "Signature",
            "signature of the credential in place of the device's",
            presentation().signed(|_, _| {
                let whole = credential(Key::DeviceEd25519).encode();
                whole[whole.len() - 64..].to_vec()
            }),
        ),
        device(
            "Signature",
            "time exchanged after signing",
            presentation().edit(|layer| {
                let forged = layer.claims.clone().with(int(IAT), uint(SHOWN + 1));
                layer.payload_item = Some(bytes(&forged.encode()));
            }),
        ),
        device("Signature", "another credential of the same device put in", {
            let fresh = credential(Key::DeviceEd25519).claim(NBF, uint(NOT_BEFORE + 1)).encode();
            let stale = presentation();
            let signature = Key::DeviceEd25519.sign(&stale.message());
            SIGNATURE.get_or_init(|| signature.to_vec());
            stale.header(13, fresh).signed(|_, _| SIGNATURE.get().unwrap().clone())
        }),
        device("Signature", "one bit of s another", presentation().signed(flipped)),
        device("Signature", "P-256: one bit of s another", presentation_p256().signed(flipped)),
        device(
            "Malleable",
            "Ed25519: s + order",
            presentation().signed(|key, message| s_plus_order(key.sign(message)).to_vec()),
        ),
        device(
            "Malleable",
            "Ed25519: R of small order",
            presentation().signed(|key, message| small_order_r(key, message).to_vec()),
        ),
        device(
            "Malleable",
            "Ed25519: R of mixed order",
            presentation().signed(|key, message| mixed_order_r(key, message).to_vec()),
        ),
        device(
            "Malleable",
            "P-256: high s",
            presentation_p256().signed(|key, message| high_s(key.sign(message)).to_vec()),
        ),
        device("Signature", "P-256: r and s are 0", presentation_p256().signed(|_, _| vec![0; 64])),
        device(
            "Signature",
            "P-256: r is 0",
            presentation_p256().signed(|key, message| [&[0; 32], &key.sign(message)[32..]].concat()),
        ),
        device(
            "Signature",
            "P-256: s is 0",
            presentation_p256().signed(|key, message| [&key.sign(message)[..32], &[0; 32]].concat()),
        ),
        device(
            "Signature",
            "P-256: r not below the order",
            presentation_p256().signed(|key, message| [&[0xff; 32], &key.sign(message)[32..]].concat()),
        ),
        device(
            "Signature",
            "P-256: s not below the order",
            presentation_p256().signed(|key, message| [&key.sign(message)[..32], &[0xff; 32]].concat()),
        ),
    ]);
    cases.extend(bad_points().into_iter().map(|(_, comment, key)| {
        let device = if comment.starts_with("P-256") { Key::DeviceP256 } else { Key::DeviceEd25519 };
        let bound = credential(device).claim(CNF, cnf(&key));
        refused("DeviceKey", comment, Code::BadDeviceKey, &present(&bound, device))
    }));
    cases.extend([
        refused(
            "DeviceKey",
            "the neutral element, with a signature that holds for every message",
            Code::BadDeviceKey,
            &{
                let key = super::super::crypto::cose_ed25519(&super::super::cbor::unhex(IDENTITY));
                presented(|credential| credential.claim(CNF, cnf(&key)))
                    .signed(|_, _| [super::super::cbor::unhex(IDENTITY), vec![0; 32]].concat())
            },
        ),
        refused("Order", "signed by another issuer and by another device", Code::BadSignature, &{
            presented(|credential| credential.signed_by(Key::OtherIssuer)).signed_by(Key::OtherDeviceEd25519)
        }),
        refused("Order", "signed by another device, for another issuer's name", Code::BadDeviceSignature, &{
            presented(|credential| credential.claim(ISS, text("tj.example")))
                .signed_by(Key::OtherDeviceEd25519)
        }),
        refused("Order", "issuer of another name, class not granted", Code::IssuerMismatch, &{
            pass().claim(ISS, text("tj.example")).claim(VCT, text(OTHER_CLASS))
        }),
        refused(
            "Order",
            "class not granted, and stale",
            Code::ClassNotGranted,
            &pass().claim(VCT, text(OTHER_CLASS)),
        )
        .at(SHOWN + 30),
    ]);
    cases
}

static SIGNATURE: std::sync::OnceLock<Vec<u8>> = std::sync::OnceLock::new();

/// A pass that is signed as this credential is.
fn pass_like(credential: &Layer) -> Layer {
    let pass = pass();
    credential.clone().header(TYP, pass.header.get(TYP)).edit(|layer| layer.claims = pass.claims)
}

fn token_in_presentation(credential: &Layer) -> Layer {
    present(credential, Key::DeviceEd25519)
}

fn times() -> Vec<Case> {
    let late =
        |comment: &str, code: Code, token: Layer, now: u64| refused("Time", comment, code, &token).at(now);
    let from = |not_before: u64| presented(|credential| credential.claim(NBF, uint(not_before)));
    let until = |expires: u64| presented(|credential| credential.claim(EXP, uint(expires)));
    let window = |seconds: u64| presented(|credential| credential.claim(SIGNED_WINDOW, uint(seconds)));
    vec![
        late("one second before the credential begins", Code::NotYetValid, from(SHOWN), SHOWN - 1),
        late("long before the credential begins", Code::NotYetValid, presentation(), 0),
        late("the credential has just ended", Code::Expired, until(NOW), NOW),
        late("long after the credential ended", Code::Expired, presentation(), LAST_SECOND - 1),
        late("the credential is one second too old", Code::CredentialTooOld, from(NOW - 86_701), NOW),
        late("the credential begins at 0", Code::CredentialTooOld, from(0), NOW),
        late("dated one second before the credential begins", Code::TimesOutOfOrder, from(SHOWN + 1), NOW),
        late(
            "dated when the credential ends, ahead of the gate's clock",
            Code::TimesOutOfOrder,
            until(SHOWN + 2).claim(IAT, uint(SHOWN + 2)),
            SHOWN,
        ),
        late("presentation one second too far ahead", Code::FromTheFuture, presentation(), SHOWN - 6),
        late(
            "presentation of a clock turned a day ahead",
            Code::FromTheFuture,
            {
                presented(|credential| credential.claim(EXP, uint(SHOWN + 100_000)))
                    .claim(IAT, uint(SHOWN + 86_400))
            },
            NOW,
        ),
        late("pass one second too far ahead", Code::FromTheFuture, pass(), SHOWN - 6),
        late("window of 3 seconds: the skew is 1 second", Code::FromTheFuture, window(3), SHOWN - 2),
        late("window of 1 second: there is no skew", Code::FromTheFuture, window(1), SHOWN - 1),
        late("presentation when its window ends", Code::Stale, presentation(), SHOWN + 30),
        late(
            "presentation by a P-256 device when its window ends",
            Code::Stale,
            presentation_p256(),
            SHOWN + 30,
        ),
        late("presentation an hour old", Code::Stale, presentation(), SHOWN + 3600),
        late("signed window of 20 seconds ends", Code::Stale, window(20), SHOWN + 20),
        late("signed window of 60 seconds, the policy's of 30 ends", Code::Stale, window(60), SHOWN + 30),
        late("pass when its window ends", Code::Stale, pass(), SHOWN + 30),
        late("pass at the last second but one there is", Code::Stale, pass(), LAST_SECOND - 1),
        refused("Order", "the credential ended, and the code is for another gate", Code::Expired, &{
            until(NOW).claim(AUD, text("gate-4"))
        }),
        refused(
            "Order",
            "stale, and for another gate",
            Code::Stale,
            &presentation().claim(AUD, text("gate-4")),
        )
        .at(SHOWN + 30),
    ]
}

fn audience() -> Vec<Case> {
    vec![
        refused("Audience", "presentation for another gate", Code::WrongAudience, &{
            presentation().claim(AUD, text("gate-4"))
        }),
        refused(
            "Audience",
            "gate name in capitals",
            Code::WrongAudience,
            &presentation().claim(AUD, text("GATE-3")),
        ),
        refused("Audience", "gate name with a character behind", Code::WrongAudience, &{
            presentation().claim(AUD, text("gate-33"))
        }),
        refused("Audience", "pass for another gate", Code::WrongAudience, &pass().claim(AUD, text("gate-4"))),
        refused("Challenge", "an answer, and no question", Code::ChallengeUnexpected, &answer()),
        refused("Challenge", "an answer for anyone, and no question", Code::ChallengeUnexpected, &{
            presentation().claim(CNONCE, bytes(&NONCE))
        }),
        refused(
            "Challenge",
            "a question asked where none is required, and no answer",
            Code::ChallengeMissing,
            &{ presentation() },
        )
        .challenged(),
    ]
}

fn challenges() -> Vec<Case> {
    let asked =
        |comment: &str, code: Code, token: Layer| refused("Challenge", comment, code, &token).challenged();
    let other_nonce = Challenge { gate: GATE, nonce: hex(b"another question"), expires: NOW + 10 };
    let ended = Challenge { gate: GATE, nonce: hex(&NONCE), expires: NOW };
    let elsewhere = Challenge { gate: "gate-4", nonce: hex(&NONCE), expires: NOW + 10 };
    vec![
        asked("no answer", Code::ChallengeMissing, presentation().claim(AUD, text(GATE))),
        asked("no answer, for anyone", Code::ChallengeMissing, presentation()),
        asked("a pass, which cannot answer", Code::ChallengeMissing, pass().claim(AUD, text(GATE))),
        asked("answer for anyone", Code::WrongAudience, answer().claim(AUD, text("*"))),
        asked("answer for another gate", Code::WrongAudience, answer().claim(AUD, text("gate-4"))),
        asked("answer cut short", Code::ChallengeMismatch, answer().claim(CNONCE, bytes(&NONCE[..15]))),
        refused("Challenge", "answer to another question", Code::ChallengeMismatch, &answer())
            .challenge(other_nonce),
        refused("Challenge", "answer in the second the question ends", Code::ChallengeExpired, &answer())
            .flag("Time")
            .challenge(ended.clone()),
        refused("Order", "another answer, and too late", Code::ChallengeMismatch, &{
            answer().claim(CNONCE, bytes(b"another question"))
        })
        .challenge(ended),
        refused(
            "Challenge",
            "the question was asked in the name of another gate",
            Code::ChallengeNotSupplied,
            &answer(),
        )
        .challenge(elsewhere),
        refused("Challenge", "no question handed over", Code::ChallengeNotSupplied, &answer()),
        refused(
            "Challenge",
            "no question handed over, and no answer",
            Code::ChallengeNotSupplied,
            &presentation(),
        ),
        asked("stale answer", Code::Stale, answer()).flag("Order").at(SHOWN + 30),
    ]
}
