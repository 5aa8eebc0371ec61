//! `gate`: answers a scanner or a camera, with the whole verdict of a gate.

mod args;
mod texts;

use std::sync::Arc;
use std::time::Duration;

use livepermit::RevocationPolicy;
use livepermit_gate::lists::{Folder, Watch};
use livepermit_gate::replay::{ReplayStore, Retention};

use crate::gate::clock::Clock;
use crate::gate::desk::Desk;
use crate::gate::lines::Lines;
use crate::gate::log::Log;
use crate::gate::screen::Screen;
use crate::gate::{camera, scanner};
use crate::shared::failure::{Failure, Outcome};
use crate::shared::frames::{self, Cutter};
use crate::shared::place::open_store;
use crate::shared::{lists, output};

pub(crate) use args::{GateArgs, HELP};

/// The file of used codes in the state folder.
const USED: &str = "used.redb";
/// Longer than a server in the same building needs, shorter than a visitor waits.
#[cfg(feature = "redis")]
const REDIS_TIMEOUT: Duration = Duration::from_millis(500);

pub(crate) fn run(args: &GateArgs, json: bool) -> Result<Outcome, Failure> {
    let clock = Clock {
        at: args.dangerous_at,
        timed_lines: args.dangerous_timed_lines,
        fps: args.dangerous_fps,
    };
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

/// Opens everything that the gate needs: log, folder, store, lists, screen.
fn desk(args: &GateArgs, clock: Clock, json: bool) -> Result<Desk, Failure> {
    let policy = args.policy.policy(&args.trusted.class)?;
    let place = args.place.place(&args.policy.gate)?;
    let now = clock.now()?;
    let mut log = Log::open(args.log.as_deref(), args.log_person_data)?;
    let folder = lists::folder(&args.state)?;
    let store = store(args, &folder, args.place.retention(args.policy.window))?;
    let sources = lists::sources(&args.trusted, &args.policy)?;
    let (lists, reports) = lists::open(&sources, Some(folder), now, args.policy.skew)?;
    for report in &reports {
        let failure = lists::reported(report);
        output::warning(&failure.on_one_line());
        log.report(report.code(), &failure, now, &place);
    }
    if matches!(policy.revocation(), RevocationPolicy::Required { .. })
        && args.policy.status.is_empty()
    {
        output::warning(&texts::no_status_list());
    }
    let verifier = lists::verifier(&lists, &policy)?;
    let gate = args.place.gate(&place, verifier, store, lists.clock())?;
    let screen = Screen::new(json, args.full_screen, args.sound)?;
    Ok(Desk::new(gate, policy, (lists, Watch::new(&sources)), log, screen))
}

#[cfg(feature = "redis")]
fn store(
    args: &GateArgs,
    folder: &Folder,
    retention: Retention,
) -> Result<Arc<dyn ReplayStore>, Failure> {
    let Some(url) = &args.redis else { return open_store(&folder.path(USED), retention) };
    let store =
        livepermit_gate::RedisReplay::connect(url, &args.redis_prefix, retention, REDIS_TIMEOUT);
    let store =
        store.map_err(|error| crate::shared::place::store_failure("the Redis server", &error))?;
    Ok(Arc::new(store))
}

#[cfg(not(feature = "redis"))]
fn store(
    _: &GateArgs,
    folder: &Folder,
    retention: Retention,
) -> Result<Arc<dyn ReplayStore>, Failure> {
    open_store(&folder.path(USED), retention)
}
