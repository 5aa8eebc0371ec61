//! The options of `verify`.

use std::path::PathBuf;

use clap::Args;
use livepermit::Timestamp;

use crate::shared::hex::{Nonce, parse_nonce};
use crate::shared::input::InputArgs;
use crate::shared::place::PlaceArgs;
use crate::shared::policy::PolicyArgs;
use crate::shared::time::{TimeArg, parse};
use crate::shared::trusted::TrustedArgs;

pub(crate) const HELP: &str = "\
Examples:
  livepermit verify --file photo.png --issuer-key issuer.pub \\
      --issuer bj.example --class bj.example:residence --gate gate-3 \\
      --revocation not-checked
  livepermit verify --file photo.png --trust trust.cwt --root root.pub \\
      --class bj.example:residence --gate gate-3 --revocation required \\
      --max-list-age 24h --status status.cwt --replay used.redb --zone park \\
      --state state/

With --replay the code is used up: it is admitted once, and refused from then
on. With --state no older trust list or status list is accepted later, and the
clock is compared with the dates of the lists that were accepted.

In a picture, QR codes that are no permits are ignored. Two different permits
in one picture are not judged (exit code 2), because a verdict is about one
visitor. Exit codes: 0 accepted, 1 refused, 2 could not run.";

#[derive(Debug, Args)]
pub(crate) struct VerifyArgs {
    #[command(flatten)]
    pub(super) input: InputArgs,
    /// Use the code up: remember it in this file, and admit it only once
    #[arg(long, value_name = "FILE")]
    pub(super) replay: Option<PathBuf>,
    /// Remember in this folder which lists were accepted, and the clock
    #[arg(long, value_name = "DIR")]
    pub(super) state: Option<PathBuf>,
    /// The code must answer this question, as `livepermit challenge` made it: LPC1: and more
    #[arg(long, value_name = "TEXT", conflicts_with_all = ["nonce", "nonce_expires"])]
    pub(super) challenge: Option<String>,
    /// The code must answer this nonce, which the gate asked with
    #[arg(long, value_name = "HEX", value_parser = parse_nonce)]
    pub(super) nonce: Option<Nonce>,
    /// When the answer is too late [default: a minute from now]
    #[arg(long, value_name = "TIME", value_parser = parse, requires = "nonce")]
    pub(super) nonce_expires: Option<Timestamp>,
    #[command(flatten)]
    pub(super) time: TimeArg,
    #[command(flatten)]
    pub(super) trusted: TrustedArgs,
    #[command(flatten)]
    pub(super) policy: PolicyArgs,
    #[command(flatten)]
    pub(super) place: PlaceArgs,
}
