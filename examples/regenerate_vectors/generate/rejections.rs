//! Tokens that are refused: one fault each, and validly signed wherever a signature can be.

mod format;
mod meaning;

use super::crypto::Key;
use super::json::{Group, Policy, Trusted, tokens};

pub(crate) fn file() -> String {
    let groups = vec![
        Group::new("text", vec![Trusted::new(Key::Issuer)], Policy::default(), format::text_forms()),
        Group::new("envelope", vec![Trusted::new(Key::Issuer)], Policy::default(), format::envelope()),
        Group::new("header", vec![Trusted::new(Key::Issuer)], Policy::default(), format::header()),
        Group::new("claims", vec![Trusted::new(Key::Issuer)], Policy::default(), format::claims()),
        Group::new("credential", vec![Trusted::new(Key::Issuer)], Policy::default(), format::credential()),
    ];
    tokens(
        &[
            "Tokens that a verifier refuses, with the code and the stage of the refusal. One fault each; the signatures \
             are good wherever they can be, so that the check named is the one that refuses.",
            "Where the code is malformed, the place and the rule are given to explain; another verifier need not name them.",
        ],
        &[
            ("Text", "The text is not the one text of a token."),
            ("Size", "Shorter or longer than any token."),
            (
                "Cbor",
                "Not the one deterministic encoding (RFC 8949 section 4.2.1), or an item that may not stand there.",
            ),
            ("Envelope", "Not the profile's COSE_Sign1."),
            ("Header", "A header parameter is missing, foreign or of another form."),
            ("Claim", "A claim is missing, foreign, or breaks the rules of its field."),
            ("DeviceKey", "The device key in the credential breaks the profile or is no good point."),
            ("Type", "The signed type is none that can be shown."),
            ("Key", "No trusted key, or another algorithm than its own."),
            ("Signature", "A signature is not by whom it has to be."),
            ("Malleable", "A signature that a laxer verifier accepts."),
            ("Authority", "The key that signed may not sign this, or not then."),
            ("Time", "The refused side of a rule about time; the accepted side is in the other files."),
            ("Audience", "Made for another gate."),
            ("Challenge", "The gate's question is not answered, or none was asked."),
            ("Policy", "Genuine, but not for this gate."),
            ("Order", "Two faults: the one that is checked first is the answer."),
        ],
        groups.into_iter().chain(meaning::groups()).collect(),
    )
}
