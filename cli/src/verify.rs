//! `verify`: one verdict, one reason. With a memory of used codes it is a checkpoint's.

use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use livepermit::{Challenge, ChallengePolicy, Checkpoint, Context, GateCode, Timestamp};

use crate::args::{InputArgs, Nonce, TimeArg, parse_nonce};
use crate::failure::{Failure, Outcome};
use crate::gate::place::{PlaceArgs, open_store};
use crate::input::Material;
use crate::keys::claim_failure;
use crate::lists::Lists;
use crate::policy::PolicyArgs;
use crate::state::StateFolder;
use crate::time::parse;
use crate::trusted::TrustedArgs;
use crate::{input, output, time, verdict};

pub(crate) const HELP: &str = "\
Examples:
  livepermit verify --file photo.png --issuer-key issuer.pub --issuer bj.example \\
      --class bj.example:residence --gate gate-3 --revocation not-checked
  livepermit verify --file photo.png --trust trust.cwt --root root.pub --class bj.example:residence \\
      --gate gate-3 --revocation required --max-list-age 24h --status status.cwt \\
      --replay used.redb --zone park --state state/

With --replay the code is used up: it is admitted once, and refused from then on. With --state no older trust list or
status list is taken later, and the clock is held against the dates of those that were.

In a picture, QR codes that are no permits are ignored. Two different permits in one picture are not judged (exit
code 2): a verdict is about one visitor. Exit codes: 0 accepted, 1 refused, 2 could not run.";

#[derive(Debug, Args)]
pub(crate) struct VerifyArgs {
    #[command(flatten)]
    input: InputArgs,
    #[command(flatten)]
    trusted: TrustedArgs,
    #[command(flatten)]
    policy: PolicyArgs,
    /// Use the code up: remember it in this file, and admit it once
    #[arg(long, value_name = "FILE")]
    replay: Option<PathBuf>,
    #[command(flatten)]
    place: PlaceArgs,
    /// Remember in this folder which lists were taken in, and the clock
    #[arg(long, value_name = "DIR")]
    state: Option<PathBuf>,
    /// The code must answer this question, as `livepermit challenge` made it: LPC1: and more
    #[arg(long, value_name = "TEXT", conflicts_with = "nonce")]
    challenge: Option<String>,
    /// The code must answer this nonce, which the gate asked with
    #[arg(long, value_name = "HEX", value_parser = parse_nonce)]
    nonce: Option<Nonce>,
    /// From when on the answer is too late [default: a minute from now]
    #[arg(long, value_name = "TIME", value_parser = parse, requires = "nonce")]
    nonce_expires: Option<Timestamp>,
    #[command(flatten)]
    time: TimeArg,
}

pub(crate) fn run(args: &VerifyArgs, json: bool) -> Result<Outcome, Failure> {
    let mut policy = args.policy.policy(&args.trusted.class)?;
    let now = time::at_or_now(args.time.at)?;
    let challenge = challenge(args, now)?;
    if challenge.is_some() {
        policy = policy.with_challenge(ChallengePolicy::Required);
    }
    let place = args.place.place(&args.policy.gate)?;
    let folder = args.state.as_deref().map(StateFolder::open).transpose()?;
    let by_hand = (args.policy.uses(), args.policy.eddsa);
    let (mut lists, reports) = Lists::open(
        &args.trusted,
        (&by_hand.0, by_hand.1),
        &args.policy.status,
        folder,
        (now, args.policy.skew),
    )?;
    for report in reports {
        output::warning(&report.to_string());
    }
    let verifier = lists.verifier(&policy)?;
    let material = input::read(&args.input)?.one()?;
    let accepted = if let Some(path) = &args.replay {
        let store = open_store(path, args.place.retention(args.policy.window))?;
        let checkpoint =
            Checkpoint::new(Arc::new(verifier), store, place, args.place.rules(), lists.clock());
        if let Some(challenge) = challenge {
            checkpoint.open_challenge(challenge, now).map_err(|error| {
                Failure::new(
                    error,
                    "make the question with `livepermit challenge --gate` and this gate's name",
                )
            })?;
        }
        let verdict = checkpoint.admit(material.as_input(), now);
        lists.store_clock(checkpoint.clock_state())?;
        if json {
            output::print_json(&verdict::admitted_to_json(&verdict, now))?;
        } else {
            output::print(&verdict::admitted_to_text(&verdict, checkpoint.place(), now))?;
        }
        verdict.is_ok()
    } else {
        args.place.refuse_without_replay()?;
        let floor = lists.clock().floor;
        // A list may be dated a little ahead of this clock.
        if now.plus(args.policy.skew) < floor {
            return Err(Failure::new(
                format!(
                    "clock-below-floor: it is {}, and a list held is dated {}",
                    time::text(now),
                    time::text(floor)
                ),
                "set this machine's clock: it was set back",
            ));
        }
        let mut context = Context::at(now);
        if let Some(challenge) = &challenge {
            context = context.with_challenge(challenge);
        }
        let verdict = verifier.verify(material.as_input(), context);
        if json {
            output::print_json(&verdict::to_json(&verdict, now))?;
        } else {
            output::print(&verdict::to_text(&verdict, now))?;
        }
        verdict.is_ok()
    };
    if !accepted {
        hint_at_file(&material);
    }
    Ok(if accepted { Outcome::Done } else { Outcome::Refused })
}

fn hint_at_file(material: &Material) {
    if let Some(path) = material.forgotten_file() {
        output::note(&format!("a file has this name; to read it, write --file {path}"));
    }
}

fn challenge(args: &VerifyArgs, now: Timestamp) -> Result<Option<Challenge>, Failure> {
    if let Some(text) = &args.challenge {
        let help = "give the text that `livepermit challenge` printed, LPC1: and all, in quotes";
        return match GateCode::from_text(text) {
            Ok(GateCode::Challenge(challenge)) => Ok(Some(challenge)),
            Ok(_) => Err(Failure::new(
                "this gate's code is a name and asks nothing",
                "leave --challenge away; with --audience own only codes made for this gate are accepted",
            )),
            Err(rejection) => {
                Err(Failure::new(format!("this is not a gate's code: {rejection}"), help))
            }
        };
    }
    let Some(nonce) = &args.nonce else { return Ok(None) };
    let expires = args.nonce_expires.unwrap_or_else(|| now.plus(60));
    Challenge::new(&args.policy.gate, &nonce.0, expires)
        .map(Some)
        .map_err(|error| claim_failure(&error))
}
