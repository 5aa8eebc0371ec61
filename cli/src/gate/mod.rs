//! `gate`: answers a scanner, line by line.

mod answer;
mod camera;
mod full_screen;
mod keyboard;
mod lines;
mod log;
pub(crate) mod place;
mod screen;
mod watch;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use livepermit::{Checkpoint, Code, Policy, ReplayStore, Retention, Revocation, Timestamp};

use answer::{Answer, Finding};
use lines::{Event, Lines as Input};
use log::Log;
use place::{PlaceArgs, open_store};
use screen::Screen;
use watch::Watch;

use crate::failure::{Failure, Outcome};
use crate::frames::{FormatArg, FrameSize, parse_size};
use crate::lists::{Lists, Report};
use crate::output;
use crate::policy::PolicyArgs;
use crate::state::StateFolder;
use crate::time::{self, parse};
use crate::trusted::TrustedArgs;

pub(crate) const HELP: &str = "\
Example:
  livepermit gate --input /dev/ttyACM0 --trust trust.cwt --root root.pem.pub \\
      --class bj.example:residence --gate gate-3 --revocation required \\
      --max-list-age 24h --status status.cwt --state /var/lib/gate-3

Each line that comes in is one code, and gets one line on standard output at once; with --json one object, whose
\"opens\" is true for the door and for nothing else. A line ends with CR, LF, both, or a pause. Lights: green, yellow
(let in, and look), red, out-of-order (the gate's own fault), neutral (let in a moment ago, read again).

With --frames a camera is read instead, and each code it sees gets one verdict, however long it is held:
  ffmpeg -f v4l2 -i /dev/video0 -f rawvideo -pix_fmt gray -s 1280x720 - | \\
      livepermit gate --frames 1280x720 --full-screen --sound --trust ...

New trust and status files are taken up while the gate runs; write them whole, by renaming. One that is refused is
reported on standard error, and the one before stays. Logs of several gates merge by sorting: sort *.jsonl";

#[derive(Debug, Args)]
pub(crate) struct GateArgs {
    #[command(flatten)]
    trusted: TrustedArgs,
    #[command(flatten)]
    policy: PolicyArgs,
    #[command(flatten)]
    place: PlaceArgs,
    /// Keep here what must outlive a restart: used codes, lists, clock
    #[arg(long, value_name = "DIR")]
    state: PathBuf,
    /// A serial device, pipe or file to read from [default: standard input]
    #[arg(long, value_name = "PATH")]
    input: Option<PathBuf>,
    /// Milliseconds without a character that end a line; 0 for never
    #[arg(long, value_name = "MS", default_value = "100")]
    pause: u64,
    /// Read a camera's raw frames of this size rather than lines
    #[arg(long, value_name = "WIDTHxHEIGHT", value_parser = parse_size)]
    frames: Option<FrameSize>,
    #[command(flatten)]
    format: FormatArg,
    /// Fill the terminal with each light
    #[arg(long)]
    full_screen: bool,
    /// Ring the terminal's bell: once for who is let in, twice for who is not
    #[arg(long)]
    sound: bool,
    /// Append each verdict to this file, as JSON lines without names; permit ids link them, and
    /// tell subjects that can be guessed
    #[arg(long, value_name = "FILE")]
    log: Option<PathBuf>,
    /// Write subject, person and representative into the log too
    #[arg(long, requires = "log")]
    log_person_data: bool,
    /// Share the memory of used codes with other gates, through this Redis server. A password in
    /// the URL can be seen in the list of processes
    #[cfg(feature = "redis")]
    #[arg(long, value_name = "URL")]
    redis: Option<String>,
    /// Gates with the same prefix share
    #[cfg(feature = "redis")]
    #[arg(long, value_name = "NAME", default_value = "livepermit", requires = "redis")]
    redis_prefix: String,
    /// For tests: take this for now, at the start and in every line
    #[arg(long, value_name = "TIME", value_parser = parse, hide = true)]
    dangerous_at: Option<Timestamp>,
    /// For tests: each line begins with @TIME and a space, so that who is scanned says what time it
    /// is
    #[arg(long, hide = true)]
    dangerous_timed_lines: bool,
    /// For tests: so many frames make a second, counted from --dangerous-at
    #[arg(long, value_name = "N", hide = true, requires = "frames", requires = "dangerous_at")]
    dangerous_fps: Option<std::num::NonZeroU32>,
}

/// How often the files are looked at while nobody comes.
const IDLE: Duration = Duration::from_secs(1);

pub(crate) fn run(args: &GateArgs, json: bool) -> Result<Outcome, Failure> {
    let policy = args.policy.policy(&args.trusted.class)?;
    let place = args.place.place(&args.policy.gate)?;
    let now = time::at_or_now(args.dangerous_at)?;
    let mut log = Log::open(args.log.as_deref(), args.log_person_data)?;
    let folder = StateFolder::open(&args.state)?;
    let store = store(args, &folder, args.place.retention(args.policy.window))?;
    let uses = args.policy.uses();
    let (lists, reports) = Lists::open(
        &args.trusted,
        (&uses, args.policy.eddsa),
        &args.policy.status,
        Some(folder),
        (now, args.policy.skew),
    )?;
    for report in &reports {
        output::warning(&report.to_string());
        log.report(report, now, &place);
    }
    if matches!(policy.revocation(), Revocation::Required { .. }) && args.policy.status.is_empty() {
        output::warning(
            "no list of withdrawn permits is named (--status): whoever has a permit that names one meets a gate out of order",
        );
    }
    let verifier = Arc::new(lists.verifier(&policy)?);
    let checkpoint = Checkpoint::new(verifier, store, place, args.place.rules(), lists.clock());
    let watch = Watch::new(args.trusted.trust.as_deref(), &args.policy.status);
    let screen = Screen::new(json, args.full_screen, args.sound)?;
    let checkpoint = Arc::new(checkpoint);
    let mut gate = Gate { policy, checkpoint, lists, watch, looked: None, log, screen };
    gate.remember_clock();
    match args.frames {
        Some(size) => camera::run(&mut gate, args, size),
        None => lines(&mut gate, args),
    }
}

/// Line by line.
fn lines(gate: &mut Gate, args: &GateArgs) -> Result<Outcome, Failure> {
    let pause = (args.pause > 0).then(|| Duration::from_millis(args.pause));
    let mut input = Input::open(args.input.as_deref(), pause)?;
    gate.screen.ready(gate.checkpoint.place());
    loop {
        gate.screen.refresh();
        if gate.screen.is_over() {
            return Ok(Outcome::Done);
        }
        match input.next(IDLE) {
            Event::Line(line) => {
                let (text, now) = dated(&line.text, args)?;
                gate.take_up_lists(now)?;
                gate.answer(text, line.too_long, now)?;
            }
            // In tests nobody knows the time between two lines.
            Event::Idle if args.dangerous_timed_lines => {}
            Event::Idle => gate.take_up_lists(time::at_or_now(args.dangerous_at)?)?,
            Event::End => return Ok(Outcome::Done),
            Event::Broken(error) => {
                return Err(Failure::new(
                    format!("the scanner is gone: {error}"),
                    "plug it in and start the gate again; nothing that was used is forgotten",
                ));
            }
        }
    }
}

#[cfg(feature = "redis")]
fn store(
    args: &GateArgs,
    folder: &StateFolder,
    retention: Retention,
) -> Result<Arc<dyn ReplayStore>, Failure> {
    let Some(url) = &args.redis else { return open_store(&folder.path(USED), retention) };
    let store = livepermit::RedisReplay::connect(url, &args.redis_prefix, retention, REDIS_TIMEOUT);
    Ok(Arc::new(store.map_err(|error| place::store_failure("the Redis server", &error))?))
}

#[cfg(not(feature = "redis"))]
fn store(
    _: &GateArgs,
    folder: &StateFolder,
    retention: Retention,
) -> Result<Arc<dyn ReplayStore>, Failure> {
    open_store(&folder.path(USED), retention)
}

/// The file of used codes in the state folder.
const USED: &str = "used.redb";
/// Longer than a server in the same building takes, shorter than a visitor waits.
#[cfg(feature = "redis")]
const REDIS_TIMEOUT: Duration = Duration::from_millis(500);

/// The text, and the time it counts as read at.
fn dated<'l>(text: &'l str, args: &GateArgs) -> Result<(&'l str, Timestamp), Failure> {
    if !args.dangerous_timed_lines {
        return Ok((text, time::at_or_now(args.dangerous_at)?));
    }
    let parts = text.strip_prefix('@').and_then(|rest| rest.split_once(' '));
    let help = "with --dangerous-timed-lines a line is @TIME, a space and the code";
    let (time, rest) = parts.ok_or_else(|| Failure::new("a line has no time", help))?;
    parse(time).map(|time| (rest, time)).map_err(|error| Failure::new(error, help))
}

