//! `verify`: one verdict, one reason. With a memory of used codes it is a gate's.

mod args;
mod texts;

use livepermit::hold::{Challenge, GateCode};
use livepermit::verify::ChallengePolicy;
use livepermit::{Context, Rejection, Timestamp};
use livepermit_gate::lists::GateLists;
use livepermit_gate::{Admitted, Gate};

use crate::shared::failure::{Failure, Outcome};
use crate::shared::input::{self, Material};
use crate::shared::keys::claim_failure;
use crate::shared::store::open_store;
use crate::shared::{lists, output, time, verdict};

pub(crate) use args::{HELP, VerifyArgs};

pub(crate) fn run(args: &VerifyArgs, json: bool) -> Result<Outcome, Failure> {
    let mut policy = args.policy.policy(&args.trusted.class)?;
    let now = time::at_or_now(args.time.at)?;
    let challenge = challenge(args, now)?;
    if challenge.is_some() {
        policy = policy.with_challenge(ChallengePolicy::Required);
    }
    let place = args.place.place(&args.policy.gate)?;
    let folder = args.state.as_deref().map(lists::folder).transpose()?;
    let sources = lists::sources_now(&args.trusted, &args.policy)?;
    let mut lists = lists::open_with_warnings(&sources, folder, now, args.policy.skew)?;
    let verifier = lists::verifier(&lists, &policy)?;
    let material = input::read_code(&args.input)?;
    let accepted = if let Some(path) = &args.replay {
        let store = open_store(path, args.place.retention(args.policy.window, args.policy.skew))?;
        let gate = args.place.gate(&place, verifier, store, lists.clock())?;
        let verdict = admit(&gate, &material, challenge, now)?;
        lists.store_clock(gate.clock_state()).map_err(|error| lists::folder_failure(&error))?;
        if json {
            output::print_json(&verdict::admitted_to_json(&verdict, now))?;
        } else {
            output::print(&verdict::admitted_to_text(&verdict, gate.place(), now))?;
        }
        verdict.is_ok()
    } else {
        args.place.refuse_without_replay()?;
        check_clock(&lists, now, args.policy.skew)?;
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
        material.hint_at_file();
    }
    Ok(if accepted { Outcome::Done } else { Outcome::Refused })
}

fn admit(
    gate: &Gate,
    material: &Material,
    challenge: Option<Challenge>,
    now: Timestamp,
) -> Result<Result<Admitted, Rejection>, Failure> {
    if let Some(challenge) = challenge {
        gate.open_challenge(challenge, now).map_err(texts::question_refused)?;
    }
    Ok(gate.admit(material.as_input(), now))
}

/// The clock must not lie before the date of a list that was accepted. A list may be dated a
/// little ahead of this clock.
fn check_clock(lists: &GateLists, now: Timestamp, skew: u64) -> Result<(), Failure> {
    let floor = lists.clock().floor;
    if now.plus(skew) < floor {
        return Err(texts::clock_below_floor(time::text(now), time::text(floor)));
    }
    Ok(())
}

fn challenge(args: &VerifyArgs, now: Timestamp) -> Result<Option<Challenge>, Failure> {
    if let Some(text) = &args.challenge {
        return match GateCode::from_text(text) {
            Ok(GateCode::Challenge(challenge)) => Ok(Some(challenge)),
            Ok(_) => Err(texts::name_asks_nothing()),
            Err(rejection) => Err(texts::not_a_gate_code(rejection)),
        };
    }
    let Some(nonce) = &args.nonce else { return Ok(None) };
    let expires = args.nonce_expires.unwrap_or_else(|| now.plus(60));
    Challenge::new(&args.policy.gate, &nonce.0, expires)
        .map(Some)
        .map_err(|error| claim_failure(&error))
}
