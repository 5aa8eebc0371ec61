//! The options of `gate`.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{ArgMatches, Args, Command, FromArgMatches, Subcommand};
use livepermit::Timestamp;
use livepermit_gate::fetch::FetchRules;

#[cfg(feature = "relay")]
use super::relay::RelayArgs;
use super::setup::SetupCommand;
use super::status::StatusArgs;
use crate::gate::log::parse_max;
use crate::gate::questions::Asks;
use crate::shared::frames::{FormatArg, FrameSize, parse_size};
use crate::shared::place::PlaceArgs;
use crate::shared::policy::PolicyArgs;
use crate::shared::store::StoreArgs;
use crate::shared::time::{parse, parse_span};
use crate::shared::trusted::TrustedArgs;

pub(crate) const HELP: &str = "\
Example:
  livepermit gate --input /dev/ttyACM0 --trust trust.cwt --root root.pem.pub \\
      --class bj.example:residence --gate gate-3 --revocation required \\
      --max-list-age 24h --status status.cwt --state /var/lib/gate-3

Each line that comes in is one code, and is answered at once by one line on
standard output. With --json the answer is one object, and \"opens\" in it says
whether the door opens. A line ends with CR, LF, both, or a pause, and a code
that comes in pieces is one line. What scanners add is cut off. Lights: green,
yellow (let in, and look), red, out-of-order (the fault is the gate's), neutral
(let in a moment ago, read again).

With --frames the gate reads a camera instead. Each code that the camera sees
gets one verdict, however long it is held:
  ffmpeg -f v4l2 -i /dev/video0 -f rawvideo -pix_fmt gray -s 1280x720 - | \\
      livepermit gate --frames 1280x720 --full-screen --sound --trust ...

New trust and status lists are loaded while the gate runs: files when they
change (write them whole, by renaming), and https:// addresses every few
minutes. A list that is refused is reported on standard error, and the list
before it stays. Logs of several gates merge by sorting: sort *.jsonl

How a running gate is: livepermit gate status --state /var/lib/gate-3

Nobody but the user who runs the gate can read the state folder and the log that
it makes. A state folder that others can write to, or that holds files of other
programs, is refused. On SIGHUP the gate opens the log again, so that logrotate
works; --log-max does without logrotate.";

/// A gate that runs, or what is done around one.
#[derive(Debug)]
pub(crate) enum GateCommand {
    Run(Box<GateArgs>),
    Status(StatusArgs),
    Setup(SetupCommand),
    #[cfg(feature = "relay")]
    Relay(Box<RelayArgs>),
}

#[derive(Debug, Subcommand)]
enum Others {
    /// Show how a running gate is: its clock, lists, memory, last scan and warnings. Exit codes: 0
    /// in order, 1 out of order or silent, 2 could not run
    Status(StatusArgs),
    /// Make or show the code that sets up a gate which is a phone or a page
    #[command(subcommand)]
    Setup(SetupCommand),
    /// Keep the memory of used codes for several gates of a zone, and answer them over HTTPS
    #[cfg(feature = "relay")]
    Relay(Box<RelayArgs>),
}

/// Where something else is asked for, the options of a gate that runs need not be said.
impl FromArgMatches for GateCommand {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        if matches.subcommand_name().is_some() {
            return Ok(match Others::from_arg_matches(matches)? {
                Others::Status(args) => Self::Status(args),
                Others::Setup(command) => Self::Setup(command),
                #[cfg(feature = "relay")]
                Others::Relay(args) => Self::Relay(args),
            });
        }
        Ok(Self::Run(Box::new(GateArgs::from_arg_matches(matches)?)))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

impl Args for GateCommand {
    fn augment_args(command: Command) -> Command {
        let command = Others::augment_subcommands(GateArgs::augment_args(command));
        command
            .subcommand_required(false)
            .arg_required_else_help(false)
            .args_conflicts_with_subcommands(true)
            .subcommand_negates_reqs(true)
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

#[derive(Debug, Args)]
pub(crate) struct GateArgs {
    /// Read options from this file (TOML): each entry is an option without its dashes. An option of
    /// the command line replaces the entry of the file
    #[arg(long, value_name = "FILE")]
    pub(super) config: Option<PathBuf>,
    /// Check the options, keys and lists, and start no gate
    #[arg(long)]
    pub(super) check: bool,
    #[command(flatten)]
    pub(super) trusted: TrustedArgs,
    #[command(flatten)]
    pub(super) policy: PolicyArgs,
    #[command(flatten)]
    pub(super) place: PlaceArgs,
    /// The folder for what must survive a restart: used codes, lists, clock. For this gate alone;
    /// made if it does not exist
    #[arg(long, value_name = "DIR")]
    pub(super) state: PathBuf,
    /// A serial device, pipe or file to read from [default: standard input]
    #[arg(long, value_name = "PATH")]
    pub(super) input: Option<PathBuf>,
    /// Milliseconds without a character that end a line, if it is no code that goes on; 0 for never
    #[arg(long, value_name = "MS", default_value = "100")]
    pub(super) pause: u64,
    /// Read raw frames of this size from a camera, not lines
    #[arg(long, value_name = "WIDTHxHEIGHT", value_parser = parse_size)]
    pub(super) frames: Option<FrameSize>,
    #[command(flatten)]
    pub(super) format: FormatArg,
    /// Ask each visitor a question, which only a code made after it answers: as a QR code for the
    /// phone, or as six digits. Each answer uses its question up
    #[arg(long, value_enum, value_name = "HOW")]
    pub(super) challenge: Option<Asks>,
    /// Fill the terminal with each light
    #[arg(long)]
    pub(super) full_screen: bool,
    /// Ring the terminal's bell: once for each visitor who is let in, twice for others
    #[arg(long)]
    pub(super) sound: bool,
    /// Append each verdict to this file, as JSON lines without names; permit ids link the lines,
    /// and betray subjects that can be guessed
    #[arg(long, value_name = "FILE")]
    pub(super) log: Option<PathBuf>,
    /// Keep the log below this size, as in 100M: a full file is renamed to FILE.1, that one to
    /// FILE.2, up to FILE.5 [default: it grows]
    #[arg(long, value_name = "SIZE", value_parser = parse_max, requires = "log")]
    pub(super) log_max: Option<u64>,
    /// Write subject, person and representative into the log too
    #[arg(long, requires = "log")]
    pub(super) log_person_data: bool,
    /// Ask web servers for new lists so often, or as seldom as they say, but at least once an hour
    /// and four times within --max-list-age [default: as they say, else 5m]
    #[arg(long, value_name = "SPAN", value_parser = parse_span)]
    fetch_every: Option<u64>,
    /// Write how the gate is every so often, as a JSON line: into the log, or to standard error; 0
    /// for never [default: 60s with --log, else never]
    #[arg(long, value_name = "SPAN", value_parser = parse_span)]
    health_every: Option<u64>,
    /// Serve numbers for Prometheus at this address of this machine, as in 127.0.0.1:9464
    #[arg(long, value_name = "ADDRESS")]
    pub(super) metrics: Option<SocketAddr>,
    /// Serve the numbers to other machines too
    #[arg(long, requires = "metrics")]
    pub(super) dangerous_metrics_anywhere: bool,
    #[command(flatten)]
    pub(super) store: StoreArgs,
    /// For tests: take this for now, at the start and in every line
    #[arg(long, value_name = "TIME", value_parser = parse, hide = true)]
    pub(super) dangerous_at: Option<Timestamp>,
    /// For tests: each line begins with @TIME and a space, so that who is scanned says what time it
    /// is
    #[arg(long, hide = true)]
    pub(super) dangerous_timed_lines: bool,
    /// For tests: so many frames make a second, counted from --dangerous-at
    #[arg(long, value_name = "N", hide = true, requires = "frames", requires = "dangerous_at")]
    pub(super) dangerous_fps: Option<std::num::NonZeroU32>,
}

/// How often a gate with a log writes how it is, in seconds.
const HEALTH_EVERY: u64 = 60;

impl GateArgs {
    /// How often the gate writes how it is.
    pub(super) fn health_every(&self) -> Option<u64> {
        let usual = self.log.as_ref().map(|_| HEALTH_EVERY);
        self.health_every.or(usual).filter(|seconds| *seconds > 0)
    }

    /// How often lists are fetched.
    pub(super) fn fetch_rules(&self) -> FetchRules {
        let rules = FetchRules::default();
        let rules = self.fetch_every.map_or(rules, |seconds| rules.every(seconds));
        self.policy.max_list_age.map_or(rules, |seconds| rules.for_lists_of(seconds))
    }
}
