//! Permits that somebody shows for another person.

use livepermit::RejectionCode;
use livepermit::rejection::{Flaw, Layer as Place};

use super::cbor::{Item, bytes, int, map, text, uint};
use super::crypto::Key;
use super::json::{Acting, Case, Group, Policy, Trusted, Verdict, case, tokens};
use super::token::{ACTING, Layer, VCT, acting, credential, present, presented};

const DRIVING: &str = "bj.example:driving";
const ROLE: &str = "guardian";
const REPRESENTATIVE: &str = "BJ-1F00D5EE";

pub(crate) fn file() -> String {
    let entry = Trusted::new(Key::Issuer);
    tokens(
        &[
            "Credentials that are bound to the device of a representative: refused unless the policy accepts them. The \
             permit id is that of the person represented.",
        ],
        &[
            ("Acting", "Somebody acts for the subject."),
            ("P256", "The device key is a P-256 key."),
            ("Edge", "The last value that is accepted, or the first that is not."),
            ("Claim", "The claim breaks the rules of its field."),
            ("Order", "Two faults: the one that is checked first is the answer."),
        ],
        vec![
            Group::new(
                "default policy",
                vec![entry.clone().edit(|key| key.classes.insert(0, DRIVING))],
                Policy::default(),
                refused(),
            ),
            Group::new(
                "a gate that accepts representatives",
                vec![entry],
                Policy::default().edit(|policy| policy.acting = "accepted"),
                accepted(),
            ),
        ],
    )
}

fn shown(claim: Item) -> Layer {
    presented(|credential| credential.claim(ACTING, claim))
}

fn by_p256() -> Layer {
    let credential = credential(Key::DeviceP256).claim(ACTING, acting(ROLE, REPRESENTATIVE));
    present(&credential, Key::DeviceP256)
}

fn refused() -> Vec<Case> {
    let bad = |flaw, comment: &str, claim: Item| {
        case("Claim", comment).token(&shown(claim)).malformed(Place::CredentialPayload, flaw)
    };
    let (role, who) = ((int(1), text(ROLE)), (int(2), text(REPRESENTATIVE)));
    let good = || acting(ROLE, REPRESENTATIVE);
    vec![
        case("Acting", "Ed25519 device")
            .token(&shown(good()))
            .refused(RejectionCode::ActingNotAccepted),
        case("Acting", "P-256 device")
            .flag("P256")
            .token(&by_p256())
            .refused(RejectionCode::ActingNotAccepted),
        case("Order", "of a class that is not accepted, shown by a representative")
            .token(&presented(|credential| {
                credential.claim(ACTING, good()).claim(VCT, text(DRIVING))
            }))
            .refused(RejectionCode::ClassNotAccepted),
        bad(Flaw::WrongCount, "no role and no representative", map(&[])),
        bad(Flaw::WrongCount, "no representative", map(std::slice::from_ref(&role))),
        bad(Flaw::WrongCount, "no role", map(std::slice::from_ref(&who))),
        bad(Flaw::WrongCount, "a third key", map(&[role.clone(), who.clone(), (int(3), uint(1))])),
        bad(Flaw::UnexpectedClaim, "unsorted", map(&[who.clone(), role.clone()])),
        bad(
            Flaw::UnexpectedClaim,
            "another key",
            map(&[role.clone(), (int(3), text(REPRESENTATIVE))]),
        ),
        bad(Flaw::WrongType, "text keys", map(&[(text("role"), text(ROLE)), who.clone()])),
        bad(Flaw::WrongType, "text in place of the map", text(REPRESENTATIVE)),
        bad(Flaw::WrongType, "representative as bytes", map(&[role, (int(2), bytes(b"BJ-1"))])),
        bad(Flaw::LengthOutOfRange, "role of no characters", acting("", REPRESENTATIVE)),
        bad(
            Flaw::LengthOutOfRange,
            "representative of 129 characters",
            acting(ROLE, &"x".repeat(129)),
        )
        .flag("Edge"),
        bad(Flaw::TextNotAllowed, "representative with a space", acting(ROLE, "Li Lei")),
    ]
}

fn accepted() -> Vec<Case> {
    let by = |role: &str, representative: &str| {
        let (role, representative) = (role.to_string(), representative.to_string());
        |verdict: &mut Verdict| {
            verdict.acting = Some(Acting { role, representative });
            verdict.cautions.push("acting");
        }
    };
    let long = "x".repeat(128);
    vec![
        case("Acting", "Ed25519 device")
            .token(&shown(acting(ROLE, REPRESENTATIVE)))
            .accepted_presentation(Key::DeviceEd25519, by(ROLE, REPRESENTATIVE)),
        case("Acting", "P-256 device")
            .flag("P256")
            .token(&by_p256())
            .accepted_presentation(Key::DeviceP256, by(ROLE, REPRESENTATIVE)),
        case("Edge", "names of 128 characters and of one")
            .token(&shown(acting(&long, "~")))
            .accepted_presentation(Key::DeviceEd25519, by(&long, "~")),
        case("Acting", "nobody acts: no caution")
            .token(&presented(|credential| credential))
            .accepted_presentation(Key::DeviceEd25519, |_| {}),
    ]
}
