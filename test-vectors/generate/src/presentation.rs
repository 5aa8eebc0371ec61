//! Presentations that are accepted, and the credential inside them.

use livepermit::RejectionCode;

use super::cbor::{bytes, hex, map, text, uint};
use super::crypto::{Key, cose_ed25519, cose_p256, mixed_order_point, sign_mixed_order};
use super::json::{Case, Challenge, Group, Person, Policy, Trusted, Verdict, case, tokens};
use super::token::{
    AUD, CNF, CNONCE, EXP, GATE, IAT, Layer, NBF, NONCE, NOW, PERSON, SHOWN, SIGNED_WINDOW, STATUS,
    answer, cnf, credential, link_text, person, present, presentation, presentation_p256,
    presented,
};

pub(crate) fn file() -> String {
    let entry = Trusted::new(Key::Issuer);
    tokens(
        &[
            "Presentations that a verifier accepts, by both device algorithms: what it then reports, and the accepted \
             side of every edge. The credential is given by itself too, which is refused.",
        ],
        &[
            ("WorkedExample", "The example that docs/spec.md takes apart byte by byte."),
            ("P256", "The device key is a P-256 key."),
            ("Text", "The text forms of a token."),
            ("Audience", "Made for this gate by name."),
            ("Challenge", "Answers the question of the gate."),
            (
                "Edge",
                "The last value that is accepted; the first one refused is in rejections.json.",
            ),
            ("Time", "The accepted side of a rule about time."),
            ("MixedOrder", "An Ed25519 key with a part of order 8, which is not refused."),
            ("Application", "Claims of the application's own."),
        ],
        vec![
            Group::new("default trust and policy", vec![entry.clone()], Policy::default(), cases()),
            Group::new(
                "long windows",
                vec![entry.clone()],
                Policy::default().edit(|policy| policy.window = 120),
                vec![
                    accepted("the signed window is shorter", presented(|c| c), |v| v.window = 30)
                        .at(SHOWN + 29),
                    accepted(
                        "the policy's window is shorter",
                        presented(|credential| credential.claim(SIGNED_WINDOW, uint(86_400))),
                        |verdict| (verdict.window, verdict.live_until) = (120, SHOWN + 120),
                    )
                    .at(SHOWN + 119),
                ],
            ),
            Group::new(
                "a gate that wants its own name",
                vec![entry.clone()],
                Policy::default().edit(|policy| policy.audience = "own"),
                vec![
                    case("Audience", "made for this gate")
                        .token(&presentation().claim(AUD, text(GATE)))
                        .accepted_presentation(Key::DeviceEd25519, |verdict| {
                            verdict.audience = Some(GATE)
                        }),
                ],
            ),
            Group::new(
                "a gate that asks",
                vec![entry.clone()],
                Policy::default().edit(|policy| policy.challenge = "required"),
                challenges(),
            ),
            Group::new(
                "a key whose time has just begun, and is about to end",
                vec![entry.edit(|key| {
                    (key.not_before, key.sign_until, key.expires) =
                        (SHOWN - 900, SHOWN - 899, NOW + 1);
                })],
                Policy::default(),
                vec![accepted("in the only second", presentation(), |_| {})],
            ),
        ],
    )
}

fn accepted(comment: &str, token: Layer, change: impl FnOnce(&mut Verdict)) -> Case {
    case("Time", comment).token(&token).accepted_presentation(Key::DeviceEd25519, change)
}

fn window(seconds: u64) -> impl FnOnce(Layer) -> Layer {
    move |credential| credential.claim(SIGNED_WINDOW, uint(seconds))
}

