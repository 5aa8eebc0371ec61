//! `present`: what a phone does every few seconds.

use livepermit::{AcceptError, Code, GateCode, HeldCredential, Recipient, Timestamp, Use};
use serde_json::json;

use crate::args::PresentArgs;
use crate::failure::{Failure, Outcome};
use crate::issue::{prepare_failure, write_token};
use crate::keys::read_secret;
use crate::lists::Lists;
use crate::{input, time};

pub(crate) fn run(args: &PresentArgs, json: bool) -> Result<Outcome, Failure> {
    let credential = input::read_file(&args.credential)?.one()?.token()?;
    let device_key = read_secret(&args.device_key)?;
    let now = time::at_or_now(args.time.at)?;
    let trusted =
        Lists::open(&args.trusted, (&[Use::Credential], false), &[], None, (now, SKEW))?.0;
    let trust = trusted.trust();
    let gate_code = args.gate_code.as_deref().map(|text| read_gate_code(text, now)).transpose()?;
    let held = HeldCredential::accept(credential.as_bytes(), &device_key.public_key(), trust, now)
        .map_err(|error| accept_failure(&error))?;
    let recipient = match (&args.gate, &args.nonce) {
        _ if gate_code.is_some() => gate_code.as_ref().map_or(Recipient::Anyone, Recipient::from),
        (Some(gate), Some(nonce)) => Recipient::Challenge { gate, nonce: &nonce.0 },
        (Some(gate), None) => Recipient::Gate(gate),
        _ => Recipient::Anyone,
    };
    let prepared = held.prepare(recipient, now).map_err(|error| prepare_failure(&error))?;
    let token = prepared.sign(&device_key).map_err(|error| {
        Failure::new(error, "name the private key of the phone that the credential was issued to")
    })?;
    let versions = livepermit::qr::versions_for(&token.to_qr_text()).ok();
    let sizes = versions.map(|versions| {
        json!({ "of": "presentation", "bytes": token.as_bytes().len(), "versions": {
            "L": versions.low, "M": versions.medium, "Q": versions.quartile, "H": versions.high } })
    });
    write_token(&token, &args.out, json, sizes)
}

/// What a trust list may be dated ahead of this clock.
const SKEW: u64 = livepermit::Policy::DEFAULT_SKEW;

/// Reads what a gate shows. A question that is over is not answered: no gate would take the answer.
fn read_gate_code(text: &str, now: Timestamp) -> Result<GateCode, Failure> {
    let code = GateCode::from_text(text).map_err(|rejection| {
        Failure::new(
            format!("this is not a gate's code: {rejection}"),
            "give the text that `livepermit challenge` prints, LPC1: and all, in quotes",
        )
    })?;
    if let GateCode::Challenge(challenge) = &code
        && challenge.expires() <= now
    {
        let ago = time::span(now.seconds_since(challenge.expires()));
        return Err(Failure::new(
            format!("the question of {} was over {ago} ago", challenge.gate()),
            "read the code that the gate shows now; if it is fresh, set this machine's clock",
        ));
    }
    Ok(code)
}

fn accept_failure(error: &AcceptError) -> Failure {
    let help = match error {
        AcceptError::NotACredential => "name the file that `livepermit issue credential` made",
        AcceptError::OtherDevice => {
            "name the private key whose public half the credential was issued to"
        }
        AcceptError::Rejected(rejection) => match rejection.code() {
            Code::UnknownKey | Code::BadSignature => {
                "name the public key of the issuer with --issuer-key"
            }
            Code::IssuerMismatch => "name the issuer as the credential does, with --issuer",
            Code::ClassNotGranted => "name the class of the credential with --class",
            Code::Expired => "have a new credential issued",
            _ => "look at it with `livepermit inspect`",
        },
        _ => "look at it with `livepermit inspect`",
    };
    Failure::new(format!("the credential is not accepted: {error}"), help)
}
