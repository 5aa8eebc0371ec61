//! `trust`: the list of issuer keys, kept by whoever holds the root key.

mod change;
mod show;
mod source;

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use livepermit::{Timestamp, Use};

use crate::args::TimeArg;
use crate::failure::{Failure, Outcome};
use crate::output::parse_hex;
use crate::time::{parse, parse_span};

pub(crate) fn run(command: &TrustCommand, json: bool) -> Result<Outcome, Failure> {
    match command {
        TrustCommand::New { name, key, sign } => change::new(name, key, sign, json),
        TrustCommand::Add { key, sign } => change::add(key, sign, json),
        TrustCommand::Retire { which, sign_until, expires, sign } => {
            change::retire(which, (*sign_until, *expires), sign, json)
        }
        TrustCommand::Remove { which, sign } => change::remove(which, sign, json),
        TrustCommand::Sign { sign } => change::sign_again(sign, json),
        TrustCommand::Show(args) => show::run(args, json),
    }
}

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
    /// End a key's right to sign anything new; what it signed lives out its time
    Retire {
        #[command(flatten)]
        which: WhichKey,
        /// From when on it may sign nothing new [default: now]
        #[arg(long, value_name = "TIME", value_parser = parse)]
        sign_until: Option<Timestamp>,
        /// From when on nothing it signed counts [default: as it was]
        #[arg(long, value_name = "TIME", value_parser = parse)]
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
    root_key: PathBuf,
    /// Where to write the signed list
    #[arg(long, value_name = "LIST")]
    out: PathBuf,
    /// The source it is made from, JSON that people may edit [default: LIST.json]
    #[arg(long, value_name = "FILE")]
    source: Option<PathBuf>,
    /// How long the list can be used; gates refuse everybody when it has ended
    #[arg(long, value_name = "SPAN", value_parser = parse_span, default_value = "720h")]
    lifetime: u64,
    /// A root key that signs from the next version on (PEM, public); name the present one too if it
    /// goes on
    #[arg(long, value_name = "FILE")]
    successor_root: Vec<PathBuf>,
    #[command(flatten)]
    time: TimeArg,
}

/// A key that is added.
#[derive(Debug, Args)]
pub(crate) struct KeyArgs {
    /// The issuer's public key (PEM, Ed25519)
    #[arg(long, value_name = "FILE")]
    issuer_key: PathBuf,
    /// The issuer's name
    #[arg(long, value_name = "NAME")]
    issuer: String,
    /// What it may sign; may be repeated
    #[arg(long = "use", value_enum, value_name = "USE", required = true)]
    uses: Vec<UseArg>,
    /// A class it may sign; may be repeated
    #[arg(long, value_name = "CLASS", required = true)]
    class: Vec<String>,
    /// The key id tokens name it by [default: from the key]
    #[arg(long, value_name = "HEX", value_parser = key_id)]
    key_id: Option<KeyId>,
    /// Its tokens name the older algorithm number (EdDSA, -8); such a key signs no credentials
    #[arg(long)]
    eddsa: bool,
    /// From when on it may sign [default: always]
    #[arg(long, value_name = "TIME", value_parser = parse)]
    not_before: Option<Timestamp>,
    /// From when on it may sign nothing new [default: as --expires]
    #[arg(long, value_name = "TIME", value_parser = parse)]
    sign_until: Option<Timestamp>,
    /// From when on nothing it signed counts [default: never]
    #[arg(long, value_name = "TIME", value_parser = parse)]
    expires: Option<Timestamp>,
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
    key_id: Option<KeyId>,
    /// The key, by its file (PEM, public)
    #[arg(long, value_name = "FILE")]
    issuer_key: Option<PathBuf>,
}

/// A type of its own, or clap would take the bytes for a list of values.
#[derive(Debug, Clone)]
pub(crate) struct KeyId(Vec<u8>);

fn key_id(text: &str) -> Result<KeyId, String> {
    parse_hex(text).map(KeyId)
}

#[derive(Debug, Args)]
pub(crate) struct ShowArgs {
    /// The list
    list: PathBuf,
    /// A root key that may have signed it (PEM, public); may be repeated
    #[arg(long, value_name = "FILE")]
    root: Vec<PathBuf>,
    /// The name it must have
    #[arg(long, value_name = "NAME", requires = "root")]
    name: Option<String>,
    #[command(flatten)]
    time: TimeArg,
}
