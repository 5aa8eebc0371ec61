//! The options of `challenge`.

use std::path::PathBuf;

use clap::Args;

use crate::shared::time::{TimeArg, parse_span};

#[derive(Debug, Args)]
pub(crate) struct ChallengeArgs {
    /// The name of the gate
    #[arg(long, value_name = "NAME")]
    pub(super) gate: String,
    /// Six digits, to be spoken
    #[arg(long, conflicts_with = "name_only")]
    pub(super) digits: bool,
    /// No question, only the gate's name, to be printed once: it binds the place, not the time
    #[arg(long)]
    pub(super) name_only: bool,
    /// How long it can be answered [default: a minute; digits half of one]
    #[arg(long, value_name = "SPAN", value_parser = parse_span, conflicts_with = "name_only")]
    pub(super) lifetime: Option<u64>,
    /// Write a PNG
    #[arg(long, value_name = "FILE")]
    pub(super) png: Option<PathBuf>,
    /// Write an SVG
    #[arg(long, value_name = "FILE")]
    pub(super) svg: Option<PathBuf>,
    #[command(flatten)]
    pub(super) time: TimeArg,
}
