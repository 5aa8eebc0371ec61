//! The options of `trust`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use livepermit::{Timestamp, Use};

use crate::shared::hex::parse_hex;
use crate::shared::time::{TimeArg, parse, parse_end, parse_span};

#[derive(Debug, Subcommand)]
pub(crate) enum TrustCommand {
    /// Begin a list with its first key, and sign version 1
    New {
        /// What the list is called, as in bj.gates
        #[arg(long, value_name = "NAME")]
        name: String,
        #[command(flatten)]
        key: KeyArgs,
        #[command(flatten)]
        sign: SignArgs,
    },
    /// Add a key, and sign the next version
    Add {
        #[command(flatten)]
        key: KeyArgs,
        #[command(flatten)]
        sign: SignArgs,
    },
    /// End a key's right to sign anything new; what it signed before stays valid
    Retire {
        #[command(flatten)]
        which: WhichKey,
        /// When it may sign nothing new any more [default: now]
        #[arg(long, value_name = "TIME", value_parser = parse_end)]
        sign_until: Option<Timestamp>,
        /// When nothing it signed counts any more; a date alone counts as that whole day [default: as before]
        #[arg(long, value_name = "TIME", value_parser = parse_end)]
        expires: Option<Timestamp>,
        #[command(flatten)]
        sign: SignArgs,
    },
    /// Take a leaked key out: nothing it signed counts any more
    Remove {
        #[command(flatten)]
        which: WhichKey,
        #[command(flatten)]
        sign: SignArgs,
    },
    /// Sign the next version of the list as its source says: before it ends, or after editing the
    /// source
    Sign {
        #[command(flatten)]
        sign: SignArgs,
    },
    /// Show what a list says, verified under its root keys
    Show(ShowArgs),
}

/// How a list is signed, and where it is kept.
#[derive(Debug, Args)]
pub(crate) struct SignArgs {
    /// The root key (PEM, private, Ed25519); keep it offline
    #[arg(long, value_name = "FILE")]
    pub(super) root_key: PathBuf,
    /// Where to write the signed list
    #[arg(long, value_name = "LIST")]
    pub(super) out: PathBuf,
    /// The source it is made from, JSON that people may edit [default: LIST.json]
    #[arg(long, value_name = "FILE")]
    pub(super) source: Option<PathBuf>,
    /// How long the list can be used; gates refuse everybody when it has ended
    #[arg(long, value_name = "SPAN", value_parser = parse_span, default_value = "30d")]
    pub(super) lifetime: u64,
    /// A root key that signs from the next version on (PEM, public); may be repeated. Name the
    /// present key too if it still signs
    #[arg(long, value_name = "FILE")]
    pub(super) successor_root: Vec<PathBuf>,
    #[command(flatten)]
    pub(super) time: TimeArg,
}

/// A key that is added.
#[derive(Debug, Args)]
pub(crate) struct KeyArgs {
    /// The issuer's public key (PEM, Ed25519)
    #[arg(long, value_name = "FILE")]
    pub(super) issuer_key: PathBuf,
    /// The issuer's name
    #[arg(long, value_name = "NAME")]
    pub(super) issuer: String,
    /// What it may sign; may be repeated
    #[arg(long = "use", value_enum, value_name = "USE", required = true)]
    pub(super) uses: Vec<UseArg>,
    /// A class it may sign; may be repeated
    #[arg(long, value_name = "CLASS", required = true)]
    pub(super) class: Vec<String>,
    /// The key id by which tokens name the key [default: from the key]
    #[arg(long, value_name = "HEX", value_parser = key_id)]
    pub(super) key_id: Option<KeyId>,
    /// Its tokens name the older algorithm number (EdDSA, -8); such a key signs no credentials
    #[arg(long)]
    pub(super) eddsa: bool,
    /// When it may begin to sign [default: always]
    #[arg(long, value_name = "TIME", value_parser = parse)]
    pub(super) not_before: Option<Timestamp>,
    /// When it may sign nothing new any more [default: as --expires]
    #[arg(long, value_name = "TIME", value_parser = parse_end)]
    pub(super) sign_until: Option<Timestamp>,
    /// When nothing it signed counts any more; a date alone counts as that whole day [default: never]
    #[arg(long, value_name = "TIME", value_parser = parse_end)]
    pub(super) expires: Option<Timestamp>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum UseArg {
    Credential,
    Pass,
    Slip,
    Status,
}

impl From<UseArg> for Use {
    fn from(arg: UseArg) -> Self {
        match arg {
            UseArg::Credential => Self::Credential,
            UseArg::Pass => Self::Pass,
            UseArg::Slip => Self::Slip,
            UseArg::Status => Self::Status,
        }
    }
}

/// Which key of the list is meant.
#[derive(Debug, Args)]
#[group(required = true, multiple = false, id = "which")]
pub(crate) struct WhichKey {
    /// The key, by its key id as `trust show` prints it
    #[arg(long, value_name = "HEX", value_parser = key_id)]
    pub(super) key_id: Option<KeyId>,
    /// The key, by its file (PEM, public)
    #[arg(long, value_name = "FILE")]
    pub(super) issuer_key: Option<PathBuf>,
}

/// A type of its own, or clap would take the bytes for a list of values.
#[derive(Debug, Clone)]
pub(crate) struct KeyId(pub(super) Vec<u8>);

fn key_id(text: &str) -> Result<KeyId, String> {
    parse_hex(text).map(KeyId)
}

#[derive(Debug, Args)]
pub(crate) struct ShowArgs {
    /// The list
    pub(super) list: PathBuf,
    /// A root key that may have signed it (PEM, public); may be repeated
    #[arg(long, value_name = "FILE")]
    pub(super) root: Vec<PathBuf>,
    /// The name it must have
    #[arg(long, value_name = "NAME", requires = "root")]
    pub(super) name: Option<String>,
    #[command(flatten)]
    pub(super) time: TimeArg,
}
