//! The options of `scan`.

use std::path::PathBuf;

use clap::{ArgMatches, Args, Command, FromArgMatches};

use crate::shared::frames::{FormatArg, FrameSize, parse_size};
use crate::shared::policy::PolicyArgs;
use crate::shared::time::TimeArg;
use crate::shared::trusted::TrustedArgs;

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

A folder is searched with all folders in it; links to folders are left out.
Files that are no pictures by their first bytes are left out too. Each code of a
picture gets its own verdict, all at the same time. In raw frames a code is
reported once, however long it is held. No code is used up: only
`livepermit gate` knows whether a code was used before.

Exit codes: 0 every code was accepted (with --read-only: read), 1 a code was
refused or none was found, 2 could not run.";

#[derive(Debug, Args)]
pub(crate) struct ScanArgs {
    /// Pictures and folders of them; with --raw one file of frames [with --raw:
    /// standard input]
    #[arg(value_name = "PATH", required_unless_present = "raw")]
    pub(super) paths: Vec<PathBuf>,
    /// Read raw frames of this size
    #[arg(long, value_name = "WIDTHxHEIGHT", value_parser = parse_size)]
    pub(super) raw: Option<FrameSize>,
    #[command(flatten)]
    pub(super) format: FormatArg,
    /// Frames in a second: the time of each frame is counted from --at, or from now [default: the
    /// clock at the moment a frame comes]
    #[arg(
        long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1000),
        requires = "raw"
    )]
    pub(super) fps: Option<u32>,
    /// Only list what the codes hold; nothing is verified
    #[arg(long, conflicts_with_all = [
        "issuer_key", "issuer", "class", "trust", "gate", "revocation", "status"
    ])]
    pub(super) read_only: bool,
    /// Write pictures into this folder, with the corners of every code drawn: green accepted, red
    /// refused, yellow another code
    #[arg(long, value_name = "FOLDER")]
    pub(super) draw: Option<PathBuf>,
    #[command(flatten)]
    pub(super) rules: Rules,
    #[command(flatten)]
    pub(super) time: TimeArg,
}

/// What is verified against: nothing where codes are only listed, and then none of it has to be
/// said.
#[derive(Debug)]
pub(super) struct Rules(pub(super) Option<Box<(TrustedArgs, PolicyArgs)>>);

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
