//! The tree of commands, and which function runs each.

use clap::{Parser, Subcommand};

use crate::commands::challenge::{self, ChallengeArgs};
use crate::commands::completions::{self, CompletionsArgs};
use crate::commands::demo::{self, DemoArgs};
use crate::commands::gate::{self, GateCommand};
use crate::commands::inspect::{self, InspectArgs};
use crate::commands::issue::{self, IssueCommand};
use crate::commands::key::{self, KeyCommand};
use crate::commands::language::{self as tables, LanguageCommand};
use crate::commands::man::{self, ManArgs};
use crate::commands::present::{self, PresentArgs};
use crate::commands::qr::{self, QrArgs};
use crate::commands::scan::{self, ScanArgs};
use crate::commands::status::{self, StatusCommand};
use crate::commands::store::{self, StoreCommand};
use crate::commands::trust::{self, TrustCommand};
use crate::commands::vectors::{self, VectorsCommand};
use crate::commands::verify::{self, VerifyArgs};
use crate::language;
use crate::shared::failure::{Failure, Outcome};
use crate::shared::output;

/// Where help lists the options that every command has.
const EVERY: &str = "For every command";

/// Permits that can be shown, but not copied: short-lived signed QR codes, verified offline.
#[derive(Debug, Parser)]
#[command(name = "livepermit", version, arg_required_else_help = true, infer_long_args = false)]
#[command(max_term_width = 80)]
#[command(after_help = "See it work, with nothing to set up:  livepermit demo\n\
    Exit codes: 0 done or accepted, 1 refused, 2 could not run.")]
pub(crate) struct Cli {
    /// Answer with one JSON object on standard output
    #[arg(long, global = true, help_heading = EVERY)]
    pub(crate) json: bool,
    /// Write no remarks, only warnings and errors, to standard error
    #[arg(long, short, global = true, help_heading = EVERY)]
    pub(crate) quiet: bool,
    /// The language of visitors, guards and paper: en, zh, or the file of a table [default: that of
    /// the system]
    #[arg(long, global = true, value_name = "LANGUAGE", help_heading = EVERY)]
    pub(crate) lang: Option<String>,
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
    /// Answer what a scanner types, line by line: the whole verdict of a gate, with its memory
    #[command(after_help = gate::HELP)]
    Gate(GateCommand),
    /// Make the code a gate shows, for phones to answer
    Challenge(ChallengeArgs),
    /// Keep the list of trusted issuer keys, signed by a root key
    #[command(subcommand)]
    Trust(Box<TrustCommand>),
    /// Keep an issuer's list of withdrawn permits by hand
    ///
    /// An office whose register is kept by the service `livepermit-issuer` needs none of this: the
    /// service gives out entries, and signs and serves its lists itself.
    #[command(subcommand)]
    Status(Box<StatusCommand>),
    /// Look after the memory of used codes: show it, go on after a loss
    #[command(subcommand, after_help = store::HELP)]
    Store(Box<StoreCommand>),
    /// Show and check the tables of what visitors, guards and paper are told
    #[command(subcommand, after_help = tables::HELP)]
    Language(LanguageCommand),
    /// Show what a token says, WITHOUT verifying any of it
    Inspect(InspectArgs),
    /// Hold this build to the test vectors
    #[command(subcommand)]
    Vectors(VectorsCommand),
    /// Write the manual pages of all commands
    #[command(after_help = man::HELP)]
    Man(ManArgs),
    /// Write what a shell needs to complete this command's options
    #[command(after_help = completions::HELP)]
    Completions(CompletionsArgs),
    /// Show the whole thing at work: a live code, a screenshot of it going stale, forgeries refused
    Demo(DemoArgs),
}

impl Cli {
    /// Runs the command. The outcome decides the exit code.
    pub(crate) fn run(self) -> Result<Outcome, Failure> {
        let json = self.json;
        output::set_quiet(self.quiet);
        language::choose(self.lang.as_deref())?;
        match self.command {
            Command::Key(command) => key::run(command, json),
            Command::Issue(command) => issue::run(*command, json),
            Command::Present(args) => present::run(&args, json),
            Command::Qr(args) => qr::run(&args, json),
            Command::Verify(args) => verify::run(&args, json),
            Command::Scan(args) => scan::run(&args, json),
            Command::Gate(args) => gate::run(&args, json),
            Command::Challenge(args) => challenge::run(&args, json),
            Command::Trust(command) => trust::run(&command, json),
            Command::Status(command) => status::run(&command, json),
            Command::Store(command) => store::run(&command, json),
            Command::Language(command) => tables::run(&command, json),
            Command::Inspect(args) => inspect::run(&args, json),
            Command::Vectors(command) => vectors::run(&command, json),
            Command::Man(args) => man::run(&args),
            Command::Completions(args) => completions::run(&args),
            Command::Demo(args) => demo::run(&args, json),
        }
    }
}
