//! What can be said on the command line.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser, Subcommand, ValueEnum};
use livepermit::Timestamp;
use livepermit::qr::Countdown;

use crate::challenge::ChallengeArgs;
use crate::gate::{self, GateArgs};
use crate::output::parse_hex;
use crate::scan::{self, ScanArgs};
use crate::slip::SlipArgs;
use crate::status::StatusCommand;
use crate::time::{parse, parse_span};
use crate::trust::TrustCommand;
use crate::trusted::TrustedArgs;
use crate::verify::{self, VerifyArgs};

/// Permits that can be shown, but not copied: short-lived signed QR codes, verified offline.
#[derive(Debug, Parser)]
#[command(name = "livepermit", version, arg_required_else_help = true, infer_long_args = false)]
#[command(after_help = "See it work, with nothing to set up:  livepermit demo\n\
    Exit codes: 0 done or accepted, 1 refused, 2 could not run.")]
pub(crate) struct Cli {
    /// Answer with one JSON object on standard output
    #[arg(long, global = true)]
    pub(crate) json: bool,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Make a key pair, or show what a key file holds
    #[command(subcommand)]
    Key(KeyCommand),
    /// Sign a permit: a credential for a phone, or a pass to be shown as it is
    #[command(subcommand)]
    Issue(Box<IssueCommand>),
    /// Make a fresh presentation of a credential, as a phone does every few seconds
    Present(Box<PresentArgs>),
    /// Draw a token as a QR code: PNG, SVG or in the terminal
    Qr(QrArgs),
    /// Verify what was scanned: a text, a token file or a picture
    #[command(after_help = verify::HELP)]
    Verify(Box<VerifyArgs>),
    /// Verify every code in pictures, folders of them, or raw frames through a pipe; nothing is
    /// used up
    #[command(after_help = scan::HELP)]
    Scan(Box<ScanArgs>),
    /// Answer what a scanner types, line by line: the whole verdict of a checkpoint, with its
    /// memory
    #[command(after_help = gate::HELP)]
    Gate(Box<GateArgs>),
    /// Make the code a gate shows, for phones to answer
    Challenge(ChallengeArgs),
    /// Keep the list of trusted issuer keys, signed by a root key
    #[command(subcommand)]
    Trust(Box<TrustCommand>),
    /// Keep an issuer's list of withdrawn permits
    #[command(subcommand)]
    Status(Box<StatusCommand>),
    /// Show what a token says, WITHOUT verifying any of it
    Inspect(InspectArgs),
    /// Hold this build to the test vectors
    #[command(subcommand)]
    Vectors(VectorsCommand),
    /// Show the whole thing at work: a live code, a screenshot of it going stale, forgeries refused
    Demo(DemoArgs),
}

