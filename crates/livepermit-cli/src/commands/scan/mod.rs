//! `scan`: pictures, folders of them, or raw frames; every code in them gets its verdict.

mod args;
mod draw;
mod pictures;
mod report;
mod stream;
mod texts;

use livepermit::{Timestamp, Verifier};

use crate::shared::failure::{Failure, Outcome};
use crate::shared::lists;
use crate::shared::policy::PolicyArgs;
use crate::shared::time;
use crate::shared::trusted::TrustedArgs;
use report::Report;

pub(crate) use args::{HELP, ScanArgs};

pub(crate) fn run(args: &ScanArgs, json: bool) -> Result<Outcome, Failure> {
    let now = time::at_or_now(args.time.at)?;
    let verifier = match &args.rules.0 {
        Some(rules) => Some(verifier(&rules.0, &rules.1, now)?),
        None => None,
    };
    if let Some(folder) = &args.draw {
        draw::make_folder(folder)?;
    }
    let report = Report::new(json);
    match args.raw {
        Some(size) => stream::run(args, size, verifier, now, report),
        None => pictures::run(args, verifier.as_ref(), now, report),
    }
}

fn verifier(
    trusted: &TrustedArgs,
    policy: &PolicyArgs,
    now: Timestamp,
) -> Result<Verifier, Failure> {
    let sources = lists::sources_now(trusted, policy)?;
    let lists = lists::open_with_warnings(&sources, None, now, policy.skew)?;
    lists::verifier(&lists, &policy.policy(&trusted.class)?)
}
