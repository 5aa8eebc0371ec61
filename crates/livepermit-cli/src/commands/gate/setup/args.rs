//! The options of `gate setup`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use crate::shared::input::InputArgs;
use crate::shared::place::PlaceArgs;
use crate::shared::policy::PolicyArgs;
use crate::shared::time::{TimeArg, parse_span};
use crate::shared::trusted::TrustedArgs;

#[derive(Debug, Subcommand)]
pub(crate) enum SetupCommand {
    /// Make the code that sets up one gate, and show the number that is compared there
    New(Box<NewArgs>),
    /// Show what such a code says
    Show(ShowArgs),
}

#[derive(Debug, Args)]
pub(crate) struct NewArgs {
    /// The operator's key (PEM, private, Ed25519). It signs this setup, and the gate then accepts
    /// later setups of this key alone
    #[arg(long, value_name = "FILE")]
    pub(super) operator_key: PathBuf,
    /// The key that signs the setups after this one (PEM, public) [default: the same]
    #[arg(long, value_name = "FILE")]
    pub(super) next_operator: Option<PathBuf>,
    /// The number of the setup; each later setup of a gate has a higher one [default: the time in
    /// seconds]
    #[arg(long, value_name = "N")]
    pub(super) number: Option<u64>,
    #[command(flatten)]
    pub(super) trusted: TrustedArgs,
    #[command(flatten)]
    pub(super) policy: PolicyArgs,
    #[command(flatten)]
    pub(super) place: PlaceArgs,
    /// The gate asks each visitor a question
    #[arg(long)]
    pub(super) challenge: bool,
    /// The longest window of any gate of the zone [default: this gate's]
    #[arg(long, value_name = "SPAN", value_parser = parse_span)]
    pub(super) zone_window: Option<u64>,
    /// The largest skew of any gate of the zone [default: this gate's]
    #[arg(long, value_name = "SPAN", value_parser = parse_span)]
    pub(super) zone_skew: Option<u64>,
    /// The longest cool-down of any gate of the zone [default: this gate's]
    #[arg(long, value_name = "SPAN", value_parser = parse_span)]
    pub(super) zone_cool_down: Option<u64>,
    /// The gate shares its memory of used codes through the relay at this address (https://…)
    #[arg(long, value_name = "URL", requires = "relay_gates")]
    pub(super) relay: Option<String>,
    /// The gates that the relay knows, each with its key: this gate is written there. The relay
    /// reads the file (--gates)
    #[arg(long, value_name = "FILE", requires = "relay")]
    pub(super) relay_gates: Option<PathBuf>,
    /// Give the gate a new key for the relay: the key of before counts no more
    #[arg(long, requires = "relay")]
    pub(super) new_relay_key: bool,
    /// Write the code as PNG
    #[arg(long, value_name = "FILE")]
    pub(super) png: Option<PathBuf>,
    /// Write the code as SVG
    #[arg(long, value_name = "FILE")]
    pub(super) svg: Option<PathBuf>,
    #[command(flatten)]
    pub(super) time: TimeArg,
}

#[derive(Debug, Args)]
pub(crate) struct ShowArgs {
    #[command(flatten)]
    pub(super) input: InputArgs,
    /// The operator's key (PEM, public): is the setup signed by this key?
    #[arg(long, value_name = "FILE")]
    pub(super) operator: Option<PathBuf>,
    #[command(flatten)]
    pub(super) time: TimeArg,
}