struct Gate {
    policy: Policy,
    checkpoint: Arc<Checkpoint>,
    lists: Lists,
    watch: Watch,
    /// When the files of the lists were last looked at between two frames.
    looked: Option<Timestamp>,
    log: Log,
    screen: Screen,
}

impl Gate {
    fn answer(&mut self, text: &str, too_long: bool, now: Timestamp) -> Result<(), Failure> {
        let text = keyboard::strip_symbology(text);
        let verdict = self.checkpoint.admit(text, now);
        let is_text_wrong =
            |code| matches!(code, Code::Malformed | Code::NotOurs | Code::OtherVersion);
        let mangled = match &verdict {
            Err(rejection) if !too_long && is_text_wrong(rejection.code()) => {
                keyboard::diagnose(text)
            }
            _ => None,
        };
        self.tell(mangled.map_or_else(|| Finding::Judged(Box::new(verdict)), Finding::Mangled), now)
    }

    fn tell(&mut self, finding: Finding, now: Timestamp) -> Result<(), Failure> {
        self.remember_clock();
        let answer = Answer { finding, now, clock_offset: self.checkpoint.clock_offset() };
        self.log.answer(&answer, self.checkpoint.place());
        self.screen.show(&answer, self.checkpoint.place())
    }

    fn take_up_lists(&mut self, now: Timestamp) -> Result<(), Failure> {
        let news = self.watch.look(&mut self.lists, now);
        for report in &news.reports {
            self.report(report, now);
        }
        if news.taken.is_empty() {
            return Ok(());
        }
        self.checkpoint.replace_verifier(Arc::new(self.lists.verifier(&self.policy)?));
        for name in &news.taken {
            output::note(&format!("{name} is taken up"));
            self.log.taken(name, now, self.checkpoint.place());
        }
        self.remember_clock();
        Ok(())
    }

    /// Not for every frame: files are looked at once a second.
    fn take_up_lists_now_and_then(&mut self, now: Timestamp) -> Result<(), Failure> {
        if self.looked == Some(now) {
            return Ok(());
        }
        self.looked = Some(now);
        self.take_up_lists(now)
    }

    fn report(&mut self, report: &Report, now: Timestamp) {
        output::warning(&report.to_string());
        self.log.report(report, now, self.checkpoint.place());
    }

    /// What cannot be stored stops no visitor: used codes have a store of their own, and the
    /// operator is told.
    fn remember_clock(&mut self) {
        if let Err(failure) = self.lists.store_clock(self.checkpoint.clock_state()) {
            output::warning(&format!("{}; {}", failure.message, failure.help));
        }
    }
}
