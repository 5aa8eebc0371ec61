//! Trust lists that end.

use livepermit::RejectionCode;

use super::cbor::bytes;
use super::crypto::Key;
use super::json::{Group, Policy, Trusted, case, tokens};
use super::lists::trust_list;
use super::token::{KID, NOW, pass, presentation};

pub(crate) fn file() -> String {
    let group = |comment, expires, cases| {
        let trust = vec![Trusted::new(Key::Issuer)];
        let list = trust_list(&trust, expires);
        Group::new(comment, trust, Policy::default(), cases).with_trust_list(list)
    };
    tokens(
        &[
            "Keys that come from a signed trust list count until the list ends, and not one second longer.",
        ],
        &[
            ("Edge", "On one side of the second in which the list ends."),
            ("Order", "Two faults: the one that is checked first is the answer."),
        ],
        vec![
            group(
                "a trust list in its last second",
                NOW + 1,
                vec![
                    case("Edge", "pass").token(&pass()).accepted_pass(|_| {}),
                    case("Edge", "presentation")
                        .token(&presentation())
                        .accepted_presentation(Key::DeviceEd25519, |_| {}),
                    case("Edge", "pass, a second later")
                        .token(&pass())
                        .at(NOW + 1)
                        .refused(RejectionCode::TrustListExpired),
                ],
            ),
            group(
                "a trust list that has just ended",
                NOW,
                vec![
                    case("Edge", "pass").token(&pass()).refused(RejectionCode::TrustListExpired),
                    case("Edge", "presentation")
                        .token(&presentation())
                        .refused(RejectionCode::TrustListExpired),
                    case("Order", "the list ended, and the key id is unknown")
                        .token(&pass().header(KID, bytes(b"unknown!")))
                        .refused(RejectionCode::TrustListExpired),
                ],
            ),
        ],
    )
}
