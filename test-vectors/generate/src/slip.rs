//! Printed slips.

use livepermit::RejectionCode;
use livepermit::rejection::{Flaw, Layer as Place};

use super::cbor::{Item, bytes, hex, int, text, uint};
use super::crypto::Key;
use super::json::{Case, Group, Person, Policy, Status, Trusted, case, tokens};
use super::token::{
    ACTING, ALG, AUD, CHECK_NUMBER, CNF, CNONCE, EXP, IAT, ISS, ISSUED, KCWT, KID, Layer, NBF,
    NONCE, PERSON, SHOWN, SIGNED_WINDOW, SLIP_EXPIRES, STATUS, SUB, TYP, TYP_PASS, VCT, acting,
    cnf, credential, link_text, person, slip, status,
};

pub(crate) fn file() -> String {
    let entry = || Trusted::new(Key::Issuer).edit(|key| key.uses = vec!["slip"]);
    let named =
        || Policy::default().edit(|policy| policy.forms = vec!["pass", "presentation", "slip"]);
    tokens(
        &[
            "Printed slips: accepted by a policy that names the form, refused by default. A slip has neither a moment nor an \
             audience; the verdict's issuedAt and liveUntil are its nbf and exp, and its claim has no moment.",
        ],
        &[
            ("WorkedExample", "The example that docs/spec.md takes apart byte by byte."),
            ("Slip", "A slip at a gate that takes slips."),
            ("Text", "The text forms of a token."),
            ("Edge", "The last value that is accepted, or the first that is not."),
            ("Claim", "A claim is missing, foreign, or breaks the rules of its field."),
            ("Header", "A header parameter is missing, foreign or of another form."),
            ("Authority", "The key that signed may not sign this, or not then."),
            ("Signature", "Not signed by the issuer."),
            ("Policy", "Genuine, but not for this gate."),
            ("Order", "Two faults: the one that is checked first is the answer."),
        ],
        vec![
            Group::new("a gate that takes slips", vec![entry()], named(), accepted()),
            Group::new(
                "a gate that asks, and takes slips: they answer nothing",
                vec![entry()],
                named().edit(|policy| (policy.audience, policy.challenge) = ("own", "required")),
                vec![
                    case("Slip", "no question handed over").token(&slip()).accepted_slip(|_| {}),
                    case("Slip", "a question handed over")
                        .token(&slip())
                        .challenged()
                        .accepted_slip(|_| {}),
                ],
            ),
            Group::new(
                "a key pinned to EdDSA",
                vec![entry().edit(|key| key.algorithm = "EdDSA")],
                named(),
                vec![
                    case("Slip", "algorithm -8")
                        .token(&slip().header(ALG, int(-8)))
                        .accepted_slip(|_| {}),
                    case("Authority", "algorithm -19")
                        .token(&slip())
                        .refused(RejectionCode::AlgorithmMismatch),
                ],
            ),
            Group::new(
                "default policy",
                vec![entry().edit(|key| key.classes.insert(0, "bj.example:driving"))],
                Policy::default(),
                vec![
                    case("Policy", "slip").token(&slip()).refused(RejectionCode::FormNotAccepted),
                    case("Order", "slip of a class that is not accepted")
                        .token(&slip().claim(VCT, text("bj.example:driving")))
                        .refused(RejectionCode::FormNotAccepted),
                    case("Order", "slip that has ended")
                        .token(&slip())
                        .at(SLIP_EXPIRES)
                        .refused(RejectionCode::Expired),
                ],
            ),
            Group::new(
                "a key for passes and credentials",
                vec![Trusted::new(Key::Issuer)],
                named(),
                vec![
                    case("Authority", "slip").token(&slip()).refused(RejectionCode::UseNotGranted),
                ],
            ),
            Group::new(
                "a key retired when the slip is issued",
                vec![entry().edit(|key| key.sign_until = ISSUED)],
                named(),
                vec![case("Authority", "slip").token(&slip()).refused(RejectionCode::KeyRetired)],
            ),
            Group::new(
                "a key whose time begins a second late for the slip",
                vec![entry().edit(|key| key.not_before = ISSUED + 1)],
                named(),
                vec![
                    case("Authority", "slip").token(&slip()).refused(RejectionCode::KeyNotYetValid),
                ],
            ),
            Group::new(
                "a key that signs for one second, and ends with the slip's first minute",
                vec![entry().edit(|key| {
                    (key.not_before, key.sign_until, key.expires) =
                        (ISSUED, ISSUED + 1, ISSUED + 60);
                })],
                named(),
                vec![
                    case("Edge", "in the key's last second")
                        .token(&slip())
                        .at(ISSUED + 59)
                        .accepted_slip(|_| {}),
                    case("Edge", "when the key has ended")
                        .token(&slip())
                        .at(ISSUED + 60)
                        .refused(RejectionCode::KeyExpired),
                ],
            ),
            Group::new(
                "a gate that takes slips of another class",
                vec![entry()],
                named().edit(|policy| policy.classes = vec!["bj.example:driving"]),
                vec![
                    case("Policy", "slip").token(&slip()).refused(RejectionCode::ClassNotAccepted),
                ],
            ),
            largest(),
            Group::new("slips that are refused", vec![entry()], named(), refused()),
            Group::new("malformed slips", vec![entry()], named(), malformed()),
        ],
    )
}

