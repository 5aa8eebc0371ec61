//! `issue`: permits signed by an issuer's key.

mod args;
pub(crate) mod messages;
mod page;
mod parts;
mod signing;
mod sizes;
mod slip;
mod texts;

use livepermit::issue::Acting;
use livepermit::{Token, Validity};

use crate::shared::failure::{Failure, Outcome};
use crate::shared::keys::{claim_failure, read_public, read_secret};
use crate::shared::token::{TokenOut, prepare_failure, write_token};
use crate::shared::{output, time};
use parts::Parts;
use signing::{issuer, sign};
use sizes::Sizes;

pub(crate) use args::IssueCommand;

pub(crate) fn run(command: IssueCommand, json: bool) -> Result<Outcome, Failure> {
    match command {
        IssueCommand::Credential {
            permit: args,
            device_key,
            lifetime,
            backdate,
            acting_role,
            representative,
        } => {
            let mut parts = Parts::read(&args)?;
            if let (Some(role), Some(who)) = (acting_role, representative) {
                parts.acting =
                    Some(Acting::new(&role, &who).map_err(|error| claim_failure(&error))?);
            }
            let device_key = read_public(&device_key)?;
            let validity = Validity { backdate, lifetime };
            let key = read_secret(&args.key)?;
            let issuer = issuer(&args, key.public_key(), false)?;
            let now = time::at_or_now(args.time.at)?;
            let prepared = issuer.prepare_credential(
                &parts.permit(true, true, true)?,
                &device_key,
                validity,
                now,
            );
            let token = sign(prepared.map_err(|error| prepare_failure(&error))?.sign(&key))?;
            let sizes =
                Sizes::of_presentations(&args.issuer, &device_key, now, |o| parts.without(o))?;
            report(&token, &sizes, &args.out, json)
        }
        IssueCommand::Slip(args) => slip::run(&args, json),
        IssueCommand::Template => {
            output::print(page::TEMPLATE)?;
            Ok(Outcome::Done)
        }
        IssueCommand::Pass { permit: args, audience, eddsa } => {
            let parts = Parts::read(&args)?;
            let key = read_secret(&args.key)?;
            let issuer = issuer(&args, key.public_key(), eddsa)?;
            let now = time::at_or_now(args.time.at)?;
            let audience = audience.as_deref();
            let prepared = issuer.prepare_pass(&parts.permit(true, true, true)?, audience, now);
            let token = sign(prepared.map_err(|error| prepare_failure(&error))?.sign(&key))?;
            let sizes = Sizes::of_passes(&args.issuer, audience, eddsa, now, |o| parts.without(o))?;
            report(&token, &sizes, &args.out, json)
        }
    }
}

fn report(token: &Token, sizes: &Sizes, out: &TokenOut, json: bool) -> Result<Outcome, Failure> {
    for (is_status, text) in sizes.growth() {
        if is_status { output::note(&text) } else { output::warning(&text) }
    }
    if !json {
        output::note(&sizes.to_string());
    }
    write_token(token, out, json, Some(sizes.to_json()))
}
