//! `scan`: pictures, folders of them, or raw frames; every code in them gets its verdict.

mod draw;
mod pictures;
mod report;
mod stream;

use std::path::PathBuf;

use clap::{ArgMatches, Args, Command, FromArgMatches};
use livepermit::{Policy, Timestamp, Verifier};

use crate::args::TimeArg;
use crate::failure::{Failure, Outcome};
use crate::frames::{FormatArg, FrameSize, parse_size};
use crate::lists::Lists;
use crate::policy::PolicyArgs;
use crate::trusted::TrustedArgs;
use crate::{output, time};
use report::Report;

pub(crate) const HELP: &str = "\
Examples:
  livepermit scan photos/ --issuer-key issuer.pem.pub --issuer bj.example \\
      --class bj.example:residence --gate gate-3 --revocation not-checked \\
      --at 2026-09-21T14:13:20Z
  livepermit scan --read-only photo.jpg
  ffmpeg -i video.mp4 -f rawvideo -pix_fmt gray -s 1280x720 - | \\
      livepermit scan --raw 1280x720 --fps 30 --trust trust.cwt \\
      --root root.pem.pub --class bj.example:residence --gate gate-3 \\
      --revocation not-checked

A folder is searched with all folders in it, links to folders left out; what is neither PNG nor JPEG by its first bytes
is passed over. Each code of a picture gets a verdict of its own, by the same time. In raw frames a code is told once,
however long it is held. Nothing is used up: whether a code was used before is for `livepermit gate` to say.

Exit codes: 0 every code was accepted (--read-only: read), 1 one was refused or none was found, 2 could not run.";

#[derive(Debug, Args)]
pub(crate) struct ScanArgs {
    /// Pictures (PNG, JPEG) and folders of them; with --raw one file of frames [with --raw:
    /// standard input]
    #[arg(value_name = "PATH", required_unless_present = "raw")]
    paths: Vec<PathBuf>,
    /// Read raw frames of this size
    #[arg(long, value_name = "WIDTHxHEIGHT", value_parser = parse_size)]
    raw: Option<FrameSize>,
    #[command(flatten)]
    format: FormatArg,
    /// Frames in a second, which tells the time of each, from --at or from now on [default: the
    /// clock, as they come]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1000), requires = "raw")]
    fps: Option<u32>,
    /// Only list what the codes hold; nothing is verified
    #[arg(long, conflicts_with_all = ["issuer_key", "issuer", "class", "trust", "gate", "revocation", "status"])]
    read_only: bool,
    /// Write pictures into this folder, with the corners of every code drawn: green accepted, red
    /// refused, yellow another code
    #[arg(long, value_name = "FOLDER")]
    draw: Option<PathBuf>,
    #[command(flatten)]
    rules: Rules,
    #[command(flatten)]
    time: TimeArg,
}

/// What is verified against: nothing where codes are only listed, and then none of it has to be
/// said.
#[derive(Debug)]
struct Rules(Option<Box<(TrustedArgs, PolicyArgs)>>);

impl FromArgMatches for Rules {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        // Missing only where it need not be said.
        if !matches.contains_id("gate") {
            return Ok(Self(None));
        }
        let rules =
            (TrustedArgs::from_arg_matches(matches)?, PolicyArgs::from_arg_matches(matches)?);
        Ok(Self(Some(Box::new(rules))))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

impl Args for Rules {
    fn augment_args(command: Command) -> Command {
        let command = PolicyArgs::augment_args(TrustedArgs::augment_args(command));
        let command = command.mut_arg("gate", |arg| arg.required(false));
        ["gate", "issuer_key", "issuer", "class"].into_iter().fold(command, |command, name| {
            command.mut_arg(name, |arg| arg.required_unless_present("read_only"))
        })
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

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
    let rules: Policy = policy.policy(&trusted.class)?;
    let uses = policy.uses();
    let (lists, reports) =
        Lists::open(trusted, (&uses, policy.eddsa), &policy.status, None, (now, policy.skew))?;
    for report in reports {
        output::warning(&report.to_string());
    }
    lists.verifier(&rules)
}