/// Every field at its longest, and no application claims. docs/spec.md says how large that is.
fn largest() -> Group {
    let long = "x".repeat(127) + ":";
    let (name, born) = ("ம".repeat(85) + "a", "20000229");
    let class: &'static str = long.clone().leak();
    let kid = [b'k'; 32];
    let token = slip()
        .header(KID, bytes(&kid))
        .claim(ISS, text(&long))
        .claim(SUB, text(&long))
        .claim(VCT, text(&long))
        .claim(EXP, uint(MAX_TIME))
        .claim(NBF, uint(MAX_TIME - 1))
        .claim(PERSON, person(&name, Some(born)))
        .claim(STATUS, status(u64::MAX, &long))
        .claim(CHECK_NUMBER, text("999999999999"));
    let entry = Trusted::new(Key::Issuer).edit(|key| {
        (key.key_id, key.issuer, key.uses, key.classes) =
            (hex(&kid), class, vec!["slip"], vec![class]);
    });
    let policy = Policy::default().edit(|policy| {
        (policy.forms, policy.classes) = (vec!["pass", "presentation", "slip"], vec![class]);
    });
    Group::new(
        "names of the greatest length",
        vec![entry],
        policy,
        vec![
            case("Edge", "the largest slip without application claims")
                .token(&token)
                .at(MAX_TIME - 1)
                .accepted_slip(|verdict| {
                    verdict.key_id = hex(&kid);
                    verdict.issuer.clone_from(&long);
                    verdict.subject.clone_from(&long);
                    verdict.class.clone_from(&long);
                    (verdict.issued_at, verdict.live_until) = (MAX_TIME - 1, MAX_TIME);
                    verdict.person =
                        Some(Person { full_name: name, birth_date: Some(born.to_string()) });
                    verdict.status = Some(Status { uri: long, index: u64::MAX.to_string() });
                    verdict.check_number = Some("999999999999".to_string());
                }),
        ],
    )
}

const MAX_TIME: u64 = (1 << 40) - 1;

fn accepted() -> Vec<Case> {
    let check_number = |digits: &'static str| {
        case("Edge", format!("check number of {} digits", digits.len()))
            .token(&slip().claim(CHECK_NUMBER, text(digits)))
            .accepted_slip(|verdict| verdict.check_number = Some(digits.to_string()))
    };
    let born = |date: &str| {
        case("Slip", format!("born {date}, as far as the document tells"))
            .token(&slip().claim(PERSON, person("Li Lei", Some(date))))
            .accepted_slip(|verdict| {
                let (full_name, birth_date) = ("Li Lei".to_string(), Some(date.to_string()));
                verdict.person = Some(Person { full_name, birth_date });
            })
    };
    vec![
        case("WorkedExample", "default slip").token(&slip()).accepted_slip(|_| {}),
        case("Text", "the same slip as link text")
            .only_text(link_text(&slip().encode()))
            .accepted_slip(|_| {}),
        case("Edge", "in its first second").token(&slip()).at(ISSUED).accepted_slip(|_| {}),
        case("Edge", "in its last second")
            .token(&slip())
            .at(SLIP_EXPIRES - 1)
            .accepted_slip(|_| {}),
        check_number("000000"),
        check_number("999999999999"),
        born("1964"),
        born("196404"),
        born("19640412"),
        case("Slip", "without date of birth")
            .token(&slip().claim(PERSON, person("Li Lei", None)))
            .accepted_slip(|verdict| {
                verdict.person = Some(Person { full_name: "Li Lei".to_string(), birth_date: None });
            }),
        case("Slip", "older than a credential may be")
            .token(&slip().claim(NBF, uint(0)))
            .accepted_slip(|verdict| verdict.issued_at = 0),
    ]
}