#[derive(Debug, Subcommand)]
pub(crate) enum VectorsCommand {
    /// Run vectors and report per group: an unexpected acceptance fails as an unexpected refusal
    /// does
    Run {
        /// The folder test-vectors, or one file of it
        #[arg(value_name = "DIR|FILE")]
        path: PathBuf,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum KeyCommand {
    /// Make a key pair: FILE (PKCS#8 PEM, readable by its owner alone) and FILE.pub
    New {
        /// Issuers sign with ed25519; phones with either
        #[arg(long, value_enum)]
        algorithm: KeyAlgorithm,
        /// Where to write the private key; never overwritten
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
        /// Where to write the public key [default: FILE.pub]
        #[arg(long, value_name = "FILE")]
        public: Option<PathBuf>,
    },
    /// Show algorithm, key id, thumbprint and public key of a key file, private or public
    Show {
        /// A PEM file
        file: PathBuf,
    },
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum KeyAlgorithm {
    Ed25519,
    P256,
}

#[derive(Debug, Subcommand)]
pub(crate) enum IssueCommand {
    /// A permit bound to the key of a phone, which shows it without a network
    Credential {
        #[command(flatten)]
        permit: PermitArgs,
        /// The phone's public key (PEM)
        #[arg(long, value_name = "FILE")]
        device_key: PathBuf,
        /// How long it is valid
        #[arg(long, value_name = "SPAN", value_parser = parse_span, default_value = "24h")]
        lifetime: u64,
        /// How far back its validity begins, for clocks a little slow
        #[arg(long, value_name = "SPAN", value_parser = parse_span, default_value = "5m")]
        backdate: u64,
        /// As what the representative acts whose phone it is: guardian, relative
        #[arg(long, value_name = "ROLE", requires = "representative")]
        acting_role: Option<String>,
        /// Who shows the permit for its subject: a number or pseudonym
        #[arg(long, value_name = "ID", requires = "acting_role")]
        representative: Option<String>,
    },
    /// A permit that is shown as it is and lives for its window
    Pass {
        #[command(flatten)]
        permit: PermitArgs,
        /// The only gate it is for [default: every gate]
        #[arg(long, value_name = "GATE")]
        audience: Option<String>,
        /// Sign under the older algorithm number (EdDSA, -8), for verifiers that know no other
        #[arg(long)]
        eddsa: bool,
    },
    /// A permit printed for people without a smartphone
    Slip(Box<SlipArgs>),
}

#[derive(Debug, Args)]
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
    #[arg(long, value_name = "SPAN", value_parser = parse_span, default_value = "30")]
    pub(crate) window: u64,
    /// Where its status is published
    #[arg(long, value_name = "URI", requires = "status_index")]
    pub(crate) status_uri: Option<String>,
    /// Its entry in that list
    #[arg(long, value_name = "N", requires = "status_uri")]
    pub(crate) status_index: Option<u64>,
    /// Full name; every picture of a code stays a signed proof of it
    #[arg(long)]
    pub(crate) name: Option<String>,
    /// Day of birth
    #[arg(long, value_name = "YYYYMMDD", requires = "name")]
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
pub(crate) struct TimeArg {
    /// Take this for now: 2026-09-21T14:13:20Z, or seconds since 1970 [default: the clock]
    #[arg(long, value_name = "TIME", value_parser = parse)]
    pub(crate) at: Option<Timestamp>,
}

#[derive(Debug, Args)]
pub(crate) struct TokenOut {
    /// Write to a file rather than to standard output
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
    /// How to write the token
    #[arg(long, value_enum, default_value = "link")]
    pub(crate) format: TokenFormat,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum TokenFormat {
    /// base64url, for links, headers and JSON
    Link,
    /// LP1: and base45, as a QR code holds it
    QrText,
    /// The bytes
    Raw,
}

#[derive(Debug, Args)]
pub(crate) struct PresentArgs {
    /// The credential: a file of any format
    #[arg(long, value_name = "FILE")]
    pub(crate) credential: PathBuf,
    /// The phone's private key (PEM)
    #[arg(long, value_name = "FILE")]
    pub(crate) device_key: PathBuf,
    #[command(flatten)]
    pub(crate) trusted: TrustedArgs,
    /// The gate it is for [default: every gate]
    #[arg(long, value_name = "NAME")]
    pub(crate) gate: Option<String>,
    /// What a gate's own code says: LPC1: and more
    #[arg(long, value_name = "TEXT", conflicts_with_all = ["gate", "nonce"])]
    pub(crate) gate_code: Option<String>,
    /// The nonce that gate asked with: 6 to 32 bytes
    #[arg(long, value_name = "HEX", requires = "gate", value_parser = parse_nonce)]
    pub(crate) nonce: Option<Nonce>,
    #[command(flatten)]
    pub(crate) time: TimeArg,
    #[command(flatten)]
    pub(crate) out: TokenOut,
}

/// Bytes in hexadecimal: a type of its own, or clap would take the bytes for a list of values.
#[derive(Debug, Clone)]
pub(crate) struct Nonce(pub(crate) Vec<u8>);

pub(crate) fn parse_nonce(text: &str) -> Result<Nonce, String> {
    parse_hex(text).map(Nonce)
}

/// Two spans: what is left, and of how much.
fn parse_countdown(text: &str) -> Result<Countdown, String> {
    let wanted = || "what is left and of how much is expected, as in 12/30".to_owned();
    let (left, of) = text.split_once('/').ok_or_else(wanted)?;
    let (left, of) = (parse_span(left)?, parse_span(of)?);
    if of == 0 || left > of {
        return Err(wanted());
    }
    Ok(Countdown::new(Duration::from_secs(left), Duration::from_secs(of)))
}

/// What is looked at.
#[derive(Debug, Args)]
#[group(required = true, multiple = false, id = "input")]
pub(crate) struct InputArgs {
    /// The text of the code, or - for standard input
    pub(crate) text: Option<String>,
    /// A file: text, raw token, PNG or JPEG
    #[arg(long, value_name = "FILE")]
    pub(crate) file: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct QrArgs {
    #[command(flatten)]
    pub(crate) input: InputArgs,
    /// Write a PNG
    #[arg(long, value_name = "FILE")]
    pub(crate) png: Option<PathBuf>,
    /// Write an SVG
    #[arg(long, value_name = "FILE")]
    pub(crate) svg: Option<PathBuf>,
    /// Error correction [default: m; in the terminal l, which is smallest]
    #[arg(long, value_enum, ignore_case = true)]
    pub(crate) level: Option<Level>,
    /// Pixels for each module of the PNG
    #[arg(long, value_name = "N", default_value = "8")]
    pub(crate) pixels: std::num::NonZeroU8,
    /// Make the PNG as large as it fits into so many pixels
    #[arg(long, value_name = "PIXELS", requires = "png", conflicts_with = "pixels")]
    pub(crate) size: Option<u32>,
    /// Show below the code what is left of its life, as in 12/30; it takes the SVG or the terminal
    #[arg(long, value_name = "LEFT/OF", conflicts_with = "png", value_parser = parse_countdown)]
    pub(crate) countdown: Option<Countdown>,
    /// How to draw in the terminal [default: by colours where they are allowed]
    #[arg(long, value_enum)]
    pub(crate) style: Option<Style>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum Level {
    /// 7 % may be unreadable
    L,
    /// 15 %
    M,
    /// 25 %
    Q,
    /// 30 %
    H,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum Style {
    /// Black on white by colour codes
    Colour,
    /// Plain blocks, for a terminal with a light ground
    Light,
    /// Plain blocks, for a terminal with a dark ground
    Dark,
}

#[derive(Debug, Args)]
pub(crate) struct InspectArgs {
    #[command(flatten)]
    pub(crate) input: InputArgs,
}

#[derive(Debug, Args)]
pub(crate) struct DemoArgs {
    /// Run through it in simulated time, without a terminal, and check every verdict
    #[arg(long)]
    pub(crate) once: bool,
    /// Keep the pictures when the demo ends
    #[arg(long)]
    pub(crate) keep: bool,
    /// Leave the live demo by itself after this time
    #[arg(long, value_name = "SPAN", value_parser = parse_span, conflicts_with = "once")]
    pub(crate) stop_after: Option<u64>,
    #[command(flatten)]
    pub(crate) time: TimeArg,
}
