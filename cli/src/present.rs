//! `present`: what a phone does every few seconds.

use livepermit::{AcceptError, Code, HeldCredential, Recipient, Use};
use serde_json::json;

use crate::args::PresentArgs;
use crate::failure::{Failure, Outcome};
use crate::issue::{prepare_failure, write_token};
use crate::keys::{read_secret, read_trust};
use crate::{input, time};

pub(crate) fn run(args: &PresentArgs, json: bool) -> Result<Outcome, Failure> {
    let credential = input::read_file(&args.credential)?.one()?.token()?;
    let device_key = read_secret(&args.device_key)?;
    let trust = read_trust(&args.issuer, &[Use::Credential], false)?;
    let now = time::at_or_now(args.time.at)?;
    let held = HeldCredential::accept(credential.as_bytes(), &device_key.public_key(), &trust, now)
        .map_err(|error| accept_failure(&error))?;
    let recipient = match (&args.gate, &args.nonce) {
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

fn accept_failure(error: &AcceptError) -> Failure {
    let help = match error {
        AcceptError::NotACredential => "name the file that `livepermit issue credential` made",
        AcceptError::OtherDevice => "name the private key whose public half the credential was issued to",
        AcceptError::Rejected(rejection) => match rejection.code() {
            Code::UnknownKey | Code::BadSignature => "name the public key of the issuer with --issuer-key",
            Code::IssuerMismatch => "name the issuer as the credential does, with --issuer",
            Code::ClassNotGranted => "name the class of the credential with --class",
            Code::Expired => "have a new credential issued",
            _ => "look at it with `livepermit inspect`",
        },
        _ => "look at it with `livepermit inspect`",
    };
    Failure::new(format!("the credential is not accepted: {error}"), help)
}
