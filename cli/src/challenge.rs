//! `challenge`: the code a gate shows, which phones answer.

use std::path::PathBuf;

use clap::Args;
use livepermit::qr::{ErrorCorrection, QrCode};
use livepermit::{Challenge, GateCode};
use rand::TryRng as _;
use rand::rngs::SysRng;
use serde_json::json;

use crate::args::TimeArg;
use crate::failure::{Failure, Outcome};
use crate::keys::claim_failure;
use crate::output::hex;
use crate::qr::draw_failure;
use crate::time::parse_span;
use crate::{files, output, time};

/// Spoken digits can be guessed: no gate leaves them open longer.
const DIGITS_LIVE: u64 = 30;

#[derive(Debug, Args)]
pub(crate) struct ChallengeArgs {
    /// The name of the gate
    #[arg(long, value_name = "NAME")]
    gate: String,
    /// Six digits, to be spoken
    #[arg(long, conflicts_with = "name_only")]
    digits: bool,
    /// No question, only the gate's name, to be printed once: it binds the place, not the time
    #[arg(long)]
    name_only: bool,
    /// How long it can be answered [default: a minute; digits half of one]
    #[arg(long, value_name = "SPAN", value_parser = parse_span, conflicts_with = "name_only")]
    lifetime: Option<u64>,
    /// Write a PNG
    #[arg(long, value_name = "FILE")]
    png: Option<PathBuf>,
    /// Write an SVG
    #[arg(long, value_name = "FILE")]
    svg: Option<PathBuf>,
    #[command(flatten)]
    time: TimeArg,
}

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
        let pixels = std::num::NonZeroU8::new(8).unwrap_or(std::num::NonZeroU8::MIN);
        files::write(path, &picture.to_png(pixels).map_err(|error| draw_failure(&error))?)?;
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
        output::note(&format!("say: {digits}"));
    }
    match expires {
        Some(expires) => {
            output::note(&format!("it can be answered until {}", time::text(expires)));
            output::note(
                "check the answer with `livepermit verify --challenge`, with this text, and ask anew for the next",
            );
        }
        None => output::note(
            "print it; verify with --audience own, and copies for other gates are refused",
        ),
    }
    Ok(Outcome::Done)
}

fn challenge(args: &ChallengeArgs) -> Result<Challenge, Failure> {
    let lifetime = args.lifetime.unwrap_or(if args.digits { DIGITS_LIVE } else { 60 });
    if lifetime == 0 || (args.digits && lifetime > DIGITS_LIVE) {
        return Err(Failure::new(
            format!("a question that lives {lifetime} s is not taken"),
            "give --lifetime at least one second, and spoken digits at most 30: they can be guessed",
        ));
    }
    let expires = time::at_or_now(args.time.at)?.plus(lifetime);
    let nonce = if args.digits { digits()?.to_vec() } else { random::<16>()?.to_vec() };
    Challenge::new(&args.gate, &nonce, expires).map_err(|error| claim_failure(&error))
}

fn digits() -> Result<[u8; 6], Failure> {
    loop {
        let number = u32::from_be_bytes(random()?);
        // Draws from the incomplete last stretch are thrown away, so that each number is as likely.
        if number < u32::MAX - u32::MAX % 1_000_000 {
            let text = format!("{:06}", number % 1_000_000);
            if let Ok(digits) = text.into_bytes().try_into() {
                return Ok(digits);
            }
        }
    }
}

/// Bytes nobody can predict.
pub(crate) fn random<const N: usize>() -> Result<[u8; N], Failure> {
    let mut bytes = [0; N];
    SysRng.try_fill_bytes(&mut bytes).map_err(|error| {
        Failure::new(
            format!("the operating system gives no randomness: {error}"),
            "try again later",
        )
    })?;
    Ok(bytes)
}
