//! The options of `gate`.

use std::path::PathBuf;

use clap::Args;
use livepermit::Timestamp;

use crate::gate::log::parse_max;
use crate::shared::frames::{FormatArg, FrameSize, parse_size};
use crate::shared::place::PlaceArgs;
use crate::shared::policy::PolicyArgs;
use crate::shared::store::StoreArgs;
use crate::shared::time::parse;
use crate::shared::trusted::TrustedArgs;

pub(crate) const HELP: &str = "\
Example:
  livepermit gate --input /dev/ttyACM0 --trust trust.cwt --root root.pem.pub \\
      --class bj.example:residence --gate gate-3 --revocation required \\
      --max-list-age 24h --status status.cwt --state /var/lib/gate-3

Each line that comes in is one code, and is answered at once by one line on
standard output. With --json the answer is one object, and \"opens\" in it says
whether the door opens. A line ends with CR, LF, both, or a pause. Lights:
green, yellow (let in, and look), red, out-of-order (the fault is the gate's),
neutral (let in a moment ago, read again).

With --frames the gate reads a camera instead. Each code that the camera sees
gets one verdict, however long it is held:
  ffmpeg -f v4l2 -i /dev/video0 -f rawvideo -pix_fmt gray -s 1280x720 - | \\
      livepermit gate --frames 1280x720 --full-screen --sound --trust ...

New trust and status files are loaded while the gate runs. Write them whole, by
renaming. A list that is refused is reported on standard error, and the list
before it stays. Logs of several gates merge by sorting: sort *.jsonl

Nobody but the user who runs the gate can read the state folder and the log that
it makes. A state folder that others can write to, or that holds files of other
programs, is refused. On SIGHUP the gate opens the log again, so that logrotate
works; --log-max does without logrotate.";

#[derive(Debug, Args)]
pub(crate) struct GateArgs {
    /// The folder for what must survive a restart: used codes, lists, clock. For this gate alone;
    /// made if it does not exist
    #[arg(long, value_name = "DIR")]
    pub(super) state: PathBuf,
    /// A serial device, pipe or file to read from [default: standard input]
    #[arg(long, value_name = "PATH")]
    pub(super) input: Option<PathBuf>,
    /// Milliseconds without a character that end a line; 0 for never
    #[arg(long, value_name = "MS", default_value = "100")]
    pub(super) pause: u64,
    /// Read raw frames of this size from a camera, not lines
    #[arg(long, value_name = "WIDTHxHEIGHT", value_parser = parse_size)]
    pub(super) frames: Option<FrameSize>,
    #[command(flatten)]
    pub(super) format: FormatArg,
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
    #[command(flatten)]
    pub(super) trusted: TrustedArgs,
    #[command(flatten)]
    pub(super) policy: PolicyArgs,
    #[command(flatten)]
    pub(super) place: PlaceArgs,
    #[command(flatten)]
    pub(super) store: StoreArgs,
}
