//! The options of `status`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use crate::shared::time::{TimeArg, parse_span};

#[derive(Debug, Subcommand)]
pub(crate) enum StatusCommand {
    /// Begin a register of permits, all valid
    New(NewArgs),
    /// Give out entries: random ones, none of them ever twice. One for each permit on one device,
    /// with all its credentials; one for each slip; one for a permit that is shown as passes
    Allocate {
        /// The folder of the register
        #[arg(long, value_name = "DIR")]
        dir: PathBuf,
        /// How many
        #[arg(long, value_name = "N", default_value = "1")]
        count: std::num::NonZeroU32,
    },
    /// Mark entries as given out, in a register that was put back from a backup
    Mark(MarkArgs),
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
    /// The folder of the register; the issuer keeps it and never publishes it
    #[arg(long, value_name = "DIR")]
    pub(super) dir: PathBuf,
    /// The issuer's name
    #[arg(long, value_name = "NAME")]
    pub(super) issuer: String,
    /// The URI by which permits name the list; short, because it is in every code
    #[arg(long, value_name = "URI")]
    pub(super) uri: String,
    /// Bits of an entry: 1, or 2 to be able to suspend (4 and 8 have room for the application's own
    /// values)
    #[arg(long, value_name = "N", default_value = "2")]
    pub(super) bits: u8,
    /// How many permits it has room for: a multiple of 8, far more than ever needed
    #[arg(long, value_name = "N")]
    pub(super) entries: u64,
}

#[derive(Debug, Args)]
pub(crate) struct MarkArgs {
    /// The entries
    #[arg(required_unless_present = "from")]
    pub(super) index: Vec<u64>,
    /// The folder of the register
    #[arg(long, value_name = "DIR")]
    pub(super) dir: PathBuf,
    /// Files that name entries: what `status allocate` printed, numbers, credentials, slips or
    /// passes
    #[arg(long, value_name = "FILE", num_args = 1..)]
    pub(super) from: Vec<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct SignArgs {
    /// The folder of the register
    #[arg(long, value_name = "DIR")]
    pub(super) dir: PathBuf,
    /// The issuer's private key (PEM, Ed25519), which the trust list lets sign status lists
    #[arg(long, value_name = "FILE")]
    pub(super) key: PathBuf,
    /// Where to write the signed list [default: list.cwt in the folder]
    #[arg(long, value_name = "LIST")]
    pub(super) out: Option<PathBuf>,
    /// How long the list can be used
    #[arg(long, value_name = "SPAN", value_parser = parse_span, default_value = "24h")]
    pub(super) lifetime: u64,
    /// Sign under the older algorithm number (EdDSA, -8), for a key pinned to it
    #[arg(long)]
    pub(super) eddsa: bool,
    #[command(flatten)]
    pub(super) time: TimeArg,
}

#[derive(Debug, Args)]
pub(crate) struct ShowArgs {
    /// The signed list
    pub(super) list: PathBuf,
    /// A trust list with the key that signed it
    #[arg(long, value_name = "LIST", requires = "root", required_unless_present = "issuer_key")]
    pub(super) trust: Option<PathBuf>,
    /// A root key that may sign the trust list (PEM, public)
    #[arg(long, value_name = "FILE", requires = "trust")]
    pub(super) root: Vec<PathBuf>,
    /// The issuer's public key (PEM), instead of a trust list
    #[arg(long, value_name = "FILE", conflicts_with_all = ["trust", "root"], requires = "issuer")]
    pub(super) issuer_key: Vec<PathBuf>,
    /// The issuer's name
    #[arg(long, value_name = "NAME", conflicts_with = "trust")]
    pub(super) issuer: Option<String>,
    /// Show this entry too; may be repeated
    #[arg(long, value_name = "N")]
    pub(super) index: Vec<u64>,
    #[command(flatten)]
    pub(super) time: TimeArg,
}
