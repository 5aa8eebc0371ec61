//! `gate`: answers a scanner or a camera, with the whole verdict of a gate.

mod args;
#[cfg(feature = "relay")]
mod relay;
mod setup;
mod status;
mod texts;

use std::sync::Arc;
use std::time::Duration;

use livepermit::RevocationPolicy;
use livepermit::verify::ChallengePolicy;
use livepermit_gate::MemoryReplay;
use livepermit_gate::lists::Watch;
use serde_json::json;

use crate::gate::clock::Clock;
use crate::gate::desk::Desk;
use crate::gate::fetching::Fetching;
use crate::gate::lines::Lines;
use crate::gate::log::Log;
use crate::gate::metrics::{self, MeasuredStore, Metrics};
use crate::gate::questions::Questions;
use crate::gate::screen::Screen;
use crate::gate::{camera, scanner};
use crate::shared::failure::{Failure, Outcome};
use crate::shared::frames::{self, Cutter};
use crate::shared::{lists, output};

use args::GateArgs;
pub(crate) use args::{GateCommand, HELP};

pub(crate) fn run(command: &GateCommand, json: bool) -> Result<Outcome, Failure> {
    match command {
        GateCommand::Run(args) => answer(args, json),
        GateCommand::Status(args) => status::run(args, json),
        GateCommand::Setup(command) => setup::run(command, json),
        #[cfg(feature = "relay")]
        GateCommand::Relay(args) => relay::run(args, json),
    }
}

/// Answers what comes, until it ends.
fn answer(args: &GateArgs, json: bool) -> Result<Outcome, Failure> {
    let clock = Clock {
        at: args.dangerous_at,
        timed_lines: args.dangerous_timed_lines,
        fps: args.dangerous_fps,
    };
    if args.check {
        return check(args, clock, json);
    }
    let mut desk = desk(args, clock, json)?;
    match args.frames {
        Some(size) => {
            let from = frames::open(args.input.as_deref(), texts::no_camera)?;
            camera::run(&mut desk, from, Cutter::new(size, args.format.pix_fmt), clock)
        }
        None => {
            let pause = (args.pause > 0).then(|| Duration::from_millis(args.pause));
            scanner::run(&mut desk, Lines::open(args.input.as_deref(), pause)?, clock)
        }
    }
}

/// Checks what can be checked without the state folder and without a server: a gate may be running
/// with them.
fn check(args: &GateArgs, clock: Clock, json: bool) -> Result<Outcome, Failure> {
    let policy = args.policy.policy(&args.trusted.class)?;
    let place = args.place.place(&args.policy.gate)?;
    let now = clock.now()?;
    let sources = lists::sources(&args.trusted, &args.policy)?;
    let (lists, reports) = lists::open(&sources, None, now, args.policy.skew)?;
    let verifier = lists::verifier(&lists, &policy)?;
    let limits = args.store.limits(args.place.retention(args.policy.window, args.policy.skew));
    let store = Arc::new(MemoryReplay::new(1, limits));
    args.place.gate(&place, verifier, store, lists.clock())?;
    let warnings: Vec<_> =
        reports.iter().map(|report| lists::reported(report).on_one_line()).collect();
    for warning in &warnings {
        output::warning(warning);
    }
    if json {
        output::print_json(&json!({ "in_order": warnings.is_empty(), "warnings": warnings }))?;
    } else if warnings.is_empty() {
        output::print(&(texts::in_order(place.gate(), place.lane(), place.zone()) + "\n"))?;
    }
    Ok(if warnings.is_empty() { Outcome::Done } else { Outcome::Refused })
}

/// Opens everything that the gate needs: log, folder, store, lists, screen.
fn desk(args: &GateArgs, clock: Clock, json: bool) -> Result<Desk, Failure> {
    let mut policy = args.policy.policy(&args.trusted.class)?;
    if args.challenge.is_some() {
        policy = policy.with_challenge(ChallengePolicy::Required);
    }
    let place = args.place.place(&args.policy.gate)?;
    let now = clock.now()?;
    let mut log = Log::open(args.log.as_deref(), args.log_max, args.log_person_data)?;
    let folder = lists::folder(&args.state)?;
    let limits = args.store.limits(args.place.retention(args.policy.window, args.policy.skew));
    let mut sources = lists::sources(&args.trusted, &args.policy)?;
    let fetching = Fetching::start(&args.trusted.fetch, &sources, args.fetch_rules())?;
    let can_start_without = folder.keeps_lists(&sources);
    fetching.first(&mut sources, can_start_without);
    let (lists, reports) = lists::open(&sources, Some(folder), now, args.policy.skew)?;
    let store = args.store.open_for_gate(&args.state, &lists, &place, limits, now)?;
    for report in &reports {
        let failure = lists::reported(report);
        output::warning(&failure.on_one_line());
        log.report(report.code(), &failure, now, &place);
    }
    if matches!(policy.revocation(), RevocationPolicy::Required { .. })
        && args.policy.status.is_empty()
        && lists.status_lists().next().is_none()
    {
        output::warning(&texts::no_status_list());
    }
    let verifier = lists::verifier(&lists, &policy)?;
    let metrics = Arc::new(Metrics::default());
    let store = Arc::new(MeasuredStore::new(store, Arc::clone(&metrics)));
    let gate = args.place.gate(&place, verifier, store, lists.clock())?;
    if let Some(address) = args.metrics {
        let address = metrics::serve(address, args.dangerous_metrics_anywhere, &metrics)?;
        output::note(&texts::metrics_at(address));
    }
    let screen = Screen::new(json, args.full_screen, args.sound)?;
    let lists = (lists, Watch::new(&sources), fetching);
    let health = (metrics, args.health_every());
    let mut desk = Desk::new(gate, policy, lists, log, screen, health);
    desk.ask_with(args.challenge.map(Questions::new));
    desk.keep_store_alive(clock);
    Ok(desk)
}
