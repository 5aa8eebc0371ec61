//! Refused tokens. Each has one fault, and a valid signature wherever that is possible.

mod claims;
mod credential;
mod device_keys;
mod envelope;
mod fields;
mod forgeries;
mod header;
mod lengths;
mod meaning;
mod signatures;
mod text;
mod text_edges;
mod times;

use livepermit::rejection::{Flaw, Layer as Place};

use super::cbor::{Item, bytes, join};
use super::crypto::Key;
use super::json::{Case, Group, Policy, Trusted, case, tokens};
use super::token::{Layer, credential as good_credential};

pub(crate) use device_keys::forms as key_forms;

pub(crate) fn file() -> String {
    let group = |comment, cases: [Vec<Case>; 2]| {
        Group::new(comment, vec![Trusted::new(Key::Issuer)], Policy::default(), cases.concat())
    };
    let groups = vec![
        group("text", [text::text_forms(), text_edges::cases()]),
        group("envelope", [envelope::envelope(), lengths::cases()]),
        group("header", [header::header(), header::lookalikes()]),
        group("claims", [claims::claims(), fields::cases()]),
        group("credential", [credential::credential(), device_keys::cases()]),
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
            (
                "DeviceKey",
                "The device key in the credential breaks the profile or is no good point.",
            ),
            ("Type", "The signed type is none that can be shown."),
            ("Key", "No trusted key, or another algorithm than its own."),
            ("Signature", "A signature is not by whom it has to be."),
            ("Malleable", "A signature that a laxer verifier accepts."),
            ("Authority", "The key that signed may not sign this, or not then."),
            (
                "Time",
                "The refused side of a rule about time; the accepted side is in the other files.",
            ),
            ("Audience", "Made for another gate."),
            ("Challenge", "The gate's question is not answered, or none was asked."),
            ("Policy", "Genuine, but not for this gate."),
            ("Order", "Two faults: the one that is checked first is the answer."),
        ],
        groups.into_iter().chain(meaning::groups()).collect(),
    )
}

fn malformed(flag: &'static str, place: Place, flaw: Flaw, comment: &str, token: &Layer) -> Case {
    case(flag, comment).token(token).malformed(place, flaw)
}

/// The head of a string in a longer form than it needs.
fn long_form(content: Vec<u8>) -> Item {
    let length = (content.len() as u16).to_be_bytes();
    join([vec![0x59], length.to_vec(), content])
}

/// One string in chunks of indefinite length.
fn indefinite(content: Vec<u8>) -> Item {
    join([vec![0x5f], bytes(&content), vec![0xff]])
}

fn good() -> Layer {
    good_credential(Key::DeviceEd25519)
}
