//! The tree of commands, and which function runs each.

use clap::{CommandFactory as _, FromArgMatches as _, Parser, Subcommand};

use crate::commands::challenge::{self, ChallengeArgs};
use crate::commands::demo::{self, DemoArgs};
use crate::commands::gate::{self, GateArgs};
use crate::commands::inspect::{self, InspectArgs};
use crate::commands::issue::{self, IssueCommand};
use crate::commands::key::{self, KeyCommand};
use crate::commands::present::{self, PresentArgs};
use crate::commands::qr::{self, QrArgs};
use crate::commands::scan::{self, ScanArgs};
use crate::commands::status::{self, StatusCommand};
use crate::commands::store::{self, StoreCommand};
use crate::commands::trust::{self, TrustCommand};
use crate::commands::vectors::{self, VectorsCommand};
use crate::commands::verify::{self, VerifyArgs};
use crate::shared::failure::{Failure, Outcome};

/// Permits that can be shown, but not copied: short-lived signed QR codes, verified offline.
#[derive(Debug, Parser)]
#[command(name = "livepermit", version, arg_required_else_help = true, infer_long_args = false)]
#[command(term_width = WIDTH)]
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
    /// Answer what a scanner types, line by line: the whole verdict of a gate, with its memory
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
    /// Look after the memory of used codes: show it, go on after a loss
    #[command(subcommand, after_help = store::HELP)]
    Store(Box<StoreCommand>),
    /// Show what a token says, WITHOUT verifying any of it
    Inspect(InspectArgs),
    /// Hold this build to the test vectors
    #[command(subcommand)]
    Vectors(VectorsCommand),
    /// Show the whole thing at work: a live code, a screenshot of it going stale, forgeries refused
    Demo(DemoArgs),
}

/// Columns of help: what a terminal has at least.
const WIDTH: usize = 80;

impl Cli {
    /// Reads the command line.
    pub(crate) fn read() -> Result<Self, clap::Error> {
        let matches = Self::wrapped().try_get_matches()?;
        Self::from_arg_matches(&matches)
    }

    /// The command line, with lines of usage that fit a terminal.
    fn wrapped() -> clap::Command {
        let mut command = Self::command();
        command.build();
        wrap_usage(command)
    }

    /// Runs the command. The outcome decides the exit code.
    pub(crate) fn run(self) -> Result<Outcome, Failure> {
        let json = self.json;
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
            Command::Inspect(args) => inspect::run(&args, json),
            Command::Vectors(command) => vectors::run(&command, json),
            Command::Demo(args) => demo::run(&args, json),
        }
    }
}

/// Wraps the line of usage of each command: clap wraps everything else.
fn wrap_usage(mut command: clap::Command) -> clap::Command {
    let usage = command.render_usage().to_string();
    let words = usage.strip_prefix("Usage: ").unwrap_or(&usage);
    if words.lines().count() == 1 && words.len() + "Usage: ".len() > WIDTH {
        command = command.override_usage(wrapped(words));
    }
    command.mut_subcommands(wrap_usage)
}

/// Breaks a line between an option and the option after it.
fn wrapped(usage: &str) -> String {
    const INDENT: &str = "\n           ";
    let (mut out, mut column) = (String::new(), "Usage: ".len());
    let mut parts = usage.split(' ').peekable();
    while let Some(part) = parts.next() {
        let mut part = part.to_owned();
        // The value of an option stays beside the option.
        if part.starts_with("--")
            && let Some(value) = parts.next_if(|next| next.starts_with('<'))
        {
            part = [&part, " ", value].concat();
        }
        if column + part.len() + 1 > WIDTH {
            out.push_str(INDENT);
            column = INDENT.len() - 1;
        } else if !out.is_empty() {
            out.push(' ');
            column += 1;
        }
        out += &part;
        column += part.len();
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn each(command: &mut clap::Command, look: &mut impl FnMut(&str, &str)) {
        let name = command.get_bin_name().unwrap_or_else(|| command.get_name()).to_owned();
        for help in [command.render_help(), command.render_long_help()] {
            look(&name, &help.to_string());
        }
        for subcommand in command.get_subcommands_mut() {
            each(subcommand, look);
        }
    }

    #[test]
    fn all_help_fits_a_terminal() {
        let mut commands = 0;
        each(&mut Cli::wrapped(), &mut |name, help| {
            commands += 1;
            for line in help.lines() {
                assert!(line.chars().count() <= WIDTH, "{name}: {line}");
            }
            assert!(help.contains("Usage: "), "{name}");
        });
        assert!(commands > 60, "{commands}");
    }

    #[test]
    fn long_help_has_headings() {
        each(&mut Cli::wrapped(), &mut |name, help| {
            let options = help.lines().filter(|line| line.trim_start().starts_with("--")).count();
            let headings =
                help.lines().filter(|line| line.ends_with(':') && !line.starts_with(' '));
            // Examples behind the options are no headings of options.
            let headings = headings.filter(|line| !line.starts_with("Example")).count();
            assert!(options < 20 || headings >= 3, "{name}: {options} options\n{help}");
        });
    }
}
