//! `challenge`: the code a gate shows, which phones answer.

mod args;
mod texts;

use livepermit::hold::{Challenge, GateCode};
use livepermit::{qr::ErrorCorrection, qr::QrCode};
use serde_json::json;

use crate::shared::drawing::{DEFAULT_PIXELS, draw_failure};
use crate::shared::failure::{Failure, Outcome};
use crate::shared::hex::hex;
use crate::shared::keys::claim_failure;
use crate::shared::question::{self, CODE_LIVES, DIGITS_LIVE};
use crate::shared::{files, output, time};

pub(crate) use args::ChallengeArgs;

pub(crate) fn run(args: &ChallengeArgs, json: bool) -> Result<Outcome, Failure> {
    let code = if args.name_only {
        GateCode::name(&args.gate).map_err(|error| claim_failure(&error))?
    } else {
        GateCode::Challenge(challenge(args)?)
    };
    let text = code.to_qr_text();
    let picture =
        QrCode::encode(&text, ErrorCorrection::Medium).map_err(|error| draw_failure(&error))?;
    if let Some(path) = &args.png {
        files::write(path, &picture.to_png(DEFAULT_PIXELS).map_err(|error| draw_failure(&error))?)?;
    }
    if let Some(path) = &args.svg {
        files::write(path, picture.to_svg().as_bytes())?;
    }
    let (nonce, expires) = match &code {
        GateCode::Challenge(challenge) => (Some(challenge.nonce()), Some(challenge.expires())),
        _ => (None, None),
    };
    let digits = nonce.filter(|_| args.digits).map(String::from_utf8_lossy);
    if json {
        output::print_json(&json!({
            "gate": code.gate(), "text": text, "nonce": nonce.map(hex), "digits": digits,
            "expires": expires.map(livepermit::Timestamp::as_unix),
        }))?;
        return Ok(Outcome::Done);
    }
    output::print(&format!("{text}\n"))?;
    if let Some(digits) = digits {
        output::note(&texts::say_digits(&digits));
    }
    match expires {
        Some(expires) => {
            output::note(&texts::open_until(time::text(expires)));
            output::note(&texts::how_to_check());
        }
        None => output::note(&texts::print_name()),
    }
    Ok(Outcome::Done)
}

fn challenge(args: &ChallengeArgs) -> Result<Challenge, Failure> {
    let lifetime = args.lifetime.unwrap_or(if args.digits { DIGITS_LIVE } else { CODE_LIVES });
    if lifetime == 0 || (args.digits && lifetime > DIGITS_LIVE) {
        return Err(texts::lifetime_refused(lifetime));
    }
    let expires = time::at_or_now(args.time.at)?.plus(lifetime);
    question::ask(&args.gate, args.digits, expires)
}