fn refused() -> Vec<Case> {
    vec![
        case("Edge", "one second before it begins")
            .token(&slip())
            .at(ISSUED - 1)
            .refused(RejectionCode::NotYetValid),
        case("Edge", "when it ends")
            .token(&slip())
            .at(SLIP_EXPIRES)
            .refused(RejectionCode::Expired),
        case("Signature", "signed by another issuer")
            .token(&slip().signed_by(Key::OtherIssuer))
            .refused(RejectionCode::BadSignature),
        case("Signature", "check number exchanged after signing")
            .token(&slip().edit(|layer| {
                let forged = layer.claims.clone().with(int(CHECK_NUMBER), text("000000"));
                layer.payload_item = Some(bytes(&forged.encode()));
            }))
            .refused(RejectionCode::BadSignature),
        case("Authority", "unknown key id")
            .token(&slip().header(KID, bytes(b"unknown!")))
            .refused(RejectionCode::UnknownKey),
        case("Authority", "another issuer's name")
            .token(&slip().claim(ISS, text("tj.example")))
            .refused(RejectionCode::IssuerMismatch),
        case("Authority", "class not granted")
            .token(&slip().claim(VCT, text("bj.example:driving")))
            .refused(RejectionCode::ClassNotGranted),
    ]
}

fn malformed() -> Vec<Case> {
    let claims = |flaw, comment: &str, token: Layer| {
        case("Claim", comment).token(&token).malformed(Place::Payload, flaw)
    };
    let header = |flaw, comment: &str, token: Layer| {
        case("Header", comment).token(&token).malformed(Place::Header, flaw)
    };
    let missing = |name: &str, label: i64| {
        claims(Flaw::MissingClaim, &format!("no {name}"), slip().no_claim(label))
    };
    let foreign = |name: &str, label: i64, value: Item| {
        claims(Flaw::UnexpectedClaim, name, slip().claim(label, value))
    };
    let printed =
        |flaw, comment: &str, value: Item| claims(flaw, comment, slip().claim(CHECK_NUMBER, value));
    let cnf = cnf(&Key::DeviceEd25519.cose());
    vec![
        missing("issuer", ISS),
        missing("subject", SUB),
        missing("expiry", EXP),
        missing("beginning", NBF),
        missing("class", VCT),
        missing("person", PERSON),
        missing("status", STATUS),
        missing("check number", CHECK_NUMBER),
        foreign("audience", AUD, text("gate-3")),
        foreign("time of issue", IAT, uint(SHOWN)),
        foreign("device key", CNF, cnf),
        foreign("nonce", CNONCE, bytes(&NONCE)),
        foreign("window", SIGNED_WINDOW, uint(30)),
        foreign("representative", ACTING, acting("guardian", "BJ-1F00D5EE")),
        foreign("reserved label -65545", -65545, uint(0)),
        claims(
            Flaw::NumberOutOfRange,
            "ends when it begins",
            slip().claim(NBF, uint(SLIP_EXPIRES)),
        )
        .flag("Edge"),
        printed(Flaw::LengthOutOfRange, "check number of 5 digits", text("42705")).flag("Edge"),
        printed(Flaw::LengthOutOfRange, "check number of 13 digits", text("4270518300000"))
            .flag("Edge"),
        printed(Flaw::TextNotAllowed, "check number with a letter", text("4270518O")),
        printed(Flaw::TextNotAllowed, "check number with a space", text("4270 5183")),
        printed(Flaw::TextNotAllowed, "check number in digits of another script", text("४२७०")),
        printed(Flaw::WrongType, "check number as a number", uint(42_705_183)),
        header(Flaw::MissingHeader, "no key id", slip().no_header(KID)),
        header(Flaw::MissingHeader, "no algorithm", slip().no_header(ALG)),
        header(Flaw::UnexpectedHeader, "a credential in the header", {
            slip().header(KCWT, credential(Key::DeviceEd25519).encode())
        }),
        claims(Flaw::UnexpectedClaim, "typ of a pass on the claims of a slip", {
            slip().header(TYP, text(TYP_PASS))
        })
        .flag("Header"),
        claims(Flaw::UnexpectedClaim, "typ of a credential on the claims of a slip", {
            slip().header(TYP, uint(293))
        })
        .flag("Header"),
        case("Claim", "check number in a credential")
            .token(&super::token::presented(|credential| {
                credential.claim(CHECK_NUMBER, text("42705183"))
            }))
            .malformed(Place::CredentialPayload, Flaw::UnexpectedClaim),
    ]
}