fn cases() -> Vec<Case> {
    let credential_from =
        |not_before: u64| presented(|credential| credential.claim(NBF, uint(not_before)));
    let credential_until =
        |expires: u64| presented(|credential| credential.claim(EXP, uint(expires)));
    let from = |not_before: u64| {
        move |verdict: &mut Verdict| verdict.credential.as_mut().unwrap().not_before = not_before
    };
    let until = |expires: u64| {
        move |verdict: &mut Verdict| {
            verdict.credential.as_mut().unwrap().expires = expires;
            verdict.live_until = expires;
        }
    };
    vec![
        case("WorkedExample", "default presentation, Ed25519 device")
            .token(&presentation())
            .accepted_presentation(Key::DeviceEd25519, |_| {}),
        case("WorkedExample", "default presentation, P-256 device")
            .flag("P256")
            .token(&presentation_p256())
            .accepted_presentation(Key::DeviceP256, |_| {}),
        case("WorkedExample", "the credential inside, Ed25519 device")
            .token(&credential(Key::DeviceEd25519))
            .refused(RejectionCode::CredentialAlone),
        case("WorkedExample", "the credential inside, P-256 device")
            .flag("P256")
            .token(&credential(Key::DeviceP256))
            .refused(RejectionCode::CredentialAlone),
        case("Text", "the default presentation as link text")
            .only_text(link_text(&presentation().encode()))
            .accepted_presentation(Key::DeviceEd25519, |_| {}),
        case("Audience", "made for this gate, P-256 device")
            .flag("P256")
            .token(&presentation_p256().claim(AUD, text(GATE)))
            .accepted_presentation(Key::DeviceP256, |verdict| verdict.audience = Some(GATE)),
        case("Edge", "without status reference")
            .token(&presented(|credential| credential.no_claim(STATUS)))
            .accepted_presentation(Key::DeviceEd25519, |verdict| verdict.status = None),
        case("Application", "application claims in the credential")
            .token(&presented(|credential| credential.raw_claim(text("zone"), uint(3))))
            .accepted_presentation(Key::DeviceEd25519, |verdict| {
                verdict.application = hex(&map(&[(text("zone"), uint(3))]));
            }),
        case("MixedOrder", "device key with a part of order 8")
            .token(&mixed_order())
            .accepted_presentation(Key::DeviceEd25519, |verdict| {
                let key = hex(&cose_ed25519(&mixed_order_point(Key::DeviceEd25519)));
                verdict.credential.as_mut().unwrap().device_key = key;
            }),
        case("Application", "label -65553, text label of 3 bytes and one of 255 in the credential")
            .flag("Edge")
            .token(&presented(|credential| {
                let labelled = credential.claim(-65553, uint(1)).raw_claim(text("abc"), uint(2));
                labelled.raw_claim(text(&"l".repeat(255)), uint(3))
            }))
            .accepted_presentation(Key::DeviceEd25519, |verdict| {
                let last = text(&"l".repeat(255));
                verdict.application = hex(&map(&[
                    (super::cbor::int(-65553), uint(1)),
                    (text("abc"), uint(2)),
                    (last, uint(3)),
                ]));
            }),
        case("Application", "eight arrays, one in the other, in the credential")
            .flag("Edge")
            .token(&presented(|credential| {
                credential.raw_claim(text("data"), super::cbor::nested_arrays(8))
            }))
            .accepted_presentation(Key::DeviceEd25519, |verdict| {
                verdict.application = hex(&map(&[(text("data"), super::cbor::nested_arrays(8))]));
            }),
        case("Edge", "identity data in the credential")
            .token(&presented(|credential| {
                credential.claim(PERSON, person("Li Lei", Some("20000229")))
            }))
            .accepted_presentation(Key::DeviceEd25519, |verdict| {
                let (full_name, birth_date) = ("Li Lei".to_string(), Some("20000229".to_string()));
                verdict.person = Some(Person { full_name, birth_date });
            }),
        case("P256", "device key with x = 5, whose owner signed nothing")
            .token(
                &presented(|credential| {
                    let x: Vec<u8> = [vec![0; 31], vec![5]].concat();
                    credential.claim(CNF, cnf(&cose_p256(&x, true)))
                })
                .header(super::token::ALG, super::cbor::int(-9)),
            )
            .refused(RejectionCode::BadDeviceSignature),
        accepted("window of 2 seconds, dated a second ahead", presented(window(2)), |verdict| {
            (verdict.window, verdict.live_until) = (2, SHOWN + 2);
        })
        .at(SHOWN - 1),
        accepted("in the last second of a window of 1 second", presented(window(1)), |verdict| {
            (verdict.window, verdict.live_until) = (1, SHOWN + 1);
        })
        .at(SHOWN),
        accepted("dated as far ahead as the skew allows", presentation(), |_| {}).at(SHOWN - 5),
        accepted("in the last second of the window", presentation(), |_| {}).at(SHOWN + 29),
        accepted("window of 3 seconds: the skew is 1 second", presented(window(3)), |verdict| {
            (verdict.window, verdict.live_until) = (3, SHOWN + 3);
        })
        .at(SHOWN - 1),
        accepted("window of 1 second", presented(window(1)), |verdict| {
            (verdict.window, verdict.live_until) = (1, SHOWN + 1);
        })
        .at(SHOWN),
        accepted("in the credential's first second", credential_from(SHOWN), from(SHOWN)).at(SHOWN),
        accepted("in the credential's last second", credential_until(NOW + 1), until(NOW + 1)),
        accepted(
            "the credential is as old as the policy allows",
            credential_from(NOW - 86_700),
            from(NOW - 86_700),
        ),
        accepted(
            "dated in the credential's last second, ahead of the gate's clock",
            credential_until(SHOWN + 3).claim(IAT, uint(SHOWN + 2)),
            |verdict| {
                until(SHOWN + 3)(verdict);
                verdict.issued_at = SHOWN + 2;
            },
        )
        .at(SHOWN),
    ]
}

fn mixed_order() -> Layer {
    let key = cose_ed25519(&mixed_order_point(Key::DeviceEd25519));
    presented(|credential| credential.claim(CNF, cnf(&key)))
        .signed(|key, message| sign_mixed_order(key, message).to_vec())
}

fn challenges() -> Vec<Case> {
    let answered = |verdict: &mut Verdict| {
        verdict.audience = Some(GATE);
        verdict.challenge_answered = true;
    };
    let with_nonce = |nonce: &[u8]| {
        let challenge = Challenge { gate: GATE, nonce: hex(nonce), expires: NOW + 1 };
        case("Challenge", format!("nonce of {} bytes, answered in the last second", nonce.len()))
            .flag("Edge")
            .token(&answer().claim(CNONCE, bytes(nonce)))
            .challenge(challenge)
            .accepted_presentation(Key::DeviceEd25519, answered)
    };
    let by_p256 = present(&credential(Key::DeviceP256), Key::DeviceP256);
    vec![
        case("Challenge", "answered by an Ed25519 device")
            .token(&answer())
            .challenged()
            .accepted_presentation(Key::DeviceEd25519, answered),
        case("Challenge", "answered by a P-256 device")
            .flag("P256")
            .token(&by_p256.claim(AUD, text(GATE)).claim(CNONCE, bytes(&NONCE)))
            .challenged()
            .accepted_presentation(Key::DeviceP256, answered),
        with_nonce(b"123456"),
        with_nonce(&[0xff; 32]),
    ]
}
