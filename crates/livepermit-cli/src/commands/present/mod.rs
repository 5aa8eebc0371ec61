//! `present`: what a phone does every few seconds.

mod args;
mod live;
mod texts;

use livepermit::hold::{AcceptError, GateCode, HeldCredential};
use livepermit::rejection::Evidence;
use livepermit::{Recipient, RejectionCode, Timestamp, Use};
use serde_json::json;

use crate::shared::failure::{Failure, Outcome};
use crate::shared::keys::read_secret;
use crate::shared::token::{prepare_failure, write_token};
use crate::shared::verdict::values;
use crate::shared::{input, lists, time};

pub(crate) use args::PresentArgs;

pub(crate) fn run(args: &PresentArgs, json: bool) -> Result<Outcome, Failure> {
    let credential = input::read_file(&args.credential)?.one()?.token()?;
    let device_key = read_secret(&args.device_key)?;
    let now = time::at_or_now(args.time.at)?;
    let mut sources = lists::sources_for(&args.trusted, &[Use::Credential], false, &[])?;
    args.trusted.fetch.fetch_once(&mut sources)?;
    let (lists, _) = lists::open(&sources, None, now, SKEW)?;
    let trust = lists.trust();
    let gate_code = args.gate_code.as_deref().map(|text| read_gate_code(text, now)).transpose()?;
    let held = HeldCredential::accept(credential.as_bytes(), &device_key.public_key(), trust, now)
        .map_err(|error| accept_failure(&error))?;
    let recipient = match (&args.gate, &args.nonce) {
        _ if gate_code.is_some() => gate_code.as_ref().map_or(Recipient::Anyone, Recipient::from),
        (Some(gate), Some(nonce)) => Recipient::Challenge { gate, nonce: &nonce.0 },
        (Some(gate), None) => Recipient::Gate(gate),
        _ => Recipient::Anyone,
    };
    if args.live {
        return live::run(&live::Phone { held: &held, key: &device_key, recipient });
    }
    let prepared = held.prepare(recipient, now).map_err(|error| prepare_failure(&error))?;
    let token = prepared.sign(&device_key).map_err(texts::other_device_key)?;
    let versions = livepermit::qr::versions_for(&token.to_qr_text()).ok();
    let sizes = versions.map(|versions| {
        json!({ "of": "presentation", "bytes": token.as_bytes().len(), "versions": {
            "L": versions.low, "M": versions.medium, "Q": versions.quartile, "H": versions.high } })
    });
    write_token(&token, &args.out, json, sizes)
}

/// Seconds by which a trust list may be dated ahead of this clock.
const SKEW: u64 = livepermit::Policy::DEFAULT_SKEW;

/// Reads the code that a gate shows. Does not answer an expired question: no gate would accept the
/// answer.
fn read_gate_code(text: &str, now: Timestamp) -> Result<GateCode, Failure> {
    let code = GateCode::from_text(text).map_err(texts::not_a_gate_code)?;
    if let GateCode::Challenge(challenge) = &code
        && challenge.expires() <= now
    {
        let ago = time::span(now.seconds_since(challenge.expires()));
        return Err(texts::question_over(challenge.gate(), &ago));
    }
    Ok(code)
}

fn accept_failure(error: &AcceptError) -> Failure {
    match error {
        AcceptError::NotACredential => texts::not_a_credential(error),
        AcceptError::OtherDevice => texts::issued_to_another(error),
        AcceptError::Rejected(rejection) => match rejection.code() {
            RejectionCode::UnknownKey | RejectionCode::BadSignature => {
                texts::other_issuer_key(error)
            }
            RejectionCode::IssuerMismatch => texts::other_issuer(error),
            RejectionCode::ClassNotGranted => texts::other_class(error),
            RejectionCode::Expired => match rejection.evidence() {
                Evidence::Times { found, limit } => {
                    texts::expired(time::text(limit), time::text(found))
                }
                _ => texts::refused(error),
            },
            code => texts::refused(code.as_str().to_owned() + &values(&rejection.evidence())),
        },
        _ => texts::refused(error),
    }
}
