//! The options of `issue`.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use livepermit::Timestamp;

use crate::shared::time::{TimeArg, parse, parse_end, parse_span};
use crate::shared::token::TokenOut;

#[derive(Debug, Subcommand)]
pub(crate) enum IssueCommand {
    /// A permit bound to the key of a phone, which shows it without a network
    Credential {
        /// The phone's public key (PEM)
        #[arg(long, value_name = "FILE")]
        device_key: PathBuf,
        /// How long it is valid
        #[arg(long, value_name = "SPAN", value_parser = parse_span, default_value = "24h")]
        lifetime: u64,
        /// How far back its validity begins, for clocks a little slow
        #[arg(long, value_name = "SPAN", value_parser = parse_span, default_value = "5m")]
        backdate: u64,
        /// The role of the representative whose phone it is: guardian, relative
        #[arg(long, value_name = "ROLE", requires = "representative")]
        acting_role: Option<String>,
        /// Who shows the permit for its subject: a number or pseudonym
        #[arg(long, value_name = "ID", requires = "acting_role")]
        representative: Option<String>,
        #[command(flatten)]
        permit: PermitArgs,
    },
    /// A permit that is shown as it is, and is live for its window
    Pass {
        /// The only gate it is for [default: every gate]
        #[arg(long, value_name = "GATE")]
        audience: Option<String>,
        /// Sign under the older algorithm number (EdDSA, -8), for verifiers that know no other
        #[arg(long)]
        eddsa: bool,
        #[command(flatten)]
        permit: PermitArgs,
    },
    /// A permit printed for people without a smartphone
    Slip(Box<SlipArgs>),
}

#[derive(Debug, Args)]
#[command(next_help_heading = "The permit")]
pub(crate) struct PermitArgs {
    /// The issuer's private key (PEM, Ed25519)
    #[arg(long, value_name = "FILE")]
    pub(crate) key: PathBuf,
    /// The issuer's name, as in bj.example
    #[arg(long, value_name = "NAME")]
    pub(crate) issuer: String,
    /// Whose permit it is: a number or pseudonym, rather not a name
    #[arg(long, value_name = "ID")]
    pub(crate) subject: String,
    /// What it permits, as in bj.example:residence
    #[arg(long)]
    pub(crate) class: String,
    /// How long each code is live
    #[arg(long, value_name = "SPAN", value_parser = parse_span, default_value = "30s")]
    pub(crate) window: u64,
    /// Where its status is published
    #[arg(long, value_name = "URI", requires = "status_index")]
    pub(crate) status_uri: Option<String>,
    /// Its entry in that list
    #[arg(long, value_name = "N", requires = "status_uri")]
    pub(crate) status_index: Option<u64>,
    /// Full name; every picture of a code remains a signed proof of it
    #[arg(long)]
    pub(crate) name: Option<String>,
    /// Birth date as the document has it: YYYYMMDD, or YYYYMM or YYYY where it tells no more
    #[arg(long, value_name = "DATE", requires = "name")]
    pub(crate) birth_date: Option<String>,
    /// The application's own claims: a JSON object, or a file with one
    #[arg(long, value_name = "JSON|FILE")]
    pub(crate) claims: Option<String>,
    #[command(flatten)]
    pub(crate) time: TimeArg,
    #[command(flatten)]
    pub(crate) out: TokenOut,
}

#[derive(Debug, Args)]
pub(crate) struct SlipArgs {
    /// The number printed beside the code, 6 to 12 digits [default: 8 random ones]
    #[arg(long, value_name = "DIGITS")]
    pub(super) check_number: Option<String>,
    /// When its validity begins [default: now]
    #[arg(long, value_name = "TIME", value_parser = parse)]
    pub(super) not_before: Option<Timestamp>,
    /// How long it is valid
    #[arg(
        long, value_name = "SPAN", value_parser = parse_span, default_value = "90d",
        conflicts_with = "expires"
    )]
    pub(super) lifetime: u64,
    /// When it ends; a date alone counts as that whole day
    #[arg(long, value_name = "TIME", value_parser = parse_end)]
    pub(super) expires: Option<Timestamp>,
    /// Sign under the older algorithm number (EdDSA, -8), for verifiers that know no other
    #[arg(long)]
    pub(super) eddsa: bool,
    /// Write a page to be printed by a browser
    #[arg(long, value_name = "FILE")]
    pub(super) html: Option<PathBuf>,
    /// Write the code as SVG
    #[arg(long, value_name = "FILE")]
    pub(super) svg: Option<PathBuf>,
    /// Write the code as PNG
    #[arg(long, value_name = "FILE")]
    pub(super) png: Option<PathBuf>,
    #[command(flatten)]
    pub(super) permit: PermitArgs,
}
