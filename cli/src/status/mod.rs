//! `status`: an issuer's list of withdrawn permits.

mod change;
mod register;
mod show;

use std::path::PathBuf;

use clap::{Args, Subcommand};

use crate::args::TimeArg;
use crate::failure::{Failure, Outcome};
use crate::time::parse_span;

pub(crate) fn run(command: &StatusCommand, json: bool) -> Result<Outcome, Failure> {
    match command {
        StatusCommand::New(args) => change::new(args, json),
        StatusCommand::Allocate { dir, count } => change::allocate(dir, *count, json),
        StatusCommand::Revoke { index, sign } => change::revoke(index, sign, json),
        StatusCommand::Suspend { index, sign } => change::suspend(index, sign, json),
        StatusCommand::Restore { index, undo_revocation, sign } => {
            change::restore(index, *undo_revocation, sign, json)
        }
        StatusCommand::Sign { sign } => change::sign_again(sign, json),
        StatusCommand::Show(args) => show::run(args, json),
    }
}

#[derive(Debug, Subcommand)]
pub(crate) enum StatusCommand {
    /// Begin a register of permits, all valid
    New(NewArgs),
    /// Give out entries for new permits: random ones, none of them ever twice
    Allocate {
        /// The folder of the register
        #[arg(long, value_name = "DIR")]
        dir: PathBuf,
        /// How many
        #[arg(long, value_name = "N", default_value = "1")]
        count: std::num::NonZeroU32,
    },
    /// Withdraw permits for good, and sign the list
    Revoke {
        /// Their entries
        #[arg(required = true)]
        index: Vec<u64>,
        #[command(flatten)]
        sign: SignArgs,
    },
    /// Withdraw permits for now, and sign the list
    Suspend {
        /// Their entries
        #[arg(required = true)]
        index: Vec<u64>,
        #[command(flatten)]
        sign: SignArgs,
    },
    /// Make suspended permits valid again, and sign the list
    Restore {
        /// Their entries
        #[arg(required = true)]
        index: Vec<u64>,
        /// Take back revocations too, which were to be for good
        #[arg(long)]
        undo_revocation: bool,
        #[command(flatten)]
        sign: SignArgs,
    },
    /// Sign the list as it is, before the last one ends or grows too old
    Sign {
        #[command(flatten)]
        sign: SignArgs,
    },
    /// Show what a signed list says
    Show(ShowArgs),
}

#[derive(Debug, Args)]
pub(crate) struct NewArgs {
    /// The folder to keep it in; kept by the issuer and never published
    #[arg(long, value_name = "DIR")]
    dir: PathBuf,
    /// The issuer's name
    #[arg(long, value_name = "NAME")]
    issuer: String,
    /// The URI permits name the list by; short, because it is in every code
    #[arg(long, value_name = "URI")]
    uri: String,
    /// Bits of an entry: 1, or 2 to be able to suspend (4 and 8 have room for the application's own
    /// values)
    #[arg(long, value_name = "N", default_value = "2")]
    bits: u8,
    /// How many permits it has room for, a multiple of 8; far more than ever needed
    #[arg(long, value_name = "N")]
    entries: u64,
}

#[derive(Debug, Args)]
pub(crate) struct SignArgs {
    /// The folder of the register
    #[arg(long, value_name = "DIR")]
    dir: PathBuf,
    /// The issuer's private key (PEM, Ed25519), which the trust list lets sign status lists
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
    /// Where to write the signed list [default: list.cwt in the folder]
    #[arg(long, value_name = "LIST")]
    out: Option<PathBuf>,
    /// How long the list can be used
    #[arg(long, value_name = "SPAN", value_parser = parse_span, default_value = "24h")]
    lifetime: u64,
    /// Sign under the older algorithm number (EdDSA, -8), for a key pinned to it
    #[arg(long)]
    eddsa: bool,
    #[command(flatten)]
    time: TimeArg,
}

#[derive(Debug, Args)]
pub(crate) struct ShowArgs {
    /// The signed list
    list: PathBuf,
    /// A trust list with the key that signed it
    #[arg(long, value_name = "LIST", requires = "root", required_unless_present = "issuer_key")]
    trust: Option<PathBuf>,
    /// A root key that may sign the trust list (PEM, public)
    #[arg(long, value_name = "FILE", requires = "trust")]
    root: Vec<PathBuf>,
    /// The issuer's public key (PEM), instead of a trust list
    #[arg(long, value_name = "FILE", conflicts_with = "trust", requires = "issuer")]
    issuer_key: Vec<PathBuf>,
    /// The issuer's name
    #[arg(long, value_name = "NAME", conflicts_with = "trust")]
    issuer: Option<String>,
    /// Show this entry too; may be repeated
    #[arg(long, value_name = "N")]
    index: Vec<u64>,
    #[command(flatten)]
    time: TimeArg,
}
